//! Reading arguments: their kinds, null as the empty text, and the words of faults (spec F-24, F-25, F-26).

use crate::value::{Fault, FaultKind, Number, Value};
use std::cmp::Ordering;

/// Characters of a value that a message shows.
const SHOWN: usize = 40;

/// Exactly so many arguments. The compiler has counted them; this keeps the functions total.
pub(super) fn exactly<const N: usize>(arguments: &[Value]) -> Result<&[Value; N], Fault> {
    let given = arguments.len();
    arguments
        .try_into()
        .map_err(|_| Fault::new(FaultKind::Arity, format!("expects {N} arguments, got {given}")))
}

/// The first argument and the others.
pub(super) fn leading(arguments: &[Value]) -> Result<(&Value, &[Value]), Fault> {
    arguments.split_first().ok_or_else(|| Fault::new(FaultKind::Arity, "expects at least 1 argument, got 0"))
}

/// A value of a kind that is not taken.
pub(super) fn wrong(expected: &str, got: &Value) -> Fault {
    Fault::new(FaultKind::Type, format!("expects {expected}, got {}", shown(got)))
}

/// A value of the right kind that cannot be used.
pub(super) fn unusable(expected: &str, got: &Value) -> Fault {
    Fault::new(FaultKind::Value, format!("expects {expected}, got {}", shown(got)))
}

/// The same for a text at hand.
pub(super) fn unusable_text(expected: &str, got: &str) -> Fault {
    Fault::new(FaultKind::Value, format!("expects {expected}, got the string `{}`", shortened(got)))
}

/// A value in words, for messages.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => format!("the boolean `{b}`"),
        Value::Number(Number::Int(n)) => format!("the integer `{n}`"),
        Value::Number(Number::Float(n)) => format!("the float `{}`", Number::Float(*n).view()),
        Value::Number(n) => format!("the number `{}`, which is beyond 64 bits", shortened(&n.view().text())),
        Value::Text(t) => format!("the string `{}`", shortened(t)),
        Value::Array(members) => format!("an array of {}", members.len()),
        Value::Object(object) => format!("an object of {}", object.len()),
        Value::Unknown(_) => "a value that is unknown".to_owned(),
    }
}

/// The beginning of a text on one line.
pub(super) fn shortened(text: &str) -> String {
    let mut out: String = text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        out.push('\u{2026}');
    }
    out
}

/// A text, null as the empty one.
pub(super) fn text(value: &Value) -> Result<&str, Fault> {
    match value {
        Value::Text(t) => Ok(t),
        Value::Null => Ok(""),
        other => Err(wrong("a string", other)),
    }
}

/// A text; null is none.
pub(super) fn some_text(value: &Value) -> Result<&str, Fault> {
    value.as_text().ok_or_else(|| wrong("a string", value))
}

/// An integer of 64 bits.
pub(super) fn int(value: &Value) -> Result<i64, Fault> {
    value.as_int().ok_or_else(|| wrong("an integer", value))
}

/// An array.
pub(super) fn array(value: &Value) -> Result<&[Value], Fault> {
    value.as_array().ok_or_else(|| wrong("an array", value))
}

/// A length or position as a value.
pub(super) fn count(n: usize) -> Value {
    Value::int(i64::try_from(n).unwrap_or(i64::MAX))
}

/// A number as functions see it: integers beyond 64 bits are floats.
#[derive(Clone, Copy, Debug)]
pub(super) enum Numeric {
    Int(i64),
    Float(f64),
}

/// The number, if it is one.
pub(super) fn numeric(value: &Value) -> Option<Numeric> {
    match value {
        Value::Number(Number::Int(n)) => Some(Numeric::Int(*n)),
        Value::Number(n) => Some(Numeric::Float(n.view().to_f64())),
        _ => None,
    }
}

impl Numeric {
    #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    pub(super) fn to_f64(self) -> f64 {
        match self {
            Self::Int(n) => n as f64,
            Self::Float(n) => n,
        }
    }

    /// Order by value; an integer against a float as doubles (spec F-131).
    pub(super) fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(&b)),
            (a, b) => a.to_f64().partial_cmp(&b.to_f64()),
        }
    }
}
