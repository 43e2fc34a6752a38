//! `then.details`: the form hangs on what stands in it (spec E-7).

use super::keys::{Keys, has, list, one_of_or_expression, reference};
use serde_json::{Map, Value, json};

/// Keys that tell of a data plane.
const DATA_PLANE: [&str; 7] =
    ["templateInfo", "constraintTemplate", "constraint", "mutationInfo", "policyId", "policy", "setting"];

/// The parts of the schema.
pub fn parts() -> Map<String, Value> {
    let mut parts = Map::new();
    let text = || json!({"type": "string"});
    let roles = json!({"anyOf": [list(text()), reference("expression")]});
    let roles_about = "Ids of the roles that the assignment's identity needs.";
    let field_and_value = |keys: Keys| {
        keys.strict(
            "field",
            "What is written: a tag, an alias, or an expression that names one.",
            reference("field"),
        )
        .key("value", "What is written there; expressions are evaluated.", json!(true))
    };
    let append = field_and_value(Keys::new("One value that is added to the request.")).need(&["field"]);
    parts.insert("appended".into(), append.build());
    let operation = field_and_value(Keys::new("One change."))
        .strict(
            "operation",
            "`add` writes what is not there, `addOrReplace` whatever is there, `remove` takes a tag away.",
            one_of_or_expression(&["add", "addOrReplace", "remove"]),
        )
        .key(
            "condition",
            "An expression over parameters and request; where it is false the operation is left out.",
            json!({"type": ["string", "boolean"]}),
        )
        .need(&["operation"])
        .need(&["field"]);
    parts.insert("operation".into(), operation.build());
    let modify = Keys::new("For effect modify.")
        .key("roleDefinitionIds", roles_about, roles.clone())
        .strict(
            "operations",
            "What is changed, in this order.",
            json!({"anyOf": [list(reference("operation")), reference("expression")]}),
        )
        .key(
            "conflictEffect",
            "What happens where the change cannot be made or clashes with another's; without it `deny`.",
            one_of_or_expression(&["audit", "deny", "disabled"]),
        );
    parts.insert("modifyDetails".into(), modify.build());
    let scope = one_of_or_expression(&["ResourceGroup", "Subscription"]);
    let related = Keys::new("For effects auditIfNotExists and deployIfNotExists: which other resource must exist.")
        .strict("type", "The type of the related resource.", text())
        .key("name", "Its name; `?` stands for any segment. Needed where the type is that of the resource itself.", text())
        .key("kind", "Its kind.", text())
        .key("resourceGroupName", "Where it is looked for and deployed; without it in the resource's own group.", text())
        .key("existenceScope", "How far it is looked for; without it in the group.", scope.clone())
        .key("evaluationDelay", "When it is looked for after a write: `AfterProvisioning`, `AfterProvisioningSuccess`, `AfterProvisioningFailure`, or a duration as `PT30M`.", text())
        .key("existenceCondition", "What one of the related resources must fulfil. `field` reads the related resource, `field()` in expressions the judged one.", reference("condition"))
        .key("roleDefinitionIds", roles_about, roles.clone())
        .key("deploymentScope", "Where the deployment runs; without it in the group.", scope)
        .key("deployment", "What is deployed where none exists.", reference("deployment"))
        .need(&["type"]);
    parts.insert("relatedDetails".into(), related.build());
    let given = json!({
        "description": "Values of the template's parameters. Expressions are evaluated by the policy.",
        "type": "object",
        "additionalProperties": Keys::new("The value that the template gets.")
            .strict("value", "The value; expressions are evaluated.", json!(true))
            .strict("reference", "A secret of a key vault, which the template reads itself.", json!({"type": "object"}))
            .need(&["value", "reference"])
            .build(),
    });
    let properties = Keys::new("The deployment itself.")
        .key("mode", "`Incremental`, as everybody writes.", text())
        .key(
            "template",
            "The template. Expressions in it are the template's own.",
            json!({"anyOf": [{"type": "object"}, reference("expression")]}),
        )
        .key(
            "parameters",
            "Values of the template's parameters. Expressions are evaluated by the policy.",
            json!({"anyOf": [given, reference("expression")]}),
        )
        .key(
            "expressionEvaluationOptions",
            "How nested templates see parameters.",
            json!({"type": "object"}),
        );
    parts.insert("deploymentProperties".into(), properties.build());
    let deployment = Keys::new("What is deployed.")
        .key("location", "Where the deployment is kept; needed at a subscription.", text())
        .key("properties", "The deployment itself.", reference("deploymentProperties"));
    parts.insert("deployment".into(), deployment.build());
    let action = Keys::new("For effect denyAction.")
        .strict(
            "actionNames",
            "The actions that are denied: `delete`.",
            json!({"anyOf": [list(text()), reference("expression")]}),
        )
        .key(
            "cascadeBehaviors",
            "What happens where the resource group is deleted: `resourceGroup` is `deny` or `allow`.",
            json!({"anyOf": [{"type": "object"}, reference("expression")]}),
        );
    parts.insert("actionDetails".into(), action.build());
    let manual = Keys::new("For effect manual.").strict(
        "defaultState",
        "The state where nobody attests.",
        one_of_or_expression(&["Unknown", "Compliant", "NonCompliant", "Non-compliant"]),
    );
    parts.insert("manualDetails".into(), manual.build());
    // A form that nothing decides: what any effect may say, so that a misspelt key is seen.
    let other = Keys::new("What the effect needs to know.")
        .key("roleDefinitionIds", roles_about, roles)
        .key("conflictEffect", "For modify, beside `operations`.", text())
        .key("operations", "For modify: what is changed.", json!(true))
        .key(
            "type",
            "For auditIfNotExists and deployIfNotExists: the type of the related resource.",
            json!(true),
        )
        .key(
            "existenceCondition",
            "For auditIfNotExists and deployIfNotExists: what the related resource must fulfil.",
            json!(true),
        )
        .key("actionNames", "For denyAction: `delete`.", json!(true))
        .key("defaultState", "For manual: the state where nobody attests.", json!(true))
        .key("networkManagerId", "For addToNetworkGroup: the network manager.", text())
        .key("networkGroupId", "For addToNetworkGroup: the group.", text())
        .key("source", "For Kubernetes: which objects are judged.", text())
        .key("excludedNamespaces", "For Kubernetes: namespaces that are left out.", json!(true))
        .key("namespaces", "For Kubernetes: namespaces that are judged.", json!(true));
    parts.insert("otherDetails".into(), other.build());
    let shapes = [
        (&["operations"][..], "modifyDetails"),
        (&DATA_PLANE, "dataPlaneDetails"),
        (&["type", "existenceCondition"], "relatedDetails"),
        (&["actionNames"], "actionDetails"),
        (&["defaultState"], "manualDetails"),
    ];
    let names = || json!({"anyOf": [list(text()), reference("expression")]});
    let object = || json!({"anyOf": [{"type": "object"}, reference("expression")]});
    let data_plane = Keys::new("What an agent in a data plane gets; ordain keeps it and does not judge.")
        .key(
            "templateInfo",
            "Where the constraint template is: `sourceType` with `url` or `content`.",
            object(),
        )
        .key("constraintInfo", "Where the constraint is.", object())
        .key("mutationInfo", "Where the mutation is.", object())
        .key("apiGroups", "API groups that are looked at.", names())
        .key("kinds", "Kinds of objects that are looked at.", names())
        .key("namespaces", "Namespaces that are judged.", names())
        .key("excludedNamespaces", "Namespaces that are left out.", names())
        .key("labelSelector", "Which objects are looked at, by their labels.", object())
        .key("source", "Which objects are judged: `Original`, `Generated` or `All`.", text())
        .key("warn", "Warns where it would refuse.", json!({"anyOf": [{"type": "boolean"}, text()]}))
        .key("values", "Parameters of the constraint.", json!(true))
        .open()
        .build();
    parts.insert("dataPlaneDetails".into(), data_plane);
    let by_keys = shapes.iter().rev().fold(
        reference("otherDetails"),
        |other, (keys, name)| json!({"if": has(keys), "then": reference(name), "else": other}),
    );
    let details = json!({
        "if": {"type": "array"},
        "then": list(reference("appended")),
        "else": {"type": "object", "allOf": [by_keys]},
    });
    parts.insert("details".into(), details);
    parts
}
