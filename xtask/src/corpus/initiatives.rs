//! Initiatives of a corpus: do their references lead somewhere, do the values that they pass parse?

use ordain::json::{self, Dialect};
use ordain::probe::{Probe, Probed};
use ordain::{Diagnostic, Node, Object, Value};
use serde_json::Value as Json;
use std::collections::HashMap;

/// What a corpus holds to refer to: parameters by the definition's id, and by its name.
pub struct Definitions<'l> {
    by_id: HashMap<String, &'l Json>,
    by_name: HashMap<String, &'l Json>,
}

/// References whose definition stands elsewhere.
#[derive(Default)]
pub struct Elsewhere(pub usize);

impl<'l> Definitions<'l> {
    pub fn of(lines: &'l [Json]) -> Self {
        let mut definitions = Self { by_id: HashMap::new(), by_name: HashMap::new() };
        for line in lines.iter().filter(|line| line["kind"] == "definition") {
            let body = &line["body"];
            let parameters = &body["properties"]["parameters"];
            if let Some(id) = body["id"].as_str() {
                definitions.by_id.entry(id.to_ascii_lowercase()).or_insert(parameters);
            }
            if let Some(name) = body["name"].as_str() {
                definitions.by_name.entry(name.to_ascii_lowercase()).or_insert(parameters);
            }
        }
        definitions
    }

    fn find(&self, id: &str) -> Option<&'l Json> {
        let id = id.to_ascii_lowercase();
        let name = id.rsplit('/').next().unwrap_or(&id);
        self.by_id.get(&id).or_else(|| self.by_name.get(name)).copied()
    }
}

/// Everything that is wrong with an initiative.
pub fn check(
    path: &str,
    text: &str,
    definitions: &Definitions<'_>,
    elsewhere: &mut Elsewhere,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut error =
        |code: &'static str, message: String| found.push(Diagnostic::error(code, message).origin(path));
    let body = json::read(text, Dialect::Policy).0.map(|json| Node::to_value(&json)).unwrap_or(Value::Null);
    let properties = member(&body, "properties").unwrap_or(&body);
    let references = member(properties, "policyDefinitions").and_then(Value::as_array).unwrap_or_default();
    if references.is_empty() {
        error("MissingKey", "`policyDefinitions` is missing, no array, or empty".into());
    }
    let probe = Probe { parameters: declared(properties), ..Probe::default() };
    for (at, reference) in references.iter().enumerate() {
        let label = text_of(reference, "policyDefinitionReferenceId").unwrap_or("");
        let given = member(reference, "parameters").and_then(Value::as_object);
        for (name, value) in given.map(Object::members).unwrap_or_default() {
            let mut texts = Vec::new();
            strings(member(value, "value").unwrap_or(value), &mut texts);
            for text in texts {
                if let Probed::Refused(problems) = probe.expression(plain(text), &Json::Null) {
                    let errors = problems.iter().filter(|problem| problem.is_error());
                    errors.for_each(|e| error(e.code(), format!("`{label}`, `{name}`: {}", e.message())));
                }
            }
        }
        // Deployment tools take the name alone (spec I-62).
        let id =
            text_of(reference, "policyDefinitionId").or_else(|| text_of(reference, "policyDefinitionName"));
        let Some(id) = id else {
            error("MissingKey", format!("reference {} `{label}` has no `policyDefinitionId`", at + 1));
            continue;
        };
        match definitions.find(id) {
            Some(parameters) => {
                for (name, declaration) in parameters.as_object().into_iter().flatten() {
                    let passed = given.is_some_and(|given| given.get(name).is_some());
                    if !passed && declaration.get("defaultValue").is_none_or(Json::is_null) {
                        error("ParameterMissing", format!("`{label}` passes no value for `{name}`"));
                    }
                }
            }
            // What Microsoft publishes carries its id, and its references stand beside it. Repositories refer
            // to built-ins and to files that are not here.
            None if member(&body, "id").is_some() => {
                error("ReferenceNotFound", format!("`{label}`: nothing has the id `{id}`"));
            }
            None => elsewhere.0 += 1,
        }
    }
    found
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_object().and_then(|object| object.get(name)).filter(|value| !value.is_null())
}

fn text_of<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    member(value, name).and_then(Value::as_text)
}

/// Some value for each declared parameter: what an expression asks for must be there.
fn declared(properties: &Value) -> Object {
    let declarations = member(properties, "parameters").and_then(Value::as_object);
    let mut values = Object::new();
    for (name, declaration) in declarations.map(Object::members).unwrap_or_default() {
        let default = member(declaration, "defaultValue").cloned();
        values.push(name.clone(), default.unwrap_or_else(|| Value::text("sample")));
    }
    values
}

/// In files that are parts of templates each policy expression has one bracket more (spec G-38).
fn plain(text: &str) -> &str {
    match text.strip_prefix('[') {
        Some(rest) if rest.starts_with('[') && text.ends_with(']') => rest,
        _ => text,
    }
}

fn strings<'v>(value: &'v Value, texts: &mut Vec<&'v str>) {
    match value {
        Value::Text(text) => texts.push(text),
        Value::Array(members) => members.iter().for_each(|member| strings(member, texts)),
        Value::Object(object) => object.members().iter().for_each(|(_, member)| strings(member, texts)),
        _ => {}
    }
}
