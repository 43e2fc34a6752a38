//! `ordain test`: what it says of suites that pass, fail and are wrong, and what it writes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::{folder, on_terminal, ordain, root, snapshot};
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const FAILING: &str = "crates/ordain-cli/tests/data/suites/failing.yaml";
const BROKEN: &str = "crates/ordain-cli/tests/data/suites/broken.yaml";
const FORM: &str = "crates/ordain-cli/tests/data/suites/form.yaml";
const EXAMPLES: &str = "examples/suites";

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A folder with files; names may have folders of their own.
fn files(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
    let folder = folder(name);
    for (file, text) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

const POLICY: &str = r#"{"name": "tagged", "properties": {"mode": "All", "policyRule": {
    "if": {"field": "tags.env", "exists": false}, "then": {"effect": "audit"}}}}"#;
const SUITE: &str = "policy: tagged.json
cases:
  - name: without tag
    resource: { type: A.B/c, name: n }
    expect: NonCompliant
  - name: with tag   # the tag's value does not matter
    resource: { type: A.B/c, name: n, tags: { env: '' } }
    expect: Compliant
";

#[test]
fn examples_pass() {
    let ran = ordain(&["test", EXAMPLES]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    snapshot("test-passed", &ran.out);
    let verbose = ordain(&["test", EXAMPLES, "-v"]);
    assert_eq!((verbose.code, verbose.err.as_str()), (0, ""), "nothing to warn of either");
    assert_eq!(verbose.out.matches('✓').count(), 28);
    let quiet = ordain(&["test", EXAMPLES, "-q"]);
    assert_eq!((quiet.code, quiet.out.as_str()), (0, ""));
}

#[test]
fn the_order_is_that_of_the_files_whatever_the_threads() {
    let one = ordain(&["test", EXAMPLES, "-v", "--threads", "1"]).out;
    for threads in ["2", "5", "64"] {
        assert_eq!(ordain(&["test", EXAMPLES, "-v", "--threads", threads]).out, one);
    }
}

#[test]
fn failures_for_people() {
    let ran = ordain(&["test", FAILING]);
    // One case cannot be judged: that wins over those that fail.
    assert_eq!(ran.code, 2);
    snapshot("test-failed", &ran.out);
    let narrow = on_terminal(80).run(&["test", FAILING]);
    snapshot("test-failed-80", &narrow.out);
    let one = ordain(&["test", FAILING, "--only", "^of a file$", "-v"]);
    assert_eq!(one.code, 1);
    snapshot("test-failed-details", &one.out);
}

#[test]
fn what_is_wrong_with_suites() {
    let form = ordain(&["test", FORM]);
    assert_eq!(form.code, 2);
    snapshot("test-form", &format!("{}{}", form.err, form.out));
    let broken = ordain(&["test", BROKEN]);
    assert_eq!(broken.code, 2);
    snapshot("test-broken", &format!("{}{}", broken.err, broken.out));
}

#[test]
fn texts_that_are_no_suites() {
    let rows: [(&str, &str, &str, &str); 8] = [
        ("a.test.yaml", "policy: [\n", "BadYaml", "a text that cannot be read, and was meant as one"),
        ("a.test.json", r#"{"policy": "x.json", "cases": [}"#, "BadJson", "the same in JSON"),
        ("a.test.yaml", "cases: []\n", "NotASuite", "no policy"),
        ("a.test.yaml", "policy: x.json\n", "NotASuite", "no cases"),
        ("a.test.yaml", "policy: x.json\ncases: {}\n", "NotASuite", "cases that are no list"),
        ("a.test.yaml", "policy: x.json\ncases: []\n", "NoCases", "nothing is tested"),
        ("a.test.yaml", "policy: x.json\npolicy: y.json\ncases: []\n", "DuplicateKey", "a key twice"),
        ("a.test.yaml", "policy: x.json\ncases: []\n---\na: 1\n", "TrailingContent", "two documents"),
    ];
    for (name, content, code, what) in rows {
        // The words of a suite decide where nothing can be read.
        let content = content.replace("policy: [", "policy: [cases");
        let folder = files("test-no-suites", &[(name, &content)]);
        let ran = ordain(&["test", text(&folder)]);
        assert_eq!(ran.code, 2, "{what}");
        assert!(ran.err.contains(&format!("error[{code}]")), "{what}: {}", ran.err);
    }
}

#[test]
fn a_bad_suite_stops_no_other() {
    let folder = files(
        "test-independent",
        &[
            (
                "a.test.yaml",
                "policy: lost.json\ncases: [{name: n, resource: {type: A.B/c}, expect: Compliant}]\n",
            ),
            ("b.test.yaml", "policy: [cases"),
            ("sub/tagged.json", POLICY),
            ("sub/tagged.test.yaml", SUITE),
        ],
    );
    let ran = ordain(&["test", text(&folder)]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.out.contains("2 cases\n")
            && ran.out.contains("3 suites, 3 cases: 2 passed, 0 failed, 1 not judged"),
        "{}",
        ran.out
    );
}

#[test]
fn files_of_others_are_left_alone() {
    let others = [
        ("package/a.test.json", r#"{"describe": "something else", "tests": []}"#),
        ("package/b.test.yaml", "- a list\n"),
        ("package/c.test.yml", "no: { suite: [\n"),
        ("package/d.test.json", r#"{"cases": 3}"#),
        ("package/e.test.yaml", ""),
        ("tagged.json", POLICY),
        ("tagged.test.yml", SUITE),
    ];
    let folder = files("test-others", &others);
    let ran = ordain(&["test", text(&folder)]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.contains("1 suite, 2 cases"), "{}", ran.out);
    // Who names a file means it.
    let named = ordain(&["test", text(&folder.join("package/a.test.json"))]);
    assert_eq!(named.code, 2);
    assert!(named.err.contains("error[NotASuite]"), "{}", named.err);
}

#[test]
fn silence_is_said() {
    let folder = files("test-silence", &[("package/a.test.json", "{}"), ("readme.md", "")]);
    let ran = ordain(&["test", text(&folder)]);
    assert_eq!((ran.code, ran.err.lines().count()), (2, 4), "{}", ran.err);
    assert!(
        ran.err.contains("error[NoSuites]") && ran.err.contains("1 file of such a name is none"),
        "{}",
        ran.err
    );
    let nowhere = ordain(&["test", text(&folder.join("readme"))]);
    assert!(nowhere.code == 2 && nowhere.err.contains("there is no such file or folder"), "{}", nowhere.err);
    let only = ordain(&["test", EXAMPLES, "--only", "nothing of this name"]);
    assert_eq!(only.code, 2);
    assert!(only.err.contains("error[NothingChosen]"), "{}", only.err);
}

#[test]
fn cases_are_chosen_by_name() {
    let ran = ordain(&["test", EXAMPLES, "--only", "KEY-ROTATION|in another region"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("2 suites, 4 cases: 4 passed, 0 failed, 24 passed over"), "{}", ran.out);
    let wrong = ordain(&["test", "--only", "("]);
    assert!(wrong.code == 2 && wrong.err.contains("is no regular expression"), "{}", wrong.err);
}

#[test]
fn for_programs() {
    let ran = ordain(&["test", FAILING, "--format", "json"]);
    assert_eq!(ran.code, 2);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["version"], 1);
    let summary = &report["summary"];
    let numbers =
        ["suites", "cases", "passed", "failed", "errors", "passedOver"].map(|key| summary[key].as_u64());
    assert_eq!(numbers, [1, 14, 1, 12, 1, 0].map(Some));
    let case = &report["suites"][0]["cases"][1];
    assert_eq!((case["name"].as_str(), case["status"].as_str()), (Some("public"), Some("failed")));
    let mismatch = &case["mismatches"][0];
    assert_eq!(
        ["key", "expected", "actual"].map(|key| mismatch[key].as_str().unwrap()),
        ["state", "Compliant", "NonCompliant"]
    );
    assert_eq!(mismatch["location"]["line"], 20);
    let why = &case["why"][0];
    assert_eq!(why["condition"]["file"], "policies/acr/acr-public-network-disabled.json");
    assert_eq!(why["sentence"], "publicNetworkAccess is `Enabled`, must be `Disabled`");
    assert_eq!(why["reason"], "MustEqual");
    let broken = &report["suites"][0]["cases"][13];
    assert_eq!(broken["status"], "error");
    assert_eq!(broken["diagnostics"][0]["code"], "SeveralPolicies");
}

#[test]
fn for_build_servers() {
    let folder = folder("test-junit");
    let path = folder.join("results.xml");
    fs::write(&path, "old").unwrap();
    let ran = ordain(&["test", FAILING, BROKEN, EXAMPLES, "--format", "junit", "-o", text(&path)]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    let xml = fs::read_to_string(&path).unwrap();
    snapshot("test-junit", &xml);
    // Nothing of the file that was written beside it is left.
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    assert_eq!(well_formed(&xml), Ok(()));
    let attribute = |line: &str, name: &str| -> usize {
        let rest = line.split_once(&format!(" {name}=\"")).unwrap().1;
        rest.split_once('"').unwrap().0.parse().unwrap()
    };
    let all = xml.lines().find(|line| line.starts_with("<testsuites ")).unwrap();
    let suites: Vec<&str> = xml.lines().filter(|line| line.trim_start().starts_with("<testsuite ")).collect();
    for (name, element) in [("tests", "<testcase "), ("failures", "<failure "), ("errors", "<error ")] {
        let sum: usize = suites.iter().map(|line| attribute(line, name)).sum();
        assert_eq!((attribute(all, name), sum), (sum, xml.matches(element).count()), "{name}");
    }
}

/// Elements that nest, attributes in quotes, no bare `<` or `&`.
fn well_formed(xml: &str) -> Result<(), String> {
    let body = xml.split_once("?>").ok_or("no declaration")?.1;
    let mut open: Vec<&str> = Vec::new();
    let mut rest = body;
    while let Some((before, behind)) = rest.split_once('<') {
        for entity in before.split('&').skip(1) {
            let name = entity.split_once(';').ok_or("an entity does not end")?.0;
            if !["amp", "lt", "gt", "quot", "apos"].contains(&name) && !name.starts_with('#') {
                return Err(format!("unknown entity {name}"));
            }
        }
        let (tag, after) = behind.split_once('>').ok_or("a tag does not end")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("{name} is closed where it is not open"));
            }
            continue;
        }
        if tag.matches('"').count() % 2 != 0 {
            return Err(format!("quotes in {tag}"));
        }
        if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap_or_default());
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} stay open")) }
}

#[test]
fn updates_write_what_came_out_and_nothing_else() {
    let policy = root().join("policies/acr/acr-public-network-disabled.json");
    let tags = root().join("examples/suites/policies/cost-center.json");
    let before = fs::read_to_string(root().join(FAILING)).unwrap();
    let before = before
        .replace("../../../../../policies/acr/acr-public-network-disabled.json", text(&policy))
        .replace("../../../../../examples/suites/policies/cost-center.json", text(&tags))
        .replace("../../../../../examples", text(&root().join("examples")))
        .replace(
            "failing/",
            &format!("{}/", text(&root().join("crates/ordain-cli/tests/data/suites/failing"))),
        );
    let folder = files("test-update", &[("a.test.yaml", &format!("\u{feff}{before}"))]);
    let path = folder.join("a.test.yaml");
    let ran = ordain(&["test", text(&path), "--update"]);
    let after = fs::read_to_string(&path).unwrap();
    let after = after.strip_prefix('\u{feff}').expect("the mark of the file is kept");
    let wanted = before
        .replace("expect: Compliant   # wrong", "expect: NonCompliant   # wrong")
        .replace(
            "{ state: Compliant, effect: null, message: all is well }",
            "{ state: NonCompliant, effect: deny, message: \"publicNetworkAccess is `Enabled`, must be `Disabled`\" }",
        )
        .replace(
            "remove: [properties.publicNetworkAccess]\n    expect: Compliant",
            "remove: [properties.publicNetworkAccess]\n    expect: NonCompliant",
        )
        .replace("{ state: NonCompliant, reason: MustEqual }", "{ state: Compliant, reason: MustEqual }")
        .replace("Microsoft.KeyVault/vaults }\n    expect: Compliant", "Microsoft.KeyVault/vaults }\n    expect: null")
        .replace("location: westeurope }\n    expect: Compliant", "location: westeurope }\n    expect: NotEvaluated")
        .replace("base: registry\n    expect: { verdict: allowed }", "base: registry\n    expect: { verdict: denied }")
        .replace("diagnostics: [UnknownAlias] }", "diagnostics: [] }")
        .replace("divides.json\n    base: registry\n    expect: NonCompliant", "divides.json\n    base: registry\n    expect: Error")
        .replace(
            "patch:\n        - op: add\n          path: /tags\n          value: { costCenter: unassigned }   # in one go",
            r#"patch: [{"op":"add","path":"/tags","value":{}},{"op":"add","path":"/tags/costCenter","value":"unassigned"}]   # in one go"#,
        )
        .replace(
            "patched: { tags: {} }",
            r#"patched: {"id":"/subscriptions/0b000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/r","location":"westeurope","name":"r","properties":{"publicNetworkAccess":"Enabled"},"tags":{"costCenter":"unassigned"},"type":"Microsoft.ContainerRegistry/registries"}"#,
        );
    assert_eq!(after, wanted);
    // The diff that is shown is what was done.
    let lines = ran.out.lines().filter(|line| !line.starts_with("+++"));
    let added = lines.filter_map(|line| line.strip_prefix('+'));
    assert!(added.clone().all(|line| after.contains(line)), "{}", ran.out);
    assert!(added.count() > 8 && ran.out.contains("13 values written into 1 suite"), "{}", ran.out);
    // What cannot be written down stays wrong, and stands in the report.
    assert_eq!(ran.code, 2);
    assert!(ran.out.contains("10 passed, 3 failed, 1 not judged"), "{}", ran.out);
}

#[test]
fn updates_of_json_keep_its_comments() {
    let suite = "{\n  // a remark\n  \"policy\": \"tagged.json\",\n  \"cases\": [\n    { \"name\": \"n\", \"resource\": { \"type\": \"A.B/c\" }, \"expect\": { \"state\": \"Compliant\", /* why */ \"effect\": null } },\n  ]\n}\n";
    let folder = files("test-update-json", &[("tagged.json", POLICY), ("a.test.json", suite)]);
    let ran = ordain(&["test", text(&folder), "--update", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let after = fs::read_to_string(folder.join("a.test.json")).unwrap();
    assert_eq!(after, suite.replace("\"Compliant\"", "\"NonCompliant\"").replace("null", "\"audit\""));
    assert!(ran.err.contains("+++ b/"), "{}", ran.err);
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap()["summary"]["passed"], 1);
    let again = ordain(&["test", text(&folder), "--update"]);
    assert!(again.code == 0 && !again.out.contains("written"), "{}", again.out);
}

#[test]
fn nothing_is_written_over_what_changed_meanwhile_or_may_not_be_written() {
    let suite = SUITE.replace("expect: Compliant", "expect: NonCompliant");
    let folder = files("test-update-refused", &[("tagged.json", POLICY), ("a.test.yaml", &suite)]);
    let path = folder.join("a.test.yaml");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let ran = ordain(&["test", text(&folder), "--update"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("error[NotWritten]"), "{}", ran.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), suite);
}

#[test]
fn more_policies_and_a_clock_come_from_the_line() {
    let definition = r#"{"name": "late", "id": "/providers/Microsoft.Authorization/policyDefinitions/late",
        "properties": {"mode": "All", "policyRule": {
            "if": {"value": "[utcNow()]", "greater": "2026-01-01T00:00:00Z"}, "then": {"effect": "audit"}}}}"#;
    let initiative = r#"{"name": "set", "properties": {"policyDefinitions": [
        {"policyDefinitionReferenceId": "late", "policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/late"}]}}"#;
    let suite = "initiative: set.json\ncases: [{name: n, resource: {type: A.B/c}, expect: NonCompliant}]\n";
    let folder = files(
        "test-line",
        &[("policies/late.json", definition), ("suites/set.json", initiative), ("suites/a.test.yaml", suite)],
    );
    let policies = folder.join("policies");
    let run = |more: &[&str]| {
        let suites = folder.join("suites");
        let mut line = vec!["test", text(&suites)];
        line.extend(more);
        ordain(&line)
    };
    let policies = ["-p", text(&policies)];
    assert_eq!(run(&[]).code, 2, "the definition is not found");
    let without = run(&policies);
    // The machine's time is never taken.
    assert!(without.code == 1 && without.out.contains("got Error"), "{}", without.out);
    assert_eq!(run(&[&policies[..], &["--now", "2026-06-01T00:00:00Z"]].concat()).code, 0);
    assert_eq!(run(&[&policies[..], &["--now", "2025-06-01T00:00:00Z"]].concat()).code, 1);
}

#[test]
fn watching_runs_again_when_something_changes() {
    let folder = files("test-watch", &[("tagged.json", POLICY), ("a.test.yaml", SUITE)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_ordain"))
        .args(["test", "--watch", text(&folder)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut summary = || lines.by_ref().map(Result::unwrap).find(|line| line.starts_with("1 suite")).unwrap();
    let first = summary();
    let watching = told.by_ref().map(Result::unwrap).find(|line| line.starts_with("watching")).unwrap();
    // A policy that suites refer to counts as well as a suite.
    fs::write(folder.join("tagged.json"), POLICY.replace("\"exists\": false", "\"exists\": true")).unwrap();
    let second = summary();
    fs::write(folder.join("a.test.yaml"), SUITE.replace("Compliant\n  -", "Compliant\n    as: row\n  -"))
        .unwrap();
    let third = summary();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(first.contains("2 passed, 0 failed"), "{first}");
    assert!(watching.starts_with("watching 2 files"), "{watching}");
    assert!(second.contains("0 passed, 2 failed"), "{second}");
    assert!(third.contains("2 failed"), "{third}");
}

#[test]
fn what_no_case_shows() {
    let half = SUITE.split("  - name: with tag").next().unwrap();
    let folder = files("test-coverage", &[("tagged.json", POLICY), ("a.test.yaml", half)]);
    let (page, tracefile) = (folder.join("coverage.html"), folder.join("coverage.info"));
    let run = |more: &[&str]| ordain(&[&["test", text(&folder)], more].concat());
    let ran = run(&["--coverage", "--coverage-html", text(&page), "--coverage-lcov", text(&tracefile)]);
    // Coverage alone is no complaint.
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let place = folder.join("tagged.json");
    assert!(
        ran.out.contains(&format!("{}   coverage 75%, 3 of 4 goals\n", text(&place)))
            && ran.out.contains(
                "  ○ tags.env exists false\n      never false; wanted: a case in which it does not hold\n"
            )
            && ran.out.ends_with("coverage 75%: 3 of 4 goals; 1 goal of 1 policy not shown\n"),
        "{}",
        ran.out
    );
    let html = fs::read_to_string(page).unwrap();
    assert!(
        html.to_ascii_lowercase().starts_with("<!doctype html>")
            && html.contains("never false")
            && !html.contains("<script")
    );
    // Goals in their order: true, false, decisive; then the effect.
    let lcov = fs::read_to_string(tracefile).unwrap();
    let branches: Vec<&str> = lcov.lines().filter(|line| line.starts_with("BRDA:")).collect();
    assert_eq!(branches, ["BRDA:2,0,0,1", "BRDA:2,0,1,0", "BRDA:2,0,2,1", "BRDA:2,1,0,1"]);
    let short = run(&["--fail-under", "76"]);
    assert_eq!(
        (short.code, short.err.as_str()),
        (1, "error: coverage is 75%, below 76%: `--coverage` shows what is missing\n")
    );
    assert_eq!(run(&["--fail-under", "75"]).code, 0);
    fs::write(folder.join("a.test.yaml"), SUITE).unwrap();
    let whole = run(&["--coverage", "--fail-under", "100"]);
    assert!(whole.code == 0 && whole.out.ends_with("coverage 100%: 4 of 4 goals\n"), "{}", whole.out);
}

#[test]
fn the_pack_passes_and_all_of_it_is_shown() {
    let ran = ordain(&["test", "policies", "--coverage", "--fail-under", "100"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let last: Vec<&str> = ran.out.lines().rev().take(2).collect();
    // What docs/coverage.md and docs/suites.md say.
    assert_eq!(
        last,
        ["coverage 100%: 774 of 774 goals", "40 suites, 700 cases: 700 passed, 0 failed   0 ms"]
    );
}

/// One of each kind of bad suite: one diagnostic, and the good suite beside it is run.
#[test]
fn bad_suites_one_by_one() {
    let of = |policy: &str, case: &str| format!("policy: {policy}\ncases:\n  - name: n\n{case}");
    let resource = "    resource: { type: A.B/c, name: n }\n";
    let rows: [(&str, String, &str); 9] = [
        (
            "a file that is not there",
            of("lost.json", &format!("{resource}    expect: Compliant\n")),
            "Unreadable",
        ),
        (
            "a base that is not there",
            of("tagged.json", "    base: lost\n    expect: Compliant\n"),
            "UnknownBase",
        ),
        (
            "a case that is not there is chosen by nobody, a reference id is",
            of("tagged.json", &format!("    reference: lost\n{resource}    expect: Compliant\n")),
            "UnknownReference",
        ),
        (
            "a state that an audit never has",
            of("tagged.json", &format!("{resource}    expect: Protected\n")),
            "ImpossibleExpectation",
        ),
        (
            "a verdict of a scan",
            of("tagged.json", &format!("{resource}    expect: {{ verdict: denied }}\n")),
            "ImpossibleExpectation",
        ),
        (
            "a case twice",
            of(
                "tagged.json",
                &format!(
                    "{resource}    expect: NonCompliant\n  - name: n\n{resource}    expect: NonCompliant\n"
                ),
            ),
            "DuplicateCase",
        ),
        ("nothing is expected", of("tagged.json", resource), "NoExpectation"),
        ("a misspelt key", of("tagged.json", &format!("{resource}    expcet: Compliant\n")), "UnknownKey"),
        (
            "a state that is none",
            of("tagged.json", &format!("{resource}    expect: Complaint\n")),
            "UnknownWord",
        ),
    ];
    for (what, suite, code) in rows {
        let folder = files(
            "test-bad-one",
            &[("tagged.json", POLICY), ("a.test.yaml", &suite), ("good.test.yaml", SUITE)],
        );
        let ran = ordain(&["test", text(&folder)]);
        assert_eq!(ran.code, 2, "{what}: {}", ran.err);
        assert!(ran.err.contains(&format!("error[{code}]")), "{what}: {}", ran.err);
        assert!(ran.err.contains("a.test.yaml:"), "{what}: where it is\n{}", ran.err);
        assert!(ran.out.contains("good.test.yaml   2 cases\n"), "{what}: {}", ran.out);
    }
}

#[test]
fn a_case_to_which_no_policy_applies_fails_unless_it_expects_that() {
    let indexed = POLICY.replace("\"All\"", "\"Indexed\"");
    let suite = "policy: tagged.json\ncases:\n  - name: n\n    resource: { type: Microsoft.Resources/subscriptions, name: s, id: /subscriptions/11111111-2222-4333-8444-555555555555 }\n    expect: Compliant\n";
    let run = |expected: &str| {
        let suite = suite.replace("Compliant", expected);
        let folder = files("test-nothing", &[("tagged.json", &indexed), ("a.test.yaml", &suite)]);
        ordain(&["test", text(&folder)])
    };
    let wrong = run("Compliant");
    assert!(wrong.code == 1 && wrong.out.contains("the case tests nothing"), "{}{}", wrong.out, wrong.err);
    for expected in ["null", "{ state: null }", "{ effect: null, state: null }"] {
        let ran = run(expected);
        assert_eq!(ran.code, 0, "{expected}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn examples_of_the_help() {
    let help = ordain(&["test", "--help"]).out;
    let lines: Vec<&str> = help.lines().filter_map(|line| line.trim().strip_prefix("ordain test ")).collect();
    assert_eq!(lines.len(), 4, "{help}");
    let results = folder("test-help").join("results.xml");
    for line in lines {
        let line = line.replace("results.xml", text(&results));
        let ran = ordain(&std::iter::once("test").chain(line.split(' ')).collect::<Vec<_>>());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
    }
}
