//! Unions and intersections of arrays and of objects (spec F-110, F-122).

use super::Function;
use super::arguments::{leading, wrong};
use super::table::MANY;
use crate::value::{Fault, Number, Object, Value};
use std::collections::HashSet;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("intersection", (2, MANY), "a a\u{2026} or o o\u{2026} -> a/o", intersection, "F-110"),
    Function::strict("union", (2, MANY), "a a\u{2026} or o o\u{2026} -> a/o", union, "F-122"),
];

/// Arguments of one kind.
enum Same<'a> {
    Arrays(Vec<&'a [Value]>),
    Objects(Vec<&'a Object>),
}

fn same(arguments: &[Value]) -> Result<Same<'_>, Fault> {
    let (first, _) = leading(arguments)?;
    let wanted = match first {
        Value::Array(_) => "an array as before",
        Value::Object(_) => "an object as before",
        other => return Err(wrong("an array or object", other)),
    };
    if let Some(arrays) = arguments.iter().map(Value::as_array).collect() {
        return Ok(Same::Arrays(arrays));
    }
    if let Some(objects) = arguments.iter().map(Value::as_object).collect() {
        return Ok(Same::Objects(objects));
    }
    let odd = arguments.iter().find(|a| a.kind() != first.kind()).unwrap_or(first);
    Err(wrong(wanted, odd))
}

/// A set under deep equality. Texts and integers, of which large arrays consist, are hashed.
#[derive(Default)]
struct Set<'a> {
    texts: HashSet<&'a str>,
    integers: HashSet<i64>,
    others: Vec<&'a Value>,
}

impl<'a> Set<'a> {
    /// Adds a value; false when it was there.
    fn insert(&mut self, value: &'a Value) -> bool {
        match value {
            Value::Text(t) => self.texts.insert(t),
            Value::Number(Number::Int(n)) => self.integers.insert(*n),
            other if self.others.contains(&other) => false,
            other => {
                self.others.push(other);
                true
            }
        }
    }

    fn contains(&self, value: &Value) -> bool {
        match value {
            Value::Text(t) => self.texts.contains(&**t),
            Value::Number(Number::Int(n)) => self.integers.contains(n),
            other => self.others.contains(&other),
        }
    }
}

impl<'a> FromIterator<&'a Value> for Set<'a> {
    fn from_iter<I: IntoIterator<Item = &'a Value>>(values: I) -> Self {
        let mut set = Self::default();
        for value in values {
            set.insert(value);
        }
        set
    }
}

fn union(arguments: &[Value]) -> Result<Value, Fault> {
    match same(arguments)? {
        Same::Arrays(arrays) => {
            let mut seen = Set::default();
            let members: Vec<Value> =
                arrays.into_iter().flatten().filter(|value| seen.insert(value)).cloned().collect();
            Ok(Value::array(members))
        }
        Same::Objects(objects) => {
            let mut objects = objects.into_iter();
            let mut merged = objects.next().cloned().unwrap_or_default();
            objects.for_each(|object| merge(&mut merged, object));
            Ok(Value::object(merged))
        }
    }
}

/// Objects on both sides are merged, anything else is replaced; keys without regard to case.
fn merge(into: &mut Object, from: &Object) {
    for (key, value) in from.members() {
        let value = match (into.get(key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => {
                let mut inner = Object::clone(old);
                merge(&mut inner, new);
                Value::object(inner)
            }
            (_, value) => value.clone(),
        };
        into.set(key.clone(), value);
    }
}

fn intersection(arguments: &[Value]) -> Result<Value, Fault> {
    match same(arguments)? {
        Same::Arrays(arrays) => {
            let Some((first, others)) = arrays.split_first() else { return Ok(Value::array([])) };
            let others: Vec<Set<'_>> = others.iter().map(|members| members.iter().collect()).collect();
            let mut seen = Set::default();
            let shared = first.iter().filter(|value| others.iter().all(|set| set.contains(value)));
            Ok(Value::array(shared.filter(|value| seen.insert(value)).cloned().collect::<Vec<_>>()))
        }
        Same::Objects(objects) => {
            let Some((first, others)) = objects.split_first() else {
                return Ok(Value::object(Object::new()));
            };
            let shared = first
                .members()
                .iter()
                .filter(|(key, value)| others.iter().all(|other| other.get_exact(key) == Some(value)));
            Ok(Value::object(shared.cloned().collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn unions() {
        check(&[
            ("F-122", "union", "[['a',1],[1,1.0,'A',[2]],[[2]]]", "['a',1,1.0,'A',[2]]"),
            (
                "F-122",
                "union",
                "[{'A':{'x':1,'l':[1]},'b':1},{'a':{'X':2,'y':3,'l':[2]},'B':{}}]",
                "{'A':{'x':2,'l':[2],'y':3},'b':{}}",
            ),
            ("F-122", "union", "[{'a':{'x':1}},{'a':null}]", "{'a':null}"),
            ("F-122", "union", "[[1],{'a':1}]", "!Type"),
            ("F-122", "union", "[null,[1]]", "!Type"),
            ("F-122", "union", "[[1]]", "!Arity"),
        ]);
    }

    #[test]
    fn intersections() {
        check(&[
            ("F-110", "intersection", "[['b','a','b',1],['a','b',1.0]]", "['b','a']"),
            ("F-110", "intersection", "[[[1],{'a':1}],[{'a':1}],[{'a':1},2]]", "[{'a':1}]"),
            ("F-110", "intersection", "[{'a':1,'b':2,'c':{}},{'b':2,'A':1,'c':{}}]", "{'b':2,'c':{}}"),
            ("F-110", "intersection", "[[1],'1']", "!Type"),
            ("F-110", "intersection", "[null,[1]]", "!Type"),
        ]);
    }
}
