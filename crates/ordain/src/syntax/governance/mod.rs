//! Policy objects beside definitions: initiatives, assignments and what belongs to them (spec 08).

mod assignment;
mod exemption;
mod form;
mod initiative;
mod problem;
mod selectors;

pub(in crate::syntax) use form::{Form, spelled};
pub use problem::GovernanceProblem;
pub(crate) use selectors::may_meet;
