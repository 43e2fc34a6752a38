//! Our records against the service's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop"
)]

mod common;

use common::{folder, ordain};
use serde_json::Value;

const TENANT: [&str; 5] = ["eval", "--tenant", "tests/scenarios/tenant", "--now", "2025-06-01T00:00:00Z"];

fn call(more: &[&str]) -> common::Ran {
    ordain(&TENANT.iter().chain(more).copied().collect::<Vec<_>>())
}

#[test]
fn what_we_write_compares_with_itself() {
    // spec: I-69, S-40
    let path = folder("compare").join("states.json");
    let path = path.to_str().unwrap();
    assert_eq!(call(&["--format", "azure", "-o", path]).code, 1);
    let states: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(states["@odata.count"], 40);
    let compared = call(&["--compare", path]).out;
    let line = "compared with the service: 40 the same, 0 different, 0 only there, 0 only here";
    assert!(compared.contains(line), "{compared}");
    // The service says otherwise of one record.
    let mut other = states.clone();
    let first = other["value"].as_array_mut().unwrap().iter_mut();
    let changed = first.into_iter().find(|r| r["complianceState"] == "NonCompliant").unwrap();
    changed["complianceState"] = "Compliant".into();
    std::fs::write(path, other.to_string()).unwrap();
    let compared = call(&["--compare", path]).out;
    assert!(compared.contains("39 the same, 1 different"), "{compared}");
    assert!(compared.contains("Compliant there, NonCompliant here"), "{compared}");
}
