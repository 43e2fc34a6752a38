//! What-if results: what a deployment would change, as the service sees it (spec I-50, I-51).

use super::body::{self, NOTHING, Places};
use super::{Action, Open, Reading, Request, SkipReason, Skipped};
use crate::diagnostic::Diagnostic;
use crate::json::{Json, Kind};
use crate::template::Scope;
use crate::value::{Object, Value};
use std::rc::Rc;

/// One change, whichever preview tells it.
pub(super) struct Change<'j> {
    pub json: &'j Json<'j>,
    pub id: Option<&'j str>,
    pub before: Option<&'j Json<'j>>,
    pub after: Option<&'j Json<'j>>,
}

pub(super) fn read<'j>(reading: &mut Reading<'_>, json: &'j Json<'j>) {
    let scope = scope(reading);
    for change in super::kind::changes(json).map(Json::items).unwrap_or_default() {
        let id = ["resourceId", "FullyQualifiedResourceId"].into_iter().find_map(|name| change.get(name));
        let change = Change {
            json: change,
            id: id.and_then(Json::as_text).filter(|id| !id.is_empty()),
            before: change.get("before").filter(|body| body.is_object()),
            after: change.get("after").filter(|body| body.is_object()),
        };
        one(reading, &change, &scope);
    }
    reading.say_when_nothing(json, "what-if result");
}

/// For what is left of expressions: where the deployment goes is what the options say (spec I-48).
pub(super) fn scope<'j>(reading: &Reading<'_>) -> Scope<'j> {
    let place = super::entry::place_of(reading.options, crate::template::Level::of(&NOTHING));
    Scope::deployed(&NOTHING, Rc::new(Object::new()), Rc::new(place))
}

/// What becomes of one kind of change.
enum Judged {
    Write,
    Delete,
    Skip(SkipReason),
    Unknown,
}

fn judged(kind: &str) -> Judged {
    match kind.to_ascii_lowercase().as_str() {
        "create" | "modify" | "nochange" | "deploy" => Judged::Write,
        "delete" => Judged::Delete,
        "ignore" => Judged::Skip(SkipReason::Ignore),
        "unsupported" => Judged::Skip(SkipReason::Unsupported),
        "detach" => Judged::Skip(SkipReason::Removed),
        _ => Judged::Unknown,
    }
}

/// Reads one change. An entry that is no object, or whose kind of change is not told, is an error row.
pub(super) fn one(reading: &mut Reading<'_>, change: &Change<'_>, scope: &Scope<'_>) {
    let json = change.json;
    let name = || {
        let own = [change.after, change.before].into_iter().flatten().find_map(|body| body.get("name"));
        let id = change.id.and_then(crate::ids::ResourceId::parse).and_then(|id| id.full_name());
        id.or_else(|| own.and_then(Json::as_text).map(str::to_owned)).unwrap_or_default()
    };
    let kind = match json.get("changeType").map(|kind| &kind.kind) {
        _ if !json.is_object() => {
            let message = format!("a change must be an object, not {}", json.kind_name());
            return reading.fail(Diagnostic::error("BadRow", message), json);
        }
        Some(Kind::Text(kind)) => kind,
        Some(Kind::Number(_)) => {
            let diagnostic = Diagnostic::error("BadRow", "the kind of the change is a number, not a name")
                .help("export with `ConvertTo-Json -Depth 100 -EnumsAsStrings`");
            return reading.fail(diagnostic, json);
        }
        _ => {
            let diagnostic = Diagnostic::error("BadRow", "the change has no `changeType`");
            return reading.fail(diagnostic, json);
        }
    };
    let body = if reading.options.before { change.before } else { change.after };
    let (action, body) = match judged(kind) {
        Judged::Write => (Action::Write, body),
        // What is compared with the state before exists before it is deleted.
        Judged::Delete if reading.options.before => (Action::Write, change.before),
        Judged::Delete => (Action::Delete, change.before),
        Judged::Skip(reason) => {
            if reason == SkipReason::Ignore
                && let Some(before) = change.before
            {
                reading.out.related.push(body::with_id(body::literal(before), change.id));
            }
            let note = json.get("unsupportedReason").and_then(Json::as_text).unwrap_or_default().to_owned();
            return reading.out.skipped.push(Skipped { reason, name: name(), span: json.span, note });
        }
        Judged::Unknown => {
            let message = format!("`{kind}` is no kind of change that is known here");
            let span = json.get("changeType").map_or(json.span, |kind| kind.span);
            reading.tell(Diagnostic::warning("UnknownChangeType", message), span, "the change is skipped");
            return reading.skip(SkipReason::UnknownChange, name(), json.span);
        }
    };
    let mut places = Places::default();
    let body = match (body, action, change.id) {
        (Some(body), ..) => body::with_id(body::evaluated(body, scope, &mut places), change.id),
        // To delete something its id is enough (spec E-26).
        (None, Action::Delete, Some(id)) => body::with_id(Value::object(Object::new()), Some(id)),
        _ => return reading.skip(SkipReason::NoBody, name(), json.span),
    };
    if !super::entry::has_type(&body) {
        let diagnostic = Diagnostic::error("NoType", "the change has neither `type` nor an id that tells it");
        return reading.fail(diagnostic, json);
    }
    let origin = json.get("symbolicName").and_then(Json::as_text).map(str::to_owned);
    let open: Vec<Open> = places.open;
    let request = Request::new(body, json.span);
    reading.out.requests.push(Request { action, name: name(), origin, open, ..request });
}
