//! All that a policy looks at on a resource, whether or not it applies there: for tools that ask what tests reach.

use super::site::Site;
use super::{Context, Engine, PairView, PolicyView, judge};
use crate::ast::Effect;
use crate::compile::{self, Folding};
use crate::document::{Document, Facts, NotAResource};
use crate::effects;
use crate::evaluate::{Machine, Silent, Truth};
use crate::explain::{AliasRead, Explanation, ExplanationNode, Tracer, Written, WrittenEffect};
use crate::plan::{Policy, PolicyId};
use crate::value::Node;

/// What one policy looked at on one resource.
#[derive(Clone, Debug)]
pub struct Trace<'e> {
    policy: PolicyView<'e>,
    pair: PairView<'e>,
    seen: Option<Explanation>,
}

impl<'e> Trace<'e> {
    /// The policy.
    #[must_use]
    pub fn policy(&self) -> PolicyView<'e> {
        self.policy
    }

    /// The pair of assignment and policy.
    #[must_use]
    pub fn pair(&self) -> PairView<'e> {
        self.pair
    }

    /// The rule in the author's order, every condition with its truth, also of those that judging would not have
    /// reached; the `where` of counts on each element, the existence condition on each candidate. `None` where the
    /// rule is not looked at: the effect is `Disabled`, the mode or the type keeps the policy from the resource, or
    /// each judgement fails before it.
    #[must_use]
    pub fn explanation(&self) -> Option<&Explanation> {
        self.seen.as_ref()
    }
}

impl Engine {
    /// Watches every policy that is meant for a resource, in their order: those whose assignment holds there, as
    /// overrides make them. Policies that do not apply are there with what kept them away, disabled ones too.
    /// Slower than judging, and bigger: a tree for each element of a count.
    ///
    /// # Errors
    /// [`NotAResource`] when the document has neither a type nor an id.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let engine = ordain::Engine::builder()
    ///     .definition_json(r#"{"mode": "All", "policyRule": {
    ///         "if": {"allOf": [{"field": "type", "equals": "A.B/c"}, {"field": "name", "like": "x*"}]},
    ///         "then": {"effect": "audit"}}}"#)?
    ///     .build()?;
    /// let other = serde_json::json!({"type": "A.B/d", "name": "x1"});
    /// let context = ordain::Context::new();
    /// // No record: the policy does not apply. Its trace tells why.
    /// assert!(engine.evaluate(&other)?.is_not_applicable());
    /// let traces = engine.traces(&other, &context)?;
    /// let rule = traces[0].explanation().unwrap().root();
    /// let truths: Vec<ordain::Truth> = rule.members().iter().map(|member| member.truth()).collect();
    /// assert_eq!(truths, [ordain::Truth::False, ordain::Truth::True]);
    /// # Ok(()) }
    /// ```
    pub fn traces<D: Document + ?Sized>(
        &self,
        document: &D,
        context: &Context,
    ) -> Result<Vec<Trace<'_>>, NotAResource> {
        let inner = &*self.inner;
        let root = document.root();
        let facts = inner.facts(root, context)?;
        let site = Site::new(&inner.tenant, &facts, context);
        let meant = inner.policies.iter().zip((0..).map(PolicyId));
        let meant = meant.filter(|(policy, id)| site.holds(*id, policy).is_some());
        Ok(meant
            .map(|(policy, id)| Trace {
                policy: PolicyView(policy),
                pair: self.pair_of(PolicyView(policy)),
                seen: self.watch(id, policy, root, &facts, context),
            })
            .collect())
    }

    fn watch<'d, N: Node<'d>>(
        &self,
        id: PolicyId,
        policy: &Policy,
        root: N,
        facts: &Facts<'d, N>,
        context: &Context,
    ) -> Option<Explanation> {
        if policy.effect == Effect::Disabled || policy.broken.is_some() {
            return None;
        }
        let inner = &*self.inner;
        let surroundings = context.surroundings();
        let version = surroundings.api_version.as_deref().or_else(|| facts.api_version());
        let kind = facts.resource_type();
        let versioned = version.filter(|_| inner.aliases.has_versions(kind));
        let plan = compile::narrow_meant(policy, kind, versioned, &inner.aliases)?;
        let left = plan.policies.first()?;
        if left.guess_indexed && !judge::looks_indexed(root, facts) {
            return None;
        }
        let read = |alias: &str| AliasRead::of(&inner.aliases, kind, alias, version);
        let tracer = Tracer::new(policy, &read).with_elements();
        let machine = Machine::new(root, facts, &plan, &inner.aliases, surroundings, &tracer);
        let truth = machine.judge(policy, &left.rule);
        drop(machine);
        let root_node = tracer.finish()?;
        let searches = truth == Truth::True && policy.demand.is_some();
        let candidates =
            if searches { self.watch_candidates(id, policy, root, facts, context) } else { Vec::new() };
        let source = policy.definition.source.clone();
        Some(Explanation { source, root: root_node, search: None, candidates })
    }

    fn watch_candidates<'d, N: Node<'d>>(
        &self,
        id: PolicyId,
        policy: &Policy,
        root: N,
        facts: &Facts<'d, N>,
        context: &Context,
    ) -> Vec<ExplanationNode> {
        if policy.demand.as_ref().is_none_or(|demand| demand.existence.is_none()) {
            return Vec::new();
        }
        let inner = &*self.inner;
        let plans = inner.plans(facts, context);
        let surroundings = context.surroundings();
        let machine = Machine::new(root, facts, &plans.judging, &inner.aliases, surroundings, &Silent);
        machine.enter(policy);
        let prepared = inner.wanted.get(id.0 as usize).and_then(Option::as_ref);
        let plan =
            |kind: &str, version: Option<&str>| inner.existence(id, policy, kind, version, Folding::None);
        let read = |_: &str| None;
        let tracer = Tracer::new(policy, &read).with_elements();
        let search = inner.search(context);
        effects::watch(&machine, policy, prepared, facts, &search, effects::Which::Every, plan, &tracer);
        drop(machine);
        tracer.finish_all()
    }
}

impl PolicyView<'_> {
    /// Its `if` as it was written.
    #[must_use]
    pub fn rule(&self) -> Written {
        Written::of(&self.0.definition.rule.condition, self.source())
    }

    /// Its `existenceCondition` as it was written.
    #[must_use]
    pub fn existence_condition(&self) -> Option<Written> {
        let details = self.0.definition.rule.then.details.as_ref();
        let existence = details.and_then(|details| details.existence.as_ref());
        existence.map(|existence| Written::of(existence, self.source()))
    }

    /// Its `then.effect` as it was written.
    #[must_use]
    pub fn written_effect(&self) -> WrittenEffect {
        WrittenEffect::of(&self.0.definition)
    }
}
