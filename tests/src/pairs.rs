//! Expected states of whole sets: every policy on every resource, what is not listed leaves no record.

use crate::documents::{self, Judged};
use crate::shared;
use ordain::{Context, Engine, Source};
use serde_json::Value as Json;
use std::path::Path;

/// A policy as text, with the parameters that it is judged with.
#[derive(Debug)]
pub struct Policy {
    /// How the cases name it.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Values given at assignment.
    pub parameters: Json,
}

/// The resources of the examples.
///
/// # Panics
/// When a file has not the expected form.
#[must_use]
pub fn examples() -> Vec<Json> {
    ["registries.json", "network.json", "exemptions.json"]
        .iter()
        .flat_map(|name| {
            let page = json(&shared::root().join("examples").join(name));
            let rows = page.get("value").or(page.get("data")).unwrap_or(&page);
            rows.as_array().unwrap_or_else(|| panic!("{name} is no list")).clone()
        })
        .collect()
}

/// The definitions of the starter pack.
///
/// # Panics
/// When a file cannot be read.
#[must_use]
pub fn pack() -> Vec<Policy> {
    let files = shared::entries(&shared::root().join("policies/acr"));
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|e| e == "json"));
    let policy = |path: std::path::PathBuf| Policy {
        name: path.file_stem().expect("a name").to_string_lossy().into_owned(),
        text: std::fs::read_to_string(&path).expect("the file is read"),
        parameters: Json::Null,
    };
    files.map(policy).collect()
}

/// A JSON file.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn json(path: &Path) -> Json {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Each policy in an engine of its own; no diagnostic above an info is taken.
///
/// # Panics
/// When a policy is not usable as it is.
#[must_use]
pub fn engine(policies: &[&Policy]) -> Engine {
    let mut builder = Engine::builder();
    for policy in policies {
        builder = builder.policies(&Source::new(format!("{}.json", policy.name), policy.text.as_str()));
        for (name, value) in policy.parameters.as_object().into_iter().flatten() {
            builder = builder.parameter(name, value);
        }
    }
    let (engine, diagnostics) = builder.build_what_can_be();
    let told: Vec<String> = diagnostics
        .iter()
        .filter(|d| d.severity() != ordain::Severity::Info)
        .map(ToString::to_string)
        .collect();
    assert!(told.is_empty(), "{told:#?}");
    assert_eq!(engine.policies().count(), policies.len());
    engine
}

/// Failures of all pairs, each as `policy on resource` with what was expected and found. `key` names the policy
/// in a case.
#[must_use]
pub fn failures(policies: &[Policy], resources: &[Json], cases: &[Json], key: &str) -> Vec<(String, String)> {
    let mut failed = Vec::new();
    let mut used = vec![0_usize; cases.len()];
    let mut related = ordain::RelatedResources::new();
    resources.iter().for_each(|row| related.add(row, ordain::Completeness::Whole, false));
    let context = Context::new().related(related.into());
    let together = engine(&policies.iter().collect::<Vec<_>>());
    let alone: Vec<Engine> = policies.iter().map(|policy| engine(&[policy])).collect();
    for resource in resources {
        let id = resource["id"].as_str().expect("a resource has an id");
        for held in documents::of(&resource.to_string()) {
            let all = held.ask(|look| look.records(&together, &context)).expect("a resource");
            for (policy, engine) in policies.iter().zip(&alone) {
                let records = held.ask(|look| look.records(engine, &context)).expect("a resource");
                let name = engine.policies().next().map(|p| p.name().to_owned()).unwrap_or_default();
                let place = || format!("{} on {}", policy.name, tail(id));
                if all.iter().find(|r| r.policy == name) != records.first() {
                    failed.push((place(), "judged differently beside other policies".to_owned()));
                }
                if let Some(record) = records.first().filter(|record| !record.is_explained()) {
                    failed.push((place(), format!("the explanation differs from the verdict: {record:?}")));
                }
                let case = cases.iter().position(|case| {
                    case[key] == policy.name.as_str()
                        && ends_with_segments(id, case["resource"].as_str().unwrap_or("?"))
                });
                let expected = case.map_or(&Json::Null, |at| {
                    used[at] += 1;
                    &cases[at]
                });
                if let Err(why) = fits(expected, records.first()) {
                    failed.push((place(), format!("{why}. Working: {}", expected["working"])));
                }
            }
        }
    }
    let unused = cases.iter().zip(used).filter(|(_, used)| *used == 0);
    failed.extend(
        unused.map(|(case, _)| (format!("{} on {}", case[key], case["resource"]), "no such pair".to_owned())),
    );
    failed.dedup();
    failed
}

fn fits(expected: &Json, record: Option<&Judged>) -> Result<(), String> {
    let state = record.map(|r| r.state.name());
    let reason = record.and_then(|r| r.reason.as_deref());
    let same_reason = expected["reason"].is_null() || expected["reason"].as_str() == reason;
    if expected["state"].as_str() == state && same_reason {
        return Ok(());
    }
    Err(format!("expected {} {}, got {record:?}", expected["state"], expected["reason"]))
}

/// Whether an id ends in these segments.
fn ends_with_segments(id: &str, tail: &str) -> bool {
    id.strip_suffix(tail).is_some_and(|head| head.ends_with('/'))
}

/// What is left of an id behind its last provider's type.
fn tail(id: &str) -> &str {
    let after = id.rsplit_once("/providers/").map_or(id, |(_, after)| after);
    after.splitn(3, '/').nth(2).unwrap_or(after)
}
