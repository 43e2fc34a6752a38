//! Policy repositories as folders: settings, trees, exemptions, parts (spec I-62, I-65 to I-68).

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::{folder, ordain};
use serde_json::{Value as Json, json};
use std::fs;
use std::path::Path;

fn write(root: &Path, path: &str, text: impl ToString) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text.to_string()).expect("a file");
}

/// A rule on tags, required by a parameter.
fn rule() -> Json {
    json!({ "if": { "field": "[concat('tags[', parameters('tag'), ']')]", "exists": false }, "then": { "effect": "audit" } })
}

fn repository(root: &Path) {
    let environment = |name: &str| {
        json!({ "pacSelector": name, "deploymentRootScope": format!("/providers/Microsoft.Management/managementGroups/{name}"),
        "globalNotScopes": ["/resourceGroupPatterns/temp-*"] })
    };
    write(
        root,
        "Definitions/global-settings.jsonc",
        format!(
            "// Settings\n{}",
            json!({ "pacOwnerId": "x", "pacEnvironments": [environment("dev"), environment("prod")] })
        ),
    );
    write(
        root,
        "Definitions/policyDefinitions/Tags/tag.jsonc",
        json!({ "name": "tag", "properties": {
        "mode": "All", "parameters": { "tag": { "type": "String" } }, "policyRule": rule() } }),
    );
    write(
        root,
        "Definitions/policySetDefinitions/set.json",
        json!({ "name": "set", "properties": {
        "parameters": { "tag": { "type": "String" } },
        "policyDefinitions": [{ "policyDefinitionName": "tag", "policyDefinitionReferenceId": "r",
            "parameters": { "tag": { "value": "[parameters('tag')]" } } }] } }),
    );
    write(
        root,
        "Definitions/policyAssignments/tree.jsonc",
        json!({ "nodeName": "/t/", "definitionEntry": { "policySetName": "set" },
        "assignment": { "name": "top-" }, "parameters": { "tag": "owner" }, "children": [
            { "nodeName": "a", "assignment": { "name": "a" }, "scope": { "prod": ["/subscriptions/s"], "dev": ["/subscriptions/d"] } } ] }),
    );
    write(
        root,
        "Definitions/policyExemptions/prod/e.json",
        json!({ "exemptions": [{ "name": "e", "displayName": "E",
        "exemptionCategory": "Waiver", "policyDefinitionName": "tag", "scope": "/subscriptions/s/resourceGroups/exempt" }] }),
    );
    // Switched off by its extension.
    write(root, "Definitions/policyAssignments/off.jsonc.off", "{ broken");
}

fn resources(root: &Path) {
    let row = |subscription: &str, group: &str| {
        json!({ "id": format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/A.B/c/{subscription}-{group}"),
        "type": "A.B/c", "name": format!("{subscription}-{group}"), "location": "westeurope", "properties": {} })
    };
    write(
        root,
        "resources.json",
        json!([row("s", "g"), row("s", "exempt"), row("s", "temp-1"), row("d", "g")]),
    );
}

/// State by resource, what was told, the exit code.
fn judged(arguments: &[&str]) -> (Vec<String>, String, u8) {
    let ran = ordain(&[&["eval", "--format", "json", "--quiet"], arguments].concat());
    let report: Json = serde_json::from_str(&ran.out).unwrap_or_default();
    let records = report["results"].as_array().cloned().unwrap_or_default();
    let shown = records.iter().flat_map(|record| {
        let name = record["resource"]["name"].as_str().unwrap_or("?");
        let outcomes = record["outcomes"].as_array().into_iter().flatten();
        outcomes.map(move |outcome| format!("{name} {}", outcome["state"].as_str().unwrap_or("?")))
    });
    (shown.collect(), ran.err, ran.code)
}

#[test]
fn an_environment_of_a_repository() {
    // spec: I-66, I-70; test 20 of chapter 10 section 9
    let root = folder("repository");
    repository(&root);
    resources(&root);
    let (policies, export) = (root.join("Definitions"), root.join("resources.json"));
    let (policies, export) = (policies.to_str().expect("a path"), export.to_str().expect("a path"));
    let (records, told, code) = judged(&["-p", policies, "--pac-selector", "prod", export]);
    assert_eq!(
        (records.join(", ").as_str(), told.as_str(), code),
        ("s-g NonCompliant, s-exempt Exempt", "", 1)
    );
    let (records, told, _) = judged(&["-p", policies, "--pac-selector", "DEV", export]);
    assert_eq!((records.join(", ").as_str(), told.as_str()), ("d-g NonCompliant", ""));
    let (_, told, code) = judged(&["-p", policies, export]);
    assert!(
        told.contains("error[PacSelector]: which environment is meant is not told: `dev`, `prod`"),
        "{told}"
    );
    assert_eq!(code, 2);
    let (_, told, code) = judged(&["-p", policies, "--pac-selector", "prodd", export]);
    assert!(
        told.contains("the settings have no environment `prodd`") && told.contains("did you mean `prod`?"),
        "{told}"
    );
    assert_eq!(code, 2);
}

#[test]
fn a_repository_within_a_tenant() {
    // spec: I-66, I-68
    let root = folder("tenant-repository");
    repository(&root);
    resources(&root);
    let root = root.to_str().expect("a path");
    let (records, told, code) = judged(&["--tenant", root, "--pac-selector", "prod"]);
    assert_eq!(
        (records.join(", ").as_str(), told.as_str(), code),
        ("s-g NonCompliant, s-exempt Exempt", "", 1)
    );
}

#[test]
fn scopes_on_the_command_line() {
    // spec: I-42, I-63, I-11
    let root = folder("template-repository");
    resources(&root);
    write(
        &root,
        "template.json",
        json!({ "$schema": "https://x/subscriptionDeploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": [
        { "type": "Microsoft.Authorization/policyDefinitions", "name": "tag", "properties": { "mode": "All",
            "parameters": { "tag": { "type": "String" } }, "policyRule": { "if": { "field": "[[concat('tags[', parameters('tag'), ']')]", "exists": false }, "then": { "effect": "audit" } } } },
        { "type": "Microsoft.Authorization/policyAssignments", "name": "a", "properties": { "parameters": { "tag": { "value": "owner" } },
            "policyDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/policyDefinitions', 'tag')]" } }] }),
    );
    let (template, export) = (root.join("template.json"), root.join("resources.json"));
    let (template, export) = (template.to_str().expect("a path"), export.to_str().expect("a path"));
    let (records, told, _) = judged(&["-p", template, "--scope", "/subscriptions/d", export]);
    assert_eq!((records.join(", ").as_str(), told.as_str()), ("d-g NonCompliant", ""));
    // In a tenant its policy objects are policies, its other entries rows (spec I-11).
    let tenant = root.to_str().expect("a path");
    let (records, told, _) = judged(&["--tenant", tenant, "--scope", "/subscriptions/d"]);
    assert_eq!((records.join(", ").as_str(), told.as_str()), ("d-g NonCompliant", ""));
    let (_, told, code) = judged(&["-p", template, export]);
    assert!(told.contains("error[BadScope]") && told.contains("--scope"), "{told}");
    assert_eq!(code, 2);
    let (_, told, code) = judged(&["-p", template, "--scope", "d", export]);
    assert!(told.contains("`d` is no scope"), "{told}");
    assert_eq!(code, 2);
}

#[test]
fn the_layout_of_the_built_in_repository() {
    // spec: I-65, I-62
    let root = folder("built-in-layout");
    resources(&root);
    let id = |kind: &str, name: &str| format!("/providers/Microsoft.Authorization/{kind}/{name}");
    write(
        &root,
        "policies/policyDefinitions/Tags/RequireTag.json",
        json!({ "id": id("policyDefinitions", "d"), "name": "d",
        "properties": { "mode": "All", "parameters": { "tag": { "type": "String" } }, "policyRule": rule() } }),
    );
    write(
        &root,
        "policies/policySetDefinitions/Tags/Tags.json",
        json!({ "id": id("policySetDefinitions", "i"), "name": "i",
        "properties": { "policyDefinitions": [{ "policyDefinitionReferenceId": "r", "policyDefinitionId": id("policyDefinitions", "d"),
            "parameters": { "tag": { "value": "owner" } } }] } }),
    );
    // An initiative in parts of the same definition.
    write(
        &root,
        "policies/community/parts/azurepolicyset.definitions.json",
        json!([{ "policyDefinitionReferenceId": "r",
        "policyDefinitionId": id("policyDefinitions", "d"), "parameters": { "tag": { "value": "[parameters('name')]" } } }]),
    );
    write(
        &root,
        "policies/community/parts/azurepolicyset.parameters.json",
        json!({ "name": { "type": "String", "defaultValue": "team" } }),
    );
    let (policies, export) = (root.join("policies"), root.join("resources.json"));
    let (policies, export) = (policies.to_str().expect("a path"), export.to_str().expect("a path"));
    let (records, told, _) = judged(&["-p", policies, export]);
    assert_eq!(told, "");
    assert_eq!(records.len(), 8, "{records:?}");
    assert!(records.iter().all(|record| record.ends_with("NonCompliant")), "{records:?}");
}
