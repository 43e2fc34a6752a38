//! From the truth of a rule to the state of a record (spec S-4 … S-23).

use crate::ast::{Effect, ModeKind, PolicyType};
use crate::document::Facts;
use crate::effects::{Finding, Verdict};
use crate::evaluate::{Machine, Observer, Truth};
use crate::outcome::{Record, State};
use crate::plan::{Consequence, DefaultState, Node as PlanNode, Policy, ResidualPolicy};
use crate::value::{Node, Reason, View};

/// One policy on one resource; `None` when it leaves no record.
pub(super) fn judge<'e, 'd, N: Node<'d>, O: Observer>(
    machine: &Machine<'e, 'd, N, O>,
    policy: &'e Policy,
    left: &ResidualPolicy,
    root: N,
    facts: &Facts<'d, N>,
    look: impl FnOnce() -> Option<Finding>,
) -> Option<Record> {
    if left.guess_indexed && !looks_indexed(root, facts) {
        return None;
    }
    if left.applies.node != PlanNode::Const(true) && !machine.may_apply(policy, &left.applies) {
        return None;
    }
    let record = |state, reason, truth| Record {
        policy: left.policy,
        state,
        reason,
        truth,
        fault: None,
        related: None,
    };
    if policy.definition.policy_type == PolicyType::Static {
        return Some(record(State::NotEvaluated, Some(Reason::StaticDefinition), Truth::False));
    }
    if left.mode == ModeKind::Data {
        if crate::compile::rule_decides(policy) && machine.judge(policy, &left.rule) == Truth::False {
            return None;
        }
        return Some(record(State::NotEvaluated, Some(Reason::UnsupportedMode), Truth::False));
    }
    let truth = machine.judge(policy, &left.rule);
    if let Consequence::Attest(default) = &policy.consequence {
        // The rule decides nothing but whether the policy applies (spec S-13).
        return Some(record(attested(*default), None, truth));
    }
    let unsupported = |truth| Some(record(State::NotEvaluated, Some(Reason::UnsupportedEffect), truth));
    match (truth, policy.effect) {
        (Truth::Error, _) => {
            let fault = machine.fault().map(Box::new);
            Some(Record { fault, ..record(State::Error, None, truth) })
        }
        (Truth::Unknown(reason), _) => Some(record(State::NotEvaluated, Some(reason), truth)),
        (Truth::True, Effect::Audit | Effect::Deny | Effect::Append | Effect::Modify) => {
            Some(record(State::NonCompliant, None, truth))
        }
        (Truth::True, Effect::DenyAction) => Some(record(State::Protected, None, truth)),
        (Truth::True, Effect::AuditIfNotExists | Effect::DeployIfNotExists) => {
            let finding = look()?;
            let (state, reason) = match &finding.verdict {
                Verdict::Satisfied => (State::Compliant, None),
                Verdict::Missing => (State::NonCompliant, None),
                Verdict::Open(reason) => (State::NotEvaluated, Some(*reason)),
                Verdict::Failed(_) => (State::Error, None),
            };
            let fault = match &finding.verdict {
                Verdict::Failed(fault) => Some(Box::new((policy.rule.site, fault.clone()))),
                _ => None,
            };
            Some(Record { fault, related: Some(Box::new(finding)), ..record(state, reason, truth) })
        }
        // Whether it is judged at all, the rule alone decides (spec S-12).
        (Truth::False, Effect::AuditIfNotExists | Effect::DeployIfNotExists) => None,
        (
            Truth::False,
            Effect::Audit | Effect::Deny | Effect::Append | Effect::Modify | Effect::DenyAction,
        ) => Some(record(State::Compliant, None, truth)),
        _ => unsupported(truth),
    }
}

/// The state of a manual policy without attestation (spec E-15).
fn attested(default: DefaultState) -> State {
    match default {
        DefaultState::Unknown => State::Unknown,
        DefaultState::Compliant => State::Compliant,
        DefaultState::NonCompliant => State::NonCompliant,
    }
}

/// The guess for types that nobody lists (spec L-132).
fn looks_indexed<'d, N: Node<'d>>(root: N, facts: &Facts<'d, N>) -> bool {
    let located = root.member("location").is_some_and(|l| matches!(l.view(), View::Text(t) if !t.is_empty()));
    located && facts.resource_type().matches('/').count() == 1
}
