//! Expectations of what a record asks for: patches, details, deployments.

use super::same::{covers, only, same};
use super::{Seen, differs, shown};
use crate::suite::model::{Key, Wanted};
use crate::suite::result::Mismatch;
use crate::suite::tree::Tree;
use ordain::{Change, Deployment, ExistingValue, Value};
use serde_json::{Value as Json, json};

impl Seen<'_> {
    pub(super) fn action(&self, wanted: &Wanted) -> Option<Mismatch> {
        let outcome = self.judged.outcomes.first();
        let resource = self.judged.resource;
        let expected = wanted.value.to_json();
        if wanted.key == Key::Deployment {
            let found = outcome.and_then(|o| o.deployment(resource)).map(|d| deployed(&d));
            return match &found {
                None if expected.is_null() => None,
                Some(found) if covers(found, &expected) => None,
                None => Some(differs(wanted, shown(&expected), "none").mended(Json::Null)),
                Some(found) => {
                    let found = if expected.is_null() { found.clone() } else { only(found, &expected) };
                    Some(differs(wanted, shown(&expected), shown(&found)).mended(found))
                }
            };
        }
        if wanted.key == Key::Details {
            return match outcome.and_then(|o| o.details(resource)) {
                Some(Ok(details)) => {
                    let found = details.to_json();
                    let met = covers(&found, &expected);
                    let found = only(&found, &expected);
                    (!met).then(|| differs(wanted, shown(&expected), shown(&found)).mended(found))
                }
                Some(Err(fault)) => Some(differs(wanted, shown(&expected), fault.to_string())),
                None => Some(differs(wanted, shown(&expected), "no details")),
            };
        }
        let change = outcome.and_then(|o| o.change(resource));
        let holds = outcome.is_some_and(|o| o.rule_holds() == Some(true));
        changed(wanted, change.as_ref().filter(|_| holds), resource)
    }
}

fn changed(wanted: &Wanted, change: Option<&Change>, resource: &Tree) -> Option<Mismatch> {
    let expected = wanted.value.to_json();
    let Some(change) = change else {
        return Some(differs(wanted, shown(&expected), "no change: the rule is not true of the resource"));
    };
    let patch =
        change.patch.as_ref().and_then(|patch| serde_json::to_value(patch).ok()).unwrap_or(Json::Null);
    let found: Json = match wanted.key {
        Key::Patch => patch,
        Key::Patched => {
            let Some(patch) = &change.patch else {
                return Some(differs(wanted, shown(&expected), "no patch can be written for this form"));
            };
            match ordain::apply_patch(resource, patch) {
                Ok(value) => value.to_json(),
                Err(error) => return Some(differs(wanted, shown(&expected), error.to_string())),
            }
        }
        Key::Skipped => change.skipped.iter().map(|skipped| Json::from(skipped.reason.name())).collect(),
        Key::Conflicts => change.conflicts.iter().map(|_| Json::from(ExistingValue::REASON)).collect(),
        _ => change.error.as_ref().map_or(Json::Null, |fault| fault.kind().name().into()),
    };
    (!same(&found, &expected)).then(|| differs(wanted, shown(&expected), shown(&found)).mended(found))
}

/// A deployment as suites write it.
fn deployed(deployment: &Deployment) -> Json {
    json!({
        "scope": deployment.scope,
        "location": deployment.location,
        "mode": deployment.mode,
        "parameters": Value::object(deployment.parameters.clone()),
        "template": deployment.template,
        "error": deployment.error.as_ref().map(|fault| fault.kind().name()),
        "tentative": deployment.tentative,
    })
}
