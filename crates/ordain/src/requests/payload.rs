//! Payloads: one resource, what is done to it and what surrounds it, for tests of policies (spec I-21).

use super::body::{self, text};
use super::{Action, Reading, Request, RequestContext};
use crate::diagnostic::Diagnostic;
use crate::document::Completeness;
use crate::ids::ResourceId;
use crate::json::Json;
use crate::value::{Value, time};

pub(super) fn read(reading: &mut Reading<'_>, json: &Json<'_>) {
    let Some(resource) = json.get("resource").filter(|resource| resource.is_object()) else { return };
    let action = match json.get("action") {
        None => Action::Write,
        Some(action) => match action.as_text().map(str::to_ascii_lowercase).as_deref() {
            Some("write") => Action::Write,
            Some("delete") => Action::Delete,
            _ => {
                let diagnostic = Diagnostic::error("BadRow", "an action is `write` or `delete`");
                reading.out.errors += 1;
                return reading.tell(diagnostic, action.span, "");
            }
        },
    };
    let body = body::literal(resource);
    if !super::entry::has_type(&body) {
        let diagnostic =
            Diagnostic::error("NoType", "the resource has neither `type` nor an `id` that tells it");
        return reading.fail(diagnostic, resource);
    }
    let id = ["id", "ResourceId"].into_iter().find_map(|name| text(&body, name));
    let name = id
        .and_then(ResourceId::parse)
        .and_then(|id| id.full_name())
        .or_else(|| text(&body, "name").map(str::to_owned))
        .unwrap_or_default();
    let mut context = json.get("context").map(context).unwrap_or_default();
    if context.now.as_deref().is_some_and(|now| time::universal(now).is_none()) {
        context.now = None;
        let span =
            json.get("context").and_then(|context| context.get("now")).map_or(json.span, |now| now.span);
        let diagnostic = Diagnostic::warning("Clock", "this is no timestamp such as `2026-01-31T12:00:00Z`");
        reading.tell(diagnostic, span, "it is left out");
    }
    let rows = json.get("related").map(Json::items).unwrap_or_default();
    let related = rows.iter().filter(|row| row.is_object()).map(body::literal).collect();
    let request = Request {
        action,
        name,
        parameters: json.get("parameters").map(super::parameters::values).unwrap_or_default(),
        context,
        related,
        // The resource is read as rows of exports are.
        completeness: Completeness::Row,
        ..Request::new(body, resource.span)
    };
    reading.out.requests.push(request);
}

fn context(json: &Json<'_>) -> RequestContext {
    let value = |name: &str| -> Option<Value> { json.get(name).map(body::literal) };
    RequestContext {
        now: json.get("now").and_then(Json::as_text).map(str::to_owned),
        subscription: value("subscription"),
        resource_group: value("resourceGroup"),
        request: value("requestContext"),
        principal: value("principal"),
    }
}
