//! Records of what becomes of a request: the verdict, what each policy says, and the refusal in the service's shape
//! (spec E-17, S-49).

use super::azure::{self, AzureOptions};
use super::{ConditionRecord, PolicyRecord, condition};
use crate::effects::{Change, PatchOperation, Standing};
use crate::engine::{Edit, Request, Ruling, RulingKind};
use crate::explain::Values;
use crate::value::Value;
use serde::Serialize;

/// What stands in the place of a secret.
const MASK: &str = "******";

/// What becomes of a request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RequestRecord {
    /// `allowed`, `denied` or `undecided`.
    pub verdict: &'static str,
    /// Of `undecided` what is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// What each policy has to say, in the order in which requests are judged.
    pub rulings: Vec<RulingRecord>,
    /// What policies change in the body, values of secrets masked; null when that cannot be said as a patch.
    pub patch: Option<Vec<PatchOperation>>,
    /// The answer of the service; of a denied request only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<RefusalRecord>,
}

/// What one policy has to say.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RulingRecord {
    /// `changed`, `suppressed`, `denied`, `skipped`, `flagged`, `open`, `later` or `notEnforced`.
    pub kind: &'static str,
    /// Which policy.
    pub policy: PolicyRecord,
    /// Which assignment; absent where nothing is assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<AssignmentRecord>,
    /// The reference in the initiative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_id: Option<String>,
    /// Whether the assignment is enforced here.
    pub enforced: bool,
    /// Of `denied` why (`Denied`, `Failed`, `CannotChange`, `Conflict`), of `open` what is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// What is to be said, in one sentence.
    pub message: String,
    /// The assignment's own message (spec G-62).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub non_compliance_message: Option<String>,
    /// Of `open` whether the verdict hangs on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decides: Option<bool>,
    /// What is changed, place by place; of `suppressed` what would be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<EditRecord>,
    /// Of `changed` false, of `suppressed` true: another policy keeps it from being carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<bool>,
    /// Of `changed` and `skipped` what the policy would change and leaves out, since it cannot write there or another
    /// value is there already: a sentence each (spec E-44, E-49).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Of `open` what would be changed if the rule were true, in the policy's terms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tentative: Vec<OperationRecord>,
    /// Of `later` the type that is looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related_type: Option<String>,
    /// Of `later` whether there is certainly none; else the input may just lack it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certain: Option<bool>,
    /// The conditions that decided, in the policy's order.
    pub conditions: Vec<ConditionRecord>,
}

/// An assignment.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AssignmentRecord {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub display_name: String,
}

/// A place that a policy changes.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EditRecord {
    /// The place as people write it.
    pub path: String,
    /// What is there; absent when it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<serde_json::Value>,
    /// What is there afterwards; absent when it is taken out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<serde_json::Value>,
}

/// An operation of a policy whose rule is unknown.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OperationRecord {
    /// `add`, `addOrReplace` or `remove`.
    pub operation: &'static str,
    /// The field.
    pub field: String,
    /// The value, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<serde_json::Value>,
}

/// A refusal, keys in the order of the service (spec S-49).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RefusalRecord {
    /// Always `RequestDisallowedByPolicy`.
    pub code: &'static str,
    /// The resource's name.
    pub target: String,
    /// The reasons in one text.
    pub message: String,
    /// One entry for each pair that refuses.
    pub additional_info: Vec<ViolationRecord>,
}

/// One pair that refuses.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ViolationRecord {
    /// Always `PolicyViolation`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The pair, and what was evaluated.
    pub info: ViolationInfo,
}

/// The pair that refuses, and what was evaluated.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ViolationInfo {
    /// What people call the definition.
    pub policy_definition_display_name: String,
    /// The conditions that decided, as in policy states (spec S-42).
    pub evaluation_details: azure::EvaluationDetails,
    /// The definition's id.
    pub policy_definition_id: String,
    /// Last segment of it.
    pub policy_definition_name: String,
    /// The effective effect.
    pub policy_definition_effect: &'static str,
    /// The assignment, where there is one.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<ViolationAssignment>,
    /// The initiative, where there is one.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub initiative: Option<ViolationInitiative>,
}

/// The assignment behind a refusal.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ViolationAssignment {
    /// Its id.
    pub policy_assignment_id: String,
    /// Last segment of it.
    pub policy_assignment_name: String,
    /// What people call it.
    pub policy_assignment_display_name: String,
    /// Where it holds.
    pub policy_assignment_scope: String,
    /// Its parameters as written.
    pub policy_assignment_parameters: serde_json::Value,
}

/// The initiative behind a refusal.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ViolationInitiative {
    /// Its id.
    pub policy_set_definition_id: String,
    /// Last segment of it.
    pub policy_set_definition_name: String,
    /// The reference in it.
    pub policy_definition_reference_id: String,
}

/// The record of a request; `name` is that of its resource.
///
/// ```
/// # fn main() -> Result<(), ordain::Error> {
/// let engine = ordain::Engine::builder()
///     .definition_json(r#"{"mode": "All", "policyRule": {
///         "if": {"field": "kind", "equals": "open"}, "then": {"effect": "deny"}}}"#)?
///     .build()?;
/// let body = serde_json::json!({"type": "A.B/c", "name": "n", "kind": "open"});
/// let request = engine.request(&body, &Default::default()).expect("a resource");
/// let record = serde_json::to_value(ordain::report::request::record(&request, "n", Default::default()));
/// let record = record.expect("records are JSON");
/// assert_eq!(record["verdict"], "denied");
/// assert_eq!(record["error"]["code"], "RequestDisallowedByPolicy");
/// assert_eq!(record["error"]["message"],
///     "Resource 'n' was disallowed by policy. Reasons: kind is `open`. See error details for policy resource IDs.");
/// # Ok(()) }
/// ```
#[must_use]
pub fn record(request: &Request<'_>, name: &str, values: Values) -> RequestRecord {
    RequestRecord {
        verdict: request.verdict.name(),
        reason: request.reason.map(crate::value::Reason::name),
        rulings: request.rulings.iter().map(|ruling| self::ruling(ruling, values)).collect(),
        patch: request.patch.as_ref().map(|patch| patch.iter().map(|op| masked(op, values)).collect()),
        error: refusal(request, name, values),
    }
}

/// The answer of the service to a request that policies refuse (spec S-49); `None` for any other.
#[must_use]
pub fn refusal(request: &Request<'_>, name: &str, values: Values) -> Option<RefusalRecord> {
    let denials: Vec<&Ruling<'_>> = request.denials().collect();
    if denials.is_empty() {
        return None;
    }
    let reason = |denial: &&Ruling<'_>| match denial.message() {
        Some(message) => message.to_owned(),
        None => denial.sentence(values),
    };
    let reasons = denials.iter().map(reason).collect::<Vec<_>>().join("; ");
    Some(RefusalRecord {
        code: "RequestDisallowedByPolicy",
        target: name.to_owned(),
        message: format!(
            "Resource '{name}' was disallowed by policy. Reasons: {}. See error details for policy resource IDs.",
            reasons.trim_end_matches('.')
        ),
        additional_info: denials.iter().map(|denial| violation(denial, values)).collect(),
    })
}

fn violation(denial: &Ruling<'_>, values: Values) -> ViolationRecord {
    let last = |id: &str| id.rsplit('/').next().unwrap_or_default().to_owned();
    let (policy, pair) = (denial.policy, denial.pair);
    let assignment = pair.assignment();
    let options = AzureOptions { details: true, values, ..AzureOptions::default() };
    let assigned = || ViolationAssignment {
        policy_assignment_id: assignment.id().to_owned(),
        policy_assignment_name: assignment.name().to_owned(),
        policy_assignment_display_name: assignment.display_name().to_owned(),
        policy_assignment_scope: assignment.scope().unwrap_or_default().to_owned(),
        policy_assignment_parameters: assignment
            .parameters()
            .map_or_else(|| serde_json::Value::Object(serde_json::Map::new()), Value::to_json),
    };
    let initiative = |id: &str| ViolationInitiative {
        policy_set_definition_id: id.to_owned(),
        policy_set_definition_name: last(id),
        policy_definition_reference_id: pair.reference_id().to_owned(),
    };
    ViolationRecord {
        kind: "PolicyViolation",
        info: ViolationInfo {
            policy_definition_display_name: policy.display_name().to_owned(),
            evaluation_details: azure::expressions(&denial.why, options),
            policy_definition_id: policy.id().to_owned(),
            policy_definition_name: last(policy.id()),
            policy_definition_effect: policy.effect(),
            assignment: (!assignment.is_stand_in()).then(assigned),
            initiative: assignment.initiative_id().map(initiative),
        },
    }
}

/// The record of what one policy says.
#[must_use]
pub fn ruling(ruling: &Ruling<'_>, values: Values) -> RulingRecord {
    let (policy, pair) = (ruling.policy, ruling.pair);
    let assignment = pair.assignment();
    let why = &ruling.why;
    let decided = match &ruling.kind {
        RulingKind::Open { .. } => why.unknown(),
        _ if ruling.has_failed() => why.failed().into_iter().collect(),
        _ => why.decisive(),
    };
    let mut record = RulingRecord {
        kind: ruling.kind.name(),
        policy: PolicyRecord {
            id: policy.id().to_owned(),
            name: policy.name().to_owned(),
            display_name: policy.display_name().to_owned(),
            effect: policy.effect(),
        },
        assignment: (!assignment.is_stand_in()).then(|| AssignmentRecord {
            id: assignment.id().to_owned(),
            display_name: assignment.display_name().to_owned(),
        }),
        reference_id: Some(pair.reference_id().to_owned()).filter(|reference| !reference.is_empty()),
        enforced: ruling.enforced,
        reason: None,
        message: ruling.sentence(values),
        non_compliance_message: ruling.message().map(str::to_owned),
        decides: None,
        changes: Vec::new(),
        suppressed: None,
        left_out: ruling.left_out(values),
        tentative: Vec::new(),
        related_type: None,
        certain: None,
        conditions: decided.into_iter().map(|compared| condition(compared, why, values)).collect(),
    };
    match &ruling.kind {
        RulingKind::Changes { standing, edits, .. } => {
            record.changes = edits.iter().map(|edit| edit_record(edit, values)).collect();
            record.suppressed = Some(*standing == Standing::Suppressed);
        }
        RulingKind::Denies { reason, .. } => record.reason = Some(reason.name()),
        RulingKind::Open { reason, decides, change } => {
            record.reason = Some(reason.name());
            record.decides = Some(*decides);
            record.tentative = change.as_ref().map(|change| operations(change, values)).unwrap_or_default();
        }
        RulingKind::Later { resource_type, certain, .. } => {
            record.related_type = Some(resource_type.clone());
            record.certain = Some(*certain);
        }
        RulingKind::Skips { .. } | RulingKind::Flags | RulingKind::NotEnforced { .. } => {}
    }
    record
}

fn edit_record(edit: &Edit, values: Values) -> EditRecord {
    let secret = values == Values::MaskSecrets && edit.is_secret();
    let json = |value: &Value| if secret { MASK.into() } else { plain(value, values) };
    EditRecord {
        path: edit.path.clone(),
        before: edit.before.as_ref().map(json),
        after: edit.after.as_ref().map(json),
    }
}

fn operations(change: &Change, values: Values) -> Vec<OperationRecord> {
    let json = |field: &str, value: &Value| match crate::explain::is_secret(field) {
        true if values == Values::MaskSecrets => MASK.into(),
        _ => plain(value, values),
    };
    let record = |operation: &crate::effects::ChangeOperation| OperationRecord {
        operation: operation.operation.name(),
        field: operation.field.clone(),
        value: operation.value.as_ref().map(|value| json(&operation.field, value)),
    };
    change.operations.iter().map(record).collect()
}

fn plain(value: &Value, values: Values) -> serde_json::Value {
    match values {
        Values::Show => value.to_json(),
        Values::MaskSecrets => crate::explain::masked(value).to_json(),
    }
}

fn masked(operation: &PatchOperation, values: Values) -> PatchOperation {
    if values == Values::Show {
        return operation.clone();
    }
    let secret = operation.path.split('/').any(crate::explain::is_secret);
    let value = operation.value.as_ref().map(|value| match secret {
        true => Value::text(MASK),
        false => crate::explain::masked(value),
    });
    PatchOperation { value, ..operation.clone() }
}
