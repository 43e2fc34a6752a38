//! The registry: every row of every family, looked up by name without regard to ASCII case.

use super::{Function, Standing};
use super::{
    addresses, arrays, comparison, context, dates, encodings, format, hashes, logic, numbers, objects,
    refused, search, sets, strings, uri,
};
use crate::ast::FunctionId;
use crate::value::text::key_eq;
use std::collections::HashMap;
use std::sync::OnceLock;

struct Registry {
    rows: Vec<&'static Function>,
    by_name: HashMap<String, FunctionId>,
}

fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let rows: Vec<&'static Function> = FAMILIES.iter().flat_map(|rows| rows.iter()).collect();
        let ids = (0..u16::MAX).map(FunctionId);
        let by_name = rows.iter().zip(ids).map(|(row, id)| (row.name.to_ascii_lowercase(), id)).collect();
        Registry { rows, by_name }
    })
}

const FAMILIES: &[&[Function]] = &[
    addresses::FUNCTIONS,
    arrays::FUNCTIONS,
    comparison::FUNCTIONS,
    context::FUNCTIONS,
    dates::FUNCTIONS,
    encodings::FUNCTIONS,
    format::FUNCTIONS,
    hashes::FUNCTIONS,
    logic::FUNCTIONS,
    numbers::FUNCTIONS,
    objects::FUNCTIONS,
    refused::FUNCTIONS,
    search::FUNCTIONS,
    sets::FUNCTIONS,
    strings::FUNCTIONS,
    uri::FUNCTIONS,
];

/// The function of this name, without regard to ASCII case. `list…` of any ending is one refused row
/// (spec F-225).
#[must_use]
pub fn find(name: &str) -> Option<FunctionId> {
    let registry = registry();
    let lower = name.to_ascii_lowercase();
    let id = registry.by_name.get(&lower).copied();
    id.or_else(|| lower.starts_with("list").then(|| registry.by_name.get("list").copied()).flatten())
}

/// All rows.
#[must_use]
pub fn rows() -> &'static [&'static Function] {
    &registry().rows
}

/// The row of an id.
#[must_use]
pub fn function(id: FunctionId) -> &'static Function {
    static NONE: Function = Function::refused("", "F-224");
    registry().rows.get(usize::from(id.0)).copied().unwrap_or(&NONE)
}

/// The callable function whose name is nearest, at edit distance 2 or less (spec F-224).
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    let names = registry().rows.iter().filter(|row| row.standing != Standing::Refused).map(|row| row.name);
    crate::diagnostic::nearest(name, names).filter(|found| !key_eq(found, name))
}

#[cfg(test)]
mod tests {
    use super::super::{Run, arity_fault, json_text};
    use super::*;
    use crate::value::Value;

    #[test]
    fn names() {
        // spec: F-8, F-220, F-221, F-225
        let rows = &registry().rows;
        assert_eq!(registry().by_name.len(), rows.len(), "every name stands once");
        assert!(rows.iter().all(|row| row.spec.starts_with("F-") && row.arity.0 <= row.arity.1));
        let standing = |name| find(name).map(|id| function(id).standing);
        assert_eq!(standing("tolower"), Some(Standing::Policy));
        assert_eq!(standing("PARSECIDR"), Some(Standing::Extra));
        assert_eq!(standing("listKeys"), Some(Standing::Refused));
        assert_eq!(standing("copyIndex"), Some(Standing::Refused));
        assert_eq!(standing("frobnicate"), None);
        let evaluated = rows.iter().filter(|row| row.standing != Standing::Refused).count();
        assert_eq!(evaluated, 87);
    }

    #[test]
    fn suggestions() {
        // spec: F-224
        assert_eq!(nearest("equal"), Some("equals"));
        assert_eq!(nearest("tolwer"), Some("toLower"));
        assert_eq!(nearest("resourceI"), None);
        assert_eq!(nearest("frobnicate"), None);
    }

    /// Whatever the arguments, a function answers or fails; it never panics.
    #[test]
    fn total() {
        let values: Vec<Value> = [
            "null",
            "true",
            "0",
            "-1",
            "9223372036854775807",
            "-9223372036854775808",
            "1e308",
            "''",
            "'a😀ß'",
            "'{0,9:N}'",
            "'10.0.0.0/8'",
            "'2024-02-29T00:00:00Z'",
            "[]",
            "[1,'a',[null]]",
            "{}",
            "{'ß':{'a':[1.5]}}",
        ]
        .iter()
        .filter_map(|text| json_text::read(text).ok())
        .collect();
        // Patterns too are data, and `format!` panics where a width is beyond 65,535.
        let long = Value::text(format!("{{0:{}}}", "0".repeat(70_000)));
        let runs = registry().rows.iter().filter_map(|row| match row.run {
            Run::Strict(run) => Some((row, run)),
            _ => None,
        });
        for (row, run) in runs {
            let answer = |arguments: &[Value]| {
                if let (None, Err(fault)) = (arity_fault(row, arguments.len()), run(arguments)) {
                    assert!(!fault.message().contains('\n'), "{}: {fault}", row.name);
                }
            };
            answer(&[]);
            for a in &values {
                answer(std::slice::from_ref(a));
                answer(&[long.clone(), a.clone()]);
                answer(&[a.clone(), long.clone()]);
                for b in &values {
                    answer(&[a.clone(), b.clone()]);
                    for c in &values {
                        answer(&[a.clone(), b.clone(), c.clone()]);
                    }
                }
            }
        }
    }
}
