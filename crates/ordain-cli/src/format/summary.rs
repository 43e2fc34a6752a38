//! The two closing lines, whose numbers add up.

use super::Report;
use ordain::State;
use std::time::Duration;

/// `8 rows: …` and `8 resources under 24 policies: …`.
pub fn lines(report: &Report<'_>) -> [String; 2] {
    let judgement = report.judgement;
    let overall = judgement.compliance.overall();
    let (account, states, records) = (judgement.account, overall.resources, overall.records);
    let rows = format!(
        "{}: {} evaluated, {} not applicable, {} skipped, {} duplicate, {}",
        counted(account.read, "row", "rows"),
        account.evaluated,
        account.not_applicable,
        account.skipped,
        account.duplicate,
        counted(account.errors, "error", "errors"),
    );
    let others = counted(account.documents, "other document", "other documents");
    let rows = if account.documents == 0 { rows } else { format!("{rows}; {others}") };
    let mut resources = format!(
        "{} under {}: {} compliant, {} non-compliant, {} not evaluated, {} error",
        counted(states.total(), "resource", "resources"),
        counted(judgement.policies, "policy", "policies"),
        states.of(State::Compliant),
        states.of(State::NonCompliant),
        states.of(State::NotEvaluated),
        states.of(State::Error),
    );
    let rare = [
        (State::Conflict, "conflicting"),
        (State::Protected, "protected"),
        (State::Exempt, "exempt"),
        (State::Unknown, "not attested"),
    ];
    for (state, word) in rare.into_iter().filter(|(state, _)| states.of(*state) > 0) {
        resources.push_str(&format!(", {} {word}", states.of(state)));
    }
    // What was rolled up hides neither open questions nor failures (spec S-25).
    let hidden = [(State::NotEvaluated, "not evaluated"), (State::Error, "error")];
    let hidden: Vec<String> = hidden
        .into_iter()
        .filter(|(state, _)| records.of(*state) > states.of(*state))
        .map(|(state, word)| format!("{} {word}", records.of(state)))
        .collect();
    if !hidden.is_empty() {
        resources.push_str(&format!(
            " · of {}: {}",
            counted(records.total(), "record", "records"),
            hidden.join(", ")
        ));
    }
    let findings = counted(judgement.findings, "finding", "findings");
    resources.push_str(&format!(" · {findings}, {} would be denied", judgement.denied));
    [rows, resources]
}

/// `1 row`, `2 rows`.
pub fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A duration for people.
pub fn elapsed(time: Duration) -> String {
    let ms = time.as_millis();
    match ms {
        0..10_000 => format!("{ms} ms"),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}
