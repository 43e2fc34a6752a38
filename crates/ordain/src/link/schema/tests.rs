//! The keywords of spec D-53, one row each way.

use super::breaches;
use crate::json::{Dialect, read};
use crate::value::{Node, Value};

fn value(text: &str) -> Value {
    read(text, Dialect::Policy).0.map(|json| Node::to_value(&json)).expect("JSON")
}

fn told(schema: &str, given: &str) -> Vec<String> {
    let found = breaches(&value(schema), &value(given));
    found
        .into_iter()
        .map(|breach| format!("{} at {}: {}", breach.keyword, breach.path, breach.what))
        .collect()
}

// spec: D-53
#[test]
fn keywords() {
    let rows: &[(&str, &str, &[&str])] = &[
        (r#"{"type": "object"}"#, "{}", &[]),
        (r#"{"type": "array"}"#, "{}", &["type at $: an array is needed, not an object"]),
        (r#"{"type": ["array", "null"]}"#, "null", &[]),
        (r#"{"type": ["array", "null"]}"#, "1", &["type at $: an array or null is needed, not an integer"]),
        (r#"{"type": "integer"}"#, "1.0", &[]),
        (r#"{"type": "integer"}"#, "1.5", &["type at $: an integer is needed, not a float"]),
        (r#"{"type": "number"}"#, "1", &[]),
        (r#"{"type": "boolean"}"#, r#""true""#, &["type at $: a boolean is needed, not a string"]),
        (r#"{"properties": {"a": {"type": "string"}}}"#, r#"{"a": "x", "b": 1}"#, &[]),
        (
            r#"{"properties": {"a": {"type": "string"}}}"#,
            r#"{"a": 1}"#,
            &["type at $.a: a string is needed, not an integer"],
        ),
        // Names are compared exactly, as JSON Schema does.
        (r#"{"properties": {"a": {"type": "string"}}}"#, r#"{"A": 1}"#, &[]),
        (r#"{"required": ["a", "b"]}"#, r#"{"b": 1}"#, &["required at $: `a` is missing"]),
        (r#"{"required": ["a"]}"#, r#"{"a": null}"#, &[]),
        (r#"{"required": ["a"]}"#, "[]", &[]),
        (
            r#"{"properties": {"a": {}}, "additionalProperties": false}"#,
            r#"{"a": 1, "b": 2}"#,
            &["additionalProperties at $: `b` is not known"],
        ),
        (
            r#"{"properties": {"a": {}}, "additionalProperties": {"type": "string"}}"#,
            r#"{"a": 1, "b b": 2}"#,
            &["type at $['b b']: a string is needed, not an integer"],
        ),
        (r#"{"patternProperties": {"^b": {}}, "additionalProperties": false}"#, r#"{"b": 2}"#, &[]),
        (r#"{"items": {"minimum": 2}}"#, "[2, 1, 3]", &["minimum at $[1]: 1 is less than 2"]),
        (r#"{"items": [{"minimum": 2}, false]}"#, "[2, 1, 0]", &["false at $[1]: nothing is allowed here"]),
        (r#"{"enum": ["a", 1, [1, {"x": 2}]]}"#, r#"[1.0, {"x": 2.0}]"#, &[]),
        (r#"{"enum": ["a", "b"]}"#, r#""A""#, &[r#"enum at $: `"A"` is none of `"a"`, `"b"`"#]),
        (r#"{"const": {"a": 1}}"#, r#"{"a": 1.0}"#, &[]),
        (r#"{"const": null}"#, "0", &["const at $: it must be `null`"]),
        (r#"{"minItems": 1}"#, "[]", &["minItems at $: 0 elements, at least 1 needed"]),
        (r#"{"maxItems": 1}"#, "[1, 2]", &["maxItems at $: 2 elements, at most 1 allowed"]),
        (r#"{"minProperties": 1}"#, "{}", &["minProperties at $: 0 members, at least 1 needed"]),
        (r#"{"maxProperties": 0}"#, r#"{"a": 1}"#, &["maxProperties at $: 1 members, at most 0 allowed"]),
        // Characters, not bytes or UTF-16 units.
        (r#"{"minLength": 2}"#, r#""😀""#, &["minLength at $: 1 characters, at least 2 needed"]),
        (r#"{"maxLength": 2}"#, r#""é😀""#, &[]),
        (r#"{"minimum": 1.5}"#, "1", &["minimum at $: 1 is less than 1.5"]),
        (r#"{"maximum": 3}"#, "3.0", &[]),
        (r#"{"maximum": 3}"#, "4", &["maximum at $: 4 is more than 3"]),
        // Anywhere in the text unless it says otherwise.
        (r#"{"pattern": "b+"}"#, r#""abbc""#, &[]),
        (r#"{"pattern": "^[a-z]{2}$"}"#, r#""abc""#, &["pattern at $: `abc` does not match `^[a-z]{2}$`"]),
        // Bounds of other kinds of values say nothing.
        (r#"{"minimum": 5, "minLength": 3, "minItems": 2, "minProperties": 1}"#, "true", &[]),
        // What is not supported, or means nothing, admits everything.
        (r#"{"multipleOf": 2, "minItems": "1", "type": "text", "pattern": "(?=a)", "$ref": "x"}"#, "[]", &[]),
        ("true", "[]", &[]),
        ("false", "[]", &["false at $: nothing is allowed here"]),
    ];
    for (schema, given, wanted) in rows {
        assert_eq!(told(schema, given), *wanted, "{schema} {given}");
    }
}

// spec: D-53
#[test]
fn everything_at_once() {
    let schema = r#"{"type": "object", "required": ["x"], "properties": {"a": {"items": {"maxLength": 1}}}}"#;
    let wanted = [
        "required at $: `x` is missing",
        "maxLength at $.a[0]: 2 characters, at most 1 allowed",
        "maxLength at $.a[2]: 3 characters, at most 1 allowed",
    ];
    assert_eq!(told(schema, r#"{"a": ["aa", "b", "ccc"]}"#), wanted);
}
