//! Documents to hold against the schemas: the repository's own, and those of the shared data.

use ordain::Node as _;
use ordain::json::{Dialect, read};
use ordain_tests::shared::{self, entries, gz_lines};
use serde_json::Value as Json;
use std::path::Path;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Definition,
    Initiative,
    Assignment,
    Exemption,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Definition, Self::Initiative, Self::Assignment, Self::Exemption];

    /// The first part of its schema's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::Initiative => "initiative",
            Self::Assignment => "assignment",
            Self::Exemption => "exemption",
        }
    }

    /// By the keys that decide (spec I-9); `None` for what is no policy document.
    fn of(json: &Json) -> Option<Self> {
        let names = |json: &Json| -> Vec<String> {
            json.as_object().map(|o| o.keys().map(|k| k.to_ascii_lowercase()).collect()).unwrap_or_default()
        };
        let top = names(json);
        let below = json
            .as_object()?
            .iter()
            .find(|(k, _)| k.eq_ignore_ascii_case("properties"))
            .map(|(_, v)| names(v));
        let below = below.unwrap_or_default();
        let has = |name: &str| top.iter().chain(&below).any(|known| known == name);
        if top.iter().any(|k| k == "resources" || k == "changes")
            || top.iter().any(|k| k == "compliancestate")
        {
            return None;
        }
        let kind = json["type"].as_str().unwrap_or_default().to_ascii_lowercase();
        let foreign = kind.contains('/') && !kind.contains("microsoft.authorization/policy");
        if foreign {
            None
        } else if has("policyrule") || (top.contains(&"if".to_owned()) && top.contains(&"then".to_owned())) {
            Some(Self::Definition)
        } else if has("policydefinitions") {
            Some(Self::Initiative)
        } else if has("exemptioncategory") || json["exemptions"].is_array() {
            Some(Self::Exemption)
        } else if has("policydefinitionid") || has("nodename") {
            Some(Self::Assignment)
        } else {
            None
        }
    }
}

/// A document with its place.
pub struct Document {
    pub kind: Kind,
    pub path: String,
    pub json: Json,
}

/// Every policy document below a folder; lists are taken apart where they mix kinds.
fn below(folder: &Path, found: &mut Vec<Document>) {
    for path in entries(folder) {
        if path.is_dir() {
            below(&path, found);
            continue;
        }
        let name = path.to_string_lossy().into_owned();
        if !name.ends_with(".json") || name.ends_with(".test.json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let (Some(tree), _) = read(&text, Dialect::Policy) else { continue };
        if let Ok(json) = serde_json::to_value((&tree).to_value()) {
            apart(&name, json, found);
        }
    }
}

fn apart(path: &str, json: Json, found: &mut Vec<Document>) {
    let items =
        json.as_array().or_else(|| json["value"].as_array().filter(|_| Kind::of(&json).is_none())).cloned();
    match items {
        Some(items) => {
            let kinds: Vec<Option<Kind>> = items.iter().map(Kind::of).collect();
            match kinds.first() {
                Some(Some(kind)) if kinds.iter().all(|k| *k == Some(*kind)) => {
                    found.push(Document { kind: *kind, path: path.to_owned(), json });
                }
                _ => items.into_iter().for_each(|item| apart(path, item, found)),
            }
        }
        None => {
            if let Some(kind) = Kind::of(&json) {
                found.push(Document { kind, path: path.to_owned(), json });
            }
        }
    }
}

/// The policies, examples and scenarios of the repository, and the policies of a new project.
pub fn own() -> Vec<Document> {
    let mut found = Vec::new();
    let project = "crates/ordain-cli/src/command/init/files/policies";
    for folder in ["policies", "examples", "tests/scenarios", project] {
        below(&shared::root().join(folder), &mut found);
    }
    found
}

/// The corpora and the tenant of the shared data.
pub fn visible() -> Option<Vec<Document>> {
    let mut found = Vec::new();
    for file in ["corpus/builtin.jsonl.gz", "corpus/community-visible.jsonl.gz"] {
        for line in gz_lines(&shared::file(file)?) {
            let kind = match line["kind"].as_str() {
                Some("definition" | "rules" | "parameters") => Kind::Definition,
                Some("initiative") => Kind::Initiative,
                Some("assignment") => Kind::Assignment,
                Some("exemption") => Kind::Exemption,
                _ => continue,
            };
            // Values of parameters and CSV files are no documents of these kinds.
            let shape = line["shape"].as_str().unwrap_or_default();
            if line["body"].is_null() || ["values", "csv", "deployment-parameters"].contains(&shape) {
                continue;
            }
            let path = format!(
                "{} {}",
                line["repo"].as_str().unwrap_or("built-in"),
                line["path"].as_str().unwrap_or("?")
            );
            found.push(Document { kind, path, json: line["body"].clone() });
        }
    }
    below(&shared::file("conformance/tenant")?, &mut found);
    below(&shared::file("corpus/repos")?, &mut found);
    Some(found)
}
