//! How large a value may be that a function takes or returns (spec F-15), and texts that grow within it.

use crate::limits::{TEXT_UNITS, VALUE_DEPTH, VALUE_NODES};
use crate::value::{Fault, FaultKind, Value, text::units};

/// Faults with `Limit` when the value is too long a text, too deeply nested or has too many nodes.
/// Scalars cost next to nothing, arrays and objects one walk.
///
/// # Errors
/// A fault of kind `Limit`.
pub fn check_limits(value: &Value) -> Result<(), Fault> {
    match value {
        // A text has no more units than bytes.
        Value::Text(t) if t.len() > TEXT_UNITS && units(t) > TEXT_UNITS => Err(too_long()),
        Value::Array(_) | Value::Object(_) => {
            let mut nodes = 0;
            walk(value, 0, &mut nodes)
        }
        _ => Ok(()),
    }
}

fn walk(value: &Value, depth: usize, nodes: &mut usize) -> Result<(), Fault> {
    *nodes += 1;
    if *nodes > VALUE_NODES {
        return Err(limit(format!("the value has more than {VALUE_NODES} nodes")));
    }
    if depth >= VALUE_DEPTH && matches!(value, Value::Array(_) | Value::Object(_)) {
        return Err(limit(format!("the value is nested deeper than {VALUE_DEPTH}")));
    }
    match value {
        Value::Array(members) => members.iter().try_for_each(|v| walk(v, depth + 1, nodes)),
        Value::Object(object) => object.members().iter().try_for_each(|(_, v)| walk(v, depth + 1, nodes)),
        _ => Ok(()),
    }
}

fn limit(message: String) -> Fault {
    Fault::new(FaultKind::Limit, message)
}

fn too_long() -> Fault {
    limit(format!("the string is longer than {TEXT_UNITS} UTF-16 units"))
}

/// A text under construction that stops growing where no further text could bring it back under the limit,
/// so that few large arguments cannot ask for gigabytes.
#[derive(Debug, Default)]
pub(super) struct Output(String);

impl Output {
    /// Appends a text.
    pub(super) fn push(&mut self, text: &str) -> Result<(), Fault> {
        // No character takes more than three bytes per unit.
        if self.0.len() + text.len() > 3 * TEXT_UNITS {
            return Err(too_long());
        }
        self.0.push_str(text);
        Ok(())
    }

    /// Appends a character.
    pub(super) fn push_char(&mut self, c: char) -> Result<(), Fault> {
        self.push(c.encode_utf8(&mut [0; 4]))
    }

    /// Appends a character so many times.
    pub(super) fn pad(&mut self, c: char, times: usize) -> Result<(), Fault> {
        (0..times).try_for_each(|_| self.push_char(c))
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(value: &Value) -> Option<FaultKind> {
        check_limits(value).err().map(|fault| fault.kind())
    }

    #[test]
    fn limits() {
        // spec: F-15
        let nested = |n| (0..n).fold(Value::Null, |inner, _| Value::array([inner]));
        let table = [
            (Value::text("a".repeat(131_072)), None),
            (Value::text("a".repeat(131_073)), Some(FaultKind::Limit)),
            (Value::text("é".repeat(131_072)), None),
            (Value::text("😀".repeat(65_537)), Some(FaultKind::Limit)),
            (Value::array(vec![Value::Null; 32_767]), None),
            (Value::array(vec![Value::Null; 32_768]), Some(FaultKind::Limit)),
            (nested(128), None),
            (nested(129), Some(FaultKind::Limit)),
        ];
        for (value, want) in table {
            assert_eq!(kind(&value), want);
        }
    }

    #[test]
    fn growth_stops() {
        // spec: F-15
        let mut out = Output::default();
        let piece = "x".repeat(TEXT_UNITS);
        assert!((0..3).all(|_| out.push(&piece).is_ok()));
        assert_eq!(out.push_char('x').map_err(|fault| fault.kind()), Err(FaultKind::Limit));
    }
}
