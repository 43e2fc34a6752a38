//! Folders with a whole tenant: nothing in them is lost without a word (spec I-9 to I-11, I-68, I-80, G-9 to G-12).

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::{folder, ordain};
use serde_json::{Value as Json, json};
use std::fs;

const SUBSCRIPTION: &str = "/subscriptions/11111111-2222-4333-8444-555555555501";
const GROUPS: &str = "/providers/Microsoft.Management/managementGroups";
const AUTHORIZATION: &str = "providers/Microsoft.Authorization";

fn id(kind: &str, name: &str) -> String {
    format!("{SUBSCRIPTION}/{AUTHORIZATION}/{kind}/{name}")
}

fn object(kind: &str, name: &str, properties: &Json) -> Json {
    json!({ "id": id(kind, name), "name": name, "type": format!("Microsoft.Authorization/{kind}"),
        "properties": properties })
}

fn definition(name: &str) -> Json {
    object(
        "policyDefinitions",
        name,
        &json!({ "mode": "All", "policyRule": {
            "if": { "field": "type", "equals": "A.B/c" }, "then": { "effect": "audit" } } }),
    )
}

fn assignment(name: &str, of: &str) -> Json {
    object("policyAssignments", name, &json!({ "policyDefinitionId": of, "scope": SUBSCRIPTION }))
}

fn resource() -> Json {
    json!({ "id": format!("{SUBSCRIPTION}/resourceGroups/g/providers/A.B/c/r"), "type": "A.B/c", "name": "r",
        "properties": {} })
}

/// What a tenant in one file gives, and the folder that it lies in.
fn judged(name: &str, documents: &Json, more: &[&str]) -> Json {
    let root = folder(name);
    fs::write(root.join("all.json"), documents.to_string()).expect("a file");
    let root = root.to_str().expect("a path");
    let ran = ordain(&[&["eval", "--tenant", root, "--format", "json"], more].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", ran.out, ran.err))
}

/// Assignment, reference and state of each record.
fn records(report: &Json) -> Vec<String> {
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let results = report["results"].as_array().expect("results");
    let outcomes = results.iter().flat_map(|r| r["outcomes"].as_array().cloned().unwrap_or_default());
    let record = |o: Json| {
        format!(
            "{} #{} {}",
            text(&o["assignment"]["displayName"]),
            text(&o["referenceId"]),
            text(&o["state"])
        )
    };
    outcomes.map(record).collect()
}

fn codes(report: &Json) -> Vec<String> {
    let told = report["diagnostics"].as_array().expect("diagnostics");
    told.iter()
        .map(|d| format!("{} {}", d["severity"].as_str().unwrap_or("?"), d["code"].as_str().unwrap_or("?")))
        .collect()
}

#[test]
fn initiatives_of_the_newer_powershell() {
    // spec: I-61, I-64, I-68
    let reference =
        json!({ "PolicyDefinitionId": id("policyDefinitions", "d"), "PolicyDefinitionReferenceId": "r" });
    let shapes = [
        ("one", reference.clone()),
        ("list", json!([reference])),
        ("text", json!(json!([reference]).to_string())),
    ];
    for (name, list) in shapes {
        let initiative = json!({ "Id": id("policySetDefinitions", "set"), "Name": "set",
            "Type": "Microsoft.Authorization/policySetDefinitions", "PolicyDefinition": list });
        let documents = json!([
            definition("d"),
            initiative,
            assignment("a", &id("policySetDefinitions", "set")),
            resource()
        ]);
        let report = judged(&format!("tenants-newer-{name}"), &documents, &[]);
        assert_eq!(records(&report), ["a #r NonCompliant"], "{name}: {report}");
        assert_eq!(report["summary"]["rows"]["read"], 1, "{name}");
        assert_eq!(report["summary"]["otherDocuments"], 3, "{name}");
    }
}

#[test]
fn policy_objects_that_lack_what_decides() {
    // spec: I-9, I-11, I-80, G-84
    let empty = json!({ "displayName": "x" });
    let documents = json!([
        definition("d"),
        assignment("a", &id("policyDefinitions", "d")),
        object("policyDefinitions", "ruleless", &empty),
        object("policySetDefinitions", "listless", &empty),
        object("policyAssignments", "nothing", &empty),
        object(
            "policyExemptions",
            "uncategorised",
            &json!({ "policyAssignmentId": id("policyAssignments", "none") })
        ),
        resource()
    ]);
    let report = judged("tenants-lacking", &documents, &[]);
    assert_eq!(records(&report), ["a # NonCompliant"]);
    let mut told = codes(&report);
    told.sort();
    // Nothing is said of what is assigned nowhere: what the broken assignment assigns is not known.
    let wanted = [
        "error MissingKey",
        "error MissingPolicyRule",
        "warning EmptyInitiative",
        "warning UnknownAssignment",
        "warning UnknownExemptionCategory",
    ];
    assert_eq!(told, wanted);
    assert_eq!(report["summary"]["rows"]["read"], 1);
    assert_eq!(report["summary"]["otherDocuments"], 6);
}

#[test]
fn the_first_parent_counts_in_the_order_of_the_input() {
    // spec: G-9, G-11, I-72
    let subscription = json!({ "id": SUBSCRIPTION, "name": "s", "type": "microsoft.resources/subscriptions",
        "properties": { "managementGroupAncestorsChain": [{ "name": "child" }, { "name": "first" }] } });
    let group = json!({ "id": format!("{GROUPS}/q"), "name": "q", "type": "microsoft.management/managementgroups",
        "properties": { "details": { "managementGroupAncestorsChain": [{ "name": "child" }, { "name": "second" }] } } });
    let at = |name: &str| {
        json!({ "id": format!("{GROUPS}/{name}/{AUTHORIZATION}/policyAssignments/at-{name}"), "name": format!("at-{name}"),
            "type": "Microsoft.Authorization/policyAssignments",
            "properties": { "policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/d" } })
    };
    let mut everywhere = definition("d");
    everywhere["id"] = json!("/providers/Microsoft.Authorization/policyDefinitions/d");
    for (name, rows, wins) in [
        ("subscription", [subscription.clone(), group.clone()], "first"),
        ("group", [group, subscription], "second"),
    ] {
        let [one, two] = rows;
        let documents = json!([one, two, everywhere, at("first"), at("second"), resource()]);
        let report = judged(&format!("tenants-parents-{name}"), &documents, &[]);
        assert_eq!(records(&report), [format!("at-{wins} # NonCompliant")], "{name} first");
        let told = report["diagnostics"].as_array().expect("diagnostics");
        let tangle = told.iter().find(|d| d["code"] == "TwoParents").expect("it is told");
        let file = tangle["labels"][0]["file"].as_str().unwrap_or_default();
        assert!(file.ends_with("all.json"), "{tangle}");
    }
}

#[test]
fn exemptions_that_end_within_thirty_days_are_named() {
    // spec: G-86
    for (ends, named) in [
        ("2026-01-01T00:00:01Z", "ends today: exemption `e`"),
        ("2026-01-30T23:59:59Z", "ends in 29 days: exemption `e`"),
        ("2026-01-31T00:00:00Z", "ends in 30 days: exemption `e`"),
        ("2026-01-31T00:00:01Z", ""),
    ] {
        let exemption = object(
            "policyExemptions",
            "e",
            &json!({ "policyAssignmentId": id("policyAssignments", "a"), "exemptionCategory": "Waiver", "expiresOn": ends }),
        );
        let documents =
            json!([definition("d"), assignment("a", &id("policyDefinitions", "d")), exemption, resource()]);
        let root = folder("tenants-ending");
        fs::write(root.join("all.json"), documents.to_string()).expect("a file");
        let root = root.to_str().expect("a path");
        let out = ordain(&["eval", "--tenant", root, "--now", "2026-01-01T00:00:00Z"]).out;
        let line = out.lines().find(|line| line.contains("ends ")).unwrap_or_default();
        assert_eq!(line.trim(), named, "{ends}");
    }
}

#[test]
fn values_for_what_is_assigned_are_not_taken_from_the_line() {
    // spec: D-54, D-61, G-102
    let mut needing = definition("d");
    needing["properties"]["parameters"] = json!({ "v": { "type": "String" } });
    let documents = json!([needing, assignment("a", &id("policyDefinitions", "d")), resource()]);
    let root = folder("tenants-values");
    fs::write(root.join("all.json"), documents.to_string()).expect("a file");
    let root = root.to_str().expect("a path");
    let ran = ordain(&["eval", "--tenant", root, "--param", "v=x"]);
    let told: Vec<&str> = ran
        .err
        .lines()
        .filter(|line| line.contains("[") && line.contains("]: ") || line.contains("help: "))
        .collect();
    let wanted = [
        "error[ParameterMissing]: no value for the required parameter `v`",
        "help: the assignment says it under `parameters`",
        "warning[UnusedParameter]: the value given for the parameter `v` is not used: assigned policies have their own",
        "help: write it into the `parameters` of an assignment",
        "error[NoPolicies]: no policy can be used: nothing is judged",
    ];
    for line in wanted {
        assert!(told.iter().any(|told| told.ends_with(line)), "{line}\n{}", ran.err);
    }
    assert!(!ran.err.contains("--param"), "{}", ran.err);
    assert_eq!(ran.code, 2);
}
