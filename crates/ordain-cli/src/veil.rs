//! Hides the values of secrets in excerpts of documents, by the names of their members.

use ordain::Source;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// What is hidden of the texts that are shown. Each text is looked through once, from its beginning on and as far as
/// something of it is shown: a secret may have begun lines before, and a line may be a whole export.
#[derive(Default)]
pub struct Veils {
    texts: HashMap<*const u8, Known>,
}

/// What is known of a text.
struct Known {
    /// Keeps the text where it is: its place in memory is its name here.
    _source: Source,
    /// How far it was looked through.
    at: usize,
    /// Ranges in rising order.
    hidden: Vec<(usize, usize)>,
}

impl Veils {
    /// A part of a text with what stands behind names of secrets starred out; as long in bytes as before.
    pub fn excerpt<'t>(&mut self, source: &'t Source, range: Range<usize>) -> Cow<'t, str> {
        let text = source.text();
        let new = || Known { _source: source.clone(), at: 0, hidden: Vec::new() };
        let known = self.texts.entry(text.as_ptr()).or_insert_with(new);
        let mut lexer = Lexer { bytes: text.as_bytes(), at: known.at, hidden: &mut known.hidden };
        while lexer.at < range.end.min(text.len()) {
            lexer.step();
        }
        known.at = lexer.at;
        let plain = text.get(range.clone()).unwrap_or_default();
        let first = known.hidden.partition_point(|(_, to)| *to <= range.start);
        let hidden = known.hidden.get(first..).unwrap_or_default();
        if hidden.first().is_none_or(|(from, _)| *from >= range.end) {
            return Cow::Borrowed(plain);
        }
        let mut left = hidden.iter().peekable();
        let starred = plain.char_indices().map(|(at, c)| {
            let at = range.start + at;
            while left.next_if(|(_, to)| *to <= at).is_some() {}
            let inside = left.peek().is_some_and(|(from, _)| *from <= at);
            if inside && c != '\n' { "*".repeat(c.len_utf8()) } else { c.to_string() }
        });
        Cow::Owned(starred.collect())
    }
}

struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    hidden: &'t mut Vec<(usize, usize)>,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn step(&mut self) {
        if self.peek() != Some(b'"') {
            self.at += 1;
            return;
        }
        let (from, to) = self.string();
        self.blanks();
        if self.peek() != Some(b':') {
            return;
        }
        self.at += 1;
        let name =
            self.bytes.get(from..to).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default();
        if ordain::is_secret(name) {
            self.blanks();
            self.hide();
        }
    }

    /// The bytes between the quotes; behind them afterwards. A string ends with its line at the latest: a quote that
    /// is missing does not turn all that follows inside out.
    fn string(&mut self) -> (usize, usize) {
        self.at += 1;
        let from = self.at;
        while let Some(b) = self.peek() {
            match b {
                b'"' => {
                    let to = self.at;
                    self.at += 1;
                    return (from, to);
                }
                b'\n' => return (from, self.at),
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
        (from, self.at)
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Hides the value that begins here: a scalar, or all scalars inside brackets.
    fn hide(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.peek() {
                None => return,
                Some(b'"') => {
                    let range = self.string();
                    self.hidden.push(range);
                }
                Some(b'[' | b'{') => {
                    open += 1;
                    self.at += 1;
                }
                Some(b']' | b'}') => {
                    if open == 0 {
                        return;
                    }
                    open -= 1;
                    self.at += 1;
                }
                Some(b) if b.is_ascii_whitespace() || b == b',' || b == b':' => self.at += 1,
                Some(_) => {
                    let from = self.at;
                    let ends = |b: u8| b.is_ascii_whitespace() || matches!(b, b',' | b'}' | b']' | b'"');
                    while self.peek().is_some_and(|b| !ends(b)) {
                        self.at += 1;
                    }
                    self.hidden.push((from, self.at));
                }
            }
            if open == 0 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Veils;
    use ordain::Source;

    #[test]
    fn values_of_secrets_are_starred_out() {
        let table = [
            (
                r#"{"user":"u","adminPassword":"hu\"nt","n":1}"#,
                r#"{"user":"u","adminPassword":"******","n":1}"#,
            ),
            (r#""keys": [{"value": "a"}], "x": "y""#, r#""keys": [{"*****": "*"}], "x": "y""#),
            (r#""token": 123, "x": "token""#, r#""token": ***, "x": "token""#),
            (r#""secret": "cut of"#, r#""secret": "******"#),
            (r#""password": null}"#, r#""password": ****}"#),
            (r#"plain "text""#, r#"plain "text""#),
        ];
        for (text, expected) in table {
            let source = Source::new("t", text);
            assert_eq!(Veils::default().excerpt(&source, 0..text.len()), expected);
        }
    }

    #[test]
    fn a_secret_that_begins_before_the_excerpt_is_hidden() {
        let text = "{\"keys\": [\n  \"hunter1\",\n  \"hunter2\"\n], \"name\": \"n\"}";
        let source = Source::new("t", text);
        let mut veils = Veils::default();
        let mut shown = |part: &str| {
            let at = text.find(part).unwrap();
            veils.excerpt(&source, at..at + part.len())
        };
        assert_eq!(shown("  \"hunter2\""), "  \"*******\"");
        assert_eq!(shown("unter1"), "******");
        assert_eq!(shown("\"name\": \"n\""), "\"name\": \"n\"");
    }

    #[test]
    fn a_missing_quote_ends_with_its_line() {
        let text = "{\"name\": \"cut}\n{\"password\": \"hunter2\"}";
        let source = Source::new("t", text);
        assert!(!Veils::default().excerpt(&source, 0..text.len()).contains("hunter2"));
    }
}
