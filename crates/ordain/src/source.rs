//! A text with a name; byte spans; line and column on demand.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// A half-open range of bytes in one [`Source`], or in the text of one expression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets; offsets beyond 4 GiB are capped, since no accepted text is that long.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let cap = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: cap(start), end: cap(end) }
    }

    /// The bytes as a range for slicing.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Line and column of a byte, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A named text. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Source {
    inner: Arc<Inner>,
}

/// A byte of a text that is a part of a larger one, and where it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Offset in the part.
    pub offset: u32,
    /// Line and column in the whole.
    pub position: Position,
}

#[derive(Debug)]
struct Inner {
    name: Box<str>,
    text: Box<str>,
    anchors: Box<[Anchor]>,
    lines: OnceLock<Box<[u32]>>,
    blocks: OnceLock<Box<[u32]>>,
}

/// Bytes between two counts of characters: a column far into a line is found from the nearest one.
const BLOCK: usize = 4 << 10;

impl Source {
    /// Wraps a text under the name that people know it by (a path, `<stdin>`, …).
    ///
    /// ```
    /// let source = ordain::Source::new("a.json", "{\n  \"x\": 1\n}");
    /// let at = source.position(4);
    /// assert_eq!((at.line, at.column), (2, 3));
    /// ```
    pub fn new(name: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Self::part(name, text, [])
    }

    /// A part of a larger text, or several one behind the other: positions are those in the whole. `anchors` say where
    /// parts begin, in their order; before the first of them positions are those of the text itself.
    ///
    /// ```
    /// use ordain::{Anchor, Position, Source};
    /// let begin = Anchor { offset: 0, position: Position { line: 7, column: 3 } };
    /// let source = Source::part("a.json", "{}\n{}", [begin]);
    /// assert_eq!(source.position(1), Position { line: 7, column: 4 });
    /// assert_eq!(source.position(3), Position { line: 8, column: 1 });
    /// ```
    pub fn part(
        name: impl Into<Box<str>>,
        text: impl Into<Box<str>>,
        anchors: impl Into<Box<[Anchor]>>,
    ) -> Self {
        let (name, text, anchors) = (name.into(), text.into(), anchors.into());
        Self {
            inner: Arc::new(Inner { name, text, anchors, lines: OnceLock::new(), blocks: OnceLock::new() }),
        }
    }

    /// The name given at creation.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The text under a span; empty when the span does not fit.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text().get(span.range()).unwrap_or("")
    }

    /// Line and column of a byte offset; offsets behind the end give the end.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let (line, start) = self.line_at(offset);
        let end = (offset as usize).clamp(start, self.text().len().max(start));
        let cap = |n: usize| Span::new(n, 0).start;
        let before = self.inner.anchors.partition_point(|anchor| anchor.offset <= offset);
        let anchor = before.checked_sub(1).and_then(|at| self.inner.anchors.get(at));
        let Some(Anchor { offset: from, position }) = anchor.copied() else {
            return Position { line: cap(line + 1), column: cap(self.characters(start, end) + 1) };
        };
        match self.line_at(from) {
            (first, _) if first == line => {
                let column = position.column.saturating_add(cap(self.characters(from as usize, end)));
                Position { line: position.line, column }
            }
            (first, _) => Position {
                line: position.line.saturating_add(cap(line - first)),
                column: cap(self.characters(start, end) + 1),
            },
        }
    }

    /// The line that a byte offset is in, without its break.
    #[must_use]
    pub fn line(&self, offset: u32) -> Span {
        let (line, start) = self.line_at(offset);
        let end = self.lines().get(line + 1).map_or(self.text().len(), |next| *next as usize - 1);
        Span::new(start, end)
    }

    fn lines(&self) -> &[u32] {
        self.inner.lines.get_or_init(|| {
            let breaks = self.text().bytes().enumerate().filter(|(_, b)| *b == b'\n');
            std::iter::once(0).chain(breaks.map(|(i, _)| Span::new(i + 1, i + 1).start)).collect()
        })
    }

    /// Number of a line, from 0, and its first byte.
    fn line_at(&self, offset: u32) -> (usize, usize) {
        let lines = self.lines();
        let line = lines.partition_point(|start| *start <= offset).saturating_sub(1);
        (line, lines.get(line).copied().unwrap_or(0) as usize)
    }

    /// Characters that begin in a range of bytes.
    fn characters(&self, start: usize, end: usize) -> usize {
        let bytes = self.text().as_bytes();
        let inside = |from: usize, to: usize| begun(bytes.get(from..to).unwrap_or_default());
        if end - start <= BLOCK {
            return inside(start, end);
        }
        // An export on one line has a place for each of its rows: counting from the line's start on for each of
        // them would be quadratic.
        let blocks = self.inner.blocks.get_or_init(|| {
            let mut sum = 0;
            let before = bytes.chunks(BLOCK).map(|block| {
                let before = Span::new(sum, sum).start;
                sum += begun(block);
                before
            });
            before.collect()
        });
        let before = |at: usize| {
            // The end of a text of whole blocks has no block of its own.
            let block = (at / BLOCK).min(blocks.len().saturating_sub(1));
            blocks.get(block).map_or(0, |sum| *sum as usize) + inside(block * BLOCK, at)
        };
        before(end) - before(start)
    }
}

/// Characters that begin in these bytes of a text.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| (**b & 0xC0) != 0x80).count()
}

impl Source {
    /// The bytes in the file of a part of a decoded JSON string. `string` covers the string with its quotes,
    /// `text` is what is left of its content after a leading bracket was taken off (spec D-21), `inner` counts
    /// bytes of `text`. Where the content comes from elsewhere, the whole string is meant.
    #[must_use]
    pub fn inside_string(&self, string: Span, text: &str, inner: Span) -> Span {
        self.decoded(string, text).span(inner)
    }

    /// The same for many parts: the string is gone through once.
    pub(crate) fn decoded(&self, string: Span, text: &str) -> Decoded {
        let raw = self.slice(string);
        let inner = raw.strip_prefix('"').and_then(|r| r.strip_suffix('"'));
        let whole = Decoded { string, cut: None, escapes: Vec::new() };
        let Some(inner) = inner else { return whole };
        let decoded: Cow<'_, str> = match serde_json::from_str(raw) {
            _ if !inner.contains('\\') => Cow::Borrowed(inner),
            Ok(decoded) => Cow::Owned(decoded),
            Err(_) => return whole,
        };
        let cut = decoded.strip_suffix(text).map(str::len);
        Decoded { string, cut, escapes: escapes(inner) }
    }
}

/// A JSON string with its quotes, and where its decoded bytes are in the file.
#[derive(Debug)]
pub(crate) struct Decoded {
    string: Span,
    /// Decoded bytes in front of the text that is asked about; `None`: that text comes from elsewhere.
    cut: Option<usize>,
    escapes: Vec<Escape>,
}

/// An escape: the decoded bytes that it stands for, and its end in the file.
#[derive(Debug)]
struct Escape {
    start: usize,
    end: usize,
    raw_end: usize,
}

impl Decoded {
    /// The bytes in the file of a part of the text.
    pub(crate) fn span(&self, inner: Span) -> Span {
        let Some(cut) = self.cut else { return self.string };
        let begin = self.string.start as usize + 1;
        let most = (self.string.end as usize).saturating_sub(1);
        let offset = |at: u32| {
            let at = at as usize + cut;
            let before = self.escapes.partition_point(|escape| escape.start < at).checked_sub(1);
            let raw = match before.and_then(|i| self.escapes.get(i)) {
                Some(escape) => escape.raw_end + at.saturating_sub(escape.end),
                None => at,
            };
            (begin + raw).min(most)
        };
        Span::new(offset(inner.start), offset(inner.end))
    }
}

/// The escapes of a text between its quotes, in order.
fn escapes(raw: &str) -> Vec<Escape> {
    let mut found = Vec::new();
    let (mut at, mut decoded) = (0, 0);
    while let Some(plain) = raw.get(at..).and_then(|rest| rest.find('\\')) {
        at += plain;
        decoded += plain;
        let rest = raw.get(at..).unwrap_or_default();
        let (width, gives) = if rest.starts_with("\\u") { unicode_escape(rest) } else { (2, 1) };
        at += width;
        found.push(Escape { start: decoded, end: decoded + gives, raw_end: at });
        decoded += gives;
    }
    found
}

/// Width of a `\uXXXX` escape (or a pair of them) and of the character that it gives.
fn unicode_escape(rest: &str) -> (usize, usize) {
    let code =
        |from: usize| rest.get(from..from + 4).and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or(0);
    match code(2) {
        0xD800..0xDC00 if rest.get(6..8) == Some("\\u") => (12, 4),
        unit => (6, char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER).len_utf8()),
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        let (own, its) = (&self.inner, &other.inner);
        Arc::ptr_eq(own, its) || (own.name == its.name && own.anchors == its.anchors && own.text == its.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_far_into_a_line() {
        let lines = ["short é".to_owned(), "añ€😀b".repeat(2_000), "x".repeat(2 * BLOCK)];
        let source = Source::new("t", lines.join("\n"));
        let mut offset = 0;
        for (number, line) in lines.iter().enumerate() {
            let (first, last) = (offset, offset + line.len());
            for (column, (at, _)) in line.char_indices().enumerate() {
                let position = source.position(u32::try_from(offset + at).unwrap());
                assert_eq!((position.line as usize, position.column as usize), (number + 1, column + 1));
            }
            for at in [first, (first + last) / 2, last] {
                assert_eq!(source.line(u32::try_from(at).unwrap()), Span::new(first, last), "{at}");
            }
            offset = last + 1;
        }
        let whole = Source::new("t", "x".repeat(2 * BLOCK));
        assert_eq!(whole.position(u32::MAX).column as usize, 2 * BLOCK + 1);
    }

    #[test]
    fn positions_in_parts() {
        let at = |offset, line, column| Anchor { offset, position: Position { line, column } };
        // `{"é": [` begins in line 2, `]` is in line 9.
        let source = Source::part("t", "{\n\"é\": []\n}", [at(0, 2, 5), at(8, 9, 4)]);
        let shown = |offset| (source.position(offset).line, source.position(offset).column);
        assert_eq!(
            [shown(0), shown(1), shown(2), shown(5), shown(7), shown(8), shown(9), shown(10), shown(99)],
            [(2, 5), (2, 6), (3, 1), (3, 3), (3, 5), (9, 4), (9, 5), (9, 6), (10, 2)]
        );
    }

    #[test]
    fn positions_count_lines_and_characters() {
        let source = Source::new("t", "aé\nxyz");
        let at = |o| (source.position(o).line, source.position(o).column);
        let inner = |text: &str, part: &str, decoded: &str| {
            let source = Source::new("t", text);
            let from = decoded.find(part).unwrap_or(0);
            let span =
                source.inside_string(Span::new(0, text.len()), decoded, Span::new(from, from + part.len()));
            source.slice(span).to_owned()
        };
        assert_eq!(inner(r#""[concat('a')]""#, "concat", "[concat('a')]"), "concat");
        assert_eq!(
            inner(r#""[concat('\u00e9\ud83d\ude00\"', x())]""#, "x()", "[concat('é😀\"', x())]"),
            "x()"
        );
        assert_eq!(inner(r#""[[concat('a')]""#, "concat", "[concat('a')]"), "concat");
        assert_eq!(
            [at(0), at(1), at(3), at(4), at(6), at(99)],
            [(1, 1), (1, 2), (1, 3), (2, 1), (2, 3), (2, 4)]
        );
    }
}
