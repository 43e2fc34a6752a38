//! One tree for JSON and YAML, in which every node knows the text that it stands in: parts of several texts may
//! make one document.

use ordain::json::{self, Json};
use ordain::{
    Diagnostic, Document, Location, Node, Num, Number, PathItem, Position, Reason, Source, Span, Value, View,
};
use std::sync::Arc;

/// Bytes of a text.
#[derive(Clone, Debug)]
pub struct Place {
    /// The text.
    pub source: Source,
    /// The bytes.
    pub span: Span,
}

impl Place {
    /// Line and column of the first byte.
    #[must_use]
    pub fn position(&self) -> Position {
        self.source.position(self.span.start)
    }

    /// `name:line:column`, which terminals and editors make clickable.
    #[must_use]
    pub fn shown(&self) -> String {
        let at = self.position();
        format!("{}:{}:{}", self.source.name(), at.line, at.column)
    }

    /// The first byte alone: enough to point at what spans many lines.
    #[must_use]
    pub fn opening(&self) -> Self {
        let end = self.span.start.saturating_add(1).min(self.span.end);
        Self { source: self.source.clone(), span: Span { start: self.span.start, end } }
    }

    /// Underlines the place in a diagnostic.
    #[must_use]
    pub fn mark(&self, diagnostic: Diagnostic, text: impl Into<String>) -> Diagnostic {
        diagnostic.label(&self.source, self.span, text)
    }
}

/// A node with its place.
#[derive(Clone, Debug)]
pub struct Tree {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub place: Place,
}

/// The kinds of nodes.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number; integers of any size are exact.
    Number(Number),
    /// A string.
    Text(Arc<str>),
    /// An array.
    Array(Vec<Tree>),
    /// An object: members in the order of the text.
    Object(Vec<Member>),
    /// What the input does not tell (an expression of a template).
    Unknown(Reason),
}

/// One member of an object.
#[derive(Clone, Debug)]
pub struct Member {
    /// The name.
    pub key: Arc<str>,
    /// Where the name stands.
    pub place: Place,
    /// The value.
    pub value: Tree,
}

impl Tree {
    /// A copy of a tree that the engine read.
    #[must_use]
    pub fn of_json(source: &Source, json: &Json<'_>) -> Self {
        let at = |span| Place { source: source.clone(), span };
        let kind = match &json.kind {
            json::Kind::Null => Kind::Null,
            json::Kind::Bool(b) => Kind::Bool(*b),
            json::Kind::Number(n) => Kind::Number((*n).to_owned()),
            json::Kind::Text(text) => Kind::Text(Arc::from(&**text)),
            json::Kind::Array(items) => {
                Kind::Array(items.iter().map(|item| Self::of_json(source, item)).collect())
            }
            json::Kind::Object(members) => Kind::Object(
                members
                    .iter()
                    .map(|m| Member {
                        key: Arc::from(&*m.key),
                        place: at(m.key_span),
                        value: Self::of_json(source, &m.value),
                    })
                    .collect(),
            ),
            json::Kind::Unknown(reason) => Kind::Unknown(*reason),
        };
        Self { kind, place: at(json.span) }
    }

    /// A value with the places of a tree that it was made from: what has no counterpart there has its parent's.
    #[must_use]
    pub fn of_value(value: &Value, like: Option<&Tree>, place: &Place) -> Self {
        let place = like.map_or(place, |tree| &tree.place).clone();
        let kind = match value {
            Value::Null => Kind::Null,
            Value::Bool(b) => Kind::Bool(*b),
            Value::Number(n) => Kind::Number(n.clone()),
            Value::Text(text) => Kind::Text(text.clone()),
            Value::Unknown(reason) => Kind::Unknown(*reason),
            Value::Array(items) => {
                let like = |at: usize| like.and_then(|tree| tree.items().get(at));
                let item = |(at, item): (usize, &Value)| Self::of_value(item, like(at), &place);
                Kind::Array(items.iter().enumerate().map(item).collect())
            }
            Value::Object(object) => Kind::Object(
                object
                    .members()
                    .iter()
                    .map(|(key, value)| {
                        let own = like.and_then(|tree| tree.entry(key));
                        Member {
                            key: key.clone(),
                            place: own.map_or_else(|| place.clone(), |m| m.place.clone()),
                            value: Self::of_value(value, own.map(|m| &m.value), &place),
                        }
                    })
                    .collect(),
            ),
        };
        Self { kind, place }
    }

    /// Where to point: the whole of a scalar, the first byte of what may span many lines.
    #[must_use]
    pub fn head(&self) -> Place {
        if self.is_object() || self.is_array() { self.place.opening() } else { self.place.clone() }
    }

    /// A word for messages.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        self.view().kind()
    }

    /// The string, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
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
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// The members of an array; empty for anything else.
    #[must_use]
    pub fn items(&self) -> &[Tree] {
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

    /// The member of this name as the engine finds it: the last of exactly this spelling, else the first without
    /// regard to ASCII case.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Member> {
        let members = self.members();
        index_of(members, name).and_then(|at| members.get(at))
    }

    /// The value of that member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Tree> {
        self.entry(name).map(|member| &member.value)
    }

    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        self.to_value().to_json()
    }

    /// Where a location of an explanation leads: the value, or the name of the nearest parent where it is missing.
    /// The level `properties` of a flattened row is the row itself.
    #[must_use]
    pub fn find(&self, location: &Location) -> Found<'_> {
        let mut at = self;
        let mut nearest = Found { source: &self.place.source, span: self.place.opening().span, there: false };
        for (depth, item) in location.items().into_iter().enumerate() {
            let next = match item {
                PathItem::Index(index) => at.items().get(index as usize).map(|item| {
                    let span = item.place.opening().span;
                    (item, Found { source: &item.place.source, span, there: false })
                }),
                PathItem::Key(key) => match at.entry(key) {
                    Some(member) => {
                        let Place { source, span } = &member.place;
                        Some((&member.value, Found { source, span: *span, there: false }))
                    }
                    None if depth == 0 && key.eq_ignore_ascii_case("properties") => Some((at, nearest)),
                    None => None,
                },
            };
            let Some((value, name)) = next else { return nearest };
            (at, nearest) = (value, name);
        }
        Found { source: &at.place.source, span: at.head().span, there: true }
    }
}

/// Where a location leads.
#[derive(Clone, Copy, Debug)]
pub struct Found<'t> {
    /// The text.
    pub source: &'t Source,
    /// The bytes.
    pub span: Span,
    /// Whether the value itself is there.
    pub there: bool,
}

impl Found<'_> {
    /// An owned place.
    #[must_use]
    pub fn place(self) -> Place {
        Place { source: self.source.clone(), span: self.span }
    }
}

/// Which member a name means.
pub(super) fn index_of(members: &[Member], name: &str) -> Option<usize> {
    let exact = members.iter().rposition(|m| &*m.key == name);
    exact.or_else(|| members.iter().position(|m| m.key.eq_ignore_ascii_case(name)))
}

impl<'a> Node<'a> for &'a Tree {
    fn view(self) -> View<'a> {
        match &self.kind {
            Kind::Null => View::Null,
            Kind::Bool(b) => View::Bool(*b),
            Kind::Number(n) => View::Number(match n {
                Number::Int(n) => Num::Int(*n),
                Number::UInt(n) => Num::UInt(*n),
                Number::Float(n) => Num::Float(*n),
                Number::Wide(digits) => Num::Wide(digits),
            }),
            Kind::Text(text) => View::Text(text),
            Kind::Array(_) => View::Array,
            Kind::Object(_) => View::Object,
            Kind::Unknown(reason) => View::Unknown(*reason),
        }
    }

    fn member(self, name: &str) -> Option<Self> {
        self.get(name)
    }

    fn elements(self) -> impl Iterator<Item = Self> {
        self.items().iter()
    }

    fn entries(self) -> impl Iterator<Item = (&'a str, Self)> {
        self.members().iter().map(|m| (&*m.key, &m.value))
    }
}

impl Document for Tree {
    type Node<'d> = &'d Tree;

    fn root(&self) -> Self::Node<'_> {
        self
    }
}
