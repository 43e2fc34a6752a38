//! The trace of the observer as a decision tree: what was compared with what, where, and what would have to hold.

mod decisive;
mod element;
mod path;
mod sentence;
mod tracer;
mod written;

pub use path::{Location, PathItem};
pub use sentence::{Values, is_secret};
pub(crate) use sentence::{masked, plain};

use crate::aliases::{self, Aliases, Layer, Resolution};
use crate::evaluate::{Group, Truth};
use crate::operators;
use crate::plan::{SiteLeaf, SubjectKind};
use crate::source::{Position, Source, Span};
use crate::value::{Fault, Value};
pub(crate) use element::{found, settle};
pub(crate) use tracer::Tracer;
pub use written::{Written, WrittenEffect};

/// Why a policy says what it says of one resource.
#[derive(Clone, Debug)]
pub struct Explanation {
    pub(crate) source: Source,
    pub(crate) root: ExplanationNode,
    /// What the search for a related resource came to.
    pub(crate) search: Option<SearchExplained>,
    /// In a trace the existence condition on each candidate.
    pub(crate) candidates: Vec<ExplanationNode>,
}

/// A search for a related resource, told.
#[derive(Clone, Debug)]
pub(crate) struct SearchExplained {
    /// What it came to.
    pub(crate) sentence: String,
    /// The existence condition on the candidate that was judged last; `None` without either.
    pub(crate) existence: Option<ExplanationNode>,
    /// Where that candidate is the only one and does not satisfy: who does not, for a reason to follow.
    pub(crate) lone: Option<String>,
}

/// A combinator or condition with its outcome.
#[derive(Clone, Debug)]
pub struct ExplanationNode {
    pub(crate) span: Span,
    pub(crate) truth: Truth,
    pub(crate) kind: NodeKind,
}

#[derive(Clone, Debug)]
pub(crate) enum NodeKind {
    Group(Group, Vec<ExplanationNode>),
    Condition(Box<Compared>),
}

/// A condition as it was judged.
#[derive(Clone, Debug)]
pub struct Compared {
    pub(crate) span: Span,
    pub(crate) truth: Truth,
    pub(crate) leaf: SiteLeaf,
    pub(crate) operand: Option<Value>,
    pub(crate) fault: Option<Fault>,
    pub(crate) sights: Vec<Side>,
    pub(crate) open: Vec<Location>,
    pub(crate) alias: Option<AliasRead>,
    /// In a trace the `where` of a count on each element.
    pub(crate) elements: Vec<ExplanationNode>,
    /// In an explanation what one element says.
    pub(crate) example: Option<Box<element::Example>>,
}

/// Where an alias was read, and who said so (spec L-62).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasRead {
    pub(crate) path: String,
    pub(crate) layer: Layer,
    pub(crate) guess: bool,
}

impl AliasRead {
    /// What the aliases say for a type and API version; `None` for an alias of other types.
    pub(crate) fn of(
        aliases: &Aliases,
        resource_type: &str,
        alias: &str,
        version: Option<&str>,
    ) -> Option<Self> {
        match aliases.resolve(resource_type, alias, version) {
            Resolution::Path(path) => Some(Self {
                path: aliases::show(path.steps()),
                layer: path.layer(),
                guess: path.layer() == Layer::Rule && aliases.is_known(alias) == Some(false),
            }),
            _ => None,
        }
    }
}

/// One left side of a condition.
#[derive(Clone, Debug)]
pub struct Side {
    pub(crate) location: Location,
    pub(crate) value: Option<Value>,
    pub(crate) held: bool,
}

impl Explanation {
    /// The policy's text.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The tree of the rule, in the author's order.
    #[must_use]
    pub fn root(&self) -> &ExplanationNode {
        &self.root
    }

    /// The conditions that decided, in source order (spec S-44).
    #[must_use]
    pub fn decisive(&self) -> Vec<&Compared> {
        decisive::of(&self.root)
    }

    /// The existence condition as judged on the candidate that came last (spec S-45); its places are in that
    /// candidate. `None` where nothing was looked for, there was no candidate, or any candidate will do.
    #[must_use]
    pub fn existence(&self) -> Option<&ExplanationNode> {
        self.search.as_ref()?.existence.as_ref()
    }

    /// In a trace the existence condition on each candidate, those behind the first that satisfies included; empty
    /// in an explanation, and where nothing was looked for.
    #[must_use]
    pub fn candidates(&self) -> &[ExplanationNode] {
        &self.candidates
    }

    /// The conditions that an evaluation's details list, in source order: those that decided the rule, or where a
    /// related resource was looked for those that decided the existence condition (spec S-44, S-45).
    #[must_use]
    pub fn evaluated(&self) -> Vec<&Compared> {
        match &self.search {
            Some(search) => search.existence.as_ref().map(decisive::of).unwrap_or_default(),
            None => self.decisive(),
        }
    }

    /// The one condition that says most: what would have to be set, before what would have to be unset, and
    /// never the type where there is another (spec S-72). Where several ask one place for different things, any of
    /// which would do, the first of them.
    #[must_use]
    pub fn reason(&self) -> Option<&Compared> {
        decisive::main(&self.root).first().copied()
    }

    /// What would have to hold, of the first decisive condition that is not about the type (spec S-53, S-72): of
    /// the related resource where one was judged, else that there be one.
    #[must_use]
    pub fn reason_code(&self) -> Option<&'static str> {
        let evaluated = self.evaluated();
        let about_type = |c: &&Compared| c.leaf.subject.eq_ignore_ascii_case("type");
        let first = evaluated.iter().find(|c| !about_type(c)).or(evaluated.first()).map(|c| c.demand());
        first.or_else(|| self.search.is_some().then_some("NoRelatedResource"))
    }

    /// The condition whose failure made the rule fail, if one did.
    #[must_use]
    pub fn failed(&self) -> Option<&Compared> {
        decisive::failed(&self.root)
    }

    /// The conditions that leave the rule unknown, in source order.
    #[must_use]
    pub fn unknown(&self) -> Vec<&Compared> {
        decisive::unknown(&self.root)
    }

    /// What is wrong, in one sentence; `None` when no condition decided.
    #[must_use]
    pub fn sentence(&self, values: Values) -> Option<String> {
        if let Some(search) = &self.search {
            let main = search.existence.as_ref().map(decisive::main).unwrap_or_default();
            return Some(match (&search.lone, sentence::of_any(&main, values)) {
                (Some(lone), Some(told)) => format!("{lone}: {told}"),
                _ => search.sentence.clone(),
            });
        }
        match self.failed() {
            Some(failed) => Some(sentence::of(failed, values)),
            None => sentence::of_any(&decisive::main(&self.root), values),
        }
    }
}

impl ExplanationNode {
    /// A tree without conditions.
    pub(crate) fn nothing() -> Self {
        Self { span: Span::default(), truth: Truth::False, kind: NodeKind::Group(Group::All, Vec::new()) }
    }

    /// The outcome of this node.
    #[must_use]
    pub fn truth(&self) -> Truth {
        self.truth
    }

    /// Bytes of the node in the policy's text.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The members of a combinator; empty for a condition.
    #[must_use]
    pub fn members(&self) -> &[ExplanationNode] {
        match &self.kind {
            NodeKind::Group(_, members) => members,
            NodeKind::Condition(_) => &[],
        }
    }

    /// `allOf`, `anyOf`, `not`; `None` for a condition.
    #[must_use]
    pub fn group(&self) -> Option<&'static str> {
        match &self.kind {
            NodeKind::Group(Group::All, _) => Some("allOf"),
            NodeKind::Group(Group::Any, _) => Some("anyOf"),
            NodeKind::Group(Group::Not, _) => Some("not"),
            NodeKind::Condition(_) => None,
        }
    }

    /// The condition; `None` for a combinator.
    #[must_use]
    pub fn condition(&self) -> Option<&Compared> {
        match &self.kind {
            NodeKind::Condition(compared) => Some(compared),
            NodeKind::Group(..) => None,
        }
    }
}

impl Compared {
    /// The outcome.
    #[must_use]
    pub fn truth(&self) -> Truth {
        self.truth
    }

    /// Bytes of the condition's object in the policy's text.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Bytes of the operator and its operand in the policy's text.
    #[must_use]
    pub fn test_span(&self) -> Span {
        self.leaf.test_span
    }

    /// Line and column of the condition.
    #[must_use]
    pub fn position(&self, source: &Source) -> Position {
        source.position(self.span.start)
    }

    /// The field, value or counted array as written; of a field that parameters give what they make of it.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.leaf.subject
    }

    /// Where the alias of the field or counted array leads on this resource's type; `None` for other subjects,
    /// and for aliases of other types.
    #[must_use]
    pub fn alias(&self) -> Option<&AliasRead> {
        self.alias.as_ref()
    }

    /// `Field`, `Value` or `Count`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.leaf.kind {
            SubjectKind::Field => "Field",
            SubjectKind::Value => "Value",
            SubjectKind::Count => "Count",
        }
    }

    /// The operator's name.
    #[must_use]
    pub fn operator(&self) -> &'static str {
        operators::row(self.leaf.operator).name
    }

    /// The right side, if it came to that.
    #[must_use]
    pub fn operand(&self) -> Option<&Value> {
        self.operand.as_ref()
    }

    /// The failure, if it failed.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// The left sides that were looked at.
    #[must_use]
    pub fn sides(&self) -> &[Side] {
        &self.sights
    }

    /// The left side that decided: the first that did not hold, or the first.
    #[must_use]
    pub fn side(&self) -> Option<&Side> {
        match self.leaf.kind {
            // For counts the number comes last, behind the places of the elements that were counted.
            SubjectKind::Count => self.sights.last(),
            _ => self.sights.iter().find(|s| s.held != (self.truth == Truth::False)).or(self.sights.first()),
        }
    }

    /// The first elements that a count counted: by their place in the resource, or the members of a given array
    /// by their value. Empty for other conditions, and where the count did not come to a comparison.
    #[must_use]
    pub fn counted(&self) -> &[Side] {
        match (self.leaf.kind, self.truth, self.sights.split_last()) {
            (SubjectKind::Count, Truth::True | Truth::False, Some((_, counted))) => counted,
            _ => &[],
        }
    }

    /// In a trace the `where` of a count on each element that it ranges over, up to one that failed; empty in an
    /// explanation, for other conditions, and for a count without `where`.
    #[must_use]
    pub fn elements(&self) -> &[ExplanationNode] {
        &self.elements
    }

    /// The number that a count came to: of the elements that certainly count, where some are not known. `None` for
    /// other conditions, and where the count did not come to a comparison.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        match (self.leaf.kind, self.truth) {
            (SubjectKind::Count, Truth::True | Truth::False) => self.sights.last()?.value.as_ref()?.as_int(),
            _ => None,
        }
    }

    /// Whether the condition would hold if a count had come to this number; `None` for other conditions, without
    /// operand, and where the comparison fails.
    #[must_use]
    pub fn would_hold(&self, number: i64) -> Option<bool> {
        let operand = self.operand.as_ref().filter(|_| self.leaf.kind == SubjectKind::Count)?;
        let check = operators::Check::prepare_literal(self.leaf.operator, operand).ok()?;
        check.holds(Some(&Value::int(number)), operators::Side::Value).ok()
    }

    /// Where in the resource to look.
    #[must_use]
    pub fn location(&self) -> Option<&Location> {
        match self.leaf.kind {
            SubjectKind::Count => {
                self.sights.first().map(|side| &side.location).filter(|l| !l.items().is_empty())
            }
            _ => self.side().map(|side| &side.location),
        }
    }

    /// Where in the resource to look first: as `location`, but of a count the innermost element that counts, such as
    /// the one address of the one rule of the one collection, or what is the matter with it.
    #[must_use]
    pub fn nearest(&self) -> Option<&Location> {
        match self.example.as_deref() {
            Some(element::Example::Counts(counted)) => Some(counted.nearest()),
            _ => self.location(),
        }
    }

    /// Of a condition that is unknown the places that were read and may be what is not known.
    #[must_use]
    pub fn open(&self) -> &[Location] {
        &self.open
    }

    /// Whether the subject names a secret, whose value must not be printed.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        match self.leaf.kind {
            // An expression is as secret as what it reads.
            SubjectKind::Value => self.leaf.subject.split('\'').any(sentence::is_secret),
            _ => sentence::is_secret(&self.leaf.subject),
        }
    }

    /// A side of this condition as it may be printed.
    #[must_use]
    pub fn shown(&self, value: &Value, values: Values) -> Value {
        match values {
            Values::Show => value.clone(),
            Values::MaskSecrets if self.is_secret() => Value::text("******"),
            Values::MaskSecrets => masked(value),
        }
    }

    /// A counted element as data: its path, or the member itself.
    #[must_use]
    pub fn element(&self, side: &Side, values: Values) -> serde_json::Value {
        match &side.value {
            Some(member) => self.shown(member, values).to_json(),
            None => side.location.json_path().into(),
        }
    }

    /// What the left side that decided is, in words: ``is `x` ``, `is missing`.
    #[must_use]
    pub fn finding(&self, values: Values) -> String {
        sentence::finding(self, values)
    }

    /// What would have to hold: `MustEqual`, `MustExist`, … (spec S-70).
    #[must_use]
    pub fn demand(&self) -> &'static str {
        let row = operators::row(self.leaf.operator);
        let wants_absence = self.leaf.operator == crate::ast::Operator::Exists
            && !matches!(self.operand, Some(Value::Bool(true)))
            && !self
                .operand
                .as_ref()
                .and_then(Value::as_text)
                .is_some_and(|t| t.eq_ignore_ascii_case("true"));
        let (when_false, when_true) =
            if wants_absence { (row.demands.1, row.demands.0) } else { row.demands };
        if self.truth == Truth::True { when_true } else { when_false }
    }
}

impl AliasRead {
    /// The path, such as `properties.ipRules[*].value`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the path is a guess: the default rule gave it, and no list has the alias.
    #[must_use]
    pub fn is_guess(&self) -> bool {
        self.guess
    }

    /// Which layer of alias knowledge gave it.
    #[must_use]
    pub fn layer(&self) -> Layer {
        self.layer
    }
}

impl Side {
    /// Where it is in the resource.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Its value; `None` when it is missing.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        self.value.as_ref()
    }

    /// Whether the operator held.
    #[must_use]
    pub fn held(&self) -> bool {
        self.held
    }
}
