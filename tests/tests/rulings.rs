//! What policies say of requests: order, verdict, changes, denials, audits, what stays open, what comes later.

use ordain::report::request::record;
use ordain::{Context, Deletion, Engine, Request, RulingKind, Values, Verdict};
use serde_json::{Value as Json, json};

const GROUP: &str = "/subscriptions/11111111-2222-4333-8444-555555555501/resourceGroups/rg";
const AUTHORIZATION: &str = "providers/Microsoft.Authorization";

/// A definition named after what it does.
fn definition(name: &str, condition: Json, then: Json) -> Json {
    json!({ "id": format!("{GROUP}/{AUTHORIZATION}/policyDefinitions/{name}"), "name": name,
        "properties": { "mode": "All", "displayName": name, "policyRule": { "if": condition, "then": then } } })
}

/// Its assignment at the group.
fn assignment(name: &str, more: Json) -> Json {
    let mut properties = json!({ "scope": GROUP, "displayName": format!("guard {name}"),
        "policyDefinitionId": format!("{GROUP}/{AUTHORIZATION}/policyDefinitions/{name}") });
    for (key, value) in more.as_object().expect("an object") {
        properties[key] = value.clone();
    }
    json!({ "id": format!("{GROUP}/{AUTHORIZATION}/policyAssignments/{name}"), "name": name,
        "type": "Microsoft.Authorization/policyAssignments", "properties": properties })
}

fn engine(documents: &[Json]) -> Engine {
    let source = ordain::Source::new("policies.json", Json::from(documents).to_string());
    Engine::builder().policies(&source).build().unwrap_or_else(|error| panic!("{error}"))
}

/// The definitions, each assigned once and enforced.
fn assigned(definitions: &[Json]) -> Engine {
    let mut documents = definitions.to_vec();
    for definition in definitions {
        documents.push(assignment(definition["name"].as_str().expect("a name"), json!({})));
    }
    engine(&documents)
}

fn thing(properties: Json) -> Json {
    json!({ "id": format!("{GROUP}/providers/A.B/c/n"), "type": "A.B/c", "name": "n", "location": "l",
        "properties": properties })
}

fn kinds(request: &Request<'_>) -> Vec<(String, &'static str)> {
    request.rulings.iter().map(|r| (r.policy.name().to_owned(), r.kind.name())).collect()
}

fn said(name: &str, kind: &'static str) -> (String, &'static str) {
    (name.to_owned(), kind)
}

fn asks<'e>(engine: &'e Engine, body: &Json) -> Request<'e> {
    engine.request(body, &Context::default()).expect("a resource")
}

fn tagged(value: &str) -> Json {
    json!({ "effect": "append", "details": [{ "field": "tags.env", "value": value }] })
}

fn untagged() -> Json {
    json!({ "field": "tags.env", "exists": false })
}

fn effect(name: &str) -> Json {
    json!({ "effect": name })
}

fn kind_is(word: &str) -> Json {
    json!({ "field": "kind", "equals": word })
}

#[test]
fn changes_come_first_then_denials_then_audits_then_what_comes_later() {
    // spec: E-17, E-20, E-21, E-22
    let later = json!({ "effect": "auditIfNotExists", "details": { "type": "A.B/d" } });
    let engine = assigned(&[
        definition("a-later", json!({ "field": "type", "equals": "A.B/c" }), later),
        definition("b-audit", json!({ "field": "tags.env", "equals": "prod" }), effect("audit")),
        definition("c-deny", json!({ "field": "tags.env", "exists": false }), effect("deny")),
        definition("d-tag", untagged(), tagged("prod")),
    ]);
    // `d-tag` sees the body as it came; the others what it made of it: `c-deny` finds the tag, `b-audit` its value.
    let request = asks(&engine, &thing(json!({})));
    assert_eq!(request.verdict, Verdict::Allowed);
    assert_eq!(
        kinds(&request),
        [said("d-tag", "changed"), said("b-audit", "flagged"), said("a-later", "later")]
    );
    assert_eq!((request.applied, request.body.to_json()["tags"]["env"].as_str()), (4, Some("prod")));
    let record = serde_json::to_value(record(&request, "n", Values::Show)).expect("JSON");
    assert_eq!(record["rulings"][0]["changes"], json!([{ "path": "tags.env", "after": "prod" }]));
    assert_eq!(record["rulings"][0]["assignment"]["displayName"], "guard d-tag");
    assert_eq!(record["patch"][1], json!({ "op": "add", "path": "/tags/env", "value": "prod" }));
    assert_eq!(record["error"], Json::Null);
    let later = &request.rulings[2];
    assert!(
        matches!(&later.kind, RulingKind::Later { certain: false, resource_type, .. } if resource_type == "A.B/d")
    );
}

#[test]
fn a_denial_silences_audits_and_what_comes_later_and_all_denials_are_told() {
    // spec: E-22, E-24
    let later = json!({ "effect": "deployIfNotExists", "details": { "type": "A.B/d", "roleDefinitionIds": ["r"],
        "deployment": { "properties": { "mode": "incremental", "template": {} } } } });
    let engine = assigned(&[
        definition("a-deny", kind_is("open"), effect("deny")),
        definition("b-audit", kind_is("open"), effect("audit")),
        definition("c-deny", kind_is("open"), effect("deny")),
        definition("d-later", kind_is("open"), later),
        definition("e-tag", untagged(), tagged("prod")),
    ]);
    let mut body = thing(json!({}));
    body["kind"] = json!("open");
    let request = asks(&engine, &body);
    assert_eq!(request.verdict, Verdict::Denied);
    assert_eq!(
        kinds(&request),
        [said("e-tag", "changed"), said("a-deny", "denied"), said("c-deny", "denied")]
    );
    assert_eq!((request.denials().count(), request.audits().count()), (2, 0));
}

#[test]
fn what_is_not_enforced_has_no_say() {
    // spec: E-32, G-54
    let mut documents = vec![
        definition("a-deny", kind_is("open"), effect("deny")),
        definition("b-audit", kind_is("open"), effect("audit")),
        definition(
            "c-fails",
            json!({ "value": "[length(field('kind'))]", "equals": "[div(1, 0)]" }),
            effect("audit"),
        ),
        definition("d-tag", untagged(), tagged("prod")),
        definition("e-quiet", kind_is("shut"), effect("deny")),
    ];
    for name in ["a-deny", "b-audit", "c-fails", "d-tag", "e-quiet"] {
        documents.push(assignment(name, json!({ "enforcementMode": "DoNotEnforce" })));
    }
    let engine = engine(&documents);
    let mut body = thing(json!({}));
    body["kind"] = json!("open");
    let request = asks(&engine, &body);
    assert_eq!((request.verdict, request.patch.as_deref()), (Verdict::Allowed, Some(&[][..])));
    let idle = ["d-tag", "a-deny", "b-audit", "c-fails"].map(|name| said(name, "notEnforced"));
    assert_eq!(kinds(&request), idle);
    let failed: Vec<bool> = request.rulings.iter().map(ordain::Ruling::has_failed).collect();
    assert_eq!(failed, [false, false, false, true]);
}

#[test]
fn a_rule_that_fails_refuses_whatever_its_effect() {
    // spec: E-23, S-36
    let failing = json!({ "value": "[div(1, length(field('kind')))]", "equals": 1 });
    for name in ["audit", "deny", "append", "auditIfNotExists"] {
        let then = match name {
            "append" => tagged("prod"),
            "auditIfNotExists" => json!({ "effect": name, "details": { "type": "A.B/d" } }),
            _ => effect(name),
        };
        let engine = assigned(&[definition("p", failing.clone(), then)]);
        // No kind: `field` yields an empty text, and nothing can be divided by its length.
        let request = asks(&engine, &thing(json!({})));
        assert_eq!(
            (request.verdict, kinds(&request)),
            (Verdict::Denied, vec![said("p", "denied")]),
            "{name}"
        );
        assert!(request.rulings[0].has_failed(), "{name}");
    }
}

#[test]
fn policies_that_write_different_values_refuse_together() {
    // spec: E-61, E-65
    let engine = assigned(&[
        definition("a-tag", untagged(), tagged("prod")),
        definition("b-tag", untagged(), tagged("test")),
    ]);
    let request = asks(&engine, &thing(json!({})));
    assert_eq!(kinds(&request), [said("a-tag", "denied"), said("b-tag", "denied")]);
    assert_eq!(request.patch.as_deref(), Some(&[][..]));
    assert!(request.rulings[0].sentence(Values::Show).contains("neither gives way"));
    // What is there already with another value is not overwritten by append.
    let overwriting =
        assigned(&[definition("c-tag", json!({ "field": "type", "equals": "A.B/c" }), tagged("prod"))]);
    let mut body = thing(json!({}));
    body["tags"] = json!({ "env": "test" });
    let request = asks(&overwriting, &body);
    assert_eq!(request.verdict, Verdict::Denied);
    assert_eq!(
        request.rulings[0].sentence(Values::Show),
        "`tags.env` is `test` already, the policy would write `prod`"
    );
}

#[test]
fn a_policy_that_gives_way_is_told_as_such() {
    // spec: E-61
    let modify = |effect: &str, value: &str| {
        json!({ "effect": "modify", "details": { "roleDefinitionIds": ["r"], "conflictEffect": effect,
            "operations": [{ "operation": "addOrReplace", "field": "tags.env", "value": value }] } })
    };
    let engine = assigned(&[
        definition("a-tag", untagged(), modify("audit", "test")),
        definition("b-tag", untagged(), modify("deny", "prod")),
    ]);
    let request = asks(&engine, &thing(json!({})));
    assert_eq!(request.verdict, Verdict::Allowed);
    let record = serde_json::to_value(record(&request, "n", Values::Show)).expect("JSON");
    let suppressed = |at: usize| record["rulings"][at]["suppressed"].clone();
    assert_eq!((suppressed(0), suppressed(1)), (json!(true), json!(false)));
    assert_eq!(kinds(&request), [said("a-tag", "suppressed"), said("b-tag", "changed")]);
    assert_eq!(request.body.to_json()["tags"]["env"], "prod");
}

#[test]
fn what_only_azure_can_fill_is_open_never_denied() {
    // spec: E-28, I-44, S-22
    let reads = |name: &str, then: Json| {
        definition(name, json!({ "value": "[field('kind')]", "equals": "open" }), then)
    };
    let template = |kind: &str| {
        let mut entry = thing(json!({}));
        entry["kind"] = json!(kind);
        let text = json!({ "contentVersion": "1", "resources": [entry] }).to_string();
        let source = ordain::Source::new("t.json", text);
        let (read, _) = ordain::json::read(source.text(), ordain::json::Dialect::Template);
        ordain::requests::read(&source, &read.expect("JSON"), &Default::default()).expect("a template")
    };
    let found = template("[reference('x').kind]");
    let body = &found.requests[0].body;
    let table = [
        ("deny", effect("deny"), Verdict::Undecided, true),
        ("append", tagged("prod"), Verdict::Undecided, true),
        ("audit", effect("audit"), Verdict::Allowed, false),
    ];
    for (name, then, verdict, hangs) in table {
        let engine = assigned(&[reads("p", then)]);
        let request = engine.request(body, &Context::default()).expect("a resource");
        assert_eq!(request.verdict, verdict, "{name}");
        let [ruling] = &request.rulings[..] else { panic!("{name}: {:?}", kinds(&request)) };
        assert!(matches!(&ruling.kind, RulingKind::Open { decides, .. } if *decides == hangs), "{name}");
        assert!(ruling.sentence(Values::Show).contains("UnresolvedExpression"), "{name}");
    }
    // A known audit beside an undecided deny is told, and a change that rests on an unknown rule is tentative.
    let engine = assigned(&[
        reads("a-deny", effect("deny")),
        definition("b-audit", untagged(), effect("audit")),
        reads("c-tag", tagged("prod")),
    ]);
    let request = engine.request(body, &Context::default()).expect("a resource");
    assert_eq!(kinds(&request), [said("c-tag", "open"), said("a-deny", "open"), said("b-audit", "flagged")]);
    let record = serde_json::to_value(record(&request, "n", Values::Show)).expect("JSON");
    assert_eq!(record["rulings"][0]["tentative"][0]["field"], "tags.env");
    assert_eq!(
        (record["verdict"].as_str(), record["reason"].as_str()),
        (Some("undecided"), Some("UnresolvedExpression"))
    );
    // Where a certain denial stands beside it, the request is denied.
    let engine =
        assigned(&[reads("a-deny", effect("deny")), definition("b-deny", untagged(), effect("deny"))]);
    assert_eq!(engine.request(body, &Context::default()).expect("a resource").verdict, Verdict::Denied);
}

#[test]
fn deletes_are_refused_by_deny_action_alone() {
    // spec: E-20, E-26
    let refuse = json!({ "effect": "denyAction", "details": { "actionNames": ["delete"] } });
    let engine = assigned(&[
        definition("a-keep", json!({ "field": "type", "equals": "A.B/c" }), refuse),
        definition("b-deny", json!({ "field": "type", "equals": "A.B/c" }), effect("deny")),
    ]);
    let body = thing(json!({}));
    let gone = engine.deletion(&body, &Context::default(), Deletion::Resource).expect("a resource");
    assert_eq!(
        (gone.verdict, kinds(&gone), gone.applied),
        (Verdict::Denied, vec![said("a-keep", "denied")], 1)
    );
    assert_eq!(kinds(&asks(&engine, &body)), [said("b-deny", "denied")]);
}

#[test]
fn a_request_without_id_is_where_its_deployment_goes() {
    // spec: G-8, I-45
    let engine = assigned(&[definition("p", json!({ "field": "type", "equals": "A.B/c" }), effect("deny"))]);
    let template = json!({ "contentVersion": "1", "resources": [
        { "type": "A.B/c", "name": "[uniqueString('x')]", "properties": {} }] });
    let source = ordain::Source::new("t.json", template.to_string());
    let (read, _) = ordain::json::read(source.text(), ordain::json::Dialect::Template);
    let read = read.expect("JSON");
    let verdict = |subscription: Option<&str>, group: &str| {
        let options = ordain::requests::RequestOptions {
            subscription: subscription.map(str::to_owned),
            resource_group: Some(group.to_owned()),
            ..Default::default()
        };
        let found = ordain::requests::read(&source, &read, &options).expect("a template");
        let context = Context::default().for_request(&found.requests[0]).expect("a context");
        engine.request(&found.requests[0].body, &context).expect("a resource").verdict
    };
    let own = GROUP.split('/').nth(2);
    // Its name only Azure can tell, but not where it goes; without a subscription it is within every scope.
    assert_eq!(verdict(own, "rg"), Verdict::Denied);
    assert_eq!(verdict(own, "other"), Verdict::Allowed);
    assert_eq!(verdict(None, "other"), Verdict::Denied);
}

#[test]
fn what_surrounds_a_request_without_id_is_that_of_its_deployment() {
    // spec: G-8, I-24, I-48, E-28, F-214, F-215
    let rule = |value: &str, expected: &str| {
        json!({ "mode": "All", "policyRule": {
            "if": { "value": value, "equals": expected }, "then": { "effect": "deny" } } })
    };
    let guid = GROUP.split('/').nth(2).expect("a guid");
    let template = |schema: &str, resource: Json| {
        json!({ "$schema": format!("https://schema.management.azure.com/schemas/2019-04-01/{schema}eploymentTemplate.json#"),
            "contentVersion": "1", "resources": [resource] })
    };
    let nameless = || json!({ "type": "A.B/c", "name": "[uniqueString('x')]", "properties": {} });
    let named = || json!({ "type": "A.B/c", "name": "n", "properties": {} });
    let scoped = |scope: &str| json!({ "type": "A.B/c", "name": "n", "scope": scope, "properties": {} });
    let plan = |after: Json, unknown: Json| {
        json!({ "format_version": "1.2", "resource_changes": [{ "address": "azapi_resource.x", "mode": "managed",
            "type": "azapi_resource", "name": "x",
            "change": { "actions": ["create"], "after": after, "after_unknown": unknown } }] })
    };
    let parentless = || plan(json!({ "type": "A.B/c@1", "name": "n" }), json!({ "parent_id": true }));
    let elsewhere = format!("/subscriptions/{guid}/resourceGroups/other");
    let unnamed = plan(json!({ "type": "A.B/c@1", "parent_id": elsewhere }), json!({ "name": true }));
    let group = plan(
        json!({ "type": "Microsoft.Resources/resourceGroups@1", "name": "made" }),
        json!({ "parent_id": true }),
    );
    let payload = json!({ "resource": { "type": "A.B/c", "name": "n" }, "action": "write" });
    let (name, region, subscription) =
        ("[resourceGroup().name]", "[resourceGroup().location]", "[subscription().subscriptionId]");
    let (denied, allowed, open) = (Verdict::Denied, Verdict::Allowed, Verdict::Undecided);
    // The document, what is asked of it, what denies; the verdict when place and location are given, when the
    // subscription alone is, when nothing is.
    let table = [
        (template("d", nameless()), name, "rg", [denied, open, open]),
        (template("d", nameless()), name, "other", [allowed, open, open]),
        (template("d", nameless()), region, "westeurope", [denied, open, open]),
        (template("d", nameless()), subscription, guid, [denied, denied, open]),
        (template("d", nameless()), "[resourceGroup().id]", GROUP, [denied, open, open]),
        (template("d", nameless()), "[resourceGroup().tags['a']]", "", [open, open, open]),
        (template("d", nameless()), "[subscription().displayName]", "", [open, open, open]),
        // With its name it has an id; the group's location is no part of that.
        (template("d", named()), region, "westeurope", [denied, open, open]),
        // What has a scope of its own is not in the deployment's group.
        (template("d", scoped(&elsewhere)), name, "other", [denied, denied, denied]),
        (template("d", scoped(&elsewhere)), region, "westeurope", [open, open, open]),
        (template("d", scoped("[reference('a').id]")), name, "rg", [open, open, open]),
        (template("d", scoped("[reference('a').id]")), subscription, guid, [open, open, open]),
        // A deployment to a subscription is in no group: that rule fails, and a rule that fails denies (E-23).
        (template("subscriptionD", nameless()), name, "rg", [denied, denied, open]),
        (template("subscriptionD", nameless()), subscription, guid, [denied, denied, open]),
        // One to the tenant is in no subscription either.
        (template("tenantD", nameless()), subscription, guid, [denied, denied, denied]),
        (parentless(), name, "rg", [denied, open, open]),
        (parentless(), region, "westeurope", [denied, open, open]),
        (parentless(), subscription, guid, [denied, denied, open]),
        (unnamed.clone(), name, "other", [denied, denied, denied]),
        (unnamed, region, "westeurope", [open, open, open]),
        // A group that is made is in no other.
        (group.clone(), name, "made", [denied, denied, denied]),
        (group, subscription, guid, [denied, denied, open]),
        (payload.clone(), name, "rg", [denied, open, open]),
        (payload, subscription, guid, [denied, denied, open]),
    ];
    for (document, value, expected, wanted) in table {
        let engine = Engine::builder()
            .definition_json(&rule(value, expected).to_string())
            .and_then(ordain::EngineBuilder::build)
            .unwrap_or_else(|error| panic!("{error}"));
        let source = ordain::Source::new("d.json", document.to_string());
        let (read, _) = ordain::json::read(source.text(), ordain::json::Dialect::Template);
        let read = read.expect("JSON");
        let given = [(true, true), (true, false), (false, false)].map(|(subscription, group)| {
            let options = ordain::requests::RequestOptions {
                subscription: subscription.then(|| guid.to_owned()),
                resource_group: group.then(|| "rg".to_owned()),
                location: group.then(|| "westeurope".to_owned()),
                ..Default::default()
            };
            let found = ordain::requests::read(&source, &read, &options).expect("a kind that is known");
            let [request] = &found.requests[..] else { panic!("{:?}", found.diagnostics) };
            let context = Context::default().for_request(request).expect("a context");
            engine.request(&request.body, &context).expect("a resource").verdict
        });
        assert_eq!(given, wanted, "{value} of {document}");
    }
}

#[test]
fn what_is_left_out_under_audit_is_told() {
    // spec: E-37, E-44, E-49, E-61
    let modify = |effect: &str, operations: Json| {
        json!({ "effect": "modify", "details": { "conflictEffect": effect, "operations": operations,
            "roleDefinitionIds": ["/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"] } })
    };
    let add = |field: &str, value: &str| json!({ "operation": "add", "field": field, "value": value });
    let write = |field: &str| json!({ "operation": "addOrReplace", "field": field, "value": "x" });
    let always = || json!({ "field": "type", "equals": "A.B/c" });
    let mut body = thing(json!({}));
    body["tags"] = json!({ "env": "zz" });
    let clash = "`tags.env` is `zz` already, the policy would write `a`";
    let fixed = "`location` cannot be written in this API version";
    let table = [
        // Some of it is carried out.
        ("audit", json!([add("tags.env", "a"), add("tags.k", "1")]), "changed", vec![clash]),
        ("audit", json!([add("tags.k", "1"), write("location")]), "changed", vec![fixed]),
        // None of it is: that is told as well.
        ("audit", json!([add("tags.env", "a")]), "skipped", vec![clash]),
        ("audit", json!([write("location"), add("tags.env", "a")]), "skipped", vec![clash, fixed]),
        // Nothing is left out.
        ("audit", json!([add("tags.k", "1")]), "changed", vec![]),
        ("audit", json!([add("tags.env", "zz")]), "", vec![]),
        // In silence.
        ("disabled", json!([add("tags.env", "a"), add("tags.k", "1")]), "changed", vec![]),
        ("disabled", json!([add("tags.env", "a")]), "", vec![]),
        ("deny", json!([add("tags.env", "a")]), "denied", vec![]),
    ];
    for (effect, operations, kind, left_out) in table {
        let engine = assigned(&[definition("p", always(), modify(effect, operations.clone()))]);
        let request = asks(&engine, &body);
        let kinds: Vec<&str> = request.rulings.iter().map(|ruling| ruling.kind.name()).collect();
        let wanted: Vec<&str> = std::iter::once(kind).filter(|kind| !kind.is_empty()).collect();
        assert_eq!(kinds, wanted, "{effect} {operations}");
        let told: Vec<String> =
            request.rulings.iter().flat_map(|ruling| ruling.left_out(Values::Show)).collect();
        assert_eq!(told, left_out, "{effect} {operations}");
        let verdict = if kind == "denied" { Verdict::Denied } else { Verdict::Allowed };
        assert_eq!(request.verdict, verdict, "{effect} {operations}");
    }
    // Masked as all values are.
    let engine = assigned(&[definition("p", always(), modify("audit", json!([add("tags.password", "a")])))]);
    body["tags"] = json!({ "password": "zz" });
    let request = asks(&engine, &body);
    assert_eq!(
        request.rulings[0].sentence(Values::MaskSecrets),
        "nothing is changed: `tags.password` is `******` already, the policy would write `******`"
    );
}

#[test]
fn rows_of_groups_tell_more_than_the_options() {
    // spec: F-215, I-48
    let engine = Engine::builder()
        .definition_json(
            r#"{"mode": "All", "policyRule": {
                "if": {"value": "[concat(resourceGroup().location, resourceGroup().tags['a'])]", "equals": "northeurope1"},
                "then": {"effect": "deny"}}}"#,
        )
        .and_then(ordain::EngineBuilder::build)
        .unwrap_or_else(|error| panic!("{error}"));
    let row = ordain::Source::new(
        "row.json",
        json!({ "id": GROUP, "name": "rg", "location": "northeurope", "tags": { "a": "1" } }).to_string(),
    );
    let (row, _) = ordain::json::read(row.text(), ordain::json::Dialect::Strict);
    let row = ordain::Node::to_value(&row.expect("JSON"));
    let mut containers = ordain::Containers::default();
    containers.insert(GROUP, row.as_object().expect("an object").clone());
    let options = ordain::requests::RequestOptions {
        subscription: GROUP.split('/').nth(2).map(str::to_owned),
        resource_group: Some("rg".to_owned()),
        location: Some("westeurope".to_owned()),
        ..Default::default()
    };
    let context = Context::default().destined(&options);
    let body = json!({ "type": "A.B/c", "name": "n" });
    let verdict = |context: &Context| engine.request(&body, context).expect("a resource").verdict;
    assert_eq!(verdict(&context), Verdict::Undecided, "the tags are not known");
    assert_eq!(verdict(&context.containers(std::sync::Arc::new(containers))), Verdict::Denied);
}

#[test]
fn refusals_have_the_shape_of_the_service() {
    // spec: S-49, E-35, G-62
    let mut documents = vec![definition("a-deny", kind_is("open"), effect("deny"))];
    documents.push(assignment(
        "a-deny",
        json!({ "nonComplianceMessages": [{ "message": "Ask the platform team." }], "parameters": {} }),
    ));
    let engine = engine(&documents);
    let mut body = thing(json!({}));
    body["kind"] = json!("open");
    let request = asks(&engine, &body);
    let text = serde_json::to_string(&record(&request, "n", Values::MaskSecrets).error).expect("JSON");
    // Worked out from S-49 and S-42: order of keys included.
    let id = |kind: &str| format!("{GROUP}/{AUTHORIZATION}/{kind}/a-deny");
    let expected = format!(
        "{{\"code\":\"RequestDisallowedByPolicy\",\"target\":\"n\",\"message\":\"Resource 'n' was disallowed by policy. \
         Reasons: Ask the platform team. See error details for policy resource IDs.\",\
         \"additionalInfo\":[{{\"type\":\"PolicyViolation\",\"info\":{{\"policyDefinitionDisplayName\":\"a-deny\",\
         \"evaluationDetails\":{},\"policyDefinitionId\":\"{}\",\"policyDefinitionName\":\"a-deny\",\
         \"policyDefinitionEffect\":\"deny\",\"policyAssignmentId\":\"{}\",\"policyAssignmentName\":\"a-deny\",\
         \"policyAssignmentDisplayName\":\"guard a-deny\",\"policyAssignmentScope\":\"{GROUP}\",\
         \"policyAssignmentParameters\":{{}}}}}}]}}",
        // The order of S-43, which a map of JSON would not keep.
        r#"{"evaluatedExpressions":[{"result":"True","expressionKind":"Field","expression":"kind","path":"kind","expressionValue":"open","targetValue":"open","operator":"Equals"}]}"#,
        id("policyDefinitions"),
        id("policyAssignments"),
    );
    assert_eq!(text, expected);
}

#[test]
fn secrets_that_policies_write_are_masked() {
    // spec: S-47
    let then =
        json!({ "effect": "append", "details": [{ "field": "tags.adminPassword", "value": "hunter2" }] });
    let engine = assigned(&[definition("p", untagged(), then)]);
    let request = asks(&engine, &thing(json!({})));
    let shown = |values| serde_json::to_string(&record(&request, "n", values)).expect("JSON");
    assert!(!shown(Values::MaskSecrets).contains("hunter2"));
    assert!(shown(Values::Show).contains("hunter2"));
}

#[test]
fn a_patch_of_tags_asks_those_who_look_at_tags() {
    // spec: E-25
    let any = json!({ "field": "name", "equals": "n" });
    let tag = json!({ "field": "tags.env", "exists": false });
    let expression = json!({ "value": "[empty(field('tags'))]", "equals": true });
    let documents = [
        definition("plain", any.clone(), effect("deny")),
        definition("tag", json!({ "allOf": [any.clone(), tag] }), effect("deny")),
        definition("expression", json!({ "anyOf": [{ "not": any }, expression] }), effect("audit")),
    ];
    let engine = engine(&documents);
    let body = thing(json!({}));
    let names = |context: &Context| -> Vec<String> {
        let request = engine.request(&body, context).expect("a resource");
        let mut names: Vec<String> = request.rulings.iter().map(|r| r.policy.name().to_owned()).collect();
        names.sort();
        names
    };
    let whole = Context::default();
    assert!(names(&whole).contains(&"plain".to_owned()));
    let tags = names(&Context::default().tags_only());
    assert!(tags.contains(&"tag".to_owned()) && !tags.contains(&"plain".to_owned()), "{tags:?}");
    // What looks at tags in an expression alone is asked, too: nothing denies, and it is told.
    let alone = self::engine(&documents[2..]);
    let request = alone.request(&body, &Context::default().tags_only()).expect("a resource");
    assert_eq!(kinds(&request), [("expression".to_owned(), "flagged")]);
}
