//! Documents that ask for something: real ones are recognised as what they are, broken ones end without panic.

use ordain::json::{Dialect, read as parse};
use ordain::requests::{RequestKind as K, RequestOptions, Requests, kind, read};
use ordain::{Engine, Source};
use ordain_tests::{pairs, shared};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;
use std::fs;
use std::path::Path;

/// A text as the command line decodes it (spec I-1).
fn text(path: &Path) -> String {
    let bytes = fs::read(path).expect("a file");
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => {
            let units: Vec<u16> = rest.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).expect("UTF-16")
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).expect("UTF-8"),
        all => String::from_utf8(all.to_vec()).expect("UTF-8"),
    }
}

fn options() -> RequestOptions {
    RequestOptions {
        subscription: Some("11111111-2222-4333-8444-555555555501".into()),
        resource_group: Some("rg".into()),
        ..RequestOptions::default()
    }
}

/// What the text holds, if it is a document of one of the kinds.
fn found(text: &str) -> Option<Requests> {
    let source = Source::new("d.json", text);
    let (json, problems) = parse(source.text(), Dialect::Template);
    let json = json.filter(|_| problems.iter().all(|problem| problem.warning))?;
    let found = read(&source, &json, &options());
    assert_eq!(found.as_ref().map(|found| found.kind), kind(&json));
    if let Some(found) = &found {
        accounted(found, text);
    }
    found
}

/// Every place is in the text; every body can be judged.
fn accounted(found: &Requests, text: &str) {
    let inside =
        |span: ordain::Span| assert!(text.get(span.range()).is_some(), "{span:?} is not in the text");
    for request in &found.requests {
        inside(request.span);
        request.open.iter().for_each(|open| inside(open.span));
        assert!(engine().evaluate(&request.body).is_ok(), "{:?}", request.body);
    }
    found.skipped.iter().for_each(|skipped| inside(skipped.span));
    for label in found.diagnostics.iter().flat_map(|diagnostic| diagnostic.labels()) {
        inside(label.span());
    }
    assert!(
        found.errors <= found.diagnostics.len() || found.diagnostics.iter().any(|d| d.code() == "TooLarge")
    );
}

fn engine() -> &'static Engine {
    static ENGINE: std::sync::OnceLock<Engine> = std::sync::OnceLock::new();
    ENGINE.get_or_init(|| pairs::engine(&pairs::pack().iter().collect::<Vec<_>>()))
}

/// Whether files of a folder may hold something else than the folder says, by their own remark.
fn expected(folder: &str, name: &str) -> Option<&'static [K]> {
    Some(match (folder, name) {
        ("what-if", "tool_empty-file.json" | "tool_malformed-syntax.json") => &[],
        ("what-if", "tool_with-errors.json") => &[K::Failed],
        ("what-if", "stack_group.json") => &[K::StackWhatIf],
        ("what-if", _) => &[K::WhatIf],
        ("bicep-snapshot", _) => &[K::Snapshot],
        ("deny-error", _) => &[K::Refusal],
        ("arm-template", name) if name.starts_with("export_answer") => &[K::ExportedTemplate],
        ("arm-template", _) => &[K::Template],
        // Text of the wrapper around them, and plans inside test mocks.
        ("terraform", "with_wrapper_lines.json") => &[],
        ("terraform", name) if name.starts_with("azapi_mock") => &[],
        ("terraform", _) => &[K::Plan],
        _ => return None,
    })
}

#[test]
fn real_inputs_are_what_their_folder_says() {
    // spec: I-9, I-40, I-50, I-52, I-54, I-55, I-56, I-57, I-58; test 23g of chapter 10
    let Some(inputs) = shared::file("corpus/inputs") else { return };
    let mut seen = 0;
    for folder in shared::entries(&inputs).iter().filter(|folder| folder.is_dir()) {
        let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let folder_name = name(folder);
        for path in shared::entries(folder) {
            let found = found(&text(&path)).map(|found| found.kind);
            match expected(&folder_name, &name(&path)) {
                Some(kinds) => assert_eq!(found, kinds.first().copied(), "{}", path.display()),
                // Rows, lists and policy documents ask for nothing; policies in a template and calls that failed are
                // such documents all the same.
                None => assert!(
                    matches!(found, None | Some(K::Template | K::Failed)),
                    "{}: {found:?}",
                    path.display()
                ),
            }
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen} files only");
}

#[test]
fn real_templates_have_requests() {
    // spec: I-40, I-43, I-44
    let Some(inputs) = shared::file("corpus/inputs/arm-template") else { return };
    let (mut requests, mut whole, mut errors) = (0, 0, 0);
    for path in shared::entries(&inputs) {
        let found = found(&text(&path)).expect("a template");
        requests += found.requests.len();
        whole += found.requests.iter().filter(|request| request.open.is_empty()).count();
        errors += found.errors;
    }
    println!("{requests} requests, {whole} of them without anything open, {errors} errors");
    assert!(requests > 100 && whole > 15 && errors == 0);
}

fn samples() -> Vec<String> {
    let body = json!({ "type": "A.B/c", "name": "x", "location": "[resourceGroup().location]",
        "properties": { "list": ["[reference('a').b]", { "a": 1 }], "[concat('a', 'b')]": "[[x]" } });
    let template = json!({ "contentVersion": "1.0.0.0", "languageVersion": "2.0",
        "parameters": { "p": { "type": "string", "defaultValue": "[concat('a', variables('v')[0].w)]" }, "q": { "type": "int" } },
        "variables": { "v": [{ "w": "x" }], "copy": [{ "name": "c", "count": 3, "input": "[copyIndex('c')]" }] },
        "resources": [
            { "type": "A.B/c", "name": "[parameters('p')]", "copy": { "name": "l", "count": "[length(variables('v'))]" },
              "condition": "[equals(parameters('q'), 1)]", "properties": { "copy": [{ "name": "d", "count": 2, "input": {} }],
                "id": "[resourceId('A.B/c', 'x')]", "c": "[variables('c')]" },
              "resources": [{ "type": "d", "name": "y", "scope": "[format('E.F/g/{0}', 'h')]" }] },
            { "type": "A.B/c/providers/locks", "name": "x/Microsoft.Authorization/l" },
            { "type": "Microsoft.Resources/deployments", "name": "m", "resourceGroup": "g", "properties": {
                "expressionEvaluationOptions": { "scope": "inner" }, "parameters": { "p": { "value": "[parameters('p')]" } },
                "template": { "contentVersion": "1", "parameters": { "p": { "type": "string" } },
                    "resources": { "s": { "type": "A.B/c", "name": "[parameters('p')]", "existing": false } } } } },
        ] });
    let changes = json!([
        { "resourceId": "/subscriptions/s/resourceGroups/g/providers/A.B/c/x", "changeType": "Modify", "before": body, "after": body },
        { "resourceId": "/subscriptions/s/resourceGroups/g/providers/A.B/c/y", "changeType": "Ignore", "before": body, "after": body },
    ]);
    let plan = json!({ "format_version": "1.2", "resource_changes": [{ "address": "azapi_resource.x", "mode": "managed",
        "type": "azapi_resource", "change": { "actions": ["create"], "after": { "type": "A.B/c@1", "name": "x",
            "parent_id": "/subscriptions/s/resourceGroups/g", "body": "{\"properties\":{\"a\":[1]}}",
            "sensitive_body_version": { "properties.a.b": "1" }, "identity": [{ "type": "x", "identity_ids": ["y"] }] },
            "after_unknown": { "body": { "properties": { "k": true, "a": [true, {}] } }, "tags": true } } }] });
    [
        template.clone(),
        json!({ "template": template, "error": { "message": "m" } }),
        json!({ "status": "Succeeded", "properties": { "changes": changes } }),
        json!({ "properties": { "changes": { "resourceChanges": [{ "id": "/subscriptions/s", "changeType": "create",
            "resourceConfigurationChanges": { "after": body } }] } } }),
        json!({ "predictedResources": [body, { "type": "request@v1" }] }),
        plan,
        json!({ "format_version": "1", "values": { "root_module": { "resources": [], "child_modules": [{ "resources": [
            { "type": "azapi_resource", "values": { "type": "A.B/c@1", "name": "x", "body": {} } }] }] } } }),
        json!({ "resource": body, "action": "write", "parameters": { "p": { "value": 1 } }, "context": { "now": "x" }, "related": [body] }),
        json!({ "error": { "code": "RequestDisallowedByPolicy", "message": "m\nn" } }),
    ]
    .iter()
    .map(ToString::to_string)
    .collect()
}

#[test]
fn samples_are_read_as_they_are() {
    // spec: I-80
    let counted: Vec<_> =
        samples().iter().filter_map(|text| found(text)).map(|found| (found.kind, found.rows())).collect();
    assert_eq!(
        counted,
        [
            (K::Template, 5),
            (K::ExportedTemplate, 5),
            (K::WhatIf, 2),
            (K::StackWhatIf, 1),
            (K::Snapshot, 2),
            (K::Plan, 1),
            (K::Plan, 1),
            (K::Payload, 1),
            (K::Refusal, 0),
        ]
    );
}

/// What makes trouble when it stands somewhere else.
const PIECES: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "null",
    "7",
    "true",
    "\"[",
    "]\"",
    "[[",
    "(",
    "')",
    "concat(",
    "variables('v')",
    "parameters('p')",
    "resourceId(",
    "copyIndex()",
    "/",
    "\\u0000",
    "é",
    "\"copy\":",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edited_documents(at in any::<Index>(), edits in vec((any::<Index>(), 0..12_usize, select(&PIECES[..])), 1..5)) {
        let samples = samples();
        let mut text = at.get(samples.as_slice()).clone();
        for (at, taken, piece) in edits {
            let start = (0..=at.index(text.len() + 1)).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
            let end = (start + taken).min(text.len());
            let end = (end..=text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len());
            text.replace_range(start..end, piece);
        }
        let _ = found(&text);
    }

    #[test]
    fn swapped_values(at in any::<Index>(), to in any::<Index>(), from in any::<Index>()) {
        // A value of one document in the place of another's: whatever its kind.
        let samples = samples();
        let mut document: serde_json::Value = serde_json::from_str(at.get(samples.as_slice()).as_str()).expect("JSON");
        let mut values = Vec::new();
        pointers(&document, String::new(), &mut values);
        let value = document.pointer(from.get(values.as_slice()).as_str()).cloned().expect("a value");
        *document.pointer_mut(to.get(values.as_slice()).as_str()).expect("a value") = value;
        let _ = found(&document.to_string());
    }
}

fn pointers(json: &serde_json::Value, at: String, out: &mut Vec<String>) {
    match json {
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| pointers(item, format!("{at}/{i}"), out));
        }
        serde_json::Value::Object(members) => members.iter().for_each(|(key, value)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            pointers(value, format!("{at}/{key}"), out);
        }),
        _ => {}
    }
    out.push(at);
}

#[test]
fn deep_and_wide_documents_end() {
    // spec: I-80, I-83
    let deep =
        |open: &str, close: &str, times: usize| format!("{}{}", open.repeat(times), close.repeat(times));
    let nested =
        r#"{"type":"Microsoft.Resources/deployments","name":"n","properties":{"template":{"resources":["#;
    let texts = [
        format!(r#"{{"contentVersion":"1","resources":[{}]}}"#, deep(nested, "]}}}", 30)),
        format!(
            r#"{{"contentVersion":"1","resources":[{}]}}"#,
            deep(r#"{"type":"A.B/c","name":"n","resources":["#, "]}", 55)
        ),
        format!(
            r#"{{"contentVersion":"1","resources":[{{"type":"A.B/c","name":"[{}'a'{}]"}}]}}"#,
            "concat(".repeat(250),
            ")".repeat(250)
        ),
        format!(
            r#"{{"contentVersion":"1","resources":[{}]}}"#,
            vec!["{\"type\":\"A.B/c\",\"name\":\"x\"}"; 100_000].join(",")
        ),
    ];
    for text in texts {
        let found = found(&text).expect("a template");
        assert!(found.rows() > 0);
    }
}
