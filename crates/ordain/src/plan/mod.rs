//! The immutable program: interned paths and conditions, residual tree, demands. Data only; listing for people.

mod path;
mod tree;

pub use path::{PathId, PathTable};
pub(crate) use tree::Place;
pub use tree::{
    Binding, Branch, Checked, ConditionId, Counted, Demand, Kinds, Node, Policy, PolicyId, Residual,
    ResidualPolicy, Site, SiteId, SiteLeaf, Subject, SubjectKind, Test,
};
