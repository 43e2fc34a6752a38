//! What the service would refuse is told and judged (spec 08 section 11).

use ordain::{Engine, Source};
use serde_json::{Map, Value as Json, json};

const POLICY: &str = "/providers/Microsoft.Authorization/policyDefinitions/d";
const SET: &str = "/providers/Microsoft.Authorization/policySetDefinitions/i";

fn many<T>(count: usize, one: impl Fn(usize) -> T) -> Vec<T> {
    (0..count).map(one).collect()
}

fn parameters(count: usize) -> Json {
    let one = |n| (format!("p{n}"), json!({ "type": "String", "defaultValue": "x" }));
    Json::Object(many(count, one).into_iter().collect::<Map<_, _>>())
}

fn definition(parameters: Json, kind: &str) -> Json {
    let names: Vec<String> = parameters.as_object().map_or_else(Vec::new, |p| p.keys().cloned().collect());
    let uses: Vec<String> = names.iter().map(|name| format!("parameters('{name}')")).collect();
    let condition = match uses.is_empty() {
        true => json!({ "field": "name", "like": "*" }),
        false => json!({ "value": format!("[concat({})]", uses.join(", ")), "exists": true }),
    };
    json!({ "id": POLICY, "properties": { "mode": "All", "policyType": kind, "parameters": parameters,
        "policyRule": { "if": condition, "then": { "effect": "audit" } } } })
}

fn assignment(name: &str, more: Json) -> Json {
    let mut properties = json!({ "policyDefinitionId": POLICY });
    for (key, value) in more.as_object().cloned().unwrap_or_default() {
        properties[key] = value;
    }
    json!({ "id": format!("/subscriptions/S/providers/Microsoft.Authorization/policyAssignments/{name}"),
        "properties": properties })
}

fn exemption(n: usize) -> Json {
    json!({ "id": format!("/subscriptions/S/providers/Microsoft.Authorization/policyExemptions/e{n}"),
        "properties": { "exemptionCategory": "Waiver",
            "policyAssignmentId": "/subscriptions/S/providers/Microsoft.Authorization/policyAssignments/a" } })
}

fn reference(n: usize) -> Json {
    json!({ "policyDefinitionReferenceId": format!("r{n}"), "policyDefinitionId": POLICY })
}

fn initiative(count: usize, parameters: Json) -> Json {
    json!({ "id": SET, "properties": { "parameters": parameters, "policyDefinitions": many(count, reference) } })
}

fn location(n: usize) -> Json {
    json!({ "kind": "resourceLocation", "in": [format!("l{n}")] })
}

/// What is limited, how many there may be, and documents with some number of it.
type Limit<'l> = (&'l str, usize, &'l dyn Fn(usize) -> Vec<Json>);

#[test]
fn more_than_the_service_takes() {
    // spec: G-101
    let plain = || definition(json!({}), "Custom");
    let table: [Limit<'_>; 9] = [
        ("parameters of a definition", 20, &|n| {
            vec![definition(parameters(n), "Custom"), assignment("a", json!({})), assignment("b", json!({}))]
        }),
        ("excluded scopes", 400, &|n| {
            let scopes = many(n, |n| format!("/subscriptions/S/resourceGroups/n{n}"));
            vec![plain(), assignment("a", json!({ "notScopes": scopes }))]
        }),
        ("resource selectors", 10, &|n| {
            let sets = many(n, |n| json!({ "selectors": [location(n)] }));
            vec![plain(), assignment("a", json!({ "resourceSelectors": sets }))]
        }),
        ("values of a selector", 50, &|n| {
            let selector = json!({ "kind": "resourceLocation", "notIn": many(n, |n| format!("l{n}")) });
            vec![plain(), assignment("a", json!({ "resourceSelectors": [{ "selectors": [selector] }] }))]
        }),
        ("overrides", 10, &|n| {
            let one = |n| json!({ "kind": "policyEffect", "value": "deny", "selectors": [location(n)] });
            vec![plain(), assignment("a", json!({ "overrides": many(n, one) }))]
        }),
        ("references of an initiative", 1_000, &|n| {
            let set = json!({ "policyDefinitionId": SET });
            vec![plain(), initiative(n, json!({})), assignment("a", set.clone()), assignment("b", set)]
        }),
        ("parameters of an initiative", 400, &|n| {
            vec![plain(), initiative(1, parameters(n)), assignment("a", json!({ "policyDefinitionId": SET }))]
        }),
        ("assignments at one scope", 200, &|n| {
            let mut documents = many(n, |n| assignment(&format!("a{n}"), json!({})));
            documents.push(plain());
            documents
        }),
        ("exemptions at one scope", 1_000, &|n| {
            let mut documents = many(n, exemption);
            documents.extend([plain(), assignment("a", json!({}))]);
            documents
        }),
    ];
    for (what, limit, documents) in table {
        for found in [limit, limit + 1] {
            let text = Json::Array(documents(found)).to_string();
            let (engine, told) = Engine::builder().policies(&Source::new("t.json", text)).build_what_can_be();
            let told: Vec<&str> =
                told.iter().filter(|d| d.code() == "LimitExceeded").map(|d| d.message()).collect();
            let wanted = format!("{what}: {found}, more than the {limit} that the service takes");
            let wanted = if found > limit { vec![wanted.as_str()] } else { vec![] };
            assert_eq!(told, wanted);
            assert!(engine.policies().count() > 0, "{what}: judged all the same");
        }
    }
}

/// The built-ins reach 22 parameters themselves.
#[test]
fn built_ins_may_have_more() {
    // spec: G-101
    let text = definition(parameters(22), "BuiltIn").to_string();
    let (_, told) = Engine::builder().policies(&Source::new("t.json", text)).build_what_can_be();
    assert!(!told.iter().any(|d| d.code() == "LimitExceeded"), "{told:?}");
}
