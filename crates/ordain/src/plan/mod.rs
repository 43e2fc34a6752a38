//! The immutable program: interned paths and conditions, residual tree, demands. Data only; listing for people.

mod consequence;
mod flat;
mod path;
mod tree;

pub use consequence::{
    Cascade, Changes, ConflictEffect, Consequence, Operation, OperationKind, Passed, Refusal, Remedy,
    is_identity_type, takes_identity,
};
pub(crate) use flat::{Course, Flat, FlatNode, Form, Line};
pub use path::{PathId, PathTable};
pub(crate) use tree::Place;
pub use tree::{
    Binding, Branch, Checked, ConditionId, Counted, Demand, Kinds, Node, Policy, PolicyId, Residual,
    ResidualPolicy, Site, SiteId, SiteLeaf, Subject, SubjectKind, Test,
};
