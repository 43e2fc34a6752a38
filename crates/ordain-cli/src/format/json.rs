//! The report for programs: one document, or one result a line (schema version 1).

use super::Report;
use super::finding::Finding;
use crate::judge::Judged;
use ordain::{Compared, Diagnostic, Outcome, Position, Source, State, Value as Known, Values};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Raised when a member changes its meaning or goes away; new members do not count.
const SCHEMA_VERSION: u32 = 1;

/// How one document begins: results are written one by one, since they may be many.
pub fn begin(out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{\n  \"schemaVersion\": {SCHEMA_VERSION},\n  \"results\": [")
}

/// How it ends; `absences` are of `--show-not-applicable`.
pub fn end(report: &Report<'_>, absences: &[String], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "\n  ],")?;
    if report.options.show_not_applicable {
        list(out, "absences", absences.iter())?;
    }
    list(out, "diagnostics", report.diagnostics.iter().map(|diagnostic| told(diagnostic).to_string()))?;
    writeln!(out, "\n  \"compliance\": {},", super::tree::tree(report))?;
    writeln!(out, "  \"summary\": {}\n}}", summary(report))
}

fn list(
    out: &mut dyn Write,
    name: &str,
    items: impl Iterator<Item = impl std::fmt::Display>,
) -> io::Result<()> {
    write!(out, "\n  \"{name}\": [")?;
    for (at, item) in items.enumerate() {
        write!(out, "{}\n    {item}", if at == 0 { "" } else { "," })?;
    }
    write!(out, "\n  ],")
}

/// What follows the results, where each has a line: the diagnostics and the summary.
pub fn closing_lines(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for diagnostic in report.diagnostics {
        writeln!(out, "{}", json!({ "diagnostic": told(diagnostic) }))?;
    }
    let compliance = super::tree::tree(report);
    let closing =
        json!({ "schemaVersion": SCHEMA_VERSION, "summary": summary(report), "compliance": compliance });
    writeln!(out, "{closing}")
}

fn summary(report: &Report<'_>) -> Value {
    let judgement = report.judgement;
    let overall = judgement.compliance.overall();
    let (account, states, records) = (judgement.account, overall.resources, overall.records);
    json!({
        "rows": {
            "read": account.read, "evaluated": account.evaluated, "notApplicable": account.not_applicable,
            "skipped": account.skipped, "duplicate": account.duplicate, "errors": account.errors,
        },
        "otherDocuments": account.documents,
        "resources": {
            "total": states.total(), "compliant": states.of(State::Compliant),
            "nonCompliant": states.of(State::NonCompliant), "notEvaluated": states.of(State::NotEvaluated),
            "error": states.of(State::Error), "conflict": states.of(State::Conflict),
            "protected": states.of(State::Protected), "exempt": states.of(State::Exempt),
            "unknown": states.of(State::Unknown),
        },
        "incomplete": report.incomplete,
        "records": {
            "total": records.total(), "notEvaluated": records.of(State::NotEvaluated),
            "error": records.of(State::Error),
        },
        "policies": judgement.policies,
        "types": judgement.types.values().map(|(name, counts)| (name.clone(), counted(counts))).collect::<Map<_, _>>(),
        "findings": judgement.findings,
        "wouldBeDenied": judgement.denied,
        "comparison": report.comparison.map(compared),
        "diagnostics": { "errors": report.counted.errors, "warnings": report.counted.warnings },
    })
}

/// Resources by state.
fn counted(counts: &ordain::compliance::Counts) -> Value {
    counts.iter().map(|(state, count)| (state.name().to_owned(), count.into())).collect::<Map<_, _>>().into()
}

fn compared(found: &ordain::report::states::Comparison) -> Value {
    let key = |key: &ordain::report::states::StateKey| {
        json!({ "resourceId": key.resource, "assignmentId": key.assignment, "definitionId": key.definition,
            "referenceId": key.reference })
    };
    json!({
        "same": found.same,
        "different": found.different.iter().map(|(k, theirs, ours)| {
            json!({ "record": key(k), "theirs": theirs.name(), "ours": ours.name() })
        }).collect::<Vec<_>>(),
        "onlyTheirs": found.only_theirs.iter().map(|(k, s)| json!({ "record": key(k), "state": s.name() })).collect::<Vec<_>>(),
        "onlyOurs": found.only_ours.iter().map(|(k, s)| json!({ "record": key(k), "state": s.name() })).collect::<Vec<_>>(),
    })
}

/// A resource with these outcomes, on one line.
pub fn result(judged: &Judged<'_>, outcomes: Vec<Outcome<'_>>, values: Values) -> String {
    let resource = judged.resource();
    let source = &judged.row.source;
    let at = source.position(judged.row.json.span.start);
    let outcomes: Vec<Value> = outcomes.into_iter().map(|o| outcome(judged, o, values)).collect();
    let value = json!({
        "resource": {
            "id": resource.id, "name": resource.name, "type": resource.kind, "location": resource.location,
            "resourceGroup": resource.group,
            "source": { "file": source.name(), "line": at.line, "column": at.column },
        },
        "state": judged.state().name(),
        "outcomes": outcomes,
    });
    value.to_string()
}

fn outcome(judged: &Judged<'_>, outcome: Outcome<'_>, values: Values) -> Value {
    let policy = outcome.policy();
    let at = policy.position();
    let mut members = Map::new();
    let described = json!({
        "id": policy.id(), "name": policy.name(), "displayName": policy.display_name(), "effect": policy.effect(),
        "source": { "file": policy.source().name(), "line": at.line, "column": at.column },
    });
    members.insert("policy".into(), described);
    members.insert("state".into(), outcome.state().name().into());
    members.insert("reason".into(), outcome.reason().into());
    governed(judged, &outcome, &mut members);
    // What is well needs no explanation, and making one costs a second look.
    if matches!(outcome.state(), State::Compliant | State::Protected) {
        members.insert("message".into(), Value::Null);
        members.insert("conditions".into(), Value::Array(Vec::new()));
        return Value::Object(members);
    }
    let finding = Finding::of(judged, outcome);
    if let Some(reason) = ordain::report::azure::reason(&outcome, Some(&finding.explanation)) {
        members.insert("reason".into(), reason.into());
    }
    members.insert("message".into(), finding.message(values).into());
    let mut conditions = finding.explanation.decisive();
    if outcome.state() == State::Error {
        conditions = finding.explanation.failed().into_iter().collect();
    }
    members.insert("conditions".into(), conditions.iter().map(|c| condition(&finding, c, values)).collect());
    Value::Object(members)
}

/// What the assignment has to do with it, and what would follow.
fn governed(judged: &Judged<'_>, outcome: &Outcome<'_>, members: &mut Map<String, Value>) {
    let pair = outcome.pair();
    let assignment = pair.assignment();
    if !assignment.is_stand_in() {
        let described = json!({ "id": assignment.id(), "displayName": assignment.display_name() });
        members.insert("assignment".into(), described);
    }
    if !pair.reference_id().is_empty() {
        members.insert("referenceId".into(), pair.reference_id().into());
        members.insert("groups".into(), pair.groups().collect::<Vec<_>>().into());
    }
    members.insert("enforced".into(), outcome.is_enforced().into());
    if outcome.state() == State::Exempt
        && let Some(holds) = outcome.rule_holds()
    {
        members.insert("ruleHolds".into(), holds.into());
    }
    if let Some(message) = outcome.message().filter(|_| outcome.state() == State::NonCompliant) {
        members.insert("nonComplianceMessage".into(), message.into());
    }
    let exemptions: Vec<&str> = outcome.exemptions().map(|exemption| exemption.id()).collect();
    if !exemptions.is_empty() {
        members.insert("exemptionIds".into(), exemptions.into());
        let category = outcome.exemption().map(|exemption| exemption.category());
        members.insert("exemptionCategory".into(), category.into());
    }
    if let Some(id) = outcome.attestation_id() {
        members.insert("attestationId".into(), id.into());
    }
    if let Some(related) = outcome.related() {
        let found =
            json!({ "type": related.resource_type(), "total": related.total(), "lastId": related.last_id() });
        members.insert("related".into(), found);
    }
    let document = &judged.row.json;
    if let Some(change) = outcome.change(document) {
        members.insert("patch".into(), json!(change.patch));
    }
    if let Some(deployment) = outcome.deployment(document) {
        let parameters =
            deployment.parameters.members().iter().map(|(name, value)| (name.to_string(), value.to_json()));
        members.insert("deploymentParameters".into(), parameters.collect::<Map<_, _>>().into());
    }
}

fn condition(finding: &Finding<'_>, compared: &Compared, values: Values) -> Value {
    let policy = finding.explanation.source();
    let shown =
        |value: Option<&Known>| value.map_or(Value::Null, |value| compared.shown(value, values).to_json());
    let resource = finding.place_of(compared).map(|place| {
        let at = place.source.position(place.span.start);
        json!({ "line": at.line, "column": at.column, "missing": !place.there })
    });
    let at = compared.position(policy);
    json!({
        "subject": compared.subject(),
        "kind": compared.kind(),
        "operator": compared.operator(),
        "operand": shown(compared.operand()),
        "value": shown(compared.side().and_then(|side| side.value())),
        "path": compared.location().filter(|l| !l.items().is_empty()).map(ordain::Location::json_path),
        "alias": compared.alias().map(|read| json!({ "path": read.path(), "from": read.layer().name() })),
        "counted": compared.counted().iter().map(|side| compared.element(side, values)).collect::<Vec<_>>(),
        "demand": compared.demand(),
        "fault": compared.fault().map(|fault| json!({ "kind": fault.kind().name(), "message": fault.message() })),
        "policy": { "line": at.line, "column": at.column },
        "resource": resource,
    })
}

/// A diagnostic as data.
pub fn told(diagnostic: &Diagnostic) -> Value {
    let place = |source: &Source, at: Position| json!({ "file": source.name(), "line": at.line, "column": at.column });
    let labels = diagnostic.labels().iter().map(|label| {
        let mut value = place(label.source(), label.position());
        if let Value::Object(members) = &mut value {
            members.insert("text".into(), label.text().into());
        }
        value
    });
    json!({
        "severity": diagnostic.severity().name(),
        "code": diagnostic.code(),
        "message": diagnostic.message(),
        "objectId": Some(diagnostic.object_id()).filter(|id| !id.is_empty()),
        "file": diagnostic.name(),
        "labels": labels.collect::<Vec<_>>(),
        "notes": diagnostic.notes(),
        "helps": diagnostic.helps(),
    })
}
