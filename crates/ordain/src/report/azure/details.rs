//! `policyEvaluationDetails`: what decided a record (spec S-42 … S-48).

use super::AzureOptions;
use crate::engine::Outcome;
use crate::evaluate::Truth;
use crate::explain::{Compared, Explanation, PathItem, Side};
use crate::value::Value;
use serde::Serialize;

/// What decided a record.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EvaluationDetails {
    /// The conditions that decided, in source order.
    pub evaluated_expressions: Vec<EvaluatedExpression>,
    /// What the search for a related resource came to; absent where nothing was looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_not_exists_details: Option<IfNotExistsDetails>,
}

/// One condition that decided, keys in the order of the service (spec S-43).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EvaluatedExpression {
    /// `True` or `False`.
    pub result: &'static str,
    /// `Field`, `Value` or `Count`.
    pub expression_kind: &'static str,
    /// The field, value or counted array as written.
    pub expression: String,
    /// Of a field the path in the resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What was found; absent when that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression_value: Option<serde_json::Value>,
    /// The right side.
    pub target_value: serde_json::Value,
    /// The operator, its first letter in upper case.
    pub operator: String,
}

/// What a search for a related resource came to (spec E-90).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct IfNotExistsDetails {
    /// The candidate that was judged last; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Number of candidates.
    pub total_resources: usize,
}

/// What decided an outcome, of which `why` is the explanation.
#[must_use]
pub fn details(outcome: &Outcome<'_>, why: &Explanation, options: AzureOptions) -> EvaluationDetails {
    let related = outcome.related().map(|related| IfNotExistsDetails {
        resource_id: related.last_id().map(str::to_owned),
        total_resources: related.total(),
    });
    EvaluationDetails { if_not_exists_details: related, ..expressions(why, options) }
}

/// The conditions that decided.
pub(in crate::report) fn expressions(why: &Explanation, options: AzureOptions) -> EvaluationDetails {
    let evaluated = why.evaluated().into_iter().map(|compared| expression(compared, options));
    EvaluationDetails { evaluated_expressions: evaluated.collect(), if_not_exists_details: None }
}

fn expression(compared: &Compared, options: AzureOptions) -> EvaluatedExpression {
    let show = |value: &Value| cut(compared.shown(value, options.values).to_json(), options);
    let is_field = compared.kind() == "Field";
    let starred = |side: &Side| side.location().items().iter().any(|item| matches!(item, PathItem::Index(_)));
    // A field with `[*]` is one entry with the array of its values (spec S-46).
    let many = is_field && (compared.subject().contains("[*]") || compared.sides().iter().any(starred));
    let value = match many {
        true => {
            let values: Vec<Value> = compared.sides().iter().filter_map(|s| s.value()).cloned().collect();
            Some(show(&Value::array(values)))
        }
        false => compared.side().and_then(|side| side.value()).map(show),
    };
    let path = compared.location().map(|location| path(&location.items()));
    let path = path.filter(|path| !path.is_empty()).unwrap_or_else(|| compared.subject().to_owned());
    let mut operator = compared.operator().to_owned();
    if let Some(first) = operator.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    EvaluatedExpression {
        result: if compared.truth() == Truth::True { "True" } else { "False" },
        expression_kind: compared.kind(),
        expression: compared.subject().to_owned(),
        path: is_field.then_some(path),
        expression_value: value,
        target_value: target(compared).unwrap_or_else(|| compared.operand().map(show).unwrap_or_default()),
        operator,
    }
}

/// What `exists` wants, as the service writes it: a text (spec S-43).
fn target(compared: &Compared) -> Option<serde_json::Value> {
    if compared.operator() != "exists" {
        return None;
    }
    let wanted = match compared.operand()? {
        Value::Bool(wanted) => *wanted,
        Value::Text(text) if text.eq_ignore_ascii_case("true") => true,
        Value::Text(text) if text.eq_ignore_ascii_case("false") => false,
        _ => return None,
    };
    Some(if wanted { "True" } else { "False" }.into())
}

/// A place with stars for the places of elements.
fn path(items: &[PathItem<'_>]) -> String {
    let mut path = String::new();
    for item in items {
        match item {
            PathItem::Index(_) => path.push_str("[*]"),
            PathItem::Key(key) if path.is_empty() => path.push_str(key),
            PathItem::Key(key) => {
                path.push('.');
                path.push_str(key);
            }
        }
    }
    path
}

/// Characters that a value may have before it is cut (spec S-48).
const LONGEST: usize = 1_000;

fn cut(value: serde_json::Value, options: AzureOptions) -> serde_json::Value {
    if options.full_values {
        return value;
    }
    let written = match &value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match written.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", written.get(..at).unwrap_or_default()).into(),
        None => value,
    }
}
