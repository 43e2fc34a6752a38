//! Findings for build servers: a suite for each resource, a test for each policy that it meets. No times: the same
//! input gives the same bytes.

use super::Report;
use super::finding::Finding;
use super::test::junit::{escaped, fault};
use crate::judge::{Judged, is_shown};
use ordain::{Outcome, State, Values};
use std::fmt::Write as _;

/// What stands before all suites.
pub const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ordain\">\n";

/// The suite of one resource.
pub fn suite(judged: &Judged<'_>, outcomes: Vec<Outcome<'_>>, values: Values) -> String {
    let resource = judged.resource();
    let name = escaped(if resource.id.is_empty() { &resource.name } else { resource.id });
    let count = |of: fn(State) -> bool| outcomes.iter().filter(|outcome| of(outcome.state())).count();
    let mut text = String::new();
    let _ = writeln!(
        text,
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
        outcomes.len(),
        count(|state| matches!(state, State::NonCompliant | State::Conflict)),
        count(|state| state == State::Error),
        count(is_skipped),
    );
    for outcome in outcomes {
        test(&mut text, judged, &name, outcome, values);
    }
    text.push_str("  </testsuite>\n");
    text
}

/// What says neither that a resource is well nor that it is not.
fn is_skipped(state: State) -> bool {
    matches!(state, State::NotEvaluated | State::Unknown | State::Exempt)
}

fn test(text: &mut String, judged: &Judged<'_>, class: &str, outcome: Outcome<'_>, values: Values) {
    let (state, shown) = (outcome.state(), super::named::outcome(&outcome));
    let policy = outcome.policy();
    let own = outcome.message().unwrap_or_default().to_owned();
    let finding = Finding::of(judged, outcome);
    let at = match is_shown(state) {
        true => finding.position(),
        false => judged.row.source.position(judged.row.json.span.start),
    };
    let file = judged.row.source.name();
    let _ = write!(
        text,
        "    <testcase classname=\"{class}\" name=\"{}\" file=\"{}\" line=\"{}\"",
        escaped(&shown),
        escaped(file),
        at.line
    );
    let rule = policy.position();
    let place = format!(
        "{file}:{}:{}\npolicy {} at {}:{}:{}",
        at.line,
        at.column,
        policy.id(),
        policy.source().name(),
        rule.line,
        rule.column
    );
    match state {
        State::NonCompliant | State::Conflict => {
            text.push_str(">\n");
            let message = finding.message(values);
            let body = if own.is_empty() { place } else { format!("{own}\n{place}") };
            fault(text, "failure", &message, &body);
        }
        State::Error => {
            text.push_str(">\n");
            fault(text, "error", &finding.message(values), &place);
        }
        _ if is_skipped(state) => {
            text.push_str(">\n");
            let why = format!("{}: {}", state.name(), finding.message(values));
            let _ = writeln!(text, "      <skipped message=\"{}\"/>", escaped(&why));
        }
        _ => {
            text.push_str("/>\n");
            return;
        }
    }
    text.push_str("    </testcase>\n");
}

/// What stands behind all suites: what is wrong with the inputs, and the end.
pub fn tail(report: &Report<'_>) -> String {
    let errors: Vec<_> = report.diagnostics.iter().filter(|d| d.is_error()).collect();
    let mut text = String::new();
    if !errors.is_empty() {
        let count = errors.len();
        let _ = writeln!(
            text,
            "  <testsuite name=\"(inputs)\" tests=\"{count}\" failures=\"0\" errors=\"{count}\" skipped=\"0\">"
        );
        for diagnostic in errors {
            let _ = writeln!(text, "    <testcase classname=\"(inputs)\" name=\"{}\">", diagnostic.code());
            fault(&mut text, "error", diagnostic.message(), &diagnostic.to_string());
            text.push_str("    </testcase>\n");
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}
