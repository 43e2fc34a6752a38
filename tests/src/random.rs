//! Generators for property tests: JSON, resources near the examples, policies near the pack, expressions.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json};

/// A fixed seed, so that a run in CI is repeatable; `PROPTEST_RNG_SEED` takes another, `PROPTEST_CASES` more.
#[must_use]
pub fn config(cases: u32) -> ProptestConfig {
    let given = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let seed = given("PROPTEST_RNG_SEED").unwrap_or(20_260_101);
    let cases = given("PROPTEST_CASES").and_then(|cases| u32::try_from(cases).ok()).unwrap_or(cases);
    ProptestConfig {
        cases,
        rng_seed: proptest::test_runner::RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    }
}

/// Texts of any script, short; some that mean something.
pub fn text() -> impl Strategy<Value = String> {
    let known = [
        "",
        "a",
        "A",
        "enabled",
        "Enabled",
        "disabled",
        "Premium",
        "true",
        "True",
        "false",
        "0",
        "7",
        "-1",
        "1.5",
        "*",
        "?",
        "#",
        ".",
        "a*",
        "*a",
        "[x]",
        "[[x]",
        "ß",
        "SS",
        "İ",
        "😀",
        "a\u{301}",
        "\u{0}",
        "westeurope",
        "West Europe",
        "2026-01-01T00:00:00Z",
        "10.0.0.0/8",
    ];
    prop_oneof![3 => select(known.to_vec()).prop_map(str::to_owned), 2 => "\\PC{0,6}", 1 => any::<String>().prop_map(|s| s.chars().take(8).collect())]
}

/// Names of members: those that the pack reads, in odd cases, and others.
fn key() -> impl Strategy<Value = String> {
    let known = [
        "id",
        "type",
        "name",
        "kind",
        "location",
        "tags",
        "sku",
        "tier",
        "properties",
        "Properties",
        "encryption",
        "status",
        "policies",
        "quarantinePolicy",
        "retentionPolicy",
        "networkRuleSet",
        "defaultAction",
        "ipRules",
        "value",
        "adminUserEnabled",
        "publicNetworkAccess",
        "privateEndpointConnections",
        "keyVaultProperties",
        "keyIdentifier",
        "accessPolicies",
        "permissions",
        "keys",
        "identity",
        "list",
        "rules",
        "",
    ];
    prop_oneof![4 => select(known.to_vec()).prop_map(str::to_owned), 1 => text()]
}

fn number() -> impl Strategy<Value = Json> {
    prop_oneof![
        4 => (-9_i64..100).prop_map(Json::from),
        1 => any::<i64>().prop_map(Json::from),
        1 => any::<u64>().prop_map(Json::from),
        1 => any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Json::from),
        1 => select(&[0.5_f64, -0.0, 3.0, 1e300][..]).prop_map(Json::from),
    ]
}

/// Values that are no array and no object.
pub fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        1 => Just(Json::Null),
        2 => any::<bool>().prop_map(Json::from),
        3 => number(),
        5 => text().prop_map(Json::from),
    ]
}

/// JSON of any shape.
pub fn json() -> impl Strategy<Value = Json> {
    scalar().prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Json::from),
            vec((key(), inner), 0..5)
                .prop_map(|members| Json::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// One change to a tree: which node (counted in document order, wrapping), and what becomes of it.
#[derive(Clone, Debug)]
pub struct Change {
    node: usize,
    kind: ChangeKind,
}

#[derive(Clone, Debug)]
enum ChangeKind {
    Replace(Json),
    Remove,
    Rename(String),
    FlipCase,
    Repeat,
}

/// Some change.
pub fn change() -> impl Strategy<Value = Change> {
    let kind = prop_oneof![
        4 => json().prop_map(ChangeKind::Replace),
        2 => Just(ChangeKind::Remove),
        1 => key().prop_map(ChangeKind::Rename),
        2 => Just(ChangeKind::FlipCase),
        1 => Just(ChangeKind::Repeat),
    ];
    (any::<usize>(), kind).prop_map(|(node, kind)| Change { node, kind })
}

/// A tree with changes.
#[must_use]
pub fn changed(mut json: Json, changes: &[Change]) -> Json {
    for change in changes {
        let count = nodes(&json).max(1);
        apply(&mut json, change.node % count, change);
    }
    json
}

fn nodes(json: &Json) -> usize {
    1 + match json {
        Json::Array(items) => items.iter().map(nodes).sum(),
        Json::Object(members) => members.values().map(nodes).sum(),
        _ => 0,
    }
}

/// Applies a change to the node that is `at` steps away in document order.
fn apply(json: &mut Json, at: usize, change: &Change) {
    if at == 0 {
        match &change.kind {
            ChangeKind::Replace(with) => *json = with.clone(),
            ChangeKind::Remove => *json = Json::Null,
            _ => {}
        }
        return;
    }
    let mut left = at - 1;
    match json {
        Json::Array(items) => {
            for index in 0..items.len() {
                let size = nodes(&items[index]);
                if left == 0 && matches!(change.kind, ChangeKind::Remove) {
                    items.remove(index);
                    return;
                }
                if left == 0 && matches!(change.kind, ChangeKind::Repeat) {
                    items.push(items[index].clone());
                    return;
                }
                if left < size {
                    return apply(&mut items[index], left, change);
                }
                left -= size;
            }
        }
        Json::Object(members) => {
            for name in members.keys().cloned().collect::<Vec<_>>() {
                let size = members.get(&name).map_or(0, nodes);
                if left == 0 && !matches!(change.kind, ChangeKind::Replace(_)) {
                    let value = members.remove(&name).unwrap_or_default();
                    match &change.kind {
                        ChangeKind::Rename(new) => _ = members.insert(new.clone(), value),
                        ChangeKind::FlipCase => _ = members.insert(flipped(&name), value),
                        ChangeKind::Repeat => {
                            members.insert(flipped(&name), value.clone());
                            members.insert(name, value);
                        }
                        _ => {}
                    }
                    return;
                }
                if left < size {
                    return members.get_mut(&name).map_or((), |value| apply(value, left, change));
                }
                left -= size;
            }
        }
        _ => {}
    }
}

fn flipped(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect()
}

/// One change to a text: where (in thousandths), how much goes, what comes.
pub fn edit() -> impl Strategy<Value = (u16, u8, String)> {
    let tokens = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "\\ud800",
        "'",
        "[[",
        "null",
        "true",
        "-",
        "1e",
        "/*",
        "*/",
        "//",
        "\"if\"",
        "\"allOf\":[",
        "\"count\"",
        "\"field\"",
        "\"[parameters('x')]\"",
        "[*]",
        "\u{feff}",
        "\u{0}",
        "😀",
        "\n",
    ];
    let comes = prop_oneof![3 => select(tokens.to_vec()).prop_map(str::to_owned), 1 => text()];
    (0_u16..1_000, 0_u8..20, comes)
}

/// A text with edits.
#[must_use]
pub fn edited(text: &str, edits: &[(u16, u8, String)]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (at, goes, comes) in edits {
        let from = chars.len() * usize::from(*at) / 1_000;
        let to = (from + usize::from(*goes)).min(chars.len());
        chars.splice(from..to, comes.chars());
    }
    chars.into_iter().collect()
}

/// An expression without its outer brackets: calls of known and unknown functions, well formed more often than
/// not.
pub fn expression() -> impl Strategy<Value = String> {
    // With the number of arguments that each takes.
    let names = [
        ("concat", 2),
        ("length", 1),
        ("field", 1),
        ("parameters", 1),
        ("current", 0),
        ("if", 3),
        ("equals", 2),
        ("add", 2),
        ("div", 2),
        ("mod", 2),
        ("split", 2),
        ("first", 1),
        ("last", 1),
        ("contains", 2),
        ("createArray", 3),
        ("createObject", 2),
        ("string", 1),
        ("int", 1),
        ("json", 1),
        ("substring", 2),
        ("format", 2),
        ("replace", 3),
        ("union", 2),
        ("intersection", 2),
        ("range", 2),
        ("take", 2),
        ("skip", 2),
        ("toLower", 1),
        ("utcNow", 0),
        ("addDays", 2),
        ("resourceGroup", 0),
        ("subscription", 0),
        ("base64", 1),
        ("base64ToString", 1),
        ("uri", 2),
        ("padLeft", 2),
        ("ipRangeContains", 2),
        ("tryGet", 2),
        ("frobnicate", 1),
        ("a.b", 1),
        ("coalesce", 2),
        ("items", 1),
        ("min", 2),
        ("max", 2),
        ("not", 1),
        ("and", 2),
        ("or", 2),
        ("true", 0),
        ("null", 0),
        ("empty", 1),
        ("trim", 1),
        ("indexOf", 2),
        ("dateTimeAdd", 2),
    ];
    let literal = prop_oneof![
        text().prop_map(|t| quoted(&t)),
        any::<i32>().prop_map(|n| n.to_string()),
        select(vec![
            "'type'",
            "field('name')",
            "field('Microsoft.Demo/things/list[*]')",
            "'x'",
            "true()",
            "''",
            " 3 ",
            "field('Microsoft.Demo/things/x')",
            "createArray(1, 'b')"
        ])
        .prop_map(str::to_owned),
    ];
    literal.prop_recursive(5, 30, 4, move |inner| {
        let call = (select(names.to_vec()), vec(inner.clone(), 3), 0_usize..20).prop_map(
            |((name, wanted), arguments, odd)| {
                let count = if odd == 0 { 3 - wanted } else { wanted };
                format!("{name}({})", arguments[..count].join(", "))
            },
        );
        prop_oneof![
            5 => call,
            1 => (inner.clone(), inner.clone()).prop_map(|(of, index)| format!("{of}[{index}]")),
            1 => (inner, "[a-z]{0,3}").prop_map(|(of, name)| format!("{of}.{name}")),
        ]
    })
}

/// A text as expressions write it.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
