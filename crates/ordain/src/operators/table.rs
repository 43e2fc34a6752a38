//! One row an operator: parser, evaluator, lint and documentation read it.

use crate::ast::Operator;
use crate::value::text::key_eq;

/// What an operator takes on its right side (spec C-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperandKind {
    /// Anything; scalars are meant.
    Any,
    /// Text; numbers and booleans by their text.
    Text,
    /// An array.
    List,
    /// A number or string.
    Comparable,
    /// A boolean, or `true`/`false` as string.
    Flag,
}

impl OperandKind {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Any => "a string, number or boolean",
            Self::Text => "a string",
            Self::List => "an array",
            Self::Comparable => "a number or string",
            Self::Flag => "a boolean (or `true`, `false` as string)",
        }
    }
}

/// One operator.
#[derive(Debug)]
pub struct OperatorRow {
    /// Which one.
    pub operator: Operator,
    /// Canonical spelling.
    pub name: &'static str,
    /// The operator whose opposite it is.
    pub negates: Option<Operator>,
    /// What it takes.
    pub operand: OperandKind,
    /// What must hold when it was false, and when it was true (spec S-70).
    pub demands: (&'static str, &'static str),
    /// The rule that defines it.
    pub spec: &'static str,
}

use OperandKind::{Any, Comparable, Flag, List, Text};
use Operator as O;

const fn row_of(
    operator: O,
    negates: Option<O>,
    operand: OperandKind,
    demands: (&'static str, &'static str),
    spec: &'static str,
) -> OperatorRow {
    OperatorRow { operator, name: operator.name(), negates, operand, demands, spec }
}

#[rustfmt::skip]
static TABLE: [OperatorRow; 19] = [
    row_of(O::Equals, None, Any, ("MustEqual", "MustNotEqual"), "C-20"),
    row_of(O::NotEquals, Some(O::Equals), Any, ("MustNotEqual", "MustEqual"), "C-20"),
    row_of(O::Like, None, Text, ("MustBeLike", "MustNotBeLike"), "C-25"),
    row_of(O::NotLike, Some(O::Like), Text, ("MustNotBeLike", "MustBeLike"), "C-25"),
    row_of(O::Match, None, Text, ("MustMatch", "MustNotMatch"), "C-30"),
    row_of(O::NotMatch, Some(O::Match), Text, ("MustNotMatch", "MustMatch"), "C-30"),
    row_of(O::MatchInsensitively, None, Text, ("MustMatchInsensitively", "MustNotMatchInsensitively"), "C-31"),
    row_of(O::NotMatchInsensitively, Some(O::MatchInsensitively), Text, ("MustNotMatchInsensitively", "MustMatchInsensitively"), "C-31"),
    row_of(O::Contains, None, Text, ("MustContain", "MustNotContain"), "C-33"),
    row_of(O::NotContains, Some(O::Contains), Text, ("MustNotContain", "MustContain"), "C-33"),
    row_of(O::In, None, List, ("MustBeIn", "MustNotBeIn"), "C-36"),
    row_of(O::NotIn, Some(O::In), List, ("MustNotBeIn", "MustBeIn"), "C-36"),
    row_of(O::ContainsKey, None, Text, ("MustContainKey", "MustNotContainKey"), "C-39"),
    row_of(O::NotContainsKey, Some(O::ContainsKey), Text, ("MustNotContainKey", "MustContainKey"), "C-39"),
    row_of(O::Less, None, Comparable, ("MustBeLess", "MustBeGreaterOrEqual"), "C-40"),
    row_of(O::LessOrEquals, None, Comparable, ("MustBeLessOrEqual", "MustBeGreater"), "C-40"),
    row_of(O::Greater, None, Comparable, ("MustBeGreater", "MustBeLessOrEqual"), "C-40"),
    row_of(O::GreaterOrEquals, None, Comparable, ("MustBeGreaterOrEqual", "MustBeLess"), "C-40"),
    row_of(O::Exists, None, Flag, ("MustExist", "MustNotExist"), "C-46"),
];

/// The operator of this name, without regard to ASCII case (spec D-5).
#[must_use]
pub fn find(name: &str) -> Option<Operator> {
    TABLE.iter().find(|row| key_eq(row.name, name)).map(|row| row.operator)
}

/// All rows.
#[must_use]
pub fn rows() -> &'static [OperatorRow] {
    &TABLE
}

/// The row of an operator.
#[must_use]
pub fn row(operator: Operator) -> &'static OperatorRow {
    let [first, ..] = &TABLE;
    TABLE.iter().find(|row| row.operator == operator).unwrap_or(first)
}

/// The operator, subject or combinator nearest to a key that is none.
#[must_use]
pub fn nearest(word: &str) -> Option<&'static str> {
    // `lessThan`, `greaterThanOrEquals`: what people bring along from other languages.
    let lower = word.to_ascii_lowercase();
    let borrowed = [
        ("lessthan", "less"),
        ("greaterthan", "greater"),
        ("lessthanorequal", "lessOrEquals"),
        ("lessthanorequals", "lessOrEquals"),
        ("greaterthanorequal", "greaterOrEquals"),
        ("greaterthanorequals", "greaterOrEquals"),
        ("notexists", "exists"),
        ("eq", "equals"),
        ("ne", "notEquals"),
    ];
    if let Some((_, name)) = borrowed.iter().find(|(other, _)| *other == lower) {
        return Some(name);
    }
    let others = ["field", "value", "count", "allOf", "anyOf", "not", "name", "where"];
    crate::diagnostic::nearest(word, TABLE.iter().map(|row| row.name).chain(others))
}
