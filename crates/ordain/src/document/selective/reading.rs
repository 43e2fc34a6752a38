//! What is read of a document: a trie of the paths that a plan looks at. What is not in it is passed over.

use crate::aliases::Step;
use crate::document::facts::{ENVELOPE_PLAIN, ENVELOPE_READ, blank_is_absent};
use crate::limits::JSON_DEPTH;
use crate::plan::PathId;

/// How much of the value at the end of a path is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What it is, not what is inside: for `exists`.
    Shallow,
    /// All of it.
    Whole,
}

/// The trie. Spot 0 is the document's root.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    spots: Vec<Spot>,
    /// Number of slots that reading fills.
    slots: usize,
}

/// One place in the trie.
#[derive(Clone, Debug, Default)]
pub(super) struct Spot {
    /// Which slot the value found here fills, and one more; 0: none.
    pub(super) slot: u32,
    /// Whether null and the empty text mean absence (spec L-110).
    pub(super) blank: bool,
    /// Whether everything below is read.
    pub(super) whole: bool,
    /// The spot of elements, and one more; 0: elements are not read.
    each: u32,
    /// A bit for each fingerprint of a name.
    prints: u64,
    names: Vec<Name>,
}

#[derive(Clone, Debug)]
struct Name {
    print: u8,
    text: Box<str>,
    /// [`PASSED`]: it is known, and not read.
    spot: u32,
}

/// The spot of names that are known and not read.
const PASSED: u32 = u32::MAX;

/// What the trie says of a member.
pub(super) enum Member<'r> {
    /// It is read.
    Read(&'r Spot),
    /// It is passed over.
    Passed,
    /// The trie does not know it: it is passed over as well.
    Unlisted,
}

/// Six bits that names equal without regard to case have in common.
fn print(name: &[u8]) -> u8 {
    let byte = |at: Option<&u8>| at.map_or(0, |b| b | 0x20);
    let (first, last) = (byte(name.first()), byte(name.last()));
    let middle = byte(name.get(name.len() / 2));
    let mixed = (name.len() as u32)
        .wrapping_mul(7)
        .wrapping_add(u32::from(first).wrapping_mul(31))
        .wrapping_add(u32::from(middle).wrapping_mul(17))
        .wrapping_add(u32::from(last).wrapping_mul(11));
    (mixed & 63) as u8
}

impl Default for Reading {
    fn default() -> Self {
        let mut reading = Self { spots: vec![Spot::default()], slots: 0 };
        for name in ENVELOPE_READ {
            let extent = if *name == "properties" { Extent::Shallow } else { Extent::Whole };
            reading.add(&[Step::Key((*name).into())], extent);
        }
        if let Some(root) = reading.spots.first_mut() {
            ENVELOPE_PLAIN.iter().for_each(|name| root.name(name, PASSED));
        }
        reading
    }
}

impl Reading {
    /// Everything is read.
    #[cfg(test)]
    pub(crate) fn everything() -> Self {
        Self { spots: vec![Spot { whole: true, ..Spot::default() }], slots: 0 }
    }

    /// Everything is read from here on.
    pub(crate) fn widen(&mut self) {
        if let Some(root) = self.spots.first_mut() {
            root.whole = true;
        }
    }

    pub(super) fn slots(&self) -> usize {
        self.slots
    }

    /// One path more.
    pub(crate) fn add(&mut self, path: &[Step], extent: Extent) {
        // What is deeper is never met.
        if path.len() > JSON_DEPTH {
            return;
        }
        let mut at = 0;
        for (depth, step) in path.iter().enumerate() {
            at = match step {
                Step::Key(key) => self.below(at, key, depth == 0),
                Step::Each => self.elements(at),
            };
        }
        if extent == Extent::Whole
            && let Some(spot) = self.spots.get_mut(at)
        {
            spot.whole = true;
        }
    }

    /// One interned path more, whose value fills a slot.
    pub(crate) fn add_slot<'k>(&mut self, keys: impl IntoIterator<Item = &'k str>, slot: PathId) {
        let mut at = 0;
        for (depth, key) in keys.into_iter().enumerate() {
            at = self.below(at, key, depth == 0);
        }
        if let (Some(spot), Ok(number)) = (self.spots.get_mut(at), u32::try_from(slot.index())) {
            spot.slot = number + 1;
            self.slots = self.slots.max(slot.index() + 1);
        }
    }

    fn fresh(&mut self, spot: Spot) -> usize {
        self.spots.push(spot);
        self.spots.len() - 1
    }

    fn below(&mut self, at: usize, key: &str, top: bool) -> usize {
        let named = |name: &&Name| name.text.eq_ignore_ascii_case(key);
        let known = self.spots.get(at).and_then(|spot| spot.names.iter().find(named)).map(|name| name.spot);
        if let Some(known) = known.filter(|spot| *spot != PASSED) {
            return known as usize;
        }
        let made = self.fresh(Spot { blank: top && blank_is_absent(key), ..Spot::default() });
        if let (Some(spot), Ok(number)) = (self.spots.get_mut(at), u32::try_from(made)) {
            match spot.names.iter_mut().find(|name| name.text.eq_ignore_ascii_case(key)) {
                Some(passed) => passed.spot = number,
                None => spot.name(key, number),
            }
        }
        made
    }

    fn elements(&mut self, at: usize) -> usize {
        if let Some(known) = self.spots.get(at).and_then(|spot| spot.each.checked_sub(1)) {
            return known as usize;
        }
        let made = self.fresh(Spot::default());
        if let (Some(spot), Ok(number)) = (self.spots.get_mut(at), u32::try_from(made)) {
            spot.each = number + 1;
        }
        made
    }

    pub(super) fn root(&self) -> &Spot {
        static NOTHING: Spot =
            Spot { slot: 0, blank: false, whole: true, each: 0, prints: 0, names: Vec::new() };
        self.spots.first().unwrap_or(&NOTHING)
    }

    /// The spot of a member.
    #[inline]
    pub(super) fn member(&self, spot: &Spot, key: &[u8]) -> Member<'_> {
        let print = print(key);
        if spot.prints & (1 << print) == 0 {
            return Member::Unlisted;
        }
        let same = |name: &[u8]| name == key || name.eq_ignore_ascii_case(key);
        let fits = |name: &&Name| name.print == print && same(name.text.as_bytes());
        match spot.names.iter().find(fits) {
            None => Member::Unlisted,
            Some(name) => self.spots.get(name.spot as usize).map_or(Member::Passed, Member::Read),
        }
    }

    /// The spot of elements.
    pub(super) fn each(&self, spot: &Spot) -> Option<&Spot> {
        self.spots.get(spot.each.checked_sub(1)? as usize)
    }
}

impl Spot {
    fn name(&mut self, key: &str, spot: u32) {
        let print = print(key.as_bytes());
        self.prints |= 1 << print;
        self.names.push(Name { print, text: key.into(), spot });
    }

    /// Whether members of an object found here are read.
    pub(super) fn has_names(&self) -> bool {
        !self.names.is_empty()
    }
}
