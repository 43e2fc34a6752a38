//! What covers a pair for a resource: exemptions, enrollments, attestations (spec G-79, G-82 … G-96).

use super::Place;
use super::standing::{Principal, holds_for_sure, selected};
use crate::ast::{Attestation, Enforcement};
use crate::link::{Pair, Tenant};
use std::sync::Arc;

/// Exemptions that cover a pair for a resource, by place in the tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Covers {
    /// Those that hold.
    pub(crate) holding: Vec<u32>,
    /// Those that have ended.
    pub(crate) ended: Vec<u32>,
}

/// The exemptions of a pair that cover a resource; `None` when there is none. One that ends needs a clock to
/// hold (spec G-85 … G-87).
pub(crate) fn exemptions(
    tenant: &Tenant,
    pair: &Pair,
    place: &Place,
    principal: Principal<'_>,
    now: Option<i128>,
) -> Option<Box<Covers>> {
    let mut covers = Covers::default();
    for at in &pair.exemptions {
        let Some(exemption) = tenant.exemptions.get(*at as usize) else { continue };
        let covered = holds_for_sure(&exemption.scope, tenant, place)
            && selected(&exemption.selectors, place, &pair.reference, principal) == Some(true);
        if !covered {
            continue;
        }
        match (&exemption.expires, now) {
            (None, _) => covers.holding.push(*at),
            (Some((_, end)), Some(now)) if now < *end => covers.holding.push(*at),
            (Some(_), Some(_)) => covers.ended.push(*at),
            (Some(_), None) => {}
        }
    }
    (covers != Covers::default()).then(|| Box::new(covers))
}

/// Whether what a pair prevents is prevented for a resource (spec E-32, E-33, G-79).
pub(crate) fn is_enforced(tenant: &Tenant, pair: &Pair, place: &Place, principal: Principal<'_>) -> bool {
    let document = tenant.assigned.get(pair.assigned as usize).and_then(|a| a.document.as_ref());
    match document.map_or(Enforcement::Default, |d| d.enforcement) {
        Enforcement::Default => true,
        Enforcement::DoNotEnforce => false,
        Enforcement::Enroll => pair.enrollments.iter().any(|at| {
            tenant.enrollments.get(*at as usize).is_some_and(|enrollment| {
                holds_for_sure(&enrollment.scope, tenant, place)
                    && selected(&enrollment.selectors, place, &pair.reference, principal) == Some(true)
            })
        }),
    }
}

/// The attestation that counts for a pair on exactly this resource (spec G-93, G-94).
pub(crate) fn attestation(
    tenant: &Tenant,
    pair: u32,
    place: &Place,
    now: Option<i128>,
) -> Option<Arc<Attestation>> {
    let key = (pair, place.id.clone()?);
    let holds = |a: &&Arc<Attestation>| match (&a.expires, now) {
        (None, _) => true,
        (Some((_, end)), Some(now)) => now < *end,
        (Some(_), None) => false,
    };
    tenant.attestations.get(&key)?.iter().find(holds).cloned()
}
