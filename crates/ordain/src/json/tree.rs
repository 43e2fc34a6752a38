//! The tree: every value and key with its bytes; strings are borrowed from the text where they hold no escape.

use crate::source::Span;
use crate::value::{Node, Num, Reason, View, text::key_eq};
use std::borrow::Cow;

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Json<'t> {
    /// What it is.
    pub kind: Kind<'t>,
    /// Its bytes in the text that was read.
    pub span: Span,
    /// Whether reading ended, or gave up for depth, inside it: what is here is only a part.
    pub cut: bool,
}

/// The kinds of values.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind<'t> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number; integers of any size are exact.
    Number(Num<'t>),
    /// A string, escapes decoded.
    Text(Cow<'t, str>),
    /// An array.
    Array(Vec<Json<'t>>),
    /// An object: members in the order of the text, repeated keys included.
    Object(Vec<Member<'t>>),
    /// What the input does not tell: never read from a text, but put in place of what is known to be cut (spec
    /// I-19).
    Unknown(Reason),
}

/// One member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member<'t> {
    /// The name, escapes decoded.
    pub key: Cow<'t, str>,
    /// Bytes of the name with its quotes.
    pub key_span: Span,
    /// The value.
    pub value: Json<'t>,
}

impl<'t> Json<'t> {
    /// A word for messages.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        self.view().kind()
    }

    /// The string, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(t) => Some(t),
            _ => None,
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// The members of an object; empty for anything else.
    #[must_use]
    pub fn members(&self) -> &[Member<'t>] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// The members of an array; empty for anything else.
    #[must_use]
    pub fn items(&self) -> &[Json<'t>] {
        match &self.kind {
            Kind::Array(items) => items,
            _ => &[],
        }
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        matches!(self.kind, Kind::Object(_))
    }

    /// Whether it is an array.
    #[must_use]
    pub fn is_array(&self) -> bool {
        matches!(self.kind, Kind::Array(_))
    }

    /// The member of this name: the last of exactly this spelling, else the first without regard to ASCII
    /// case; a `null` counts as absent (spec D-11).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json<'t>> {
        self.entry(name).map(|m| &m.value).filter(|v| !v.is_null())
    }

    /// The member with its key, `null` included.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Member<'t>> {
        let members = self.members();
        let exact = members.iter().rev().find(|m| m.key == name);
        exact.or_else(|| members.iter().find(|m| key_eq(&m.key, name)))
    }
}

impl<'a> Node<'a> for &'a Json<'a> {
    fn span(self) -> Option<Span> {
        Some(self.span)
    }

    fn view(self) -> View<'a> {
        match &self.kind {
            Kind::Null => View::Null,
            Kind::Bool(b) => View::Bool(*b),
            Kind::Number(n) => View::Number(*n),
            Kind::Text(t) => View::Text(t),
            Kind::Array(_) => View::Array,
            Kind::Object(_) => View::Object,
            Kind::Unknown(reason) => View::Unknown(*reason),
        }
    }

    fn member(self, name: &str) -> Option<Self> {
        self.entry(name).map(|m| &m.value)
    }

    fn elements(self) -> impl Iterator<Item = Self> {
        self.items().iter()
    }

    fn entries(self) -> impl Iterator<Item = (&'a str, Self)> {
        self.members().iter().map(|m| (&*m.key, &m.value))
    }
}
