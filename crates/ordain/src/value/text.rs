//! Texts: case folding without culture, and the text of a scalar (spec C-4 … C-7).

use super::View;
use std::borrow::Cow;
use std::cmp::Ordering;
use unicase::UniCase;

/// Equal without regard to ASCII case: names of keys, types, parameters (spec L-99, G-2).
#[must_use]
pub fn key_eq(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Fold-equal: full Unicode case folding, no normalisation, ASCII as a fast path (spec C-5).
#[must_use]
pub fn fold_eq(a: &str, b: &str) -> bool {
    if a.len() == b.len() && a.eq_ignore_ascii_case(b) {
        return true;
    }
    // Two ASCII texts that differ above differ for good; folding may change lengths only beyond ASCII.
    !(a.is_ascii() && b.is_ascii()) && UniCase::unicode(a) == UniCase::unicode(b)
}

/// The folded form; borrowed when there is nothing to fold.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        }
    } else {
        Cow::Owned(UniCase::unicode(text).to_folded_case())
    }
}

/// Order of folded texts by code point (spec C-41).
#[must_use]
pub fn fold_order(a: &str, b: &str) -> Ordering {
    fold(a).as_ref().cmp(fold(b).as_ref())
}

/// The text of a scalar as conditions compare it (spec C-4); `None` for null, arrays, objects, unknowns.
#[must_use]
pub fn scalar(view: View<'_>) -> Option<Cow<'_, str>> {
    match view {
        View::Text(t) => Some(Cow::Borrowed(t)),
        View::Bool(true) => Some(Cow::Borrowed("True")),
        View::Bool(false) => Some(Cow::Borrowed("False")),
        View::Number(n) => Some(Cow::Owned(n.text())),
        View::Null | View::Array | View::Object | View::Unknown(_) => None,
    }
}

/// Number of UTF-16 code units, the unit of lengths and positions in expressions (spec F-27).
#[must_use]
pub fn units(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// The normal form of a location (spec L-21): a leading part in round brackets dropped, blanks removed,
/// ASCII lower case.
#[must_use]
pub fn location(text: &str) -> Cow<'_, str> {
    let rest = text.trim_start_matches(' ');
    let rest = rest.strip_prefix('(').and_then(|r| r.split_once(')')).map_or(text, |(_, rest)| rest);
    if rest.len() == text.len() && !text.bytes().any(|b| b == b' ' || b.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(rest.chars().filter(|c| *c != ' ').map(|c| c.to_ascii_lowercase()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding() {
        // spec: C-5
        let equal = [
            ("MÜNCHEN", "münchen"),
            ("STRASSE", "straße"),
            ("Σ", "ς"),
            ("ﬃce", "FFICE"),
            ("aB", "Ab"),
            ("", ""),
        ];
        let different = [("I", "ı"), ("é", "e\u{301}"), ("a", "ab"), ("a ", "a")];
        for (a, b) in equal {
            assert!(fold_eq(a, b) && fold_eq(b, a) && fold(a) == fold(b), "{a} {b}");
        }
        for (a, b) in different {
            assert!(!fold_eq(a, b) && fold(a) != fold(b), "{a} {b}");
        }
    }

    #[test]
    fn locations() {
        // spec: L-21, I-31
        for (given, normal) in [
            ("East US 2", "eastus2"),
            ("eastus2", "eastus2"),
            ("(US) East US", "eastus"),
            ("global", "global"),
            ("Österreich", "Österreich"),
        ] {
            assert_eq!(location(given), normal);
        }
    }
}
