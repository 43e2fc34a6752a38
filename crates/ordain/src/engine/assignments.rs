//! What callers see of assignments: their pairs, groups, messages, exemptions.

use super::{Context, Engine, Inner, Outcome, PolicyView};
use crate::ast::{Enforcement, Exemption, PolicyType};
use crate::document::{Document, NotAResource};
use crate::engine::site::Site;
use crate::governance::Standing;
use crate::ids::Hierarchy;
use crate::link::{Assigned, Pair};
use crate::plan::PolicyId;
use crate::value::Object;
use std::fmt;

/// An assignment, or a policy that is judged as if it were assigned once (spec G-102).
#[derive(Clone, Copy)]
pub struct AssignmentView<'e> {
    inner: &'e Inner,
    at: u32,
}

/// A policy of an assignment: a member of its initiative, or its single definition.
#[derive(Clone, Copy)]
pub struct PairView<'e> {
    inner: &'e Inner,
    at: u32,
}

/// An exemption that covers something.
#[derive(Clone, Copy, Debug)]
pub struct ExemptionView<'e>(&'e Exemption);

/// Why a pair leaves no record for a resource (spec S-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Absence {
    /// The resource is not within the assignment's scope.
    OutOfScope,
    /// It is within a scope that the assignment excludes.
    Excluded,
    /// No resource selector of the assignment picks it.
    NotSelected,
    /// The effect is disabled, for this resource at least.
    Disabled,
    /// The policy does not apply to it: type, mode, or a rule that is false where the rule decides.
    NotApplicable,
}

impl Absence {
    /// The name that reports carry.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OutOfScope => "outOfScope",
            Self::Excluded => "excluded",
            Self::NotSelected => "notSelected",
            Self::Disabled => "disabled",
            Self::NotApplicable => "notApplicable",
        }
    }
}

impl Engine {
    /// The assignments in the order of spec G-100: from management groups down, then by id. Without any, the
    /// initiatives and definitions that stand for them.
    pub fn assignments(&self) -> impl ExactSizeIterator<Item = AssignmentView<'_>> {
        (0..self.inner.tenant.assigned.len()).map(|at| AssignmentView { inner: &self.inner, at: index(at) })
    }

    /// Whether anything is assigned; else every policy is judged on everything.
    #[must_use]
    pub fn has_assignments(&self) -> bool {
        self.inner.tenant.is_assigned
    }

    /// The management groups above the subscriptions, as far as the documents told.
    #[must_use]
    pub fn hierarchy(&self) -> &Hierarchy {
        &self.inner.tenant.hierarchy
    }

    /// The pair that a policy is judged for.
    pub(super) fn pair_of<'e>(&'e self, policy: PolicyView<'e>) -> PairView<'e> {
        PairView { inner: &self.inner, at: policy.0.pair }
    }

    /// The exemptions that belong to an assignment, by id.
    pub fn exemptions(&self) -> impl ExactSizeIterator<Item = ExemptionView<'_>> {
        self.inner.tenant.exemptions.iter().map(|exemption| ExemptionView(exemption))
    }

    /// Why a pair leaves no record for a resource; `None` when it leaves one.
    ///
    /// # Errors
    /// [`NotAResource`] when the document has neither a type nor an id.
    pub fn absence<D: Document + ?Sized>(
        &self,
        document: &D,
        context: &Context,
        pair: PairView<'_>,
    ) -> Result<Option<Absence>, NotAResource> {
        let inner = &*self.inner;
        let facts = inner.facts(document.root(), context)?;
        let site = Site::new(&inner.tenant, &facts, context);
        let Some(linked) = pair.data() else { return Ok(Some(Absence::NotApplicable)) };
        let absence = match site.standing(linked) {
            Standing::OutOfScope => Some(Absence::OutOfScope),
            Standing::Excluded => Some(Absence::Excluded),
            Standing::NotSelected => Some(Absence::NotSelected),
            Standing::Inside(_) => None,
        };
        if absence.is_some() {
            return Ok(absence);
        }
        let chosen = site.variant(linked).and_then(|PolicyId(at)| inner.policies.get(at as usize));
        if chosen.is_some_and(|policy| policy.silent) {
            return Ok(Some(Absence::Disabled));
        }
        let evaluation = self.evaluate_in(document, context)?;
        let judged = evaluation.outcomes().any(|outcome| outcome.pair().at == pair.at);
        Ok((!judged).then_some(Absence::NotApplicable))
    }
}

impl<'o> Outcome<'o> {
    /// The pair of assignment and policy that was judged.
    #[must_use]
    pub fn pair(&self) -> PairView<'o> {
        PairView { inner: &self.evaluation.engine.inner, at: self.policy_data().pair }
    }

    /// Whether what the policy prevents is prevented here: `false` under `DoNotEnforce`, without an enrollment,
    /// and for what is exempt (spec E-32, E-33, G-83).
    #[must_use]
    pub fn is_enforced(&self) -> bool {
        self.record.enforced
    }

    /// The non-compliance message that the assignment has for the pair (spec G-62).
    #[must_use]
    pub fn message(&self) -> Option<&'o str> {
        self.pair().message()
    }

    /// Whether the policy only asks for attestations.
    pub(crate) fn is_manual(&self) -> bool {
        matches!(self.policy_data().consequence, crate::plan::Consequence::Attest(_))
    }

    /// The management groups that are known.
    pub(crate) fn hierarchy(&self) -> &'o Hierarchy {
        &self.evaluation.engine.inner.tenant.hierarchy
    }

    /// The exemptions that cover the pair here, in the order of their ids (spec G-90).
    pub fn exemptions(&self) -> impl Iterator<Item = ExemptionView<'o>> {
        let tenant = &self.evaluation.engine.inner.tenant;
        let holding = self.record.exemptions.as_deref().map_or(&[][..], |covers| &covers.holding);
        holding.iter().filter_map(|at| tenant.exemptions.get(*at as usize).map(|e| ExemptionView(e)))
    }

    /// The one of them that is shown as the reason: mitigated before waived, the later end first (spec G-90).
    #[must_use]
    pub fn exemption(&self) -> Option<ExemptionView<'o>> {
        let end = |e: &ExemptionView<'_>| e.0.expires.as_ref().map_or(i128::MAX, |(_, at)| *at);
        self.exemptions().min_by_key(|e| (e.0.category, std::cmp::Reverse(end(e))))
    }

    /// The exemptions that would cover the pair here if they had not ended.
    pub(crate) fn ended(&self) -> &'o [u32] {
        self.record.exemptions.as_deref().map_or(&[], |covers| &covers.ended)
    }

    /// The id of the attestation that decided the state of a manual policy.
    #[must_use]
    pub fn attestation_id(&self) -> Option<&'o str> {
        self.record.attestation.as_deref().map(|attestation| &*attestation.identity.id)
    }
}

impl fmt::Debug for AssignmentView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AssignmentView").field(&self.id()).finish()
    }
}

impl fmt::Debug for PairView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PairView").field(&self.assignment().id()).field(&self.reference_id()).finish()
    }
}

impl<'e> AssignmentView<'e> {
    fn data(self) -> Option<&'e Assigned> {
        self.inner.tenant.assigned.get(self.at as usize)
    }

    /// Its place among [`Engine::assignments`].
    #[must_use]
    pub fn index(self) -> usize {
        self.at as usize
    }

    /// Its id as its document spells it; that of the policy which stands for it otherwise.
    #[must_use]
    pub fn id(self) -> &'e str {
        self.data().map_or("", |assigned| &assigned.id)
    }

    /// The last segment of its id.
    #[must_use]
    pub fn name(self) -> &'e str {
        self.id().rsplit('/').next().unwrap_or_default()
    }

    /// What people call it.
    #[must_use]
    pub fn display_name(self) -> &'e str {
        self.data().map_or("", |assigned| &assigned.display_name)
    }

    /// Whether there is no such document: a policy is judged as if it were assigned once.
    #[must_use]
    pub fn is_stand_in(self) -> bool {
        self.data().is_none_or(Assigned::is_stand_in)
    }

    /// Where it holds; `None` for a stand-in, which holds everywhere, and for one whose document has errors.
    #[must_use]
    pub fn scope(self) -> Option<&'e str> {
        Some(self.data()?.document.as_ref()?.scope.as_str())
    }

    /// `Default`, `DoNotEnforce` or `Enroll`.
    #[must_use]
    pub fn enforcement_mode(self) -> &'static str {
        match self.data().and_then(|a| a.document.as_ref()).map_or(Enforcement::Default, |d| d.enforcement) {
            Enforcement::Default => "Default",
            Enforcement::DoNotEnforce => "DoNotEnforce",
            Enforcement::Enroll => "Enroll",
        }
    }

    /// The id of its initiative; `None` for a single definition.
    #[must_use]
    pub fn initiative_id(self) -> Option<&'e str> {
        Some(&self.data()?.initiative.as_ref()?.identity.id)
    }

    /// What people call its initiative.
    #[must_use]
    pub fn initiative_display_name(self) -> Option<&'e str> {
        Some(&self.data()?.initiative.as_ref()?.identity.display_name)
    }

    /// The version of its initiative; may be empty.
    #[must_use]
    pub fn initiative_version(self) -> Option<&'e str> {
        Some(&self.data()?.initiative.as_ref()?.version)
    }

    /// The category of its initiative; may be empty.
    #[must_use]
    pub fn initiative_category(self) -> Option<&'e str> {
        Some(&self.data()?.initiative.as_ref()?.category)
    }

    /// The parameters of its initiative as bound.
    #[must_use]
    pub fn initiative_parameters(self) -> Option<&'e Object> {
        let assigned = self.data()?;
        assigned.initiative.as_ref()?;
        Some(&assigned.initiative_parameters)
    }

    /// Its `parameters` as written.
    #[must_use]
    pub fn parameters(self) -> Option<&'e crate::value::Value> {
        self.data()?.document.as_ref()?.parameters_json.as_ref()
    }

    /// Groups of its initiative: name, category, name for people.
    pub fn groups(self) -> impl ExactSizeIterator<Item = (&'e str, &'e str, &'e str)> {
        let groups = self.data().map_or(&[][..], Assigned::groups);
        groups.iter().map(|group| (&*group.name, &*group.category, &*group.display_name))
    }

    /// Its pairs in the order of the initiative, those that could not be linked included.
    pub fn pairs(self) -> impl ExactSizeIterator<Item = PairView<'e>> {
        let pairs = self.data().map_or(0..0, |assigned| assigned.pairs.clone());
        let inner = self.inner;
        (pairs.start as usize..pairs.end as usize).map(move |at| PairView { inner, at: index(at) })
    }

    /// The code of the diagnostic that says why nothing of it could be linked.
    #[must_use]
    pub fn error(self) -> Option<&'static str> {
        self.data()?.error
    }
}

impl<'e> PairView<'e> {
    fn data(self) -> Option<&'e Pair> {
        self.inner.tenant.pairs.get(self.at as usize)
    }

    /// Its place among the pairs of all assignments, in their order.
    #[must_use]
    pub fn index(self) -> usize {
        self.at as usize
    }

    /// The assignment that it is of.
    #[must_use]
    pub fn assignment(self) -> AssignmentView<'e> {
        AssignmentView { inner: self.inner, at: self.data().map_or(0, |pair| pair.assigned) }
    }

    /// Its reference id in the initiative; empty for a single definition.
    #[must_use]
    pub fn reference_id(self) -> &'e str {
        self.data().map_or("", |pair| &pair.reference)
    }

    /// The id of its definition.
    #[must_use]
    pub fn definition_id(self) -> &'e str {
        self.data().map_or("", |pair| &pair.definition_id)
    }

    /// What people call its definition; the id where that was not given.
    #[must_use]
    pub fn display_name(self) -> &'e str {
        let known = self.data().and_then(|pair| pair.definition.as_ref());
        known.map_or(self.definition_id(), |definition| &definition.display_name)
    }

    /// Whether Microsoft's own audits fill it (spec S-23).
    #[must_use]
    pub fn is_static(self) -> bool {
        let known = self.data().and_then(|pair| pair.definition.as_ref());
        known.is_some_and(|definition| definition.policy_type == PolicyType::Static)
    }

    /// Names of its groups.
    pub fn groups(self) -> impl Iterator<Item = &'e str> {
        let own = self.data().map_or(&[][..], |pair| &pair.groups);
        let groups = self.assignment().data().map_or(&[][..], Assigned::groups);
        own.iter().filter_map(|at| groups.get(*at as usize)).map(|group| &*group.name)
    }

    /// Its groups by their place in the initiative.
    pub(crate) fn group_places(self) -> &'e [u32] {
        self.data().map_or(&[], |pair| &pair.groups)
    }

    /// The non-compliance message that is chosen for it (spec G-62).
    #[must_use]
    pub fn message(self) -> Option<&'e str> {
        self.data()?.message.as_deref()
    }

    /// What is judged where no override holds.
    #[must_use]
    pub fn policy(self) -> Option<PolicyView<'e>> {
        let at = self.data()?.variants.last()?.policy?;
        self.inner.policies.get(at as usize).map(PolicyView)
    }

    /// The code of the diagnostic that says why it could not be linked: it leaves no records (spec S-9).
    #[must_use]
    pub fn error(self) -> Option<&'static str> {
        self.data()?.error
    }
}

impl<'e> ExemptionView<'e> {
    /// Its id.
    #[must_use]
    pub fn id(self) -> &'e str {
        &self.0.identity.id
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'e str {
        &self.0.identity.name
    }

    /// What people call it.
    #[must_use]
    pub fn display_name(self) -> &'e str {
        &self.0.identity.display_name
    }

    /// `Waiver` or `Mitigated`.
    #[must_use]
    pub fn category(self) -> &'static str {
        self.0.category.name()
    }

    /// When it ends, as written.
    #[must_use]
    pub fn expires_on(self) -> Option<&'e str> {
        self.0.expires.as_ref().map(|(text, _)| &**text)
    }

    /// When it ends, in ticks of 100 ns since the beginning of year 1.
    pub(crate) fn ends(self) -> Option<i128> {
        self.0.expires.as_ref().map(|(_, at)| *at)
    }

    /// Its document.
    pub(crate) fn data(self) -> &'e Exemption {
        self.0
    }
}

fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
