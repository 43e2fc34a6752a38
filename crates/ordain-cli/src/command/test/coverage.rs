//! What cases show of policies, measured while suites run, and the files that tell it.

use crate::World;
use crate::args::Coverage as Wanted;
use crate::store;
use ordain_author::coverage::{Coverage, Report, Sight, html, lcov};
use ordain_author::suite::{Judged, SuiteResult};
use std::io;
use std::sync::Mutex;

/// What threads have shown so far.
#[derive(Default)]
pub struct Measuring(Mutex<Coverage>);

impl Measuring {
    /// Takes in a case.
    pub fn see(&self, judged: &Judged<'_>) {
        let sight = Sight::of(judged);
        if let Ok(mut coverage) = self.0.lock() {
            coverage.take(&sight);
        }
    }

    /// Counts, with what suites exempt.
    pub fn finish(self, suites: &[SuiteResult]) -> Report {
        let mut coverage = self.0.into_inner().unwrap_or_default();
        for suite in suites {
            // Of a suite of which cases were passed over, a policy may not have been met.
            let known = |file: &str| suite.passed_over == 0 || coverage.knows(file);
            let kept: Vec<_> = suite.exemptions.iter().filter(|e| known(&e.policy)).cloned().collect();
            kept.into_iter().for_each(|exemption| coverage.exempt(exemption));
        }
        coverage.finish()
    }
}

/// Writes the files that were asked for; whether all could be written.
pub fn write(wanted: &Wanted, report: &Report, world: &mut World<'_>) -> io::Result<bool> {
    let pages = [(&wanted.html, html::write as fn(&Report) -> String), (&wanted.lcov, lcov::write)];
    let mut all = true;
    for (path, page) in pages {
        let Some(path) = path else { continue };
        if let Err(error) = store::put(path, |out| out.write_all(page(report).as_bytes())) {
            writeln!(world.stderr, "error: {} cannot be written: {error}", path.display())?;
            all = false;
        }
    }
    Ok(all)
}
