//! What callers see of a judgement: outcomes, their policies, their explanations.

use super::{Context, Engine};
use crate::compile::Folding;
use crate::document::{Document, Facts};
use crate::effects::{self, Finding, Verdict};
use crate::evaluate::{Machine, Silent, Truth};
use crate::explain::{self, AliasRead, Explanation, ExplanationNode, SearchExplained, Tracer};
use crate::outcome::{Record, State};
use crate::plan::Policy;
use crate::source::{Position, Source};
use crate::value::text::key_eq;
use crate::value::{Fault, Node, Object, Reason};

/// What all policies say of one resource.
#[derive(Debug)]
pub struct Evaluation<'e> {
    pub(super) engine: &'e Engine,
    pub(super) records: Vec<Record>,
    pub(super) notices: Vec<super::notice::Noticed>,
    pub(super) context: &'e Context,
}

impl<'e> Evaluation<'e> {
    /// One outcome for each policy that applies, in the order of the policies.
    pub fn outcomes(&self) -> impl Iterator<Item = Outcome<'_>> {
        self.records.iter().map(|record| Outcome { evaluation: self, record })
    }

    /// Whether no policy applies: the resource leaves no record.
    #[must_use]
    pub fn is_not_applicable(&self) -> bool {
        self.records.is_empty()
    }

    /// What surrounded the resource.
    #[must_use]
    pub fn context(&self) -> &'e Context {
        self.context
    }

    /// The engine that judged.
    #[must_use]
    pub fn engine(&self) -> &'e Engine {
        self.engine
    }
}

/// What one policy says of one resource.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'o> {
    pub(super) evaluation: &'o Evaluation<'o>,
    pub(super) record: &'o Record,
}

impl<'o> Outcome<'o> {
    /// The state.
    #[must_use]
    pub fn state(&self) -> State {
        self.record.state
    }

    /// Why it is `NotEvaluated` (spec S-4), or the name of what failed for `Error`.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self.record.state {
            State::Error => self.fault().map(|fault| fault.kind().name()),
            _ => self.record.reason.map(Reason::name),
        }
    }

    /// The failure behind `Error`.
    #[must_use]
    pub fn fault(&self) -> Option<&'o Fault> {
        self.record.fault.as_ref().map(|f| &f.1)
    }

    /// What the search for a related resource came to; `None` for effects that look for none.
    #[must_use]
    pub fn related(&self) -> Option<RelatedView<'o>> {
        self.record.related.as_deref().map(RelatedView)
    }

    /// Whether the rule is true of the resource; `None` when that is not known, or was not asked.
    #[must_use]
    pub fn rule_holds(&self) -> Option<bool> {
        if self.state() == State::Exempt && !self.evaluation.context.judges_exempt() {
            return None;
        }
        match self.record.truth {
            Truth::True => Some(true),
            Truth::False => Some(false),
            Truth::Unknown(_) | Truth::Error => None,
        }
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> PolicyView<'o> {
        PolicyView(self.policy_data())
    }

    pub(super) fn policy_data(&self) -> &'o Policy {
        let policies = &self.evaluation.engine.inner.policies;
        // INVARIANT: records name policies of the engine that made them.
        policies.get(self.record.policy.0 as usize).unwrap_or_else(|| unreachable_policy(policies))
    }

    /// Judges once more, watching: the same code, with nothing folded and nothing left out. `document` must be
    /// the one that was judged.
    #[must_use]
    pub fn explain<D: Document + ?Sized>(&self, document: &D) -> Explanation {
        let inner = &*self.evaluation.engine.inner;
        let policy = self.policy_data();
        let root = document.root();
        let context = self.evaluation.context;
        let none = || Explanation {
            source: policy.definition.source.clone(),
            root: ExplanationNode::nothing(),
            search: None,
            candidates: Vec::new(),
        };
        let Ok(facts) = inner.facts(root, context) else { return none() };
        let plans = inner.plans(&facts, context);
        let unfolded = inner.explaining(&plans, self.record.policy, policy);
        let version = context.surroundings().api_version.as_deref().or_else(|| facts.api_version());
        let read = |alias: &str| AliasRead::of(&inner.aliases, facts.resource_type(), alias, version);
        let tracer = Tracer::new(policy, &read).with_elements();
        let machine = Machine::new(root, &facts, &unfolded, &inner.aliases, context.surroundings(), &tracer);
        if let Some(left) = unfolded.policies.first() {
            let _ = machine.judge(policy, &left.rule);
        }
        drop(machine);
        match tracer.finish() {
            Some(mut tree) => {
                explain::settle(&mut tree, &|items| explain::found(root, items));
                let search = self.related().map(|related| SearchExplained {
                    sentence: related.sentence(),
                    existence: self.explain_existence(root, &facts),
                    lone: related.lone(),
                });
                Explanation {
                    source: policy.definition.source.clone(),
                    root: tree,
                    search,
                    candidates: Vec::new(),
                }
            }
            None => none(),
        }
    }

    /// The existence condition on the candidate that was judged last (spec S-45).
    fn explain_existence<'d, N: Node<'d>>(&self, root: N, facts: &Facts<'d, N>) -> Option<ExplanationNode> {
        let finding = self.record.related.as_deref().filter(|finding| finding.conditional)?;
        let last = finding.last.as_deref()?;
        let inner = &*self.evaluation.engine.inner;
        let (context, policy, id) = (self.evaluation.context, self.policy_data(), self.record.policy);
        let plans = inner.plans(facts, context);
        let surroundings = context.surroundings();
        let machine = Machine::new(root, facts, &plans.judging, &inner.aliases, surroundings, &Silent);
        machine.enter(policy);
        let prepared = inner.wanted.get(id.0 as usize).and_then(Option::as_ref);
        let plan =
            |kind: &str, version: Option<&str>| inner.existence(id, policy, kind, version, Folding::None);
        let read = |alias: &str| AliasRead::of(&inner.aliases, &finding.resource_type, alias, None);
        let tracer = Tracer::new(policy, &read).with_elements();
        let which = effects::Which::Last(last);
        effects::watch(&machine, policy, prepared, facts, &inner.search(context), which, plan, &tracer);
        drop(machine);
        let mut tree = tracer.finish()?;
        // The candidate is not at hand: its elements are told by what they are asked.
        explain::settle(&mut tree, &|_| None);
        Some(tree)
    }
}

/// A list of policies that a record points into is never empty; this keeps the look-up total without a panic.
fn unreachable_policy(policies: &[Policy]) -> &Policy {
    static NONE: std::sync::OnceLock<Policy> = std::sync::OnceLock::new();
    policies.first().unwrap_or_else(|| NONE.get_or_init(Policy::nothing))
}

/// The search for a related resource (spec E-90).
#[derive(Clone, Copy, Debug)]
pub struct RelatedView<'o>(&'o Finding);

impl<'o> RelatedView<'o> {
    /// The type that was looked for; empty when that could not be told.
    #[must_use]
    pub fn resource_type(&self) -> &'o str {
        &self.0.resource_type
    }

    /// Number of candidates.
    #[must_use]
    pub fn total(&self) -> usize {
        self.0.total
    }

    /// The id of the candidate that was judged last, as it is spelled.
    #[must_use]
    pub fn last_id(&self) -> Option<&'o str> {
        self.0.last.as_deref()
    }

    /// Who does not satisfy, where there is one candidate alone.
    fn lone(&self) -> Option<String> {
        if self.0.verdict != Verdict::Missing || self.total() != 1 {
            return None;
        }
        let name = self.last_id().and_then(|id| id.rsplit('/').next()).unwrap_or_default();
        Some(format!("`{name}` (`{}`) does not satisfy", self.resource_type()))
    }

    /// What was found, in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let kind = self.resource_type();
        let what = if self.0.conditional { "satisfies the existence condition" } else { "is there" };
        match (&self.0.verdict, self.total()) {
            (Verdict::Satisfied, _) => format!("a `{kind}` {what}"),
            (Verdict::Failed(fault), _) if kind.is_empty() => {
                format!("what to look for cannot be told: {fault}")
            }
            (Verdict::Failed(fault), _) => format!("the search for a `{kind}` failed: {fault}"),
            // Without candidates nothing is open but whether there are some, unless what to look for is.
            (Verdict::Open(reason), 0) if *reason != Reason::RelatedTypeNotInInput => match kind {
                "" => format!("what to look for cannot be told: {}", reason.name()),
                kind => format!("which `{kind}` to look for cannot be told: {}", reason.name()),
            },
            (Verdict::Open(_), 0) => format!("the input holds no `{kind}`, and may just lack it"),
            (Verdict::Open(reason), n) => format!("of {n} `{kind}` none certainly {what}: {}", reason.name()),
            (Verdict::Missing, 0) => format!("there is no `{kind}`"),
            (Verdict::Missing, 1) => {
                format!("{} the existence condition", self.lone().unwrap_or_default())
            }
            (Verdict::Missing, n) => format!("none of {n} `{kind}` {what}"),
        }
    }
}

/// A policy as it is judged.
#[derive(Clone, Copy, Debug)]
pub struct PolicyView<'e>(pub(super) &'e Policy);

impl<'e> PolicyView<'e> {
    /// Its id, given or derived (spec D-16).
    #[must_use]
    pub fn id(&self) -> &'e str {
        &self.0.definition.id
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'e str {
        &self.0.definition.name
    }

    /// What people call it.
    #[must_use]
    pub fn display_name(&self) -> &'e str {
        &self.0.definition.display_name
    }

    /// What it is for; may be empty.
    #[must_use]
    pub fn description(&self) -> &'e str {
        &self.0.definition.description
    }

    /// `metadata.category`; may be empty.
    #[must_use]
    pub fn category(&self) -> &'e str {
        &self.0.definition.category
    }

    /// The effective version; may be empty.
    #[must_use]
    pub fn version(&self) -> &'e str {
        &self.0.definition.version
    }

    /// The effective effect in its canonical spelling.
    #[must_use]
    pub fn effect(&self) -> &'static str {
        self.0.effect.name()
    }

    /// The text that it was read from.
    #[must_use]
    pub fn source(&self) -> &'e Source {
        &self.0.definition.source
    }

    /// Its rule in that text.
    #[must_use]
    pub fn span(&self) -> crate::source::Span {
        self.0.definition.rule.condition.span
    }

    /// Where its rule begins in that text.
    #[must_use]
    pub fn position(&self) -> Position {
        self.source().position(self.0.definition.rule.condition.span.start)
    }

    /// `metadata.strongType` of a parameter, if its declaration has one: the type whose values a form may offer.
    /// Judging does not depend on it (spec D-52).
    ///
    /// ```
    /// # fn main() -> Result<(), ordain::Error> {
    /// let engine = ordain::Engine::builder()
    ///     .definition_json(r#"{"mode": "All", "parameters": {
    ///         "places": {"type": "Array", "defaultValue": [], "metadata": {"strongType": "location"}}},
    ///       "policyRule": {"if": {"field": "location", "notIn": "[parameters('places')]"},
    ///         "then": {"effect": "audit"}}}"#)?
    ///     .build()?;
    /// let policy = engine.policies().next().expect("one policy");
    /// assert_eq!(policy.strong_type("Places"), Some("location"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn strong_type(&self, parameter: &str) -> Option<&'e str> {
        let mut declared = self.0.definition.parameters.iter();
        declared.find(|p| key_eq(&p.name, parameter)).and_then(|p| p.strong_type.as_deref())
    }

    /// The values of its parameters.
    #[must_use]
    pub fn parameters(&self) -> &'e Object {
        &self.0.parameters
    }
}
