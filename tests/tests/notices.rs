//! What is worth knowing beside the outcomes: noticed where it is met, told once.

use ordain::{Context, Engine, RelatedResources};
use serde_json::{Value as Json, json};
use std::sync::Arc;

const RULES: &str = "Microsoft.ContainerRegistry/registries/networkRuleSet.ipRules[*]";

fn engine(mode: &str, condition: &Json) -> Engine {
    let policy = json!({"mode": mode, "policyRule": {"if": condition, "then": {"effect": "audit"}}});
    Engine::builder().definition_json(&policy.to_string()).and_then(|b| b.build()).expect("a policy")
}

/// `code about` of every notice.
fn noticed(engine: &Engine, context: &Context, resource: &Json) -> Vec<String> {
    let evaluation = engine.evaluate_in(resource, context).expect("a resource");
    evaluation.notices().map(|n| format!("{} {}", n.code(), n.about())).collect()
}

fn registry(rules: &Json) -> Json {
    json!({"type": "Microsoft.ContainerRegistry/registries", "name": "r", "location": "westeurope",
        "properties": {"networkRuleSet": {"ipRules": rules}}})
}

// spec: A-2, A-3, A-35
#[test]
fn a_star_over_what_is_no_array() {
    let bare = json!({"field": RULES, "equals": "x"});
    let count = json!({"count": {"field": RULES, "where": {"field": format!("{RULES}.value"), "equals": "x"}}, "equals": 0});
    let function = json!({"value": format!("[length(field('{RULES}'))]"), "equals": 0});
    let wanted = vec![format!("NotAnArray {RULES}")];
    for (rules, odd) in
        [(json!("10.0.0.0/8"), true), (json!({"a": 1}), true), (json!([]), false), (json!(null), false)]
    {
        for condition in [&bare, &count] {
            let found = noticed(&engine("All", condition), &Context::new(), &registry(&rules));
            assert_eq!(found, if odd { wanted.clone() } else { vec![] }, "{rules} {condition}");
        }
        // The function has no reference of its own: the whole expression is named.
        let found = noticed(&engine("All", &function), &Context::new(), &registry(&rules));
        assert_eq!(found.len(), usize::from(odd), "{rules}");
    }
    // Missing is no oddity.
    let none = json!({"type": "Microsoft.ContainerRegistry/registries", "name": "r", "properties": {}});
    assert!(noticed(&engine("All", &bare), &Context::new(), &none).is_empty());
}

// spec: A-2
#[test]
fn of_two_counts_the_one_that_met_it_is_named() {
    // `S[*]` is read in the `where` of a count over another array, which is one.
    let other = "Microsoft.ContainerRegistry/registries/networkRuleSet.virtualNetworkRules[*]";
    let condition = json!({"count": {"field": other, "where": {"field": RULES, "equals": "x"}}, "equals": 2});
    let resource = json!({"type": "Microsoft.ContainerRegistry/registries", "name": "r",
        "properties": {"networkRuleSet": {"ipRules": 5, "virtualNetworkRules": [1, 2]}}});
    let found = noticed(&engine("All", &condition), &Context::new(), &resource);
    assert_eq!(found, [format!("NotAnArray {RULES}")]);
}

// spec: D-45, L-132
#[test]
fn a_type_that_nobody_lists() {
    let kind = |kind: &str| json!({"field": "kind", "equals": kind});
    let odd = json!({"type": "Contoso.Demo/things", "name": "t", "location": "westeurope"});
    let child = json!({"type": "Contoso.Demo/things/parts", "name": "t/p", "location": "westeurope"});
    let known = json!({"type": "Microsoft.Network/routeTables", "name": "t", "location": "westeurope"});
    let engine_of = |mode| engine(mode, &kind("x"));
    let bare = Context::new();
    assert_eq!(noticed(&engine_of("Indexed"), &bare, &odd), ["IndexedGuessed Contoso.Demo/things"]);
    assert_eq!(noticed(&engine_of("Indexed"), &bare, &child), ["IndexedGuessed Contoso.Demo/things/parts"]);
    assert!(noticed(&engine_of("Indexed"), &bare, &known).is_empty());
    assert!(noticed(&engine_of("All"), &bare, &odd).is_empty());
    // A policy about another type needs no guess.
    let elsewhere = json!({"field": "type", "equals": "Microsoft.Web/sites"});
    assert!(noticed(&engine("Indexed", &elsewhere), &bare, &odd).is_empty());
}

// spec: L-14
#[test]
fn a_child_without_the_name_of_its_parent() {
    let engine = engine("All", &json!({"field": "fullName", "like": "*/x"}));
    let kind = "Microsoft.Sql/servers/databases";
    let told = vec![format!("FullNameUnknown {kind}")];
    let bare = Context::new();
    assert_eq!(noticed(&engine, &bare, &json!({"type": kind, "name": "db"})), told);
    let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/srv/databases/db";
    for known in [
        json!({"type": kind, "name": "srv/db"}),
        json!({"type": kind, "name": "db", "id": id}),
        json!({"type": "Microsoft.Sql/servers", "name": "srv"}),
        json!({"type": kind}),
    ] {
        assert!(noticed(&engine, &bare, &known).is_empty(), "{known}");
    }
}

// spec: A-2, A-60
#[test]
fn what_a_candidate_shows_is_noticed_as_well() {
    let policy = json!({"mode": "All", "policyRule": {
        "if": {"field": "type", "equals": "Microsoft.Network/routeTables"},
        "then": {"effect": "auditIfNotExists", "details": {
            "type": "Microsoft.ContainerRegistry/registries",
            "existenceCondition": {"field": RULES, "equals": "x"}}}}});
    let engine =
        Engine::builder().definition_json(&policy.to_string()).and_then(|b| b.build()).expect("a policy");
    let place = "/subscriptions/s/resourceGroups/g/providers";
    let table = json!({"type": "Microsoft.Network/routeTables", "name": "t",
        "id": format!("{place}/Microsoft.Network/routeTables/t")});
    let mut candidate = registry(&json!("10.0.0.0/8"));
    candidate["id"] = format!("{place}/Microsoft.ContainerRegistry/registries/r").into();
    let mut related = RelatedResources::new().assume_complete();
    related.add(&candidate, ordain::Completeness::Whole, false);
    let context = Context::new().related(Arc::new(related));
    assert_eq!(noticed(&engine, &context, &table), [format!("NotAnArray {RULES}")]);
}
