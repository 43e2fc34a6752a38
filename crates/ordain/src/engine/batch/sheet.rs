//! What a batch knows of one resource type.

use crate::compile;
use crate::document::{Completeness, Facts, Reading};
use crate::effects;
use crate::engine::{Context, Inner, Plans};
use crate::evaluate::{Machine, Memo, Silent};
use crate::plan::Flat;
use crate::plan::Residual;
use crate::related::Wanted;
use crate::value::{Object, Value};
use std::sync::{Arc, OnceLock};

/// The plan of one type and API version, ready to be run over many rows.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) plans: Arc<Plans>,
    pub(super) flat: Flat,
    /// What is read of a row.
    pub(super) reading: Reading,
    /// The same with everything else: for rows without properties, or with them at the top.
    pub(super) whole: Reading,
    /// What each line looks for, where that is known before any row is.
    pub(super) seeks: Vec<Option<Seek>>,
    /// Number of grounds on which they look.
    pub(super) grounds: usize,
    /// Its place among the sheets of the batch.
    pub(super) number: usize,
    /// What is known of the flat plan's nodes before any row is.
    pub(super) known: Memo,
}

/// A search for a related resource.
#[derive(Debug)]
pub(super) struct Seek {
    pub(super) wanted: Wanted,
    /// The number of the ground: searches on the same one look at the same resources.
    pub(super) ground: usize,
    /// The existence condition's plan for candidates whose version does not matter.
    pub(super) existence: OnceLock<Arc<Residual>>,
}

impl Sheet {
    /// Whether it is the sheet of a type and API version.
    pub(super) fn is_of(&self, inner: &Inner, kind: &str, version: Option<&str>) -> bool {
        inner.types.same(&self.plans.resource_type, kind) && self.plans.api_version.as_deref() == version
    }

    pub(super) fn new(inner: &Inner, plans: Arc<Plans>, context: &Context, number: usize) -> Self {
        let policy = |id: crate::plan::PolicyId| inner.policies.get(id.0 as usize);
        let (kind, version) = (&*plans.resource_type, plans.api_version.as_deref());
        let mut reads = compile::Reads::new(&inner.aliases, kind, version);
        reads.plan(&plans.judging, policy);
        let reading = reads.finish(Some(&plans.judging));
        let mut whole = reading.clone();
        whole.widen();
        let flat = compile::flatten(&plans.judging, policy);
        inner.clashes(&plans);
        let (known, assigned) = fixed(inner, &plans, &flat, context);
        let mut seeks: Vec<Option<Seek>> = Vec::with_capacity(flat.lines.len());
        let mut grounds = 0;
        for (left, assigned) in plans.judging.policies.iter().zip(&assigned) {
            let wanted =
                inner.wanted.get(left.policy.0 as usize).and_then(Option::as_ref).or(assigned.as_ref());
            let policy = inner.policies.get(left.policy.0 as usize);
            let noticed = |wanted: &Wanted| {
                policy.is_none_or(|policy| effects::may_be_noticed(policy, wanted, &plans.resource_type))
            };
            // What is worth a notice goes the long way.
            let wanted = wanted.filter(|wanted| !noticed(wanted));
            let seek = wanted.map(|wanted| {
                let met = seeks
                    .iter()
                    .flatten()
                    .find(|seek| seek.wanted.has_ground_of(wanted))
                    .map(|seek| seek.ground);
                let ground = met.unwrap_or_else(|| {
                    grounds += 1;
                    grounds - 1
                });
                Seek { wanted: wanted.clone(), ground, existence: OnceLock::new() }
            });
            seeks.push(seek);
        }
        Self { flat, reading, whole, seeks, grounds, number, known, plans }
    }
}

/// The truth of what does not depend on the resource, found on one that has nothing but the type; and what policies look
/// for that depends on how they are assigned.
fn fixed(inner: &Inner, plans: &Plans, flat: &Flat, context: &Context) -> (Memo, Vec<Option<Wanted>>) {
    let mut wanted = Vec::new();
    let mut known = Memo::default();
    known.begin(flat);
    let mut bare = Object::new();
    bare.push("type", Value::text(&*plans.resource_type));
    let bare = Value::object(bare);
    if let Ok(facts) = Facts::read(&bare, Completeness::Whole, |_| true) {
        let surroundings = context.surroundings();
        let machine = Machine::new(&bare, &facts, &plans.judging, &inner.aliases, surroundings, &Silent);
        for node in &flat.fixed {
            machine.flat(flat, &mut known, *node);
        }
        for left in &plans.judging.policies {
            let policy = inner.policies.get(left.policy.0 as usize);
            let demand = policy.and_then(|policy| Some((policy, policy.demand.as_ref()?)));
            wanted.push(demand.and_then(|(policy, demand)| {
                machine.enter(policy);
                effects::prepare_assigned(&machine, demand)
            }));
        }
    }
    (known, wanted)
}
