//! What can go wrong when a definition meets its parameters and the aliases.

use super::Strictness;
use crate::aliases::Resolution;
use crate::aliases::show as spell;
use crate::diagnostic::{Diagnostic, Severity, a};
use crate::source::{Source, Span};
use thiserror::Error;

/// Where the name of an effect comes from (spec E-5).
#[derive(Clone, Debug, PartialEq)]
pub enum EffectGiven {
    /// It is written so.
    Literal,
    /// A parameter has it.
    Parameter(String),
    /// An expression that is more than a parameter.
    Expression,
}

/// A finding of this stage.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    #[error("no value for the required {} {names}", if *.count == 1 { "parameter" } else { "parameters" })]
    ParameterMissing { names: String, count: usize },
    #[error("the {} of parameter `{name}` must be {expected}, not {}", if *.unused { "default" } else { "value" }, a(.found))]
    ParameterValueType { name: String, expected: &'static str, found: &'static str, unused: bool },
    #[error(
        "the value `{text}` of parameter `{name}` looks like an expression, but values of parameters are never evaluated"
    )]
    LiteralLooksLikeExpression { name: String, text: String },
    #[error("the {found} given for parameter `{name}` is taken as {expected}")]
    ParameterCoerced { name: String, expected: &'static str, found: &'static str },
    #[error("the value `{value}` of parameter `{name}` is not allowed")]
    ParameterValueNotAllowed { name: String, value: String, allowed: String, passed: bool },
    #[error("the {} of parameter `{name}` breaks `{keyword}` of its schema at `{path}`: {what}", if *.default { "default" } else { "value" })]
    ParameterBreaksSchema { name: String, keyword: &'static str, path: String, what: String, default: bool },
    #[error("no list of aliases knows `{name}`{}", match .path {
        Resolution::Path(path) => format!(": its path is guessed as `{}`", spell(path.steps())),
        Resolution::OtherType { .. } => String::new(),
        Resolution::Malformed => ", and it is no path: a condition on it fails when it is reached".to_owned(),
    })]
    UnknownAlias { name: String, path: Resolution, nearest: Option<String> },
    #[error("`{text}` is no array: only an alias with `[*]` can be counted")]
    CountFieldNotArray { text: String },
    #[error("there is no effect `{name}`{}", match .given {
        EffectGiven::Parameter(parameter) => format!(", the value of parameter `{parameter}`"),
        EffectGiven::Expression => ", the value of the expression".to_owned(),
        EffectGiven::Literal => String::new(),
    })]
    UnknownEffect { name: String, given: EffectGiven, nearest: Option<&'static str> },
    #[error("the effect `{effect}` does not fit its details: {message}")]
    EffectDetailsMismatch { effect: &'static str, message: &'static str },
    #[error(
        "the effect `{effect}` has no `{what}` in its details: what it would do is not known, the verdict is"
    )]
    DetailsMissing { effect: &'static str, what: &'static str },
    #[error(
        "the effect `{effect}` looks for no other resource: the details are ignored, the rule alone decides"
    )]
    DetailsIgnored { effect: &'static str },
    #[error("the effect cannot be computed: {message}")]
    Effect { message: String },
    #[error("a count over `value` needs an array, not {}", a(.found))]
    CountValue { found: &'static str },
    #[error("{found} iterations of a value count, more than the {limit} that the service takes")]
    LimitExceeded { found: usize, limit: usize },
    #[error("`{operator}` {message}")]
    OperandType { operator: &'static str, message: String },
}

impl Problem {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ParameterMissing { .. } => "ParameterMissing",
            Self::ParameterValueType { .. } => "ParameterValueType",
            Self::ParameterCoerced { .. } => "ParameterCoerced",
            Self::LiteralLooksLikeExpression { .. } => "LiteralLooksLikeExpression",
            Self::ParameterValueNotAllowed { .. } | Self::ParameterBreaksSchema { .. } => {
                "ParameterValueNotAllowed"
            }
            Self::UnknownAlias { .. } => "UnknownAlias",
            Self::CountFieldNotArray { .. } => "CountFieldNotArray",
            Self::EffectDetailsMismatch { .. } => "EffectDetailsMismatch",
            Self::DetailsMissing { .. } => "DetailsMissing",
            Self::DetailsIgnored { .. } => "DetailsIgnored",
            Self::UnknownEffect { .. } | Self::Effect { .. } => "UnknownEffect",
            Self::CountValue { .. } => "TypeMismatch",
            Self::LimitExceeded { .. } => "LimitExceeded",
            Self::OperandType { .. } => "OperandType",
        }
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(&self, strictness: Strictness) -> Severity {
        match self {
            Self::UnknownAlias { .. } if !strictness.aliases => Severity::Warning,
            // A default, and what an initiative passes, is used nevertheless (spec G-42).
            Self::ParameterValueNotAllowed { passed, .. } if *passed || strictness.lenient_parameters => {
                Severity::Warning
            }
            Self::ParameterBreaksSchema { default, .. } if *default || strictness.lenient_parameters => {
                Severity::Warning
            }
            Self::ParameterCoerced { .. }
            | Self::LiteralLooksLikeExpression { .. }
            | Self::ParameterValueType { unused: true, .. }
            | Self::DetailsMissing { .. }
            | Self::DetailsIgnored { .. }
            | Self::LimitExceeded { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// The finding at a place.
    #[must_use]
    pub fn diagnostic(&self, strictness: Strictness, source: &Source, span: Span) -> Diagnostic {
        let diagnostic = Diagnostic::new(self.severity(strictness), self.code(), self)
            .label(source, span, "")
            .did_you_mean(self.nearest());
        match self.help() {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }

    /// The nearest name, if one is near.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        match self {
            Self::UnknownEffect { nearest, .. } => *nearest,
            Self::UnknownAlias { nearest, .. } => nearest.as_deref(),
            _ => None,
        }
    }

    /// How to mend it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::ParameterMissing { .. } => {
                Some("give a value, or add a `defaultValue`".into())
            }
            Self::ParameterValueNotAllowed { allowed, .. } => {
                Some(format!("allowed, exactly as written: {allowed}"))
            }
            Self::DetailsIgnored { .. } => {
                Some("to judge by another resource, use `auditIfNotExists` or `deployIfNotExists`".into())
            }
            Self::UnknownAlias { .. } => Some(
                "check the spelling, or give a catalogue that has it (`az provider list --expand resourceTypes/aliases`)"
                    .into(),
            ),
            _ => None,
        }
    }
}
