//! What coverage need not show of a policy, and why.

use super::Reading;
use crate::coverage::Exemption;
use crate::suite::load::sibling;
use crate::suite::model::{Exempt, SubjectKind, Suite};
use crate::suite::tree::Tree;

/// Keys of an entry of `exempt`.
pub const EXEMPT_KEYS: [&str; 4] = ["policy", "condition", "goals", "because"];

impl Reading {
    pub(super) fn exempt(&mut self, tree: &Tree, suite: &Suite) -> Vec<Exempt> {
        let Some(entries) = tree.get("exempt") else { return Vec::new() };
        let entries = self.array(entries, "`exempt`");
        entries.iter().filter_map(|entry| self.exempted(entry, suite)).collect()
    }

    fn exempted(&mut self, entry: &Tree, suite: &Suite) -> Option<Exempt> {
        if !entry.is_object() {
            self.kind(entry, "an entry of `exempt`", "an object");
            return None;
        }
        self.keys(entry, "entry of `exempt`", &EXEMPT_KEYS);
        let policy = self.text(entry, "policy");
        let about_one = suite.subject.as_ref().is_some_and(|subject| subject.kind == SubjectKind::Policy);
        if policy.is_none() && !about_one {
            self.error(&entry.place.opening(), "ExemptsNoPolicy", "the entry does not say of which policy")
                .help("name its file: `policy: …`");
            return None;
        }
        let goals = self.words(entry, "goals");
        let because = self.text(entry, "because").map(|named| named.text).unwrap_or_default();
        let Some(condition) = self.text(entry, "condition") else {
            self.error(&entry.place.opening(), "ExemptsNothing", "the entry names no condition")
                .help("a JSON Pointer into `policyRule`: `condition: /if/allOf/1`");
            return None;
        };
        Some(Exempt { policy, condition, goals, because, place: entry.place.clone() })
    }
}

impl Suite {
    /// What coverage need not show, with files named as they are read.
    #[must_use]
    pub fn exemptions(&self) -> Vec<Exemption> {
        let of = |exempt: &Exempt| {
            let own = self.subject.as_ref().map(|subject| &subject.path);
            let file = exempt.policy.as_ref().or(own)?;
            let place = &exempt.condition.place;
            Some(Exemption {
                policy: sibling(self.name(), &file.text),
                pointer: exempt.condition.text.clone(),
                goals: exempt.goals.iter().map(|goal| goal.text.clone()).collect(),
                because: exempt.because.clone(),
                place: (place.source.clone(), place.span),
            })
        };
        self.exempt.iter().filter_map(of).collect()
    }
}
