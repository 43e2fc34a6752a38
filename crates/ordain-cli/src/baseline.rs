//! Denials that are known: written by one run, read by the next.

use crate::inputs;
use ordain::json::{Dialect, Json, read};
use ordain::{Diagnostic, Source};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::Path;

/// What a denial is known by: neither texts nor positions, which change without the matter changing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The id of the resource in lower case; type and name where it has none.
    pub resource: String,
    /// The id of the assignment in lower case.
    pub assignment: String,
    /// The reference in its initiative.
    pub reference: String,
}

impl Key {
    /// As reports and baselines carry it.
    pub fn json(&self) -> Value {
        json!({ "resource": self.resource, "assignment": self.assignment, "reference": self.reference })
    }
}

/// The file that `--baseline` reads.
pub fn written(keys: &[Key]) -> String {
    let entries: Vec<String> = keys.iter().map(|key| format!("    {}", key.json())).collect();
    let list = if entries.is_empty() { String::new() } else { format!("\n{}\n  ", entries.join(",\n")) };
    format!("{{\n  \"schemaVersion\": 1,\n  \"denials\": [{list}]\n}}\n")
}

/// The denials of a baseline, or of a report of `--format json`.
pub fn known(path: &Path) -> Result<HashSet<Key>, Vec<Diagnostic>> {
    let source = inputs::source(path).map_err(|diagnostic| vec![diagnostic])?;
    let (json, problems) = read(source.text(), Dialect::Strict);
    let faults: Vec<Diagnostic> =
        problems.iter().filter(|p| !p.warning).map(|p| p.diagnostic(&source, "here")).collect();
    match json.filter(|_| faults.is_empty()) {
        Some(json) => of(&json).ok_or_else(|| vec![no_baseline(&source)]),
        None => Err(faults),
    }
}

fn no_baseline(source: &Source) -> Diagnostic {
    Diagnostic::error("BaselineFile", "this is no list of known denials")
        .origin(source.name())
        .help("let `ordain check --write-baseline FILE` write one, or `--format json`")
}

fn of(json: &Json<'_>) -> Option<HashSet<Key>> {
    let items = |json: &Json<'_>, name: &str| json.get(name).filter(|list| list.is_array()).is_some();
    let mut known = HashSet::new();
    if items(json, "denials") {
        for entry in json.get("denials").map(Json::items).unwrap_or_default() {
            known.insert(key(entry)?);
        }
        return Some(known);
    }
    if !items(json, "requests") {
        return None;
    }
    for request in json.get("requests").map(Json::items).unwrap_or_default() {
        for ruling in request.get("rulings").map(Json::items).unwrap_or_default() {
            known.extend(ruling.get("key").and_then(key));
        }
    }
    Some(known)
}

fn key(json: &Json<'_>) -> Option<Key> {
    let text = |name: &str| Some(json.get(name)?.as_text()?.to_ascii_lowercase());
    Some(Key { resource: text("resource")?, assignment: text("assignment")?, reference: text("reference")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let key = |resource: &str| Key {
            resource: resource.into(),
            assignment: "/a".into(),
            reference: String::new(),
        };
        for keys in [vec![], vec![key("/r"), key("/s")]] {
            let text = written(&keys);
            let (json, _) = read(&text, Dialect::Strict);
            let known = of(&json.expect("JSON")).expect("a baseline");
            assert_eq!(known, keys.into_iter().collect());
        }
    }

    #[test]
    fn other_documents_are_no_baseline() {
        for text in ["{}", "[]", r#"{"denials": [{"resource": 1}]}"#, r#"{"denials": {}}"#] {
            let (json, _) = read(text, Dialect::Strict);
            assert!(of(&json.expect("JSON")).is_none(), "{text}");
        }
    }
}
