//! Texts: joining, splitting, cutting, padding, case (spec 05 section 11).

use super::Function;
use super::arguments::{array, exactly, int, leading, text, unusable, wrong};
use super::case::{lower, upper};
use super::size::Output;
use super::{json_writer, units};
use crate::value::text::units as length;
use crate::value::{Fault, FaultKind, Number, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("join", (2, 2), "a t -> t", join, "F-178"),
    Function::strict("padLeft", (2, 3), "t/i i [t] -> t", pad_left, "F-179"),
    Function::strict("split", (2, 2), "t t/a -> a", split, "F-181"),
    Function::strict("string", (1, 1), "t/i/b/a/o -> t", string, "F-182"),
    Function::strict("substring", (2, 3), "t i [i] -> t", substring, "F-183"),
    Function::strict("toLower", (1, 1), "t -> t", to_lower, "F-184"),
    Function::strict("toUpper", (1, 1), "t -> t", to_upper, "F-184"),
    Function::strict("trim", (1, 1), "t -> t", trim, "F-185"),
];

/// The greatest width of `padLeft` (spec F-179).
const WIDTH: i64 = 16;

fn join(arguments: &[Value]) -> Result<Value, Fault> {
    let [members, delimiter] = exactly(arguments)?;
    let (members, delimiter) = (array(members)?, text(delimiter)?);
    let mut out = Output::default();
    for (i, member) in members.iter().enumerate() {
        out.push(if i == 0 { "" } else { delimiter })?;
        out.push(text(member)?)?;
    }
    Ok(out.finish().into())
}

fn pad_left(arguments: &[Value]) -> Result<Value, Fault> {
    let (value, rest) = leading(arguments)?;
    let (width, rest) = leading(rest)?;
    let padded = match value {
        Value::Number(Number::Int(n)) => n.to_string(),
        Value::Text(_) | Value::Null => text(value)?.to_owned(),
        other => return Err(wrong("a string or integer", other)),
    };
    let given = int(width)?;
    if !(1..=WIDTH).contains(&given) {
        return Err(unusable("a width from 1 to 16", width));
    }
    let filler = match rest.first() {
        None | Some(Value::Null) => " ",
        Some(filler) => match text(filler)? {
            one if length(one) == 1 => one,
            _ => return Err(unusable("a single character to pad with", filler)),
        },
    };
    let missing = usize::try_from(given).unwrap_or(0).saturating_sub(length(&padded));
    Ok((filler.repeat(missing) + &padded).into())
}

fn split(arguments: &[Value]) -> Result<Value, Fault> {
    let [whole, delimiters] = exactly(arguments)?;
    let whole = match whole {
        Value::Null => None,
        other => Some(text(other)?),
    };
    let pieces: Vec<&str> = match delimiters {
        Value::Array(list) if list.is_empty() => whole.map(|w| w.split(char::is_whitespace).collect()),
        Value::Array(list) => {
            let delimiters = list.iter().map(text).collect::<Result<Vec<_>, _>>()?;
            whole.map(|w| split_at_any(w, &delimiters))
        }
        other => {
            let delimiter = text(other)?;
            whole.map(|w| split_at_any(w, &[delimiter]))
        }
    }
    .unwrap_or_default();
    Ok(Value::array(pieces.into_iter().map(Value::text).collect::<Vec<_>>()))
}

/// Pieces between delimiters: the leftmost place wins, at one place the first delimiter. Empty ones are none.
fn split_at_any<'t>(text: &'t str, delimiters: &[&str]) -> Vec<&'t str> {
    let mut delimiters = delimiters.iter().copied().filter(|d| !d.is_empty());
    let delimiters: Vec<&str> = match (delimiters.next(), delimiters.next()) {
        (None, _) => return vec![text],
        (Some(only), None) => return text.split(only).collect(),
        (Some(first), Some(second)) => [first, second].into_iter().chain(delimiters).collect(),
    };
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(delimiter) = delimiters.iter().find(|d| rest.starts_with(**d)) {
            pieces.push(text.get(begin..at).unwrap_or_default());
            at += delimiter.len();
            begin = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    pieces.push(text.get(begin..).unwrap_or_default());
    pieces
}

fn string(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    as_string(value).map(Value::from)
}

/// What `string()` makes of a value.
pub(super) fn as_string(value: &Value) -> Result<String, Fault> {
    match value {
        Value::Null => Ok(String::new()),
        Value::Text(t) => Ok(t.to_string()),
        Value::Bool(b) => Ok(if *b { "True" } else { "False" }.to_owned()),
        Value::Number(Number::Int(n)) => Ok(n.to_string()),
        Value::Array(_) | Value::Object(_) => json_writer::write(value),
        other => Err(wrong("a string, integer, boolean, array or object", other)),
    }
}

fn substring(arguments: &[Value]) -> Result<Value, Fault> {
    let (value, rest) = leading(arguments)?;
    let (start, rest) = leading(rest)?;
    let whole = text(value)?;
    let (begin, units) = (int(start)?, i64::try_from(length(whole)).unwrap_or(i64::MAX));
    let count = rest.first().map_or(Ok(units.saturating_sub(begin)), int)?;
    let end = begin.checked_add(count).filter(|end| begin >= 0 && count >= 0 && *end <= units);
    if end.is_none() {
        let message = format!("start {begin} and length {count} do not fit a string of length {units}");
        return Err(Fault::new(FaultKind::Range, message));
    }
    let [begin, count] = [begin, count].map(|n| usize::try_from(n).unwrap_or(0));
    Ok(units::slice(whole, begin, count).into())
}

fn to_lower(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    Ok(text(value)?.chars().map(lower).collect::<String>().into())
}

fn to_upper(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    Ok(text(value)?.chars().map(upper).collect::<String>().into())
}

fn trim(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    Ok(text(value)?.trim().into())
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn joining_and_splitting() {
        check(&[
            ("F-178", "join", "[['a',null,'b'],'-']", "'a--b'"),
            ("F-178", "join", "[[],'-']", "''"),
            ("F-178", "join", "[['a','b'],null]", "'ab'"),
            ("F-178", "join", "[[1],'-']", "!Type"),
            ("F-178", "join", "['ab','-']", "!Type"),
            ("F-181", "split", "['',',']", "['']"),
            ("F-181", "split", "['a,,b',',']", "['a','','b']"),
            ("F-181", "split", "['abcab',['b','bc']]", "['a','ca','']"),
            ("F-181", "split", "['abcab',['bc','b']]", "['a','a','']"),
            ("F-181", "split", "['aXbx','x']", "['aXb','']"),
            ("F-181", "split", "['a b\\tc',[]]", "['a','b','c']"),
            ("F-181", "split", "['a b',['']]", "['a b']"),
            ("F-181", "split", "['a b',null]", "['a b']"),
            ("F-181", "split", "[null,',']", "[]"),
            ("F-181", "split", "['a1b',1]", "!Type"),
            ("F-181", "split", "['a1b',[1]]", "!Type"),
        ]);
    }

    #[test]
    fn writing() {
        check(&[
            ("F-182", "string", "[true]", "'True'"),
            ("F-182", "string", "[-5]", "'-5'"),
            ("F-182", "string", "[null]", "''"),
            ("F-182", "string", "[1.5]", "!Type"),
            ("F-182", "string", "[{'b':[1,true,null,'é'],'a':{}}]", "'{\"b\":[1,true,null,\"é\"],\"a\":{}}'"),
        ]);
    }

    #[test]
    fn cutting() {
        check(&[
            ("F-183", "substring", "['foot',0,3]", "'foo'"),
            ("F-183", "substring", "['abc',3]", "''"),
            ("F-183", "substring", "['a😀b',1,2]", "'😀'"),
            ("F-183", "substring", "[null,0]", "''"),
            ("F-183", "substring", "['abc',4]", "!Range"),
            ("F-183", "substring", "['abc',-1]", "!Range"),
            ("F-183", "substring", "['abc',1,-1]", "!Range"),
            ("F-183", "substring", "['abc',2,2]", "!Range"),
            ("F-183", "substring", "['abc',1,9223372036854775807]", "!Range"),
            ("F-183", "substring", "['abc',null]", "!Type"),
            ("F-185", "trim", "['\\u3000\\t x \\n']", "'x'"),
            ("F-185", "trim", "['\\u200bx']", "'\\u200bx'"),
        ]);
    }

    #[test]
    fn padding_and_case() {
        check(&[
            ("F-179", "padLeft", "[123,5,'0']", "'00123'"),
            ("F-179", "padLeft", "['ab',4]", "'  ab'"),
            ("F-179", "padLeft", "['ab',4,null]", "'  ab'"),
            ("F-179", "padLeft", "['abcd',2,'0']", "'abcd'"),
            ("F-179", "padLeft", "[null,2,'x']", "'xx'"),
            ("F-179", "padLeft", "['a',17]", "!Value"),
            ("F-179", "padLeft", "['a',0]", "!Value"),
            ("F-179", "padLeft", "['a',2,'😀']", "!Value"),
            ("F-179", "padLeft", "['a',2,0]", "!Type"),
            ("F-179", "padLeft", "[true,2]", "!Type"),
            ("F-184", "toUpper", "['straße ﬁ é']", "'STRAßE ﬁ É'"),
            ("F-184", "toLower", "['ÀΣ']", "'àσ'"),
            ("F-184", "toLower", "[null]", "''"),
            ("F-184", "toLower", "[5]", "!Type"),
        ]);
    }
}
