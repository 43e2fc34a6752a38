//! Field references (spec 02 section 1).

use super::Expression;
use crate::source::Span;
use std::sync::Arc;

/// A reference as it stands in a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldRef {
    /// What it is, or the expression that yields it.
    pub name: FieldName,
    /// The string as written, decoded.
    pub text: Arc<str>,
    /// Its bytes in the file.
    pub span: Span,
}

/// The closed list of references (spec L-2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FieldName {
    /// An expression that yields a reference (spec L-41).
    Expression(ExpressionRef),
    /// `type`
    Type,
    /// `location`, normalised
    Location,
    /// `name`
    Name,
    /// `kind`
    Kind,
    /// `id`
    Id,
    /// `fullName`
    FullName,
    /// `identity.type`, `identity.userAssignedIdentities` and undocumented paths below `identity`
    Identity(Arc<[Box<str>]>),
    /// `tags`
    Tags,
    /// One tag by its name
    Tag(Arc<str>),
    /// A property alias
    Alias(Arc<str>),
}

/// A shared expression that compares by identity of its text.
#[derive(Clone, Debug)]
pub struct ExpressionRef(pub Arc<Expression>);

impl PartialEq for ExpressionRef {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for ExpressionRef {}

impl std::hash::Hash for ExpressionRef {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}
