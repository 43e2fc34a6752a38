//! Whatever the bytes: an answer, never a panic.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::{folder, piped};
use proptest::collection::vec;
use proptest::prelude::*;
use std::fs;

/// An edit of a text: where, how much is taken away, what comes in its place.
type Edit = (prop::sample::Index, u8, &'static str);

const PIECES: &[&str] = &[
    "",
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "null",
    "-1e999",
    "\"[",
    "[[",
    "\\u",
    "\\ud800",
    "\u{0}",
    "é",
    "😀",
    "//",
    "/*",
    "\"count\":",
    "\"not\":",
    "\"field\":",
    "\"value\":",
    "\"[parameters('",
    "')]\"",
    "[*]",
    "\"[field('type')]\"",
    "\n",
    "\u{1b}[2J",
];

/// Policy documents of many kinds: a template, a repository, exports of PowerShell and Resource Graph.
const DOCUMENTS: &str = r#"[
  { "$schema": "https://x/subscriptionDeploymentTemplate.json#", "contentVersion": "1", "variables": { "n": "d" }, "resources": [
    { "type": "Microsoft.Authorization/policyDefinitions", "name": "[variables('n')]", "properties": { "mode": "All",
      "policyRule": { "if": { "field": "name", "equals": "[[field('type')]" }, "then": { "effect": "audit" } } } },
    { "type": "Microsoft.Authorization/policySetDefinitions", "name": "i", "properties": { "policyDefinitions": [
      { "policyDefinitionId": "[resourceId('Microsoft.Authorization/policyDefinitions', variables('n'))]", "policyDefinitionReferenceId": "r" } ] } },
    { "type": "Microsoft.Resources/deployments", "name": "d", "subscriptionId": "t", "properties": { "template": { "resources": [
      { "type": "Microsoft.Authorization/policyAssignments", "name": "[concat('a', copyIndex())]", "copy": { "name": "c", "count": 2 },
        "properties": { "policyDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/policySetDefinitions', 'i')]" } } ] } } } ] },
  { "pacOwnerId": "x", "globalNotScopes": { "*": ["/resourceGroupPatterns/a*"] },
    "pacEnvironments": [{ "pacSelector": "prod", "deploymentRootScope": "/providers/Microsoft.Management/managementGroups/m" }] },
  { "nodeName": "/", "assignment": { "name": "x" }, "definitionEntry": { "policySetName": "i" }, "parameters": { "p": 1 },
    "children": [{ "nodeName": "y", "notScope": { "prod": ["/subscriptions/*/resourceGroups/*x*"] }, "scope": { "prod": ["/subscriptions/s"] } }] },
  { "exemptions": [{ "name": "e", "exemptionCategory": "Waiver", "policyDefinitionName": "d", "scopes": ["/subscriptions/s"] }] },
  { "Name": "o", "ResourceId": "/subscriptions/s/providers/Microsoft.Authorization/policyDefinitions/o", "Properties": {
    "PolicyRule": { "if": { "field": "type", "like": "*" }, "then": { "effect": "audit" } } } },
  { "Name": "w", "Mode": "All", "Metadata": "{ \"category\": \"\u00e9\" }", "PolicyRule": "{ \"if\": { \"field\": \"name\", \"like\": \"*\" }, \"then\": { \"effect\": \"audit\" } }" },
  { "data": { "columns": [{ "name": "id" }, { "name": "type" }, { "name": "properties" }], "rows": [
    ["/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/z", "microsoft.authorization/policyassignments",
      { "policyDefinitionId": "/subscriptions/s/providers/Microsoft.Authorization/policyDefinitions/o", "enforcementMode": 1 }] ] } },
  { "managementGroups": [{ "name": "m" }], "subscriptions": [{ "id": "s", "managementGroup": "m" }] }
]"#;

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    vec((any::<prop::sample::Index>(), 0..40_u8, prop::sample::select(PIECES)), 1..6)
}

fn edited(text: &str, edits: &[Edit]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, taken, piece) in edits {
        let at = at.index(bytes.len() + 1);
        let end = (at + usize::from(*taken)).min(bytes.len());
        bytes.splice(at..end, piece.bytes());
    }
    bytes
}

fn definitions() -> Vec<String> {
    let entries = fs::read_dir(common::root().join("policies/acr")).expect("the pack");
    let mut paths: Vec<_> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "json")).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).expect("a definition")).collect()
}

fn row() -> String {
    let text = fs::read_to_string(common::root().join("examples/registries.json")).expect("the example");
    let export: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let rows: Vec<_> = export["value"].as_array().expect("rows").iter().take(8).cloned().collect();
    serde_json::to_string_pretty(&serde_json::json!({ "value": rows })).expect("JSON")
}

fn judge(policy: Option<&[u8]>, resources: &[u8], more: &[&str]) {
    let path = folder(&format!("bytes-{:?}", std::thread::current().id())).join("p.json");
    let mut line = vec!["eval"];
    if let Some(policy) = policy {
        fs::write(&path, policy).expect("a file");
        line.extend(["-p", path.to_str().expect("a path")]);
    }
    line.extend(more);
    let ran = piped(resources, &line);
    assert!(ran.code <= 2);
    assert!(
        !ran.err.contains("\u{1b}[2J") && !ran.out.contains("\u{1b}[2J"),
        "the input gives orders to the terminal"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in vec(any::<u8>(), 0..300)) {
        judge(None, &bytes, &["--details"]);
        judge(Some(&bytes), b"[{\"type\":\"A.B/c\"}]", &[]);
    }

    #[test]
    fn edited_policies(at in any::<prop::sample::Index>(), edits in edits()) {
        let definitions = definitions();
        judge(Some(&edited(at.get(definitions.as_slice()).as_str(), &edits)), row().as_bytes(), &["--details", "-v"]);
    }

    #[test]
    fn edited_resources(edits in edits()) {
        let bytes = edited(&row(), &edits);
        judge(None, &bytes, &["--details", "--show-not-applicable", "-v"]);
        judge(None, &bytes, &["--format", "json", "--pick", "$..[?@.type]"]);
    }

    #[test]
    fn edited_policy_documents(edits in edits()) {
        judge(Some(&edited(DOCUMENTS, &edits)), row().as_bytes(), &["-v", "--pac-selector", "prod", "--scope", "/subscriptions/s"]);
    }

    #[test]
    fn random_paths(path in "[$@.*\\[\\]()?!&|<>='a-z0-9, ]{0,40}") {
        judge(None, b"{\"a\":[{\"type\":\"A.B/c\"}]}", &[&format!("--pick={path}")]);
    }
}
