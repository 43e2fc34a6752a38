//! Initiatives in parts: references, parameters and groups in files of their own (spec I-62).

use super::{Family, Found, with};
use ordain::Source;
use ordain::json::Json;
use std::collections::BTreeMap;

/// Settles a family that has references of an initiative; `false` when it has none.
pub(super) fn settle(
    family: &Family,
    read: &[(Found, Source)],
    replaced: &mut BTreeMap<usize, Option<Source>>,
) -> bool {
    let source = |at: Option<usize>| at.and_then(|at| read.get(at)).map(|(_, source)| source);
    let Some((at, references)) =
        family.definitions.zip(source(family.definitions)).filter(|(_, source)| holds_references(source))
    else {
        return false;
    };
    let rest = [family.parameters, family.groups];
    if source(family.whole).is_some_and(is_initiative) {
        for at in rest.into_iter().flatten().chain([at]) {
            replaced.insert(at, None);
        }
        return true;
    }
    let parts =
        [(source(family.parameters), "parameters"), (source(family.groups), "policyDefinitionGroups")];
    if let Some(whole) = together(references, &parts) {
        replaced.insert(at, Some(whole));
        for at in rest.into_iter().flatten() {
            replaced.insert(at, None);
        }
    }
    true
}

/// A list of references (spec I-9, test 14a), or an object around it.
fn holds_references(source: &Source) -> bool {
    let refers = |json: &Json<'_>| {
        json.get("policyDefinitionId").or_else(|| json.get("policyDefinitionName")).is_some()
            && json.get("policyRule").is_none()
            && json.get("properties").is_none()
    };
    with(source, |json| {
        let list = json.get("policyDefinitions").unwrap_or(json).items();
        !list.is_empty() && list.iter().all(refers)
    })
    .unwrap_or(false)
}

fn is_initiative(source: &Source) -> bool {
    with(source, |json| {
        json.get("policyDefinitions").or_else(|| json.get("properties")?.get("policyDefinitions")).is_some()
    })
    .unwrap_or(false)
}

/// One text of the parts, called as their folder is. The references stay on their lines.
fn together(references: &Source, parts: &[(Option<&Source>, &str)]) -> Option<Source> {
    let list = with(references, |json| json.get("policyDefinitions").unwrap_or(json).span)?;
    let path: Vec<&str> = references.name().split(['/', '\\']).collect();
    let folder = path.iter().rev().nth(1).copied().filter(|folder| !folder.is_empty());
    let stem = path.last().and_then(|file| file.split('.').next()).unwrap_or_default();
    let name = serde_json::Value::from(folder.unwrap_or(stem));
    let mut text = format!("{{\"name\":{name},\"policyDefinitions\":");
    text.extend(references.text().get(..list.start as usize)?.chars().filter(|c| *c == '\n'));
    text.push_str(references.slice(list));
    for (part, key) in parts.iter().filter_map(|(part, key)| Some(((*part)?, *key))) {
        let span = with(part, |json| json.get(key).unwrap_or(json).span)?;
        text.push_str(&format!(",\"{key}\":{}", part.slice(span)));
    }
    text.push('}');
    Some(Source::new(references.name(), text))
}
