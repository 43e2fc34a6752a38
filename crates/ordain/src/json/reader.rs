//! The reader: recursive descent with a bounded depth; it returns what could be read plus what was wrong.

use super::{Json, Kind, Member};
use crate::diagnostic::{Diagnostic, Severity};
use crate::limits::JSON_DEPTH;
use crate::source::{Source, Span};
use crate::value::Num;

/// Which texts are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// JSON and nothing else: rows of resources (spec I-3).
    Strict,
    /// Comments and one trailing comma: policy documents (spec D-2, D-3).
    Policy,
    /// The same, and raw line breaks and tabs in strings: deployment templates (spec I-3).
    Template,
}

/// A fault of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `BadJson`, `TooDeep`, `TrailingComma`, `LoneSurrogate`, `EmptyInput`, `TrailingContent`.
    pub code: &'static str,
    /// What was found and what was expected.
    pub message: String,
    /// How to mend it; may be empty.
    pub help: &'static str,
    /// Where.
    pub span: Span,
    /// Whether the text is used nevertheless.
    pub warning: bool,
}

impl Problem {
    /// The fault as a diagnostic about the text that was read, its place labelled.
    #[must_use]
    pub fn diagnostic(&self, source: &Source, label: &str) -> Diagnostic {
        let severity = if self.warning { Severity::Warning } else { Severity::Error };
        let diagnostic = Diagnostic::new(severity, self.code, &self.message).label(source, self.span, label);
        if self.help.is_empty() { diagnostic } else { diagnostic.help(self.help) }
    }
}

/// Reads values one after another.
#[derive(Debug)]
pub struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) dialect: Dialect,
    depth_left: usize,
    problems: Vec<Problem>,
    /// Set by the first fault after which nothing more can be read.
    pub(super) broken: bool,
}

/// Reads a text that is one document. `None` when nothing usable is there.
#[must_use]
pub fn read(text: &str, dialect: Dialect) -> (Option<Json<'_>>, Vec<Problem>) {
    let mut reader = Reader::new(text, dialect);
    let value = reader.value();
    if !reader.broken && !reader.at_end() {
        reader.fail(
            "TrailingContent",
            "more text follows after the end of the document",
            "is this two files run together?",
        );
    }
    (value, reader.problems)
}

impl<'t> Reader<'t> {
    /// A reader at the start of a text.
    #[must_use]
    pub fn new(text: &'t str, dialect: Dialect) -> Self {
        // The mark of a text that was decoded by others (spec D-1).
        let at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        Self { text, at, dialect, depth_left: JSON_DEPTH, problems: Vec::new(), broken: false }
    }

    /// Allows more levels than the default, for containers around rows.
    #[must_use]
    pub fn with_extra_depth(mut self, levels: usize) -> Self {
        self.depth_left += levels;
        self
    }

    /// Offset of the next byte.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Goes on at another place, forgetting that the text was broken.
    pub fn resume(&mut self, offset: usize) {
        self.at = offset;
        self.broken = false;
    }

    /// Whether only blanks (and comments, where taken) are left.
    pub fn at_end(&mut self) -> bool {
        self.blanks();
        self.at >= self.text.len()
    }

    /// Whether a fault ended the reading.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// What was wrong so far; empties the list.
    pub fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    /// The next value. After a fault of syntax the part that was read is returned, marked *cut*.
    pub fn value(&mut self) -> Option<Json<'t>> {
        self.blanks();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => return self.nested(start, Self::object),
            Some(b'[') => return self.nested(start, Self::array),
            Some(b'"') => Kind::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Kind::Number(self.number()?),
            Some(b't' | b'f' | b'n') => self.word()?,
            None if self.text.trim_start_matches('\u{FEFF}').trim().is_empty() => {
                self.fail("EmptyInput", "the text is empty", "expected a JSON document");
                return None;
            }
            _ => {
                self.unexpected("a value");
                return None;
            }
        };
        Some(Json { kind, span: Span::new(start, self.at), cut: false })
    }

    fn nested(&mut self, start: usize, read: fn(&mut Self) -> (Kind<'t>, bool)) -> Option<Json<'t>> {
        let Some(left) = self.depth_left.checked_sub(1) else {
            let message = format!("arrays and objects are nested deeper than {JSON_DEPTH} levels");
            self.problem("TooDeep", message, "", Span::new(start, start + 1), false);
            self.skip();
            return Some(Json { kind: Kind::Null, span: Span::new(start, self.at), cut: true });
        };
        self.depth_left = left;
        self.at += 1;
        let (kind, cut) = read(self);
        self.depth_left += 1;
        Some(Json { kind, span: Span::new(start, self.at), cut: cut || self.broken })
    }

    fn array(&mut self) -> (Kind<'t>, bool) {
        let (mut items, mut cut) = (Vec::new(), false);
        self.blanks();
        if self.eat(b']') {
            return (Kind::Array(items), false);
        }
        while let Some(item) = self.value() {
            cut |= item.cut;
            items.push(item);
            if self.broken || !self.separator(b']', "`,` or `]`") {
                break;
            }
        }
        (Kind::Array(items), cut)
    }

    fn object(&mut self) -> (Kind<'t>, bool) {
        let (mut members, mut cut) = (Vec::new(), false);
        self.blanks();
        if self.eat(b'}') {
            return (Kind::Object(members), false);
        }
        while let Some(member) = self.member() {
            cut |= member.value.cut;
            members.push(member);
            if self.broken || !self.separator(b'}', "`,` or `}`") {
                break;
            }
        }
        (Kind::Object(members), cut)
    }

    fn member(&mut self) -> Option<Member<'t>> {
        self.blanks();
        let start = self.at;
        if self.peek() != Some(b'"') {
            self.unexpected("a name in double quotes");
            return None;
        }
        let key = self.string()?;
        let key_span = Span::new(start, self.at);
        self.blanks();
        if !self.eat(b':') {
            self.unexpected("`:`");
            return None;
        }
        let value = self.value()?;
        Some(Member { key, key_span, value })
    }

    /// After an item: true when another follows; false at the closing bracket or when broken.
    fn separator(&mut self, close: u8, expected: &str) -> bool {
        self.blanks();
        if self.eat(close) {
            return false;
        }
        let comma = self.at;
        if !self.eat(b',') {
            self.unexpected(expected);
            return false;
        }
        self.blanks();
        if self.peek() != Some(close) {
            return true;
        }
        let span = Span::new(comma, comma + 1);
        if self.dialect == Dialect::Strict {
            let help = "remove it; only policy files and templates may have one";
            self.problem("BadJson", "a comma before the closing bracket".into(), help, span, false);
            self.broken = true;
        } else {
            self.at += 1;
            self.problem(
                "TrailingComma",
                "a comma before the closing bracket".into(),
                "remove it",
                span,
                true,
            );
        }
        false
    }

    fn word(&mut self) -> Option<Kind<'t>> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let words = [("true", Kind::Bool(true)), ("false", Kind::Bool(false)), ("null", Kind::Null)];
        for (word, kind) in words {
            if let Some(after) = rest.strip_prefix(word)
                && !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            {
                self.at += word.len();
                return Some(kind);
            }
        }
        self.unexpected("a value");
        None
    }

    fn number(&mut self) -> Option<Num<'t>> {
        let start = self.at;
        self.eat(b'-');
        let whole = self.digits();
        let leading_zero = whole > 1 && self.text.as_bytes().get(self.at - whole) == Some(&b'0');
        let mut fine = whole > 0 && !leading_zero;
        if self.eat(b'.') {
            fine &= self.digits() > 0;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            fine &= self.digits() > 0;
        }
        let follows = self.peek().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'_');
        let Some(text) = self.text.get(start..self.at).filter(|_| fine && !follows) else {
            self.at = start;
            self.unexpected("a number as JSON writes it");
            return None;
        };
        Some(Num::parse(text))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    /// Passes over a value that is too deep by counting brackets, without recursion.
    fn skip(&mut self) {
        let mut open = 0_usize;
        while let Some(b) = self.peek() {
            match b {
                b'"' => {
                    if self.string().is_none() {
                        return;
                    }
                    continue;
                }
                b'[' | b'{' => open += 1,
                b']' | b'}' => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return;
            }
        }
        self.broken = true;
    }

    fn blanks(&mut self) {
        while let Some(b) = self.peek() {
            match b {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'/' if self.dialect != Dialect::Strict => {
                    if !self.comment() {
                        return;
                    }
                }
                _ => return,
            }
        }
    }

    fn comment(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or("");
        if rest.starts_with("//") {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return true;
        }
        if rest.starts_with("/*") {
            if let Some(end) = rest.find("*/") {
                self.at += end + 2;
                return true;
            }
            self.fail("BadJson", "the text ends inside a comment", "");
            self.at = self.text.len();
        }
        false
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(super) fn unexpected(&mut self, expected: &str) {
        if self.broken {
            return;
        }
        let found = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        let (message, help) = match found {
            None => (format!("the text ends where {expected} was expected"), "is the file cut off?"),
            Some('\'') => {
                (format!("expected {expected}, found a single quote"), "JSON has double quotes only")
            }
            Some('/') if self.dialect == Dialect::Strict => (
                format!("expected {expected}, found `/`"),
                "comments are taken in policy files and templates only",
            ),
            Some(c) if c.is_control() => (format!("expected {expected}, found U+{:04X}", c as u32), ""),
            Some(c) => (format!("expected {expected}, found `{c}`"), ""),
        };
        let width = found.map_or(0, char::len_utf8);
        self.problem("BadJson", message, help, Span::new(self.at, self.at + width), false);
        self.broken = true;
    }

    fn fail(&mut self, code: &'static str, message: &str, help: &'static str) {
        let width = self.text.get(self.at..).and_then(|r| r.chars().next()).map_or(0, char::len_utf8);
        self.problem(code, message.to_owned(), help, Span::new(self.at, self.at + width), false);
        self.broken = true;
    }

    pub(super) fn problem(
        &mut self,
        code: &'static str,
        message: String,
        help: &'static str,
        span: Span,
        warning: bool,
    ) {
        self.problems.push(Problem { code, message, help, span, warning });
    }
}
