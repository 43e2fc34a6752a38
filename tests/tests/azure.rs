//! Records and totals in Azure's shape: keys, order, details, reasons (spec 09 sections 6 to 8).

use ordain::compliance::Compliance;
use ordain::report::azure::{self, AzureOptions};
use ordain::{Completeness, Context, Engine, RelatedResources, Source, State, Values};
use ordain_tests::shared;
use ordain_tests::worked::Tenant;
use serde_json::{Value as Json, json};
use std::sync::Arc;

const ID: &str = "/subscriptions/S/resourceGroups/G/providers/A.B/c/r";

fn engine(documents: &[Json]) -> Engine {
    let text = Json::Array(documents.to_vec()).to_string();
    let (engine, told) = Engine::builder().policies(&Source::new("t.json", text)).build_what_can_be();
    assert!(!told.iter().any(|d| d.is_error()), "{told:?}");
    engine
}

fn definition(name: &str, condition: Json, then: Json) -> Json {
    json!({ "id": format!("/providers/Microsoft.Authorization/policyDefinitions/{name}"), "properties": {
        "mode": "All", "policyRule": { "if": condition, "then": then } } })
}

fn audit(condition: Json) -> Json {
    definition("d", condition, json!({ "effect": "audit" }))
}

fn resource(more: Json) -> Json {
    let mut resource = json!({ "id": ID, "name": "r", "type": "A.B/c", "properties": {} });
    for (key, value) in more.as_object().cloned().unwrap_or_default() {
        resource[key] = value;
    }
    resource
}

/// The text of the one record, in the order in which its keys are written.
fn written(engine: &Engine, resource: &Json, context: &Context, options: AzureOptions) -> String {
    let evaluation = engine.evaluate_in(resource, context).expect("a resource");
    let outcome = evaluation.outcomes().next().expect("a record");
    let record = azure::record(&outcome, resource, context, options);
    serde_json::to_string(&record).expect("JSON")
}

fn recorded(engine: &Engine, resource: &Json, context: &Context) -> Json {
    let options = AzureOptions { details: true, ..AzureOptions::default() };
    serde_json::from_str(&written(engine, resource, context, options)).expect("JSON")
}

/// The details of the one record as text.
fn details(engine: &Engine, resource: &Json, context: &Context, options: AzureOptions) -> String {
    let written = written(engine, resource, context, AzureOptions { details: true, ..options });
    let (_, rest) = written.split_once("\"policyEvaluationDetails\":").expect("the key");
    let (details, _) = rest.split_once(",\"policyDefinitionGroupNames\"").expect("the next key");
    details.to_owned()
}

fn details_of(condition: Json, of: &Json) -> String {
    details(&engine(&[audit(condition)]), of, &Context::new(), AzureOptions::default())
}

#[test]
fn keys_and_their_order() {
    // spec: S-41, S-50, S-51, G-102
    let keys = "@odata.id @odata.context timestamp resourceId policyAssignmentId policyDefinitionId effectiveParameters \
        isCompliant subscriptionId resourceType resourceLocation resourceGroup resourceTags policyAssignmentName \
        policyAssignmentOwner policyAssignmentParameters policyAssignmentScope policyDefinitionName \
        policyDefinitionAction policyDefinitionCategory policySetDefinitionId policySetDefinitionName \
        policySetDefinitionOwner policySetDefinitionCategory policySetDefinitionParameters managementGroupIds \
        policyDefinitionReferenceId complianceState policyEvaluationDetails policyDefinitionGroupNames \
        policyDefinitionVersion policySetDefinitionVersion policyAssignmentVersion complianceReasonCode";
    let engine = engine(&[audit(json!({ "field": "name", "like": "*" }))]);
    let bare = written(&engine, &resource(json!({})), &Context::new(), AzureOptions::default());
    // No key of the record holds an object here, and no text a comma behind a quotation mark.
    let found: Vec<&str> = bare
        .trim_matches(['{', '}'])
        .split(",\"")
        .map(|member| member.trim_start_matches('"').split("\":").next().unwrap_or_default())
        .collect();
    assert_eq!(found.join(" "), keys.split_whitespace().collect::<Vec<_>>().join(" "));
    // Without clock, tags, groups, versions, assignment.
    for part in [
        "\"timestamp\":null",
        "\"policyAssignmentId\":\"\"",
        "\"policyAssignmentName\":\"\"",
        "\"policyAssignmentScope\":\"\"",
        "\"effectiveParameters\":\"\"",
        "\"subscriptionId\":\"s\"",
        "\"resourceGroup\":\"G\"",
        "\"resourceLocation\":\"\"",
        "\"resourceTags\":\"\"",
        "\"policyEvaluationDetails\":null",
        "\"policyDefinitionGroupNames\":[]",
        "\"policyDefinitionVersion\":\"\"",
    ] {
        assert!(bare.contains(part), "{part} in {bare}");
    }
    assert_eq!(bare, written(&engine, &resource(json!({})), &Context::new(), AzureOptions::default()));
    let more = written(
        &engine,
        &resource(json!({})),
        &Context::new(),
        AzureOptions { extras: true, ..AzureOptions::default() },
    );
    assert!(more.ends_with(",\"ordain\":{\"action\":{\"kind\":\"audit\",\"enforced\":true}}}"), "{more}");
}

#[test]
fn what_the_resource_says() {
    // spec: S-41
    let engine = engine(&[audit(json!({ "field": "name", "like": "*" }))]);
    let of = resource(json!({ "location": "West Europe", "tags": { "b": "2", "a": "1" } }));
    let context = Context::new().now("2025-06-01T12:34:56.7890000Z").expect("a clock");
    let record = recorded(&engine, &of, &context);
    assert_eq!(record["timestamp"], "2025-06-01T12:34:56Z");
    assert_eq!((&record["resourceLocation"], &record["resourceId"]), (&json!("westeurope"), &json!(ID)));
    assert_eq!(record["resourceTags"], "{\"a\":\"1\",\"b\":\"2\"}");
    let none = recorded(&engine, &resource(json!({ "tags": {} })), &context);
    assert_eq!(none["resourceTags"], "");
}

#[test]
fn states_that_the_service_knows() {
    // spec: S-5, S-6, S-52, S-53
    let states = [
        (json!({ "field": "name", "like": "*" }), "audit", "NonCompliant", false, "MustNotBeLike"),
        (json!({ "field": "name", "equals": "x" }), "audit", "Compliant", true, ""),
        (json!({ "value": "[substring('a', 9)]", "equals": "x" }), "audit", "Error", false, "BadArgument"),
        (json!({ "field": "name", "like": "*" }), "manual", "Unknown", true, ""),
    ];
    for (condition, effect, state, compliant, reason) in states {
        let engine = engine(&[definition("d", condition, json!({ "effect": effect }))]);
        let record = recorded(&engine, &resource(json!({})), &Context::new());
        assert_eq!(
            (&record["complianceState"], &record["isCompliant"]),
            (&json!(state), &json!(compliant)),
            "{record}"
        );
        if state != "Error" {
            assert_eq!(record["complianceReasonCode"], reason, "{record}");
        } else {
            assert_ne!(record["complianceReasonCode"], "", "the name of what failed");
        }
    }
    // What the export does not tell is written as unknown, with the reason.
    let engine = engine(&[audit(json!({ "field": "A.B/c/p", "equals": "x" }))]);
    let mut bare = resource(json!({}));
    bare.as_object_mut().expect("an object").remove("properties");
    let record = recorded(&engine, &bare, &Context::new().row());
    assert_eq!((&record["complianceState"], &record["isCompliant"]), (&json!("Unknown"), &json!(false)));
    assert_eq!(record["complianceReasonCode"], "PropertiesNotExported");
}

#[test]
fn manual_and_exempt_have_reasons_of_their_own() {
    // spec: S-53, S-70
    let manual = definition(
        "d",
        json!({ "field": "name", "like": "*" }),
        json!({ "effect": "manual", "details": { "defaultState": "NonCompliant" } }),
    );
    let of_policy = |kind: &str, name: &str, properties: Json| json!({ "id": format!("/subscriptions/S/providers/Microsoft.Authorization/{kind}/{name}"), "properties": properties });
    let assigned = |name: &str| {
        of_policy(
            "policyAssignments",
            name,
            json!({ "policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/d" }),
        )
    };
    let to =
        |name: &str| format!("/subscriptions/S/providers/Microsoft.Authorization/policyAssignments/{name}");
    let engine = engine(&[
        manual,
        assigned("a"),
        assigned("b"),
        assigned("c"),
        json!({ "id": format!("{ID}/providers/Microsoft.PolicyInsights/attestations/t"), "type": "Microsoft.PolicyInsights/attestations",
            "properties": { "policyAssignmentId": to("b"), "complianceState": "NonCompliant" } }),
        of_policy(
            "policyExemptions",
            "e",
            json!({ "policyAssignmentId": to("c"), "exemptionCategory": "MITIGATED" }),
        ),
    ]);
    let resource = resource(json!({}));
    let context = Context::new();
    let evaluation = engine.evaluate_in(&resource, &context).expect("a resource");
    let found: Vec<(String, String)> = evaluation
        .outcomes()
        .map(|o| azure::record(&o, &resource, &context, AzureOptions::default()))
        .map(|r| (r.compliance_state.to_owned(), r.compliance_reason_code))
        .collect();
    let pair = |state: &str, reason: &str| (state.to_owned(), reason.to_owned());
    assert_eq!(
        found,
        [
            pair("NonCompliant", "DefaultNonCompliant"),
            pair("NonCompliant", "Attested"),
            pair("Exempt", "Mitigated")
        ]
    );
}

#[test]
fn decisive_conditions_under_not() {
    // spec: S-42, S-43, S-44, S-70
    let condition = json!({ "allOf": [
        { "field": "type", "equals": "A.B/c" },
        { "not": { "anyOf": [
            { "field": "A.B/c/mode", "in": ["a", "b"] },
            { "allOf": [{ "field": "name", "equals": "r" }, { "field": "tags.env", "exists": true }] } ] } } ] });
    let expected = r#"{"evaluatedExpressions":[{"result":"True","expressionKind":"Field","expression":"type","path":"type","expressionValue":"A.B/c","targetValue":"A.B/c","operator":"Equals"},{"result":"False","expressionKind":"Field","expression":"A.B/c/mode","path":"properties.mode","expressionValue":"c","targetValue":["a","b"],"operator":"In"},{"result":"False","expressionKind":"Field","expression":"tags.env","path":"tags.env","targetValue":"True","operator":"Exists"}]}"#;
    let of = resource(json!({ "properties": { "mode": "c" } }));
    assert_eq!(details_of(condition.clone(), &of), expected);
    // The first that is not about the type was false: it must be in the list (spec S-53, S-72).
    let engine = engine(&[audit(condition)]);
    assert_eq!(recorded(&engine, &of, &Context::new())["complianceReasonCode"], "MustBeIn");
    // What complies is explained by what is false: all alternatives of a true `anyOf` under `not`.
    let of = resource(json!({ "properties": { "mode": "b" } }));
    let record = recorded(&engine, &of, &Context::new());
    let listed = record["policyEvaluationDetails"]["evaluatedExpressions"].as_array().expect("a list");
    let found: Vec<_> = listed.iter().map(|e| (&e["expression"], &e["result"])).collect();
    assert_eq!(found, [(&json!("A.B/c/mode"), &json!("True"))]);
}

#[test]
fn types_are_listed_but_no_reason() {
    // spec: S-72
    let both = engine(&[audit(
        json!({ "allOf": [{ "field": "type", "equals": "A.B/c" }, { "field": "kind", "exists": false }] }),
    )]);
    let alone = engine(&[audit(json!({ "field": "type", "equals": "A.B/c" }))]);
    let reason = |engine: &Engine| {
        recorded(engine, &resource(json!({})), &Context::new())["complianceReasonCode"].clone()
    };
    assert_eq!((reason(&both), reason(&alone)), (json!("MustExist"), json!("MustNotEqual")));
}

#[test]
fn unknown_children_are_left_out() {
    // spec: S-44
    let condition =
        json!({ "anyOf": [{ "field": "A.B/c/p", "equals": 1 }, { "field": "name", "equals": "r" }] });
    let mut bare = resource(json!({}));
    bare.as_object_mut().expect("an object").remove("properties");
    let record = recorded(&engine(&[audit(condition)]), &bare, &Context::new().row());
    let listed = record["policyEvaluationDetails"]["evaluatedExpressions"].as_array().expect("a list");
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["expression"], &record["complianceState"]),
        (&json!("name"), &json!("NonCompliant"))
    );
}

#[test]
fn many_values_are_one_entry() {
    // spec: S-46
    let of = resource(json!({ "properties": { "rules": [{ "port": 22 }, { "port": 80 }] } }));
    let expected = r#"{"evaluatedExpressions":[{"result":"True","expressionKind":"Field","expression":"A.B/c/rules[*].port","path":"properties.rules[*].port","expressionValue":[22,80],"targetValue":443,"operator":"NotEquals"}]}"#;
    assert_eq!(details_of(json!({ "field": "A.B/c/rules[*].port", "notEquals": 443 }), &of), expected);
}

#[test]
fn values_and_counts() {
    // spec: S-43, S-71
    let of = resource(json!({ "properties": { "rules": [{ "port": 22 }, { "port": 80 }] } }));
    let value = r#"{"evaluatedExpressions":[{"result":"True","expressionKind":"Value","expression":"[length(field('name'))]","expressionValue":1,"targetValue":3,"operator":"Less"}]}"#;
    assert_eq!(details_of(json!({ "value": "[length(field('name'))]", "less": 3 }), &of), value);
    let count = json!({ "count": { "field": "A.B/c/rules[*]", "where": { "field": "A.B/c/rules[*].port", "equals": 22 } }, "greater": 0 });
    let expected = r#"{"evaluatedExpressions":[{"result":"True","expressionKind":"Count","expression":"A.B/c/rules[*]","expressionValue":1,"targetValue":0,"operator":"Greater"}]}"#;
    assert_eq!(details_of(count.clone(), &of), expected);
    let record = recorded(&engine(&[audit(count)]), &of, &Context::new());
    assert_eq!(record["complianceReasonCode"], "MustBeLessOrEqual");
}

#[test]
fn exists_wants_a_text() {
    // spec: S-43
    for (operand, written) in [(json!(false), "False"), (json!("false"), "False"), (json!("FALSE"), "False")]
    {
        let record = recorded(
            &engine(&[audit(json!({ "field": "kind", "exists": operand }))]),
            &resource(json!({})),
            &Context::new(),
        );
        let entry = &record["policyEvaluationDetails"]["evaluatedExpressions"][0];
        assert_eq!((&entry["targetValue"], &entry["result"]), (&json!(written), &json!("True")));
        assert!(entry.get("expressionValue").is_none(), "{entry}");
    }
}

#[test]
fn secrets_are_masked() {
    // spec: S-47
    let of = resource(json!({ "properties": { "adminPassword": "left" } }));
    let engine = engine(&[audit(json!({ "field": "A.B/c/adminPassword", "notEquals": "right" }))]);
    let masked = details(&engine, &of, &Context::new(), AzureOptions::default());
    assert!(masked.contains(r#""expressionValue":"******""#) && !masked.contains("left"), "{masked}");
    let shown = AzureOptions { values: Values::Show, ..AzureOptions::default() };
    assert!(details(&engine, &of, &Context::new(), shown).contains(r#""expressionValue":"left""#));
}

#[test]
fn long_values_are_cut() {
    // spec: S-48
    let engine = engine(&[audit(json!({ "field": "A.B/c/text", "notEquals": "x" }))]);
    let value = |given: Json, options: AzureOptions| {
        let of = resource(json!({ "properties": { "text": given } }));
        let details = details(&engine, &of, &Context::new(), options);
        let json: Json = serde_json::from_str(&details).expect("JSON");
        json["evaluatedExpressions"][0]["expressionValue"].clone()
    };
    let options = AzureOptions::default();
    assert_eq!(value(json!("ä".repeat(1_000)), options), "ä".repeat(1_000));
    assert_eq!(value(json!("ä".repeat(1_001)), options), format!("{}…", "ä".repeat(1_000)));
    let full = AzureOptions { full_values: true, ..options };
    assert_eq!(value(json!("ä".repeat(1_001)), full), "ä".repeat(1_001));
    let list = json!(vec![1; 600]);
    assert_eq!(value(list.clone(), options).as_str().map(|text| text.chars().count()), Some(1_001));
    assert_eq!(value(list.clone(), full), list);
}

fn not_exists(existence: Option<Json>) -> Engine {
    let mut details = json!({ "type": "A.B/c/d" });
    if let Some(existence) = existence {
        details["existenceCondition"] = existence;
    }
    let then = json!({ "effect": "auditIfNotExists", "details": details });
    engine(&[definition("d", json!({ "field": "type", "equals": "A.B/c" }), then)])
}

fn among(children: &[Json]) -> (Json, Context) {
    let parent = resource(json!({ "location": "westeurope" }));
    let mut related = RelatedResources::new().assume_complete();
    for row in children.iter().chain([&parent]) {
        related.add(row, Completeness::Whole, false);
    }
    (parent, Context::new().related(Arc::new(related)))
}

fn child(name: &str, state: &str, location: &str) -> Json {
    json!({ "id": format!("{ID}/d/{name}"), "name": name, "type": "A.B/c/d", "location": location, "properties": { "state": state } })
}

#[test]
fn two_candidates() {
    // spec: S-45, S-53, E-86, E-90
    // The last candidate by id is judged last; what it lacks is told, and what `field()` reads is the parent's.
    let existence = json!({ "allOf": [
        { "field": "location", "equals": "[field('location')]" },
        { "field": "A.B/c/d/state", "equals": "on" }] });
    let engine = not_exists(Some(existence));
    let (parent, context) = among(&[child("two", "off", "West Europe"), child("one", "on", "eastus")]);
    let expected = format!(
        r#"{{"evaluatedExpressions":[{{"result":"False","expressionKind":"Field","expression":"A.B/c/d/state","path":"properties.state","expressionValue":"off","targetValue":"on","operator":"Equals"}}],"ifNotExistsDetails":{{"resourceId":"{ID}/d/two","totalResources":2}}}}"#
    );
    assert_eq!(details(&engine, &parent, &context, AzureOptions::default()), expected);
    let record = recorded(&engine, &parent, &context);
    assert_eq!(
        (&record["complianceState"], &record["complianceReasonCode"]),
        (&json!("NonCompliant"), &json!("MustEqual"))
    );
}

#[test]
fn a_candidate_that_satisfies() {
    // spec: S-44, S-45
    let engine = not_exists(Some(json!({ "field": "A.B/c/d/state", "equals": "on" })));
    let (parent, context) = among(&[child("one", "on", "x"), child("two", "off", "x")]);
    let record = recorded(&engine, &parent, &context);
    assert_eq!(
        (&record["complianceState"], &record["complianceReasonCode"]),
        (&json!("Compliant"), &json!(""))
    );
    let listed = &record["policyEvaluationDetails"]["evaluatedExpressions"];
    assert_eq!((&listed[0]["result"], &listed[0]["expressionValue"]), (&json!("True"), &json!("on")));
}

#[test]
fn no_candidate_or_no_condition() {
    // spec: S-45, S-53, S-70
    let expected = r#"{"evaluatedExpressions":[],"ifNotExistsDetails":{"totalResources":0}}"#;
    for existence in [None, Some(json!({ "field": "A.B/c/d/state", "equals": "on" }))] {
        let engine = not_exists(existence);
        let (parent, context) = among(&[]);
        assert_eq!(details(&engine, &parent, &context, AzureOptions::default()), expected);
        assert_eq!(recorded(&engine, &parent, &context)["complianceReasonCode"], "NoRelatedResource");
    }
    // Any will do: there is nothing to list.
    let (parent, context) = among(&[child("one", "off", "x")]);
    let record = recorded(&not_exists(None), &parent, &context);
    assert_eq!(record["complianceState"], "Compliant");
    assert_eq!(record["policyEvaluationDetails"]["evaluatedExpressions"], json!([]));
}

#[test]
fn sentences_for_people() {
    // spec: S-73
    let engine = not_exists(Some(json!({ "field": "A.B/c/d/state", "equals": "on" })));
    let (parent, context) = among(&[child("one", "off", "x")]);
    let evaluation = engine.evaluate_in(&parent, &context).expect("a resource");
    let outcome = evaluation.outcomes().next().expect("a record");
    let why = outcome.explain(&parent);
    let told = "`one` (`A.B/c/d`) does not satisfy: state is `off`, must be `on`";
    assert_eq!(why.sentence(Values::default()).as_deref(), Some(told));
    let condition = why.existence().and_then(|node| node.condition()).expect("a condition");
    assert_eq!(condition.position(why.source()).line, 1);
    assert_eq!(condition.location().map(ordain::Location::dotted).as_deref(), Some("properties.state"));
}

const SETS: &str = "/providers/Microsoft.Authorization/policySetDefinitions";
const DEFINITIONS: &str = "/providers/Microsoft.Authorization/policyDefinitions";
const ASSIGNMENTS: &str = "/subscriptions/S/providers/Microsoft.Authorization/policyAssignments";

#[test]
fn totals_of_two_assignments() {
    // spec: S-34, S-60, S-61, S-62, S-63, S-64
    // `a` has two pairs and two groups: `x` fails on r and q, `y` never; `b` has one, which cannot be told.
    let reference = |id: &str, name: &str, groups: Json| json!({ "policyDefinitionReferenceId": id, "policyDefinitionId": format!("{DEFINITIONS}/{name}"), "groupNames": groups });
    let engine = engine(&[
        definition("no", json!({ "field": "name", "like": "*" }), json!({ "effect": "Deny" })),
        definition("yes", json!({ "field": "name", "equals": "x" }), json!({ "effect": "audit" })),
        definition(
            "open",
            json!({ "field": "name", "like": "*" }),
            json!({ "effect": "auditIfNotExists", "details": { "type": "N.N/n" } }),
        ),
        json!({ "id": format!("{SETS}/i"), "properties": {
            "policyDefinitionGroups": [{ "name": "g" }, { "name": "h" }],
            "policyDefinitions": [reference("x", "no", json!(["g"])), reference("y", "yes", json!(["g", "h"]))] } }),
        json!({ "id": format!("{ASSIGNMENTS}/a"), "properties": { "policyDefinitionId": format!("{SETS}/i") } }),
        json!({ "id": format!("{ASSIGNMENTS}/b"), "properties": { "policyDefinitionId": format!("{DEFINITIONS}/open") } }),
    ]);
    let mut compliance = Compliance::new(&engine);
    for name in ["r", "q"] {
        let of = resource(
            json!({ "id": format!("/subscriptions/S/resourceGroups/G/providers/A.B/c/{name}"), "name": name }),
        );
        compliance.add(&engine.evaluate(&of).expect("a resource"), &of);
    }
    let entry = |state: &str, n: usize| format!(r#"{{"complianceState":"{state}","count":{n}}}"#);
    let results = |fails: usize, pairs: Option<usize>, details: &str, policies: &str, groups: &str| {
        let pairs = pairs.map_or_else(String::new, |n| format!(r#""nonCompliantPolicies":{n},"#));
        format!(
            r#"{{"queryResultsUri":null,"nonCompliantResources":{fails},{pairs}"resourceDetails":[{details}],"policyDetails":[{policies}],"policyGroupDetails":[{groups}]}}"#
        )
    };
    let (bad, good, open) = (entry("noncompliant", 2), entry("compliant", 2), entry("unknown", 2));
    let (one_bad, one_good, one_open) =
        (entry("noncompliant", 1), entry("compliant", 1), entry("unknown", 1));
    let both = format!("{one_bad},{one_good}");
    let expected = format!(
        r#"{{"@odata.context":"policyStates/$metadata#summary","@odata.count":1,"value":[{{"@odata.id":null,"@odata.context":"policyStates/$metadata#summary/$entity","results":{},"policyAssignments":[{{"policyAssignmentId":"{ASSIGNMENTS}/a","policySetDefinitionId":"{SETS}/i","results":{},"policyDefinitions":[{{"policyDefinitionId":"{DEFINITIONS}/no","policyDefinitionReferenceId":"x","policyDefinitionGroupNames":["g"],"effect":"deny","results":{}}},{{"policyDefinitionId":"{DEFINITIONS}/yes","policyDefinitionReferenceId":"y","policyDefinitionGroupNames":["g","h"],"effect":"audit","results":{}}}],"policyGroups":[{{"policyGroupName":"g","results":{}}},{{"policyGroupName":"h","results":{}}}]}},{{"policyAssignmentId":"{ASSIGNMENTS}/b","policySetDefinitionId":"","results":{},"policyDefinitions":[{{"policyDefinitionId":"{DEFINITIONS}/open","policyDefinitionReferenceId":"","policyDefinitionGroupNames":[],"effect":"auditifnotexists","results":{}}}],"policyGroups":[]}}]}}]}}"#,
        results(2, Some(1), &bad, &format!("{one_bad},{one_open}"), &both),
        results(2, Some(1), &bad, &both, &both),
        results(2, None, &bad, &one_bad, ""),
        results(0, None, &good, &one_good, ""),
        results(2, None, &bad, "", &one_bad),
        results(0, None, &good, "", &one_good),
        results(0, Some(0), &open, &one_open, ""),
        results(0, None, &open, &one_open, ""),
    );
    assert_eq!(serde_json::to_string(&azure::summary(&compliance)).expect("JSON"), expected);
}

#[test]
fn unknown_in_two_ways_is_one_entry() {
    // spec: S-62
    let engine = engine(&[
        definition("m", json!({ "field": "name", "like": "*" }), json!({ "effect": "manual" })),
        definition(
            "open",
            json!({ "field": "name", "equals": "q" }),
            json!({ "effect": "auditIfNotExists", "details": { "type": "N.N/n" } }),
        ),
    ]);
    let mut compliance = Compliance::new(&engine);
    let mut states = Vec::new();
    for name in ["r", "q"] {
        let of = resource(
            json!({ "id": format!("/subscriptions/S/resourceGroups/G/providers/A.B/c/{name}"), "name": name }),
        );
        let evaluation = engine.evaluate(&of).expect("a resource");
        states.extend(evaluation.outcomes().map(|o| o.state()));
        compliance.add(&evaluation, &of);
    }
    assert_eq!(states, [State::Unknown, State::Unknown, State::NotEvaluated]);
    let summary = serde_json::to_value(azure::summary(&compliance)).expect("JSON");
    assert_eq!(
        summary["value"][0]["results"]["resourceDetails"],
        json!([{ "complianceState": "unknown", "count": 2 }])
    );
}

/// The example of the chapter, byte by byte: a record of the worked tenant.
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
