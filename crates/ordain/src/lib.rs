//! Placeholder until the engine stands.
pub mod aliases;
pub mod ast;
pub mod diagnostic;
pub mod document;
pub mod evaluate;
pub mod expr;
pub mod functions;
pub mod ids;
pub mod json;
pub mod limits;
pub mod operators;
pub mod plan;
pub mod source;
pub mod syntax;
pub mod value;
pub use source::Source;
