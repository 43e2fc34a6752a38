//! Each kind of bad input: one clear diagnostic, the rest is judged, the exit code of spec I-82.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::{folder, ordain, snapshot};
use std::fs;

const GOOD: &str = r#"{ "properties": { "mode": "All", "displayName": "Good", "policyRule": {
  "if": { "field": "name", "equals": "good" }, "then": { "effect": "audit" } } } }"#;
const ROW: &str = r#"[{ "type": "A.B/c", "id": "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/g/providers/A.B/c/good", "name": "good" }]"#;

fn rule(condition: &str) -> Vec<u8> {
    format!("{{\n  \"mode\": \"All\",\n  \"policyRule\": {{\n    \"if\": {condition},\n    \"then\": {{ \"effect\": \"audit\" }}\n  }}\n}}\n").into()
}

/// Name and content of a file, whether it is a policy, further options, the exit code.
type Case = (&'static str, Vec<u8>, bool, &'static [&'static str], u8);

fn deep() -> Vec<u8> {
    format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)).into()
}

fn with_parameters(parameters: &str) -> Vec<u8> {
    format!("{{\n  \"mode\": \"All\",\n  \"parameters\": {parameters},\n  \"policyRule\": {{\n    \"if\": {{ \"field\": \"name\", \"in\": \"[parameters('names')]\" }},\n    \"then\": {{ \"effect\": \"audit\" }}\n  }}\n}}\n").into()
}

/// Beside each bad file a good one: it is judged, whatever the other holds.
fn run(bad: &str, bytes: &[u8], policy: bool, options: &[&str]) -> (u8, String) {
    let here = folder(&format!("bad-{bad}-{policy}"));
    let path = |name: &str| here.join(name).to_str().expect("a path").to_owned();
    fs::write(path(bad), bytes).expect("a file");
    fs::write(path("policy.json"), GOOD).expect("a file");
    fs::write(path("row.json"), ROW).expect("a file");
    let (good, row, bad_path) = (path("policy.json"), path("row.json"), path(bad));
    let mut line = vec!["eval", "-p", &good, &row];
    if policy {
        line.extend(["-p", &bad_path]);
    } else {
        line.push(&bad_path);
    }
    line.extend(options);
    let ran = ordain(&line);
    assert!(ran.out.contains("✗ audit  Good"), "{bad}: the good one is judged\n{}\n{}", ran.out, ran.err);
    (ran.code, ran.err.replace(&format!("{}/", here.display()), ""))
}

/// A rule on a date, judged with these options: code, what was printed and told.
fn dated(options: &[&str]) -> (u8, String, String) {
    let here = folder(&format!("dated-{}", options.len()));
    let path = |name: &str| here.join(name).to_str().expect("a path").to_owned();
    let policy = rule(r#"{ "value": "[addDays(utcNow(), -30)]", "greater": "[field('tags.made')]" }"#);
    fs::write(path("policy.json"), policy).expect("a file");
    let row = |name: &str, made: &str| {
        format!(r#"{{"type": "A.B/c", "name": "{name}", "tags": {{"made": "{made}"}}}}"#)
    };
    let rows = format!("[{}, {}]", row("old", "2026-01-01T00:00:00Z"), row("young", "2026-01-20T00:00:00Z"));
    fs::write(path("rows.json"), rows).expect("a file");
    let (policy, rows) = (path("policy.json"), path("rows.json"));
    let mut line = vec!["eval", "--format", "ndjson", "-p", &policy, &rows];
    line.extend(options);
    let ran = ordain(&line);
    (ran.code, ran.out, ran.err)
}

// spec: F-146, F-21
#[test]
fn the_clock_is_the_machines_or_given_or_none() {
    // 30 days before 10 February is 11 January: later than the first, earlier than the second.
    let (code, out, err) = dated(&["--now", "2026-02-10T00:00:00Z"]);
    assert_eq!((code, err.as_str()), (1, ""));
    let states: Vec<serde_json::Value> =
        out.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    let state = |name: &str| {
        let of = states.iter().find(|line| line["resource"]["name"] == name).expect("a line");
        of["outcomes"][0]["state"].as_str().expect("a state").to_owned()
    };
    assert_eq!((state("old"), state("young")), ("NonCompliant".into(), "Compliant".into()));
    // The date of the operand is where to look.
    let old = states.iter().find(|line| line["resource"]["name"] == "old").expect("a line");
    assert_eq!(old["outcomes"][0]["conditions"][0]["path"], "$['tags']['made']");
    // The same on any day when the time is given; without a time nothing is made up.
    assert_eq!(dated(&["--now", "2026-02-10T00:00:00Z"]).1, out);
    // By the machine's time both have ended.
    let (code, out, _) = dated(&[]);
    assert_eq!(
        (code, out.matches(r#""reason":"MustBeLessOrEqual","state":"NonCompliant""#).count()),
        (1, 2),
        "{out}"
    );
    let (code, out, err) = dated(&["--now", "none"]);
    assert_eq!(code, 2);
    assert_eq!(out.matches(r#""reason":"Context","state":"Error""#).count(), 2, "{out}");
    assert!(
        err.starts_with("warning[ClockMissing]: `utcNow()` has no time to yield: 2 rows could not be judged"),
        "{err}"
    );
    assert!(err.contains("--now 2026-01-31T12:00:00Z"), "{err}");
    let (code, _, err) = dated(&["--now", "tomorrow"]);
    assert_eq!(code, 2);
    assert!(err.starts_with("error[Clock]: `tomorrow` is no timestamp"), "{err}");
}

// spec: A-2, D-45
#[test]
fn what_is_odd_is_told_once() {
    let here = folder("odd");
    let path = |name: &str| here.join(name).to_str().expect("a path").to_owned();
    let alias = "Microsoft.ContainerRegistry/registries/networkRuleSet.ipRules[*]";
    fs::write(path("policy.json"), rule(&format!(r#"{{ "field": "{alias}", "equals": "x" }}"#)))
        .expect("a file");
    let row = r#"{"type": "Microsoft.ContainerRegistry/registries", "name": "r", "properties": {"networkRuleSet": {"ipRules": "x"}}}"#;
    fs::write(path("rows.json"), format!("[{row}, {row}]")).expect("a file");
    let ran = ordain(&["eval", "--verbose", "-p", &path("policy.json"), &path("rows.json")]);
    assert_eq!(ran.err.matches("info[NotAnArray]").count(), 1, "{}", ran.err);
    let ran = ordain(&["eval", "-p", &path("policy.json"), &path("rows.json")]);
    assert!(!ran.err.contains("NotAnArray"), "{}", ran.err);
}

#[test]
fn one_clear_diagnostic_each() {
    let table: Vec<Case> = vec![
        ("not.json", b"hello: world".to_vec(), false, &[], 2),
        ("wrapped.json", b"[command]/usr/bin/az group list\n[]".to_vec(), false, &[], 2),
        ("table.csv", b"NAME,RESOURCE GROUP\na,b\n".to_vec(), false, &[], 2),
        ("cut.json", br#"{"value":[{"type":"A.B/c","name":"one"},{"type":"A."#.to_vec(), false, &[], 2),
        ("comment.json", b"[ // no\n]".to_vec(), false, &[], 2),
        (
            "rows.ndjson",
            b"{\"type\":\"A.B/c\"}\n{\"type\": oh}\n{\"type\":\"A.B/d\"}\n".to_vec(),
            false,
            &[],
            2,
        ),
        ("two.json", b"[]\n[]".to_vec(), false, &[], 2),
        ("no-type.json", br#"[{"name":"one"},{"type":"A.B/c","name":"two"}]"#.to_vec(), false, &[], 2),
        ("graph.json", br#"{"data":[{"name":"one"},{"name":"two"}]}"#.to_vec(), false, &[], 2),
        ("numbers.json", b"[1, {\"type\":\"A.B/c\"}]".to_vec(), false, &[], 2),
        ("scalar.json", b"42".to_vec(), false, &[], 2),
        ("definition.json", rule("{}"), false, &[], 2),
        (
            "parameters.json",
            br#"{"$schema":"https://x/2019-04-01/deploymentParameters.json#","parameters":{}}"#.to_vec(),
            false,
            &[],
            2,
        ),
        (
            "template.json",
            b"{\"$schema\":\"https://x/deploymentTemplate.json#\", // comment\n\"resources\":[{\"type\":\"[parameters('t')]\",\"name\":\"x\"}]}".to_vec(),
            false,
            &[],
            2,
        ),
        (
            "failed.json",
            br#"{"error":{"code":"AuthorizationFailed","message":"no"}}"#.to_vec(),
            false,
            &[],
            2,
        ),
        ("empty.json", b"".to_vec(), false, &[], 2),
        ("blank.json", b" \n\t".to_vec(), false, &[], 2),
        ("deep.json", deep(), false, &[], 2),
        ("latin1.json", b"{\"type\":\"A.B/c\",\"name\":\"M\xFCnchen\"}".to_vec(), false, &[], 2),
        (
            "latin1.ndjson",
            b"{\"type\":\"A.B/c\"}\n{\"type\":\"A.B/c\",\"name\":\"M\xFC\"}\n{\"type\":\"A.B/d\"}\n".to_vec(),
            false,
            &[],
            2,
        ),
        ("cut.json.gz", vec![0x1f, 0x8b, 8, 0, 0, 0], false, &[], 2),
        ("page.json", br#"{"value":[{"type":"A.B/c"}],"nextLink":"https://x"}"#.to_vec(), false, &[], 1),
        ("not.json", b"hello".to_vec(), true, &[], 2),
        ("cut.json", br#"{"properties":{"policyRule":{"if":{"#.to_vec(), true, &[], 2),
        (
            "no-rule.json",
            br#"{"properties":{"displayName":"x","mode":"All","parameters":{}}}"#.to_vec(),
            true,
            &[],
            2,
        ),
        ("operator.json", rule(r#"{ "field": "name", "notIm": ["x"] }"#), true, &[], 2),
        ("function.json", rule(r#"{ "value": "[tolower('A')]", "equals": "[lenght('x')]" }"#), true, &[], 2),
        (
            "parameter.json",
            with_parameters(r#"{ "names": { "type": "Array" } }"#),
            true,
            &["--param", "names=x"],
            2,
        ),
        ("missing.json", with_parameters(r#"{ "names": { "type": "Array" } }"#), true, &[], 2),
        (
            "alias.json",
            rule(
                r#"{ "field": "Microsoft.ContainerRegistry/registries/adminUserEnabledd", "equals": true }"#,
            ),
            true,
            &[],
            1,
        ),
        (
            "alias.json",
            rule(
                r#"{ "field": "Microsoft.ContainerRegistry/registries/adminUserEnabledd", "equals": true }"#,
            ),
            true,
            &["--strict-aliases"],
            2,
        ),
        ("twice.json", rule(r#"{ "field": "name", "field": "type", "equals": "x" }"#), true, &[], 2),
        ("empty.json", b"".to_vec(), true, &[], 2),
        ("deep.json", deep(), true, &[], 2),
        ("latin1.json", b"{\"displayName\":\"M\xFCnchen\"}".to_vec(), true, &[], 2),
        ("resource.json", ROW.into(), true, &[], 2),
    ];
    let mut all = String::new();
    for (name, bytes, policy, options, expected) in table {
        let (code, err) = run(name, &bytes, policy, options);
        assert_eq!(code, expected, "{name}\n{err}");
        let place = if policy { "policies" } else { "resources" };
        all.push_str(&format!("## {name} as {place} {}\n{err}\n", options.join(" ")));
    }
    snapshot("bad-input", &all);
}

#[test]
fn nothing_to_read() {
    // spec: I-71
    let empty = folder("empty");
    let empty = empty.to_str().unwrap();
    for line in [["eval", empty], ["eval", "nowhere/*.json"], ["eval", "nowhere.json"]] {
        let ran = ordain(&line);
        assert_eq!(ran.code, 2);
        let codes = ["NothingFound", "Unreadable"];
        assert_eq!(codes.iter().map(|code| ran.err.matches(code).count()).sum::<usize>(), 1, "{}", ran.err);
    }
    let ran = ordain(&["eval", "-p", empty, "examples/network.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("NothingFound") && ran.err.contains("NoPolicies"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let here = folder("locked");
    let path = here.join("locked.json");
    fs::write(&path, "[]").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let ran = ordain(&["eval", path.to_str().unwrap(), "examples/network.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("permission denied") && ran.out.contains("fw-hub"), "{}{}", ran.err, ran.out);
}

#[test]
fn many_faults_of_a_kind_are_counted() {
    // spec: I-82
    let path = folder("many").join("rows.json");
    let rows: Vec<&str> = std::iter::repeat_n("7", 50).chain([r#"{"type":"A.B/c"}"#]).collect();
    fs::write(&path, format!("[{}]", rows.join(","))).unwrap();
    let ran = ordain(&["eval", path.to_str().unwrap()]);
    assert_eq!(ran.err.matches("a resource must be an object").count(), 20);
    assert!(ran.err.contains("30 more of this kind"), "{}", ran.err);
    assert!(
        ran.out.contains("51 rows: 0 evaluated, 1 not applicable, 0 skipped, 0 duplicate, 50 errors"),
        "{}",
        ran.out
    );
}
