//! Verdicts for programs: one document (`docs/schema/check.schema.json`).

use super::Report;
use crate::asking::Answer;
use crate::format::json::told;
use ordain::report::request::{RequestRecord, record};
use ordain::requests::{Action, Open};
use ordain::{Ruling, RulingKind};
use serde_json::{Map, Value, json};
use std::fmt;
use std::io::{self, Write};

/// Raised when a member changes its meaning or goes away; new members do not count.
const SCHEMA_VERSION: u32 = 1;

/// One document.
pub fn json(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (account, counts) = (report.answers.account, report.counts);
    let summary = json!({
        "rows": {
            "read": account.read, "evaluated": account.evaluated, "notApplicable": account.not_applicable,
            "skipped": account.skipped, "duplicate": account.duplicate, "errors": account.errors,
        },
        "otherDocuments": account.documents,
        "requests": counts.requests, "denied": counts.denied, "known": counts.known,
        "undecided": counts.undecided, "changed": counts.changed, "flagged": counts.flagged, "later": counts.later,
        "policies": report.answers.policies,
    });
    writeln!(out, "{{\n  \"schemaVersion\": {SCHEMA_VERSION},\n  \"summary\": {summary},")?;
    list(out, "requests", report.answers.answers.iter().map(|answer| request(report, answer)), ",")?;
    list(out, "diagnostics", report.diagnostics.iter().map(told), "")?;
    writeln!(out, "}}")
}

/// One entry a line: they may be many.
fn list(
    out: &mut dyn Write,
    name: &str,
    entries: impl Iterator<Item = impl fmt::Display>,
    after: &str,
) -> io::Result<()> {
    writeln!(out, "  \"{name}\": [")?;
    let mut entries = entries.peekable();
    while let Some(entry) = entries.next() {
        let comma = if entries.peek().is_some() { "," } else { "" };
        writeln!(out, "    {entry}{comma}")?;
    }
    writeln!(out, "  ]{after}")
}

fn request(report: &Report<'_>, answer: &Answer<'_>) -> String {
    let resource = answer.resource();
    let source = &answer.row.source;
    let at = source.position(crate::entry::find(answer.row, None, answer.before).start);
    let mut members = Map::new();
    let described = json!({
        "id": resource.id, "name": resource.name, "type": resource.kind, "resourceGroup": resource.group,
        "location": resource.location,
    });
    members.insert("resource".into(), described);
    members.insert("origin".into(), answer.origin().into());
    members.insert(
        "action".into(),
        match answer.action {
            Action::Delete => "delete",
            Action::Write => "write",
        }
        .into(),
    );
    members.insert("withGroup".into(), answer.with_group.clone().into());
    members.insert("source".into(), json!({ "file": source.name(), "line": at.line, "column": at.column }));
    let mut of: RequestRecord = record(&answer.request, &resource.name, report.values());
    let error = of.error.take();
    if let Ok(Value::Object(own)) = serde_json::to_value(&of) {
        members.extend(own);
    }
    if let Some(Value::Array(rulings)) = members.get_mut("rulings") {
        for (told, ruling) in rulings.iter_mut().zip(answer.rulings()) {
            if let Value::Object(told) = told {
                placed(report, answer, ruling, told);
            }
        }
    }
    members.insert("open".into(), answer.open().iter().map(|open| unresolved(answer, open)).collect());
    let mut members: Vec<String> =
        members.iter().map(|(key, value)| format!("{}:{value}", Value::from(key.as_str()))).collect();
    // The refusal keeps the order of the service's keys (spec S-49), which a map of ours would sort.
    if let Some(error) = error.and_then(|error| serde_json::to_string(&error).ok()) {
        members.push(format!("\"error\":{error}"));
    }
    format!("{{{}}}", members.join(","))
}

/// What the documents add to the record of a ruling: places, expression, key.
fn placed(report: &Report<'_>, answer: &Answer<'_>, ruling: &Ruling<'_>, members: &mut Map<String, Value>) {
    let at = answer.position(ruling);
    let place = json!({ "file": answer.row.source.name(), "line": at.line, "column": at.column });
    members.insert("source".into(), place);
    let policy = ruling.policy;
    let at = policy.position();
    if let Some(Value::Object(described)) = members.get_mut("policy") {
        let place = json!({ "file": policy.source().name(), "line": at.line, "column": at.column });
        described.insert("source".into(), place);
    }
    if let Some(open) = answer.expression(ruling).filter(|_| matches!(ruling.kind, RulingKind::Open { .. })) {
        members.insert("expression".into(), json!({ "path": open.path, "text": open.expression }));
    }
    if let RulingKind::Denies { .. } = ruling.kind {
        members.insert("key".into(), answer.key(ruling).json());
        members.insert("known".into(), report.is_known(answer, ruling).into());
    }
}

fn unresolved(answer: &Answer<'_>, open: &Open) -> Value {
    let at = answer.row.source.position(open.span.start);
    json!({
        "path": open.path, "expression": open.expression, "reason": open.reason,
        "source": { "file": answer.row.source.name(), "line": at.line, "column": at.column },
    })
}
