//! A condition or effect of a policy with what tests should show of it and did.

use super::goal::{Goal, Tally};
use super::place::Places;
use ordain::{PolicyView, Source, Span, Written, WrittenEffect};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A condition of the rule.
    Rule,
    /// A condition on elements that a count ranges over.
    Where,
    /// A condition on related resources.
    Existence,
    /// `then.effect`.
    Effect,
}

/// A goal and how often it was shown.
#[derive(Clone, Debug, PartialEq)]
pub struct GoalState {
    /// The goal.
    pub goal: Goal,
    /// How often it was shown.
    pub hits: usize,
    /// Why nobody need show it.
    pub exempt: Option<String>,
}

impl GoalState {
    /// Whether a case should show it and none does.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.hits == 0 && self.exempt.is_none()
    }
}

/// A condition or effect.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub part: Part,
    /// Bytes of its object, or of the effect, in the policy's text.
    pub span: Span,
    /// Bytes of what tells it apart: operator and operand; the effect itself.
    pub mark: Span,
    /// JSON Pointer into `policyRule`; empty where the file holds the rule in another form.
    pub pointer: String,
    /// What it says, in short.
    pub text: String,
    /// What came out.
    pub tally: Tally,
    /// Its goals.
    pub goals: Vec<GoalState>,
    /// The combinators around it, outermost first, each with the number of its other members.
    pub(super) around: Vec<(&'static str, usize)>,
    /// The parameter that an effect is.
    pub(super) parameter: Option<String>,
}

impl Item {
    /// Counts goals: shown, exempted, all.
    pub(super) fn count(&self) -> (usize, usize, usize) {
        let shown = self.goals.iter().filter(|state| state.hits > 0).count();
        let exempt = self.goals.iter().filter(|state| state.hits == 0 && state.exempt.is_some()).count();
        (shown, exempt, self.goals.len())
    }

    pub(super) fn settle(&mut self) {
        let tally = self.tally;
        if self.part != Part::Effect {
            self.goals.iter_mut().for_each(|state| state.hits = tally.hits(&state.goal));
        }
    }
}

/// All items of a policy in the order of the text.
pub(super) fn items(policy: PolicyView<'_>, places: &Places) -> Vec<Item> {
    let mut building = Building { source: policy.source(), places, items: Vec::new() };
    building.walk(&policy.rule(), Part::Rule, &[]);
    if let Some(existence) = policy.existence_condition() {
        building.walk(&existence, Part::Existence, &[]);
    }
    building.effect(&policy.written_effect());
    let mut items = building.items;
    items.sort_by_key(|item| item.span.start);
    items
}

struct Building<'b> {
    source: &'b Source,
    places: &'b Places,
    items: Vec<Item>,
}

impl Building<'_> {
    fn walk(&mut self, written: &Written, part: Part, around: &[(&'static str, usize)]) {
        if let Some(group) = written.group() {
            let others = written.members().len().saturating_sub(1);
            let below: Vec<_> = around.iter().copied().chain([(group, others)]).collect();
            written.members().iter().for_each(|member| self.walk(member, part, &below));
            return;
        }
        self.items.push(Item {
            part,
            span: written.span(),
            mark: written.test_span().unwrap_or_default(),
            pointer: self.places.pointer(written.span()),
            text: self.text(written),
            tally: Tally::default(),
            goals: states(Goal::of_condition(written.is_count())),
            around: around.to_vec(),
            parameter: None,
        });
        if let Some(filter) = written.filter() {
            self.walk(filter, Part::Where, &[]);
        }
    }

    fn effect(&mut self, effect: &WrittenEffect) {
        let mut goals: Vec<Goal> = effect.choices().iter().cloned().map(Goal::Effect).collect();
        if goals.is_empty() {
            goals.push(Goal::Effect(String::new()));
        }
        self.items.push(Item {
            part: Part::Effect,
            span: effect.span(),
            mark: effect.span(),
            pointer: self.places.pointer(effect.span()),
            text: "effect".to_owned(),
            tally: Tally::default(),
            goals: states(goals),
            around: Vec::new(),
            parameter: effect.parameter().map(str::to_owned),
        });
    }

    /// A condition in one line: the last part of an alias, the operator, the operand.
    fn text(&self, written: &Written) -> String {
        let subject = written.subject();
        let name = if subject.starts_with('[') { subject } else { last_part(subject) };
        let name = if written.is_count() { format!("count of {name}") } else { name.to_owned() };
        let operand = written.operand_span().map(|span| self.source.slice(span)).unwrap_or_default();
        let operand: Vec<&str> = operand.split_whitespace().collect();
        let operator = written.operator().unwrap_or_default();
        format!("{} {operator} {}", shorten(&name), shorten(&operand.join(" ")))
    }
}

fn states(goals: Vec<Goal>) -> Vec<GoalState> {
    goals.into_iter().map(|goal| GoalState { goal, hits: 0, exempt: None }).collect()
}

fn last_part(subject: &str) -> &str {
    subject.rsplit('/').next().unwrap_or(subject)
}

/// Longest text shown whole, in characters.
const SHOWN: usize = 48;

fn shorten(text: &str) -> String {
    let count = text.chars().count();
    if count <= SHOWN {
        return text.to_owned();
    }
    let half = SHOWN / 2 - 1;
    let head: String = text.chars().take(half).collect();
    let tail: String = text.chars().skip(count - half).collect();
    format!("{head}…{tail}")
}
