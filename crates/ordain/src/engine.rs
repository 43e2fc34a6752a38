//! The engine: policies, linked and compiled, that judge resources.

use crate::aliases::Aliases;
use crate::ast::{Definition, Effect, ModeKind, PolicyType};
use crate::compile::{self, Folding};
use crate::diagnostic::Diagnostic;
use crate::document::{Completeness, Document, Facts, NotAResource};
use crate::evaluate::{Machine, Silent, Surroundings, Truth};
use crate::explain::{Explanation, Tracer};
use crate::expr::Pool;
use crate::link::{self, Strictness};
use crate::outcome::{Record, State};
use crate::plan::{Node as PlanNode, Policy, PolicyId, Residual, ResidualPolicy};
use crate::source::{Position, Source};
use crate::syntax;
use crate::value::{Fault, FaultKind, Node, Object, Reason, Value, View, text::key_eq, time};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, RwLock};
use thiserror::Error;

/// Policies that judge resources. Immutable, shared freely between threads; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    policies: Vec<Policy>,
    aliases: Aliases,
    /// Residual plans by the spelling of the type, made when a type is first seen.
    residuals: RwLock<HashMap<Box<str>, Arc<Residual>>>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("policies", &self.inner.policies.len()).finish()
    }
}

/// Collects policies, parameters and alias knowledge.
///
/// ```
/// # fn main() -> Result<(), ordain::Error> {
/// let policy = r#"{
///   "mode": "Indexed",
///   "policyRule": {
///     "if": { "allOf": [
///       { "field": "type", "equals": "Microsoft.ContainerRegistry/registries" },
///       { "field": "Microsoft.ContainerRegistry/registries/adminUserEnabled", "equals": true } ] },
///     "then": { "effect": "audit" } } }"#;
/// let engine = ordain::Engine::builder().definition_json(policy)?.build()?;
/// let registry = serde_json::json!({
///   "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r",
///   "type": "Microsoft.ContainerRegistry/registries", "name": "r", "location": "westeurope",
///   "properties": { "adminUserEnabled": true } });
/// let evaluation = engine.evaluate(&registry)?;
/// let outcome = evaluation.outcomes().next().expect("one outcome");
/// assert_eq!(outcome.state(), ordain::State::NonCompliant);
/// let why = outcome.explain(&registry);
/// assert_eq!(why.sentence(Default::default()).as_deref(), Some("adminUserEnabled is `true`"));
/// # Ok(()) }
/// ```
#[derive(Debug, Default)]
pub struct EngineBuilder {
    aliases: Aliases,
    pool: Pool,
    definitions: Vec<Arc<Definition>>,
    parameters: Object,
    strictness: Strictness,
    reading: syntax::Options,
    diagnostics: Vec<Diagnostic>,
}

/// Why no engine was built, or no resource judged.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// Policies that cannot be used, with everything that is wrong with them.
    #[error("{}", .0.iter().filter(|d| d.is_error()).map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Policies(Vec<Diagnostic>),
    /// A document that is no resource.
    #[error(transparent)]
    NotAResource(#[from] NotAResource),
    /// A clock that is no timestamp of RFC 3339 in UTC.
    #[error("`{0}` is no timestamp such as `2026-01-31T12:00:00Z`")]
    Clock(String),
}

impl EngineBuilder {
    /// Alias knowledge in place of the embedded one alone.
    #[must_use]
    pub fn aliases(mut self, aliases: Aliases) -> Self {
        self.aliases = aliases;
        self
    }

    /// A value for every definition that declares this parameter.
    #[must_use]
    pub fn parameter(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.set(name, value.into());
        self
    }

    /// How strictly references are taken.
    #[must_use]
    pub fn strict_aliases(mut self) -> Self {
        self.strictness.aliases = true;
        self
    }

    /// Values of parameters outside `allowedValues` become warnings (spec D-57).
    #[must_use]
    pub fn lenient_parameters(mut self) -> Self {
        self.strictness.lenient_parameters = true;
        self
    }

    /// The mode of definitions that name none (spec D-41); `All` or `Indexed`.
    #[must_use]
    pub fn default_mode(mut self, mode: DefaultMode) -> Self {
        self.reading.default_mode = match mode {
            DefaultMode::All => "All",
            DefaultMode::Indexed => "Indexed",
        };
        self
    }

    /// Adds every definition of a policy text, in any envelope that spec 01 knows. What is wrong with it is among
    /// the diagnostics of the build; the definitions without an error are used.
    #[must_use]
    pub fn policies(self, source: &Source) -> Self {
        self.read(source, true)
    }

    /// The same for a text that was found in a folder rather than named: content that is no policy is then a
    /// warning (spec I-71).
    #[must_use]
    pub fn policies_found(self, source: &Source) -> Self {
        self.read(source, false)
    }

    fn read(mut self, source: &Source, explicit: bool) -> Self {
        let options = syntax::Options { explicit, ..self.reading };
        let parsed = syntax::parse(source, &mut self.pool, options);
        self.definitions.extend(parsed.definitions.into_iter().map(Arc::new));
        self.diagnostics.extend(parsed.diagnostics);
        self
    }

    /// Adds a definition that must be right.
    ///
    /// # Errors
    /// [`Error::Policies`] when anything in the text is an error.
    pub fn definition_json(self, text: &str) -> Result<Self, Error> {
        let before = self.diagnostics.len();
        let builder = self.policies(&Source::new("<policy>", text));
        let errors: Vec<Diagnostic> = builder.diagnostics.iter().skip(before).filter(|d| d.is_error()).cloned().collect();
        if errors.is_empty() { Ok(builder) } else { Err(Error::Policies(errors)) }
    }

    /// Number of definitions read so far.
    #[must_use]
    pub fn definitions(&self) -> usize {
        self.definitions.len()
    }

    /// Links and compiles.
    ///
    /// # Errors
    /// [`Error::Policies`] when any definition has an error.
    pub fn build(self) -> Result<Engine, Error> {
        let (engine, diagnostics) = self.build_what_can_be();
        if diagnostics.iter().any(Diagnostic::is_error) { Err(Error::Policies(diagnostics)) } else { Ok(engine) }
    }

    /// Links and compiles what can be; the rest is told. A bad definition never stops the good ones.
    #[must_use]
    pub fn build_what_can_be(mut self) -> (Engine, Vec<Diagnostic>) {
        let mut policies = Vec::new();
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        let definitions = self.without_repeats(&mut diagnostics);
        for definition in &definitions {
            let (linked, mut found) = link::link(definition, &self.parameters, &self.aliases, self.strictness);
            if let Some(linked) = linked {
                let (policy, more) = compile::bind(&linked);
                if !more.iter().any(Diagnostic::is_error) {
                    policies.push(policy);
                }
                found.extend(more);
            }
            diagnostics.append(&mut found);
        }
        self.check_parameters(&definitions, &mut diagnostics);
        let inner = Inner { policies, aliases: self.aliases, residuals: RwLock::default() };
        (Engine { inner: Arc::new(inner) }, diagnostics)
    }

    /// The same definition twice is one; the same id with another rule is an error (spec D-17).
    fn without_repeats(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Arc<Definition>> {
        let mut kept: Vec<Arc<Definition>> = Vec::new();
        let mut by_id: HashMap<(String, String), usize> = HashMap::new();
        for definition in &self.definitions {
            let key = (definition.id.to_ascii_lowercase(), definition.version.to_ascii_lowercase());
            let Some(first) = by_id.get(&key).and_then(|at| kept.get(*at)) else {
                by_id.insert(key, kept.len());
                kept.push(definition.clone());
                continue;
            };
            if same_body(first, definition) {
                continue;
            }
            let message = format!("`{}` is defined twice, with different rules", definition.id);
            let at = |d: &Definition| crate::source::Span { start: d.span.start, end: d.span.start + 1 };
            diagnostics.push(
                Diagnostic::error("DuplicateDefinition", message)
                    .label(&definition.source, at(definition), "this one is left out")
                    .label(&first.source, at(first), "is there already")
                    .help("remove one of the two, or give it another `name`"),
            );
        }
        kept
    }

    /// A parameter that no definition declares is most likely a slip (spec D-61).
    fn check_parameters(&self, definitions: &[Arc<Definition>], diagnostics: &mut Vec<Diagnostic>) {
        for (name, _) in self.parameters.members() {
            let declared = || definitions.iter().flat_map(|d| d.parameters.iter().map(|p| &*p.name));
            if !declared().any(|d| key_eq(d, name)) {
                let message = format!("no definition declares the parameter `{name}`");
                let near = crate::diagnostic::nearest(name, declared()).map(str::to_owned);
                diagnostics.push(Diagnostic::warning("UnknownParameter", message).did_you_mean(near.as_deref()));
            }
        }
    }
}

fn same_body(a: &Definition, b: &Definition) -> bool {
    let body = |d: &Definition| {
        let (json, _) = crate::json::read(d.source.slice(d.span), crate::json::Dialect::Policy);
        json.map(|json| Node::to_value(&json))
    };
    a.source.slice(a.span) == b.source.slice(b.span) || body(a) == body(b)
}

/// What an absent mode means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultMode {
    /// Every type.
    All,
    /// Types with tags and location.
    Indexed,
}

/// What is known around a resource. Nothing is made up: without a clock `utcNow()` fails.
#[derive(Clone, Debug, Default)]
pub struct Context {
    completeness: Completeness,
    properties_as_missing: bool,
    surroundings: Surroundings,
}

/// A whole resource body and nothing around it.
static BARE: Context = Context {
    completeness: Completeness::Whole,
    properties_as_missing: false,
    surroundings: Surroundings {
        now: None,
        subscription: None,
        resource_group: None,
        request: None,
        policy: None,
        claims: None,
        api_version: None,
        containers: None,
    },
};

impl Context {
    /// A whole resource body and nothing around it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The document is a row of an export: properties may not have been exported (spec I-16, I-17).
    #[must_use]
    pub fn row(mut self) -> Self {
        self.completeness = Completeness::Row;
        self
    }

    /// Properties that were not exported count as missing (option `--properties-as-missing`).
    #[must_use]
    pub fn properties_as_missing(mut self) -> Self {
        self.properties_as_missing = true;
        self
    }

    /// The frozen clock, such as `2026-01-31T12:00:00Z`.
    ///
    /// # Errors
    /// [`Error::Clock`] when it is no such timestamp.
    pub fn now(mut self, now: &str) -> Result<Self, Error> {
        self.surroundings.now = Some(time::universal(now).ok_or_else(|| Error::Clock(now.to_owned()))?);
        Ok(self)
    }

    /// What `subscription()` yields.
    #[must_use]
    pub fn subscription(mut self, subscription: Value) -> Self {
        self.surroundings.subscription = Some(subscription);
        self
    }

    /// What `resourceGroup()` yields.
    #[must_use]
    pub fn resource_group(mut self, group: Value) -> Self {
        self.surroundings.resource_group = Some(group);
        self
    }

    /// What `requestContext()` yields.
    #[must_use]
    pub fn request(mut self, request: Value) -> Self {
        self.surroundings.request = Some(request);
        self
    }

    /// What `policy()` yields, in place of the definition's own id.
    #[must_use]
    pub fn policy(mut self, policy: Value) -> Self {
        self.surroundings.policy = Some(policy);
        self
    }

    /// The API version in which the body is written.
    #[must_use]
    pub fn api_version(mut self, version: &str) -> Self {
        self.surroundings.api_version = Some(version.into());
        self
    }

    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    pub(crate) fn completeness(&self) -> Completeness {
        self.completeness
    }

    /// What `claims()` yields.
    #[must_use]
    pub fn claims(mut self, claims: Value) -> Self {
        self.surroundings.claims = Some(claims);
        self
    }

    /// Rows of resource groups and subscriptions that the input holds.
    #[must_use]
    pub fn containers(mut self, containers: Arc<crate::evaluate::Containers>) -> Self {
        self.surroundings.containers = Some(containers);
        self
    }
}

impl Engine {
    /// Begins an engine with the embedded alias knowledge.
    #[must_use]
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// The policies, in the order in which they were given.
    pub fn policies(&self) -> impl Iterator<Item = PolicyView<'_>> {
        self.inner.policies.iter().map(PolicyView)
    }

    /// Judges a whole resource body.
    ///
    /// # Errors
    /// [`NotAResource`] when the document has neither a type nor an id.
    pub fn evaluate<D: Document + ?Sized>(&self, document: &D) -> Result<Evaluation<'_>, NotAResource> {
        self.evaluate_in(document, &BARE)
    }

    /// Judges a resource in its surroundings.
    ///
    /// # Errors
    /// [`NotAResource`] when the document has neither a type nor an id.
    pub fn evaluate_in<'e, D: Document + ?Sized>(
        &'e self,
        document: &D,
        context: &'e Context,
    ) -> Result<Evaluation<'e>, NotAResource> {
        let inner = &*self.inner;
        let root = document.root();
        let facts = inner.facts(root, context)?;
        let residual = inner.residual(&facts, context);
        let machine =
            Machine::new(root, &facts, &residual, &inner.aliases, &context.surroundings, &Silent);
        let mut records = Vec::with_capacity(residual.policies.len());
        for left in &residual.policies {
            if let Some(policy) = inner.policies.get(left.policy.0 as usize)
                && let Some(record) = judge(&machine, policy, left, root, &facts)
            {
                records.push(record);
            }
        }
        Ok(Evaluation { engine: self, records, context })
    }
}

impl Inner {
    fn facts<'d, N: Node<'d>>(&self, root: N, context: &Context) -> Result<Facts<'d, N>, NotAResource> {
        let may_have = |kind: &str| self.aliases.may_have_properties(kind);
        let mut facts = Facts::read(root, context.completeness, may_have)?;
        if context.properties_as_missing {
            facts.assume_whole();
        }
        Ok(facts)
    }

    fn residual<'d, N: Node<'d>>(&self, facts: &Facts<'d, N>, context: &Context) -> Arc<Residual> {
        let kind = facts.resource_type();
        let version = match self.aliases.has_versions(kind) {
            true => context.surroundings.api_version.as_deref().or_else(|| facts.api_version()),
            false => None,
        };
        let versioned;
        let key: &str = match version {
            None => kind,
            Some(version) => {
                versioned = format!("{kind}@{version}");
                &versioned
            }
        };
        if let Ok(known) = self.residuals.read()
            && let Some(residual) = known.get(key)
        {
            return residual.clone();
        }
        let made = Arc::new(compile::narrow(&self.policies, kind, version, &self.aliases, Folding::Full));
        if let Ok(mut known) = self.residuals.write()
            && known.len() < MOST_RESIDUALS
        {
            known.insert(key.into(), made.clone());
        }
        made
    }
}

/// A bound on the memory of plans: exports hold some hundred types, but an odd one may spell each row's anew.
const MOST_RESIDUALS: usize = 20_000;

/// One policy on one resource; `None` when it leaves no record.
fn judge<'e, 'd, N: Node<'d>, O: crate::evaluate::Observer>(
    machine: &Machine<'e, 'd, N, O>,
    policy: &'e Policy,
    left: &ResidualPolicy,
    root: N,
    facts: &Facts<'d, N>,
) -> Option<Record> {
    if left.guess_indexed && !looks_indexed(root, facts) {
        return None;
    }
    if left.applies.node != PlanNode::Const(true) && machine.judge(policy, &left.applies) == Truth::False {
        return None;
    }
    let record = |state, reason, truth| Record { policy: left.policy, state, reason, truth, fault: None };
    if policy.definition.policy_type == PolicyType::Static {
        return Some(record(State::NotEvaluated, Some(Reason::StaticDefinition), Truth::False));
    }
    if left.mode == ModeKind::Data {
        return Some(record(State::NotEvaluated, Some(Reason::UnsupportedMode), Truth::False));
    }
    let truth = machine.judge(policy, &left.rule);
    let unsupported = |truth| Some(record(State::NotEvaluated, Some(Reason::UnsupportedEffect), truth));
    match (truth, policy.effect) {
        (Truth::Error, _) => {
            let fault = machine.fault().map(Box::new);
            Some(Record { policy: left.policy, state: State::Error, reason: None, truth, fault })
        }
        (Truth::Unknown(reason), _) => Some(record(State::NotEvaluated, Some(reason), truth)),
        (Truth::True, Effect::Audit | Effect::Deny) => Some(record(State::NonCompliant, None, truth)),
        // Whether it is judged at all, the rule alone decides (spec S-12).
        (Truth::False, Effect::AuditIfNotExists | Effect::DeployIfNotExists) => None,
        (Truth::False, Effect::Audit | Effect::Deny | Effect::Append | Effect::Modify | Effect::DenyAction) => {
            Some(record(State::Compliant, None, truth))
        }
        _ => unsupported(truth),
    }
}

/// The guess for types that nobody lists (spec L-132).
fn looks_indexed<'d, N: Node<'d>>(root: N, facts: &Facts<'d, N>) -> bool {
    let located = root.member("location").is_some_and(|l| matches!(l.view(), View::Text(t) if !t.is_empty()));
    located && facts.resource_type().matches('/').count() == 1
}

/// What all policies say of one resource.
#[derive(Debug)]
pub struct Evaluation<'e> {
    engine: &'e Engine,
    records: Vec<Record>,
    context: &'e Context,
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

    /// The engine that judged.
    #[must_use]
    pub fn engine(&self) -> &'e Engine {
        self.engine
    }
}

/// What one policy says of one resource.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'o> {
    evaluation: &'o Evaluation<'o>,
    record: &'o Record,
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

    /// Whether the rule is true of the resource; `None` when that is not known, or was not asked.
    #[must_use]
    pub fn rule_holds(&self) -> Option<bool> {
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

    fn policy_data(&self) -> &'o Policy {
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
            root: crate::explain::ExplanationNode::nothing(),
        };
        let Ok(facts) = inner.facts(root, context) else { return none() };
        let version = context.surroundings.api_version.as_deref().or(facts.api_version());
        let unfolded =
            compile::narrow(std::slice::from_ref(policy), facts.resource_type(), version, &inner.aliases, Folding::None);
        let tracer = Tracer::new(policy);
        let machine = Machine::new(root, &facts, &unfolded, &inner.aliases, &context.surroundings, &tracer);
        if let Some(left) = unfolded.policies.first() {
            let _ = machine.judge(policy, &left.rule);
        }
        drop(machine);
        match tracer.finish() {
            Some(root) => Explanation { source: policy.definition.source.clone(), root },
            None => none(),
        }
    }
}

/// A list of policies that a record points into is never empty; this keeps the look-up total without a panic.
fn unreachable_policy(policies: &[Policy]) -> &Policy {
    static NONE: std::sync::OnceLock<Policy> = std::sync::OnceLock::new();
    policies.first().unwrap_or_else(|| NONE.get_or_init(Policy::nothing))
}

/// A policy as it is judged.
#[derive(Clone, Copy, Debug)]
pub struct PolicyView<'e>(&'e Policy);

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

    /// Where its rule begins in that text.
    #[must_use]
    pub fn position(&self) -> Position {
        self.source().position(self.0.definition.rule.condition.span.start)
    }

    /// The values of its parameters.
    #[must_use]
    pub fn parameters(&self) -> &'e Object {
        &self.0.parameters
    }
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Engine>();
    shared::<Context>();
    shared::<Error>();
    let _ = FaultKind::Syntax;
    let _ = PolicyId(0);
};
