//! What a batch knows of one resource type.

use super::clash::Clashes;
use crate::compile;
use crate::document::{Completeness, Facts, Reading};
use crate::engine::{Context, Inner, Plans};
use crate::evaluate::{Machine, Memo, Silent};
use crate::plan::Flat;
use crate::value::{Object, Value};
use std::sync::Arc;

/// The plan of one type and API version, ready to be run over many rows.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) plans: Arc<Plans>,
    pub(super) flat: Flat,
    /// What is read of a row.
    pub(super) reading: Reading,
    /// The same with everything else: for rows without properties, or with them at the top.
    pub(super) whole: Reading,
    pub(super) clashes: Clashes,
    /// What is known of the flat plan's nodes before any row is.
    pub(super) known: Memo,
}

impl Sheet {
    /// Whether it is the sheet of a type and API version.
    pub(super) fn is_of(&self, inner: &Inner, kind: &str, version: Option<&str>) -> bool {
        inner.types.same(&self.plans.resource_type, kind) && self.plans.api_version.as_deref() == version
    }

    pub(super) fn new(inner: &Inner, plans: Arc<Plans>, context: &Context) -> Self {
        let policy = |id: crate::plan::PolicyId| inner.policies.get(id.0 as usize);
        let (kind, version) = (&*plans.resource_type, plans.api_version.as_deref());
        let mut reads = compile::Reads::new(&inner.aliases, kind, version);
        reads.plan(&plans.judging, policy);
        let reading = reads.finish(Some(&plans.judging));
        let mut whole = reading.clone();
        whole.widen();
        let flat = compile::flatten(&plans.judging, policy);
        let clashes = Clashes::among(inner, &plans);
        let known = fixed(inner, &plans, &flat, context);
        Self { flat, reading, whole, clashes, known, plans }
    }
}

/// The truth of what does not depend on the resource, found on one that has nothing but the type.
fn fixed(inner: &Inner, plans: &Plans, flat: &Flat, context: &Context) -> Memo {
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
    }
    known
}
