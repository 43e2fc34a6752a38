//! Real resources: the examples, and what the shared data hold.

use crate::{pairs, shared};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::process::Command;

/// Real resources by type, in lower case.
pub type Pool = BTreeMap<String, Vec<Json>>;

/// The resources of the examples, and what the shared data hold.
#[must_use]
pub fn all() -> Pool {
    let mut pool = Pool::new();
    let mut add = |resource: Json| {
        let kind = resource["type"].as_str().unwrap_or_default().to_ascii_lowercase();
        pool.entry(kind).or_default().push(resource);
    };
    pairs::examples().into_iter().for_each(&mut add);
    let subscription = "/subscriptions/0a000000-0000-4000-8000-000000000001";
    add(json!({"id": subscription, "type": "Microsoft.Resources/subscriptions", "displayName": "Contoso",
        "tags": {"env": "prod"}}));
    add(json!({"id": format!("{subscription}/resourceGroups/rg-app"), "name": "rg-app", "managedBy": "/a",
        "type": "Microsoft.Resources/subscriptions/resourceGroups", "location": "westeurope",
        "tags": {"Env": "prod"}, "properties": {"provisioningState": "Succeeded"}}));
    if let Some(examples) = shared::file("corpus/arm-examples.jsonl.gz") {
        shared::gz_lines(&examples).into_iter().for_each(|mut line| add(line["body"].take()));
    }
    if let Some(script) = shared::file("bench/gen_resources.py") {
        let made = Command::new("python3").arg(script).args(["--count", "1500", "--seed", "1"]).output();
        match made {
            Ok(output) if output.status.success() => {
                let text = String::from_utf8_lossy(&output.stdout);
                text.lines().filter_map(|line| serde_json::from_str(line).ok()).for_each(&mut add);
            }
            _ => println!("skipped: generated resources (no python3)"),
        }
    }
    pool
}
