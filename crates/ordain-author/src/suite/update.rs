//! What came out, written in the place of what was expected: edits of a suite's own text, comments and layout kept.

use super::read::Language;
use super::result::{CaseResult, Status, SuiteResult};
use super::tree::Place;
use super::yaml;
use ordain::Source;
use serde_json::Value as Json;
use std::ops::Range;

/// The edits that make the cases of a suite expect what came out, in the order of the text. Cases that could not be
/// judged are left as they are, and so is what cannot be written down.
#[must_use]
pub fn updates(source: &Source, result: &SuiteResult) -> Vec<(Range<usize>, String)> {
    let language = Language::of(source.name());
    let failed = result.cases.iter().filter(|case| case.status == Status::Failed);
    let mut edits: Vec<(Range<usize>, String)> = failed
        .flat_map(|case| &case.mismatches)
        .filter(|mismatch| mismatch.place.source == *source)
        .filter_map(|mismatch| Some(edit(&mismatch.place, mismatch.replacement.as_ref()?, language)))
        .collect();
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    edits.dedup();
    edits
}

/// Whether a suite with these edits does what it should: what passed still passes, and what was written is met.
#[must_use]
pub fn is_updated(before: &SuiteResult, after: &SuiteResult) -> bool {
    let met = |(before, after): (&CaseResult, &CaseResult)| {
        let written = |key: &str| {
            before.mismatches.iter().any(|mismatch| mismatch.key == key && mismatch.replacement.is_some())
        };
        before.name == after.name
            && (before.status == Status::Broken) == (after.status == Status::Broken)
            && after.mismatches.iter().all(|mismatch| !written(&mismatch.key))
            && (before.status != Status::Passed || after.status == Status::Passed)
    };
    before.cases.len() == after.cases.len() && before.cases.iter().zip(&after.cases).all(met)
}

fn edit(place: &Place, value: &Json, language: Language) -> (Range<usize>, String) {
    let text = place.source.text();
    let range = place.span.range();
    match language {
        Language::Json => (range, value.to_string()),
        Language::Yaml => {
            let written = yaml::written(value);
            // A block, or nothing at all, has no place of its own beside its key.
            let before = text.get(..range.start).unwrap_or_default().trim_end();
            let beside = before.ends_with(':') && before.len() < range.start;
            let own_line = text.get(before.len()..range.start).is_some_and(|gap| gap.contains('\n'));
            match beside && (own_line || range.is_empty()) {
                true => (before.len()..range.end, format!(" {written}")),
                false if range.is_empty() => (range, format!(" {written}")),
                false => (range, written),
            }
        }
    }
}
