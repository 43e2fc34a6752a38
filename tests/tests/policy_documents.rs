//! Policy documents as people have them: every export of an object means the same (spec 10 section 6).

use ordain::{Context, Engine, Source};
use serde_json::{Map, Value as Json, json};

const AUTHORIZATION: &str = "/providers/Microsoft.Authorization";

/// A definition, an initiative of it, its assignment and an exemption, as the REST interface gives them.
fn objects() -> Vec<Json> {
    let object = |scope: &str, kind: &str, name: &str, properties: Json| {
        json!({ "id": format!("{scope}{AUTHORIZATION}/{kind}/{name}"), "name": name,
            "type": format!("Microsoft.Authorization/{kind}"), "properties": properties })
    };
    let mut assignment = object(
        "/subscriptions/s",
        "policyAssignments",
        "a",
        json!({
        "displayName": "An assignment", "scope": "/subscriptions/s",
        "policyDefinitionId": format!("{AUTHORIZATION}/policySetDefinitions/i"), "definitionVersion": "1.*.*",
        "parameters": { "tag": { "value": "owner" } }, "metadata": { "assignedBy": "x" },
        "notScopes": ["/subscriptions/s/resourceGroups/out"],
        "nonComplianceMessages": [{ "message": "Tag it", "policyDefinitionReferenceId": "r" }],
        "resourceSelectors": [{ "name": "l", "selectors": [{ "kind": "resourceLocation", "in": ["westeurope"] }] }],
        "overrides": [{ "kind": "policyEffect", "value": "deny",
            "selectors": [{ "kind": "policyDefinitionReferenceId", "in": ["r"] }] }],
        "enforcementMode": "DoNotEnforce" }),
    );
    assignment["identity"] = json!({ "type": "SystemAssigned", "principalId": "p" });
    vec![
        object(
            "",
            "policyDefinitions",
            "d",
            json!({
            "displayName": "A definition", "policyType": "Custom", "mode": "All", "description": "What it is",
            "metadata": { "category": "Tags", "version": "1.0.0" }, "version": "1.0.0", "versions": ["1.0.0"],
            "parameters": { "tag": { "type": "String" }, "effect": { "type": "String", "defaultValue": "Audit", "allowedValues": ["Audit", "Deny"] } },
            "policyRule": { "if": { "field": "[concat('tags[', parameters('tag'), ']')]", "exists": false },
                "then": { "effect": "[parameters('effect')]" } } }),
        ),
        object(
            "",
            "policySetDefinitions",
            "i",
            json!({
            "displayName": "An initiative", "policyType": "Custom", "metadata": { "category": "Tags" }, "version": "1.0.0",
            "parameters": { "tag": { "type": "String" } },
            "policyDefinitionGroups": [{ "name": "g", "category": "c" }],
            "policyDefinitions": [{ "policyDefinitionReferenceId": "r", "policyDefinitionId": format!("{AUTHORIZATION}/policyDefinitions/d"),
                "groupNames": ["g"], "parameters": { "tag": { "value": "[parameters('tag')]" } } }] }),
        ),
        assignment,
        object(
            "/subscriptions/s/resourceGroups/g",
            "policyExemptions",
            "e",
            json!({
            "policyAssignmentId": format!("/subscriptions/s{AUTHORIZATION}/policyAssignments/a"), "exemptionCategory": "Waiver",
            "policyDefinitionReferenceIds": ["r"], "displayName": "An exemption", "expiresOn": "2030-01-01T00:00:00Z",
            "resourceSelectors": [{ "name": "l", "selectors": [{ "kind": "resourceLocation", "in": ["westeurope"] }] }] }),
        ),
    ]
}

fn resources() -> Vec<Json> {
    let one = |group: &str, name: &str, location: &str, tags: Json| {
        json!({ "id": format!("/subscriptions/s/resourceGroups/{group}/providers/A.B/c/{name}"), "type": "A.B/c", "name": name,
            "location": location, "tags": tags, "properties": {} })
    };
    vec![
        one("h", "bad", "westeurope", json!({})),
        one("h", "good", "westeurope", json!({ "owner": "x" })),
        one("h", "far", "eastus", json!({})),
        one("g", "exempt", "westeurope", json!({})),
        one("out", "excluded", "westeurope", json!({})),
    ]
}

fn members(json: &Json) -> Map<String, Json> {
    json.as_object().cloned().unwrap_or_default()
}

fn pascal(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Command line: one level, with nulls for what is absent.
fn flattened(object: &Json) -> Json {
    let mut flat = members(object);
    let properties = flat.remove("properties").unwrap_or_default();
    flat.extend(members(&properties));
    flat.insert("systemData".into(), Json::Null);
    flat.insert("resourceGroup".into(), "g".into());
    flat.into()
}

/// The older PowerShell module.
fn older(object: &Json) -> Json {
    let kind = object["type"].as_str().unwrap_or_default();
    let name = kind.rsplit('/').next().unwrap_or_default().trim_end_matches('s');
    let properties: Map<String, Json> =
        members(&object["properties"]).into_iter().map(|(key, value)| (pascal(&key), value)).collect();
    let mut json = json!({ "Name": object["name"], "ResourceId": object["id"], "ResourceName": object["name"],
        "ResourceType": kind, "SubscriptionId": "s", "Properties": properties });
    json[format!("{}Id", pascal(name))] = object["id"].clone();
    if object["identity"].is_object() {
        json["Identity"] = object["identity"].clone();
    }
    json
}

/// The newer PowerShell module: one level, lists named in the singular, some members as JSON text.
fn newer(object: &Json) -> Json {
    let mut json = Map::new();
    for (key, value) in members(&flattened(object)) {
        let key = pascal(&key);
        let key = match &*key {
            "PolicyDefinitions"
            | "PolicyDefinitionGroups"
            | "NonComplianceMessages"
            | "NotScopes"
            | "Overrides"
            | "Parameters"
            | "ResourceSelectors"
            | "PolicyDefinitionReferenceIds" => key.trim_end_matches('s').to_owned(),
            _ => key,
        };
        match &*key {
            "Identity" => {
                json.insert("IdentityType".into(), value["type"].clone());
                json.insert("IdentityPrincipalId".into(), value["principalId"].clone());
            }
            "Metadata" | "PolicyRule" | "Parameter" => drop(json.insert(key, value.to_string().into())),
            // A list of one may come as the one.
            "NotScope" | "PolicyDefinitionReferenceId" => drop(json.insert(key, value[0].clone())),
            _ => drop(json.insert(key, value)),
        }
    }
    json.into()
}

/// A row of `policyresources` in Resource Graph.
fn row(object: &Json) -> Json {
    let mut row = object.clone();
    row["type"] = object["type"].as_str().unwrap_or_default().to_ascii_lowercase().into();
    for (key, value) in [
        ("kind", json!("")),
        ("location", json!("")),
        ("sku", Json::Null),
        ("plan", Json::Null),
        ("tags", Json::Null),
        ("managedBy", json!("")),
        ("tenantId", json!("t")),
        ("extendedLocation", Json::Null),
    ] {
        row[key] = value;
    }
    row
}

/// All that an engine says: of each assignment what it is made of, of each resource its records.
fn fingerprint(engine: &Engine, resources: &[Json]) -> Vec<Json> {
    let context = Context::new().now("2026-01-01T00:00:00Z").expect("a time");
    let mut all = Vec::new();
    for resource in resources {
        let evaluation = engine.evaluate_in(resource, &context).expect("a resource");
        for outcome in evaluation.outcomes() {
            let (pair, policy) = (outcome.pair(), outcome.policy());
            let assignment = pair.assignment();
            all.push(json!({
                "resource": resource["name"], "state": outcome.state().name(), "reason": outcome.reason(),
                "assignment": [assignment.id(), assignment.name(), assignment.display_name(), assignment.scope()],
                "initiative": [assignment.initiative_id(), assignment.initiative_display_name(),
                    assignment.initiative_version(), assignment.initiative_category()],
                "given": assignment.parameters().map(ordain::Value::to_json),
                "groups": assignment.groups().collect::<Vec<_>>(),
                "pair": [pair.reference_id(), pair.definition_id(), pair.display_name()],
                "policy": [policy.id(), policy.version(), policy.effect()], "effect": policy.effect(),
                "parameters": ordain::Value::object(policy.parameters().clone()).to_json(),
                "enforced": outcome.is_enforced(), "message": outcome.message(),
                "exemptions": outcome.exemptions().map(|e| [e.id(), e.name(), e.display_name(), e.category()].map(str::to_owned)).collect::<Vec<_>>(),
            }));
        }
    }
    all
}

type Shape = fn(&Json) -> Json;

const SHAPES: [(&str, Shape); 5] =
    [("nested", Clone::clone), ("flattened", flattened), ("older", older), ("newer", newer), ("row", row)];

fn engine(text: &Json) -> (Engine, Vec<String>) {
    let source = Source::new("policies.json", text.to_string());
    let (engine, told) = Engine::builder().policies(&source).build_what_can_be();
    let told = told
        .iter()
        .map(|d| d.code().to_owned())
        .filter(|code| code != "EmbeddedJson" && code != "VersionUnavailable");
    (engine, told.collect())
}

#[test]
fn all_shapes_of_an_object_give_equal_engines() {
    // spec: I-60, I-61, I-64, I-9, I-20, I-12; test 19 of chapter 10 section 9
    let (plain, told) = engine(&json!(objects()));
    assert!(told.is_empty(), "{told:?}");
    let expected = fingerprint(&plain, &resources());
    // `bad` is denied by the override, `good` is fine, `far` not selected, `exempt` exempt, `excluded` excluded.
    let states: Vec<&str> = expected.iter().filter_map(|record| record["state"].as_str()).collect();
    assert_eq!(states, ["NonCompliant", "Compliant", "Exempt"]);
    assert_eq!(expected[0]["effect"], "deny");
    assert_eq!(expected[0]["message"], "Tag it");
    for (name, shape) in SHAPES {
        let shaped: Vec<Json> = objects().iter().map(shape).collect();
        let containers = [
            json!(shaped),
            json!({ "value": shaped, "nextLink": null }),
            json!({ "count": 4, "data": shaped, "skip_token": null, "total_records": 4 }),
            json!({ "Data": shaped, "SkipToken": null }),
        ];
        for container in containers {
            let (found, told) = engine(&container);
            assert!(told.is_empty(), "{name}: {told:?} {container:#}");
            assert_eq!(fingerprint(&found, &resources()), expected, "{name} {container:#}");
        }
        // One shape for one kind, the others as they were.
        for at in 0..objects().len() {
            let mut mixed = objects();
            mixed[at] = shape(&mixed[at]);
            assert_eq!(fingerprint(&engine(&json!(mixed)).0, &resources()), expected, "{name} {at}");
        }
    }
    // Table format of Resource Graph.
    let rows: Vec<Json> = objects().iter().map(row).collect();
    let columns: Vec<&String> = rows[2].as_object().expect("an object").keys().collect();
    let cells = |row: &Json| columns.iter().map(|column| row[*column].clone()).collect::<Vec<_>>();
    let table = json!({ "data": {
        "columns": columns.iter().map(|name| json!({ "name": name, "type": "object" })).collect::<Vec<_>>(),
        "rows": rows.iter().map(cells).collect::<Vec<_>>() } });
    assert_eq!(fingerprint(&engine(&table).0, &resources()), expected);
}

#[test]
fn faults_in_embedded_json_point_into_the_text() {
    // spec: I-61
    let rule = r#"{ "if": { "field": "name", "eqals": "x" }, "then": { "effect": "audit" } }"#;
    let text = json!({ "Name": "d", "Mode": "All", "PolicyRule": rule }).to_string();
    let source = Source::new("policies.json", text);
    let (_, told) = Engine::builder().policies(&source).build_what_can_be();
    let fault = told.iter().find(|d| d.code() == "UnknownConditionKey").expect("the slip is told");
    let label = fault.labels().first().expect("a place");
    assert_eq!(source.slice(label.span()), r#"\"eqals\""#);
    let info = told.iter().find(|d| d.code() == "EmbeddedJson").expect("it is told that text was read");
    assert_eq!(info.severity(), ordain::Severity::Info);
    // What is no JSON is no rule.
    let broken = json!({ "Name": "d", "Mode": "All", "PolicyRule": "{ \"if\": " });
    assert!(engine(&broken).1.contains(&"BodyType".to_owned()));
}

#[test]
fn inlined_objects_of_an_exported_assignment() {
    // spec: I-92
    let all = objects();
    let mut assignment = older(&all[2]);
    assignment["PolicyDefinitions"] = json!([all[0], older(&all[1])]);
    assignment["exemptions"] = json!([all[3]]);
    let (found, told) = engine(&json!([assignment]));
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(fingerprint(&found, &resources()), fingerprint(&engine(&json!(all)).0, &resources()));
    // Objects of other types hold such members, too.
    let metadata = json!({ "id": "/subscriptions/s/providers/Microsoft.Security/assessmentMetadata/m", "name": "m",
        "type": "Microsoft.Security/assessmentMetadata", "properties": { "displayName": "x", "policyDefinitionId": "/d" } });
    let artifact = json!({ "id": "/providers/Microsoft.Blueprint/blueprints/b/artifacts/a", "kind": "policyAssignment", "name": "a",
        "type": "Microsoft.Blueprint/blueprints/artifacts", "properties": { "displayName": "x", "policyDefinitionId": "/d" } });
    let (found, told) = engine(&json!([metadata, artifact]));
    assert_eq!((found.has_assignments(), told), (false, vec!["NotAPolicy".to_owned()]));
}

#[test]
fn identities_and_modes_of_powershell() {
    // spec: I-64, G-50
    let repairing = |identity: Json| {
        let mut all = objects();
        all[0]["properties"]["policyRule"]["then"] = json!({ "effect": "modify", "details": { "roleDefinitionIds": ["/r"],
            "operations": [{ "operation": "add", "field": "tags.owner", "value": "x" }] } });
        all[0]["properties"]["parameters"] = json!({ "tag": { "type": "String" } });
        all[2]["properties"]["overrides"] = Json::Null;
        all[2]["identity"] = Json::Null;
        let mut assignment = newer(&all[2]);
        assignment["IdentityType"] = identity;
        all[2] = assignment;
        engine(&json!(all)).1
    };
    assert_eq!(repairing(json!("SystemAssigned")), Vec::<String>::new());
    for none in [Json::Null, json!("None"), json!("")] {
        assert_eq!(repairing(none.clone()), ["IdentityMissing"], "{none}");
    }
    for (mode, enforced) in
        [(json!(0), true), (json!(1), false), (json!("Default"), true), (Json::Null, true)]
    {
        let mut all = objects();
        all[2]["properties"]["enforcementMode"] = mode.clone();
        let records = fingerprint(&engine(&json!(all)).0, &resources());
        assert_eq!(records[0]["enforced"], enforced, "{mode}");
    }
}

#[test]
fn what_else_lies_among_policies() {
    // spec: I-9, I-11, I-39, I-94
    let lone = json!({ "mode": "All", "policyRule": {
        "if": { "field": "name", "equals": "x" }, "then": { "effect": "audit" } } });
    let resource = |n: usize| json!({ "id": format!("/subscriptions/s/resourceGroups/g/providers/A.B/c/{n}"), "type": "A.B/c", "name": n.to_string() });
    let group = json!({ "id": "/providers/Microsoft.Management/managementGroups/m", "type": "/providers/Microsoft.Management/managementGroups",
        "name": "m", "properties": { "details": { "parent": { "name": "root" } } } });
    let subscription = json!({ "id": "/subscriptions/s", "type": "Microsoft.Management/managementGroups/subscriptions", "name": "s",
        "properties": { "parent": { "id": "/providers/Microsoft.Management/managementGroups/m" } } });
    let account = json!({ "id": "11111111-2222-3333-4444-555555555555", "tenantId": "t", "state": "Enabled", "name": "An account" });
    let state = json!({ "@odata.id": null, "resourceId": "/subscriptions/s", "policyDefinitionId": "/d", "policyAssignmentId": "/a",
        "complianceState": "Compliant", "id": "x" });
    let told = |json: &Json, explicit: bool| {
        let source = Source::new("policies.json", json.to_string());
        let builder = Engine::builder();
        let builder = if explicit { builder.policies(&source) } else { builder.policies_found(&source) };
        let (engine, told) = builder.build_what_can_be();
        let told: Vec<String> =
            told.iter().map(|d| format!("{} {}", d.severity().name(), d.code())).collect();
        (engine, told.join(", "))
    };
    let (engine, said) =
        told(&json!([lone, resource(1), resource(2), state, group, subscription, account]), true);
    assert_eq!(said, "warning NotAPolicy, info NoAssignments");
    assert_eq!(engine.hierarchy().chain("s").map(|chain| chain.collect::<Vec<_>>()), Some(vec!["m", "root"]));
    // One for a file, with the numbers.
    let source = Source::new("policies.json", json!([resource(1), resource(2), state]).to_string());
    let (_, list) = Engine::builder().policies(&source).build_what_can_be();
    assert_eq!(
        list.iter().map(|d| d.message()).collect::<Vec<_>>(),
        ["found what is no policy document: 2 resources, a policy state"]
    );
    let containers = json!({ "data": [group, subscription] });
    assert_eq!(told(&containers, true).0.hierarchy().is_below("s", "root"), Some(true));
    assert_eq!(
        told(&json!({ "value": [subscription], "nextLink": null }), true).0.hierarchy().is_below("s", "m"),
        Some(true)
    );
    let table = [
        (json!([resource(1)]), true, "error NotAPolicy"),
        (json!([resource(1)]), false, "warning NotAPolicy"),
        (
            json!({ "$schema": "https://x/deploymentParameters.json#", "parameters": {} }),
            false,
            "warning NotAPolicy",
        ),
        (json!({ "format_version": "1.2", "planned_values": {} }), false, "warning NotAPolicy"),
        (json!({ "changes": [{ "changeType": "Create" }] }), false, "warning NotAPolicy"),
        (json!({ "error": { "code": "X" } }), false, "warning NotAPolicy"),
        (json!({ "predictedResources": [] }), false, "warning NotAPolicy"),
        (json!({ "policyAssignments": [], "results": {} }), false, "warning NotAPolicy"),
        (json!({ "policyDefinitionId": "/d", "parameters": {} }), false, "warning NotAPolicy"),
        (json!({ "resource": {}, "action": "write" }), false, "warning NotAPolicy"),
        (json!({ "$schema": "https://json-schema.org/x" }), false, ""),
        (json!({ "documentAssignments": {} }), false, ""),
        (json!({ "hello": 1 }), false, "warning UnknownShape"),
        (json!({ "value": [lone], "nextLink": "https://x" }), false, "warning MorePages"),
        (json!({ "data": [lone], "count": 1, "total_records": 2 }), false, "warning MorePages"),
        (json!({ "data": [lone], "resultTruncated": "true" }), false, "warning MorePages"),
        (json!({ "data": [lone], "resultTruncated": "false", "skip_token": null }), false, ""),
        (json!({ "value": [lone], "nextLink": "" }), false, ""),
        (
            json!({ "name": "x", "type": "Microsoft.Authorization/policyDefinitions", "properties": { "mode": "All" } }),
            false,
            "error MissingPolicyRule",
        ),
        (
            json!({ "name": "x", "type": "Microsoft.Authorization/policyAssignments", "properties": { "scope": "/subscriptions/s" } }),
            false,
            "error MissingKey",
        ),
    ];
    for (document, explicit, want) in table {
        assert_eq!(told(&document, explicit).1, want, "{document}");
    }
}

#[test]
fn ids_of_what_has_none() {
    // spec: I-63, D-16
    use ordain::ids::Scope;
    let mut all = objects();
    for object in &mut all[..3] {
        object.as_object_mut().expect("an object").remove("id");
    }
    all[2]["properties"]["scope"] = Json::Null;
    all.truncate(3);
    let at = Scope::parse("/subscriptions/s").expect("a scope");
    let source = Source::new("policies.json", json!(all).to_string());
    let (without, told) = Engine::builder().policies(&source).build_what_can_be();
    assert!(told.iter().any(|d| d.code() == "BadScope" && d.is_error()));
    assert!(!without.has_assignments());
    let builder = Engine::builder().scope(at.clone()).definition_scope(&at).policies(&source);
    let (engine, _) = builder.build_what_can_be();
    let assignment = engine.assignments().next().expect("an assignment");
    assert_eq!(assignment.id(), "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a");
    let definition = engine.policies().next().expect("a policy");
    assert_eq!(definition.id(), "/subscriptions/s/providers/Microsoft.Authorization/policyDefinitions/d");
}
