//! What is to be told of rows, and of how they were judged: the same once for each worker.

use crate::document::Facts;
use crate::document::row::{RowNotice, suspects};
use crate::engine::Inner;
use crate::engine::notice::Noticed;
use crate::evaluate::{Notice, NoticeKind};
use crate::plan::{Policy, SiteId};
use crate::value::Node;
use std::collections::HashSet;

/// What was told so far, and what is to be told of the row at hand.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) rows: Vec<RowNotice>,
    pub(super) judging: Vec<Noticed>,
    known_rows: HashSet<(&'static str, Box<str>)>,
    known_judging: HashSet<Key>,
}

/// What makes two notices the same: the condition of a policy, the type, or the search.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Condition(usize, Option<SiteId>),
    Type(u8, Box<str>),
    /// A definition, and what it looks for.
    Search(Box<str>, Box<str>),
}

impl Key {
    fn of(kind: &NoticeKind, policy: Option<&Policy>, site: Option<SiteId>) -> Self {
        let lower = |kind: &str| kind.to_ascii_lowercase().into();
        match kind {
            NoticeKind::NotAnArray { .. } => {
                Self::Condition(policy.map_or(0, |policy| std::ptr::from_ref(policy) as usize), site)
            }
            NoticeKind::NameSegments { definition, resource_type, .. } => {
                Self::Search(definition.clone(), lower(resource_type))
            }
            NoticeKind::DeploymentGroupMissing { definition } => {
                Self::Search(definition.clone(), Box::from(""))
            }
            NoticeKind::IndexedGuessed { resource_type, .. } => Self::Type(0, lower(resource_type)),
            NoticeKind::FullNameUnknown { resource_type } => Self::Type(1, lower(resource_type)),
        }
    }
}

impl Told {
    pub(super) fn begin(&mut self) {
        self.rows.clear();
        self.judging.clear();
    }

    /// Whether something about the row is not told yet, as far as selective reading saw it.
    pub(super) fn wants_rows<'d, N: Node<'d>>(
        &self,
        facts: &'d Facts<'d, N>,
        more: [Option<&'static str>; 2],
    ) -> bool {
        let more = more.into_iter().flatten().map(|code| (code, ""));
        let mut suspects = suspects(facts).chain(more);
        suspects.any(|(code, kind)| !self.known_rows.contains(&(code, kind.to_ascii_lowercase().into())))
    }

    /// Takes the notices of a row that was read whole.
    pub(super) fn take_rows(&mut self, notices: Vec<RowNotice>) {
        for notice in notices {
            if self.known_rows.insert((notice.kind().0, notice.resource_type().to_ascii_lowercase().into())) {
                self.rows.push(notice);
            }
        }
    }

    /// Marks what was suspected as looked into.
    pub(super) fn looked_into<'d, N: Node<'d>>(
        &mut self,
        facts: &'d Facts<'d, N>,
        more: Option<&'static str>,
    ) {
        for (code, kind) in suspects(facts).chain(more.map(|code| (code, ""))) {
            self.known_rows.insert((code, kind.to_ascii_lowercase().into()));
        }
    }

    /// Takes what a machine noticed.
    pub(super) fn take_judging(&mut self, inner: &Inner, noticed: Vec<Notice<'_>>) {
        for notice in noticed {
            if self.known_judging.insert(Key::of(&notice.kind, notice.policy, notice.site)) {
                self.judging.push(Noticed::of(&inner.policies, notice));
            }
        }
    }

    /// Takes what a whole judgement noticed.
    pub(super) fn take_whole(&mut self, inner: &Inner, noticed: Vec<Noticed>) {
        for noticed in noticed {
            let policy = noticed.policy().and_then(|id| inner.policies.get(id.0 as usize));
            if self.known_judging.insert(Key::of(noticed.kind(), policy, noticed.site())) {
                self.judging.push(noticed);
            }
        }
    }
}
