//! Policy states as the service or another run wrote them, read for comparison (spec I-69, S-2, S-3).

use crate::outcome::State;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What one record says, ids in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateKey {
    /// The resource.
    pub resource: String,
    /// The assignment; empty without one.
    pub assignment: String,
    /// The definition.
    pub definition: String,
    /// The reference in the initiative; empty without one.
    pub reference: String,
}

/// States that were read.
#[derive(Clone, Debug, Default)]
pub struct States {
    states: BTreeMap<StateKey, State>,
    /// Rows of aggregated answers and states of the service about itself, which say nothing of a resource.
    pub skipped: usize,
    /// Events, which are no states.
    pub events: usize,
}

/// How two runs differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Records that agree.
    pub same: usize,
    /// Records that do not: theirs, ours.
    pub different: Vec<(StateKey, State, State)>,
    /// Records that only they have.
    pub only_theirs: Vec<(StateKey, State)>,
    /// Records that only we have, of resources and assignments that they speak of.
    pub only_ours: Vec<(StateKey, State)>,
}

impl States {
    /// Reads a page of states, a list as the CLI prints it, or one record.
    ///
    /// ```
    /// let page = serde_json::json!({"value": [{
    ///     "resourceId": "/subscriptions/S/resourceGroups/g", "policyDefinitionId": "/providers/x/d",
    ///     "isCompliant": false, "policyAssignmentId": "/subscriptions/S/providers/x/a" }]});
    /// let mut states = ordain::report::states::States::default();
    /// states.read(&page);
    /// assert_eq!(states.len(), 1);
    /// ```
    pub fn read(&mut self, document: &Value) {
        let rows = match document {
            Value::Array(rows) => rows.as_slice(),
            Value::Object(object) => match object.get("value") {
                Some(Value::Array(rows)) => rows.as_slice(),
                _ => std::slice::from_ref(document),
            },
            _ => return,
        };
        rows.iter().for_each(|row| self.row(row));
    }

    fn row(&mut self, row: &Value) {
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
        let odata = [text("@odata.context"), text("odatacontext")];
        if odata.iter().any(|t| t.to_ascii_lowercase().contains("policyevents/")) {
            self.events += 1;
            return;
        }
        let state = match (text("complianceState"), row.get("isCompliant").and_then(Value::as_bool)) {
            ("", Some(true)) => Some(State::Compliant),
            ("", Some(false)) => Some(State::NonCompliant),
            (name, _) => State::find(name),
        };
        let definition = text("policyDefinitionId");
        match state.filter(|_| !definition.is_empty()) {
            Some(state) => {
                let lower = |name: &str| crate::ids::normal(text(name));
                let key = StateKey {
                    resource: lower("resourceId"),
                    assignment: lower("policyAssignmentId"),
                    definition: crate::ids::normal(definition),
                    reference: text("policyDefinitionReferenceId").to_ascii_lowercase(),
                };
                self.states.insert(key, state);
            }
            None => self.skipped += 1,
        }
    }

    /// Adds one record.
    pub fn insert(&mut self, key: StateKey, state: State) {
        self.states.insert(key, state);
    }

    /// Number of states.
    #[must_use]
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// Compares with our own. What was not evaluated and what is unknown are the same here: the service knows one
    /// word for both (spec S-52).
    #[must_use]
    pub fn compare(&self, ours: &Self) -> Comparison {
        let plain = |state: State| if state == State::NotEvaluated { State::Unknown } else { state };
        let mut found = Comparison::default();
        for (key, theirs) in &self.states {
            match ours.states.get(key) {
                Some(own) if plain(*own) == plain(*theirs) => found.same += 1,
                Some(own) => found.different.push((key.clone(), *theirs, *own)),
                None => found.only_theirs.push((key.clone(), *theirs)),
            }
        }
        let mut spoken: HashMap<&str, HashSet<&str>> = HashMap::new();
        for key in self.states.keys() {
            spoken.entry(&key.assignment).or_default().insert(&key.resource);
        }
        for (key, own) in &ours.states {
            let known =
                spoken.get(key.assignment.as_str()).is_some_and(|r| r.contains(key.resource.as_str()));
            if known && !self.states.contains_key(key) {
                found.only_ours.push((key.clone(), *own));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(resource: &str, state: &Value) -> Value {
        let mut row = json!({ "resourceId": format!("/Subscriptions/S/{resource}"), "policyDefinitionId": "/providers/P/D",
            "policyAssignmentId": "/subscriptions/s/a", "policyDefinitionReferenceId": "" });
        for (key, value) in state.as_object().into_iter().flatten() {
            row[key] = value.clone();
        }
        row
    }

    fn of(rows: &[Value]) -> States {
        let mut states = States::default();
        states.read(&json!(rows));
        states
    }

    #[test]
    fn rows_of_every_age() {
        // spec: I-69, S-2, S-3
        let states = of(&[
            row("a", &json!({ "complianceState": "Non-compliant" })),
            row("b", &json!({ "isCompliant": true })),
            // The newer word counts.
            row("c", &json!({ "complianceState": "Exempt", "isCompliant": true })),
            row("d", &json!({ "complianceState": "NotStarted" })),
            row("e", &json!({ "complianceState": "Compliant", "policyDefinitionId": "" })),
            json!({ "numRecords": 5, "complianceState": "Compliant" }),
            row("f", &json!({ "@odata.context": "x/$metadata#policyEvents/$entity", "isCompliant": false })),
        ]);
        let found: Vec<(&str, State)> =
            states.states.iter().map(|(k, s)| (k.resource.as_str(), *s)).collect();
        assert_eq!(
            found,
            [
                ("/subscriptions/s/a", State::NonCompliant),
                ("/subscriptions/s/b", State::Compliant),
                ("/subscriptions/s/c", State::Exempt)
            ]
        );
        assert_eq!((states.skipped, states.events), (3, 1));
    }

    #[test]
    fn what_differs() {
        // spec: I-69, S-52
        let state = |name: &str| json!({ "complianceState": name });
        let theirs = of(&[
            row("a", &state("Compliant")),
            row("b", &state("Compliant")),
            row("c", &state("Unknown")),
            row("d", &state("Compliant")),
        ]);
        let mut ours = of(&[
            row("a", &state("Compliant")),
            row("b", &state("NonCompliant")),
            row("c", &state("NotEvaluated")),
            row("elsewhere", &state("Compliant")),
        ]);
        let mut more = row("a", &state("Compliant"));
        more["policyDefinitionId"] = json!("/providers/P/other");
        ours.read(&more);
        let found = theirs.compare(&ours);
        assert_eq!(found.same, 2);
        let names =
            |list: &[(StateKey, State)]| list.iter().map(|(k, _)| k.resource.clone()).collect::<Vec<_>>();
        assert_eq!(
            found.different.iter().map(|d| (d.1, d.2)).collect::<Vec<_>>(),
            [(State::Compliant, State::NonCompliant)]
        );
        assert_eq!(names(&found.only_theirs), ["/subscriptions/s/d"]);
        // Of a resource that they do not speak of nothing can be compared.
        assert_eq!(names(&found.only_ours), ["/subscriptions/s/a"]);
    }
}
