//! Other values: of operands, defaults, and inside expressions.

use super::mutants::{Making, without};
use ordain::Span;
use ordain::json::{Json, Kind};

/// Functions and what stands in their place.
const SWAPS: [(&str, &str); 18] = [
    ("first", "last"),
    ("last", "first"),
    ("and", "or"),
    ("or", "and"),
    ("less", "lessOrEquals"),
    ("lessOrEquals", "less"),
    ("greater", "greaterOrEquals"),
    ("greaterOrEquals", "greater"),
    ("add", "sub"),
    ("sub", "add"),
    ("skip", "take"),
    ("take", "skip"),
    ("min", "max"),
    ("max", "min"),
    ("startsWith", "endsWith"),
    ("endsWith", "startsWith"),
    ("toLower", "string"),
    ("toUpper", "string"),
];

/// Functions whose texts name something: another name is another question.
const NAMING: [&str; 3] = ["field", "parameters", "current"];

/// Other values in the place of one. Numbers do not go below `floor`; `listed`: an array is wanted.
pub fn value(making: &mut Making<'_>, json: &Json<'_>, at: &str, floor: Option<i64>, listed: bool) {
    let mut other = |text: String, shown: &str| {
        let what = format!("`{}` for `{shown}`", text.trim_matches('"'));
        making.add(at, &what, json.span, text);
    };
    match &json.kind {
        Kind::Bool(flag) => other((!flag).to_string(), &flag.to_string()),
        Kind::Number(number) => {
            let Ok(number) = number.text().parse::<i64>() else { return };
            other((number + 1).to_string(), &number.to_string());
            if floor.is_none_or(|floor| number > floor) {
                other((number - 1).to_string(), &number.to_string());
            }
        }
        Kind::Text(text) if text.starts_with('[') && !text.starts_with("[[") => {
            other(if listed { "[]".to_owned() } else { "\"other\"".to_owned() }, "the expression");
            expression(making, json, at);
        }
        Kind::Text(text) => other(serde_json::Value::from(changed(text)).to_string(), text),
        Kind::Array(items) if items.is_empty() => other("[\"other\"]".to_owned(), "[]"),
        Kind::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                let at = format!("{at}/{number}");
                match items.len() {
                    1 => value(making, item, &at, None, false),
                    _ => making.add(&at, "dropped", without(items, number), String::new()),
                }
            }
        }
        Kind::Object(members) => {
            for member in members {
                value(making, &member.value, &format!("{at}/{}", member.key), None, false);
            }
        }
        Kind::Null | Kind::Unknown(_) => {}
    }
}

fn changed(text: &str) -> String {
    if text.is_empty() { "other".to_owned() } else { format!("{text}-other") }
}

/// Other literals and functions inside an expression; a plain value changes as a whole.
pub fn expression(making: &mut Making<'_>, json: &Json<'_>, at: &str) {
    let Kind::Text(text) = &json.kind else { return value(making, json, at, None, false) };
    if !text.starts_with('[') || text.starts_with("[[") {
        return value(making, json, at, None, false);
    }
    let start = json.span.start as usize + 1;
    let raw = making.raw(json.span);
    let mut number = 0;
    for (from, to, text) in changes(&raw) {
        number += 1;
        let what = format!("`{text}` for `{}` ({number})", &raw[from..to]);
        making.add(at, &what, Span::new(start + from, start + to), text);
    }
}

/// What may stand for pieces of an expression: their bytes, and the other text.
fn changes(text: &str) -> Vec<(usize, usize, String)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let end = match byte {
            b'\'' => literal(text, at),
            b'0'..=b'9' => run(bytes, at, |b| b.is_ascii_digit()),
            _ if byte.is_ascii_alphabetic() => run(bytes, at, |b| b.is_ascii_alphanumeric() || b == b'_'),
            _ => at + 1,
        };
        let piece = &text[at..end];
        match byte {
            b'\'' if !names_something(&text[..at]) => {
                found.push((at, end, format!("'{}'", changed(piece.trim_matches('\'')))));
            }
            b'0'..=b'9' => {
                let number: Option<i64> = piece.parse().ok();
                found.extend(number.and_then(|n| n.checked_add(1)).map(|n| (at, end, n.to_string())));
            }
            _ if byte.is_ascii_alphabetic() && text[end..].trim_start().starts_with('(') => {
                let swap = SWAPS.iter().find(|(name, _)| name.eq_ignore_ascii_case(piece));
                found.extend(swap.map(|(_, other)| (at, end, (*other).to_owned())));
            }
            _ => {}
        }
        at = end;
    }
    found
}

/// The end of a literal in single quotes; two of them inside stand for one.
fn literal(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'\'', Some(b'\'')) => at += 2,
            (b'\'', _) => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn run(bytes: &[u8], start: usize, of: impl Fn(u8) -> bool) -> usize {
    bytes[start..].iter().position(|b| !of(*b)).map_or(bytes.len(), |length| start + length)
}

fn names_something(before: &str) -> bool {
    let Some(before) = before.trim_end().strip_suffix('(') else { return false };
    let word = before.trim_end().rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    NAMING.iter().any(|name| name.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_expressions() {
        let pieces = |text: &str| changes(text).into_iter().map(|(_, _, text)| text).collect::<Vec<_>>();
        assert_eq!(pieces("[first(split(field('a/b'), '/'))]"), ["last", "'/-other'"]);
        assert_eq!(pieces("[equals(parameters('p')[0], '')]"), ["1", "'other'"]);
        assert_eq!(pieces("[concat('it''s', current( 'x' ))]"), ["'it''s-other'"]);
        assert_eq!(pieces("[toLower(firstName)]"), ["string"]);
    }
}
