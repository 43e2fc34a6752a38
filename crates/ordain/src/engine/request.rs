//! A resource as the body of a request: policies change it, then judge what they made of it (spec 07 section 4).

use super::{Context, Engine, Outcome, PairView, PolicyView};
use crate::ast::{Effect, ModeKind};
use crate::document::{Document, NotAResource};
use crate::effects::{Change, Contender, PatchOperation, RunMode, Standing, combine, settle};
use crate::evaluate::Truth;
use crate::outcome::State;
use crate::plan::{Cascade, PolicyId};
use crate::value::text::key_eq;
use crate::value::{Reason, Value};

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is carried out.
    Allowed,
    /// It is refused.
    Denied,
    /// The input does not tell (spec E-28).
    Undecided,
}

impl Verdict {
    /// The wire name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::Undecided => "undecided",
        }
    }
}

/// Why a policy refuses a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DenialReason {
    /// Its rule is true, and its effect is to refuse.
    Denied,
    /// Judging its rule, or working out what it would change, failed (spec E-23).
    Failed,
    /// It would write what cannot be written, or what is there already with another value (spec E-44, E-49).
    CannotChange,
    /// It and another policy would write different values, and neither gives way (spec E-61).
    Conflict,
}

/// A policy that refuses a request.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Denial<'e> {
    /// The policy.
    pub policy: PolicyView<'e>,
    /// The pair that it is judged for.
    pub pair: PairView<'e>,
    /// Why.
    pub reason: DenialReason,
}

/// What policies make of a request to write a resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request<'e> {
    /// Whether it is carried out.
    pub verdict: Verdict,
    /// Of `Undecided` what is not known.
    pub reason: Option<Reason>,
    /// The policies that refuse it.
    pub denials: Vec<Denial<'e>>,
    /// Policies whose audit events it causes; none when it is refused (spec E-22).
    pub audits: Vec<PolicyView<'e>>,
    /// The body as it would be written.
    pub body: Value,
    /// What policies change in the body; `None` when that cannot be said as a patch (spec E-59).
    pub patch: Option<Vec<PatchOperation>>,
}

/// Types that can be deleted whatever denyAction says (spec E-26).
const ALWAYS_DELETABLE: [&str; 6] = [
    "Microsoft.Authorization/policyAssignments",
    "Microsoft.Authorization/denyAssignments",
    "Microsoft.Blueprint/blueprintAssignments",
    "Microsoft.Resources/deploymentStacks",
    "Microsoft.Resources/subscriptions",
    "Microsoft.Authorization/locks",
];

/// What is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// The resource.
    Resource,
    /// The resource group that it is in (spec E-27).
    ResourceGroup,
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
        let mut tally = Tally { engine: self, denials: Vec::new(), unknown: None };
        // Changes are worked out on the body as it came (spec E-21).
        let before = self.evaluate_in(document, &context)?;
        let changing: Vec<(PolicyId, Change)> = before
            .outcomes()
            .filter(Outcome::is_enforced)
            .filter_map(|outcome| {
                tally.rule(&outcome, is_change);
                Some((outcome.record.policy, outcome.change(document)?))
            })
            .collect();
        let contenders: Vec<Contender<'_>> =
            changing.iter().map(|(_, change)| Contender { change, enforced: true }).collect();
        let standings = settle(&contenders, RunMode::Request);
        for ((policy, change), standing) in changing.iter().zip(&standings) {
            if change.denies() {
                let failed = change.error.is_some();
                tally.deny(*policy, if failed { DenialReason::Failed } else { DenialReason::CannotChange });
            } else if *standing == Standing::Conflict {
                tally.deny(*policy, DenialReason::Conflict);
            }
            if let Some(reason) = change.unresolved {
                tally.unknown.get_or_insert(reason);
            }
        }
        let carried_out = changing.iter().zip(&standings).filter(|(_, standing)| standing.is_carried_out());
        let combined = combine(document, carried_out.map(|((_, change), _)| change));
        // Everything else is judged on the body that they made (spec E-22).
        let after = self.evaluate_in(&combined.body, &context)?;
        let mut audits = Vec::new();
        for outcome in after.outcomes().filter(Outcome::is_enforced) {
            tally.rule(&outcome, |effect| !is_change(effect));
            if outcome.record.truth == Truth::True && outcome.state() == State::NonCompliant {
                match outcome.policy_data().effect {
                    Effect::Deny => tally.deny(outcome.record.policy, DenialReason::Denied),
                    Effect::Audit => audits.push(self.view(outcome.record.policy)),
                    _ => {}
                }
            }
        }
        let (verdict, reason) = tally.verdict();
        if verdict == Verdict::Denied {
            audits.clear();
        }
        let audits = audits.into_iter().flatten().collect();
        Ok(Request {
            verdict,
            reason,
            denials: tally.denials,
            audits,
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
    ) -> Result<(Verdict, Vec<Denial<'_>>), NotAResource> {
        let facts = self.inner.facts(document.root(), context)?;
        if ALWAYS_DELETABLE.iter().any(|known| key_eq(known, facts.resource_type())) {
            return Ok((Verdict::Allowed, Vec::new()));
        }
        let mut tally = Tally { engine: self, denials: Vec::new(), unknown: None };
        for outcome in self.evaluate_in(document, context)?.outcomes().filter(Outcome::is_enforced) {
            let policy = outcome.policy_data();
            let cascades = policy.definition.mode.kind == ModeKind::Indexed
                && outcome.policy().cascade() == Some(Cascade::Deny);
            let asked = deletion == Deletion::Resource || cascades;
            if policy.effect != Effect::DenyAction || !asked {
                continue;
            }
            match outcome.record.truth {
                Truth::True => tally.deny(outcome.record.policy, DenialReason::Denied),
                Truth::Error => tally.deny(outcome.record.policy, DenialReason::Failed),
                Truth::Unknown(reason) => drop(tally.unknown.get_or_insert(reason)),
                Truth::False => {}
            }
        }
        let (verdict, _) = tally.verdict();
        Ok((verdict, tally.denials))
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

    fn view(&self, policy: PolicyId) -> Option<PolicyView<'_>> {
        self.inner.policies.get(policy.0 as usize).map(PolicyView)
    }
}

fn is_change(effect: Effect) -> bool {
    matches!(effect, Effect::Append | Effect::Modify)
}

/// What speaks against a request.
struct Tally<'e> {
    engine: &'e Engine,
    denials: Vec<Denial<'e>>,
    unknown: Option<Reason>,
}

impl Tally<'_> {
    fn deny(&mut self, policy: PolicyId, reason: DenialReason) {
        let denial = self.engine.view(policy).map(|view| {
            let pair = self.engine.pair_of(view);
            Denial { policy: view, pair, reason }
        });
        self.denials.extend(denial);
    }

    /// A rule that fails refuses, whatever its effect; one that is unknown leaves open what depends on it (spec
    /// E-23, E-28).
    fn rule(&mut self, outcome: &Outcome<'_>, concerns: impl Fn(Effect) -> bool) {
        let effect = outcome.policy_data().effect;
        // Neither is asked when a resource is written (spec E-26, S-13).
        if !concerns(effect) || matches!(effect, Effect::DenyAction | Effect::Manual) {
            return;
        }
        match outcome.record.truth {
            Truth::Error => self.deny(outcome.record.policy, DenialReason::Failed),
            Truth::Unknown(reason) if effect == Effect::Deny || is_change(effect) => {
                self.unknown.get_or_insert(reason);
            }
            _ => {}
        }
    }

    fn verdict(&self) -> (Verdict, Option<Reason>) {
        match self.unknown {
            _ if !self.denials.is_empty() => (Verdict::Denied, None),
            Some(reason) => (Verdict::Undecided, Some(reason)),
            None => (Verdict::Allowed, None),
        }
    }
}
