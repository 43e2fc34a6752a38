//! What several policies would do to one resource: conflicts, one combined patch, requests, deletions. Single
//! policies have their cases in `cases/07-effects`.

use ordain::{
    Change, ChangeOptions, Contender, Context, Deletion, DenialReason, Engine, RunMode, Source, Standing,
    State, Verdict, apply_patch, combine, settle,
};
use serde_json::{Value as Json, json};

const TYPE: &str = "Microsoft.Demo/things";

fn engine(policies: &[Json]) -> Engine {
    let mut builder = Engine::builder();
    for (number, policy) in policies.iter().enumerate() {
        let mut policy = policy.clone();
        policy["name"] = json!(format!("p{number}"));
        builder = builder.policies(&Source::new(format!("p{number}.json"), policy.to_string()));
    }
    builder.build().expect("the policies are right")
}

fn policy(then: &Json) -> Json {
    json!({"mode": "All", "policyRule": {"if": {"field": "type", "equals": TYPE}, "then": then}})
}

fn modify(conflict: &str, operations: &Json) -> Json {
    policy(&json!({"effect": "modify", "details": {"conflictEffect": conflict, "operations": operations}}))
}

fn set(field: &str, value: &Json) -> Json {
    json!([{"operation": "addOrReplace", "field": field, "value": value}])
}

fn tag(conflict: &str, name: &str, value: &str) -> Json {
    modify(conflict, &set(&format!("tags['{name}']"), &json!(value)))
}

fn thing(more: &Json) -> Json {
    let mut thing = json!({"id": format!("/subscriptions/s/resourceGroups/g/providers/{TYPE}/t"), "type": TYPE,
        "name": "t", "location": "westeurope", "properties": {}});
    for (key, value) in more.as_object().expect("an object") {
        thing[key] = value.clone();
    }
    thing
}

fn changes(engine: &Engine, resource: &Json) -> Vec<Change> {
    let evaluation = engine.evaluate(resource).expect("a resource");
    evaluation.outcomes().filter_map(|outcome| outcome.change(resource)).collect()
}

fn standings(policies: &[Json], resource: &Json, mode: RunMode) -> Vec<Standing> {
    let changes = changes(&engine(policies), resource);
    assert_eq!(changes.len(), policies.len());
    let contenders: Vec<Contender<'_>> =
        changes.iter().map(|change| Contender { change, enforced: true }).collect();
    settle(&contenders, mode)
}

#[test]
fn who_is_in_whose_way() {
    use Standing::{Conflict, Free, Suppressed, Wins};
    let bare = thing(&json!({}));
    let list = |value: &Json| {
        modify("deny", &json!([{"operation": "add", "field": format!("{TYPE}/list[*]"), "value": value}]))
    };
    let whole = |value: &Json| modify("deny", &set(&format!("{TYPE}/list"), value));
    let net = |conflict: &str, value: &Json| modify(conflict, &set(&format!("{TYPE}/net"), value));
    let leaf =
        |conflict: &str, value: &str| modify(conflict, &set(&format!("{TYPE}/net.action"), &json!(value)));
    let deep = thing(&json!({"properties": {"net": {"action": "a", "other": 1}}}));
    let rows: [(&str, Vec<Json>, &Json, Vec<Standing>); 17] = [
        // spec: E-60
        ("one", vec![tag("deny", "a", "1")], &bare, vec![Free]),
        ("other tags", vec![tag("deny", "a", "1"), tag("deny", "b", "2")], &bare, vec![Free, Free]),
        ("the same value", vec![tag("deny", "a", "1"), tag("deny", "A", "1")], &bare, vec![Free, Free]),
        (
            "names differ in case",
            vec![tag("deny", "a", "1"), tag("deny", "A", "2")],
            &bare,
            vec![Conflict; 2],
        ),
        (
            "the same definition twice",
            vec![tag("deny", "a", "1"), tag("deny", "a", "1")],
            &bare,
            vec![Free, Free],
        ),
        ("two members", vec![list(&json!(1)), list(&json!(2))], &bare, vec![Free, Free]),
        ("a member and the whole", vec![list(&json!(1)), whole(&json!([2]))], &bare, vec![Conflict; 2]),
        (
            "a member and a whole that is it",
            vec![list(&json!(1)), whole(&json!([1]))],
            &bare,
            vec![Free, Free],
        ),
        (
            "a whole and a leaf in it",
            vec![net("deny", &json!({"action": "x"})), leaf("deny", "y")],
            &deep,
            vec![Conflict; 2],
        ),
        (
            "a whole that holds the leaf's value",
            vec![net("deny", &json!({"action": "x"})), leaf("deny", "x")],
            &deep,
            vec![Free, Free],
        ),
        (
            "what is there is written by nobody",
            vec![leaf("deny", "a"), leaf("deny", "b")],
            &deep,
            vec![Free, Free],
        ),
        (
            "removed and set",
            vec![modify("deny", &json!([{"operation": "remove", "field": "tags.a"}])), tag("deny", "a", "2")],
            &bare,
            vec![Free, Free],
        ),
        // spec: E-61, E-62
        (
            "deny and audit",
            vec![tag("deny", "a", "1"), tag("audit", "a", "2")],
            &bare,
            vec![Wins, Suppressed],
        ),
        (
            "audit and disabled",
            vec![tag("audit", "a", "1"), tag("disabled", "a", "2")],
            &bare,
            vec![Suppressed; 2],
        ),
        (
            "two denies and an audit",
            vec![tag("deny", "a", "1"), tag("audit", "a", "2"), tag("deny", "a", "3")],
            &bare,
            vec![Conflict, Suppressed, Conflict],
        ),
        (
            "append counts as deny",
            vec![
                policy(&json!({"effect": "append", "details": [{"field": "tags.a", "value": "1"}]})),
                tag("audit", "a", "2"),
            ],
            &bare,
            vec![Wins, Suppressed],
        ),
        (
            "conflicts apart from each other",
            vec![
                tag("deny", "a", "1"),
                tag("audit", "a", "2"),
                tag("deny", "b", "1"),
                tag("deny", "b", "2"),
                tag("deny", "c", "1"),
            ],
            &bare,
            vec![Wins, Suppressed, Conflict, Conflict, Free],
        ),
    ];
    for (name, policies, resource, wanted) in rows {
        for mode in [RunMode::Scan, RunMode::Request] {
            assert_eq!(standings(&policies, resource, mode), wanted, "{name} {mode:?}");
        }
        // Who comes first does not matter.
        let backwards: Vec<Json> = policies.iter().rev().cloned().collect();
        let mut found = standings(&backwards, resource, RunMode::Scan);
        found.reverse();
        assert_eq!(found, wanted, "{name} backwards");
    }
}

#[test]
fn a_chain_is_one_conflict() {
    // spec: E-61
    // The second is in the way of both others: all three are of one conflict, in which one denies.
    let two = json!([{"operation": "addOrReplace", "field": "tags.a", "value": "2"},
                     {"operation": "addOrReplace", "field": "tags.b", "value": "2"}]);
    let policies = [tag("audit", "a", "1"), modify("deny", &two), tag("audit", "b", "1")];
    let found = standings(&policies, &thing(&json!({})), RunMode::Request);
    assert_eq!(found, [Standing::Suppressed, Standing::Wins, Standing::Suppressed]);
}

#[test]
fn standings_of_an_evaluation() {
    // spec: E-62
    let audits = policy(&json!({"effect": "audit"}));
    let engine = engine(&[tag("deny", "a", "1"), audits, tag("deny", "a", "2"), tag("audit", "b", "1")]);
    let resource = thing(&json!({}));
    let evaluation = engine.evaluate(&resource).expect("a resource");
    let (conflict, free) = (Some(Standing::Conflict), Some(Standing::Free));
    assert_eq!(evaluation.standings(&resource), [conflict, None, conflict, free]);
}

#[test]
fn only_enforced_policies_take_part_in_requests() {
    // spec: E-64
    let engine = engine(&[tag("deny", "a", "1"), tag("deny", "a", "2")]);
    let changes = changes(&engine, &thing(&json!({})));
    let contenders: Vec<Contender<'_>> =
        changes.iter().zip([true, false]).map(|(change, enforced)| Contender { change, enforced }).collect();
    assert_eq!(settle(&contenders, RunMode::Request), [Standing::Free, Standing::LeftOut]);
    assert_eq!(settle(&contenders, RunMode::Scan), [Standing::Conflict, Standing::Conflict]);
}

#[test]
fn patches_of_findings_are_alternatives_and_combined_is_one() {
    // spec: E-16, E-68
    let engine = engine(&[tag("deny", "a", "1"), tag("deny", "b", "2"), tag("deny", "a", "1")]);
    let resource = thing(&json!({}));
    let changes = changes(&engine, &resource);
    let patch = |change: &Change| serde_json::to_value(&change.patch).expect("JSON");
    let made = json!({"op": "add", "path": "/tags", "value": {}});
    let (a, b) = (
        json!({"op": "add", "path": "/tags/a", "value": "1"}),
        json!({"op": "add", "path": "/tags/b", "value": "2"}),
    );
    // Each begins with the tags: none sees what another does.
    assert_eq!(
        changes.iter().map(patch).collect::<Vec<_>>(),
        [json!([made, a]), json!([made, b]), json!([made, a])]
    );
    let combined = combine(&resource, &changes);
    assert_eq!(serde_json::to_value(&combined.patch).expect("JSON"), json!([made, a, b]));
    let patched = apply_patch(&resource, combined.patch.as_deref().expect("a patch")).expect("it fits");
    assert_eq!(patched, combined.body);
    assert_eq!(patched.to_json(), thing(&json!({"tags": {"a": "1", "b": "2"}})));
    // What is patched asks for nothing more.
    let patched = patched.to_json();
    let again = combine(&patched, &self::changes(&engine, &patched));
    assert_eq!(again.patch.as_deref(), Some(&[][..]));
}

#[test]
fn options_of_changes() {
    // spec: E-46, E-56
    let policy = modify(
        "deny",
        &json!([
        {"operation": "add", "field": format!("{TYPE}/a.b.c"), "value": 1},
        {"operation": "addOrReplace", "field": "tags.x", "value": "2"},
        {"operation": "remove", "field": "tags.y"}]),
    );
    let resource = thing(&json!({"tags": {"x": "1", "y": "1"}}));
    let engine = engine(&[policy]);
    let evaluation = engine.evaluate(&resource).expect("a resource");
    let outcome = evaluation.outcomes().next().expect("one outcome");
    let options = ChangeOptions::default().create_parents().tests();
    let change = outcome.change_with(&resource, options).expect("the rule is true");
    assert_eq!(
        serde_json::to_value(&change.patch).expect("JSON"),
        json!([
        {"op": "add", "path": "/properties/a", "value": {}},
        {"op": "add", "path": "/properties/a/b", "value": {}},
        {"op": "add", "path": "/properties/a/b/c", "value": 1},
        {"op": "test", "path": "/tags/x", "value": "1"},
        {"op": "replace", "path": "/tags/x", "value": "2"},
        {"op": "test", "path": "/tags/y", "value": "1"},
        {"op": "remove", "path": "/tags/y"}])
    );
    let patched = apply_patch(&resource, change.patch.as_deref().expect("a patch")).expect("it fits");
    assert_eq!(patched.to_json(), thing(&json!({"properties": {"a": {"b": {"c": 1}}}, "tags": {"x": "2"}})));
}

/// An engine with each policy assigned once; not enforced where the flag says so.
fn assigned(policies: &[Json], enforced: &[bool]) -> Engine {
    let mut documents = Vec::new();
    for (number, policy) in policies.iter().enumerate() {
        let id = format!("/providers/Microsoft.Authorization/policyDefinitions/p{number}");
        let mode = if enforced.get(number) == Some(&false) { "DoNotEnforce" } else { "Default" };
        documents.push(json!({"id": id, "name": format!("p{number}"), "type": "Microsoft.Authorization/policyDefinitions",
            "properties": policy}));
        documents.push(json!({"id": format!("/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a{number}"),
            "name": format!("a{number}"), "type": "Microsoft.Authorization/policyAssignments",
            "properties": {"policyDefinitionId": id, "enforcementMode": mode}}));
    }
    let source = Source::new("tenant.json", Json::Array(documents).to_string());
    Engine::builder().policies(&source).build().expect("the documents are right")
}

type Requested = (Verdict, Vec<(String, DenialReason)>, Vec<String>, Json);

/// Verdict, who denies and why, audit events, and the body as it would be written.
fn requested(policies: &[Json], resource: &Json, enforced: &[bool]) -> Requested {
    let engine = assigned(policies, enforced);
    let request = engine.request(resource, &Context::new()).expect("a resource");
    let denials = request.denials().filter_map(|d| Some((d.policy.name().to_owned(), d.denial()?))).collect();
    let audits = request.audits().map(|audit| audit.policy.name().to_owned()).collect();
    (request.verdict, denials, audits, request.body.to_json())
}

#[test]
fn requests_in_their_order() {
    let without = |effect: &str, tag: &str| {
        json!({"mode": "All", "policyRule": {"if": {"allOf": [{"field": "type", "equals": TYPE},
            {"field": format!("tags.{tag}"), "exists": false}]}, "then": {"effect": effect}}})
    };
    let adds_a = tag("deny", "a", "1");
    let bare = thing(&json!({}));
    let with_a = thing(&json!({"tags": {"a": "1"}}));
    let denied = |names: &[&str]| {
        names.iter().map(|name| ((*name).to_owned(), DenialReason::Denied)).collect::<Vec<_>>()
    };
    let none: Vec<String> = Vec::new();

    // spec: E-17, E-20, E-22: modify mends what deny would refuse.
    let found = requested(&[without("deny", "a"), adds_a.clone()], &bare, &[]);
    assert_eq!(found, (Verdict::Allowed, Vec::new(), none.clone(), with_a.clone()));

    // spec: E-21: the second rule asks for a tag that only the first would bring.
    let needs_a = json!({"mode": "All", "policyRule": {
        "if": {"field": "tags.a", "exists": true},
        "then": {"effect": "modify", "details": {"operations": set("tags.b", &json!("2"))}}}});
    let found = requested(&[adds_a.clone(), needs_a], &bare, &[]);
    assert_eq!(found, (Verdict::Allowed, Vec::new(), none.clone(), with_a.clone()));

    // spec: E-22: all denials are told, audits are not logged then.
    let both = [without("deny", "x"), without("audit", "y"), without("deny", "z")];
    let found = requested(&both, &bare, &[]);
    assert_eq!(found, (Verdict::Denied, denied(&["p0", "p2"]), none.clone(), bare.clone()));

    // spec: E-24: each is judged alone; that another allows does not help.
    let allows = json!({"mode": "All", "policyRule": {"if": {"allOf": [{"field": "type", "equals": TYPE},
        {"field": "name", "equals": "nobody"}]}, "then": {"effect": "deny"}}});
    assert_eq!(requested(&[allows, without("deny", "x")], &bare, &[]).1, denied(&["p1"]));

    // spec: E-32: who is not enforced changes nothing, denies nothing, logs nothing, and fails without harm.
    let fails = json!({"mode": "All", "policyRule": {"if": {"allOf": [{"field": "type", "equals": TYPE},
        {"value": "[int(field('name'))]", "equals": 1}]}, "then": {"effect": "audit"}}});
    let policies = [adds_a, without("deny", "a"), without("audit", "a"), fails];
    let found = requested(&policies, &bare, &[false; 4]);
    assert_eq!(found, (Verdict::Allowed, Vec::new(), none.clone(), bare.clone()));
    let found = requested(&policies, &bare, &[false, false, true, false]);
    assert_eq!((found.0, found.2), (Verdict::Allowed, vec!["p2".to_owned()]));
    // spec: E-23
    let found = requested(&policies, &bare, &[]);
    assert_eq!((found.0, found.1), (Verdict::Denied, vec![("p3".to_owned(), DenialReason::Failed)]));

    // spec: E-61: one denies, it wins; two deny, nobody does.
    let found = requested(&[tag("deny", "a", "1"), tag("audit", "a", "2")], &bare, &[]);
    assert_eq!(found, (Verdict::Allowed, Vec::new(), none.clone(), with_a));
    let found = requested(&[tag("audit", "a", "1"), tag("audit", "a", "2")], &bare, &[]);
    assert_eq!(found, (Verdict::Allowed, Vec::new(), none.clone(), bare.clone()));
    let found = requested(&[tag("deny", "a", "1"), tag("deny", "a", "2")], &bare, &[]);
    let conflict = vec![("p0".to_owned(), DenialReason::Conflict), ("p1".to_owned(), DenialReason::Conflict)];
    assert_eq!(found, (Verdict::Denied, conflict, none, bare));
}

#[test]
fn scans_judge_each_policy_on_the_resource_as_it_is() {
    // spec: E-16, E-18, E-110
    let engine = engine(&[
        tag("deny", "a", "1"),
        json!({"mode": "All", "policyRule": {"if": {"allOf": [{"field": "type", "equals": TYPE},
            {"field": "tags.a", "exists": false}]}, "then": {"effect": "deny"}}}),
    ]);
    let resource = thing(&json!({}));
    let evaluation = engine.evaluate(&resource).expect("a resource");
    let states: Vec<State> = evaluation.outcomes().map(|outcome| outcome.state()).collect();
    // What modify would add helps nobody in a scan.
    assert_eq!(states, [State::NonCompliant, State::NonCompliant]);
    assert!(engine.policies().next().is_some_and(|policy| policy.is_remediable()));
}

#[test]
fn deletions() {
    let protects = |mode: &str, kind: &str, details: &Json| {
        json!({"mode": mode, "policyRule": {"if": {"field": "type", "equals": kind},
            "then": {"effect": "denyAction", "details": details}}})
    };
    let plain = json!({"actionNames": ["DELETE"]});
    let allow = json!({"actionNames": ["delete"], "cascadeBehaviors": {"resourceGroup": "allow"}});
    const REGISTRY: &str = "Microsoft.ContainerRegistry/registries";
    const LOCK: &str = "Microsoft.Authorization/locks";
    // spec: E-26, E-27
    let rows = [
        ("All", REGISTRY, &plain, Deletion::Resource, Verdict::Denied),
        ("All", "Microsoft.Web/sites", &plain, Deletion::Resource, Verdict::Allowed),
        // Only `Indexed` definitions protect from the deletion of the group, unless they let it pass.
        ("All", REGISTRY, &plain, Deletion::ResourceGroup, Verdict::Allowed),
        ("Indexed", REGISTRY, &plain, Deletion::ResourceGroup, Verdict::Denied),
        ("Indexed", REGISTRY, &allow, Deletion::ResourceGroup, Verdict::Allowed),
        ("Indexed", REGISTRY, &allow, Deletion::Resource, Verdict::Denied),
        ("All", LOCK, &plain, Deletion::Resource, Verdict::Allowed),
    ];
    for (mode, kind, details, deletion, wanted) in rows {
        let policies = [protects(mode, kind, details)];
        let engine = assigned(&policies, &[]);
        let which = if kind == LOCK { LOCK } else { REGISTRY };
        let resource = json!({"id": format!("/subscriptions/s/resourceGroups/g/providers/{which}/x"), "type": which,
            "name": "x", "location": "westeurope"});
        let request = engine.deletion(&resource, &Context::new(), deletion).expect("a resource");
        assert_eq!(request.verdict, wanted, "{mode} {kind} {deletion:?}");
        assert_eq!(request.denials().count(), usize::from(wanted == Verdict::Denied));
        // A write never asks denyAction, and who is not enforced protects nothing.
        let write = engine.request(&resource, &Context::new()).expect("a resource");
        assert_eq!(write.verdict, Verdict::Allowed);
        let idle = assigned(&policies, &[false]);
        let idle = idle.deletion(&resource, &Context::new(), deletion).expect("a resource");
        assert_eq!(idle.verdict, Verdict::Allowed);
    }
}

/// The kind of the action and the members that it has.
fn acted(policies: &[Json], resource: &Json, context: &Context) -> Json {
    let engine = engine(policies);
    let evaluation = engine.evaluate_in(resource, context).expect("a resource");
    let outcome = evaluation.outcomes().next().expect("one outcome");
    serde_json::to_value(ordain::report::action(&outcome, resource)).expect("JSON")
}

#[test]
fn actions_of_each_effect() {
    // spec: E-30, E-47, E-93, E-100
    let rule = |then: &Json, value: &str| {
        json!({"mode": "All", "policyRule": {"if": {"allOf": [{"field": "type", "equals": TYPE},
            {"field": "tags.a", "equals": value}]}, "then": then}})
    };
    let resource = thing(&json!({"tags": {"a": "1"}}));
    let bare = Context::new();
    let plain = |kind: &str| json!({"kind": kind, "enforced": true});
    for effect in ["audit", "deny"] {
        assert_eq!(acted(&[rule(&json!({"effect": effect}), "1")], &resource, &bare), plain(effect));
        assert_eq!(acted(&[rule(&json!({"effect": effect}), "2")], &resource, &bare), plain("none"));
    }
    // spec: E-9
    assert_eq!(
        acted(&[rule(&json!({"effect": "modify"}), "1")], &resource, &bare),
        json!({"kind": "modify", "enforced": true,
        "operations": [], "patch": [], "skipped": [], "conflicts": [], "roleDefinitionIds": []})
    );
    let append = |value: &str| json!({"effect": "append", "details": [{"field": "tags.b", "value": value}]});
    assert_eq!(acted(&[rule(&append("x"), "2")], &resource, &bare), plain("none"));
    assert_eq!(
        acted(&[rule(&append("x"), "1")], &resource, &bare),
        json!({"kind": "append", "enforced": true,
        "operations": [{"index": 0, "operation": "append", "field": "tags.b", "value": "x"}],
        "patch": [{"op": "add", "path": "/tags/b", "value": "x"}], "skipped": [], "conflicts": []})
    );
    let failed = acted(&[rule(&append("[string(int(field('name')))]"), "1")], &resource, &bare);
    assert_eq!((&failed["kind"], &failed["patch"]), (&json!("append"), &json!([])));
    assert!(failed["error"].is_string());
    let conflict = acted(&[tag("deny", "b", "x"), tag("deny", "b", "x")], &resource, &bare);
    assert_eq!(conflict["roleDefinitionIds"], json!([]));
    let adds = modify(
        "deny",
        &json!([{"operation": "add", "field": "tags.a", "value": "2"}, {"operation": "remove", "field": "kind"}]),
    );
    let found = acted(&[adds], &resource, &bare);
    assert_eq!(
        found["conflicts"],
        json!([{"reason": "ExistingValueDiffers", "path": "/tags/a", "current": "1", "wanted": "2"}])
    );
    assert_eq!(found["skipped"], json!([{"index": 1, "field": "kind", "reason": "NotATag"}]));
    // spec: E-41, E-45
    let unknown = modify(
        "deny",
        &json!([{"operation": "addOrReplace", "field": format!("{TYPE}/mode"), "value": "2",
        "condition": "[greater(requestContext().apiVersion, '2020-01-01')]"}]),
    );
    assert_eq!(
        acted(&[unknown], &resource, &bare)["notes"],
        json!(["ApiVersionAssumed", "ModifiableUnknown"])
    );
    let protects = json!({"effect": "denyAction", "details": {"actionNames": ["delete"]}});
    assert_eq!(
        acted(&[rule(&protects, "1")], &resource, &bare),
        json!({"kind": "denyAction", "enforced": true,
        "actionNames": ["delete"], "cascadeBehaviors": {"resourceGroup": "deny"}})
    );
    let manual = json!({"effect": "manual", "details": {}});
    assert_eq!(
        acted(&[rule(&manual, "2")], &resource, &bare),
        json!({"kind": "attest", "enforced": true, "defaultState": "Unknown"})
    );
    let looks = json!({"effect": "auditIfNotExists", "details": {"type": format!("{TYPE}/parts")}});
    let related = json!({"type": format!("{TYPE}/parts"), "total": 0});
    assert_eq!(
        acted(&[rule(&looks, "1")], &resource, &bare),
        json!({"kind": "auditMissing", "enforced": true, "tentative": true, "related": related})
    );
    let whole = Context::new().related(ordain::RelatedResources::new().assume_complete().into());
    assert_eq!(
        acted(&[rule(&looks, "1")], &resource, &whole),
        json!({"kind": "auditMissing", "enforced": true, "related": related})
    );
    let deploys = json!({"effect": "deployIfNotExists", "details": {"type": format!("{TYPE}/parts"), "roleDefinitionIds": ["/r"],
        "deployment": {"properties": {"mode": "Incremental", "template": {"resources": []},
            "parameters": {"n": {"value": "[int(field('name'))]"}}}}}});
    let found = acted(&[rule(&deploys, "1")], &resource, &whole);
    assert!(found["error"].is_string());
    assert_eq!((&found["kind"], &found["roleDefinitionIds"]), (&json!("deploy"), &json!(["/r"])));
    assert_eq!(
        found["deployment"],
        json!({"scope": "/subscriptions/s/resourceGroups/g", "location": null, "mode": "Incremental",
        "parameters": {}, "template": {"resources": []}})
    );
}

#[test]
fn unknown_rules_change_nothing() {
    // spec: E-28
    let policy = json!({"mode": "All", "policyRule": {"if": {"allOf": [{"field": "type", "equals": TYPE},
        {"field": format!("{TYPE}/mode"), "equals": "x"}]},
        "then": {"effect": "append", "details": [{"field": "tags.a", "value": "1"}]}}});
    let mut row = thing(&json!({}));
    row.as_object_mut().expect("an object").remove("properties");
    let found = acted(&[policy], &row, &Context::new().row());
    assert_eq!(
        found,
        json!({"kind": "append", "enforced": true, "tentative": true,
        "operations": [{"index": 0, "operation": "append", "field": "tags.a", "value": "1"}],
        "patch": [], "skipped": [], "conflicts": []})
    );
}
