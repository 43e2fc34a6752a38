//! Logic, and `fail` (spec 05 sections 9 and 14).

use super::arguments::{exactly, some_text, text, unusable, wrong};
use super::table::MANY;
use super::{Function, Lazy};
use crate::value::{Fault, FaultKind, Number, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::lazy("and", (2, MANY), "b b\u{2026} -> b", Lazy::And, "F-150"),
    Function::strict("bool", (1, 1), "t/i/b -> b", to_bool, "F-151"),
    Function::strict("fail", (1, 1), "t -> any", fail, "F-223").extra(),
    Function::strict("false", (0, 0), "-> b", no, "F-154"),
    Function::lazy("if", (3, 3), "b any any -> any", Lazy::If, "F-152"),
    Function::strict("not", (1, 1), "b -> b", not, "F-153"),
    Function::lazy("or", (2, MANY), "b b\u{2026} -> b", Lazy::Or, "F-150"),
    Function::strict("true", (0, 0), "-> b", yes, "F-154"),
];

fn to_bool(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    match value {
        Value::Bool(b) => Ok((*b).into()),
        Value::Number(Number::Int(n)) => Ok((*n != 0).into()),
        Value::Text(_) => {
            let word = some_text(value)?.trim();
            match (word.eq_ignore_ascii_case("true"), word.eq_ignore_ascii_case("false")) {
                (false, false) => Err(unusable("`true` or `false`", value)),
                (yes, _) => Ok(yes.into()),
            }
        }
        other => Err(wrong("a string, integer or boolean", other)),
    }
}

fn not(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    value.as_bool().map(|b| Value::from(!b)).ok_or_else(|| wrong("a boolean", value))
}

fn yes(_: &[Value]) -> Result<Value, Fault> {
    Ok(true.into())
}

fn no(_: &[Value]) -> Result<Value, Fault> {
    Ok(false.into())
}

fn fail(arguments: &[Value]) -> Result<Value, Fault> {
    let [message] = exactly(arguments)?;
    Err(Fault::new(FaultKind::Raised, text(message)?))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn logic() {
        check(&[
            ("F-151", "bool", "[' tRue ']", "true"),
            ("F-151", "bool", "['False']", "false"),
            ("F-151", "bool", "[-1]", "true"),
            ("F-151", "bool", "[0]", "false"),
            ("F-151", "bool", "[true]", "true"),
            ("F-151", "bool", "['1']", "!Value"),
            ("F-151", "bool", "[1.0]", "!Type"),
            ("F-151", "bool", "[null]", "!Type"),
            ("F-153", "not", "[true]", "false"),
            ("F-153", "not", "['true']", "!Type"),
            ("F-154", "true", "[]", "true"),
            ("F-154", "false", "[1]", "!Arity"),
            ("F-223", "fail", "['boom']", "!Raised"),
        ]);
    }
}
