//! Binding parameters: given value, else default; types and allowed values checked (spec 01 section 6).

use super::values::{Given, Values};
use super::{Problem, Strictness, schema};
use crate::ast::{Parameter, ParameterType};
use crate::diagnostic::{Diagnostic, Severity};
use crate::expr;
use crate::source::{Source, Span};
use crate::value::{Num, Number, Object, Value, text::fold_eq, time};
use std::sync::Arc;

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

/// Parameters that were declared, on the way to their values.
pub(crate) struct Binder<'b> {
    /// What was declared.
    pub(crate) declared: &'b [Parameter],
    /// Where.
    pub(crate) source: &'b Source,
    /// How strictly.
    pub(crate) strictness: Strictness,
    /// The policy object that gives the values; empty for a command line.
    pub(crate) object: &'b str,
    /// What was noticed.
    pub(crate) diagnostics: &'b mut Vec<Diagnostic>,
    /// Names that have no value to be used, with the code of why.
    pub(crate) refused: Vec<(Arc<str>, &'static str)>,
}

impl Binder<'_> {
    /// The values of all declared parameters; those without one are reported together (spec D-54).
    pub(crate) fn bind(&mut self, given: &Values) -> Object {
        let declared = self.declared;
        let mut bound = Object::new();
        let mut missing: Vec<&Parameter> = Vec::new();
        for parameter in declared {
            let value = given.get(&parameter.name).and_then(|given| Some((given, unwrapped(&given.value)?)));
            match (value, &parameter.default) {
                (Some((from, value)), default) => {
                    if let Some(value) = self.check(parameter, value, Origin::Given, Some(from)) {
                        bound.push(parameter.name.clone(), value);
                    }
                    // The declaration is to be right whatever the assignment gives.
                    if let Some(default) = default {
                        self.check(parameter, default, Origin::Unused, None);
                    }
                }
                (None, Some(default)) => {
                    if let Some(value) = self.check(parameter, default, Origin::Default, None) {
                        bound.push(parameter.name.clone(), value);
                    }
                }
                (None, None) => missing.push(parameter),
            }
        }
        if let [first, ..] = missing[..] {
            let names: Vec<String> = missing.iter().map(|p| format!("`{}`", p.name)).collect();
            let problem = Problem::ParameterMissing { count: names.len(), names: names.join(", ") };
            self.refused.extend(missing.iter().map(|p| (p.name.clone(), problem.code())));
            self.report(&problem, first.span, None);
        }
        bound
    }

    /// At the value, if its place is known, else at the declaration.
    fn report(&mut self, problem: &Problem, span: Span, from: Option<&Given>) {
        let place = from.and_then(|given| given.place.as_ref());
        let (source, at) = place.map_or((self.source, span), |(source, at)| (source, *at));
        let mut diagnostic = problem.diagnostic(self.strictness, source, at).object(self.object);
        if place.is_some() {
            diagnostic = diagnostic.label(self.source, span, "declared here");
        }
        self.diagnostics.push(diagnostic);
    }

    fn check(
        &mut self,
        parameter: &Parameter,
        value: &Value,
        origin: Origin,
        from: Option<&Given>,
    ) -> Option<Value> {
        let name = || parameter.name.to_string();
        let (expected, found) = (words(parameter.kind), value.kind());
        let (given, unused) = (origin == Origin::Given, origin == Origin::Unused);
        let passed = from.is_some_and(|given| given.passed);
        let from_outside = from.is_some_and(|given| given.from_outside);
        let span = if given { parameter.span } else { parameter.default_span };
        let value = match fit(parameter.kind, value) {
            Fit::Fits => value.clone(),
            Fit::Coerced(coerced) => {
                // A parameter of one type may feed one of another (spec G-46).
                if !unused && !passed {
                    self.report(&Problem::ParameterCoerced { name: name(), expected, found }, span, from);
                }
                coerced
            }
            Fit::Misfit => {
                let problem = Problem::ParameterValueType { name: name(), expected, found, unused };
                if !unused {
                    self.refused.push((parameter.name.clone(), problem.code()));
                }
                self.report(&problem, span, from);
                return None;
            }
        };
        if given
            && !passed
            && let Some(text) = expression(&value)
        {
            let problem = Problem::LiteralLooksLikeExpression { name: name(), text: text.to_owned() };
            self.report(&problem, span, from);
        }
        for breach in parameter.schema.iter().flat_map(|schema| schema::breaches(schema, &value)) {
            let schema::Breach { keyword, path, what } = breach;
            let default = !given || passed;
            let problem = Problem::ParameterBreaksSchema { name: name(), keyword, path, what, default };
            self.report(&problem, span, from);
            self.refuse(&problem, parameter);
        }
        // A default outside its own list is the definition's matter and used nevertheless (spec D-59); so is
        // what an initiative passes, of which case alone is not even told (spec G-42).
        let allowed = !given
            || crate::syntax::is_allowed(parameter, &value)
            || (passed && !from_outside && differs_in_case_only(parameter, &value));
        if !allowed {
            let show = |value: &Value| value.to_json().to_string();
            let allowed =
                parameter.allowed.iter().map(|v| format!("`{}`", show(v))).collect::<Vec<_>>().join(", ");
            let passed = passed && !from_outside;
            let problem =
                Problem::ParameterValueNotAllowed { name: name(), value: show(&value), allowed, passed };
            self.report(&problem, span, from);
            self.refuse(&problem, parameter);
        }
        let refused = !unused && self.refused.iter().any(|(name, _)| *name == parameter.name);
        (!refused).then_some(value)
    }

    /// What an error says of a value makes that unfit for use.
    fn refuse(&mut self, problem: &Problem, parameter: &Parameter) {
        if problem.severity(self.strictness) == Severity::Error {
            self.refused.push((parameter.name.clone(), problem.code()));
        }
    }
}

fn differs_in_case_only(parameter: &Parameter, value: &Value) -> bool {
    let text = |text: &str| parameter.allowed.iter().filter_map(Value::as_text).any(|a| fold_eq(a, text));
    match value {
        Value::Array(members) => members.iter().all(|member| member.as_text().is_some_and(text)),
        value => value.as_text().is_some_and(text),
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
