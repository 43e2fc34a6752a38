//! Numbers in .NET's standard and custom formats, invariant culture (spec F-176).

use super::arguments::Numeric;

/// The greatest precision of a standard format.
const PRECISION: usize = 99;

/// The number under a format, which may be empty; `None` for formats that are not known.
pub(super) fn number(value: Numeric, format: &str) -> Option<String> {
    let mut rest = format.chars();
    let precision = match rest.next() {
        None => return Some(general(value)),
        Some(letter) if letter.is_ascii_alphabetic() => rest.as_str(),
        Some(_) => return custom(value, format),
    };
    if !precision.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let precision = match precision {
        "" => None,
        digits => Some(digits.parse().ok().filter(|n| *n <= PRECISION)?),
    };
    let letter = format.chars().next()?;
    match (letter.to_ascii_uppercase(), value, precision) {
        ('D', Numeric::Int(n), width) => {
            let sign = if n < 0 { "-" } else { "" };
            Some(format!("{sign}{:0>width$}", n.unsigned_abs(), width = width.unwrap_or(0)))
        }
        ('X', Numeric::Int(n), width) => {
            let width = width.unwrap_or(0);
            Some(if letter == 'X' { format!("{n:0>width$X}") } else { format!("{n:0>width$x}") })
        }
        ('G', _, None | Some(0)) => Some(general(value)),
        ('N', _, places) => Some(fixed(Decimal::of(value), places.unwrap_or(2), true)),
        ('F', _, places) => Some(fixed(Decimal::of(value), places.unwrap_or(2), false)),
        ('P', _, places) => {
            let hundredfold = Decimal::of(value).shifted_left(2);
            Some(format!("{} %", fixed(hundredfold, places.unwrap_or(2), true)))
        }
        _ => None,
    }
}

/// The shortest digits, without a fraction when there is none.
fn general(value: Numeric) -> String {
    match value {
        Numeric::Int(n) => n.to_string(),
        Numeric::Float(n) => {
            let text = crate::value::Num::Float(n).text();
            text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
        }
    }
}

fn fixed(mut decimal: Decimal, places: usize, groups: bool) -> String {
    decimal.round(places);
    let (whole, fraction) = decimal.parts();
    let whole = if whole.is_empty() { "0" } else { whole };
    let mut out = String::from(if decimal.negative && !decimal.is_zero() { "-" } else { "" });
    out.push_str(&if groups { grouped(whole) } else { whole.to_owned() });
    if places > 0 {
        out.push('.');
        out.push_str(fraction);
        out.push_str(&zeros(places.saturating_sub(fraction.len())));
    }
    out
}

/// Digits with a comma before every third from the end.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Padding by hand: how much of it there is comes from the pattern, and a width of `format!` beyond 65,535 panics.
fn zeros(count: usize) -> String {
    "0".repeat(count)
}

/// A pattern of `0`, `#`, `,` and `.`.
fn custom(value: Numeric, pattern: &str) -> Option<String> {
    if !pattern.chars().all(|c| matches!(c, '0' | '#' | ',' | '.')) || !pattern.contains(['0', '#']) {
        return None;
    }
    let (whole_pattern, fraction_pattern) = pattern.split_once('.').unwrap_or((pattern, ""));
    let fraction_places: String = fraction_pattern.chars().filter(|c| matches!(c, '0' | '#')).collect();
    // Commas at the end divide by a thousand each; a comma between digits asks for groups.
    let inner = whole_pattern.trim_end_matches(',');
    let thousands = whole_pattern.len() - inner.len();
    let places: String = inner.chars().filter(|c| *c != ',').collect();
    let groups = inner.trim_start_matches(',').contains(',');
    let least_whole = places.find('0').map_or(0, |first| places.len() - first);
    let least_fraction = fraction_places.rfind('0').map_or(0, |last| last + 1);

    let mut decimal = Decimal::of(value).shifted_right(3 * thousands);
    decimal.round(fraction_places.len());
    let (whole, fraction) = decimal.parts();
    let fraction = fraction.trim_end_matches('0');
    let mut out = String::from(if decimal.negative && !decimal.is_zero() { "-" } else { "" });
    let whole = zeros(least_whole.saturating_sub(whole.len())) + whole;
    out.push_str(&if groups { grouped(&whole) } else { whole });
    if least_fraction.max(fraction.len()) > 0 {
        out.push('.');
        out.push_str(fraction);
        out.push_str(&zeros(least_fraction.saturating_sub(fraction.len())));
    }
    Some(out)
}

/// Exact decimal digits.
struct Decimal {
    negative: bool,
    /// ASCII digits, at least as many as are behind the point.
    digits: String,
    /// How many of them are behind the point.
    scale: usize,
}

impl Decimal {
    fn of(value: Numeric) -> Self {
        match value {
            Numeric::Int(n) => Self { negative: n < 0, digits: n.unsigned_abs().to_string(), scale: 0 },
            Numeric::Float(n) => {
                // No double has more than 1074 digits behind the point, so that this is exact.
                let text = format!("{:.1074}", n.abs());
                let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
                let fraction = fraction.trim_end_matches('0');
                Self {
                    negative: n.is_sign_negative(),
                    digits: format!("{whole}{fraction}"),
                    scale: fraction.len(),
                }
            }
        }
    }

    fn is_zero(&self) -> bool {
        self.digits.bytes().all(|b| b == b'0')
    }

    /// Multiplied by a power of ten.
    fn shifted_left(mut self, places: usize) -> Self {
        let added = places.saturating_sub(self.scale);
        self.digits.push_str(&zeros(added));
        self.scale = (self.scale + added).saturating_sub(places);
        self
    }

    /// Divided by a power of ten.
    fn shifted_right(mut self, places: usize) -> Self {
        self.scale += places;
        self.digits = zeros(self.scale.saturating_sub(self.digits.len())) + &self.digits;
        self
    }

    /// Rounds to so many digits behind the point, halves away from zero.
    fn round(&mut self, places: usize) {
        let dropped = self.scale.saturating_sub(places);
        let Some((kept, rest)) = self.digits.split_at_checked(self.digits.len() - dropped) else { return };
        let up = rest.starts_with(['5', '6', '7', '8', '9']);
        let mut digits: Vec<u8> = kept.bytes().collect();
        if up {
            let nines = digits.iter().rev().take_while(|digit| **digit == b'9').count();
            let first_nine = digits.len() - nines;
            digits.iter_mut().skip(first_nine).for_each(|digit| *digit = b'0');
            match first_nine.checked_sub(1).and_then(|at| digits.get_mut(at)) {
                Some(digit) => *digit += 1,
                None => digits.insert(0, b'1'),
            }
        }
        self.digits = digits.into_iter().map(char::from).collect();
        self.scale -= dropped;
    }

    /// The digits before the point without leading zeros, and those behind it.
    fn parts(&self) -> (&str, &str) {
        let parts = self.digits.split_at_checked(self.digits.len().saturating_sub(self.scale));
        let (whole, fraction) = parts.unwrap_or((&self.digits, ""));
        (whole.trim_start_matches('0'), fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        // spec: F-176
        let (int, float) = (Numeric::Int, Numeric::Float);
        let table = [
            (int(8_175_133), "N0", Some("8,175,133")),
            (int(-1234), "n", Some("-1,234.00")),
            (int(7), "D3", Some("007")),
            (int(-7), "d3", Some("-007")),
            (int(255), "X", Some("FF")),
            (int(255), "x4", Some("00ff")),
            (int(-1), "X2", Some("FFFFFFFFFFFFFFFF")),
            (float(0.5), "P", Some("50.00 %")),
            (int(12), "P0", Some("1,200 %")),
            (float(2.5), "F0", Some("3")),
            (float(-2.5), "F0", Some("-3")),
            (float(0.125), "F2", Some("0.13")),
            (float(999.995), "F1", Some("1000.0")),
            (float(-0.001), "F2", Some("0.00")),
            (float(1e21), "N0", Some("1,000,000,000,000,000,000,000")),
            (float(3.0), "", Some("3")),
            (float(1e15), "G", Some("1E+15")),
            (int(5), "G", Some("5")),
            (int(i64::MIN), "F0", Some("-9223372036854775808")),
            (int(5), "000", Some("005")),
            (int(1_234_567), "#,##0", Some("1,234,567")),
            (int(1_234_567), "#,##0,", Some("1,235")),
            (int(0), "#", Some("")),
            (int(0), "#,##0.00", Some("0.00")),
            (float(1.5), "0.0##", Some("1.5")),
            (float(1.0), "#.##", Some("1")),
            (float(-0.126), "#.##", Some("-.13")),
            (float(1.5), "D", None),
            (float(1.5), "X", None),
            (int(1), "C", None),
            (int(1), "E", None),
            (int(1), "R", None),
            (int(1), "N100", None),
            (int(1), "Nx", None),
            (int(1), "0 kg", None),
            (int(1), ",", None),
        ];
        for (value, format, want) in table {
            assert_eq!(number(value, format).as_deref(), want, "{value:?} {format}");
        }
    }

    /// A pattern is data, as long as a text may be: longer than the 65,535 that `format!` pads to.
    #[test]
    fn patterns_longer_than_a_width() {
        // spec: F-176
        let n = 70_000;
        let zeros = "0".repeat(n);
        let padded =
            |before: usize, text: &str, after: usize| Some("0".repeat(before) + text + &"0".repeat(after));
        assert_eq!(number(Numeric::Int(7), &zeros), padded(n - 1, "7", 0));
        assert_eq!(number(Numeric::Int(7), &format!("0.{zeros}")), padded(0, "7.", n));
        assert_eq!(number(Numeric::Float(1.5), &format!("#.{zeros}")), padded(0, "1.5", n - 1));
        assert_eq!(number(Numeric::Int(7), &format!("0{}", ",".repeat(30_000))), Some("0".to_owned()));
    }
}
