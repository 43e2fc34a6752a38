//! Verdicts as SARIF 2.1.0, for code scanning: a rule for each policy, a result for each thing it says.

use super::Report;
use super::words;
use crate::asking::Answer;
use crate::entry;
use ordain::{PolicyView, Ruling, RulingKind, Source, Span, Standing};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One log with one run.
pub fn sarif(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    // Rules by their id, in the order in which they are first met.
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rules = Vec::new();
    let mut results = Vec::new();
    for answer in &report.answers.answers {
        for ruling in answer.rulings() {
            let at = *places.entry(ruling.policy.id()).or_insert_with(|| {
                rules.push(rule(ruling.policy));
                rules.len() - 1
            });
            results.push(result(report, answer, ruling, at));
        }
    }
    let notifications: Vec<Value> = report.diagnostics.iter().map(notification).collect();
    let succeeded = !report.diagnostics.iter().any(ordain::Diagnostic::is_error);
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "ordain", "version": env!("CARGO_PKG_VERSION"), "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": succeeded, "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    writeln!(out, "{log:#}")
}

fn rule(policy: PolicyView<'_>) -> Value {
    let mut rule = json!({ "id": policy.id(), "name": policy.name() });
    let described = [("shortDescription", policy.display_name()), ("fullDescription", policy.description())];
    for (key, text) in described.into_iter().filter(|(_, text)| !text.is_empty()) {
        if let Some(rule) = rule.as_object_mut() {
            rule.insert(key.to_owned(), json!({ "text": text }));
        }
    }
    rule
}

fn result(report: &Report<'_>, answer: &Answer<'_>, ruling: &Ruling<'_>, at: usize) -> Value {
    let said = words::said(answer, ruling, report.values());
    let known = report.is_known(answer, ruling);
    let (level, kind) = match &ruling.kind {
        RulingKind::Denies { .. } => ("error", "fail"),
        RulingKind::Flags | RulingKind::Later { certain: true, .. } => ("warning", "fail"),
        RulingKind::Changes { standing: Standing::Suppressed, .. } => ("none", "informational"),
        RulingKind::Changes { .. } => ("note", "fail"),
        // What is open has no level (SARIF 3.27.9).
        RulingKind::Open { .. } | RulingKind::Later { .. } => ("none", "open"),
        _ => ("none", "informational"),
    };
    let resource = answer.resource();
    let text = format!("{} {}: {}", resource.name, said.word, said.sentences.join("; "));
    let policy = ruling.policy;
    let decider = ruling.why.failed().or_else(|| ruling.why.reason());
    let condition = decider.map_or_else(
        || entry::opening(policy.span()),
        |compared| if ruling.has_failed() { compared.span() } else { compared.test_span() },
    );
    let key = answer.key(ruling);
    let mut value = json!({
        "ruleId": policy.id(), "ruleIndex": at, "level": level, "kind": kind,
        "message": { "text": text },
        "locations": [location(&answer.row.source, answer.span(ruling), Some(&key.resource))],
        "relatedLocations": [location(policy.source(), condition, None)],
        "partialFingerprints": {
            "ordain/v1": format!("{}|{}|{}|{}", key.resource, key.assignment, key.reference, ruling.kind.name()),
        },
        "properties": {
            "verdict": answer.request.verdict.name(), "ruling": ruling.kind.name(),
            "assignment": words::assigned(ruling), "enforced": ruling.enforced,
        },
    });
    if known && let Some(value) = value.as_object_mut() {
        value.insert("baselineState".to_owned(), "unchanged".into());
        value.insert(
            "suppressions".to_owned(),
            json!([{ "kind": "external", "justification": "in the baseline" }]),
        );
    }
    value
}

fn location(source: &Source, span: Span, name: Option<&str>) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end.max(span.start)));
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(source.name()) },
            "region": {
                "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
            },
        },
    });
    if let (Some(name), Some(location)) = (name, location.as_object_mut()) {
        location.insert(
            "logicalLocations".to_owned(),
            json!([{ "fullyQualifiedName": name, "kind": "resource" }]),
        );
    }
    location
}

fn notification(diagnostic: &ordain::Diagnostic) -> Value {
    let level = match diagnostic.severity() {
        ordain::Severity::Error => "error",
        ordain::Severity::Warning => "warning",
        ordain::Severity::Info => "note",
    };
    let mut value = json!({
        "level": level, "message": { "text": diagnostic.message() }, "descriptor": { "id": diagnostic.code() },
    });
    let first = diagnostic.labels().first();
    if let (Some(label), Some(value)) = (first, value.as_object_mut()) {
        value.insert("locations".to_owned(), json!([location(label.source(), label.span(), None)]));
    }
    value
}

/// A path as a relative reference: what has a meaning of its own in one is escaped.
fn uri(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~".contains(&b);
    path.trim_start_matches("./").bytes().fold(String::new(), |mut out, b| {
        match plain(b) {
            true => out.push(char::from(b)),
            false => out.push_str(&format!("%{b:02X}")),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_as_references() {
        assert_eq!(super::uri("./a b/<stdin>.json"), "a%20b/%3Cstdin%3E.json");
        assert_eq!(super::uri("main.json"), "main.json");
    }
}
