//! What a row of the table says about a function: name, arity, kinds, how it runs, who may call it.

use crate::value::{Fault, Value};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arity() {
        // spec: F-9, F-104
        let table = [
            ("concat", 0, Some("expects at least 1 argument, got 0")),
            ("concat", 500, None),
            ("utcNow", 1, Some("expects no arguments, got 1")),
            ("current", 2, Some("expects at most 1 argument, got 2")),
            ("not", 2, Some("expects 1 argument, got 2")),
            ("if", 2, Some("expects 3 arguments, got 2")),
            ("substring", 4, Some("expects 2 to 3 arguments, got 4")),
            ("union", 1, Some("expects at least 2 arguments, got 1")),
            ("createObject", 4, None),
            ("createObject", 3, Some("expects an even number of arguments, got 3")),
        ];
        for (name, given, want) in table {
            let row = super::super::find(name).map(super::super::function);
            assert_eq!(row.and_then(|row| arity_fault(row, given)).as_deref(), want, "{name} {given}");
        }
    }
}
