//! `format`: .NET's composite formatting (spec F-176).

use super::arguments::{leading, numeric, shortened, some_text};
use super::size::Output;
use super::table::MANY;
use super::{Function, json_writer, number_format};
use crate::value::text::units;
use crate::value::{Fault, FaultKind, Value};
use std::iter::Peekable;
use std::str::Chars;

pub(super) const FUNCTIONS: &[Function] =
    &[Function::strict("format", (1, MANY), "t any\u{2026} -> t", format, "F-176")];

/// The greatest index and width that .NET takes.
const GREATEST: usize = 1_000_000;

fn format(arguments: &[Value]) -> Result<Value, Fault> {
    let (pattern, values) = leading(arguments)?;
    let mut rest = some_text(pattern)?.chars().peekable();
    let mut out = Output::default();
    while let Some(c) = rest.next() {
        match c {
            '{' if rest.next_if_eq(&'{').is_some() => out.push("{")?,
            '}' if rest.next_if_eq(&'}').is_some() => out.push("}")?,
            '{' => {
                let hole = hole(&mut rest).ok_or_else(|| refused("a broken or unbalanced `{`"))?;
                fill(&hole, values, &mut out)?;
            }
            '}' => return Err(refused("an unbalanced `}`")),
            c => out.push_char(c)?,
        }
    }
    Ok(out.finish().into())
}

fn refused(what: &str) -> Fault {
    Fault::new(FaultKind::Value, format!("the format has {what}"))
}

/// `{index[,width][:spec]}`.
struct Hole {
    index: usize,
    width: usize,
    /// Blanks behind the text instead of before it.
    left: bool,
    spec: String,
}

/// The rest of a hole after its opening brace.
fn hole(rest: &mut Peekable<Chars<'_>>) -> Option<Hole> {
    let mut hole = Hole { index: integer(rest)?, width: 0, left: false, spec: String::new() };
    blanks(rest);
    if rest.next_if_eq(&',').is_some() {
        blanks(rest);
        hole.left = rest.next_if_eq(&'-').is_some();
        hole.width = integer(rest)?;
        blanks(rest);
    }
    if rest.next_if_eq(&':').is_some() {
        while let Some(c) = rest.next_if(|c| !matches!(c, '{' | '}')) {
            hole.spec.push(c);
        }
    }
    rest.next_if_eq(&'}').map(|_| hole)
}

fn blanks(rest: &mut Peekable<Chars<'_>>) {
    while rest.next_if_eq(&' ').is_some() {}
}

fn integer(rest: &mut Peekable<Chars<'_>>) -> Option<usize> {
    let mut digits = String::new();
    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    digits.parse().ok().filter(|n| *n < GREATEST)
}

fn fill(hole: &Hole, values: &[Value], out: &mut Output) -> Result<(), Fault> {
    let value = values
        .get(hole.index)
        .ok_or_else(|| refused(&format!("index {} for {} values", hole.index, values.len())))?;
    let text = match value {
        Value::Null | Value::Unknown(_) => String::new(),
        Value::Text(t) => t.to_string(),
        Value::Bool(b) => if *b { "True" } else { "False" }.to_owned(),
        Value::Array(_) | Value::Object(_) => json_writer::write(value)?.replace('"', "'"),
        Value::Number(_) => {
            numeric(value).and_then(|number| number_format::number(number, &hole.spec)).ok_or_else(|| {
                refused(&format!("`{}`, which the number does not take", shortened(&hole.spec)))
            })?
        }
    };
    let missing = hole.width.saturating_sub(units(&text));
    if !hole.left {
        out.pad(' ', missing)?;
    }
    out.push(&text)?;
    if hole.left {
        out.pad(' ', missing)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn composite() {
        check(&[
            ("F-176", "format", "['{0}, {1}: {2:N0}','a',true,8175133]", "'a, True: 8,175,133'"),
            ("F-176", "format", "['{{{0}}}',null]", "'{}'"),
            ("F-176", "format", "['[{0,5}|{0,-5}|{0,1}]','ab']", "'[   ab|ab   |ab]'"),
            ("F-176", "format", "['{0 , 4 :000}',7]", "' 007'"),
            ("F-176", "format", "['{0,3}','😀']", "' 😀'"),
            ("F-176", "format", "['{0:X}','text']", "'text'"),
            ("F-176", "format", "['{0}{1}',{'a':'b','!c':2},[null]]", "'{\\'a\\':\\'b\\',\\'!c\\':2}[null]'"),
            ("F-176", "format", "['{1}','a']", "!Value"),
            ("F-176", "format", "['{-1}','a']", "!Value"),
            ("F-176", "format", "['{ 0}','a']", "!Value"),
            ("F-176", "format", "['{0','a']", "!Value"),
            ("F-176", "format", "['0}','a']", "!Value"),
            ("F-176", "format", "['{}','a']", "!Value"),
            ("F-176", "format", "['{0:C}',1]", "!Value"),
            ("F-176", "format", "['{0,999999}','a']", "!Limit"),
            ("F-176", "format", "[5]", "!Type"),
            ("F-176", "format", "[null]", "!Type"),
        ]);
    }
}
