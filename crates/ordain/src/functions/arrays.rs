//! Arrays, and what texts share with them: ends, pieces, length (spec 05 section 6).

use super::Function;
use super::access::member;
use super::arguments::{Numeric, array, count, exactly, int, leading, numeric, unusable, wrong};
use super::size::Output;
use super::table::MANY;
use super::units;
use crate::value::{Fault, FaultKind, Number, Value};
use std::cmp::Ordering;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("array", (1, 1), "any -> a", to_array, "F-100"),
    Function::strict("concat", (1, MANY), "a\u{2026} or t/i/b\u{2026} -> a/t", concat, "F-101"),
    Function::strict("createArray", (0, MANY), "any\u{2026} -> a", create_array, "F-103"),
    Function::strict("empty", (1, 1), "t/a/o -> b", empty, "F-105"),
    Function::strict("first", (1, 1), "t/a -> any", first, "F-106"),
    Function::strict("flatten", (1, 1), "a -> a", flatten, "F-107").extra(),
    Function::strict("indexFromEnd", (2, 2), "a i -> any", index_from_end, "F-108").extra(),
    Function::strict("last", (1, 1), "t/a -> any", last, "F-106"),
    Function::strict("length", (1, 1), "t/a/o -> i", length, "F-113"),
    Function::strict("max", (1, MANY), "i/f\u{2026} or a -> i/f", max, "F-114"),
    Function::strict("min", (1, MANY), "i/f\u{2026} or a -> i/f", min, "F-114"),
    Function::strict("range", (2, 2), "i i -> a", range, "F-117"),
    Function::strict("skip", (2, 2), "t/a i -> t/a", skip, "F-119"),
    Function::strict("take", (2, 2), "t/a i -> t/a", take, "F-120"),
    Function::strict("tryIndexFromEnd", (2, 2), "a i -> any", try_index_from_end, "F-108").extra(),
];

/// Members that `range` makes at most, and the greatest one (spec F-117).
const RANGE_LENGTH: i64 = 10_000;
const RANGE_LAST: i64 = 2_147_483_647;

fn to_array(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    Ok(if value.as_array().is_some() { value.clone() } else { Value::array([value.clone()]) })
}

fn create_array(arguments: &[Value]) -> Result<Value, Fault> {
    Ok(Value::array(arguments))
}

fn concat(arguments: &[Value]) -> Result<Value, Fault> {
    let arrays: Option<Vec<&[Value]>> = arguments.iter().map(Value::as_array).collect();
    if let Some(arrays) = arrays {
        return Ok(Value::array(arrays.concat()));
    }
    let mut out = Output::default();
    for argument in arguments {
        match argument {
            Value::Text(t) => out.push(t)?,
            Value::Number(Number::Int(n)) => out.push(&n.to_string())?,
            Value::Bool(b) => out.push(if *b { "True" } else { "False" })?,
            Value::Null => {}
            Value::Array(_) => return Err(wrong("all arguments to be arrays or none", argument)),
            other => return Err(wrong("a string, integer or boolean", other)),
        }
    }
    Ok(out.finish().into())
}

fn empty(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    match value {
        Value::Null => Ok(true.into()),
        Value::Text(t) => Ok(t.is_empty().into()),
        Value::Array(members) => Ok(members.is_empty().into()),
        Value::Object(object) => Ok(object.is_empty().into()),
        other => Err(wrong("a string, array or object", other)),
    }
}

fn length(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    match value {
        Value::Null => Ok(Value::int(0)),
        Value::Text(t) => Ok(count(crate::value::text::units(t))),
        Value::Array(members) => Ok(count(members.len())),
        Value::Object(object) => Ok(count(object.len())),
        other => Err(wrong("a string, array or object", other)),
    }
}

fn first(arguments: &[Value]) -> Result<Value, Fault> {
    end(arguments, <[Value]>::first, |text| units::slice(text, 0, 1))
}

fn last(arguments: &[Value]) -> Result<Value, Fault> {
    end(arguments, <[Value]>::last, units::last)
}

fn end(
    arguments: &[Value],
    of_array: fn(&[Value]) -> Option<&Value>,
    of_text: fn(&str) -> String,
) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    match value {
        Value::Null => Ok(Value::Null),
        Value::Text(t) => Ok(of_text(t).into()),
        Value::Array(members) => Ok(of_array(members).cloned().unwrap_or(Value::Null)),
        other => Err(wrong("a string or array", other)),
    }
}

fn flatten(arguments: &[Value]) -> Result<Value, Fault> {
    let [outer] = exactly(arguments)?;
    let inner: Result<Vec<&[Value]>, Fault> = array(outer)?.iter().map(array).collect();
    Ok(Value::array(inner?.concat()))
}

fn index_from_end(arguments: &[Value]) -> Result<Value, Fault> {
    let [members, position] = exactly(arguments)?;
    let (members, position) = (array(members)?, int(position)?);
    from_end(members, position).cloned().ok_or_else(|| {
        let message = format!("position {position} from the end is outside the array of {}", members.len());
        Fault::new(FaultKind::Range, message)
    })
}

fn try_index_from_end(arguments: &[Value]) -> Result<Value, Fault> {
    let [members, position] = exactly(arguments)?;
    let found = members.as_array().zip(position.as_int());
    Ok(found.and_then(|(members, position)| from_end(members, position)).cloned().unwrap_or(Value::Null))
}

/// The member at a position counted from the end, the last one being 1.
fn from_end(members: &[Value], position: i64) -> Option<&Value> {
    member(members, i64::try_from(members.len()).ok()?.checked_sub(position)?)
}

fn max(arguments: &[Value]) -> Result<Value, Fault> {
    extreme(arguments, Ordering::Greater)
}

fn min(arguments: &[Value]) -> Result<Value, Fault> {
    extreme(arguments, Ordering::Less)
}

/// The extreme of the arguments or of one sole array's members; a float when a float is among them.
fn extreme(arguments: &[Value], wanted: Ordering) -> Result<Value, Fault> {
    let numbers = match arguments {
        [Value::Array(members)] if members.is_empty() => {
            return Err(Fault::new(FaultKind::Value, "expects at least one number, got an empty array"));
        }
        [Value::Array(members)] => members,
        others => others,
    };
    let read = |value: &Value| numeric(value).ok_or_else(|| wrong("a number", value));
    let (head, tail) = leading(numbers)?;
    let mut best = read(head)?;
    let mut float = matches!(best, Numeric::Float(_));
    for value in tail {
        let number = read(value)?;
        float |= matches!(number, Numeric::Float(_));
        if number.order(best) == Some(wanted) {
            best = number;
        }
    }
    Ok(match best {
        Numeric::Int(n) if !float => Value::int(n),
        number => Value::float(number.to_f64()),
    })
}

fn range(arguments: &[Value]) -> Result<Value, Fault> {
    let [start, length] = exactly(arguments)?;
    let (first, n) = (int(start)?, int(length)?);
    if !(0..=RANGE_LENGTH).contains(&n) {
        return Err(unusable("a count from 0 to 10000", length));
    }
    let end = first.checked_add(n).filter(|end| n == 0 || *end - 1 <= RANGE_LAST);
    let end = end.ok_or_else(|| unusable("a range that ends at 2147483647 or before", start))?;
    Ok(Value::array((first..end).map(Value::int).collect::<Vec<_>>()))
}

fn skip(arguments: &[Value]) -> Result<Value, Fault> {
    cut(arguments, |n| (n, usize::MAX))
}

fn take(arguments: &[Value]) -> Result<Value, Fault> {
    cut(arguments, |n| (0, n))
}

/// A piece of a text or array, from the number of what is skipped or taken.
fn cut(arguments: &[Value], piece: fn(usize) -> (usize, usize)) -> Result<Value, Fault> {
    let [value, n] = exactly(arguments)?;
    let (start, length) = piece(usize::try_from(int(n)?.max(0)).unwrap_or(usize::MAX));
    match value {
        Value::Null => Ok(Value::Null),
        Value::Text(t) => Ok(units::slice(t, start, length).into()),
        Value::Array(members) => {
            let piece: Vec<Value> = members.iter().skip(start).take(length).cloned().collect();
            Ok(Value::array(piece))
        }
        other => Err(wrong("a string or array", other)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn making() {
        check(&[
            ("F-100", "array", "[[1]]", "[1]"),
            ("F-100", "array", "[null]", "[null]"),
            ("F-101", "concat", "['a',1,true,null,false]", "'a1TrueFalse'"),
            ("F-101", "concat", "[[1,2],[2]]", "[1,2,2]"),
            ("F-101", "concat", "[null]", "''"),
            ("F-101", "concat", "[[1],'a']", "!Type"),
            ("F-101", "concat", "['a',1.5]", "!Type"),
            ("F-101", "concat", "[]", "!Arity"),
            ("F-103", "createArray", "[]", "[]"),
            ("F-107", "flatten", "[[[1],[],[[2]]]]", "[1,[2]]"),
            ("F-107", "flatten", "[[1]]", "!Type"),
            ("F-117", "range", "[5,3]", "[5,6,7]"),
            ("F-117", "range", "[0,0]", "[]"),
            ("F-117", "range", "[2147483647,1]", "[2147483647]"),
            ("F-117", "range", "[2147483647,2]", "!Value"),
            ("F-117", "range", "[0,10001]", "!Value"),
            ("F-117", "range", "[0,-1]", "!Value"),
            ("F-117", "range", "['0',1]", "!Type"),
        ]);
    }

    #[test]
    fn measuring() {
        check(&[
            ("F-105", "empty", "['']", "true"),
            ("F-105", "empty", "[{}]", "true"),
            ("F-105", "empty", "[null]", "true"),
            ("F-105", "empty", "[[null]]", "false"),
            ("F-105", "empty", "[0]", "!Type"),
            ("F-113", "length", "['😀']", "2"),
            ("F-113", "length", "[{'a':1}]", "1"),
            ("F-113", "length", "[null]", "0"),
            ("F-113", "length", "[true]", "!Type"),
            ("F-114", "max", "[[1,3,2]]", "3"),
            ("F-114", "max", "[1,2.5,3]", "3.0"),
            ("F-114", "min", "[4]", "4"),
            ("F-114", "min", "[[]]", "!Value"),
            ("F-114", "min", "[[1],2]", "!Type"),
            ("F-114", "min", "['1']", "!Type"),
        ]);
    }

    #[test]
    fn pieces() {
        check(&[
            ("F-106", "first", "['abc']", "'a'"),
            ("F-106", "last", "[[1,2]]", "2"),
            ("F-106", "last", "['']", "''"),
            ("F-106", "first", "[[]]", "null"),
            ("F-106", "first", "[{'a':1}]", "!Type"),
            ("F-108", "indexFromEnd", "[[1,2,3],1]", "3"),
            ("F-108", "indexFromEnd", "[[1,2,3],4]", "!Range"),
            ("F-108", "indexFromEnd", "[[1,2,3],0]", "!Range"),
            ("F-108", "indexFromEnd", "[null,1]", "!Type"),
            ("F-108", "tryIndexFromEnd", "[[1,2,3],3]", "1"),
            ("F-108", "tryIndexFromEnd", "['abc','x']", "null"),
            ("F-119", "skip", "['one two',4]", "'two'"),
            ("F-119", "skip", "[[1,2],-5]", "[1,2]"),
            ("F-119", "skip", "[[1,2],5]", "[]"),
            ("F-120", "take", "[[1,2,3],2]", "[1,2]"),
            ("F-120", "take", "['abc',0]", "''"),
            ("F-120", "take", "[null,1]", "null"),
            ("F-120", "take", "['abc',1.0]", "!Type"),
        ]);
    }
}
