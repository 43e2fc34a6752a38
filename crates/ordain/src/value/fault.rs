//! Why an evaluation failed: the closed set of kinds (spec F-23, C-60) with a message and a place.

use crate::source::Span;
use std::fmt;

/// Kind of a failed evaluation. The name is stable and is what reports and test data carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// Not derivable from the grammar of expressions.
    Syntax,
    /// No such function.
    UnknownFunction,
    /// A known function that may not be called here.
    NotAllowed,
    /// Too few or too many arguments.
    Arity,
    /// A parameter that is not declared.
    Parameter,
    /// An argument or receiver of a kind that is not taken.
    Type,
    /// The right kind, but an unusable value.
    Value,
    /// An index or position outside.
    Range,
    /// A property that is missing, or read from null.
    Property,
    /// Division by zero.
    DivideByZero,
    /// Arithmetic or a date beyond its range.
    Overflow,
    /// A value larger than spec F-15 allows.
    Limit,
    /// A context that this evaluation lacks.
    Context,
    /// `fail()` was called.
    Raised,
    /// A field name that no rule of spec 02 knows.
    UnknownField,
    /// An expression in place of a field that yields no usable name (spec L-41).
    FieldExpression,
    /// A computed operand that is null (spec C-13).
    OperandNull,
    /// An operand of a kind that the operator does not take (spec C-12, C-13).
    OperandType,
    /// Sides of an order comparison that do not fit (spec C-40), or a count over something else than an array.
    TypeMismatch,
    /// A number beyond what can be read (spec C-43).
    NumberRange,
    /// `current()` outside a count (spec A-50).
    CurrentOutsideCount,
    /// `current()` with a name that no enclosing count has (spec A-51).
    UnknownCurrent,
    /// Details of an effect that cannot be used (spec E-83).
    EffectDetails,
    /// More iterations of value counts than spec D-73 allows.
    LimitExceeded,
}

impl FaultKind {
    /// The name that diagnostics and outcomes carry.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Syntax => "Syntax",
            Self::UnknownFunction => "UnknownFunction",
            Self::NotAllowed => "NotAllowed",
            Self::Arity => "Arity",
            Self::Parameter => "UndeclaredParameter",
            Self::Type => "Type",
            Self::Value => "Value",
            Self::Range => "Range",
            Self::Property => "Property",
            Self::DivideByZero => "DivideByZero",
            Self::Overflow => "Overflow",
            Self::Limit => "Limit",
            Self::Context => "Context",
            Self::Raised => "Raised",
            Self::UnknownField => "UnknownField",
            Self::FieldExpression => "FieldExpression",
            Self::OperandNull => "OperandNull",
            Self::OperandType => "OperandType",
            Self::TypeMismatch => "TypeMismatch",
            Self::NumberRange => "NumberRange",
            Self::CurrentOutsideCount => "CurrentOutsideCount",
            Self::UnknownCurrent => "UnknownCurrent",
            Self::EffectDetails => "EffectDetailsMismatch",
            Self::LimitExceeded => "LimitExceeded",
        }
    }
}

/// A failed evaluation: a value of the language, not an error of the interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(Box<Body>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Body {
    kind: FaultKind,
    message: String,
    at: Option<Span>,
}

impl Fault {
    /// A fault without a place yet; the message is one lower-case line without a full stop.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self(Box::new(Body { kind, message: message.into(), at: None }))
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        self.0.kind
    }

    /// What happened, in words.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where in the expression's text, if known: bytes of the decoded string with its outer brackets.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.0.at
    }

    /// Sets the place unless a more exact one is known already.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.0.at.get_or_insert(span);
        self
    }

    /// Puts words in front of the message, such as the function's name.
    #[must_use]
    pub fn within(mut self, words: &str) -> Self {
        self.0.message = format!("{words}: {}", self.0.message);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Fault {}
