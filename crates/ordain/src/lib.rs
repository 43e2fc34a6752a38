//! Judges exported Azure resources against Azure Policy, offline: the engine.
//!
//! Policies go in as JSON text in any shape that Azure's tools export; an [`Engine`] comes out, immutable and
//! shared freely between threads. It judges a resource in place, whatever represents it (see [`Document`]), and
//! says for every policy that applies whether the resource complies, and why, with places in both documents.
//!
//! ```
//! # fn main() -> Result<(), ordain::Error> {
//! let engine = ordain::Engine::builder()
//!     .definition_json(r#"{ "mode": "Indexed", "policyRule": {
//!         "if": { "allOf": [
//!             { "field": "type", "equals": "Microsoft.ContainerRegistry/registries" },
//!             { "field": "Microsoft.ContainerRegistry/registries/publicNetworkAccess", "notEquals": "Disabled" } ] },
//!         "then": { "effect": "deny" } } }"#)?
//!     .build()?;
//! let registry = serde_json::json!({
//!     "type": "Microsoft.ContainerRegistry/registries", "name": "contoso", "location": "westeurope",
//!     "properties": { "publicNetworkAccess": "Enabled" } });
//! for outcome in engine.evaluate(&registry)?.outcomes() {
//!     let why = outcome.explain(&registry);
//!     assert_eq!(outcome.state(), ordain::State::NonCompliant);
//!     assert_eq!(why.sentence(Default::default()).unwrap(), "publicNetworkAccess is `Enabled`, must be `Disabled`");
//! }
//! # Ok(()) }
//! ```
//!
//! The engine reads no file, no clock, no environment and no network: the same input gives the same output.
//! What the language means is written down, rule by rule, in `docs/spec`; comments here cite it (`spec C-36`).

#![forbid(unsafe_code)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

pub mod aliases;
mod ast;
mod compile;
pub mod compliance;
mod diagnostic;
mod document;
mod effects;
mod engine;
mod evaluate;
mod explain;
mod expr;
mod functions;
mod governance;
pub mod ids;
pub mod json;
mod limits;
mod link;
mod operators;
mod outcome;
mod plan;
pub mod probe;
mod related;
pub mod report;
pub mod requests;
mod source;
mod syntax;
mod template;
mod value;

pub use aliases::Aliases;
pub use diagnostic::{Diagnostic, Label, Severity, nearest};
pub use document::row as rows;
pub use document::{Completeness, Document, NotAResource};
pub use effects::{
    Change, ChangeNote, ChangeOperation, ChangeOptions, Combined, Contender, Deployment, ExistingValue,
    PatchError, PatchKind, PatchOperation, RunMode, SkipReason, Skipped, Standing, apply as apply_patch,
    combine, settle,
};
pub use engine::{
    Absence, AssignmentView, Batch, Brief, Context, DefaultMode, Deletion, DenialReason, Edit, Engine,
    EngineBuilder, Error, Evaluation, ExemptionView, Finder, Found, Judge, Judged, LeftOut, NoticeView,
    Outcome, PairView, PlannedChange, PlannedDeployment, PolicyView, ReadRow, RelatedView, Repair, Request,
    RowFault, Ruling, RulingKind, Trace, Verdict, edits,
};
pub use evaluate::{Containers, Truth};
pub use explain::{
    AliasRead, Compared, Explanation, ExplanationNode, Location, PathItem, Side, Values, Written,
    WrittenEffect, is_secret,
};
pub use outcome::State;
pub use plan::{Cascade, ConflictEffect, OperationKind};
pub use related::{BadCoverage, Coverage, RelatedMode, RelatedResources};
pub use source::{Anchor, Position, Source, Span};
pub use syntax::PolicyDocument;
/// The README's example must run.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

pub use value::{Fault, FaultKind, Node, Num, Number, Object, Reason, Value, View};
