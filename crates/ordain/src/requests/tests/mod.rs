//! Small documents of each kind; expected values follow from the rules named, worked out by hand.

mod kinds;
mod plans;
mod previews;
mod templates;

use super::{RequestOptions, Requests, read};
use crate::json::{Dialect, read as parse};
use crate::source::Source;
use crate::value::Value;
use serde_json::{Value as Json, json};

const SUBSCRIPTION: &str = "11111111-2222-4333-8444-555555555501";

/// A deployment to a known resource group.
fn placed() -> RequestOptions {
    RequestOptions {
        subscription: Some(SUBSCRIPTION.into()),
        resource_group: Some("rg".into()),
        location: Some("westeurope".into()),
        ..RequestOptions::default()
    }
}

/// An id in that resource group.
fn id(rest: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/{rest}")
}

/// Reads a document of a kind known here; all places must be in the text.
fn all(document: &Json, options: &RequestOptions) -> Requests {
    let source = Source::new("d.json", document.to_string());
    let (json, _) = parse(source.text(), Dialect::Template);
    let found = json.and_then(|json| read(&source, &json, options));
    let found = found.unwrap_or_else(|| panic!("not recognised: {document}"));
    let inside = |span: crate::Span| source.text().get(span.range()).is_some();
    assert!(found.requests.iter().all(|r| inside(r.span) && r.open.iter().all(|o| inside(o.span))));
    assert!(found.skipped.iter().all(|s| inside(s.span)));
    assert!(found.diagnostics.iter().flat_map(|d| d.labels()).all(|l| inside(l.span())));
    found
}

/// The body as JSON, with the word `<unknown>` for what is not known.
fn shown(value: &Value) -> Json {
    match value {
        Value::Unknown(_) => json!("<unknown>"),
        Value::Array(items) => items.iter().map(shown).collect(),
        Value::Object(object) => {
            Json::Object(object.members().iter().map(|(k, v)| (k.to_string(), shown(v))).collect())
        }
        other => other.to_json(),
    }
}

fn bodies(found: &Requests) -> Vec<Json> {
    found.requests.iter().map(|request| shown(&request.body)).collect()
}

fn names(found: &Requests) -> Vec<&str> {
    found.requests.iter().map(|request| &*request.name).collect()
}

fn skipped(found: &Requests) -> Vec<(&'static str, &str)> {
    found.skipped.iter().map(|skipped| (skipped.reason.name(), &*skipped.name)).collect()
}

fn codes(found: &Requests) -> Vec<&'static str> {
    found.diagnostics.iter().map(crate::Diagnostic::code).collect()
}

fn open(found: &Requests, at: usize) -> Vec<(&str, &str)> {
    let request = found.requests.get(at);
    request.into_iter().flat_map(|r| &r.open).map(|o| (&*o.path, &*o.expression)).collect()
}
