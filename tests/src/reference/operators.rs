//! The nineteen operators: a left side, an operand, true or false or a failure (03 sections 3 to 5).

use super::value::{equal, fold, order_numbers, order_texts, text};
use super::{Truth, look_up};
use serde_json::Value as Json;
use std::cmp::Ordering;

/// Where the left side comes from: only fields are missing, and null differs (C-28, 03 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// `field`.
    Field,
    /// `value` or `count`.
    Value,
}

/// C-48: the positive operator, and whether the name is the negated form.
fn positive(operator: &str) -> (&str, bool) {
    match operator {
        "notequals" => ("equals", true),
        "notlike" => ("like", true),
        "notmatch" => ("match", true),
        "notmatchinsensitively" => ("matchinsensitively", true),
        "notcontains" => ("contains", true),
        "notin" => ("in", true),
        "notcontainskey" => ("containskey", true),
        other => (other, false),
    }
}

/// C-13: what a computed operand may be. Literals were checked when the policy was read (C-10).
pub fn check_computed(operator: &str, operand: &Json) -> Result<(), &'static str> {
    let operator = positive(operator).0;
    match (operator, operand) {
        // C-13, row null: all operators.
        (_, Json::Null) => Err("OperandNull"),
        ("in", Json::Array(_)) => Ok(()),
        // C-13: a scalar or an object where a list is due.
        ("in", _) => Err("OperandType"),
        // C-10, C-13: what no literal may be; C-40 has no column for a boolean.
        ("less" | "lessorequals" | "greater" | "greaterorequals", Json::Bool(_)) => Err("OperandType"),
        ("less" | "lessorequals" | "greater" | "greaterorequals", Json::Array(_) | Json::Object(_)) => {
            Err("TypeMismatch")
        }
        // C-10, C-13: `exists` takes a boolean or its word.
        ("exists", Json::Bool(_)) => Ok(()),
        ("exists", Json::String(word))
            if word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false") =>
        {
            Ok(())
        }
        ("exists", _) => Err("OperandType"),
        _ => Ok(()),
    }
}

/// The outcome for one left side; `None` is missing.
pub fn holds(operator: &str, subject: Subject, left: Option<&Json>, operand: &Json) -> Truth {
    let (name, negated) = positive(operator);
    let outcome = match name {
        "equals" => Ok(equal(left.unwrap_or(&Json::Null), operand)),
        "in" => Ok(listed(left.unwrap_or(&Json::Null), operand)),
        "like" => Ok(texts(subject, left, operand, like)),
        "match" => Ok(texts(subject, left, operand, |text, pattern| matches(text, pattern, false))),
        "matchinsensitively" => {
            Ok(texts(subject, left, operand, |text, pattern| matches(text, pattern, true)))
        }
        "contains" => Ok(contains(subject, left, operand)),
        "containskey" => Ok(contains_key(left, operand)),
        "exists" => {
            // C-46, C-47: neither missing nor null.
            let there = left.is_some_and(|value| !value.is_null());
            let wanted = match operand {
                Json::Bool(wanted) => *wanted,
                other => other.as_str().is_some_and(|word| word.eq_ignore_ascii_case("true")),
            };
            Ok(there == wanted)
        }
        "less" => order(left, operand, &[Ordering::Less]),
        "lessorequals" => order(left, operand, &[Ordering::Less, Ordering::Equal]),
        "greater" => order(left, operand, &[Ordering::Greater]),
        "greaterorequals" => order(left, operand, &[Ordering::Greater, Ordering::Equal]),
        _ => Err("UnknownConditionKey"),
    };
    match outcome {
        // C-48: errors stay errors on both sides.
        Err(fault) => Truth::Error(fault),
        Ok(holds) if holds != negated => Truth::True,
        Ok(_) => Truth::False,
    }
}

/// C-36 … C-38: some member equals; a null member matches nothing.
fn listed(left: &Json, operand: &Json) -> bool {
    let members = operand.as_array().map(Vec::as_slice).unwrap_or_default();
    members.iter().any(|member| !member.is_null() && equal(left, member))
}

/// C-28, C-32, C-35: what `like`, `match` and `contains` see of the left side: a missing or null field matches
/// nothing, a null value counts as empty; arrays and objects have no text.
fn texts(subject: Subject, left: Option<&Json>, operand: &Json, holds: impl Fn(&str, &str) -> bool) -> bool {
    // C-13: an array or object as operand: positive false.
    let Some(operand) = text(operand) else { return false };
    match left {
        None => false,
        Some(Json::Null) => subject == Subject::Value && holds("", &operand),
        Some(value) => text(value).is_some_and(|text| holds(&text, &operand)),
    }
}

/// C-25 … C-27: `*` is any run of characters, all else itself.
fn like(text: &str, pattern: &str) -> bool {
    fn here(text: &[char], pattern: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|skip| here(&text[skip..], rest)),
            Some((c, rest)) => text.first() == Some(c) && here(&text[1..], rest),
        }
    }
    let chars = |text: &str| fold(text).chars().collect::<Vec<_>>();
    here(&chars(text), &chars(pattern))
}

/// C-30, C-31: character by character, lengths agree.
fn matches(text: &str, pattern: &str, insensitive: bool) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let fits = |(c, p): (&char, &char)| match p {
        '#' => c.is_ascii_digit(),
        '?' => c.is_ascii_alphabetic(),
        '.' => true,
        literal if insensitive => fold(&c.to_string()) == fold(&literal.to_string()),
        literal => c == literal,
    };
    text.len() == pattern.len() && text.iter().zip(&pattern).all(fits)
}

/// C-33, C-34.
fn contains(subject: Subject, left: Option<&Json>, operand: &Json) -> bool {
    match left {
        // C-13: an array or object as operand is contained in nothing.
        _ if operand.is_array() || operand.is_object() => false,
        Some(Json::Array(members)) => members.iter().any(|member| equal(member, operand)),
        Some(Json::Object(_)) => contains_key(left, operand),
        _ => texts(subject, left, operand, |text, part| fold(text).contains(&fold(part))),
    }
}

/// C-39: a key that is equal without regard to ASCII case.
fn contains_key(left: Option<&Json>, operand: &Json) -> bool {
    let key = text(operand);
    left.and_then(Json::as_object).zip(key).is_some_and(|(object, key)| look_up(object, &key).is_some())
}

/// C-40 … C-44.
fn order(left: Option<&Json>, operand: &Json, wanted: &[Ordering]) -> Result<bool, &'static str> {
    let ordering = match (left.unwrap_or(&Json::Null), operand) {
        // C-40: missing and null: all four false.
        (Json::Null, _) => return Ok(false),
        (Json::Number(a), Json::Number(b)) => order_numbers(a, b),
        (Json::String(a), Json::String(b)) => order_texts(a, b),
        _ => return Err("TypeMismatch"),
    };
    Ok(wanted.contains(&ordering))
}
