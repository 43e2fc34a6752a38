//! Mutants that mean the same as the policy, with the reason.

use crate::Fault;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The list, and which of it was met.
#[derive(Default)]
pub struct Listed(Vec<(String, String, bool)>);

impl Listed {
    /// Whether a mutant is listed.
    pub fn excuses(&mut self, policy: &str, mutant: &str) -> bool {
        let found = self.0.iter_mut().find(|(known, name, _)| known == policy && name == mutant);
        found.map(|entry| entry.2 = true).is_some()
    }

    /// What is said of entries that met no mutant, among those of some policies.
    pub fn unused(&self, policies: &[&str]) -> Vec<String> {
        let entries = self.0.iter().filter(|(policy, _, met)| !met && policies.contains(&policy.as_str()));
        entries.map(|(policy, name, _)| format!("{policy}: there is no mutant `{name}`")).collect()
    }
}

/// Reads `[{"policy": …, "mutant": …, "because": …}]`; a file that is not there is an empty list.
pub fn read(path: &Path) -> Result<Listed, Fault> {
    let Ok(text) = fs::read_to_string(path) else { return Ok(Listed::default()) };
    let fault = |message: String| Fault::failed(format!("{}: {message}", path.display()));
    let list: Vec<Value> = serde_json::from_str(&text).map_err(|error| fault(error.to_string()))?;
    let mut listed = Vec::new();
    for entry in &list {
        let text = |key: &str| entry[key].as_str().filter(|text| !text.trim().is_empty());
        match (text("policy"), text("mutant"), text("because")) {
            (Some(policy), Some(mutant), Some(_)) => {
                listed.push((policy.to_owned(), mutant.to_owned(), false));
            }
            _ => return Err(fault(format!("`policy`, `mutant` and `because` are wanted in {entry}"))),
        }
    }
    Ok(Listed(listed))
}
