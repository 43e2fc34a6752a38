//! Which conditions decided (spec S-44, S-70, S-72).

use super::{Compared, ExplanationNode, NodeKind};
use crate::evaluate::{Group, Truth};

/// The decisive conditions in source order.
pub(super) fn of(root: &ExplanationNode) -> Vec<&Compared> {
    let mut found = Vec::new();
    collect(root, &mut found);
    found
}

fn collect<'e>(node: &'e ExplanationNode, found: &mut Vec<&'e Compared>) {
    match &node.kind {
        NodeKind::Condition(compared) => {
            if matches!(compared.truth, Truth::True | Truth::False) {
                found.push(compared);
            }
        }
        NodeKind::Group(group, members) => {
            // All members of a true `allOf` and of a false `anyOf` count; else those alone that made it so.
            let all = matches!(
                (group, node.truth),
                (Group::All, Truth::True) | (Group::Any, Truth::False) | (Group::Not, _)
            );
            for member in members.iter().filter(|m| all || m.truth == node.truth) {
                collect(member, found);
            }
        }
    }
}

/// The condition whose demand says best what to do.
pub(super) fn main<'e>(decisive: &[&'e Compared]) -> Option<&'e Compared> {
    let others = || decisive.iter().copied().filter(|c| !c.leaf.subject.eq_ignore_ascii_case("type"));
    // What must be set says more than what must not be: `must be enabled` rather than `must not be Premium`.
    let positive = others().rev_find(|c| !c.demand().starts_with("MustNot"));
    positive.or_else(|| others().rev_find(|_| true)).or_else(|| decisive.first().copied())
}

trait RevFind: Iterator {
    fn rev_find(self, wanted: impl Fn(&Self::Item) -> bool) -> Option<Self::Item>;
}

impl<I: Iterator> RevFind for I {
    fn rev_find(self, wanted: impl Fn(&Self::Item) -> bool) -> Option<Self::Item> {
        self.filter(|item| wanted(item)).last()
    }
}

/// The first condition that failed and made the root fail.
pub(super) fn failed(node: &ExplanationNode) -> Option<&Compared> {
    if node.truth != Truth::Error {
        return None;
    }
    match &node.kind {
        NodeKind::Condition(compared) => Some(compared),
        NodeKind::Group(_, members) => members.iter().find_map(failed),
    }
}
