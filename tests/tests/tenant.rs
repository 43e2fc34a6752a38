//! The worked tenant of `scenarios/tenant` through the engine: every record, every total, and the record that spec
//! 09 section 6 shows, byte by byte.

use ordain::compliance::{Compliance, Counts, Level};
use ordain::report::azure::{self, AzureOptions};
use ordain::{Diagnostic, Outcome};
use ordain_tests::shared;
use ordain_tests::tenant::Tenant;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Assignment, reference and resource in lower case.
fn key(of: &Json) -> String {
    let part = |name: &str| of[name].as_str().unwrap_or_default().to_ascii_lowercase();
    format!("{} # {} # {}", part("assignmentId"), part("referenceId"), part("resourceId"))
}

fn record(outcome: &Outcome<'_>, row: &Json) -> Json {
    let why = outcome.explain(row);
    json!({
        "assignmentId": outcome.pair().assignment().id(),
        "referenceId": outcome.pair().reference_id(),
        "resourceId": row["id"],
        "state": outcome.state().name(),
        "effect": outcome.policy().effect().to_ascii_lowercase(),
        "enforced": outcome.is_enforced(),
        "reason": azure::reason(outcome, Some(&why)),
        "message": outcome.message(),
        "totalRelated": outcome.related().map(|related| related.total()),
        "patch": outcome.change(row).and_then(|change| change.patch),
        "exemptionIds": outcome.exemptions().map(|e| e.id().to_ascii_lowercase()).collect::<Vec<_>>(),
    })
}

#[test]
fn records_and_totals() {
    // spec: S-7, S-26, S-27, G-97
    let tenant = Tenant::read();
    let (engine, told) = tenant.engine(&tenant.objects);
    let context = tenant.context();
    assert!(told.is_empty(), "{told:?}");
    let mut compliance = Compliance::new(&engine);
    let mut found = BTreeMap::new();
    for row in &tenant.rows {
        let evaluation = engine.evaluate_in(row, &context).expect("a resource");
        compliance.add(&evaluation, row);
        for outcome in evaluation.outcomes() {
            let record = record(&outcome, row);
            assert!(found.insert(key(&record), record).is_none(), "one record a pair");
        }
    }
    let mut wrong = Vec::new();
    for wanted in tenant.expected["records"].as_array().expect("records") {
        let Some(record) = found.remove(&key(wanted)) else {
            wrong.push(format!("no record {}", key(wanted)));
            continue;
        };
        for (name, value) in wanted.as_object().into_iter().flatten() {
            let ids = ["assignmentId", "referenceId", "resourceId", "why"].contains(&name.as_str());
            let lower = |json: &Json| json.to_string().to_ascii_lowercase();
            let same = if name == "exemptionIds" {
                lower(value) == lower(&record[name])
            } else {
                *value == record[name]
            };
            if !ids && !same {
                wrong.push(format!("{} {name}: expected {value}, got {}", key(wanted), record[name]));
            }
        }
    }
    wrong.extend(found.keys().map(|key| format!("a record too many: {key}")));
    let rollups = &tenant.expected["rollups"];
    totals("overall", compliance.overall(), None, &rollups["overall"], &mut wrong);
    for wanted in rollups["assignments"].as_array().expect("a list") {
        let of = |a: &ordain::AssignmentView<'_>| wanted["id"].as_str() == Some(a.id());
        let assignment = engine.assignments().find(of).expect("an assignment");
        let failing = compliance.non_compliant_policies(assignment);
        totals(assignment.name(), &compliance.assignment(assignment), Some(failing), wanted, &mut wrong);
    }
    for wanted in rollups["policies"].as_array().expect("a list") {
        let mut pairs = engine.assignments().flat_map(|a| a.pairs());
        let pair = pairs.find(|p| {
            wanted["assignmentId"] == p.assignment().id()
                && wanted["referenceId"].as_str().unwrap_or_default() == p.reference_id()
        });
        let pair = pair.expect("a pair");
        totals(pair.reference_id(), &compliance.pair(pair), None, wanted, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let notices: Vec<Diagnostic> = compliance.notices(&context);
    let told: Vec<_> = notices.iter().map(|d| (d.code(), d.message())).collect();
    let ended = "the exemption ended 2025-05-01: it covers nothing more, and would have covered 3 resources";
    assert_eq!(told.iter().map(|(code, _)| *code).collect::<Vec<_>>(), ["ExemptionExpired"]);
    assert_eq!(told[0].1.split(':').nth(1), ended.split(':').nth(1));
}

fn totals(name: &str, level: &Level, failing: Option<usize>, wanted: &Json, wrong: &mut Vec<String>) {
    let counts = |counts: &Counts| -> Json {
        Json::Object(counts.iter().map(|(state, n)| (state.name().to_owned(), n.into())).collect())
    };
    let got = json!({
        "state": level.state().map(ordain::State::name),
        "resources": level.resources.total(),
        "records": level.records.total(),
        "counts": counts(&level.resources),
        "judged": level.resources.judged(),
        "percent": level.resources.percent(),
        "nonCompliantPolicies": failing,
    });
    for (part, value) in got.as_object().into_iter().flatten() {
        if wanted.get(part).is_some_and(|wanted| wanted != value) {
            wrong.push(format!("{name} {part}: expected {}, got {value}", wanted[part]));
        }
    }
}

#[test]
fn the_record_in_the_chapter() {
    // spec: S-40, S-41, S-42, S-43, S-53, S-70, S-72
    let chapter =
        std::fs::read_to_string(shared::root().join("docs/spec/09-compliance.md")).expect("a chapter");
    let example = chapter.split("```json\n").nth(1).and_then(|rest| rest.split("\n```").next()).expect("it");
    let example: String = example.lines().map(str::trim_start).collect();
    let tenant = Tenant::read();
    let (engine, _) = tenant.engine(&tenant.objects);
    let context = tenant.context();
    let row = tenant.rows.iter().find(|row| row["name"] == "acrprod2").expect("the registry");
    let evaluation = engine.evaluate_in(row, &context).expect("a resource");
    let outcome =
        evaluation.outcomes().find(|o| o.pair().reference_id() == "acrPublicOff").expect("a record");
    let options = AzureOptions { details: true, ..AzureOptions::default() };
    let record = azure::record(&outcome, row, &context, options);
    assert_eq!(serde_json::to_string(&record).expect("JSON"), example);
    let envelope = serde_json::to_string(&azure::envelope(&[record])).expect("JSON");
    let front = r#"{"@odata.context":"policyStates/$metadata#latest","@odata.count":1,"value":["#;
    assert_eq!(envelope, format!("{front}{example}]}}"));
}
