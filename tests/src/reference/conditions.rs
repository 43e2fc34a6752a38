//! The truth of a condition: combinators, subjects, operands, slots (03 sections 6 and 7, 04 section 2).

use super::expression::template;
use super::fields::{self, Slot, normal_location};
use super::operators::{self, Subject};
use super::{Scope, Stop, Truth, World, counts, member};
use serde_json::Value as Json;

/// C-61, C-66: members in order, stopping at the first `stops`.
pub fn combine(stops: Truth, members: impl Iterator<Item = Truth>) -> Truth {
    let mut unknown = None;
    for outcome in members {
        match outcome {
            stopped if stopped == stops => return stops,
            // C-66: an error is certain only if nothing unknown came before it.
            Truth::Error(_) => return unknown.unwrap_or(outcome),
            Truth::Unknown(_) => unknown = unknown.or(Some(outcome)),
            Truth::True | Truth::False => {}
        }
    }
    unknown.unwrap_or(negate(stops))
}

/// C-61, C-66: errors and unknowns stay.
pub fn negate(outcome: Truth) -> Truth {
    match outcome {
        Truth::True => Truth::False,
        Truth::False => Truth::True,
        other => other,
    }
}

fn stopped(stop: Stop) -> Truth {
    match stop {
        Stop::Fault(fault) => Truth::Error(fault),
        Stop::Unknown(reason) => Truth::Unknown(reason),
    }
}

/// A condition of the grammar of 01 section 7.
pub fn judge(world: &World<'_>, scope: &Scope, condition: &Json) -> Truth {
    let list = |name: &str| member(condition, name).and_then(Json::as_array);
    if let Some(members) = list("allOf") {
        return combine(Truth::False, members.iter().map(|c| judge(world, scope, c)));
    }
    if let Some(members) = list("anyOf") {
        return combine(Truth::True, members.iter().map(|c| judge(world, scope, c)));
    }
    if let Some(inner) = member(condition, "not") {
        return negate(judge(world, scope, inner));
    }
    leaf(world, scope, condition)
}

/// The operator of a leaf, in lower case, with its operand.
pub fn operator(condition: &Json) -> Option<(String, &Json)> {
    let subjects = ["field", "value", "count"];
    let mut members = condition.as_object()?.iter();
    let (name, operand) = members.find(|(key, _)| !subjects.iter().any(|s| s.eq_ignore_ascii_case(key)))?;
    Some((name.to_ascii_lowercase(), operand))
}

fn leaf(world: &World<'_>, scope: &Scope, condition: &Json) -> Truth {
    let Some((operator, operand)) = operator(condition) else { return Truth::Error("MissingOperator") };
    let operator = operator.as_str();
    // the operand once, before the left side, in the scope outside; what stops there decides.
    let operand = match prepared(world, scope, operator, operand) {
        Ok(operand) => operand,
        Err(stop) => return stopped(stop),
    };
    if let Some(count) = member(condition, "count") {
        return counts::judge(world, scope, count, |low, high| compare_counts(operator, low, high, &operand));
    }
    if let Some(value) = member(condition, "value") {
        // C-70: L is the result.
        return match template(world, scope, value) {
            Err(stop) => stopped(stop),
            Ok((left, _)) => operators::holds(operator, Subject::Value, Some(&left), &operand),
        };
    }
    let text = member(condition, "field").and_then(Json::as_str).unwrap_or_default();
    field(world, scope, operator, text, operand)
}

/// The operand, computed once in its scope and checked (C-2, C-13, A-12).
fn prepared(world: &World<'_>, scope: &Scope, operator: &str, operand: &Json) -> Result<Json, Stop> {
    let (operand, computed) = template(world, scope, operand)?;
    if computed {
        operators::check_computed(operator, &operand).map_err(Stop::Fault)?;
    }
    Ok(operand)
}

/// L-41: the text that an expression as `field` yields.
fn field_name(world: &World<'_>, scope: &Scope, text: &str) -> Result<String, Stop> {
    match template(world, scope, &Json::String(text.to_owned()))? {
        (Json::String(name), false) => Ok(name),
        (Json::String(name), true) if !name.is_empty() => {
            // Not evaluated a second time: such a name is none of L-2's.
            let bracketed = name.starts_with('[');
            if bracketed { Err(Stop::Fault("UnknownField")) } else { Ok(name) }
        }
        _ => Err(Stop::Fault("FieldExpression")),
    }
}

fn field(world: &World<'_>, scope: &Scope, operator: &str, text: &str, mut operand: Json) -> Truth {
    let found = field_name(world, scope, text)
        .and_then(|name| Ok((fields::read(world, scope, &name).map_err(Stop::Fault)?, name)));
    let (found, name) = match found {
        Ok(found) => found,
        Err(stop) => return stopped(stop),
    };
    if name.eq_ignore_ascii_case("location") {
        operand = located(operator, operand);
    }
    let slot = |slot: &Slot| match slot {
        Slot::Unknown(reason) => Truth::Unknown(reason),
        Slot::Missing => operators::holds(operator, Subject::Field, None, &operand),
        Slot::Value(value) => operators::holds(operator, Subject::Field, Some(value), &operand),
    };
    // C-66: every slot; without a star there is one.
    combine(Truth::False, found.slots.iter().map(slot))
}

/// L-22, C-24: operands of a condition on `location` are normalised.
fn located(operator: &str, operand: Json) -> Json {
    let ordering = ["less", "lessorequals", "greater", "greaterorequals", "exists"];
    if ordering.contains(&operator) {
        return operand;
    }
    match operand {
        Json::String(place) => Json::String(normal_location(&place)),
        Json::Array(places) => places.into_iter().map(|place| located(operator, place)).collect(),
        other => other,
    }
}

/// C-66: the outcome if it is the same for every number of the range.
fn compare_counts(operator: &str, low: usize, high: (usize, Option<Truth>), operand: &Json) -> Truth {
    let at = |n: usize| operators::holds(operator, Subject::Value, Some(&Json::from(n)), operand);
    let (high, unknown) = high;
    let first = at(low);
    let same = (low..=high).all(|n| at(n) == first);
    if same { first } else { unknown.unwrap_or(first) }
}
