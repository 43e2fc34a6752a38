//! What-if results, those of stacks, snapshots.

use super::{all, bodies, codes, id, names, open, placed, skipped};
use crate::requests::{Action, RequestOptions};
use serde_json::{Value as Json, json};

fn change(kind: &str, name: &str, before: Json, after: Json) -> Json {
    json!({ "resourceId": id(&format!("A.B/c/{name}")), "changeType": kind, "before": before, "after": after })
}

fn body(name: &str, port: u8) -> Json {
    json!({ "type": "A.B/c", "name": name, "properties": { "port": port } })
}

fn what_if(changes: &[Json]) -> Json {
    json!({ "status": "Succeeded", "properties": { "changes": changes } })
}

fn all_kinds() -> Json {
    what_if(&[
        change("Create", "create", Json::Null, body("create", 1)),
        change("Modify", "modify", body("modify", 1), body("modify", 2)),
        change("NoChange", "same", body("same", 3), body("same", 3)),
        change("Deploy", "deploy", Json::Null, body("deploy", 4)),
        change("Deploy", "blind", Json::Null, Json::Null),
        change("Delete", "delete", body("delete", 5), Json::Null),
        change("Ignore", "ignore", body("ignore", 6), body("ignore", 6)),
        change("Unsupported", "not", Json::Null, Json::Null),
        change("Sideways", "odd", Json::Null, body("odd", 7)),
    ])
}

#[test]
fn each_kind_of_change() {
    // spec: I-50, I-51; test 17 of section 9
    let found = all(&all_kinds(), &RequestOptions::default());
    assert_eq!(names(&found), ["create", "modify", "same", "deploy", "delete"]);
    let actions: Vec<Action> = found.requests.iter().map(|r| r.action).collect();
    assert_eq!(actions, [Action::Write, Action::Write, Action::Write, Action::Write, Action::Delete]);
    assert_eq!(
        skipped(&found),
        [("NoBody", "blind"), ("Ignore", "ignore"), ("Unsupported", "not"), ("UnknownChange", "odd")]
    );
    let bodies = bodies(&found);
    assert_eq!(
        bodies.get(1),
        Some(
            &json!({ "id": id("A.B/c/modify"), "type": "A.B/c", "name": "modify", "properties": { "port": 2 } })
        )
    );
    assert_eq!(bodies.get(4).map(|b| &b["properties"]["port"]), Some(&json!(5)));
    assert_eq!(codes(&found), ["UnknownChangeType"]);
    assert_eq!(found.rows(), 9);
    assert_eq!(
        found.related.iter().map(super::shown).collect::<Vec<_>>(),
        [json!({ "id": id("A.B/c/ignore"), "type": "A.B/c", "name": "ignore", "properties": { "port": 6 } })]
    );
}

#[test]
fn what_was_before() {
    // spec: I-50
    let options = RequestOptions { before: true, ..RequestOptions::default() };
    let found = all(&all_kinds(), &options);
    assert_eq!(names(&found), ["modify", "same", "delete"]);
    assert!(found.requests.iter().all(|r| r.action == Action::Write));
    assert_eq!(bodies(&found).first().map(|b| &b["properties"]["port"]), Some(&json!(1)));
    assert_eq!(found.rows(), 9);
}

#[test]
fn leftover_expressions() {
    // spec: I-50, I-44, I-48
    let after = json!({ "type": "A.B/c", "name": "x", "location": "[resourceGroup().location]", "properties": {
        "open": "[reference('y').z]", "joined": "[concat('a-', reference('y').z)]", "computed": "[toUpper('ab')]",
        "user": "[contoso.name('a')]", "list": "[\"a\", \"b\"]", "section": "[main]", "kept": "[[concat('a')]" } });
    let found = all(&what_if(&[change("Create", "x", Json::Null, after)]), &placed());
    assert_eq!(
        bodies(&found).first(),
        Some(
            &json!({ "id": id("A.B/c/x"), "type": "A.B/c", "name": "x", "location": "westeurope", "properties": {
            "open": "<unknown>", "joined": "<unknown>", "computed": "AB", "user": "<unknown>",
            "list": "[\"a\", \"b\"]", "section": "[main]", "kept": "[[concat('a')]" } })
        )
    );
    assert_eq!(
        open(&found, 0),
        [
            ("properties.joined", "[concat('a-', reference('y').z)]"),
            ("properties.open", "[reference('y').z]"),
            ("properties.user", "[contoso.name('a')]"),
        ]
    );
}

#[test]
fn odd_changes() {
    // spec: I-50, I-24
    let found = all(
        &json!({ "changes": [
            { "resourceId": id("A.B/c/n"), "changeType": 0, "after": body("n", 1) },
            { "resourceId": id("A.B/c/m"), "after": body("m", 1) },
            7,
            { "changeType": "Create", "after": { "name": "typeless" } },
            { "FullyQualifiedResourceId": id("A.B/c/p"), "changeType": "create", "after": { "properties": {} },
              "symbolicName": "sym" },
            { "resourceId": id("A.B/c/d"), "changeType": "Delete" },
        ], "potentialChanges": [change("Create", "maybe", Json::Null, body("maybe", 1))] }),
        &RequestOptions::default(),
    );
    assert_eq!(codes(&found), ["BadRow", "BadRow", "BadRow", "NoType"]);
    assert!(found.diagnostics.first().is_some_and(|d| d.helps().join("").contains("-EnumsAsStrings")));
    assert_eq!((found.errors, found.rows()), (4, 6));
    assert_eq!(
        bodies(&found),
        [json!({ "id": id("A.B/c/p"), "properties": {} }), json!({ "id": id("A.B/c/d") })]
    );
    assert_eq!(found.requests.first().and_then(|r| r.origin.as_deref()), Some("sym"));
}

#[test]
fn nothing_to_judge() {
    // spec: I-50
    let ignored = change("Ignore", "x", body("x", 1), body("x", 1));
    assert_eq!(codes(&all(&what_if(&[ignored]), &RequestOptions::default())), ["NothingFound"]);
    assert_eq!(codes(&all(&what_if(&[]), &RequestOptions::default())), ["NoRows"]);
}

#[test]
fn stacks() {
    // spec: I-58
    let entry = |kind: &str, name: &str, changes: Json| {
        json!({ "id": id(&format!("A.B/c/{name}")), "type": "A.B/c", "changeType": kind,
                "resourceConfigurationChanges": changes })
    };
    let found = all(
        &json!({ "type": "Microsoft.Resources/deploymentStacksWhatIfResults", "properties": { "changes": {
            "resourceChanges": [
                entry("create", "a", json!({ "after": body("a", 1) })),
                entry("noChange", "b", json!({ "before": body("b", 1), "after": body("b", 1) })),
                entry("delete", "c", json!({ "before": body("c", 1) })),
                entry("modify", "d", json!({ "before": body("d", 1) })),
                entry("detach", "e", json!({ "before": body("e", 1) })),
            ] } } }),
        &RequestOptions::default(),
    );
    assert_eq!(names(&found), ["a", "b", "c"]);
    assert_eq!(found.requests.last().map(|r| r.action), Some(Action::Delete));
    assert_eq!(skipped(&found), [("NoBody", "d"), ("Removed", "e")]);
    assert_eq!(bodies(&found).first().map(|b| b["id"].clone()), Some(json!(id("A.B/c/a"))));
}

#[test]
fn snapshots() {
    // spec: I-55
    let found = all(
        &json!({ "predictedResources": [
            { "id": id("A.B/c/x"), "type": "A.B/c", "name": "x", "apiVersion": "2024-01-01",
              "location": "[resourceGroup().location]", "properties": { "tenant": "[tenant().tenantId]", "list": [] } },
            { "type": "request@v1", "properties": { "uri": "https://x" } },
            { "name": "typeless" },
            3,
        ], "diagnostics": [], "outputs": { "o": "[reference('x').y]" } }),
        &RequestOptions::default(),
    );
    assert_eq!(
        bodies(&found),
        [json!({ "id": id("A.B/c/x"), "type": "A.B/c", "name": "x", "apiVersion": "2024-01-01",
                 "location": "<unknown>", "properties": { "tenant": "<unknown>", "list": [] } })]
    );
    assert_eq!(skipped(&found), [("ExtensionResource", "request@v1")]);
    assert_eq!((codes(&found), found.errors), (vec!["NoType", "NotAResource"], 2));
    assert_eq!(
        open(&found, 0),
        [("location", "[resourceGroup().location]"), ("properties.tenant", "[tenant().tenantId]")]
    );
    assert_eq!(codes(&all(&json!({ "predictedResources": [] }), &RequestOptions::default())), ["NoRows"]);
}
