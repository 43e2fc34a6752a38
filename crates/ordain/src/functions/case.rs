//! Upper and lower case character by character, without culture and without length changes (spec F-28, F-184).

use std::cmp::Ordering;

/// The simple upper-case mapping: one character for one.
pub(super) fn upper(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(single), None) => single,
        // The full mapping is longer. Only Greek letters with iota subscript have a simple one besides.
        _ => with_prosgegrammeni(c).unwrap_or(c),
    }
}

/// The simple lower-case mapping.
pub(super) fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut mapped = c.to_lowercase();
    match (mapped.next(), mapped.next()) {
        (Some(single), None) => single,
        // Only U+0130, which has no counterpart where culture is invariant.
        _ => c,
    }
}

fn with_prosgegrammeni(c: char) -> Option<char> {
    let distance = match c {
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => 8,
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => 9,
        _ => return None,
    };
    char::from_u32(u32::from(c) + distance)
}

/// Order of upper-cased texts by UTF-16 unit (spec F-111).
pub(super) fn upper_order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        return a.bytes().map(|c| c.to_ascii_uppercase()).cmp(b.bytes().map(|c| c.to_ascii_uppercase()));
    }
    let units = |text: &str| text.chars().map(upper).collect::<String>().encode_utf16().collect::<Vec<_>>();
    units(a).cmp(&units(b))
}

/// The order of `greater`, `less` and their kin: upper-cased by code point, then lower case first.
pub(super) fn collate(a: &str, b: &str) -> Ordering {
    a.chars().map(upper).cmp(b.chars().map(upper)).then_with(|| {
        let differing = a.chars().zip(b.chars()).find(|(x, y)| x != y);
        differing.map_or(Ordering::Equal, |(x, y)| match (x.is_lowercase(), y.is_lowercase()) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            _ => x.cmp(&y),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_mappings() {
        // spec: F-184
        for (c, want) in [('a', 'A'), ('é', 'É'), ('ß', 'ß'), ('ﬁ', 'ﬁ'), ('ᾳ', 'ᾼ'), ('ᾀ', 'ᾈ'), ('1', '1')]
        {
            assert_eq!(upper(c), want, "{c}");
        }
        for (c, want) in [('A', 'a'), ('Σ', 'σ'), ('İ', 'İ'), ('ᾼ', 'ᾳ')] {
            assert_eq!(lower(c), want, "{c}");
        }
    }

    #[test]
    fn collation() {
        // spec: F-28
        let ascending = ["", "1", "a", "A", "aB", "AB", "ab1", "b", "é", "É"];
        for (i, a) in ascending.iter().enumerate() {
            for (j, b) in ascending.iter().enumerate() {
                assert_eq!(collate(a, b), i.cmp(&j), "{a} {b}");
            }
        }
    }
}
