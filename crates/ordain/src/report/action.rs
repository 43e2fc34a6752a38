//! What an outcome asks for, as a record (spec E-30).

use crate::document::Document;
use crate::effects::{Change, Deployment, ExistingValue, PatchOperation};
use crate::engine::Outcome;
use crate::outcome::State;
use crate::value::Value;
use serde::Serialize;

/// The action of an outcome. Which members there are depends on its kind.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ActionRecord {
    /// `none`, `audit`, `deny`, `append`, `modify`, `auditMissing`, `deploy`, `denyAction` or `attest`.
    pub kind: &'static str,
    /// Whether the assignment enforces its effect.
    pub enforced: bool,
    /// Whether it is not certain that it is asked for (spec E-28, E-93).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tentative: bool,
    /// Of append and modify: the operations in the policy's terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operations: Option<Vec<OperationRecord>>,
    /// Of append and modify: the same as RFC 6902; null when this document has no place for them (spec E-59).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<Option<Vec<PatchOperation>>>,
    /// Whether another policy is in the way, so that nothing of it is carried out (spec E-62).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub suppressed: bool,
    /// Of append and modify: what is left out, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<Vec<SkippedRecord>>,
    /// Of append and modify: values that are there already and differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflicts: Option<Vec<ExistingRecord>>,
    /// Of auditMissing and deploy, and of none where a related resource satisfies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related: Option<RelatedRecord>,
    /// Of deploy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment: Option<DeploymentRecord>,
    /// Of modify and deploy: roles that the identity of a remediation needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_definition_ids: Option<Vec<Value>>,
    /// Of denyAction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_names: Option<Vec<String>>,
    /// Of denyAction: what becomes of the resource when its group is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cascade_behaviors: Option<CascadeRecord>,
    /// Of attest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_state: Option<&'static str>,
    /// What is worth knowing about a change (spec E-41, E-45).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<&'static str>,
    /// What failed while it was worked out (spec E-47, E-100).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// An operation in the policy's terms.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct OperationRecord {
    /// Its place among the policy's operations.
    pub index: usize,
    /// `add`, `addOrReplace`, `remove` or `append`.
    pub operation: &'static str,
    /// The field.
    pub field: String,
    /// The value; absent for `remove`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

/// An operation that is not carried out.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SkippedRecord {
    /// Its place among the policy's operations.
    pub index: usize,
    /// The field.
    pub field: String,
    /// Why (spec E-67).
    pub reason: &'static str,
}

/// A value that is there already and differs (spec E-49).
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ExistingRecord {
    /// `ExistingValueDiffers`.
    pub reason: &'static str,
    /// A pointer to it.
    pub path: String,
    /// What is there.
    pub current: Value,
    /// What the policy would add.
    pub wanted: Value,
}

/// The search for a related resource.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RelatedRecord {
    /// The type that was looked for.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// Number of candidates.
    pub total: usize,
    /// The id of the candidate that was judged last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_evaluated: Option<String>,
}

/// A deployment that would be issued.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DeploymentRecord {
    /// The id of what it goes to; null when nobody names the group (spec E-97).
    pub scope: Option<String>,
    /// Where deployments to a subscription are kept.
    pub location: Option<Value>,
    /// The mode as written.
    pub mode: Option<String>,
    /// What is passed to the template.
    pub parameters: Value,
    /// The template, untouched.
    pub template: Value,
}

/// What becomes of a resource when its group is deleted.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CascadeRecord {
    /// `allow` or `deny`.
    pub resource_group: &'static str,
}

/// The action of an outcome. `document` must be the one that was judged.
///
/// ```
/// # fn main() -> Result<(), ordain::Error> {
/// let engine = ordain::Engine::builder()
///     .definition_json(r#"{"mode": "All", "policyRule": {
///         "if": {"field": "tags.env", "exists": false},
///         "then": {"effect": "modify", "details": {"roleDefinitionIds": ["/r"],
///             "operations": [{"operation": "add", "field": "tags.env", "value": "prod"}]}}}}"#)?
///     .build()?;
/// let resource = serde_json::json!({"type": "A.B/c", "name": "n", "tags": {}});
/// let evaluation = engine.evaluate(&resource)?;
/// let action = ordain::report::action(&evaluation.outcomes().next().expect("one"), &resource);
/// assert_eq!(serde_json::to_value(&action).expect("JSON"), serde_json::json!({
///     "kind": "modify", "enforced": true,
///     "operations": [{"index": 0, "operation": "add", "field": "tags.env", "value": "prod"}],
///     "patch": [{"op": "add", "path": "/tags/env", "value": "prod"}],
///     "skipped": [], "conflicts": [], "roleDefinitionIds": ["/r"]}));
/// # Ok(()) }
/// ```
#[must_use]
pub fn action<D: Document + ?Sized>(outcome: &Outcome<'_>, document: &D) -> ActionRecord {
    let policy = outcome.policy();
    let missing = outcome.state() == State::NonCompliant || outcome.state() == State::NotEvaluated;
    let related = outcome.related().map(|related| RelatedRecord {
        resource_type: related.resource_type().to_owned(),
        total: related.total(),
        last_evaluated: related.last_id().map(str::to_owned),
    });
    let base = ActionRecord { kind: "none", enforced: outcome.is_enforced(), ..ActionRecord::default() };
    if let Some(change) = outcome.change(document) {
        let suppressed = outcome.is_suppressed();
        return ActionRecord { suppressed, ..changing(base, &change, policy.effect()) };
    }
    if let Some(default_state) = policy.default_state() {
        return ActionRecord { kind: "attest", default_state: Some(default_state), ..base };
    }
    if related.is_some() && missing {
        let tentative = outcome.state() == State::NotEvaluated;
        let base = ActionRecord { tentative, related, ..base };
        if policy.effect() != "deployIfNotExists" {
            return ActionRecord { kind: "auditMissing", ..base };
        }
        let deployment = outcome.deployment(document);
        let error = deployment.as_ref().and_then(|d| d.error.as_ref()).map(ToString::to_string);
        let roles = policy.role_definition_ids().to_vec();
        let deployment = deployment.map(deployed);
        return ActionRecord { kind: "deploy", deployment, role_definition_ids: Some(roles), error, ..base };
    }
    match (outcome.state(), policy.effect()) {
        (State::Protected, _) => ActionRecord {
            kind: "denyAction",
            action_names: Some(policy.refused_actions().into_iter().map(str::to_owned).collect()),
            cascade_behaviors: policy.cascade().map(|c| CascadeRecord { resource_group: c.name() }),
            ..base
        },
        (State::NonCompliant, effect @ ("audit" | "deny")) => ActionRecord { kind: effect, ..base },
        _ => ActionRecord { related, ..base },
    }
}

fn changing(base: ActionRecord, change: &Change, effect: &'static str) -> ActionRecord {
    let operations = change.operations.iter().map(|operation| OperationRecord {
        index: operation.index,
        operation: operation.operation.name(),
        field: operation.field.clone(),
        value: operation.value.clone(),
    });
    let skipped = change.skipped.iter().map(|skipped| SkippedRecord {
        index: skipped.index,
        field: skipped.field.clone(),
        reason: skipped.reason.name(),
    });
    let conflicts = change.conflicts.iter().map(|existing| ExistingRecord {
        reason: ExistingValue::REASON,
        path: existing.path.clone(),
        current: existing.current.clone(),
        wanted: existing.wanted.clone(),
    });
    ActionRecord {
        kind: effect,
        tentative: change.tentative,
        operations: Some(operations.collect()),
        patch: Some(change.patch.clone()),
        skipped: Some(skipped.collect()),
        conflicts: Some(conflicts.collect()),
        role_definition_ids: (effect == "modify").then(|| change.role_definition_ids.clone()),
        notes: change.notes.iter().map(|note| note.name()).collect(),
        error: change.error.as_ref().map(ToString::to_string),
        ..base
    }
}

fn deployed(deployment: Deployment) -> DeploymentRecord {
    DeploymentRecord {
        scope: deployment.scope,
        location: deployment.location,
        mode: deployment.mode,
        parameters: Value::object(deployment.parameters),
        template: deployment.template,
    }
}
