//! The forms of findings that programs read, held to each other.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::ordain;
use serde_json::Value;

const REGISTRIES: &str = "examples/registries.json";

/// The same findings in every form that is written row by row.
#[test]
fn forms_agree_on_the_findings() {
    // spec: S-35
    let of = |format: &str| {
        let ran = ordain(&["eval", REGISTRIES, "--format", format]);
        assert_eq!(ran.code, 1, "{format}: {}", ran.err);
        ran.out
    };
    let json: Value = serde_json::from_str(&of("json")).expect("JSON");
    let findings = json["summary"]["findings"].as_u64().expect("a number") as usize;
    assert!(findings > 10);
    let of_rows = |text: &str| text.lines().filter(|line| line.contains(",NonCompliant,")).count();
    assert_eq!(of_rows(&of("csv")), findings);

    let xml = of("junit");
    let tree = roxmltree::Document::parse(&xml).expect("XML");
    let elements = |name: &str| tree.descendants().filter(|node| node.has_tag_name(name)).count();
    let outcomes: usize = json["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|r| r["outcomes"].as_array().map_or(0, Vec::len))
        .sum();
    assert_eq!((elements("failure"), elements("testcase"), elements("error")), (findings, outcomes, 0));
    for suite in tree.descendants().filter(|node| node.has_tag_name("testsuite")) {
        let said = |name: &str| suite.attribute(name).and_then(|n| n.parse::<usize>().ok());
        let count = |name: &str| suite.descendants().filter(|node| node.has_tag_name(name)).count();
        assert_eq!(said("tests"), Some(count("testcase")));
        assert_eq!(said("failures"), Some(count("failure")));
        assert_eq!(said("skipped"), Some(count("skipped")));
    }

    let log: Value = serde_json::from_str(&of("sarif")).expect("JSON");
    let run = &log["runs"][0];
    let rules: Vec<&Value> =
        run["tool"]["driver"]["rules"].as_array().expect("rules").iter().map(|r| &r["id"]).collect();
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), findings);
    let text = std::fs::read_to_string(common::root().join(REGISTRIES)).expect("the export");
    for result in results {
        assert!(rules.contains(&&result["ruleId"]));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], REGISTRIES);
        let line = place["region"]["startLine"].as_u64().expect("a line") as usize;
        assert!(line <= text.lines().count());
        assert!(
            result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                .as_str()
                .expect("a path")
                .starts_with("policies/")
        );
    }
    let prints: std::collections::BTreeSet<String> =
        results.iter().map(|r| r["partialFingerprints"]["ordain/v1"].to_string()).collect();
    assert_eq!(prints.len(), findings, "each finding is known by its own print");

    let comment = of("markdown");
    assert!(comment.starts_with("<!-- ordain-eval -->\n### "), "{comment}");
    assert_eq!(comment.matches("\n- **").count(), findings);
    assert!(comment.chars().count() < 65_536);
}
