//! Deployments inside a template: where they go, and whose names hold in them (spec I-40, I-47, I-48).

use super::entry::{Identity, level_of};
use super::template::{Around, Walk, joined};
use super::{Open, SkipReason, opening};
use crate::diagnostic::Diagnostic;
use crate::json::Json;
use crate::template::{Level, Place};
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
        let place = Rc::new(self.target(entry, template, around));
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

    /// Where a nested deployment goes.
    fn target<'j>(&self, entry: &'j Json<'j>, template: &Json<'_>, around: &Around<'j>) -> Place {
        let here = &*around.place;
        let said = |name: &str| {
            entry.get(name).map(|json| around.scope.resolve(json).as_text().map(Rc::<str>::from))
        };
        let subscription = said("subscriptionId").unwrap_or_else(|| here.subscription.clone());
        let location = said("location").flatten();
        let above = |level| Place {
            level,
            subscription: subscription.clone(),
            location: location.clone(),
            ..Place::default()
        };
        if let Some(scope) = said("scope") {
            let scope = scope.as_deref().unwrap_or_default().trim_matches('/');
            let group = scope.rsplit_once('/').map(|(_, name)| Rc::from(name));
            return match scope {
                "" => above(Level::Tenant),
                _ => Place { management_group: group, ..above(Level::ManagementGroup) },
            };
        }
        if let Some(group) = said("resourceGroup") {
            let same =
                group.as_deref().zip(here.group.as_deref()).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
                    && subscription == here.subscription;
            let location = if same { here.location.clone() } else { None };
            return Place { level: Level::Group, management_group: None, subscription, group, location };
        }
        if entry.get("subscriptionId").is_some() {
            return above(Level::Subscription);
        }
        let level = template.get("$schema").map_or(here.level, |_| level_of(template));
        match level {
            level if level == here.level => here.clone(),
            Level::ManagementGroup => {
                Place { management_group: here.management_group.clone(), ..above(level) }
            }
            level => above(level),
        }
    }
}
