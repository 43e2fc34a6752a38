//! Writing JSON as `string()` and `format()` do: compact, members in order (spec F-31, F-182).

use super::size::Output;
use crate::value::{Fault, Value};

/// Compact JSON: no blanks, members in order, characters beyond ASCII as they are.
pub(super) fn write(value: &Value) -> Result<String, Fault> {
    let mut out = Output::default();
    write_into(value, &mut out)?;
    Ok(out.finish())
}

fn write_into(value: &Value, out: &mut Output) -> Result<(), Fault> {
    match value {
        Value::Null | Value::Unknown(_) => out.push("null"),
        Value::Bool(true) => out.push("true"),
        Value::Bool(false) => out.push("false"),
        Value::Number(n) => out.push(&n.view().text()),
        Value::Text(t) => write_text(t, out),
        Value::Array(members) => {
            for (i, member) in members.iter().enumerate() {
                out.push(if i == 0 { "[" } else { "," })?;
                write_into(member, out)?;
            }
            out.push(if members.is_empty() { "[]" } else { "]" })
        }
        Value::Object(object) => {
            for (i, (name, member)) in object.members().iter().enumerate() {
                out.push(if i == 0 { "{" } else { "," })?;
                write_text(name, out)?;
                out.push(":")?;
                write_into(member, out)?;
            }
            out.push(if object.is_empty() { "{}" } else { "}" })
        }
    }
}

fn write_text(text: &str, out: &mut Output) -> Result<(), Fault> {
    out.push("\"")?;
    for c in text.chars() {
        match c {
            '"' => out.push("\\\"")?,
            '\\' => out.push("\\\\")?,
            '\u{8}' => out.push("\\b")?,
            '\u{c}' => out.push("\\f")?,
            '\n' => out.push("\\n")?,
            '\r' => out.push("\\r")?,
            '\t' => out.push("\\t")?,
            c if c < ' ' => out.push(&format!("\\u{:04x}", u32::from(c)))?,
            c => out.push_char(c)?,
        }
    }
    out.push("\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::TEXT_UNITS;
    use crate::value::{FaultKind, Object};

    #[test]
    fn texts() {
        // spec: F-182
        let object: Object =
            [("b\"".into(), Value::float(5.0)), ("a".into(), Value::array([]))].into_iter().collect();
        let table = [
            (Value::object(object), "{\"b\\\"\":5.0,\"a\":[]}"),
            (Value::text("é\\\u{1}\n/\u{7f}'"), "\"é\\\\\\u0001\\n/\u{7f}'\""),
            (Value::array([Value::Null, Value::Bool(true), Value::int(-1)]), "[null,true,-1]"),
        ];
        for (value, want) in table {
            assert_eq!(write(&value).as_deref(), Ok(want));
        }
    }

    #[test]
    fn stops_growing() {
        // spec: F-15
        let many = Value::array(vec![Value::text("x".repeat(TEXT_UNITS)); 30_000]);
        assert_eq!(write(&many).map_err(|fault| fault.kind()), Err(FaultKind::Limit));
    }
}
