//! Placeholder until the engine stands.
pub mod ast;
pub mod diagnostic;
pub mod expr;
pub mod functions;
pub mod ids;
pub mod json;
pub mod limits;
pub mod operators;
pub mod source;
pub mod value;
pub use source::Source;
