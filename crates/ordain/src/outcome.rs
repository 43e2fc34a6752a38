//! One judgement as data.

use crate::ast::Attestation;
use crate::effects::Finding;
use crate::evaluate::Truth;
use crate::governance::Covers;
use crate::plan::{PolicyId, SiteId};
use crate::value::{Fault, Reason};
use std::sync::Arc;

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
    /// Repairs of several policies contradict each other on the resource (spec E-62).
    Conflict,
    /// The policy applies as far as can be told, but the input does not suffice; there is a reason.
    NotEvaluated,
    /// The resource is kept from being deleted.
    Protected,
    /// The policy applies, and an exemption covers it.
    Exempt,
    /// Nobody attested anything, and the policy says no more.
    Unknown,
}

impl State {
    /// All states with their wire names, in the order in which the first present wins (spec S-24, S-25).
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::NonCompliant, "NonCompliant"),
        (Self::Compliant, "Compliant"),
        (Self::Error, "Error"),
        (Self::Conflict, "Conflict"),
        (Self::NotEvaluated, "NotEvaluated"),
        (Self::Protected, "Protected"),
        (Self::Exempt, "Exempt"),
        (Self::Unknown, "Unknown"),
    ];

    /// The wire name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// Its place in the order of roll-ups: the lowest wins.
    #[must_use]
    pub fn rank(self) -> usize {
        Self::ALL.iter().position(|(state, _)| *state == self).unwrap_or(Self::ALL.len())
    }

    /// Reads a name in any case, with or without hyphen or blank, in Azure's other spellings too (spec S-3).
    ///
    /// ```
    /// use ordain::State;
    /// assert_eq!(State::find("non-compliant"), Some(State::NonCompliant));
    /// assert_eq!(State::find("Conflicting"), Some(State::Conflict));
    /// assert_eq!(State::find("NotStarted"), None);
    /// ```
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = match plain.to_ascii_lowercase().as_str() {
            "conflicting" => "Conflict".to_owned(),
            "exempted" => "Exempt".to_owned(),
            _ => plain,
        };
        Self::ALL.iter().find(|(_, name)| name.eq_ignore_ascii_case(&plain)).map(|(state, _)| *state)
    }

    /// Whether Azure's deprecated `isCompliant` is true (spec S-6).
    #[must_use]
    pub fn is_compliant(self) -> bool {
        matches!(self, Self::Compliant | Self::Exempt | Self::Protected | Self::Unknown)
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
    /// Whether what the policy prevents is prevented (spec E-32, E-33).
    pub(crate) enforced: bool,
    /// Whether another policy's change is in the way of this one's (spec E-62).
    pub(crate) suppressed: bool,
    /// Exemptions that cover the record, or would if they had not ended.
    pub(crate) exemptions: Option<Box<Covers>>,
    /// What was attested of the resource.
    pub(crate) attestation: Option<Arc<Attestation>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ranks() {
        // spec: S-2, S-3, S-24, S-25
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
        assert_eq!(State::ALL.len(), order.len());
        let spellings = [
            ("non compliant", Some(State::NonCompliant)),
            ("NON-COMPLIANT", Some(State::NonCompliant)),
            ("Conflicting", Some(State::Conflict)),
            ("exempted", Some(State::Exempt)),
            ("NotRegistered", None),
            ("NotStarted", None),
            ("", None),
        ];
        for (spelling, state) in spellings {
            assert_eq!(State::find(spelling), state, "{spelling}");
        }
    }
}
