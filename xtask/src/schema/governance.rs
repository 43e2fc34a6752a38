//! The schemas of initiatives, assignments and exemptions.

use super::definition::{shared, text_or};
use super::keys::{Keys, any_case, has, list, one_of, or_null, reference};
use super::shapes;
use ordain::probe;
use serde_json::{Map, Value, json};

fn text() -> Value {
    json!({"type": "string"})
}

/// Texts; a lone one is a list of one (spec I-64).
fn texts() -> Value {
    json!({"anyOf": [list(text()), text()]})
}

/// Objects; a lone one is a list of one.
fn objects(of: Value) -> Value {
    json!({"if": {"type": "array"}, "then": list(of.clone()), "else": or_null(of)})
}

/// Keys that all of them have.
fn described(keys: Keys) -> Keys {
    keys.key("displayName", "What people call it.", text()).key("description", "What it is for.", text()).key(
        "metadata",
        "For people and portals, in any form.",
        reference("metadata"),
    )
}

/// Nested or flat, told by where the deciding key stands (spec I-61).
fn either(
    kind: &str,
    deciding: &[&'static str],
    about: &str,
    body: Keys,
    flat: Keys,
    parts: &mut Map<String, Value>,
) {
    parts.insert("body".into(), body.need(deciding).build());
    parts.insert("nested".into(), shapes::nested(about, reference("body")));
    parts.insert("flat".into(), shapes::flat(flat.need(deciding)));
    let flat_keys = ["displayName", "description", "metadata", "parameters", "scope", "policyAssignmentId"];
    let form = shapes::nested_or_flat(deciding, &flat_keys);
    parts.insert(kind.into(), form);
}

/// The schema of initiatives.
pub fn initiative() -> Value {
    let mut parts = shared();
    let value = json!({"anyOf": [
        Keys::new("The value that the definition gets.")
            .strict("value", "A value, or an expression over the initiative's parameters.", json!(true))
            .need(&["value"])
            .open()
            .build(),
        {"type": ["string", "number", "boolean", "array", "null"], "description": "A bare value: it should stand under `value`."},
    ]});
    let values = json!({"type": "object", "additionalProperties": value});
    parts.insert("values".into(), text_or(r"^\s*[\[{]", values));
    let values = reference("values");
    let reference_keys = Keys::new("A definition of the initiative, with its values.")
        .key("policyDefinitionId", "The id of the definition.", text())
        .key(
            "policyDefinitionName",
            "The name of the definition, in place of its id, in policy-as-code repositories.",
            text(),
        )
        .key(
            "policyDefinitionReferenceId",
            "What exemptions, messages and overrides call this reference.",
            text(),
        )
        .key("parameters", "Values of the definition's parameters, by name.", values.clone())
        .key("groupNames", "Names of the groups that it belongs to.", texts())
        .key("definitionVersion", "Which version is meant, as `1.*.*`.", text())
        .key("effectiveDefinitionVersion", "The version that the service chose.", text())
        .key("latestDefinitionVersion", "The newest version that the service has.", text())
        .also("parameter", &values)
        .also("groupName", &texts())
        .need(&["policyDefinitionId", "policyDefinitionName"]);
    parts.insert("reference".into(), reference_keys.build());
    let group = described(Keys::new("A group of references: a control of a standard."))
        .key("name", "What references call it.", text())
        .key("category", "What the group belongs to.", text())
        .key("additionalMetadataId", "The id of what the service knows about the control.", text())
        .need(&["name"]);
    parts.insert("group".into(), group.build());
    let references = text_or(r"^\s*[\[{]", objects(reference("reference")));
    let groups = text_or(r"^\s*[\[{]", objects(reference("group")));
    let parameters = text_or(r"^\s*\{", reference("parameters"));
    let body = |about| {
        described(Keys::new(about))
            .key("policyType", "Who wrote it; the service sets it.", text())
            .key("version", "`major.minor.patch`, perhaps with `-preview` or `-deprecated`.", text())
            .key("versions", "Other versions under the same id.", list(text()))
            .key("parameters", "What an assignment may set, by name.", parameters.clone())
            .key("policyDefinitions", "The definitions, each with its values.", references.clone())
            .key("policyDefinitionGroups", "Groups that references may belong to.", groups.clone())
            .key("importPolicyDefinitionGroups", "Of policy-as-code repositories: groups taken from another initiative. ordain does not follow it.", json!(true))
            .also("parameter", &parameters)
            .also("policyDefinition", &references)
            .also("policyDefinitionGroup", &groups)
    };
    let flat = "An initiative whose keys stand at the top, as `az policy set-definition show` prints it.";
    either(
        "initiative",
        &["policyDefinitions", "policyDefinition"],
        "An initiative.",
        body("What the initiative says."),
        body(flat),
        &mut parts,
    );
    shapes::document(
        "An Azure Policy initiative",
        "What `ordain` reads as an initiative (policy set definition): an object with `properties`, or with everything at the top; a list of these. Keys match without regard to case.",
        "initiative",
        parts,
    )
}

/// Selectors and overrides, which assignments and exemptions share.
fn selecting(parts: &mut Map<String, Value>) {
    let kinds = probe::selector_kinds();
    let selector = Keys::new("What a resource or reference must be.")
        .strict("kind", "What is looked at.", one_of(&kinds))
        .key("in", "It must be one of these.", texts())
        .key("notIn", "It must be none of these.", texts())
        .key("progress", "Of `resourceRolloutPercentage`: how far, in percent.", json!({"type": "integer", "minimum": 0, "maximum": 100}))
        .need(&["kind"])
        .and(json!({
            "if": {"properties": {"kind": {"type": "string", "pattern": any_case(&["resourceRolloutPercentage"])}}, "required": ["kind"]},
            "then": {"required": ["progress"]},
            "else": {
                "if": has(&["in"]),
                "then": {"not": has(&["notIn"]), "errorMessage": "either `in` or `notIn`, not both"},
                "else": {"if": {"not": has(&["notIn"])}, "then": {"required": ["in"]}},
            },
        }));
    parts.insert("selector".into(), selector.build());
    let set = Keys::new("Resources that fulfil all of these selectors are selected.")
        .key("name", "What it is called.", text())
        .key("selectors", "All of them must hold.", objects(reference("selector")))
        .also("selector", &objects(reference("selector")));
    parts.insert("resourceSelector".into(), set.build());
    let change = Keys::new("Sets the effect or version for some references or resources.")
        .strict("kind", "What is set.", one_of(&["policyEffect", "definitionVersion", "policyVersion"]))
        .strict("value", "The effect, or the range of versions.", text())
        .key(
            "selectors",
            "For which references and resources; without them for all.",
            objects(reference("selector")),
        )
        .also("selector", &objects(reference("selector")))
        .need(&["kind"])
        .need(&["value"]);
    parts.insert("override".into(), change.build());
}

fn messages(parts: &mut Map<String, Value>) {
    let message = Keys::new("What people are told of what does not comply.")
        .strict("message", "The text.", json!({"type": "string", "minLength": 1}))
        .key("policyDefinitionReferenceId", "The reference that it is for; without it all.", text())
        .need(&["message"]);
    parts.insert("message".into(), message.build());
}

/// What assignments and nodes of assignment trees say alike.
fn assigning(keys: Keys, scopes: &Value, parameters: Value) -> Keys {
    let selectors = objects(reference("resourceSelector"));
    let overrides = objects(reference("override"));
    let messages = objects(reference("message"));
    let modes = ["Default", "DoNotEnforce", "Enroll"];
    let enforcement = json!({"anyOf": [
        {"enum": modes},
        {"type": "string", "pattern": format!("{}|^$", any_case(&modes))},
        {"enum": [0, 1]},
    ]});
    keys.key("parameters", "Values of parameters, by name, each under `value`.", parameters.clone())
        .key("notScopes", "Scopes that are left out.", scopes.clone())
        .key(
            "enforcementMode",
            "`DoNotEnforce` judges and stops nothing, `Enroll` enforces for enrolled resources.",
            enforcement,
        )
        .key("nonComplianceMessages", "What people are told of what does not comply.", messages.clone())
        .key(
            "resourceSelectors",
            "Resources that the assignment holds for; one of these must fit.",
            selectors.clone(),
        )
        .key(
            "overrides",
            "Effects or versions that are set here, for some references or resources.",
            overrides.clone(),
        )
        .key("definitionVersion", "Which version is meant, as `1.*.*`.", text())
        .also("parameter", &parameters)
        .also("notScope", scopes)
        .also("nonComplianceMessage", &messages)
        .also("resourceSelector", &selectors)
        .also("override", &overrides)
}

/// The schema of assignments.
pub fn assignment() -> Value {
    let mut parts = shared();
    selecting(&mut parts);
    messages(&mut parts);
    parts.remove("parameter");
    parts.remove("parameters");
    let value = json!({"anyOf": [
        Keys::new("The value.")
            .strict("value", "The value as it stands: expressions are not evaluated.", json!(true))
            .strict("reference", "A secret of a key vault, which ordain cannot read.", json!({"type": "object"}))
            .need(&["value", "reference"])
            .open()
            .build(),
        {"type": ["string", "number", "boolean", "array", "null"], "description": "A bare value: it should stand under `value`."},
    ]});
    let values = json!({"type": "object", "additionalProperties": value});
    parts.insert("values".into(), text_or(r"^\s*\{", values));
    let values = reference("values");
    let body = |about| {
        assigning(described(Keys::new(about)), &texts(), values.clone())
            .key("policyDefinitionId", "The id of the definition or initiative that is assigned.", text())
            .key(
                "scope",
                "Where it holds: a management group, subscription, resource group or resource.",
                text(),
            )
            .key("effectiveDefinitionVersion", "The version that the service chose.", text())
            .key("latestDefinitionVersion", "The newest version that the service has.", text())
            .key("assignmentType", "Who made it; the service sets it.", text())
            .key("instanceId", "What the service calls this assignment.", text())
            .key(
                "selfServeExemptionSettings",
                "Whether people may exempt themselves.",
                json!({"type": "object"}),
            )
    };
    let flat = |keys: Keys| {
        keys.also("PolicyDefinitions", &json!({"type": "array"}))
            .also("PolicySetDefinitions", &json!({"type": "array"}))
            .also("exemptions", &json!({"type": "array"}))
    };
    let about = "An assignment whose keys stand at the top, as `az policy assignment show` prints it.";
    either(
        "lone",
        &["policyDefinitionId"],
        "An assignment.",
        body("What the assignment says."),
        flat(body(about)),
        &mut parts,
    );
    parts.extend(tree());
    parts.insert(
        "assignment".into(),
        json!({"if": has(&["nodeName"]), "then": reference("node"), "else": reference("lone")}),
    );
    shapes::document(
        "An Azure Policy assignment",
        "What `ordain` reads as an assignment: an object with `properties`, or with everything at the top; a node of an assignment tree; a list of these. Keys match without regard to case.",
        "assignment",
        parts,
    )
}

/// A node of an assignment tree of a policy-as-code repository (spec I-66). Keys that ordain does not read may be
/// there.
fn tree() -> Map<String, Value> {
    let by_environment = json!({"type": "object", "additionalProperties": texts()});
    let names =
        Keys::new("Parts of name, display name and description; along a branch they are put together.")
            .key("name", "Part of the name.", text())
            .key("displayName", "Part of the display name.", text())
            .key("description", "Part of the description.", text())
            .key(
                "append",
                "Puts these parts after those of the branch, rather than before.",
                json!({"type": "boolean"}),
            )
            .open()
            .build();
    let entry = Keys::new("What is assigned.")
        .key("policyId", "The id of a definition.", text())
        .key("policyName", "The name of a definition.", text())
        .key("policySetId", "The id of an initiative.", text())
        .key("policySetName", "The name of an initiative.", text())
        .key("displayName", "For people who read the file.", text())
        .key("friendlyNameToDocumentIfGuid", "For people who read the file, beside an id.", text())
        .key("assignment", "Parts of the assignment's names, for this entry.", reference("names"))
        .key(
            "nonComplianceMessages",
            "What people are told of what does not comply, for this entry.",
            objects(reference("message")),
        )
        .open()
        .build();
    let bare = json!({"type": "object"});
    let node = assigning(
        Keys::new("A node of an assignment tree: what it says holds for the nodes below it."),
        &by_environment,
        bare,
    )
    .strict("nodeName", "What messages call the node.", text())
    .key("children", "The nodes below.", list(reference("node")))
    .key("assignment", "Parts of the assignment's names.", reference("names"))
    .key("definitionEntry", "What is assigned.", reference("entry"))
    .key("definitionEntryList", "What is assigned, several at once.", list(reference("entry")))
    .key("scope", "Where it is assigned, by environment.", by_environment.clone())
    .key("metadata", "For people, in any form.", json!({"type": "object"}))
    .key("parameterFile", "A file with values, which ordain does not read.", text())
    .key("parameterSelector", "Which column of that file holds.", text())
    .key("$schema", "The schema of this file.", text())
    .open()
    .need(&["nodeName"])
    .build();
    [("names", names), ("entry", entry), ("node", node)]
        .map(|(name, part)| (name.to_owned(), part))
        .into_iter()
        .collect()
}

/// The schema of exemptions.
pub fn exemption() -> Value {
    let mut parts = shared();
    selecting(&mut parts);
    ["parameter", "parameters", "override", "expression", "text"]
        .iter()
        .for_each(|name| drop(parts.remove(*name)));
    let selectors = objects(reference("resourceSelector"));
    let categories = ["Waiver", "Mitigated"];
    let body = |about| {
        described(Keys::new(about))
            .strict(
                "exemptionCategory",
                "`Waiver`: the resource may do as it does. `Mitigated`: the aim is reached in another way.",
                one_of(&categories),
            )
            .key(
                "policyDefinitionReferenceIds",
                "References of the initiative that are exempted; without them all.",
                texts(),
            )
            .key(
                "expiresOn",
                "When the exemption ends, as `2026-12-31T23:59:59Z`.",
                json!({"type": "string", "pattern": "^$|^\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"}),
            )
            .key("scope", "What is exempted.", text())
            .key("resourceSelectors", "Resources that the exemption holds for.", selectors.clone())
            .key(
                "assignmentScopeValidation",
                "`DoNotValidate` lets the exemption stand outside the assignment's scope.",
                text(),
            )
            .also("policyDefinitionReferenceId", &texts())
            .also("resourceSelector", &selectors)
    };
    let of_assignment =
        |keys: Keys| keys.key("policyAssignmentId", "The assignment that it is exempted from.", text());
    let flat = "An exemption whose keys stand at the top, as `az policy exemption show` prints it.";
    either(
        "lone",
        &["exemptionCategory"],
        "An exemption.",
        of_assignment(body("What the exemption says.")).need(&["policyAssignmentId"]),
        of_assignment(body(flat)).need(&["policyAssignmentId"]),
        &mut parts,
    );
    let entry = of_assignment(body("An exemption of a policy-as-code repository."))
        .key("name", "The name of the exemption.", text())
        .key("scopes", "What is exempted, several at once.", texts())
        .key("policyDefinitionId", "The definition that is exempted from, wherever it is assigned.", text())
        .key("policyDefinitionName", "The name of that definition.", text())
        .key(
            "policySetDefinitionId",
            "The initiative that is exempted from, wherever it is assigned.",
            text(),
        )
        .key("policySetDefinitionName", "The name of that initiative.", text())
        .need(&["exemptionCategory"])
        .open();
    parts.insert("entry".into(), entry.build());
    let file = Keys::new("The exemptions of a policy-as-code repository.")
        .strict("exemptions", "The exemptions.", list(reference("entry")))
        .strict("$schema", "The schema of this file.", text())
        .open();
    parts.insert("file".into(), file.build());
    parts.insert(
        "exemption".into(),
        json!({"if": has(&["exemptions"]), "then": reference("file"), "else": reference("lone")}),
    );
    shapes::document(
        "An Azure Policy exemption",
        "What `ordain` reads as an exemption: an object with `properties`, or with everything at the top; a file with `exemptions`; a list of these. Keys match without regard to case.",
        "exemption",
        parts,
    )
}
