//! What the cases of test suites show of the policies that they are about: goals by condition, count and effect,
//! read off traces of the engine (docs/coverage.md defines them). Data; `html` and `lcov` write it as texts.

mod advice;
mod case;
mod exempt;
mod goal;
pub mod html;
mod item;
pub mod lcov;
mod look;
mod place;
#[cfg(test)]
mod tests;

pub use advice::{missing, wanted};
pub use case::Sight;
pub use exempt::{Exemption, MISPLACED, UNNEEDED, UNREASONED};
pub use goal::{Goal, Tally};
pub use item::{GoalState, Item, Part};

use ordain::{Diagnostic, PolicyView, Position, Source, Span, Trace, Truth};
use place::Places;
use std::collections::HashMap;

/// Gathers what cases show, policy by policy.
#[derive(Debug, Default)]
pub struct Coverage {
    policies: Vec<PolicyCoverage>,
    /// By the file's name and the rule's first byte.
    known: HashMap<(String, u32), usize>,
    exemptions: Vec<Exemption>,
    /// Comments of files that exempt.
    comments: Vec<(Source, Span, String)>,
}

/// What is known of one policy.
#[derive(Debug)]
pub struct PolicyCoverage {
    /// The file.
    pub source: Source,
    /// The policy's name.
    pub name: String,
    /// Conditions and effect in the order of the text.
    pub items: Vec<Item>,
    /// Number of traces.
    pub traces: usize,
    at: HashMap<Span, usize>,
    /// The rule's first byte.
    at_rule: u32,
}

/// What all cases showed.
#[derive(Debug)]
pub struct Report {
    /// The policies in the order of their files, and of the text within.
    pub policies: Vec<PolicyCoverage>,
    /// What is wrong with exemptions.
    pub diagnostics: Vec<Diagnostic>,
}

/// Goals counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Shown by a case.
    pub shown: usize,
    /// Not shown, with a reason why nobody need.
    pub exempt: usize,
    /// All that there are.
    pub goals: usize,
}

impl Counts {
    /// Goals that somebody need show.
    #[must_use]
    pub fn wanted(self) -> usize {
        self.goals - self.exempt.min(self.goals)
    }

    /// Shown of wanted, in per cent, rounded down; 100 where nothing is wanted.
    #[must_use]
    pub fn percent(self) -> usize {
        (self.shown * 100).checked_div(self.wanted()).unwrap_or(100)
    }

    fn add(self, other: Self) -> Self {
        Self {
            shown: self.shown + other.shown,
            exempt: self.exempt + other.exempt,
            goals: self.goals + other.goals,
        }
    }
}

impl Coverage {
    /// Nothing shown yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a policy known: its goals count from here on, whether or not a case reaches it.
    pub fn add(&mut self, policy: PolicyView<'_>) {
        self.place(policy);
    }

    fn place(&mut self, policy: PolicyView<'_>) -> Option<&mut PolicyCoverage> {
        let key = (policy.source().name().to_owned(), policy.span().start);
        let next = self.policies.len();
        let at = *self.known.entry(key).or_insert(next);
        if at == next {
            let source = policy.source();
            let places = Places::of(source);
            // A file may hold several policies: its comments are taken once.
            if !self.policies.iter().any(|known| known.source.name() == source.name()) {
                let comments = places.comments.iter();
                let comments = comments.map(|(span, reason)| (source.clone(), *span, reason.clone()));
                self.comments.extend(comments);
            }
            self.policies.push(PolicyCoverage::of(policy, &places));
        }
        self.policies.get_mut(at)
    }

    /// Whether any policy of a file is known.
    #[must_use]
    pub fn knows(&self, file: &str) -> bool {
        self.policies.iter().any(|policy| policy.source.name() == file)
    }

    /// Takes in what a case shows of a policy.
    pub fn see(&mut self, trace: &Trace<'_>) {
        let Some(policy) = self.place(trace.policy()) else { return };
        policy.traces += 1;
        let truth = trace.explanation().map(|seen| seen.root().truth());
        policy.effect(trace.policy().effect(), truth);
        for look in trace.explanation().map(look::looks).unwrap_or_default() {
            let at = policy.at.get(&look.span).copied();
            if let Some(item) = at.and_then(|at| policy.items.get_mut(at)) {
                item.tally.add(&look);
            }
        }
    }

    /// Notes an exemption; it is applied when all cases have been seen.
    pub fn exempt(&mut self, exemption: Exemption) {
        self.exemptions.push(exemption);
    }

    /// Counts, applies exemptions, and says what is wrong with them.
    #[must_use]
    pub fn finish(self) -> Report {
        let Self { mut policies, exemptions, mut comments, .. } = self;
        let mut diagnostics = Vec::new();
        // Whoever comes first among threads: reports do not depend on it.
        policies.sort_by(|a, b| (a.source.name(), a.at_rule).cmp(&(b.source.name(), b.at_rule)));
        comments.sort_by(|a, b| (a.0.name(), a.1.start).cmp(&(b.0.name(), b.1.start)));
        policies.iter_mut().flat_map(|policy| &mut policy.items).for_each(Item::settle);
        for (source, span, because) in comments {
            let items = policies.iter_mut().filter(|policy| policy.source.name() == source.name());
            let items = items.flat_map(|policy| &mut policy.items);
            exempt::of_comment(items, (source.clone(), span), because, &mut diagnostics);
        }
        for exemption in &exemptions {
            let of_file = policies.iter_mut().filter(|policy| policy.source.name() == exemption.policy);
            match of_file.min_by_key(|policy| !policy.has(&exemption.pointer)) {
                Some(policy) => exemption.apply(policy, &mut diagnostics),
                None => diagnostics.push(
                    Diagnostic::error(MISPLACED, format_args!("no case is about `{}`", exemption.policy))
                        .label(&exemption.place.0, exemption.place.1, ""),
                ),
            }
        }
        Report { policies, diagnostics }
    }
}

impl PolicyCoverage {
    fn of(policy: PolicyView<'_>, places: &Places) -> Self {
        let items = item::items(policy, places);
        let at = items.iter().enumerate().filter(|(_, item)| item.part != Part::Effect);
        let at = at.map(|(at, item)| (item.span, at)).collect();
        Self {
            source: policy.source().clone(),
            name: policy.name().to_owned(),
            items,
            traces: 0,
            at,
            at_rule: policy.span().start,
        }
    }

    fn has(&self, pointer: &str) -> bool {
        self.items.iter().any(|item| item.pointer == pointer)
    }

    /// An effect counts where the rule is true; that a policy is off shows without it.
    fn effect(&mut self, effect: &str, truth: Option<Truth>) {
        let states = self.items.iter_mut().filter(|item| item.part == Part::Effect);
        for state in states.flat_map(|item| &mut item.goals) {
            let Goal::Effect(name) = &state.goal else { continue };
            let same = name.is_empty() || name.eq_ignore_ascii_case(effect);
            if same && (truth == Some(Truth::True) || state.goal.is_disabled()) {
                state.hits += 1;
            }
        }
    }

    /// Its goals counted.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.items
            .iter()
            .map(Item::count)
            .fold(Counts::default(), |sum, (shown, exempt, goals)| sum.add(Counts { shown, exempt, goals }))
    }

    /// Where an item begins.
    #[must_use]
    pub fn position(&self, item: &Item) -> Position {
        self.source.position(item.span.start)
    }

    /// What no case shows, in the order of the text.
    pub fn missing(&self) -> impl Iterator<Item = (&Item, &Goal)> {
        self.items.iter().flat_map(|item| {
            item.goals.iter().filter(|state| state.is_missing()).map(move |state| (item, &state.goal))
        })
    }
}

impl Report {
    /// The goals of all policies counted.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.policies.iter().map(PolicyCoverage::counts).fold(Counts::default(), Counts::add)
    }
}
