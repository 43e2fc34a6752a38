//! Batches: what is judged selectively, beside what a finder keeps, is what whole reading says.

use ordain::{Context, Engine, Source};
use ordain_tests::batch::{self, Compared};
use ordain_tests::random::{self, changed, config, edited};
use ordain_tests::{pairs, shared};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value as Json;
use std::sync::OnceLock;

fn built_ins() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| ordain_benches::engine_of(&ordain_benches::definitions()))
}

fn passes(compared: &Compared, what: &str) {
    println!(
        "{what}: {} rows, {} outcomes, {} findings",
        compared.rows, compared.outcomes, compared.findings
    );
    let some: Vec<&String> = compared.different.iter().take(5).collect();
    assert!(some.is_empty(), "{} rows differ\n{some:#?}", compared.different.len());
    assert!(compared.rows > 0 && compared.findings > 0);
}

// spec: I-86, I-87, E-90, E-92: every built-in on an export, related resources, groups and subscriptions among the rows.
#[test]
fn built_ins_on_a_generated_export() {
    let export = ordain_benches::export(1_500);
    let rows: Vec<String> = export.lines().map(str::to_owned).collect();
    passes(&batch::compare(built_ins(), &rows, batch::rows), "generated export");
}

// spec: I-86, I-87: every built-in on the bodies of documentation, whose ids are seldom whole.
#[test]
fn built_ins_on_documented_bodies() {
    let Some(file) = shared::file("corpus/arm-examples.jsonl.gz") else { return };
    let bodies = shared::gz_lines(&file).into_iter().step_by(3);
    let rows: Vec<String> = bodies.map(|line| line["body"].to_string()).collect();
    let strict = |c, r: ordain::RelatedResources| batch::rows(c, r.assume_complete()).properties_as_missing();
    passes(&batch::compare(built_ins(), &rows, strict), "documented bodies");
}

/// The pack, and policies that ask for what batches treat apart.
fn pack() -> &'static (Engine, Vec<Json>) {
    static PACK: OnceLock<(Engine, Vec<Json>)> = OnceLock::new();
    PACK.get_or_init(|| {
        let registry = "Microsoft.ContainerRegistry/registries";
        let more = [
            // Changes that exclude each other (spec E-62).
            r#"{"mode": "All", "policyRule": {"if": {"field": "type", "equals": "REGISTRY"}, "then": {"effect": "modify", "details": {
                "roleDefinitionIds": ["/x"], "conflictEffect": "deny", "operations": [
                {"operation": "addOrReplace", "field": "tags['env']", "value": "one"}]}}}}"#,
            r#"{"mode": "All", "policyRule": {"if": {"field": "tags['env']", "notEquals": "two"}, "then": {"effect": "modify", "details": {
                "roleDefinitionIds": ["/x"], "conflictEffect": "deny", "operations": [
                {"operation": "addOrReplace", "field": "tags['env']", "value": "two"}]}}}}"#,
            // What no trie tells beforehand.
            r#"{"mode": "All", "policyRule": {"if": {"value": "[field(concat('ta', 'gs'))]", "containsKey": "env"}, "then": {"effect": "audit"}}}"#,
            r#"{"mode": "All", "policyRule": {"if": {"count": {"field": "REGISTRY/networkRuleSet.ipRules[*]", "where": {
                "value": "[current().value]", "like": "10.*"}}, "greater": 0}, "then": {"effect": "deny"}}}"#,
            r#"{"mode": "All", "policyRule": {"if": {"allOf": [{"field": "type", "equals": "REGISTRY"},
                {"value": "[resourceGroup().tags.env]", "equals": "prod"}]}, "then": {"effect": "audit"}}}"#,
            r#"{"mode": "All", "policyRule": {"if": {"field": "type", "equals": "REGISTRY"}, "then": {"effect": "auditIfNotExists",
                "details": {"type": "[concat('Microsoft.Network/', 'privateEndpoints')]", "existenceCondition": {
                "field": "name", "like": "[concat(field('name'), '*')]"}}}}}"#,
            r#"{"mode": "Microsoft.KeyVault.Data", "policyRule": {"if": {"field": "type", "equals": "REGISTRY"}, "then": {"effect": "audit"}}}"#,
        ];
        let mut builder = Engine::builder();
        for policy in pairs::pack() {
            builder = builder.policies(&Source::new(format!("{}.json", policy.name), policy.text));
        }
        for (at, text) in more.iter().enumerate() {
            builder = builder.policies(&Source::new(format!("more{at}.json"), text.replace("REGISTRY", registry)));
        }
        (builder.build_what_can_be().0, pairs::examples())
    })
}

proptest! {
    #![proptest_config(config(150))]

    // spec: I-17, I-19, I-32, I-86, I-87, L-90
    #[test]
    fn changed_exports(changes in vec(vec(random::change(), 0..4), 24)) {
        let (engine, examples) = pack();
        let rows: Vec<String> = examples.iter().zip(changes.iter().cycle()).map(|(e, c)| changed(e.clone(), c).to_string()).collect();
        let compared = batch::compare(engine, &rows, batch::rows);
        prop_assert!(compared.different.is_empty(), "{:#?}", compared.different);
    }

    // Whatever the bytes: no panic, and no verdict that whole reading does not give.
    #[test]
    fn edited_rows(at in any::<prop::sample::Index>(), edits in vec(random::edit(), 1..4)) {
        let (engine, examples) = pack();
        let text = edited(&at.get(examples).to_string(), &edits);
        let compared = batch::compare(engine, std::slice::from_ref(&text), batch::rows);
        let context = Context::new().row();
        let batch = engine.batch(&context).settling_rows();
        let read = batch.judge().judge(&text).is_ok();
        // What is broken where nobody looks is seen by whole reading alone (spec I-87).
        let whole = ordain::json::read(&text, ordain::json::Dialect::Strict).1.iter().all(|p| p.warning);
        prop_assert!(compared.different.is_empty() || (read && !whole), "{:#?}", compared.different);
    }
}

#[test]
fn rows_are_told_once_and_as_whole_reading_tells_them() {
    // spec: I-17, I-19, I-25, I-26, I-32, I-97, G-8
    let (engine, _) = pack();
    const ID: &str = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/x";
    const KIND: &str = "Microsoft.ContainerRegistry/registries";
    let row = |id: &str, rest: &str| format!(r#"{{"id": "{id}", "type": "{KIND}", {rest}}}"#);
    let rows = [
        row(ID, r#""properties": {}"#),
        row(ID, r#""properties": {"adminUserEnabled": "@{a=1}"}"#),
        row(ID, r#""properties": {"adminUserEnabled": "System.Object[]"}"#),
        row(ID, r#""tags": [{"Name": "env", "Value": "x"}], "properties": {}"#),
        row("/subscriptions/s/resourceGroups/g", r#""properties": {}"#),
        row(ID, r#""adminUserEnabled": true"#),
        row(ID, r#""properties": {}, "resources": [{"id": "/x"}]"#),
        format!(r#"{{"type": "{KIND}", "properties": {{}}}}"#),
        row(&ID.replace("registries/x", "others/x"), r#""properties": {}"#),
    ];
    let context = Context::new().row();
    let batch = engine.batch(&context).settling_rows();
    let mut judge = batch.judge();
    let mut told = Vec::new();
    for text in rows.iter().chain(&rows) {
        let judged = judge.judge(text).expect("a row");
        let (tree, _) = ordain::json::read(text, ordain::json::Dialect::Strict);
        let whole = ordain::rows::settle(&mut tree.expect("a row"));
        for notice in judged.row_notices() {
            assert!(whole.contains(notice), "{text}: {notice:?}");
            told.push(notice.kind().0);
        }
    }
    let wanted = [
        "DepthCut",
        "TagsList",
        "BadResourceId",
        "TypeIdMismatch",
        "FlattenedResource",
        "ChildrenNotExpanded",
        "NoResourceId",
    ];
    assert_eq!(told, wanted);
    // What has more at its top than a resource, or was read whole, is looked at again by who wants to know what it is.
    let plain: Vec<bool> = rows.iter().map(|row| judge.judge(row).expect("a row").is_plain()).collect();
    assert_eq!(plain, [true, true, true, false, true, false, false, true, true]);
}
