//! Laws of patches: each fits the document step by step, a second one has nothing to do, all kinds of document give
//! the same, and nothing panics. Over generated policies, and over the built-ins that modify.

use ordain::aliases::{Aliases, Resolution, Step};
use ordain::{Change, Context, Engine, Source, apply_patch, combine};
use ordain_tests::documents::{self, Action};
use ordain_tests::random::config;
use ordain_tests::{pairs, shared};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{TestCaseError, TestRunner};
use serde_json::{Map, Value as Json, json};
use std::sync::OnceLock;

const TYPE: &str = "Microsoft.Demo/things";

/// Fields of the demo catalogue, and some that are none.
const FIELDS: [&str; 26] = [
    "tags.a",
    "tags['b~/c']",
    "tags.ENV",
    "mode",
    "port",
    "ratio",
    "on",
    "free",
    "wild",
    "plain",
    "locked",
    "sku.name",
    "net",
    "net.action",
    "net.inner.level",
    "net.rules",
    "net.rules[*]",
    "net.rules[*].action",
    "list",
    "list[*]",
    "items",
    "items[*].kind",
    "items[*].size",
    "items[*].subs[*]",
    "items[*].subs[*].tag",
    "identity.type",
];

fn demo() -> &'static Aliases {
    static DEMO: OnceLock<Aliases> = OnceLock::new();
    DEMO.get_or_init(|| {
        let catalogue = pairs::json(&shared::root().join("tests/cases/aliases/demo.json"));
        Aliases::embedded().with_catalogue(&catalogue).expect("a catalogue").0
    })
}

fn value() -> impl Strategy<Value = Json> {
    select(vec![
        json!(null),
        json!("x"),
        json!("X"),
        json!(""),
        json!(5),
        json!(5.0),
        json!(1.5),
        json!(true),
        json!({}),
        json!([]),
        json!({"action": "Deny", "inner": {}}),
        json!({"action": "Deny", "value": "10.0.0.0/8"}),
        json!(["a"]),
        json!([{"properties": {"kind": "x"}}]),
        json!({"tag": "x"}),
        json!("[field('name')]"),
        json!("[field('Microsoft.Demo/things/mode')]"),
        json!("[string(int(field('kind')))]"),
    ])
}

fn field(name: &str) -> String {
    let own = name.starts_with("tags") || name == "identity.type";
    if own { name.to_owned() } else { format!("{TYPE}/{name}") }
}

fn operation() -> impl Strategy<Value = Json> {
    let condition = option::weighted(0.1, select(vec!["[equals(1, 1)]", "[equals(1, 2)]", "true", "x"]));
    (select(&["add", "addOrReplace", "remove"][..]), select(&FIELDS[..]), value(), condition).prop_map(
        |(word, name, value, condition)| {
            let mut operation = json!({"operation": word, "field": field(name), "value": value});
            if let Some(condition) = condition {
                operation["condition"] = json!(condition);
            }
            operation
        },
    )
}

/// A policy whose rule is true of every thing; append is modify with `add`.
fn policy() -> impl Strategy<Value = Json> {
    let effect = select(&["audit", "deny", "append"][..]);
    (effect, vec(operation(), 1..5)).prop_map(|(conflict, operations)| {
        let details = if conflict == "append" {
            let entry = |op: &Json| json!({"field": op["field"], "value": op["value"]});
            json!(operations.iter().map(entry).collect::<Vec<_>>())
        } else {
            // `identity.type` makes the policy one of machines only.
            let operations: Vec<_> =
                operations.into_iter().filter(|op| op["field"] != "identity.type").collect();
            json!({"conflictEffect": conflict, "operations": operations})
        };
        let effect = if conflict == "append" { "append" } else { "modify" };
        json!({"mode": "All", "policyRule": {"if": {"field": "type", "equals": TYPE},
            "then": {"effect": effect, "details": details}}})
    })
}

fn member(choices: Vec<Json>) -> impl Strategy<Value = Option<Json>> {
    option::weighted(0.7, select(choices))
}

/// A thing that has some of what the fields read, in odd states.
fn thing() -> impl Strategy<Value = Json> {
    let net = vec![
        json!(null),
        json!("s"),
        json!({}),
        json!({"action": "Deny"}),
        json!({"ACTION": null, "rules": null}),
        json!({"rules": [{"value": "10.0.0.0/8", "action": "Deny"}, null, {}], "inner": {"level": 1}}),
        json!({"rules": "x"}),
    ];
    let items = vec![
        json!(null),
        json!([]),
        json!({}),
        json!([{"name": "a"}, {"properties": {}}, null, 5]),
        json!([{"properties": {"kind": "x", "size": 5, "subs": [{}, {"tag": "x"}]}}, {"properties": {"kind": null, "subs": null}}]),
    ];
    let scalar = vec![
        json!(null),
        json!("x"),
        json!("y"),
        json!(5),
        json!(5.0),
        json!(""),
        json!([1]),
        json!({"a": 1}),
    ];
    let tags = vec![
        json!(null),
        json!(""),
        json!({}),
        json!({"A": "x", "b~/c": "5"}),
        json!({"env": null, "ENV": "x", "a": "true"}),
    ];
    let lists = vec![json!(null), json!([]), json!(["a"]), json!(["x", 5, null, {}]), json!("a")];
    let properties = (member(net), member(items), member(scalar.clone()), member(scalar), member(lists));
    let properties = option::weighted(0.9, (properties, any::<bool>()));
    let sku = member(vec![json!(null), json!({}), json!({"Name": "S1"})]);
    (properties, member(tags), sku).prop_map(|(properties, tags, sku)| {
        let mut thing = json!({"id": format!("/subscriptions/s/resourceGroups/g/providers/{TYPE}/t"), "type": TYPE,
            "name": "t", "location": "westeurope"});
        if let Some(((net, items, mode, wild, list), pascal)) = properties {
            let mut body = Map::new();
            for (name, value) in [("net", net), ("items", items), ("mode", mode), ("wild", wild), ("list", list)] {
                if let Some(value) = value {
                    body.insert(if pascal { name.to_uppercase() } else { name.to_owned() }, value);
                }
            }
            thing[if pascal { "Properties" } else { "properties" }] = Json::Object(body);
        }
        for (name, value) in [("tags", tags), ("sku", sku)] {
            if let Some(value) = value {
                thing[name] = value;
            }
        }
        thing
    })
}

fn engine(policies: &[Json]) -> Engine {
    let mut builder = Engine::builder().aliases(demo().clone());
    for (number, policy) in policies.iter().enumerate() {
        let mut policy = policy.clone();
        policy["name"] = json!(format!("p{number}"));
        builder = builder.policies(&Source::new("policy.json", policy.to_string()));
    }
    builder.build_what_can_be().0
}

fn changes(engine: &Engine, resource: &Json) -> Vec<Change> {
    let evaluation = engine.evaluate(resource).expect("a resource");
    evaluation.outcomes().filter_map(|outcome| outcome.change(resource)).collect()
}

/// Whether no place is written twice, and nothing is read that is written: what E-58 leaves out.
fn is_simple(policies: &[&Json]) -> bool {
    let mut fields: Vec<String> = Vec::new();
    for policy in policies {
        let details = &policy["policyRule"]["then"]["details"];
        let operations = details["operations"].as_array().or(details.as_array());
        for operation in operations.into_iter().flatten() {
            if operation["value"].as_str().is_some_and(|value| value.contains("field(")) {
                return false;
            }
            fields
                .extend(operation["field"].as_str().map(|f| f.trim_end_matches("[*]").to_ascii_lowercase()));
        }
    }
    let meets = |a: &str, b: &str| {
        b.strip_prefix(a).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    fields.iter().enumerate().all(|(at, a)| fields.iter().skip(at + 1).all(|b| !meets(a, b) && !meets(b, a)))
}

/// The laws for one policy on one resource.
fn lawful(engine: &Engine, policy: &Json, resource: &Json) -> Result<(), TestCaseError> {
    let mut first: Option<Option<Action>> = None;
    for held in documents::of_tree(resource) {
        let action = held.ask(|look| look.action(engine, &Context::new()));
        let expected = first.get_or_insert_with(|| action.clone());
        prop_assert_eq!(&*expected, &action);
    }
    let Some(Some(action)) = first else { return Ok(()) };
    let patched = match action.patched {
        None => return Ok(()),
        Some(patched) => patched,
    };
    // spec: E-57
    prop_assert!(patched.is_ok(), "{patched:?} {:?}", action.patch);
    let patched = patched.unwrap_or_default();
    // spec: E-58
    if is_simple(&[policy]) {
        for change in changes(engine, &patched) {
            prop_assert_eq!(change.patch.as_deref(), Some(&[][..]), "after {:?}", action.patch);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn generated_policies(policy in policy(), resource in thing()) {
        lawful(&engine(std::slice::from_ref(&policy)), &policy, &resource)?;
    }

    // spec: E-68
    #[test]
    fn combined_patches(policies in vec(policy(), 1..4), resource in thing()) {
        let engine = engine(&policies);
        let changes = changes(&engine, &resource);
        let combined = combine(&resource, &changes);
        let Some(patch) = &combined.patch else { return Ok(()) };
        let patched = apply_patch(&resource, patch);
        prop_assert_eq!(patched.as_ref(), Ok(&combined.body));
        if is_simple(&policies.iter().collect::<Vec<_>>()) {
            let patched = combined.body.to_json();
            let again = combine(&patched, &self::changes(&engine, &patched));
            prop_assert_eq!(again.patch.as_deref(), Some(&[][..]));
        }
    }
}

/// Built-ins that modify or append, with a rule that is true of the type that their operations are about.
fn built_ins() -> Vec<(String, Json, Vec<Vec<Step>>)> {
    let Some(corpus) = shared::file("corpus/builtin.jsonl.gz") else { return Vec::new() };
    let mut found = Vec::new();
    for line in shared::gz_lines(&corpus) {
        let body = line["body"].get("properties").unwrap_or(&line["body"]);
        let details = &body["policyRule"]["then"]["details"];
        let operations = details["operations"].as_array().or(details.as_array());
        let Some(operations) = operations.filter(|_| details.is_object() || details[0]["field"].is_string())
        else {
            continue;
        };
        let fields: Vec<&str> = operations.iter().filter_map(|op| op["field"].as_str()).collect();
        let alias = fields.iter().find(|field| field.contains('/') && !field.starts_with('['));
        let machine = "Microsoft.Compute/virtualMachines";
        let kind =
            alias.and_then(|alias| alias.rsplit_once('/')).map_or(machine, |(kind, _)| kind).to_owned();
        let path = |field: &&str| match Aliases::embedded().resolve(&kind, field, None) {
            Resolution::Path(path) => Some(path.steps().to_vec()),
            _ => None,
        };
        let paths = fields.iter().filter_map(path).collect();
        let mut parameters = body["parameters"].clone();
        for (_, declared) in parameters.as_object_mut().into_iter().flatten() {
            if declared.get("defaultValue").is_none() {
                let value = declared["allowedValues"][0].as_str().unwrap_or("x").to_owned();
                declared["defaultValue"] = json!(value);
            }
        }
        let effect = if details.is_array() { "append" } else { "modify" };
        let policy = json!({"mode": "All", "parameters": parameters, "policyRule": {"if": {"field": "type", "equals": kind},
            "then": {"effect": effect, "details": details}}});
        found.push((line["path"].as_str().unwrap_or_default().to_owned(), policy, paths));
    }
    found
}

/// A body that has the way to some of the paths, as far as the numbers say.
fn body(kind: &str, paths: &[Vec<Step>], mut picks: impl Iterator<Item = u8>) -> Json {
    let mut body = json!({"id": format!("/subscriptions/s/resourceGroups/g/providers/{kind}/n"), "type": kind,
        "name": "n", "location": "westeurope"});
    for path in paths {
        let mut at = &mut body;
        for (done, step) in path.iter().enumerate() {
            let last = done + 1 == path.len();
            let pick = picks.next().unwrap_or(0) % 10;
            let fresh = match (pick, last, path.get(done + 1)) {
                (0, ..) => json!(null),
                (1, ..) => json!("other"),
                (2, ..) => break,
                (_, true, _) => [json!(true), json!("Disabled"), json!([]), json!({}), json!(5)]
                    [usize::from(pick % 5)]
                .clone(),
                (_, false, Some(Step::Each)) => json!([{}, {}]),
                (..) => json!({}),
            };
            at = match step {
                Step::Key(key) if at.is_object() => {
                    let slot = &mut at[&**key];
                    if slot.is_null() {
                        *slot = fresh;
                    }
                    slot
                }
                Step::Each if at.as_array().is_some_and(|items| !items.is_empty()) => &mut at[0],
                _ => break,
            };
        }
    }
    if picks.next().unwrap_or(0) < 128 {
        body["tags"] = json!({"a": "1"});
    }
    body
}

#[test]
fn built_ins_that_modify() {
    // spec: E-58
    let definitions = built_ins();
    if definitions.is_empty() {
        return;
    }
    assert!(definitions.len() > 60, "{}", definitions.len());
    let patches = std::cell::Cell::new(0_usize);
    for (path, policy, paths) in &definitions {
        let kind = policy["policyRule"]["if"]["equals"].as_str().expect("a type");
        let source = Source::new(path.as_str(), policy.to_string());
        let engine = Engine::builder().policies(&source).build().unwrap_or_else(|e| panic!("{path}: {e}"));
        let mut runner = TestRunner::new(config(40));
        let outcome = runner.run(&vec(any::<u8>(), 0..40), |picks| {
            let resource = body(kind, paths, picks.into_iter());
            for change in changes(&engine, &resource) {
                prop_assert!(change.error.is_none(), "{:?}", change.error);
                let works = change.patch.is_some_and(|patch| !patch.is_empty());
                patches.set(patches.get() + usize::from(works));
            }
            lawful(&engine, policy, &resource)
        });
        assert!(outcome.is_ok(), "{path}: {outcome:?}");
    }
    let patches = patches.get();
    println!("{} definitions, {patches} patches that do something", definitions.len());
    assert!(patches > 500, "{patches}");
}
