//! A definition as JSON again: reading what is printed gives the same definition (spec D-75).

use super::{
    Condition, ConditionKind, Count, Definition, Details, DetailsShape, Leaf, ParameterType, PolicyType,
    Subject, Template, TemplateKind,
};
use crate::value::{Object, Value, text::key_eq};

/// The body of a definition, as it stands under `properties`.
#[must_use]
pub fn definition(definition: &Definition) -> Value {
    let mut body = Object::new();
    body.push("displayName", text(&definition.display_name));
    body.push("description", text(&definition.description));
    body.push(
        "policyType",
        text(match definition.policy_type {
            PolicyType::BuiltIn => "BuiltIn",
            PolicyType::Custom => "Custom",
            PolicyType::Static => "Static",
        }),
    );
    if definition.policy_type != PolicyType::Static {
        body.push("mode", text(&definition.mode.text));
    }
    body.push("version", text(&definition.version));
    body.push("metadata", object([("category", text(&definition.category))]));
    let mut parameters = Object::new();
    for parameter in &definition.parameters {
        let mut declared = Object::new();
        let kind =
            ParameterType::ALL.iter().find(|(kind, _)| *kind == parameter.kind).map_or("", |(_, name)| name);
        declared.push("type", text(kind));
        if let Some(default) = &parameter.default {
            declared.push("defaultValue", default.clone());
        }
        if !parameter.allowed.is_empty() {
            declared.push("allowedValues", Value::array(parameter.allowed.clone()));
        }
        if let Some(schema) = &parameter.schema {
            declared.push("schema", schema.clone());
        }
        if let Some(strong_type) = &parameter.strong_type {
            declared.push("metadata", object([("strongType", text(strong_type))]));
        }
        parameters.push(parameter.name.clone(), Value::object(declared));
    }
    body.push("parameters", Value::object(parameters));
    let then = &definition.rule.then;
    let mut consequence = Object::new();
    consequence.push("effect", template(&then.effect));
    if let Some(details) = &then.details {
        consequence.push("details", self::details(details));
    }
    body.push(
        "policyRule",
        object([("if", condition(&definition.rule.condition)), ("then", Value::object(consequence))]),
    );
    Value::object(body)
}

fn text(given: &str) -> Value {
    Value::text(given)
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// A condition.
#[must_use]
pub fn condition(condition: &Condition) -> Value {
    let all = |members: &[Condition]| members.iter().map(self::condition).collect::<Vec<_>>();
    match &condition.kind {
        ConditionKind::AllOf(members) => object([("allOf", Value::array(all(members)))]),
        ConditionKind::AnyOf(members) => object([("anyOf", Value::array(all(members)))]),
        ConditionKind::Not(member) => object([("not", self::condition(member))]),
        ConditionKind::Leaf(leaf) => self::leaf(leaf),
    }
}

fn leaf(leaf: &Leaf) -> Value {
    let (key, subject) = match &leaf.subject {
        Subject::Field(field) => ("field", text(&field.text)),
        Subject::Value(value) => ("value", template(value)),
        Subject::Count(count) => ("count", self::count(count)),
    };
    object([(key, subject), (leaf.operator.name(), template(&leaf.operand))])
}

fn count(count: &Count) -> Value {
    let mut printed = Object::new();
    match count {
        Count::Field { field, .. } => printed.push("field", text(&field.text)),
        Count::Value { value, name, .. } => {
            printed.push("value", template(value));
            printed.push("name", text(name));
        }
    }
    if let Some(filter) = count.filter() {
        printed.push("where", condition(filter));
    }
    Value::object(printed)
}

/// Details: what was never read as an expression is printed as it stands.
fn details(details: &Details) -> Value {
    match details.shape {
        DetailsShape::DataPlane => raw(&details.body),
        _ => details_part(&details.body, &[]),
    }
}

fn details_part(part: &Template, path: &[&str]) -> Value {
    let TemplateKind::Object(members) = &part.kind else { return template(part) };
    let mut printed = Object::new();
    for (key, value) in members {
        let name = key.literal().and_then(Value::as_text).unwrap_or_default();
        let own = ["deployment", "properties"].into_iter().find(|known| key_eq(known, name));
        let opaque = match path {
            [] => key_eq(name, "existenceCondition"),
            ["deployment", "properties"] => key_eq(name, "template"),
            _ => false,
        };
        let value = match own {
            _ if opaque => raw(value),
            Some(own) if path.len() < 2 => {
                details_part(value, &path.iter().copied().chain([own]).collect::<Vec<_>>())
            }
            _ => template(value),
        };
        printed.push(name, value);
    }
    Value::object(printed)
}

fn raw(template: &Template) -> Value {
    template.literal().cloned().unwrap_or(Value::Null)
}

/// A value in which strings may be expressions: a literal that looks like one is escaped.
fn template(template: &Template) -> Value {
    match &template.kind {
        TemplateKind::Literal(value) => escaped(value),
        TemplateKind::Expression(expression) => Value::Text(expression.text.clone()),
        TemplateKind::Array(items) => Value::array(items.iter().map(self::template).collect::<Vec<_>>()),
        TemplateKind::Object(members) => {
            let mut printed = Object::new();
            for (key, value) in members {
                if let Value::Text(key) = self::template(key) {
                    printed.push(key, self::template(value));
                }
            }
            Value::object(printed)
        }
    }
}

fn escaped(value: &Value) -> Value {
    let escape = |text: &str| {
        let looks = text.starts_with('[') && text.ends_with(']') && text.len() >= 2;
        if looks { format!("[{text}") } else { text.to_owned() }
    };
    match value {
        Value::Text(text) => Value::text(escape(text)),
        Value::Array(members) => Value::array(members.iter().map(escaped).collect::<Vec<_>>()),
        Value::Object(object) => Value::object(
            object.members().iter().map(|(key, value)| (escape(key).into(), escaped(value))).collect(),
        ),
        other => other.clone(),
    }
}
