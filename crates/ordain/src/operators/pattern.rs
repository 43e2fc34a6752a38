//! like, match and contains with their kin: patterns over texts (spec C-25 … C-35).

use super::equality::Scalar;
use crate::value::{View, text};

/// A `like` pattern: folded pieces between the stars.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Like {
    /// One piece: no star, the whole text. Several: a star between each two. None: matches nothing.
    pieces: Box<[Box<str>]>,
}

impl Like {
    pub(super) fn new(pattern: &str) -> Self {
        Self { pieces: pattern.split('*').map(|piece| text::fold(piece).into()).collect() }
    }

    pub(super) fn never() -> Self {
        Self { pieces: Box::default() }
    }

    pub(super) fn holds(&self, given: &str) -> bool {
        // An ASCII text equals its folded form but for case, so that only others need to be folded.
        if given.is_ascii() {
            self.matches(given.as_bytes())
        } else {
            self.matches(text::fold(given).as_bytes())
        }
    }

    fn matches(&self, given: &[u8]) -> bool {
        let [first, rest @ ..] = &self.pieces[..] else { return false };
        let Some((last, middle)) = rest.split_last() else {
            return given.eq_ignore_ascii_case(first.as_bytes());
        };
        let Some(mut open) = strip_front(given, first.as_bytes()) else { return false };
        for piece in middle {
            match find(open, piece.as_bytes()) {
                Some(behind) => open = open.get(behind..).unwrap_or_default(),
                None => return false,
            }
        }
        open.len() >= last.len()
            && open
                .get(open.len() - last.len()..)
                .is_some_and(|tail| tail.eq_ignore_ascii_case(last.as_bytes()))
    }
}

fn strip_front<'t>(text: &'t [u8], front: &[u8]) -> Option<&'t [u8]> {
    let (head, tail) = text.split_at_checked(front.len())?;
    head.eq_ignore_ascii_case(front).then_some(tail)
}

/// Offset behind the first occurrence, case of ASCII letters aside.
fn find(text: &[u8], piece: &[u8]) -> Option<usize> {
    if piece.is_empty() {
        return Some(0);
    }
    text.windows(piece.len()).position(|w| w.eq_ignore_ascii_case(piece)).map(|at| at + piece.len())
}

/// A `match` pattern: one rule a character.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pattern: Box<[char]>,
    insensitive: bool,
}

impl Shape {
    pub(super) fn new(pattern: &str, insensitive: bool) -> Self {
        Self { pattern: pattern.chars().collect(), insensitive }
    }

    pub(super) fn holds(&self, given: &str) -> bool {
        let mut characters = given.chars();
        let all = self.pattern.iter().all(|wanted| {
            characters.next().is_some_and(|c| match wanted {
                '#' => c.is_ascii_digit(),
                '?' => c.is_ascii_alphabetic(),
                '.' => true,
                other => *other == c || (self.insensitive && same_letter(*other, c)),
            })
        });
        all && characters.next().is_none()
    }
}

fn same_letter(a: char, b: char) -> bool {
    let (mut a_buffer, mut b_buffer) = ([0; 4], [0; 4]);
    text::fold_eq(a.encode_utf8(&mut a_buffer), b.encode_utf8(&mut b_buffer))
}

/// A `contains` operand: a part of a text, a member of an array, a name in an object.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    text: Box<str>,
    folded: Box<str>,
    scalar: Scalar,
}

impl Part {
    pub(super) fn new(operand: &str) -> Self {
        Self { text: operand.into(), folded: text::fold(operand).into(), scalar: Scalar::new(operand) }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn equals(&self, element: View<'_>) -> bool {
        self.scalar.equals(element)
    }

    pub(super) fn within(&self, given: &str) -> bool {
        if given.is_ascii() {
            find(given.as_bytes(), self.folded.as_bytes()).is_some()
        } else {
            text::fold(given).contains(&*self.folded)
        }
    }
}
