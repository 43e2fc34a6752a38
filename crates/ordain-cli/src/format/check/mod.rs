//! The forms in which verdicts on requests are written, a file each.

mod json;
pub(in crate::format) mod markdown;
pub(in crate::format) mod sarif;
mod text;
mod words;

pub use json::json;
pub use markdown::markdown;
pub use sarif::sarif;
pub use text::text;

use crate::args::Check;
use crate::asking::{Answer, Answers, Counts};
use crate::baseline::Key;
use ordain::{Diagnostic, Ruling, RulingKind, Values};
use std::collections::HashSet;
use std::time::Instant;

/// What is to be written.
pub struct Report<'r> {
    pub options: &'r Check,
    pub answers: &'r Answers<'r>,
    /// Denials of the baseline.
    pub known: &'r HashSet<Key>,
    pub counts: Counts,
    pub diagnostics: &'r [Diagnostic],
    /// When the run began.
    pub started: Instant,
}

impl Report<'_> {
    fn values(&self) -> Values {
        self.options.common.values
    }

    /// Whether a ruling is a denial that the baseline holds.
    fn is_known(&self, answer: &Answer<'_>, ruling: &Ruling<'_>) -> bool {
        matches!(ruling.kind, RulingKind::Denies { .. }) && self.known.contains(&answer.key(ruling))
    }
}
