//! The two closing lines, whose numbers add up.

use super::Report;
use std::time::Duration;

/// `8 rows: …` and `8 resources under 24 policies: …`.
pub fn lines(report: &Report<'_>) -> [String; 2] {
    let judgement = report.judgement;
    let (account, states) = (judgement.account, judgement.states);
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
    let resources = format!(
        "{} under {}: {} compliant, {} non-compliant, {} not evaluated, {} error · {}, {} would be denied",
        counted(states.total(), "resource", "resources"),
        counted(judgement.policies, "policy", "policies"),
        states.compliant,
        states.non_compliant,
        states.not_evaluated,
        states.error,
        counted(judgement.findings, "finding", "findings"),
        judgement.denied,
    );
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
