//! Repositories, worked out by hand from spec I-66.

use crate::diagnostic::Diagnostic;
use crate::ids::Hierarchy;
use crate::syntax::{Chosen, Objects, Options, Parsed, Parts, parse};
use crate::{Source, expr::Pool};
use serde_json::{Value, json};

const GROUP: &str = "/providers/Microsoft.Management/managementGroups";

/// What files of a repository become, settled for an environment.
fn settled(files: &[(&str, Value)], selector: Option<&str>) -> (Parsed, Vec<String>) {
    let (mut whole, mut parts) = (Parsed::default(), Parts::default());
    let mut told: Vec<Diagnostic> = Vec::new();
    let (mut definitions, mut initiatives) = (Vec::new(), Vec::new());
    let (mut assignments, mut exemptions) = (Vec::new(), Vec::new());
    let mut hierarchy = Hierarchy::default();
    for (name, json) in files {
        let source = Source::new(*name, json.to_string());
        let parsed = parse(&source, &mut Pool::default(), &Options::default());
        told.extend(parsed.diagnostics);
        parts.extend(parsed.parts);
        definitions.extend(parsed.definitions.into_iter().map(Into::into));
        initiatives.extend(parsed.initiatives.into_iter().map(Into::into));
        assignments.extend(parsed.assignments.into_iter().map(Into::into));
        hierarchy.extend(parsed.hierarchy);
    }
    let mut objects = Objects {
        definitions: &mut definitions,
        initiatives: &mut initiatives,
        assignments: &mut assignments,
        exemptions: &mut exemptions,
        hierarchy: &hierarchy,
    };
    told.extend(parts.settle(Chosen { selector, definition_scope: "" }, &mut objects));
    whole.definitions = definitions.iter().map(|d| (**d).clone()).collect();
    whole.initiatives = initiatives.iter().map(|d| (**d).clone()).collect();
    whole.assignments = assignments.iter().map(|d| (**d).clone()).collect();
    whole.exemptions = exemptions.iter().map(|d| (**d).clone()).collect();
    (whole, told.iter().map(|d| d.code().to_owned()).collect())
}

fn settings(environments: &[&str]) -> Value {
    let one = |name: &&str| {
        json!({ "pacSelector": name, "deploymentRootScope": format!("{GROUP}/{name}"),
            "globalNotScopes": [format!("{GROUP}/{name}-sandbox")] })
    };
    json!({ "pacOwnerId": "x", "pacEnvironments": environments.iter().map(one).collect::<Vec<_>>() })
}

fn definition(name: &str) -> Value {
    json!({ "name": name, "properties": { "mode": "All", "policyRule": {
        "if": { "field": "name", "equals": "x" }, "then": { "effect": "audit" } } } })
}

fn initiative() -> Value {
    json!({ "name": "set", "properties": { "policyDefinitions": [
        { "policyDefinitionReferenceId": "own", "policyDefinitionName": "d" },
        { "policyDefinitionReferenceId": "built-in", "policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/b" } ] } })
}

/// A leaf that assigns the initiative at a subscription in `prod`.
fn leaf(more: Value) -> Value {
    let mut node = json!({ "nodeName": "/n/", "assignment": { "name": "a" }, "definitionEntry": { "policySetName": "set" },
        "scope": { "prod": ["/subscriptions/s"], "dev": ["/subscriptions/t"] } });
    for (key, value) in more.as_object().into_iter().flatten() {
        node[key] = value.clone();
    }
    node
}

#[test]
fn ids_below_the_root() {
    // spec: I-66, I-63
    let files = [
        ("Definitions/global-settings.jsonc", settings(&["dev", "prod"])),
        ("Definitions/policyDefinitions/d.json", definition("d")),
        ("Definitions/policySetDefinitions/set.json", initiative()),
        ("Elsewhere/e.json", definition("e")),
    ];
    let (read, told) = settled(&files, Some("PROD"));
    assert!(told.is_empty(), "{told:?}");
    let at = format!("{GROUP}/prod/providers/Microsoft.Authorization");
    assert_eq!(*read.definitions[0].id, format!("{at}/policyDefinitions/d"));
    assert_eq!(*read.definitions[1].id, *"/providers/Microsoft.Authorization/policyDefinitions/e");
    let set = &read.initiatives[0];
    assert_eq!(*set.identity.id, format!("{at}/policySetDefinitions/set"));
    let references: Vec<&str> = set.references.iter().map(|r| &*r.definition.text).collect();
    let own = format!("{at}/policyDefinitions/d");
    assert_eq!(references, [own.as_str(), "/providers/Microsoft.Authorization/policyDefinitions/b"]);
}

#[test]
fn which_environment() {
    // spec: I-66
    let tree = || ("d/a.json", leaf(json!({})));
    let at = |files: &[(&str, Value)], selector| {
        let (read, told) = settled(files, selector);
        (
            read.assignments.iter().map(|a| a.scope.as_str().to_owned()).collect::<Vec<_>>().join(" "),
            told.join(" "),
        )
    };
    let pair = |scope: &str, told: &str| (scope.to_owned(), told.to_owned());
    let two = || ("d/s.json", settings(&["dev", "prod"]));
    assert_eq!(at(&[two(), tree()], None), pair("", "PacSelector"));
    assert_eq!(at(&[two(), tree()], Some("prodd")), pair("", "PacSelector"));
    assert_eq!(at(&[two(), tree()], Some("dev")), pair("/subscriptions/t", ""));
    assert_eq!(at(&[("d/s.json", settings(&["prod"])), tree()], None), pair("/subscriptions/s", ""));
    // No settings speak of the file.
    assert_eq!(at(&[tree()], None), pair("", "PacSelector"));
    assert_eq!(at(&[tree()], Some("prod")), pair("/subscriptions/s", ""));
    let one = leaf(json!({ "scope": { "x": ["/subscriptions/u"], "*": ["/subscriptions/v"] } }));
    assert_eq!(at(&[("a.json", one)], None), pair("/subscriptions/v /subscriptions/u", ""));
    // The nearest settings hold: those of an example folder do not reach up, and those above do not ask.
    let files = [two(), ("d/x/s.json", settings(&["prod"])), ("d/x/a.json", leaf(json!({})))];
    assert_eq!(at(&files, None), pair("/subscriptions/s", ""));
}

#[test]
fn a_tree_of_two_levels() {
    // spec: I-66; test 20 of chapter 10 section 9
    let tree = json!({
        "nodeName": "/top/",
        "assignment": { "name": "top-", "displayName": "Top ", "description": "Of " },
        "parameters": { "p": 1, "q": ["x"] },
        "notScope": { "prod": ["/subscriptions/s/resourceGroups/out"], "dev": ["/subscriptions/no"], "*": ["/resourceGroupPatterns/tmp-*"] },
        "enforcementMode": "DoNotEnforce",
        "nonComplianceMessages": [{ "message": "general" }],
        "definitionEntryList": [
            { "policySetName": "set", "assignment": { "name": "in-", "displayName": "In " } },
            { "policyId": "/providers/Microsoft.Authorization/policyDefinitions/b",
              "assignment": { "append": true, "name": "-b", "displayName": " B" }, "nonComplianceMessages": [{ "message": "of b" }] } ],
        "children": [
            { "nodeName": "one", "assignment": { "name": "one", "displayName": "One", "description": "one" },
              "parameters": { "P": 2 }, "enforcementMode": "Default", "definitionVersion": "1.*.*",
              "nonComplianceMessages": [{ "message": "deeper" }],
              "scope": { "prod": ["/subscriptions/s", format!("{GROUP}/m")] } },
            { "nodeName": "two", "assignment": { "name": "two" }, "scope": { "dev": ["/subscriptions/t"] } } ] });
    let files = [("d/s.json", settings(&["dev", "prod"])), ("d/policyAssignments/t.jsonc", tree)];
    let (read, told) = settled(&files, Some("prod"));
    assert!(told.is_empty(), "{told:?}");
    let shown: Vec<String> = read
        .assignments
        .iter()
        .map(|a| {
            format!(
                "{} | {} | {} | {}",
                a.identity.id.replace("/providers/Microsoft.Authorization/policyAssignments", ""),
                a.identity.display_name,
                a.identity.description,
                a.definition.text.rsplit('/').next().unwrap_or_default()
            )
        })
        .collect();
    let group = format!("{GROUP}/m");
    assert_eq!(
        shown,
        [
            "/subscriptions/s/in-top-one | In Top One | Of one | set".to_owned(),
            "/subscriptions/s/top-one-b | Top One B | Of one | b".to_owned(),
            format!("{group}/in-top-one | In Top One | Of one | set"),
            format!("{group}/top-one-b | Top One B | Of one | b"),
        ]
    );
    let first = &read.assignments[0];
    let values: Vec<(String, Value)> =
        first.parameters.iter().map(|(n, v, _)| (n.text.to_string(), v.to_json())).collect();
    assert_eq!(values, [("P".to_owned(), json!(2)), ("q".to_owned(), json!(["x"]))]);
    assert_eq!(
        first.parameters_json.as_ref().map(crate::Value::to_json),
        Some(json!({ "P": { "value": 2 }, "q": { "value": ["x"] } }))
    );
    assert_eq!((first.enforcement, first.has_identity), (crate::ast::Enforcement::Default, true));
    assert_eq!(first.version.as_ref().map(|v| &*v.text), Some("1.*.*"));
    let messages =
        |at: usize| read.assignments[at].messages.iter().map(|m| m.text.to_string()).collect::<Vec<_>>();
    assert_eq!(
        (messages(0), messages(1)),
        (vec!["deeper".into(), "general".into()], vec!["of b".into(), "deeper".into(), "general".into()])
    );
    let excluded: Vec<&str> = first.not_scopes.iter().map(|(scope, _)| scope.as_str()).collect();
    let sandbox = format!("{GROUP}/prod-sandbox");
    assert_eq!(
        excluded,
        ["/subscriptions/*/resourceGroups/tmp-*", "/subscriptions/s/resourceGroups/out", &sandbox]
    );
}

#[test]
fn branches_that_cannot_be_assigned() {
    // spec: I-66
    let table = [
        (leaf(json!({ "definitionEntry": null })), "MissingKey"),
        (leaf(json!({ "definitionEntry": { "displayName": "x" } })), "MissingKey MissingKey"),
        (leaf(json!({ "assignment": null })), "MissingKey"),
        (leaf(json!({ "scope": { "prod": ["nowhere"] } })), "BadScope"),
        (leaf(json!({ "scope": { "test": ["/subscriptions/s"] } })), ""),
        (leaf(json!({ "resourceSelectors": [{ "selectors": [{ "kind": "no" }] }] })), "UnknownSelectorKind"),
    ];
    for (tree, want) in table {
        let files = [("s.json", settings(&["prod"])), ("t.json", tree.clone())];
        let (read, told) = settled(&files, None);
        assert_eq!((read.assignments.len(), told.join(" ")), (0, want.to_owned()), "{tree}");
    }
    let csv = leaf(
        json!({ "parameterFile": "effects.csv", "children": [{ "nodeName": "x", "parameterSelector": "prod" }] }),
    );
    let (read, told) = settled(&[("s.json", settings(&["prod"])), ("t.json", csv)], None);
    assert_eq!((read.assignments.len(), told), (1, vec!["PacCsv".to_owned()]));
    let mut import = initiative();
    import["properties"]["importPolicyDefinitionGroups"] = json!(["x"]);
    assert_eq!(settled(&[("i.json", import)], None).1, ["PacIgnored"]);
}

#[test]
fn exclusions_of_older_settings() {
    // spec: I-66
    let old = json!({ "pacOwnerId": "x", "globalNotScopes": { "*": ["/subscriptions/all"], "prod": ["/subscriptions/p"], "dev": ["/subscriptions/d"] },
        "managedIdentityLocations": { "*": "eastus" },
        "pacEnvironments": [{ "pacSelector": "prod", "deploymentRootScope": GROUP }] });
    let (read, _) = settled(&[("s.json", old), ("t.json", leaf(json!({})))], None);
    let excluded: Vec<&str> =
        read.assignments[0].not_scopes.iter().map(|(scope, _)| scope.as_str()).collect();
    assert_eq!(excluded, ["/subscriptions/all", "/subscriptions/p"]);
}

#[test]
fn exemptions() {
    // spec: I-66; test 20 of chapter 10 section 9
    let hierarchy = json!({ "managementGroups": [{ "name": "m" }, { "name": "other" }],
        "subscriptions": [{ "id": "s", "managementGroup": "m" }] });
    let single = leaf(
        json!({ "assignment": { "name": "one" }, "definitionEntry": { "policyName": "d" }, "scope": { "prod": [format!("{GROUP}/m")] } }),
    );
    let far = leaf(
        json!({ "assignment": { "name": "far" }, "scope": { "prod": [format!("{GROUP}/other"), "/subscriptions/u"] } }),
    );
    let run = |path: &str, more: Value| {
        let mut entry = json!({ "name": "e", "exemptionCategory": "Waiver", "expiresOn": "", "scope": "/subscriptions/s/resourceGroups/g" });
        for (key, value) in more.as_object().into_iter().flatten() {
            entry[key] = value.clone();
        }
        let files = [
            ("d/s.json", settings(&["prod"])),
            ("d/i.json", initiative()),
            ("d/h.json", hierarchy.clone()),
            ("d/1.json", leaf(json!({}))),
            ("d/2.json", single.clone()),
            ("d/3.json", far.clone()),
            (path, json!({ "exemptions": [entry] })),
        ];
        let (read, told) = settled(&files, None);
        let shown = read.exemptions.iter().map(|e| {
            let references: Vec<&str> = e.references.iter().map(|r| &*r.text).collect();
            let assignment = e.assignment.text.rsplit('/').next().unwrap_or_default();
            format!("{} {assignment}[{}]", e.identity.name, references.join(","))
        });
        (shown.collect::<Vec<_>>().join("; "), told.join(" "))
    };
    let id = "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a";
    let own = format!("{GROUP}/prod/providers/Microsoft.Authorization/policyDefinitions/d");
    let here = "d/policyExemptions/prod/e.json";
    let table = [
        (here, json!({ "policyAssignmentId": id }), "e a[]", ""),
        (here, json!({ "policyAssignmentId": id, "policyDefinitionReferenceIds": ["own"] }), "e a[own]", ""),
        (here, json!({ "policyDefinitionName": "d" }), "e a[own]; e-2 one[]", ""),
        (here, json!({ "policyDefinitionId": own }), "e a[own]; e-2 one[]", ""),
        (
            here,
            json!({ "policySetDefinitionName": "set", "policyDefinitionReferenceIds": ["own"] }),
            "e a[own]",
            "",
        ),
        (here, json!({ "policyDefinitionName": "none" }), "", "UnknownAssignment"),
        (
            here,
            json!({ "policyDefinitionName": "d", "scope": "/subscriptions/s", "scopes": ["/subscriptions/u/resourceGroups/g"] }),
            // Where `u` lies is not told: an assignment at a group counts there, as it is judged there (spec G-14).
            "e one[]; e-2 far[own]; e-3 far[own]",
            "",
        ),
        (here, json!({ "policyAssignmentId": id, "scope": "x" }), "", "BadScope"),
        (here, json!({ "policyAssignmentId": id, "scope": null }), "", "MissingKey"),
        (here, json!({}), "", "MissingKey"),
        (here, json!({ "policyAssignmentId": id, "expiresOn": "soon" }), "", "BadDate"),
        // Those of another environment are not meant.
        ("d/policyExemptions/dev/e.json", json!({ "policyAssignmentId": id }), "", ""),
        ("d/policyExemptions/e.json", json!({ "policyAssignmentId": id }), "e a[]", ""),
    ];
    for (path, entry, want, told) in table {
        assert_eq!(run(path, entry.clone()), (want.to_owned(), told.to_owned()), "{path} {entry}");
    }
}
