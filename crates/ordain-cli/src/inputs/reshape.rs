//! Rows as they are judged, made from the forms in which exports have them.

use ordain::Span;
use ordain::json::{Json, Kind, Member};
use std::borrow::Cow;

/// The member of this name, taken out; exact spelling first.
pub fn taken<'t>(json: Json<'t>, name: &str) -> Option<Json<'t>> {
    let Kind::Object(mut members) = json.kind else { return None };
    let exact = members.iter().rposition(|m| m.key == name);
    let at = exact.or_else(|| members.iter().position(|m| m.key.eq_ignore_ascii_case(name)))?;
    Some(members.swap_remove(at).value)
}

/// A row of a table as an object.
pub fn zipped<'t>(row: Json<'t>, columns: &[(Cow<'t, str>, Span)]) -> Json<'t> {
    let (span, cut) = (row.span, row.cut);
    match row.kind {
        Kind::Array(cells) => {
            let member = |(value, (key, key_span)): (Json<'t>, &(Cow<'t, str>, Span))| Member {
                key: key.clone(),
                key_span: *key_span,
                value,
            };
            Json { kind: Kind::Object(cells.into_iter().zip(columns).map(member).collect()), span, cut }
        }
        kind => Json { kind, span, cut },
    }
}

/// A subscription as a resource: its id in full, its type (spec I-35).
pub fn subscription(json: Json<'_>) -> Json<'_> {
    let (span, cut) = (json.span, json.cut);
    let typed = json.get("type").is_some_and(|t| t.as_text().is_some_and(|t| t.contains('/')));
    let bare = json.get("id").and_then(Json::as_text).filter(|id| !id.contains('/')).map(str::to_owned);
    let guid = bare.or_else(|| json.get("subscriptionId").and_then(Json::as_text).map(str::to_owned));
    let listed = json.get("displayName").is_none() && json.get("isDefault").is_some();
    let Kind::Object(mut members) = json.kind else { return json };
    let added = |key: &'static str, value: Cow<'static, str>| Member {
        key: Cow::Borrowed(key),
        key_span: span,
        value: Json { kind: Kind::Text(value), span: super::rows::opening_of(span), cut: false },
    };
    if let Some(guid) = guid {
        let full = format!("/subscriptions/{guid}");
        match members.iter_mut().find(|m| m.key.eq_ignore_ascii_case("id")) {
            Some(id) if id.value.as_text().is_none_or(|t| !t.contains('/')) => {
                id.value.kind = Kind::Text(Cow::Owned(full))
            }
            Some(_) => {}
            None => members.push(added("id", Cow::Owned(full))),
        }
    }
    if listed && let Some(name) = members.iter_mut().find(|m| m.key == "name") {
        name.key = Cow::Borrowed("displayName");
    }
    if !typed {
        members.retain(|m| !m.key.eq_ignore_ascii_case("type"));
        members.push(added("type", Cow::Borrowed(ordain::ids::SUBSCRIPTION_TYPE)));
    }
    Json { kind: Kind::Object(members), span, cut }
}
