//! The engine: policies, linked and compiled, that judge resources.

mod actions;
mod assignments;
mod batch;
mod builder;
mod clash;
mod context;
mod decide;
mod edits;
mod judge;
mod notice;
mod repair;
mod request;
mod site;
mod trace;
mod types;
mod view;

pub use assignments::{Absence, AssignmentView, ExemptionView, PairView};
pub use batch::{Batch, Brief, Finder, Found, Judge, Judged, ReadRow, RowFault};
pub use builder::{DefaultMode, EngineBuilder};
pub use context::Context;
pub use edits::{Edit, edits};
pub use notice::NoticeView;
pub use repair::{LeftOut, PlannedChange, PlannedDeployment, Repair};
pub use request::{Deletion, DenialReason, Request, Ruling, RulingKind, Verdict};
pub use trace::Trace;
pub use view::{Evaluation, Outcome, PolicyView, RelatedView};

use clash::Clashes;
use notice::Noticed;

use crate::aliases::Aliases;
use crate::ast::{FieldName, Subject};
use crate::compile::{self, Folding};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Facts, NotAResource};
use crate::effects;
use crate::evaluate::{Machine, Silent};
use crate::governance::Place;
use crate::link::Tenant;
use crate::plan::{Policy, PolicyId, Residual};
use crate::related::Wanted;
use crate::value::{Node, Value, text::key_eq};
use site::Site;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock, RwLock};
use thiserror::Error;
use types::Types;

/// Policies that judge resources. Immutable, shared freely between threads; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    policies: Vec<Policy>,
    tenant: Tenant,
    /// What each policy looks for, where that is the same for every resource.
    wanted: Vec<Option<Wanted>>,
    aliases: Aliases,
    /// Which policies may say something on which type.
    types: Types,
    /// Residual plans by type, made when a type is first seen.
    residuals: RwLock<HashMap<Box<str>, Arc<Plans>>>,
    /// Plans of existence conditions, by policy and type in lower case, with the API version where it matters.
    existence: RwLock<HashMap<ExistenceKey, Arc<Residual>>>,
}

/// A policy, whether its plan is folded, and the type of its candidates, as [`spelled`].
type ExistenceKey = (PolicyId, bool, Box<str>);

/// The plans of one type and API version.
#[derive(Debug)]
struct Plans {
    resource_type: Box<str>,
    api_version: Option<Box<str>>,
    /// All policies, folded: for judging.
    judging: Residual,
    /// Which of them may be in each other's way; found when it is first asked for.
    clashes: OnceLock<Clashes>,
    /// Single policies, nothing folded: for explaining; made when they are first asked for.
    explaining: RwLock<HashMap<PolicyId, Arc<Residual>>>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("policies", &self.inner.policies.len()).finish()
    }
}

/// Why no engine was built, or no resource judged.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// Policies that cannot be used, with everything that is wrong with them.
    #[error("{}", .0.iter().filter(|d| d.is_error()).map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Policies(Vec<Diagnostic>),
    /// A document that is no resource.
    #[error(transparent)]
    NotAResource(#[from] NotAResource),
    /// A clock that is no timestamp of RFC 3339 in UTC.
    #[error("`{0}` is no timestamp such as `2026-01-31T12:00:00Z`")]
    Clock(String),
}

impl Engine {
    /// Begins an engine with the embedded alias knowledge.
    #[must_use]
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// The policies, in the order in which they were given.
    pub fn policies(&self) -> impl Iterator<Item = PolicyView<'_>> {
        self.inner.policies.iter().map(PolicyView)
    }

    /// Whether a policy has a condition on `type` that names this type, in any case.
    #[must_use]
    pub fn names_type(&self, resource_type: &str) -> bool {
        let names = |value: &Value| value.as_text().is_some_and(|text| key_eq(text, resource_type));
        self.inner.policies.iter().any(|policy| {
            let mut found = false;
            policy.definition.rule.condition.walk_leaves(false, &mut |leaf, _| {
                let about = matches!(&leaf.subject, Subject::Field(field) if field.name == FieldName::Type);
                found |= about
                    && leaf.operand.literal().is_some_and(|operand| {
                        names(operand) || operand.as_array().is_some_and(|list| list.iter().any(names))
                    });
            });
            found
        })
    }

    /// Whether a policy may look for this document as a related resource, or for a child inside it: what an index
    /// of related resources needs to hold.
    pub fn may_look_for<D: Document + ?Sized>(&self, document: &D) -> bool {
        let bare = Context::bare();
        let Ok(facts) = self.inner.facts(document.root(), bare) else { return false };
        let own = facts.resource_type();
        self.inner.policies.iter().filter_map(|policy| policy.demand.as_ref()).any(|demand| {
            match demand.resource_type.literal().and_then(|wanted| wanted.as_text()) {
                // The same type, or a parent that may hold it.
                Some(wanted) => {
                    let head = wanted.split_at_checked(own.len());
                    head.is_some_and(|(head, rest)| {
                        head.eq_ignore_ascii_case(own) && (rest.is_empty() || rest.starts_with('/'))
                    })
                }
                None => true,
            }
        })
    }

    /// Judges a whole resource body.
    ///
    /// # Errors
    /// [`NotAResource`] when the document has neither a type nor an id.
    pub fn evaluate<D: Document + ?Sized>(&self, document: &D) -> Result<Evaluation<'_>, NotAResource> {
        self.evaluate_in(document, Context::bare())
    }

    /// Judges a resource in its surroundings.
    ///
    /// # Errors
    /// [`NotAResource`] when the document has neither a type nor an id.
    pub fn evaluate_in<'e, D: Document + ?Sized>(
        &'e self,
        document: &D,
        context: &'e Context,
    ) -> Result<Evaluation<'e>, NotAResource> {
        self.evaluate_those(document, context, |_| true)
    }

    /// The same for some policies alone, by their places among [`Engine::policies`]: for the details of what a
    /// [`Judge`] found. Whether changes exclude each other is settled among these.
    ///
    /// # Errors
    /// [`NotAResource`] when the document has neither a type nor an id.
    pub fn evaluate_only<'e, D: Document + ?Sized>(
        &'e self,
        document: &D,
        context: &'e Context,
        policies: &[usize],
    ) -> Result<Evaluation<'e>, NotAResource> {
        let wanted: std::collections::HashSet<usize> = policies.iter().copied().collect();
        self.evaluate_those(document, context, |id| wanted.contains(&(id.0 as usize)))
    }

    fn evaluate_those<'e, D: Document + ?Sized>(
        &'e self,
        document: &D,
        context: &'e Context,
        those: impl Fn(PolicyId) -> bool,
    ) -> Result<Evaluation<'e>, NotAResource> {
        let inner = &*self.inner;
        let root = document.root();
        let facts = inner.facts(root, context)?;
        let plans = inner.plans(&facts, context);
        let residual = &plans.judging;
        let machine = Machine::new(root, &facts, residual, &inner.aliases, context.surroundings(), &Silent);
        let search = inner.search(context);
        let mut records = Vec::with_capacity(residual.policies.len());
        let site = Site::new(&inner.tenant, &facts, context);
        for left in residual.policies.iter().filter(|left| those(left.policy)) {
            if let Some(policy) = inner.policies.get(left.policy.0 as usize)
                && let Some(open) = site.holds(left.policy, policy)
                && let Some(record) = judge::judge(&machine, &site, open, policy, left, root, &facts, || {
                    let plan = |kind: &str, version: Option<&str>| {
                        inner.existence(left.policy, policy, kind, version, Folding::Full)
                    };
                    let prepared = inner.wanted.get(left.policy.0 as usize).and_then(Option::as_ref);
                    effects::find(&machine, policy, prepared, &facts, &search, plan)
                })
            {
                records.push(record);
            }
        }
        let notices = machine.noticed().into_iter().map(|n| Noticed::of(&inner.policies, n)).collect();
        let mut evaluation = Evaluation { engine: self, records, notices, context };
        evaluation.settle(document, &plans);
        Ok(evaluation)
    }
}

impl Engine {
    /// Where a resource is; nowhere for what is none.
    pub(crate) fn place<D: Document + ?Sized>(&self, document: &D, context: &Context) -> Place {
        let facts = self.inner.facts(document.root(), context);
        facts.map(|facts| Place::within(&facts, context.place())).unwrap_or_default()
    }

    /// The id of a resource as it is spelled.
    pub(crate) fn id<'d, D: Document + ?Sized>(&self, document: &'d D, context: &Context) -> Option<&'d str> {
        self.inner.facts(document.root(), context).ok()?.id()
    }

    /// What was linked.
    pub(crate) fn tenant(&self) -> &Tenant {
        &self.inner.tenant
    }
}

impl Inner {
    fn facts<'d, N: Node<'d>>(&self, root: N, context: &Context) -> Result<Facts<'d, N>, NotAResource> {
        Facts::read(root, context.completeness(), |kind| self.aliases.may_have_properties(kind))
    }

    fn plans<'d, N: Node<'d>>(&self, facts: &Facts<'d, N>, context: &Context) -> Arc<Plans> {
        let kind = facts.resource_type();
        let version = match self.aliases.has_versions(kind) {
            true => context.surroundings().api_version.as_deref().or_else(|| facts.api_version()),
            false => None,
        };
        self.plans_of(kind, version)
    }

    /// The plans of a type; `version` only where it decides.
    fn plans_of(&self, kind: &str, version: Option<&str>) -> Arc<Plans> {
        let key = spelled(self.types.key(kind), version);
        if let Ok(known) = self.residuals.read()
            && let Some(plans) = known.get(&*key)
        {
            return plans.clone();
        }
        let made = Arc::new(Plans {
            resource_type: kind.into(),
            api_version: version.map(Into::into),
            judging: self.narrow(kind, version),
            clashes: OnceLock::new(),
            explaining: RwLock::default(),
        });
        if let Ok(mut known) = self.residuals.write()
            && known.len() < MOST_PLANS
        {
            known.insert((*key).into(), made.clone());
        }
        made
    }

    /// Which policies of a type may be in each other's way.
    fn clashes<'p>(&self, plans: &'p Plans) -> &'p Clashes {
        plans.clashes.get_or_init(|| Clashes::among(self, plans))
    }

    /// What is left of all policies for a type.
    fn narrow(&self, kind: &str, version: Option<&str>) -> Residual {
        let meant = self.types.of(kind);
        let policies = meant.filter_map(|id| Some((id, self.policies.get(id.0 as usize)?)));
        compile::narrow(policies, kind, version, &self.aliases, Folding::Full)
    }

    /// What searches for related resources have at hand.
    fn search<'c>(&'c self, context: &'c Context) -> effects::Search<'c> {
        effects::Search {
            related: context.related_resources(),
            aliases: &self.aliases,
            properties_as_missing: context.takes_properties_as_missing(),
            incomplete_as_unknown: context.takes_incomplete_as_unknown(),
            seeker: OnceCell::new(),
        }
    }

    /// The plan of a policy's existence condition on candidates of a type and API version.
    fn existence(
        &self,
        id: PolicyId,
        policy: &Policy,
        kind: &str,
        version: Option<&str>,
        folding: Folding,
    ) -> Arc<Residual> {
        let version = version.filter(|_| self.aliases.has_versions(kind));
        let key = (id, folding == Folding::Full, Box::from(&*spelled(Cow::Borrowed(kind), version)));
        if let Ok(known) = self.existence.read()
            && let Some(plan) = known.get(&key)
        {
            return plan.clone();
        }
        let made = Arc::new(compile::narrow_existence(policy, kind, version, &self.aliases, folding));
        if let Ok(mut known) = self.existence.write()
            && known.len() < MOST_PLANS
        {
            known.insert(key, made.clone());
        }
        made
    }

    /// The plan that explains one policy.
    fn explaining(&self, plans: &Plans, id: PolicyId, policy: &Policy) -> Arc<Residual> {
        if let Ok(known) = plans.explaining.read()
            && let Some(plan) = known.get(&id)
        {
            return plan.clone();
        }
        let version = plans.api_version.as_deref();
        let made = Arc::new(compile::narrow(
            [(PolicyId(0), policy)],
            &plans.resource_type,
            version,
            &self.aliases,
            Folding::None,
        ));
        if let Ok(mut known) = plans.explaining.write() {
            known.insert(id, made.clone());
        }
        made
    }
}

/// The key of plans: the type with the API version where that decides.
fn spelled<'k>(kind: Cow<'k, str>, version: Option<&str>) -> Cow<'k, str> {
    match version {
        Some(version) => Cow::Owned(format!("{kind}@{version}")),
        None => kind,
    }
}

/// A bound on the memory of plans: exports hold some hundred types, but an odd one may spell each row's anew.
const MOST_PLANS: usize = 20_000;

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Engine>();
    shared::<Context>();
    shared::<Error>();
};
