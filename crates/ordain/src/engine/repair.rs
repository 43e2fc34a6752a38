//! What would mend a resource: one patch for all policies that change it, the deployments that would follow, and
//! what is left out and why (spec E-68, section 7 of 07).

use super::{Evaluation, Outcome};
use crate::document::Document;
use crate::effects::{Change, Contender, Deployment, PatchOperation, RunMode, Standing, combine, settle};
use crate::outcome::State;
use crate::value::{Reason, Value};
use std::ops::Range;

/// What would mend one resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Repair<'o> {
    /// What modify and append would do, a policy each, in the order of spec E-112.
    pub changes: Vec<PlannedChange<'o>>,
    /// What deployIfNotExists would deploy, in the same order.
    pub deployments: Vec<PlannedDeployment<'o>>,
    /// One patch for all changes that are not left out, against the document as it was given. Empty: there is
    /// nothing to write. `None`: the document has no place for some of it, or does not tell what is there (spec
    /// E-59).
    pub patch: Option<Vec<PatchOperation>>,
    /// The document after the patch.
    pub body: Value,
    /// What left some place open, where there is no patch.
    pub unresolved: Option<Reason>,
}

/// What one policy would change.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlannedChange<'o> {
    /// The outcome that asks for it.
    pub outcome: Outcome<'o>,
    /// What it would do by itself.
    pub change: Change,
    /// Why it is no part of the patch.
    pub left_out: Option<LeftOut>,
    /// The state of its pair after the patch; `None` when it leaves no record then.
    pub state_after: Option<State>,
    /// Its own operations in the patch of all; empty where it is left out, there is no patch, or another policy
    /// writes the same.
    pub part: Range<usize>,
}

/// What one policy would deploy.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlannedDeployment<'o> {
    /// The outcome that asks for it.
    pub outcome: Outcome<'o>,
    /// The deployment, which nobody executes.
    pub deployment: Deployment,
}

/// Why a change is no part of the patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeftOut {
    /// Another policy writes the same place differently, and this one gives way (spec E-61).
    Suppressed,
    /// Another policy writes the same place differently, and neither gives way (spec E-62).
    Conflict,
    /// An expression of its operations failed (spec E-47).
    Failed,
    /// Whether its rule is true is not known (spec E-28).
    Unknown,
}

impl LeftOut {
    /// The wire name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Suppressed => "Suppressed",
            Self::Conflict => "Conflict",
            Self::Failed => "Failed",
            Self::Unknown => "Unknown",
        }
    }
}

impl PlannedChange<'_> {
    /// Whether the pair is still not compliant when the patch is applied.
    #[must_use]
    pub fn is_left(&self) -> bool {
        matches!(self.state_after, Some(State::NonCompliant | State::Conflict | State::Error))
    }
}

impl Repair<'_> {
    /// Whether nothing is known to be wrong that modify, append or deployIfNotExists could mend. What the input
    /// leaves open does not count.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.iter().all(|planned| planned.left_out == Some(LeftOut::Unknown))
            && self.deployments.iter().all(|planned| planned.deployment.tentative)
    }

    /// Whether the patch would change something.
    #[must_use]
    pub fn has_patch(&self) -> bool {
        self.patch.as_ref().is_some_and(|patch| !patch.is_empty())
    }
}

impl Evaluation<'_> {
    /// What would mend the resource, enforced or not. `document` must be the one that was judged.
    ///
    /// ```
    /// # fn main() -> Result<(), ordain::Error> {
    /// let tag = |name: &str| format!(r#"{{"name": "{name}", "mode": "All", "policyRule": {{
    ///     "if": {{"field": "tags.{name}", "exists": false}},
    ///     "then": {{"effect": "modify", "details": {{"operations": [
    ///         {{"operation": "add", "field": "tags.{name}", "value": "none"}}]}}}}}}}}"#);
    /// let engine = ordain::Engine::builder()
    ///     .definition_json(&tag("env"))?
    ///     .definition_json(&tag("owner"))?
    ///     .build()?;
    /// let resource = serde_json::json!({"type": "A.B/c", "name": "n"});
    /// let evaluation = engine.evaluate(&resource)?;
    /// let repair = evaluation.repair(&resource);
    /// // Each alone would make `tags`; together they make it once.
    /// let patch = repair.patch.as_deref().expect("a plain body has a place for everything");
    /// assert_eq!(patch.iter().map(|operation| &*operation.path).collect::<Vec<_>>(),
    ///     ["/tags", "/tags/env", "/tags/owner"]);
    /// assert!(repair.changes.iter().all(|planned| !planned.is_left()));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn repair<D: Document + ?Sized>(&self, document: &D) -> Repair<'_> {
        self.repair_of(document, |_| true)
    }

    /// The same for some of the policies. Conflicts are settled among all of them: what gives way to another policy
    /// does so whether or not that one is asked for.
    #[must_use]
    pub fn repair_of<D: Document + ?Sized>(
        &self,
        document: &D,
        chosen: impl Fn(&Outcome<'_>) -> bool,
    ) -> Repair<'_> {
        let asks = |outcome: &Outcome<'_>| {
            matches!(outcome.state(), State::NonCompliant | State::Conflict | State::NotEvaluated)
        };
        let all: Vec<(Outcome<'_>, Change)> = self
            .outcomes()
            .filter(asks)
            .filter_map(|outcome| Some((outcome, outcome.change(document)?)))
            .collect();
        let contenders: Vec<Contender<'_>> = all
            .iter()
            .map(|(outcome, change)| Contender { change, enforced: outcome.is_enforced() })
            .collect();
        let standings = settle(&contenders, RunMode::Scan);
        let mut changes: Vec<PlannedChange<'_>> = Vec::new();
        for ((outcome, change), standing) in all.into_iter().zip(standings) {
            if chosen(&outcome) {
                let left_out = left_out(&change, standing);
                let state_after = Some(outcome.state());
                changes.push(PlannedChange { outcome, change, left_out, state_after, part: 0..0 });
            }
        }
        let carried_out = changes.iter().filter(|planned| planned.left_out.is_none());
        let combined = combine(document, carried_out.map(|planned| &planned.change));
        if combined.patch.is_some() {
            let carried_out = changes.iter_mut().filter(|planned| planned.left_out.is_none());
            carried_out.zip(&combined.parts).for_each(|(planned, part)| planned.part = part.clone());
        }
        if combined.patch.as_ref().is_some_and(|patch| !patch.is_empty())
            && let Ok(after) = self.engine.evaluate_in(&combined.body, self.context)
        {
            for planned in &mut changes {
                let pair = planned.outcome.pair().index();
                let now = after.outcomes().find(|outcome| outcome.pair().index() == pair);
                planned.state_after = now.map(|outcome| outcome.state());
            }
        }
        let mut deployments: Vec<PlannedDeployment<'_>> = self
            .outcomes()
            .filter(asks)
            .filter(&chosen)
            .filter_map(|outcome| Some((outcome, outcome.deployment(document)?)))
            .map(|(outcome, deployment)| PlannedDeployment { outcome, deployment })
            .collect();
        changes.sort_by_cached_key(|planned| order(&planned.outcome));
        deployments.sort_by_cached_key(|planned| order(&planned.outcome));
        Repair {
            changes,
            deployments,
            patch: combined.patch,
            body: combined.body,
            unresolved: combined.unresolved,
        }
    }
}

fn left_out(change: &Change, standing: Standing) -> Option<LeftOut> {
    match standing {
        _ if change.tentative => Some(LeftOut::Unknown),
        _ if change.error.is_some() => Some(LeftOut::Failed),
        Standing::Suppressed => Some(LeftOut::Suppressed),
        Standing::Conflict => Some(LeftOut::Conflict),
        Standing::Free | Standing::Wins | Standing::LeftOut => None,
    }
}

/// Ids compare without regard to case (spec G-2, E-112).
fn order(outcome: &Outcome<'_>) -> (String, String) {
    let pair = outcome.pair();
    (pair.assignment().id().to_ascii_lowercase(), pair.reference_id().to_ascii_lowercase())
}
