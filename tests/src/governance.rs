//! Small tenants with their records worked out: `tests/scenarios/governance/*.json` (the README beside has the
//! schema).

use crate::conformance::short;
use crate::shared;
use ordain::compliance::{Compliance, Level};
use ordain::{Context, Diagnostic, Engine, Severity, Source, State};
use serde_json::{Map, Value as Json, json};
use std::path::PathBuf;

/// Keys that a case may have; a slip must not pass silently.
const CASE_KEYS: [&str; 15] = [
    "rule",
    "name",
    "definitions",
    "initiatives",
    "assignments",
    "exemptions",
    "enrollments",
    "attestations",
    "hierarchy",
    "raw",
    "raw_text",
    "resources",
    "context",
    "options",
    "want",
];
const WANT_KEYS: [&str; 6] = ["records", "order", "absent", "diagnostics", "rollups", "pairs"];

/// The files, sorted.
#[must_use]
pub fn files() -> Vec<PathBuf> {
    let folder = shared::root().join("tests/scenarios/governance");
    shared::entries(&folder).into_iter().filter(|p| p.extension().is_some_and(|e| e == "json")).collect()
}

/// Runs the cases of a file: names of those that passed, and what went wrong with the others.
///
/// # Panics
/// The file cannot be read or is no list of cases.
#[must_use]
pub fn run(path: &PathBuf) -> (usize, Vec<String>) {
    let text = std::fs::read_to_string(path).expect("a readable file");
    let file: Json = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let base = &file["base"];
    let mut failed = Vec::new();
    let cases = file["cases"].as_array().expect("`cases` is a list");
    for case in cases {
        let name = case["name"].as_str().unwrap_or("?");
        if let Err(why) = self::case(base, case) {
            failed.push(format!("{}: {name}: {why}", path.file_name().unwrap_or_default().display()));
        }
    }
    (cases.len() - failed.len(), failed)
}

fn known(object: &Json, keys: &[&str], what: &str) -> Result<(), String> {
    for key in object.as_object().into_iter().flat_map(Map::keys) {
        if !keys.contains(&key.as_str()) {
            return Err(format!("{what} has no key `{key}`"));
        }
    }
    Ok(())
}

/// The members of the file's base and of the case together.
fn members<'c>(base: &'c Json, case: &'c Json, key: &str) -> impl Iterator<Item = (&'c String, &'c Json)> {
    let of = |json: &'c Json| json[key].as_object().into_iter().flatten();
    let own: Vec<_> = of(case).collect();
    let mut all: Vec<_> = of(base).filter(|(name, _)| !own.iter().any(|(o, _)| o == name)).collect();
    all.extend(own);
    all.into_iter().filter(|(_, value)| !value.is_null())
}

const ROOT: &str = "/providers/Microsoft.Management/managementGroups";

/// `mg:x`, `s`, `s/g`, or a whole id.
fn scope(short: &str) -> String {
    match (short.strip_prefix("mg:"), short.split_once('/')) {
        _ if short.starts_with('/') || short.is_empty() => short.to_owned(),
        (Some(group), _) => format!("{ROOT}/{group}"),
        (None, None) => format!("/subscriptions/{short}"),
        (None, Some((subscription, group))) => {
            format!("/subscriptions/{subscription}/resourceGroups/{group}")
        }
    }
}

/// An object with an id at its scope; what else stands in it goes under `properties`.
fn object(kind: &str, name: &str, json: &Json, default_scope: &str) -> Json {
    let provider =
        if kind == "attestations" { "Microsoft.PolicyInsights" } else { "Microsoft.Authorization" };
    let at = scope(json["at"].as_str().unwrap_or(default_scope));
    let mut properties = json.as_object().cloned().unwrap_or_default();
    properties.remove("at");
    let mut whole = json!({
        "id": format!("{at}/providers/{provider}/{kind}/{name}"),
        "name": name,
        "type": format!("{provider}/{kind}"),
    });
    for key in ["identity", "location"] {
        if let Some(value) = properties.remove(key) {
            whole[key] = value;
        }
    }
    // Short names of what is referred to become ids.
    for (short, key, kind) in [
        ("definition", "policyDefinitionId", "policyDefinitions"),
        ("initiative", "policyDefinitionId", "policySetDefinitions"),
        ("assignment", "policyAssignmentId", "policyAssignments"),
    ] {
        if let Some(Json::String(name)) = properties.remove(short) {
            let (at, name) =
                name.rsplit_once(':').map_or((String::new(), name.as_str()), |(at, n)| (scope(at), n));
            properties
                .insert(key.into(), format!("{at}/providers/Microsoft.Authorization/{kind}/{name}").into());
        }
    }
    if let Some(Json::Array(references)) = properties.get_mut("policyDefinitions") {
        for reference in references {
            let name = reference.as_object_mut().and_then(|r| r.remove("definition"));
            if let Some(Json::String(name)) = name {
                reference["policyDefinitionId"] =
                    format!("/providers/Microsoft.Authorization/policyDefinitions/{name}").into();
            }
        }
    }
    whole["properties"] = properties.into();
    whole
}

/// A definition: `if`, `effect`, and what else its body has.
fn definition(name: &str, json: &Json) -> Json {
    let mut body = json.as_object().cloned().unwrap_or_default();
    let mut then = json!({ "effect": body.remove("effect").unwrap_or_else(|| "audit".into()) });
    if let Some(details) = body.remove("details") {
        then["details"] = details;
    }
    let condition = body.remove("if").unwrap_or_else(|| json!({ "field": "name", "like": "*" }));
    body.insert("policyRule".into(), json!({ "if": condition, "then": then }));
    body.entry("mode").or_insert_with(|| "All".into());
    // `x@1.2.0` is version 1.2.0 of x.
    let (name, version) = name.split_once('@').unwrap_or((name, ""));
    if !version.is_empty() {
        body.insert("version".into(), version.into());
    }
    object("policyDefinitions", name, &Json::Object(body), "")
}

/// A resource: `s/g/type/name` short for its id, type and name.
fn resource(name: &str, json: &Json) -> Json {
    let mut whole = json.clone();
    let at = scope(json["at"].as_str().unwrap_or("S/g"));
    let kind = json["type"].as_str().unwrap_or("A.B/c").to_owned();
    if let Some(whole) = whole.as_object_mut() {
        whole.remove("at");
        whole.entry("type").or_insert_with(|| kind.clone().into());
        whole.entry("name").or_insert_with(|| name.into());
        whole.entry("id").or_insert_with(|| format!("{at}/providers/{kind}/{name}").into());
        whole.entry("properties").or_insert_with(|| json!({}));
        whole.retain(|_, value| value != "-");
    }
    whole
}

fn case(base: &Json, case: &Json) -> Result<(), String> {
    known(case, &CASE_KEYS, "a case")?;
    known(&case["want"], &WANT_KEYS, "`want`")?;
    let mut documents: Vec<Json> =
        members(base, case, "definitions").map(|(n, j)| definition(n, j)).collect();
    for (key, kind) in [
        ("initiatives", "policySetDefinitions"),
        ("assignments", "policyAssignments"),
        ("exemptions", "policyExemptions"),
        ("enrollments", "policyEnrollments"),
        ("attestations", "attestations"),
    ] {
        let scope = if key == "initiatives" { "" } else { "S" };
        documents.extend(members(base, case, key).map(|(name, json)| object(kind, name, json, scope)));
    }
    documents.extend(case["raw"].as_array().into_iter().flatten().cloned());
    let mut builder = Engine::builder();
    for option in case["options"].as_array().into_iter().flatten() {
        builder = match option.as_str() {
            Some("strict-scopes") => builder.strict_scopes(),
            Some("strict-versions") => builder.strict_versions(),
            Some("strict-aliases") => builder.strict_aliases(),
            Some("report-disabled") => builder.report_disabled(),
            Some("evaluate-exempt") => builder,
            _ => return Err(format!("there is no option {option}")),
        };
    }
    for hierarchy in [&base["hierarchy"], &case["hierarchy"]] {
        for document in hierarchy.as_array().into_iter().flatten() {
            builder.hierarchy(document);
        }
    }
    let text = Json::Array(documents).to_string();
    builder = builder.policies(&Source::new("tenant.json", text));
    for text in case["raw_text"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        builder = builder.policies(&Source::new("raw.json", text));
    }
    let (engine, mut told) = builder.build_what_can_be();
    let mut context = context(&case["context"])?;
    if case["options"].as_array().is_some_and(|options| options.contains(&"evaluate-exempt".into())) {
        context = context.evaluate_exempt();
    }
    let resources: Vec<Json> = members(base, case, "resources").map(|(n, j)| resource(n, j)).collect();
    let mut compliance = Compliance::new(&engine);
    let (mut records, mut order) = (Map::new(), Vec::new());
    for resource in &resources {
        let evaluation = engine.evaluate_in(resource, &context).map_err(|e| e.to_string())?;
        crate::batch::agrees(&engine, &context, &resource.to_string(), Some(&evaluation));
        compliance.add(&evaluation, resource);
        for outcome in evaluation.outcomes() {
            let name = key(outcome.pair().assignment().name(), outcome.pair().reference_id(), resource);
            let exemptions: Vec<&str> = outcome.exemptions().map(|e| e.name()).collect();
            let record = json!({
                "state": outcome.state().name(),
                "reason": match outcome.state() {
                    State::NonCompliant => outcome.explain(resource).reason_code(),
                    _ => outcome.reason(),
                },
                "effect": outcome.policy().effect(),
                "rule": outcome.rule_holds(),
                "version": outcome.policy().version(),
                "enforced": outcome.is_enforced(),
                "suppressed": outcome.is_suppressed(),
                "message": outcome.message(),
                "exemptions": exemptions,
                "exemption": outcome.exemption().map(|e| format!("{} {}", e.category(), e.name())),
                "attestation": outcome.attestation_id().and_then(|id| id.rsplit('/').next()),
                "parameters": ordain::Value::object(outcome.policy().parameters().clone()).to_json(),
            });
            order.push(Json::from(name.as_str()));
            if records.insert(name.clone(), record).is_some() {
                return Err(format!("two records `{name}`"));
            }
        }
    }
    let notices = compliance.notices(&context);
    told.extend(notices);
    check_diagnostics(&told, case["want"]["diagnostics"].as_array().map_or(&[], Vec::as_slice))?;
    check_records(&records, &case["want"]["records"])?;
    if let Some(wanted) = case["want"]["order"].as_array()
        && *wanted != order
    {
        return Err(format!("expected the order {wanted:?}, got {order:?}"));
    }
    check_absent(&engine, &resources, &context, &case["want"]["absent"])?;
    check_pairs(&engine, &case["want"]["pairs"])?;
    check_levels(&compliance, &case["want"]["rollups"])
}

fn context(given: &Json) -> Result<Context, String> {
    let mut context = Context::new().now(given["now"].as_str().unwrap_or("2026-01-01T00:00:00Z"));
    if given["now"] == "-" {
        context = Ok(Context::new());
    }
    let mut context = context.map_err(|e| e.to_string())?;
    if given["principal"].is_object() {
        context = context.principal(ordain::Value::from(&given["principal"]));
    }
    Ok(context)
}

fn key(assignment: &str, reference: &str, resource: &Json) -> String {
    let name = resource["name"].as_str().unwrap_or("?");
    if reference.is_empty() {
        format!("{assignment} {name}")
    } else {
        format!("{assignment}#{reference} {name}")
    }
}

/// All that are wanted, none of those with a `!`, and no other but infos.
fn check_diagnostics(told: &[Diagnostic], wanted: &[Json]) -> Result<(), String> {
    let mut left: Vec<&Diagnostic> = told.iter().collect();
    let mut absent = Vec::new();
    for wanted in wanted.iter().filter_map(Json::as_str) {
        if let Some(unwanted) = wanted.strip_prefix('!') {
            if left.iter().any(|d| d.code() == unwanted) {
                return Err(format!("`{unwanted}` is told"));
            }
            continue;
        }
        // Without a place or text the code alone is compared.
        let fits = |d: &&Diagnostic| {
            short(d) == wanted || d.code() == wanted || format!("{}: {}", d.code(), d.message()) == wanted
        };
        match left.iter().position(fits) {
            Some(at) => drop(left.remove(at)),
            None => absent.push(wanted),
        }
    }
    left.retain(|d| d.severity() != Severity::Info);
    if absent.is_empty() && left.is_empty() {
        return Ok(());
    }
    let left: Vec<String> = left.into_iter().map(|d| format!("{} ({})", short(d), d.message())).collect();
    Err(format!("diagnostics that are absent: {absent:?}; told besides: {left:?}"))
}

/// Every record that is wanted, and no other; of a record the keys that are named.
fn check_records(records: &Map<String, Json>, wanted: &Json) -> Result<(), String> {
    let Some(wanted) = wanted.as_object() else { return Ok(()) };
    for (key, wanted) in wanted {
        let record =
            records.get(key).ok_or_else(|| format!("no record `{key}`, only {:?}", records.keys()))?;
        match wanted {
            Json::String(state) if record["state"] == *state => {}
            Json::Object(parts) if parts.iter().all(|(part, value)| record[part] == *value) => {}
            _ => return Err(format!("record `{key}`: expected {wanted}, got {record}")),
        }
    }
    match records.keys().find(|key| !wanted.contains_key(*key)) {
        Some(key) => Err(format!("a record too many: `{key}` {}", records[key])),
        None => Ok(()),
    }
}

fn check_absent(engine: &Engine, resources: &[Json], context: &Context, wanted: &Json) -> Result<(), String> {
    for (name, kind) in wanted.as_object().into_iter().flatten() {
        let pairs = engine.assignments().flat_map(|a| a.pairs());
        let mut found = None;
        for pair in pairs {
            for resource in resources {
                if key(pair.assignment().name(), pair.reference_id(), resource) == *name {
                    found = Some(engine.absence(resource, context, pair).map_err(|e| e.to_string())?);
                }
            }
        }
        let found = found.ok_or_else(|| format!("there is no pair `{name}`"))?;
        let shown = found.map(|absence| absence.name());
        if shown != kind.as_str() {
            return Err(format!("`{name}` is absent because of {shown:?}, expected {kind}"));
        }
    }
    Ok(())
}

/// `assignment#reference` to the code of its link error, null for none.
fn check_pairs(engine: &Engine, wanted: &Json) -> Result<(), String> {
    for (name, code) in wanted.as_object().into_iter().flatten() {
        let of = |assignment: &str, reference: &str| {
            if reference.is_empty() { assignment.to_owned() } else { format!("{assignment}#{reference}") }
        };
        let pairs = engine.assignments().flat_map(|a| a.pairs());
        let mut pairs = pairs.map(|p| (of(p.assignment().name(), p.reference_id()), p.error()));
        let whole =
            engine.assignments().find(|a| a.name() == name && (a.error().is_some() || code.is_null()));
        let found = match (pairs.find(|(own, _)| own == name), whole) {
            (_, Some(assignment)) => assignment.error(),
            (Some((_, error)), None) => error,
            (None, None) => return Err(format!("there is no pair `{name}`")),
        };
        if found != code.as_str() {
            return Err(format!("pair `{name}`: expected {code}, got {found:?}"));
        }
    }
    Ok(())
}

/// `overall`, `assignment`, `assignment#reference`, `assignment/group`, `initiative:name`, `scope:…` to counts,
/// percentage and state.
fn check_levels(compliance: &Compliance<'_>, wanted: &Json) -> Result<(), String> {
    for (name, wanted) in wanted.as_object().into_iter().flatten() {
        let level = level(compliance, name).ok_or_else(|| format!("there is no node `{name}`"))?;
        let of_assignment = compliance.engine().assignments().find(|a| a.name() == name);
        let counts: Map<String, Json> =
            level.resources.iter().map(|(s, n)| (s.name().to_owned(), n.into())).collect();
        let got = json!({
            "counts": counts,
            "percent": level.resources.percent(),
            "judged": level.resources.judged(),
            "records": level.records.total(),
            "state": level.state().map(State::name),
            "failing": of_assignment.map(|a| compliance.non_compliant_policies(a)),
        });
        let parts = wanted.as_object().ok_or("a node is an object")?;
        if parts.iter().any(|(part, value)| got[part] != *value) {
            return Err(format!("node `{name}`: expected {wanted}, got {got}"));
        }
    }
    Ok(())
}

fn level(compliance: &Compliance<'_>, name: &str) -> Option<Level> {
    let engine = compliance.engine();
    if name == "overall" {
        return Some(*compliance.overall());
    }
    if let Some(initiative) = name.strip_prefix("initiative:") {
        return Some(
            compliance
                .initiative(&format!("/providers/Microsoft.Authorization/policySetDefinitions/{initiative}")),
        );
    }
    if let Some(short) = name.strip_prefix("scope:") {
        let id = scope(short);
        return compliance.scopes().find(|s| s.id.eq_ignore_ascii_case(&id)).map(|s| s.level);
    }
    let (assignment, rest) = name.split_once(['#', '/']).unwrap_or((name, ""));
    let assignment = engine.assignments().find(|a| a.name() == assignment)?;
    if name.contains('#') {
        return assignment.pairs().find(|p| p.reference_id() == rest).map(|p| compliance.pair(p));
    }
    if rest.is_empty() {
        return Some(compliance.assignment(assignment));
    }
    let at = assignment.groups().position(|(name, ..)| name == rest)?;
    Some(compliance.group(assignment, at))
}
