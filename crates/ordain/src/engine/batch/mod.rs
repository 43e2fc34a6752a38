//! Judging many rows with one engine: each worker has a [`Judge`], which reads rows selectively and keeps its room from
//! row to row.
//!
//! A [`Batch`] is shared by all workers. It holds, for each resource type, a *sheet*: the residual plan laid out flat, and
//! the trie of what it reads. A row goes through these steps:
//!
//! 1. The text of its `type` is found and the sheet of that type taken; the row is read with the sheet's trie, into the
//!    judge's arena.
//! 2. What was read says what type the row is. If that is another one (a name that stands twice, a type derived from the
//!    id), or its properties are missing or at the top of the row, it is read once more, with what that takes.
//! 3. Each line of the sheet gives a record or none. What is rare (exemptions, data planes, conflicting changes) goes the
//!    way of [`Engine::evaluate_in`].
//!
//! A row that is not as JSON has it, or whose tags are a list, is read and judged whole; that also says what is wrong
//! with it. The outcomes are those of whole reading in any case; `tests/src/batch.rs` holds the two to each other.

mod finder;
mod places;
mod row;
mod sheet;
mod told;

pub use finder::{Finder, Found};
pub use row::{Brief, Judged, ReadRow, RowFault};

use super::{Context, Engine};
use crate::document::{Arena, Facts, Leaf, Settling};
use crate::evaluate::Memo;
use places::Places;
use row::Contending;
use sheet::Sheet;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use told::Told;

/// One run over many rows, shared by its workers.
///
/// ```
/// # fn main() -> Result<(), ordain::Error> {
/// let engine = ordain::Engine::builder()
///     .definition_json(r#"{"mode": "Indexed", "policyRule": {
///         "if": {"allOf": [
///             {"field": "type", "equals": "Microsoft.ContainerRegistry/registries"},
///             {"field": "Microsoft.ContainerRegistry/registries/adminUserEnabled", "equals": true}]},
///         "then": {"effect": "audit"}}}"#)?
///     .build()?;
/// let context = ordain::Context::new().row();
/// let batch = engine.batch(&context);
/// let mut judge = batch.judge();
/// let mut found = Vec::new();
/// for row in [
///     r#"{"id": "/x", "type": "Microsoft.ContainerRegistry/registries", "properties": {"adminUserEnabled": true}}"#,
///     r#"{"id": "/y", "type": "microsoft.containerregistry/registries", "properties": {}}"#,
///     r#"{"id": "/z", "type": "Microsoft.Network/virtualNetworks", "properties": {}}"#,
/// ] {
///     let judged = judge.judge(row).expect("a row");
///     found.push(judged.outcomes().first().map(|outcome| outcome.state().name()));
/// }
/// assert_eq!(found, [Some("NonCompliant"), Some("Compliant"), None]);
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Batch<'e> {
    engine: &'e Engine,
    context: &'e Context,
    settling: Settling,
    sheets: RwLock<HashMap<Box<str>, Arc<Sheet>>>,
    /// Number of sheets that were made.
    made: AtomicUsize,
}

/// Judges row after row. One for each worker.
#[derive(Debug)]
pub struct Judge<'b> {
    batch: &'b Batch<'b>,
    arena: Arena,
    /// The sheets that were met, by the spelling of the type.
    known: HashMap<Box<str>, Arc<Sheet>>,
    places: Places,
    desk: Desk,
}

/// What is written of one row.
#[derive(Debug, Default)]
struct Desk {
    memo: Memo,
    outcomes: Vec<Brief>,
    /// Records of the row whose changes may exclude each other.
    contending: Vec<Contending>,
    id: String,
    resource_type: String,
    /// Whether the row has nothing unusual at the top.
    plain: bool,
    /// Exemptions that would cover the row had they not ended, by place.
    ended: Vec<u32>,
    told: Told,
}

impl Engine {
    /// Prepares to judge many rows in the same surroundings.
    #[must_use]
    pub fn batch<'e>(&'e self, context: &'e Context) -> Batch<'e> {
        Batch {
            engine: self,
            context,
            settling: Settling::AsItStands,
            sheets: RwLock::default(),
            made: AtomicUsize::new(0),
        }
    }
}

impl<'e> Batch<'e> {
    /// Rows are put right as [`crate::rows::settle`] does it.
    #[must_use]
    pub fn settling_rows(mut self) -> Self {
        self.settling = Settling::Rows;
        self
    }

    /// Room for a worker.
    #[must_use]
    pub fn judge<'b>(&'b self) -> Judge<'b>
    where
        'e: 'b,
    {
        Judge {
            batch: self,
            arena: Arena::default(),
            known: HashMap::new(),
            places: Places::default(),
            desk: Desk::default(),
        }
    }

    /// What surrounds the rows.
    #[must_use]
    pub fn context(&self) -> &'e Context {
        self.context
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &'e Engine {
        self.engine
    }

    /// The sheet of a type and API version; `version` only where it decides.
    fn sheet(&self, kind: &str, version: Option<&str>) -> Arc<Sheet> {
        let inner = &*self.engine.inner;
        let key = super::spelled(inner.types.key(kind), version);
        if let Ok(known) = self.sheets.read()
            && let Some(sheet) = known.get(&*key)
        {
            return sheet.clone();
        }
        let made = Arc::new(Sheet::new(
            inner,
            inner.plans_of(kind, version),
            self.context,
            self.made.fetch_add(1, Ordering::Relaxed),
        ));
        if let Ok(mut known) = self.sheets.write()
            && known.len() < super::MOST_PLANS
        {
            known.insert((*key).into(), made.clone());
        }
        made
    }

    fn version<'v>(&'v self, facts: &'v Facts<'_, Leaf<'_>>) -> Option<&'v str> {
        match self.engine.inner.aliases.has_versions(facts.resource_type()) {
            true => self.context.surroundings().api_version.as_deref().or_else(|| facts.api_version()),
            false => None,
        }
    }
}
