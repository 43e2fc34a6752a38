//! Templates: which entries are judged, their types, names and ids, values and what is left open.

use super::{SUBSCRIPTION, all, bodies, codes, id, names, open, placed, shown, skipped};
use crate::json::{Dialect, read as parse};
use crate::requests::{RequestOptions, Requests, template_parameters};
use serde_json::{Value as Json, json};

/// A template with these members beside its resources.
fn template(rest: Json, resources: Json) -> Json {
    let mut whole =
        json!({ "$schema": "https://x/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0" });
    for (key, value) in rest.as_object().into_iter().flatten() {
        whole[key] = value.clone();
    }
    whole["resources"] = resources;
    whole
}

fn read(rest: Json, resources: Json) -> Requests {
    all(&template(rest, resources), &placed())
}

fn ids(found: &Requests) -> Vec<Json> {
    bodies(found).into_iter().map(|body| body["id"].clone()).collect()
}

fn properties(rest: Json, properties: Json) -> (Json, Requests) {
    let found = read(rest, json!([{ "type": "A.B/c", "name": "x", "properties": properties }]));
    (bodies(&found).first().map(|body| body["properties"].clone()).unwrap_or_default(), found)
}

#[test]
fn entries_that_are_judged() {
    // spec: I-40; test 16 of section 9
    let entry = |name: &str, more: Json| {
        let mut entry = json!({ "type": "A.B/c", "apiVersion": "2024-01-01", "name": name, "location": "l" });
        for (key, value) in more.as_object().into_iter().flatten() {
            entry[key] = value.clone();
        }
        entry
    };
    let found = read(
        json!({ "languageVersion": "2.0", "parameters": { "no": { "type": "bool", "defaultValue": false }, "open": { "type": "bool" } } }),
        json!({
            "a": entry("plain", json!({ "dependsOn": ["b"], "comments": "c", "properties": { "p": 1 } })),
            "b": entry("there", json!({ "existing": true })),
            "c": entry("never", json!({ "condition": "[parameters('no')]" })),
            "d": entry("no", json!({ "condition": false })),
            "e": entry("maybe", json!({ "condition": "[parameters('open')]" })),
            "f": entry("sure", json!({ "condition": "[not(parameters('no'))]" })),
            "g": { "import": "graph", "type": "Graph/groups@v1", "properties": {} },
            "h": { "type": "request@v1", "properties": {} },
        }),
    );
    assert_eq!(names(&found), ["plain", "maybe", "sure"]);
    assert_eq!(
        found.requests.iter().filter_map(|r| r.origin.as_deref()).collect::<Vec<_>>(),
        ["a", "e", "f"]
    );
    assert_eq!(
        skipped(&found),
        [
            ("Existing", "there"),
            ("ConditionFalse", "never"),
            ("ConditionFalse", "no"),
            ("ExtensionResource", "g"),
            ("ExtensionResource", "h"),
        ]
    );
    assert_eq!(open(&found, 1), [("condition", "[parameters('open')]")]);
    // What belongs to the deployment is no part of the body.
    assert_eq!(
        bodies(&found).first(),
        Some(&json!({ "id": id("A.B/c/plain"), "type": "A.B/c", "name": "plain", "apiVersion": "2024-01-01",
                      "location": "l", "properties": { "p": 1 } }))
    );
    assert_eq!(codes(&found), Vec::<&str>::new());
}

#[test]
fn children() {
    // spec: I-41, I-40
    let found = read(
        json!({}),
        json!([{
            "type": "Microsoft.Compute/virtualMachines", "name": "vm1", "condition": "[equals(1, 2)]",
            "resources": [
                { "type": "extensions", "name": "ext1", "resources": [{ "type": "deep", "name": "[toLower('D')]" }] },
                { "type": "Microsoft.Compute/virtualMachines/runs", "name": "vm1/r" },
                { "type": "Microsoft.Compute/virtualMachines/runs", "name": "q" },
                { "type": "providers/locks", "name": "Microsoft.Authorization/l" },
            ] },
            { "type": "A.B/c/d", "name": "x/y" },
        ]),
    );
    assert_eq!(skipped(&found), [("ConditionFalse", "vm1")]);
    let vm = |rest: &str| json!(id(&format!("Microsoft.Compute/virtualMachines/vm1/{rest}")));
    assert_eq!(
        ids(&found),
        [
            vm("extensions/ext1"),
            vm("extensions/ext1/deep/d"),
            vm("runs/r"),
            vm("runs/q"),
            vm("providers/Microsoft.Authorization/locks/l"),
            json!(id("A.B/c/x/d/y")),
        ]
    );
    let bodies = bodies(&found);
    let of = |at: usize, key: &str| bodies.get(at).map(|body| body[key].clone()).unwrap_or_default();
    assert_eq!(
        (of(0, "type"), of(0, "name")),
        (json!("Microsoft.Compute/virtualMachines/extensions"), json!("vm1/ext1"))
    );
    assert_eq!((of(4, "type"), of(4, "name")), (json!("Microsoft.Authorization/locks"), json!("l")));
}

#[test]
fn extension_resources() {
    // spec: I-41
    let of = |kind: &str, name: &str, scope: Json| {
        let mut entry = json!({ "type": kind, "name": name });
        if !scope.is_null() {
            entry["scope"] = scope;
        }
        let found = read(json!({}), json!([entry]));
        bodies(&found).into_iter().next().map(|b| (b["type"].clone(), b["id"].clone())).unwrap_or_default()
    };
    let locks = "Microsoft.Authorization/locks";
    let extended = id("A.B/c/x/providers/Microsoft.Authorization/locks/l");
    let relative = json!("[format('A.B/c/{0}', 'x')]");
    assert_eq!(of(locks, "l", relative), (json!(locks), json!(extended)));
    assert_eq!(of(locks, "l", json!(id("A.B/c/x"))), (json!(locks), json!(extended)));
    assert_eq!(
        of(locks, "l", json!("/")),
        (json!(locks), json!("/providers/Microsoft.Authorization/locks/l"))
    );
    assert_eq!(of(locks, "l", json!("[reference('x').id]")), (json!(locks), Json::Null));
    // The old spelling.
    assert_eq!(
        of("A.B/c/providers/locks", "x/Microsoft.Authorization/l", Json::Null),
        (json!(locks), json!(extended))
    );
    // Its namespace is told, its name is not.
    let open = "[concat(uniqueString('x'), '/Microsoft.Authorization/', 'l')]";
    assert_eq!(of("A.B/c/providers/locks", open, Json::Null), (json!(locks), Json::Null));
}

#[test]
fn values() {
    // spec: I-43
    let rest = json!({
        "parameters": {
            "given": { "type": "int", "defaultValue": 1 },
            "default": { "type": "string", "defaultValue": "[concat('d-', resourceGroup().name)]" },
            "object": { "type": "object", "defaultValue": { "a": ["[[x]", { "b": true }] } },
        },
        "variables": { "list": ["[parameters('default')]", 2] },
    });
    let document = template(
        rest,
        json!([{ "type": "A.B/c", "name": "x", "properties": {
            "given": "[parameters('given')]", "default": "[parameters('default')]",
            "object": "[parameters('object')]", "list": "[variables('list')]", "second": "[variables('list')[1]]",
            "joined": "[concat('a', string(parameters('given')))]", "escaped": "[[parameters('p')]",
            "plain": "[section] x", "[toLower('KEY')]": 1,
            "logic": "[if(greater(parameters('given'), 3), 'many', 'few')]" } }]),
    );
    let mut options = placed();
    options.template_parameters.push("given", crate::Value::int(7));
    let found = all(&document, &options);
    assert_eq!(
        bodies(&found).first().map(|b| &b["properties"]),
        Some(&json!({ "given": 7, "default": "d-rg", "object": { "a": ["[x]", { "b": true }] },
            "list": ["d-rg", 2], "second": 2, "joined": "a7", "escaped": "[parameters('p')]",
            "plain": "[section] x", "key": 1, "logic": "many" }))
    );
    assert!(found.requests.iter().all(|request| request.open.is_empty()));
}

#[test]
fn parameter_files() {
    // spec: I-67, I-43
    let values = |document: Json| {
        let text = document.to_string();
        let (json, _) = parse(&text, Dialect::Template);
        json.map(|json| shown(&crate::Value::object(template_parameters(&json)))).unwrap_or_default()
    };
    let wrapped = json!({ "a": { "value": 1 }, "b": { "value": { "c": 2 } }, "s": { "reference": { "keyVault": { "id": "k" } } } });
    let expected = json!({ "a": 1, "b": { "c": 2 } });
    assert_eq!(values(wrapped.clone()), expected);
    assert_eq!(values(json!({ "a": 1, "b": { "c": 2 } })), expected);
    assert_eq!(values(json!({ "parameters": wrapped })), expected);
    let file = json!({ "$schema": "https://x/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": wrapped });
    assert_eq!(values(file), expected);
    // A parameter of the name `parameters` beside others.
    assert_eq!(
        values(json!({ "parameters": { "x": 1 }, "b": 2 })),
        json!({ "parameters": { "x": 1 }, "b": 2 })
    );
}

#[test]
fn what_only_azure_can_tell() {
    // spec: I-44
    let open_ones = [
        "[reference('a').b]",
        "[listKeys('a', '2024-01-01').keys[0].value]",
        "[list('a', 'b')]",
        "[uniqueString('a')]",
        "[newGuid()]",
        "[utcNow()]",
        "[deployment().name]",
        "[parameters('none')]",
        "[parameters('undeclared')]",
        "[variables('undeclared')]",
        "[copyIndex()]",
        "[unknownFunction()]",
        "[mine.own('a')]",
        "[subscription().tenantId]",
        "[resourceGroup().tags['a']]",
        "[environment().suffixes.storage]",
        "[concat('a', reference('a').b)]",
        "[toLower(concat('a', uniqueString('b')))]",
        "[variables('open')]",
        "[field('name')]",
        "[this is no expression]",
    ];
    let rest = json!({
        "parameters": { "none": { "type": "string" } },
        "variables": { "open": "[concat('x-', parameters('none'))]" },
    });
    for text in open_ones {
        let (found, all) = properties(rest.clone(), json!({ "list": ["a", text], "known": 1 }));
        assert_eq!(found, json!({ "list": ["a", "<unknown>"], "known": 1 }), "{text}");
        assert_eq!(open(&all, 0).first().map(|(path, _)| *path), Some("properties.list[1]"), "{text}");
    }
    // Names of members are known all together or not at all.
    let (found, _) = properties(rest, json!({ "tags": { "[reference('a').b]": 1, "c": 2 } }));
    assert_eq!(found, json!({ "tags": "<unknown>" }));
}

#[test]
fn ids_are_made_where_all_is_known() {
    // spec: I-44, I-48
    let text = json!({ "text": "[resourceId('A.B/c', 'x')]", "far": "[resourceId('s', 'g', 'A.B/c', 'x')]",
        "group": "[resourceGroup().id]", "name": "[subscription().subscriptionId]" });
    let (found, _) = properties(json!({}), text.clone());
    assert_eq!(
        found,
        json!({ "text": id("A.B/c/x"), "far": "/subscriptions/s/resourceGroups/g/providers/A.B/c/x",
            "group": format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"), "name": SUBSCRIPTION })
    );
    let nowhere = all(
        &template(json!({}), json!([{ "type": "A.B/c", "name": "x", "properties": text }])),
        &RequestOptions::default(),
    );
    assert_eq!(
        bodies(&nowhere),
        [json!({ "type": "A.B/c", "name": "x", "properties": { "text": "<unknown>",
            "far": "/subscriptions/s/resourceGroups/g/providers/A.B/c/x", "group": "<unknown>", "name": "<unknown>" } })]
    );
}

#[test]
fn names_and_types() {
    // spec: I-45
    let found = read(
        json!({ "parameters": { "n": { "type": "string" } } }),
        json!([
            { "type": "A.B/c", "name": "[concat('x-', parameters('n'))]", "location": "l",
              "resources": [{ "type": "d", "name": "child" }] },
            { "type": "[variables('t')]", "name": "computed" },
            { "name": "typeless" },
            { "type": "single", "name": "s" },
            "text",
        ]),
    );
    assert_eq!(names(&found), ["[concat('x-', parameters('n'))]", "[concat('x-', parameters('n'))]/child"]);
    assert_eq!(
        bodies(&found),
        [
            json!({ "type": "A.B/c", "name": "<unknown>", "location": "l" }),
            json!({ "type": "A.B/c/d", "name": "<unknown>" }),
        ]
    );
    assert_eq!(open(&found, 0), [("name", "[concat('x-', parameters('n'))]")]);
    assert_eq!(codes(&found), ["NoType", "NoType", "NoType", "NotAResource"]);
    assert_eq!((found.errors, found.rows()), (4, 6));
}

#[test]
fn copies() {
    // spec: I-46
    let found = read(
        json!({ "variables": { "copy": [{ "name": "made", "count": 2, "input": "[copyIndex('made')]" }] } }),
        json!([
            { "type": "A.B/c", "name": "[concat('x', copyIndex())]", "copy": { "name": "loop", "count": 3 },
              "properties": { "index": "[copyIndex('loop')]", "known": 1, "made": "[variables('made')]",
                "copy": [{ "name": "disks", "count": 2, "input": { "lun": "[copyIndex('disks')]" } }] } },
            { "type": "A.B/c", "name": "none", "copy": { "name": "loop", "count": "[length(createArray())]" } },
        ]),
    );
    assert_eq!(
        bodies(&found),
        [json!({ "type": "A.B/c", "name": "<unknown>", "properties":
            { "index": "<unknown>", "known": 1, "made": [0, 1], "disks": "<unknown>" } })]
    );
    assert_eq!(skipped(&found), [("NoCopies", "none")]);
}

fn deployment(inner: bool, parameters: Json, more: Json) -> Json {
    let scope = if inner { "inner" } else { "outer" };
    let template = template(
        json!({
            "parameters": { "p": { "type": "string", "defaultValue": "inner default" } },
            "variables": { "v": "inner variable" },
        }),
        json!({ "res": { "type": "A.B/c", "name": "x", "properties": {
            "p": "[parameters('p')]", "v": "[variables('v')]", "group": "[resourceGroup().name]" } } }),
    );
    let mut entry = json!({ "type": "Microsoft.Resources/deployments", "name": "module", "properties": {
        "expressionEvaluationOptions": { "scope": scope }, "parameters": parameters, "template": template } });
    for (key, value) in more.as_object().into_iter().flatten() {
        entry[key] = value.clone();
    }
    entry
}

fn outer() -> Json {
    json!({
        "parameters": { "p": { "type": "string", "defaultValue": "outer default" } },
        "variables": { "v": "outer variable" },
    })
}

#[test]
fn inner_and_outer_deployments() {
    // spec: I-47, I-40
    let of = |entry: Json| {
        let found = read(outer(), json!([entry]));
        assert_eq!(skipped(&found), [("Deployment", "module")]);
        assert_eq!(found.requests.first().and_then(|r| r.origin.as_deref()), Some("module/res"));
        bodies(&found)
            .into_iter()
            .next()
            .map(|b| (b["properties"].clone(), b["id"].clone()))
            .unwrap_or_default()
    };
    let given = json!({ "p": { "value": "[concat('given by ', parameters('p'))]" } });
    let (found, _) = of(deployment(true, given.clone(), json!({})));
    assert_eq!(found, json!({ "p": "given by outer default", "v": "inner variable", "group": "rg" }));
    let (found, _) = of(deployment(true, json!({}), json!({})));
    assert_eq!(found["p"], json!("inner default"));
    let (found, _) = of(deployment(false, given, json!({})));
    assert_eq!(found, json!({ "p": "outer default", "v": "outer variable", "group": "rg" }));
    // To another group: ids are of that group, and so is what an inner template asks for.
    let there = json!(format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/other/providers/A.B/c/x"));
    let (found, id) = of(deployment(true, json!({}), json!({ "resourceGroup": "other" })));
    assert_eq!((&found["group"], &id), (&json!("other"), &there));
    let (found, id) = of(deployment(false, json!({}), json!({ "resourceGroup": "other" })));
    assert_eq!((&found["group"], &id), (&json!("rg"), &there));
}

#[test]
fn deployments_that_are_not_made() {
    // spec: I-40, I-80
    let never = read(outer(), json!([deployment(true, json!({}), json!({ "condition": false }))]));
    assert_eq!(skipped(&never), [("ConditionFalse", "module"), ("ConditionFalse", "x")]);
    let maybe =
        read(outer(), json!([deployment(true, json!({}), json!({ "condition": "[reference('a').b]" }))]));
    assert_eq!(open(&maybe, 0), [("condition of module", "[reference('a').b]")]);
    let linked = read(
        json!({}),
        json!([{ "type": "Microsoft.Resources/deployments", "name": "far",
                 "properties": { "templateLink": { "uri": "https://x/t.json" } } }]),
    );
    assert_eq!((skipped(&linked), codes(&linked)), (vec![("LinkedTemplate", "far")], vec!["LinkedTemplate"]));
}

#[test]
fn levels() {
    // spec: I-48
    let at = |scope: &str, entry: Json, options: &RequestOptions| {
        let schema = format!("https://x/2019-08-01/{scope}eploymentTemplate.json#");
        let found = all(&template(json!({ "$schema": schema }), json!([entry])), options);
        bodies(&found).into_iter().next().unwrap_or_default()
    };
    let group = json!({ "type": "Microsoft.Resources/resourceGroups", "name": "g", "location": "[deployment().location]" });
    let made = at("subscriptionD", group.clone(), &placed());
    assert_eq!(made["id"], json!(format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/g")));
    assert_eq!(made["location"], json!("westeurope"));
    let entry = || json!({ "type": "A.B/c", "name": "x", "location": "[resourceGroup().location]" });
    assert_eq!(at("tenantD", entry(), &placed())["id"], json!("/providers/A.B/c/x"));
    assert_eq!(at("managementGroupD", entry(), &placed())["id"], Json::Null);
    let here = at("d", entry(), &placed());
    assert_eq!((&here["id"], &here["location"]), (&json!(id("A.B/c/x")), &json!("westeurope")));
    let nowhere = at("d", entry(), &RequestOptions::default());
    assert_eq!((&nowhere["id"], &nowhere["location"]), (&Json::Null, &json!("<unknown>")));
    // A nested deployment to a resource group of a template for a subscription.
    let nested = at("subscriptionD", deployment(true, json!({}), json!({ "resourceGroup": "g" })), &placed());
    assert_eq!(
        nested["id"],
        json!(format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/A.B/c/x"))
    );
    // Ids may be given whole.
    let options = RequestOptions { subscription: Some(format!("/subscriptions/{SUBSCRIPTION}")), ..placed() };
    assert_eq!(at("d", entry(), &options)["id"], json!(id("A.B/c/x")));
}

#[test]
fn what_bicep_writes_is_a_template() {
    // spec: I-49
    let found = read(
        json!({ "metadata": { "_generator": { "name": "bicep", "version": "0.30.3" } } }),
        json!([{ "type": "A.B/c", "name": "x" }]),
    );
    assert_eq!(names(&found), ["x"]);
}

#[test]
fn exported_templates() {
    // spec: I-56
    let inside = template(json!({}), json!([{ "type": "A.B/c", "name": "x" }]));
    let whole = all(&json!({ "template": inside }), &placed());
    assert_eq!((names(&whole), codes(&whole)), (vec!["x"], vec![]));
    let partial = all(
        &json!({ "template": inside, "error": { "code": "ExportTemplateCompletedWithErrors", "message": "some\nmore" } }),
        &placed(),
    );
    assert_eq!((names(&partial), codes(&partial)), (vec!["x"], vec!["PartialExport"]));
    assert_eq!(partial.diagnostics.first().map(|d| d.notes().to_vec()), Some(vec!["some".to_owned()]));
}

#[test]
fn too_much_is_told_and_the_rest_stands() {
    // spec: I-80, I-83
    let mut variables = json!({ "v0": ["0123456789", "0123456789"] });
    for level in 1..40 {
        let below = format!("[variables('v{}')]", level - 1);
        variables[format!("v{level}")] = json!([below, below]);
    }
    let found = read(
        json!({ "variables": variables }),
        json!([
            { "type": "A.B/c", "name": "fine", "properties": {} },
            { "type": "A.B/c", "name": "big", "properties": { "v": "[variables('v39')]" } },
            { "type": "A.B/c", "name": "after", "properties": {} },
        ]),
    );
    assert_eq!(found.rows(), 3);
    assert!(names(&found).contains(&"fine"));
    // A variable that leads to itself.
    let (found, _) = properties(
        json!({ "variables": { "a": "[variables('b')]", "b": "[variables('a')]" } }),
        json!({ "x": "[variables('a')]" }),
    );
    assert_eq!(found, json!({ "x": "<unknown>" }));
}
