//! Linked AST → plan, by folding with `evaluate`'s own code; interning, dispatch by type, demand analysis.

mod applies;
mod bind;
mod consequence;
mod flatten;
mod narrow;
mod reads;
mod simplify;
mod types;

pub(crate) use applies::rule_decides;
pub use bind::bind;
pub(crate) use flatten::flatten;
pub use narrow::{Folding, narrow};
pub(crate) use narrow::{narrow_existence, narrow_meant, narrow_rule};
pub(crate) use reads::Reads;
pub use types::{minds_case_of_type, only_types};
