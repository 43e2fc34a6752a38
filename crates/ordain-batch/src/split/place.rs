//! Where a byte is in a text that is gone.

/// Offset, line and column of a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Bytes before it.
    pub offset: u64,
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
}

impl Default for Place {
    fn default() -> Self {
        Self { offset: 0, line: 1, column: 1 }
    }
}

impl Place {
    /// The place behind a text that begins here. The text may end within a character: that counts where it begins.
    #[must_use]
    pub(crate) fn behind(self, text: &[u8]) -> Self {
        let offset = self.offset + text.len() as u64;
        match memchr::memrchr(b'\n', text) {
            None => Self { offset, line: self.line, column: self.column + begun(text) },
            Some(last) => {
                let breaks = memchr::memchr_iter(b'\n', text).count() as u64;
                let rest = text.get(last + 1..).unwrap_or_default();
                Self { offset, line: self.line + breaks, column: 1 + begun(rest) }
            }
        }
    }

    /// The place of a byte that was put in front of one here.
    pub(super) fn before_one(self) -> Self {
        Self {
            offset: self.offset.saturating_sub(1),
            line: self.line,
            column: self.column.saturating_sub(1).max(1),
        }
    }
}

/// Characters that begin in these bytes.
fn begun(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count() as u64
}
