//! The starter pack and the Container Registry built-ins on the example export: each verdict was worked out from
//! the policy's text.

use ordain_tests::known::Known;
use ordain_tests::pairs::{self, Policy};
use ordain_tests::shared;
use serde_json::Value as Json;

fn cases(name: &str) -> Json {
    pairs::json(&shared::root().join("tests/cases/examples").join(name))
}

#[test]
fn pack() {
    let file = cases("pack.json");
    let policies = pairs::pack();
    let named: Vec<&str> = policies.iter().map(|p| p.name.as_str()).collect();
    let mut applies: Vec<&str> =
        file["appliesTo"].as_object().expect("a map").keys().map(String::as_str).collect();
    applies.sort_unstable();
    assert_eq!(named, applies);
    let failed =
        pairs::failures(&policies, &pairs::examples(), file["cases"].as_array().expect("cases"), "policy");
    assert_eq!(Known::load().settle("examples/pack.json", &failed), Ok(()));
}

// Issue 4, item 6: all 18 built-ins of the category.
#[test]
fn built_ins() {
    let Some(corpus) = shared::file("corpus/builtin.jsonl.gz") else { return };
    let file = cases("builtins.json");
    let lines = shared::gz_lines(&corpus);
    let policies: Vec<Policy> = file["definitions"]
        .as_array()
        .expect("definitions")
        .iter()
        .map(|definition| Policy {
            name: definition["name"].as_str().expect("a name").to_owned(),
            text: lines
                .iter()
                .find(|line| line["path"] == definition["path"])
                .unwrap_or_else(|| panic!("the corpus has no {}", definition["path"]))["body"]
                .to_string(),
            parameters: definition["parameters"].clone(),
        })
        .collect();
    assert_eq!(policies.len(), 18);
    let cases = file["cases"].as_array().expect("cases");
    let failed = pairs::failures(&policies, &pairs::examples(), cases, "definition");
    assert_eq!(Known::load().settle("examples/builtins.json", &failed), Ok(()));
}
