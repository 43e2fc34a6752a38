//! Selective reading against whole reading.

use super::*;
use crate::aliases::Step;
use crate::json::{Dialect, read as whole};
use crate::value::copy_of;

fn path(text: &str) -> Vec<Step> {
    text.split('.')
        .flat_map(|part| match part.strip_suffix("[*]") {
            Some(key) => vec![Step::Key(key.into()), Step::Each],
            None => vec![Step::Key(part.into())],
        })
        .collect()
}

fn reading(paths: &[(&str, Extent)]) -> Reading {
    let mut reading = Reading::default();
    for (text, extent) in paths {
        reading.add(&path(text), *extent);
    }
    reading
}

#[test]
fn reading_everything_gives_what_whole_reading_gives() {
    // spec: I-8, I-84, D-4, D-1
    let texts = [
        r#"{"a": 1, "b": [true, false, null, -0.5e3, 123456789012345678901234], "c": {"d": {}, "e": []}}"#,
        "\u{FEFF} {\"a\" : \"\\u00e4\\n\\ud83d\\ude00\\ud800\" , \"A\":2 ,\"a\":3 }\r\n",
        r#"{"\u0061": "x", "größe": "物流", "": ""}"#,
        r#"[1, "two", [3]]"#,
        r#""text""#,
        "7",
    ];
    for text in texts {
        let mut arena = Arena::default();
        let everything = Reading::everything();
        let read = arena.read(text, Settling::AsItStands, |_| &everything).expect(text);
        let (tree, _) = whole(text, Dialect::Strict);
        assert_eq!(copy_of(read.top()), copy_of(&tree.expect(text)), "{text}");
    }
}

#[test]
fn what_whole_reading_refuses_where_it_looks_is_refused() {
    // spec: I-6, I-83, I-87
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let texts = [
        "",
        " ",
        "{",
        r#"{"a""#,
        r#"{"a":"#,
        r#"{"a":1"#,
        r#"{"a":1,}"#,
        r#"{"a":tru}"#,
        r#"{"a":01}"#,
        r#"{"a":1.}"#,
        r#"{"a":"b}"#,
        "{\"a\":\"b\tc\"}",
        r#"{"a":"\x"}"#,
        r#"{"a":1} x"#,
        r#"{a:1}"#,
        r#"{"a" 1}"#,
        r#"{"a":1 "b":2}"#,
        "[1,]",
        "[1 2]",
        "nul",
        "-",
        "1e",
        &deep,
    ];
    for text in texts {
        let mut arena = Arena::default();
        let everything = Reading::everything();
        assert!(arena.read(text, Settling::AsItStands, |_| &everything).is_err(), "{text}");
        let (_, problems) = whole(text, Dialect::Strict);
        assert!(problems.iter().any(|problem| !problem.warning), "{text}");
    }
    // What nobody reads is looked at for its structure only.
    let nothing = reading(&[]);
    for text in [r#"{"a": tru, "b": {"c" 1,,}}"#, &format!(r#"{{"a": {}}}"#, deep.get(100..300).unwrap())] {
        assert!(Arena::default().read(text, Settling::AsItStands, |_| &nothing).is_ok(), "{text}");
    }
    for text in [r#"{"a": {"b": "c}}"#, r#"{"a": [}"#, &format!(r#"{{"a": {deep}}}"#)] {
        assert!(Arena::default().read(text, Settling::AsItStands, |_| &nothing).is_err(), "{text}");
    }
}

#[test]
fn only_what_is_wanted_is_there() {
    // spec: I-86, I-87
    let wanted = [
        ("properties.sku.name", Extent::Whole),
        ("properties.rules[*].port", Extent::Whole),
        ("properties.big", Extent::Shallow),
        ("tags", Extent::Whole),
    ];
    let text = r#"{"name": "n", "zones": [1], "PROPERTIES": {"sku": {"tier": "t", "NAME": "s"}, "big": {"x": [1]},
        "rules": [{"port": 1, "other": {}}, 2, {"PORT": [3]}], "more": "x\""}, "type": "A.B/c", "tags": {"a": {"b": null}}}"#;
    let left = r#"{"name": "n", "PROPERTIES": {"sku": {"NAME": "s"}, "big": {},
        "rules": [{"port": 1}, 2, {"PORT": [3]}]}, "type": "A.B/c", "tags": {"a": {"b": null}}}"#;
    let reading = reading(&wanted);
    let mut arena = Arena::default();
    for _ in 0..2 {
        let mut asked = None;
        let read = arena.read(text, Settling::AsItStands, |kind| {
            asked = kind.map(str::to_owned);
            &reading
        });
        let (tree, _) = whole(left, Dialect::Strict);
        assert_eq!(copy_of(read.expect(text).top()), copy_of(&tree.expect(left)));
        assert_eq!(asked.as_deref(), Some("A.B/c"));
    }
}

#[test]
fn slots_are_filled() {
    // spec: L-90, L-110, I-8
    use crate::plan::PathTable;
    let mut table = PathTable::default();
    let tags = table.child(PathId::ROOT, "tags");
    let env = table.child(tags, "env");
    let kind = table.child(PathId::ROOT, "kind");
    let mut reading = Reading::default();
    reading.add(&path("tags"), Extent::Whole);
    for slot in [tags, env, kind] {
        reading.add_slot(table.keys(slot), slot);
    }
    let look = |text: &str| {
        let mut arena = Arena::default();
        let read = arena.read(text, Settling::AsItStands, |_| &reading).expect("a document");
        let slots: Vec<Option<String>> = [env, kind]
            .iter()
            .map(|slot| read.slot(*slot).map(|leaf| format!("{:?}", leaf.view())))
            .collect();
        (read.is_regular(), slots)
    };
    let text = |t: &str| Some(format!("Text({t:?})"));
    assert_eq!(look(r#"{"tags": {"a": 1, "ENV": "x"}, "kind": "k"}"#), (true, vec![text("x"), text("k")]));
    assert_eq!(look(r#"{"tags": {}, "kind": ""}"#), (true, vec![None, None]));
    assert_eq!(look(r#"{"tags": null, "kind": null}"#), (true, vec![None, None]));
    assert!(!look(r#"{"tags": {"env": "x", "ENV": "y"}}"#).0);
    assert!(!look(r#"{"kind": "", "Kind": "y"}"#).0);
    assert!(!look(r#"{"tags": {"env": 1}, "tags": {}}"#).0);
}

#[test]
fn rows_are_settled() {
    // spec: I-19, I-32
    let reading = Reading::everything();
    let mut arena = Arena::default();
    let text = r#"{"name": "@{a=b}", "properties": {"a": "@{b=1}", "c": ["System.Object[]"], "d": "kept"}}"#;
    let read = arena.read(text, Settling::Rows, |_| &reading).expect("a row");
    let properties = read.top().member("properties").expect("properties");
    assert!(matches!(properties.member("a").map(Node::view), Some(View::Unknown(_))));
    assert!(
        properties
            .member("c")
            .into_iter()
            .flat_map(Node::elements)
            .all(|e| matches!(e.view(), View::Unknown(_)))
    );
    assert_eq!(properties.member("d").map(Node::view), Some(View::Text("kept")));
    assert_eq!(read.top().member("name").map(Node::view), Some(View::Text("@{a=b}")));
    assert!(!read.is_regular());
    assert!(arena.read(r#"{"Tags": [{"Name": "a", "Value": "b"}]}"#, Settling::Rows, |_| &reading).is_err());
}
