//! What would show a goal that no case shows, in words.

use super::goal::Goal;
use super::item::{Item, Part};

/// What is missing, such as `never true`.
#[must_use]
pub fn missing(goal: &Goal) -> String {
    match goal {
        Goal::True => "never true".to_owned(),
        Goal::False => "never false".to_owned(),
        Goal::Decisive => "never decisive".to_owned(),
        Goal::Zero => "never counts nothing".to_owned(),
        Goal::One => "never counts exactly one".to_owned(),
        Goal::Many => "never counts several".to_owned(),
        Goal::Effect(name) if name.is_empty() => "rule never true".to_owned(),
        Goal::Effect(name) => format!("`{name}` never seen"),
    }
}

/// The case that would show it.
#[must_use]
pub fn wanted(item: &Item, goal: &Goal) -> String {
    let whose = match item.part {
        Part::Where => "an element for which",
        Part::Existence => "a related resource for which",
        Part::Rule | Part::Effect => "a case in which",
    };
    match goal {
        Goal::True => format!("{whose} it holds{}", reached(item)),
        Goal::False => format!("{whose} it does not hold{}", reached(item)),
        Goal::Decisive => format!("{whose} it alone decides{}", alone(item)),
        Goal::Zero => "a case in which no element counts".to_owned(),
        Goal::One => "a case in which exactly one element counts".to_owned(),
        Goal::Many => "a case in which two or more elements count".to_owned(),
        Goal::Effect(_) => match &item.parameter {
            Some(name) if goal.is_disabled() => format!("a case with `{name}: {goal}`"),
            Some(name) if !matches!(goal, Goal::Effect(effect) if effect.is_empty()) => {
                format!("a case with `{name}: {goal}` in which the rule is true")
            }
            _ => "a case in which the rule is true".to_owned(),
        },
    }
}

/// What must not have decided before, where a condition was never reached.
fn reached(item: &Item) -> &'static str {
    let inside = item.around.iter().any(|(group, others)| *group != "not" && *others > 0);
    if item.tally.reached() == 0 && inside { ", and nothing before it has decided" } else { "" }
}

/// What all else must be, from the innermost combinator outwards.
fn alone(item: &Item) -> String {
    let parts: Vec<String> = item
        .around
        .iter()
        .rev()
        .filter(|(group, others)| *group != "not" && *others > 0)
        .map(|(group, others)| {
            let truth = if *group == "allOf" { "true" } else { "false" };
            match others {
                1 => format!("the other member of its `{group}` {truth}"),
                n => format!("the {n} others of its `{group}` {truth}"),
            }
        })
        .collect();
    let around = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    let turns = if item.part == Part::Where { ", and the count turns with it" } else { "" };
    format!("{around}{turns}")
}
