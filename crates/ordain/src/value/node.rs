//! A JSON node of any representation, read in place.

use super::{Num, Object, Reason, Value};
use crate::source::Span;
use crate::value::text::key_eq;
use std::sync::Arc;

/// What a node is, with scalars at hand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum View<'a> {
    /// JSON null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Num<'a>),
    /// A string.
    Text(&'a str),
    /// An array; its members come from [`Node::elements`].
    Array,
    /// An object; its members come from [`Node::member`] and [`Node::entries`].
    Object,
    /// A place whose value the input does not hold (spec L-114).
    Unknown(Reason),
}

impl View<'_> {
    /// A word for messages.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(n) if n.is_integer() => "integer",
            Self::Number(_) => "float",
            Self::Text(_) => "string",
            Self::Array => "array",
            Self::Object => "object",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// A cheap handle on a JSON node. Three kinds of document implement it: `serde_json`'s tree in place, the
/// spanned tree of this crate, and [`Value`].
pub trait Node<'a>: Copy {
    /// What the node is.
    fn view(self) -> View<'a>;
    /// The member of an object: exact name first, else the first equal without regard to ASCII case
    /// (spec L-90); `None` also for anything but an object.
    fn member(self, name: &str) -> Option<Self>;
    /// The members of an array in order; nothing for anything else.
    fn elements(self) -> impl Iterator<Item = Self>;
    /// The members of an object in the order that this representation keeps; nothing for anything else.
    fn entries(self) -> impl Iterator<Item = (&'a str, Self)>;
    /// The bytes that it stands at, where its representation knows them.
    fn span(self) -> Option<Span> {
        None
    }
    /// An owned copy. *Cold path only*: it allocates.
    fn to_value(self) -> Value {
        copy(self, Unknowns::Spread, 0)
    }
    /// An owned copy of a whole document, which keeps what is unknown in its place. *Cold path only*.
    fn to_document(self) -> Value {
        self.to_value()
    }
}

/// What an unknown leaf does to the copy of what holds it.
#[derive(Clone, Copy, PartialEq)]
enum Unknowns {
    /// It makes the whole unknown (spec F-39).
    Spread,
    /// It stays a leaf.
    Stay,
}

/// A copy in which unknown leaves stay where they are: of a whole document, to be changed.
pub(crate) fn copy_of<'a, N: Node<'a>>(node: N) -> Value {
    copy(node, Unknowns::Stay, 0)
}

/// Depth is bounded, so that a tree built by an embedder cannot exhaust the stack: what lies deeper than any
/// accepted text is cut to null.
fn copy<'a, N: Node<'a>>(node: N, unknowns: Unknowns, depth: usize) -> Value {
    if depth > 4 * crate::limits::JSON_DEPTH {
        return Value::Null;
    }
    match node.view() {
        View::Null => Value::Null,
        View::Bool(b) => Value::Bool(b),
        View::Number(n) => Value::Number(n.to_owned()),
        View::Text(t) => Value::text(t),
        View::Unknown(r) => Value::Unknown(r),
        View::Array => {
            let mut members = Vec::new();
            for element in node.elements() {
                match copy(element, unknowns, depth + 1) {
                    Value::Unknown(r) if unknowns == Unknowns::Spread => return Value::Unknown(r),
                    value => members.push(value),
                }
            }
            Value::array(members)
        }
        View::Object => {
            let member = |(key, element)| match copy(element, unknowns, depth + 1) {
                Value::Unknown(r) if unknowns == Unknowns::Spread => Err(r),
                value => Ok((Arc::from(key), value)),
            };
            node.entries()
                .map(member)
                .collect::<Result<Object, Reason>>()
                .map_or_else(Value::Unknown, Value::object)
        }
    }
}

impl<'a> Node<'a> for &'a serde_json::Value {
    fn view(self) -> View<'a> {
        match self {
            serde_json::Value::Null => View::Null,
            serde_json::Value::Bool(b) => View::Bool(*b),
            serde_json::Value::Number(n) => View::Number(Num::of_serde(n)),
            serde_json::Value::String(s) => View::Text(s),
            serde_json::Value::Array(_) => View::Array,
            serde_json::Value::Object(_) => View::Object,
        }
    }

    fn member(self, name: &str) -> Option<Self> {
        let members = self.as_object()?;
        // Exact first: exports nearly always spell names as the catalogue does.
        members.get(name).or_else(|| members.iter().find(|(key, _)| key_eq(key, name)).map(|(_, v)| v))
    }

    fn elements(self) -> impl Iterator<Item = Self> {
        self.as_array().map(Vec::as_slice).unwrap_or_default().iter()
    }

    fn entries(self) -> impl Iterator<Item = (&'a str, Self)> {
        self.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value))
    }
}

impl<'a> Node<'a> for &'a Value {
    fn view(self) -> View<'a> {
        match self {
            Value::Null => View::Null,
            Value::Bool(b) => View::Bool(*b),
            Value::Number(n) => View::Number(n.view()),
            Value::Text(t) => View::Text(t),
            Value::Array(_) => View::Array,
            Value::Object(_) => View::Object,
            Value::Unknown(r) => View::Unknown(*r),
        }
    }

    fn member(self, name: &str) -> Option<Self> {
        match self {
            Value::Object(object) => object.get(name),
            _ => None,
        }
    }

    fn elements(self) -> impl Iterator<Item = Self> {
        match self {
            Value::Array(members) => &members[..],
            _ => &[],
        }
        .iter()
    }

    fn entries(self) -> impl Iterator<Item = (&'a str, Self)> {
        match self {
            Value::Object(object) => object.members(),
            _ => &[],
        }
        .iter()
        .map(|(key, value)| (&**key, value))
    }

    fn to_value(self) -> Value {
        self.first_unknown().map_or_else(|| self.clone(), Value::Unknown)
    }

    fn to_document(self) -> Value {
        self.clone()
    }
}
