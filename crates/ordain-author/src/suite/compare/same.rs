//! Equality of JSON as expectations mean it.

use serde_json::Value as Json;

/// JSON equality with numbers by value.
pub(super) fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(x), Json::Number(y)) => x == y || x.as_f64() == y.as_f64(),
        (Json::Array(x), Json::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y)),
        (Json::Object(x), Json::Object(y)) => {
            x.len() == y.len() && x.iter().all(|(key, v)| y.get(key).is_some_and(|w| same(v, w)))
        }
        _ => a == b,
    }
}

/// The same with names without regard to case; of the outermost object only the names that are wanted.
pub(super) fn covers(found: &Json, wanted: &Json) -> bool {
    agree(found, wanted, true)
}

fn agree(found: &Json, wanted: &Json, outermost: bool) -> bool {
    match (found, wanted) {
        (Json::Object(found), Json::Object(wanted)) => {
            (outermost || found.len() == wanted.len())
                && wanted.iter().all(|(key, wanted)| {
                    let member = found.iter().find(|(own, _)| own.eq_ignore_ascii_case(key));
                    member.is_some_and(|(_, found)| agree(found, wanted, false))
                })
        }
        (Json::Array(found), Json::Array(wanted)) => {
            found.len() == wanted.len() && found.iter().zip(wanted).all(|(f, w)| agree(f, w, false))
        }
        _ => same(found, wanted),
    }
}

/// Of what was found the names that are wanted, as they are written there.
pub(super) fn only(found: &Json, wanted: &Json) -> Json {
    match (found, wanted) {
        (Json::Object(found), Json::Object(wanted)) => {
            let own = |(key, _): (&String, &Json)| {
                let member = found.iter().find(|(own, _)| own.eq_ignore_ascii_case(key))?;
                Some((key.clone(), member.1.clone()))
            };
            Json::Object(wanted.iter().filter_map(own).collect())
        }
        _ => found.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn equality() {
        assert!(same(&json!({"a": [1, 2.0]}), &json!({"a": [1.0, 2]})));
        assert!(!same(&json!({"a": 1}), &json!({"A": 1})));
        assert!(covers(&json!({"A": {"b": 1}, "c": 2}), &json!({"a": {"B": 1}})));
        assert!(!covers(&json!({"a": {"b": 1, "c": 2}}), &json!({"a": {"b": 1}})));
        assert!(!covers(&json!({"a": 1}), &json!({"b": null})));
        assert_eq!(only(&json!({"A": 1, "b": 2}), &json!({"a": 0, "x": 0})), json!({"a": 1}));
    }
}
