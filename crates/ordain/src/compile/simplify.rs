//! Combining folded members without hiding or inventing an error or an unknown (spec C-61, C-62).

use crate::plan::{Branch, Checked, Counted, Node, SiteId, Subject, Test};

/// `allOf` (or `anyOf`) of members that are simplified already.
pub(super) fn junction(members: Vec<Branch>, all: bool, site: SiteId) -> Branch {
    let neutral = all;
    let mut kept: Vec<Branch> = Vec::with_capacity(members.len());
    for member in members {
        match member.node {
            Node::Const(truth) if truth == neutral => {}
            Node::Const(_) => {
                // Nothing behind it is reached. What is before it matters only if it can fail.
                while kept.last().is_some_and(|last| !can_fail(last)) {
                    kept.pop();
                }
                kept.push(member);
                break;
            }
            // A list in a list of its kind joins it, unless it can fail: behind something unknown its failure is
            // unknown (spec C-66), and what follows the inner list may still decide, what follows in it may not.
            Node::All(ref inner) | Node::Any(ref inner)
                if matches!(member.node, Node::All(_)) == all && !inner.iter().any(can_fail) =>
            {
                kept.extend(inner.iter().cloned());
            }
            Node::Fail(_) => {
                kept.push(member);
                break;
            }
            _ => kept.push(member),
        }
    }
    match kept.len() {
        0 => Branch::constant(neutral, site),
        1 => kept.swap_remove(0),
        _ => {
            let kept = kept.into_boxed_slice();
            Branch { node: if all { Node::All(kept) } else { Node::Any(kept) }, site }
        }
    }
}

/// `not` of a member that is simplified already.
pub(super) fn negation(member: Branch, site: SiteId) -> Branch {
    match member.node {
        Node::Const(truth) => Branch::constant(!truth, site),
        Node::Fail(_) => member,
        Node::Not(inner) => *inner,
        _ => Branch { node: Node::Not(Box::new(member)), site },
    }
}

/// Whether judging a node can end in an error. Conservative: shared conditions are looked at before they are
/// shared, and only those that cannot fail are.
pub(super) fn can_fail(branch: &Branch) -> bool {
    match &branch.node {
        Node::Const(_) | Node::Shared(_) => false,
        Node::Fail(_) => true,
        Node::All(members) | Node::Any(members) => members.iter().any(can_fail),
        Node::Not(member) => can_fail(member),
        Node::Own(test) => test_can_fail(test),
    }
}

/// Whether a comparison can end in an error.
pub(super) fn test_can_fail(test: &Test) -> bool {
    let right = match &test.check {
        Checked::Ready(check) => check.can_fail(),
        Checked::Computed { .. } | Checked::Fail(_) => true,
    };
    right
        || match &test.subject {
            Subject::Value(template) => template.literal().is_none(),
            Subject::Field(name) => matches!(name, crate::ast::FieldName::Expression(_)),
            Subject::Count(counted) => match &**counted {
                Counted::Field { over, filter, .. } => {
                    *over == Subject::NoField || filter.as_ref().is_some_and(can_fail)
                }
                Counted::Value { .. } => true,
            },
            Subject::NoField => true,
            Subject::Slot(_) | Subject::Each { .. } | Subject::Bound { .. } | Subject::Absent { .. } => false,
        }
}
