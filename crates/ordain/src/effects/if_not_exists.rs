//! auditIfNotExists and deployIfNotExists: is there a related resource that satisfies (spec E-72 … E-94)?

use super::holes;
use crate::aliases::Aliases;
use crate::document::{Completeness, Facts};
use crate::evaluate::{Asker, Machine, NoticeKind, Observer, Silent, Truth};
use crate::expr::{Constants, Context};
use crate::functions::{self, Ask, Run};
use crate::ids::{self, ResourceId};
use crate::plan::{Consequence, Demand, Policy, Residual};
use crate::related::{RelatedResources, Row, Seeker, Wanted};
use crate::value::{Fault, FaultKind, Node, Object, Reason, Value, text::key_eq};
use std::cell::{LazyCell, OnceCell};
use std::sync::Arc;

/// Whether one is there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// One satisfies.
    Satisfied,
    /// None does, and none is hidden.
    Missing,
    /// The input does not tell.
    Open(Reason),
    /// What is looked for cannot be told, or judging the candidates failed.
    Failed(Fault),
}

/// What the search came to (spec E-90).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Finding {
    /// The outcome.
    pub(crate) verdict: Verdict,
    /// The type that was looked for.
    pub(crate) resource_type: Arc<str>,
    /// Number of candidates.
    pub(crate) total: usize,
    /// The id of the last one judged, as it is spelled.
    pub(crate) last: Option<Arc<str>>,
    /// Whether there is a condition on them.
    pub(crate) conditional: bool,
}

/// What the searches for one resource have at hand beside it.
pub(crate) struct Search<'s> {
    /// Where to look.
    pub(crate) related: Option<&'s RelatedResources>,
    pub(crate) aliases: &'s Aliases,
    /// Properties that were not exported count as missing (spec L-113).
    pub(crate) properties_as_missing: bool,
    /// A condition that is false only for want of a member is unknown (spec E-96).
    pub(crate) incomplete_as_unknown: bool,
    /// The resource as the searches see it, made for the first of them.
    pub(crate) seeker: OnceCell<Seeker>,
}

/// What a policy looks for, where that is the same for every resource.
pub(crate) fn prepare(demand: &Demand) -> Option<Wanted> {
    let parts = [Some(&demand.resource_type), demand.name.as_ref(), demand.kind.as_ref()];
    let parts = parts.into_iter().chain([demand.group.as_ref(), demand.scope.as_ref()]).flatten();
    let known = parts.into_iter().all(|template| template.literal().is_some());
    known.then(|| wanted(demand, &Constants(&Object::new())).ok()?.ok()).flatten()
}

/// The same for a policy whose resource and clock do not matter, but which asks what it is assigned as; the policy was
/// entered.
pub(crate) fn prepare_assigned<'d, N: Node<'d>, O: Observer>(
    machine: &Machine<'_, 'd, N, O>,
    demand: &Demand,
) -> Option<Wanted> {
    let mut known = true;
    let parts = [Some(&demand.resource_type), demand.name.as_ref(), demand.kind.as_ref()];
    for template in parts.into_iter().chain([demand.group.as_ref(), demand.scope.as_ref()]).flatten() {
        template.walk(&mut |expression, _| {
            expression.root.walk_calls(&mut |_, function, _| {
                if let Run::Asks(ask) = functions::function(function).run {
                    known &= matches!(ask, Ask::Policy | Ask::Parameters);
                }
            });
        });
    }
    known.then(|| wanted(demand, &Asker::outside(machine)).ok()?.ok()).flatten()
}

/// Looks for a related resource that satisfies. `prepared` is what [`prepare`] gave for the policy, `plan` makes the
/// existence condition's plan for a type and API version.
pub(crate) fn find<'e, 'd, N: Node<'d>, O: Observer>(
    machine: &Machine<'e, 'd, N, O>,
    policy: &Policy,
    prepared: Option<&Wanted>,
    facts: &Facts<'d, N>,
    search: &Search<'_>,
    plan: impl Fn(&str, Option<&str>) -> Arc<Residual>,
) -> Option<Finding> {
    let demand = policy.demand.as_ref()?;
    let asker = Asker::outside(machine);
    let conditional = demand.existence.is_some();
    let finding = |verdict, resource_type: &Arc<str>, total, last: Option<&Row>| {
        let last = last.map(Row::spelled);
        Some(Finding { verdict, resource_type: resource_type.clone(), total, last, conditional })
    };
    let made;
    let wanted = match prepared {
        Some(wanted) => wanted,
        None => {
            made = match wanted(demand, &asker) {
                Ok(Ok(wanted)) => wanted,
                Ok(Err(reason)) => return finding(Verdict::Open(reason), &named(demand, &asker), 0, None),
                Err(fault) => return finding(Verdict::Failed(fault), &named(demand, &asker), 0, None),
            };
            &made
        }
    };
    if wanted.names_too_much() {
        machine.notice(NoticeKind::NameSegments {
            definition: (&*policy.definition.id).into(),
            name: wanted.name.as_deref().unwrap_or_default().into(),
            resource_type: (&*wanted.spelled).into(),
        });
    }
    if lacks_group(policy, facts, &asker) {
        let definition = (&*policy.definition.id).into();
        machine.notice(NoticeKind::DeploymentGroupMissing { definition });
    }
    let Some(related) = search.related else {
        let verdict = Verdict::Open(Reason::RelatedTypeNotInInput);
        return finding(verdict, &wanted.spelled, 0, None);
    };
    let seeker = search.seeker.get_or_init(|| seeker(facts));
    let candidates = related.candidates(seeker, wanted);
    let certain = |seen| related.proves_absence(&wanted.resource_type, &seeker.subscription, seen);
    let weighed = weigh(machine, policy, wanted, seeker, candidates.iter().copied(), certain, search, plan);
    finding(weighed.verdict, &wanted.spelled, candidates.len(), weighed.last)
}

/// Whether searches of a policy for this may be worth a notice beside their verdict, on resources of a type.
pub(crate) fn may_be_noticed(policy: &Policy, wanted: &Wanted, resource_type: &str) -> bool {
    let deploys = matches!(policy.consequence, Consequence::Deploy(_));
    wanted.names_too_much() || (deploys && key_eq(resource_type, ids::SUBSCRIPTION_TYPE))
}

/// What candidates come to.
pub(crate) struct Weighed<'r> {
    pub(crate) verdict: Verdict,
    /// The last one judged.
    last: Option<&'r Row>,
}

/// Judges candidates in their order until one satisfies (spec E-90). `certain` tells whether there would be another if
/// there were one, as [`RelatedResources::proves_absence`] does.
#[expect(clippy::too_many_arguments, reason = "what a search needs, each from another owner")]
pub(crate) fn weigh<'r, 'e, 'd, N: Node<'d>, O: Observer>(
    machine: &Machine<'e, 'd, N, O>,
    policy: &Policy,
    wanted: &Wanted,
    seeker: &Seeker,
    candidates: impl Iterator<Item = &'r Row>,
    certain: impl Fn(bool) -> bool,
    search: &Search<'_>,
    plan: impl Fn(&str, Option<&str>) -> Arc<Residual>,
) -> Weighed<'r> {
    let asker = Asker::outside(machine);
    let (mut failed, mut open, mut last, mut seen) = (None, None, None, false);
    let kind = &*wanted.resource_type;
    let versioned = search.aliases.has_versions(kind);
    let common = LazyCell::new(|| plan(kind, None));
    let plan = |version: Option<&str>| match version.filter(|_| versioned) {
        Some(version) => plan(kind, Some(version)),
        None => Arc::clone(&common),
    };
    for candidate in candidates {
        last = Some(candidate);
        seen |= !candidate.synthetic && !candidate.partial;
        match judge(candidate, plan, policy, search, machine, &asker, &Silent) {
            Ok(Truth::True) => return Weighed { verdict: Verdict::Satisfied, last },
            Ok(Truth::Unknown(reason)) => open = open.or(Some(reason)),
            Ok(_) => {}
            Err(fault) => failed = failed.or(Some(fault)),
        }
    }
    let own_type = wanted.resource_type == seeker.resource_type;
    let verdict = match (failed, open) {
        (Some(fault), _) => Verdict::Failed(fault),
        (None, Some(reason)) => Verdict::Open(reason),
        (None, None) if certain(own_type || seen) => Verdict::Missing,
        (None, None) => Verdict::Open(Reason::RelatedTypeNotInInput),
    };
    Weighed { verdict, last }
}

/// The candidates that somebody watches.
#[derive(Clone, Copy)]
pub(crate) enum Which<'w> {
    /// The one of this id, which was judged last.
    Last(&'w str),
    /// Each, also behind the first that satisfies.
    Every,
}

/// Judges the existence condition once more, for whoever watches: on the candidate that was judged last (spec S-45),
/// or on each in turn. `plan` as for [`find`], with nothing folded.
#[expect(clippy::too_many_arguments, reason = "what a search needs, which candidate, and who watches")]
pub(crate) fn watch<'e, 'd, N: Node<'d>, O: Observer, W: Observer>(
    machine: &Machine<'e, 'd, N, O>,
    policy: &Policy,
    prepared: Option<&Wanted>,
    facts: &Facts<'d, N>,
    search: &Search<'_>,
    which: Which<'_>,
    plan: impl Fn(&str, Option<&str>) -> Arc<Residual>,
    observer: &W,
) {
    let asker = Asker::outside(machine);
    let (Some(demand), Some(related)) = (&policy.demand, search.related) else { return };
    let made = match prepared {
        Some(_) => None,
        None => wanted(demand, &asker).ok().and_then(Result::ok),
    };
    let Some(wanted) = prepared.or(made.as_ref()) else { return };
    let seeker = search.seeker.get_or_init(|| seeker(facts));
    let candidates = related.candidates(seeker, wanted);
    let (wanted_id, most) = match which {
        Which::Last(id) => (Some(id), 1),
        Which::Every => (None, usize::MAX),
    };
    let watched =
        candidates.iter().filter(|candidate| wanted_id.is_none_or(|id| *candidate.spelled() == *id));
    for candidate in watched.take(most) {
        let plan = |version: Option<&str>| plan(&wanted.resource_type, version);
        // What it came to is known: only the way there is of interest.
        let _ = judge(candidate, plan, policy, search, machine, &asker, observer);
    }
}

/// Judges the existence condition on one candidate.
fn judge<'d, N: Node<'d>, O: Observer, W: Observer>(
    candidate: &Row,
    plan: impl Fn(Option<&str>) -> Arc<Residual>,
    policy: &Policy,
    search: &Search<'_>,
    seeking: &Machine<'_, 'd, N, O>,
    outer: &dyn Context,
    observer: &W,
) -> Result<Truth, Fault> {
    let root = &candidate.value;
    let aliases = search.aliases;
    let may_have = |kind: &str| aliases.may_have_properties(kind);
    let completeness =
        if search.properties_as_missing { Completeness::Whole } else { candidate.completeness };
    let Ok(facts) = Facts::read(root, completeness, may_have) else { return Ok(Truth::False) };
    // The candidate's own version (spec L-81): the surroundings tell that of R.
    let residual = plan(facts.api_version());
    let machine =
        Machine::new(root, &facts, &residual, aliases, seeking.surroundings(), observer).within(outer);
    let Some(left) = residual.policies.first() else { return Ok(Truth::True) };
    let truth = machine.judge(policy, &left.rule);
    seeking.notice_all(machine.noticed());
    match truth {
        Truth::Error => {
            let fault = machine.fault().map(|(_, fault)| fault);
            Err(fault.unwrap_or_else(|| Fault::new(FaultKind::Value, "the existence condition failed")))
        }
        Truth::False if search.incomplete_as_unknown => {
            let holed = holes::fill(root, &residual.paths, Reason::IncompleteRelated);
            let Ok(facts) = Facts::read(&holed, completeness, may_have) else { return Ok(Truth::False) };
            let machine = Machine::new(&holed, &facts, &residual, aliases, seeking.surroundings(), &Silent)
                .within(outer);
            // Whatever is false although nothing is missing is false.
            match machine.judge(policy, &left.rule) {
                unknown @ Truth::Unknown(Reason::IncompleteRelated) => Ok(unknown),
                _ => Ok(Truth::False),
            }
        }
        truth => Ok(truth),
    }
}

/// Whether a subscription's deployment should go to a resource group that the policy does not name (spec E-97).
fn lacks_group<'d, N: Node<'d>>(policy: &Policy, facts: &Facts<'d, N>, cx: &dyn Context) -> bool {
    let Consequence::Deploy(remedy) = &policy.consequence else { return false };
    let lacks = remedy.group.is_none() && remedy.template.is_some();
    lacks
        && key_eq(facts.resource_type(), ids::SUBSCRIPTION_TYPE)
        && remedy.scope.as_ref().is_none_or(|scope| {
            let scope = crate::expr::template(scope, cx);
            scope.is_ok_and(|scope| scope.as_text().is_some_and(|scope| key_eq(scope, "ResourceGroup")))
        })
}

pub(crate) fn seeker<'d, N: Node<'d>>(facts: &Facts<'d, N>) -> Seeker {
    let id = facts.id().unwrap_or("").to_ascii_lowercase();
    let parsed = ResourceId::parse(&id).unwrap_or_default();
    Seeker {
        resource_type: facts.resource_type().to_ascii_lowercase(),
        subscription: parsed.subscription.unwrap_or("").to_owned(),
        group: parsed.resource_group.unwrap_or("").to_owned(),
        id,
    }
}

/// What is looked for: evaluated before any candidate is sought (spec E-83). The inner error is unknown.
/// The type that is looked for, where that alone can be told; else empty.
fn named(demand: &Demand, cx: &dyn Context) -> Arc<str> {
    match crate::expr::template(&demand.resource_type, cx) {
        Ok(Value::Text(text)) => text.trim_end_matches('/').into(),
        _ => "".into(),
    }
}

fn wanted(demand: &Demand, cx: &dyn Context) -> Result<Result<Wanted, Reason>, Fault> {
    let mut unknown = None;
    let mut text = |template: Option<&crate::ast::Template>, what: &str| -> Result<Option<String>, Fault> {
        let Some(template) = template else { return Ok(None) };
        match crate::expr::template(template, cx)? {
            Value::Text(text) if !text.is_empty() => Ok(Some(text.to_string())),
            Value::Unknown(reason) => {
                unknown = unknown.or(Some(reason));
                Ok(None)
            }
            other => {
                let found = if other.as_text().is_some() { "the empty text" } else { other.kind() };
                Err(Fault::new(FaultKind::EffectDetails, format!("`{what}` must be a text, not {found}")))
            }
        }
    };
    let resource_type = text(Some(&demand.resource_type), "type")?;
    let name = text(demand.name.as_ref(), "name")?;
    let kind = text(demand.kind.as_ref(), "kind")?;
    let group = text(demand.group.as_ref(), "resourceGroupName")?;
    let scope = text(demand.scope.as_ref(), "existenceScope")?.map(|scope| scope.to_ascii_lowercase());
    if let Some(reason) = unknown {
        return Ok(Err(reason));
    }
    let in_subscription = match scope.as_deref() {
        None | Some("resourcegroup") => false,
        Some("subscription") => true,
        Some(other) => {
            let message = format!("`existenceScope` is `ResourceGroup` or `Subscription`, not `{other}`");
            return Err(Fault::new(FaultKind::EffectDetails, message));
        }
    };
    // A stray slash at the end occurs in a built-in (spec E-70).
    let resource_type = resource_type.unwrap_or_default();
    let spelled = resource_type.trim_end_matches('/');
    let lower = |text: Option<String>| text.map(|t| t.to_ascii_lowercase());
    Ok(Ok(Wanted {
        resource_type: spelled.to_ascii_lowercase(),
        spelled: spelled.into(),
        name: lower(name),
        kind: lower(kind),
        group: lower(group),
        in_subscription,
    }))
}
