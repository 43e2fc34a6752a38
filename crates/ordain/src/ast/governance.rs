//! What is assigned where: initiatives, assignments, exemptions, enrollments, attestations (spec 08).

use super::{Effect, Parameter, Template};
use crate::ids::Scope;
use crate::source::{Source, Span};
use crate::value::Value;
use std::sync::Arc;

/// What every policy object has: where it was read, what it is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// The file that it was read from.
    pub source: Source,
    /// Bytes of the object.
    pub span: Span,
    /// Its id, given or derived.
    pub id: Arc<str>,
    /// The id in its normal form (spec G-3).
    pub key: Arc<str>,
    /// Whether the document gives the id; else it is settled when all documents are there (spec I-63).
    pub has_id: bool,
    /// Its name.
    pub name: Arc<str>,
    /// `displayName`; the name where there is none.
    pub display_name: Arc<str>,
    /// `description`
    pub description: Arc<str>,
}

/// A document that says what it is but cannot be used: what refers to it fails with it, under the same name, and
/// an assignment keeps its node (spec S-9).
#[derive(Clone, Debug, PartialEq)]
pub struct Broken {
    /// What it would be.
    pub kind: BrokenKind,
    /// The id in its normal form, without a version.
    pub key: Arc<str>,
    /// The id as it is spelled.
    pub id: Arc<str>,
    /// What people call it.
    pub display_name: Arc<str>,
    /// The code of the first error.
    pub code: &'static str,
}

/// Documents that others refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BrokenKind {
    Definition,
    Initiative,
    Assignment,
}

/// A text with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Spelled {
    /// What was written.
    pub text: Arc<str>,
    /// Where.
    pub span: Span,
}

/// A policy set (spec G-27).
#[derive(Clone, Debug)]
pub struct Initiative {
    /// Names and place.
    pub identity: Identity,
    /// `metadata.category`
    pub category: Arc<str>,
    /// Effective version (spec D-31, G-20); empty when none.
    pub version: Arc<str>,
    /// Its own parameters.
    pub parameters: Vec<Parameter>,
    /// `policyDefinitions`, in order; repeated reference ids are left out.
    pub references: Vec<Reference>,
    /// `policyDefinitionGroups`, those made for dangling names included.
    pub groups: Vec<Group>,
}

/// A member of an initiative (spec G-28).
#[derive(Clone, Debug)]
pub struct Reference {
    /// `policyDefinitionId`; a name until the ids of its repository are settled (spec I-66).
    pub definition: Spelled,
    /// `policyDefinitionReferenceId`; `#n` where there is none (spec G-30).
    pub id: Spelled,
    /// Parameter values, which may be expressions over the initiative's parameters; the code of what is wrong with
    /// one of them, which has been told: the pair has no records then.
    pub parameters: Result<Vec<(Spelled, Template)>, &'static str>,
    /// `definitionVersion`
    pub version: Option<Spelled>,
    /// `effectiveDefinitionVersion`
    pub effective_version: Option<Arc<str>>,
    /// Names of groups.
    pub groups: Vec<Spelled>,
}

/// A group of an initiative: a control (spec G-31).
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// `name`
    pub name: Arc<str>,
    /// `category`; the domain above the control.
    pub category: Arc<str>,
    /// `displayName`; the name where there is none.
    pub display_name: Arc<str>,
}

/// An assignment (spec G-47).
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Names and place.
    pub identity: Identity,
    /// `policyDefinitionId`: a definition or an initiative.
    pub definition: Spelled,
    /// `definitionVersion`
    pub version: Option<Spelled>,
    /// `effectiveDefinitionVersion`
    pub effective_version: Option<Arc<str>>,
    /// Where it holds.
    pub scope: Scope,
    /// Where it does not.
    pub not_scopes: Vec<(Scope, Span)>,
    /// The values given.
    pub parameters: Vec<(Spelled, Value, Span)>,
    /// `parameters` as JSON, for records in Azure's shape.
    pub parameters_json: Option<Value>,
    /// Whether what is not compliant is also prevented.
    pub enforcement: Enforcement,
    /// `nonComplianceMessages`
    pub messages: Vec<Message>,
    /// `resourceSelectors`
    pub selectors: Vec<SelectorSet>,
    /// `overrides`
    pub overrides: Vec<Override>,
    /// Whether it has an identity to repair with (spec G-50).
    pub has_identity: bool,
}

impl Assignment {
    /// Whether its resource selectors ask for reference ids, which is meant for overrides (spec G-66).
    #[must_use]
    pub fn asks_references(&self) -> bool {
        let asks = |s: &Selector| s.kind == SelectorKind::PolicyDefinitionReferenceId;
        self.selectors.iter().any(|set| set.selectors.iter().any(asks))
    }
}

/// `enforcementMode` (spec G-54).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Enforcement {
    /// What is denied is refused.
    #[default]
    Default,
    /// It is only told.
    DoNotEnforce,
    /// Only where an enrollment says so.
    Enroll,
}

/// A member of `nonComplianceMessages` (spec G-60).
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The text.
    pub text: Arc<str>,
    /// Which reference it is for; all where there is none.
    pub reference: Option<Spelled>,
}

/// Conditions on resources that must hold together (spec G-64).
#[derive(Clone, Debug, PartialEq)]
pub struct SelectorSet {
    /// Its name; may be empty.
    pub name: Arc<str>,
    /// The conditions.
    pub selectors: Vec<Selector>,
}

/// One condition (spec G-66).
#[derive(Clone, Debug, PartialEq)]
pub struct Selector {
    /// What is looked at.
    pub kind: SelectorKind,
    /// Whether the listed values are wanted or not.
    pub wanted: bool,
    /// The listed values in lower case, but for reference ids; locations in their normal form.
    pub values: Vec<Arc<str>>,
    /// `progress` of a rollout.
    pub progress: u8,
}

/// What a selector looks at (spec G-66).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SelectorKind {
    ResourceLocation,
    ResourceType,
    ResourceWithoutLocation,
    PolicyDefinitionReferenceId,
    UserPrincipalId,
    GroupPrincipalId,
    ResourceRolloutPercentage,
}

impl SelectorKind {
    /// All kinds with their canonical spelling.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::ResourceLocation, "resourceLocation"),
        (Self::ResourceType, "resourceType"),
        (Self::ResourceWithoutLocation, "resourceWithoutLocation"),
        (Self::PolicyDefinitionReferenceId, "policyDefinitionReferenceId"),
        (Self::UserPrincipalId, "userPrincipalId"),
        (Self::GroupPrincipalId, "groupPrincipalId"),
        (Self::ResourceRolloutPercentage, "resourceRolloutPercentage"),
    ];
}

/// A member of `overrides` (spec G-71).
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// What it replaces.
    pub kind: OverrideKind,
    /// The selectors, which must hold together.
    pub selectors: Vec<Selector>,
    /// The reference ids that its selectors list, where they stand.
    pub references: Vec<Spelled>,
    /// Bytes of the member.
    pub span: Span,
}

/// What an override replaces.
#[derive(Clone, Debug, PartialEq)]
pub enum OverrideKind {
    /// The effect; `None` when there is none of that name (spec E-5).
    Effect(Option<Effect>, Spelled),
    /// The version range.
    Version(Spelled),
}

/// An exemption (spec G-81).
#[derive(Clone, Debug)]
pub struct Exemption {
    /// Names and place.
    pub identity: Identity,
    /// Where it holds.
    pub scope: Scope,
    /// `policyAssignmentId`
    pub assignment: Spelled,
    /// `policyDefinitionReferenceIds`; all where there is none.
    pub references: Vec<Spelled>,
    /// Why.
    pub category: ExemptionCategory,
    /// `expiresOn` as written, and as a point in time.
    pub expires: Option<(Arc<str>, i128)>,
    /// `resourceSelectors`
    pub selectors: Vec<SelectorSet>,
    /// Whether it may lie outside the assignment's scope without a word (spec G-88).
    pub unchecked_scope: bool,
}

/// `exemptionCategory` (spec G-84).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExemptionCategory {
    /// The intent is met another way.
    Mitigated,
    /// Accepted for the time being.
    Waiver,
}

impl ExemptionCategory {
    /// The canonical spelling.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mitigated => "Mitigated",
            Self::Waiver => "Waiver",
        }
    }
}

/// An enrollment (spec G-78).
#[derive(Clone, Debug)]
pub struct Enrollment {
    /// Names and place.
    pub identity: Identity,
    /// Where it holds.
    pub scope: Scope,
    /// `policyAssignmentId`
    pub assignment: Spelled,
    /// `policyDefinitionReferenceIds`; all where there is none.
    pub references: Vec<Spelled>,
    /// `resourceSelectors`
    pub selectors: Vec<SelectorSet>,
}

/// An attestation (spec G-92).
#[derive(Clone, Debug, PartialEq)]
pub struct Attestation {
    /// Names and place.
    pub identity: Identity,
    /// The resource, group or subscription that it speaks of.
    pub scope: Scope,
    /// `policyAssignmentId`
    pub assignment: Spelled,
    /// `policyDefinitionReferenceId`
    pub reference: Option<Spelled>,
    /// What is attested; `None` leaves the default.
    pub state: Option<Attested>,
    /// `expiresOn` as written, and as a point in time.
    pub expires: Option<(Arc<str>, i128)>,
    /// `lastComplianceStateChangeAt`
    pub changed: Option<i128>,
    /// `assessmentDate`
    pub assessed: Option<i128>,
}

/// A state that people attest (spec E-15, G-92).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attested {
    Compliant,
    NonCompliant,
    #[default]
    Unknown,
}

impl Attested {
    /// The words; the last has two spellings (spec E-15).
    pub const WORDS: [(Self, &'static str); 4] = [
        (Self::Unknown, "Unknown"),
        (Self::Compliant, "Compliant"),
        (Self::NonCompliant, "NonCompliant"),
        (Self::NonCompliant, "Non-compliant"),
    ];

    /// The canonical word.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    /// Reads a state in any of its spellings (spec S-3, E-15).
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        Self::WORDS.iter().find(|(_, word)| word.eq_ignore_ascii_case(&plain)).map(|(state, _)| *state)
    }
}
