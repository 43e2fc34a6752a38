//! A text with a name; byte spans; line and column on demand.

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

#[derive(Debug)]
struct Inner {
    name: Box<str>,
    text: Box<str>,
    lines: OnceLock<Box<[u32]>>,
}

impl Source {
    /// Wraps a text under the name that people know it by (a path, `<stdin>`, …).
    ///
    /// ```
    /// let source = ordain::Source::new("a.json", "{\n  \"x\": 1\n}");
    /// let at = source.position(4);
    /// assert_eq!((at.line, at.column), (2, 3));
    /// ```
    pub fn new(name: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Self { inner: Arc::new(Inner { name: name.into(), text: text.into(), lines: OnceLock::new() }) }
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
        let lines = self.inner.lines.get_or_init(|| {
            let breaks = self.text().bytes().enumerate().filter(|(_, b)| *b == b'\n');
            std::iter::once(0).chain(breaks.map(|(i, _)| Span::new(i + 1, i + 1).start)).collect()
        });
        let line = lines.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = lines.get(line).copied().unwrap_or(0) as usize;
        let end = (offset as usize).clamp(start, self.text().len().max(start));
        let column = self.text().get(start..end).map_or(end - start, |s| s.chars().count());
        Position { line: Span::new(line + 1, 0).start, column: Span::new(column + 1, 0).start }
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner) || (self.name() == other.name() && self.text() == other.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters() {
        let source = Source::new("t", "aé\nxyz");
        let at = |o| (source.position(o).line, source.position(o).column);
        assert_eq!([at(0), at(1), at(3), at(4), at(6), at(99)], [(1, 1), (1, 2), (1, 3), (2, 1), (2, 3), (2, 4)]);
    }
}
