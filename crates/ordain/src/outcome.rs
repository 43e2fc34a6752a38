//! One judgement as data.

use crate::effects::Finding;
use crate::evaluate::Truth;
use crate::plan::{PolicyId, SiteId};
use crate::value::{Fault, Reason};

/// The state of a record (spec 09 section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum State {
    /// The rule is true: the resource is not as it should be.
    NonCompliant,
    /// The rule is false on a resource that it is about.
    Compliant,
    /// Judging this resource failed.
    Error,
    /// The policy applies as far as can be told, but the input does not suffice; there is a reason.
    NotEvaluated,
}

impl State {
    /// The wire name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NonCompliant => "NonCompliant",
            Self::Compliant => "Compliant",
            Self::Error => "Error",
            Self::NotEvaluated => "NotEvaluated",
        }
    }
}

/// What one policy says of one resource.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) policy: PolicyId,
    pub(crate) state: State,
    pub(crate) reason: Option<Reason>,
    pub(crate) truth: Truth,
    pub(crate) fault: Option<Box<(SiteId, Fault)>>,
    pub(crate) related: Option<Box<Finding>>,
}
