//! What a batch knows of one resource type.

use super::clash::Clashes;
use crate::compile;
use crate::document::Reading;
use crate::engine::{Inner, Plans};
use crate::plan::Flat;
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
}

impl Sheet {
    /// Whether it is the sheet of a type and API version.
    pub(super) fn is_of(&self, inner: &Inner, kind: &str, version: Option<&str>) -> bool {
        inner.types.same(&self.plans.resource_type, kind) && self.plans.api_version.as_deref() == version
    }

    pub(super) fn new(inner: &Inner, plans: Arc<Plans>) -> Self {
        let policy = |id: crate::plan::PolicyId| inner.policies.get(id.0 as usize);
        let (kind, version) = (&*plans.resource_type, plans.api_version.as_deref());
        let mut reads = compile::Reads::new(&inner.aliases, kind, version);
        reads.plan(&plans.judging, policy);
        let reading = reads.finish(Some(&plans.judging));
        let mut whole = reading.clone();
        whole.widen();
        let flat = compile::flatten(&plans.judging, policy);
        let clashes = Clashes::among(inner, &plans);
        Self { flat, reading, whole, clashes, plans }
    }
}
