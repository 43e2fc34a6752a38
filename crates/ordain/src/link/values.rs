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
    /// Whether what it brought came from outside: then it counts as given (spec G-42).
    pub(crate) from_outside: bool,
}

impl Given {
    /// Whether it is a value: null, and a wrapped null, are none (spec D-55).
    pub(crate) fn is_there(&self) -> bool {
        let wrapped = self.value.as_object().filter(|o| o.members().len() == 1).and_then(|o| o.get("value"));
        !wrapped.unwrap_or(&self.value).is_null()
    }
}

impl Values {
    /// Values without a place, such as those of a command line.
    pub(crate) fn of(object: &Object) -> Self {
        let given =
            |value: &Value| Given { value: value.clone(), place: None, passed: false, from_outside: true };
        Self(object.members().iter().map(|(name, value)| (name.clone(), given(value))).collect())
    }

    pub(crate) fn push(&mut self, name: &Arc<str>, given: Given) {
        self.0.push((name.clone(), given));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Given> {
        self.0.iter().find(|(own, _)| key_eq(own, name)).map(|(_, given)| given)
    }
}
