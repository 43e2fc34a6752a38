//! JSON text to a tree that keeps spans, member order, number text and duplicate keys.

mod decode;
mod reader;
mod same;
mod strings;
#[cfg(test)]
mod tests;
mod tree;

pub use decode::{Decoded, decode};
pub use reader::{Dialect, Problem, Reader, read};
pub(crate) use same::same;
pub use tree::{Json, Kind, Member};
