//! Values given for parameters, with where they were written.

use crate::source::{Source, Span};
use crate::value::{Object, Value, text::key_eq};
use std::sync::Arc;

/// Values by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values(Vec<(Arc<str>, Given)>);

/// A value given from outside.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) value: Value,
    /// Where it was written, if that is known.
    pub(crate) place: Option<(Source, Span)>,
    /// Whether an initiative brought it: what is outside the allowed values is used then (spec G-42).
    pub(crate) passed: bool,
}

impl Values {
    /// Values without a place, such as those of a command line.
    pub(crate) fn of(object: &Object) -> Self {
        let given = |value: &Value| Given { value: value.clone(), place: None, passed: false };
        Self(object.members().iter().map(|(name, value)| (name.clone(), given(value))).collect())
    }

    pub(crate) fn push(&mut self, name: &Arc<str>, given: Given) {
        self.0.push((name.clone(), given));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Given> {
        self.0.iter().find(|(own, _)| key_eq(own, name)).map(|(_, given)| given)
    }
}
