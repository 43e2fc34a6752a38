//! Smaller documents and rules on which two answers still differ.

use serde_json::{Value as Json, json};

/// JSON pointers to everything inside, the outermost first.
#[must_use]
pub fn pointers(json: &Json) -> Vec<String> {
    fn walk(json: &Json, at: &str, out: &mut Vec<String>) {
        match json {
            Json::Object(members) => {
                for (name, value) in members {
                    let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                    out.push(pointer.clone());
                    walk(value, &pointer, out);
                }
            }
            Json::Array(members) => {
                for (index, value) in members.iter().enumerate() {
                    let pointer = format!("{at}/{index}");
                    out.push(pointer.clone());
                    walk(value, &pointer, out);
                }
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    walk(json, "", &mut out);
    out
}

/// Takes one place out; whether it was there.
pub fn remove(json: &mut Json, pointer: &str) -> bool {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return false };
    match json.pointer_mut(parent) {
        Some(Json::Object(members)) => members.remove(&key.replace("~1", "/").replace("~0", "~")).is_some(),
        Some(Json::Array(members)) => match key.parse::<usize>() {
            Ok(index) if index < members.len() => {
                members.remove(index);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

/// The smallest document found by taking out one place after the other while `differs` holds.
pub fn document(mut json: Json, differs: impl Fn(&Json) -> bool) -> Json {
    let mut at = 0;
    while let Some(pointer) = pointers(&json).get(at).cloned() {
        let mut smaller = json.clone();
        if remove(&mut smaller, &pointer) && differs(&smaller) {
            json = smaller;
        } else {
            at += 1;
        }
    }
    json
}

/// The smallest condition found by taking out or hoisting members of its lists while `differs` holds.
pub fn condition(mut json: Json, differs: impl Fn(&Json) -> bool) -> Json {
    loop {
        let smaller = candidates(&json).into_iter().find(|candidate| differs(candidate));
        match smaller {
            Some(smaller) => json = smaller,
            None => return json,
        }
    }
}

fn candidates(condition: &Json) -> Vec<Json> {
    let mut out = Vec::new();
    for list in ["allOf", "anyOf"] {
        let Some(members) = condition[list].as_array() else { continue };
        out.extend(members.iter().cloned());
        for at in 0..members.len() {
            let mut fewer = members.clone();
            fewer.remove(at);
            if !fewer.is_empty() {
                out.push(json!({list: fewer}));
            }
            for smaller in candidates(&members[at]) {
                let mut changed = members.clone();
                changed[at] = smaller;
                out.push(json!({list: changed}));
            }
        }
    }
    if let Some(inner) = condition.get("not") {
        out.push(inner.clone());
        out.extend(candidates(inner).into_iter().map(|smaller| json!({"not": smaller})));
    }
    if let Some(inner) = condition["count"].get("where") {
        for smaller in candidates(inner) {
            let mut changed = condition.clone();
            changed["count"]["where"] = smaller;
            out.push(changed);
        }
        let mut changed = condition.clone();
        if let Some(count) = changed["count"].as_object_mut() {
            count.remove("where");
        }
        out.push(changed);
    }
    out
}
