//! Policy objects beside definitions in templates, worked out by hand from spec I-42.

use super::*;
use crate::ids::Scope;

const GROUP: &str = "/providers/Microsoft.Management/managementGroups";

fn at(template: &Value, scope: &str) -> Parsed {
    let options = Options { scope: Scope::parse(scope), ..Options::default() };
    read_with(&template.to_string(), options).1
}

fn object(kind: &str, name: &str, properties: Value) -> Value {
    json!({ "type": format!("Microsoft.Authorization/{kind}"), "name": name, "properties": properties })
}

fn schema(level: &str) -> String {
    format!("https://schema.management.azure.com/schemas/2019-08-01/{level}DeploymentTemplate.json#")
}

#[test]
fn every_kind() {
    // spec: I-42, D-20
    let here = "/subscriptions/s/providers/Microsoft.Authorization";
    let attestation = json!({ "type": "Microsoft.PolicyInsights/attestations", "name": "t",
        "properties": { "policyAssignmentId": format!("{here}/policyAssignments/a"), "complianceState": "Compliant" } });
    let resources = json!([
        definition("d", &json!("x")),
        object(
            "policySetDefinitions",
            "i",
            json!({ "policyDefinitions": [
            { "policyDefinitionReferenceId": "r", "policyDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/policyDefinitions', 'd')]" } ] })
        ),
        object(
            "policyAssignments",
            "a",
            json!({ "policyDefinitionId": "[resourceId('Microsoft.Authorization/policySetDefinitions', 'i')]" })
        ),
        object(
            "policyExemptions",
            "e",
            json!({ "exemptionCategory": "Waiver",
            "policyAssignmentId": "[resourceId('Microsoft.Authorization/policyAssignments', 'a')]" })
        ),
        object(
            "policyEnrollments",
            "n",
            json!({ "policyAssignmentId": format!("{here}/policyAssignments/a") })
        ),
        attestation,
    ]);
    let parsed = at(&template(json!({ "$schema": schema("subscription") }), resources), "/subscriptions/s");
    assert_eq!((codes(&parsed), parsed.documents), (vec![], 6));
    assert_eq!(*parsed.definitions[0].id, format!("{here}/policyDefinitions/d"));
    let initiative = &parsed.initiatives[0];
    assert_eq!(*initiative.identity.id, format!("{here}/policySetDefinitions/i"));
    assert_eq!(*initiative.references[0].definition.text, format!("{here}/policyDefinitions/d"));
    let assignment = &parsed.assignments[0];
    assert_eq!(*assignment.identity.id, format!("{here}/policyAssignments/a"));
    assert_eq!(*assignment.definition.text, format!("{here}/policySetDefinitions/i"));
    assert_eq!(assignment.scope.as_str(), "/subscriptions/s");
    assert_eq!(*parsed.exemptions[0].assignment.text, format!("{here}/policyAssignments/a"));
    assert_eq!((parsed.enrollments.len(), parsed.attestations.len()), (1, 1));
}

#[test]
fn where_an_assignment_lies() {
    // spec: I-42, I-63, I-41, I-47
    let assignment = |name: &str| object("policyAssignments", name, json!({ "policyDefinitionId": "/x/y" }));
    let with = |key: &str, value: Value| {
        let mut a = assignment("a");
        a[key] = value;
        a
    };
    let old = |name: &str| {
        let mut a = assignment(name);
        a["type"] = json!("Microsoft.Management/managementGroups/providers/policyAssignments");
        a
    };
    let deployment = |more: Value| {
        let mut d = json!({ "type": "Microsoft.Resources/deployments", "name": "d", "properties": { "template": {
            "$schema": schema("subscription"), "resources": [assignment("a")] } } });
        for (key, value) in more.as_object().into_iter().flatten() {
            d[key] = value.clone();
        }
        d
    };
    let mg = format!("{GROUP}/m");
    let table = [
        (
            schema(""),
            "/subscriptions/s/resourceGroups/g",
            assignment("a"),
            Some("/subscriptions/s/resourceGroups/g"),
        ),
        (
            schema("subscription"),
            "/subscriptions/s/resourceGroups/g",
            assignment("a"),
            Some("/subscriptions/s"),
        ),
        (schema("managementGroup"), &*mg, assignment("a"), Some(&*mg)),
        (schema("managementGroup"), &*mg, with("scope", json!("/subscriptions/t")), Some("/subscriptions/t")),
        (schema("managementGroup"), &*mg, with("scope", json!("[managementGroup().id]")), Some(&*mg)),
        // Nothing else tells it: where the caller says.
        (schema(""), "/subscriptions/s", assignment("a"), Some("/subscriptions/s")),
        (schema("subscription"), "", assignment("a"), None),
        (schema("managementGroup"), "", old("m/Microsoft.Authorization/a"), Some(&*mg)),
        (
            schema("managementGroup"),
            &*mg,
            deployment(json!({ "subscriptionId": "t" })),
            Some("/subscriptions/t"),
        ),
        // It goes somewhere else, and nobody knows where.
        (schema("managementGroup"), &*mg, deployment(json!({ "subscriptionId": "[newGuid()]" })), None),
    ];
    for (schema, scope, resource, want) in table {
        let parsed = at(&template(json!({ "$schema": schema }), json!([resource])), scope);
        let found = parsed.assignments.first().map(|a| a.scope.as_str());
        assert_eq!(found, want, "{schema} {resource}");
        assert_eq!(
            codes(&parsed),
            if want.is_some() { vec![] } else { vec!["BadScope"] },
            "{schema} {resource}"
        );
    }
    let told = at(&template(json!({}), json!([assignment("a")])), "");
    assert!(told.diagnostics[0].helps().iter().any(|help| help.contains("--scope")));
}

#[test]
fn definitions_by_name() {
    // spec: I-42, G-19
    let set = "/providers/Microsoft.Authorization/policySetDefinitions/i";
    let single = "/providers/Microsoft.Authorization/policyDefinitions/i";
    let table = [
        ("[tenantResourceId('Microsoft.Authorization/policySetDefinitions', 'i')]", Some(set)),
        (
            "[extensionResourceId(managementGroup().id, 'Microsoft.Authorization/policySetDefinitions', 'i')]",
            Some(set),
        ),
        ("[managementGroupResourceId('Microsoft.Authorization/policyDefinitions', 'i')]", Some(single)),
        ("[resourceId('Microsoft.Authorization/policyDefinitions', variables('n'))]", Some(single)),
        ("[variables('ids').first]", Some(set)),
        ("[reference('module').outputs.id.value]", None),
        ("[parameters('none')]", None),
    ];
    let variables = json!({ "variables": { "n": "i", "ids": {
        "first": "[concat(parameters('top'), '/providers/Microsoft.Authorization/policySetDefinitions/i')]" } },
        "parameters": { "top": { "type": "string" }, "none": { "type": "string" } }, "$schema": schema("managementGroup") });
    for (text, want) in table {
        let mut assignment = object("policyAssignments", "a", json!({ "policyDefinitionId": text }));
        assignment["scope"] = json!("/subscriptions/s");
        let parsed = read(&template(variables.clone(), json!([assignment])));
        assert_eq!(parsed.assignments.first().map(|a| &*a.definition.text), want, "{text}");
        assert_eq!(
            codes(&parsed),
            if want.is_some() { vec![] } else { vec!["TemplateUnresolved"] },
            "{text}"
        );
        let reference = json!({ "policyDefinitionReferenceId": "r", "policyDefinitionId": text });
        let initiative = object("policySetDefinitions", "s", json!({ "policyDefinitions": [reference] }));
        let parsed = read(&template(variables.clone(), json!([initiative])));
        assert_eq!(parsed.initiatives.first().map(|i| &*i.references[0].definition.text), want, "{text}");
    }
}

#[test]
fn expressions_of_initiatives_and_assignments() {
    // spec: I-42, G-38, D-21 … D-24
    let reference = |value: &str| {
        json!({ "policyDefinitionReferenceId": "r", "policyDefinitionId": "/d",
        "parameters": { "p": { "value": value } } })
    };
    let initiative = |value: &str| {
        object(
            "policySetDefinitions",
            "i",
            json!({
        "displayName": "[deployment().name]", "parameters": { "q": { "type": "String" } }, "policyDefinitions": [reference(value)] }),
        )
    };
    let table = [
        ("[[parameters('q')]", vec!["TemplateText"]),
        ("[parameters('q')]", vec!["TemplateText", "UnescapedPolicyExpression"]),
        ("[reference('x').y]", vec!["TemplateText", "TemplateUnresolved"]),
    ];
    for (value, want) in table {
        let parsed = read(&template(json!({}), json!([initiative(value)])));
        assert_eq!(codes(&parsed), want, "{value}");
        let read = parsed.initiatives.first().and_then(|i| i.references[0].parameters.as_ref());
        assert_eq!(
            read.map(|p| format!("{:?}", p[0].1.kind).contains("Expression")),
            (want.len() < 2 || want[1] != "TemplateUnresolved").then_some(true)
        );
    }
    let assignment = |properties: Value| {
        let mut a = object("policyAssignments", "[concat('a', copyIndex())]", properties);
        a["scope"] = json!("/subscriptions/s");
        a["copy"] = json!({ "name": "c", "count": 2 });
        a["identity"] =
            json!({ "type": "UserAssigned", "userAssignedIdentities": { "[resourceId('A.B/c', 'x')]": {} } });
        a
    };
    let good = json!({ "policyDefinitionId": "/d", "scope": "[subscription().id]", "enforcementMode": "[variables('m')]",
        "parameters": { "p": { "value": "[variables('v')]" }, "q": { "value": "[[field('x')]" } },
        "nonComplianceMessages": [{ "message": "[parameters('text')]" }] });
    let known = json!({ "variables": { "v": [1], "m": "DoNotEnforce" } });
    let parsed = read(&template(known.clone(), json!([assignment(good)])));
    assert_eq!(codes(&parsed), ["TemplateText"]);
    let names: Vec<&str> = parsed.assignments.iter().map(|a| &*a.identity.name).collect();
    assert_eq!(names, ["a0", "a1"]);
    let read_one = &parsed.assignments[0];
    assert_eq!((read_one.enforcement, read_one.has_identity), (crate::ast::Enforcement::DoNotEnforce, true));
    let values: Vec<Value> = read_one.parameters.iter().map(|(_, value, _)| value.to_json()).collect();
    assert_eq!(values, [json!([1]), json!("[field('x')]")]);
    let bad = json!({ "policyDefinitionId": "/d", "notScopes": ["[parameters('none')]"] });
    assert_eq!(codes(&read(&template(known, json!([assignment(bad)])))), ["TemplateUnresolved"]);
}

#[test]
fn an_exported_template() {
    // spec: I-9, I-56
    let inner = template(json!({}), json!([definition("d", &json!("x"))]));
    let parsed = read(&json!({ "template": inner }));
    assert_eq!((codes(&parsed), names(&parsed)), (vec![], vec!["d"]));
}
