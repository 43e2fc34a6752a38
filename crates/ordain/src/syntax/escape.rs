//! Definitions that were written for a deployment, with `[[` throughout (spec D-25).

use crate::json::{Json, Kind, Member};
use crate::value::text::key_eq;
use std::borrow::Cow;

/// The body with one `[` taken off each escaped string, if the rule holds such strings and no others, and at
/// least one of them is an expression then: `[[text]` alone may be meant as the literal `[text]`.
///
/// `deciding` are the members that are looked at: the rule of a definition, the parameters that an initiative or
/// an assignment passes.
pub(super) fn unescaped<'t>(object: &Json<'t>, deciding: &[&str]) -> Option<Json<'t>> {
    let inner = object.get("properties").filter(|p| p.is_object());
    let member = |name: &&str| object.get(name).or_else(|| inner?.get(name));
    let looked_at = deciding.iter().find_map(member)?;
    let (mut escaped, mut plain) = (false, false);
    survey(looked_at, &mut Vec::new(), &mut |text| {
        if text.starts_with('[') && text.ends_with(']') && text.len() >= 2 {
            match text.strip_prefix('[').filter(|inner| inner.starts_with('[')) {
                Some(inner) => escaped |= crate::expr::parse(inner).is_ok(),
                None => plain = true,
            }
        }
    });
    (escaped && !plain).then(|| strip(object))
}

/// Visits the strings of a rule outside the template of its deployment.
fn survey(json: &Json<'_>, path: &mut Vec<String>, visit: &mut impl FnMut(&str)) {
    match &json.kind {
        Kind::Text(text) => visit(text),
        Kind::Array(items) => items.iter().for_each(|item| survey(item, path, visit)),
        Kind::Object(members) => {
            for member in members {
                let inside =
                    |name: &str, at: usize| path.iter().nth_back(at).is_some_and(|k| key_eq(k, name));
                if key_eq(&member.key, "template") && inside("properties", 0) && inside("deployment", 1) {
                    continue;
                }
                path.push(member.key.to_string());
                survey(&member.value, path, visit);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Takes one `[` off each string `[[…]`, names included; spans stay those of the file.
pub(super) fn strip<'t>(json: &Json<'t>) -> Json<'t> {
    let kind = match &json.kind {
        Kind::Text(text) => Kind::Text(strip_text(text)),
        Kind::Array(items) => Kind::Array(items.iter().map(strip).collect()),
        Kind::Object(members) => Kind::Object(
            members
                .iter()
                .map(|m| Member { key: strip_text(&m.key), key_span: m.key_span, value: strip(&m.value) })
                .collect(),
        ),
        other => other.clone(),
    };
    Json { kind, span: json.span, cut: json.cut }
}

fn strip_text<'t>(text: &Cow<'t, str>) -> Cow<'t, str> {
    if !(text.starts_with("[[") && text.ends_with(']')) {
        return text.clone();
    }
    match text {
        Cow::Borrowed(t) => Cow::Borrowed(t.strip_prefix('[').unwrap_or(t)),
        Cow::Owned(t) => Cow::Owned(t.strip_prefix('[').unwrap_or(t).to_owned()),
    }
}
