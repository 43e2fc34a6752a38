//! Objects, and JSON text as a value (spec 05 section 6).

use super::access::{element, member};
use super::arguments::{array, exactly, leading, shortened, some_text, text, wrong};
use super::case::upper_order;
use super::table::MANY;
use super::{Function, json_text};
use crate::value::{Fault, FaultKind, Object, Value};
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("createObject", (0, MANY), "(t any)\u{2026} -> o", create_object, "F-104").in_pairs(),
    Function::strict("items", (1, 1), "o -> a", items, "F-111"),
    Function::strict("json", (1, 1), "t -> any", json, "F-112"),
    Function::strict("null", (0, 0), "-> null", null, "F-115"),
    Function::strict("objectKeys", (1, 1), "o -> a", object_keys, "F-116").extra(),
    Function::strict("shallowMerge", (1, 1), "a -> o", shallow_merge, "F-118").extra(),
    Function::strict("tryGet", (2, MANY), "any (t/i)\u{2026} -> any", try_get, "F-121"),
];

fn object(value: &Value) -> Result<&Object, Fault> {
    value.as_object().ok_or_else(|| wrong("an object", value))
}

fn create_object(arguments: &[Value]) -> Result<Value, Fault> {
    let mut made = Object::new();
    for pair in arguments.chunks(2) {
        let [key, value] = pair else {
            let message = format!("expects an even number of arguments, got {}", arguments.len());
            return Err(Fault::new(FaultKind::Arity, message));
        };
        let key = some_text(key)?;
        if made.get_exact(key).is_some() {
            return Err(Fault::new(FaultKind::Value, format!("key `{}` is given twice", shortened(key))));
        }
        made.push(key, value.clone());
    }
    Ok(Value::object(made))
}

/// Members by upper-cased key; keys equal but for case keep their order.
fn sorted(object: &Object) -> Vec<&(Arc<str>, Value)> {
    let mut members: Vec<_> = object.members().iter().collect();
    members.sort_by(|(a, _), (b, _)| upper_order(a, b));
    members
}

fn items(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    let item = |(key, value): &(Arc<str>, Value)| {
        let parts = [(Arc::from("key"), Value::Text(key.clone())), (Arc::from("value"), value.clone())];
        Value::object(parts.into_iter().collect())
    };
    Ok(Value::array(sorted(object(value)?).into_iter().map(item).collect::<Vec<_>>()))
}

fn object_keys(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    let keys: Vec<Value> =
        sorted(object(value)?).into_iter().map(|(key, _)| Value::Text(key.clone())).collect();
    Ok(Value::array(keys))
}

fn json(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    match value {
        Value::Null => Ok(Value::object(Object::new())),
        other => json_text::read(text(other)?),
    }
}

fn null(_: &[Value]) -> Result<Value, Fault> {
    Ok(Value::Null)
}

fn shallow_merge(arguments: &[Value]) -> Result<Value, Fault> {
    let [value] = exactly(arguments)?;
    let mut objects = array(value)?.iter().map(object);
    let mut merged = objects.next().transpose()?.cloned().unwrap_or_default();
    for next in objects {
        for (key, value) in next?.members() {
            merged.set(key.clone(), value.clone());
        }
    }
    Ok(Value::object(merged))
}

/// The first key is looked up safely, the others as `[key]` does; nothing at the first step ends it.
fn try_get(arguments: &[Value]) -> Result<Value, Fault> {
    let (receiver, keys) = leading(arguments)?;
    if let Some(key) = keys.iter().find(|key| key.as_text().is_none() && key.as_int().is_none()) {
        return Err(wrong("a property name or an integer index", key));
    }
    let (key, further) = leading(keys)?;
    let found = match (receiver, key) {
        (Value::Object(object), Value::Text(name)) => object.get(name),
        (Value::Array(members), key) => key.as_int().and_then(|position| member(members, position)),
        _ => None,
    };
    match found {
        None | Some(Value::Null) => Ok(Value::Null),
        Some(found) => further.iter().try_fold(found.clone(), |value, key| element(&value, key)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn making() {
        check(&[
            ("F-104", "createObject", "['b',1,'a',null]", "{'b':1,'a':null}"),
            ("F-104", "createObject", "['a',1,'A',2]", "{'a':1,'A':2}"),
            ("F-104", "createObject", "[]", "{}"),
            ("F-104", "createObject", "['a',1,'a',2]", "!Value"),
            ("F-104", "createObject", "['a',1,'b']", "!Arity"),
            ("F-104", "createObject", "[1,1]", "!Type"),
            ("F-104", "createObject", "[null,1]", "!Type"),
            ("F-118", "shallowMerge", "[[{'a':{'x':1}},{'A':{'y':2},'b':3}]]", "{'a':{'y':2},'b':3}"),
            ("F-118", "shallowMerge", "[[]]", "{}"),
            ("F-118", "shallowMerge", "[[{'a':1,'A':2}]]", "{'a':1,'A':2}"),
            ("F-118", "shallowMerge", "[[1]]", "!Type"),
        ]);
    }

    #[test]
    fn listing() {
        check(&[
            (
                "F-111",
                "items",
                "[{'b':1,'A':2,'a':3}]",
                "[{'key':'A','value':2},{'key':'a','value':3},{'key':'b','value':1}]",
            ),
            ("F-111", "items", "[null]", "!Type"),
            ("F-116", "objectKeys", "[{'b':1,'a_':0,'aZ':0,'a1':2}]", "['a1','aZ','a_','b']"),
            ("F-116", "objectKeys", "[[]]", "!Type"),
        ]);
    }

    #[test]
    fn reading() {
        check(&[
            ("F-112", "json", "['{\"a\":[1,2.0,null]}']", "{'a':[1,2.0,null]}"),
            ("F-112", "json", "['null']", "null"),
            ("F-112", "json", "[null]", "{}"),
            ("F-112", "json", "['']", "!Value"),
            ("F-112", "json", "[{}]", "!Type"),
            ("F-115", "null", "[]", "null"),
            ("F-115", "null", "[1]", "!Arity"),
        ]);
    }

    #[test]
    fn safely() {
        check(&[
            ("F-121", "tryGet", "[{'Name':1},'name']", "1"),
            ("F-121", "tryGet", "[{'a':1},'b']", "null"),
            ("F-121", "tryGet", "[[1,2],-1]", "null"),
            ("F-121", "tryGet", "[[1,2],'a']", "null"),
            ("F-121", "tryGet", "[null,'a']", "null"),
            ("F-121", "tryGet", "['text',0]", "null"),
            ("F-121", "tryGet", "[{'a':{'b':[7]}},'a','b',0]", "7"),
            ("F-121", "tryGet", "[{'a':{}},'a','b']", "!Property"),
            ("F-121", "tryGet", "[{'a':[1]},'a',1]", "!Range"),
            ("F-121", "tryGet", "[{'a':5},'a','b']", "!Type"),
            ("F-121", "tryGet", "[{'a':null},'a','b']", "null"),
            ("F-121", "tryGet", "[{'a':1},'x','b']", "null"),
            ("F-121", "tryGet", "[{'a':1},true]", "!Type"),
            ("F-121", "tryGet", "[{'a':1},'x',null]", "!Type"),
            ("F-121", "tryGet", "[{'a':1}]", "!Arity"),
        ]);
    }
}
