//! Arrays and objects (spec 05 section 6).

use super::{Function, Run, Standing};
use crate::value::{Fault, Value};

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "array",
    arity: (1, 1),
    signature: "any -> a",
    run: Run::Strict(array),
    standing: Standing::Policy,
    spec: "F-100",
}];

fn array(arguments: &[Value]) -> Result<Value, Fault> {
    Ok(match arguments {
        [value @ Value::Array(_)] => value.clone(),
        other => Value::array(other),
    })
}
