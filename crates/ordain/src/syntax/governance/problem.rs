//! What can be wrong with initiatives, assignments and what belongs to them: the table of spec 08 section 12.

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Source, Span};
use thiserror::Error;

/// A finding about a policy object that is no definition. Codes are the names of spec 08.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum GovernanceProblem {
    // Objects and their places.
    #[error("`{text}` is no scope")]
    BadScope { text: String, entry: bool },
    #[error("the {what} says neither `id` nor `scope`")]
    NoScope { what: &'static str },
    #[error("`scope` is `{scope}`, but the id lies at `{id}`: the id counts")]
    ScopeMismatch { scope: String, id: String },
    #[error("the {what} has no `{key}`")]
    MissingKey { what: &'static str, key: &'static str },
    #[error("`{key}` must be {expected}, not {}", crate::diagnostic::a(.found))]
    KeyType { key: String, expected: &'static str, found: &'static str },
    #[error("`{text}` is no date")]
    BadDate { text: String },
    #[error("no resource is in `{scope}`: the hierarchy has no such management group")]
    UnknownScope { scope: String },
    #[error("where subscription `{subscription}` lies is not told: `{scope}` is {taken}")]
    HierarchyUnknown { subscription: String, scope: String, taken: &'static str },
    #[error("`{child}` has two parents, `{first}` and `{second}`: the first counts")]
    TwoParents { child: String, first: String, second: String },
    #[error("management groups above each other: {members}")]
    ManagementGroupCycle { members: String },
    // Versions and definitions.
    #[error("there is no {what} `{id}` among the documents given")]
    UnknownDefinition { what: &'static str, id: String, built_in: bool, nearest: Option<String> },
    #[error("`{id}` is not given; `{found}` has the same name and is used")]
    DefinitionByName { id: String, found: String },
    #[error("`{id}` is located at `{at}`, which is not above `{scope}`")]
    DefinitionOutOfScope { id: String, at: String, scope: String },
    #[error(
        "version `{wanted}` of `{name}` is not given: {} is {}",
        if used.is_empty() { "a document without a version".to_owned() } else { format!("`{used}`") },
        match (*.strict, used.is_empty()) {
            (false, _) => "used",
            (true, false) => "the newest that is",
            (true, true) => "all there is",
        }
    )]
    VersionUnavailable { wanted: String, name: String, used: String, strict: bool },
    #[error("`{text}` is no range of versions")]
    BadVersionRange { text: String },
    #[error("the patch of `{text}` is ignored: it always floats")]
    PatchPinned { text: String },
    // Initiatives.
    #[error("the reference id `{id}` is used twice: this reference is left out")]
    DuplicateReferenceId { id: String },
    #[error("the reference has no id: it is called `{id}`")]
    MissingReferenceId { id: String },
    #[error("there is no group `{name}`: one is made")]
    UnknownGroup { name: String, nearest: Option<String> },
    #[error("the group `{name}` is declared twice: the first counts")]
    DuplicateGroup { name: String },
    #[error("no reference of initiative `{name}` can be judged")]
    EmptyInitiative { name: String },
    // Parameters.
    #[error("the value of parameter `{name}` fails: {message}")]
    ParameterFails { name: String, message: String },
    #[error("the value of parameter `{name}` lies in a key vault, which cannot be read offline")]
    ParameterReference { name: String },
    #[error("`{name}` is no parameter of `{of}`: the value is ignored")]
    UnknownParameter { name: String, of: String, nearest: Option<String> },
    #[error("the value of parameter `{name}` stands bare: `{{\"value\": …}}` is wanted")]
    BareParameterValue { name: String },
    #[error("the key `{key}` occurs twice: the first counts")]
    DuplicateKey { key: String },
    // Assignments.
    #[error("two assignments are called `{id}`: the first counts")]
    DuplicateAssignment { id: String },
    #[error("there is no enforcement mode `{text}`: `Default` is assumed")]
    UnknownEnforcementMode { text: String },
    #[error(
        "a policy with the effect `{effect}` needs an identity to repair with, and the assignment has none"
    )]
    IdentityMissing { effect: &'static str },
    #[error("`{scope}` is {} the scope of the assignment: it excludes {}", if *.above { "above" } else { "not within" }, if *.above { "everything" } else { "nothing" })]
    NotScopeOutside { scope: String, above: bool },
    #[error("the message has no text: it is ignored")]
    BadMessage,
    #[error("there is no reference `{id}`")]
    UnknownReferenceId { id: String, nearest: Option<String> },
    #[error("there is no effect `{text}`, which an override asks for")]
    UnknownEffect { text: String, nearest: Option<&'static str> },
    #[error("{what}: {found}, more than the {limit} that the service takes")]
    LimitExceeded { what: &'static str, found: usize, limit: usize },
    // Selectors and overrides.
    #[error("a selector has both `in` and `notIn`")]
    SelectorInAndNotIn,
    #[error("a selector has neither `in` nor `notIn`")]
    SelectorEmpty,
    #[error("there is no kind of selector `{text}`")]
    UnknownSelectorKind { text: String, nearest: Option<&'static str> },
    #[error("the kind `{kind}` occurs twice in one object: both must hold")]
    SelectorKindTwice { kind: &'static str },
    #[error("`resourceLocation` and `resourceWithoutLocation` in one object exclude each other")]
    SelectorKindClash,
    #[error("`{kind}` is meant for overrides")]
    SelectorKindUnusual { kind: &'static str },
    #[error("two objects select the same")]
    DuplicateSelector,
    #[error("there is no kind of override `{text}`: it is ignored")]
    UnknownOverrideKind { text: String },
    #[error("two overrides of one kind may match together and differ: the first counts")]
    OverlappingOverrides,
    #[error("the effect `{effect}` is not among those that `{name}` allows")]
    OverrideNotAllowed { effect: String, name: String },
    // What belongs to an assignment.
    #[error("there is no assignment `{id}`: the {what} has no effect")]
    UnknownAssignment { id: String, what: &'static str, nearest: Option<String> },
    #[error("the assignment is not in mode `Enroll`: the enrollment has no effect")]
    EnrollmentNotEnroll,
    #[error("{}: the exemption holds all the same", if .text.is_empty() { "no category is given".to_owned() } else { format!("there is no category `{text}`") })]
    UnknownExemptionCategory { text: String },
    #[error("`{scope}` is not within the scope of the assignment `{assignment}`")]
    ExemptionOutsideAssignment { scope: String, assignment: String },
    #[error("exemptions do not work with the mode `{mode}`: this one is ignored")]
    ExemptionModeUnsupported { mode: String },
    #[error("the assignment is of a single definition: reference ids are ignored")]
    ReferenceIdsOnPolicy,
    #[error("the exemption ended {date}: it covers nothing more, and would have covered {covers}")]
    ExemptionExpired { date: String, covers: String },
    #[error("no clock is given: whether the {what} has ended is not known, and it does not hold")]
    ClockMissing { what: &'static str },
    #[error("two {what}s are called `{id}`: the first counts")]
    Duplicate { what: &'static str, id: String },
    #[error("the initiative has {count} manual policies: the attestation must name one")]
    AttestationReferenceMissing { count: usize },
    #[error("the effect of the policy is `{effect}`, not `manual`: the attestation is ignored")]
    AttestationNotManual { effect: &'static str },
    #[error("there is no compliance state `{text}`: the default of the policy holds")]
    UnknownComplianceState { text: String },
    #[error("several attestations speak of one resource and policy: the latest counts")]
    SeveralAttestations,
    #[error("nothing that is given assigns `{id}` there: the exemption has no effect")]
    NoAssignmentOf { id: String },
    // Repositories.
    #[error("{}", environment(.wanted.as_deref(), .names))]
    PacSelector { wanted: Option<String>, names: String, nearest: Option<String> },
    #[error("effects and parameters in `{file}` are not read: the branch is assigned without them")]
    PacCsv { file: String },
    #[error("`{key}` is ignored: only the deployment can follow it")]
    PacIgnored { key: String },
    // The whole.
    #[error("{} no id: taken to be within every scope", if *.count == 1 { "a resource has".to_owned() } else { format!("{} resources have", .count) })]
    NoResourceId { count: usize },
    #[error("no assignment is given: each policy is judged as if it were assigned once, to everything")]
    NoAssignments,
    #[error("{count} {} assigned nowhere and not judged", if *.count == 1 { "policy is" } else { "policies are" })]
    Unassigned { count: usize },
}

/// Why no environment is chosen.
fn environment(wanted: Option<&str>, names: &str) -> String {
    match (wanted, names) {
        (Some(wanted), _) => format!("the settings have no environment `{wanted}`"),
        (None, "") => "the settings have no environment".to_owned(),
        (None, names) => format!("which environment is meant is not told: {names}"),
    }
}

impl GovernanceProblem {
    /// The stable code with its severity.
    #[must_use]
    pub fn kind(&self) -> (&'static str, Severity) {
        use Severity::{Error, Info, Warning};
        match self {
            Self::BadScope { entry, .. } => ("BadScope", if *entry { Warning } else { Error }),
            Self::NoScope { .. } => ("BadScope", Error),
            Self::ScopeMismatch { .. } => ("ScopeMismatch", Warning),
            Self::MissingKey { .. } => ("MissingKey", Error),
            Self::KeyType { .. } => ("BodyType", Error),
            Self::BadDate { .. } => ("BadDate", Error),
            Self::UnknownScope { .. } => ("UnknownScope", Warning),
            Self::HierarchyUnknown { .. } => ("HierarchyUnknown", Warning),
            Self::TwoParents { .. } => ("TwoParents", Warning),
            Self::ManagementGroupCycle { .. } => ("ManagementGroupCycle", Warning),
            Self::UnknownDefinition { .. } => ("UnknownDefinition", Error),
            Self::DefinitionByName { .. } => ("DefinitionByName", Warning),
            Self::DefinitionOutOfScope { .. } => ("DefinitionOutOfScope", Warning),
            Self::VersionUnavailable { strict, .. } => {
                ("VersionUnavailable", if *strict { Error } else { Warning })
            }
            Self::BadVersionRange { .. } => ("BadVersionRange", Warning),
            Self::PatchPinned { .. } => ("PatchPinned", Info),
            Self::DuplicateReferenceId { .. } => ("DuplicateReferenceId", Error),
            Self::MissingReferenceId { .. } => ("MissingReferenceId", Info),
            Self::UnknownGroup { .. } => ("UnknownGroup", Warning),
            Self::DuplicateGroup { .. } => ("DuplicateGroup", Warning),
            Self::EmptyInitiative { .. } => ("EmptyInitiative", Warning),
            Self::ParameterFails { .. } => ("ParameterValueType", Error),
            Self::ParameterReference { .. } => ("ParameterReference", Error),
            Self::UnknownParameter { .. } => ("UnknownParameter", Warning),
            Self::BareParameterValue { .. } => ("BareParameterValue", Warning),
            Self::DuplicateKey { .. } => ("DuplicateKey", Warning),
            Self::DuplicateAssignment { .. } => ("DuplicateAssignment", Warning),
            Self::UnknownEnforcementMode { .. } => ("UnknownEnforcementMode", Warning),
            Self::IdentityMissing { .. } => ("IdentityMissing", Warning),
            Self::NotScopeOutside { .. } => ("NotScopeOutside", Info),
            Self::BadMessage => ("BadMessage", Warning),
            Self::UnknownReferenceId { .. } => ("UnknownReferenceId", Warning),
            Self::UnknownEffect { .. } => ("UnknownEffect", Error),
            Self::LimitExceeded { .. } => ("LimitExceeded", Warning),
            Self::SelectorInAndNotIn => ("SelectorInAndNotIn", Error),
            Self::SelectorEmpty => ("SelectorEmpty", Error),
            Self::UnknownSelectorKind { .. } => ("UnknownSelectorKind", Error),
            Self::SelectorKindTwice { .. } => ("SelectorKindTwice", Warning),
            Self::SelectorKindClash => ("SelectorKindClash", Warning),
            Self::SelectorKindUnusual { .. } => ("SelectorKindUnusual", Info),
            Self::DuplicateSelector => ("DuplicateSelector", Info),
            Self::UnknownOverrideKind { .. } => ("UnknownOverrideKind", Warning),
            Self::OverlappingOverrides => ("OverlappingOverrides", Warning),
            Self::OverrideNotAllowed { .. } => ("OverrideNotAllowed", Warning),
            Self::UnknownAssignment { .. } => ("UnknownAssignment", Warning),
            Self::EnrollmentNotEnroll => ("EnrollmentNotEnroll", Warning),
            Self::UnknownExemptionCategory { .. } => ("UnknownExemptionCategory", Warning),
            Self::ExemptionOutsideAssignment { .. } => ("ExemptionOutsideAssignment", Warning),
            Self::ExemptionModeUnsupported { .. } => ("ExemptionModeUnsupported", Warning),
            Self::ReferenceIdsOnPolicy => ("ReferenceIdsOnPolicy", Warning),
            Self::ExemptionExpired { .. } => ("ExemptionExpired", Info),
            Self::ClockMissing { .. } => ("ClockMissing", Warning),
            Self::Duplicate { what: "exemption", .. } => ("DuplicateExemption", Warning),
            Self::Duplicate { .. } => ("DuplicateAttestation", Warning),
            Self::AttestationReferenceMissing { .. } => ("AttestationReferenceMissing", Warning),
            Self::AttestationNotManual { .. } => ("AttestationNotManual", Info),
            Self::UnknownComplianceState { .. } => ("UnknownComplianceState", Warning),
            Self::SeveralAttestations => ("SeveralAttestations", Info),
            Self::NoResourceId { .. } => ("NoResourceId", Info),
            Self::NoAssignmentOf { .. } => ("UnknownAssignment", Warning),
            Self::PacSelector { .. } => ("PacSelector", Error),
            Self::PacCsv { .. } => ("PacCsv", Warning),
            Self::PacIgnored { .. } => ("PacIgnored", Warning),
            Self::NoAssignments => ("NoAssignments", Info),
            Self::Unassigned { .. } => ("Unassigned", Info),
        }
    }

    /// The nearest name to what was written, if one is near.
    fn nearest(&self) -> Option<&str> {
        match self {
            Self::UnknownDefinition { nearest, .. }
            | Self::UnknownGroup { nearest, .. }
            | Self::UnknownParameter { nearest, .. }
            | Self::UnknownReferenceId { nearest, .. }
            | Self::PacSelector { nearest, .. }
            | Self::UnknownAssignment { nearest, .. } => nearest.as_deref(),
            Self::UnknownEffect { nearest, .. } | Self::UnknownSelectorKind { nearest, .. } => *nearest,
            _ => None,
        }
    }

    /// How to mend it.
    fn help(&self) -> &'static str {
        match self {
            Self::BadScope { .. } => {
                "a scope is `/providers/Microsoft.Management/managementGroups/<name>`, `/subscriptions/<guid>`, `/subscriptions/<guid>/resourceGroups/<name>` or the id of a resource"
            }
            Self::NoScope { .. } => {
                "give it an `id` or a `scope`, or say where it lies or its template is deployed: `--scope`"
            }
            Self::ScopeMismatch { .. } => "bring the two in line",
            Self::MissingKey { .. } => "add it",
            Self::KeyType { .. } => "write it as the service exports it",
            Self::BadDate { .. } => "write it as `2026-12-31T23:59:59Z`",
            Self::UnknownScope { .. } => "check the name, or give the hierarchy that has it",
            Self::HierarchyUnknown { .. } => {
                "give the hierarchy: `az account management-group show --expand --recurse`, or the `resourcecontainers` of Resource Graph"
            }
            Self::TwoParents { .. } | Self::ManagementGroupCycle { .. } => "export the hierarchy anew",
            Self::UnknownDefinition { built_in: true, .. } => {
                "export the built-ins: `az policy definition list --query \"[?policyType=='BuiltIn']\"`, and the same with `set-definition`"
            }
            Self::UnknownDefinition { .. } => "give its document, or check the id",
            Self::DefinitionByName { .. } => "correct the id",
            Self::DefinitionOutOfScope { .. } => {
                "the service takes definitions from the scope itself or above it only"
            }
            Self::VersionUnavailable { .. } => "give the document of that version",
            Self::BadVersionRange { .. } => "ranges look like `1.*.*`, `1.2.*` or `1.*.*-preview`",
            Self::PatchPinned { .. } => "write `*` for the patch",
            Self::DuplicateReferenceId { .. } => "give each reference an id of its own",
            Self::MissingReferenceId { .. } => "give it a `policyDefinitionReferenceId`",
            Self::UnknownGroup { .. } => "declare it under `policyDefinitionGroups`",
            Self::DuplicateGroup { .. } => "remove one of the two",
            Self::EmptyInitiative { .. } => "give it references whose definitions are there",
            Self::ParameterFails { .. } => "the expression is evaluated over the initiative's parameters",
            Self::ParameterReference { .. } => "give the value itself",
            Self::UnknownParameter { .. } => "remove it, or correct the name",
            Self::BareParameterValue { .. } => "wrap it: `{\"value\": …}`",
            Self::DuplicateKey { .. } => "names match without regard to case: remove one of the two",
            Self::DuplicateAssignment { .. } | Self::Duplicate { .. } => "remove one of the two",
            Self::UnknownEnforcementMode { .. } => "modes: `Default`, `DoNotEnforce`, `Enroll`",
            Self::IdentityMissing { .. } => "add `identity` and `location`",
            Self::NotScopeOutside { above: true, .. } => "remove it if the assignment is to hold anywhere",
            Self::NotScopeOutside { .. } => "remove it",
            Self::BadMessage => "give it a `message`",
            Self::UnknownReferenceId { .. } => {
                "reference ids are those of the initiative's `policyDefinitions`"
            }
            Self::UnknownEffect { .. } => {
                "effects: audit, deny, auditIfNotExists, deployIfNotExists, modify, append, denyAction, manual, disabled"
            }
            Self::LimitExceeded { .. } => "the service refuses more",
            Self::SelectorInAndNotIn | Self::SelectorEmpty => "give either `in` or `notIn`",
            Self::UnknownSelectorKind { .. } => {
                "kinds: resourceLocation, resourceType, resourceWithoutLocation, policyDefinitionReferenceId"
            }
            Self::SelectorKindTwice { .. } | Self::SelectorKindClash => {
                "put one of the two into an object of its own"
            }
            Self::SelectorKindUnusual { .. } => "name references in the overrides, or leave it as it is",
            Self::DuplicateSelector => "remove one of the two",
            Self::UnknownOverrideKind { .. } => "kinds: policyEffect, definitionVersion",
            Self::OverlappingOverrides => "put the more special one first",
            Self::OverrideNotAllowed { .. } => "the service refuses it: choose an allowed effect",
            Self::UnknownAssignment { .. } => "give the assignment's document, or check the id",
            Self::EnrollmentNotEnroll => "set `enforcementMode` to `Enroll`",
            Self::UnknownExemptionCategory { .. } => "categories: `Waiver`, `Mitigated`",
            Self::ExemptionOutsideAssignment { .. } => {
                "say `\"assignmentScopeValidation\": \"DoNotValidate\"` if that is meant"
            }
            Self::ExemptionModeUnsupported { .. } => "remove the exemption",
            Self::ReferenceIdsOnPolicy => "remove them",
            Self::ExemptionExpired { .. } => "renew it, or remove it",
            Self::ClockMissing { .. } => "give the clock: `--now`, `Context::now`",
            Self::AttestationReferenceMissing { .. } => "say `policyDefinitionReferenceId`",
            Self::AttestationNotManual { .. } => "remove it",
            Self::UnknownComplianceState { .. } => "states: `Compliant`, `NonCompliant`, `Unknown`",
            Self::SeveralAttestations => "keep one of them",
            Self::NoResourceId { .. } => "export resources with their `id`",
            Self::NoAssignmentOf { .. } => "give the assignment, or check the definition and the scope",
            Self::PacSelector { .. } => "choose one: `--pac-selector`",
            Self::PacCsv { .. } => "put the values under `parameters`",
            Self::PacIgnored { .. } => "write out what it stands for",
            Self::NoAssignments => "give assignments to judge what is assigned where",
            Self::Unassigned { .. } => {
                "assign them, or give definitions and initiatives alone to judge them all"
            }
        }
    }

    /// The diagnostic, with the id of the object that it is about.
    #[must_use]
    pub fn at(&self, source: &Source, span: Span, object: &str) -> Diagnostic {
        self.bare(object).label(source, span, "")
    }

    /// The diagnostic without a place.
    #[must_use]
    pub fn bare(&self, object: &str) -> Diagnostic {
        let (code, severity) = self.kind();
        let diagnostic = Diagnostic::new(severity, code, self).object(object);
        match self.nearest() {
            Some(name) => diagnostic.did_you_mean(Some(name)),
            None => diagnostic.help(self.help()),
        }
    }
}
