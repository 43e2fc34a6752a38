//! Initiatives of a corpus, linked with the definitions that they refer to and compiled, as an assignment of them
//! would be: values for parameters without a default are made up.

use ordain::json::{self, Dialect};
use ordain::{Diagnostic, Engine, Node, Source, Value};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a corpus holds to refer to: places of definitions by id, and by name.
pub struct Definitions {
    sources: Vec<Definition>,
    by_id: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

struct Definition {
    source: Source,
    repository: String,
    /// Files of another cloud repeat ids (spec I-65).
    cloud: Cloud,
    /// What its parameters may be, by name in lower case.
    allowed: BTreeMap<String, Json>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cloud {
    Public,
    Government,
}

fn cloud(path: &str) -> Cloud {
    if path.contains("Azure Government") { Cloud::Government } else { Cloud::Public }
}

/// How many were linked, and what stood in the way of the others.
#[derive(Default)]
pub struct Linked {
    pub initiatives: usize,
    pub pairs: usize,
    pub policies: usize,
    /// References whose definition stands elsewhere.
    pub elsewhere: usize,
    /// Initiatives of which every definition is here.
    pub whole: usize,
}

impl Definitions {
    pub fn of(lines: &[Json]) -> Self {
        let mut definitions = Self { sources: Vec::new(), by_id: HashMap::new(), by_name: HashMap::new() };
        for line in lines.iter().filter(|line| line["kind"] == "definition") {
            definitions.add(line);
        }
        definitions
    }

    fn add(&mut self, line: &Json) {
        let path = line["path"].as_str().unwrap_or_default();
        let text = super::text(line);
        let (tree, _) = json::read(&text, Dialect::Policy);
        let body = tree.map_or(Json::Null, |tree| (&tree).to_value().to_json());
        let at = self.sources.len();
        if let Some(id) = body["id"].as_str() {
            self.by_id.entry(id.to_ascii_lowercase()).or_default().push(at);
        }
        if let Some(name) = body["name"].as_str() {
            self.by_name.entry(name.to_ascii_lowercase()).or_default().push(at);
        }
        let parameters = body["properties"]["parameters"].as_object().into_iter().flatten();
        let allowed = parameters
            .filter_map(|(name, declared)| {
                Some((name.to_ascii_lowercase(), declared["allowedValues"].get(0)?.clone()))
            })
            .collect();
        self.sources.push(Definition {
            source: Source::new(path, text),
            repository: line["repo"].as_str().unwrap_or_default().to_owned(),
            cloud: cloud(path),
            allowed,
        });
    }

    /// The documents that a reference may mean: those of its id, else those of its name in its repository.
    fn find(&self, id: &str, line: &Json) -> Vec<&Definition> {
        let id = id.to_ascii_lowercase();
        let name = id.rsplit('/').next().unwrap_or(&id);
        let repository = line["repo"].as_str().unwrap_or_default();
        let of = |places: Option<&Vec<usize>>| -> Vec<&Definition> {
            places.into_iter().flatten().filter_map(|at| self.sources.get(*at)).collect()
        };
        let mut found = of(self.by_id.get(&id));
        if found.is_empty() {
            found = of(self.by_name.get(name));
            found.retain(|definition| definition.repository == repository);
        }
        let own = cloud(line["path"].as_str().unwrap_or_default());
        let same: Vec<&Definition> = found.iter().filter(|d| d.cloud == own).copied().collect();
        if same.is_empty() { found } else { same }
    }
}

/// Links an initiative: everything that is wrong with it.
pub fn check(line: &Json, definitions: &Definitions, tally: &mut Linked) -> Vec<Diagnostic> {
    let path = line["path"].as_str().unwrap_or("?");
    let text = super::text(line);
    let (tree, _) = json::read(&text, Dialect::Policy);
    let body = tree.map_or(Json::Null, |tree| (&tree).to_value().to_json());
    let inner = if body["properties"]["policyDefinitions"].is_array() { &body["properties"] } else { &body };
    let mut builder = Engine::builder().policies(&Source::new(path, text));
    let mut given: BTreeSet<&str> = BTreeSet::new();
    let mut allowed: BTreeMap<String, Json> = BTreeMap::new();
    let mut absent = 0;
    for reference in inner["policyDefinitions"].as_array().into_iter().flatten() {
        // Repositories take the name alone (spec I-66).
        let id = reference["policyDefinitionId"].as_str().or(reference["policyDefinitionName"].as_str());
        let found = definitions.find(id.unwrap_or_default(), line);
        absent += usize::from(found.is_empty());
        for definition in found {
            passed(reference, definition, &mut allowed);
            if given.insert(definition.source.name()) {
                builder = builder.policies(&definition.source);
            }
        }
    }
    tally.initiatives += 1;
    tally.elsewhere += absent;
    tally.whole += usize::from(absent == 0);
    for (name, value) in samples(&inner["parameters"], &allowed) {
        builder = builder.parameter(&name, Value::from(&value));
    }
    let (engine, mut told) = builder.build_what_can_be();
    let pairs = || engine.assignments().flat_map(|assignment| assignment.pairs());
    tally.pairs += pairs().count();
    tally.policies += engine.policies().count();
    if pairs().count() == 0 && !told.iter().any(Diagnostic::is_error) {
        told.push(Diagnostic::error("EmptyInitiative", "nothing was linked").origin(path));
    }
    // What Microsoft publishes carries its id, and its references stand beside it. Repositories refer to built-ins
    // and to files that are not here.
    let published = body["id"].is_string();
    told.retain(|d| d.is_error() && (published || d.code() != "UnknownDefinition"));
    told
}

/// Which values a parameter of the initiative may have, as far as the definition that it is passed to tells.
fn passed(reference: &Json, definition: &Definition, allowed: &mut BTreeMap<String, Json>) {
    for (name, value) in reference["parameters"].as_object().into_iter().flatten() {
        let text = value["value"].as_str().unwrap_or_default().trim_start_matches('[');
        let own = text.strip_prefix("parameters('").and_then(|rest| rest.strip_suffix("')]"));
        if let Some((own, first)) = own.zip(definition.allowed.get(&name.to_ascii_lowercase())) {
            allowed.entry(own.to_ascii_lowercase()).or_insert_with(|| first.clone());
        }
    }
}

/// A value for each parameter without a usable default: one that is allowed, else some of its type.
fn samples(declared: &Json, allowed: &BTreeMap<String, Json>) -> Map<String, Json> {
    let mut values = Map::new();
    for (name, declaration) in declared.as_object().into_iter().flatten() {
        let kind = declaration["type"].as_str().unwrap_or_default().to_ascii_lowercase();
        // Built-ins write `[]` for a text that whoever assigns must give.
        let default = &declaration["defaultValue"];
        if !(default.is_null() || kind == "string" && default.is_array()) {
            continue;
        }
        let first = declaration["allowedValues"].get(0).or_else(|| allowed.get(&name.to_ascii_lowercase()));
        let value = match (first, &*kind) {
            (Some(first), "array") if !first.is_array() => json!([first]),
            (Some(first), _) => first.clone(),
            (None, "array") => json!([]),
            (None, "object") => json!({}),
            (None, "boolean") => json!(true),
            (None, "integer") => json!(1),
            (None, "float") => json!(1.5),
            (None, "datetime") => json!("2026-01-01T00:00:00Z"),
            (None, _) => json!("sample"),
        };
        values.insert(name.clone(), value);
    }
    values
}
