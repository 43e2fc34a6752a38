//! From the truth of a rule to the state of a record (spec S-4 … S-23).

use super::site::Site;
use crate::ast::{Attested, Effect, ModeKind, PolicyType};
use crate::document::Facts;
use crate::effects::{Finding, Verdict};
use crate::evaluate::{Machine, NoticeKind, Observer, Truth};
use crate::outcome::{Record, State};
use crate::plan::{Consequence, Node as PlanNode, Policy, ResidualPolicy};
use crate::value::{Node, Reason, View};

/// One policy on one resource, in the order of spec G-97; `None` when it leaves no record. `open` is the reason
/// why it can't be decided whether the policy is meant for the resource at all.
#[expect(clippy::too_many_arguments, reason = "what a judgement needs, each from another owner")]
pub(super) fn judge<'e, 'd, N: Node<'d>, O: Observer>(
    machine: &Machine<'e, 'd, N, O>,
    site: &Site<'_, 'd, N>,
    open: Option<Reason>,
    policy: &'e Policy,
    left: &ResidualPolicy,
    root: N,
    facts: &Facts<'d, N>,
    look: impl FnOnce() -> Option<Finding>,
) -> Option<Record> {
    if left.applies.node != PlanNode::Const(true) && !machine.may_apply(policy, &left.applies) {
        return None;
    }
    let is_static = policy.definition.policy_type == PolicyType::Static;
    let in_data_plane = left.mode == ModeKind::Data && !is_static;
    let by_rule = match in_data_plane {
        true => crate::compile::rule_decides(policy),
        false => matches!(policy.effect, Effect::AuditIfNotExists | Effect::DeployIfNotExists) && !is_static,
    };
    // Where the rule itself says what applies, an error or an unknown rule does (spec S-12, S-19).
    let mut truth = by_rule.then(|| machine.judge(policy, &left.rule));
    if truth == Some(Truth::False) {
        return None;
    }
    if left.guess_indexed {
        let indexed = looks_indexed(root, facts);
        let resource_type = facts.resource_type().into();
        machine.enter(policy);
        machine.notice(NoticeKind::IndexedGuessed { resource_type, indexed });
        if !indexed {
            return None;
        }
    }
    let record = |state, reason, truth| Record {
        policy: left.policy,
        state,
        reason,
        truth,
        fault: None,
        related: None,
        enforced: site.is_enforced(policy),
        suppressed: false,
        exemptions: None,
        attestation: None,
    };
    let not_evaluated =
        |reason| record(State::NotEvaluated, Some(reason), truth.unwrap_or(Truth::Unknown(reason)));
    if let Some(reason) = open {
        return Some(not_evaluated(reason));
    }
    if policy.effect == Effect::Disabled {
        // Here only where that is asked for (spec E-31); nothing is exempt from what is off (spec G-83).
        return Some(record(State::Compliant, None, Truth::False));
    }
    let covers = site.exemptions(policy);
    if covers.as_ref().is_some_and(|covers| !covers.holding.is_empty()) {
        let judged = site.judges_exempt().then(|| machine.judge(policy, &left.rule));
        let exempt = record(State::Exempt, None, truth.or(judged).unwrap_or(Truth::False));
        return Some(Record { exemptions: covers, enforced: false, ..exempt });
    }
    let record = |state, reason, truth| Record { exemptions: covers.clone(), ..record(state, reason, truth) };
    if is_static {
        return Some(record(State::NotEvaluated, Some(Reason::StaticDefinition), Truth::False));
    }
    if in_data_plane {
        return Some(record(State::NotEvaluated, Some(Reason::UnsupportedMode), Truth::False));
    }
    if let Consequence::Attest(default) = &policy.consequence {
        // The rule decides nothing but whether the policy applies (spec S-13).
        let attestation = site.attestation(policy).filter(|attestation| attestation.state.is_some());
        let state = match attestation.as_ref().and_then(|a| a.state).unwrap_or(*default) {
            Attested::Compliant => State::Compliant,
            Attested::NonCompliant => State::NonCompliant,
            Attested::Unknown => State::Unknown,
        };
        let truth = machine.judge(policy, &left.rule);
        return Some(Record { attestation, ..record(state, None, truth) });
    }
    if let Some(fault) = &policy.broken {
        let fault = Some(Box::new((policy.rule.site, fault.clone())));
        return Some(Record { fault, ..record(State::Error, None, Truth::Error) });
    }
    let truth = *truth.get_or_insert_with(|| machine.judge(policy, &left.rule));
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
        (
            Truth::False,
            Effect::Audit | Effect::Deny | Effect::Append | Effect::Modify | Effect::DenyAction,
        ) => Some(record(State::Compliant, None, truth)),
        _ => Some(record(State::NotEvaluated, Some(Reason::UnsupportedEffect), truth)),
    }
}

/// The guess for types that nobody lists (spec L-132).
pub(super) fn looks_indexed<'d, N: Node<'d>>(root: N, facts: &Facts<'d, N>) -> bool {
    let located = root.member("location").is_some_and(|l| matches!(l.view(), View::Text(t) if !t.is_empty()));
    located && facts.resource_type().matches('/').count() == 1
}
