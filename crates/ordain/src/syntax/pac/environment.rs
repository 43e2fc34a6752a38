//! Which settings hold for a file, and which of their environments is meant.

use super::settings::{Environment, Settings};
use super::{Chosen, Problem};
use crate::ast::Spelled;
use crate::diagnostic::{Diagnostic, nearest};
use crate::value::text::key_eq;
use std::collections::HashSet;

/// The settings of all repositories, and what was noticed while asking them.
pub(super) struct Environments<'s> {
    settings: &'s [Settings],
    chosen: Chosen<'s>,
    /// Settings of which it was said that no environment is chosen.
    silent: HashSet<usize>,
    pub(super) told: Vec<Diagnostic>,
}

/// What holds for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Here {
    /// An environment by its name, in lower case.
    In(String),
    /// No settings speak of the file, and no environment is named: only what says so itself can tell.
    Anywhere,
    /// Which one was not to be told; that has been said.
    Unclear,
}

impl<'s> Environments<'s> {
    pub(super) fn new(settings: &'s [Settings], chosen: Chosen<'s>) -> Self {
        Self { settings, chosen, silent: HashSet::new(), told: Vec::new() }
    }

    /// The settings nearest above a file.
    fn nearest(&self, file: &str) -> Option<(usize, &'s Settings)> {
        let folders = folders(file);
        let above = self.settings.iter().enumerate().filter(|(_, settings)| {
            let own = self::folders(settings.source.name());
            folders.get(..own.len()) == Some(&*own)
        });
        above.max_by_key(|(at, settings)| {
            (self::folders(settings.source.name()).len(), std::cmp::Reverse(*at))
        })
    }

    fn environment(&mut self, file: &str) -> Result<Option<&'s Environment>, ()> {
        let Some((at, settings)) = self.nearest(file) else { return Ok(None) };
        let all = &settings.environments;
        let found = match (self.chosen.selector, all.as_slice()) {
            (Some(wanted), _) => all.iter().find(|e| key_eq(&e.selector.text, wanted)),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        if found.is_none() && self.silent.insert(at) {
            let names: Vec<String> = all.iter().map(|e| format!("`{}`", e.selector.text)).collect();
            let near = self
                .chosen
                .selector
                .and_then(|wanted| nearest(wanted, all.iter().map(|e| &*e.selector.text)).map(str::to_owned));
            let problem = Problem::PacSelector {
                wanted: self.chosen.selector.map(str::to_owned),
                names: names.join(", "),
                nearest: near,
            };
            self.told.push(problem.at(&settings.source, settings.span, ""));
        }
        found.map(Some).ok_or(())
    }

    /// The environment that holds for a file.
    pub(super) fn here(&mut self, file: &str) -> Here {
        match (self.environment(file), self.chosen.selector) {
            (Ok(Some(environment)), _) => Here::In(environment.selector.text.to_ascii_lowercase()),
            (Ok(None), Some(selector)) => Here::In(selector.to_ascii_lowercase()),
            (Ok(None), None) => Here::Anywhere,
            (Err(()), _) => Here::Unclear,
        }
    }

    /// Where definitions of a file lie that have no id; empty where that is not told.
    pub(super) fn root(&mut self, file: &str) -> String {
        let root = match self.environment(file) {
            Ok(Some(environment)) => environment.root.as_ref().map(|root| root.text.to_string()),
            _ => None,
        };
        let root = root.unwrap_or_else(|| self.chosen.definition_scope.to_owned());
        root.trim_end_matches('/').to_owned()
    }

    /// What every assignment in a file excludes.
    pub(super) fn excluded(&mut self, file: &str, here: &str) -> Vec<Spelled> {
        let Some((_, settings)) = self.nearest(file) else { return Vec::new() };
        let own = settings.environments.iter().filter(|e| key_eq(&e.selector.text, here));
        let own = own.flat_map(|environment| &environment.excluded);
        own.chain(settings.excluded.of(here)).cloned().collect()
    }
}

/// The folders that a file is in, from the top.
fn folders(file: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = file.split(['/', '\\']).filter(|part| !matches!(*part, "" | ".")).collect();
    parts.pop();
    parts
}
