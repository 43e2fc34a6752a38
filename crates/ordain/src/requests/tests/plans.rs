//! Plans and states of Terraform.

use super::{all, bodies, codes, id, names, open, skipped};
use crate::requests::RequestOptions;
use serde_json::{Value as Json, json};

const GROUP: &str = "/subscriptions/11111111-2222-4333-8444-555555555501/resourceGroups/rg";

fn change(address: &str, actions: &[&str], after: Json, unknown: Json) -> Json {
    let kind = address.trim_start_matches("data.").split('.').next().unwrap_or_default();
    let mode = if address.starts_with("data.") { "data" } else { "managed" };
    json!({ "address": address, "mode": mode, "type": kind, "name": "n", "change": {
        "actions": actions, "before": null, "after": after, "after_unknown": unknown } })
}

fn plan(changes: &[Json]) -> Json {
    json!({ "format_version": "1.2", "resource_changes": changes, "planned_values": { "root_module": {} } })
}

fn after(name: &str, body: Json) -> Json {
    json!({ "type": "A.B/c@2024-01-01", "name": name, "parent_id": GROUP, "location": "westeurope",
            "body": body, "tags": null, "identity": null })
}

fn only(document: &Json) -> Json {
    bodies(&all(document, &RequestOptions::default())).into_iter().next().unwrap_or_default()
}

#[test]
fn a_resource() {
    // spec: I-52
    let mut whole =
        after("x", json!({ "sku": { "name": "S" }, "properties": { "text": "[notAnExpression()]" } }));
    whole["tags"] = json!({ "env": "prod" });
    whole["identity"] = json!([{ "type": "UserAssigned", "identity_ids": ["/id/1"] }]);
    let expected = json!({ "id": id("A.B/c/x"), "type": "A.B/c", "name": "x", "apiVersion": "2024-01-01",
        "location": "westeurope", "tags": { "env": "prod" },
        "identity": { "type": "UserAssigned", "userAssignedIdentities": { "/id/1": {} } },
        "sku": { "name": "S" }, "properties": { "text": "[notAnExpression()]" } });
    assert_eq!(only(&plan(&[change("azapi_resource.x", &["create"], whole.clone(), json!({}))])), expected);
    // What the resource's attributes tell is theirs to tell.
    let mut misled = whole.clone();
    misled["body"]["type"] = json!("other");
    misled["body"]["name"] = json!("other");
    assert_eq!(only(&plan(&[change("azapi_resource.x", &["create"], misled, json!({}))])), expected);
    // As text, with the identity as an object: the same.
    whole["body"] = json!(whole["body"].to_string());
    whole["identity"] = json!({ "type": "UserAssigned", "identity_ids": ["/id/1"] });
    assert_eq!(only(&plan(&[change("azapi_resource.x", &["create"], whole, json!({}))])), expected);
}

#[test]
fn actions_and_providers() {
    // spec: I-52
    let body = || after("x", json!({}));
    let no = || json!({});
    let found = all(
        &plan(&[
            change("azapi_resource.new", &["create"], body(), no()),
            change("azapi_resource.replaced", &["delete", "create"], body(), no()),
            change("azapi_update_resource.same", &["no-op"], body(), no()),
            change("azapi_resource.gone", &["delete"], Json::Null, no()),
            change("azapi_resource.left", &["forget"], Json::Null, no()),
            change("data.azapi_resource.there", &["read"], body(), no()),
            change("azapi_resource_action.start", &["create"], body(), no()),
            change("azurerm_storage_account.a", &["create"], json!({ "name": "a" }), no()),
            change("azurerm_storage_account.b", &["create"], json!({ "name": "b" }), no()),
            change("random_string.r", &["create"], json!({ "length": 6 }), no()),
        ]),
        &RequestOptions::default(),
    );
    let origins: Vec<_> = found.requests.iter().filter_map(|r| r.origin.as_deref()).collect();
    assert_eq!(origins, ["azapi_resource.new", "azapi_resource.replaced", "azapi_update_resource.same"]);
    assert_eq!(
        skipped(&found),
        [
            ("Removed", "azapi_resource.gone"),
            ("Removed", "azapi_resource.left"),
            ("Existing", "data.azapi_resource.there"),
            ("OtherProvider", "azapi_resource_action.start"),
            ("Azurerm", "azurerm_storage_account.a"),
            ("Azurerm", "azurerm_storage_account.b"),
            ("OtherProvider", "random_string.r"),
        ]
    );
    assert_eq!(codes(&found), ["TerraformAzurerm"]);
    assert_eq!(found.rows(), 10);
}

#[test]
fn what_is_known_only_later() {
    // spec: I-52, I-44
    let values = after("x", json!({ "properties": { "port": 5, "list": [{ "a": 1 }] } }));
    let unknown = json!({ "location": true, "body": { "properties": {
        "key": true, "port": false, "list": [{ "b": true }, true] } } });
    let found =
        all(&plan(&[change("azapi_resource.x", &["create"], values, unknown)]), &RequestOptions::default());
    assert_eq!(
        bodies(&found),
        [json!({ "id": id("A.B/c/x"), "type": "A.B/c", "name": "x", "apiVersion": "2024-01-01",
                 "location": "<unknown>", "properties": {
                     "port": 5, "list": [{ "a": 1, "b": "<unknown>" }, "<unknown>"], "key": "<unknown>" } })]
    );
    assert_eq!(
        open(&found, 0).into_iter().map(|(path, _)| path).collect::<Vec<_>>(),
        ["location", "properties.list[0].b", "properties.list[1]", "properties.key"]
    );
    // Nothing of the body is known: what policies ask for is not missing.
    let mut values = after("x", Json::Null);
    values["name"] = Json::Null;
    let unknown = json!({ "body": true, "name": true });
    let whole = only(&plan(&[change("azapi_resource.x", &["create"], values, unknown)]));
    assert_eq!((&whole["properties"], &whole["sku"]), (&json!("<unknown>"), &json!("<unknown>")));
    assert_eq!((&whole["name"], &whole["id"]), (&json!("<unknown>"), &Json::Null));
}

#[test]
fn secrets() {
    // spec: I-52
    let mut values = after("x", json!({ "properties": { "user": "u" } }));
    values["sensitive_body"] = json!({ "properties": { "password": "p" } });
    let laid = only(&plan(&[change("azapi_resource.x", &["create"], values.clone(), json!({}))]));
    assert_eq!(laid["properties"], json!({ "user": "u", "password": "p" }));
    values["sensitive_body"] = Json::Null;
    values["sensitive_body_version"] =
        json!({ "properties.password": "1", "properties.user": "2", "type": "3" });
    let versions = only(&plan(&[change("azapi_resource.x", &["create"], values, json!({}))]));
    assert_eq!(versions["properties"], json!({ "user": "<unknown>", "password": "<unknown>" }));
}

#[test]
fn ids() {
    // spec: I-52, I-23
    let table = [
        ("A.B/c@1", GROUP.to_owned(), id("A.B/c/x")),
        ("A.B/c/d@1", id("A.B/c/y"), id("A.B/c/y/d/x")),
        ("E.F/g@1", id("A.B/c/y"), id("A.B/c/y/providers/E.F/g/x")),
        (
            "Microsoft.Resources/resourceGroups@1",
            "/subscriptions/s".to_owned(),
            "/subscriptions/s/resourceGroups/x".to_owned(),
        ),
        (
            "Microsoft.Management/managementGroups@1",
            "/".to_owned(),
            "/providers/Microsoft.Management/managementGroups/x".to_owned(),
        ),
    ];
    for (kind, parent, expected) in table {
        let values = json!({ "type": kind, "name": "x", "parent_id": parent, "body": {} });
        let body = only(&plan(&[change("azapi_resource.x", &["create"], values, json!({}))]));
        assert_eq!(body["id"], json!(expected), "{kind} in {parent}");
    }
}

#[test]
fn planned_values_and_states() {
    // spec: I-52, I-45
    let resource = |address: &str, values: Json| {
        let kind = address.split('.').next().unwrap_or_default();
        json!({ "address": address, "mode": "managed", "type": kind, "name": "n", "values": values })
    };
    let root = json!({ "resources": [
            resource("azapi_resource.x", after("x", json!({}))),
            resource("azapi_resource.typeless", json!({ "type": null, "name": "t", "body": {} })),
            resource("azapi_resource.nameless", json!({ "type": "A.B/c", "name": null, "parent_id": GROUP, "body": {} })),
        ],
        "child_modules": [{ "resources": [resource("azapi_resource.inner", after("inner", json!({})))],
                            "child_modules": [{ "resources": [resource("random_string.r", json!({}))] }] }] });
    for key in ["planned_values", "values"] {
        let mut document = json!({ "format_version": "1.2" });
        document[key] = json!({ "root_module": root });
        let found = all(&document, &RequestOptions::default());
        assert_eq!(names(&found), ["x", "azapi_resource.nameless", "inner"], "{key}");
        assert_eq!((codes(&found), found.errors), (vec!["NoType"], 1));
        assert_eq!(skipped(&found), [("OtherProvider", "random_string.r")]);
        let nameless = bodies(&found).into_iter().nth(1);
        assert_eq!(nameless, Some(json!({ "type": "A.B/c", "name": "<unknown>" })));
    }
    // A planned value that is left out is not known yet; in a state it is not there.
    let bare =
        json!({ "resources": [resource("azapi_resource.x", json!({ "type": "A.B/c@1", "name": "x" }))] });
    let planned = only(&json!({ "format_version": "1", "planned_values": { "root_module": bare } }));
    assert_eq!(planned["properties"], json!("<unknown>"));
    let state = only(&json!({ "format_version": "1", "values": { "root_module": bare } }));
    assert_eq!(state["properties"], Json::Null);
}
