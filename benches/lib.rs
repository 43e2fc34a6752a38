//! What is measured: inputs for the benches, from the shared data where it is there.

use ordain::{Engine, Source};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

pub mod clock;
pub mod shared;

/// The built-in definitions of a category, else the pack of this repository.
#[must_use]
pub fn policies(category: &str) -> (String, Engine) {
    let mut builder = Engine::builder();
    let mut label = format!("built-ins of {category}");
    match shared::file("corpus/builtin.jsonl.gz") {
        Some(file) => {
            for line in shared::gz_lines(&file) {
                let body = &line["body"];
                if line["kind"] == "definition" && body["properties"]["metadata"]["category"] == category {
                    builder = builder
                        .policies(&Source::new(line["path"].as_str().unwrap_or("?"), body.to_string()));
                }
            }
        }
        None => {
            label = "the pack in policies/acr".into();
            for file in std::fs::read_dir(shared::root().join("policies/acr")).into_iter().flatten().flatten()
            {
                let text = std::fs::read_to_string(file.path()).unwrap_or_default();
                builder = builder.policies(&Source::new(file.path().display().to_string(), text));
            }
        }
    }
    // Required parameters get values, so that every definition is judged.
    builder = builder
        .parameter("privateDnsZoneId", "/subscriptions/s/zone")
        .parameter("privateEndpointSubnetId", "/subscriptions/s/subnet");
    let (engine, diagnostics) = builder.build_what_can_be();
    for diagnostic in diagnostics.iter().filter(|d| d.is_error()) {
        println!("left out: {diagnostic}");
    }
    (label, engine)
}

/// Generated resources, one JSON text each; else those of the examples.
#[must_use]
pub fn resources(kinds: &str, count: usize) -> Vec<String> {
    if let Some(script) = shared::file("bench/gen_resources.py") {
        let run = Command::new("python3")
            .arg(script)
            .args(["--count", &count.to_string(), "--seed", "1", "--types", kinds, "--out", "-"])
            .output();
        if let Ok(output) = run
            && output.status.success()
        {
            return String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
        }
        println!("the generator did not run: the examples are used");
    }
    let text = std::fs::read_to_string(Path::new(&shared::root()).join("examples/registries.json"))
        .unwrap_or_default();
    let example: Value = serde_json::from_str(&text).unwrap_or_default();
    let rows = example.as_array().or_else(|| example["value"].as_array()).cloned().unwrap_or_default();
    rows.iter().cycle().take(count.min(rows.len() * 100)).map(Value::to_string).collect()
}

/// All visible public built-in definitions as texts with names; required parameters got a default of their type, as an
/// assignment would give them. Without the shared data: the pack of this repository.
#[must_use]
pub fn definitions() -> Vec<(String, String)> {
    definitions_of(None)
}

/// The same of one category.
#[must_use]
pub fn definitions_of(category: Option<&str>) -> Vec<(String, String)> {
    let Some(file) = shared::file("corpus/builtin.jsonl.gz") else {
        let files = std::fs::read_dir(shared::root().join("policies/acr")).into_iter().flatten().flatten();
        let mut found: Vec<(String, String)> = files
            .map(|f| (f.path().display().to_string(), std::fs::read_to_string(f.path()).unwrap_or_default()))
            .collect();
        found.sort();
        return found;
    };
    let mut found = Vec::new();
    for mut line in shared::gz_lines(&file) {
        let path = line["path"].as_str().unwrap_or("?").to_owned();
        let own = line["body"]["properties"]["metadata"]["category"].as_str();
        let other = category.is_some() && own != category;
        if line["kind"] != "definition" || path.contains("/Azure Government/") || other {
            continue;
        }
        let samples = ordain::probe::sample_parameters(&Source::new(&*path, line["body"].to_string()));
        if let Some(declared) = line["body"]["properties"]["parameters"].as_object_mut() {
            for (name, declaration) in declared {
                if let (None, Some(sample)) = (declaration.get("defaultValue"), samples.get(name)) {
                    declaration["defaultValue"] = sample.to_json();
                }
            }
        }
        found.push((path, line["body"].to_string()));
    }
    found
}

/// An engine of texts; what cannot be used is told.
#[must_use]
pub fn engine_of(texts: &[(String, String)]) -> Engine {
    let builder = texts
        .iter()
        .fold(Engine::builder(), |b, (name, text)| b.policies(&Source::new(&**name, text.as_str())));
    let (engine, diagnostics) = builder.build_what_can_be();
    diagnostics.iter().filter(|d| d.is_error()).for_each(|d| println!("left out: {d}"));
    engine
}

/// A mixed export as NDJSON.
#[must_use]
pub fn export(rows: usize) -> String {
    resources("mixed", rows).join("\n")
}
