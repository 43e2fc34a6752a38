//! The configuration file: which one counts, what it sets, what wins over it, what is said of a bad one.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::{folder, snapshot};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

struct Project(PathBuf);

impl Project {
    /// A repository with two policies, of which one is denied to a registry, and files beside.
    fn new(name: &str) -> Self {
        let project = Self(folder(name));
        fs::create_dir_all(project.0.join(".git")).expect("a folder");
        let policy = |name: &str, effect: &str| {
            format!(
                r#"{{"name": "{name}", "properties": {{"displayName": "{name}", "mode": "Indexed",
                "parameters": {{"effect": {{"type": "String", "defaultValue": "{effect}"}}}},
                "policyRule": {{"if": {{"field": "type", "equals": "Microsoft.ContainerRegistry/registries"}},
                "then": {{"effect": "[parameters('effect')]"}}}}}}}}"#
            )
        };
        project.write("policies/one.json", &policy("one", "audit"));
        project.write("more/two.json", &policy("two", "audit"));
        let registry = r#"[{"id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/r",
            "name": "r", "type": "Microsoft.ContainerRegistry/registries", "location": "westeurope", "properties": {}}]"#;
        project.write("resources/r.json", registry);
        project
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    /// Code, output and messages of a call in a folder of the project.
    fn run(&self, inside: &str, line: &str) -> (i32, String, String) {
        let folder = self.0.join(inside);
        fs::create_dir_all(&folder).expect("a folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ordain"));
        command
            .args(line.split_whitespace())
            .current_dir(&folder)
            .env("LANG", "C.UTF-8")
            .env_remove("LC_ALL");
        let output = command.output().expect("the binary runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
    }

    /// Names and effects of the policies that judge the registry.
    fn judged(&self, inside: &str, line: &str) -> Vec<String> {
        let (_, out, err) = self.run(inside, &format!("eval {line} --format json"));
        let report: Value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}\n{out}{err}"));
        let outcomes = report["results"][0]["outcomes"].as_array().cloned().unwrap_or_default();
        let text = |outcome: &Value, name: &str| outcome["policy"][name].as_str().unwrap_or("?").to_owned();
        outcomes.iter().map(|o| format!("{} {}", text(o, "displayName"), text(o, "effect"))).collect()
    }
}

#[test]
fn a_file_above_counts_and_its_paths_are_its_own() {
    let project = Project::new("configuration-above");
    project.write("ordain.yaml", "policies: [./policies]\nparameters: {effect: Deny}\n");
    assert_eq!(project.judged("", "resources"), ["one deny"]);
    assert_eq!(project.judged("deep/below", "../../resources"), ["one deny"]);
    let (_, _, err) = project.run("deep/below", "eval ../../resources -v");
    assert!(err.starts_with("info[Configured]: this configuration sets `policies`, `parameters`\n"), "{err}");
    assert!(err.contains("../../ordain.yaml"), "{err}");
    let (_, _, err) = project.run("", "eval resources");
    assert!(!err.contains("Configured"), "{err}");
    // A nearer one takes its place.
    project.write("deep/ordain.json", r#"{"policies": "../more/*.json"}"#);
    assert_eq!(project.judged("deep/below", "../../resources"), ["two audit"]);
    assert_eq!(project.judged("", "resources"), ["one deny"]);
}

#[test]
fn the_line_wins() {
    let project = Project::new("configuration-line");
    project.write("values.json", r#"{"effect": "Disabled"}"#);
    project.write("typed.json", r#"{"effect": "Audit"}"#);
    project.write(
        "ordain.yaml",
        "policies: policies\nparameters: {effect: Deny}\nparams: values.json\nfail-on: none\n",
    );
    // Values of the configuration win over its files; what is typed wins over both, files too.
    assert_eq!(project.judged("", "resources"), ["one deny"]);
    assert_eq!(project.judged("", "resources --params typed.json"), ["one audit"]);
    assert_eq!(project.judged("", "resources --param effect=audit --params values.json"), ["one audit"]);
    assert_eq!(project.judged("", "resources -p more"), ["two deny"]);
    assert_eq!(project.judged("", "--no-config resources -p more"), ["two audit"]);
    let code = |line: &str| project.run("", line).0;
    assert_eq!(code("eval resources"), 0);
    assert_eq!(code("eval resources --fail-on noncompliant"), 1);
    assert_eq!(code("eval resources --no-config -p policies"), 1);
    project.write("other/config.yaml", "policies: ../more\n");
    assert_eq!(project.judged("", "resources --config other/config.yaml"), ["two audit"]);
    assert_eq!(code("eval resources --config other/config.yaml --no-config"), 2);
    assert_eq!(code("eval resources --config nowhere.yaml"), 2);
}

#[test]
fn sections_of_verbs() {
    let project = Project::new("configuration-sections");
    project.write(
        "ordain.yaml",
        "policies: policies\nparameters: {effect: Deny}\neval: {policies: more, format: ndjson, fail-on: [Error, conflict]}\n\
         check: {allow-undecided: true}\ntest: {paths: suites}\n",
    );
    assert_eq!(project.judged("", "resources"), ["two deny"]);
    let (code, out, _) = project.run("", "eval resources");
    assert!(code == 0 && out.starts_with("{\"") && out.lines().count() >= 2, "{out}");
    // `check` takes the policies from the top, and no format of `eval`.
    let (code, out, _) = project.run("", "check resources");
    assert!(code == 1 && out.contains("one"), "{out}");
    project.write(
        "suites/one.test.yaml",
        "policy: ../policies/one.json\ncases: [{name: n, resource: {type: A.B/c}, expect: null}]\n",
    );
    project.write("elsewhere/bad.test.yaml", "policy: nowhere.json\ncases: []\n");
    let (code, out, err) = project.run("", "test");
    assert!(code == 0 && out.contains("1 case"), "{out}{err}");
    let (code, ..) = project.run("", "test elsewhere");
    assert_eq!(code, 2);
    let (code, out, _) = project.run("suites", "test");
    assert!(code == 0 && out.contains("../suites/one.test.yaml"), "{out}");
}

#[test]
fn what_is_wrong_is_told_at_once() {
    let project = Project::new("configuration-wrong");
    let text = "polices: policies\nstrict-aliases: \"yes\"\nfail-on: [Complaint, none]\nscope: here\nnow: yesterday\n\
                related: always\nformat: json\ncheck: {fail-on: none, location: [a]}\ntest: {threads: 0}\ntest: {}\n";
    project.write("ordain.yaml", text);
    let (code, out, err) = project.run("", "eval resources");
    assert_eq!((code, out.as_str()), (2, ""));
    snapshot("configuration", &err);
    project.write("ordain.json", "{}");
    let (code, _, err) = project.run("", "eval resources");
    assert!(code == 2 && err.starts_with("error[TwoConfigurations]"), "{err}");
    // Not looked at where it is not wanted.
    assert_eq!(project.run("", "eval resources --no-config -p policies --fail-on none").0, 0);
}

/// The repository has no configuration of its own: the tests beside would follow it.
#[test]
fn none_is_here() {
    let root = common::root();
    assert!(
        ["ordain.yaml", "ordain.yml", "ordain.json"].iter().all(|name| !Path::new(&root).join(name).exists())
    );
}
