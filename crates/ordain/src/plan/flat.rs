//! A residual plan laid out for judging many resources: each distinct branch once, in one list, whichever policies have
//! it, so that its truth is worked out at most once for a resource.

use super::{Branch, ConditionId, SiteId};

/// Branches and what policies do with them.
#[derive(Debug, Default)]
pub(crate) struct Flat {
    /// The branches; members of a junction stand before it.
    pub(crate) nodes: Vec<FlatNode>,
    /// Members of junctions.
    pub(crate) members: Vec<u32>,
    /// Branches that are judged as they are.
    pub(crate) owned: Vec<Branch>,
    /// Nodes whose truth does not depend on the resource, only on its type and on what surrounds it.
    pub(crate) fixed: Vec<u32>,
    /// Nodes whose truth depends on the group and the subscription of the resource beside that.
    pub(crate) placed: Vec<u32>,
    /// A line for each policy of the plan, in its order.
    pub(crate) lines: Vec<Line>,
}

/// One branch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FlatNode {
    pub(crate) form: Form,
    /// Whether its truth is the same for every policy.
    pub(crate) shared: bool,
}

/// The forms of a branch; members by their place in [`Flat::members`].
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    Const(bool),
    All {
        from: u32,
        to: u32,
    },
    Any {
        from: u32,
        to: u32,
    },
    Not(u32),
    /// A condition of the residual plan, with the place where it was met first.
    Condition(ConditionId, SiteId),
    /// One of [`Flat::owned`].
    Own(u32),
}

/// What is left of one policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// Its rule, among the nodes.
    pub(crate) rule: u32,
    /// How its record comes about.
    pub(crate) course: Course,
}

/// How a record comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// The rule decides: true is non-compliant.
    Rule,
    /// The same of denyAction: true is protected.
    Protect,
    /// The rule decides whether it applies, and a related resource is looked for.
    Related,
    /// A definition that says nothing, only that it is there.
    Static,
    /// Of the data plane.
    Plane,
    /// What every judgement fails of.
    Broken,
    /// The rule is judged, and its effect is none that is.
    Unsupported,
    /// Everything else.
    Other,
}
