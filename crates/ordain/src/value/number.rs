//! Numbers: integers of any size stay exact, floats are doubles (spec C-3, C-4, C-43).

use std::cmp::Ordering;
use std::fmt::{self, Write as _};
use std::sync::Arc;

/// A borrowed number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Num<'a> {
    /// A 64-bit signed integer.
    Int(i64),
    /// An integer above the signed range.
    UInt(u64),
    /// A double.
    Float(f64),
    /// An integer beyond 64 bits, as its decimal digits.
    Wide(&'a str),
}

/// An owned number. Equality is by kind and value: `1` and `1.0` differ (spec F-26).
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// A 64-bit signed integer.
    Int(i64),
    /// An integer above the signed range.
    UInt(u64),
    /// A double.
    Float(f64),
    /// An integer beyond 64 bits, as its decimal digits.
    Wide(Arc<str>),
}

impl Number {
    /// The borrowed form.
    #[must_use]
    pub fn view(&self) -> Num<'_> {
        match self {
            Self::Int(n) => Num::Int(*n),
            Self::UInt(n) => Num::UInt(*n),
            Self::Float(n) => Num::Float(*n),
            Self::Wide(digits) => Num::Wide(digits),
        }
    }
}

impl<'a> Num<'a> {
    /// Reads a number in JSON syntax: an integer iff it has neither fraction nor exponent (spec C-3).
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        if text.contains(['.', 'e', 'E']) {
            return Num::Float(text.parse().unwrap_or(f64::INFINITY));
        }
        if let Ok(n) = text.parse() {
            return Num::Int(n);
        }
        text.parse().map_or(Num::Wide(text), Num::UInt)
    }

    pub(crate) fn of_serde(n: &serde_json::Number) -> Self {
        match (n.as_i64(), n.as_u64()) {
            (Some(i), _) => Num::Int(i),
            (None, Some(u)) => Num::UInt(u),
            (None, None) => Num::Float(n.as_f64().unwrap_or(f64::INFINITY)),
        }
    }

    /// Whether it is an integer of any size.
    #[must_use]
    pub fn is_integer(self) -> bool {
        !matches!(self, Num::Float(_))
    }

    /// The owned form.
    #[must_use]
    pub fn to_owned(self) -> Number {
        match self {
            Num::Int(n) => Number::Int(n),
            Num::UInt(n) => Number::UInt(n),
            Num::Float(n) => Number::Float(n),
            Num::Wide(digits) => Number::Wide(digits.into()),
        }
    }

    /// The nearest double.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    pub fn to_f64(self) -> f64 {
        match self {
            Num::Int(n) => n as f64,
            Num::UInt(n) => n as f64,
            Num::Float(n) => n,
            Num::Wide(digits) => digits.parse().unwrap_or(f64::INFINITY),
        }
    }

    /// Exact numeric order, integers against floats included (spec C-43). `None` with a NaN or infinity.
    #[must_use]
    pub fn order(self, other: Num<'_>) -> Option<Ordering> {
        match (self, other) {
            (Num::Float(a), Num::Float(b)) => a.is_finite().then(|| a.partial_cmp(&b)).flatten(),
            (Num::Float(a), b) => b.order_float(a).map(Ordering::reverse),
            (a, Num::Float(b)) => a.order_float(b),
            (Num::Int(a), Num::Int(b)) => Some(a.cmp(&b)),
            (a, b) => Some(order_digits(&a.text(), &b.text())),
        }
    }

    /// An integer against a double: compare with its whole part exactly, then look at the fraction.
    fn order_float(self, float: f64) -> Option<Ordering> {
        if !float.is_finite() {
            return None;
        }
        let whole = float.trunc();
        let order = order_digits(&self.text(), &format!("{whole:.0}"));
        Some(order.then_with(|| 0.0.partial_cmp(&(float - whole)).unwrap_or(Ordering::Equal)))
    }

    /// The number's text as conditions compare it (spec C-4).
    #[must_use]
    pub fn text(self) -> String {
        let mut out = String::new();
        let _ = write!(out, "{self}");
        out
    }
}

/// Order of two integers in decimal digits, as JSON writes them (no leading zeros).
fn order_digits(a: &str, b: &str) -> Ordering {
    let split = |s: &str| match s.strip_prefix('-') {
        Some("0") => (false, "0".to_owned()),
        Some(digits) => (true, digits.to_owned()),
        None => (false, s.to_owned()),
    };
    let ((negative_a, a), (negative_b, b)) = (split(a), split(b));
    let magnitude = a.len().cmp(&b.len()).then_with(|| a.cmp(&b));
    match (negative_a, negative_b) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => magnitude,
        (true, true) => magnitude.reverse(),
    }
}

impl fmt::Display for Num<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Num::Int(n) => write!(f, "{n}"),
            Num::UInt(n) => write!(f, "{n}"),
            Num::Wide(digits) => f.write_str(digits),
            Num::Float(n) => write_float(f, *n),
        }
    }
}

/// Shortest digits that read back the same, always with a fraction or an exponent; exponent form from 10^15
/// up and below 10^-4 (spec C-4).
fn write_float(f: &mut fmt::Formatter<'_>, n: f64) -> fmt::Result {
    let scientific = format!("{n:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return f.write_str(&scientific) };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if n != 0.0 && !(-4..15).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return write!(f, "{mantissa}E{sign}{:02}", exponent.abs());
    }
    let plain = format!("{n}");
    if plain.contains('.') { f.write_str(&plain) } else { write!(f, "{plain}.0") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        // spec: C-4
        let table = [
            ("5", "5"),
            ("-0", "0"),
            ("5.0", "5.0"),
            ("0.75", "0.75"),
            ("1e3", "1000.0"),
            ("1e15", "1E+15"),
            ("1.5e16", "1.5E+16"),
            ("1e-5", "1E-05"),
            ("1e-4", "0.0001"),
            ("0.0", "0.0"),
            ("123456789012345678901234", "123456789012345678901234"),
            ("18446744073709551615", "18446744073709551615"),
        ];
        for (json, text) in table {
            assert_eq!(Num::parse(json).text(), text, "{json}");
        }
    }

    #[test]
    fn order_is_exact() {
        // spec: C-43
        let table = [
            ("9007199254740993", "9007199254740992.0", Ordering::Greater),
            ("1000000000000000000000000000000", "999999999999999999999999999999", Ordering::Greater),
            ("-1000000000000000000000000000000", "1", Ordering::Less),
            ("5", "5.0", Ordering::Equal),
            ("5", "5.5", Ordering::Less),
            ("-5", "-5.5", Ordering::Greater),
            ("18446744073709551615", "-1", Ordering::Greater),
            ("0.1", "0.2", Ordering::Less),
        ];
        for (a, b, want) in table {
            assert_eq!(Num::parse(a).order(Num::parse(b)), Some(want), "{a} {b}");
            assert_eq!(Num::parse(b).order(Num::parse(a)), Some(want.reverse()), "{b} {a}");
        }
        assert_eq!(Num::parse("1e400").order(Num::Int(1)), None);
    }
}
