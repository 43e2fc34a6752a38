//! Logic (spec 05 section 9).

use super::{Function, Lazy, Run, Standing};

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "if",
    arity: (3, 3),
    signature: "b any any -> any",
    run: Run::Lazy(Lazy::If),
    standing: Standing::Policy,
    spec: "F-152",
}];
