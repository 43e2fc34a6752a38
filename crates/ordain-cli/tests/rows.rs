//! Rows of exports as tools print them: what they are, and what policies see of them (spec 10 sections 1 to 4).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop"
)]

mod common;

use common::{folder, ordain, piped};
use serde_json::{Value, json};

const SUB: &str = "/subscriptions/11111111-2222-4333-8444-555555555555";

/// A rule of which every row of a table is asked; `true` is non-compliant.
fn policy(name: &str, condition: Value) -> String {
    let at = folder(&format!("rows-{name}"));
    let path = at.join("policy.json");
    let policy = json!({ "mode": "All", "policyRule": { "if": condition, "then": { "effect": "audit" } } });
    std::fs::write(&path, policy.to_string()).unwrap();
    path.to_string_lossy().into_owned()
}

/// The states of the rows in order, and the codes of diagnostics of warnings and errors.
fn judged(policy: &str, input: impl Into<Vec<u8>>) -> (Vec<String>, Vec<String>) {
    let ran = piped(input, &["eval", "--format", "json", "-p", policy]);
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.err));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let states =
        report["results"].as_array().unwrap().iter().map(|r| text(&r["outcomes"][0]["state"])).collect();
    let told = report["diagnostics"].as_array().unwrap().iter().filter(|d| d["severity"] != "info");
    (states, told.map(|d| text(&d["code"])).collect())
}

fn is_true(name: &str, condition: Value, row: &Value) -> Option<bool> {
    let (states, _) = judged(&policy(name, condition), row.to_string());
    match states.first().map(String::as_str) {
        Some("NonCompliant") => Some(true),
        Some("Compliant") => Some(false),
        _ => None,
    }
}

fn field(name: &str, value: &str) -> Value {
    json!({ "field": name, "equals": value })
}

#[test]
fn envelopes_of_every_tool() {
    let id = format!("{SUB}/resourceGroups/g/providers/A.B/c/x");
    let group = |name: &str| json!({ "value": format!("[resourceGroup().{name}]"), "equals": "g" });
    let rows = [
        // spec: I-20
        (
            "pascal",
            json!({ "ResourceId": id, "ResourceType": "A.B/c", "ResourceName": "x", "Location": "westeurope", "Tags": {"env": "p"}, "Kind": "k", "Properties": {} }),
            json!({ "allOf": [field("type", "A.B/c"), field("name", "x"), field("location", "westeurope"), field("tags.env", "p"), field("kind", "k")] }),
        ),
        (
            "pascal-id",
            json!({ "Id": id, "Type": "A.B/c", "Name": "x", "Properties": {} }),
            json!({ "allOf": [field("type", "A.B/c"), field("name", "x")] }),
        ),
        (
            "both",
            json!({ "id": id, "type": "A.B/c", "Type": "X.Y/z", "properties": {} }),
            field("type", "A.B/c"),
        ),
        // spec: I-22
        (
            "version",
            json!({ "type": "A.B/c@2023-01-01", "name": "x", "properties": {} }),
            field("type", "A.B/c"),
        ),
        // spec: I-27
        (
            "child-last",
            json!({ "id": format!("{id}/d/y"), "type": "A.B/c/d", "name": "y", "properties": {} }),
            json!({ "allOf": [field("name", "y"), field("fullName", "x/y")] }),
        ),
        (
            "child-path",
            json!({ "id": format!("{id}/d/y"), "type": "A.B/c/d", "name": "x/y", "properties": {} }),
            json!({ "allOf": [field("name", "y"), field("fullName", "x/y")] }),
        ),
        (
            "child-no-id",
            json!({ "type": "A.B/c/d", "name": "x/y", "properties": {} }),
            json!({ "allOf": [field("name", "y"), field("fullName", "x/y")] }),
        ),
        // spec: I-28
        (
            "group-of-id",
            json!({ "id": id, "type": "A.B/c", "name": "x", "resourceGroup": "other", "properties": {} }),
            group("name"),
        ),
        (
            "group-of-column",
            json!({ "type": "A.B/c", "name": "x", "resourceGroup": "g", "subscriptionId": "11111111-2222-4333-8444-555555555555", "properties": {} }),
            group("name"),
        ),
        // spec: I-30
        (
            "location",
            json!({ "id": id, "type": "A.B/c", "location": "East US 2", "properties": {} }),
            field("location", "eastus2"),
        ),
        (
            "location-global",
            json!({ "id": id, "type": "A.B/c", "location": "global", "properties": {} }),
            field("location", "global"),
        ),
        (
            "location-blank",
            json!({ "id": id, "type": "A.B/c", "location": "", "properties": {} }),
            json!({ "field": "location", "exists": false }),
        ),
        // spec: I-33
        (
            "group-short",
            json!({ "id": format!("{SUB}/resourceGroups/g"), "type": "Microsoft.Resources/resourceGroups", "name": "g" }),
            field("type", "Microsoft.Resources/subscriptions/resourceGroups"),
        ),
        (
            "group-graph",
            json!({ "id": format!("{SUB}/resourceGroups/g"), "type": "microsoft.resources/subscriptions/resourcegroups", "name": "g" }),
            field("type", "Microsoft.Resources/subscriptions/resourceGroups"),
        ),
        // spec: I-34
        (
            "group-untyped",
            json!({ "ResourceGroupName": "g", "ResourceId": format!("{SUB}/resourceGroups/g"), "Location": "westeurope", "Tags": null }),
            json!({ "allOf": [field("type", "Microsoft.Resources/subscriptions/resourceGroups"), field("location", "westeurope"), { "field": "tags", "exists": false }] }),
        ),
        // spec: I-35
        (
            "subscription",
            json!({ "id": SUB, "subscriptionId": "11111111-2222-4333-8444-555555555555", "displayName": "Corp", "state": "Enabled", "tenantId": "t" }),
            json!({ "allOf": [field("type", "Microsoft.Resources/subscriptions"), field("name", "11111111-2222-4333-8444-555555555555"), { "value": "[subscription().displayName]", "equals": "Corp" }] }),
        ),
        (
            "account",
            json!({ "id": "11111111-2222-4333-8444-555555555555", "name": "Corp", "isDefault": true, "state": "Enabled", "tenantId": "t", "user": {} }),
            json!({ "allOf": [field("type", "Microsoft.Resources/subscriptions"), field("id", SUB), { "value": "[subscription().displayName]", "equals": "Corp" }] }),
        ),
        // spec: I-98
        (
            "masked",
            json!({ "id": "/subscriptions/xxxx/resourceGroups/rg-••••/providers/A.B/c/x", "type": "A.B/c", "properties": {} }),
            json!({ "value": "[resourceGroup().name]", "equals": "rg-••••" }),
        ),
        // spec: I-32
        (
            "tags-list",
            json!({ "id": id, "type": "A.B/c", "Tags": [{"Key": "env", "Value": "p"}, {"Name": "n", "Value": 1}], "properties": {} }),
            json!({ "allOf": [field("tags.env", "p"), { "field": "tags.n", "equals": 1 }] }),
        ),
    ];
    for (name, row, condition) in rows {
        assert_eq!(is_true(name, condition, &row), Some(true), "{name}: {row}");
    }
}

#[test]
fn groups_and_subscriptions_beside_their_resources() {
    // spec: I-29, F-214, F-215
    let row = json!({ "id": format!("{SUB}/resourceGroups/g/providers/A.B/c/x"), "type": "A.B/c", "properties": {} });
    let group = json!({ "id": format!("{SUB}/resourceGroups/G"), "type": "Microsoft.Resources/resourceGroups", "name": "G", "location": "westeurope" });
    let asked = policy(
        "group-location",
        json!({ "allOf": [field("type", "A.B/c"), { "value": "[resourceGroup().location]", "equals": "westeurope" }] }),
    );
    let alone = judged(&asked, row.to_string());
    assert_eq!(alone.0, ["NotEvaluated"]);
    let together = judged(&asked, json!([row, group]).to_string());
    assert_eq!(together.0[0], "NonCompliant");
}

#[test]
fn containers_that_policies_ask_about() {
    // spec: I-36
    let row = json!({ "id": format!("{SUB}/resourceGroups/g/providers/A.B/c/x"), "type": "A.B/c", "properties": {} });
    let asked = policy("asks-groups", field("type", "Microsoft.Resources/subscriptions/resourceGroups"));
    let codes = |input: Value| {
        let ran = piped(input.to_string(), &["eval", "--format", "json", "-p", &asked]);
        ran.out.matches("ContainersNotInInput").count()
    };
    assert_eq!(codes(json!([row])), 1);
    let group = json!({ "id": format!("{SUB}/resourceGroups/g"), "name": "g" });
    assert_eq!(codes(json!([row, group])), 0);
}

#[test]
fn repeated_keys() {
    // spec: I-8
    let id = format!("{SUB}/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r");
    let alias = "Microsoft.ContainerRegistry/registries/adminUserEnabled";
    let row = |properties: &str| {
        format!(
            r#"{{"id": "{id}", "type": "Microsoft.ContainerRegistry/registries", "properties": {{{properties}}}}}"#
        )
    };
    let asked = policy("repeated", json!({ "field": alias, "equals": true }));
    for (properties, state) in [
        (r#""adminUserEnabled": false, "adminUserEnabled": true"#, "NonCompliant"),
        (r#""adminUserEnabled": true, "adminUserEnabled": false"#, "Compliant"),
        // The exact spelling first, then the first in order.
        (r#""AdminUserEnabled": false, "adminUserEnabled": true"#, "NonCompliant"),
        (r#""ADMINUSERENABLED": true, "AdminUserEnabled": false"#, "NonCompliant"),
    ] {
        assert_eq!(judged(&asked, row(properties)).0, [state], "{properties}");
    }
}

#[test]
fn texts_of_several_documents() {
    // spec: I-5
    let row = json!({ "id": format!("{SUB}/resourceGroups/g/providers/A.B/c/x"), "type": "A.B/c", "properties": {} });
    let asked = policy("sequence", field("type", "A.B/c"));
    let pretty = format!("{row:#}");
    for (input, count, code) in [
        (format!("{row}\n{row}\n"), 2, None),
        (format!("{pretty}\n{pretty}"), 2, None),
        (format!("[{row}]\n{row}"), 1, Some("TrailingContent")),
    ] {
        let (states, told) = judged(&asked, input.clone());
        assert_eq!((states.len(), told.first().map(String::as_str)), (count, code), "{input}");
    }
}

#[test]
fn bytes_that_are_no_text() {
    // spec: I-2
    let row = |name: &str| {
        format!(
            r#"{{"id":"{SUB}/resourceGroups/g/providers/A.B/c/{name}","type":"A.B/c","properties":{{}}}}"#
        )
    };
    let asked = policy("encoding", field("type", "A.B/c"));
    let mut lines = format!("{}\n", row("one")).into_bytes();
    lines.extend(b"{\"id\":\"\xff\",\"type\":\"A.B/c\"}\n");
    lines.extend(format!("{}\n", row("two")).into_bytes());
    let (states, told) = judged(&asked, lines);
    assert_eq!((states.len(), told), (2, vec!["Encoding".to_owned()]));
    let ran = piped(b"[{\"id\": \"\xff\"}]".to_vec(), &["eval", "-p", &asked]);
    assert!(ran.code == 2 && ran.err.contains("Encoding"), "{}", ran.err);
}

#[test]
fn pages_of_lists() {
    // spec: I-14, I-94
    let row = json!({ "id": format!("{SUB}/resourceGroups/g/providers/A.B/c/x"), "type": "A.B/c", "properties": {} });
    let asked = policy("pages", field("type", "A.B/c"));
    for (page, partial) in [
        (json!({ "value": [row], "nextLink": null }), false),
        (json!({ "value": [row], "nextLink": "" }), false),
        (json!({ "value": [row], "nextLink": "https://next" }), true),
        (json!({ "data": [row], "$skipToken": "abc" }), true),
        (json!({ "data": [row], "skip_token": null, "facets": [], "total_records": 1, "count": 1 }), false),
        (json!({ "data": [row], "count": 1, "total_records": 5 }), true),
        (json!({ "data": [row], "resultTruncated": "false" }), false),
        (json!({ "data": [row], "resultTruncated": "True" }), true),
        (json!({ "data": [row], "resultTruncated": true }), true),
    ] {
        let told = judged(&asked, page.to_string()).1;
        assert_eq!(told.contains(&"MorePages".to_owned()), partial, "{page}");
    }
}

#[test]
fn columns_without_type_and_id() {
    // spec: I-15
    let asked = policy("columns", field("type", "A.B/c"));
    let (states, told) = judged(&asked, json!({ "data": [{ "name": "x" }, { "name": "y" }] }).to_string());
    assert_eq!((states.len(), told), (0, vec!["NotAResource".to_owned()]));
}

#[test]
fn an_id_without_a_body() {
    // spec: I-96
    let alias =
        json!({ "field": "Microsoft.ContainerRegistry/registries/adminUserEnabled", "exists": false });
    let asked = policy("bodiless", alias);
    let id = format!("{SUB}/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r");
    for row in [json!({ "id": id, "fqdns": "", "powerState": "on" }), json!({ "id": id, "name": "r" })] {
        assert_eq!(judged(&asked, row.to_string()).0, ["NotEvaluated"], "{row}");
    }
}

#[test]
fn numbers_of_any_size() {
    // spec: I-84
    let asked = policy("numbers", json!({ "field": "tags.n", "equals": "123456789012345678901234567890" }));
    let row = |number: &str| {
        format!(
            r#"{{"id": "{SUB}/resourceGroups/g/providers/A.B/c/x", "type": "A.B/c", "tags": {{"n": {number}}}, "properties": {{}}}}"#
        )
    };
    assert_eq!(judged(&asked, row("123456789012345678901234567890")).0, ["NonCompliant"]);
    assert_eq!(judged(&asked, row("123456789012345678901234567891")).0, ["Compliant"]);
    for bad in ["NaN", "Infinity"] {
        let ran = piped(row(bad), &["eval", "-p", &asked]);
        assert!(ran.code == 2 && ran.err.contains("BadJson"), "{bad}: {}", ran.err);
    }
}

#[test]
fn faults_where_no_policy_looks() {
    // spec: I-87
    let asked = policy("unread", field("type", "A.B/c"));
    let row = format!(
        r#"{{"id": "{SUB}/resourceGroups/g/providers/A.B/c/x", "type": "A.B/c", "properties": {{"deep": [tru]}}}}"#
    );
    let ran = piped(row, &["eval", "-p", &asked]);
    assert!(ran.code == 2 && ran.err.contains("BadJson"), "{}", ran.err);
}

#[test]
fn files_in_the_order_of_their_paths() {
    // spec: I-72
    let at = folder("rows-in-order");
    for name in ["b.json", "a/z.json", "a.json", "B.json"] {
        let path = at.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let id = format!("{SUB}/resourceGroups/g/providers/A.B/c/{}", name.replace(['/', '.'], "-"));
        std::fs::write(path, json!({ "id": id, "type": "A.B/c", "properties": {} }).to_string()).unwrap();
    }
    let asked = policy("order", field("type", "A.B/c"));
    let ran = ordain(&["eval", "--format", "json", "-p", &asked, &at.to_string_lossy()]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let names: Vec<&str> = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["resource"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["B-json", "a-json", "a-z-json", "b-json"]);
}

#[test]
fn children_inside_rows() {
    // spec: I-38
    let id = format!("{SUB}/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n");
    let rule =
        |name: &str| json!({ "id": format!("{id}/securityRules/{name}"), "name": name, "properties": {} });
    let parent = json!({ "id": id, "type": "Microsoft.Network/networkSecurityGroups", "name": "n",
        "properties": { "securityRules": [rule("one"), rule("two")] } });
    let mut own = rule("two");
    own["type"] = json!("Microsoft.Network/networkSecurityGroups/securityRules");
    let asked = policy("children", field("type", "Microsoft.Network/networkSecurityGroups/securityRules"));
    let evaluated = |options: &[&str]| {
        let mut call = vec!["eval", "--format", "json", "-p", &asked];
        call.extend(options);
        let ran = piped(json!([parent, own]).to_string(), &call);
        serde_json::from_str::<Value>(&ran.out).unwrap()["summary"]["rows"]["evaluated"].clone()
    };
    assert_eq!(evaluated(&[]), 1);
    // The second rule has a row of its own, which wins.
    assert_eq!(evaluated(&["--expand-children"]), 2);
}

#[test]
fn states_and_attestations_are_no_assignments() {
    // spec: I-12
    let definition = "/providers/Microsoft.Authorization/policyDefinitions/d";
    let asked = policy("kinds", field("type", "A.B/c"));
    for (document, words) in [
        (
            json!({ "policyDefinitionId": definition, "resourceId": SUB, "complianceState": "Compliant", "id": "x" }),
            "record of policy states",
        ),
        (
            json!({ "policyDefinitionId": definition, "policyAssignmentId": "a", "complianceState": "Compliant" }),
            "attestation",
        ),
        (json!({ "policyDefinitionId": definition, "displayName": "a" }), "policy assignment"),
        (
            json!({ "policyRule": {}, "metadata": {}, "policyDefinitionId": definition, "displayName": "d" }),
            "policy definition",
        ),
    ] {
        let ran = piped(document.to_string(), &["eval", "-p", &asked]);
        assert!(ran.err.contains(words), "{document}: {}", ran.err);
    }
}
