//! Binding parameters: given value, else default; types and allowed values checked (spec 01 section 6).

use super::{Linking, Problem, schema};
use crate::ast::{Parameter, ParameterType};
use crate::expr;
use crate::value::{Num, Number, Object, Value, time};

/// How a value fits a declared type.
enum Fit {
    Fits,
    Coerced(Value),
    Misfit,
}

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The assignment.
    Given,
    /// The declaration, for want of another.
    Default,
    /// The declaration, but another one is given.
    Unused,
}

impl Linking<'_> {
    /// The values of all declared parameters; those without one are reported together (spec D-54).
    pub(super) fn bind(&mut self, given: &Object) -> Object {
        let definition = self.definition;
        let mut bound = Object::new();
        let mut missing: Vec<&Parameter> = Vec::new();
        for parameter in &definition.parameters {
            let value = given.get(&parameter.name).and_then(unwrapped);
            match (value, &parameter.default) {
                (Some(value), default) => {
                    if let Some(value) = self.check(parameter, value, Origin::Given) {
                        bound.push(parameter.name.clone(), value);
                    }
                    // The declaration is to be right whatever the assignment gives.
                    if let Some(default) = default {
                        self.check(parameter, default, Origin::Unused);
                    }
                }
                (None, Some(default)) => {
                    if let Some(value) = self.check(parameter, default, Origin::Default) {
                        bound.push(parameter.name.clone(), value);
                    }
                }
                (None, None) => missing.push(parameter),
            }
        }
        if let [first, ..] = missing[..] {
            let names: Vec<String> = missing.iter().map(|p| format!("`{}`", p.name)).collect();
            let problem = Problem::ParameterMissing { count: names.len(), names: names.join(", ") };
            self.report(&problem, first.span);
        }
        bound
    }

    fn check(&mut self, parameter: &Parameter, value: &Value, origin: Origin) -> Option<Value> {
        let name = || parameter.name.to_string();
        let (expected, found) = (words(parameter.kind), value.kind());
        let (given, unused) = (origin == Origin::Given, origin == Origin::Unused);
        let span = if given { parameter.span } else { parameter.default_span };
        let value = match fit(parameter.kind, value) {
            Fit::Fits => value.clone(),
            Fit::Coerced(coerced) => {
                if !unused {
                    self.report(&Problem::ParameterCoerced { name: name(), expected, found }, span);
                }
                coerced
            }
            Fit::Misfit => {
                self.report(&Problem::ParameterValueType { name: name(), expected, found, unused }, span);
                return None;
            }
        };
        if given && let Some(text) = expression(&value) {
            self.report(&Problem::LiteralLooksLikeExpression { name: name(), text: text.to_owned() }, span);
        }
        for breach in parameter.schema.iter().flat_map(|schema| schema::breaches(schema, &value)) {
            let schema::Breach { keyword, path, what } = breach;
            let problem =
                Problem::ParameterBreaksSchema { name: name(), keyword, path, what, default: !given };
            self.report(&problem, span);
        }
        // A default outside its own list is the definition's matter and used nevertheless (spec D-59).
        if given && !crate::syntax::is_allowed(parameter, &value) {
            let show = |value: &Value| value.to_json().to_string();
            let allowed =
                parameter.allowed.iter().map(|v| format!("`{}`", show(v))).collect::<Vec<_>>().join(", ");
            let problem = Problem::ParameterValueNotAllowed { name: name(), value: show(&value), allowed };
            self.report(&problem, span);
        }
        Some(value)
    }
}

/// `null`, and `{"value": null}`, are not given (spec D-55); `{"value": …}` is unwrapped.
fn unwrapped(value: &Value) -> Option<&Value> {
    let inner = match value {
        Value::Object(object) => match object.members() {
            [(key, inner)] if &**key == "value" => inner,
            _ => value,
        },
        _ => value,
    };
    (!inner.is_null()).then_some(inner)
}

/// The first text in a value that would be an expression elsewhere (spec D-56).
fn expression(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => matches!(expr::classify(text), expr::Fragment::Expression(_)).then_some(&**text),
        Value::Array(members) => members.iter().find_map(expression),
        Value::Object(object) => object.members().iter().find_map(|(_, member)| expression(member)),
        _ => None,
    }
}

fn words(kind: ParameterType) -> &'static str {
    match kind {
        ParameterType::String => "a string",
        ParameterType::Array => "an array",
        ParameterType::Object => "an object",
        ParameterType::Boolean => "a boolean",
        ParameterType::Integer => "an integer",
        ParameterType::Float => "a number",
        ParameterType::DateTime => "a date and time as string",
    }
}

/// The table of spec 01 section 6.
fn fit(kind: ParameterType, value: &Value) -> Fit {
    use ParameterType as T;
    match (kind, value) {
        // A date in another form stays what it is (spec D-56).
        (T::DateTime, Value::Text(text)) if time::universal(text).is_none() => Fit::Coerced(value.clone()),
        (T::String | T::DateTime, Value::Text(_))
        | (T::Array, Value::Array(_))
        | (T::Object, Value::Object(_))
        | (T::Boolean, Value::Bool(_))
        | (T::Float, Value::Number(_)) => Fit::Fits,
        (T::Integer, Value::Number(n)) if n.view().is_integer() => Fit::Fits,
        (T::String, Value::Number(n)) => Fit::Coerced(Value::text(n.view().text())),
        (T::String, Value::Bool(b)) => Fit::Coerced(Value::text(if *b { "True" } else { "False" })),
        (T::Integer, Value::Number(Number::Float(f))) if f.fract() == 0.0 && f.is_finite() => {
            Fit::Coerced(Value::Number(Num::parse(&format!("{f:.0}")).to_owned()))
        }
        (T::Integer, Value::Text(text)) if is_integer(text) => {
            Fit::Coerced(Value::Number(Num::parse(text).to_owned()))
        }
        (T::Float, Value::Text(text)) => match text.parse::<f64>() {
            Ok(n) if n.is_finite() => Fit::Coerced(Value::float(n)),
            _ => Fit::Misfit,
        },
        (T::Boolean, Value::Text(text)) if text.eq_ignore_ascii_case("true") => {
            Fit::Coerced(Value::Bool(true))
        }
        (T::Boolean, Value::Text(text)) if text.eq_ignore_ascii_case("false") => {
            Fit::Coerced(Value::Bool(false))
        }
        _ => Fit::Misfit,
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}
