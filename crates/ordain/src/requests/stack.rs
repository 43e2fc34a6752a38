//! What-if results of deployment stacks (spec I-58).

use super::Reading;
use super::what_if::{Change, one, scope};
use crate::json::Json;

pub(super) fn read<'j>(reading: &mut Reading<'_>, json: &'j Json<'j>) {
    let scope = scope(reading);
    let changes = super::kind::changes(json).and_then(|changes| changes.get("resourceChanges"));
    for change in changes.map(Json::items).unwrap_or_default() {
        let bodies = change.get("resourceConfigurationChanges");
        let body = |name: &str| bodies.and_then(|bodies| bodies.get(name)).filter(|body| body.is_object());
        let id = change.get("id").and_then(Json::as_text).filter(|id| !id.is_empty());
        let change = Change { json: change, id, before: body("before"), after: body("after") };
        one(reading, &change, &scope);
    }
    reading.say_when_nothing(json, "what-if result");
}
