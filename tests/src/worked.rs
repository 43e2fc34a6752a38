//! The worked tenant of `scenarios/tenant`, read into documents and rows for the engine.

use crate::shared;
use ordain::{Completeness, Containers, Context, Diagnostic, Engine, RelatedResources, Source, Value};
use serde_json::Value as Json;
use std::sync::Arc;

/// Its files of policy objects, each a list, a page or one object.
const POLICIES: [&str; 7] = [
    "policies/definitions.json",
    "policies/guardrails.json",
    "policies/secure-workloads.json",
    "assignments/management-groups.json",
    "assignments/platform-hub.json",
    "exemptions.json",
    "attestations.json",
];

/// What its files hold.
#[derive(Debug)]
pub struct Tenant {
    /// Policy objects, one by one.
    pub objects: Vec<Json>,
    /// Rows that tell of management groups; some are resources too.
    pub scopes: Vec<Json>,
    /// Resources, groups and subscriptions among them.
    pub rows: Vec<Json>,
    /// What must come out.
    pub expected: Json,
}

fn read(path: &str) -> String {
    std::fs::read_to_string(shared::root().join("tests/scenarios/tenant").join(path)).expect("a file")
}

fn parsed(path: &str) -> Json {
    serde_json::from_str(&read(path)).expect("JSON")
}

/// The members of a list or page; else the one object.
fn objects(json: Json) -> Vec<Json> {
    match json {
        Json::Array(list) => list,
        json => json.get("value").and_then(Json::as_array).cloned().unwrap_or_else(|| vec![json]),
    }
}

impl Tenant {
    /// Reads it.
    ///
    /// # Panics
    /// A file is not there or no JSON.
    #[must_use]
    pub fn read() -> Self {
        let scopes = parsed("scopes/resourcecontainers.json")["data"].as_array().cloned().expect("rows");
        let groups = |row: &&Json| row["type"] != "microsoft.management/managementgroups";
        let mut rows: Vec<Json> = scopes.iter().filter(groups).cloned().collect();
        rows.extend(objects(parsed("resources/corp-prod.json")));
        let lines = read("resources/platform-hub.ndjson");
        rows.extend(lines.lines().map(|line| serde_json::from_str::<Json>(line).expect("a row")));
        let objects = POLICIES.iter().flat_map(|path| objects(parsed(path))).collect();
        Self { objects, scopes, rows, expected: parsed("expected.test.json") }
    }

    /// An engine of policy objects of this tenant, with what was told.
    #[must_use]
    pub fn engine(&self, objects: &[Json]) -> (Engine, Vec<Diagnostic>) {
        let mut builder = Engine::builder();
        for row in &self.scopes {
            builder.hierarchy(row);
        }
        let text = Json::Array(objects.to_vec()).to_string();
        builder.policies(&Source::new("tenant.json", text)).build_what_can_be()
    }

    /// What surrounds its rows.
    ///
    /// # Panics
    /// The expected file has no clock.
    #[must_use]
    pub fn context(&self) -> Context {
        let mut containers = Containers::default();
        let container = |row: &&Json| self.scopes.contains(row);
        for row in self.rows.iter().filter(container) {
            let object = Value::from(row).as_object().cloned().unwrap_or_default();
            containers.insert(row["id"].as_str().unwrap_or_default(), object);
        }
        let mut related = RelatedResources::new();
        self.rows.iter().for_each(|row| related.add(row, Completeness::Row, false));
        let context = Context::new().now(self.expected["now"].as_str().expect("a clock")).expect("a clock");
        context.row().containers(Arc::new(containers)).related(Arc::new(related))
    }
}
