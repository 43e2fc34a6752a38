//! What the reader takes, refuses, and makes of broken texts.

use super::reader::*;
use crate::value::Node;

fn codes(text: &str, dialect: Dialect) -> Vec<(&'static str, &str)> {
    let (_, problems) = read(text, dialect);
    problems.iter().map(|p| (p.code, text.get(p.span.range()).unwrap_or("?"))).collect()
}

#[test]
fn accepted_texts() {
    for text in ["{}", "[1, -2.5e3, \"a\\u00e9\\ud83d\\ude00\", true, null]", " \"x\" "] {
        let (value, problems) = read(text, Dialect::Strict);
        let expected: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        assert_eq!(value.map(|v| (&v).to_value().to_json()), Some(expected), "{text}");
        assert_eq!(problems, []);
    }
}

#[test]
fn comments_and_trailing_commas() {
    // spec: D-2, D-3
    let text = "/* a */ {\"x\": [1, // one\n2,], }";
    assert_eq!(codes(text, Dialect::Policy), [("TrailingComma", ","), ("TrailingComma", ",")]);
    assert_eq!(codes("[1,]", Dialect::Strict), [("BadJson", ",")]);
    assert_eq!(codes("[1] // x", Dialect::Strict), [("TrailingContent", "/")]);
}

#[test]
fn refused_texts() {
    // spec: D-3, D-4
    let table = [
        ("[1,,2]", "BadJson", ","),
        ("{'a':1}", "BadJson", "'"),
        ("{a:1}", "BadJson", "a"),
        ("[NaN]", "BadJson", "N"),
        ("[0x1F]", "BadJson", "0"),
        ("[01]", "BadJson", "0"),
        ("[+1]", "BadJson", "+"),
        ("{\"a\" 1}", "BadJson", "1"),
        ("{\"a\":", "BadJson", ""),
        ("[\"a", "BadJson", "\""),
        ("", "EmptyInput", ""),
        ("{} {}", "TrailingContent", "{"),
        ("[\"a\nb\"]", "BadJson", "\n"),
        ("[\"\\x\"]", "BadJson", "\\"),
        ("[\"\\ud800\"]", "LoneSurrogate", "\\ud800"),
        ("[tru]", "BadJson", "t"),
        ("[1.]", "BadJson", "1"),
    ];
    for (text, code, at) in table {
        assert_eq!(codes(text, Dialect::Policy), [(code, at)], "{text}");
    }
    assert_eq!(codes("[\"a\nb\"]", Dialect::Template), []);
}

#[test]
fn depth_is_bounded_and_reading_goes_on() {
    // spec: D-7, I-83
    let deep = format!("[{}1{}, 2]", "[".repeat(10_000), "]".repeat(10_000));
    let (value, problems) = read(&deep, Dialect::Policy);
    let value = value.expect("a value");
    assert!(value.cut && value.items().len() == 2 && !value.items()[1].cut);
    assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["TooDeep"]);
    let fine = format!("{}1{}", "[".repeat(128), "]".repeat(128));
    assert_eq!(codes(&fine, Dialect::Policy), []);
}

#[test]
fn what_was_read_before_a_fault_stands() {
    let (value, _) = read("{\"value\":[{\"a\":1},{\"b\":", Dialect::Strict);
    let value = value.expect("a part");
    let rows: Vec<bool> =
        value.get("value").map(|v| v.items().iter().map(|i| i.cut).collect()).unwrap_or_default();
    assert_eq!(rows, [false, true]);
}
