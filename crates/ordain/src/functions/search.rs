//! Looking for a text in a text, a member in an array, a key in an object (spec F-102, F-109, F-175, F-180).

use super::Function;
use super::arguments::{count, exactly, some_text, text, unusable, wrong};
use super::fold::{Folded, Found};
use super::size::Output;
use crate::value::text::{fold, units};
use crate::value::{Fault, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("contains", (2, 2), "t/a/o any -> b", contains, "F-102"),
    Function::strict("endsWith", (2, 2), "t t -> b", ends_with, "F-175"),
    Function::strict("indexOf", (2, 2), "t/a any -> i", index_of, "F-109"),
    Function::strict("lastIndexOf", (2, 2), "t/a any -> i", last_index_of, "F-109"),
    Function::strict("replace", (3, 3), "t t t -> t", replace, "F-180"),
    Function::strict("startsWith", (2, 2), "t t -> b", starts_with, "F-175"),
];

fn contains(arguments: &[Value]) -> Result<Value, Fault> {
    let [container, item] = exactly(arguments)?;
    let there = match container {
        Value::Array(members) => members.contains(item),
        Value::Object(object) => object.get(some_text(item)?).is_some(),
        Value::Text(t) => Folded::new(t).first(&fold(text(item)?), None).is_some(),
        other => return Err(wrong("a string, array or object", other)),
    };
    Ok(there.into())
}

fn starts_with(arguments: &[Value]) -> Result<Value, Fault> {
    let [whole, part] = exactly(arguments)?;
    Ok(Folded::new(text(whole)?).starts_with(&fold(text(part)?)).into())
}

fn ends_with(arguments: &[Value]) -> Result<Value, Fault> {
    let [whole, part] = exactly(arguments)?;
    Ok(Folded::new(text(whole)?).ends_with(&fold(text(part)?)).into())
}

fn index_of(arguments: &[Value]) -> Result<Value, Fault> {
    let find = |folded: &Folded<'_>, needle: &str| folded.first(needle, None);
    position(arguments, find, |members, item| members.iter().position(|m| m == item))
}

fn last_index_of(arguments: &[Value]) -> Result<Value, Fault> {
    // An empty text is found at the very end.
    position(
        arguments,
        |folded, needle| folded.last(needle),
        |members, item| members.iter().rposition(|m| m == item),
    )
}

/// Position by UTF-16 unit or member, -1 when there is none; nothing is found in null.
fn position(
    arguments: &[Value],
    in_text: impl Fn(&Folded<'_>, &str) -> Option<Found>,
    in_array: impl Fn(&[Value], &Value) -> Option<usize>,
) -> Result<Value, Fault> {
    let [container, item] = exactly(arguments)?;
    let found = match container {
        Value::Null => None,
        Value::Array(members) => in_array(members, item),
        Value::Text(t) => {
            let found = in_text(&Folded::new(t), &fold(text(item)?));
            found.map(|found| units(t.get(..found.at.start).unwrap_or_default()))
        }
        other => return Err(wrong("a string or array", other)),
    };
    Ok(found.map_or(Value::int(-1), count))
}

fn replace(arguments: &[Value]) -> Result<Value, Fault> {
    let [whole, old, new] = exactly(arguments)?;
    let (whole, needle, new) = (text(whole)?, fold(text(old)?), text(new)?);
    if needle.is_empty() {
        return Err(unusable("a text to replace that is not empty", old));
    }
    let folded = Folded::new(whole);
    let (mut out, mut done) = (Output::default(), 0);
    let mut found = folded.first(&needle, None);
    while let Some(here) = found {
        out.push(whole.get(done..here.at.start).unwrap_or_default())?;
        out.push(new)?;
        done = here.at.end;
        found = folded.first(&needle, Some(&here));
    }
    out.push(whole.get(done..).unwrap_or_default())?;
    Ok(out.finish().into())
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn containers() {
        check(&[
            ("F-102", "contains", "[['FOO'],'foo']", "false"),
            ("F-102", "contains", "[[[1],{'a':1}],{'a':1}]", "true"),
            ("F-26", "contains", "[[1],1.0]", "false"),
            ("F-102", "contains", "[{'Key':null},'KEY']", "true"),
            ("F-102", "contains", "[{'1':null},1]", "!Type"),
            ("F-102", "contains", "['FOOBAR','oba']", "true"),
            ("F-102", "contains", "['FOOBAR','']", "true"),
            ("F-102", "contains", "['12',1]", "!Type"),
            ("F-102", "contains", "[null,'a']", "!Type"),
            ("F-102", "contains", "[12,1]", "!Type"),
        ]);
    }

    #[test]
    fn positions() {
        check(&[
            ("F-109", "indexOf", "['abcABC','C']", "2"),
            ("F-109", "lastIndexOf", "['abcABC','c']", "5"),
            ("F-27", "indexOf", "['😀x','X']", "2"),
            ("F-109", "indexOf", "['abc','']", "0"),
            ("F-109", "lastIndexOf", "['abc','']", "3"),
            ("F-28", "indexOf", "['aßb','SB']", "-1"),
            ("F-109", "indexOf", "[[1,2,1],1]", "0"),
            ("F-109", "lastIndexOf", "[[1,2,1],1]", "2"),
            ("F-109", "indexOf", "[['a'],'A']", "-1"),
            ("F-109", "indexOf", "[null,'a']", "-1"),
            ("F-109", "indexOf", "['a1',1]", "!Type"),
            ("F-109", "indexOf", "[{'a':1},'a']", "!Type"),
        ]);
    }

    #[test]
    fn ends() {
        check(&[
            ("F-175", "startsWith", "['Abc','aB']", "true"),
            ("F-175", "startsWith", "['ßx','s']", "false"),
            ("F-175", "endsWith", "['abC','BC']", "true"),
            ("F-175", "endsWith", "['xß','S']", "false"),
            ("F-175", "endsWith", "['abc','']", "true"),
            ("F-25", "startsWith", "[null,null]", "true"),
            ("F-175", "startsWith", "[['a'],'a']", "!Type"),
        ]);
    }

    #[test]
    fn replacing() {
        check(&[
            ("F-180", "replace", "['fooT','t','d']", "'food'"),
            ("F-180", "replace", "['aaaaa','AA','b']", "'bba'"),
            ("F-180", "replace", "['Maßstab','SS','x']", "'Maxstab'"),
            ("F-180", "replace", "['a-b','-',null]", "'ab'"),
            ("F-180", "replace", "[null,'a','b']", "''"),
            ("F-180", "replace", "['abc','','x']", "!Value"),
            ("F-180", "replace", "['abc',null,'x']", "!Value"),
            ("F-180", "replace", "['abc',1,'x']", "!Type"),
        ]);
    }
}
