//! `ordain fix`: what it shows, what it writes, and what it refuses.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::{Call, folder, on_terminal, ordain, piped, root, snapshot};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const REPAIRS: &str = "crates/ordain-cli/tests/data/repairs.json";
const TENANT: &str = "tests/scenarios/tenant";
const NOW: &str = "2025-06-01T00:00:00Z";

fn copied(from: &str, name: &str) -> PathBuf {
    let to = folder(name);
    copy(&root().join(from), &to);
    to
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir_all(&to).unwrap();
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn shown_to_people() {
    let ran = on_terminal(80).run(&["fix", "-p", REPAIRS, "examples/registries.json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    snapshot("fix-80", &ran.out);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
    let diff =
        ordain(&["fix", "-p", REPAIRS, "--only", "admin", "--format", "diff", "examples/registries.json"]);
    snapshot("fix-diff", &diff.out);
    let ran = ordain(&["fix", "--tenant", TENANT, "--now", NOW, "--format", "json-patch"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    // spec: E-68, E-110
    assert_eq!(
        report["resources"][0]["patch"],
        json!([{"op": "add", "path": "/tags/costCenter", "value": "unassigned"}])
    );
    assert_eq!(report["remediations"][0]["referenceId"], "vmTag");
    let nothing = ordain(&["fix", "-p", "policies/acr", "examples/registries.json"]);
    assert_eq!((nothing.code, nothing.out.as_str()), (0, "nothing to mend\n"));
}

/// The outcomes with effect modify or append that are not compliant, of a report of `eval`.
fn left(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).unwrap();
    let mut left = Vec::new();
    for result in report["results"].as_array().unwrap() {
        for outcome in result["outcomes"].as_array().unwrap() {
            let effect = outcome["policy"]["effect"].as_str().unwrap();
            if ["modify", "append"].contains(&effect.to_ascii_lowercase().as_str())
                && outcome["state"] == "NonCompliant"
            {
                left.push(format!(
                    "{} {}",
                    result["resource"]["name"].as_str().unwrap(),
                    outcome["policy"]["name"].as_str().unwrap()
                ));
            }
        }
    }
    left
}

#[test]
fn examples_are_mended() {
    // spec: E-58, E-68
    let copy = copied("examples", "fix-examples");
    fs::remove_file(copy.join("exemptions.json")).unwrap();
    // Requests are no files of what exists.
    fs::remove_dir_all(copy.join("deployment")).unwrap();
    let before = ordain(&["eval", "-p", REPAIRS, text(&copy), "--format", "json"]);
    assert!(left(&before.out).len() > 10);
    let bodies = ordain(&["fix", "-p", REPAIRS, text(&copy), "--format", "documents"]);
    let ran = ordain(&["fix", "-p", REPAIRS, text(&copy), "--write"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    let after = ordain(&["eval", "-p", REPAIRS, text(&copy), "--format", "json"]);
    // The registry has no `networkRuleSet`: its absence is taken for intent (E-46), and that is told.
    assert_eq!(left(&after.out), ["contosolegacy legacy-access"]);
    assert!(ran.out.contains("what would hold it is not there"), "{}", ran.out);
    let again = ordain(&["fix", "-p", REPAIRS, text(&copy), "--format", "json-patch"]);
    let again: Value = serde_json::from_str(&again.out).unwrap();
    assert!(again["resources"].as_array().unwrap().iter().all(|r| r["patch"] == json!([])), "{again:#}");
    // What is written is what was shown; lines that no patch touches are those that were there.
    let bodies: Value = serde_json::from_str(&bodies.out).unwrap();
    let mut all = Vec::new();
    for name in ["network.json", "registries.json"] {
        let (old, new) = (
            fs::read_to_string(root().join("examples").join(name)).unwrap(),
            fs::read_to_string(copy.join(name)).unwrap(),
        );
        let kept = |line: &str| new.contains(line.trim_end_matches(','));
        let changed = old.lines().filter(|line| !kept(line)).collect::<Vec<_>>();
        assert!(
            changed.iter().all(|line| line.contains("\"tags\"") || line.contains("adminUser")),
            "{changed:?}"
        );
        let new: Value = serde_json::from_str(&new).unwrap();
        all.extend(
            new.as_array()
                .or_else(|| new["value"].as_array())
                .or_else(|| new["data"].as_array())
                .unwrap()
                .clone(),
        );
    }
    for body in bodies.as_array().unwrap() {
        assert!(all.contains(body), "{body:#}");
    }
}

#[test]
fn a_tenant_is_mended() {
    // spec: E-58, E-68
    let copy = copied(TENANT, "fix-tenant");
    let ran = ordain(&["fix", "--tenant", text(&copy), "--now", NOW, "--write"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(ran.out.contains("changed "), "{}", ran.out);
    let after = ordain(&["eval", "--tenant", text(&copy), "--now", NOW, "--format", "json"]);
    assert_eq!(left(&after.out), Vec::<String>::new());
    assert_eq!(ordain(&["fix", "--tenant", text(&copy), "--now", NOW]).code, 0);
    let names = |folder: &Path| fs::read_dir(folder).unwrap().count();
    assert_eq!(names(&copy.join("resources")), 2, "no file is left beside");
}

const ROW: &str = r#"{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d","name":"d","type":"Microsoft.Compute/disks","location":"westeurope","tags":{"owner":null},"properties":{}}"#;

/// Every container that can be written, and what becomes of it.
#[test]
fn shapes_that_are_written() {
    // spec: E-113
    let folder = folder("fix-shapes");
    let mended = ROW.replace("\"owner\":null", "\"owner\":\"team of g\"");
    let other = ROW.replace("disks/d", "disks/e").replace("\"owner\":null", "\"owner\":\"me\"");
    let shapes = [
        ("object", ROW.to_owned()),
        ("array", format!("[ {other},\n  {ROW} ]\n")),
        ("list", format!("{{\"value\": [{ROW}], \"nextLink\": \"\"}}")),
        ("graph", format!("{{\"count\":1,\"data\":[{ROW}],\"total_records\":1}}")),
        ("lines", format!("{other}\n{ROW}\n\n{other}\n")),
        ("mark", format!("\u{feff}{ROW}")),
        ("windows", format!("[\r\n  {ROW}\r\n]\r\n")),
    ];
    for (name, before) in shapes {
        let path = folder.join(format!("{name}.json"));
        fs::write(&path, &before).unwrap();
        let ran = ordain(&["fix", "-p", REPAIRS, "--write", text(&path), "-q"]);
        assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{name}");
        assert_eq!(fs::read_to_string(&path).unwrap(), before.replace(ROW, &mended), "{name}");
    }
    // Chosen inside another document, and a file that is named twice.
    let path = folder.join("picked.json");
    let before = format!("{{\"a\": {{\"b\": {ROW}}}, \"c\": {ROW}}}");
    fs::write(&path, &before).unwrap();
    let ran = ordain(&["fix", "-p", REPAIRS, "--write", "--pick", "$.a.b", text(&path), text(&path), "-q"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert_eq!(fs::read_to_string(&path).unwrap(), before.replacen(ROW, &mended, 1));
}

#[test]
fn what_is_not_written() {
    // spec: E-59, E-113
    let folder = folder("fix-refusals");
    let packed =
        ruzstd::encoding::compress_to_vec(ROW.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    let wide: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(ROW.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let row: Value = serde_json::from_str(ROW).unwrap();
    let cells = ["id", "name", "type", "location", "tags", "properties"];
    let table = json!({ "data": {
        "columns": cells.iter().map(|c| json!({ "name": c, "type": "string" })).collect::<Vec<_>>(),
        "rows": [cells.iter().map(|c| row[*c].clone()).collect::<Vec<_>>()] } });
    let unknown = ROW.replace(",\"properties\":{}", "").replace("\"owner\":null", "\"owner\":\"me\"");
    let hidden = r#"{"name":"hidden","mode":"All","policyRule":{"if":{"field":"type","equals":"Microsoft.Compute/disks"},
        "then":{"effect":"modify","details":{"roleDefinitionIds":["r"],"operations":[
        {"operation":"addOrReplace","field":"Microsoft.Compute/disks/networkAccessPolicy","value":"DenyAll"}]}}}}"#;
    let policy = folder.join("hidden.policy");
    fs::write(&policy, hidden).unwrap();
    let rows: Vec<(&str, Vec<u8>, &str, &str)> = vec![
        ("packed.json.zst", packed, REPAIRS, "NotWritten"),
        ("wide.json", wide, REPAIRS, "NotWritten"),
        ("table.json", table.to_string().into(), REPAIRS, "NoPlace"),
        ("unknown.json", unknown.into(), text(&policy), "NoPatch"),
    ];
    for (name, bytes, policy, code) in rows {
        let path = folder.join(name);
        fs::write(&path, &bytes).unwrap();
        let ran = ordain(&["fix", "-p", policy, "--write", text(&path)]);
        assert_eq!(ran.code, 2, "{name}: {}", ran.out);
        assert!(ran.err.contains(&format!("[{code}]")), "{name}: {}", ran.err);
        assert_eq!(fs::read(&path).unwrap(), bytes, "{name}");
    }
    let ran = piped(ROW, &["fix", "-p", REPAIRS, "--write"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("what was piped in cannot be changed"), "{}", ran.err);
    // Without writing a missing patch is a warning.
    let ran = ordain(&["fix", "-p", text(&policy), text(&folder.join("unknown.json"))]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("warning[NoPatch]"), "{}", ran.err);
    let read_only = folder.join("read-only.json");
    fs::write(&read_only, ROW).unwrap();
    let mut permissions = fs::metadata(&read_only).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&read_only, permissions).unwrap();
    let ran = ordain(&["fix", "-p", REPAIRS, "--write", text(&read_only)]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("it is read-only"), "{}", ran.err);
}

/// A policy that sets a tag on everything that has another value.
fn sets(name: &str, value: &str, on_conflict: &str) -> Value {
    json!({ "name": name, "properties": { "mode": "Indexed", "displayName": name, "policyRule": {
        "if": { "field": "tags['env']", "notEquals": value },
        "then": { "effect": "modify", "details": { "conflictEffect": on_conflict, "roleDefinitionIds": ["r"],
            "operations": [{ "operation": "addOrReplace", "field": "tags['env']", "value": value }] } } } } })
}

#[test]
fn conflicts_are_named_and_not_applied() {
    // spec: E-60, E-61, E-62, E-68
    let folder = folder("fix-conflicts");
    let ids = |report: &Value| -> Vec<(String, Value)> {
        let changes = report["resources"][0]["changes"].as_array().unwrap();
        changes
            .iter()
            .map(|c| (c["policy"]["name"].as_str().unwrap().to_owned(), c["leftOut"].clone()))
            .collect()
    };
    // Two that deny: neither. One that denies: it wins. None: neither.
    let rows = [
        ("deny", "deny", [json!("Conflict"), json!("Conflict")], json!([])),
        (
            "deny",
            "audit",
            [Value::Null, json!("Suppressed")],
            json!([{"op": "add", "path": "/tags/env", "value": "a"}]),
        ),
        ("audit", "disabled", [json!("Suppressed"), json!("Suppressed")], json!([])),
    ];
    for (first, second, left_out, patch) in rows {
        let path = folder.join("policies.json");
        fs::write(&path, json!([sets("one", "a", first), sets("two", "b", second)]).to_string()).unwrap();
        let line = ["fix", "-p", text(&path), "--format", "json-patch"];
        let report: Value = serde_json::from_str(&piped(ROW, &line).out).unwrap();
        let [one, two] = left_out;
        assert_eq!(ids(&report), [("one".to_owned(), one), ("two".to_owned(), two)]);
        assert_eq!(report["resources"][0]["patch"], patch);
        // Asking for one of them does not settle what both want.
        let only = Call { stdin: ROW.into(), ..Call::default() };
        let line = ["fix", "-p", text(&path), "--format", "json-patch", "--only", "^two$"];
        let report: Value = serde_json::from_str(&only.run(&line).out).unwrap();
        assert_eq!(ids(&report).len(), 1);
        assert_eq!(report["resources"][0]["patch"], json!([]));
    }
    let ran = piped(ROW, &["fix", "-p", text(&folder.join("policies.json"))]);
    assert_eq!(ran.code, 1);
    snapshot("fix-conflict", &ran.out);
}

#[test]
fn calls_that_are_wrong() {
    let ran = ordain(&["fix", "--only", "(", "examples/registries.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is no regular expression"), "{}", ran.err);
    let ran = ordain(&["fix", "-p", REPAIRS, "--only", "nobody", "examples/registries.json"]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("[NothingChosen]"), "{}", ran.err);
    assert_eq!(ordain(&["fix", "nowhere.json"]).code, 2);
}

/// The README's command shows what the README says.
#[test]
fn as_the_readme_says() {
    root();
    let readme = fs::read_to_string("README.md").unwrap();
    let after = readme.split_once("-p ordain-cli -- fix ").unwrap().1;
    let line = after.lines().next().unwrap();
    let shown = after.split_once("```diff\n").unwrap().1.split_once("```").unwrap().0;
    let ran = ordain(&std::iter::once("fix").chain(line.split(' ')).collect::<Vec<_>>());
    assert_eq!((ran.code, ran.out.as_str()), (1, shown));
}

/// What a template asks for is not there yet.
#[test]
fn requests_are_not_mended() {
    // spec: E-113
    let template = json!({ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0", "resources": [{ "type": "Microsoft.Compute/disks", "apiVersion": "2023-04-02",
            "name": "d", "location": "westeurope", "properties": {} }] });
    let ran = piped(template.to_string(), &["fix", "-p", REPAIRS, "--format", "documents"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "[]\n"), "{}", ran.err);
    assert!(ran.err.contains("[RequestNotMended]"), "{}", ran.err);
}

/// The examples of `--help` run.
#[test]
fn examples_of_the_help() {
    let help = ordain(&["fix", "--help"]).out;
    let lines: Vec<&str> = help.lines().filter_map(|line| line.trim().strip_prefix("ordain fix ")).collect();
    assert_eq!(lines.len(), 3, "{help}");
    for line in lines {
        let ran = ordain(&std::iter::once("fix").chain(line.split(' ')).collect::<Vec<_>>());
        assert_eq!(ran.code, 1, "{line}: {}", ran.err);
    }
}

/// A policy that writes the tags given, if they are not there.
fn tagging(name: &str, effect: &str, tags: &[(&str, &str)]) -> Value {
    let entry = |(tag, value): &(&str, &str)| match effect {
        "modify" => json!({ "operation": "add", "field": format!("tags.{tag}"), "value": value }),
        _ => json!({ "field": format!("tags.{tag}"), "value": value }),
    };
    let entries: Vec<Value> = tags.iter().map(entry).collect();
    let details = match effect {
        "modify" => json!({ "roleDefinitionIds": ["r"], "operations": entries }),
        _ => json!(entries),
    };
    json!({ "name": name, "mode": "All", "displayName": name, "policyRule": {
        "if": { "field": "type", "equals": "Microsoft.Compute/disks" },
        "then": { "effect": effect, "details": details } } })
}

/// Each operation stands below the policy that asks for it.
#[test]
fn operations_stand_below_their_policy() {
    // spec: E-49, E-68
    let folder = folder("fix-parts");
    let policies = [
        tagging("p1", "modify", &[("a", "1"), ("b", "2")]),
        tagging("p2", "modify", &[("a", "1")]),
        tagging("p3", "append", &[("c", "3"), ("owner", "you")]),
    ];
    for policy in &policies {
        let path = folder.join(format!("{}.policy.json", policy["name"].as_str().unwrap()));
        fs::write(path, policy.to_string()).unwrap();
    }
    let row = ROW.replace("\"owner\":null", "\"owner\":\"me\"");
    let ran = piped(row, &["fix", "-", "-p", text(&folder), "-q"]);
    let lines: Vec<String> =
        ran.out.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let expected = [
        "d compute disk · g · westeurope",
        // Each policy is true whatever it writes.
        "! modify p1",
        "NonCompliant after the change as well: its operations do not make its rule false",
        "+ tags.a: `\"1\"` <stdin>:1:155",
        "+ tags.b: `\"2\"` <stdin>:1:155",
        "! modify p2",
        "NonCompliant after the change as well: its operations do not make its rule false",
        "another policy writes the same already",
        "! append p3",
        "`tags.owner` is not changed: it holds `\"me\"`, which `append` leaves alone",
        "+ tags.c: `\"3\"` <stdin>:1:155",
    ];
    let without_place = |line: &str| line.split(" <stdin>").next().unwrap_or_default().to_owned();
    let lines: Vec<String> =
        lines.iter().map(|line| without_place(line)).filter(|line| !line.is_empty()).collect();
    assert_eq!(lines, expected.map(without_place), "{}{}", ran.out, ran.err);
}

/// What cannot be passed to a deployment is named, each parameter with its reason.
#[test]
fn parameters_that_cannot_be_passed() {
    // spec: E-100, E-102
    let policy = folder("fix-parameters").join("p.json");
    let rule = json!({ "name": "p", "mode": "All", "policyRule": {
        "if": { "field": "type", "equals": "Microsoft.Compute/disks" },
        "then": { "effect": "deployIfNotExists", "details": { "type": "A.B/c", "roleDefinitionIds": ["r"],
            "deployment": { "properties": { "mode": "incremental", "template": { "resources": [] }, "parameters": {
                "good": { "value": "[field('name')]" }, "bad": { "value": "[int(field('name'))]" }, "bare": "x" } } } } } } });
    fs::write(&policy, rule.to_string()).unwrap();
    let fix = |format: &str| {
        piped(ROW, &["fix", "-", "-p", text(&policy), "--assume-complete", "-q", "--format", format]).out
    };
    let out = fix("text");
    for line in [
        "           good: `\"d\"`\n",
        "           bad cannot be passed: int: expects an integer in decimal digits, got the string `d`\n",
        "           bare cannot be passed: it stands bare: `{ \"value\": … }` is wanted\n",
    ] {
        assert!(out.contains(line), "{line}{out}");
    }
    let report: Value = serde_json::from_str(&fix("json-patch")).unwrap();
    let deployment = &report["resources"][0]["deployments"][0];
    assert_eq!(deployment["parameters"], json!({ "good": { "value": "d" } }));
    let failed = deployment["failedParameters"].as_object().unwrap();
    assert_eq!(failed.keys().collect::<Vec<_>>(), ["bad", "bare"]);
}
