//! Results of test suites: for people, programs and build servers.

mod coverage;
mod json;
mod junit;
mod text;

pub use json::json;
pub use junit::junit;
pub use text::text;

use crate::args::Test;
use ordain_author::coverage::Report;
use ordain_author::suite::{Status, SuiteResult};
use std::time::Instant;

/// What is to be written.
pub struct Results<'r> {
    pub options: &'r Test,
    pub suites: &'r [SuiteResult],
    /// When the run began.
    pub started: Instant,
    /// What cases show of policies, where that was measured.
    pub coverage: Option<&'r Report>,
}

impl Results<'_> {
    /// The coverage, and what was wanted of it, where it is less.
    pub fn below(&self) -> Option<(usize, usize)> {
        let wanted = usize::from(self.options.coverage.fail_under?);
        let percent = self.coverage?.counts().percent();
        (percent < wanted).then_some((percent, wanted))
    }

    /// Suites in which at least one case was asked for, or something is wrong.
    fn shown(&self) -> impl Iterator<Item = &SuiteResult> {
        self.suites.iter().filter(|suite| !suite.cases.is_empty() || suite.is_broken())
    }

    fn count(&self, status: Status) -> usize {
        self.suites.iter().map(|suite| suite.count(status)).sum()
    }

    fn cases(&self) -> usize {
        self.suites.iter().map(|suite| suite.cases.len()).sum()
    }
}
