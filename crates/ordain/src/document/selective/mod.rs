//! Documents of which only that is read what a plan looks at: bytes and trie walked together, the rest passed over by
//! structure, everything kept in an arena that is used again for the next row (spec I-86, I-87).
//!
//! What is read is a pruned tree, judged by the same evaluator as whole documents. Members that the trie lacks look as if
//! they were not there; whoever makes the trie answers for it that nobody asks for them.

mod reader;
mod reading;
mod scan;

pub(crate) use reader::Settling;
pub(crate) use reading::{Extent, Reading};

use super::Document;
use crate::plan::PathId;
use crate::value::{Node, Num, Reason, View, text::key_eq};

/// Room for one document after the other.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    items: Vec<Item>,
    members: Vec<Member>,
    /// Texts that held escapes.
    decoded: String,
    /// By path: the item found there, and one more; 0: nothing; [`BLANK`]: what counts as absent.
    slots: Vec<u32>,
    /// Members of the containers that are being read.
    open: Vec<Member>,
    /// Whether slots do not tell the whole truth: a name stands twice, or something is not known.
    irregular: bool,
    /// Whether the root has a member that neither the trie nor the envelope knows.
    unlisted: bool,
    /// Whether the root has a member `resources`.
    has_children: bool,
    /// Where an exporter cut something off, of what was read: the first place, quotes included.
    cut: Option<(u32, u32)>,
}

/// A slot whose value counts as absent (spec L-110).
const BLANK: u32 = u32::MAX;

/// One value.
#[derive(Clone, Copy, Debug)]
struct Item {
    tag: Tag,
    /// Bytes in the text, or members, from here …
    from: u32,
    /// … to here.
    to: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Null,
    True,
    False,
    Number,
    Text,
    /// A text in the arena.
    Decoded,
    Array,
    Object,
    /// What an exporter cut off (spec I-19).
    Cut,
}

/// A member of an object, or an element of an array, which has no key.
#[derive(Clone, Copy, Debug)]
struct Member {
    key: Item,
    item: u32,
}

/// A document that was read selectively: text and arena together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Selected<'d> {
    text: &'d str,
    arena: &'d Arena,
    root: u32,
}

/// A node of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaf<'d> {
    text: &'d str,
    arena: &'d Arena,
    item: Item,
}

impl Document for Selected<'_> {
    type Node<'d>
        = Leaf<'d>
    where
        Self: 'd;

    fn root(&self) -> Self::Node<'_> {
        self.top()
    }
}

impl<'d> Selected<'d> {
    /// The root, for as long as text and arena live.
    pub(crate) fn top(&self) -> Leaf<'d> {
        self.leaf(self.root)
    }

    /// Where the root is in the arena.
    pub(crate) fn place(&self) -> u32 {
        self.root
    }

    /// A document that was read before.
    pub(crate) fn again(text: &'d str, arena: &'d Arena, root: u32) -> Self {
        Self { text, arena, root }
    }

    /// Whether slots can be taken as they were filled.
    pub(crate) fn is_regular(&self) -> bool {
        !self.arena.irregular
    }

    /// Whether the root has nothing but members of the envelope.
    pub(crate) fn is_plain(&self) -> bool {
        !self.arena.unlisted && !self.arena.has_children
    }

    /// Whether the root has a member `resources`.
    pub(crate) fn has_children(&self) -> bool {
        self.arena.has_children
    }

    /// Whether something of what was read was cut off.
    pub(crate) fn has_cuts(&self) -> bool {
        self.arena.cut.is_some()
    }

    /// What was found at an interned path of the plan; only where the document is regular.
    #[inline]
    pub(crate) fn slot(&self, path: PathId) -> Option<Leaf<'d>> {
        match self.arena.slots.get(path.index()).copied() {
            None | Some(0 | BLANK) => None,
            Some(at) => Some(self.leaf(at - 1)),
        }
    }

    fn leaf(&self, at: u32) -> Leaf<'d> {
        let nothing = Item { tag: Tag::Null, from: 0, to: 0 };
        let item = self.arena.items.get(at as usize).copied().unwrap_or(nothing);
        Leaf { text: self.text, arena: self.arena, item }
    }
}

impl Arena {
    fn clear(&mut self, slots: usize) {
        self.items.clear();
        self.members.clear();
        self.decoded.clear();
        self.open.clear();
        self.slots.clear();
        self.slots.resize(slots, 0);
        (self.irregular, self.unlisted, self.has_children, self.cut) = (false, false, false, None);
    }
}

impl<'d> Leaf<'d> {
    fn text_of(self, item: Item) -> &'d str {
        let range = item.from as usize..item.to as usize;
        let held = if item.tag == Tag::Decoded { &*self.arena.decoded } else { self.text };
        held.get(range).unwrap_or_default()
    }

    fn members(self, tag: Tag) -> &'d [Member] {
        if self.item.tag != tag {
            return &[];
        }
        self.arena.members.get(self.item.from as usize..self.item.to as usize).unwrap_or_default()
    }

    fn at(self, item: u32) -> Self {
        let nothing = Item { tag: Tag::Null, from: 0, to: 0 };
        Leaf { item: self.arena.items.get(item as usize).copied().unwrap_or(nothing), ..self }
    }
}

impl<'d> Node<'d> for Leaf<'d> {
    #[inline]
    fn view(self) -> View<'d> {
        match self.item.tag {
            Tag::Null => View::Null,
            Tag::True => View::Bool(true),
            Tag::False => View::Bool(false),
            Tag::Number => View::Number(Num::parse(self.text_of(self.item))),
            Tag::Text | Tag::Decoded => View::Text(self.text_of(self.item)),
            Tag::Array => View::Array,
            Tag::Object => View::Object,
            Tag::Cut => View::Unknown(Reason::PropertiesNotExported),
        }
    }

    fn member(self, name: &str) -> Option<Self> {
        let members = self.members(Tag::Object);
        // The last of exactly this spelling, else the first without regard to case (spec I-8, L-90).
        // Names that are equal in either way are equally long.
        let long = |member: &&Member| (member.key.to - member.key.from) as usize == name.len();
        let exact = members.iter().rev().filter(long).find(|member| self.text_of(member.key) == name);
        let found = exact
            .or_else(|| members.iter().filter(long).find(|member| key_eq(self.text_of(member.key), name)));
        found.map(|member| self.at(member.item))
    }

    fn elements(self) -> impl Iterator<Item = Self> {
        self.members(Tag::Array).iter().map(move |member| self.at(member.item))
    }

    fn entries(self) -> impl Iterator<Item = (&'d str, Self)> {
        self.members(Tag::Object).iter().map(move |member| (self.text_of(member.key), self.at(member.item)))
    }
}

#[cfg(test)]
mod tests;
