//! Properties and members: `.name` and `[expression]` (spec F-17 … F-20).

use super::arguments::{shortened, shown, wrong};
use crate::value::{Fault, FaultKind, Object, Value};

/// Names that a message lists.
const LISTED: usize = 5;

/// What `.name` yields: the property of exactly this name, else the first equal without regard to ASCII case.
///
/// # Errors
/// `Property` when the object lacks it or the receiver is null, `Type` when the receiver is no object.
pub fn property(receiver: &Value, name: &str) -> Result<Value, Fault> {
    match receiver {
        Value::Object(object) => object.get(name).cloned().ok_or_else(|| absent(object, name)),
        Value::Null => {
            Err(Fault::new(FaultKind::Property, format!("null has no property `{}`", shortened(name))))
        }
        Value::Unknown(reason) => Ok(Value::Unknown(*reason)),
        other => {
            let message =
                format!("property `{}` is read from {}, which is no object", shortened(name), shown(other));
            Err(Fault::new(FaultKind::Type, message))
        }
    }
}

/// What `[index]` yields: of an object the property of that name, of an array the member at that position.
///
/// # Errors
/// As [`property`]; `Type` also for an index of the wrong kind, `Range` for a position outside the array.
pub fn element(receiver: &Value, index: &Value) -> Result<Value, Fault> {
    match (receiver, index) {
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Ok(Value::Unknown(*reason)),
        (Value::Object(_), Value::Text(name)) => property(receiver, name),
        (Value::Object(_), other) => Err(wrong("a property name", other)),
        (Value::Array(members), index) => {
            let Some(position) = index.as_int() else { return Err(wrong("an integer index", index)) };
            member(members, position).cloned().ok_or_else(|| {
                let message = format!("index {position} is outside the array of {}", members.len());
                Fault::new(FaultKind::Range, message)
            })
        }
        (Value::Null, _) => Err(Fault::new(FaultKind::Property, "null has no members")),
        (other, _) => Err(wrong("an array or object before `[`", other)),
    }
}

/// The member at a position, if there is one.
pub(super) fn member(members: &[Value], position: i64) -> Option<&Value> {
    members.get(usize::try_from(position).ok()?)
}

fn absent(object: &Object, name: &str) -> Fault {
    let mut names: Vec<String> =
        object.members().iter().take(LISTED).map(|(key, _)| format!("`{}`", shortened(key))).collect();
    if object.len() > LISTED {
        names.push("\u{2026}".to_owned());
    }
    let there = if names.is_empty() {
        "the object is empty".to_owned()
    } else {
        format!("there are {}", names.join(", "))
    };
    Fault::new(FaultKind::Property, format!("property `{}` does not exist; {there}", shortened(name)))
}

#[cfg(test)]
mod tests {
    use super::super::json_text;
    use super::*;

    #[test]
    fn reading() {
        // spec: F-17, F-18, F-19, F-20
        let table = [
            ("{'a':1,'A':2}", "'A'", Ok("2")),
            ("{'Key':1,'keY':2}", "'KEY'", Ok("1")),
            ("{'a':1}", "'b'", Err(FaultKind::Property)),
            ("{'0':1}", "0", Err(FaultKind::Type)),
            ("{'':1}", "null", Err(FaultKind::Type)),
            ("null", "'a'", Err(FaultKind::Property)),
            ("null", "0", Err(FaultKind::Property)),
            ("'text'", "0", Err(FaultKind::Type)),
            ("5", "'a'", Err(FaultKind::Type)),
            ("[7,8]", "1", Ok("8")),
            ("[7,8]", "2", Err(FaultKind::Range)),
            ("[7,8]", "-1", Err(FaultKind::Range)),
            ("[7,8]", "'0'", Err(FaultKind::Type)),
            ("[7,8]", "0.0", Err(FaultKind::Type)),
        ];
        for (receiver, index, want) in table {
            let [receiver, index] = [receiver, index].map(|text| json_text::read(text).unwrap());
            let got = element(&receiver, &index).map_err(|fault| fault.kind());
            assert_eq!(got, want.map(|text| json_text::read(text).unwrap()), "{receiver:?}[{index:?}]");
        }
        let dotted =
            |receiver: &str| property(&json_text::read(receiver).unwrap(), "x").map_err(|fault| fault.kind());
        assert_eq!(dotted("{'X':true}"), Ok(Value::Bool(true)));
        assert_eq!(dotted("[1]"), Err(FaultKind::Type));
        assert_eq!(dotted("null"), Err(FaultKind::Property));
    }
}
