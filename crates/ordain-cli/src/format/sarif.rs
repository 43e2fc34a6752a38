//! Findings as SARIF 2.1.0, for code scanning: a rule for each policy that finds something, a result for each finding.

use super::Report;
use super::check::sarif::{SCHEMA, location, notification, rule};
use super::finding::Finding;
use crate::judge::{Judged, is_deny, is_shown};
use ordain::{Outcome, State, Values};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How the log begins: the results come first, since they may be many.
pub fn head() -> String {
    format!(
        "{{\n\"$schema\": \"{SCHEMA}\",\n\"version\": \"2.1.0\",\n\"runs\": [{{\n\"columnKind\": \"unicodeCodePoints\",\n\"results\": ["
    )
}

/// The results of one resource, between commas; nothing where nothing is wrong.
pub fn results(judged: &Judged<'_>, outcomes: Vec<Outcome<'_>>, values: Values) -> String {
    let wrong = outcomes.into_iter().filter(|outcome| is_shown(outcome.state()));
    wrong.map(|outcome| result(judged, outcome, values).to_string()).collect::<Vec<_>>().join(",\n")
}

fn result(judged: &Judged<'_>, outcome: Outcome<'_>, values: Values) -> Value {
    let resource = judged.resource();
    let (state, policy, pair) = (outcome.state(), outcome.policy(), outcome.pair());
    let level = match state {
        State::NonCompliant if !is_deny(&outcome) => "warning",
        _ => "error",
    };
    let name = if resource.id.is_empty() { resource.name.clone() } else { resource.id.to_ascii_lowercase() };
    let fingerprint =
        format!("{name}|{}|{}|{}", pair.assignment().id(), pair.reference_id(), policy.id()).to_lowercase();
    let finding = Finding::of(judged, outcome);
    let condition = finding.decider().map_or(policy.span(), |compared| compared.test_span());
    let spot = finding.place();
    let text = format!("{}: {}", resource.name, finding.message(values));
    json!({
        "ruleId": policy.id(), "level": level, "kind": "fail",
        "message": { "text": text },
        "locations": [location(spot.source, spot.span, Some(&name))],
        "relatedLocations": [location(policy.source(), condition, None)],
        "partialFingerprints": { "ordain/v1": fingerprint },
        "properties": {
            "state": state.name(), "effect": policy.effect(), "assignment": pair.assignment().id(),
            "referenceId": pair.reference_id(),
        },
    })
}

/// How the log ends: rules, and what was to be said of the inputs.
pub fn tail(report: &Report<'_>) -> String {
    let compliance = &report.judgement.compliance;
    let mut known = BTreeSet::new();
    let mut rules = Vec::new();
    for pair in report.engine.assignments().flat_map(|assignment| assignment.pairs()) {
        let records = compliance.pair(pair).records;
        let wrong = [State::NonCompliant, State::Conflict, State::Error];
        let found = wrong.iter().any(|state| records.of(*state) > 0);
        if let Some(policy) = pair.policy().filter(|_| found)
            && known.insert(policy.id())
        {
            rules.push(rule(policy));
        }
    }
    let notifications: Vec<Value> = report.diagnostics.iter().map(notification).collect();
    let succeeded = report.counted.errors == 0 && !report.incomplete;
    let tool =
        json!({ "driver": { "name": "ordain", "version": env!("CARGO_PKG_VERSION"), "rules": rules } });
    let invocation = json!({ "executionSuccessful": succeeded, "toolExecutionNotifications": notifications });
    format!("\n],\n\"tool\": {tool},\n\"invocations\": [{invocation}]\n}}]\n}}\n")
}
