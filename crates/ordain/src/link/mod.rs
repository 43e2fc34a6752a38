//! References, parameter binding and checking: who judges what with which values.

mod parameters;
mod problem;
mod references;
mod schema;

pub use problem::Problem;

use crate::aliases::Aliases;
use crate::ast::{Definition, Effect};
use crate::diagnostic::Diagnostic;
use crate::expr::{self, Constants};
use crate::source::Span;
use crate::value::{Object, Value};
use std::sync::Arc;

/// A definition with what it is judged with.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The definition.
    pub definition: Arc<Definition>,
    /// The bound parameters, defaults included.
    pub parameters: Arc<Object>,
    /// The effective effect.
    pub effect: Effect,
}

/// How strictly references are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Strictness {
    /// Unknown aliases are errors (spec L-71).
    pub aliases: bool,
    /// Values outside `allowedValues` are warnings (spec D-57).
    pub lenient_parameters: bool,
}

/// Binds a definition as if it were assigned once, with the given parameters. Names that it does not declare
/// are not its matter.
pub fn link(
    definition: &Arc<Definition>,
    given: &Object,
    aliases: &Aliases,
    strictness: Strictness,
) -> (Option<Linked>, Vec<Diagnostic>) {
    let mut linking = Linking { definition, diagnostics: Vec::new(), strictness };
    let parameters = linking.bind(given);
    linking.check_references(aliases, &parameters);
    let effect = linking.effect(&parameters);
    let failed = linking.diagnostics.iter().any(Diagnostic::is_error);
    let linked = effect.filter(|_| !failed).map(|effect| Linked {
        definition: definition.clone(),
        parameters: Arc::new(parameters),
        effect,
    });
    (linked, linking.diagnostics)
}

struct Linking<'l> {
    definition: &'l Definition,
    diagnostics: Vec<Diagnostic>,
    strictness: Strictness,
}

impl Linking<'_> {
    fn report(&mut self, problem: &Problem, span: Span) {
        let mut diagnostic = Diagnostic::new(problem.severity(self.strictness), problem.code(), problem)
            .label(&self.definition.source, span, "")
            .did_you_mean(problem.nearest());
        if let Some(help) = problem.help() {
            diagnostic = diagnostic.help(help);
        }
        self.diagnostics.push(diagnostic);
    }

    /// The effective effect (spec E-6): decided before any resource is there.
    fn effect(&mut self, parameters: &Object) -> Option<Effect> {
        let written = &self.definition.rule.then.effect;
        let span = written.span;
        match expr::template(written, &Constants(parameters)) {
            Ok(Value::Text(name)) => {
                let found = Effect::find(&name);
                if found.is_none() {
                    let nearest = crate::diagnostic::nearest(&name, Effect::ALL.iter().map(|(_, n)| *n));
                    self.report(&Problem::UnknownEffect { name: name.to_string(), nearest }, span);
                }
                found
            }
            Ok(other) => {
                let message = format!("it must be a string, not {}", crate::diagnostic::a(other.kind()));
                self.report(&Problem::Effect { message }, span);
                None
            }
            // A parameter without a value has been reported.
            Err(fault) if fault.kind() == crate::value::FaultKind::Parameter => None,
            Err(fault) => {
                self.report(&Problem::Effect { message: fault.to_string() }, span);
                None
            }
        }
    }
}
