//! Templates, worked out by hand; expected values follow from the rules named.

mod objects;
mod resolving;

use crate::ast::Definition;
use crate::expr::Pool;
use crate::source::Source;
use crate::syntax::{Options, Parsed, parse};
use serde_json::{Value, json};

const KIND: &str = "Microsoft.Authorization/policyDefinitions";

fn read_text(text: &str) -> (Source, Parsed) {
    read_with(text, Options::default())
}

fn read_with(text: &str, options: Options) -> (Source, Parsed) {
    let source = Source::new("t.json", text);
    let parsed = parse(&source, &mut Pool::default(), &options);
    for label in parsed.diagnostics.iter().flat_map(|d| d.labels()) {
        assert!(text.get(label.span().range()).is_some(), "{label:?}");
    }
    (source, parsed)
}

fn read(template: &Value) -> Parsed {
    read_text(&template.to_string()).1
}

/// A template with these members beside its resources.
fn template(rest: Value, resources: Value) -> Value {
    let mut whole = json!({ "$schema": "https://x/deploymentTemplate.json#", "contentVersion": "1.0.0.0" });
    for (key, value) in rest.as_object().into_iter().flatten() {
        whole[key] = value.clone();
    }
    whole["resources"] = resources;
    whole
}

fn rule(field: &Value) -> Value {
    json!({ "if": { "field": "name", "equals": field }, "then": { "effect": "audit" } })
}

fn definition(name: &str, operand: &Value) -> Value {
    json!({ "type": KIND, "name": name, "properties": { "mode": "All", "policyRule": rule(operand) } })
}

fn codes(parsed: &Parsed) -> Vec<&str> {
    parsed.diagnostics.iter().map(crate::Diagnostic::code).collect()
}

fn names(parsed: &Parsed) -> Vec<&str> {
    parsed.definitions.iter().map(|d| &*d.name).collect()
}

/// The condition of a definition, without places.
fn condition(definition: &Definition) -> String {
    let debug = format!("{:?}", definition.rule.condition);
    let mut parts = debug.split("Span { ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('}').map_or("", |(_, rest)| rest))
}

/// The condition that a definition outside any template has.
fn plain(operand: &Value) -> String {
    let text = json!({ "properties": {
        "mode": "All", "policyRule": rule(operand), "parameters": { "p": { "type": "String" } } } });
    let parsed = read_with(&text.to_string(), Options { unescape: false, ..Options::default() }).1;
    condition(&parsed.definitions[0])
}

#[test]
fn escaped_rule_and_computed_name() {
    // spec: D-16, D-21, D-22; test 3 of chapter 01 section 8
    let mut resource =
        definition("[concat(parameters('prefix'), '/', 'allowed')]", &json!("[[parameters('p')]"));
    resource["properties"]["parameters"] = json!({ "p": { "type": "String", "defaultValue": "[[x]" } });
    resource["properties"]["displayName"] = json!("[format('{0} {1}', parameters('prefix'), length('abc'))]");
    let parsed = read(&template(
        json!({ "parameters": { "prefix": { "type": "string", "defaultValue": "corp" } } }),
        json!([resource]),
    ));
    assert_eq!(codes(&parsed), ["LiteralLooksLikeExpression"]);
    let read = &parsed.definitions[0];
    assert_eq!((&*read.name, &*read.display_name), ("allowed", "corp 3"));
    assert_eq!(&*read.id, "/providers/Microsoft.Authorization/policyDefinitions/allowed");
    assert_eq!(read.parameters[0].default.as_ref().and_then(|d| d.as_text()), Some("[x]"));
    assert_eq!(condition(read), plain(&json!("[parameters('p')]")));
}

#[test]
fn where_definitions_are_found() {
    // spec: D-20, I-47; test 4 of chapter 01 section 8
    let one = |name: &str| definition(name, &json!("x"));
    let nested = |scope: &str| {
        json!({ "type": "Microsoft.Resources/deployments", "name": "d", "properties": {
            "expressionEvaluationOptions": { "scope": scope },
            "parameters": { "n": { "value": "[concat(parameters('n'), '-given')]" } },
            "template": { "parameters": { "n": { "type": "string" } }, "resources": [one("[parameters('n')]")] } } })
    };
    let with_type = |kind: &str| {
        let mut d = one("n");
        d["type"] = json!(kind);
        d
    };
    let with = |key: &str, value: Value| {
        let mut d = one("n");
        d[key] = value;
        d
    };
    let parent = |inside: Value| json!({ "type": "A.B/c", "name": "p", "resources": [inside] });
    let outer = json!({ "parameters": { "n": { "defaultValue": "outer" } } });
    let table = [
        (json!([one("a"), one("b")]), vec!["a", "b"]),
        (json!({ "first": one("a"), "second": one("b") }), vec!["a", "b"]),
        (json!([nested("inner")]), vec!["outer-given"]),
        (json!([nested("outer")]), vec!["outer"]),
        (json!([parent(one("a"))]), vec!["a"]),
        (json!([with_type("microsoft.authorization/POLICYDEFINITIONS")]), vec!["n"]),
        (json!([with_type("Microsoft.Management/managementGroups/providers/policyDefinitions")]), vec!["n"]),
        (json!([with("existing", json!(true))]), vec![]),
        (json!([with("condition", json!(false))]), vec![]),
        (json!([with("condition", json!("[false()]"))]), vec![]),
        (json!([with("condition", json!("[equals(parameters('n'), 'other')]"))]), vec!["n"]),
        (json!([with_type("Contoso.Authorization/policyDefinitions")]), vec![]),
    ];
    for (resources, want) in table {
        let parsed = read(&template(outer.clone(), resources.clone()));
        assert_eq!(names(&parsed), want, "{resources}");
        assert_eq!(
            codes(&parsed),
            if want.is_empty() { vec!["UnknownShape"] } else { vec![] },
            "{resources}"
        );
    }
}

#[test]
fn forgotten_escapes() {
    // spec: D-24; test 7 of chapter 01 section 8
    let table = [
        "[field('tags.a')]",
        "[policy().assignmentId]",
        "[requestContext().apiVersion]",
        "[parameters('p')]",
        "[if(ipRangeContains('10.0.0.0/8', '10.1.1.1'), 'a', 'b')]",
        "[concat(parameters('P'), '-x')]",
    ];
    for text in table {
        let mut resource = definition("d", &json!(text));
        if text.contains("parameters") {
            resource["properties"]["parameters"] = json!({ "p": { "type": "String" } });
        }
        let parsed = read(&template(json!({}), json!([resource])));
        assert_eq!(codes(&parsed), ["UnescapedPolicyExpression"], "{text}");
        assert_eq!(condition(&parsed.definitions[0]), plain(&json!(text)), "{text}");
    }
    // The template declares it: it is the template's.
    let mut resource = definition("d", &json!("[parameters('p')]"));
    resource["properties"]["parameters"] = json!({ "p": { "type": "String" } });
    let declared = json!({ "parameters": { "p": { "type": "string", "defaultValue": "v" } } });
    let parsed = read(&template(declared, json!([resource])));
    assert_eq!(codes(&parsed), ["UnusedParameter"]);
    assert_eq!(condition(&parsed.definitions[0]), plain(&json!("v")));
    // Outside the rule there is no such reading.
    let mut resource = definition("d", &json!("x"));
    resource["properties"]["mode"] = json!("[field('name')]");
    assert_eq!(codes(&read(&template(json!({}), json!([resource])))), ["TemplateUnresolved"]);
}

#[test]
fn what_cannot_be_resolved() {
    // spec: D-23
    let unknown = "[reference('x').name]";
    let table = [
        ("name", vec!["TemplateText"]),
        ("displayName", vec!["TemplateText"]),
        ("description", vec!["TemplateText"]),
        ("metadata", vec!["TemplateText"]),
        ("version", vec!["TemplateText"]),
        ("mode", vec!["TemplateUnresolved"]),
        ("parameters", vec!["TemplateUnresolved"]),
        ("policyRule", vec!["TemplateUnresolved"]),
        ("properties", vec!["TemplateUnresolved"]),
    ];
    for (key, want) in table {
        let mut resource = definition("d", &json!("x"));
        if ["name", "properties"].contains(&key) {
            resource[key] = json!(unknown)
        } else {
            resource["properties"][key] = json!(unknown)
        }
        let parsed = read(&template(json!({}), json!([resource])));
        assert_eq!(codes(&parsed), want, "{key}");
        assert_eq!(parsed.definitions.len(), usize::from(want == ["TemplateText"]), "{key}");
        assert!(parsed.diagnostics[0].message().contains(unknown));
    }
    let mut resource = definition(unknown, &json!("x"));
    resource["properties"]["metadata"] = json!({ "category": "Tags", "source": unknown, "n": [unknown] });
    let read = read(&template(json!({}), json!([resource])));
    assert_eq!(codes(&read), ["TemplateText"; 3]);
    assert_eq!((&*read.definitions[0].name, &*read.definitions[0].category), (unknown, "Tags"));
}

#[test]
fn texts_of_templates() {
    // spec: I-3
    let text = "{ /* c */ \"contentVersion\": \"1\", \"resources\": [ { \"type\": \"Microsoft.Authorization/policyDefinitions\",
        \"name\": \"[concat('a',
            'b')]\", \"properties\": { \"mode\": \"All\", \"policyRule\": { \"if\": { \"field\": \"name\", \"equals\": \"a\tb\" },
        \"then\": { \"effect\": \"audit\" } } } } ] }";
    let (_, parsed) = read_text(text);
    assert_eq!((names(&parsed), codes(&parsed)), (vec!["ab"], vec![]));
    assert_eq!(codes(&read_text("{ \"policyRule\": { \"if\": \"a\nb\" } }").1), ["BadJson"]);
}
