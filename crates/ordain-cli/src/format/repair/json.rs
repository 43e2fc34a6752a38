//! Repairs for programs: one document (schema version 1).

use super::Repairs;
use crate::command::fix::is_written;
use crate::format::json::told;
use crate::repair::Planned;
use ordain::{Outcome, PlannedChange, PlannedDeployment, State, Value as Known};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Raised when a member changes its meaning or goes away; new members do not count.
const SCHEMA_VERSION: u32 = 1;

/// One document.
pub fn json(report: &Repairs<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{{\n  \"schemaVersion\": {SCHEMA_VERSION},\n  \"summary\": {},", summary(report))?;
    list(out, "resources", report.planned.iter().map(|plan| resource(report, plan)), ",")?;
    list(out, "remediations", remediations(report.planned).into_iter(), ",")?;
    list(out, "diagnostics", report.found.diagnostics.iter().map(told), "")?;
    writeln!(out, "}}")
}

/// A member that is a list, an element a line.
fn list(
    out: &mut dyn Write,
    name: &str,
    elements: impl Iterator<Item = Value>,
    after: &str,
) -> io::Result<()> {
    write!(out, "  \"{name}\": [")?;
    for (at, element) in elements.enumerate() {
        write!(out, "{}\n    {element}", if at > 0 { "," } else { "" })?;
    }
    writeln!(out, "\n  ]{after}")
}

fn summary(report: &Repairs<'_>) -> Value {
    let changes = || report.planned.iter().flat_map(|plan| &plan.repair.changes);
    let deployments = report.planned.iter().flat_map(|plan| &plan.repair.deployments);
    json!({
        "patches": report.planned.iter().filter(|plan| plan.repair.has_patch()).count(),
        "withoutPatch": report.planned.iter().filter(|plan| plan.repair.patch.is_none()).count(),
        "leftOut": changes().filter(|planned| planned.left_out.is_some()).count(),
        "stillNonCompliant": changes().filter(|planned| planned.is_left()).count(),
        "deployments": deployments.count(),
        "written": report.written.iter().map(|file| file.source.name()).collect::<Vec<_>>(),
    })
}

fn resource(report: &Repairs<'_>, plan: &Planned<'_>) -> Value {
    let row = plan.judged.row;
    let at = row.source.position(row.json.span.start);
    let resource = plan.judged.resource();
    json!({
        "resourceId": resource.id, "name": resource.name, "type": resource.kind,
        "source": { "file": row.source.name(), "line": at.line, "column": at.column },
        "patch": plan.repair.patch,
        "unresolved": plan.repair.unresolved.map(|reason| reason.name()),
        "written": is_written(plan, report.written),
        "changes": plan.repair.changes.iter().map(change).collect::<Vec<_>>(),
        "deployments": plan.repair.deployments.iter().map(deployment).collect::<Vec<_>>(),
    })
}

/// Which pair it is of.
fn pair(outcome: &Outcome<'_>) -> Map<String, Value> {
    let (pair, policy) = (outcome.pair(), outcome.policy());
    let mut members = Map::new();
    if !pair.assignment().is_stand_in() {
        members.insert("assignmentId".into(), pair.assignment().id().into());
        members.insert("referenceId".into(), pair.reference_id().into());
    }
    let described = json!({
        "id": policy.id(), "name": policy.name(), "displayName": policy.display_name(), "effect": policy.effect(),
    });
    members.insert("policy".into(), described);
    members
}

fn change(planned: &PlannedChange<'_>) -> Value {
    let change = &planned.change;
    let operations = change.operations.iter().map(|operation| {
        json!({
            "index": operation.index, "operation": operation.operation.name(),
            "field": operation.field, "value": operation.value,
        })
    });
    let skipped = change.skipped.iter().map(
        |skipped| json!({ "index": skipped.index, "field": skipped.field, "reason": skipped.reason.name() }),
    );
    let conflicts = change.conflicts.iter().map(|found| {
        json!({
            "index": found.index, "reason": ordain::ExistingValue::REASON, "path": found.path,
            "current": found.current, "wanted": found.wanted,
        })
    });
    let more = json!({
        "enforced": planned.outcome.is_enforced(),
        "leftOut": planned.left_out.map(|why| why.name()),
        "operations": operations.collect::<Vec<_>>(),
        "skipped": skipped.collect::<Vec<_>>(),
        "conflicts": conflicts.collect::<Vec<_>>(),
        "error": change.error.as_ref().map(|fault| json!({ "kind": fault.kind().name(), "message": fault.message() })),
        "stateBefore": planned.outcome.state().name(),
        "stateAfter": planned.state_after.map(State::name),
        "roleDefinitionIds": change.role_definition_ids.iter().map(Known::to_json).collect::<Vec<_>>(),
    });
    together(pair(&planned.outcome), more)
}

fn deployment(planned: &PlannedDeployment<'_>) -> Value {
    let deployment = &planned.deployment;
    let parameters = deployment.parameters.members().iter();
    let more = json!({
        "enforced": planned.outcome.is_enforced(),
        "tentative": deployment.tentative,
        "scope": deployment.scope,
        "location": deployment.location,
        "mode": deployment.mode,
        "parameters": parameters.map(|(name, value)| (name.to_string(), value.to_json())).collect::<Map<_, _>>(),
        "unresolved": deployment.unresolved.map(|reason| reason.name()),
        "failedParameters": deployment.failed_parameters.iter()
            .map(|(name, f)| (name.to_string(), json!({ "kind": f.kind().name(), "message": f.message() })))
            .collect::<Map<_, _>>(),
        "error": deployment.error.as_ref().map(|f| json!({ "kind": f.kind().name(), "message": f.message() })),
        "roleDefinitionIds": deployment.role_definition_ids.iter().map(Known::to_json).collect::<Vec<_>>(),
    });
    together(pair(&planned.outcome), more)
}

fn together(mut own: Map<String, Value>, more: Value) -> Value {
    if let Value::Object(more) = more {
        own.extend(more);
    }
    Value::Object(own)
}

/// The same by pair, as remediation tasks are (spec E-110): what each is about, without what is left out.
fn remediations(planned: &[Planned<'_>]) -> Vec<Value> {
    let mut pairs: Vec<(Outcome<'_>, Vec<&str>)> = Vec::new();
    for plan in planned {
        let id = plan.judged.resource().id;
        let changes = plan.repair.changes.iter().filter(|p| p.left_out.is_none()).map(|p| p.outcome);
        let deployments =
            plan.repair.deployments.iter().filter(|p| !p.deployment.tentative).map(|p| p.outcome);
        for outcome in changes.chain(deployments).filter(|outcome| outcome.policy().is_remediable()) {
            match pairs.iter_mut().find(|(known, _)| known.pair().index() == outcome.pair().index()) {
                Some((_, ids)) => ids.push(id),
                None => pairs.push((outcome, vec![id])),
            }
        }
    }
    pairs.sort_by_cached_key(|(outcome, _)| {
        let pair = outcome.pair();
        (pair.assignment().id().to_ascii_lowercase(), pair.reference_id().to_ascii_lowercase())
    });
    let described =
        |(outcome, ids): (Outcome<'_>, Vec<&str>)| together(pair(&outcome), json!({ "resourceIds": ids }));
    pairs.into_iter().map(described).collect()
}
