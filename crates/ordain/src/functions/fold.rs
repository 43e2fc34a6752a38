//! Searching under case folding: a match covers whole characters of the searched text (spec F-28).

use crate::value::text::fold;
use std::borrow::Cow;
use std::ops::Range;

/// A text made ready for searches.
pub(super) struct Folded<'t> {
    folded: Cow<'t, str>,
    /// Where each character begins, folded and in the text, then both ends. Empty for ASCII, where the
    /// positions are the same.
    starts: Vec<(usize, usize)>,
}

/// A match.
pub(super) struct Found {
    /// Bytes of the searched text.
    pub(super) at: Range<usize>,
    /// Where to look on.
    next: usize,
}

impl<'t> Folded<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        if text.is_ascii() {
            return Self { folded: fold(text), starts: Vec::new() };
        }
        let mut folded = String::with_capacity(text.len());
        let mut starts = Vec::new();
        for (at, c) in text.char_indices() {
            starts.push((folded.len(), at));
            if c.is_ascii() {
                folded.push(c.to_ascii_lowercase());
            } else {
                folded.push_str(&fold(c.encode_utf8(&mut [0; 4])));
            }
        }
        starts.push((folded.len(), text.len()));
        Self { folded: Cow::Owned(folded), starts }
    }

    /// The place in the text of a place in the folded text, unless that is within a character.
    fn place(&self, folded: usize) -> Option<usize> {
        if self.starts.is_empty() {
            return Some(folded);
        }
        let i = self.starts.binary_search_by_key(&folded, |(start, _)| *start).ok()?;
        self.starts.get(i).map(|(_, at)| *at)
    }

    /// The match at a place of the folded text, if there is one and it covers whole characters.
    fn at(&self, start: usize, needle: &str) -> Option<Found> {
        self.folded.get(start..)?.strip_prefix(needle)?;
        let next = start + needle.len();
        Some(Found { at: self.place(start)?..self.place(next)?, next })
    }

    /// The first match of a folded needle, after another match if one is given.
    pub(super) fn first(&self, needle: &str, after: Option<&Found>) -> Option<Found> {
        let from = after.map_or(0, |found| found.next);
        if self.starts.is_empty() {
            return self.at(from + self.folded.get(from..)?.find(needle)?, needle);
        }
        let passed = self.starts.partition_point(|(start, _)| *start < from);
        self.starts.iter().skip(passed).find_map(|(start, _)| self.at(*start, needle))
    }

    /// The last match of a folded needle.
    pub(super) fn last(&self, needle: &str) -> Option<Found> {
        if self.starts.is_empty() {
            return self.at(self.folded.rfind(needle)?, needle);
        }
        self.starts.iter().rev().find_map(|(start, _)| self.at(*start, needle))
    }

    /// Whether the text begins with a folded needle.
    pub(super) fn starts_with(&self, needle: &str) -> bool {
        self.folded.starts_with(needle) && self.place(needle.len()).is_some()
    }

    /// Whether the text ends with a folded needle.
    pub(super) fn ends_with(&self, needle: &str) -> bool {
        self.folded.strip_suffix(needle).is_some_and(|rest| self.place(rest.len()).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_characters() {
        // spec: F-28
        let table = [
            ("aßb", "SB", None, None),
            ("aßb", "ass", Some(0..3), Some(0..3)),
            ("Straße", "STRASSE", Some(0..7), Some(0..7)),
            ("ßßs", "s", Some(4..5), Some(4..5)),
            ("abAB", "B", Some(1..2), Some(3..4)),
            ("ÉéE", "é", Some(0..2), Some(2..4)),
            ("STRASSE", "ß", Some(4..6), Some(4..6)),
            ("", "a", None, None),
        ];
        for (text, needle, first, last) in table {
            let (text_folded, needle) = (Folded::new(text), fold(needle));
            assert_eq!(text_folded.first(&needle, None).map(|f| f.at), first, "{text} {needle}");
            assert_eq!(text_folded.last(&needle).map(|f| f.at), last, "{text} {needle}");
        }
    }
}
