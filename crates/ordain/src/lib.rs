//! Judges exported Azure resources against Azure Policy, offline: the engine.

pub mod aliases;
mod ast;
mod compile;
mod diagnostic;
mod document;
mod engine;
mod evaluate;
mod explain;
mod expr;
mod functions;
pub mod ids;
pub mod json;
mod limits;
mod link;
mod operators;
mod outcome;
mod plan;
pub mod probe;
mod source;
mod syntax;
mod value;

pub use aliases::Aliases;
pub use diagnostic::{Diagnostic, Label, Severity};
pub use document::{Completeness, Document, NotAResource};
pub use engine::{Context, DefaultMode, Engine, EngineBuilder, Error, Evaluation, Outcome, PolicyView};
pub use evaluate::{Containers, Truth};
pub use explain::{Compared, Explanation, ExplanationNode, Location, PathItem, Side, Values, is_secret};
pub use outcome::State;
pub use source::{Position, Source, Span};
pub use value::{Fault, FaultKind, Node, Num, Number, Object, Reason, Value, View};
