//! Conditions: combinators and leaves.

use super::{Expression, FieldRef};
use crate::source::Span;
use crate::value::Value;
use std::sync::Arc;

/// A condition with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What it is.
    pub kind: ConditionKind,
    /// The object's bytes in the file.
    pub span: Span,
}

/// The forms of a condition (spec 01 section 7).
#[derive(Clone, Debug, PartialEq)]
pub enum ConditionKind {
    /// All members hold.
    AllOf(Vec<Condition>),
    /// At least one member holds.
    AnyOf(Vec<Condition>),
    /// The member does not hold.
    Not(Box<Condition>),
    /// Subject, operator, operand.
    Leaf(Box<Leaf>),
}

/// A comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// The left side.
    pub subject: Subject,
    /// The operator.
    pub operator: Operator,
    /// Bytes of the operator's key.
    pub operator_span: Span,
    /// The right side.
    pub operand: Template,
}

/// The left side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// `field`
    Field(FieldRef),
    /// `value`
    Value(Template),
    /// `count`
    Count(Box<Count>),
}

/// A count.
#[derive(Clone, Debug, PartialEq)]
pub enum Count {
    /// `count.field`
    Field {
        /// The array alias.
        field: FieldRef,
        /// Which elements count; all when absent.
        filter: Option<Condition>,
    },
    /// `count.value`
    Value {
        /// The array.
        value: Template,
        /// `count.name`; `default` when absent.
        name: Arc<str>,
        /// Which elements count; all when absent.
        filter: Option<Condition>,
    },
}

impl Count {
    /// The `where` condition.
    #[must_use]
    pub fn filter(&self) -> Option<&Condition> {
        match self {
            Self::Field { filter, .. } | Self::Value { filter, .. } => filter.as_ref(),
        }
    }
}

/// A JSON value in which strings may be expressions.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// What it is.
    pub kind: TemplateKind,
    /// Its bytes in the file.
    pub span: Span,
}

/// The forms of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum TemplateKind {
    /// No expression anywhere inside.
    Literal(Value),
    /// One whole expression.
    Expression(Arc<Expression>),
    /// An array with an expression somewhere inside.
    Array(Vec<Template>),
    /// An object with an expression somewhere inside; names are expression positions too (spec D-26).
    Object(Vec<(Template, Template)>),
}

impl Template {
    /// The value, if there is no expression inside.
    #[must_use]
    pub fn literal(&self) -> Option<&Value> {
        match &self.kind {
            TemplateKind::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// The member of an object, by its literal name without regard to case.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Template> {
        let TemplateKind::Object(members) = &self.kind else { return None };
        let named = |key: &Template| {
            key.literal().and_then(Value::as_text).is_some_and(|k| k.eq_ignore_ascii_case(name))
        };
        members.iter().find(|(key, _)| named(key)).map(|(_, value)| value)
    }

    /// Visits every expression inside with the bytes of its string.
    pub fn walk<'t>(&'t self, visit: &mut impl FnMut(&'t Arc<Expression>, Span)) {
        match &self.kind {
            TemplateKind::Literal(_) => {}
            TemplateKind::Expression(e) => visit(e, self.span),
            TemplateKind::Array(items) => items.iter().for_each(|t| t.walk(visit)),
            TemplateKind::Object(members) => {
                for (key, value) in members {
                    key.walk(visit);
                    value.walk(visit);
                }
            }
        }
    }
}

/// The condition operators (spec 03 section 4). Their table is in `operators`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operator {
    Equals,
    NotEquals,
    Like,
    NotLike,
    Match,
    NotMatch,
    MatchInsensitively,
    NotMatchInsensitively,
    Contains,
    NotContains,
    In,
    NotIn,
    ContainsKey,
    NotContainsKey,
    Less,
    LessOrEquals,
    Greater,
    GreaterOrEquals,
    Exists,
}

impl Operator {
    /// Whether its operand on `location` is brought to the normal form of locations (spec L-22).
    #[must_use]
    pub const fn compares_locations(self) -> bool {
        !matches!(
            self,
            Self::ContainsKey
                | Self::NotContainsKey
                | Self::Less
                | Self::LessOrEquals
                | Self::Greater
                | Self::GreaterOrEquals
                | Self::Exists
        )
    }

    /// The canonical spelling.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::NotEquals => "notEquals",
            Self::Like => "like",
            Self::NotLike => "notLike",
            Self::Match => "match",
            Self::NotMatch => "notMatch",
            Self::MatchInsensitively => "matchInsensitively",
            Self::NotMatchInsensitively => "notMatchInsensitively",
            Self::Contains => "contains",
            Self::NotContains => "notContains",
            Self::In => "in",
            Self::NotIn => "notIn",
            Self::ContainsKey => "containsKey",
            Self::NotContainsKey => "notContainsKey",
            Self::Less => "less",
            Self::LessOrEquals => "lessOrEquals",
            Self::Greater => "greater",
            Self::GreaterOrEquals => "greaterOrEquals",
            Self::Exists => "exists",
        }
    }
}

impl Condition {
    /// Visits every leaf in source order, with whether it stands inside a `where`.
    pub fn walk_leaves<'c>(&'c self, inside: bool, visit: &mut impl FnMut(&'c Leaf, bool)) {
        match &self.kind {
            ConditionKind::AllOf(members) | ConditionKind::AnyOf(members) => {
                members.iter().for_each(|m| m.walk_leaves(inside, visit));
            }
            ConditionKind::Not(member) => member.walk_leaves(inside, visit),
            ConditionKind::Leaf(leaf) => {
                visit(leaf, inside);
                if let Subject::Count(count) = &leaf.subject
                    && let Some(filter) = count.filter()
                {
                    filter.walk_leaves(true, visit);
                }
            }
        }
    }
}
