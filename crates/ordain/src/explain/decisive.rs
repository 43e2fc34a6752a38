//! Which conditions decided (spec S-44, S-70, S-72).

use super::{Compared, ExplanationNode, NodeKind};
use crate::evaluate::{Group, Truth};
use crate::plan::SubjectKind;

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

/// What would turn a node round.
#[derive(Default)]
struct Cure<'e> {
    /// Conditions on one place, any of which would do, in source order.
    conditions: Vec<&'e Compared>,
    /// Whether one of them is enough: else others would have to change as well.
    enough: bool,
}

/// The decisive condition that says best what to do, with those beside it that ask the same place for something
/// else that would do as well. Of conditions that hold together the last one is most likely the point, since rules
/// are written from the general to the particular; of alternatives the first.
pub(super) fn main(node: &ExplanationNode) -> Vec<&Compared> {
    cure(node).conditions
}

fn cure(node: &ExplanationNode) -> Cure<'_> {
    match &node.kind {
        NodeKind::Condition(compared) => {
            let decides = matches!(compared.truth, Truth::True | Truth::False);
            Cure { conditions: decides.then_some(&**compared).into_iter().collect(), enough: decides }
        }
        NodeKind::Group(group, members) => {
            let together = *group == Group::All && node.truth == Truth::True;
            let any =
                together || *group == Group::Not || (*group == Group::Any && node.truth == Truth::False);
            let decisive = members.iter().filter(|m| any || m.truth == node.truth).map(cure);
            let decisive: Vec<Cure<'_>> = decisive.filter(|cure| !cure.conditions.is_empty()).collect();
            let mut best: Option<(&Cure<'_>, &Compared)> = None;
            for candidate in &decisive {
                let Some(first) = candidate.conditions.first() else { continue };
                if best.is_none_or(|(_, b)| rank(first) + u8::from(together) > rank(b)) {
                    best = Some((candidate, first));
                }
            }
            let Some((best, first)) = best else { return Cure::default() };
            if !any || !best.enough {
                let enough = best.enough && (any || decisive.len() == 1);
                return Cure { conditions: best.conditions.clone(), enough };
            }
            let others = decisive.iter().filter(|cure| cure.enough).flat_map(|cure| &cure.conditions);
            let conditions = others.filter(|other| is_alternative(other, first)).copied().collect();
            Cure { conditions, enough: true }
        }
    }
}

/// Whether two conditions look at one place and ask it for the same kind of thing.
fn is_alternative(a: &Compared, b: &Compared) -> bool {
    let same_place = || a.side().map(|side| &side.location) == b.side().map(|side| &side.location);
    std::ptr::eq(a, b)
        || (a.leaf.kind == SubjectKind::Field
            && b.leaf.kind == SubjectKind::Field
            && a.leaf.subject.eq_ignore_ascii_case(&b.leaf.subject)
            && rank(a) == rank(b)
            && same_place())
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
