//! Parameter declarations (spec 01 section 6). Values are checked when they are bound.

use super::{Problem, Reading};
use crate::ast::{Parameter, ParameterType};
use crate::json::{Json, Member};
use crate::value::{Node, Value, text::key_eq};

impl Reading<'_> {
    pub(super) fn parameters(&mut self, body: &Json<'_>) -> Vec<Parameter> {
        self.declared = Some(Vec::new());
        let entry = body.entry("parameters").or_else(|| body.entry("parameter"));
        let Some(member) = entry.filter(|m| !m.value.is_null()) else { return Vec::new() };
        if !member.value.is_object() {
            let found = member.value.kind_name();
            let problem = Problem::BodyType { key: "parameters", expected: "an object", found, fatal: true };
            self.report(&problem, member.value.span);
            return Vec::new();
        }
        self.check_duplicates(&member.value);
        let members = member.value.members();
        self.declared = Some(members.iter().map(|m| m.key.as_ref().into()).collect());
        members.iter().filter_map(|m| self.parameter(m)).collect()
    }

    fn parameter(&mut self, member: &Member<'_>) -> Option<Parameter> {
        let name = member.key.to_string();
        let json = &member.value;
        if !json.is_object() {
            self.report(&Problem::ParameterShape { name, found: json.kind_name() }, json.span);
            return None;
        }
        self.check_duplicates(json);
        let kind = self.parameter_type(&name, member)?;
        let default = json.get("defaultValue");
        let allowed = json.get("allowedValues").map(Json::items).unwrap_or_default();
        let schema = json.get("schema");
        if let Some(schema) = schema {
            self.check_exact_duplicates(schema);
        }
        match json.entry("schema") {
            Some(member) if kind != ParameterType::Object => {
                self.report(&Problem::SchemaIgnored { name: name.clone() }, member.key_span);
            }
            Some(member) => self.check_schema(&name, &member.value),
            None => {}
        }
        if let Some(default) = default {
            self.check_literal(default);
        }
        let parameter = Parameter {
            name: name.into(),
            kind,
            default: default.map(Node::to_value),
            allowed: allowed.iter().map(Node::to_value).collect(),
            strong_type: json.get("metadata").and_then(|m| m.get("strongType")?.as_text()).map(Into::into),
            schema: schema.filter(|_| kind == ParameterType::Object).map(Node::to_value),
            span: member.key_span,
            default_span: default.map_or(member.key_span, |d| d.span),
        };
        self.check_default(&parameter);
        Some(parameter)
    }

    /// Texts of a default that would be expressions elsewhere (spec D-56).
    fn check_literal(&mut self, value: &Json<'_>) {
        if let Some(text) = value.as_text()
            && matches!(crate::expr::classify(text), crate::expr::Fragment::Expression(_))
        {
            self.report(&Problem::LiteralLooksLikeExpression { text: text.to_owned() }, value.span);
        }
        value.items().iter().for_each(|member| self.check_literal(member));
        value.members().iter().for_each(|member| self.check_literal(&member.value));
    }

    fn parameter_type(&mut self, name: &str, member: &Member<'_>) -> Option<ParameterType> {
        let given = member.value.entry("type");
        let text = given.and_then(|m| m.value.as_text());
        let kind =
            text.and_then(|t| ParameterType::ALL.iter().find(|(_, n)| key_eq(n, t)).map(|(kind, _)| *kind));
        if kind.is_none() {
            let nearest = match text {
                Some(t) if key_eq(t, "int") => Some("Integer"),
                Some(t) if key_eq(t, "bool") => Some("Boolean"),
                Some(t) if key_eq(t, "secureString") => Some("String"),
                Some(t) => crate::diagnostic::nearest(t, ParameterType::ALL.iter().map(|(_, n)| *n)),
                None => None,
            };
            let found = match (given, text) {
                (None, _) => "no type".to_owned(),
                (_, Some(text)) => format!("the unknown type `{text}`"),
                (Some(m), None) => {
                    format!("{} in place of a type", crate::diagnostic::a(m.value.kind_name()))
                }
            };
            let at = given.map_or(member.key_span, |m| m.value.span);
            self.report(&Problem::ParameterType { name: name.to_owned(), found, nearest }, at);
        }
        kind
    }

    /// A default must be among the allowed values, else the service refuses the definition (spec D-59). Its
    /// type is checked when it is bound.
    fn check_default(&mut self, parameter: &Parameter) {
        let Some(default) = &parameter.default else { return };
        if !is_allowed(parameter, default) {
            self.report(
                &Problem::DefaultNotAllowed { name: parameter.name.to_string() },
                parameter.default_span,
            );
        }
    }

    pub(super) fn check_unused(&mut self, parameters: &[Parameter]) {
        // A rule that could not be read says nothing about what it uses.
        if self.diagnostics.iter().any(crate::diagnostic::Diagnostic::is_error) {
            return;
        }
        let unused: Vec<(String, crate::source::Span)> = parameters
            .iter()
            .filter(|p| !self.used.iter().any(|used| key_eq(used, &p.name)))
            .map(|p| (p.name.to_string(), p.span))
            .collect();
        for (name, span) in unused {
            self.report(&Problem::UnusedParameter { name }, span);
        }
    }
}

/// Whether `allowedValues` admit a value (spec D-57, D-58): exact, case included; arrays member by member unless
/// whole arrays are listed.
#[must_use]
pub(crate) fn is_allowed(parameter: &Parameter, value: &Value) -> bool {
    let listed = |value: &Value| parameter.allowed.iter().any(|allowed| same(allowed, value));
    if parameter.allowed.is_empty() || listed(value) {
        return true;
    }
    let whole_arrays = parameter.allowed.iter().any(|allowed| matches!(allowed, Value::Array(_)));
    match value {
        Value::Array(members) if parameter.kind == ParameterType::Array && !whole_arrays => {
            members.iter().all(listed)
        }
        _ => false,
    }
}

/// Equal as JSON: numbers by value at any depth, objects member by member.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x.view().order(y.view()) == Some(std::cmp::Ordering::Equal),
        (Value::Array(x), Value::Array(y)) => {
            x.len() == y.len() && x.iter().zip(y.iter()).all(|(x, y)| same(x, y))
        }
        (Value::Object(x), Value::Object(y)) => {
            let fits = |name: &str, x| y.get_exact(name).is_some_and(|y| same(x, y));
            x.len() == y.len() && x.members().iter().all(|(name, x)| fits(name, x))
        }
        _ => a == b,
    }
}
