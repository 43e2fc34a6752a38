//! Evaluating expressions and templates: left to right, lazy where spec F-22 says so, unknown values passed on
//! (spec F-39).

use crate::ast::{Expr, ExprKind, Template, TemplateKind};
use crate::functions::{self, Ask, Lazy, Run};
use crate::value::{Fault, FaultKind, Reason, Value};

/// What an expression may ask for beyond its own text.
pub trait Context {
    /// Answers a context function; its arguments are evaluated and known.
    ///
    /// # Errors
    /// The function fails, most often with kind `Context`: this evaluation lacks what is asked for.
    fn ask(&self, ask: Ask, arguments: &[Value]) -> Result<Value, Fault>;
}

/// The value of an expression.
///
/// # Errors
/// The first failure in the order of evaluation, with the span of the part that failed.
pub fn evaluate<C: Context + ?Sized>(expr: &Expr, cx: &C) -> Result<Value, Fault> {
    match &expr.kind {
        ExprKind::Literal(value) => Ok(value.clone()),
        ExprKind::Fail(fault) => Err(fault.clone()),
        ExprKind::Property { of, name } => match evaluate(of, cx)? {
            Value::Unknown(reason) => Ok(Value::Unknown(reason)),
            receiver => functions::property(&receiver, name).map_err(|f| f.at(expr.span)),
        },
        ExprKind::Element { of, index } => element(expr, of, index, cx),
        ExprKind::Call { function, arguments } => {
            let row = functions::function(*function);
            let result = match row.run {
                Run::Lazy(lazy) => self::lazy(lazy, arguments, cx),
                Run::Strict(run) => strict(arguments, cx, run),
                Run::Asks(ask) => strict(arguments, cx, |values| cx.ask(ask, values)),
                Run::Never => Err(Fault::new(FaultKind::NotAllowed, "policies cannot call it")),
            };
            let result = result.and_then(|value| functions::check_limits(&value).map(|()| value));
            result.map_err(
                |fault| if fault.span().is_none() { fault.within(row.name).at(expr.span) } else { fault },
            )
        }
    }
}

/// All arguments first: one that fails fails the call, one that is unknown makes it unknown.
fn strict<C: Context + ?Sized>(
    arguments: &[Expr],
    cx: &C,
    run: impl FnOnce(&[Value]) -> Result<Value, Fault>,
) -> Result<Value, Fault> {
    let mut values = Vec::with_capacity(arguments.len());
    let mut unknown = None;
    for argument in arguments {
        let value = evaluate(argument, cx)?;
        unknown = unknown.or_else(|| value.first_unknown());
        values.push(value);
    }
    match unknown {
        Some(reason) => Ok(Value::Unknown(reason)),
        None => run(&values),
    }
}

fn element<C: Context + ?Sized>(expr: &Expr, of: &Expr, index: &Expr, cx: &C) -> Result<Value, Fault> {
    let receiver = evaluate(of, cx)?;
    let key = evaluate(index, cx)?;
    match (receiver, key) {
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Ok(Value::Unknown(reason)),
        (receiver, key) => match functions::element(&receiver, &key) {
            // An absent tag of a group or subscription reads as the empty text (spec F-217).
            Err(fault) if fault.kind() == FaultKind::Property && is_container_tags(of) => Ok(Value::text("")),
            other => other.map_err(|f| f.at(expr.span)),
        },
    }
}

/// Whether an expression is `resourceGroup().tags` or `subscription().tags`.
fn is_container_tags(expr: &Expr) -> bool {
    let ExprKind::Property { of, name } = &expr.kind else { return false };
    let ExprKind::Call { function, .. } = &of.kind else { return false };
    let asks =
        matches!(functions::function(*function).run, Run::Asks(Ask::ResourceGroup | Ask::Subscription));
    asks && name.eq_ignore_ascii_case("tags")
}

fn lazy<C: Context + ?Sized>(lazy: Lazy, arguments: &[Expr], cx: &C) -> Result<Value, Fault> {
    match lazy {
        Lazy::If => conditional(arguments, cx),
        Lazy::And => junction(arguments, cx, false),
        Lazy::Or => junction(arguments, cx, true),
        Lazy::Coalesce => coalesce(arguments, cx),
    }
}

fn conditional<C: Context + ?Sized>(arguments: &[Expr], cx: &C) -> Result<Value, Fault> {
    let [condition, then, otherwise] = arguments else { return Ok(Value::Null) };
    match evaluate(condition, cx)? {
        Value::Bool(true) => evaluate(then, cx),
        Value::Bool(false) => evaluate(otherwise, cx),
        Value::Unknown(reason) => Ok(Value::Unknown(reason)),
        other => Err(not_boolean(&other)),
    }
}

/// `and` stops at false, `or` at true. An error behind an unknown argument is unknown: were that one decisive,
/// the error would not have been reached (spec C-66).
fn junction<C: Context + ?Sized>(arguments: &[Expr], cx: &C, stop: bool) -> Result<Value, Fault> {
    let mut unknown: Option<Reason> = None;
    for argument in arguments {
        let result = evaluate(argument, cx).and_then(|value| match value {
            Value::Bool(_) | Value::Unknown(_) => Ok(value),
            other => Err(not_boolean(&other)),
        });
        match result {
            Ok(Value::Bool(b)) if b == stop => return Ok(Value::Bool(stop)),
            Ok(Value::Unknown(reason)) => unknown = unknown.or(Some(reason)),
            Ok(_) => {}
            Err(fault) => return unknown.map_or(Err(fault), |reason| Ok(Value::Unknown(reason))),
        }
    }
    Ok(unknown.map_or(Value::Bool(!stop), Value::Unknown))
}

fn coalesce<C: Context + ?Sized>(arguments: &[Expr], cx: &C) -> Result<Value, Fault> {
    let mut unknown: Option<Reason> = None;
    for argument in arguments {
        match evaluate(argument, cx) {
            Ok(Value::Null) => {}
            Ok(Value::Unknown(reason)) => unknown = unknown.or(Some(reason)),
            Ok(value) => return Ok(unknown.map_or(value, Value::Unknown)),
            Err(fault) => return unknown.map_or(Err(fault), |reason| Ok(Value::Unknown(reason))),
        }
    }
    Ok(unknown.map_or(Value::Null, Value::Unknown))
}

fn not_boolean(value: &Value) -> Fault {
    Fault::new(FaultKind::Type, format!("expects a boolean, got the {}", value.kind()))
}

/// The value of a JSON template: every expression inside is replaced by its result.
///
/// # Errors
/// As [`evaluate`]; a computed name that is no text is kind `Type`.
pub fn template<C: Context + ?Sized>(template: &Template, cx: &C) -> Result<Value, Fault> {
    match &template.kind {
        TemplateKind::Literal(value) => Ok(value.clone()),
        TemplateKind::Expression(expression) => evaluate(&expression.root, cx),
        TemplateKind::Array(items) => {
            let mut values = Vec::with_capacity(items.len());
            for item in items {
                match self::template(item, cx)? {
                    Value::Unknown(reason) => return Ok(Value::Unknown(reason)),
                    value => values.push(value),
                }
            }
            Ok(Value::array(values))
        }
        TemplateKind::Object(members) => {
            let mut values = Vec::with_capacity(members.len());
            for (key, member) in members {
                match (self::template(key, cx)?, self::template(member, cx)?) {
                    (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => {
                        return Ok(Value::Unknown(reason));
                    }
                    (Value::Text(key), value) => values.push((key, value)),
                    (other, _) => {
                        let message = format!("a property name must be a text, got the {}", other.kind());
                        return Err(Fault::new(FaultKind::Type, message));
                    }
                }
            }
            Ok(Value::object(values.into_iter().collect()))
        }
    }
}
