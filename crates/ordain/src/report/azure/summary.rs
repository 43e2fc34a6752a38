//! Totals in the shape of Azure's summaries (spec S-60 … S-64).

use crate::compliance::{Compliance, Counts, Level};
use crate::engine::{AssignmentView, PairView};
use crate::outcome::State;
use serde::Serialize;

/// The envelope around the one summary.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Summaries {
    /// What it holds.
    #[serde(rename = "@odata.context")]
    pub odata_context: &'static str,
    /// One.
    #[serde(rename = "@odata.count")]
    pub odata_count: usize,
    /// The summary.
    pub value: [Summary; 1],
}

/// Everything together, keys in the order of the service.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Summary {
    /// Always null.
    #[serde(rename = "@odata.id")]
    pub odata_id: Option<String>,
    /// What kind of entity it is.
    #[serde(rename = "@odata.context")]
    pub odata_context: &'static str,
    /// Over all assignments.
    pub results: SummaryResults,
    /// The assignments from the top down.
    pub policy_assignments: Vec<AssignmentSummary>,
}

/// Numbers of one level.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SummaryResults {
    /// Always null: there is nothing to query.
    pub query_results_uri: Option<String>,
    /// Distinct resources.
    pub non_compliant_resources: usize,
    /// Pairs with a finding; absent below assignments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub non_compliant_policies: Option<usize>,
    /// Distinct resources by state.
    pub resource_details: Vec<StateCount>,
    /// What is counted on the level below, by state.
    pub policy_details: Vec<StateCount>,
    /// Groups by state.
    pub policy_group_details: Vec<StateCount>,
}

/// How many are in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StateCount {
    /// In lower case; what was not evaluated is `unknown`.
    pub compliance_state: String,
    /// How many.
    pub count: usize,
}

/// An assignment.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AssignmentSummary {
    /// Its id; empty for what stands for one.
    pub policy_assignment_id: String,
    /// Its initiative; empty for a single definition.
    pub policy_set_definition_id: String,
    /// Over its records.
    pub results: SummaryResults,
    /// Its pairs in the order of the initiative.
    pub policy_definitions: Vec<DefinitionSummary>,
    /// Its groups likewise.
    pub policy_groups: Vec<GroupSummary>,
}

/// A pair.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DefinitionSummary {
    /// Its definition.
    pub policy_definition_id: String,
    /// Its reference; empty for a single definition.
    pub policy_definition_reference_id: String,
    /// Names of its groups.
    pub policy_definition_group_names: Vec<String>,
    /// The effect where no override holds, in lower case; empty when it could not be linked.
    pub effect: String,
    /// Over its records.
    pub results: SummaryResults,
}

/// A group.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GroupSummary {
    /// Its name.
    pub policy_group_name: String,
    /// Over the records of its pairs.
    pub results: SummaryResults,
}

/// The totals in the service's shape.
#[must_use]
pub fn summary(compliance: &Compliance<'_>) -> Summaries {
    let (mut states, mut groups, mut failing) = (Counts::default(), Counts::default(), 0);
    let assignments = compliance.engine().assignments().map(|assignment| {
        let (own, own_groups) = of_assignment(compliance, assignment);
        count(&compliance.assignment(assignment), &mut states);
        own_groups.iter().for_each(|(state, n)| (0..n).for_each(|_| groups.add(state)));
        failing += compliance.non_compliant_policies(assignment);
        own
    });
    let policy_assignments = assignments.collect();
    let results = results(compliance.overall(), Some(failing), &states, &groups);
    Summaries {
        odata_context: "policyStates/$metadata#summary",
        odata_count: 1,
        value: [Summary {
            odata_id: None,
            odata_context: "policyStates/$metadata#summary/$entity",
            results,
            policy_assignments,
        }],
    }
}

/// An assignment, and its groups by state.
fn of_assignment(compliance: &Compliance<'_>, assignment: AssignmentView<'_>) -> (AssignmentSummary, Counts) {
    let (mut pairs, mut groups) = (Counts::default(), Counts::default());
    let pair = |pair: PairView<'_>| {
        let (level, mut own) = (compliance.pair(pair), Counts::default());
        count(&level, &mut own);
        count(&level, &mut pairs);
        DefinitionSummary {
            policy_definition_id: pair.definition_id().to_owned(),
            policy_definition_reference_id: pair.reference_id().to_owned(),
            policy_definition_group_names: pair.groups().map(str::to_owned).collect(),
            effect: pair.policy().map_or("", |policy| policy.effect()).to_ascii_lowercase(),
            results: results(&level, None, &own, &Counts::default()),
        }
    };
    let policy_definitions = assignment.pairs().map(pair).collect();
    let group = |(at, (name, ..)): (usize, (&str, &str, &str))| {
        let (level, mut own) = (compliance.group(assignment, at), Counts::default());
        count(&level, &mut own);
        count(&level, &mut groups);
        GroupSummary {
            policy_group_name: name.to_owned(),
            results: results(&level, None, &Counts::default(), &own),
        }
    };
    let policy_groups = assignment.groups().enumerate().map(group).collect();
    let failing = compliance.non_compliant_policies(assignment);
    let summary = AssignmentSummary {
        policy_assignment_id: if assignment.is_stand_in() { "" } else { assignment.id() }.to_owned(),
        policy_set_definition_id: assignment.initiative_id().unwrap_or_default().to_owned(),
        results: results(&compliance.assignment(assignment), Some(failing), &pairs, &groups),
        policy_definitions,
        policy_groups,
    };
    (summary, groups)
}

/// One more node in its state; none without records.
fn count(level: &Level, counts: &mut Counts) {
    level.state().into_iter().for_each(|state| counts.add(state));
}

fn results(level: &Level, failing: Option<usize>, policies: &Counts, groups: &Counts) -> SummaryResults {
    SummaryResults {
        query_results_uri: None,
        non_compliant_resources: level.resources.of(State::NonCompliant),
        non_compliant_policies: failing,
        resource_details: by_state(&level.resources),
        policy_details: by_state(policies),
        policy_group_details: by_state(groups),
    }
}

/// In the order of ranks. What was not evaluated is one with what is unknown (spec S-62).
fn by_state(counts: &Counts) -> Vec<StateCount> {
    let mut merged: Vec<StateCount> = Vec::new();
    for (state, count) in counts.iter() {
        let state = if state == State::NotEvaluated { State::Unknown } else { state };
        let name = state.name().to_ascii_lowercase();
        match merged.iter_mut().find(|entry| entry.compliance_state == name) {
            Some(entry) => entry.count += count,
            None => merged.push(StateCount { compliance_state: name, count }),
        }
    }
    merged
}
