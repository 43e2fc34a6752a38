//! Who watches an evaluation. The silent observer compiles to nothing; one that watches switches short circuit
//! and memory off, so that it sees every condition.

use super::Truth;
use crate::plan::SiteId;
use crate::value::{Fault, Value};

/// The combinators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// `allOf`
    All,
    /// `anyOf`
    Any,
    /// `not`
    Not,
}

/// Watches an evaluation.
pub trait Observer {
    /// Whether anything is watched.
    const WATCHES: bool;

    /// A combinator begins.
    fn enter(&self, _site: SiteId, _group: Group) {}

    /// A combinator ends.
    fn leave(&self, _site: SiteId, _truth: Truth) {}

    /// The elements of a count are judged from here on.
    fn begin_elements(&self) {}

    /// The elements of a count have been judged.
    fn end_elements(&self) {}

    /// A condition was judged.
    fn saw(&self, _site: SiteId, _seen: Seen) {}
}

/// The observer that sees nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    const WATCHES: bool = false;
}

/// What a condition was about.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its outcome.
    pub truth: Truth,
    /// The failure, if it failed.
    pub fault: Option<Fault>,
    /// The left sides that were looked at.
    pub sights: Vec<Sight>,
    /// The right side, if it came to that.
    pub operand: Option<Value>,
    /// Places that were read and may be what is not known.
    pub open: Vec<Vec<super::Item>>,
}

/// One left side.
#[derive(Clone, Debug)]
pub struct Sight {
    /// Where it is in the document: keys and indices as in an alias path; empty for what is nowhere there.
    pub path: Vec<super::Item>,
    /// Its value; `None` when missing.
    pub value: Option<Value>,
    /// Whether the operator held.
    pub held: bool,
}
