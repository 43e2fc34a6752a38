//! Records in the shape of Azure's policy states, so that what reads Azure's output reads ours (spec 09 sections 6
//! and 7).

mod details;
mod summary;

pub(super) use details::expressions;
pub use details::{EvaluatedExpression, EvaluationDetails, IfNotExistsDetails, details};
pub use summary::{
    AssignmentSummary, DefinitionSummary, GroupSummary, StateCount, Summaries, Summary, SummaryResults,
    summary,
};

use crate::document::Document;
use crate::engine::{Context, Outcome};
use crate::explain::{Explanation, Values};
use crate::ids::ResourceId;
use crate::outcome::State;
use crate::value::{Node, Object, Value, View, text, time};
use serde::Serialize;
use serde_json::json;

/// How records are written.
#[derive(Clone, Copy, Debug, Default)]
pub struct AzureOptions {
    /// Whether `policyEvaluationDetails` are filled (spec S-42).
    pub details: bool,
    /// Whether values of secrets are shown (spec S-47).
    pub values: Values,
    /// Whether long values are written whole (spec S-48).
    pub full_values: bool,
    /// Whether what the service has no key for is written under `ordain` (spec S-50).
    pub extras: bool,
}

/// One record, keys in the order of the service (spec S-41).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AzureRecord {
    /// Always null.
    #[serde(rename = "@odata.id")]
    pub odata_id: Option<String>,
    /// What kind of entity it is.
    #[serde(rename = "@odata.context")]
    pub odata_context: &'static str,
    /// The clock; null without one.
    pub timestamp: Option<String>,
    /// The resource's id as exported.
    pub resource_id: String,
    /// The assignment's id as its document spells it; empty without one.
    pub policy_assignment_id: String,
    /// The definition's id as its document spells it.
    pub policy_definition_id: String,
    /// The bound parameters as JSON text.
    pub effective_parameters: String,
    /// Deprecated by the service, and kept.
    pub is_compliant: bool,
    /// In lower case.
    pub subscription_id: String,
    /// As exported.
    pub resource_type: String,
    /// In its normal form.
    pub resource_location: String,
    /// As exported.
    pub resource_group: String,
    /// The tags as JSON text.
    pub resource_tags: String,
    /// Last segment of the assignment's id.
    pub policy_assignment_name: String,
    /// Always empty.
    pub policy_assignment_owner: &'static str,
    /// The assignment's parameters as JSON text.
    pub policy_assignment_parameters: String,
    /// The assignment's scope.
    pub policy_assignment_scope: String,
    /// Last segment of the definition's id.
    pub policy_definition_name: String,
    /// The effective effect in lower case.
    pub policy_definition_action: String,
    /// In lower case.
    pub policy_definition_category: String,
    /// The initiative's id; empty for a single definition.
    pub policy_set_definition_id: String,
    /// Last segment of it.
    pub policy_set_definition_name: String,
    /// Always empty.
    pub policy_set_definition_owner: &'static str,
    /// In lower case.
    pub policy_set_definition_category: String,
    /// The initiative's bound parameters as JSON text.
    pub policy_set_definition_parameters: String,
    /// Names of the management groups above, nearest first, joined by commas.
    pub management_group_ids: String,
    /// The reference in the initiative.
    pub policy_definition_reference_id: String,
    /// The state; what was not evaluated is `Unknown` (spec S-52).
    pub compliance_state: &'static str,
    /// What decided; null unless asked for.
    pub policy_evaluation_details: Option<EvaluationDetails>,
    /// Names of the groups.
    pub policy_definition_group_names: Vec<String>,
    /// The version that was judged.
    pub policy_definition_version: String,
    /// The initiative's.
    pub policy_set_definition_version: String,
    /// Always empty.
    pub policy_assignment_version: &'static str,
    /// Why (spec S-53).
    pub compliance_reason_code: String,
    /// What the service has no key for; absent unless asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ordain: Option<Extras>,
}

/// What the service has no key for (spec S-50).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Extras {
    /// What would follow.
    pub action: super::ActionRecord,
    /// Of `NotEvaluated` and `Error` what the reason code says, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The non-compliance message of the assignment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The exemptions that cover the record, by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exemption_ids: Vec<String>,
    /// What failed, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<String>,
}

impl Extras {
    fn of<D: Document + ?Sized>(outcome: &Outcome<'_>, document: &D) -> Self {
        let message = outcome.message().filter(|_| outcome.state() == State::NonCompliant);
        Self {
            action: super::action(outcome, document),
            reason: outcome.reason(),
            message: message.map(str::to_owned),
            exemption_ids: outcome.exemptions().map(|exemption| exemption.id().to_owned()).collect(),
            diagnostics: outcome.fault().map(|fault| fault.message().to_owned()).into_iter().collect(),
        }
    }
}

/// The envelope around records.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Envelope<'r> {
    /// What it holds.
    #[serde(rename = "@odata.context")]
    pub odata_context: &'static str,
    /// Number of records.
    #[serde(rename = "@odata.count")]
    pub odata_count: usize,
    /// The records.
    pub value: &'r [AzureRecord],
}

/// The envelope around records (spec S-40), which are to be in the order of resource ids, then of pairs.
#[must_use]
pub fn envelope(records: &[AzureRecord]) -> Envelope<'_> {
    Envelope { odata_context: "policyStates/$metadata#latest", odata_count: records.len(), value: records }
}

/// The record of one outcome. `document` must be the one that was judged, `context` the one that it was judged in.
#[must_use]
pub fn record<D: Document + ?Sized>(
    outcome: &Outcome<'_>,
    document: &D,
    context: &Context,
    options: AzureOptions,
) -> AzureRecord {
    let root = document.root();
    let text_of = |names: &[&str]| names.iter().find_map(|name| text(root, name)).unwrap_or_default();
    let id = text_of(&["id", "ResourceId"]).trim_end_matches('/').to_owned();
    let parsed = ResourceId::parse(&id).unwrap_or_default();
    let (policy, pair) = (outcome.policy(), outcome.pair());
    let assignment = pair.assignment();
    let assigned = !assignment.is_stand_in();
    let of_assignment = |text: &str| if assigned { text.to_owned() } else { String::new() };
    let needs_why = options.details || outcome.state() == State::NonCompliant;
    let why = needs_why.then(|| outcome.explain(document));
    let kind = text_of(&["type", "ResourceType"]);
    let last = |id: &str| id.rsplit('/').next().unwrap_or_default().to_owned();
    let set_id = assignment.initiative_id().unwrap_or_default();
    let subscription = parsed.subscription.unwrap_or_default().to_ascii_lowercase();
    let chain = outcome.hierarchy().chain(&subscription).map(|c| c.collect::<Vec<_>>().join(","));
    AzureRecord {
        odata_id: None,
        odata_context: "policyStates/$metadata#latest/$entity",
        timestamp: context
            .clock()
            .map(|now| format!("{}Z", &time::round_trip(now).get(..19).unwrap_or_default())),
        policy_assignment_id: of_assignment(assignment.id()),
        policy_definition_id: policy.id().to_owned(),
        effective_parameters: bound(policy.parameters()),
        is_compliant: outcome.state().is_compliant(),
        resource_type: match kind {
            "" => parsed.resource_type().unwrap_or_default(),
            kind => kind.split('@').next().unwrap_or_default().to_owned(),
        },
        resource_location: text::location(text_of(&["location"])).into_owned(),
        resource_group: match parsed.resource_group {
            Some(group) => group.to_owned(),
            None => text_of(&["resourceGroup", "ResourceGroupName"]).to_owned(),
        },
        resource_tags: root.member("tags").map(as_text).unwrap_or_default(),
        policy_assignment_name: of_assignment(assignment.name()),
        policy_assignment_owner: "",
        policy_assignment_parameters: assignment.parameters().map(as_text).unwrap_or_default(),
        policy_assignment_scope: assignment.scope().unwrap_or_default().to_owned(),
        policy_definition_name: last(policy.id()),
        policy_definition_action: policy.effect().to_ascii_lowercase(),
        policy_definition_category: policy.category().to_lowercase(),
        policy_set_definition_id: set_id.to_owned(),
        policy_set_definition_name: last(set_id),
        policy_set_definition_owner: "",
        policy_set_definition_category: assignment.initiative_category().unwrap_or_default().to_lowercase(),
        policy_set_definition_parameters: assignment.initiative_parameters().map(bound).unwrap_or_default(),
        management_group_ids: chain.unwrap_or_default(),
        policy_definition_reference_id: pair.reference_id().to_owned(),
        compliance_state: match outcome.state() {
            State::NotEvaluated => "Unknown",
            state => state.name(),
        },
        policy_evaluation_details: why
            .as_ref()
            .filter(|_| options.details)
            .map(|why| details(outcome, why, options)),
        policy_definition_group_names: pair.groups().map(str::to_owned).collect(),
        policy_definition_version: policy.version().to_owned(),
        policy_set_definition_version: assignment.initiative_version().unwrap_or_default().to_owned(),
        policy_assignment_version: "",
        compliance_reason_code: reason(outcome, why.as_ref()).unwrap_or_default().to_owned(),
        ordain: options.extras.then(|| Extras::of(outcome, document)),
        subscription_id: subscription,
        resource_id: id,
    }
}

/// Why, in one word (spec S-53). `why` is the outcome's explanation, which only `NonCompliant` needs.
#[must_use]
pub fn reason(outcome: &Outcome<'_>, why: Option<&Explanation>) -> Option<&'static str> {
    match outcome.state() {
        State::NonCompliant if outcome.is_manual() => {
            Some(if outcome.attestation_id().is_some() { "Attested" } else { "DefaultNonCompliant" })
        }
        State::NonCompliant => why.and_then(Explanation::reason_code),
        State::Exempt => outcome.exemption().map(|exemption| exemption.category()),
        State::NotEvaluated | State::Error => outcome.reason(),
        _ => None,
    }
}

/// Parameters as the service writes them: text of JSON, keys sorted; empty for none.
fn bound(parameters: &Object) -> String {
    if parameters.is_empty() {
        return String::new();
    }
    let wrap = |value: &Value| json!({ "value": value.to_json() });
    let members = parameters.members().iter().map(|(name, value)| (name.to_string(), wrap(value)));
    serde_json::Value::Object(members.collect()).to_string()
}

/// A value as text of JSON; empty for nothing, for null and for an object without members.
fn as_text<'d, N: Node<'d>>(node: N) -> String {
    match node.view() {
        View::Null => String::new(),
        View::Object if node.entries().next().is_none() => String::new(),
        _ => node.to_value().to_json().to_string(),
    }
}

fn text<'d, N: Node<'d>>(node: N, name: &str) -> Option<&'d str> {
    match node.member(name)?.view() {
        View::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}
