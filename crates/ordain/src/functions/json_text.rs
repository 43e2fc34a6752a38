//! Reading JSON as `json()` does: strict, but for single quotes (spec F-112).

use crate::limits::VALUE_DEPTH;
use crate::value::{Fault, FaultKind, Object, Value};
use std::str::Chars;
use std::sync::Arc;

/// Reads one JSON value. Texts and names may stand in single quotes; integers beyond 64 bits become floats;
/// of exactly equal names the last counts.
pub(super) fn read(text: &str) -> Result<Value, Fault> {
    let mut reader = Reader { length: text.len(), rest: text.chars() };
    let value = reader.value(0)?;
    reader.blanks();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.broken("nothing more")),
    }
}

struct Reader<'t> {
    length: usize,
    rest: Chars<'t>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    /// Takes the character if it is this one.
    fn take(&mut self, c: char) -> bool {
        let there = self.peek() == Some(c);
        if there {
            self.rest.next();
        }
        there
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\r' | '\n')) {
            self.rest.next();
        }
    }

    fn broken(&self, expected: &str) -> Fault {
        let at = self.length - self.rest.as_str().len();
        let found = match self.peek() {
            Some(c) if !c.is_control() => format!("`{c}`"),
            Some(_) => "a control character".to_owned(),
            None => "the end".to_owned(),
        };
        Fault::new(FaultKind::Value, format!("broken JSON: expected {expected} at byte {at}, found {found}"))
    }

    fn value(&mut self, depth: usize) -> Result<Value, Fault> {
        if depth > 2 * VALUE_DEPTH {
            return Err(Fault::new(
                FaultKind::Limit,
                format!("JSON is nested deeper than {}", 2 * VALUE_DEPTH),
            ));
        }
        self.blanks();
        match self.peek() {
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some(quote @ ('"' | '\'')) => Ok(Value::text(self.string(quote)?)),
            Some('-' | '0'..='9') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Value, Fault> {
        for (word, value) in
            [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))]
        {
            if let Some(rest) = self.rest.as_str().strip_prefix(word) {
                self.rest = rest.chars();
                return Ok(value);
            }
        }
        Err(self.broken("a value"))
    }

    fn array(&mut self, depth: usize) -> Result<Value, Fault> {
        self.rest.next();
        let mut members = Vec::new();
        self.blanks();
        if self.take(']') {
            return Ok(Value::array(members));
        }
        loop {
            members.push(self.value(depth + 1)?);
            self.blanks();
            if self.take(']') {
                return Ok(Value::array(members));
            }
            if !self.take(',') {
                return Err(self.broken("`,` or `]`"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Fault> {
        self.rest.next();
        let mut members: Vec<(Arc<str>, Value)> = Vec::new();
        self.blanks();
        if self.take('}') {
            return Ok(Value::object(Object::new()));
        }
        loop {
            self.blanks();
            let name = match self.peek() {
                Some(quote @ ('"' | '\'')) => self.string(quote)?,
                _ => return Err(self.broken("a name in quotes")),
            };
            self.blanks();
            if !self.take(':') {
                return Err(self.broken("`:`"));
            }
            members.push((name.into(), self.value(depth + 1)?));
            self.blanks();
            if self.take('}') {
                return Ok(Value::object(members.into_iter().collect()));
            }
            if !self.take(',') {
                return Err(self.broken("`,` or `}`"));
            }
        }
    }

    fn string(&mut self, quote: char) -> Result<String, Fault> {
        self.rest.next();
        let mut out = String::new();
        loop {
            match self.peek() {
                Some(c) if c == quote => {
                    self.rest.next();
                    return Ok(out);
                }
                Some('\\') => {
                    self.rest.next();
                    out.push(self.escape(quote)?);
                }
                Some(c) if c >= ' ' => {
                    self.rest.next();
                    out.push(c);
                }
                _ => return Err(self.broken("the closing quote")),
            }
        }
    }

    fn escape(&mut self, quote: char) -> Result<char, Fault> {
        let decoded = match self.peek() {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('\'') if quote == '\'' => '\'',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                self.rest.next();
                return self.unicode();
            }
            _ => return Err(self.broken("an escape")),
        };
        self.rest.next();
        Ok(decoded)
    }

    /// A `\u` escape, or two that make a pair; a lone half becomes U+FFFD (spec F-27).
    fn unicode(&mut self) -> Result<char, Fault> {
        let first = self.hex()?;
        if (0xd800..0xdc00).contains(&first) {
            let before = self.rest.clone();
            if self.take('\\') && self.take('u') {
                let second = self.hex()?;
                if (0xdc00..0xe000).contains(&second) {
                    let joined = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    return Ok(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
            self.rest = before;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32, Fault> {
        let mut code = 0;
        for _ in 0..4 {
            let digit =
                self.peek().and_then(|c| c.to_digit(16)).ok_or_else(|| self.broken("four hex digits"))?;
            self.rest.next();
            code = code * 16 + digit;
        }
        Ok(code)
    }

    fn number(&mut self) -> Result<Value, Fault> {
        let before = self.rest.as_str();
        self.take('-');
        if !self.take('0') {
            self.digits()?;
        }
        let mut whole = true;
        if self.take('.') {
            whole = false;
            self.digits()?;
        }
        if self.take('e') || self.take('E') {
            whole = false;
            let _ = self.take('+') || self.take('-');
            self.digits()?;
        }
        let text = before.strip_suffix(self.rest.as_str()).unwrap_or_default();
        if let (true, Ok(n)) = (whole, text.parse()) {
            return Ok(Value::int(n));
        }
        match text.parse::<f64>() {
            Ok(n) if n.is_finite() => Ok(Value::float(n)),
            _ => Err(Fault::new(FaultKind::Value, "broken JSON: a number is too large")),
        }
    }

    fn digits(&mut self) -> Result<(), Fault> {
        if !self.peek().is_some_and(|c| c.is_ascii_digit()) {
            return Err(self.broken("a digit"));
        }
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.rest.next();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::json_writer::write;
    use super::*;

    #[test]
    fn values() {
        // spec: F-112
        let table = [
            ("null", "null"),
            (" [ 1 , 2.50 , -0 , 1e3 ] ", "[1,2.5,0,1000.0]"),
            (
                "{'b':'it\\'s','a':\"\\u00e9\\ud83d\\ude00\\ud800x\"}",
                "{\"b\":\"it's\",\"a\":\"é😀\u{fffd}x\"}",
            ),
            ("{\"a\":1,\"a\":2,\"A\":3}", "{\"a\":2,\"A\":3}"),
            ("9223372036854775808", "9.223372036854776E+18"),
            ("'\\\\ \\/ \\b\\f\\n\\r\\t\\u0001'", "\"\\\\ / \\b\\f\\n\\r\\t\\u0001\""),
            ("[[],{}]", "[[],{}]"),
        ];
        for (text, want) in table {
            assert_eq!(read(text).and_then(|v| write(&v)).as_deref(), Ok(want), "{text}");
        }
    }

    #[test]
    fn broken() {
        // spec: F-112
        let texts = [
            "", " ", "{", "[1,]", "{'a':1,}", "{a:1}", "01", "1.", "+1", ".5", "1e", "nul", "NaN", "'a\"",
            "'\n'", "\"\\'\"", "\"\\x\"", "'\\u12'", "1 2", "[1 2]", "1e999", "// c\n1",
        ];
        for text in texts {
            assert_eq!(read(text).map_err(|fault| fault.kind()), Err(FaultKind::Value), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(read(&deep).map_err(|fault| fault.kind()), Err(FaultKind::Limit));
    }
}
