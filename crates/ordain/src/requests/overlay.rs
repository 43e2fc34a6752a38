//! Values laid over each other: what a plan knows, what it will know, what it keeps to itself (spec I-52).

use super::body::{self, UNRESOLVED};
use crate::json::{Json, Kind};
use crate::limits::JSON_DEPTH;
use crate::value::{Object, Value};
use std::sync::Arc;

/// Values with what is not known yet in its place: `true` in the other tree.
pub(super) fn overlaid(json: &Json<'_>, unknown: Option<&Json<'_>>, depth: usize) -> Value {
    let Some(unknown) = unknown else { return body::literal(json) };
    if unknown.kind == Kind::Bool(true) || depth > 2 * JSON_DEPTH {
        return UNRESOLVED;
    }
    match (&json.kind, &unknown.kind) {
        (Kind::Object(members), Kind::Object(others)) => {
            let known = members.iter().map(|member| {
                let other =
                    others.iter().rev().find(|other| other.key == member.key).map(|other| &other.value);
                (Arc::from(&*member.key), overlaid(&member.value, other, depth + 1))
            });
            let mut object: Object = known.collect();
            for other in others.iter().filter(|other| holds_unknown(&other.value, 0)) {
                if object.get_exact(&other.key).is_none() {
                    object.push(&*other.key, overlaid(&body::NOTHING, Some(&other.value), depth + 1));
                }
            }
            Value::object(object)
        }
        (Kind::Array(items), Kind::Array(others)) => {
            let length = items.len().max(others.len());
            let item =
                |at: usize| overlaid(items.get(at).unwrap_or(&body::NOTHING), others.get(at), depth + 1);
            Value::array((0..length).map(item).collect::<Vec<_>>())
        }
        // Nothing is there yet, but parts of it will be.
        (Kind::Null, Kind::Object(_) | Kind::Array(_)) if holds_unknown(unknown, 0) => UNRESOLVED,
        _ => body::literal(json),
    }
}

fn holds_unknown(json: &Json<'_>, depth: usize) -> bool {
    match &json.kind {
        Kind::Bool(unknown) => *unknown,
        _ if depth > 2 * JSON_DEPTH => true,
        Kind::Array(items) => items.iter().any(|item| holds_unknown(item, depth + 1)),
        Kind::Object(members) => members.iter().any(|member| holds_unknown(&member.value, depth + 1)),
        _ => false,
    }
}

/// Lays one object over another, member by member; members at the top that are `kept` stay as they are.
pub(super) fn lay_over(body: &mut Object, over: &Object, kept: &dyn Fn(&str) -> bool) {
    for (key, value) in over.members().iter().filter(|(key, _)| !kept(key)) {
        let merged = match body.get(key) {
            Some(inner) => merged(inner, value, 0),
            None => value.clone(),
        };
        body.set(key.clone(), merged);
    }
}

fn merged(under: &Value, over: &Value, depth: usize) -> Value {
    let (Value::Object(inner), Value::Object(outer)) = (under, over) else { return over.clone() };
    if depth > 2 * JSON_DEPTH {
        return over.clone();
    }
    let mut inner = Object::clone(inner);
    for (key, value) in outer.members() {
        let value = inner.get(key).map_or_else(|| value.clone(), |under| merged(under, value, depth + 1));
        inner.set(key.clone(), value);
    }
    Value::object(inner)
}

/// The object with an unknown value at a path.
pub(super) fn with_unknown(body: &Object, steps: &[&str]) -> Object {
    let mut body = body.clone();
    match steps {
        [] => {}
        [last] => body.set(*last, UNRESOLVED),
        [first, rest @ ..] => {
            let inner = match body.get(first) {
                Some(Value::Object(inner)) => with_unknown(inner, rest),
                None | Some(Value::Null) => with_unknown(&Object::new(), rest),
                Some(_) => {
                    body.set(*first, UNRESOLVED);
                    return body;
                }
            };
            body.set(*first, Value::object(inner));
        }
    }
    body
}
