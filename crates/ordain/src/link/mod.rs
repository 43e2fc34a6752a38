//! References, parameter binding and checking: who judges what with which values.

mod parameters;
mod problem;
mod references;
mod schema;
mod tenant;
mod values;

pub use problem::{EffectGiven, Problem};
pub use tenant::{Assigned, Documents, Linked, Origin, Pair, Tenant, tenant};

use crate::aliases::Aliases;
use crate::ast::{Definition, Effect, ExprKind, Template, TemplateKind};
use crate::diagnostic::Diagnostic;
use crate::expr::{self, Constants};
use crate::functions::{self, Ask, Run};
use crate::source::Span;
use crate::value::{Object, Value};
use parameters::Binder;
use std::collections::HashMap;
use std::sync::Arc;
use values::Values;

/// How strictly references are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Strictness {
    /// Unknown aliases are errors (spec L-71).
    pub aliases: bool,
    /// Values outside `allowedValues` are warnings (spec D-57).
    pub lenient_parameters: bool,
    /// A version that was not given is an error (spec G-23).
    pub versions: bool,
    /// Where a subscription lies must be told (spec G-14).
    pub scopes: bool,
}

/// A definition with its parameters bound.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) parameters: Arc<Object>,
    pub(crate) effect: Effect,
}

/// What is linked over and over: references of a definition are checked once, whoever assigns it.
#[derive(Default)]
pub(crate) struct Checked(HashMap<*const Definition, bool>);

/// Binds a definition with the values given. Names that it does not declare are not its matter. `object` is the
/// id of the assignment.
pub(crate) fn link(
    definition: &Arc<Definition>,
    given: &Values,
    aliases: &Aliases,
    strictness: Strictness,
    object: &str,
    checked: &mut Checked,
) -> (Option<Bound>, Vec<Diagnostic>) {
    let mut linking = Linking { definition, diagnostics: Vec::new(), strictness };
    let mut binder = Binder {
        declared: &definition.parameters,
        source: &definition.source,
        strictness,
        object,
        diagnostics: &mut linking.diagnostics,
        refused: Vec::new(),
    };
    let parameters = binder.bind(given);
    let mut sound = checked.0.get(&Arc::as_ptr(definition)).copied();
    if sound.is_none() {
        let before = linking.diagnostics.len();
        linking.check_references(aliases, &parameters);
        sound = Some(!linking.diagnostics.iter().skip(before).any(Diagnostic::is_error));
        checked.0.insert(Arc::as_ptr(definition), sound == Some(true));
    }
    let effect = linking.effect(&parameters);
    let failed = sound == Some(false) || linking.diagnostics.iter().any(Diagnostic::is_error);
    let bound = effect.filter(|_| !failed).map(|effect| Bound { parameters: Arc::new(parameters), effect });
    (bound, linking.diagnostics)
}

struct Linking<'l> {
    definition: &'l Definition,
    diagnostics: Vec<Diagnostic>,
    strictness: Strictness,
}

impl Linking<'_> {
    fn report(&mut self, problem: &Problem, span: Span) {
        self.diagnostics.push(problem.diagnostic(self.strictness, &self.definition.source, span));
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
                    let given = given(written);
                    self.report(&Problem::UnknownEffect { name: name.to_string(), given, nearest }, span);
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

/// Where an effect comes from (spec E-5).
fn given(written: &Template) -> EffectGiven {
    let TemplateKind::Expression(expression) = &written.kind else { return EffectGiven::Literal };
    let ExprKind::Call { function, arguments } = &expression.root.kind else {
        return EffectGiven::Expression;
    };
    let asks = matches!(functions::function(*function).run, Run::Asks(Ask::Parameters));
    match arguments.first().map(|argument| &argument.kind) {
        Some(ExprKind::Literal(Value::Text(name))) if asks => EffectGiven::Parameter(name.to_string()),
        _ => EffectGiven::Expression,
    }
}
