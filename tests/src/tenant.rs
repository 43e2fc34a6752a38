//! Whole tenants with what must come out: folders with `expected.test.json`, whose form is told in
//! `tests/scenarios/tenant/README.md`. Run through the command line, in this process.

use crate::conformance::Report;
use crate::shared;
use ordain_cli::{Terminals, World};
use serde_json::{Map, Value as Json};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Keys of `expected.test.json`; a slip must not pass silently.
const KEYS: [&str; 9] =
    ["now", "options", "rows", "records", "noRecord", "fix", "rollups", "diagnostics", "exitCode"];
/// Keys of a record that name it, or explain it.
const NAMING: [&str; 4] = ["assignmentId", "referenceId", "resourceId", "why"];
/// Nodes of the roll-up, and the keys that name each.
const LEVELS: [(&str, &[&str]); 5] = [
    ("assignments", &["id"]),
    ("policies", &["assignmentId", "referenceId"]),
    ("groups", &["assignmentId", "group"]),
    ("initiatives", &["id"]),
    ("scopes", &["id"]),
];
/// Where it is said which diagnostics are called for.
const CHAPTERS: [&str; 3] = ["08-governance.md", "09-compliance.md", "10-inputs.md"];

/// The tenants of the repository.
#[must_use]
pub fn folders() -> Vec<PathBuf> {
    let all = shared::entries(&shared::root().join("tests/scenarios"));
    all.into_iter().filter(|folder| folder.join("expected.test.json").is_file()).collect()
}

/// Runs a tenant; each expectation is a case.
///
/// # Errors
/// There are no expectations, or the command line did not answer with JSON.
pub fn run(folder: &Path, report: &mut Report) -> Result<(), String> {
    let path = folder.join("expected.test.json");
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let wanted: Json = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    let keys = wanted.as_object().into_iter().flat_map(Map::keys);
    if let Some(key) = keys.into_iter().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("{}: there is no key `{key}`", path.display()));
    }
    let call = Call { folder, wanted: &wanted };
    let (judged, code) = call.run("eval", &["--format", "json", "--show-not-applicable"])?;
    let (mended, _) = call.run("fix", &["--format", "json-patch"])?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut tally = Tally { report, tenant: name };
    records(&wanted, &judged, &mut tally);
    absences(&wanted, &judged, &mut tally);
    fixes(&wanted, &mended, &mut tally);
    rollups(&wanted, &judged, &mut tally);
    diagnostics(&wanted, &judged, &mut tally);
    for (key, count) in wanted["rows"].as_object().into_iter().flatten() {
        let own = if key == "error" { "errors" } else { key };
        tally.case("rows", key, equal(count, &judged["summary"]["rows"][own]));
    }
    if !wanted["exitCode"].is_null() {
        tally.case("exit code", "", equal(&wanted["exitCode"], &code.into()));
    }
    Ok(())
}

struct Call<'c> {
    folder: &'c Path,
    wanted: &'c Json,
}

impl Call<'_> {
    fn run(&self, verb: &str, arguments: &[&str]) -> Result<(Json, u8), String> {
        let mut line: Vec<OsString> =
            vec!["ordain".into(), verb.into(), "--tenant".into(), self.folder.into()];
        line.extend(arguments.iter().map(OsString::from));
        if let Some(now) = self.wanted["now"].as_str() {
            line.extend(["--now".into(), now.into()]);
        }
        line.extend(
            self.wanted["options"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|o| o.as_str())
                .map(Into::into),
        );
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut world = World {
            stdin: &mut std::io::empty(),
            stdout: &mut out,
            stderr: &mut err,
            stopped: &std::sync::atomic::AtomicBool::new(false),
            terminals: Terminals::default(),
            variable: &|_| None,
        };
        let code = ordain_cli::run(line, &mut world).code();
        let report = serde_json::from_slice(&out).map_err(|e| {
            format!("`ordain {verb}` printed no JSON: {e}\n{}", String::from_utf8_lossy(&err))
        })?;
        Ok((report, code))
    }
}

struct Tally<'t> {
    report: &'t mut Report,
    tenant: String,
}

impl Tally<'_> {
    fn case(&mut self, kind: &str, name: &str, result: Result<(), String>) {
        let id = format!("{}/{kind} {name}", self.tenant).trim_end().to_owned();
        let counts = self.report.categories.entry(format!("{} {kind}", self.tenant)).or_default();
        match result {
            Ok(()) => {
                counts.0 += 1;
                self.report.passed.push(id);
            }
            Err(why) => {
                counts.1 += 1;
                self.report.failed.push((id, why));
            }
        }
    }

    /// What is there and was not expected is a case that fails.
    fn no_more(&mut self, kind: &str, found: impl Iterator<Item = String>, wanted: &[String]) {
        let more: Vec<String> = found.filter(|name| !wanted.contains(name)).collect();
        for name in more {
            self.case(kind, &name, Err("it is there, but was not expected".into()));
        }
    }
}

/// What names an object, in lower case: ids compare without regard to case.
fn named(object: &Json, keys: &[&str]) -> String {
    let texts = keys.iter().map(|key| object[key].as_str().unwrap_or_default().to_ascii_lowercase());
    texts.collect::<Vec<_>>().join(" ")
}

fn equal(wanted: &Json, found: &Json) -> Result<(), String> {
    if same(wanted, found) { Ok(()) } else { Err(format!("expected {wanted}, got {found}")) }
}

/// As JSON, numbers by value; texts that are ids without regard to case.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::String(a), Json::String(b)) if a.starts_with('/') => a.eq_ignore_ascii_case(b),
        (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        _ => a == b,
    }
}

fn list<'j>(json: &'j Json, key: &str) -> &'j [Json] {
    json[key].as_array().map_or(&[], Vec::as_slice)
}

/// An outcome of the report in the terms of `records`.
fn record(resource: &Json, outcome: &Json) -> Json {
    let mut own = Map::new();
    own.insert("resourceId".into(), resource["id"].clone());
    own.insert("assignmentId".into(), outcome["assignment"]["id"].clone());
    own.insert("effect".into(), outcome["policy"]["effect"].as_str().map(str::to_ascii_lowercase).into());
    own.insert("message".into(), outcome["nonComplianceMessage"].clone());
    own.insert("totalRelated".into(), outcome["related"]["total"].clone());
    own.insert("suppressed".into(), Json::Bool(outcome["suppressed"] == true));
    for key in ["referenceId", "state", "reason", "enforced", "patch", "deploymentParameters", "exemptionIds"]
    {
        own.insert(key.into(), outcome[key].clone());
    }
    Json::Object(own)
}

fn records(wanted: &Json, judged: &Json, tally: &mut Tally<'_>) {
    let found: Vec<Json> = list(judged, "results")
        .iter()
        .flat_map(|result| {
            list(result, "outcomes").iter().map(|outcome| record(&result["resource"], outcome))
        })
        .collect();
    let mut names = Vec::new();
    for wanted in list(wanted, "records") {
        let name = named(wanted, &NAMING[..3]);
        let result = match found.iter().find(|record| named(record, &NAMING[..3]) == name) {
            None => Err("there is no such record".into()),
            Some(record) => {
                let parts = wanted.as_object().into_iter().flatten();
                let mut parts = parts.filter(|(key, _)| !NAMING.contains(&key.as_str()));
                parts.try_for_each(|(key, value)| {
                    equal(value, &record[key]).map_err(|why| format!("{key}: {why}"))
                })
            }
        };
        tally.case("record", &name, result);
        names.push(name);
    }
    tally.no_more("record", found.iter().map(|record| named(record, &NAMING[..3])), &names);
}

fn absences(wanted: &Json, judged: &Json, tally: &mut Tally<'_>) {
    for wanted in list(wanted, "noRecord") {
        let name = named(wanted, &NAMING[..3]);
        let found = list(judged, "absences").iter().find(|absence| named(absence, &NAMING[..3]) == name);
        let result = found.map_or_else(
            || Err("there is no such pair without a record".into()),
            |absence| equal(&wanted["kind"], &absence["kind"]),
        );
        tally.case("no record", &name, result);
    }
}

fn fixes(wanted: &Json, mended: &Json, tally: &mut Tally<'_>) {
    if !wanted["fix"].is_array() {
        return;
    }
    let resources = list(mended, "resources").iter();
    let found: Vec<&Json> = resources.filter(|resource| resource["patch"] != serde_json::json!([])).collect();
    let mut names = Vec::new();
    for wanted in list(wanted, "fix") {
        let name = named(wanted, &["resourceId"]);
        let result = match found.iter().find(|resource| named(resource, &["resourceId"]) == name) {
            None => Err("it has no patch".into()),
            Some(resource) => equal(&wanted["patch"], &resource["patch"]),
        };
        tally.case("fix", &name, result);
        names.push(name);
    }
    tally.no_more("fix", found.iter().map(|resource| named(resource, &["resourceId"])), &names);
}

/// The nodes of a level, with the keys that name them.
fn nodes(compliance: &Json, level: &str) -> Vec<Json> {
    let assignments = || list(compliance, "assignments").iter();
    let below = |key: &'static str, name: &'static str| {
        assignments().flat_map(move |assignment| {
            list(assignment, key).iter().map(move |node| {
                let mut node = node.clone();
                node["assignmentId"] = assignment["id"].clone();
                node["group"] = node[name].clone();
                node
            })
        })
    };
    match level {
        "policies" => below("policies", "referenceId").collect(),
        "groups" => below("groups", "name").collect(),
        other => list(compliance, other).to_vec(),
    }
}

fn rollups(wanted: &Json, judged: &Json, tally: &mut Tally<'_>) {
    let compliance = &judged["compliance"];
    let node = |wanted: &Json, found: &Json, naming: &[&str]| {
        let parts = wanted.as_object().into_iter().flatten();
        let mut parts = parts.filter(|(key, _)| !naming.contains(&key.as_str()) && *key != "why");
        parts.try_for_each(|(key, value)| equal(value, &found[key]).map_err(|why| format!("{key}: {why}")))
    };
    let wanted = &wanted["rollups"];
    if wanted["overall"].is_object() {
        tally.case("roll-up", "overall", node(&wanted["overall"], &compliance["overall"], &[]));
    }
    for (level, naming) in LEVELS {
        if !wanted[level].is_array() {
            continue;
        }
        let found = nodes(compliance, level);
        let mut names = Vec::new();
        for wanted in list(wanted, level) {
            let name = named(wanted, naming);
            let result = match found.iter().find(|node| named(node, naming) == name) {
                None => Err("there is no such node".into()),
                Some(found) => node(wanted, found, naming),
            };
            tally.case("roll-up", &format!("{level} {name}"), result);
            names.push(name);
        }
        // Scopes are those that somebody asks for; every other list is whole.
        if level != "scopes" {
            tally.no_more("roll-up", found.iter().map(|node| named(node, naming)), &names);
        }
    }
}

/// All that are wanted, and no other that the chapters call for.
fn diagnostics(wanted: &Json, judged: &Json, tally: &mut Tally<'_>) {
    let spec: String = CHAPTERS
        .iter()
        .filter_map(|name| std::fs::read_to_string(shared::root().join("docs/spec").join(name)).ok())
        .collect();
    let mut left: Vec<&Json> = list(judged, "diagnostics").iter().collect();
    for wanted in list(wanted, "diagnostics") {
        let name = wanted["name"].as_str().unwrap_or_default();
        let fits = |told: &&Json| {
            let id = &wanted["id"];
            let file = wanted["file"].as_str().unwrap_or_default();
            let message = told["message"].as_str().unwrap_or_default();
            told["code"] == name
                && (id.is_null() || same(id, &told["objectId"]))
                && told["file"].as_str().unwrap_or_default().ends_with(file)
                && wanted["type"].as_str().is_none_or(|kind| message.contains(kind))
        };
        let result = match left.iter().position(fits) {
            None => Err("it is not told".into()),
            Some(at) => {
                left.remove(at);
                covers(wanted, judged)
            }
        };
        tally.case("diagnostic", &format!("{name} {}", named(wanted, &["id"])), result);
    }
    for told in left
        .into_iter()
        .filter(|told| told["code"].as_str().is_some_and(|c| spec.contains(&format!("`{c}`"))))
    {
        let name = format!("{} {}", told["code"], named(told, &["objectId"]));
        tally.case("diagnostic", &name, Err(format!("it was not expected: {}", told["message"])));
    }
}

/// How many resources an exemption that has ended would cover.
fn covers(wanted: &Json, judged: &Json) -> Result<(), String> {
    if wanted["covers"].is_null() {
        return Ok(());
    }
    let found = list(&judged["compliance"], "exemptions").iter().find(|e| same(&wanted["id"], &e["id"]));
    equal(&wanted["covers"], found.map_or(&Json::Null, |exemption| &exemption["wouldCover"]))
}
