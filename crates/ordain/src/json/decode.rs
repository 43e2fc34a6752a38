//! Bytes to text: UTF-8 with or without mark, UTF-16 with mark (spec D-1, I-1, I-2).

use std::borrow::Cow;

/// What the bytes turned out to be.
#[derive(Debug, PartialEq)]
pub enum Decoded<'b> {
    /// A text, without its byte order mark.
    Text(Cow<'b, str>),
    /// Not UTF-8: the first bad byte, counted from the start of the bytes.
    BadUtf8(usize),
    /// UTF-16 with a half surrogate or an odd byte.
    BadUtf16,
}

/// Decodes the bytes of a file.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest, 3),
        rest => utf8(rest, 0),
    }
}

fn utf8(bytes: &[u8], mark: usize) -> Decoded<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded::Text(Cow::Borrowed(text)),
        Err(e) => Decoded::BadUtf8(mark + e.valid_up_to()),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded<'static> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    match text {
        Ok(text) if odd.is_empty() => Decoded::Text(Cow::Owned(text)),
        _ => Decoded::BadUtf16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        // spec: D-1
        let text = |bytes: &[u8]| match decode(bytes) {
            Decoded::Text(t) => t.into_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(text("{\"é\":1}".as_bytes()), "{\"é\":1}");
        assert_eq!(text(b"\xEF\xBB\xBF{}"), "{}");
        assert_eq!(text(b"\xFF\xFE{\0}\0"), "{}");
        assert_eq!(text(b"\xFE\xFF\0{\0}"), "{}");
        assert_eq!(text(b"\xFF\xFE{\0}"), "BadUtf16");
        assert_eq!(text(b"\"M\xFCnchen\""), "BadUtf8(2)");
    }
}
