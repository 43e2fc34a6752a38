//! Our records against the service's (spec I-69).

use crate::inputs;
use crate::judge::Judgement;
use ordain::Diagnostic;
use ordain::report::states::{Comparison, StateKey, States};
use std::path::PathBuf;

/// Reads the files and compares; `None` where none is named.
pub fn compared(
    files: &[PathBuf],
    judgement: &Judgement<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Comparison> {
    let mut theirs = States::default();
    for path in files {
        match inputs::json_file(path) {
            Ok(document) => theirs.read(&document),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    if files.is_empty() {
        return None;
    }
    if theirs.events > 0 {
        let said = format!("{} events are no states: they are passed over", theirs.events);
        diagnostics.push(Diagnostic::info("EventsSkipped", said).origin("--compare"));
    }
    if theirs.is_empty() {
        diagnostics.push(
            Diagnostic::warning("NothingToCompare", "the files hold no policy state of a resource")
                .origin("--compare")
                .help("`az policy state list -o json` prints them"),
        );
    }
    Some(theirs.compare(&own(judgement)))
}

fn own(judgement: &Judgement<'_>) -> States {
    let mut states = States::default();
    for judged in &judgement.judged {
        let resource = ordain::ids::normal(judged.resource().id);
        for outcome in judged.evaluation.outcomes() {
            let pair = outcome.pair();
            let assignment = pair.assignment();
            let assignment = if assignment.is_stand_in() { "" } else { assignment.id() };
            let key = StateKey {
                resource: resource.clone(),
                assignment: ordain::ids::normal(assignment),
                definition: ordain::ids::normal(outcome.policy().id()),
                reference: pair.reference_id().to_ascii_lowercase(),
            };
            states.insert(key, outcome.state());
        }
    }
    states
}
