//! What the field of an operation means on a resource: a path, and whether the value may stand there (spec E-38,
//! E-42 … E-45, E-53).

use super::work::tag_steps;
use crate::aliases::{Aliases, Step, ValueType};
use crate::ast::FieldName;
use crate::evaluate::{Place, resolve};
use crate::plan::{OperationKind, is_identity_type, takes_identity};
use crate::syntax::classify_field;
use crate::value::{Num, Value};
use std::sync::Arc;

/// Why an operation is not carried out (spec E-67).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// Its condition is false.
    ConditionFalse,
    /// Nothing but a tag can be removed.
    NotATag,
    /// The field cannot be written in this API version.
    NotModifiable,
    /// The value is of another type than the field.
    TypeMismatch,
    /// The field is no field of this resource's type.
    WrongType,
    /// The object that would hold the value is not there.
    ParentMissing,
}

impl SkipReason {
    /// The name of spec E-67.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ConditionFalse => "ConditionFalse",
            Self::NotATag => "NotATag",
            Self::NotModifiable => "NotModifiable",
            Self::TypeMismatch => "TypeMismatch",
            Self::WrongType => "WrongType",
            Self::ParentMissing => "ParentMissing",
        }
    }
}

/// Where fields are looked up.
pub(super) struct Fields<'f> {
    pub(super) aliases: &'f Aliases,
    pub(super) resource_type: &'f str,
    /// Version in which the body is written.
    pub(super) body_version: Option<&'f str>,
    /// Version of the request; `None` for the newest there may be.
    pub(super) request_version: Option<&'f str>,
}

/// A field that can be written.
#[derive(Debug, PartialEq)]
pub(super) struct Target {
    pub(super) steps: Arc<[Step]>,
    /// The value as it is written there.
    pub(super) value: Value,
    /// Nobody says whether the field is modifiable (spec E-45).
    pub(super) modifiable_unknown: bool,
}

impl Fields<'_> {
    /// Where `value` goes when it is written to the field.
    pub(super) fn target(
        &self,
        name: &str,
        kind: OperationKind,
        value: &Value,
    ) -> Result<Target, SkipReason> {
        let field = classify_field(name);
        if kind == OperationKind::Remove && !matches!(field, Some(FieldName::Tag(_))) {
            return Err(SkipReason::NotATag);
        }
        let written = |steps, value| Target { steps, value, modifiable_unknown: false };
        let appends = kind == OperationKind::Append;
        match &field {
            Some(FieldName::Tag(tag)) if tag.is_empty() => Err(SkipReason::WrongType),
            Some(FieldName::Tag(tag)) if kind == OperationKind::Remove => {
                Ok(written(tag_steps(tag), Value::Null))
            }
            Some(FieldName::Tag(tag)) => Ok(written(tag_steps(tag), tag_value(value)?)),
            Some(FieldName::Alias(alias)) => self.alias(alias, field.as_ref(), value, appends),
            Some(FieldName::Identity(steps)) if appends || is_identity_type(name) => {
                let fits = appends || takes_identity(self.resource_type);
                if !fits {
                    return Err(SkipReason::NotModifiable);
                }
                if is_identity_type(name) && !matches!(value, Value::Text(_) | Value::Unknown(_)) {
                    return Err(SkipReason::TypeMismatch);
                }
                let steps = steps.iter().map(|key| Step::Key(key.clone())).collect();
                Ok(written(steps, value.clone()))
            }
            Some(FieldName::Kind | FieldName::Location) if appends => {
                Ok(written([Step::Key(name.into())].into(), value.clone()))
            }
            Some(_) => Err(SkipReason::NotModifiable),
            None => Err(SkipReason::WrongType),
        }
    }

    fn alias(
        &self,
        alias: &str,
        field: Option<&FieldName>,
        value: &Value,
        appends: bool,
    ) -> Result<Target, SkipReason> {
        let Some(field) = field else { return Err(SkipReason::WrongType) };
        let steps = match resolve(self.aliases, self.resource_type, self.body_version, field) {
            Place::Path(steps, None) => steps,
            // A part of a text cannot be written.
            Place::Path(_, Some(_)) => return Err(SkipReason::NotModifiable),
            _ => return Err(SkipReason::WrongType),
        };
        let modifiable = self.aliases.modifiable(alias, self.resource_type, self.request_version);
        if modifiable == Some(false) && !appends {
            return Err(SkipReason::NotModifiable);
        }
        let expected = self.aliases.value_type(alias, self.resource_type, self.request_version);
        if !fits(value, expected) {
            return Err(SkipReason::TypeMismatch);
        }
        let modifiable_unknown = modifiable.is_none() && !appends;
        Ok(Target { steps, value: value.clone(), modifiable_unknown })
    }
}

/// Whether a value is of the type that a field has (spec E-44).
fn fits(value: &Value, expected: Option<ValueType>) -> bool {
    let whole = |number: Num<'_>| match number {
        Num::Float(n) => n.fract() == 0.0,
        _ => true,
    };
    match (expected, value) {
        (None | Some(ValueType::NotSpecified | ValueType::Any), _) | (_, Value::Null | Value::Unknown(_)) => {
            true
        }
        (Some(ValueType::String), value) => matches!(value, Value::Text(_)),
        (Some(ValueType::Object), value) => matches!(value, Value::Object(_)),
        (Some(ValueType::Array), value) => matches!(value, Value::Array(_)),
        (Some(ValueType::Boolean), value) => matches!(value, Value::Bool(_)),
        (Some(ValueType::Number), value) => matches!(value, Value::Number(_)),
        (Some(ValueType::Integer), Value::Number(number)) => whole(number.view()),
        (Some(ValueType::Integer), _) => false,
    }
}

/// A tag's value is a text; numbers and booleans become their JSON text (spec E-53).
fn tag_value(value: &Value) -> Result<Value, SkipReason> {
    match value {
        Value::Text(_) | Value::Unknown(_) => Ok(value.clone()),
        Value::Bool(b) => Ok(Value::text(b.to_string())),
        Value::Number(number) => Ok(Value::text(match number.view() {
            float @ Num::Float(_) => float.to_json().to_string(),
            integer => integer.text(),
        })),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(SkipReason::TypeMismatch),
    }
}
