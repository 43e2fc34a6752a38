//! What `ordain check` tells, form by form: changes that give way, refusals, options that would help, failed calls.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::{folder, piped};
use serde_json::{Value as Json, json};
use std::fs;

const GUARDS: &str = "examples/deployment/guardrails.json";
const SUBSCRIPTION: &str = "5c1a0e6e-3f0b-4c59-9a3a-6b7f0e2d4a11";

/// A tenant of one file: these documents, each definition assigned once to the subscription.
fn tenant(name: &str, definitions: &[Json]) -> String {
    let authorization = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization");
    let mut documents = Vec::new();
    for definition in definitions {
        let name = definition["name"].as_str().expect("a name");
        let id = format!("{authorization}/policyDefinitions/{name}");
        documents.push(json!({ "id": id, "name": name, "properties": definition["properties"] }));
        documents.push(json!({ "id": format!("{authorization}/policyAssignments/{name}"), "name": name,
            "identity": { "type": "SystemAssigned" }, "location": "westeurope",
            "properties": { "displayName": name, "policyDefinitionId": id } }));
    }
    let folder = folder(name);
    fs::write(folder.join("policies.json"), Json::from(documents).to_string()).expect("a file");
    folder.to_str().expect("a path").to_owned()
}

fn modifies(name: &str, effect: &str, value: &str) -> Json {
    json!({ "name": name, "properties": { "mode": "All", "displayName": name, "policyRule": {
        "if": { "field": "type", "equals": "Microsoft.Compute/disks" },
        "then": { "effect": "modify", "details": { "roleDefinitionIds": ["r"], "conflictEffect": effect,
            "operations": [{ "operation": "addOrReplace", "field": "tags.env", "value": value }] } } } } })
}

fn disk(more: Json) -> String {
    let mut disk = json!({ "type": "Microsoft.Compute/disks", "name": "d", "location": "westeurope", "properties": {},
        "id": format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute/disks/d") });
    for (key, value) in more.as_object().expect("an object") {
        disk[key] = value.clone();
    }
    disk.to_string()
}

/// Two policies write one place, and neither may win: nothing is changed, and no form says that it is.
#[test]
fn what_gives_way_reads_as_suppressed() {
    // spec: E-61
    let tenant =
        tenant("check-suppressed", &[modifies("one", "audit", "a"), modifies("two", "disabled", "b")]);
    let of = |format: &str| piped(disk(json!({})), &["check", "-", "--tenant", &tenant, "--format", format]);
    let report: Json = serde_json::from_str(&of("json").out).expect("JSON");
    let request = &report["requests"][0];
    let kinds: Vec<&Json> =
        request["rulings"].as_array().expect("rulings").iter().map(|r| &r["kind"]).collect();
    assert_eq!((&request["verdict"], kinds), (&json!("allowed"), vec![&json!("suppressed"); 2]));
    assert_eq!((&report["summary"]["changed"], &report["requests"][0]["patch"]), (&json!(0), &json!([])));
    for format in ["text", "markdown"] {
        let out = of(format).out;
        assert!(out.contains("suppressed") && !out.contains("changed"), "{out}");
        assert!(
            out.contains("another policy writes to the same place: nothing of this one is carried out"),
            "{out}"
        );
        assert!(out.contains("not done: tags.env: nothing → `a`"), "{out}");
    }
    let log: Json = serde_json::from_str(&of("sarif").out).expect("JSON");
    let result = &log["runs"][0]["results"][0];
    assert_eq!((&result["level"], &result["kind"]), (&json!("none"), &json!("informational")));
}

/// The refusal is the service's object, its keys in the service's order.
#[test]
fn a_refusal_keeps_the_order_of_its_keys() {
    // spec: S-43, S-49
    let deny = json!({ "name": "no", "properties": { "mode": "All", "displayName": "No", "policyRule": {
        "if": { "field": "location", "equals": "westeurope" }, "then": { "effect": "deny" } } } });
    let tenant = tenant("check-refusal", &[deny]);
    let out = piped(disk(json!({})), &["check", "-", "--tenant", &tenant, "--format", "json"]).out;
    let error = out.split_once("\"error\":{\"code\"").expect("a refusal").1;
    let keys = [
        "target",
        "message",
        "additionalInfo",
        "type",
        "info",
        "policyDefinitionDisplayName",
        "evaluationDetails",
        "evaluatedExpressions",
        "result",
        "expressionKind",
        "expression",
        "path",
        "expressionValue",
        "targetValue",
        "operator",
        "policyDefinitionId",
        "policyDefinitionName",
        "policyDefinitionEffect",
        "policyAssignmentId",
        "policyAssignmentName",
        "policyAssignmentDisplayName",
        "policyAssignmentScope",
        "policyAssignmentParameters",
    ];
    let mut rest = error;
    for key in keys {
        let found = rest.split_once(&format!("\"{key}\":"));
        rest = found.unwrap_or_else(|| panic!("{key} is not where it should be: {error}")).1;
    }
    serde_json::from_str::<Json>(&out).expect("one document");
}

/// The options say where goes what has no id of its own.
#[test]
fn options_that_would_not_help_are_not_named() {
    // spec: G-8, I-48
    let tenant = tenant("check-places", &[modifies("one", "audit", "a")]);
    let says = |document: &Json, more: &[&str]| {
        let out = piped(document.to_string(), &[&["check", "-", "--tenant", &tenant], more].concat()).out;
        let line = out.lines().find(|line| line.contains("not say where")).map(str::to_owned);
        line.map(|line| {
            line.split_once(" (").map_or("", |(_, options)| options).trim_end_matches(')').to_owned()
        })
    };
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    let template = json!({ "$schema": schema, "contentVersion": "1.0.0.0", "resources": [
        { "type": "Microsoft.Compute/disks", "apiVersion": "2023-04-02", "name": "d", "location": "westeurope" }] });
    assert_eq!(says(&template, &[]).as_deref(), Some("--subscription, --resource-group"));
    assert_eq!(says(&template, &["--resource-group", "g"]).as_deref(), Some("--subscription"));
    assert_eq!(says(&template, &["--subscription", SUBSCRIPTION, "--resource-group", "g"]), None);
    let bare =
        json!({ "type": "Microsoft.Compute/disks", "name": "d", "location": "westeurope", "properties": {} });
    assert_eq!(says(&bare, &[]).as_deref(), Some("--subscription, --resource-group"));
    assert_eq!(says(&bare, &["--subscription", SUBSCRIPTION, "--resource-group", "g"]), None);
}

#[test]
fn a_failed_call_is_told_by_its_first_line() {
    // spec: I-54
    let failed =
        json!({ "status": "Failed", "error": { "code": "InvalidTemplate", "message": "bad\nmore" } });
    for command in ["check", "eval"] {
        let ran = piped(failed.to_string(), &[command, "-", "-p", GUARDS]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("note: InvalidTemplate: bad\n"), "{}", ran.err);
    }
}
