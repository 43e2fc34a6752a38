//! Which resource types a policy can leave a record on, read off its conditions on `type`: what makes narrowing to one
//! type cheap among thousands of policies. It promises no more than narrowing would find.

use super::simplify;
use crate::ast::{Effect, FieldName, ModeKind, Operator, PolicyType};
use crate::operators::Check;
use crate::plan::{Branch, Checked, Counted, Node, Policy, Subject};
use crate::value::{Value, text};
use std::collections::BTreeSet;

/// The types, folded, outside of which narrowing leaves nothing of the policy; `None`: there may be a record on any.
#[must_use]
pub fn only_types(policy: &Policy) -> Option<BTreeSet<Box<str>>> {
    if policy.definition.mode.kind == ModeKind::Data {
        let decides = super::rule_decides(policy) && policy.definition.policy_type != PolicyType::Static;
        return types_of(&if decides {
            policy.rule.clone()
        } else {
            super::applies::may_in_data_plane(policy)
        });
    }
    match policy.effect {
        Effect::AuditIfNotExists | Effect::DeployIfNotExists => types_of(&policy.rule),
        _ => types_of(&super::applies::may(policy)),
    }
}

/// The types on which a branch does not fold to false. A member of `allOf` counts only where nothing before it can
/// fail: that would be reached first.
fn types_of(branch: &Branch) -> Option<BTreeSet<Box<str>>> {
    match &branch.node {
        Node::Const(false) => Some(BTreeSet::new()),
        Node::All(members) => {
            for member in members {
                if let Some(types) = types_of(member) {
                    return Some(types);
                }
                if simplify::can_fail(member) {
                    return None;
                }
            }
            None
        }
        Node::Any(members) => {
            let mut types = BTreeSet::new();
            for member in members {
                types.append(&mut types_of(member)?);
            }
            Some(types)
        }
        Node::Own(test) => match (&test.subject, &test.check) {
            (Subject::Field(FieldName::Type), Checked::Ready(check)) => types_in(check),
            _ => None,
        },
        Node::Const(true) | Node::Fail(_) | Node::Not(_) | Node::Shared(_) => None,
    }
}

fn types_in(check: &Check) -> Option<BTreeSet<Box<str>>> {
    let folded = |value: &Value| Some(Box::<str>::from(&*text::fold(value.as_text()?)));
    match check.operator() {
        Operator::Equals => Some(BTreeSet::from([folded(check.operand()).filter(|t| !t.is_empty())?])),
        Operator::In => check.operand().as_array()?.iter().map(folded).collect(),
        _ => None,
    }
}

/// Whether a condition tells types apart that differ in case only.
#[must_use]
pub fn minds_case_of_type(policy: &Policy) -> bool {
    let existence = policy.demand.as_ref().and_then(|demand| demand.existence.as_ref());
    minds_case(&policy.rule) || existence.is_some_and(minds_case)
}

fn minds_case(branch: &Branch) -> bool {
    match &branch.node {
        Node::All(members) | Node::Any(members) => members.iter().any(minds_case),
        Node::Not(member) => minds_case(member),
        Node::Own(test) => match (&test.subject, &test.check) {
            (Subject::Field(FieldName::Type), Checked::Ready(check)) => {
                matches!(check.operator(), Operator::Match | Operator::NotMatch)
            }
            (Subject::Count(counted), _) => {
                let (Counted::Field { filter, .. } | Counted::Value { filter, .. }) = &**counted;
                filter.as_ref().is_some_and(minds_case)
            }
            _ => false,
        },
        Node::Const(_) | Node::Fail(_) | Node::Shared(_) => false,
    }
}
