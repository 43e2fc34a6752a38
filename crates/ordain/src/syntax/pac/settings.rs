//! The settings file: environments, where they are rooted, what all assignments in them exclude.

use super::tree::{ByEnvironment, by_environment};
use crate::ast::Spelled;
use crate::json::Json;
use crate::source::{Source, Span};
use crate::syntax::Reading;
use crate::syntax::governance::{Form, spelled};

/// One settings file.
#[derive(Debug)]
pub(in crate::syntax) struct Settings {
    pub(super) source: Source,
    pub(super) span: Span,
    pub(super) environments: Vec<Environment>,
    /// `globalNotScopes` of older files, for several environments at once.
    pub(super) excluded: ByEnvironment,
}

/// A member of `pacEnvironments`.
#[derive(Debug)]
pub(super) struct Environment {
    pub(super) selector: Spelled,
    /// `deploymentRootScope`
    pub(super) root: Option<Spelled>,
    /// `globalNotScopes`
    pub(super) excluded: Vec<Spelled>,
}

impl Reading<'_> {
    /// Reads a settings file.
    pub(in crate::syntax) fn settings(&mut self, json: &Json<'_>) -> Option<Settings> {
        let form = Form { envelope: json, body: json, what: "settings file" };
        self.check_form(&form);
        let environments = form.list(&["pacEnvironments"]).iter().filter_map(|json| {
            let form = Form { envelope: json, body: json, what: "environment" };
            Some(Environment {
                selector: form.text(&["pacSelector"])?,
                root: form.text(&["deploymentRootScope", "rootScope"]),
                excluded: form.list(&["globalNotScopes"]).iter().filter_map(spelled).collect(),
            })
        });
        Some(Settings {
            source: self.source.clone(),
            span: form.opening(),
            environments: environments.collect(),
            excluded: json.get("globalNotScopes").map(by_environment).unwrap_or_default(),
        })
    }
}
