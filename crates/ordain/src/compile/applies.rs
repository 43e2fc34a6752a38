//! Whether a policy applies: the two-valued *may* and *must* over conditions on type, name and kind (spec S-13,
//! S-14, S-19).

use crate::ast::FieldName;
use crate::plan::{Branch, Checked, Kinds, Node, Policy, Subject};

/// Which conditions decide.
#[derive(Clone, Copy)]
struct Deciding {
    name_and_kind: bool,
}

/// The condition under which a policy may apply; it holds nothing but conditions on type, name and kind.
pub(super) fn may(policy: &Policy) -> Branch {
    let Kinds { kind_of_type, kind_of_name, kind_of_kind, other } = policy.kinds;
    if !kind_of_type && !other && (kind_of_name || kind_of_kind) {
        return Branch::constant(true, policy.rule.site);
    }
    // A rule about type and name or kind alone: these two do not decide.
    let only_those = kind_of_type && !other && (kind_of_name || kind_of_kind);
    approximate(&policy.rule, true, Deciding { name_and_kind: !only_those })
}

/// *may* (optimistic) or *must* (pessimistic) of a node.
fn approximate(branch: &Branch, may: bool, deciding: Deciding) -> Branch {
    let site = branch.site;
    let node = match &branch.node {
        Node::All(members) => Node::All(members.iter().map(|m| approximate(m, may, deciding)).collect()),
        Node::Any(members) => Node::Any(members.iter().map(|m| approximate(m, may, deciding)).collect()),
        Node::Not(member) => Node::Not(Box::new(approximate(member, !may, deciding))),
        Node::Own(test) => {
            let decides = match &test.subject {
                Subject::Field(FieldName::Type) => true,
                Subject::Field(FieldName::Name | FieldName::Kind) => deciding.name_and_kind,
                _ => false,
            };
            match test.check {
                // An operand that needs the resource, or fails, leaves it open.
                Checked::Ready(ref check) if decides && !check.can_fail() => branch.node.clone(),
                _ => Node::Const(may),
            }
        }
        _ => Node::Const(may),
    };
    Branch { node, site }
}
