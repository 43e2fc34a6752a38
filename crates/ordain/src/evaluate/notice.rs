//! What is worth knowing of a judgement beside its outcome. It changes none; who asks for nothing pays nothing.

use crate::plan::{Policy, SiteId};
use std::cell::{Cell, RefCell};

/// What was noticed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NoticeKind {
    /// A `[*]` met something that is no array (spec ).
    NotAnArray {
        /// What it met.
        found: &'static str,
    },
    /// Nobody knows whether the type has tags and location (spec D-45).
    IndexedGuessed {
        /// The type.
        resource_type: Box<str>,
        /// What was guessed.
        indexed: bool,
    },
    /// The name of a related resource has more segments than its type (spec E-81).
    NameSegments {
        /// The id of the definition.
        definition: Box<str>,
        /// The name.
        name: Box<str>,
        /// The type.
        resource_type: Box<str>,
    },
    /// A deployment from a subscription should go to a resource group, and none is named (spec E-97).
    DeploymentGroupMissing {
        /// The id of the definition.
        definition: Box<str>,
    },
    /// The parent's name is not known (spec L-14).
    FullNameUnknown {
        /// The type.
        resource_type: Box<str>,
    },
}

/// Something noticed, with its place.
#[derive(Clone, Debug)]
pub(crate) struct Notice<'e> {
    pub(crate) kind: NoticeKind,
    pub(crate) policy: Option<&'e Policy>,
    pub(crate) site: Option<SiteId>,
}

/// Collects what one machine notices.
#[derive(Default)]
pub(super) struct Notices<'e> {
    /// The condition that is judged.
    pub(super) at: Cell<Option<SiteId>>,
    seen: RefCell<Vec<Notice<'e>>>,
}

impl<'e> Notices<'e> {
    /// *Cold path only*. The same is noticed once.
    pub(super) fn add(&self, kind: NoticeKind, policy: Option<&'e Policy>) {
        self.add_at(kind, policy, self.at.get());
    }

    pub(super) fn add_at(&self, kind: NoticeKind, policy: Option<&'e Policy>, site: Option<SiteId>) {
        let mut seen = self.seen.borrow_mut();
        if !seen.iter().any(|notice| notice.kind == kind && notice.site == site) {
            seen.push(Notice { kind, policy, site });
        }
    }

    pub(super) fn take(&self) -> Vec<Notice<'e>> {
        self.seen.take()
    }
}
