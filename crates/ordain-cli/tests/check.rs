//! `ordain check`: verdicts on what is about to be deployed, worked out by hand for the examples.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop as tests do"
)]

mod common;

use common::{Call, Ran, folder, on_terminal, ordain, piped, snapshot};
use serde_json::{Value as Json, json};
use std::fs;

const GUARDS: &str = "examples/deployment/guardrails.json";
const WHAT_IF: &str = "examples/deployment/what-if.json";
const TEMPLATE: &str = "examples/deployment/main.json";
const PARAMETERS: &str = "examples/deployment/main.parameters.json";
const SUBSCRIPTION: &str = "5c1a0e6e-3f0b-4c59-9a3a-6b7f0e2d4a11";

fn check(more: &[&str]) -> Ran {
    ordain(&[&["check", "-p", GUARDS], more].concat())
}

fn report(more: &[&str]) -> Json {
    let ran = check(&[more, &["--format", "json"]].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", ran.out, ran.err))
}

/// Name, verdict and rulings of each request.
fn verdicts(report: &Json) -> Vec<(String, String, Vec<String>)> {
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let rulings = |request: &Json| {
        let rulings = request["rulings"].as_array().expect("rulings");
        rulings.iter().map(|r| format!("{} {}", text(&r["kind"]), text(&r["policy"]["name"]))).collect()
    };
    let requests = report["requests"].as_array().expect("requests");
    requests.iter().map(|r| (text(&r["resource"]["name"]), text(&r["verdict"]), rulings(r))).collect()
}

fn row(name: &str, verdict: &str, rulings: &[&str]) -> (String, String, Vec<String>) {
    (name.to_owned(), verdict.to_owned(), rulings.iter().map(|r| (*r).to_owned()).collect())
}

/// Worked out from the texts of `examples/deployment`.
#[test]
fn the_example_of_a_what_if() {
    // spec: E-20, E-21, E-22, E-26, E-28, E-32, I-50, I-53, S-36
    let report = report(&[WHAT_IF]);
    assert_eq!(
        verdicts(&report),
        [
            // No cost center, admin user on: both are mended first. Public: refused, which silences the audit of
            // the missing key.
            row(
                "contosonew",
                "denied",
                &["changed cost-center", "changed registry-admin-user", "denied registry-public-access"]
            ),
            // Private, so that nothing refuses; the admin user is mended, the missing key is flagged.
            row("contosospare", "allowed", &["changed registry-admin-user", "flagged registry-own-key"]),
            // Whether it is public only Azure can tell. It has its key and its cost center.
            row("contosolate", "undecided", &["open registry-public-access"]),
            // No purge protection, but that assignment is on trial. No setting is in the input.
            row("kv-app", "allowed", &["notEnforced vault-purge-protection", "later vault-logs"]),
            // Tagged as in use; as a delete it is asked of denyAction alone.
            row("contosoold", "denied", &["denied registry-keep"]),
            row("id-app", "allowed", &[]),
        ]
    );
    // The unchanged identity is under the policy on cost centers; the ignored network is skipped.
    assert_eq!(
        report["summary"]["rows"],
        json!({ "read": 7, "evaluated": 6, "notApplicable": 0, "skipped": 1, "duplicate": 0, "errors": 0 })
    );
    assert_eq!((&report["summary"]["denied"], &report["summary"]["undecided"]), (&json!(2), &json!(1)));
    let new = &report["requests"][0];
    assert_eq!(new["rulings"][0]["changes"], json!([{ "path": "tags.costCenter", "after": "4711" }]));
    assert_eq!(
        new["rulings"][1]["changes"],
        json!([{ "path": "properties.adminUserEnabled", "before": true, "after": false }])
    );
    assert_eq!(
        new["patch"],
        json!([
            { "op": "add", "path": "/tags", "value": {} },
            { "op": "add", "path": "/tags/costCenter", "value": "4711" },
            { "op": "replace", "path": "/properties/adminUserEnabled", "value": false },
        ])
    );
    assert_eq!(new["rulings"][2]["source"], json!({ "file": WHAT_IF, "line": 15, "column": 34 }));
    let open = &report["requests"][2]["rulings"][0];
    assert_eq!(open["expression"]["text"], "[reference('settings').outputs.access.value]");
    assert_eq!((&open["decides"], &open["source"]["line"]), (&json!(true), &json!(54)));
    assert_eq!(check(&[WHAT_IF]).code, 1);
}

#[test]
fn before_and_after_and_deletes() {
    // spec: I-50, I-53
    let before = report(&[WHAT_IF, "--what-if", "before"]);
    // Of what is created nothing is there before.
    let names: Vec<String> = verdicts(&before).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["kv-app", "contosoold", "id-app"]);
    let deleted = report(&[WHAT_IF, "--action", "delete"]);
    assert!(deleted["requests"].as_array().expect("requests").iter().all(|r| r["action"] == "delete"));
    assert_eq!(deleted["summary"]["denied"], 1);
}

/// A group is deleted in which a registry is in use: its protection cascades, that of the other policy does not.
#[test]
fn a_deleted_group_asks_what_is_in_it() {
    // spec: E-27
    let folder = folder("cascade");
    let write = |name: &str, value: Json| fs::write(folder.join(name), value.to_string()).expect("a file");
    let keep = |name: &str, cascade: &str| {
        json!({ "name": name, "properties": { "mode": "Indexed", "policyRule": {
            "if": { "field": "tags.inUse", "equals": "yes" },
            "then": { "effect": "denyAction", "details": {
                "actionNames": ["delete"], "cascadeBehaviors": { "resourceGroup": cascade } } } } } })
    };
    write("keep.json", keep("keep", "deny"));
    write("watch.json", keep("watch", "allow"));
    let resource = |group: &str, name: &str, used: &str| {
        json!({ "id": format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.ContainerRegistry/registries/{name}"),
            "type": "Microsoft.ContainerRegistry/registries", "name": name, "location": "westeurope",
            "tags": { "inUse": used }, "properties": {} })
    };
    let held = [
        resource("rg-Old", "used", "yes"),
        resource("rg-old", "idle", "no"),
        resource("rg-new", "other", "yes"),
    ];
    write("exists.json", held.into_iter().collect());
    let group = json!({ "id": format!("/subscriptions/{}/resourceGroups/rg-old", SUBSCRIPTION.to_uppercase()), "name": "rg-old", "location": "westeurope",
        "type": "Microsoft.Resources/resourceGroups" });
    let asked = std::env::temp_dir().join(format!("ordain-cascade-{}.json", std::process::id()));
    fs::write(&asked, group.to_string()).expect("a file");
    let path = |path: &std::path::Path| path.to_str().expect("a path").to_owned();
    let ran = ordain(&[
        "check",
        &path(&asked),
        "--action",
        "delete",
        "--tenant",
        &path(&folder),
        "--format",
        "json",
    ]);
    let text = ordain(&["check", &path(&asked), "--action", "delete", "--tenant", &path(&folder)]).out;
    fs::remove_file(asked).expect("the file");
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let report: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(verdicts(&report), [row("rg-old", "allowed", &[]), row("used", "denied", &["denied keep"])]);
    assert_eq!(report["requests"][1]["withGroup"], "rg-old");
    assert_eq!(report["summary"]["rows"]["read"], 1);
    assert!(text.contains("deleted with `rg-old`"), "{text}");
}

#[test]
fn the_example_of_a_template() {
    // spec: I-44, I-45, I-48, G-8
    // Without a value for the parameter it stays open whether the registry is public.
    let open = report(&[TEMPLATE]);
    assert_eq!(
        verdicts(&open),
        [
            row("[format('kv-{0}', uniqueString(resourceGroup().id))]", "allowed", &["later vault-logs"]),
            row(
                "contosoapp",
                "undecided",
                &[
                    "changed cost-center",
                    "changed registry-admin-user",
                    "open registry-public-access",
                    "flagged registry-own-key"
                ]
            ),
        ]
    );
    assert_eq!(open["requests"][1]["origin"], "registryModule/registry");
    let told = open["diagnostics"].as_array().expect("diagnostics");
    assert!(told.iter().any(|d| d["code"] == "NoResourceId"), "{told:?}");
    assert_eq!(check(&[TEMPLATE]).code, 1);
    assert_eq!(check(&[TEMPLATE, "--allow-undecided"]).code, 0);
    // With it the registry is public, and with a place it has an id.
    let place =
        ["--template-params", PARAMETERS, "--subscription", SUBSCRIPTION, "--resource-group", "rg-app"];
    let placed = report(&[&[TEMPLATE], &place[..]].concat());
    let registry = &verdicts(&placed)[1];
    assert_eq!(registry.1, "denied");
    let id = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-app/providers/Microsoft.ContainerRegistry/registries/contosoapp"
    );
    assert_eq!(placed["requests"][1]["resource"]["id"], Json::from(id));
    assert_eq!(placed["diagnostics"], json!([]), "both have a place, the vault without its name too");
    // Elsewhere nothing of it is assigned.
    let elsewhere = ["--subscription", "5c1a0e6e-3f0b-4c59-9a3a-6b7f0e2d4a12", "--resource-group", "rg-app"];
    let elsewhere = report(&[&[TEMPLATE], &elsewhere[..]].concat());
    assert_eq!(verdicts(&elsewhere)[1], row("contosoapp", "allowed", &[]));
    assert_eq!(verdicts(&elsewhere)[0].2, Vec::<String>::new());
}

#[test]
fn rows_and_payloads_are_bodies_of_requests() {
    // spec: I-21, I-53, I-80
    let registry = |access: &str| {
        json!({ "id": format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/r"),
            "type": "Microsoft.ContainerRegistry/registries", "name": "r", "location": "westeurope",
            "tags": { "costCenter": "1", "inUse": "yes" },
            "properties": { "publicNetworkAccess": access, "encryption": { "status": "enabled" } } })
    };
    let of = |document: Json, more: &[&str]| {
        let line = [&["check", "-p", GUARDS, "--format", "json"], more].concat();
        let ran = piped(document.to_string(), &line);
        let report: Json = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.err));
        (verdicts(&report).remove(0), ran.code)
    };
    assert_eq!(of(registry("Enabled"), &[]), (row("r", "denied", &["denied registry-public-access"]), 1));
    assert_eq!(of(registry("Disabled"), &[]), (row("r", "allowed", &[]), 0));
    let delete = json!({ "resource": registry("Disabled"), "action": "delete" });
    assert_eq!(of(delete, &[]), (row("r", "denied", &["denied registry-keep"]), 1));
    assert_eq!(of(registry("Disabled"), &["--action", "delete"]).0.1, "denied");
}

#[test]
fn payloads_bring_values_for_policies() {
    // spec: I-21
    let policy = folder("check-parameters").join("p.json");
    let rule = json!({ "name": "p", "mode": "All", "parameters": { "word": { "type": "String", "defaultValue": "a" } },
        "policyRule": { "if": { "field": "kind", "equals": "[parameters('word')]" }, "then": { "effect": "deny" } } });
    fs::write(&policy, rule.to_string()).expect("a file");
    let payload = |word: &str| {
        json!({ "resource": { "type": "A.B/c", "name": word, "kind": "b" }, "action": "write",
            "parameters": { "word": { "value": word } } })
    };
    let plain = json!({ "resource": { "type": "A.B/c", "name": "plain", "kind": "a" }, "action": "write" });
    let input = json!([payload("a"), payload("b"), plain]).to_string();
    let ran = piped(input, &["check", "-p", policy.to_str().expect("a path"), "--format", "json"]);
    let report: Json = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.err));
    let expected =
        [row("a", "allowed", &[]), row("b", "denied", &["denied p"]), row("plain", "denied", &["denied p"])];
    assert_eq!((verdicts(&report), ran.err.as_str()), (expected.to_vec(), ""));
}

#[test]
fn a_tenant_says_what_is_assigned_and_what_is_there() {
    // spec: I-68, E-92, E-93
    let path = folder("check-tenant");
    fs::copy(common::root().join(GUARDS), path.join("guards.json")).expect("a copy");
    let group = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-app");
    let setting = |vault: &str| {
        json!({ "id": format!("{group}/providers/Microsoft.KeyVault/vaults/{vault}/providers/Microsoft.Insights/diagnosticSettings/d"),
            "type": "Microsoft.Insights/diagnosticSettings", "name": "d", "properties": {} })
    };
    let later = |vault: &str| {
        fs::write(path.join("settings.json"), json!([setting(vault)]).to_string()).expect("a file");
        let ran = ordain(&["check", WHAT_IF, "--tenant", path.to_str().expect("a path"), "--format", "json"]);
        let report: Json = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.err));
        // The rows of the tenant are not judged.
        assert_eq!(report["summary"]["rows"]["read"], 7);
        report["requests"][3]["rulings"]
            .as_array()
            .expect("rulings")
            .iter()
            .find(|r| r["kind"] == "later")
            .cloned()
    };
    // Another vault has one: the export holds settings, so that this vault certainly has none.
    assert_eq!(later("kv-other").expect("a later check")["certain"], true);
    assert_eq!(later("kv-app"), None);
}

#[test]
fn exit_codes() {
    // spec: S-36, E-23
    let folder = folder("check-exits");
    let failing = folder.join("fails.json");
    let rule = r#"{"mode":"All","policyRule":{"if":{"value":"[div(1, length(field('tags.none')))]","equals":1},"then":{"effect":"audit"}}}"#;
    fs::write(&failing, rule).expect("a file");
    let allowed = r#"{"type":"A.B/c","name":"n"}"#;
    let code = |input: &str, line: &[&str]| piped(input, &[&["check"], line].concat()).code;
    let failing = failing.to_str().expect("a path");
    assert_eq!(code(allowed, &["-p", failing]), 2);
    assert_eq!(code(allowed, &["-p", GUARDS]), 0);
    assert_eq!(code(allowed, &["-p", "nowhere.json"]), 2);
    assert_eq!(code("{", &["-p", GUARDS]), 2);
    assert_eq!(code("[]", &["-p", GUARDS]), 0);
    assert_eq!(code(allowed, &["-p", GUARDS, "--baseline", "nowhere.json"]), 2);
    let nothing = on_terminal(80).run(&["check"]);
    assert!(nothing.code == 2 && nothing.err.starts_with("error: nothing to judge"), "{}", nothing.err);
}

#[test]
fn known_denials_do_not_fail_and_stale_ones_are_told() {
    // spec: S-36
    let folder = folder("check-baseline");
    let path = |name: &str| folder.join(name).to_str().expect("a path").to_owned();
    let (known, whole) = (path("known.json"), path("report.json"));
    assert_eq!(check(&[WHAT_IF, "--write-baseline", &known]).code, 1);
    assert_eq!(check(&[WHAT_IF, "--format", "json", "-o", &whole]).code, 1);
    for baseline in [&known, &whole] {
        let ran = check(&[WHAT_IF, "--baseline", baseline, "--allow-undecided"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
        assert!(ran.out.contains("2 of 6 requests would be denied (2 known)"), "{}", ran.out);
        // What is open is not a denial that could be known.
        assert_eq!(check(&[WHAT_IF, "--baseline", baseline]).code, 1);
    }
    let text = fs::read_to_string(&known).expect("a file");
    let mut list: Json = serde_json::from_str(&text).expect("JSON");
    let denials = list["denials"].as_array_mut().expect("denials");
    assert_eq!(denials.len(), 2);
    // One fewer: that denial is new. One that never was: told.
    denials[0]["resource"] = json!("/gone");
    fs::write(&known, list.to_string()).expect("a file");
    let ran = check(&[WHAT_IF, "--baseline", &known, "--allow-undecided"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("BaselineStale") && ran.err.contains("`/gone`"), "{}", ran.err);
    let other = check(&[WHAT_IF, "--baseline", PARAMETERS]);
    assert!(other.code == 2 && other.err.contains("BaselineFile"), "{}", other.err);
}

#[test]
fn texts() {
    snapshot("check-what-if", &check(&[WHAT_IF]).out);
    snapshot("check-what-if-80", &on_terminal(80).run(&["check", WHAT_IF, "-p", GUARDS, "-v"]).out);
    snapshot("check-template", &check(&[TEMPLATE]).out);
    let mut call = on_terminal(100);
    call.variables.push(("LC_ALL", "C"));
    let ran = call.run(&["check", TEMPLATE, "-p", GUARDS]);
    assert!(ran.out.is_ascii(), "{}", ran.out);
    let coloured = Call { variables: vec![("CLICOLOR_FORCE", "1")], ..Call::default() };
    assert!(coloured.run(&["check", WHAT_IF, "-p", GUARDS]).out.contains('\u{1b}'));
    let quiet = check(&[WHAT_IF, "-q"]).out;
    assert!(quiet.contains("denied") && !quiet.contains("rows:"), "{quiet}");
}

#[test]
fn comments_for_pull_requests() {
    let comment = check(&[WHAT_IF, "--format", "markdown"]).out;
    assert!(comment.starts_with("<!-- ordain-check -->\n"), "{comment}");
    snapshot("check-markdown", &comment);
    // A long one is cut, and says so.
    let rows: Vec<Json> = (0..400)
        .map(|n| {
            json!({ "type": "Microsoft.ContainerRegistry/registries", "name": format!("registry{n}"),
            "location": "westeurope", "properties": {} })
        })
        .collect();
    let long = piped(json!(rows).to_string(), &["check", "-p", GUARDS, "--format", "markdown"]).out;
    assert!(long.chars().count() < 65_536, "{}", long.chars().count());
    assert!(long.contains("**Cut:**") && long.contains("400 requests would be denied"), "{long}");
}

#[test]
fn secrets_are_masked_in_every_form() {
    // spec: S-47
    let folder = folder("check-secrets");
    let policy = folder.join("p.json");
    let rule = json!([
        { "name": "a", "mode": "All", "policyRule": { "if": { "field": "type", "equals": "A.B/c" },
            "then": { "effect": "append", "details": [{ "field": "tags.adminPassword", "value": "hunter2" }] } } },
        { "name": "b", "mode": "All", "policyRule": { "if": { "field": "tags.clientSecret", "equals": "hunter3" },
            "then": { "effect": "deny" } } },
    ]);
    fs::write(&policy, rule.to_string()).expect("a file");
    let policy = policy.to_str().expect("a path");
    let body = json!({ "type": "A.B/c", "name": "n", "tags": { "clientSecret": "hunter3" } }).to_string();
    for format in ["text", "json", "markdown", "sarif"] {
        let line = ["check", "-p", policy, "--format", format];
        let masked = piped(body.clone(), &line).out;
        assert!(masked.contains("******") && !masked.contains("hunter"), "{format}: {masked}");
        let shown = piped(body.clone(), &[&line[..], &["--show-values"]].concat()).out;
        assert!(shown.contains("hunter2"), "{format}: {shown}");
    }
}

#[test]
fn code_scanning() {
    let ran = check(&[WHAT_IF, "--format", "sarif"]);
    snapshot("check-sarif", &ran.out);
    let log: Json = serde_json::from_str(&ran.out).expect("JSON");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in run["results"].as_array().expect("results") {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        for location in [&result["locations"][0], &result["relatedLocations"][0]] {
            let region = &location["physicalLocation"]["region"];
            let at = |line: &str, column: &str| (region[line].as_u64(), region[column].as_u64());
            assert!(at("startLine", "startColumn") < at("endLine", "endColumn"), "{region}");
        }
    }
}

#[test]
fn the_document_is_as_its_schema_says() {
    let text = fs::read_to_string(common::root().join("docs/schema/check.schema.json")).expect("the schema");
    let schema: Json = serde_json::from_str(&text).expect("JSON");
    let failing = piped("{", &["check", "-p", GUARDS, "--format", "json"]).out;
    let documents = [report(&[WHAT_IF]), report(&[TEMPLATE]), serde_json::from_str(&failing).expect("JSON")];
    for document in &documents {
        let mut faults = Vec::new();
        against(&schema, &schema, document, "$", &mut faults);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
    // The schema does find what is wrong.
    let mut wrong = documents[0].clone();
    wrong["requests"][0]["verdict"] = json!("perhaps");
    wrong["requests"][0].as_object_mut().expect("an object").remove("action");
    wrong["more"] = json!(1);
    let mut faults = Vec::new();
    against(&schema, &schema, &wrong, "$", &mut faults);
    assert_eq!(faults.len(), 3, "{faults:?}");
}

/// What a document has that a schema does not allow, for the keywords that our schemas use.
fn against(root: &Json, schema: &Json, value: &Json, at: &str, faults: &mut Vec<String>) {
    for (keyword, wanted) in schema.as_object().expect("a schema") {
        let fine = match keyword.as_str() {
            "$ref" => {
                let name = wanted.as_str().and_then(|r| r.strip_prefix("#/$defs/")).expect("a definition");
                against(root, &root["$defs"][name], value, at, faults);
                true
            }
            "type" => {
                let is = |kind: &Json| match kind.as_str().expect("a type") {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "null" => value.is_null(),
                    other => panic!("the type `{other}` is not checked here"),
                };
                wanted.as_array().map_or_else(|| is(wanted), |kinds| kinds.iter().any(is))
            }
            "properties" => {
                for (name, schema) in wanted.as_object().expect("properties") {
                    if let Some(member) = value.get(name) {
                        against(root, schema, member, &format!("{at}.{name}"), faults);
                    }
                }
                true
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    against(root, wanted, item, &format!("{at}[{index}]"), faults);
                }
                true
            }
            "required" => {
                let names = wanted.as_array().expect("names").iter().filter_map(Json::as_str);
                names.into_iter().all(|name| value.get(name).is_some())
            }
            "additionalProperties" => {
                assert_eq!(wanted, false);
                let members = value.as_object().into_iter().flatten();
                members.into_iter().all(|(name, _)| schema["properties"].get(name).is_some())
            }
            "enum" => wanted.as_array().expect("values").contains(value),
            "const" => wanted == value,
            "minimum" => value.as_f64() >= wanted.as_f64(),
            "$schema" | "$id" | "title" | "description" | "$defs" => true,
            other => panic!("the keyword `{other}` is not checked here"),
        };
        if !fine {
            faults.push(format!("{at}: `{keyword}` does not hold"));
        }
    }
}

#[test]
fn what_is_no_request_is_told_once_and_how_to_get_one() {
    // spec: I-7, I-50, I-52, I-54, I-57, S-36
    let azurerm = json!({ "format_version": "1.2", "resource_changes": [{ "address": "azurerm_x.y", "mode": "managed",
        "type": "azurerm_container_registry", "name": "y",
        "change": { "actions": ["create"], "after": { "name": "x" }, "after_unknown": {} } }] });
    let table = [
        (
            json!({ "status": "Failed", "error": { "code": "InvalidTemplate", "message": "no" } })
                .to_string(),
            "FailedResult",
            "run the what-if again",
            2,
        ),
        (
            json!({ "error": { "code": "RequestDisallowedByPolicy", "message": "no" } }).to_string(),
            "NotResources",
            "a what-if of it",
            2,
        ),
        (
            "Note: The result may contain false positive predictions (noise).\n".to_owned(),
            "NotJson",
            "--no-pretty-print -o json",
            2,
        ),
        (" \n".to_owned(), "EmptyInput", "", 2),
        (
            fs::read_to_string(common::root().join(PARAMETERS)).expect("a file"),
            "NotResources",
            "--template-params",
            2,
        ),
        (azurerm.to_string(), "NothingFound", "what-if", 2),
        (
            json!({ "changes": [{ "changeType": "Ignore", "resourceId": "/providers/A.B/c/x" }] })
                .to_string(),
            "NothingFound",
            "",
            2,
        ),
        (json!({ "status": "Succeeded", "changes": [] }).to_string(), "", "", 0),
    ];
    for (input, code, help, exit) in table {
        let ran = piped(input.clone(), &["check", "-p", GUARDS]);
        assert_eq!(ran.code, exit, "{input}: {}", ran.err);
        assert!(ran.err.contains(code) && ran.err.contains(help), "{input}: {}", ran.err);
        assert_eq!(ran.err.matches("error[").count(), usize::from(exit == 2), "{input}: {}", ran.err);
    }
}

#[test]
fn help_ends_with_codes_and_examples_that_run() {
    let help = ordain(&["check", "--help"]).out;
    assert!(help.contains("Exit codes:\n  0  nothing would be denied"), "{help}");
    let (_, examples) = help.split_once("Examples:\n").expect("examples");
    assert_eq!(examples.lines().count(), 3);
    for line in examples.lines() {
        let line = line.rsplit("| ").next().unwrap_or(line).trim();
        let words: Vec<&str> = line.strip_prefix("ordain ").expect("a call").split(' ').collect();
        let ran = piped("[]", &words);
        assert!(ran.code < 2, "{line}: {}", ran.err);
    }
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = fs::read_to_string(common::root().join("README.md")).expect("the README");
    let (_, shown) = readme.split_once("```text\n$ ordain check ").expect("a call of check");
    let (line, shown) = shown.split_once('\n').expect("a call");
    let (shown, _) = shown.split_once("\n```").expect("an end");
    let words: Vec<&str> = std::iter::once("check").chain(line.split(' ')).collect();
    let ran = ordain(&words);
    // But for how long it took.
    let timeless = |text: &str| text.trim_end().rsplit_once("   ").map(|(text, _)| text.to_owned());
    assert_eq!(timeless(shown), timeless(&ran.out));
}
