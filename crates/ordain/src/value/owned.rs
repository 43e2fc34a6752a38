//! The engine's own value: constants of a plan, results of expressions.

use super::{Num, Number, Object};
use std::sync::Arc;

/// Why something can't be known from the input (spec S-4, L-114). The name is what reports carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// The export has no `properties` for this row (spec I-16).
    PropertiesNotExported,
    /// A template expression that cannot be evaluated offline (spec I-44).
    UnresolvedExpression,
    /// Neither the context nor a row tells about the resource group or subscription (spec F-214, F-215).
    ContextNotInInput,
    /// The input has no resource of the type that is looked for, and may just not hold them (spec E-93).
    RelatedTypeNotInInput,
    /// An effect that is not judged offline (spec E-14).
    UnsupportedEffect,
    /// A mode that is not judged offline (spec E-14, D-40).
    UnsupportedMode,
    /// A placeholder that Microsoft's own audits fill (spec D-32).
    StaticDefinition,
    /// The hierarchy does not tell whether the resource is in the scope (spec G-14).
    ScopeUnknown,
    /// A selector asks for what a scan does not know (spec G-67).
    SelectorUndecidable,
    /// A related resource lacks what its condition reads (spec E-96).
    IncompleteRelated,
}

impl Reason {
    /// The name of spec S-4.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PropertiesNotExported => "PropertiesNotExported",
            Self::UnresolvedExpression => "UnresolvedExpression",
            Self::ContextNotInInput => "ContextNotInInput",
            Self::RelatedTypeNotInInput => "RelatedTypeNotInInput",
            Self::UnsupportedEffect => "UnsupportedEffect",
            Self::UnsupportedMode => "UnsupportedMode",
            Self::StaticDefinition => "StaticDefinition",
            Self::ScopeUnknown => "ScopeUnknown",
            Self::SelectorUndecidable => "SelectorUndecidable",
            Self::IncompleteRelated => "IncompleteRelated",
        }
    }
}

/// A JSON value, or the knowledge that it is unknown. Cheap to clone: texts, arrays and objects are shared.
/// Equality is spec F-29: same kind and value, texts ordinal, members of objects in any order.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// JSON null. Not *missing*: that is a state of a field, never a value.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(Arc<str>),
    /// An array.
    Array(Arc<[Value]>),
    /// An object.
    Object(Arc<Object>),
    /// A value that the input does not hold.
    Unknown(Reason),
}

impl Value {
    /// A string.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// An integer.
    #[must_use]
    pub fn int(n: i64) -> Self {
        Self::Number(Number::Int(n))
    }

    /// A float.
    #[must_use]
    pub fn float(n: f64) -> Self {
        Self::Number(Number::Float(n))
    }

    /// An array.
    pub fn array(members: impl Into<Arc<[Value]>>) -> Self {
        Self::Array(members.into())
    }

    /// An object.
    #[must_use]
    pub fn object(object: Object) -> Self {
        Self::Object(Arc::new(object))
    }

    /// A word for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        super::Node::view(self).kind()
    }

    /// The text, if it is a string.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(t) => Some(t),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The integer in the sense of template functions: a 64-bit signed one (spec F-26).
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Number(Number::Int(n)) => Some(*n),
            _ => None,
        }
    }

    /// The members, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(members) => Some(members),
            _ => None,
        }
    }

    /// The object, if it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The first unknown at or below it: a value that holds one is unknown as a whole (spec F-39).
    #[must_use]
    pub fn first_unknown(&self) -> Option<Reason> {
        match self {
            Self::Unknown(reason) => Some(*reason),
            Self::Array(members) => members.iter().find_map(Self::first_unknown),
            Self::Object(object) => object.members().iter().find_map(|(_, value)| value.first_unknown()),
            _ => None,
        }
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The value for `serde_json`; unknown becomes null, integers beyond 64 bits floats.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as J;
        match self {
            Self::Null | Self::Unknown(_) => J::Null,
            Self::Bool(b) => J::Bool(*b),
            Self::Number(n) => n.view().to_json(),
            Self::Text(t) => J::String(t.to_string()),
            Self::Array(members) => members.iter().map(Value::to_json).collect(),
            Self::Object(object) => {
                J::Object(object.members().iter().map(|(k, v)| (k.to_string(), v.to_json())).collect())
            }
        }
    }
}

/// JSON equality: strings exactly, numbers by value (1 is 1.0), members of objects in any order (spec E-48).
/// `None` where an unknown leaf leaves it open.
pub(crate) fn same_json(a: &Value, b: &Value) -> Option<bool> {
    let all = |pairs: &mut dyn Iterator<Item = Option<bool>>| {
        let mut open = false;
        for pair in pairs {
            match pair {
                Some(false) => return Some(false),
                Some(true) => {}
                None => open = true,
            }
        }
        (!open).then_some(true)
    };
    match (a, b) {
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => None,
        (Value::Number(a), Value::Number(b)) => {
            Some(a == b || a.view().order(b.view()) == Some(std::cmp::Ordering::Equal))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            all(&mut a.iter().zip(b.iter()).map(|(a, b)| same_json(a, b)))
        }
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            let member = |(name, value): &(Arc<str>, Value)| match b.get_exact(name) {
                Some(other) => same_json(value, other),
                None => Some(false),
            };
            all(&mut a.members().iter().map(member))
        }
        (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)) => Some(false),
        _ => Some(a == b),
    }
}

/// As JSON, members in their order; unknown is null.
impl serde::Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null | Self::Unknown(_) => serializer.serialize_unit(),
            Self::Bool(b) => serializer.serialize_bool(*b),
            Self::Number(n) => n.view().to_json().serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Array(members) => serializer.collect_seq(members.iter()),
            Self::Object(object) => serializer.collect_map(object.members().iter().map(|(k, v)| (&**k, v))),
        }
    }
}

impl From<&serde_json::Value> for Value {
    fn from(json: &serde_json::Value) -> Self {
        super::Node::to_value(json)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::int(n)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl Num<'_> {
    /// The number for `serde_json`.
    pub(crate) fn to_json(self) -> serde_json::Value {
        match self {
            Num::Int(n) => n.into(),
            Num::UInt(n) => n.into(),
            Num::Float(n) => n.into(),
            Num::Wide(digits) => digits.parse::<f64>().unwrap_or(f64::NAN).into(),
        }
    }
}
