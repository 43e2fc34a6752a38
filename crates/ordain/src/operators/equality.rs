//! equals, notEquals: texts of scalars, structure of arrays and objects (spec C-20 … C-24).

use crate::value::{Node, Num, Value, View, text};

/// A prepared right side of `equals`, or a member of `in`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Equal {
    /// A scalar by its text.
    Scalar(Scalar),
    /// An array or object, compared member by member.
    Compound(Value),
}

/// A scalar with its text and, where the text is that of one, the integer and the boolean: so that the usual
/// left sides are compared without making their text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scalar {
    text: Box<str>,
    integer: Option<i64>,
    boolean: Option<bool>,
}

impl Scalar {
    pub(super) fn new(text: &str) -> Self {
        let integer = text.parse::<i64>().ok().filter(|n| n.to_string() == text);
        let boolean = match text {
            t if text::fold_eq(t, "true") => Some(true),
            t if text::fold_eq(t, "false") => Some(false),
            _ => None,
        };
        Self { text: text.into(), integer, boolean }
    }

    /// Whether a left side has this text; null and missing count as empty (spec C-21).
    pub(super) fn equals(&self, view: View<'_>) -> bool {
        match view {
            View::Text(t) => text::fold_eq(t, &self.text),
            View::Bool(b) => self.boolean == Some(b),
            View::Number(Num::Int(n)) => self.integer == Some(n),
            View::Number(n) => text::fold_eq(&n.text(), &self.text),
            View::Null => self.text.is_empty(),
            View::Array | View::Object | View::Unknown(_) => false,
        }
    }
}

impl Equal {
    pub(super) fn new(operand: &Value) -> Self {
        match text::scalar(Node::view(operand)) {
            Some(text) => Self::Scalar(Scalar::new(&text)),
            None if operand.is_null() => Self::Scalar(Scalar::new("")),
            None => Self::Compound(operand.clone()),
        }
    }

    pub(super) fn is_compound(&self) -> bool {
        matches!(self, Self::Compound(_))
    }

    #[inline]
    pub(super) fn holds<'a, N: Node<'a>>(&self, left: Option<N>, view: View<'a>) -> bool {
        match self {
            Self::Scalar(scalar) => scalar.equals(view),
            Self::Compound(value) => left.is_some_and(|node| loosely_equal(node, value)),
        }
    }
}

/// Equality of conditions: scalars by text without case, arrays in order, objects by names without case
/// (spec C-22).
pub(crate) fn loosely_equal<'a, N: Node<'a>>(left: N, right: &Value) -> bool {
    match (left.view(), right) {
        (View::Array, Value::Array(members)) => {
            let mut count = 0;
            let mut all = true;
            for (element, member) in left.elements().zip(members.iter()) {
                count += 1;
                all &= loosely_equal(element, member);
            }
            all && count == members.len() && left.elements().count() == members.len()
        }
        (View::Object, Value::Object(object)) => {
            left.entries().count() == object.len()
                && left.entries().all(|(key, value)| object.get(key).is_some_and(|w| loosely_equal(value, w)))
        }
        (View::Array | View::Object, _) | (_, Value::Array(_) | Value::Object(_)) => false,
        (view, scalar) => {
            let text = text::scalar(Node::view(scalar)).unwrap_or_default();
            Scalar::new(&text).equals(view)
        }
    }
}
