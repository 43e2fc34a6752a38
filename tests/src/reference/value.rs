//! Texts of scalars, folding, equality and order of values (03 sections 2 and 4).

use serde_json::{Number, Value as Json, json};
use std::cmp::Ordering;

/// C-4: the text of a scalar; arrays, objects and null have none.
pub fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Bool(true) => Some("True".into()),
        Json::Bool(false) => Some("False".into()),
        Json::Number(number) => Some(number_text(number)),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

fn number_text(number: &Number) -> String {
    if !number.is_f64() {
        return number.to_string();
    }
    // C-4: floats always have a fraction or an exponent; `1E+15` from 10^15 up, `1E-05` below 10^-4.
    let float = number.as_f64().unwrap_or_default();
    let size = float.abs();
    if float != 0.0 && !(1e-4..1e15).contains(&size) {
        let scientific = format!("{float:e}");
        let (digits, exponent) = scientific.split_once('e').expect("an exponent");
        let exponent: i32 = exponent.parse().expect("digits");
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}E{sign}{:02}", exponent.abs());
    }
    let plain = float.to_string();
    if plain.contains('.') { plain } else { format!("{plain}.0") }
}

/// C-5: full case folding. Twice up and down reaches the folding of every letter but the dotless i, which
/// folds to itself.
pub fn fold(text: &str) -> String {
    let once = |text: &str| -> String {
        let up = |c: char| -> Vec<char> { if c == 'ı' { vec![c] } else { c.to_uppercase().collect() } };
        text.chars().flat_map(up).flat_map(char::to_lowercase).collect()
    };
    once(&once(text))
}

/// C-20 … C-22 for two values; null counts as empty (C-21).
pub fn equal(left: &Json, right: &Json) -> bool {
    match (left, right) {
        // C-22: same length, members equal in order.
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        // C-22: the same names without regard to case, and equal values.
        (Json::Object(a), Json::Object(b)) => {
            let paired =
                |(name, value): (&String, &Json)| super::look_up(b, name).is_some_and(|v| equal(value, v));
            a.len() == b.len() && a.iter().all(paired)
        }
        // C-22: arrays and objects are unequal to every scalar.
        (Json::Array(_) | Json::Object(_), _) | (_, Json::Array(_) | Json::Object(_)) => false,
        // C-20, C-21.
        _ => fold(&text(left).unwrap_or_default()) == fold(&text(right).unwrap_or_default()),
    }
}

/// C-43: numbers compare exactly, integer against float included.
pub fn order_numbers(left: &Number, right: &Number) -> Ordering {
    match (integer(left), integer(right)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(a), None) => integer_against_float(a, right.as_f64().unwrap_or_default()),
        (None, Some(b)) => integer_against_float(b, left.as_f64().unwrap_or_default()).reverse(),
        (None, None) => left
            .as_f64()
            .unwrap_or_default()
            .partial_cmp(&right.as_f64().unwrap_or_default())
            .expect("no NaN"),
    }
}

fn integer(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

#[allow(clippy::cast_possible_truncation)]
fn integer_against_float(integer: i128, float: f64) -> Ordering {
    if float.abs() >= 1e30 {
        return if float > 0.0 { Ordering::Less } else { Ordering::Greater };
    }
    let whole = float.floor();
    let fraction = if float > whole { Ordering::Less } else { Ordering::Equal };
    integer.cmp(&(whole as i128)).then(fraction)
}

/// C-41, C-42: the order of two texts.
pub fn order_texts(left: &str, right: &str) -> Ordering {
    match (instant(left), instant(right)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => fold(left).cmp(&fold(right)),
    }
}

/// C-42: a universal timestamp as ticks of 100 ns.
fn instant(text: &str) -> Option<i128> {
    if !text.is_ascii() || text.len() < 20 {
        return None;
    }
    let shape = text.as_bytes();
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if marks.iter().any(|(at, mark)| shape[*at] != *mark) {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<i128> {
        let digits = &text[from..to];
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *days.get(usize::try_from(month - 1).ok()?)?;
    if year < 1 || day < 1 || day > length || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let rest = &text[19..];
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(after) => after.split_at(after.find(|c: char| !c.is_ascii_digit())?),
        None => ("", rest),
    };
    let offset = if zone == "Z" {
        // 0 to 7 digits.
        if fraction.len() > 7 || (rest.starts_with('.') && fraction.is_empty()) {
            return None;
        }
        0
    } else {
        // With exactly 7 digits also `±hh:mm`.
        let sign = zone.chars().next()?;
        if fraction.len() != 7 || zone.len() != 6 || zone.as_bytes()[3] != b':' || !"+-".contains(sign) {
            return None;
        }
        let (hours, minutes) = (zone[1..3].parse::<i128>().ok()?, zone[4..6].parse::<i128>().ok()?);
        if hours > 14 || minutes > 59 || hours * 60 + minutes > 840 {
            return None;
        }
        (hours * 60 + minutes) * if sign == '-' { -1 } else { 1 }
    };
    let leaps = |y: i128| y / 4 - y / 100 + y / 400;
    let months: i128 = days[..usize::try_from(month - 1).ok()?].iter().sum();
    let date = (year - 1) * 365 + leaps(year - 1) + months + day;
    let seconds = ((date * 24 + hour) * 60 + minute - offset) * 60 + second;
    let ticks: i128 = format!("{fraction:0<7}").parse().ok()?;
    Some(seconds * 10_000_000 + ticks)
}

/// The table of 01 section 6: what a value becomes under its declared type.
pub fn coerce(kind: &str, given: &Json) -> Json {
    match (kind.to_ascii_lowercase().as_str(), given) {
        ("string", Json::Number(_) | Json::Bool(_)) => json!(text(given)),
        ("integer", Json::String(digits)) => {
            digits.parse::<i64>().map_or_else(|_| given.clone(), |n| json!(n))
        }
        ("integer", Json::Number(n)) if n.is_f64() => {
            let whole = n.as_f64().unwrap_or_default();
            format!("{whole:.0}").parse::<i64>().map_or_else(|_| given.clone(), |n| json!(n))
        }
        ("float", Json::String(digits)) => digits.parse::<f64>().map_or_else(|_| given.clone(), |n| json!(n)),
        ("boolean", Json::String(word)) if word.eq_ignore_ascii_case("true") => json!(true),
        ("boolean", Json::String(word)) if word.eq_ignore_ascii_case("false") => json!(false),
        _ => given.clone(),
    }
}
