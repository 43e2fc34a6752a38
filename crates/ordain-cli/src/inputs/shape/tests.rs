//! Tables of documents and what they are.

use super::*;
use ordain::json::{Dialect, read};

fn shape(text: &str) -> Shape {
    read(text, Dialect::Strict).0.map_or(Shape::Unknown, |json| of(&json))
}

const REFUSAL: &str = "a refusal by policy, which names the policy itself";

fn what(text: &str) -> &'static str {
    match shape(text) {
        Shape::Other(document) => document.told().what,
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
            Shape::PolicyObject(Document::Definition),
        ),
        (r#"{"$schema":"https://json-schema.org/draft"}"#, Shape::Other(Document::ByProduct)),
        (r#"{"documentPolicySets":[]}"#, Shape::Other(Document::ByProduct)),
        (r#"{"managementGroups":[{"name":"m"}]}"#, Shape::Hierarchy),
        (r#"{"type":"Microsoft.Management/managementGroups","name":"m"}"#, Shape::Hierarchy),
        (r#"{"subscriptionId":"s","tenantId":"t","state":"Enabled"}"#, Shape::Subscription),
        (r#"{"contentVersion":"1","resources":[]}"#, Shape::Requests),
        (r#"{"format_version":"1","planned_values":{}}"#, Shape::Requests),
        (r#"{"properties":{"changes":[{"changeType":"Create"}]}}"#, Shape::Requests),
        (r#"{"status":"Succeeded","changes":[]}"#, Shape::Requests),
        (r#"{"predictedResources":[],"diagnostics":[]}"#, Shape::Requests),
        (r#"{"template":{"contentVersion":"1","resources":[]}}"#, Shape::Requests),
        (r#"{"properties":{"changes":{"resourceChanges":[]}}}"#, Shape::Requests),
        (r#"{"id":"/x","type":"Microsoft.Resources/deploymentStacksWhatIfResults"}"#, Shape::Requests),
        (r#"{"resource":{},"action":"write"}"#, Shape::Requests),
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
        (r#"{"error":{"code":"x"}}"#, "the answer of a call that failed"),
        (r#"{"status":"Failed","error":{"code":"x"}}"#, "the answer of a call that failed"),
        (r#"{"status":"Running","error":{"code":"x"}}"#, ""),
        (r#"{"error":{"code":"RequestDisallowedByPolicy"}}"#, REFUSAL),
        (r#"{"code":"RequestDisallowedByPolicy","message":"m"}"#, REFUSAL),
        (r#"{"pacOwnerId":"p","pacEnvironments":[]}"#, "the settings of a policy repository"),
        (r#"{"nodeName":"/root"}"#, "a tree of assignments"),
        (r#"{"exemptions":[]}"#, "a file of exemptions"),
        (r#"{"properties":{"policyRule":{}}}"#, "a policy definition"),
        (r#"{"policyDefinitions":[]}"#, "an initiative"),
        (r#"{"properties":{"exemptionCategory":"Waiver","policyAssignmentId":"a"}}"#, "an exemption"),
        (r#"{"type":"Microsoft.Authorization/policyEnrollments"}"#, "a policy enrollment"),
        (r#"{"type":"Microsoft.PolicyInsights/attestations"}"#, "an attestation"),
        (r#"{"properties":{"complianceState":"Compliant","policyAssignmentId":"a"}}"#, "an attestation"),
        (r#"{"@odata.id":"https://x/policyStates/$entity","count":1}"#, "a record of policy states"),
        (
            r#"{"type":"A.B/c","resourceId":"r","isCompliant":true,"policyDefinitionId":"d"}"#,
            "a record of policy states",
        ),
        (r#"{"policyAssignments":[],"results":{}}"#, "a summary of compliance"),
        (r#"{"policyDefinitionId":"d","parameters":{}}"#, "a reference of an initiative"),
        (r#"{"name":"a","properties":{"policyDefinitionId":"d"}}"#, "a policy assignment"),
        (
            r#"{"resourceId":"r","complianceState":"Compliant","policyDefinitionId":"d"}"#,
            "a record of policy states",
        ),
        (r#"{"if":{},"then":{}}"#, "a policy rule"),
        (r#"{"p":{"type":"String"}}"#, "declarations of parameters"),
    ];
    for (text, expected) in table {
        assert_eq!(what(text), expected, "{text}");
    }
}

#[test]
fn policy_documents_by_type_and_in_the_singular() {
    // spec: I-11, I-64, I-92
    let id = "/subscriptions/s/providers/Microsoft.Authorization/policySetDefinitions/set";
    let of = |kind: &str, more: &str| format!(r#"{{"id":"{id}","name":"x","type":"{kind}"{more}}}"#);
    let newer = of(
        "Microsoft.Authorization/policySetDefinitions",
        r#","PolicyDefinition":{"policyDefinitionId":"d"}"#,
    );
    let text = of(
        "Microsoft.Authorization/policySetDefinitions",
        r#","PolicyDefinition":"[{\"policyDefinitionId\":\"d\"}]""#,
    );
    let object = |document| Shape::PolicyObject(document);
    let table = [
        (newer, object(Document::Initiative)),
        (text, object(Document::Initiative)),
        (
            r#"{"Name":"x","PolicyDefinition":{"policyDefinitionId":"d"}}"#.to_owned(),
            Shape::Other(Document::Initiative),
        ),
        // Said by the type alone: what they lack is for their reader to say.
        (of("Microsoft.Authorization/policySetDefinitions", ""), object(Document::Initiative)),
        (of("microsoft.authorization/policydefinitions", ""), object(Document::Definition)),
        (of("Microsoft.Authorization/policyDefinitions/versions", ""), object(Document::Definition)),
        (
            of("Microsoft.Authorization/policyAssignments", r#","properties":null"#),
            object(Document::Assignment),
        ),
        (of("Microsoft.Authorization/policyExemptions", ""), object(Document::Exemption)),
        (of("Contoso.Things/policyAssignments", ""), Shape::Resource),
        (of("Microsoft.Authorization/roleAssignments", ""), Shape::Resource),
        (of("A.B/c", r#","if":{},"then":{}"#), Shape::Resource),
    ];
    for (text, expected) in table {
        assert_eq!(shape(&text), expected, "{text}");
    }
}
