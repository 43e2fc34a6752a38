//! The `Document` trait; reading of envelope fields. A document is judged in place: nothing is copied.

mod facts;
pub mod row;
mod selective;

pub(crate) use facts::is_blank;
pub use facts::{Completeness, Facts, NotAResource};
pub(crate) use facts::{blank_is_absent, flattened_name};
pub(crate) use selective::{Arena, Extent, Leaf, Reading, Selected, Settling};

use crate::json::Json;
use crate::value::{Node, Value};

/// A resource in any representation.
pub trait Document {
    /// Its nodes.
    type Node<'d>: Node<'d>
    where
        Self: 'd;

    /// The object as a whole.
    fn root(&self) -> Self::Node<'_>;
}

/// An embedder's tree, as `serde_json` delivers it. Integers beyond 64 bits and the order of members are not
/// kept by it (see `docs/spec` C-3, I-8).
impl Document for serde_json::Value {
    type Node<'d> = &'d serde_json::Value;

    fn root(&self) -> Self::Node<'_> {
        self
    }
}

/// The spanned tree: exact numbers and order, positions.
impl Document for Json<'_> {
    type Node<'d>
        = &'d Json<'d>
    where
        Self: 'd;

    fn root(&self) -> Self::Node<'_> {
        self
    }
}

/// The engine's own tree, which alone can hold unknown leaves (spec I-44).
impl Document for Value {
    type Node<'d> = &'d Value;

    fn root(&self) -> Self::Node<'_> {
        self
    }
}

/// Where a reference leads: missing, null and unknown are different things.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slot<N> {
    /// Nothing is there.
    Missing,
    /// A node, which may be null.
    Found(N),
    /// The input does not say (spec L-114).
    Unknown(crate::value::Reason),
}

impl<N> Slot<N> {
    /// From an optional node.
    pub fn of(node: Option<N>) -> Self {
        node.map_or(Self::Missing, Self::Found)
    }
}
