//! `ordain fix`: what would mend what exists, shown or written into the files.

use super::eval::{Found, Stream, judged, look, output};
use crate::World;
use crate::args::{Fix, FixFormat};
use crate::exit::{Exit, Seen};
use crate::format::repair as format;
use crate::repair::{self, Changed, Planned, Reading};
use ordain::{Diagnostic, Outcome, PairView};
use regex_lite::Regex;
use std::io;

/// Answers one call.
pub fn run(options: &Fix, world: &mut World<'_>) -> io::Result<Exit> {
    let judging = &options.judging;
    judged(judging, "fix", world, |mut found, world| {
        if let Some(only) = &options.only
            && !found.engine.assignments().flat_map(|a| a.pairs()).any(|pair| is_named(only, pair))
        {
            let message = format!("`--only {only}` matches no policy");
            found.diagnostics.push(
                Diagnostic::warning("NothingChosen", message)
                    .help("names, display names and reference ids are compared, in any case"),
            );
        }
        let chosen =
            |outcome: &Outcome<'_>| options.only.as_ref().is_none_or(|only| is_named(only, outcome.pair()));
        let planned = repair::plan(found.judgement, &chosen);
        found.diagnostics.extend(repair::requests(found.judgement));
        found.diagnostics.extend(planned.iter().filter_map(|p| repair::without_patch(p, options.write)));
        let mut files = Vec::new();
        if options.write || options.format == FixFormat::Diff {
            files = repair::changed(&planned, &mut found.diagnostics);
        }
        // The diff is of the files as they are: it is made before they change.
        let diff: Vec<String> = match options.format {
            FixFormat::Diff => files.iter().map(Changed::diff).collect(),
            _ => Vec::new(),
        };
        let written = if options.write { write(files, &mut found) } else { Vec::new() };
        let counted = found.tell(judging, world)?;
        let seen = Seen {
            input_error: counted.errors > 0,
            failed_record: found.judgement.failed > 0,
            complaint: planned.iter().any(|plan| !plan.repair.is_empty()),
        };
        let look = look(judging, world, Stream::Findings);
        let report = format::Repairs { options, found: &found, planned: &planned, written: &written };
        let done = output(judging, world, |out| match options.format {
            FixFormat::Text => format::text(&report, look, out),
            FixFormat::JsonPatch => format::json(&report, out),
            FixFormat::Documents => format::documents(&planned, out),
            FixFormat::Diff => format::diff(&diff, look, out),
        })?;
        Ok(if done { Exit::of(seen) } else { Exit::Trouble })
    })
}

/// Writes the files; what was written. What could not be is told.
fn write<'p>(files: Vec<Changed<'p>>, found: &mut Found<'_>) -> Vec<Changed<'p>> {
    let mut written = Vec::new();
    for file in files {
        match file.write(Reading { pick: found.pick, tenant: &found.tenant }) {
            Ok(()) => written.push(file),
            Err(diagnostic) => found.diagnostics.push(diagnostic),
        }
    }
    written
}

fn is_named(only: &Regex, pair: PairView<'_>) -> bool {
    let name = pair.definition_id().rsplit('/').next().unwrap_or_default();
    [name, pair.display_name(), pair.reference_id()].iter().any(|text| only.is_match(text))
}

/// Whether a resource is in a file that was written.
pub fn is_written(plan: &Planned<'_>, written: &[Changed<'_>]) -> bool {
    written.iter().flat_map(|file| &file.resources).any(|known| std::ptr::eq(*known, plan))
}
