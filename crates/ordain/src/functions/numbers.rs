//! Numbers (spec 05 section 10).

use super::Function;
use super::arguments::{Numeric, exactly, int, numeric, shown, some_text, unusable, wrong};
use crate::value::{Fault, FaultKind, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("add", (2, 2), "i i -> i", add, "F-160"),
    Function::strict("div", (2, 2), "i i -> i", div, "F-161"),
    Function::strict("float", (1, 1), "t/i/f -> f", to_float, "F-163"),
    Function::strict("int", (1, 1), "t/i -> i", to_int, "F-164"),
    Function::strict("mod", (2, 2), "i i -> i", modulo, "F-162"),
    Function::strict("mul", (2, 2), "i i -> i", mul, "F-160"),
    Function::strict("sub", (2, 2), "i i -> i", sub, "F-160"),
];

fn add(arguments: &[Value]) -> Result<Value, Fault> {
    exact(arguments, i64::checked_add)
}

fn sub(arguments: &[Value]) -> Result<Value, Fault> {
    exact(arguments, i64::checked_sub)
}

fn mul(arguments: &[Value]) -> Result<Value, Fault> {
    exact(arguments, i64::checked_mul)
}

fn div(arguments: &[Value]) -> Result<Value, Fault> {
    divisor(arguments)?;
    exact(arguments, i64::checked_div)
}

fn modulo(arguments: &[Value]) -> Result<Value, Fault> {
    divisor(arguments)?;
    // The remainder of -2^63 by -1 is 0; only the quotient overflows.
    exact(arguments, |a, b| Some(a.wrapping_rem(b)))
}

fn divisor(arguments: &[Value]) -> Result<(), Fault> {
    let [dividend, divisor] = exactly(arguments)?;
    int(dividend)?;
    match int(divisor)? {
        0 => Err(Fault::new(FaultKind::DivideByZero, "the divisor is 0")),
        _ => Ok(()),
    }
}

fn exact(arguments: &[Value], operation: fn(i64, i64) -> Option<i64>) -> Result<Value, Fault> {
    let [a, b] = exactly(arguments)?;
    let (a, b) = (int(a)?, int(b)?);
    operation(a, b).map(Value::int).ok_or_else(|| {
        Fault::new(FaultKind::Overflow, format!("the result of {a} and {b} is outside 64 bits"))
    })
}

/// White space around numbers, as .NET has it.
fn blank(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

fn to_int(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    match value {
        Value::Null => Err(unusable("an integer or its text", value)),
        Value::Text(_) => {
            let digits = some_text(value)?.trim_matches(blank);
            let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
            if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
                return Err(unusable("an integer in decimal digits", value));
            }
            let outside = || Fault::new(FaultKind::Overflow, format!("{} is outside 64 bits", shown(value)));
            digits.parse().map(Value::int).map_err(|_| outside())
        }
        other => other.as_int().map(Value::int).ok_or_else(|| wrong("a string or integer", other)),
    }
}

fn to_float(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    if let Value::Text(text) = value {
        let number = text.trim_matches(blank);
        // Rust's reader takes this grammar, and words such as `inf` besides.
        let plain = number.bytes().all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
        return match number.parse::<f64>() {
            Ok(n) if plain && n.is_finite() => Ok(Value::float(n)),
            Ok(_) if plain => Err(Fault::new(FaultKind::Overflow, format!("{} is too large", shown(value)))),
            _ => Err(unusable("a number", value)),
        };
    }
    numeric(value)
        .map(|n: Numeric| Value::float(n.to_f64()))
        .ok_or_else(|| wrong("a string or number", value))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn arithmetic() {
        check(&[
            ("F-160", "add", "[9223372036854775806,1]", "9223372036854775807"),
            ("F-160", "add", "[9223372036854775807,1]", "!Overflow"),
            ("F-160", "sub", "[-9223372036854775808,1]", "!Overflow"),
            ("F-160", "mul", "[4611686018427387904,2]", "!Overflow"),
            ("F-160", "add", "[1,1.0]", "!Type"),
            ("F-160", "add", "[1,9223372036854775808]", "!Type"),
            ("F-160", "add", "['1',1]", "!Type"),
            ("F-160", "add", "[null,1]", "!Type"),
            ("F-161", "div", "[-8,3]", "-2"),
            ("F-161", "div", "[1,0]", "!DivideByZero"),
            ("F-161", "div", "[-9223372036854775808,-1]", "!Overflow"),
            ("F-162", "mod", "[-7,3]", "-1"),
            ("F-162", "mod", "[7,-3]", "1"),
            ("F-162", "mod", "[7,0]", "!DivideByZero"),
            ("F-162", "mod", "[-9223372036854775808,-1]", "0"),
        ]);
    }

    #[test]
    fn conversions() {
        check(&[
            ("F-164", "int", "[' -0012 ']", "-12"),
            ("F-164", "int", "['+5']", "5"),
            ("F-164", "int", "['']", "!Value"),
            ("F-164", "int", "['4.5']", "!Value"),
            ("F-164", "int", "['1,000']", "!Value"),
            ("F-164", "int", "['- 1']", "!Value"),
            ("F-164", "int", "['9223372036854775808']", "!Overflow"),
            ("F-164", "int", "[null]", "!Value"),
            ("F-164", "int", "[4.0]", "!Type"),
            ("F-164", "int", "[true]", "!Type"),
            ("F-163", "float", "['3']", "3.0"),
            ("F-163", "float", "[' -1.5e2 ']", "-150.0"),
            ("F-163", "float", "[3]", "3.0"),
            ("F-163", "float", "['1,000.5']", "!Value"),
            ("F-163", "float", "['inf']", "!Value"),
            ("F-163", "float", "['']", "!Value"),
            ("F-163", "float", "['1e999']", "!Overflow"),
            ("F-163", "float", "[true]", "!Type"),
            ("F-163", "float", "[null]", "!Type"),
        ]);
    }
}
