//! Deployments inside a template: where they go, and whose names hold in them (spec I-40, I-47, I-48).

use super::entry::Identity;
use super::template::{Around, Walk, joined};
use super::{Open, SkipReason, opening};
use crate::diagnostic::Diagnostic;
use crate::json::Json;
use std::rc::Rc;

impl Walk<'_, '_> {
    /// A deployment inside: it is no request itself; what it deploys is.
    pub(super) fn deployment<'j>(
        &mut self,
        entry: &'j Json<'j>,
        identity: &Identity,
        origin: Option<&str>,
        around: &Around<'j>,
    ) {
        let properties = entry.get("properties");
        let template = properties.and_then(|properties| properties.get("template"));
        let Some(template) = template.filter(|template| template.is_object()) else {
            let reason = around.skip.unwrap_or(SkipReason::LinkedTemplate);
            self.reading.skip(reason, identity.shown.as_str(), entry.span);
            if around.skip.is_none() {
                let link = properties.and_then(|p| p.entry("templateLink").or_else(|| p.entry("template")));
                let span = link.map_or(opening(entry), |link| link.key_span);
                let diagnostic =
                    Diagnostic::warning("LinkedTemplate", "the template of a deployment is not in the file")
                        .help("judge the template that it links as well, or a what-if of the whole");
                self.reading.tell(diagnostic, span, "what it deploys is not judged");
            }
            return;
        };
        let reason = around.skip.unwrap_or(SkipReason::Deployment);
        self.reading.skip(reason, identity.shown.as_str(), entry.span);
        let place = Rc::new(around.place.target(entry, template, &around.scope));
        let options = properties.and_then(|properties| properties.get("expressionEvaluationOptions"));
        let own = options.and_then(|options| options.get("scope")).and_then(Json::as_text);
        let scope = if own.is_some_and(|own| own.eq_ignore_ascii_case("inner")) {
            let given = properties.and_then(|properties| properties.get("parameters"));
            around.scope.inner_at(template, given, Some(place.clone()))
        } else {
            around.scope.clone()
        };
        let module = origin.map_or_else(|| joined(&around.module, &identity.shown), str::to_owned);
        let rename = |open: &Open| {
            let path =
                if open.path == "condition" { format!("condition of {module}") } else { open.path.clone() };
            Open { path, ..open.clone() }
        };
        let maybe = around.maybe.iter().map(rename).collect();
        let inside = Around { scope, place, module, skip: around.skip, maybe };
        self.entries(template.get("resources"), &inside, None);
    }
}
