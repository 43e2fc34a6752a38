//! The registry: every row of every family, looked up by name without regard to ASCII case.

use super::{arrays, context, logic};
pub use crate::ast::FunctionId;
use crate::value::{Fault, Value, text::key_eq};
use std::collections::HashMap;
use std::sync::OnceLock;

/// One template function.
#[derive(Debug)]
pub struct Function {
    /// Canonical spelling.
    pub name: &'static str,
    /// Least and greatest number of arguments; `usize::MAX` = any number.
    pub arity: (usize, usize),
    /// Argument kinds and result as the tables of spec 05 abbreviate them, for documentation and lint.
    pub signature: &'static str,
    /// How it is evaluated.
    pub run: Run,
    /// Whether policies may call it.
    pub standing: Standing,
    /// The rule that defines it.
    pub spec: &'static str,
}

/// How a function is evaluated.
#[derive(Clone, Copy, Debug)]
pub enum Run {
    /// Pure and strict: all arguments are evaluated, none is unknown.
    Strict(fn(&[Value]) -> Result<Value, Fault>),
    /// Pure, but not every argument is evaluated (spec F-22).
    Lazy(Lazy),
    /// Reads the context; arguments are evaluated first.
    Asks(Ask),
    /// Never runs: the compiler refuses it (spec F-220, F-222).
    Never,
}

/// The lazy functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lazy {
    /// `if(condition, then, else)`.
    If,
    /// `and(…)`.
    And,
    /// `or(…)`.
    Or,
    /// `coalesce(…)`.
    Coalesce,
}

/// What a context function asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// `field(name)`.
    Field,
    /// `current([name])`.
    Current,
    /// `parameters(name)`.
    Parameters,
    /// `policy()`.
    Policy,
    /// `subscription()`.
    Subscription,
    /// `resourceGroup()`.
    ResourceGroup,
    /// `requestContext()`.
    RequestContext,
    /// `claims([name])`.
    Claims,
    /// `utcNow()`.
    UtcNow,
}

/// Whether a policy may call the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Part of the policy language.
    Policy,
    /// Evaluated, with warning `FunctionNotInPolicy` (spec F-221).
    Extra,
    /// `NotAllowed` (spec F-220, F-222).
    Refused,
}

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

const FAMILIES: &[&[Function]] = &[arrays::FUNCTIONS, context::FUNCTIONS, logic::FUNCTIONS];

/// The function of this name, without regard to ASCII case. `list…` of any ending is one refused row
/// (spec F-225).
#[must_use]
pub fn find(name: &str) -> Option<FunctionId> {
    let registry = registry();
    let lower = name.to_ascii_lowercase();
    let id = registry.by_name.get(&lower).copied();
    id.or_else(|| lower.starts_with("list").then(|| registry.by_name.get("list").copied()).flatten())
}

/// The row of an id.
#[must_use]
pub fn function(id: FunctionId) -> &'static Function {
    static NONE: Function = Function {
        name: "",
        arity: (0, 0),
        signature: "",
        run: Run::Never,
        standing: Standing::Refused,
        spec: "F-224",
    };
    registry().rows.get(usize::from(id.0)).copied().unwrap_or(&NONE)
}

/// The callable function whose name is nearest, at edit distance 2 or less (spec F-224).
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    let names = registry().rows.iter().filter(|row| row.standing != Standing::Refused).map(|row| row.name);
    crate::diagnostic::nearest(name, names).filter(|found| !key_eq(found, name))
}
pub fn arity_fault(row: &Function, n: usize) -> Option<String> { (n < row.arity.0 || n > row.arity.1).then(|| format!("expects {:?}, got {n}", row.arity)) }
pub fn check_limits(_: &Value) -> Result<(), Fault> { Ok(()) }
pub fn property(_: &Value, _: &str) -> Result<Value, Fault> { Ok(Value::Null) }
pub fn element(_: &Value, _: &Value) -> Result<Value, Fault> { Ok(Value::Null) }
