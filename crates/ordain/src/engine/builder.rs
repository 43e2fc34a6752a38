//! Building an engine: texts in, what can be used compiled, everything else told.

use super::types::Types;
use super::{Engine, Error, Inner};
use crate::aliases::Aliases;
use crate::ast::Definition;
use crate::compile;
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::effects;
use crate::expr::Pool;
use crate::ids::{self, Scope};
use crate::json::Json;
use crate::link::{self, Documents, Strictness};
use crate::source::Source;
use crate::syntax;
use crate::value::{Value, text::key_eq};
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
    documents: Documents,
    strictness: Strictness,
    reading: syntax::Options,
    report_disabled: bool,
    /// Parts of policy-as-code repositories.
    parts: syntax::Parts,
    pac_selector: Option<String>,
    definition_scope: String,
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
        self.documents.given.set(name, value.into());
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

    /// Where assignments lie that do not say it, and where templates of policy objects are deployed (spec I-42,
    /// I-63); for the texts that are added from here on.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.reading.scope = Some(scope);
        self
    }

    /// Where definitions and initiatives lie that have no id (spec I-63).
    #[must_use]
    pub fn definition_scope(mut self, scope: &Scope) -> Self {
        scope.as_str().clone_into(&mut self.definition_scope);
        self
    }

    /// The environment of a policy-as-code repository whose settings have several (spec I-66). The settings are a
    /// text like the others; the one in the nearest folder above a text holds for it, so that texts must bear their
    /// paths as names.
    #[must_use]
    pub fn pac_selector(mut self, selector: &str) -> Self {
        self.pac_selector = Some(selector.to_owned());
        self
    }

    /// Ids that documents leave to their repository, and what only the whole of it says.
    fn settle(&mut self) -> Vec<Diagnostic> {
        let Documents { definitions, initiatives, assignments, exemptions, hierarchy, .. } =
            &mut self.documents;
        let chosen = syntax::Chosen {
            selector: self.pac_selector.as_deref(),
            definition_scope: &self.definition_scope,
        };
        let mut objects = syntax::Objects { definitions, initiatives, assignments, exemptions, hierarchy };
        std::mem::take(&mut self.parts).settle(chosen, &mut objects)
    }

    /// Adds every policy object of a policy text, in any envelope that spec 01 and 10 know. What is wrong with it is among
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

    /// The same for one document of a text, which the caller has parsed: a row of a list, a line. Policy objects of
    /// all kinds are told by their content (spec I-9).
    #[must_use]
    pub fn policy_object(mut self, source: &Source, json: &Json<'_>) -> Self {
        let options = syntax::Options { explicit: false, ..self.reading.clone() };
        let parsed = syntax::parse_tree(source, json, &mut self.pool, &options);
        self.take(parsed);
        self
    }

    fn read(mut self, source: &Source, explicit: bool) -> Self {
        let options = syntax::Options { explicit, ..self.reading.clone() };
        let parsed = syntax::parse(source, &mut self.pool, &options);
        self.take(parsed);
        self
    }

    fn take(&mut self, parsed: syntax::Parsed) {
        let documents = &mut self.documents;
        documents.definitions.extend(parsed.definitions.into_iter().map(Arc::new));
        documents.initiatives.extend(parsed.initiatives.into_iter().map(Arc::new));
        documents.assignments.extend(parsed.assignments.into_iter().map(Arc::new));
        documents.exemptions.extend(parsed.exemptions.into_iter().map(Arc::new));
        documents.enrollments.extend(parsed.enrollments.into_iter().map(Arc::new));
        documents.attestations.extend(parsed.attestations.into_iter().map(Arc::new));
        documents.broken.extend(parsed.broken);
        documents.hierarchy.extend(parsed.hierarchy);
        self.parts.extend(parsed.parts);
        self.diagnostics.extend(parsed.diagnostics);
    }

    /// Adds a definition that must be right.
    ///
    /// # Errors
    /// [`Error::Policies`] when anything in the text is an error.
    pub fn definition_json(self, text: &str) -> Result<Self, Error> {
        let before = self.diagnostics.len();
        let mut builder = self.policies(&Source::new("<policy>", text));
        let known = |alias: &str| builder.aliases.is_known(alias) == Some(true);
        builder.diagnostics.iter_mut().skip(before).for_each(|d| d.choose(known));
        let errors: Vec<Diagnostic> =
            builder.diagnostics.iter().skip(before).filter(|d| d.is_error()).cloned().collect();
        if errors.is_empty() { Ok(builder) } else { Err(Error::Policies(errors)) }
    }

    /// Number of definitions read so far.
    #[must_use]
    pub fn definitions(&self) -> usize {
        self.documents.definitions.len()
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
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        diagnostics.append(&mut self.settle());
        diagnostics.iter_mut().for_each(|d| d.choose(|alias| self.aliases.is_known(alias) == Some(true)));
        let all_read = !diagnostics.iter().any(Diagnostic::is_error);
        self.documents.definitions = self.without_repeats(&mut diagnostics);
        // What could not be read may declare more parameters.
        if all_read {
            self.check_parameters(&mut diagnostics);
        }
        let given: Vec<Arc<str>> =
            self.documents.given.members().iter().map(|(name, _)| name.clone()).collect();
        let declared: Vec<Arc<str>> = given.into_iter().filter(|name| self.declares(name)).collect();
        let (mut tenant, linked, mut found) = link::tenant(self.documents, &self.aliases, self.strictness);
        diagnostics.append(&mut found);
        if tenant.is_assigned {
            diagnostics.extend(declared.iter().map(|name| unused(name)));
        }
        let mut policies = Vec::with_capacity(linked.len());
        let mut places: Vec<Option<u32>> = Vec::with_capacity(linked.len());
        for linked in &linked {
            let (mut policy, found) = compile::bind(linked);
            policy.silent &= !self.report_disabled;
            let failed = found.iter().find(|d| d.is_error()).map(Diagnostic::code);
            // Several pairs of one definition may find the same.
            for diagnostic in found {
                if !diagnostics.contains(&diagnostic) {
                    diagnostics.push(diagnostic);
                }
            }
            if let Some(code) = failed {
                places.push(None);
                if let Some(pair) = tenant.pairs.get_mut(linked.pair as usize) {
                    pair.error = pair.error.or(Some(code));
                }
                continue;
            }
            places.push(u32::try_from(policies.len()).ok());
            policies.push(policy);
        }
        for variant in tenant.pairs.iter_mut().flat_map(|pair| &mut pair.variants) {
            variant.policy = variant.policy.and_then(|at| places.get(at as usize).copied().flatten());
        }
        let wanted = policies.iter().map(|policy| effects::prepare(policy.demand.as_ref()?)).collect();
        let inner = Inner {
            tenant,
            wanted,
            aliases: self.aliases,
            types: Types::of_all(&policies),
            policies,
            residuals: RwLock::default(),
            existence: RwLock::default(),
        };
        (Engine { inner: Arc::new(inner) }, diagnostics)
    }

    /// A document that may tell of management groups, in any representation: rows of Resource Graph, an expanded
    /// group, descendants, or `{"managementGroups": […], "subscriptions": […]}` (spec G-9). Others are passed
    /// over: `false`.
    pub fn hierarchy<D: Document + ?Sized>(&mut self, document: &D) -> bool {
        self.documents.hierarchy.read(document.root())
    }

    /// The same for a document of a text, so that diagnostics can say where it stands.
    pub fn hierarchy_in(&mut self, source: &Source, json: &Json<'_>) -> bool {
        self.documents.hierarchy.read_in(json, source)
    }

    /// Where a subscription lies must be told: else whether an assignment at a management group holds there is
    /// not evaluated, rather than assumed (spec G-14).
    #[must_use]
    pub fn strict_scopes(mut self) -> Self {
        self.strictness.scopes = true;
        self
    }

    /// A version of a definition that was not given is an error, rather than replaced by the newest that was
    /// (spec G-23).
    #[must_use]
    pub fn strict_versions(mut self) -> Self {
        self.strictness.versions = true;
        self
    }

    /// What is disabled leaves `Compliant` records where it would apply, rather than none (spec E-31).
    #[must_use]
    pub fn report_disabled(mut self) -> Self {
        self.report_disabled = true;
        self
    }

    /// The same definition twice is one; the same id with another rule is an error (spec D-17).
    fn without_repeats(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Arc<Definition>> {
        let mut kept: Vec<Arc<Definition>> = Vec::new();
        let mut by_id: HashMap<(String, String), usize> = HashMap::new();
        for definition in &self.documents.definitions {
            let key = (ids::normal(&definition.id), definition.version.to_ascii_lowercase());
            let Some(first) = by_id.get(&key).and_then(|at| kept.get(*at)) else {
                by_id.insert(key, kept.len());
                kept.push(definition.clone());
                continue;
            };
            if crate::json::same(first.source.slice(first.span), definition.source.slice(definition.span)) {
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

    /// Names of the parameters that definitions and initiatives declare.
    fn declared(&self) -> impl Iterator<Item = &str> {
        let Documents { definitions, initiatives, .. } = &self.documents;
        let of_definitions = definitions.iter().flat_map(|d| d.parameters.iter().map(|p| &*p.name));
        of_definitions.chain(initiatives.iter().flat_map(|i| i.parameters.iter().map(|p| &*p.name)))
    }

    fn declares(&self, name: &str) -> bool {
        self.declared().any(|declared| key_eq(declared, name))
    }

    /// A parameter that no definition declares is most likely a slip (spec D-61).
    fn check_parameters(&self, diagnostics: &mut Vec<Diagnostic>) {
        for (name, _) in self.documents.given.members() {
            if !self.declares(name) {
                let message = format!("no definition declares the parameter `{name}`");
                let near = crate::diagnostic::nearest(name, self.declared()).map(str::to_owned);
                diagnostics
                    .push(Diagnostic::warning("UnknownParameter", message).did_you_mean(near.as_deref()));
            }
        }
    }
}

/// A value that was given for what is not assigned, where all is (spec D-61).
fn unused(name: &str) -> Diagnostic {
    let message =
        format!("the value given for the parameter `{name}` is not used: assigned policies have their own");
    Diagnostic::warning("UnusedParameter", message).help("write it into the `parameters` of an assignment")
}

/// What an absent mode means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultMode {
    /// Every type.
    All,
    /// Types with tags and location.
    Indexed,
}
