//! `ordain eval` on documents that ask for resources: what they ask for is scanned as if it existed.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::{Ran, folder, piped};
use serde_json::{Value as Json, json};
use std::fs;

const GROUP: &str = "/subscriptions/11111111-2222-4333-8444-555555555501/resourceGroups/rg";

/// A policy that finds things whose mode is not `on`.
fn policy() -> String {
    let path = folder(&format!("requests-{:?}", std::thread::current().id())).join("p.json");
    let policy = json!({ "name": "mode-on", "properties": { "mode": "All", "displayName": "Mode is on",
        "policyRule": {
            "if": { "allOf": [{ "field": "type", "equals": "Microsoft.Demo/things" },
                              { "value": "[field('kind')]", "notEquals": "on" }] },
            "then": { "effect": "audit" } } } });
    fs::write(&path, policy.to_string()).expect("a file");
    path.to_str().expect("a path").to_owned()
}

fn thing(name: &str, kind: &str) -> Json {
    json!({ "type": "Microsoft.Demo/things", "name": name, "location": "l", "kind": kind, "properties": {} })
}

fn eval(document: &Json, more: &[&str]) -> Ran {
    let policy = policy();
    let mut line = vec!["eval", "-p", &policy, "--format", "json"];
    line.extend(more);
    piped(document.to_string(), &line)
}

/// The states of the resources that were judged, and how many rows there were of each fate.
fn judged(ran: &Ran) -> (Vec<(String, String)>, Json) {
    let report: Json =
        serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", ran.out, ran.err));
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let results = report["results"].as_array().expect("results");
    let states = results.iter().map(|r| (text(&r["resource"]["name"]), text(&r["state"]))).collect();
    (states, report["summary"]["rows"].clone())
}

/// Rows by fate: read, evaluated, not applicable, skipped, errors.
fn fates(rows: &Json) -> [u64; 5] {
    ["read", "evaluated", "notApplicable", "skipped", "errors"].map(|fate| rows[fate].as_u64().unwrap_or(99))
}

fn is(name: &str, state: &str) -> (String, String) {
    (name.to_owned(), state.to_owned())
}

fn id(name: &str) -> String {
    format!("{GROUP}/providers/Microsoft.Demo/things/{name}")
}

#[test]
fn templates() {
    // spec: I-53, I-40, I-44, I-80
    let ran = eval(
        &json!({ "contentVersion": "1.0.0.0",
            "parameters": { "kind": { "type": "string", "defaultValue": "off" } },
            "resources": [
                thing("off", "[parameters('kind')]"),
                thing("on", "on"),
                thing("open", "[reference('a').kind]"),
                thing("[uniqueString('n')]", "off"),
                { "type": "Microsoft.Demo/others", "name": "other" },
                { "type": "Microsoft.Demo/things", "name": "never", "condition": false },
                { "type": "Microsoft.Resources/deployments", "name": "module", "properties": { "template": {
                    "contentVersion": "1.0.0.0", "resources": [thing("inner", "off")] } } },
                { "name": "typeless" },
            ] }),
        &["-v"],
    );
    let (states, rows) = judged(&ran);
    assert_eq!(
        states,
        [
            is("off", "NonCompliant"),
            is("on", "Compliant"),
            is("open", "NotEvaluated"),
            is("[uniqueString('n')]", "NonCompliant"),
            is("inner", "NonCompliant"),
        ]
    );
    assert_eq!(fates(&rows), [9, 5, 1, 2, 1]);
    assert_eq!((ran.code, ran.err.matches("RequestScanned").count()), (2, 1), "{}", ran.err);
    assert!(ran.err.contains("`ordain check`") && ran.err.contains("NoType"), "{}", ran.err);
}

#[test]
fn templates_with_comments() {
    // spec: I-3, I-53
    let path = folder("commented").join("t.json");
    let entry = thing("off", "off").to_string();
    fs::write(&path, format!("{{ // a comment\n\"contentVersion\": \"1\", \"resources\": [{entry}] }}"))
        .expect("a file");
    let ran = common::ordain(&["eval", "-p", &policy(), "--format", "json", path.to_str().expect("a path")]);
    assert_eq!((judged(&ran).0, ran.code), (vec![is("off", "NonCompliant")], 1));
}

#[test]
fn what_if_results() {
    // spec: I-53, I-50, I-80
    let change = |kind: &str, name: &str, body: Json| json!({ "resourceId": id(name), "changeType": kind, "before": body, "after": body });
    let deleted = change("Delete", "gone", thing("gone", "off"));
    let changes = [
        change("Create", "new", thing("new", "off")),
        change("Modify", "changed", thing("changed", "on")),
        change("Ignore", "there", thing("there", "off")),
        deleted.clone(),
    ];
    let ran = eval(&json!({ "status": "Succeeded", "properties": { "changes": changes } }), &[]);
    let (states, rows) = judged(&ran);
    assert_eq!(states, [is("new", "NonCompliant"), is("changed", "Compliant")]);
    assert_eq!(fates(&rows), [4, 2, 0, 2, 0]);
    let only = eval(&json!({ "changes": [deleted] }), &[]);
    assert!(only.code == 2 && only.err.contains("NothingFound"), "{}", only.err);
}

#[test]
fn snapshots_plans_and_payloads() {
    // spec: I-53, I-55, I-52, I-21, I-80
    let mut whole = thing("x", "off");
    whole["id"] = json!(id("x"));
    let snapshot = eval(&json!({ "predictedResources": [whole, { "type": "request@v1" }] }), &[]);
    let (states, rows) = judged(&snapshot);
    assert_eq!((states, fates(&rows)), (vec![is("x", "NonCompliant")], [2, 1, 0, 1, 0]));

    let resource = |kind: &str| {
        json!({ "address": format!("{kind}.x"), "mode": "managed", "type": kind, "change": { "actions": ["create"],
            "after": { "type": "Microsoft.Demo/things@2024-01-01", "name": "x", "parent_id": GROUP, "body": { "kind": "off" } },
            "after_unknown": {} } })
    };
    let plan = json!({ "format_version": "1.2", "resource_changes": [resource("azapi_resource"), resource("azurerm_thing")] });
    let plan = eval(&plan, &[]);
    let (states, rows) = judged(&plan);
    assert_eq!((states, fates(&rows)), (vec![is("x", "NonCompliant")], [2, 1, 0, 1, 0]));
    assert!(plan.err.contains("TerraformAzurerm"), "{}", plan.err);

    // Several payloads in a file are several rows; it is said once how they are judged.
    let payload = |name: &str| json!({ "resource": thing(name, "off"), "action": "write" });
    let payloads = eval(&json!([payload("a"), payload("b")]), &["-v"]);
    let (states, rows) = judged(&payloads);
    assert_eq!(states, [is("a", "NonCompliant"), is("b", "NonCompliant")]);
    assert_eq!(fates(&rows), [2, 2, 0, 0, 0]);
    assert_eq!(payloads.err.matches("RequestScanned").count(), 1, "{}", payloads.err);
}

#[test]
fn text_reports_point_at_the_entry() {
    // spec: I-53
    let path = folder("pointed").join("t.json");
    let entry = thing("off", "off").to_string();
    fs::write(&path, format!("{{\"contentVersion\": \"1\", \"resources\": [\n  {entry}\n] }}"))
        .expect("a file");
    let path = path.to_str().expect("a path");
    let policy = policy();
    for more in [&["--details"][..], &[]] {
        let ran = common::ordain(&[&["eval", "-p", &policy, path], more].concat());
        assert!(ran.code == 1 && ran.out.contains("t.json:2:3"), "{}", ran.out);
    }
}
