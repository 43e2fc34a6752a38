//! Comparison (spec 05 section 7).

use super::arguments::{exactly, numeric, text, wrong};
use super::case::collate;
use super::table::MANY;
use super::{Function, Lazy};
use crate::value::{Fault, Value};
use std::cmp::Ordering;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::lazy("coalesce", (1, MANY), "any\u{2026} -> any", Lazy::Coalesce, "F-130"),
    Function::strict("equals", (2, 2), "any any -> b", equals, "F-131"),
    Function::strict("greater", (2, 2), "i/f i/f or t t -> b", greater, "F-132"),
    Function::strict("greaterOrEquals", (2, 2), "i/f i/f or t t -> b", greater_or_equals, "F-132"),
    Function::strict("less", (2, 2), "i/f i/f or t t -> b", less, "F-132"),
    Function::strict("lessOrEquals", (2, 2), "i/f i/f or t t -> b", less_or_equals, "F-132"),
];

fn equals(arguments: &[Value]) -> Result<Value, Fault> {
    let [a, b] = exactly(arguments)?;
    Ok(match (numeric(a), numeric(b)) {
        (Some(a), Some(b)) => a.order(b) == Some(Ordering::Equal),
        _ => a == b,
    }
    .into())
}

fn greater(arguments: &[Value]) -> Result<Value, Fault> {
    Ok(order(arguments)?.is_gt().into())
}

fn greater_or_equals(arguments: &[Value]) -> Result<Value, Fault> {
    Ok(order(arguments)?.is_ge().into())
}

fn less(arguments: &[Value]) -> Result<Value, Fault> {
    Ok(order(arguments)?.is_lt().into())
}

fn less_or_equals(arguments: &[Value]) -> Result<Value, Fault> {
    Ok(order(arguments)?.is_le().into())
}

/// Two numbers by value, two texts by collation, null as the empty text.
fn order(arguments: &[Value]) -> Result<Ordering, Fault> {
    let [a, b] = exactly(arguments)?;
    match (numeric(a), numeric(b)) {
        // No operand is NaN: no function makes one.
        (Some(a), Some(b)) => Ok(a.order(b).unwrap_or(Ordering::Equal)),
        (Some(_), None) => Err(wrong("two numbers or two strings", b)),
        (None, Some(_)) => Err(wrong("two numbers or two strings", a)),
        (None, None) => Ok(collate(text(a)?, text(b)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn equality() {
        check(&[
            ("F-131", "equals", "['a','A']", "false"),
            ("F-131", "equals", "[1,1.0]", "true"),
            ("F-131", "equals", "[[1],[1.0]]", "false"),
            ("F-131", "equals", "['1',1]", "false"),
            ("F-131", "equals", "[null,null]", "true"),
            ("F-131", "equals", "[null,'']", "false"),
            ("F-131", "equals", "[{'a':1,'b':[2]},{'b':[2],'a':1}]", "true"),
            ("F-131", "equals", "[{'a':1},{'A':1}]", "false"),
        ]);
    }

    #[test]
    fn ordering() {
        check(&[
            ("F-132", "greater", "['A','a']", "true"),
            ("F-132", "greater", "['b','A']", "true"),
            ("F-132", "less", "[1,1.5]", "true"),
            ("F-132", "lessOrEquals", "[2,2.0]", "true"),
            ("F-132", "less", "['2021-06-01','2021-06-01-preview']", "true"),
            ("F-132", "greaterOrEquals", "['10','9']", "false"),
            ("F-25", "less", "[null,'a']", "true"),
            ("F-132", "less", "[1,'2']", "!Type"),
            ("F-132", "less", "[null,1]", "!Type"),
            ("F-132", "less", "[true,false]", "!Type"),
        ]);
    }
}
