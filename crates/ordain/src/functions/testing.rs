//! Tables of calls: rule, function, arguments as a JSON array, and the result as JSON or `!Kind`.

use super::{Run, arity_fault, find, function, json_text, json_writer};
use crate::value::{Fault, FaultKind, Value};

/// Calls a strict function as the evaluator does: by name, with the number of arguments checked before.
pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Value, Fault> {
    let row = function(find(name).unwrap_or_else(|| panic!("no function {name}")));
    if let Some(message) = arity_fault(row, arguments.len()) {
        return Err(Fault::new(FaultKind::Arity, message));
    }
    match row.run {
        Run::Strict(run) => run(arguments),
        other => panic!("{name} is not strict but {other:?}"),
    }
}

/// Runs every row; objects are compared with the order of their members.
pub(super) fn check(rows: &[(&str, &str, &str, &str)]) {
    for (rule, name, arguments, want) in rows {
        let row = format!("{rule}: {name}{arguments}");
        let Ok(Value::Array(arguments)) = json_text::read(arguments) else { panic!("{row}: no array") };
        match (call(name, &arguments), want.strip_prefix('!')) {
            (Err(fault), Some(kind)) => assert_eq!(fault.kind().name(), kind, "{row}: {fault}"),
            (Ok(got), None) => {
                let want = json_text::read(want).unwrap_or_else(|fault| panic!("{row}: {fault}"));
                let written = [&got, &want].map(|v| json_writer::write(v).unwrap());
                assert!(got == want && written[0] == written[1], "{row}: got {}", written[0]);
            }
            (got, _) => panic!("{row}: wanted {want}, got {got:?}"),
        }
    }
}
