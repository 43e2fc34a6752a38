//! What would mend a resource, by the library: nothing is left to mend afterwards.

use ordain::{Engine, LeftOut, apply_patch};
use ordain_tests::shared;
use serde_json::{Value as Json, json};

fn modify(name: &str, test: &Json, operations: &Json) -> String {
    json!({ "name": name, "mode": "All", "policyRule": { "if": test, "then": { "effect": "modify",
        "details": { "roleDefinitionIds": ["r"], "operations": operations } } } })
    .to_string()
}

/// Every case of patches: applied, it leaves nothing to do.
#[test]
fn patches_leave_nothing_to_do() {
    // spec: E-58, E-68
    let text = std::fs::read_to_string(shared::root().join("tests/cases/patches.jsonl")).unwrap();
    let mut patched = 0;
    for case in text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()) {
        // Catalogues of cases are for their own runner; tags and built-in fields need none.
        let operations = case["definition"]["policyRule"]["then"]["details"]["operations"].to_string();
        if operations.contains("field(") || operations.contains("Microsoft.") {
            continue;
        }
        let Ok(builder) = Engine::builder().definition_json(&case["definition"].to_string()) else {
            continue;
        };
        let Ok(engine) = builder.build() else { continue };
        let resource = &case["resource"];
        let Ok(evaluation) = engine.evaluate(resource) else { continue };
        let repair = evaluation.repair(resource);
        let Some(patch) = repair.patch.as_deref().filter(|patch| !patch.is_empty()) else { continue };
        patched += 1;
        let after = apply_patch(resource, patch).unwrap();
        assert_eq!(after, repair.body, "{}", case["id"]);
        let again = engine.evaluate(&after).unwrap();
        assert_eq!(again.repair(&after).patch.as_deref(), Some(&[][..]), "{}", case["id"]);
    }
    assert!(patched > 10, "{patched}");
}

#[test]
fn what_is_left_after_a_repair() {
    // The rule does not look at what the operation writes: it stays true.
    let engine = Engine::builder()
        .definition_json(&modify(
            "odd",
            &json!({ "field": "tags['a']", "exists": false }),
            &json!([{ "operation": "add", "field": "tags['b']", "value": "1" }]),
        ))
        .unwrap()
        .definition_json(&modify(
            "even",
            &json!({ "field": "tags['c']", "exists": false }),
            &json!([{ "operation": "add", "field": "tags['c']", "value": "1" }]),
        ))
        .unwrap()
        .definition_json(&modify(
            "failing",
            &json!({ "field": "type", "equals": "A.B/c" }),
            &json!([{ "operation": "add", "field": "tags['d']", "value": "[int(field('name'))]" }]),
        ))
        .unwrap()
        .build()
        .unwrap();
    let resource = json!({ "type": "A.B/c", "name": "n" });
    let evaluation = engine.evaluate(&resource).unwrap();
    let repair = evaluation.repair(&resource);
    let told: Vec<_> = repair
        .changes
        .iter()
        .map(|planned| (planned.outcome.policy().name(), planned.left_out, planned.is_left()))
        .collect();
    // spec: E-112 — by the assignment's id; E-47 — what fails changes nothing
    assert_eq!(told, [("even", None, false), ("failing", Some(LeftOut::Failed), true), ("odd", None, true)]);
    let only = evaluation.repair_of(&resource, |outcome| outcome.policy().name() == "even");
    assert_eq!(only.changes.len(), 1);
    assert_eq!(only.patch.map(|patch| patch.len()), Some(2));
    assert!(!repair.is_empty());
}
