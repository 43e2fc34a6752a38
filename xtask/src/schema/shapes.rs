//! What stands around a policy object: envelopes, lists, pages, templates (spec 01 section 2, spec I-60).

use super::keys::{Keys, any_case, has, reference};
use serde_json::{Map, Value, json};

/// A schema whose documents are one `kind`, a list or page of them, or a deployment template.
pub fn document(title: &str, about: &str, kind: &str, mut definitions: Map<String, Value>) -> Value {
    definitions.insert("page".into(), page(kind));
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        "description": about,
        "type": ["object", "array"],
        "if": {"type": "array"},
        "then": {"items": {"type": ["object", "array"], "allOf": [reference("item")]}},
        "else": reference("item"),
        "definitions": with_item(kind, definitions),
    })
}

fn with_item(kind: &str, mut definitions: Map<String, Value>) -> Map<String, Value> {
    let item = json!({
        "if": template(),
        "then": {"description": "A deployment template: the schema that its `$schema` names is the one for it."},
        "else": {
            "if": {"required": ["value"], "not": has(&["properties", "policyRule", "if"])},
            "then": reference("page"),
            "else": reference(kind),
        },
    });
    definitions.insert("item".into(), item);
    definitions
}

fn page(kind: &str) -> Value {
    json!({
        "description": "A page of a list, as the service answers.",
        "type": "object",
        "properties": {"value": {"type": "array", "items": reference(kind)}, "nextLink": {"type": ["string", "null"]}},
    })
}

/// A template, exported or not (spec I-9, tests 2 and 4c). Keys are asked for without naming what they hold: editors
/// offer every key that such a question names under `properties`.
fn template() -> Value {
    let schema = json!({"type": "string", "pattern": "[dD]eployment[tT]emplate\\.json"});
    json!({"anyOf": [
        {"type": "object", "required": ["resources"], "anyOf": [
            {"required": ["contentVersion"]},
            {"required": ["$schema"], "properties": {"$schema": schema}},
        ]},
        {"type": "object", "required": ["template"], "not": has(&["properties", "policyRule", "if"])},
    ]})
}

/// Names around the body. What other tools put beside them is ignored (spec D-18), so that other keys may be there.
fn envelope(keys: Keys) -> Keys {
    let text = json!({"type": "string"});
    keys.key("id", "The id in Azure; without it one is made of the name.", text.clone())
        .key("name", "The name in Azure, by which others refer to it.", text.clone())
        .key("type", "The resource type.", text.clone())
        .key("apiVersion", "The API version, in a template or request.", text)
        .key("$schema", "The schema of this file.", json!({"type": "string"}))
}

/// An object whose body is under `properties`.
pub fn nested(about: &str, body: Value) -> Value {
    let keys = envelope(Keys::new(about)).strict("properties", "What the object says.", body);
    keys.need(&["properties"]).open().build()
}

/// Which form an object has: told by where the deciding key stands (spec I-61). While neither is there, by what else
/// is: an empty object is offered `properties`.
pub fn nested_or_flat(deciding: &[&'static str], flat_keys: &[&'static str]) -> Value {
    let top = json!({"anyOf": [has(deciding), {"allOf": [has(flat_keys), {"not": has(&["properties"])}]}]});
    json!({"if": top, "then": reference("flat"), "else": reference("nested")})
}

/// An object without `properties`: names and body side by side.
pub fn flat(keys: Keys) -> Value {
    let mut schema = envelope(keys).build();
    let texts = [
        "location",
        "kind",
        "etag",
        "scope",
        "comments",
        "resourceGroup",
        "subscriptionId",
        "tenantId",
        "ResourceId",
        "ResourceName",
        "ResourceType",
        "ResourceGroupName",
        "PolicyDefinitionId",
        "PolicySetDefinitionId",
        "PolicyAssignmentId",
        "PolicyExemptionId",
        "IdentityType",
        "IdentityPrincipalId",
        "IdentityTenantId",
    ];
    let others = ["tags", "systemData", "dependsOn", "condition", "copy", "IdentityUserAssignedIdentity"];
    // Those that the body has as keys of its own are left to it.
    let own: Vec<String> = match schema["properties"].as_object() {
        Some(own) => own.keys().map(|key| key.to_lowercase()).collect(),
        None => Vec::new(),
    };
    let left = |names: &[&'static str]| -> Vec<&'static str> {
        names.iter().copied().filter(|name| !own.contains(&name.to_lowercase())).collect()
    };
    let system_data = any_case(&left(&others)).replace("^(?:", "^(?:[sS]ystem[dD]ata[A-Za-z]+|");
    let patterns = &mut schema["patternProperties"];
    patterns[any_case(&left(&texts))] = json!({"type": ["string", "null"]});
    patterns[system_data] = json!(true);
    patterns[any_case(&["identity"])] = json!({"type": ["object", "null"]});
    schema
}
