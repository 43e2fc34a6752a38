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
    /// Two or more policies would change the resource in ways that exclude each other.
    Conflict,
    /// The policy applies as far as can be told, but the input does not suffice; there is a reason.
    NotEvaluated,
    /// Requests to delete the resource are refused.
    Protected,
    /// An exemption covers the resource.
    Exempt,
    /// Of a manual policy: nobody has said.
    Unknown,
}

/// Each state with its wire name, in the order in which states are rolled up (spec S-24, S-25): of several the
/// first one stands for all.
const STATES: [(State, &str); 8] = [
    (State::NonCompliant, "NonCompliant"),
    (State::Compliant, "Compliant"),
    (State::Error, "Error"),
    (State::Conflict, "Conflict"),
    (State::NotEvaluated, "NotEvaluated"),
    (State::Protected, "Protected"),
    (State::Exempt, "Exempt"),
    (State::Unknown, "Unknown"),
];

impl State {
    /// All states, in the order in which they are rolled up.
    pub fn all() -> impl Iterator<Item = Self> {
        STATES.into_iter().map(|(state, _)| state)
    }

    /// The wire name.
    #[must_use]
    pub fn name(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// The place in the order of rolling up, from 0: of several states the one with the lowest stands for all
    /// (spec S-24, S-25).
    #[must_use]
    pub fn rank(self) -> usize {
        STATES.iter().position(|(state, _)| *state == self).unwrap_or(STATES.len())
    }

    /// The state of a name in any case, with or without hyphens and blanks; `Conflicting` and `Exempted` are
    /// other names of two (spec S-3).
    ///
    /// ```
    /// use ordain::State;
    /// assert_eq!(State::find("Non-compliant"), Some(State::NonCompliant));
    /// assert_eq!(State::find("not evaluated"), Some(State::NotEvaluated));
    /// assert_eq!(State::find("NotStarted"), None);
    /// ```
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let plain: String = name.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        let plain = match plain.to_ascii_lowercase().as_str() {
            "conflicting" => "conflict".to_owned(),
            "exempted" => "exempt".to_owned(),
            other => other.to_owned(),
        };
        STATES.iter().find(|(_, known)| known.eq_ignore_ascii_case(&plain)).map(|(state, _)| *state)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ranks() {
        // spec: S-3, S-24, S-25
        let order = [
            "NonCompliant",
            "Compliant",
            "Error",
            "Conflict",
            "NotEvaluated",
            "Protected",
            "Exempt",
            "Unknown",
        ];
        for (rank, name) in order.into_iter().enumerate() {
            let state = State::find(name).expect("a state");
            assert_eq!((state.name(), state.rank()), (name, rank));
        }
        assert_eq!(State::all().count(), order.len());
        let spellings = [
            ("non compliant", Some(State::NonCompliant)),
            ("NON-COMPLIANT", Some(State::NonCompliant)),
            ("Conflicting", Some(State::Conflict)),
            ("exempted", Some(State::Exempt)),
            ("NotRegistered", None),
            ("", None),
        ];
        for (spelling, state) in spellings {
            assert_eq!(State::find(spelling), state, "{spelling}");
        }
    }
}
