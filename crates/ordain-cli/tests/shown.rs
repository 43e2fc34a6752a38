//! Every call of `ordain` that the pages show runs, in a copy of what they name; suites that they show pass.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::{folder, root};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const PAGES: &[&str] =
    &["README.md", "docs/suites.md", "docs/coverage.md", "policies/acr/README.md", "examples/README.md"];

/// The text of each fenced block with its language.
fn blocks(page: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join(page)).unwrap_or_else(|e| panic!("{page}: {e}"));
    let fenced = text.split("\n```").skip(1).step_by(2);
    fenced
        .map(|block| {
            let (language, body) = block.split_once('\n').unwrap_or((block, ""));
            (language.to_owned(), format!("{body}\n"))
        })
        .collect()
}

/// The calls of blocks for a shell, and of those that show output behind a prompt.
fn calls(page: &str) -> Vec<String> {
    let mut calls = Vec::new();
    for (language, body) in blocks(page) {
        // What a project of one's own is begun with is run by `init.rs`.
        if body.contains("ordain init") {
            continue;
        }
        let shell = matches!(language.as_str(), "sh" | "bash" | "console");
        for line in body.replace("\\\n", "").lines() {
            let line = line.strip_prefix("$ ").unwrap_or(if shell { line } else { "" });
            let called = line.strip_prefix("cargo run --release -p ordain-cli -- ");
            calls.extend(called.or(line.strip_prefix("ordain ")).map(str::to_owned));
        }
    }
    calls
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a file");
        }
    }
}

/// A copy of what the pages name.
fn place(name: &str) -> std::path::PathBuf {
    let place = folder(name);
    for inside in ["examples", "policies", "tests/scenarios/tenant"] {
        copy(&root().join(inside), &place.join(inside));
    }
    place
}

fn run(call: &str, place: &Path) -> Output {
    let ordain = env!("CARGO_BIN_EXE_ordain");
    let command = format!("'{ordain}' {call}");
    Command::new("bash").args(["-c", &command]).current_dir(place).output().expect("a shell")
}

#[test]
fn every_call_runs() {
    let place = place("shown-calls");
    let mut number = 0;
    for page in PAGES {
        for call in calls(page) {
            let ran = run(&call, &place);
            let told = String::from_utf8_lossy(&ran.stderr);
            let code = ran.status.code();
            assert!(matches!(code, Some(0 | 1)), "{page}: ordain {call}: {code:?}\n{told}");
            // Suites that are shown as passing do.
            assert!(!call.starts_with("test") || code == Some(0), "{page}: ordain {call}: {code:?}\n{told}");
            number += 1;
        }
    }
    assert!(number >= 14, "only {number} calls are shown");
}

#[test]
fn the_suite_that_is_shown_passes() {
    let place = place("shown-suite");
    let (_, suite) = blocks("docs/suites.md").into_iter().find(|(l, _)| l == "yaml").expect("a suite");
    fs::write(place.join("policies/acr/shown.test.yaml"), suite).expect("a file");
    let ran = run("test policies/acr/shown.test.yaml", &place);
    let out = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && out.contains("3 cases: 3 passed"), "{out}");
}

#[test]
fn both_exemptions_that_are_shown_hold() {
    let blocks = blocks("docs/coverage.md");
    let of = |language: &str| &blocks.iter().find(|(l, _)| l == language).expect("a block").1;
    let (policy, suite) = (of("json"), of("yaml"));
    let exempt = "// ordain: undecidable because every vault has a location";
    assert!(policy.contains(exempt) && suite.contains("exempt:"));
    let (head, rest) = suite.split_once("exempt:").expect("exemptions");
    let (_, cases) = rest.split_once("cases:").expect("cases");
    let cases = format!("cases:{cases}");
    // By a comment, by the suite, by neither.
    let without = policy.replace(exempt, "");
    for (policy, suite, code) in [
        (policy.clone(), format!("{head}{cases}"), 0),
        (without.clone(), suite.clone(), 0),
        (without, format!("{head}{cases}"), 1),
    ] {
        let place = folder("shown-exemptions");
        fs::write(place.join("vault.json"), policy).expect("a file");
        fs::write(place.join("vault.test.yaml"), suite).expect("a file");
        let ran = run("test . --fail-under 100", &place);
        assert_eq!(ran.status.code(), Some(code), "{}", String::from_utf8_lossy(&ran.stderr));
    }
}

/// A folder says what is passed over when it is read as a whole; what is named is read.
#[test]
fn what_a_folder_has_passed_over() {
    // spec: I-70
    let place = folder("passed-over");
    let policy = |name: &str| {
        format!(
            r#"{{"name": "{name}", "properties": {{"mode": "All", "displayName": "{name}", "policyRule":
            {{"if": {{"field": "type", "equals": "A.B/c"}}, "then": {{"effect": "audit"}}}}}}}}"#
        )
    };
    let write = |path: &str, text: &str| {
        let path = place.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    for path in [
        "p/kept.json",
        "p/old/gone.json",
        "p/sub/draft-1.json",
        "p/sub/deep/kept-too.json",
        "p/b[1]/odd.json",
    ] {
        let name = path.rsplit('/').next().and_then(|n| n.strip_suffix(".json")).expect("a name");
        write(path, &policy(name));
    }
    write("row.json", r#"{"type": "A.B/c", "name": "r"}"#);
    write("p/.ordainignore", "# what is not meant\n\n/old/\n./b[[]1]\r\n");
    write("p/sub/.ordainignore", "draft-*.json\n");
    let names = |call: &str| {
        let ran = run(call, &place);
        let out = String::from_utf8_lossy(&ran.stdout).into_owned();
        let found = ["kept", "gone", "draft-1", "kept-too", "odd"];
        let shown = found
            .iter()
            .filter(|name| out.lines().any(|l| l.trim_end().ends_with(&format!("audit  {name}"))));
        (
            shown.copied().collect::<Vec<_>>(),
            ran.status.code(),
            String::from_utf8_lossy(&ran.stderr).into_owned(),
        )
    };
    assert_eq!(names("eval -p p row.json"), (vec!["kept", "kept-too"], Some(1), String::new()));
    assert_eq!(names("eval -p p/old -p p/sub/draft-1.json row.json").0, ["gone", "draft-1"]);
    write("p/sub/.ordainignore", "a\n  b**c\n");
    let (_, code, told) = names("eval -p p row.json");
    assert_eq!(code, Some(2));
    assert!(told.contains("error[BadPattern]") && told.contains("p/sub/.ordainignore:2:3"), "{told}");
}
