//! The full table of spec 03 section 5 and its neighbours.

use super::*;
use serde_json::json;

/// `Some(bool)`, or `None` for an error.
fn holds(
    left: Option<&serde_json::Value>,
    side: Side,
    operator: &str,
    operand: &serde_json::Value,
) -> Option<bool> {
    let operator = find(operator).expect("an operator");
    let check = Check::prepare_literal(operator, &Value::from(operand)).ok()?;
    let whole = check.holds(left, side).ok();
    let own = left.map(Value::from);
    assert_eq!(check.holds(own.as_ref(), side).ok(), whole, "the kinds of documents agree");
    whole
}

const T: Option<bool> = Some(true);
const F: Option<bool> = Some(false);
const E: Option<bool> = None;

#[test]
#[rustfmt::skip]
fn section_5() {
    // spec: C-20, C-21, C-22, C-25, C-28, C-30, C-32, C-33, C-34, C-35, C-36, C-37, C-38, C-39, C-40, C-46, C-48, C-49
    let lefts = [None, Some(json!(null)), Some(json!("")), Some(json!("abc")), Some(json!(5)), Some(json!(5.0)),
                 Some(json!(true)), Some(json!(["abc", 1])), Some(json!({"abc": null})), Some(json!("2024-01-01T00:00:00Z"))];
    let table = [
        ("equals", json!("ABC"),       [F, F, F, T, F, F, F, F, F, F]),
        ("equals", json!(""),          [T, T, T, F, F, F, F, F, F, F]),
        ("equals", json!(5),           [F, F, F, F, T, F, F, F, F, F]),
        ("equals", json!("5.0"),       [F, F, F, F, F, T, F, F, F, F]),
        ("equals", json!("TRUE"),      [F, F, F, F, F, F, T, F, F, F]),
        ("equals", json!(["ABC", "1"]),[F, F, F, F, F, F, F, T, F, F]),
        ("equals", json!({"ABC": ""}), [F, F, F, F, F, F, F, F, T, F]),
        ("like", json!("*"),           [F, F, T, T, T, T, T, F, F, T]),
        ("like", json!("A*c"),         [F, F, F, T, F, F, F, F, F, F]),
        ("like", json!("5*"),          [F, F, F, F, T, T, F, F, F, F]),
        ("match", json!("???"),        [F, F, F, T, F, F, F, F, F, F]),
        ("match", json!("#"),          [F, F, F, F, T, F, F, F, F, F]),
        ("match", json!(""),           [F, F, T, F, F, F, F, F, F, F]),
        ("match", json!("True"),       [F, F, F, F, F, F, T, F, F, F]),
        ("matchInsensitively", json!("TRUE"), [F, F, F, F, F, F, T, F, F, F]),
        ("contains", json!("B"),       [F, F, F, T, F, F, F, F, F, F]),
        ("contains", json!("abc"),     [F, F, F, T, F, F, F, T, T, F]),
        ("contains", json!(""),        [F, F, T, T, T, T, T, F, F, T]),
        ("in", json!(["x", "ABC"]),    [F, F, F, T, F, F, F, F, F, F]),
        ("in", json!(["", 5]),         [T, T, T, F, T, F, F, F, F, F]),
        ("in", json!([]),              [F, F, F, F, F, F, F, F, F, F]),
        ("in", json!([null, true]),    [F, F, F, F, F, F, T, F, F, F]),
        ("in", json!([["abc", 1]]),    [F, F, F, F, F, F, F, T, F, F]),
        ("containsKey", json!("ABC"),  [F, F, F, F, F, F, F, F, T, F]),
        ("exists", json!(true),        [F, F, T, T, T, T, T, T, T, T]),
        ("exists", json!("False"),     [T, T, F, F, F, F, F, F, F, F]),
        ("less", json!(6),             [F, F, E, E, T, T, E, E, E, E]),
        ("greater", json!(6),          [F, F, E, E, F, F, E, E, E, E]),
        ("less", json!("b"),           [F, F, T, T, E, E, E, E, E, T]),
        ("greaterOrEquals", json!("b"),[F, F, F, F, E, E, E, E, E, F]),
        ("less", json!("2024-01-01T00:00:00.001Z"), [F, F, T, F, E, E, E, E, E, T]),
    ];
    for (operator, operand, wants) in table {
        let negation = row(find(operator).unwrap()).name;
        for (left, want) in lefts.iter().zip(wants) {
            assert_eq!(holds(left.as_ref(), Side::Field, operator, &operand), want, "{left:?} {operator} {operand}");
            let Some(negated) = TABLE_OF_OPPOSITES.iter().find(|(p, _)| *p == negation).map(|(_, n)| *n) else { continue };
            assert_eq!(holds(left.as_ref(), Side::Field, negated, &operand), want.map(|b| !b), "{left:?} {negated} {operand}");
        }
    }
}

const TABLE_OF_OPPOSITES: [(&str, &str); 7] = [
    ("equals", "notEquals"),
    ("like", "notLike"),
    ("match", "notMatch"),
    ("matchInsensitively", "notMatchInsensitively"),
    ("contains", "notContains"),
    ("in", "notIn"),
    ("containsKey", "notContainsKey"),
];

#[test]
fn null_of_a_value_counts_as_empty() {
    // spec: C-28, C-32, C-35
    let null = json!(null);
    for (operator, operand) in [
        ("like", json!("*")),
        ("match", json!("")),
        ("contains", json!("")),
        ("equals", json!("")),
        ("in", json!([""])),
    ] {
        assert_eq!(holds(Some(&null), Side::Value, operator, &operand), T, "{operator}");
    }
}

#[test]
fn pairwise_texts() {
    // spec: C-20, C-23
    let table = [
        (json!(5), json!("5"), T),
        (json!(5.0), json!(5), F),
        (json!("05"), json!(5), F),
        (json!("yes"), json!(true), F),
        (json!(1), json!(true), F),
        (json!("1E2"), json!(100), F),
        (json!("2020-01-01T00:00:00Z"), json!("2020-01-01T00:00:00.0Z"), F),
        (json!("straße"), json!("STRASSE"), T),
        (json!(null), json!(null), T),
        (json!("x"), json!(null), F),
        (json!(443), json!("443"), T),
    ];
    for (left, right, want) in table {
        assert_eq!(holds(Some(&left), Side::Field, "equals", &right), want, "{left} {right}");
    }
}

#[test]
fn patterns() {
    // spec: C-25, C-26, C-27, C-30, C-31
    let table = [
        ("like", "vm-?", "vm-1", F),
        ("like", "vm-?", "VM-?", T),
        ("like", "a*b*c", "aXbYbZc", T),
        ("like", "a*b", "ab", T),
        ("like", "*a*", "xay", T),
        ("like", "ab*ba", "aba", F),
        ("like", "", "", T),
        ("like", "*ß", "XSS", T),
        ("match", "vm-##", "vm-12", T),
        ("match", "vm-##", "VM-12", F),
        ("match", "vm-##", "vm-123", F),
        ("match", "?", "É", F),
        ("match", ".", "😀", T),
        ("match", "*", "*", T),
        ("match", "*", "a", F),
        ("matchInsensitively", "VM-#", "vm-1", T),
        ("notMatch", "a", "b", T),
    ];
    for (operator, pattern, text, want) in table {
        assert_eq!(
            holds(Some(&json!(text)), Side::Field, operator, &json!(pattern)),
            want,
            "{operator} {pattern} {text}"
        );
    }
}

#[test]
fn order() {
    // spec: C-41, C-42, C-43, C-44
    let table = [
        (json!("10.0.20350"), "less", json!("9.0"), T),
        (json!("1.2"), "greaterOrEquals", json!("1.2"), T),
        (json!("2021-06-01"), "less", json!("2021-06-01-preview"), T),
        (json!("2021-06-01-preview"), "less", json!("2021-07-01"), T),
        (json!("a"), "lessOrEquals", json!("A"), T),
        (json!(5), "lessOrEquals", json!(5.0), T),
        (json!("2024-01-01T00:00:00Z"), "lessOrEquals", json!("2024-01-01T00:00:00.000Z"), T),
        (json!("2024-01-01T01:00:00.0000000+01:00"), "less", json!("2024-01-01T00:00:01Z"), T),
        (json!(9_007_199_254_740_993_i64), "greater", json!(9_007_199_254_740_992.0), T),
        (json!(80), "less", json!("100"), E),
    ];
    for (left, operator, right, want) in table {
        assert_eq!(holds(Some(&left), Side::Field, operator, &right), want, "{left} {operator} {right}");
    }
}

#[test]
fn operands_that_are_refused() {
    // spec: C-10, C-13
    let table = [
        ("in", json!("a")),
        ("in", json!(null)),
        ("in", json!({})),
        ("less", json!(true)),
        ("less", json!([])),
        ("exists", json!("yes")),
        ("exists", json!(1)),
        ("like", json!(null)),
        ("contains", json!(null)),
        ("greater", json!(null)),
    ];
    for (operator, operand) in table {
        assert!(
            Check::prepare_literal(find(operator).unwrap(), &Value::from(&operand)).is_err(),
            "{operator} {operand}"
        );
    }
    assert_eq!(
        Check::prepare(Operator::Equals, &Value::Null).map_err(|f| f.kind()),
        Err(FaultKind::OperandNull)
    );
    assert_eq!(nearest("lessThan"), Some("less"));
}
