//! Strings and their escapes (spec D-4).

use super::reader::{Dialect, Reader};
use crate::source::Span;
use std::borrow::Cow;

impl<'t> Reader<'t> {
    pub(super) fn string(&mut self) -> Option<Cow<'t, str>> {
        self.at += 1;
        let start = self.at;
        let mut decoded: Option<String> = None;
        let mut from = start;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let tail = self.text.get(from..self.at).unwrap_or("");
                    self.at += 1;
                    return Some(match decoded {
                        Some(text) => Cow::Owned(text + tail),
                        None => Cow::Borrowed(tail),
                    });
                }
                Some(b'\\') => {
                    let text = decoded.get_or_insert_default();
                    text.push_str(self.text.get(from..self.at).unwrap_or(""));
                    let escape = self.escape()?;
                    decoded.get_or_insert_default().push(escape);
                    from = self.at;
                }
                Some(b)
                    if b < 0x20
                        && !(self.dialect == Dialect::Template && matches!(b, b'\n' | b'\r' | b'\t')) =>
                {
                    self.unexpected(
                        "the end of the string (line breaks and control characters must be escaped)",
                    );
                    return None;
                }
                Some(_) => self.at += 1,
                None => {
                    let opening = Span::new(start - 1, start);
                    self.problem("BadJson", "the text ends inside a string".into(), "", opening, false);
                    self.broken = true;
                    return None;
                }
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let start = self.at;
        self.at += 2;
        Some(match self.text.as_bytes().get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => {
                self.at = start;
                self.unexpected("an escape that JSON knows (`\\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t`, `\\uXXXX`)");
                return None;
            }
        })
    }

    fn unicode(&mut self, start: usize) -> Option<char> {
        let Some(first) = self.hex() else {
            self.at = start;
            self.unexpected("four hexadecimal digits after `\\u`");
            return None;
        };
        if let Some(c) = char::from_u32(first) {
            return Some(c);
        }
        let behind = self.at;
        if first < 0xDC00 && self.text.get(behind..).is_some_and(|rest| rest.starts_with("\\u")) {
            self.at += 2;
            if let Some(second) = self.hex().filter(|s| (0xDC00..0xE000).contains(s)) {
                return char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            }
            self.at = behind;
        }
        let message = format!("half of a surrogate pair, `\\u{first:04X}`, is read as U+FFFD");
        self.problem(
            "LoneSurrogate",
            message,
            "write the whole pair or the character itself",
            Span::new(start, behind),
            true,
        );
        Some('\u{FFFD}')
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let value =
            digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())??;
        self.at += 4;
        Some(value)
    }
}
