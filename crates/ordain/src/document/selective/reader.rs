//! Bytes and trie walked together.

use super::reading::{self, Reading, Spot};
use super::scan::{StringEnd, blanks, container_end, string_end, word_end};
use super::{Arena, BLANK, Item, Member, Selected, Tag};
use crate::document::row::is_cut;
use crate::json::Reader as Strict;
use crate::limits::JSON_DEPTH;
use crate::value::text::key_eq;

/// The text is not as expected where it was looked at: a fault, or what only whole reading settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

/// Whether what exporters cut off or spell their own way is put right while reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settling {
    /// The text is taken as it stands.
    AsItStands,
    /// As rows of exports are (spec I-19): what was cut is unknown. A list of tags (I-32) is [`Broken`].
    Rows,
}

/// What a reader needs while it goes.
struct Walk<'w, 't> {
    text: &'t str,
    bytes: &'t [u8],
    arena: &'w mut Arena,
    reading: &'w Reading,
    settling: Settling,
    /// Whether the place is below `properties`.
    below_properties: bool,
}

impl Arena {
    /// Reads one document. `choose` says what is read of a document whose root has this text as `type`; it is asked once,
    /// with `None` where there is no such text, before anything of the root is read but names.
    ///
    /// # Errors
    /// [`Broken`] where the text is not as JSON has it, as far as it was looked at, or nests deeper than
    /// [`JSON_DEPTH`]; whole reading says where.
    pub(crate) fn read<'d, 'p>(
        &'d mut self,
        text: &'d str,
        settling: Settling,
        choose: impl FnOnce(Option<&str>) -> &'p Reading,
    ) -> Result<Selected<'d>, Broken> {
        let mark = '\u{FEFF}'.len_utf8();
        let start = if text.starts_with('\u{FEFF}') { mark } else { 0 };
        if u32::try_from(text.len()).is_err() {
            return Err(Broken);
        }
        let bytes = text.as_bytes();
        let at = blanks(bytes, start);
        let early = Self::type_of(text, at)?;
        let found = early.and_then(|(from, to)| text.get(from..to));
        let reading = choose(found);
        self.clear(reading.slots());
        let mut walk = Walk { text, bytes, arena: self, reading, settling, below_properties: false };
        let (root, end) = walk.value(
            at,
            Want { whole: false, spot: Some(reading.root()) },
            Place { levels: JSON_DEPTH, top: true },
        )?;
        if blanks(bytes, end) < bytes.len() {
            return Err(Broken);
        }
        Ok(Selected { text, arena: self, root })
    }

    /// The text of the root's first member `type`, where it has one without escapes; looks no further.
    ///
    /// # Errors
    /// As [`Arena::read`], of what stands before.
    pub(crate) fn kind_of(text: &str) -> Result<Option<&str>, Broken> {
        let mark = '\u{FEFF}'.len_utf8();
        let start = if text.starts_with('\u{FEFF}') { mark } else { 0 };
        let at = blanks(text.as_bytes(), start);
        Ok(Self::type_of(text, at)?.and_then(|(from, to)| text.get(from..to)))
    }

    /// Where the text of the root's first member `type` stands, if it has one without escapes.
    fn type_of(text: &str, at: usize) -> Result<Option<(usize, usize)>, Broken> {
        let bytes = text.as_bytes();
        if bytes.get(at) != Some(&b'{') {
            return Ok(None);
        }
        let mut at = blanks(bytes, at + 1);
        while bytes.get(at) == Some(&b'"') {
            let key = string_end(bytes, at + 1).ok_or(Broken)?;
            let is_type = bytes.get(at + 1..key.close) == Some(b"type");
            at = blanks(bytes, key.close + 1);
            if bytes.get(at) != Some(&b':') {
                return Err(Broken);
            }
            at = blanks(bytes, at + 1);
            if is_type && bytes.get(at) == Some(&b'"') {
                let value = string_end(bytes, at + 1).ok_or(Broken)?;
                return Ok((!value.escaped).then_some((at + 1, value.close)));
            }
            at = blanks(bytes, past(bytes, at, JSON_DEPTH)?);
            match bytes.get(at) {
                Some(b',') => at = blanks(bytes, at + 1),
                _ => break,
            }
        }
        Ok(None)
    }
}

/// What is wanted of a value.
#[derive(Clone, Copy)]
struct Want<'p> {
    /// All of it.
    whole: bool,
    /// What lies in the trie: also inside of what is read as a whole, since slots are filled there.
    spot: Option<&'p Spot>,
}

/// Where a value is.
#[derive(Clone, Copy)]
struct Place {
    /// How many levels more may be opened.
    levels: usize,
    /// Whether it is the root.
    top: bool,
}

/// The end of a value that nobody reads.
#[inline]
fn past(bytes: &[u8], at: usize, levels: usize) -> Result<usize, Broken> {
    match bytes.get(at) {
        Some(b'"') => Ok(string_end(bytes, at + 1).ok_or(Broken)?.close + 1),
        Some(b'{' | b'[') if levels == 0 => Err(Broken),
        Some(b'{' | b'[') => container_end(bytes, at + 1, levels).ok_or(Broken),
        Some(_) => {
            let end = word_end(bytes, at);
            if end > at { Ok(end) } else { Err(Broken) }
        }
        None => Err(Broken),
    }
}

fn item(tag: Tag, from: usize, to: usize) -> Item {
    // INVARIANT: the text is shorter than 4 GiB, and so are the lists that are made of it.
    let short = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Item { tag, from: short(from), to: short(to) }
}

impl<'p> Walk<'p, '_> {
    fn keep(&mut self, item: Item) -> u32 {
        let at = u32::try_from(self.arena.items.len()).unwrap_or(u32::MAX);
        self.arena.items.push(item);
        at
    }

    /// Reads the value at a place; gives its item and the place behind it.
    fn value(&mut self, at: usize, want: Want<'p>, place: Place) -> Result<(u32, usize), Broken> {
        let (made, end) = match self.bytes.get(at).ok_or(Broken)? {
            b'"' => {
                let (text, end) = self.string(at)?;
                let cut = self.settling == Settling::Rows && self.below_properties && self.is_cut(text);
                if cut {
                    self.arena.irregular = true;
                    let Item { from, to, .. } = item(Tag::Cut, at, end);
                    self.arena.cut = self.arena.cut.or(Some((from, to)));
                }
                (if cut { item(Tag::Cut, 0, 0) } else { text }, end)
            }
            b'{' | b'[' => return self.container(at, want, place),
            b't' => (item(Tag::True, at, at + 4), self.word(at, "true")?),
            b'f' => (item(Tag::False, at, at + 5), self.word(at, "false")?),
            b'n' => (item(Tag::Null, at, at + 4), self.word(at, "null")?),
            _ => {
                let end = word_end(self.bytes, at);
                let digits =
                    self.text.get(at..end).filter(|digits| is_number(digits.as_bytes())).ok_or(Broken)?;
                (item(Tag::Number, at, at + digits.len()), end)
            }
        };
        Ok((self.keep(made), end))
    }

    fn word(&self, at: usize, word: &str) -> Result<usize, Broken> {
        let end = at + word.len();
        if self.bytes.get(at..end) == Some(word.as_bytes()) && word_end(self.bytes, end) == end {
            Ok(end)
        } else {
            Err(Broken)
        }
    }

    fn is_cut(&self, text: Item) -> bool {
        let held = if text.tag == Tag::Decoded { &*self.arena.decoded } else { self.text };
        is_cut(held.get(text.from as usize..text.to as usize).unwrap_or_default())
    }

    /// A string, decoded where it has to be.
    #[inline]
    fn string(&mut self, at: usize) -> Result<(Item, usize), Broken> {
        let StringEnd { close, escaped, control } = string_end(self.bytes, at + 1).ok_or(Broken)?;
        if control {
            return Err(Broken);
        }
        if !escaped {
            return Ok((item(Tag::Text, at + 1, close), close + 1));
        }
        // The strict reader knows the escapes.
        let quoted = self.text.get(at..=close).ok_or(Broken)?;
        let from = self.arena.decoded.len();
        match Strict::new(quoted, crate::json::Dialect::Strict).value() {
            Some(crate::json::Json { kind: crate::json::Kind::Text(text), .. }) => {
                self.arena.decoded.push_str(&text);
            }
            _ => return Err(Broken),
        }
        Ok((item(Tag::Decoded, from, self.arena.decoded.len()), close + 1))
    }

    fn container(&mut self, at: usize, want: Want<'p>, place: Place) -> Result<(u32, usize), Broken> {
        let object = self.bytes.get(at) == Some(&b'{');
        let tag = if object { Tag::Object } else { Tag::Array };
        let Some(levels) = place.levels.checked_sub(1) else { return Err(Broken) };
        let inner = Place { levels, top: false };
        let whole = want.whole || want.spot.is_some_and(|spot| spot.whole);
        let inside = match object {
            true => want.spot.filter(|spot| spot.has_names()),
            false => want.spot.and_then(|spot| self.reading.each(spot)),
        };
        if !whole && inside.is_none() {
            let end = container_end(self.bytes, at + 1, place.levels).ok_or(Broken)?;
            return Ok((self.keep(item(tag, 0, 0)), end));
        }
        let want = Want { whole, spot: inside };
        let own = self.keep(item(tag, 0, 0));
        let mark = self.arena.open.len();
        let end = match object {
            true => self.members(at + 1, want, place.top, inner)?,
            false => self.elements(at + 1, want, inner)?,
        };
        let from = self.arena.members.len();
        self.arena.members.extend(self.arena.open.drain(mark..));
        let made = item(tag, from, self.arena.members.len());
        if let Some(slot) = self.arena.items.get_mut(own as usize) {
            *slot = made;
        }
        Ok((own, end))
    }

    /// `want` is what is wanted of each element.
    fn elements(&mut self, at: usize, want: Want<'p>, inner: Place) -> Result<usize, Broken> {
        let mut at = blanks(self.bytes, at);
        if self.bytes.get(at) == Some(&b']') {
            return Ok(at + 1);
        }
        loop {
            let (item, end) = self.value(at, want, inner)?;
            let key = Item { tag: Tag::Null, from: 0, to: 0 };
            self.arena.open.push(Member { key, item });
            at = blanks(self.bytes, end);
            match self.bytes.get(at) {
                Some(b',') => at = blanks(self.bytes, at + 1),
                Some(b']') => return Ok(at + 1),
                _ => return Err(Broken),
            }
        }
    }

    /// `want` is what is wanted of the object.
    fn members(&mut self, at: usize, want: Want<'p>, top: bool, inner: Place) -> Result<usize, Broken> {
        let mut at = blanks(self.bytes, at);
        if self.bytes.get(at) == Some(&b'}') {
            return Ok(at + 1);
        }
        loop {
            if self.bytes.get(at) != Some(&b'"') {
                return Err(Broken);
            }
            let ends = string_end(self.bytes, at + 1).ok_or(Broken)?;
            let plain = !ends.escaped && !ends.control;
            let (key, end) = match plain {
                true => (item(Tag::Text, at + 1, ends.close), ends.close + 1),
                false => self.string(at)?,
            };
            at = blanks(self.bytes, end);
            if self.bytes.get(at) != Some(&b':') {
                return Err(Broken);
            }
            at = blanks(self.bytes, at + 1);
            let found = match want.spot.map(|spot| self.reading.member(spot, self.key(key))) {
                Some(reading::Member::Read(spot)) => Some(spot),
                Some(reading::Member::Unlisted) if top => {
                    self.arena.unlisted = true;
                    None
                }
                _ => None,
            };
            self.arena.has_children |= top && key.to - key.from == 9 && self.is_key(key, "resources");
            at = if want.whole || found.is_some() {
                let (item, end) =
                    self.member(at, key, Want { whole: want.whole, spot: found }, top, inner)?;
                self.arena.open.push(Member { key, item });
                end
            } else {
                past(self.bytes, at, inner.levels)?
            };
            at = blanks(self.bytes, at);
            match self.bytes.get(at) {
                Some(b',') => at = blanks(self.bytes, at + 1),
                Some(b'}') => return Ok(at + 1),
                _ => return Err(Broken),
            }
        }
    }

    fn key(&self, key: Item) -> &[u8] {
        let held = if key.tag == Tag::Decoded { self.arena.decoded.as_bytes() } else { self.bytes };
        held.get(key.from as usize..key.to as usize).unwrap_or_default()
    }

    /// The value of a member that is kept.
    fn member(
        &mut self,
        at: usize,
        key: Item,
        want: Want<'p>,
        top: bool,
        inner: Place,
    ) -> Result<(u32, usize), Broken> {
        let settles = top && self.settling == Settling::Rows;
        if settles && self.bytes.get(at) == Some(&b'[') && self.is_key(key, "tags") {
            return Err(Broken);
        }
        let before = self.below_properties;
        self.below_properties |= settles && self.is_key(key, "properties");
        let read = self.value(at, want, inner);
        self.below_properties = before;
        let (item, end) = read?;
        if let Some(spot) = want.spot {
            self.fill(spot, item);
        }
        Ok((item, end))
    }

    fn is_key(&self, key: Item, name: &str) -> bool {
        let held = if key.tag == Tag::Decoded { &*self.arena.decoded } else { self.text };
        held.get(key.from as usize..key.to as usize).is_some_and(|key| key_eq(key, name))
    }

    fn fill(&mut self, spot: &Spot, at: u32) {
        let Some(number) = spot.slot.checked_sub(1) else { return };
        let absent = spot.blank
            && self.arena.items.get(at as usize).is_some_and(|item| {
                item.tag == Tag::Null
                    || (matches!(item.tag, Tag::Text | Tag::Decoded) && item.from == item.to)
            });
        if let Some(slot) = self.arena.slots.get_mut(number as usize) {
            self.arena.irregular |= *slot != 0;
            *slot = if absent { BLANK } else { at.saturating_add(1) };
        }
    }
}

/// Whether a number is one as JSON writes it.
fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = digits(text);
    if whole == 0 || (whole > 1 && text.first() == Some(&b'0')) {
        return false;
    }
    let mut rest = text.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = fraction.get(count..).unwrap_or_default();
    }
    if let Some(exponent) = rest.strip_prefix(b"e").or(rest.strip_prefix(b"E")) {
        let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        let count = digits(exponent);
        return count > 0 && count == exponent.len();
    }
    rest.is_empty()
}
