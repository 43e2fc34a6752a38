//! `ordain init`: what it writes works as it stands, and nothing is written over.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::folder;
use ordain::Source;
use ordain_cli::configuration;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs the binary somewhere; code, output, messages.
fn run(folder: &Path, words: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ordain"));
    let output = command.args(words).current_dir(folder).output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// Runs printed lines one after the other, as a person would.
fn follow(start: &Path, lines: &[&str]) -> usize {
    let (mut folder, mut ran) = (start.to_owned(), 0);
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["cd", to] => folder = folder.join(to.trim_matches('\'')),
            ["ordain", ref rest @ ..] => {
                let (code, out, err) = run(&folder, rest);
                assert_eq!(code, 0, "{line}\n{out}{err}");
                assert!(!err.contains("warning") && !err.contains("error"), "{line}\n{err}");
                ran += 1;
            }
            _ => panic!("{line}"),
        }
    }
    ran
}

fn next(out: &str) -> Vec<&str> {
    let (_, next) = out.split_once("\nnext:\n").expect("what comes next");
    next.lines().map(str::trim).collect()
}

#[test]
fn the_commands_that_are_printed_succeed() {
    let top = folder("init-next");
    let (code, out, err) = run(&top, &["init", "my policies"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(next(&out)[0] == "cd 'my policies'", "{out}");
    let lines: Vec<&str> = next(&out).into_iter().skip(1).collect();
    assert_eq!(follow(&top.join("my policies"), &lines), 3);
    let (code, out, _) = run(&top, &["init", "policies"]);
    assert_eq!(code, 0);
    assert_eq!(follow(&top, &next(&out)), 3);
    // Where one stands nothing is to be entered.
    let here = folder("init-here");
    let (_, out, _) = run(&here, &["init"]);
    assert!(out.contains(" written into this folder\n"), "{out}");
    assert_eq!(follow(&here, &next(&out)), 3);
}

#[test]
fn the_workflow_and_the_readme_run() {
    let top = folder("init-workflow");
    run(&top, &["init"]);
    let workflow = fs::read_to_string(top.join(".github/workflows/policies.yml")).expect("a workflow");
    let steps = workflow.lines().filter_map(|line| line.trim().strip_prefix("run: "));
    let steps: Vec<&str> = steps.filter(|step| step.starts_with("ordain ")).collect();
    assert_eq!(follow(&top, &steps), 2);
    let readme = fs::read_to_string(top.join("README.md")).expect("a README");
    let block = readme.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("commands");
    assert_eq!(follow(&top, &block.lines().collect::<Vec<_>>()), 3);
    // What the README says to see a finding.
    let path = top.join("resources/registries.json");
    let text = fs::read_to_string(&path).expect("resources");
    fs::write(&path, text.replace("\"adminUserEnabled\": false", "\"adminUserEnabled\": true"))
        .expect("written");
    let (code, out, _) = run(&top, &["eval", "resources"]);
    assert!(code == 1 && out.contains("Admin user of registries is off"), "{out}");
}

#[test]
fn the_tests_show_everything_of_the_policy() {
    let top = folder("init-coverage");
    run(&top, &["init"]);
    let (code, out, err) = run(&top, &["test", "--fail-under", "100"]);
    assert!(code == 0 && out.contains("coverage 100%"), "{out}{err}");
}

/// What editors look for is there: the schemas that files and settings name.
#[test]
fn editors_find_the_schemas() {
    let top = folder("init-editors");
    run(&top, &["init"]);
    for name in ["ordain.yaml", "policies/registry-admin-user.test.yaml"] {
        let path = top.join(name);
        let text = fs::read_to_string(&path).expect("a text");
        let line = text.lines().next().and_then(|line| line.strip_prefix("# yaml-language-server: $schema="));
        let schema = path.parent().expect("a folder").join(line.expect("a line for editors"));
        assert!(schema.is_file(), "{}", schema.display());
    }
    let named = settings_name(&top);
    assert_eq!(named.len(), 6, "{named:?}");
    // The repository's own settings name the same schemas, where they are made.
    assert_eq!(settings_name(&common::root()), named);
}

/// Names of the schemas in an editor's settings; all of them are there.
fn settings_name(top: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(top.join(".vscode/settings.json")).expect("settings");
    let settings: Value = serde_json::from_str(&text).expect("JSON");
    let of_json = settings["json.schemas"].as_array().expect("a list").iter();
    let of_json = of_json.map(|entry| entry["url"].as_str().expect("a path"));
    let of_yaml = settings["yaml.schemas"].as_object().expect("an object").keys().map(String::as_str);
    let paths: BTreeSet<&str> = of_json.chain(of_yaml).collect();
    let missing: Vec<_> = paths.iter().filter(|path| !top.join(path).is_file()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let name = |path: &&str| Path::new(path).file_name().expect("a name").to_string_lossy().into_owned();
    paths.iter().map(name).collect()
}

#[test]
fn the_workflow_installs_from_the_repository() {
    let top = folder("init-source");
    run(&top, &["init"]);
    let workflow = fs::read_to_string(top.join(".github/workflows/policies.yml")).expect("a workflow");
    let install = format!("cargo install --locked --git {} ordain-cli\n", env!("CARGO_PKG_REPOSITORY"));
    assert!(workflow.contains(&install), "{workflow}");
    let (read, told) = ordain_author::suite::tree(&Source::new("policies.yml", workflow));
    assert!(read.is_some() && told.is_empty(), "{told:?}");
}

#[test]
fn what_the_repository_shows_runs() {
    let readme = fs::read_to_string(common::root().join("README.md")).expect("a README");
    let (_, section) = readme.split_once("## A project of your own").expect("a section");
    let block =
        section.split("```console\n").nth(1).and_then(|rest| rest.split("```").next()).expect("commands");
    assert_eq!(follow(&folder("init-shown"), &block.lines().collect::<Vec<_>>()), 4);
}

#[test]
fn nothing_is_written_over_without_force() {
    let top = folder("init-kept");
    let read = |name: &str| fs::read_to_string(top.join(name)).expect("a file");
    fs::write(top.join("README.md"), "mine").expect("written");
    let (code, out, _) = run(&top, &["init"]);
    assert_eq!(code, 0);
    assert!(out.contains("14 files written into this folder\n"), "{out}");
    assert!(
        out.contains("1 file was there already and stayed as before; --force writes over them\n  README.md "),
        "{out}"
    );
    assert_eq!(read("README.md"), "mine");
    fs::write(top.join("ordain.yaml"), "policies: mine").expect("written");
    let (_, out, _) = run(&top, &["init"]);
    assert!(out.starts_with("0 files written"), "{out}");
    assert_eq!(read("ordain.yaml"), "policies: mine");
    let (_, out, _) = run(&top, &["init", "--force"]);
    assert!(out.starts_with("15 files written") && !out.contains("already"), "{out}");
    assert!(
        read("README.md").starts_with("# Policies") && read("ordain.yaml").contains("policies: policies")
    );
    // A file in place of the folder.
    let (code, _, err) = run(&top, &["init", "README.md"]);
    assert_eq!(code, 2);
    assert!(err.starts_with("error: README.md/ordain.yaml cannot be written: "), "{err}");
}

#[test]
fn the_examples_of_help_run() {
    let top = folder("init-help");
    let (_, help, _) = run(&top, &["init", "--help"]);
    let (_, examples) = help.split_once("Examples:\n").expect("examples");
    let examples: Vec<&str> = examples.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(examples.len(), 3, "{help}");
    assert_eq!(follow(&top, &examples), 3);
}

/// Every option of a verb is a key of the configuration, or left out for a reason.
#[test]
fn options_and_keys_belong_together() {
    // Said anew with each call, or about the looks of one.
    let left_out: BTreeSet<&str> = [
        "action",
        "assume-complete",
        "color",
        "compare",
        "config",
        "coverage-html",
        "coverage-lcov",
        "details",
        "extras",
        "full-values",
        "help",
        "no-config",
        "only",
        "output",
        "param",
        "pick",
        "quiet",
        "show-not-applicable",
        "summary",
        "tags-only",
        "update",
        "verbose",
        "watch",
        "what-if",
        "width",
        "write",
        "write-baseline",
    ]
    .into();
    for verb in configuration::VERBS {
        let (_, help, _) = run(Path::new("."), &[verb, "--help"]);
        let options: BTreeSet<&str> = help
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with('-'))
            .filter_map(|line| line.split_once("--")?.1.split([' ', ',']).next())
            .collect();
        let keys = configuration::KEYS.iter().filter(|key| key.is_of(verb)).map(|key| key.name);
        // These two have a form of their own.
        let keys: BTreeSet<&str> = keys.filter(|key| !matches!(*key, "parameters" | "paths")).collect();
        let missing: Vec<_> = keys.difference(&options).collect();
        assert!(missing.is_empty(), "`{verb}` has no such options: {missing:?}");
        let unsaid: Vec<_> =
            options.difference(&keys).filter(|option| !left_out.contains(**option)).collect();
        assert!(unsaid.is_empty(), "options of `{verb}` that no key has: {unsaid:?}");
    }
}
