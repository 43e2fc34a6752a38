//! A candidate in which what its condition reads and does not find is unknown (spec E-96).

use crate::plan::PathTable;
use crate::value::{Object, Reason, Value};

/// The value with the reason in place of each path of the plan that leads nowhere.
pub(super) fn fill(value: &Value, paths: &PathTable, reason: Reason) -> Value {
    let mut filled = value.clone();
    for path in paths.all() {
        dig(&mut filled, &paths.keys(path), reason);
    }
    filled
}

fn dig(at: &mut Value, keys: &[&str], reason: Reason) {
    let (Some((key, rest)), Value::Object(object)) = (keys.split_first(), &*at) else { return };
    let mut changed: Object = (**object).clone();
    let mut member = object.get(key).cloned().unwrap_or(Value::Unknown(reason));
    dig(&mut member, rest, reason);
    changed.set(*key, member);
    *at = Value::object(changed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::PathId;

    #[test]
    fn only_what_is_missing_is_unknown() {
        // spec: E-96
        let mut paths = PathTable::default();
        let properties = paths.child(PathId::ROOT, "properties");
        for key in ["there", "missing", "null"] {
            paths.child(properties, key);
        }
        let deep = paths.child(properties, "outer");
        paths.child(deep, "inner");
        let value = Value::from(&serde_json::json!({"properties": {"There": 1, "null": null}}));
        let filled = fill(&value, &paths, Reason::IncompleteRelated);
        let inside =
            filled.as_object().and_then(|o| o.get("properties")?.as_object().cloned()).expect("properties");
        let unknown = Some(&Value::Unknown(Reason::IncompleteRelated));
        assert_eq!((inside.get("there"), inside.get("null")), (Some(&Value::int(1)), Some(&Value::Null)));
        assert_eq!((inside.get("missing"), inside.get("outer")), (unknown, unknown));
    }
}
