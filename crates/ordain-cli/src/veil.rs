//! Hides the values of secrets in excerpts of documents, by the names of their members.

use std::borrow::Cow;

/// The text with what stands behind names of secrets starred out; as long in bytes as before. The text may begin
/// and end anywhere but inside a string.
pub fn veiled(text: &str) -> Cow<'_, str> {
    let mut lexer = Lexer { bytes: text.as_bytes(), at: 0, hidden: Vec::new() };
    while lexer.at < lexer.bytes.len() {
        lexer.step();
    }
    if lexer.hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    let hidden = lexer.hidden;
    let starred = text.char_indices().map(|(at, c)| {
        let inside = hidden.binary_search_by(|(from, to)| {
            if *to <= at {
                std::cmp::Ordering::Less
            } else if *from > at {
                std::cmp::Ordering::Greater
            } else {
                std::cmp::Ordering::Equal
            }
        });
        if inside.is_ok() && c != '\n' { "*".repeat(c.len_utf8()) } else { c.to_string() }
    });
    Cow::Owned(starred.collect())
}

struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    /// Ranges in rising order.
    hidden: Vec<(usize, usize)>,
}

impl<'t> Lexer<'t> {
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

    /// The bytes between the quotes; behind them afterwards.
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
    use super::veiled;

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
            assert_eq!(veiled(text), expected);
        }
    }
}
