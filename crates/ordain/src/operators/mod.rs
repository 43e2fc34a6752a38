//! The condition operators: a table and a file per family. Knows values, nothing else.

mod equality;
mod order;
mod pattern;
mod set;
mod table;

pub use table::{OperandKind, find, nearest, row, rows};

use crate::ast::Operator;
use crate::value::{Fault, FaultKind, Node, Reason, Value, View, text};

/// An operator with its operand prepared: everything that does not depend on the resource is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    operator: Operator,
    negated: bool,
    test: Test,
    operand: Value,
}

/// The prepared forms; a negated operator shares the form of the one that it negates.
#[derive(Clone, Debug, PartialEq)]
enum Test {
    Equals(equality::Equal),
    Like(pattern::Like),
    Match(pattern::Shape),
    Contains(pattern::Part),
    In(set::Set),
    ContainsKey(Box<str>),
    Order(order::Order),
    Exists(bool),
}

/// Where the left side comes from: the two differ for null (spec C-28, 03 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A `field`, which alone can be missing.
    Field,
    /// A `value` or `count`.
    Value,
}

impl Check {
    /// Prepares an operator for an operand.
    ///
    /// # Errors
    /// `OperandType`, `TypeMismatch` or `OperandNull` when the operand is of a kind that the operator does not
    /// take (spec C-10, C-12, C-13).
    pub fn prepare(operator: Operator, operand: &Value) -> Result<Self, Fault> {
        let row = row(operator);
        let refuse = || {
            let message = format!("`{}` takes {}, not {}", row.name, row.operand.words(), article(operand));
            Err(Fault::new(FaultKind::OperandType, message))
        };
        if operand.is_null() {
            let message = format!("the operand of `{}` is null", row.name);
            return Err(Fault::new(FaultKind::OperandNull, message));
        }
        let view = (&operand).view_of();
        let test = match (row.operand, view) {
            (OperandKind::Any, _) => Test::Equals(equality::Equal::new(operand)),
            (OperandKind::List, View::Array) => Test::In(set::Set::new(operand)),
            (OperandKind::Flag, View::Bool(wanted)) => Test::Exists(wanted),
            (OperandKind::Flag, View::Text(t)) if t.eq_ignore_ascii_case("true") => Test::Exists(true),
            (OperandKind::Flag, View::Text(t)) if t.eq_ignore_ascii_case("false") => Test::Exists(false),
            (OperandKind::Comparable, View::Number(_) | View::Text(_)) => {
                Test::Order(order::Order::new(operator, operand)?)
            }
            (OperandKind::Text, _) => match text::scalar(view) {
                Some(text) => Self::textual(operator, &text),
                // A computed array or object is like nothing and holds nothing (spec C-13).
                None => Test::Like(pattern::Like::never()),
            },
            (OperandKind::Comparable, View::Array | View::Object) => {
                let message =
                    format!("`{}` compares with {}, not {}", row.name, row.operand.words(), article(operand));
                return Err(Fault::new(FaultKind::TypeMismatch, message));
            }
            _ => return refuse(),
        };
        Ok(Self { operator, negated: row.negates.is_some(), test, operand: operand.clone() })
    }

    /// The same for an operand that is literally null under `equals`: it counts as empty (spec C-10).
    ///
    /// # Errors
    /// As [`Check::prepare`].
    pub fn prepare_literal(operator: Operator, operand: &Value) -> Result<Self, Fault> {
        if operand.is_null() && row(operator).operand == OperandKind::Any {
            let mut check = Self::prepare(operator, &Value::text(""))?;
            check.operand = Value::Null;
            return Ok(check);
        }
        Self::prepare(operator, operand)
    }

    fn textual(operator: Operator, operand: &str) -> Test {
        match operator {
            Operator::Like | Operator::NotLike => Test::Like(pattern::Like::new(operand)),
            Operator::Match | Operator::NotMatch => Test::Match(pattern::Shape::new(operand, false)),
            Operator::MatchInsensitively | Operator::NotMatchInsensitively => {
                Test::Match(pattern::Shape::new(operand, true))
            }
            Operator::ContainsKey | Operator::NotContainsKey => Test::ContainsKey(operand.into()),
            _ => Test::Contains(pattern::Part::new(operand)),
        }
    }

    /// The operator.
    #[must_use]
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// The operand as it was given.
    #[must_use]
    pub fn operand(&self) -> &Value {
        &self.operand
    }

    /// Whether the test can fail on some left side (spec C-64): order comparisons only.
    #[must_use]
    pub fn can_fail(&self) -> bool {
        matches!(self.test, Test::Order(_))
    }

    /// Judges a left side; `None` is a missing field. Unknown left sides are the caller's business.
    ///
    /// # Errors
    /// `TypeMismatch` or `NumberRange` from the order operators (spec C-40, C-43).
    pub fn holds<'a, N: Node<'a>>(&self, left: Option<N>, side: Side) -> Result<bool, Fault> {
        let view = left.map_or(View::Null, N::view);
        let result = match &self.test {
            Test::Equals(equal) => equal.holds(left, view),
            Test::In(set) => set.holds(left, view),
            Test::Exists(wanted) => return Ok(*wanted != matches!(view, View::Null)),
            Test::Order(order) => return order.holds(view),
            Test::ContainsKey(key) => {
                matches!(view, View::Object) && left.is_some_and(|node| node.member(key).is_some())
            }
            Test::Like(_) | Test::Match(_) | Test::Contains(_) if matches!(view, View::Null) => {
                side == Side::Value && self.matches_text("")
            }
            Test::Like(_) | Test::Match(_) => text::scalar(view).is_some_and(|t| self.matches_text(&t)),
            Test::Contains(part) => match (view, left) {
                (View::Array, Some(node)) => node.elements().any(|element| part.equals(element.view())),
                (View::Object, Some(node)) => node.member(part.text()).is_some(),
                _ => text::scalar(view).is_some_and(|t| part.within(&t)),
            },
        };
        Ok(result != self.negated)
    }

    /// Why the outcome on a whole array or object is not known, where the test looks inside and what it would see is
    /// not (spec C-66). Other tests see that it is there, its keys, its kind.
    pub fn hidden<'a, N: Node<'a>>(&self, node: N) -> Option<Reason> {
        match (&self.test, node.view()) {
            (Test::Contains(part), View::Array) => {
                let unknown = node.elements().find_map(unknown);
                unknown.filter(|_| !node.elements().any(|element| part.equals(element.view())))
            }
            (Test::Equals(equal), View::Array | View::Object) if equal.is_compound() => unknown_inside(node),
            (Test::In(set), View::Array | View::Object) if set.has_compounds() => unknown_inside(node),
            _ => None,
        }
    }

    fn matches_text(&self, given: &str) -> bool {
        match &self.test {
            Test::Like(like) => like.holds(given),
            Test::Match(shape) => shape.holds(given),
            Test::Contains(part) => part.within(given),
            _ => false,
        }
    }
}

fn unknown<'a, N: Node<'a>>(node: N) -> Option<Reason> {
    match node.view() {
        View::Unknown(reason) => Some(reason),
        _ => None,
    }
}

/// The first unknown leaf.
fn unknown_inside<'a, N: Node<'a>>(node: N) -> Option<Reason> {
    match node.to_value() {
        Value::Unknown(reason) => Some(reason),
        _ => None,
    }
}

/// `a string`, `an array`, …
fn article(value: &Value) -> String {
    let kind = value.kind();
    let article = if kind.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {kind}")
}

/// The view of a borrowed value, without naming the trait's lifetime.
trait ViewOf<'a> {
    fn view_of(self) -> View<'a>;
}

impl<'a> ViewOf<'a> for &&'a Value {
    fn view_of(self) -> View<'a> {
        Node::view(*self)
    }
}

#[cfg(test)]
mod tests;
