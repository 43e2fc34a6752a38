//! Pieces of texts by UTF-16 units (spec F-27).

use crate::value::text::units;

/// `count` units from position `start`, both cut to what is there. A pair that is cut leaves U+FFFD in place
/// of its half.
pub(super) fn slice(text: &str, start: usize, count: usize) -> String {
    if text.is_ascii() {
        let from = start.min(text.len());
        let to = from.saturating_add(count).min(text.len());
        return text.get(from..to).unwrap_or_default().to_owned();
    }
    let piece = text.encode_utf16().skip(start).take(count);
    char::decode_utf16(piece).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The last unit.
pub(super) fn last(text: &str) -> String {
    slice(text, units(text).saturating_sub(1), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices() {
        // spec: F-27
        let table = [
            ("abc", 1, 1, "b"),
            ("abc", 1, 9, "bc"),
            ("abc", 9, 1, ""),
            ("a😀b", 1, 2, "😀"),
            ("a😀b", 1, 1, "\u{fffd}"),
            ("a😀b", 2, 2, "\u{fffd}b"),
            ("é", 0, 1, "é"),
            ("", 0, 5, ""),
        ];
        for (text, start, count, want) in table {
            assert_eq!(slice(text, start, count), want, "{text} {start} {count}");
        }
        assert_eq!(last("a😀"), "\u{fffd}");
    }
}
