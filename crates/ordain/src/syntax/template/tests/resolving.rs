//! What expressions of templates come to.

use super::{KIND, codes, condition, definition, names, plain, read, read_text, rule, template};
use serde_json::json;

#[test]
fn loaded_files() {
    // spec: D-22; test 5 of chapter 01 section 8
    let body = json!({ "name": "loaded", "properties": {
        "mode": "All", "displayName": "[[Preview]", "policyRule": rule(&json!("[[parameters('p')]")),
        "parameters": { "p": { "type": "String" } } } });
    let as_text = body.to_string();
    let variables = json!({
        "$fxv#0": body, "$fxv#1": as_text,
        "all": ["[variables('$fxv#0')]", "[json(variables('$fxv#1'))]"],
        "other": "[variables('$fxv#0')]",
        "both": "[concat(variables('all'), createArray(json(replace(variables('$fxv#1'), 'loaded', 'third'))))]" });
    let resource = |path: &str| json!({ "type": KIND, "name": format!("[variables({path}.name]"), "properties": format!("[variables({path}.properties]") });
    let parts = json!({ "type": KIND, "name": "[variables('other').name]", "properties": {
        "mode": "[variables('other').properties.mode]",
        "displayName": "[variables('other')['properties'].displayName]",
        "parameters": "[variables('other').properties.parameters]",
        "policyRule": "[variables('other').properties.policyRule]" } });
    let table = [
        (resource("'$fxv#0')"), "loaded"),
        (resource("'other')"), "loaded"),
        (resource("'all')[0]"), "loaded"),
        (resource("'all')[1]"), "loaded"),
        (resource("'both')[2]"), "third"),
        (parts, "loaded"),
    ];
    for (resource, name) in table {
        let parsed = read(&template(json!({ "variables": variables }), json!([resource])));
        assert_eq!((codes(&parsed), names(&parsed)), (vec![], vec![name]), "{resource}");
        assert_eq!(&*parsed.definitions[0].display_name, "[Preview]");
        assert_eq!(condition(&parsed.definitions[0]), plain(&json!("[parameters('p')]")));
    }
}

#[test]
fn literals() {
    // spec: D-21, D-26; test 6 of chapter 01 section 8
    let table = [
        ("[[[field('x')]]", "[[field('x')]]"),
        ("[x] y", "[x] y"),
        ("[[x", "[[x"),
        ("[", "["),
        ("plain", "plain"),
        ("[[field('name')]", "[field('name')]"),
    ];
    for (written, policy) in table {
        let parsed = read(&template(json!({}), json!([definition("d", &json!(written))])));
        assert_eq!(codes(&parsed), Vec::<&str>::new(), "{written}");
        assert_eq!(condition(&parsed.definitions[0]), plain(&json!(policy)), "{written}");
    }
    // Names of members too.
    let written = template(json!({}), json!([definition("d", &json!({ "[[concat('a')]": 1 }))]));
    assert_eq!(condition(&read(&written).definitions[0]), plain(&json!({ "[concat('a')]": 1 })));
}

#[test]
fn the_closed_subset() {
    // spec: D-22, D-23
    let rest = json!({
        "parameters": {
            "s": { "type": "string", "defaultValue": "dflt" }, "none": { "type": "string" },
            "maybe": { "type": "string", "nullable": true },
            "on": { "type": "bool", "defaultValue": true },
            "derived": { "type": "string", "defaultValue": "[concat(parameters('s'), '!')]" } },
        "variables": {
            "o": { "List": ["a", "[parameters('s')]"], "bad": "[deployment().name]" }, "chain": "[variables('o').list[1]]",
            "loop": "[variables('pool')]", "pool": "[variables('loop')]",
            "copy": [{ "name": "made", "count": "[length(variables('o').list)]",
                "input": "[concat(variables('o').list[copyIndex('made')], copyIndex('made', 1))]" }] } });
    let table: &[(&str, Result<&str, &str>)] = &[
        ("parameters('S')", Ok("dflt")),
        ("parameters('derived')", Ok("dflt!")),
        ("variables('o').list[1]", Ok("dflt")),
        ("variables('CHAIN')", Ok("dflt")),
        ("variables('o')['List'][0]", Ok("a")),
        ("variables('made')[1]", Ok("dflt2")),
        ("if(parameters('on'), 'y', variables('nope'))", Ok("y")),
        ("if(equals(parameters('s'), 'x'), parameters('none'), 'z')", Ok("z")),
        ("string(createObject('k', createArray(1, 2)))", Ok("{\"k\":[1,2]}")),
        ("json('{\"a\":[\"[[x]\"]}').a[0]", Ok("[x]")),
        ("coalesce(parameters('maybe'), 'c')", Ok("c")),
        ("format('{0}-{1}', length(variables('made')), greater(2, 1))", Ok("2-True")),
        ("and(false(), equals(parameters('none'), 'a'))", Err("boolean")),
        ("parameters('none')", Err("has no default value")),
        ("parameters('nope')", Err("declares no parameter")),
        ("variables('nope')", Err("no variable")),
        ("variables('o').nope", Err("nope")),
        ("variables('o').bad", Err("only a deployment can answer")),
        ("variables('o').list[2]", Err("outside")),
        ("variables('loop')", Err("refers to itself")),
        ("copyIndex()", Err("no `copy`")),
        ("resourceId('a/b', 'c')", Err("")),
        ("frobnicate()", Err("no function")),
        ("ns.f()", Err("user-defined")),
        ("concat('a'", Err("")),
        ("utcNow()", Err("")),
    ];
    for (text, want) in table {
        let mut resource = definition("d", &json!("x"));
        resource["properties"]["displayName"] = json!(format!("[{text}]"));
        let parsed = read(&template(rest.clone(), json!([resource])));
        let shown = &*parsed.definitions[0].display_name;
        match want {
            Ok(want) => assert_eq!((shown, codes(&parsed)), (*want, vec![]), "{text}"),
            Err("boolean") => assert_eq!(codes(&parsed), ["BodyType"], "{text}"),
            Err(reason) => {
                assert_eq!(codes(&parsed), ["TemplateText"], "{text}");
                let label = parsed.diagnostics[0].labels()[0].text();
                assert!(label.contains(reason) && !label.is_empty(), "{text}: {label}");
            }
        }
    }
}

#[test]
fn copies() {
    // spec: D-22
    let rest = json!({ "variables": { "kinds": ["a", "b"] } });
    let looped = |count: &str| {
        let mut resource = definition(
            "[concat('p-', variables('kinds')[copyIndex()])]",
            &json!("[variables('kinds')[copyIndex('l')]]"),
        );
        resource["copy"] = json!({ "name": "l", "count": count });
        template(rest.clone(), json!([resource]))
    };
    let parsed = read(&looped("[length(variables('kinds'))]"));
    assert_eq!((names(&parsed), codes(&parsed)), (vec!["p-a", "p-b"], vec![]));
    assert_eq!(condition(&parsed.definitions[1]), plain(&json!("b")));
    assert_eq!(names(&read(&looped("[sub(1, 1)]"))), Vec::<&str>::new());
    // What is wrong with every copy is said once.
    let parsed = read(&looped("[int('3')]"));
    assert_eq!(
        (names(&parsed), codes(&parsed)),
        (vec!["p-a", "p-b"], vec!["TemplateText", "TemplateUnresolved"])
    );
    // Without a count nothing is known that the index decides.
    assert_eq!(codes(&read(&looped("[length(parameters('x'))]"))), ["TemplateText", "TemplateUnresolved"]);
    // A property.
    let mut resource = definition("d", &json!("x"));
    let input = json!({ "field": "name", "equals": "[variables('kinds')[copyIndex('anyOf')]]" });
    resource["properties"]["policyRule"]["if"] =
        json!({ "copy": [{ "name": "anyOf", "count": 2, "input": input }] });
    let parsed = read(&template(rest.clone(), json!([resource])));
    assert_eq!(codes(&parsed), Vec::<&str>::new());
    let text = condition(&parsed.definitions[0]);
    assert!(
        text.starts_with("Condition { kind: AnyOf(") && text.contains("\"a\"") && text.contains("\"b\""),
        "{text}"
    );
}

#[test]
fn places() {
    // spec: D-8, D-22
    let text = r#"{ "contentVersion": "1", "variables": {
        "rule": { "if": { "field": "name", "equals": "[[fild('x')]" }, "then": { "effect": "audit" } } },
      "resources": [ { "type": "Microsoft.Authorization/policyDefinitions", "name": "d",
        "properties": { "mode": "[concat('Al', 'k')]", "policyRule": "[variables('rule')]" } } ] }"#;
    let (source, parsed) = read_text(text);
    let at = |code: &str| {
        let found = parsed.diagnostics.iter().find(|d| d.code() == code).map(|d| d.labels()[0].span());
        found.map_or("", |span| source.slice(span))
    };
    assert_eq!(at("UnknownFunction"), "fild");
    assert_eq!(at("UnknownMode"), "\"[concat('Al', 'k')]\"");
}

#[test]
fn unfolding_is_bounded() {
    // spec: I-83
    let deep = |n: usize| {
        let text =
            |i: usize| format!("[{}variables('v{}'){}]", "createArray(".repeat(250), i + 1, ")".repeat(250));
        let names = (0..n).map(|i| (format!("v{i}"), json!(text(i))));
        json!({ "variables": names.chain([(format!("v{n}"), json!("x"))]).collect::<serde_json::Map<_, _>>() })
    };
    let wide = |n: usize| {
        let names = (0..n).map(|i| (format!("v{i}"), json!(vec![format!("[variables('v{}')]", i + 1); 10])));
        json!({ "variables": names.chain([(format!("v{n}"), json!("x"))]).collect::<serde_json::Map<_, _>>() })
    };
    let tall = |n: usize| {
        let names = (0..n).map(|i| (format!("v{i}"), json!([format!("[variables('v{}')]", i + 1)])));
        let mut all: serde_json::Map<_, _> = names.chain([(format!("v{n}"), json!("x"))]).collect();
        all.insert("all".into(), (0..n).rev().map(|i| json!(format!("[variables('v{i}')]"))).collect());
        json!({ "variables": all })
    };
    for rest in [deep(50), wide(12), tall(2_000)] {
        let mut resource = definition("d", &json!("[variables('v0')]"));
        // The deepest first, so that each finds the next resolved.
        resource["properties"]["description"] = json!("[string(length(variables('all')))]");
        let parsed = read(&template(rest, json!([resource])));
        assert_eq!(codes(&parsed), ["TemplateText", "TemplateUnresolved"]);
    }
    let mut inner = definition("d", &json!("x"));
    for name in ["a", "b", "c"] {
        inner = json!({ "type": "Microsoft.Resources/deployments", "name": "d", "copy": { "name": name, "count": 800 },
            "properties": { "template": { "resources": [inner] } } });
    }
    let parsed = read(&template(json!({}), json!([inner])));
    assert_eq!(codes(&parsed), ["TemplateUnresolved"]);
}
