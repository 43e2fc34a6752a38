//! What would mend the resources that were judged: worked out, and written into their files.

mod diff;
mod edit;
mod files;
mod layout;

pub use diff::{spliced, unified};
pub use files::{Changed, Reading, changed};

use crate::judge::{Judged, Judgement};
use ordain::{Diagnostic, Outcome, Repair, Span};

/// A resource with what would mend it.
#[derive(Debug)]
pub struct Planned<'p> {
    pub judged: &'p Judged<'p>,
    pub repair: Repair<'p>,
}

/// The resources that something could mend, by id (spec E-112).
pub fn plan<'p>(judgement: &'p Judgement<'_>, chosen: &dyn Fn(&Outcome<'_>) -> bool) -> Vec<Planned<'p>> {
    let mut planned: Vec<Planned<'p>> = judgement
        .judged
        .iter()
        // What a template or plan asks for is not there yet: its source is what to mend (spec E-59).
        .filter(|judged| judged.row.asked.is_none())
        .map(|judged| Planned { judged, repair: judged.evaluation.repair_of(&judged.row.json, chosen) })
        .filter(|plan| !plan.repair.changes.is_empty() || !plan.repair.deployments.is_empty())
        .collect();
    // Stable: rows without id keep their order.
    planned.sort_by_cached_key(|plan| plan.judged.resource().id.to_ascii_lowercase());
    planned
}

/// Says once for a file that what it asks for is not mended.
pub fn requests(judgement: &Judgement<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for row in judgement.judged.iter().map(|judged| judged.row).filter(|row| row.asked.is_some()) {
        let name = row.source.name();
        if found.iter().all(|told| told.name() != name) {
            let message =
                "what a template, preview or plan asks for is not mended: change where it comes from";
            let help = "`ordain check` says what policies would change in it";
            found.push(Diagnostic::warning("RequestNotMended", message).origin(name).help(help));
        }
    }
    found
}

/// Says of a resource why it has no patch (spec E-59).
pub fn without_patch(plan: &Planned<'_>, writes: bool) -> Option<Diagnostic> {
    if plan.repair.patch.is_some() {
        return None;
    }
    let row = plan.judged.row;
    let at = Span { start: row.json.span.start, end: row.json.span.start + 1 };
    let message = format!("`{}` has no patch: {}", plan.judged.resource().name, why_no_patch(&plan.repair));
    let diagnostic =
        if writes { Diagnostic::error("NoPatch", message) } else { Diagnostic::warning("NoPatch", message) };
    Some(diagnostic.label(&row.source, at, "").help("export the whole resource: `az resource show --ids …`"))
}

/// Why there is none, for people.
pub fn why_no_patch(repair: &Repair<'_>) -> &'static str {
    match repair.unresolved {
        Some(_) => "the input does not tell what is there, or what is to be written",
        None => "the form in which it was exported has no place for what is to be written",
    }
}
