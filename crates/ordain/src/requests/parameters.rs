//! Values of parameters: those of a template from a parameter file, those of policies in a payload (spec I-67).

use super::body;
use crate::json::Json;
use crate::value::{Object, Value};
use std::sync::Arc;

/// The values that a parameter file gives to a template: `{name: value}`, `{name: {"value": value}}`, or either
/// under `parameters`. A reference to a key vault gives none: what depends on it stays unresolved.
///
/// ```
/// let file = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
///     "parameters": {"sku": {"value": "Premium"}, "secret": {"reference": {"keyVault": {}}}}}"#;
/// let (json, _) = ordain::json::read(file, ordain::json::Dialect::Template);
/// let options = ordain::requests::RequestOptions {
///     template_parameters: ordain::requests::template_parameters(&json.unwrap()),
///     ..Default::default()
/// };
/// assert_eq!(options.template_parameters.get("sku").and_then(|sku| sku.as_text()), Some("Premium"));
/// assert!(options.template_parameters.get("secret").is_none());
/// ```
#[must_use]
pub fn template_parameters(json: &Json<'_>) -> Object {
    let beside = ["$schema", "contentVersion", "metadata", "parameters"];
    let is_file = json.members().iter().all(|m| beside.iter().any(|name| name.eq_ignore_ascii_case(&m.key)));
    match json.get("parameters").filter(|inside| is_file && inside.is_object()) {
        Some(inside) => values(inside),
        None => values(json),
    }
}

/// The values of an object of names.
pub(super) fn values(json: &Json<'_>) -> Object {
    let members = json.members().iter();
    members.filter_map(|member| Some((Arc::from(&*member.key), value(&member.value)?))).collect()
}

/// A value, alone or wrapped; nothing for what stands for a value elsewhere.
fn value(given: &Json<'_>) -> Option<Value> {
    match given.members() {
        [only] if only.key.eq_ignore_ascii_case("value") => Some(body::literal(&only.value)),
        [only] if only.key.eq_ignore_ascii_case("reference") && only.value.get("keyVault").is_some() => None,
        _ => Some(body::literal(given)),
    }
}
