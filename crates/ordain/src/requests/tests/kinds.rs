//! What a document is (tests 1 to 4d and 23 of I-9), answers without requests, payloads.

use super::{all, bodies, codes, names};
use crate::document::Completeness;
use crate::json::{Dialect, read as parse};
use crate::requests::RequestKind as K;
use crate::requests::{Action, RequestOptions, kind};
use serde_json::json;

#[test]
fn kinds() {
    // spec: I-9, I-50, I-52, I-54, I-55, I-56, I-57, I-58, I-86
    let template = r#"{"contentVersion":"1","resources":[]}"#;
    let wrapped = |more: &str| format!(r#"{{"template":{template}{more}}}"#);
    let table = [
        (
            r#"{"$schema":"https://x/2019-04-01/deploymentParameters.json#","parameters":{}}"#,
            Some(K::Parameters),
        ),
        (r#"{"$schema":"https://x/2019-04-01/deploymentTemplate.json#"}"#, Some(K::Template)),
        (r#"{"$schema":"https://x/2018-05-01/subscriptionDeploymentTemplate.json#"}"#, Some(K::Template)),
        (template, Some(K::Template)),
        (r#"{"format_version":"1.2","planned_values":{}}"#, Some(K::Plan)),
        (r#"{"format_version":"1.0","values":{}}"#, Some(K::Plan)),
        (r#"{"format_version":"1.0"}"#, None),
        (r#"{"changes":[{"changeType":"Create"}]}"#, Some(K::WhatIf)),
        (r#"{"properties":{"changes":[{"changeType":"Create"}]}}"#, Some(K::WhatIf)),
        (r#"{"changes":[],"diagnostics":[]}"#, Some(K::WhatIf)),
        (r#"{"changes":[]}"#, None),
        (r#"{"status":"Failed","error":{"code":"X"}}"#, Some(K::Failed)),
        (r#"{"error":{"code":"X"}}"#, Some(K::Failed)),
        (r#"{"status":"Succeeded","error":{"code":"X"}}"#, None),
        (r#"{"id":"/x","error":{"code":"X"}}"#, None),
        (r#"{"error":{"code":"RequestDisallowedByPolicy"}}"#, Some(K::Refusal)),
        (r#"{"code":"RequestDisallowedByPolicy","message":"m"}"#, Some(K::Refusal)),
        (r#"{"predictedResources":[]}"#, Some(K::Snapshot)),
        (r#"{"predictedResources":{}}"#, None),
        (&wrapped(""), Some(K::ExportedTemplate)),
        (&wrapped(r#","error":{"code":"ExportTemplateCompletedWithErrors"}"#), Some(K::ExportedTemplate)),
        (&wrapped(r#","type":"A.B/c""#), None),
        (r#"{"properties":{"changes":{"resourceChanges":[]}}}"#, Some(K::StackWhatIf)),
        (r#"{"id":"/x","type":"Microsoft.Resources/deploymentStacksWhatIfResults"}"#, Some(K::StackWhatIf)),
        (r#"{"resource":{"type":"A.B/c"},"action":"write"}"#, Some(K::Payload)),
        (r#"{"resource":{"type":"A.B/c"}}"#, None),
        (r#"{"resource":{},"context":{},"type":"A.B/c"}"#, None),
        (r#"{"type":"A.B/c","properties":{}}"#, None),
        ("[]", None),
        ("null", None),
    ];
    for (text, expected) in table {
        let (json, _) = parse(text, Dialect::Strict);
        assert_eq!(json.and_then(|json| kind(&json)), expected, "{text}");
    }
}

#[test]
fn answers_without_requests() {
    // spec: I-54, I-57
    let message = |document: &serde_json::Value| {
        let found = all(document, &RequestOptions::default());
        assert_eq!((found.rows(), found.diagnostics.len()), (0, 1));
        let diagnostic = found.diagnostics.first().cloned();
        diagnostic.map(|d| (d.code(), d.message().to_owned(), d.notes().join("")))
    };
    let failed =
        json!({ "status": "Failed", "error": { "code": "InvalidTemplate", "message": "bad\nmore" } });
    assert_eq!(
        message(&failed),
        Some((
            "FailedResult",
            "the call failed: InvalidTemplate: bad".to_owned(),
            "nothing was judged".to_owned()
        ))
    );
    let refused = json!({ "error": { "code": "RequestDisallowedByPolicy", "message": "was disallowed" } });
    assert_eq!(
        message(&refused).map(|(code, _, note)| (code, note)),
        Some(("NotResources", "RequestDisallowedByPolicy: was disallowed".to_owned()))
    );
    let parameters = json!({ "$schema": "https://x/deploymentParameters.json#", "parameters": {} });
    assert_eq!(message(&parameters).map(|(code, ..)| code), Some("NotResources"));
}

#[test]
fn payloads() {
    // spec: I-21
    let found = all(
        &json!({
            "resource": { "type": "A.B/c", "name": "x", "properties": { "port": 5, "text": "[kept()]" } },
            "action": "Delete",
            "parameters": { "plain": 1, "wrapped": { "value": [2] }, "object": { "value": 1, "more": 2 } },
            "context": {
                "now": "2026-01-01T00:00:00Z",
                "subscription": { "displayName": "d" },
                "resourceGroup": { "location": "l" },
                "requestContext": { "apiVersion": "2024-01-01" },
                "principal": { "userId": "u" },
            },
            "related": [{ "type": "A.B/d", "id": "/x" }, 7],
        }),
        &RequestOptions::default(),
    );
    let request = found.requests.first().cloned();
    let request = request.unwrap_or_else(|| panic!("no request"));
    assert_eq!(
        bodies(&found),
        [json!({ "type": "A.B/c", "name": "x", "properties": { "port": 5, "text": "[kept()]" } })]
    );
    assert_eq!((request.action, names(&found).as_slice()), (Action::Delete, ["x"].as_slice()));
    assert_eq!(
        super::shown(&crate::Value::object(request.parameters)),
        json!({ "plain": 1, "wrapped": [2], "object": { "value": 1, "more": 2 } })
    );
    assert_eq!(request.context.now.as_deref(), Some("2026-01-01T00:00:00Z"));
    assert_eq!(request.context.request.map(|r| r.to_json()), Some(json!({ "apiVersion": "2024-01-01" })));
    assert_eq!(request.context.principal.map(|r| r.to_json()), Some(json!({ "userId": "u" })));
    assert_eq!(request.context.subscription.map(|r| r.to_json()), Some(json!({ "displayName": "d" })));
    assert_eq!(request.context.resource_group.map(|r| r.to_json()), Some(json!({ "location": "l" })));
    assert_eq!(request.related.len(), 1);
    // The resource is read as rows are: without properties they are not told (spec I-16).
    assert_eq!(request.completeness, Completeness::Row);
}

#[test]
fn bad_payloads() {
    // spec: I-21, I-24
    let odd = all(&json!({ "resource": { "type": "A.B/c" }, "action": "patch" }), &RequestOptions::default());
    assert_eq!((odd.requests.len(), odd.errors, codes(&odd)), (0, 1, vec!["BadRow"]));
    let nameless =
        all(&json!({ "resource": { "name": "x" }, "action": "write" }), &RequestOptions::default());
    assert_eq!((nameless.requests.len(), nameless.errors, codes(&nameless)), (0, 1, vec!["NoType"]));
    let clock = json!({ "resource": { "type": "A.B/c" }, "context": { "now": "today" } });
    let clock = all(&clock, &RequestOptions::default());
    assert_eq!(codes(&clock), ["Clock"]);
    assert_eq!(clock.requests.first().map(|r| r.context.now.clone()), Some(None));
    let action = all(&json!({ "resource": { "type": "A.B/c" }, "context": {} }), &RequestOptions::default());
    assert_eq!(action.requests.first().map(|r| r.action), Some(Action::Write));
}
