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

/// How well a condition says what to do: what must be set says more than what must not be (`must be enabled`
/// rather than `must not be Premium`), and nobody changes a type.
fn rank(compared: &Compared) -> u8 {
    match compared {
        c if c.leaf.subject.eq_ignore_ascii_case("type") => 0,
        c if c.demand().starts_with("MustNot") => 1,
        _ => 2,
    }
}

/// The decisive condition that says best what to do. Of conditions that hold together the last one is most
/// likely the point, since rules are written from the general to the particular; of alternatives the first.
pub(super) fn main(node: &ExplanationNode) -> Option<&Compared> {
    match &node.kind {
        NodeKind::Condition(compared) => {
            matches!(compared.truth, Truth::True | Truth::False).then_some(compared)
        }
        NodeKind::Group(group, members) => {
            let together = *group == Group::All && node.truth == Truth::True;
            let every =
                *group == Group::Not || together || (*group == Group::Any && node.truth == Truth::False);
            let decisive = members.iter().filter(|m| every || m.truth == node.truth).filter_map(main);
            let mut best: Option<&Compared> = None;
            for candidate in decisive {
                let better = best.is_none_or(|b| rank(candidate) + u8::from(together) > rank(b));
                if better {
                    best = Some(candidate);
                }
            }
            best
        }
    }
}

/// The conditions that are unknown and leave the root so.
pub(super) fn unknown(node: &ExplanationNode) -> Vec<&Compared> {
    match &node.kind {
        _ if !matches!(node.truth, Truth::Unknown(_)) => Vec::new(),
        NodeKind::Condition(compared) => vec![compared],
        NodeKind::Group(_, members) => members.iter().flat_map(unknown).collect(),
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
