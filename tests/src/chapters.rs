//! Cases by chapter, `tests/cases/<chapter>/*.json`: each becomes a conformance case and is run as one.

use crate::conformance::{Report, Runner};
use crate::shared;
use ordain::json::{Dialect, Json, read};
use std::path::{Path, PathBuf};

const FILE_KEYS: [&str; 2] = ["about", "cases"];
const CASE_KEYS: [&str; 17] = [
    "rule",
    "name",
    "if",
    "policy",
    "policy_text",
    "condition",
    "condition_text",
    "expression",
    "field",
    "parameters",
    "resource",
    "as",
    "related",
    "context",
    "aliases",
    "options",
    "want",
];
const WANT_KEYS: [&str; 19] = [
    "state",
    "reason",
    "matches",
    "value",
    "missing",
    "unknown",
    "error",
    "kind",
    "parses",
    "effect",
    "diagnostics",
    "verdict",
    "patch",
    "patched",
    "skipped",
    "conflicts",
    "failure",
    "details",
    "deployment",
];
const CONTEXT_KEYS: [&str; 6] =
    ["now", "subscription", "resourceGroup", "requestContext", "policy", "apiVersion"];
/// Keys that a conformance case has under the same name.
const SAME: [&str; 11] = [
    "rule",
    "condition",
    "condition_text",
    "expression",
    "field",
    "parameters",
    "resource",
    "as",
    "related",
    "context",
    "aliases",
];

/// The files of all chapters, sorted; the name relative to `tests/cases`.
///
/// # Panics
/// When a folder cannot be read.
#[must_use]
pub fn files() -> Vec<(String, PathBuf)> {
    let root = shared::root().join("tests/cases");
    let chapter = |path: &Path| {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        path.is_dir() && name.starts_with(|c: char| c.is_ascii_digit())
    };
    let mut files = Vec::new();
    for folder in shared::entries(&root).into_iter().filter(|p| chapter(p)) {
        for file in
            shared::entries(&folder).into_iter().filter(|p| p.extension().is_some_and(|e| e == "json"))
        {
            let name =
                file.strip_prefix(&root).expect("the file is inside").to_string_lossy().replace('\\', "/");
            files.push((name, file));
        }
    }
    files
}

/// Runs the cases of one file; ids are the cases' names.
///
/// # Errors
/// The file has not the form that `tests/cases/README.md` describes.
pub fn run(path: &Path, report: &mut Report) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    run_text(&text, report)
}

fn run_text(text: &str, report: &mut Report) -> Result<(), String> {
    serde_json::from_str::<serde_json::Value>(text).map_err(|e| e.to_string())?;
    let (json, _) = read(text, Dialect::Strict);
    let json = json.ok_or("no JSON")?;
    only(&json, &FILE_KEYS, "the file")?;
    let cases = json.get("cases").filter(|c| c.is_array()).ok_or("`cases` must be an array")?;
    let mut runner = Runner::new(&shared::root().join("tests/cases"), None);
    let mut names = std::collections::BTreeSet::new();
    for case in cases.items() {
        let name = case.get("name").and_then(Json::as_text).ok_or("a case has no `name`")?;
        if !names.insert(name.to_owned()) {
            return Err(format!("two cases are named `{name}`"));
        }
        let line = converted(text, case, name).map_err(|e| format!("{name}: {e}"))?;
        runner.line(&line, report).map_err(|e| format!("{name}: {e}"))?;
    }
    Ok(())
}

/// The case as a conformance case. What it holds is copied as text, so that nothing of it is lost.
fn converted(text: &str, case: &Json<'_>, name: &str) -> Result<String, String> {
    let keys: Vec<&str> = CASE_KEYS.iter().copied().chain(["working"]).collect();
    only(case, &keys, "the case")?;
    for needed in ["rule", "working", "want"] {
        if case.get(needed).is_none() {
            return Err(format!("there is no `{needed}`"));
        }
    }
    let slice = |json: &Json<'_>| text.get(json.span.range()).unwrap_or("null").to_owned();
    if let Some(context) = case.get("context") {
        only(context, &CONTEXT_KEYS, "`context`")?;
    }
    let want = case.get("want").ok_or("there is no `want`")?;
    only(want, &WANT_KEYS, "`want`")?;
    if want.members().is_empty() {
        return Err("`want` wants nothing".into());
    }
    let mut members = vec![
        format!("\"id\": {}", serde_json::Value::from(name)),
        "\"category\": \"case\"".to_owned(),
        format!("\"expect\": {}", slice(want)),
    ];
    for key in SAME.iter().chain(&["options"]) {
        if let Some(value) = case.get(key) {
            members.push(format!("\"{key}\": {}", slice(value)));
        }
    }
    let subjects = ["if", "policy", "policy_text", "condition", "condition_text", "expression", "field"];
    let given: Vec<&str> = subjects.into_iter().filter(|key| case.get(key).is_some()).collect();
    let [_] = given[..] else { return Err(format!("exactly one of {subjects:?} must be there")) };
    if let Some(policy) = case.get("policy") {
        members.push(format!("\"definition\": {}", definition(policy, &slice)));
    }
    if let Some(condition) = case.get("if") {
        members.push(format!("\"definition\": {}", around(&slice(condition))));
    }
    members.push("\"exact\": true".to_owned());
    if let Some(policy) = case.get("policy_text") {
        members.push(format!("\"definition_text\": {}", slice(policy)));
    }
    Ok(format!("{{{}}}", members.join(",")))
}

/// A rule without `then` audits in mode All; everything else stands as it is.
fn definition(policy: &Json<'_>, slice: &impl Fn(&Json<'_>) -> String) -> String {
    match policy.members() {
        [only] if only.key == "if" => around(&slice(&only.value)),
        _ => slice(policy),
    }
}

/// A definition around a condition.
fn around(condition: &str) -> String {
    format!(
        "{{\"mode\": \"All\", \"policyRule\": {{\"if\": {condition}, \"then\": {{\"effect\": \"audit\"}}}}}}"
    )
}

fn only(json: &Json<'_>, known: &[&str], what: &str) -> Result<(), String> {
    if !json.is_object() {
        return Err(format!("{what} must be an object"));
    }
    match json.members().iter().find(|m| !known.contains(&m.key.as_ref())) {
        Some(member) => Err(format!("{what} has the unknown key `{}`", member.key)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(text: &str) -> Result<Vec<(String, String)>, String> {
        let mut report = Report::default();
        run_text(text, &mut report)?;
        Ok(report.failed)
    }

    fn case(members: &str) -> String {
        format!(r#"{{"about": "", "cases": [{{"rule": "C-20", "name": "n", "working": "w", {members}}}]}}"#)
    }

    #[test]
    fn forms_of_cases() {
        let resource = r#""resource": {"id": "/x", "type": "A.B/c", "name": "n"}"#;
        let condition = r#"{"field": "name", "equals": "N"}"#;
        let passing = [
            format!(r#""condition": {condition}, {resource}, "want": {{"matches": true}}"#),
            format!(r#""policy": {{"if": {condition}}}, {resource}, "want": {{"state": "NonCompliant"}}"#),
            format!(r#""policy": {{"if": {condition}}}, {resource}, "want": {{"diagnostics": []}}"#),
            r#""policy": {"if": {"field": "name", "equal": "N"}}, "want": {"diagnostics": ["UnknownConditionKey@\"equal\""]}"#.into(),
            r#""expression": "[add(1, 2)]", "want": {"value": 3}"#.into(),
            r#""expression": "[div(1, 0)]", "want": {"error": "DivideByZero"}"#.into(),
            format!(r#""field": "kind", {resource}, "want": {{"missing": true}}"#),
        ];
        for members in passing {
            assert_eq!(outcome(&case(&members)), Ok(Vec::new()), "{members}");
        }
        let failing = [
            format!(r#""condition": {condition}, {resource}, "want": {{"matches": false}}"#),
            format!(r#""policy": {{"if": {condition}}}, {resource}, "want": {{"state": "Compliant"}}"#),
            format!(r#""policy": {{"if": {condition}}}, {resource}, "want": {{"diagnostics": ["A@b"]}}"#),
            r#""expression": "[div(1, 0)]", "want": {"error": "Type"}"#.into(),
        ];
        for members in failing {
            assert_eq!(outcome(&case(&members)).map(|failed| failed.len()), Ok(1), "{members}");
        }
    }

    #[test]
    fn unknown_keys_are_refused() {
        let bad = [
            r#"{"about": "", "cases": [], "case": []}"#.to_owned(),
            case(r#""condition": {}, "wants": {"matches": true}, "want": {"matches": true}"#),
            case(r#""condition": {}, "want": {"match": true}"#),
            case(r#""want": {"matches": true}"#),
            case(r#""condition": {}, "context": {"clock": ""}, "want": {"matches": true}"#),
        ];
        for text in bad {
            assert!(outcome(&text).is_err(), "{text}");
        }
    }
}
