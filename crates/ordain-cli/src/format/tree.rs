//! Compliance for programs: assignments, groups, policies, initiatives, scopes (spec 09 section 5).

use super::Report;
use ordain::compliance::{Counts, Level};
use ordain::{AssignmentView, PairView, State};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The whole tree.
pub fn tree(report: &Report<'_>) -> Value {
    let compliance = &report.judgement.compliance;
    let engine = report.engine;
    let initiatives: BTreeSet<&str> =
        engine.assignments().filter_map(AssignmentView::initiative_id).collect();
    json!({
        "overall": node(compliance.overall()),
        "assignments": engine.assignments().map(|a| assignment(report, a)).collect::<Vec<_>>(),
        "initiatives": initiatives.into_iter().map(|id| {
            with(json!({ "id": id }), &compliance.initiative(id))
        }).collect::<Vec<_>>(),
        "scopes": compliance.scopes().map(|scope| with(json!({ "id": scope.id }), &scope.level)).collect::<Vec<_>>(),
        "exemptions": exemptions(report),
    })
}

fn assignment(report: &Report<'_>, assignment: AssignmentView<'_>) -> Value {
    let compliance = &report.judgement.compliance;
    let groups = assignment.groups().enumerate().map(|(at, (name, category, shown))| {
        let own = json!({ "name": name, "category": category, "displayName": shown });
        with(own, &compliance.group(assignment, at))
    });
    let own = json!({
        "id": assignment.id(),
        "displayName": assignment.display_name(),
        "standIn": assignment.is_stand_in(),
        "scope": assignment.scope(),
        "enforcementMode": assignment.enforcement_mode(),
        "initiativeId": assignment.initiative_id(),
        "error": assignment.error(),
        "nonCompliantPolicies": compliance.non_compliant_policies(assignment),
        "groups": groups.collect::<Vec<_>>(),
        "policies": assignment.pairs().map(|pair| policy(report, pair)).collect::<Vec<_>>(),
    });
    with(own, &compliance.assignment(assignment))
}

fn policy(report: &Report<'_>, pair: PairView<'_>) -> Value {
    let own = json!({
        "referenceId": pair.reference_id(),
        "definitionId": pair.definition_id(),
        "displayName": pair.display_name(),
        "effect": pair.policy().map(|policy| policy.effect()),
        "groups": pair.groups().collect::<Vec<_>>(),
        "error": pair.error(),
    });
    let mut level = with(own, &report.judgement.compliance.pair(pair));
    // What could not be linked has no resources, and says so (spec S-9).
    if pair.error().is_some()
        && let Some(level) = level.as_object_mut()
    {
        level.insert("state".into(), State::Error.name().into());
    }
    level
}

/// Exemptions by id: whether they have ended, and how many resources each would cover if it had not (spec G-85).
fn exemptions(report: &Report<'_>) -> Vec<Value> {
    let compliance = &report.judgement.compliance;
    let ended: BTreeSet<&str> = compliance.ended(report.context).map(|exemption| exemption.id()).collect();
    let described = |exemption: ordain::ExemptionView<'_>| {
        json!({
            "id": exemption.id(), "displayName": exemption.display_name(), "category": exemption.category(),
            "expiresOn": exemption.expires_on(), "ended": ended.contains(exemption.id()),
            "wouldCover": compliance.would_cover(exemption.id()),
        })
    };
    report.engine.exemptions().map(described).collect()
}

/// An object with the numbers of a node.
fn with(own: Value, level: &Level) -> Value {
    let (Value::Object(mut own), Value::Object(numbers)) = (own, node(level)) else { return Value::Null };
    own.extend(numbers);
    Value::Object(own)
}

fn node(level: &Level) -> Value {
    json!({
        "state": level.state().map(State::name),
        "resources": level.resources.total(),
        "records": level.records.total(),
        "counts": counts(&level.resources),
        "recordCounts": counts(&level.records),
        "judged": level.resources.judged(),
        "percent": level.resources.percent(),
    })
}

fn counts(counts: &Counts) -> Map<String, Value> {
    counts.iter().map(|(state, count)| (state.name().to_owned(), count.into())).collect()
}
