//! Records in the shape of Azure's policy states, so that what reads Azure's output reads ours (spec 09 sections 6
//! and 7).

use crate::compliance::{Compliance, Counts, Level};
use crate::document::Document;
use crate::engine::{Context, Outcome, PairView};
use crate::evaluate::Truth;
use crate::explain::{Compared, Explanation, PathItem, Values};
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
    pub policy_evaluation_details: Option<serde_json::Value>,
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
}

/// The envelope around records (spec S-40).
#[must_use]
pub fn envelope(records: &[AzureRecord]) -> serde_json::Value {
    json!({
        "@odata.context": "policyStates/$metadata#latest",
        "@odata.count": records.len(),
        "value": records,
    })
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

/// What decided, in the shape of `policyEvaluationDetails` (spec S-42 … S-48).
#[must_use]
pub fn details(outcome: &Outcome<'_>, why: &Explanation, options: AzureOptions) -> serde_json::Value {
    let looks = outcome.related().is_some();
    let decisive = if looks { why.decisive_of_related() } else { why.decisive() };
    let expressions: Vec<serde_json::Value> =
        decisive.into_iter().map(|compared| expression(compared, options)).collect();
    let mut details = json!({ "evaluatedExpressions": expressions });
    if let (Some(related), Some(details)) = (outcome.related(), details.as_object_mut()) {
        let mut found = serde_json::Map::new();
        if let Some(last) = related.last_id() {
            found.insert("resourceId".into(), last.into());
        }
        found.insert("totalResources".into(), related.total().into());
        details.insert("ifNotExistsDetails".into(), found.into());
    }
    details
}

/// The conditions that decided.
pub(super) fn expressions(why: &Explanation, options: AzureOptions) -> serde_json::Value {
    let expressions: Vec<serde_json::Value> =
        why.decisive().into_iter().map(|compared| expression(compared, options)).collect();
    json!({ "evaluatedExpressions": expressions })
}

/// One condition that decided, keys in the service's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Expression {
    result: &'static str,
    expression_kind: &'static str,
    expression: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expression_value: Option<serde_json::Value>,
    target_value: serde_json::Value,
    operator: String,
}

fn expression(compared: &Compared, options: AzureOptions) -> serde_json::Value {
    let show = |value: &Value| cut(compared.shown(value, options.values).to_json(), options);
    let is_field = compared.kind() == "Field";
    let starred = |side: &crate::explain::Side| {
        side.location().items().iter().any(|item| matches!(item, PathItem::Index(_)))
    };
    // A field with `[*]` is one entry with the array of its values (spec S-46).
    let many = is_field && (compared.subject().contains("[*]") || compared.sides().iter().any(starred));
    let value = match many {
        true => {
            let values: Vec<Value> = compared.sides().iter().filter_map(|s| s.value()).cloned().collect();
            Some(show(&Value::array(values)))
        }
        false => compared.side().and_then(|side| side.value()).map(show),
    };
    let path = compared.location().map(|location| {
        let mut path = String::new();
        for item in location.items() {
            match item {
                PathItem::Index(_) => path.push_str("[*]"),
                PathItem::Key(key) if path.is_empty() => path.push_str(key),
                PathItem::Key(key) => {
                    path.push('.');
                    path.push_str(key);
                }
            }
        }
        path
    });
    let path = path.filter(|path| !path.is_empty()).unwrap_or_else(|| compared.subject().to_owned());
    let mut operator = compared.operator().to_owned();
    if let Some(first) = operator.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let target = match compared.operand() {
        Some(Value::Bool(wanted)) if compared.operator() == "exists" => {
            if *wanted { "True" } else { "False" }.into()
        }
        Some(operand) => show(operand),
        None => serde_json::Value::Null,
    };
    let entry = Expression {
        result: if compared.truth() == Truth::True { "True" } else { "False" },
        expression_kind: compared.kind(),
        expression: compared.subject().to_owned(),
        path: is_field.then_some(path),
        expression_value: value,
        target_value: target,
        operator,
    };
    serde_json::to_value(entry).unwrap_or_default()
}

/// Characters of JSON that a value may have before it is cut (spec S-48).
const LONGEST: usize = 1_000;

fn cut(value: serde_json::Value, options: AzureOptions) -> serde_json::Value {
    if options.full_values {
        return value;
    }
    let written = match &value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match written.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", written.get(..at).unwrap_or_default()).into(),
        None => value,
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

/// A value as text of JSON; empty for nothing and for null.
fn as_text<'d, N: Node<'d>>(node: N) -> String {
    match node.view() {
        View::Null => String::new(),
        _ => node.to_value().to_json().to_string(),
    }
}

fn text<'d, N: Node<'d>>(node: N, name: &str) -> Option<&'d str> {
    match node.member(name)?.view() {
        View::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// The summary in the service's shape (spec S-60 … S-64).
#[must_use]
pub fn summary(compliance: &Compliance<'_>) -> serde_json::Value {
    let engine = compliance.engine();
    let level_of = |pair: &PairView<'_>| compliance.pair(*pair);
    let mut assignments = Vec::new();
    let mut states = Counts::default();
    let mut non_compliant_policies = 0;
    let mut all_groups = Counts::default();
    for assignment in engine.assignments() {
        let level = compliance.assignment(assignment);
        level.state().into_iter().for_each(|state| states.add(state));
        non_compliant_policies += compliance.non_compliant_policies(assignment);
        let (mut pairs, mut groups) = (Counts::default(), Counts::default());
        let definitions: Vec<serde_json::Value> = assignment
            .pairs()
            .map(|pair| {
                let level = level_of(&pair);
                let mut own = Counts::default();
                level.state().into_iter().for_each(|state| {
                    own.add(state);
                    pairs.add(state);
                });
                json!({
                    "policyDefinitionId": pair.definition_id(),
                    "policyDefinitionReferenceId": pair.reference_id(),
                    "policyDefinitionGroupNames": pair.groups().collect::<Vec<_>>(),
                    "effect": pair.policy().map_or("", |policy| policy.effect()).to_ascii_lowercase(),
                    "results": results(&level, None, &own, &Counts::default()),
                })
            })
            .collect();
        let policy_groups: Vec<serde_json::Value> = assignment
            .groups()
            .enumerate()
            .map(|(at, (name, ..))| {
                let level = compliance.group(assignment, at);
                let mut own = Counts::default();
                level.state().into_iter().for_each(|state| {
                    own.add(state);
                    groups.add(state);
                    all_groups.add(state);
                });
                json!({
                    "policyGroupName": name,
                    "results": results(&level, None, &Counts::default(), &own),
                })
            })
            .collect();
        let failing = compliance.non_compliant_policies(assignment);
        assignments.push(json!({
            "policyAssignmentId": if assignment.is_stand_in() { "" } else { assignment.id() },
            "policySetDefinitionId": assignment.initiative_id().unwrap_or_default(),
            "results": results(&level, Some(failing), &pairs, &groups),
            "policyDefinitions": definitions,
            "policyGroups": policy_groups,
        }));
    }
    json!({
        "@odata.context": "policyStates/$metadata#summary",
        "@odata.count": 1,
        "value": [{
            "@odata.id": null,
            "@odata.context": "policyStates/$metadata#summary/$entity",
            "results": results(compliance.overall(), Some(non_compliant_policies), &states, &all_groups),
            "policyAssignments": assignments,
        }],
    })
}

fn results(level: &Level, failing: Option<usize>, policies: &Counts, groups: &Counts) -> serde_json::Value {
    let list = |counts: &Counts| {
        let entry = |(state, count): (State, usize)| {
            let name = if state == State::NotEvaluated { "unknown" } else { state.name() };
            (name.to_ascii_lowercase(), count)
        };
        // What was not evaluated is written as unknown, beside what is (spec S-62).
        let mut merged: Vec<(String, usize)> = Vec::new();
        for (name, count) in counts.iter().map(entry) {
            match merged.iter_mut().find(|(own, _)| *own == name) {
                Some((_, sum)) => *sum += count,
                None => merged.push((name, count)),
            }
        }
        let json = |(name, count): (String, usize)| json!({ "complianceState": name, "count": count });
        merged.into_iter().map(json).collect::<Vec<_>>()
    };
    let mut results = json!({
        "queryResultsUri": null,
        "nonCompliantResources": level.resources.of(State::NonCompliant),
    });
    if let Some(results) = results.as_object_mut() {
        if let Some(failing) = failing {
            results.insert("nonCompliantPolicies".into(), failing.into());
        }
        results.insert("resourceDetails".into(), list(&level.resources).into());
        results.insert("policyDetails".into(), list(policies).into());
        results.insert("policyGroupDetails".into(), list(groups).into());
    }
    results
}
