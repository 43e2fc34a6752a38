//! RFC 6902: operations on a JSON document, written and applied. As far as policies need it: add, replace,
//! remove, test.

use crate::document::Document;
use crate::value::{Object, Value, copy_of, same_json};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::sync::Arc;
use thiserror::Error;

/// One operation of a patch.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PatchOperation {
    /// What is done.
    pub op: PatchKind,
    /// Where: a pointer of RFC 6901 in the document after the operations before this one.
    pub path: String,
    /// The value that is put there, or that must be there; none for `remove`.
    pub value: Option<Value>,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PatchKind {
    /// Sets a member, or puts an element into an array.
    Add,
    /// Puts a value in the place of one.
    Replace,
    /// Takes a value out.
    Remove,
    /// Fails unless the value is there.
    Test,
}

impl PatchOperation {
    /// An operation; `value` is none for `remove`.
    #[must_use]
    pub fn new(op: PatchKind, path: impl Into<String>, value: Option<Value>) -> Self {
        Self { op, path: path.into(), value }
    }
}

impl PatchKind {
    /// The word of RFC 6902.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Replace => "replace",
            Self::Remove => "remove",
            Self::Test => "test",
        }
    }
}

/// Why a patch does not fit a document.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PatchError {
    /// The pointer leads nowhere.
    #[error("there is nothing at `{0}`")]
    Nowhere(String),
    /// The text is no pointer, or no index of an array.
    #[error("`{0}` is no pointer here")]
    Pointer(String),
    /// The operation has no value.
    #[error("the operation at `{0}` has no value")]
    NoValue(String),
    /// A test found something else.
    #[error("the value at `{0}` is another one")]
    TestFailed(String),
}

/// Members in the order that RFC 6902 shows them in.
impl Serialize for PatchOperation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("op", self.op.name())?;
        map.serialize_entry("path", &self.path)?;
        if let Some(value) = &self.value {
            map.serialize_entry("value", value)?;
        }
        map.end()
    }
}

/// A step of a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A member.
    Key(Arc<str>),
    /// An element.
    Index(usize),
}

/// The pointer of a place, `~` and `/` in names escaped (spec E-55).
pub(super) fn pointer(tokens: &[Token]) -> String {
    let mut out = String::new();
    for token in tokens {
        out.push('/');
        match token {
            Token::Key(key) => out.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Token::Index(index) => out.push_str(&index.to_string()),
        }
    }
    out
}

/// The names and indices of a pointer; `None` when it is none.
pub(crate) fn tokens(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    let rest = pointer.strip_prefix('/')?;
    Some(rest.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect())
}

/// The document after a patch. Names are compared exactly, as RFC 6901 wants.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let engine = ordain::Engine::builder()
///     .definition_json(r#"{"mode": "All", "policyRule": {
///         "if": {"field": "tags.env", "exists": false},
///         "then": {"effect": "append", "details": [{"field": "tags.env", "value": "prod"}]}}}"#)?
///     .build()?;
/// let body = serde_json::json!({"type": "A.B/c", "name": "n", "tags": null});
/// let evaluation = engine.evaluate(&body)?;
/// let change = evaluation.outcomes().find_map(|outcome| outcome.change(&body)).expect("a change");
/// let patched = ordain::apply_patch(&body, &change.patch.unwrap_or_default())?;
/// assert_eq!(patched.to_json()["tags"]["env"], "prod");
/// # Ok(()) }
/// ```
///
/// # Errors
/// The first operation that does not fit; nothing is changed then.
pub fn apply<D: Document + ?Sized>(document: &D, patch: &[PatchOperation]) -> Result<Value, PatchError> {
    let mut body = copy_of(document.root());
    for operation in patch {
        apply_one(&mut body, operation)?;
    }
    Ok(body)
}

/// One operation.
pub(crate) fn apply_one(body: &mut Value, operation: &PatchOperation) -> Result<(), PatchError> {
    let nowhere = || PatchError::Nowhere(operation.path.clone());
    let path = tokens(&operation.path).ok_or_else(|| PatchError::Pointer(operation.path.clone()))?;
    let value = || operation.value.clone().ok_or_else(|| PatchError::NoValue(operation.path.clone()));
    if operation.op == PatchKind::Test {
        let found = descend(body, &path).ok_or_else(nowhere)?;
        return match same_json(found, &value()?) {
            Some(true) => Ok(()),
            _ => Err(PatchError::TestFailed(operation.path.clone())),
        };
    }
    let Some((last, parents)) = path.split_last() else {
        return match operation.op {
            PatchKind::Remove => Err(nowhere()),
            _ => {
                *body = value()?;
                Ok(())
            }
        };
    };
    let parent = descend_mut(body, parents).ok_or_else(nowhere)?;
    match parent {
        Value::Object(object) => member(Arc::make_mut(object), last, operation, value),
        Value::Array(items) => {
            let at = match (operation.op, last.as_str()) {
                (PatchKind::Add, "-") => Some(items.len()),
                _ => index(last),
            };
            let at = at.ok_or_else(|| PatchError::Pointer(operation.path.clone()))?;
            let limit = items.len() + usize::from(operation.op == PatchKind::Add);
            if at >= limit {
                return Err(nowhere());
            }
            if operation.op == PatchKind::Replace {
                *Arc::make_mut(items).get_mut(at).ok_or_else(nowhere)? = value()?;
                return Ok(());
            }
            let mut members = items.to_vec();
            match operation.op {
                PatchKind::Add => members.insert(at, value()?),
                _ => drop(members.remove(at)),
            }
            *items = members.into();
            Ok(())
        }
        _ => Err(nowhere()),
    }
}

fn member(
    object: &mut Object,
    name: &str,
    operation: &PatchOperation,
    value: impl Fn() -> Result<Value, PatchError>,
) -> Result<(), PatchError> {
    let nowhere = || PatchError::Nowhere(operation.path.clone());
    match operation.op {
        PatchKind::Add => object.push(name, value()?),
        PatchKind::Remove => drop(object.remove_exact(name).ok_or_else(nowhere)?),
        _ => *object.get_exact_mut(name).ok_or_else(nowhere)? = value()?,
    }
    Ok(())
}

/// An index as RFC 6901 writes it: no sign, no leading zero.
fn index(token: &str) -> Option<usize> {
    let plain = token.bytes().all(|b| b.is_ascii_digit()) && (token.len() == 1 || !token.starts_with('0'));
    plain.then(|| token.parse().ok()).flatten()
}

fn descend<'v>(body: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(body, |at, token| match at {
        Value::Object(object) => object.get_exact(token),
        Value::Array(items) => items.get(index(token)?),
        _ => None,
    })
}

fn descend_mut<'v>(body: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    path.iter().try_fold(body, |at, token| match at {
        Value::Object(object) => Arc::make_mut(object).get_exact_mut(token),
        Value::Array(items) => Arc::make_mut(items).get_mut(index(token)?),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn operation(op: PatchKind, path: &str, value: Option<serde_json::Value>) -> PatchOperation {
        PatchOperation { op, path: path.into(), value: value.as_ref().map(Value::from) }
    }

    #[test]
    fn operations() {
        use PatchKind::{Add, Remove, Replace, Test};
        let body = json!({"a": {"b": 1, "~x/y": 2}, "list": [1, 2], "n": null});
        let rows = [
            (
                Add,
                "/a/c",
                Some(json!(3)),
                json!({"a": {"b": 1, "~x/y": 2, "c": 3}, "list": [1, 2], "n": null}),
            ),
            (Add, "/a/b", Some(json!(3)), json!({"a": {"b": 3, "~x/y": 2}, "list": [1, 2], "n": null})),
            (
                Replace,
                "/a/~0x~1y",
                Some(json!(0)),
                json!({"a": {"b": 1, "~x/y": 0}, "list": [1, 2], "n": null}),
            ),
            (Add, "/list/-", Some(json!(3)), json!({"a": {"b": 1, "~x/y": 2}, "list": [1, 2, 3], "n": null})),
            (Add, "/list/0", Some(json!(0)), json!({"a": {"b": 1, "~x/y": 2}, "list": [0, 1, 2], "n": null})),
            (
                Replace,
                "/list/1",
                Some(json!(0)),
                json!({"a": {"b": 1, "~x/y": 2}, "list": [1, 0], "n": null}),
            ),
            (Remove, "/list/0", None, json!({"a": {"b": 1, "~x/y": 2}, "list": [2], "n": null})),
            (Remove, "/a", None, json!({"list": [1, 2], "n": null})),
            (Replace, "/n", Some(json!({})), json!({"a": {"b": 1, "~x/y": 2}, "list": [1, 2], "n": {}})),
            (Test, "/a/b", Some(json!(1.0)), body.clone()),
            (Replace, "", Some(json!(1)), json!(1)),
        ];
        for (op, path, value, wanted) in rows {
            let patched = apply(&body, &[operation(op, path, value)]).map(|v| v.to_json());
            assert_eq!(patched, Ok(wanted), "{} {path}", op.name());
        }
        let faults = [
            (Add, "/x/y", Some(json!(1)), PatchError::Nowhere("/x/y".into())),
            (Replace, "/A/b", Some(json!(1)), PatchError::Nowhere("/A/b".into())),
            (Replace, "/a/c", Some(json!(1)), PatchError::Nowhere("/a/c".into())),
            (Remove, "", None, PatchError::Nowhere(String::new())),
            (Remove, "/list/-", None, PatchError::Pointer("/list/-".into())),
            (Replace, "/list/00", Some(json!(1)), PatchError::Pointer("/list/00".into())),
            (Add, "/list/3", Some(json!(1)), PatchError::Nowhere("/list/3".into())),
            (Add, "a", Some(json!(1)), PatchError::Pointer("a".into())),
            (Add, "/a/c", None, PatchError::NoValue("/a/c".into())),
            (Test, "/a/b", Some(json!("1")), PatchError::TestFailed("/a/b".into())),
        ];
        for (op, path, value, wanted) in faults {
            assert_eq!(apply(&body, &[operation(op, path, value)]), Err(wanted), "{} {path}", op.name());
        }
    }

    #[test]
    fn written_as_the_rfc_shows() {
        let text = serde_json::to_string(&operation(PatchKind::Add, "/a", Some(json!(null)))).expect("JSON");
        assert_eq!(text, r#"{"op":"add","path":"/a","value":null}"#);
        let text = serde_json::to_string(&operation(PatchKind::Remove, "/a", None)).expect("JSON");
        assert_eq!(text, r#"{"op":"remove","path":"/a"}"#);
    }
}
