//! Placeholder until the engine stands.
pub mod diagnostic;
pub mod functions;
pub mod limits;
pub mod source;
pub mod value;
pub use source::Source;
