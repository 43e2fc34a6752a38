//! Tables of documents and what they are.

use super::*;
use ordain::json::{Dialect, read};

fn shape(text: &str) -> Shape {
    read(text, Dialect::Strict).0.map_or(Shape::Unknown, |json| of(&json))
}

fn what(text: &str) -> &'static str {
    match shape(text) {
        Shape::Other(other) => other.what,
        _ => "",
    }
}

#[test]
fn rows_and_containers() {
    // spec: I-9
    let table = [
        (r#"{"type":"A.B/c"}"#, Shape::Resource),
        (r#"{"ResourceType":"A.B/c"}"#, Shape::Resource),
        (r#"{"id":"/subscriptions/s/resourceGroups/g"}"#, Shape::Resource),
        (r#"{"id":"/subscriptions/s"}"#, Shape::Subscription),
        (
            r#"{"id":"11111111-2222-4333-8444-555555555555","tenantId":"t","state":"Enabled"}"#,
            Shape::Subscription,
        ),
        (r#"{"value":[]}"#, Shape::List("value")),
        (r#"{"Data":[]}"#, Shape::List("data")),
        (r#"{"data":{"columns":[],"rows":[]}}"#, Shape::Table("data")),
        (r#"{"id":"/providers/Microsoft.Management/managementGroups/m"}"#, Shape::Hierarchy),
        (
            r#"{"id":"/x/y","type":"Microsoft.Security/assessmentMetadata","properties":{"policyDefinitionId":"d"}}"#,
            Shape::Resource,
        ),
        (
            r#"{"id":"/p","type":"Microsoft.Authorization/policyDefinitions","properties":{"policyRule":{}}}"#,
            Shape::PolicyObject("a policy definition"),
        ),
        (r#"{"$schema":"https://json-schema.org/draft"}"#, Shape::Passed),
        (r#"{"name":"x"}"#, Shape::Unknown),
    ];
    for (text, expected) in table {
        assert_eq!(shape(text), expected, "{text}");
    }
}

#[test]
fn known_documents_without_rows() {
    // spec: I-9
    let table = [
        (r#"{"$schema":"x/deploymentParameters.json#"}"#, "a parameter file of a deployment"),
        (r#"{"contentVersion":"1","resources":[]}"#, "a deployment template"),
        (r#"{"format_version":"1","planned_values":{}}"#, "a Terraform plan or state"),
        (r#"{"properties":{"changes":[{"changeType":"Create"}]}}"#, "a what-if result"),
        (r#"{"error":{"code":"x"}}"#, "the answer of a call that failed"),
        (r#"{"properties":{"policyRule":{}}}"#, "a policy definition"),
        (r#"{"policyDefinitions":[]}"#, "an initiative"),
        (r#"{"name":"a","properties":{"policyDefinitionId":"d"}}"#, "a policy assignment"),
        (
            r#"{"resourceId":"r","complianceState":"Compliant","policyDefinitionId":"d"}"#,
            "a record of policy states",
        ),
        (r#"{"if":{},"then":{}}"#, "a policy rule"),
        (r#"{"p":{"type":"String"}}"#, "declarations of parameters"),
        (r#"{"resource":{},"action":"write"}"#, "a request to test policies with"),
    ];
    for (text, expected) in table {
        assert_eq!(what(text), expected, "{text}");
    }
}
