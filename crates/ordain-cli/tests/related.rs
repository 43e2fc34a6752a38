//! Where related resources are looked for, and when a missing one counts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests may stop")]

mod common;

use common::{folder, ordain};
use serde_json::{Value, json};

const ID: &str = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/g/providers";

/// A vault that needs a diagnostic setting for audits.
fn written(name: &str) -> std::path::PathBuf {
    let at = folder(name);
    let policy = json!({ "mode": "Indexed", "policyRule": {
        "if": { "field": "type", "equals": "Microsoft.KeyVault/vaults" },
        "then": { "effect": "auditIfNotExists", "details": { "type": "Microsoft.Insights/diagnosticSettings",
            "existenceCondition": {
                "field": "Microsoft.Insights/diagnosticSettings/workspaceId", "exists": true } } } } });
    let vault = json!({ "id": format!("{ID}/Microsoft.KeyVault/vaults/v"), "name": "v", "location": "westeurope",
        "type": "Microsoft.KeyVault/vaults", "properties": {} });
    std::fs::write(at.join("policy.json"), policy.to_string()).unwrap();
    std::fs::write(at.join("vault.json"), vault.to_string()).unwrap();
    at
}

fn state(at: &std::path::Path, more: &[&str]) -> (Value, Value) {
    let path = |name: &str| at.join(name).to_string_lossy().into_owned();
    let (policy, vault) = (path("policy.json"), path("vault.json"));
    let mut call = vec!["eval", "--format", "json", "-p", &policy, &vault];
    call.extend(more);
    let report: Value = serde_json::from_str(&ordain(&call).out).expect("a report");
    let outcome = &report["results"][0]["outcomes"][0];
    (outcome["state"].clone(), outcome["reason"].clone())
}

#[test]
fn what_is_declared_decides() {
    // spec: E-92, E-93
    let at = written("related-declared");
    let open = (json!("NotEvaluated"), json!("RelatedTypeNotInInput"));
    let missing = (json!("NonCompliant"), json!("NoRelatedResource"));
    assert_eq!(state(&at, &[]), open);
    assert_eq!(state(&at, &["--assume-complete"]), missing);
    assert_eq!(state(&at, &["--related", "assume-complete"]), missing);
    assert_eq!(state(&at, &["--related", "strict"]), open);
    let coverage = at.join("coverage.json");
    let declared = json!({ "types": { "Microsoft.Insights/diagnosticSettings": "absent" } });
    std::fs::write(&coverage, declared.to_string()).unwrap();
    let coverage = coverage.to_string_lossy().into_owned();
    assert_eq!(state(&at, &["--related", "strict", "--related-coverage", &coverage]), missing);
}

#[test]
fn more_resources_are_looked_at_and_not_judged() {
    // spec: E-93, E-94, E-96
    let at = written("related-from");
    let setting = |properties: Value| {
        json!({ "id": format!("{ID}/Microsoft.KeyVault/vaults/v/providers/Microsoft.Insights/diagnosticSettings/d"),
            "type": "Microsoft.Insights/diagnosticSettings", "name": "d", "properties": properties })
    };
    let more = at.join("settings.json");
    let write = |properties| std::fs::write(&more, setting(properties).to_string()).unwrap();
    let path = more.to_string_lossy().into_owned();
    write(json!({ "workspaceId": "/w" }));
    assert_eq!(state(&at, &["--related-from", &path]), (json!("Compliant"), Value::Null));
    write(json!({}));
    assert_eq!(state(&at, &["--related-from", &path]).0, json!("NonCompliant"));
    let incomplete = (json!("NotEvaluated"), json!("IncompleteRelated"));
    assert_eq!(state(&at, &["--related-from", &path, "--incomplete-as-unknown"]), incomplete);
}

#[test]
fn a_bad_declaration_is_told() {
    // spec: E-92
    let at = written("related-bad");
    let coverage = at.join("coverage.json");
    std::fs::write(&coverage, r#"{"types": {"a/b": "perhaps"}}"#).unwrap();
    let path = |name: &str| at.join(name).to_string_lossy().into_owned();
    let coverage = coverage.to_string_lossy().into_owned();
    let ran =
        ordain(&["eval", "-p", &path("policy.json"), &path("vault.json"), "--related-coverage", &coverage]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("BadCoverage") && ran.err.contains("complete"), "{}", ran.err);
}

#[test]
fn candidates_are_visited_by_id() {
    // spec: E-90
    let at = written("related-order");
    let setting = |name: &str| {
        json!({ "id": format!("{ID}/Microsoft.KeyVault/vaults/v/providers/Microsoft.Insights/diagnosticSettings/{name}"),
            "type": "Microsoft.Insights/diagnosticSettings", "name": name, "properties": {} })
    };
    let more = at.join("settings.json");
    std::fs::write(&more, json!([setting("z"), setting("a"), setting("m")]).to_string()).unwrap();
    let path = |name: &str| at.join(name).to_string_lossy().into_owned();
    let ran = ordain(&[
        "eval",
        "--format",
        "json",
        "-p",
        &path("policy.json"),
        &path("vault.json"),
        "--related-from",
        &path("settings.json"),
    ]);
    let report: Value = serde_json::from_str(&ran.out).expect("a report");
    let related = &report["results"][0]["outcomes"][0]["related"];
    assert_eq!(related["total"], 3);
    assert!(related["lastId"].as_str().is_some_and(|id| id.ends_with("/z")), "{related}");
}

#[test]
fn help_says_what_exports_lack() {
    // spec: E-95
    let help = ordain(&["eval", "--help"]).out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("Exports rarely hold diagnostic settings, most child types"), "{help}");
}
