//! What assignments make of one resource, worked out when it is first asked for (spec G-97, tests 2 to 5).

use super::Context;
use crate::document::Facts;
use crate::governance::{self, Covers, Place, Principal, Standing};
use crate::link::{Pair, Tenant};
use crate::plan::{Policy, PolicyId};
use crate::value::{Node, Reason};
use std::cell::OnceCell;

/// One resource among the assignments.
pub(super) struct Site<'s, 'd, N> {
    tenant: &'s Tenant,
    facts: &'s Facts<'d, N>,
    context: &'s Context,
    place: OnceCell<Place>,
    standings: Vec<OnceCell<Standing>>,
    /// Whether nothing is assigned: every policy is judged on everything.
    plain: bool,
}

impl<'s, 'd, N: Node<'d>> Site<'s, 'd, N> {
    pub(super) fn new(tenant: &'s Tenant, facts: &'s Facts<'d, N>, context: &'s Context) -> Self {
        let plain = !tenant.is_assigned;
        let standings = if plain { Vec::new() } else { vec![OnceCell::new(); tenant.assigned.len()] };
        Self { tenant, facts, context, place: OnceCell::new(), standings, plain }
    }

    pub(super) fn place(&self) -> &Place {
        self.place.get_or_init(|| Place::within(self.facts, self.context.place()))
    }

    fn principal(&self) -> Principal<'s> {
        Principal { given: self.context.who() }
    }

    /// Where the resource stands towards a pair's assignment, and towards the pair where its selectors ask for that.
    pub(super) fn standing(&self, pair: &Pair) -> Standing {
        let whole = self.standing_of_all(pair.assigned);
        let Some(assigned) = self.tenant.assigned.get(pair.assigned as usize) else { return whole };
        governance::standing_of_pair(whole, assigned, &pair.reference, self.place(), self.principal())
    }

    fn standing_of_all(&self, assigned: u32) -> Standing {
        let principal = self.principal();
        let found = self.standings.get(assigned as usize).zip(self.tenant.assigned.get(assigned as usize));
        let Some((known, assigned)) = found else { return Standing::Inside(None) };
        *known.get_or_init(|| governance::standing(self.tenant, assigned, self.place(), principal))
    }

    /// Whether a policy is judged: its assignment holds here, and it is what overrides make of its pair. The
    /// reason is there when that can't be decided.
    pub(super) fn holds(&self, id: PolicyId, policy: &Policy) -> Option<Option<Reason>> {
        if self.plain {
            return Some(None);
        }
        let pair = self.tenant.pairs.get(policy.pair as usize)?;
        let Standing::Inside(open) = self.standing(pair) else { return None };
        (pair.variants.len() == 1 || self.variant(pair) == Some(id)).then_some(open)
    }

    /// The first of a pair's variants whose guard holds.
    pub(super) fn variant(&self, pair: &Pair) -> Option<PolicyId> {
        let principal = self.principal();
        let holds = |guard| governance::all(guard, self.place(), &pair.reference, principal) == Some(true);
        pair.variants.iter().find(|variant| holds(&variant.guard))?.policy.map(PolicyId)
    }

    fn pair(&self, policy: &Policy) -> Option<&'s Pair> {
        if self.plain { None } else { self.tenant.pairs.get(policy.pair as usize) }
    }

    /// The exemptions that cover a policy here.
    pub(super) fn exemptions(&self, policy: &Policy) -> Option<Box<Covers>> {
        let pair = self.pair(policy).filter(|pair| !pair.exemptions.is_empty())?;
        let now = self.context.surroundings().now;
        governance::exemptions(self.tenant, pair, self.place(), self.principal(), now)
    }

    /// Whether rules are judged although an exemption covers the resource.
    pub(super) fn judges_exempt(&self) -> bool {
        self.context.judges_exempt()
    }

    /// Whether what a policy prevents is prevented here.
    pub(super) fn is_enforced(&self, policy: &Policy) -> bool {
        self.pair(policy)
            .is_none_or(|pair| governance::is_enforced(self.tenant, pair, self.place(), self.principal()))
    }

    /// What was attested here for a policy.
    pub(super) fn attestation(&self, policy: &Policy) -> Option<std::sync::Arc<crate::ast::Attestation>> {
        self.pair(policy)?;
        governance::attestation(self.tenant, policy.pair, self.place(), self.context.surroundings().now)
    }
}
