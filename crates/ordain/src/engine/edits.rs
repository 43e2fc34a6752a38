//! A patch as people read it: for each place what is there, and what is there afterwards.

use crate::document::Document;
use crate::effects::{PatchKind, PatchOperation, apply_one, tokens};
use crate::explain::{self, Values, is_secret};
use crate::value::{Value, copy_of};

/// What a patch does to one place.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Edit {
    /// The place as people write it, such as `properties.ipRules[0].value`; a member that is put into an array is
    /// named by the place where it comes to be.
    pub path: String,
    /// What is there; `None` when it is missing.
    pub before: Option<Value>,
    /// What is there afterwards; `None` when it is taken out.
    pub after: Option<Value>,
}

impl Edit {
    /// Whether some name on the way to the place sounds like a secret, so that its values must not be printed.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.path.split(['.', '[', ']', '\'']).any(is_secret)
    }

    /// Both values as they may be printed: in backticks, long ones cut, `nothing` for what is not there.
    #[must_use]
    pub fn shown(&self, values: Values) -> [String; 2] {
        let show = |value: &Option<Value>| match value {
            None => "nothing".to_owned(),
            Some(_) if values == Values::MaskSecrets && self.is_secret() => "`******`".to_owned(),
            Some(value) => explain::plain(value, values),
        };
        [show(&self.before), show(&self.after)]
    }
}

/// What a patch does to a document, place by place: objects that it makes only to put something into them are left
/// out, and `test` operations do nothing. Ends at the first operation that does not fit.
///
/// ```
/// # fn main() -> Result<(), ordain::Error> {
/// let engine = ordain::Engine::builder()
///     .definition_json(r#"{"mode": "All", "policyRule": {
///         "if": {"field": "tags.env", "exists": false},
///         "then": {"effect": "append", "details": [{"field": "tags.env", "value": "prod"}]}}}"#)?
///     .build()?;
/// let body = serde_json::json!({"type": "A.B/c", "name": "n"});
/// let request = engine.request(&body, &Default::default()).expect("a resource");
/// let [edit] = &ordain::edits(&body, request.patch.as_deref().unwrap_or_default())[..] else { panic!() };
/// assert_eq!((edit.path.as_str(), edit.before.is_none()), ("tags.env", true));
/// assert_eq!(edit.after.as_ref().and_then(|after| after.as_text()), Some("prod"));
/// # Ok(()) }
/// ```
#[must_use]
pub fn edits<D: Document + ?Sized>(document: &D, patch: &[PatchOperation]) -> Vec<Edit> {
    let mut body = copy_of(document.root());
    let mut out = Vec::new();
    for (at, operation) in patch.iter().enumerate() {
        let Some(mut path) = tokens(&operation.path) else { break };
        let found = find(&body, &path);
        // An `add` into an array moves what is there, it does not replace it.
        let length = path.split_last().and_then(|(_, parent)| match find(&body, parent) {
            Some(Value::Array(items)) => Some(items.len()),
            _ => None,
        });
        let before = match operation.op {
            PatchKind::Add if length.is_some() => None,
            _ => found.cloned(),
        };
        if let (Some(length), Some(last)) = (length, path.last_mut().filter(|last| *last == "-")) {
            *last = length.to_string();
        }
        if apply_one(&mut body, operation).is_err() {
            break;
        }
        let inside = format!("{}/", operation.path);
        let holder = matches!(&operation.value, Some(Value::Object(object)) if object.is_empty())
            && patch.iter().skip(at + 1).any(|later| later.path.starts_with(&inside));
        if operation.op != PatchKind::Test && !holder {
            let after = operation.value.clone().filter(|_| operation.op != PatchKind::Remove);
            out.push(Edit { path: dotted(&body, &path), before, after });
        }
    }
    out
}

fn find<'v>(body: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(body, |at, token| match at {
        Value::Object(object) => object.get_exact(token),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    })
}

fn dotted(body: &Value, path: &[String]) -> String {
    let mut out = String::new();
    for (depth, token) in path.iter().enumerate() {
        let in_array = matches!(find(body, path.get(..depth).unwrap_or_default()), Some(Value::Array(_)));
        let plain = !token.is_empty() && token.chars().all(|c| c.is_alphanumeric() || "_-$@#/".contains(c));
        match (in_array, plain) {
            (true, _) => out.push_str(&format!("[{token}]")),
            (false, true) if out.is_empty() => out.push_str(token),
            (false, true) => out.push_str(&format!(".{token}")),
            (false, false) => out.push_str(&format!("['{token}']")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn told(document: &Json, patch: &[(PatchKind, &str, Json)]) -> Vec<(String, Json, Json)> {
        let operation = |(op, path, value): &(PatchKind, &str, Json)| PatchOperation {
            op: *op,
            path: (*path).to_owned(),
            value: (*op != PatchKind::Remove).then(|| Value::from(value)),
        };
        let patch: Vec<PatchOperation> = patch.iter().map(operation).collect();
        let json = |value: &Option<Value>| value.as_ref().map_or(json!("-"), Value::to_json);
        edits(document, &patch).iter().map(|e| (e.path.clone(), json(&e.before), json(&e.after))).collect()
    }

    fn row(path: &str, before: Json, after: Json) -> (String, Json, Json) {
        (path.to_owned(), before, after)
    }

    #[test]
    fn places_before_and_after() {
        // spec: E-56, E-57
        use PatchKind::{Add, Remove, Replace, Test};
        let document = json!({"tags": {"a": "1"}, "properties": {"on": true, "list": [1]}});
        let patch = [
            (Test, "/properties/on", json!(true)),
            (Replace, "/properties/on", json!(false)),
            // Made only to hold what comes next.
            (Add, "/properties/made", json!({})),
            (Add, "/properties/made/in.side", json!(1)),
            (Add, "/properties/list/-", json!(2)),
            (Add, "/properties/list/0", json!(0)),
            (Add, "/properties/empty", json!({})),
            (Remove, "/tags/a", json!(null)),
        ];
        assert_eq!(
            told(&document, &patch),
            [
                row("properties.on", json!(true), json!(false)),
                row("properties.made['in.side']", json!("-"), json!(1)),
                row("properties.list[1]", json!("-"), json!(2)),
                row("properties.list[0]", json!("-"), json!(0)),
                row("properties.empty", json!("-"), json!({})),
                row("tags.a", json!("1"), json!("-")),
            ]
        );
        assert!(told(&document, &[(Remove, "/tags/b", json!(null))]).is_empty());
    }

    #[test]
    fn secrets_by_any_name_on_the_way() {
        // spec: S-47
        let edit = |path: &str| Edit { path: path.into(), before: None, after: None }.is_secret();
        assert!(edit("properties.adminPassword") && edit("properties.secrets[0].value"));
        assert!(!edit("properties.keySource") && !edit("tags.env"));
    }
}
