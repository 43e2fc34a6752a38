//! A definition that is printed and read again is the same definition, whatever envelope it came in.

use ordain::{Source, Value, probe};
use ordain_tests::shared;

/// What is printed of a text, and what is printed of that.
fn twice(name: &str, text: &str) -> (Vec<Value>, Vec<Value>) {
    let once = probe::print_policies(&Source::new(name, text));
    let again = once.iter().flat_map(|p| probe::print_policies(&Source::new(name, p.to_json().to_string())));
    let again = again.collect();
    (once, again)
}

#[test]
fn the_pack_and_envelopes() {
    // spec: D-75
    let mut texts: Vec<(String, String)> = Vec::new();
    for file in std::fs::read_dir(shared::root().join("policies/acr")).expect("the pack").flatten() {
        if file.path().extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read_to_string(file.path()).expect("a policy");
        texts.push((file.path().display().to_string(), text));
    }
    let rule = r#"{"if": {"allOf": [
        {"field": "[concat('tags[', parameters('t'), ']')]", "exists": "false"},
        {"not": {"value": {"[field('name')]": ["[[x]", "[y"]}, "equals": "[[literal]"}},
        {"count": {"value": [1, "[field('kind')]"], "name": "n", "where": {"value": "[current('n')]", "in": ["a", 2.50]}}, "less": 1},
        {"anyOf": [{"count": {"field": "A.B/c/d[*]"}, "greaterOrEquals": 1}]}]},
      "then": {"effect": "[parameters('e')]", "details": {"type": "A.B/c", "name": "[[n]",
        "existenceCondition": {"field": "A.B/c/d", "like": "[[x]"},
        "deployment": {"properties": {"mode": "incremental", "template": {"x": "[variables('y')]"},
          "parameters": {"p": {"value": "[field('name')]"}}}}}}}"#;
    let parameters = r#"{"t": {"type": "string", "defaultValue": "[x]"},
      "e": {"type": "String", "allowedValues": ["AuditIfNotExists", "Disabled"], "defaultValue": "AuditIfNotExists"}}"#;
    for envelope in [
        format!("{{\"policyRule\": {rule}, \"parameters\": {parameters}, \"mode\": \"all\"}}"),
        format!(
            "{{\"id\": \"/x\", \"name\": \"n\", \"properties\": {{\"policyRule\": {rule}, \"parameters\": {parameters}}}}}"
        ),
        format!("[{{\"properties\": {{\"policyRule\": {rule}, \"parameters\": {parameters}}}}}]"),
    ] {
        texts.push(("envelope".into(), envelope));
    }
    for (name, text) in &texts {
        let (once, again) = twice(name, text);
        assert!(!once.is_empty(), "{name}: {:?}", probe::parse_policies(name, text).1);
        assert_eq!(once, again, "{name}");
    }
}

/// What a form reads of a parameter is printed with it.
#[test]
fn strong_types() {
    // spec: D-75, D-52
    let text = r#"{"policyRule": {"if": {"field": "location", "in": "[parameters('places')]"}, "then": {"effect": "audit"}},
      "parameters": {"places": {"type": "Array", "metadata": {"displayName": "Places", "strongType": "location"}}, "e": {"type": "String"}}}"#;
    let printed = probe::print_policies(&Source::new("p.json", text));
    let parameters = printed[0].to_json()["parameters"].clone();
    assert_eq!(
        parameters,
        serde_json::json!({"places": {"type": "Array", "metadata": {"strongType": "location"}}, "e": {"type": "String"}})
    );
}

#[test]
fn built_ins() {
    // spec: D-75
    let Some(corpus) = shared::file("corpus/builtin.jsonl.gz") else { return };
    let lines = shared::gz_lines(&corpus);
    for line in lines.iter().filter(|l| l["kind"] == "definition").step_by(7) {
        let path = line["path"].as_str().unwrap_or("?");
        let (once, again) = twice(path, &line["body"].to_string());
        assert_eq!(once.len(), 1, "{path}");
        assert_eq!(once, again, "{path}");
    }
}
