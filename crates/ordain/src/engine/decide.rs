//! A resource as the body of a request: policies change it, then judge what they made of it (spec 07 section 4).

use super::{
    Context, Deletion, DenialReason, Engine, Outcome, PolicyView, Request, Ruling, RulingKind, Verdict, edits,
};
use crate::ast::{Effect, FieldName, ModeKind, Subject};
use crate::document::{Document, NotAResource};
use crate::effects::{Change, Contender, RunMode, Standing, combine, settle};
use crate::evaluate::Truth;
use crate::outcome::State;
use crate::plan::{Cascade, Policy, PolicyId};
use crate::value::text::key_eq;
use crate::value::{Fault, Reason, copy_of};

/// Types that can be deleted whatever denyAction says (spec E-26).
const ALWAYS_DELETABLE: [&str; 6] = [
    "Microsoft.Authorization/policyAssignments",
    "Microsoft.Authorization/denyAssignments",
    "Microsoft.Blueprint/blueprintAssignments",
    "Microsoft.Resources/deploymentStacks",
    "Microsoft.Resources/subscriptions",
    "Microsoft.Authorization/locks",
];

/// Whether a rule looks at tags: in a condition, inside a count, or in an expression. A computed field may be one.
fn inspects_tags(policy: &Policy) -> bool {
    let mut found = policy
        .named
        .iter()
        .any(|name| matches!(crate::syntax::classify_field(name), Some(FieldName::Tags | FieldName::Tag(_))));
    policy.definition.rule.condition.walk_leaves(true, &mut |leaf, _| {
        found |= matches!(&leaf.subject, Subject::Field(field)
            if matches!(field.name, FieldName::Tags | FieldName::Tag(_) | FieldName::Expression(_)));
    });
    found
}

impl Engine {
    /// What becomes of a request to write this body. Policies that are not enforced change nothing, refuse nothing
    /// and leave no event (spec E-32).
    ///
    /// ```
    /// # fn main() -> Result<(), ordain::Error> {
    /// let engine = ordain::Engine::builder()
    ///     .definition_json(r#"{"mode": "All", "policyRule": {
    ///         "if": {"field": "tags.env", "exists": false}, "then": {"effect": "deny"}}}"#)?
    ///     .build()?;
    /// let body = serde_json::json!({"type": "A.B/c", "name": "n"});
    /// let request = engine.request(&body, &Default::default())?;
    /// assert_eq!(request.verdict, ordain::Verdict::Denied);
    /// assert_eq!(request.denials().count(), 1);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`NotAResource`] when the document has neither a type nor an id.
    pub fn request<D: Document + ?Sized>(
        &self,
        document: &D,
        context: &Context,
    ) -> Result<Request<'_>, NotAResource> {
        let context = self.of_request(document, context)?;
        let mut tally = Tally { engine: self, rulings: Vec::new(), unknown: None };
        // Changes are worked out on the body as it came (spec E-21).
        let before = self.evaluate_in(document, &context)?;
        // A request that only patches tags asks those who look at tags (spec E-25).
        let meant =
            |outcome: &Outcome<'_>| !context.patches_tags_only() || inspects_tags(outcome.policy_data());
        let changing =
            || before.outcomes().filter(meant).filter(|outcome| is_change(outcome.policy_data().effect));
        let worked_out: Vec<(Outcome<'_>, Option<Change>)> =
            changing().map(|outcome| (outcome, outcome.change(document))).collect();
        let contends =
            |(outcome, change): &(Outcome<'_>, Option<Change>)| outcome.is_enforced() && change.is_some();
        let (contending, aside): (Vec<_>, Vec<_>) = worked_out.into_iter().partition(contends);
        let contenders: Vec<Contender<'_>> = contending
            .iter()
            .filter_map(|(_, change)| Some(Contender { change: change.as_ref()?, enforced: true }))
            .collect();
        let standings = settle(&contenders, RunMode::Request);
        let carried_out = contenders.iter().zip(&standings).filter(|(_, standing)| standing.is_carried_out());
        let combined = combine(document, carried_out.map(|(contender, _)| contender.change));
        for (outcome, change) in &aside {
            tally.without_change(outcome, change.as_ref(), document);
        }
        for ((outcome, change), standing) in contending.into_iter().zip(standings) {
            if let Some(change) = change {
                tally.change(&outcome, change, standing, document);
            }
        }
        // Rulings on changes stand in the order of the policies, whichever way they were found.
        tally.rulings.sort_by_key(|ruling| ruling.pair.index());
        // Everything else is judged on the body that they made (spec E-22).
        let after = self.evaluate_in(&combined.body, &context)?;
        for phase in [is_deny, is_audit, looks_later] {
            let outcomes = after.outcomes().filter(meant);
            for outcome in outcomes.filter(|outcome| phase(outcome.policy_data().effect)) {
                tally.judged(&outcome, &combined.body);
            }
        }
        let (verdict, reason) = tally.verdict();
        Ok(Request {
            verdict,
            reason,
            rulings: tally.finish(verdict),
            applied: after
                .outcomes()
                .filter(meant)
                .filter(|outcome| is_asked(outcome.policy_data().effect))
                .count(),
            body: combined.body,
            patch: combined.patch,
        })
    }

    /// What becomes of a request to delete the resource, or the group that it is in: denyAction alone is asked
    /// (spec E-26, E-27).
    ///
    /// # Errors
    /// [`NotAResource`] when the document has neither a type nor an id.
    pub fn deletion<D: Document + ?Sized>(
        &self,
        document: &D,
        context: &Context,
        deletion: Deletion,
    ) -> Result<Request<'_>, NotAResource> {
        let facts = self.inner.facts(document.root(), context)?;
        let mut tally = Tally { engine: self, rulings: Vec::new(), unknown: None };
        let mut applied = 0;
        let deletable = ALWAYS_DELETABLE.iter().any(|known| key_eq(known, facts.resource_type()));
        let evaluation = self.evaluate_in(document, context)?;
        for outcome in evaluation.outcomes().filter(|_| !deletable) {
            let policy = outcome.policy_data();
            let cascades = policy.definition.mode.kind == ModeKind::Indexed
                && outcome.policy().cascade() == Some(Cascade::Deny);
            if policy.effect != Effect::DenyAction || (deletion != Deletion::Resource && !cascades) {
                continue;
            }
            applied += 1;
            match outcome.record.truth {
                Truth::True => tally.deny(&outcome, document, DenialReason::Denied, None),
                Truth::Error => tally.deny(&outcome, document, DenialReason::Failed, None),
                Truth::Unknown(reason) => tally.open(&outcome, document, reason, None),
                Truth::False => {}
            }
        }
        let (verdict, reason) = tally.verdict();
        let rulings = tally.finish(verdict);
        Ok(Request {
            verdict,
            reason,
            rulings,
            applied,
            body: copy_of(document.root()),
            patch: Some(Vec::new()),
        })
    }

    /// The context of a request: its API version is the body's own unless the caller says otherwise (spec E-41).
    fn of_request<D: Document + ?Sized>(
        &self,
        document: &D,
        context: &Context,
    ) -> Result<Context, NotAResource> {
        let context = context.clone();
        if context.surroundings().api_version.is_some() {
            return Ok(context);
        }
        let facts = self.inner.facts(document.root(), &context)?;
        Ok(match facts.api_version() {
            Some(version) => context.api_version(version),
            None => context,
        })
    }

    pub(super) fn view(&self, policy: PolicyId) -> Option<PolicyView<'_>> {
        self.inner.policies.get(policy.0 as usize).map(PolicyView)
    }
}

fn is_change(effect: Effect) -> bool {
    matches!(effect, Effect::Append | Effect::Modify)
}

fn is_deny(effect: Effect) -> bool {
    effect == Effect::Deny
}

/// Effects that only flag; of those that are not judged offline a rule that fails counts all the same (spec E-23).
fn is_audit(effect: Effect) -> bool {
    !is_change(effect) && !is_deny(effect) && !looks_later(effect)
}

fn looks_later(effect: Effect) -> bool {
    matches!(effect, Effect::AuditIfNotExists | Effect::DeployIfNotExists)
}

/// Whether an effect is asked when a resource is written (spec E-26, S-13).
fn is_asked(effect: Effect) -> bool {
    !matches!(effect, Effect::DenyAction | Effect::Manual)
}

/// Whether a verdict may hang on an effect (spec E-28).
fn decides(effect: Effect) -> bool {
    is_deny(effect) || is_change(effect) || effect == Effect::DenyAction
}

/// What is said of a request.
struct Tally<'e> {
    engine: &'e Engine,
    rulings: Vec<Ruling<'e>>,
    unknown: Option<Reason>,
}

impl Tally<'_> {
    fn say<D: Document + ?Sized>(&mut self, outcome: &Outcome<'_>, document: &D, kind: RulingKind) {
        let Some(policy) = self.engine.view(outcome.record.policy) else { return };
        self.rulings.push(Ruling {
            policy,
            pair: self.engine.pair_of(policy),
            enforced: outcome.is_enforced(),
            kind,
            why: outcome.explain(document),
        });
    }

    fn deny<D: Document + ?Sized>(
        &mut self,
        outcome: &Outcome<'_>,
        document: &D,
        reason: DenialReason,
        change: Option<Change>,
    ) {
        let fault = change.as_ref().and_then(|change| change.error.clone()).or(outcome.fault().cloned());
        let denies = RulingKind::Denies { reason, fault, change: change.map(Box::new) };
        self.unless_idle(outcome, document, denies);
    }

    fn open<D: Document + ?Sized>(
        &mut self,
        outcome: &Outcome<'_>,
        document: &D,
        reason: Reason,
        change: Option<Change>,
    ) {
        let decides = outcome.is_enforced() && decides(outcome.policy_data().effect);
        if decides {
            self.unknown.get_or_insert(reason);
        }
        let open = RulingKind::Open { reason, decides, change: change.map(Box::new) };
        self.say(outcome, document, open);
    }

    /// What a policy says, unless it is not enforced: then it has no say (spec E-32).
    fn unless_idle<D: Document + ?Sized>(&mut self, outcome: &Outcome<'_>, document: &D, kind: RulingKind) {
        let kind = match (outcome.is_enforced(), kind) {
            (true, kind) => kind,
            (false, RulingKind::Denies { fault, .. }) => RulingKind::NotEnforced { fault },
            (false, _) => RulingKind::NotEnforced { fault: None },
        };
        self.say(outcome, document, kind);
    }

    /// A policy that would change the body, but does not take part: its rule failed, is false, or it is not enforced.
    fn without_change<D: Document + ?Sized>(
        &mut self,
        outcome: &Outcome<'_>,
        change: Option<&Change>,
        document: &D,
    ) {
        match outcome.state() {
            State::Error => self.deny(outcome, document, DenialReason::Failed, None),
            State::NonCompliant
                if !outcome.is_enforced() && change.is_none_or(|change| !change.is_empty()) =>
            {
                self.say(outcome, document, RulingKind::NotEnforced { fault: None });
            }
            _ => self.undecided(outcome, document),
        }
    }

    /// Whether it can't be told if the policy is meant, or if its rule holds.
    fn undecided<D: Document + ?Sized>(&mut self, outcome: &Outcome<'_>, document: &D) {
        let (state, truth) = (outcome.state(), outcome.record.truth);
        if let Some(reason) = outcome.record.reason.filter(|_| state == State::NotEvaluated)
            && truth != Truth::False
            && reason != Reason::UnsupportedEffect
        {
            self.open(outcome, document, reason, None);
        }
    }

    fn change<D: Document + ?Sized>(
        &mut self,
        outcome: &Outcome<'_>,
        change: Change,
        standing: Standing,
        document: &D,
    ) {
        let unresolved: Option<Reason> = change.unresolved;
        match outcome.record.truth {
            Truth::Unknown(reason) => self.open(outcome, document, reason, Some(change)),
            _ if change.denies() => {
                let failed: Option<&Fault> = change.error.as_ref();
                let reason = if failed.is_some() { DenialReason::Failed } else { DenialReason::CannotChange };
                self.deny(outcome, document, reason, Some(change));
            }
            _ if standing == Standing::Conflict => {
                self.deny(outcome, document, DenialReason::Conflict, Some(change));
            }
            _ => match unresolved {
                Some(reason) => self.open(outcome, document, reason, Some(change)),
                None if change.is_empty() && change.is_audited() => {
                    self.say(outcome, document, RulingKind::Skips { change: Box::new(change) });
                }
                None if change.is_empty() => {}
                None => {
                    let edits = edits(document, change.patch.as_deref().unwrap_or_default());
                    let changes = RulingKind::Changes { change: Box::new(change), standing, edits };
                    self.say(outcome, document, changes);
                }
            },
        }
    }

    /// A policy that judges what the others made of the body. A rule that fails refuses, whatever its effect; one
    /// that is unknown leaves open what depends on it (spec E-23, E-28).
    fn judged<D: Document + ?Sized>(&mut self, outcome: &Outcome<'_>, document: &D) {
        let effect = outcome.policy_data().effect;
        if !is_asked(effect) {
            return;
        }
        match (outcome.record.truth, effect, outcome.state()) {
            (Truth::Error, _, State::Error) => self.deny(outcome, document, DenialReason::Failed, None),
            (Truth::True, Effect::Deny, State::NonCompliant) => {
                self.deny(outcome, document, DenialReason::Denied, None);
            }
            (Truth::True, Effect::Audit, State::NonCompliant) => {
                self.unless_idle(outcome, document, RulingKind::Flags);
            }
            (_, _, State::Compliant | State::Exempt) => {}
            _ => match outcome.related() {
                Some(related) => {
                    let later = RulingKind::Later {
                        resource_type: related.resource_type().to_owned(),
                        found: related.sentence(),
                        certain: outcome.state() == State::NonCompliant,
                        fault: outcome.fault().cloned(),
                    };
                    self.say(outcome, document, later);
                }
                None => self.undecided(outcome, document),
            },
        }
    }

    fn verdict(&self) -> (Verdict, Option<Reason>) {
        let denied = self.rulings.iter().any(|ruling| matches!(ruling.kind, RulingKind::Denies { .. }));
        match self.unknown {
            _ if denied => (Verdict::Denied, None),
            Some(reason) => (Verdict::Undecided, Some(reason)),
            None => (Verdict::Allowed, None),
        }
    }
}

impl<'e> Tally<'e> {
    /// A certain denial silences audits, and nothing comes after it (spec E-22, E-20).
    fn finish(mut self, verdict: Verdict) -> Vec<Ruling<'e>> {
        if verdict == Verdict::Denied {
            let silent = |kind: &RulingKind| {
                matches!(
                    kind,
                    RulingKind::Flags | RulingKind::Later { .. } | RulingKind::Open { decides: false, .. }
                )
            };
            self.rulings.retain(|ruling| !silent(&ruling.kind));
        }
        self.rulings
    }
}
