//! `ordain test --update`: what came out, written into the suites, once that has proved right.

use crate::repair::{spliced, unified};
use crate::store;
use ordain::{Diagnostic, Source};
use ordain_author::suite::{self, Library, Status, SuiteResult, Tested};

/// What was done to suites.
#[derive(Debug, Default)]
pub struct Updated {
    /// The changes as unified diffs.
    pub diffs: Vec<String>,
    /// Values that were written.
    pub values: usize,
    pub diagnostics: Vec<Diagnostic>,
}

/// Writes what came out into the suites where it is not what was expected; of those the results become new ones.
pub fn update(
    files: &[(Source, bool)],
    suites: &mut [SuiteResult],
    library: &Library<'_>,
    how: &suite::Options,
) -> Updated {
    let mut updated = Updated::default();
    for result in suites.iter_mut().filter(|suite| suite.count(Status::Failed) > 0) {
        let Some((source, named)) = files.iter().find(|(source, _)| source.name() == result.name) else {
            continue;
        };
        let edits = suite::updates(source, result);
        if edits.is_empty() {
            continue;
        }
        let new = Source::new(source.name(), spliced(source.text(), &edits));
        let Tested::Suite(after) = suite::test(&new, *named, library, how, None) else { continue };
        if !suite::is_updated(result, &after) {
            let message =
                "what came out cannot be written into this suite: it would not be read as it should";
            updated.diagnostics.push(Diagnostic::error("NotWritten", message).origin(source.name()));
            continue;
        }
        match store::rewrite(source.name(), source.text(), new.text()) {
            Ok(()) => {
                updated.diffs.push(unified(source.name(), source.text(), &edits));
                updated.values += edits.len();
                *result = *after;
            }
            Err(diagnostic) => updated.diagnostics.push(diagnostic),
        }
    }
    updated
}
