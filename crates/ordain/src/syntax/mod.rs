//! JSON tree → AST, a file per object of the language; all errors of a file at once.

mod body;
mod condition;
mod count;
mod document;
mod embedded;
mod escape;
mod expression;
mod field;
mod governance;
mod kind;
mod pac;
mod parameters;
mod problem;
mod schema;
mod shape;
mod template;
mod then;

pub use document::{Options, Parsed, parse, parse_condition, parse_text, parse_tree};
pub use field::classify as classify_field;
pub use governance::GovernanceProblem;
pub(crate) use governance::may_meet;
pub use kind::PolicyDocument;
pub use pac::{Chosen, Objects, Parts};
pub(crate) use parameters::{is_allowed, same};
pub use problem::Problem;
pub(crate) use schema::TYPES;
use shape::Shape;

use crate::ast::{Broken, BrokenKind};
use crate::diagnostic::{Diagnostic, Severity};
use crate::expr::Pool;
use crate::json::{Json, Member};
use crate::source::{Source, Span};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::Arc;

/// What reading one document carries along.
pub(crate) struct Reading<'r> {
    source: &'r Source,
    pool: &'r mut Pool,
    diagnostics: Vec<Diagnostic>,
    /// Names of the declared parameters; `None` where nothing is declared and any name will do.
    declared: Option<Vec<Arc<str>>>,
    /// Names that an expression asked for.
    used: Vec<Arc<str>>,
    /// The counts around the place that is read, outermost first.
    counts: Vec<CountScope>,
    /// Where expressions stand.
    place: Place,
    /// Number of calls, for the limit of spec D-72.
    calls: usize,
    field_counts: Vec<(Arc<str>, usize)>,
    value_counts: usize,
    /// Types that the rule asks for by their whole name, for suggestions (spec L-4).
    types: Vec<String>,
    options: &'r Options,
    /// What could not be read, for those that refer to it.
    broken: Vec<Broken>,
}

/// A count that encloses a `where`.
#[derive(Clone, Debug, PartialEq)]
enum CountScope {
    /// Its alias.
    Field(Arc<str>),
    /// Its name.
    Value(Arc<str>),
}

/// Where an expression stands: what it may call depends on it (spec F-34).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Effect,
    Condition,
    Details,
    /// The parameters of an initiative's reference (spec G-35).
    Reference,
}

impl Reading<'_> {
    fn report(&mut self, problem: &Problem, span: Span) {
        self.report_with(problem, span, "");
    }

    fn report_with(&mut self, problem: &Problem, span: Span, label: &str) {
        let mut diagnostic =
            Diagnostic::new(problem.severity(), problem.code(), problem).label(self.source, span, label);
        diagnostic = diagnostic.did_you_mean(problem.nearest());
        if let Some(help) = problem.help()
            && problem.nearest().is_none()
        {
            diagnostic = diagnostic.help(help);
        }
        self.diagnostics.push(diagnostic);
    }

    fn has_errors_since(&self, mark: usize) -> bool {
        self.diagnostics.iter().skip(mark).any(|d| d.severity() == Severity::Error)
    }

    /// Remembers a document that has an error since `mark`; `None` for the caller to hand on (spec S-9).
    fn give_up<T>(&mut self, kind: BrokenKind, id: &str, display_name: &str, mark: usize) -> Option<T> {
        let (bare, _) = body::split_version(id);
        let first = self.diagnostics.iter().skip(mark).find(|d| d.is_error());
        if let (Some(id), Some(first)) = (bare, first) {
            let (key, id, display_name) = (crate::ids::normal(id).into(), id.into(), display_name.into());
            self.broken.push(Broken { kind, key, id, display_name, code: first.code() });
        }
        None
    }

    /// Reports keys that occur twice without regard to case (spec D-6).
    fn check_duplicates(&mut self, object: &Json<'_>) {
        for (earlier, member) in repeats(object.members(), str::to_ascii_lowercase) {
            let problem = Problem::DuplicateKey { key: member.key.to_string() };
            let diagnostic = Diagnostic::error(problem.code(), &problem)
                .label(self.source, member.key_span, "this one")
                .label(self.source, earlier.key_span, "is there already")
                .help("keys match without regard to case: remove one of the two");
            self.diagnostics.push(diagnostic);
        }
    }

    /// In free-form parts exactly equal keys are a warning, and the last wins (spec D-6).
    fn check_exact_duplicates(&mut self, value: &Json<'_>) {
        let mut repeated =
            repeats(value.members(), |key| key).into_iter().map(|(_, member)| member).peekable();
        for member in value.members() {
            if repeated.next_if(|repeat| repeat.key_span == member.key_span).is_some() {
                let problem = Problem::DuplicateKey { key: member.key.to_string() };
                let diagnostic = Diagnostic::warning(problem.code(), &problem).label(
                    self.source,
                    member.key_span,
                    "the last one counts",
                );
                self.diagnostics.push(diagnostic);
            }
            self.check_exact_duplicates(&member.value);
        }
        value.items().iter().for_each(|item| self.check_exact_duplicates(item));
    }
}

/// The members whose name stands before already, each behind the first of that name; names of which `folded` makes
/// the same are one.
fn repeats<'m, 't, K: Eq + Hash>(
    members: &'m [Member<'t>],
    folded: impl Fn(&'m str) -> K,
) -> Vec<(&'m Member<'t>, &'m Member<'t>)> {
    let mut known: HashMap<K, &Member<'t>> = HashMap::with_capacity(members.len());
    let mut repeats = Vec::new();
    for member in members {
        match known.entry(folded(&member.key)) {
            Entry::Occupied(first) => repeats.push((*first.get(), member)),
            Entry::Vacant(free) => _ = free.insert(member),
        }
    }
    repeats
}
