//! Scalars as borrowed views; coercion, equality, order, case folding (spec 03, 04). `missing`, `null` and
//! `error` are different things.

mod fault;
mod node;
mod number;
mod object;
mod owned;
pub mod text;
pub mod time;

pub use fault::{Fault, FaultKind};
pub(crate) use node::copy_of;
pub use node::{Node, View};
pub use number::{Num, Number};
pub use object::Object;
pub(crate) use owned::same_json;
pub use owned::{Reason, Value};
