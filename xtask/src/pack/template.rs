//! The pack as a deployment template for a subscription: definitions, initiative, assignments.

use super::Pack;
use super::tree::Tree;

const SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#";
const API: &str = "2023-04-01";

/// The template. Ids of the example subscription become expressions; what an assignment says of the initiative's
/// lists becomes a parameter of the template, since the values are the example's.
pub fn template(pack: &Pack) -> Tree {
    let mut resources: Vec<Tree> = Vec::new();
    for document in pack.judged.iter().chain(&pack.repairs) {
        resources.push(resource("policyDefinitions", document, document.escaped_properties()));
    }
    resources.push(initiative(pack));
    let declared = pack.initiative.tree.at(&["properties", "parameters"]);
    let lists = || declared.into_iter().flat_map(Tree::members).filter(|(_, value)| !is_effect(value));
    for (index, assignment) in pack.assignments.iter().enumerate() {
        let mut properties = assignment.escaped_properties();
        properties.set("policyDefinitionId", id("policySetDefinitions", &pack.initiative.name));
        properties.remove("scope");
        properties.remove("notScopes");
        properties.set("notScopes", Tree::text("[parameters('notScopes')]"));
        let mut values = Tree::Object(Vec::new());
        for (name, value) in properties.get("parameters").into_iter().flat_map(Tree::members) {
            if declared.and_then(|d| d.get(name)).is_some_and(is_effect) {
                values.set(name, value.clone());
            }
        }
        for (name, _) in lists() {
            values.set(name, Tree::object([("value", Tree::text(format!("[parameters('{name}')]")))]));
        }
        properties.set("parameters", values);
        let mut made = resource("policyAssignments", assignment, properties);
        if index > 0 {
            made.set("condition", Tree::text("[parameters('enforce')]"));
        }
        made.set("dependsOn", Tree::Array(vec![id("policySetDefinitions", &pack.initiative.name)]));
        resources.push(made);
    }
    let mut parameters = Tree::Object(Vec::new());
    for (name, value) in lists() {
        parameters.set(name, parameter(value));
    }
    let scopes = "Ids of resource groups and resources that the assignments leave out.";
    parameters.set("notScopes", described("array", Tree::Array(Vec::new()), scopes));
    let enforce = "Whether the enforcing assignment is made too.";
    parameters.set("enforce", described("bool", Tree::Scalar("false".into()), enforce));
    Tree::object([
        ("$schema", Tree::text(SCHEMA)),
        ("contentVersion", Tree::text("1.0.0.0")),
        ("metadata", Tree::object([("description", Tree::text(super::GENERATED))])),
        ("parameters", parameters),
        ("resources", Tree::Array(resources)),
    ])
}

fn is_effect(declared: &Tree) -> bool {
    declared.get("allowedValues").is_some_and(|values| values.items().contains(&Tree::text("Disabled")))
}

fn initiative(pack: &Pack) -> Tree {
    let mut properties = pack.initiative.escaped_properties();
    let references = properties.get("policyDefinitions").map(Tree::items).unwrap_or_default().to_vec();
    let names: Vec<String> = references
        .iter()
        .map(|reference| last_segment(reference.text_at(&["policyDefinitionId"])).to_owned())
        .collect();
    let ids = |name: &String| id("policyDefinitions", name);
    let placed = references.into_iter().zip(&names).map(|(mut reference, name)| {
        reference.set("policyDefinitionId", ids(name));
        reference
    });
    properties.set("policyDefinitions", Tree::Array(placed.collect()));
    let mut made = resource("policySetDefinitions", &pack.initiative, properties);
    made.set("dependsOn", Tree::Array(names.iter().map(ids).collect()));
    made
}

fn resource(kind: &str, document: &super::Document, properties: Tree) -> Tree {
    Tree::object([
        ("type", Tree::text(format!("Microsoft.Authorization/{kind}"))),
        ("apiVersion", Tree::text(API)),
        ("name", Tree::text(&document.name)),
        ("properties", properties),
    ])
}

fn id(kind: &str, name: &str) -> Tree {
    Tree::text(format!("[subscriptionResourceId('Microsoft.Authorization/{kind}', '{name}')]"))
}

pub fn last_segment(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// A parameter of the initiative as one of the template.
fn parameter(declared: &Tree) -> Tree {
    let kind = match declared.text_at(&["type"]) {
        "Integer" => "int",
        "Array" => "array",
        "Boolean" => "bool",
        "Object" => "object",
        _ => "string",
    };
    let default = declared.get("defaultValue").cloned().unwrap_or_else(|| Tree::text(""));
    let mut made = described(kind, default, declared.text_at(&["metadata", "description"]));
    if let Some(values) = declared.get("allowedValues") {
        made.set("allowedValues", values.clone());
    }
    made
}

fn described(kind: &str, default: Tree, description: &str) -> Tree {
    Tree::object([
        ("type", Tree::text(kind)),
        ("defaultValue", default),
        ("metadata", Tree::object([("description", Tree::text(description))])),
    ])
}
