//! What an outcome asks for, worked out when somebody wants to know: changes, deployments, evaluated details.

use super::{Context, Evaluation, Inner, Outcome, Plans, PolicyView};
use crate::ast::Effect;
use crate::document::{Document, Facts};
use crate::effects::{
    self, Change, ChangeOptions, Contender, Deployment, RunMode, Standing, Subject, Verdict, settle,
};
use crate::evaluate::{Asker, Machine, Silent, Truth};
use crate::outcome::{Record, State};
use crate::plan::{Cascade, Consequence, PolicyId};
use crate::value::{Fault, Node, Value};
use std::cell::OnceCell;

impl Outcome<'_> {
    /// What a policy with effect modify or append would do to the resource; `None` for other effects, and when the
    /// rule is false or failed. `document` must be the one that was judged.
    ///
    /// ```
    /// # fn main() -> Result<(), ordain::Error> {
    /// let engine = ordain::Engine::builder()
    ///     .definition_json(r#"{"mode": "All", "policyRule": {
    ///         "if": {"field": "tags.env", "exists": false},
    ///         "then": {"effect": "append", "details": [{"field": "tags.env", "value": "prod"}]}}}"#)?
    ///     .build()?;
    /// let resource = serde_json::json!({"type": "A.B/c", "name": "n"});
    /// let evaluation = engine.evaluate(&resource)?;
    /// let outcome = evaluation.outcomes().next().expect("one outcome");
    /// let change = outcome.change(&resource).expect("the rule is true");
    /// let patch = change.patch.expect("a plain body has a place for everything");
    /// assert_eq!(serde_json::to_string(&patch).unwrap(),
    ///     r#"[{"op":"add","path":"/tags","value":{}},{"op":"add","path":"/tags/env","value":"prod"}]"#);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn change<D: Document + ?Sized>(&self, document: &D) -> Option<Change> {
        self.change_with(document, ChangeOptions::default())
    }

    /// The same with options.
    #[must_use]
    pub fn change_with<D: Document + ?Sized>(&self, document: &D, options: ChangeOptions) -> Option<Change> {
        let Consequence::Change(changes) = &self.policy_data().consequence else { return None };
        let certain = match self.record.truth {
            Truth::True => true,
            Truth::Unknown(_) => false,
            Truth::False | Truth::Error => return None,
        };
        self.with_subject(document, |subject| effects::change(changes, subject, certain, options))
    }

    /// Whether other policies would change the same place of the resource in another way, and are not given way to:
    /// the change stays on paper (spec E-62).
    #[must_use]
    pub fn is_suppressed(&self) -> bool {
        self.record.suppressed
    }

    /// The deployment that deployIfNotExists would issue; `None` for other effects, when a related resource
    /// satisfies, and when the search for one failed. `document` must be the one that was judged.
    #[must_use]
    pub fn deployment<D: Document + ?Sized>(&self, document: &D) -> Option<Deployment> {
        let Consequence::Deploy(remedy) = &self.policy_data().consequence else { return None };
        let verdict = &self.record.related.as_deref()?.verdict;
        let tentative = match verdict {
            Verdict::Missing => false,
            Verdict::Open(_) => true,
            Verdict::Satisfied | Verdict::Failed(_) => return None,
        };
        self.with_subject(document, |subject| effects::deployment(remedy, subject, tentative))?
    }

    /// `then.details` with its expressions evaluated, the existence condition and the conditions of operations as
    /// written; `None` without details, and for effects that need none in that shape. `document` must be the one
    /// that was judged.
    #[must_use]
    pub fn details<D: Document + ?Sized>(&self, document: &D) -> Option<Result<Value, Fault>> {
        let policy = self.policy_data();
        let details = policy.definition.rule.then.details.as_ref()?;
        self.with_subject(document, |subject| effects::details(&details.body, subject.context))
    }

    fn with_subject<D: Document + ?Sized, T>(
        &self,
        document: &D,
        run: impl FnOnce(&Subject<'_>) -> T,
    ) -> Option<T> {
        let inner = &*self.evaluation.engine.inner;
        let context = self.evaluation.context;
        let root = document.root();
        let facts = inner.facts(root, context).ok()?;
        let plans = inner.plans(&facts, context);
        let surroundings = context.surroundings();
        let machine = Machine::new(root, &facts, &plans.judging, &inner.aliases, surroundings, &Silent);
        machine.enter(self.policy_data());
        Some(subject_of(inner, &machine, root, &facts, run))
    }
}

/// Runs over a resource as its effects see it; the policy was entered.
fn subject_of<'d, N: Node<'d>, T>(
    inner: &Inner,
    machine: &Machine<'_, 'd, N, Silent>,
    root: N,
    facts: &Facts<'d, N>,
    run: impl FnOnce(&Subject<'_>) -> T,
) -> T {
    let asker = Asker::outside(machine);
    let (subscription, group) = effects::place(root, facts);
    run(&Subject {
        context: &asker,
        aliases: &inner.aliases,
        resource_type: facts.resource_type(),
        version: machine.surroundings().api_version.as_deref().or_else(|| facts.api_version()),
        shape: effects::shape(facts),
        subscription,
        group,
        body: &|| effects::body(root),
    })
}

/// Which of some policies whose rules are true of a resource refuse to give way to each other in a scan (spec E-62): the
/// changes of no others are worked out.
pub(super) fn conflicting<D: Document + ?Sized>(
    inner: &Inner,
    context: &Context,
    document: &D,
    among: &[PolicyId],
) -> Vec<PolicyId> {
    let root = document.root();
    let Ok(facts) = inner.facts(root, context) else { return Vec::new() };
    let plans = inner.plans(&facts, context);
    let machine = Machine::new(root, &facts, &plans.judging, &inner.aliases, context.surroundings(), &Silent);
    let body = OnceCell::new();
    let changes: Vec<(PolicyId, Change)> = among
        .iter()
        .filter_map(|id| {
            let policy = inner.policies.get(id.0 as usize)?;
            let Consequence::Change(changes) = &policy.consequence else { return None };
            machine.enter(policy);
            let change = subject_of(inner, &machine, root, &facts, |subject| {
                let body = &|| body.get_or_init(|| effects::body(root)).clone();
                let subject = Subject {
                    body,
                    subscription: subject.subscription.clone(),
                    group: subject.group.clone(),
                    ..*subject
                };
                effects::change(changes, &subject, true, ChangeOptions::default())
            });
            Some((*id, change))
        })
        .collect();
    let contenders: Vec<Contender<'_>> =
        changes.iter().map(|(_, change)| Contender { change, enforced: true }).collect();
    let settled = settle(&contenders, RunMode::Scan);
    let standings = changes.iter().map(|(id, _)| *id).zip(settled);
    standings.filter(|(_, standing)| *standing == Standing::Conflict).map(|(id, _)| id).collect()
}

impl Evaluation<'_> {
    /// Policies that would change the resource in ways that exclude each other (spec E-62, G-97 test 12).
    pub(super) fn settle<D: Document + ?Sized>(&mut self, document: &D, plans: &Plans) {
        let changes = |record: &&Record| {
            let policy = self.engine.inner.policies.get(record.policy.0 as usize);
            record.state == State::NonCompliant
                && policy.is_some_and(|policy| matches!(policy.consequence, Consequence::Change(_)))
        };
        // Nearly always: one alone is in nobody's way.
        if self.records.iter().filter(changes).count() < 2 {
            return;
        }
        let policies = &plans.judging.policies;
        let places = self.records.iter().filter(changes);
        let places = places
            .filter_map(|record| policies.binary_search_by_key(&record.policy, |left| left.policy).ok());
        if !self.engine.inner.clashes(plans).meet(places) {
            return;
        }
        let standings = self.standings(document);
        for (record, standing) in self.records.iter_mut().zip(standings) {
            record.suppressed = matches!(standing, Some(Standing::Conflict | Standing::Suppressed));
            if standing == Some(Standing::Conflict) {
                record.state = State::Conflict;
            }
        }
    }

    /// In the order of the outcomes: who of those that would change the resource is in whose way in a scan (spec
    /// E-62); `None` for all others. `document` must be the one that was judged.
    #[must_use]
    pub fn standings<D: Document + ?Sized>(&self, document: &D) -> Vec<Option<Standing>> {
        let changes: Vec<Option<Change>> = self
            .outcomes()
            // Exempt ones take no part (spec E-64).
            .map(|outcome| Some(outcome).filter(|o| o.state() != State::Exempt)?.change(document))
            .collect();
        let contenders: Vec<Contender<'_>> =
            changes.iter().flatten().map(|change| Contender { change, enforced: true }).collect();
        let mut settled = settle(&contenders, RunMode::Scan).into_iter();
        changes.iter().map(|change| change.as_ref().and_then(|_| settled.next())).collect()
    }
}

impl PolicyView<'_> {
    /// Of denyAction the names of the actions that it refuses.
    #[must_use]
    pub fn refused_actions(&self) -> Vec<&str> {
        match &self.0.consequence {
            Consequence::Refuse(refusal) => refusal.actions.iter().map(|action| &**action).collect(),
            _ => Vec::new(),
        }
    }

    /// Of denyAction whether deleting the resource group is refused as well.
    #[must_use]
    pub fn cascade(&self) -> Option<Cascade> {
        match &self.0.consequence {
            Consequence::Refuse(refusal) => Some(refusal.cascade),
            _ => None,
        }
    }

    /// Of manual the state without attestation: `Unknown`, `Compliant` or `NonCompliant`.
    #[must_use]
    pub fn default_state(&self) -> Option<&'static str> {
        match &self.0.consequence {
            Consequence::Attest(state) => Some(state.name()),
            _ => None,
        }
    }

    /// The roles that the identity of a remediation needs, as written.
    #[must_use]
    pub fn role_definition_ids(&self) -> &[Value] {
        match &self.0.consequence {
            Consequence::Change(changes) => &changes.roles,
            Consequence::Deploy(remedy) => &remedy.roles,
            _ => &[],
        }
    }

    /// Whether a finding can be remedied: modify and deployIfNotExists (spec E-110).
    #[must_use]
    pub fn is_remediable(&self) -> bool {
        matches!(self.0.effect, Effect::Modify | Effect::DeployIfNotExists)
    }
}
