//! Building an engine: texts in, what can be used compiled, everything else told.

use super::{Engine, Error, Inner};
use crate::aliases::Aliases;
use crate::ast::Definition;
use crate::compile;
use crate::diagnostic::Diagnostic;
use crate::effects;
use crate::expr::Pool;
use crate::json::{Json, Member};
use crate::link::{self, Strictness};
use crate::source::Source;
use crate::syntax;
use crate::value::{Object, Value, text::key_eq};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

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
        let errors: Vec<Diagnostic> =
            builder.diagnostics.iter().skip(before).filter(|d| d.is_error()).cloned().collect();
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
        if diagnostics.iter().any(Diagnostic::is_error) {
            Err(Error::Policies(diagnostics))
        } else {
            Ok(engine)
        }
    }

    /// Links and compiles what can be; the rest is told. A bad definition never stops the good ones.
    #[must_use]
    pub fn build_what_can_be(mut self) -> (Engine, Vec<Diagnostic>) {
        let mut policies = Vec::new();
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        let all_read = !diagnostics.iter().any(Diagnostic::is_error);
        let definitions = self.without_repeats(&mut diagnostics);
        for definition in &definitions {
            let (linked, mut found) =
                link::link(definition, &self.parameters, &self.aliases, self.strictness);
            if let Some(linked) = linked {
                let (policy, more) = compile::bind(&linked);
                if !more.iter().any(Diagnostic::is_error) {
                    policies.push(policy);
                }
                found.extend(more);
            }
            diagnostics.append(&mut found);
        }
        // What could not be read may declare more parameters.
        if all_read {
            self.check_parameters(&definitions, &mut diagnostics);
        }
        let wanted = policies.iter().map(|policy| effects::prepare(policy.demand.as_ref()?)).collect();
        let inner = Inner {
            policies,
            wanted,
            aliases: self.aliases,
            residuals: RwLock::default(),
            existence: RwLock::default(),
        };
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
                diagnostics
                    .push(Diagnostic::warning("UnknownParameter", message).did_you_mean(near.as_deref()));
            }
        }
    }
}

fn same_body(a: &Definition, b: &Definition) -> bool {
    let read = |text| crate::json::read(text, crate::json::Dialect::Policy).0;
    let (a, b) = (a.source.slice(a.span), b.source.slice(b.span));
    a == b || read(a).zip(read(b)).is_some_and(|(a, b)| same_json(&a, &b))
}

/// Equal with keys in any order and case (spec D-5, D-17).
fn same_json(a: &Json<'_>, b: &Json<'_>) -> bool {
    if !a.is_object() && !a.is_array() {
        return a.kind == b.kind;
    }
    let (own, other) = (a.members(), b.members());
    let member =
        |m: &Member<'_>| other.iter().any(|o| key_eq(&o.key, &m.key) && same_json(&m.value, &o.value));
    a.is_object() == b.is_object()
        && a.items().len() == b.items().len()
        && own.len() == other.len()
        && a.items().iter().zip(b.items()).all(|(a, b)| same_json(a, b))
        && own.iter().all(member)
}

/// What an absent mode means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultMode {
    /// Every type.
    All,
    /// Types with tags and location.
    Indexed,
}
