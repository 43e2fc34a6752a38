//! The immutable program: interned paths and conditions, residual tree, demands. Data only; listing for people.

mod path;
mod tree;

pub use path::{PathId, PathTable};
pub(crate) use tree::expressions;
pub use tree::{
    Binding, Branch, Checked, ConditionId, Counted, Kinds, Node, Policy, PolicyId, Residual, ResidualPolicy, SiteId, Subject,
    Test,
};
