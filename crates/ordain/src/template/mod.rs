//! Deployment templates as such: what names mean in them, and expressions resolved to trees that keep places.
//! Policies in templates and requests of templates are both read through it (spec D-21 … D-23, I-43, I-44).

mod place;
mod resolve;
mod scope;
mod target;
mod tree;
mod work;

pub(crate) use place::{Level, Place, below};
pub(crate) use scope::{Copies, Scope};
pub(crate) use tree::{Entry, Fill, Hole, Tree, TreeKind};
