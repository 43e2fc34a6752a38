//! Traces: all that a policy looks at, whether or not it applies; and that they see what explanations see.

use ordain::{Context, Engine, Explanation, ExplanationNode, RelatedResources, Source, Truth};
use serde_json::{Value as Json, json};
use std::sync::Arc;

fn engine(policy: &Json) -> Engine {
    Engine::builder().definition_json(&policy.to_string()).and_then(|b| b.build()).expect("a policy")
}

/// A tree in short: `T`, `F`, `U`, `E`, combinators around their members, elements of counts in brackets.
fn short(node: &ExplanationNode) -> String {
    let own = match node.truth() {
        Truth::True => "T",
        Truth::False => "F",
        Truth::Unknown(_) => "U",
        Truth::Error => "E",
    };
    let list = |nodes: &[ExplanationNode]| nodes.iter().map(short).collect::<Vec<_>>().join(" ");
    match (node.group(), node.condition()) {
        (Some(group), _) => format!("{group}={own}({})", list(node.members())),
        (None, Some(condition)) if !condition.elements().is_empty() => {
            format!("{own}[{}]", list(condition.elements()))
        }
        _ => own.to_owned(),
    }
}

fn trace(policy: &Json, resource: &Json, context: &Context) -> Option<Explanation> {
    let engine = engine(policy);
    let traces = engine.traces(resource, context).expect("a resource");
    assert_eq!(traces.len(), 1);
    traces[0].explanation().cloned()
}

const RULES: &str = "Microsoft.Network/networkSecurityGroups/securityRules[*]";

#[test]
fn the_elements_of_counts_are_there() {
    // A count in a count: the inner one ranges over the ports of each rule.
    let inner = json!({"count": {"field": format!("{RULES}.destinationPortRanges[*]"),
            "where": {"field": format!("{RULES}.destinationPortRanges[*]"), "equals": "443"}}, "greater": 0});
    let policy = json!({"mode": "All", "policyRule": {
        "if": {"count": {"field": RULES, "where": {"allOf": [
            {"field": format!("{RULES}.access"), "equals": "Allow"}, inner]}}, "greaterOrEquals": 1},
        "then": {"effect": "audit"}}});
    let rule =
        |access: &str, ports: Json| json!({"properties": {"access": access, "destinationPortRanges": ports}});
    let resource = json!({"type": "Microsoft.Network/networkSecurityGroups", "name": "n", "properties": {
        "securityRules": [rule("Allow", json!(["80", "443"])), rule("Deny", json!([])), rule("Allow", json!(["22"]))]}});
    let seen = trace(&policy, &resource, &Context::new()).expect("a trace");
    assert_eq!(short(seen.root()), "T[allOf=T(T T[F T]) allOf=F(F F) allOf=F(T F[F])]");
    let count = seen.root().condition().expect("a count");
    assert_eq!(count.number(), Some(1));
    assert_eq!([0, 1, 2].map(|n| count.would_hold(n)), [Some(false), Some(true), Some(true)]);
    // The explanation of the same judgement leaves the elements out.
    let engine = engine(&policy);
    let evaluation = engine.evaluate(&resource).expect("a resource");
    assert_eq!(short(evaluation.outcomes().next().expect("an outcome").explain(&resource).root()), "T");
}

#[test]
fn policies_that_do_not_apply_are_seen() {
    let policy = |mode: &str, effect: &str| {
        json!({"mode": mode, "policyRule": {
            "if": {"allOf": [{"field": "type", "equals": "Microsoft.Network/networkSecurityGroups"},
                {"not": {"field": "name", "equals": "n"}}]},
            "then": {"effect": effect}}})
    };
    let other = json!({"type": "Microsoft.KeyVault/vaults", "name": "n", "location": "westeurope"});
    let seen = trace(&policy("All", "audit"), &other, &Context::new()).expect("a trace");
    assert_eq!(short(seen.root()), "allOf=F(F not=F(T))");
    // Neither what is off nor what the mode passes over looks at its rule.
    assert!(trace(&policy("All", "disabled"), &other, &Context::new()).is_none());
    let group = json!({"type": "Microsoft.Resources/subscriptions/resourceGroups", "name": "n"});
    assert!(trace(&policy("Indexed", "audit"), &group, &Context::new()).is_none());
    assert!(trace(&policy("All", "audit"), &group, &Context::new()).is_some());
}

#[test]
fn every_candidate_is_seen() {
    let policy = json!({"mode": "All", "policyRule": {
        "if": {"field": "type", "equals": "Microsoft.KeyVault/vaults"},
        "then": {"effect": "auditIfNotExists", "details": {
            "type": "Microsoft.Insights/diagnosticSettings",
            "existenceCondition": {"anyOf": [{"field": "name", "equals": "b"}, {"field": "name", "equals": "c"}]}}}}});
    let vault = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v";
    let setting = |name: &str| {
        json!({"type": "Microsoft.Insights/diagnosticSettings", "name": name, "properties": {},
            "id": format!("{vault}/providers/Microsoft.Insights/diagnosticSettings/{name}")})
    };
    let mut related = RelatedResources::new().assume_complete();
    for name in ["a", "b", "c"] {
        related.add(&setting(name), ordain::Completeness::Whole, false);
    }
    let context = Context::new().related(Arc::new(related));
    let resource = json!({"type": "Microsoft.KeyVault/vaults", "name": "v", "id": vault, "properties": {}});
    let seen = trace(&policy, &resource, &context).expect("a trace");
    let candidates: Vec<String> = seen.candidates().iter().map(short).collect();
    assert_eq!(candidates, ["anyOf=F(F F)", "anyOf=T(T F)", "anyOf=T(F T)"]);
    // Nothing is looked for where the rule is false.
    let other = json!({"type": "Microsoft.KeyVault/managedHSMs", "name": "v", "properties": {}});
    assert!(trace(&policy, &other, &context).expect("a trace").candidates().is_empty());
}

/// The law: where a policy leaves a record, its trace and its explanation agree in every truth and place.
#[test]
fn traces_see_what_explanations_see() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut builder = Engine::builder();
    for entry in std::fs::read_dir(root.join("policies/acr")).expect("the pack") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "json") {
            let text = std::fs::read_to_string(&path).expect("a text");
            builder = builder.policies(&Source::new(path.display().to_string(), text));
        }
    }
    let (engine, _) = builder.build_what_can_be();
    let mut compared = 0;
    for file in ["registries.json", "network.json"] {
        let text = std::fs::read_to_string(root.join("examples").join(file)).expect("a text");
        let rows: Json = serde_json::from_str(&text).expect("JSON");
        let rows = rows["value"].as_array().expect("rows");
        let context = Context::new().row();
        for row in rows {
            let traces = engine.traces(row, &context).expect("a resource");
            let evaluation = engine.evaluate_in(row, &context).expect("a resource");
            for outcome in evaluation.outcomes() {
                let trace =
                    traces.iter().find(|t| t.policy().id() == outcome.policy().id()).expect("a trace");
                let (seen, told) = (trace.explanation().expect("seen"), outcome.explain(row));
                same(seen.root(), told.root());
                compared += 1;
            }
        }
    }
    assert!(compared > 50, "{compared}");
}

fn same(a: &ExplanationNode, b: &ExplanationNode) {
    assert_eq!((a.span(), a.truth(), a.group()), (b.span(), b.truth(), b.group()));
    assert_eq!(a.members().len(), b.members().len());
    a.members().iter().zip(b.members()).for_each(|(a, b)| same(a, b));
}

#[test]
fn a_rule_as_it_was_written() {
    let policy = json!({"mode": "All",
        "parameters": {"effect": {"type": "String", "allowedValues": ["Audit", "Deny", "Disabled"], "defaultValue": "Audit"}},
        "policyRule": {"if": {"anyOf": [{"field": "name", "like": "x*"},
            {"not": {"count": {"field": RULES, "where": {"field": format!("{RULES}.access"), "equals": "Allow"}}, "less": 2}}]},
        "then": {"effect": "[parameters('effect')]"}}});
    let engine = engine(&policy);
    let view = engine.policies().next().expect("a policy");
    let slice = |span| view.source().slice(span);
    let rule = view.rule();
    assert_eq!((rule.group(), rule.members().len(), rule.operator()), (Some("anyOf"), 2, None));
    assert_eq!(rule.members()[0].test_span().map(slice), Some("\"like\":\"x*\""));
    let count = &rule.members()[1].members()[0];
    assert_eq!((count.is_count(), count.operator()), (true, Some("less")));
    assert_eq!(count.filter().and_then(ordain::Written::operator), Some("equals"));
    let effect = view.written_effect();
    assert_eq!((effect.parameter(), slice(effect.span())), (Some("effect"), "\"[parameters('effect')]\""));
    assert_eq!(effect.choices(), ["Audit", "Deny", "Disabled"]);
    assert_eq!(view.existence_condition(), None);
}
