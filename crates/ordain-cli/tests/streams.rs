//! Exports larger than a piece: the same results however they are read, and every row accounted for under each fault.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::{Call, folder, ordain, piped};
use serde_json::{Value, json};
use std::fs;
use std::io::Write as _;
use std::sync::atomic::AtomicBool;

const SUB: &str = "/subscriptions/11111111-2222-4333-8444-555555555555";

/// Rows of some types; every third registry has its admin user on. With long tags, so that few make a piece.
fn row(n: usize) -> Value {
    let kind = ["Microsoft.ContainerRegistry/registries", "Microsoft.KeyVault/vaults", "A.B/c"][n % 3];
    json!({
        "id": format!("{SUB}/resourceGroups/g{}/providers/{kind}/r{n}", n % 7),
        "name": format!("r{n}"), "type": kind, "location": "westeurope",
        "tags": { "note": "ü".repeat(1_200 + n % 50) },
        "properties": { "adminUserEnabled": n.is_multiple_of(9), "publicNetworkAccess": "Enabled" },
    })
}

/// A policy on two of the types; the pack's would take too long in a build for tests.
fn policy() -> String {
    let path = common::root().join("target/tmp/streams-policy.json");
    let rule = json!({ "mode": "Indexed", "displayName": "Closed", "policyRule": {
        "if": { "allOf": [
            { "field": "type", "in": ["Microsoft.ContainerRegistry/registries", "Microsoft.KeyVault/vaults"] },
            { "anyOf": [
                { "field": "Microsoft.ContainerRegistry/registries/adminUserEnabled", "equals": true },
                { "field": "Microsoft.KeyVault/vaults/publicNetworkAccess", "equals": "Enabled" } ] } ] },
        "then": { "effect": "audit" } } });
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(&path, rule.to_string()).expect("a file");
    path.to_str().expect("a path").to_owned()
}

fn lines(count: usize) -> String {
    (0..count).map(|n| format!("{}\n", row(n))).collect()
}

fn list(count: usize) -> String {
    let rows: Vec<String> = (0..count).map(|n| row(n).to_string()).collect();
    format!("[\n  {}\n]\n", rows.join(",\n  "))
}

fn answer(count: usize) -> String {
    format!(
        "{{\"count\": {count}, \"data\": {}, \"skip_token\": null, \"total_records\": {count}}}",
        list(count)
    )
}

/// The rows of a report: read, and how each ended.
fn account(report: &str) -> [u64; 6] {
    let last: Value = serde_json::from_str(report.lines().last().expect("a line")).expect("JSON");
    let rows = &last["summary"]["rows"];
    ["read", "evaluated", "notApplicable", "skipped", "duplicate", "errors"]
        .map(|name| rows[name].as_u64().expect("a number"))
}

fn adds_up([read, rest @ ..]: [u64; 6]) -> bool {
    read == rest.iter().sum::<u64>()
}

#[test]
fn any_way_to_read_gives_the_same() {
    // spec: I-5, I-13, I-80
    let count = 1_500;
    for text in [lines(count), list(count), answer(count)] {
        assert!(text.len() > 3 << 20, "several pieces");
        let here = folder("streams-same");
        let file = here.join("export.json");
        fs::write(&file, &text).expect("a file");
        let file = file.to_str().expect("a path");
        let of = |options: &[&str]| {
            let ran = ordain(&[&["eval", file, "-p", &policy(), "--format", "ndjson"], options].concat());
            assert_eq!(ran.code, 1, "{}", ran.err);
            ran.out
        };
        let one = of(&["--threads", "1"]);
        assert_eq!(account(&one), [1_500, 1_000, 500, 0, 0, 0]);
        assert_eq!(of(&["--threads", "5"]), one);
        // Children are looked for in the whole: there are none.
        assert_eq!(of(&["--expand-children"]), one);
        let piped =
            piped(text.as_bytes(), &["eval", "-p", &policy(), "--format", "ndjson", "--threads", "3"]);
        assert_eq!(piped.out.replace("<stdin>", file), one);
        let csv = ordain(&["eval", file, "-p", &policy(), "--format", "csv", "--only-failures"]).out;
        let states = csv.lines().skip(1).filter(|line| !line.contains(",NonCompliant,")).count();
        assert_eq!(states, 0);
        let findings = serde_json::from_str::<Value>(one.lines().last().expect("a line")).expect("JSON");
        assert_eq!(
            csv.lines().count() as u64 - 1,
            findings["summary"]["findings"].as_u64().expect("a number")
        );
    }
}

#[test]
fn positions_are_those_in_the_whole() {
    let text = lines(1_200);
    let out = piped(text.as_bytes(), &["eval", "-p", &policy(), "--format", "ndjson"]).out;
    let results: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .filter(|v: &Value| v["resource"].is_object())
        .collect();
    for result in results.iter().step_by(41) {
        let name = result["resource"]["name"].as_str().expect("a name");
        let n: u64 = name[1..].parse().expect("a number");
        assert_eq!(result["resource"]["source"]["line"], n + 1, "{name}");
    }
    // In the last piece a condition points at its value, too.
    let last = results.iter().rev().find(|r| r["resource"]["type"] == "Microsoft.KeyVault/vaults");
    let last = last.expect("a vault");
    let outcomes = last["outcomes"].as_array().expect("outcomes");
    let place = outcomes
        .iter()
        .flat_map(|o| o["conditions"].as_array().expect("conditions"))
        .find(|c| c["value"] == "Enabled");
    let place = &place.expect("a condition")["resource"];
    let line = text.lines().nth(place["line"].as_u64().expect("a line") as usize - 1).expect("that line");
    let column = place["column"].as_u64().expect("a column") as usize - 1;
    assert!(line.chars().skip(column).collect::<String>().starts_with("\"Enabled\""));
}

/// Name, bytes, options, code, rows that fail, rows that are read.
type Fault = (&'static str, Vec<u8>, &'static [&'static str], &'static str, u64, u64);

#[test]
fn faults_cost_their_own_row_alone() {
    // spec: I-2, I-6, I-80, I-83
    let good = lines(1_200);
    let bytes = good.as_bytes();
    let middle = good[..good.len() / 2].rfind('\n').expect("a line break") + 1;
    let with = |bad: &[u8]| [&bytes[..middle], bad, &bytes[middle..]].concat();
    let zipped = {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(bytes).expect("memory");
        out.finish().expect("memory")
    };
    let large = format!("{{\"type\": \"A.B/c\", \"x\": \"{}\"}}\n", "y".repeat(3 << 20));
    let table: [Fault; 5] = [
        ("broken line", with(b"{\"type\": oh}\n"), &[], "BadRow", 1, 1_201),
        ("bytes", with(b"{\"type\": \"A.B/c\", \"name\": \"\xff\xfe\"}\n"), &[], "Encoding", 1, 1_201),
        ("too large", with(large.as_bytes()), &["--max-row", "2"], "TooLarge", 1, 1_201),
        ("cut gzip", zipped[..zipped.len() / 2].to_vec(), &[], "BadJson", 1, 0),
        ("nothing", Vec::new(), &[], "EmptyInput", 0, 0),
    ];
    for (name, bytes, options, code, errors, read) in table {
        for threads in ["1", "4"] {
            let policy = policy();
            let line =
                [&["eval", "-p", &policy, "--format", "ndjson", "--threads", threads], options].concat();
            let ran = piped(bytes.clone(), &line);
            assert_eq!(ran.code, 2, "{name}: {}", ran.err);
            assert!(ran.err.contains(&format!("error[{code}]")), "{name}: {}", ran.err);
            let account = account(&ran.out);
            assert!(adds_up(account), "{name}: {account:?}");
            assert_eq!(account[5], errors, "{name}");
            // Of what is cut, about half is there.
            let enough = if name == "cut gzip" { account[0] > 300 } else { account[0] == read };
            assert!(enough, "{name}: {account:?}");
        }
    }
}

#[test]
fn a_broken_list_ends_there_for_any_number_of_threads() {
    // spec: I-6
    let good = list(1_500);
    let middle = good[..good.len() / 2].rfind("\n  {").expect("a row");
    let bad = format!("{}\n  {{\"type\": oh}},{}", &good[..middle], &good[middle..]);
    let of = |threads: &str| {
        let ran =
            piped(bad.as_bytes(), &["eval", "-p", &policy(), "--format", "ndjson", "--threads", threads]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("error[BadJson]"), "{}", ran.err);
        ran.out
    };
    let one = of("1");
    assert!(adds_up(account(&one)));
    assert!((600..900).contains(&account(&one)[0]), "{:?}", account(&one));
    assert_eq!(of("4"), one);
}

#[test]
fn a_document_of_many_bytes_and_a_list_of_many_rows() {
    let note = "z".repeat(20 << 20);
    let one = json!({ "type": "Microsoft.ContainerRegistry/registries", "name": "r", "tags": { "note": note }, "properties": {} });
    let ran = piped(one.to_string(), &["eval", "-p", &policy(), "--format", "ndjson", "--summary"]);
    assert_eq!(account(&ran.out), [1, 1, 0, 0, 0, 0]);
    let many = format!("[{}{{\"type\":\"A.B/c\"}}]", "{\"type\":\"A.B/c\"},".repeat(19_999));
    let ran = piped(many, &["eval", "-p", &policy(), "--format", "ndjson", "--summary"]);
    assert_eq!(account(&ran.out), [20_000, 0, 20_000, 0, 0, 0]);
}

#[test]
fn an_output_that_cannot_be_written_is_trouble_and_leaves_nothing() {
    let here = folder("streams-output");
    fs::write(here.join("export.json"), lines(50)).expect("a file");
    let export = here.join("export.json");
    let export = export.to_str().expect("a path");
    let missing = here.join("no/such/folder/out.json");
    let ran = ordain(&["eval", export, "--format", "ndjson", "-o", missing.to_str().expect("a path")]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("cannot be written"), "{}", ran.err);
    if fs::metadata("/dev/full").is_ok() {
        let ran = ordain(&["eval", export, "--format", "csv", "-o", "/dev/full"]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("/dev/full cannot be written"), "{}", ran.err);
    }
    let kept = here.join("out.ndjson");
    let ran = ordain(&["eval", export, "--format", "ndjson", "-o", kept.to_str().expect("a path")]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(adds_up(account(&fs::read_to_string(&kept).expect("the report"))));
    assert_eq!(fs::read_dir(&here).expect("the folder").count(), 2, "nothing is left beside it");
}

#[test]
fn a_run_that_is_stopped_tells_what_it_has() {
    let call = Call { stdin: lines(100).into_bytes(), ..Call::default() };
    let ran = call.stopped(&AtomicBool::new(true), &["eval", "--format", "ndjson"]);
    assert_eq!(ran.code, 130);
    let last: Value = serde_json::from_str(ran.out.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["summary"]["incomplete"], true);
    assert!(ran.err.contains("stopped"), "{}", ran.err);
}
