//! The schema of definitions, and the parts that other schemas share with it: parameters, expressions, effects.

use super::keys::{Keys, any_case, has, list, one_of, one_of_or_expression, reference};
use crate::Fault;
use ordain::probe;
use serde_json::{Map, Value, json};

/// Names of modes that the language knows of; any other that ends in `.Data` is taken too (spec 01 section 5).
const DATA_MODES: [&str; 10] = [
    "Microsoft.Kubernetes.Data",
    "Microsoft.KeyVault.Data",
    "Microsoft.ManagedHSM.Data",
    "Microsoft.CognitiveServices.Data",
    "Microsoft.MachineLearningServices.v2.Data",
    "Microsoft.DataFactory.Data",
    "Microsoft.LoadTestService.Data",
    "Microsoft.Network.Data",
    "Microsoft.ContainerService.Data",
    "Microsoft.MachineLearningServices.Data",
];

/// The whole schema.
pub fn schema() -> Result<Value, Fault> {
    let mut definitions = shared();
    definitions.extend(rule_parts()?);
    definitions.extend(super::details::parts());
    let flat = "A definition whose keys stand at the top, as `az policy definition show` prints it.";
    definitions.insert("flat".into(), super::shapes::flat(body(flat).need(&["policyRule"])));
    let whole = body("What the definition says.").need(&["policyRule"]).build();
    definitions.insert("body".into(), whole);
    definitions.insert("nested".into(), super::shapes::nested("A policy definition.", reference("body")));
    let flat_keys = ["displayName", "description", "mode", "metadata", "policyType", "parameters"];
    let document = json!({
        "if": has(&["if", "then"]),
        "then": reference("rule"),
        "else": {
            "if": declarations_only(),
            "then": reference("parameters"),
            "else": super::shapes::nested_or_flat(&["policyRule"], &flat_keys),
        },
    });
    definitions.insert("definition".into(), document);
    Ok(super::shapes::document(
        "An Azure Policy definition",
        "What `ordain` reads as a policy definition: an object with `properties`, or with everything at the top; a rule alone, or the declarations of parameters alone; a list of these. Keys, operators and effects match without regard to case.",
        "definition",
        definitions,
    ))
}

/// A file of declarations: all values are objects with a text `type` (spec I-9, test 15a).
fn declarations_only() -> Value {
    let declared =
        json!({"type": "object", "not": {"propertyNames": {"not": {"pattern": any_case(&["type"])}}}});
    json!({"minProperties": 1, "additionalProperties": declared, "not": has(&["policyRule", "properties"])})
}

/// What assignments and initiatives use as well.
pub fn shared() -> Map<String, Value> {
    let mut parts = Map::new();
    // No description: editors would show it in place of that of the key.
    let expression = json!({"type": "string", "pattern": r"^\[[\s\S]*\]$"});
    parts.insert("expression".into(), expression);
    parts.insert("text".into(), json!({"type": ["string", "null"]}));
    parts.insert(
        "metadata".into(),
        json!({
            "if": {"type": "string"},
            "then": {"pattern": r"^\s*\{"},
            "else": {"type": ["object", "null"]},
        }),
    );
    let types: Vec<&str> = probe::parameter_types();
    let declaration = Keys::new("What may be given for the parameter, and what holds where nothing is.")
        .strict("type", "Which values it takes.", one_of(&types))
        .key("defaultValue", "What holds where no value is given; without it a value must be. It is taken as it stands: expressions are not evaluated.", json!(true))
        .key("allowedValues", "The only values that may be given. They compare exactly, case included.", json!({"type": "array"}))
        .key("metadata", "For people and portals: `displayName`, `description`, `strongType`, `assignPermissions`. Nothing here changes a verdict.", metadata_of_parameter())
        .key("schema", "For parameters of type Object: a JSON Schema that values must fulfil.", json!({"type": "object"}))
        .need(&["type"])
        .and(default_of(&types));
    parts.insert("parameter".into(), declaration.build());
    parts.insert(
        "parameters".into(),
        json!({
            "description": "The parameters by name.",
            "type": "object",
            "additionalProperties": reference("parameter"),
        }),
    );
    parts
}

fn metadata_of_parameter() -> Value {
    Keys::new("")
        .key("displayName", "What people call it.", json!({"type": "string"}))
        .key("description", "What it is for.", json!({"type": "string"}))
        .key("strongType", "What portals offer to choose from: a resource type, or `location`, `resourceTypes`, `existingResourceGroups` and the like.", json!(true))
        .key("assignPermissions", "Portals grant the assignment's identity its roles on what this parameter names.", json!(true))
        .open()
        .build()
}

/// The default is of the declared type, or a text that is taken for it (spec D-56).
fn default_of(types: &[&'static str]) -> Value {
    let of_type = |name: &str| match name {
        // Definitions of Azure's own have an empty list there.
        "String" => Some(json!({"type": ["string", "number", "boolean", "null", "array"], "maxItems": 0})),
        "Integer" => Some(
            json!({"anyOf": [{"type": ["integer", "null"]}, {"type": "string", "pattern": "^-?[0-9]+$"}]}),
        ),
        "Float" => Some(
            json!({"anyOf": [{"type": ["number", "null"]}, {"type": "string", "pattern": "^\\s*[-+]?[0-9.]"}]}),
        ),
        "Boolean" => Some(
            json!({"anyOf": [{"type": ["boolean", "null"]}, {"type": "string", "pattern": any_case(&["true", "false"])}]}),
        ),
        "DateTime" => Some(json!({"type": ["string", "null"]})),
        "Array" => Some(json!({"type": ["array", "null"]})),
        "Object" => Some(json!({"type": ["object", "null"]})),
        _ => None,
    };
    let rules = types.iter().filter_map(|name| {
        let declared = json!({"properties": {"type": {"type": "string", "pattern": any_case(&[name])}}, "required": ["type"]});
        Some(json!({"if": declared, "then": {"properties": {"defaultValue": of_type(name)?}}}))
    });
    json!({"allOf": rules.collect::<Vec<Value>>()})
}

/// The body, its rule not asked for.
fn body(about: &str) -> Keys {
    let text = json!({"type": "string"});
    let parameters = text_or(r"^\s*\{", reference("parameters"));
    let modes: Vec<&str> = ["All", "Indexed"].into_iter().chain(DATA_MODES).collect();
    let mode = json!({"anyOf": [
        {"enum": modes},
        {"type": "string", "pattern": format!("{}|\\.[dD][aA][tT][aA]$|^$", any_case(&["All", "Indexed"]))},
    ]});
    let kinds = ["Custom", "BuiltIn", "Static", "NotSpecified"];
    let kind = json!({"anyOf": [{"enum": kinds}, {"type": "string", "pattern": format!("{}|^$", any_case(&kinds))}]});
    Keys::new(about)
        .key("displayName", "What people call the policy; at most 128 characters.", text.clone())
        .key("description", "What the policy is for; at most 512 characters.", text.clone())
        .key("mode", "Which resources are judged: `All` takes every type, resource groups and subscriptions, `Indexed` types with tags and location. A name that ends in `.Data` is a data plane, which ordain does not judge. Without it: `Indexed`.", mode)
        .key("metadata", "For people and portals, in any form; `version` and `category` are usual.", reference("metadata"))
        .key("policyType", "Who wrote it; the service sets it.", kind)
        .key("version", "`major.minor.patch`, perhaps with `-preview` or `-deprecated`.", text.clone())
        .key("versions", "Other versions under the same id.", list(text.clone()))
        .key("parameters", "What an assignment may set, by name.", parameters.clone())
        .key("externalEvaluationEnforcementSettings", "Asks for the token of an external evaluation. It is kept and not evaluated.", json!({"type": "object"}))
        .key("policyRule", "When (`if`) what (`then`) happens.", text_or(r"^\s*\{", reference("rule")))
        .also("parameter", &parameters)
        .also("policyVersion", &text)
}

/// PowerShell writes some members as JSON text (spec I-61).
pub fn text_or(pattern: &str, schema: Value) -> Value {
    json!({"if": {"type": "string"}, "then": {"pattern": pattern}, "else": schema})
}

fn rule_parts() -> Result<Map<String, Value>, Fault> {
    let mut parts = Map::new();
    let rule = Keys::new("When what happens.")
        .strict("if", "The condition on a resource.", reference("condition"))
        .strict("then", "What follows where the condition is true.", reference("then"))
        .strict("$schema", "The schema of a file that holds the rule alone.", json!({"type": "string"}))
        .need(&["if"])
        .need(&["then"]);
    parts.insert("rule".into(), rule.build());
    let then = Keys::new("What follows where the condition is true.")
        .strict(
            "effect",
            "What the policy does; usually `[parameters('effect')]`, so that an assignment can choose.",
            reference("effect"),
        )
        .key("details", "What the effect needs to know. Its form hangs on the effect.", reference("details"))
        .need(&["effect"]);
    parts.insert("then".into(), then.build());
    let effects = probe::effects();
    parts.insert("effect".into(), one_of_or_expression(&effects));
    parts.insert("condition".into(), condition()?);
    let count = Keys::new("Counts the members of an array: of the resource (`field`), or of any value (`value`).")
        .strict("field", "The array of the resource to count: an alias that ends in `[*]`.", reference("field"))
        .strict("value", "The array to count: an array or an expression that gives one.", json!(true))
        .key("name", "What `current()` calls the member; beside `value` only.", json!({"type": "string"}))
        .key("where", "Counts only members of which this is true. `field` with `[*]` is the member there.", reference("condition"))
        .and(json!({
            "if": has(&["field"]),
            "then": {"not": has(&["value", "name"]), "errorMessage": "beside `field` there is neither `value` nor `name`"},
            "else": {"if": {"not": has(&["value"])}, "then": {"required": ["field"]}},
        }));
    parts.insert("count".into(), count.build());
    let fields = ["type", "name", "fullName", "kind", "location", "id", "tags", "identity.type"];
    parts.insert("field".into(), json!({
        "description": "`type`, `name`, `fullName`, `kind`, `location`, `id`, `tags`, `tags['name']`, `identity.type`, an alias, or an expression that gives one of these.",
        "anyOf": [{"enum": fields}, {"type": "string", "minLength": 1}],
    }));
    Ok(parts)
}

/// One object for all conditions: combinators stand alone, a comparison is one subject and one operator.
fn condition() -> Result<Value, Fault> {
    let subjects = ["field", "value", "count"];
    let logical = ["allOf", "anyOf", "not"];
    let mut keys = Keys::new("A condition: `allOf`, `anyOf` or `not`, or a comparison of `field`, `value` or `count` by one operator.")
        .strict("allOf", "True where all of these are.", list(reference("condition")))
        .strict("anyOf", "True where at least one of these is.", list(reference("condition")))
        .strict("not", "True where this is not.", reference("condition"))
        .strict("field", "Compares a property of the resource.", reference("field"))
        .strict("value", "Compares a value: usually an expression.", json!(true))
        .strict("count", "Compares how many members an array has.", reference("count"));
    for row in probe::operators() {
        let about = operator(row.name).ok_or_else(|| {
            Fault::failed(format!("the operator `{}` has no description for its schema", row.name))
        })?;
        keys = keys.strict(row.name, about, operand(row.signature)?);
    }
    let leaf = json!({
        "allOf": [
            {"not": {"minProperties": 3}, "errorMessage": "a comparison has one subject and one operator"},
            {"if": {"not": has(&subjects)}, "then": {"required": ["field"]}},
            {"not": {"propertyNames": {"pattern": any_case(&subjects)}}, "errorMessage": "an operator is missing"},
        ],
    });
    let alone =
        json!({"not": {"minProperties": 2}, "errorMessage": "`allOf`, `anyOf` and `not` stand alone"});
    Ok(keys.with("if", has(&logical)).with("then", alone).with("else", leaf).build())
}

/// What an operator takes on its right side, as the engine's table says it.
fn operand(takes: &str) -> Result<Value, Fault> {
    let schema = match takes {
        "a string, number or boolean" => json!(true),
        "a string" => json!({"type": ["string", "number", "boolean"]}),
        "an array" => json!({"anyOf": [{"type": "array"}, reference("expression")]}),
        "a number or string" => json!({"type": ["number", "string"]}),
        "a boolean (or `true`, `false` as string)" => json!({"anyOf": [
            {"type": "boolean"},
            {"type": "string", "pattern": any_case(&["true", "false"])},
            reference("expression"),
        ]}),
        other => return Err(Fault::failed(format!("there is no schema for what takes {other}"))),
    };
    Ok(schema)
}

/// What an operator says, for help in editors.
fn operator(name: &str) -> Option<&'static str> {
    Some(match name {
        "equals" => "The subject is this value; texts compare without regard to case.",
        "notEquals" => "The subject is not this value; texts compare without regard to case.",
        "like" => "The subject fits this text, in which one `*` stands for anything.",
        "notLike" => "The subject does not fit this text, in which one `*` stands for anything.",
        "match" => {
            "The subject fits this pattern: `#` a digit, `?` a letter, `.` any character; case counts."
        }
        "notMatch" => {
            "The subject does not fit this pattern: `#` a digit, `?` a letter, `.` any character; case counts."
        }
        "matchInsensitively" => "As `match`, without regard to case.",
        "notMatchInsensitively" => "As `notMatch`, without regard to case.",
        "contains" => "The subject has this text in it.",
        "notContains" => "The subject does not have this text in it.",
        "in" => "The subject is one of these values.",
        "notIn" => "The subject is none of these values.",
        "containsKey" => "The subject is an object with this key.",
        "notContainsKey" => "The subject is no object with this key.",
        "less" => "The subject is less than this: numbers, dates, or texts.",
        "lessOrEquals" => "The subject is at most this: numbers, dates, or texts.",
        "greater" => "The subject is greater than this: numbers, dates, or texts.",
        "greaterOrEquals" => "The subject is at least this: numbers, dates, or texts.",
        "exists" => "Whether the subject is there: `true` or `false`.",
        _ => return None,
    })
}
