//! The registry: every row of every family, looked up by name without regard to ASCII case.

use super::{
    addresses, arrays, comparison, context, dates, encodings, format, hashes, logic, numbers, objects,
    refused, search, sets, strings, uri,
};
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
    /// Whether the arguments come in pairs, so that an odd number is a fault (spec F-104).
    pub pairs: bool,
    /// Argument kinds and result as the tables of spec 05 abbreviate them, for documentation and lint.
    pub signature: &'static str,
    /// How it is evaluated.
    pub run: Run,
    /// Whether policies may call it.
    pub standing: Standing,
    /// The rule that defines it.
    pub spec: &'static str,
}

/// Any number of arguments.
pub(super) const MANY: usize = usize::MAX;

impl Function {
    const fn policy(
        name: &'static str,
        arity: (usize, usize),
        signature: &'static str,
        run: Run,
        spec: &'static str,
    ) -> Self {
        Self { name, arity, pairs: false, signature, run, standing: Standing::Policy, spec }
    }

    /// A pure function of the policy language that evaluates all its arguments.
    pub(super) const fn strict(
        name: &'static str,
        arity: (usize, usize),
        signature: &'static str,
        run: fn(&[Value]) -> Result<Value, Fault>,
        spec: &'static str,
    ) -> Self {
        Self::policy(name, arity, signature, Run::Strict(run), spec)
    }

    /// A function that does not evaluate every argument.
    pub(super) const fn lazy(
        name: &'static str,
        arity: (usize, usize),
        signature: &'static str,
        run: Lazy,
        spec: &'static str,
    ) -> Self {
        Self::policy(name, arity, signature, Run::Lazy(run), spec)
    }

    /// A function that reads the context.
    pub(super) const fn asks(
        name: &'static str,
        arity: (usize, usize),
        signature: &'static str,
        ask: Ask,
        spec: &'static str,
    ) -> Self {
        Self::policy(name, arity, signature, Run::Asks(ask), spec)
    }

    /// A name that is known and may not be called.
    pub(super) const fn refused(name: &'static str, spec: &'static str) -> Self {
        let row = Self::policy(name, (0, MANY), "any\u{2026}", Run::Never, spec);
        Self { standing: Standing::Refused, ..row }
    }

    /// The same row, evaluated with a warning (spec F-221).
    pub(super) const fn extra(self) -> Self {
        Self { standing: Standing::Extra, ..self }
    }

    /// The same row with arguments in pairs.
    pub(super) const fn in_pairs(self) -> Self {
        Self { pairs: true, ..self }
    }
}

/// What is wrong with this number of arguments, if anything (spec F-9, F-104).
#[must_use]
pub fn arity_fault(row: &Function, given: usize) -> Option<String> {
    let (least, most) = row.arity;
    if (least..=most).contains(&given) {
        let odd = row.pairs && given % 2 == 1;
        return odd.then(|| format!("expects an even number of arguments, got {given}"));
    }
    let number = match (least, most) {
        (0, 0) => "no arguments".to_owned(),
        (1, 1) => "1 argument".to_owned(),
        (1, MANY) => "at least 1 argument".to_owned(),
        (least, MANY) => format!("at least {least} arguments"),
        (0, 1) => "at most 1 argument".to_owned(),
        (least, most) if least == most => format!("{least} arguments"),
        (least, most) => format!("{least} to {most} arguments"),
    };
    Some(format!("expects {number}, got {given}"))
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

/// Place of a function in the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FunctionId(u16);

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
