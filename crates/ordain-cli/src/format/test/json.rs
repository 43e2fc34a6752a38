//! Results for programs: one document; its keys are described in `docs/suites.md`.

use super::Results;
use ordain::Diagnostic;
use ordain_author::coverage::{Counts, Goal, Item, PolicyCoverage, Report, wanted};
use ordain_author::suite::{CaseResult, Mismatch, Place, Status, SuiteResult, Why};
use serde_json::{Value, json};
use std::io::{self, Write};

/// Writes the results.
pub fn json(results: &Results<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut document = json!({
        "version": 1,
        "suites": results.shown().map(suite).collect::<Vec<_>>(),
        "summary": {
            "suites": results.shown().count(),
            "cases": results.cases(),
            "passed": results.count(Status::Passed),
            "failed": results.count(Status::Failed),
            "errors": results.count(Status::Broken),
            "passedOver": results.suites.iter().map(|suite| suite.passed_over).sum::<usize>(),
        },
    });
    if let (Some(report), Some(members)) = (results.coverage, document.as_object_mut()) {
        members.insert("coverage".to_owned(), coverage(report));
    }
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn coverage(report: &Report) -> Value {
    let counts = |counts: Counts| {
        json!({
            "goals": counts.goals,
            "shown": counts.shown,
            "exempt": counts.exempt,
            "percent": counts.percent(),
        })
    };
    let missing = |policy: &PolicyCoverage, (item, goal): (&Item, &Goal)| {
        let at = policy.position(item);
        json!({
            "condition": item.pointer,
            "goal": goal.to_string(),
            "text": item.text,
            "wanted": wanted(item, goal),
            "location": { "file": policy.source.name(), "line": at.line, "column": at.column },
        })
    };
    let policy = |policy: &PolicyCoverage| {
        json!({
            "file": policy.source.name(),
            "name": policy.name,
            "counts": counts(policy.counts()),
            "missing": policy.missing().map(|found| missing(policy, found)).collect::<Vec<_>>(),
        })
    };
    json!({
        "counts": counts(report.counts()),
        "policies": report.policies.iter().map(policy).collect::<Vec<_>>(),
    })
}

fn suite(suite: &SuiteResult) -> Value {
    json!({
        "file": suite.name,
        "about": suite.about,
        "subject": suite.subject,
        "cases": suite.cases.iter().map(case).collect::<Vec<_>>(),
        "diagnostics": suite.diagnostics.iter().map(diagnostic).collect::<Vec<_>>(),
    })
}

fn case(case: &CaseResult) -> Value {
    json!({
        "name": case.name,
        "status": case.status.name(),
        "mode": case.mode.name(),
        "location": place(&case.place),
        "because": case.because,
        "mismatches": case.mismatches.iter().map(mismatch).collect::<Vec<_>>(),
        "why": case.why.iter().map(why).collect::<Vec<_>>(),
        "diagnostics": case.diagnostics.iter().map(diagnostic).collect::<Vec<_>>(),
    })
}

fn mismatch(mismatch: &Mismatch) -> Value {
    json!({
        "key": mismatch.key,
        "expected": mismatch.expected,
        "actual": mismatch.actual,
        "location": place(&mismatch.place),
        "note": mismatch.note,
    })
}

fn why(why: &Why) -> Value {
    json!({
        "policy": why.policy,
        "effect": why.effect,
        "outcome": why.outcome,
        "reason": why.reason,
        "sentence": why.sentence,
        "condition": place(&why.condition),
        "resource": place(&why.resource),
    })
}

fn place(place: &Place) -> Value {
    let at = place.position();
    json!({ "file": place.source.name(), "line": at.line, "column": at.column })
}

fn diagnostic(diagnostic: &Diagnostic) -> Value {
    let location = diagnostic.labels().first().map(|label| {
        let at = label.position();
        json!({ "file": label.source().name(), "line": at.line, "column": at.column })
    });
    json!({
        "code": diagnostic.code(),
        "severity": diagnostic.severity().name(),
        "message": diagnostic.message(),
        "location": location,
        "help": diagnostic.helps(),
    })
}
