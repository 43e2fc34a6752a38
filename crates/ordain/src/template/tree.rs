//! Resolved parts of a template: shared trees in which every value keeps the place where it was written, and in
//! which what could not be resolved is a hole.

use super::work::Work;
use crate::json::{Json, Kind, Member};
use crate::limits::JSON_DEPTH;
use crate::source::Span;
use crate::value::{Fault, FaultKind, Num, Number, Object, Value, text::key_eq};
use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

/// A resolved value.
#[derive(Debug)]
pub(crate) struct Tree<'j> {
    pub kind: TreeKind<'j>,
    /// Where it was written; a computed value has the span of the string that computes it.
    pub span: Span,
    /// Levels of arrays and objects. INVARIANT: at most [`JSON_DEPTH`], so that walking it is safe.
    depth: usize,
}

#[derive(Debug)]
pub(crate) enum TreeKind<'j> {
    /// Null, a boolean, a number or a text.
    Scalar(Kind<'j>),
    Array(Vec<Rc<Tree<'j>>>),
    Object(Vec<Entry<'j>>),
    Hole(Hole),
}

/// A member of an object. The name may be a hole too.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'j> {
    pub key: Rc<Tree<'j>>,
    pub value: Rc<Tree<'j>>,
}

/// An expression that could not be resolved.
#[derive(Clone, Debug)]
pub(crate) struct Hole {
    /// The expression, with its brackets.
    pub text: Rc<str>,
    pub span: Span,
    /// What stood in the way.
    pub reason: String,
    /// Whether it calls what policies have and templates lack (spec D-24).
    pub policy: bool,
    /// Parameters that it asks for and the template does not declare.
    pub unknown: Rc<[String]>,
}

impl<'j> Tree<'j> {
    pub(crate) fn scalar(kind: Kind<'j>, span: Span) -> Rc<Self> {
        Rc::new(Self { kind: TreeKind::Scalar(kind), span, depth: 0 })
    }

    pub(crate) fn text(text: impl Into<Cow<'j, str>>, span: Span) -> Rc<Self> {
        Self::scalar(Kind::Text(text.into()), span)
    }

    pub(crate) fn hole(hole: Hole) -> Rc<Self> {
        let span = hole.span;
        Rc::new(Self { kind: TreeKind::Hole(hole), span, depth: 0 })
    }

    /// An array; nothing when it would be too deep.
    pub(crate) fn array(items: Vec<Rc<Self>>, span: Span) -> Option<Rc<Self>> {
        let depth = 1 + items.iter().map(|item| item.depth).max().unwrap_or(0);
        (depth <= JSON_DEPTH).then(|| Rc::new(Self { kind: TreeKind::Array(items), span, depth }))
    }

    /// An object; nothing when it would be too deep.
    pub(crate) fn object(entries: Vec<Entry<'j>>, span: Span) -> Option<Rc<Self>> {
        let depth = 1 + entries.iter().map(|entry| entry.value.depth).max().unwrap_or(0);
        (depth <= JSON_DEPTH).then(|| Rc::new(Self { kind: TreeKind::Object(entries), span, depth }))
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            TreeKind::Scalar(Kind::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_int(&self) -> Option<i64> {
        match &self.kind {
            TreeKind::Scalar(Kind::Number(Num::Int(n))) => Some(*n),
            _ => None,
        }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            TreeKind::Scalar(Kind::Bool(b)) => Some(*b),
            _ => None,
        }
    }

    pub(crate) fn as_hole(&self) -> Option<&Hole> {
        match &self.kind {
            TreeKind::Hole(hole) => Some(hole),
            _ => None,
        }
    }

    pub(crate) fn entries(&self) -> &[Entry<'j>] {
        match &self.kind {
            TreeKind::Object(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn items(&self) -> Option<&[Rc<Self>]> {
        match &self.kind {
            TreeKind::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The member of this name, found as in the file: the last of exactly this spelling, else the first
    /// without regard to ASCII case.
    pub(crate) fn get(&self, name: &str) -> Option<&Rc<Self>> {
        let entries = self.entries();
        let exact = entries.iter().rev().find(|e| e.key.as_text() == Some(name));
        exact
            .or_else(|| entries.iter().find(|e| e.key.as_text().is_some_and(|k| key_eq(k, name))))
            .map(|e| &e.value)
    }

    /// The value for a function.
    ///
    /// # Errors
    /// There is a hole in it, or it unfolds to too much.
    pub(crate) fn to_value(&self, work: &Work) -> Result<Value, Fault> {
        let text = |t: &str| Value::text(t);
        work.spend(self.size()).map_err(|reason| Fault::new(FaultKind::Limit, reason))?;
        Ok(match &self.kind {
            TreeKind::Hole(hole) => return Err(Fault::new(FaultKind::Context, hole.reason.as_str())),
            TreeKind::Scalar(Kind::Bool(b)) => Value::Bool(*b),
            TreeKind::Scalar(Kind::Number(n)) => Value::Number(Num::to_owned(*n)),
            TreeKind::Scalar(Kind::Text(t)) => text(t),
            TreeKind::Scalar(_) => Value::Null,
            TreeKind::Array(items) => {
                let values: Result<Vec<Value>, Fault> =
                    items.iter().map(|item| item.to_value(work)).collect();
                Value::array(values?)
            }
            TreeKind::Object(entries) => {
                let member = |entry: &Entry| match entry.key.to_value(work)? {
                    Value::Text(key) => Ok((key, entry.value.to_value(work)?)),
                    _ => Err(Fault::new(FaultKind::Type, "a property name must be a text")),
                };
                Value::object(entries.iter().map(member).collect::<Result<Object, Fault>>()?)
            }
        })
    }

    /// What a function gave, as a tree whose every value stands at `span`; nothing when it is too much. With
    /// `unescape` one bracket is taken off each string `[[…]`.
    pub(crate) fn of_value(value: &Value, span: Span, unescape: bool, work: &Work) -> Option<Rc<Self>> {
        work.spend(value.as_text().map_or(0, str::len)).ok()?;
        let string = |text: &str| {
            let escaped = unescape && text.starts_with("[[") && text.ends_with(']');
            let text = if escaped { text.strip_prefix('[').unwrap_or(text) } else { text };
            Self::text(text.to_owned(), span)
        };
        Some(match value {
            Value::Null | Value::Unknown(_) => Self::scalar(Kind::Null, span),
            Value::Bool(b) => Self::scalar(Kind::Bool(*b), span),
            Value::Number(n) => Self::scalar(Kind::Number(owned_number(n)), span),
            Value::Text(text) => string(text),
            Value::Array(items) => {
                let items: Option<_> =
                    items.iter().map(|item| Self::of_value(item, span, unescape, work)).collect();
                return Self::array(items?, span);
            }
            Value::Object(object) => {
                let entry = |(key, value): &(Arc<str>, Value)| {
                    Some(Entry { key: string(key), value: Self::of_value(value, span, unescape, work)? })
                };
                let entries: Option<_> = object.members().iter().map(entry).collect();
                return Self::object(entries?, span);
            }
        })
    }

    /// The tree as JSON with the spans of its parts. `fill` says what becomes of a hole: its text, or null.
    ///
    /// # Errors
    /// It unfolds to too much.
    pub(crate) fn to_json(
        &self,
        work: &Work,
        fill: &mut dyn FnMut(&Hole) -> Fill,
    ) -> Result<Json<'j>, &'static str> {
        work.spend(self.size())?;
        let filled = |hole: &Hole, fill: &mut dyn FnMut(&Hole) -> Fill| match fill(hole) {
            Fill::Text => Kind::Text(Cow::Owned(hole.text.to_string())),
            Fill::Null => Kind::Null,
            Fill::Said(text) => Kind::Text(Cow::Owned(text)),
        };
        let kind = match &self.kind {
            TreeKind::Scalar(kind) => kind.clone(),
            TreeKind::Hole(hole) => filled(hole, fill),
            TreeKind::Array(items) => {
                Kind::Array(items.iter().map(|item| item.to_json(work, fill)).collect::<Result<_, _>>()?)
            }
            TreeKind::Object(entries) => {
                let mut members = Vec::with_capacity(entries.len());
                for Entry { key, value } in entries {
                    let name = match key.to_json(work, fill)?.kind {
                        Kind::Text(name) => name,
                        _ => Cow::Borrowed(""),
                    };
                    members.push(Member { key: name, key_span: key.span, value: value.to_json(work, fill)? });
                }
                Kind::Object(members)
            }
        };
        Ok(Json { kind, span: self.span, cut: false })
    }

    fn size(&self) -> usize {
        self.as_text().map_or(0, str::len)
    }
}

/// What stands in for a hole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fill {
    Text,
    Null,
    Said(String),
}

/// A computed number. Integers beyond 64 bits become floats: there is no text to borrow their digits from.
fn owned_number<'j>(number: &Number) -> Num<'j> {
    match number.view() {
        Num::Int(n) => Num::Int(n),
        Num::UInt(n) => Num::UInt(n),
        other => Num::Float(other.to_f64()),
    }
}
