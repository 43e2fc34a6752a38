//! The tree that is evaluated. A rule that was bound but not yet narrowed to a resource type has the same form:
//! its fields are names still.

use super::{Consequence, PathId, PathTable};
use crate::aliases::{Extract, Step};
use crate::ast::{
    Condition, ConditionKind, Definition, Effect, Expr, FieldName, Mode, ModeKind, Operator, PolicyType,
    Rule, Template, TemplateKind, Then,
};
use crate::link::Origin;
use crate::operators::Check;
use crate::source::{Source, Span};
use crate::value::{Fault, Object, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// Place of a policy in an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PolicyId(pub(crate) u32);

/// Place of a condition in its policy, in source order; its spans are in [`Policy::sites`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteId(pub(crate) u32);

/// Place of a shared condition in a [`Residual`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConditionId(pub(crate) u32);

/// A definition with its parameters bound.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What was written.
    pub definition: Arc<Definition>,
    /// The bound parameters.
    pub parameters: Arc<Object>,
    /// The effective effect.
    pub effect: Effect,
    /// The rule, its constant parts folded.
    pub rule: Branch,
    /// What is looked for beside the resource.
    pub demand: Option<Demand>,
    /// What follows when the rule is true.
    pub consequence: Consequence,
    /// What stands at each place, by [`SiteId`].
    pub sites: Vec<Site>,
    /// What decides applicability (spec S-14).
    pub kinds: Kinds,
    /// Whether a condition is about `location` (spec S-16).
    pub reads_location: bool,
    /// The pair that it judges for, by its place in the tenant.
    pub pair: u32,
    /// What `policy()` yields.
    pub origin: Arc<Origin>,
    /// What every judgement ends in (spec E-5).
    pub broken: Option<Fault>,
    /// The texts that `field()` is given literally, and the aliases that `current()` is.
    pub named: Vec<Arc<str>>,
    /// Whether it is disabled and leaves no record (spec E-31).
    pub silent: bool,
}

/// The related resource that an effect asks for (spec 07 section 6.1).
#[derive(Clone, Debug)]
pub struct Demand {
    /// `type`
    pub resource_type: Template,
    /// `name`
    pub name: Option<Template>,
    /// `kind`
    pub kind: Option<Template>,
    /// `resourceGroupName`
    pub group: Option<Template>,
    /// `existenceScope`
    pub scope: Option<Template>,
    /// `existenceCondition`, its constant parts folded.
    pub existence: Option<Branch>,
}

/// A condition as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Bytes of the condition in the file.
    pub span: Span,
    /// What it compares; `None` for a combinator.
    pub leaf: Option<SiteLeaf>,
}

/// A comparison as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteLeaf {
    /// The field, value or counted array as written.
    pub subject: Arc<str>,
    /// The alias that is read, also where an expression of parameters names it.
    pub alias: Option<Arc<str>>,
    /// `Field`, `Value` or `Count`.
    pub kind: SubjectKind,
    /// The operator.
    pub operator: Operator,
    /// Whether it is a count with a `where`.
    pub filtered: bool,
    /// Bytes of the operator and its operand.
    pub test_span: Span,
}

/// Kinds of left sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    Field,
    Value,
    Count,
}

/// Which kinds of conditions a rule has (the set K of spec S-14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    pub kind_of_type: bool,
    pub kind_of_name: bool,
    pub kind_of_kind: bool,
    pub other: bool,
}

/// A node with its place in the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// What it is.
    pub node: Node,
    /// Where it was written.
    pub site: SiteId,
}

/// The forms of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Folded to a truth.
    Const(bool),
    /// Folded to a failure, which counts when it is reached (spec C-63).
    Fail(Fault),
    /// `allOf`
    All(Box<[Branch]>),
    /// `anyOf`
    Any(Box<[Branch]>),
    /// `not`
    Not(Box<Branch>),
    /// A condition on the resource alone, shared and remembered.
    Shared(ConditionId),
    /// A condition that depends on more: the element of a count, the policy.
    Own(Box<Test>),
}

/// A comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// The left side.
    pub subject: Subject,
    /// The right side.
    pub check: Checked,
}

/// The right side with its operator.
#[derive(Clone, Debug, PartialEq)]
pub enum Checked {
    /// Known when the plan was made.
    Ready(Check),
    /// Known when the resource is.
    Computed {
        /// The operator.
        operator: Operator,
        /// What yields the operand.
        operand: Template,
        /// Whether texts are locations, to be brought to their normal form (spec L-22).
        location: bool,
    },
    /// Fails when it is reached.
    Fail(Fault),
}

/// The left side.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// A field by its name: not narrowed to a type yet, or known only when it is reached.
    Field(FieldName),
    /// One slot.
    Slot(PathId),
    /// The slots of a path with `[*]`: looked up to its first star, walked from there.
    Each {
        /// The path up to the first star.
        start: PathId,
        /// The rest, which begins with the star.
        rest: Arc<[Step]>,
    },
    /// A path that begins at an element of an enclosing count.
    Bound {
        /// Where it begins.
        binding: Binding,
        /// The rest.
        rest: Arc<[Step]>,
    },
    /// An alias of another type: missing, or the empty collection (spec L-63).
    Absent {
        /// Whether it is a collection.
        star: bool,
    },
    /// An alias that is no path: fails when it is reached (spec L-54).
    NoField,
    /// `value`
    Value(Template),
    /// `count`
    Count(Box<Counted>),
}

/// An element of an enclosing count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Binding {
    /// Which enclosing count, from the innermost: 0.
    pub depth: u16,
    /// Which star of its path, from the first: 0.
    pub star: u16,
    /// The reference ends before the star: the array of this one element is meant (spec A-41).
    pub whole: bool,
}

/// A count.
#[derive(Clone, Debug, PartialEq)]
pub enum Counted {
    /// Elements of arrays in the resource.
    Field {
        /// The arrays.
        over: Subject,
        /// The path, for references from inside.
        path: Arc<[Step]>,
        /// `where`
        filter: Option<Branch>,
    },
    /// Members of a given array.
    Value {
        /// The array.
        over: Template,
        /// Its name.
        name: Arc<str>,
        /// `where`
        filter: Option<Branch>,
        /// Whether the array depends on the resource: iterations are limited then (spec D-73).
        limited: bool,
    },
}

/// What is left of all policies for one resource type.
#[derive(Debug, Default)]
pub struct Residual {
    /// All paths.
    pub paths: PathTable,
    /// The shared conditions.
    pub conditions: Vec<Test>,
    /// The policies that may apply.
    pub policies: Vec<ResidualPolicy>,
    /// Where the aliases lead that expressions name literally, so that none is resolved for each document.
    pub(crate) aliases: HashMap<Arc<str>, Place>,
}

/// Where a reference leads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// The envelope knows: type, name, full name, id.
    Envelope,
    /// `location`, normalised.
    Location,
    /// A path from the root.
    Path(Arc<[Step]>, Option<Extract>),
    /// Nowhere on this type (spec L-63).
    Absent {
        /// Whether it is a collection, an empty one then.
        star: bool,
    },
    /// No reference at all.
    Unknown,
}

/// What is left of one policy.
#[derive(Debug)]
pub struct ResidualPolicy {
    /// Which policy.
    pub policy: PolicyId,
    /// Whether it applies, as far as that depends on name and kind (spec S-13).
    pub applies: Branch,
    /// The rule.
    pub rule: Branch,
    /// Its mode.
    pub mode: ModeKind,
    /// Whether `Indexed` rests on a guess from the document (spec D-45).
    pub guess_indexed: bool,
}

impl Policy {
    /// A policy that says nothing.
    pub(crate) fn nothing() -> Self {
        let span = Span::default();
        let literal = |text: &str| Template { kind: TemplateKind::Literal(Value::text(text)), span };
        let condition = Condition { kind: ConditionKind::AnyOf(Vec::new()), span };
        let definition = Definition {
            has_id: false,
            source: Source::new("", ""),
            id: "".into(),
            name: "".into(),
            display_name: "".into(),
            description: "".into(),
            category: "".into(),
            version: "".into(),
            policy_type: PolicyType::Custom,
            mode: Mode { kind: ModeKind::All, text: "All".into() },
            parameters: Vec::new(),
            rule: Rule { condition, then: Then { effect: literal("disabled"), details: None } },
            span,
        };
        Self {
            definition: Arc::new(definition),
            parameters: Arc::default(),
            effect: Effect::Disabled,
            rule: Branch::constant(false, SiteId(0)),
            demand: None,
            consequence: Consequence::Nothing,
            sites: Vec::new(),
            kinds: Kinds::default(),
            reads_location: false,
            pair: 0,
            origin: Arc::default(),
            broken: None,
            named: Vec::new(),
            silent: true,
        }
    }
}

impl Branch {
    /// A constant at a place.
    #[must_use]
    pub fn constant(truth: bool, site: SiteId) -> Self {
        Self { node: Node::Const(truth), site }
    }

    /// Visits the templates and expressions that are left to be evaluated.
    pub(crate) fn walk_expressions<'b>(&'b self, visit: &mut impl FnMut(&'b Expr)) {
        match &self.node {
            Node::All(members) | Node::Any(members) => members.iter().for_each(|m| m.walk_expressions(visit)),
            Node::Not(member) => member.walk_expressions(visit),
            Node::Own(test) => {
                if let Checked::Computed { operand, .. } = &test.check {
                    operand.walk(&mut |expression, _| visit(&expression.root));
                }
                match &test.subject {
                    Subject::Value(value) => value.walk(&mut |expression, _| visit(&expression.root)),
                    Subject::Field(FieldName::Expression(expression)) => visit(&expression.0.root),
                    Subject::Count(counted) => counted.walk_expressions(visit),
                    _ => {}
                }
            }
            Node::Const(_) | Node::Fail(_) | Node::Shared(_) => {}
        }
    }
}

impl Counted {
    fn walk_expressions<'b>(&'b self, visit: &mut impl FnMut(&'b Expr)) {
        let (Self::Field { filter, .. } | Self::Value { filter, .. }) = self;
        if let Self::Value { over, .. } = self {
            over.walk(&mut |expression, _| visit(&expression.root));
        }
        filter.iter().for_each(|filter| filter.walk_expressions(visit));
    }
}
