//! Whether a policy applies: the two-valued *may* and *must* over conditions on type, name and kind (spec S-13,
//! S-14, S-19).

use crate::ast::{self, ExprKind, FieldName, Template, Then};
use crate::functions::{self, Ask, Run};
use crate::operators::Check;
use crate::plan::{Branch, Checked, Kinds, Node, Policy, Subject};
use crate::value::Value;
use crate::value::text::key_eq;

/// Which conditions decide, beside those on type.
#[derive(Clone, Copy)]
struct Deciding {
    name: bool,
    kind: bool,
}

/// The condition under which a policy may apply; it holds nothing but conditions on type, name and kind.
pub(super) fn may(policy: &Policy) -> Branch {
    let Kinds { kind_of_type, kind_of_name, kind_of_kind, other } = policy.kinds;
    if !kind_of_type && !other && (kind_of_name || kind_of_kind) {
        return Branch::constant(true, policy.rule.site);
    }
    // A rule about type and name or kind alone: these two do not decide.
    let only_those = kind_of_type && !other && (kind_of_name || kind_of_kind);
    approximate(&policy.rule, true, Deciding { name: !only_those, kind: !only_those })
}

/// The same for a mode of the data plane, but for the one whose whole rule decides (spec S-18).
pub(super) fn may_in_data_plane(policy: &Policy) -> Branch {
    let mode = &policy.definition.mode.text;
    if rule_decides(policy) {
        return Branch::constant(true, policy.rule.site);
    }
    let name = mode.eq_ignore_ascii_case("Microsoft.Network.Data");
    approximate(&policy.rule, true, Deciding { name, kind: false })
}

/// Whether a policy of the data plane applies unless its rule is false (spec S-18).
pub(crate) fn rule_decides(policy: &Policy) -> bool {
    policy.definition.mode.text.eq_ignore_ascii_case("Microsoft.Kubernetes.Data")
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
                Subject::Field(FieldName::Name) => deciding.name,
                Subject::Field(FieldName::Kind) => deciding.kind,
                _ => false,
            };
            let is_type = matches!(test.subject, Subject::Field(FieldName::Type));
            match test.check {
                // An operand that needs the resource leaves it open. A comparison that fails on this resource does so
                // too, but is not known here; but for the type, a text, whose conditions are folded like others.
                Checked::Ready(ref check) if decides && !(is_type && fails_on_text(check)) => {
                    branch.node.clone()
                }
                _ => Node::Const(may),
            }
        }
        _ => Node::Const(may),
    };
    Branch { node, site }
}

fn fails_on_text(check: &Check) -> bool {
    check.can_fail() && check.operand().as_text().is_none()
}

/// Whether the existence condition has a condition on `location`, or a parameter of the deployment asks for it
/// (spec S-16).
pub(super) fn details_ask_location(then: &Then) -> bool {
    let Some(details) = &then.details else { return false };
    let mut asks = false;
    if let Some(condition) = &details.existence {
        condition.walk_leaves(false, &mut |leaf, _| {
            asks |= matches!(&leaf.subject, ast::Subject::Field(field) if field.name == FieldName::Location);
        });
    }
    let path = ["deployment", "properties", "parameters"];
    if let Some(parameters) = path.into_iter().try_fold(&details.body, Template::member) {
        parameters.walk(&mut |expression, _| {
            expression.root.walk_calls(&mut |_, function, arguments| {
                let field = matches!(functions::function(function).run, Run::Asks(Ask::Field));
                let location = matches!(arguments, [argument] if is_location(argument));
                asks |= field && location;
            });
        });
    }
    asks
}

fn is_location(argument: &ast::Expr) -> bool {
    matches!(&argument.kind, ExprKind::Literal(Value::Text(name)) if key_eq(name, "location"))
}
