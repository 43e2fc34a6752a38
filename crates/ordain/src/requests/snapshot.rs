//! Snapshots of Bicep: bodies with loops and modules expanded (spec I-55).

use super::body::{self, Places};
use super::entry::has_type;
use super::{Reading, Request, SkipReason, what_if};
use crate::diagnostic::Diagnostic;
use crate::ids::ResourceId;
use crate::json::Json;

pub(super) fn read<'j>(reading: &mut Reading<'_>, json: &'j Json<'j>) {
    let scope = what_if::scope(reading);
    for entry in json.get("predictedResources").map(Json::items).unwrap_or_default() {
        if !entry.is_object() {
            let message = format!("a resource must be an object, not {}", entry.kind_name());
            reading.fail(Diagnostic::error("NotAResource", message), entry);
            continue;
        }
        let text = |name: &str| entry.get(name).and_then(Json::as_text).filter(|text| !text.is_empty());
        let from_id = text("id").and_then(ResourceId::parse).and_then(|id| id.full_name());
        let name = from_id.or_else(|| text("name").map(str::to_owned)).unwrap_or_default();
        // Of an extension such as `request@v1`: no resource of Resource Manager.
        if text("id").is_none() && text("type").is_some_and(|kind| !kind.contains('/')) {
            let name = if name.is_empty() { text("type").unwrap_or_default().to_owned() } else { name };
            reading.skip(SkipReason::ExtensionResource, name, entry.span);
            continue;
        }
        let mut places = Places::default();
        let body = body::evaluated(entry, &scope, &mut places);
        if !has_type(&body) {
            let diagnostic =
                Diagnostic::error("NoType", "the resource has neither `type` nor an `id` that tells it");
            reading.fail(diagnostic, entry);
            continue;
        }
        let request = Request::new(body, entry.span);
        reading.out.requests.push(Request { name, open: places.open, ..request });
    }
    if reading.out.rows() == 0 {
        reading.say_when_nothing(json, "snapshot");
    }
}
