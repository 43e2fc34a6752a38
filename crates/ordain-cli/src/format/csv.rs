//! A line for each outcome, for spreadsheets and databases (RFC 4180).

use super::Report;
use super::finding::Finding;
use crate::judge::Judged;
use ordain::{Outcome, State, Values};

const COLUMNS: [&str; 20] = [
    "resourceId",
    "resourceName",
    "resourceType",
    "resourceGroup",
    "location",
    "state",
    "effect",
    "policyName",
    "policyDisplayName",
    "policyId",
    "assignmentId",
    "referenceId",
    "reason",
    "message",
    "file",
    "line",
    "column",
    "policyFile",
    "policyLine",
    "policyColumn",
];

/// The names of the columns.
pub fn head() -> String {
    written([COLUMNS.map(str::to_owned).to_vec()])
}

/// The lines of one resource.
pub fn lines(judged: &Judged<'_>, outcomes: Vec<Outcome<'_>>, values: Values) -> String {
    let resource = judged.resource();
    written(outcomes.into_iter().map(|outcome| {
        let (state, policy, pair) = (outcome.state(), outcome.policy(), outcome.pair());
        let assignment = pair.assignment();
        let assignment = if assignment.is_stand_in() { "" } else { assignment.id() };
        let rule = policy.position();
        let reason = outcome.reason().unwrap_or_default();
        let reference = pair.reference_id();
        let is_well = matches!(state, State::Compliant | State::Protected);
        let (at, message) = if is_well {
            (judged.row.source.position(judged.row.json.span.start), String::new())
        } else {
            let finding = Finding::of(judged, outcome);
            (finding.position(), finding.message(values))
        };
        [
            resource.id,
            &resource.name,
            &resource.kind,
            resource.group,
            resource.location,
            state.name(),
            policy.effect(),
            policy.name(),
            policy.display_name(),
            policy.id(),
            assignment,
            reference,
            reason,
            &message,
            judged.row.source.name(),
            &at.line.to_string(),
            &at.column.to_string(),
            policy.source().name(),
            &rule.line.to_string(),
            &rule.column.to_string(),
        ]
        .map(str::to_owned)
        .to_vec()
    }))
}

/// Counts in the place of findings: by policy, type, subscription and resource group.
pub fn totals(report: &Report<'_>) -> String {
    let head = ["by", "name", "state", "resources"].map(str::to_owned).to_vec();
    let mut lines = vec![head];
    for total in super::totals::totals(report) {
        for (state, count) in total.counts.iter() {
            let cells = [total.by, &total.name, state.name(), &count.to_string()];
            lines.push(cells.map(str::to_owned).to_vec());
        }
    }
    written(lines)
}

fn written(lines: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    for line in lines {
        // Nothing that is written to memory fails.
        let _ = writer.write_record(line.iter().map(|cell| harmless(cell).into_owned()));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// A cell that a spreadsheet would take for a formula is a text all the same.
fn harmless(cell: &str) -> std::borrow::Cow<'_, str> {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}").into(),
        false => cell.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells() {
        let line = written([vec!["a,\"b\"".into(), "=1+1".into(), "two\nlines".into(), "é".into()]]);
        assert_eq!(line, "\"a,\"\"b\"\"\",'=1+1,\"two\nlines\",é\r\n");
    }
}
