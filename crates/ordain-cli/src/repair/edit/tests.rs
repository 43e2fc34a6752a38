//! Texts before and after a patch, byte for byte.

use super::*;
use serde_json::{Value as Any, json};

/// Operation, path, value.
type Written<'w> = (&'w str, &'w str, Any);

fn patch(operations: &[Written<'_>]) -> Vec<PatchOperation> {
    operations
        .iter()
        .map(|(op, path, value)| {
            let kind = match *op {
                "add" => PatchKind::Add,
                "replace" => PatchKind::Replace,
                _ => PatchKind::Remove,
            };
            PatchOperation::new(kind, *path, (kind != PatchKind::Remove).then(|| Value::from(value)))
        })
        .collect()
}

#[test]
fn only_what_is_touched_changes() {
    let rows: &[(&str, &[Written<'_>], &str)] = &[
        // Lines as `az` writes them, the object inside a list.
        (
            "{\n    \"id\": \"x\",\n    \"tags\": {\n      \"a\": \"1\"\n    }\n  }",
            &[("add", "/tags/b", json!("2"))],
            "{\n    \"id\": \"x\",\n    \"tags\": {\n      \"a\": \"1\",\n      \"b\": \"2\"\n    }\n  }",
        ),
        // What is not there is made, by two operations.
        (
            "{\n  \"id\": \"x\",\n  \"tags\": null\n}",
            &[("add", "/tags", json!({})), ("add", "/tags/b", json!("2"))],
            "{\n  \"id\": \"x\",\n  \"tags\": {\n    \"b\": \"2\"\n  }\n}",
        ),
        // Sorted names stay sorted.
        (
            "{\n  \"a\": 1,\n  \"c\": 2,\n  \"e\": 3\n}",
            &[("add", "/d", json!(true)), ("add", "/0", json!(null))],
            "{\n  \"0\": null,\n  \"a\": 1,\n  \"c\": 2,\n  \"d\": true,\n  \"e\": 3\n}",
        ),
        // One line, with and without blanks.
        ("{\"id\":\"x\"}", &[("add", "/p", json!({"a": [1, {}]}))], "{\"id\":\"x\",\"p\":{\"a\":[1,{}]}}"),
        (
            "{\"id\": \"x\", \"z\": 1}",
            &[("add", "/p", json!({"a": [1, 2]}))],
            "{\"id\": \"x\", \"z\": 1, \"p\": {\"a\": [1, 2]}}",
        ),
        ("{ \"a\" : 1 }", &[("add", "/b", json!(2))], "{ \"a\" : 1,\"b\" : 2 }"),
        ("{}", &[("add", "/b", json!(2))], "{\"b\":2}"),
        // Tabs, and lines of Windows.
        (
            "{\r\n\t\"p\": {},\r\n\t\"q\": [ 1 ]\r\n}",
            &[("add", "/p/a", json!([true])), ("add", "/q/-", json!({"b": 1}))],
            "{\r\n\t\"p\": {\r\n\t\t\"a\": [\r\n\t\t\ttrue\r\n\t\t]\r\n\t},\r\n\t\"q\": [ 1, {\"b\": 1} ]\r\n}",
        ),
        // Replaced and removed; the odd blanks of others stay.
        ("{\"a\" :1 , \"b\":  2}", &[("replace", "/b", json!("x"))], "{\"a\" :1 , \"b\":  \"x\"}"),
        ("{\"a\": 1, \"b\": 2, \"c\": 3}", &[("remove", "/b", json!(null))], "{\"a\": 1, \"c\": 3}"),
        ("{\"a\": 1, \"b\": 2}", &[("remove", "/a", json!(null))], "{\"b\": 2}"),
        ("{\"t\": {\n \"a\": 1\n}}", &[("remove", "/t/a", json!(null))], "{\"t\": {}}"),
        ("{\"t\": [1, 2, 3]}", &[("remove", "/t/0", json!(null))], "{\"t\": [2, 3]}"),
        ("{\"t\": [1, 3]}", &[("add", "/t/1", json!(2))], "{\"t\": [1, 2, 3]}"),
        // Names with `~` and `/`, and digits that no float has.
        (
            "{\"~a/b\": {}, \"n\": 12345678901234567890123.50}",
            &[("add", "/~0a~1b/c", json!(1))],
            "{\"~a/b\": {\"c\": 1}, \"n\": 12345678901234567890123.50}",
        ),
        // Of a name that is there twice the last counts.
        ("{\"a\": 1, \"a\": 2}", &[("replace", "/a", json!(3))], "{\"a\": 1, \"a\": 3}"),
        ("{\"a\": 1, \"b\": 0, \"a\": 2}", &[("remove", "/a", json!(null))], "{\"b\": 0}"),
    ];
    for (text, operations, wanted) in rows {
        assert_eq!(apply(text, &patch(operations)).as_deref(), Some(*wanted), "{text}");
    }
}

#[test]
fn what_has_no_place() {
    for (text, operations) in [
        ("{\"a\": 1}", ("replace", "/b", json!(1))),
        ("{\"a\": 1}", ("add", "/b/c", json!(1))),
        ("[1, 2]", ("add", "/a", json!(1))),
        ("{\"a\": ", ("add", "/b", json!(1))),
    ] {
        assert_eq!(apply(text, &patch(&[operations])), None, "{text}");
    }
}

/// Whatever the layout, a patch that fits the value fits its text, and what it says is what was asked for.
#[test]
fn any_layout() {
    let values =
        [json!(1), json!({}), json!([]), json!({"x": [1, {"y": null}]}), json!([[], "é\n"]), json!("~/")];
    let paths = ["/a", "/b", "/b/c", "/b/~1", "/l/-", "/l/0", "/n/m/o"];
    let body = json!({"a": 1, "b": {"c": [true], "/": {}}, "l": [{"k": 1}, []], "n": {"m": {}}});
    let compact = body.to_string();
    let pretty = serde_json::to_string_pretty(&body).unwrap();
    let texts = [
        compact.replace(',', ", ").replace(':', ": "),
        pretty.replace("  ", "\t"),
        pretty.replace('\n', "\r\n").replace("\": ", "\" : "),
        pretty.replace("\n  ", "\n      "),
        compact,
        pretty,
    ];
    for text in &texts {
        for (path, value) in paths.iter().flat_map(|path| values.iter().map(move |value| (path, value))) {
            let patch = patch(&[("add", path, value.clone())]);
            let wanted = apply_patch(&body, &patch).unwrap();
            let edited = apply(text, &patch).unwrap_or_else(|| panic!("{path} {value} in\n{text}"));
            assert!(same(&(&whole(&edited).unwrap()).to_value(), &wanted), "{edited}");
            // The lines of other members are those that were there.
            assert_eq!(edited.contains("\r\n"), text.contains("\r\n"));
            let taken = apply(text, &[PatchOperation::new(PatchKind::Remove, "/b", None)]).unwrap();
            assert!(whole(&taken).unwrap().get("b").is_none());
        }
    }
}
