//! What follows from a rule, as data: the details of an effect with their parameters folded.

use crate::ast::{Attested, Template};
use crate::value::{Value, text::key_eq};
use std::sync::Arc;

/// What follows from a true rule beyond its state.
#[derive(Clone, Debug, Default)]
pub enum Consequence {
    /// Nothing that needs details.
    #[default]
    Nothing,
    /// modify and append: the resource is changed.
    Change(Changes),
    /// denyAction: requests are refused.
    Refuse(Refusal),
    /// manual: somebody has to say.
    Attest(Attested),
    /// deployIfNotExists: something is deployed.
    Deploy(Remedy),
}

impl Consequence {
    /// Whether the policy may apply to the type, as far as what it changes decides (spec E-43, S-17).
    #[must_use]
    pub fn may_apply_to(&self, resource_type: &str) -> bool {
        let Self::Change(changes) = self else { return true };
        let modifies = |operation: &Operation| operation.kind != OperationKind::Append;
        let identity = |operation: &Operation| {
            operation.field.literal().and_then(Value::as_text).is_some_and(is_identity_type)
        };
        let touches = changes.operations.iter().any(|op| modifies(op) && identity(op));
        !touches || takes_identity(resource_type)
    }
}

/// Types whose `identity.type` can be changed (spec E-43).
const IDENTITY_TYPES: [&str; 2] =
    ["Microsoft.Compute/virtualMachines", "Microsoft.Compute/virtualMachineScaleSets"];

/// Whether `identity.type` of the type can be changed.
#[must_use]
pub fn takes_identity(resource_type: &str) -> bool {
    IDENTITY_TYPES.iter().any(|known| key_eq(known, resource_type))
}

/// Whether the field is `identity.type`.
#[must_use]
pub fn is_identity_type(field: &str) -> bool {
    key_eq(field, "identity.type")
}

/// Operations on the resource (spec E-36, E-65).
#[derive(Clone, Debug)]
pub struct Changes {
    /// The operations in order.
    pub operations: Vec<Operation>,
    /// What happens when they clash with others.
    pub conflict_effect: ConflictEffect,
    /// `roleDefinitionIds` as written.
    pub roles: Arc<[Value]>,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// What it does.
    pub kind: OperationKind,
    /// The field that it is about.
    pub field: Template,
    /// The value that it writes; `remove` has none.
    pub value: Option<Template>,
    /// Whether it is carried out.
    pub condition: Option<Template>,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperationKind {
    /// Adds what is missing; another value there is a conflict.
    Add,
    /// Adds or replaces.
    AddOrReplace,
    /// Takes a tag away.
    Remove,
    /// An entry of append, which does what `add` does.
    Append,
}

impl OperationKind {
    /// The words of `operation` (spec E-36). An entry of append has none.
    pub const WORDS: [(Self, &'static str); 3] =
        [(Self::Add, "add"), (Self::AddOrReplace, "addOrReplace"), (Self::Remove, "remove")];

    /// The canonical word.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS.iter().find(|(kind, _)| *kind == self).map_or("append", |(_, word)| word)
    }
}

/// What an operation leads to that clashes with the request or another policy (spec E-37).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConflictEffect {
    /// It is left out.
    Audit,
    /// The request is refused.
    #[default]
    Deny,
    /// It is left out, silently.
    Disabled,
}

impl ConflictEffect {
    /// The words.
    pub const WORDS: [(Self, &'static str); 3] =
        [(Self::Audit, "audit"), (Self::Deny, "deny"), (Self::Disabled, "disabled")];

    /// The canonical word.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS.iter().find(|(effect, _)| *effect == self).map_or("", |(_, word)| word)
    }
}

/// Requests that denyAction refuses (spec E-13).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `actionNames`; `delete` is the only one there is.
    pub actions: Vec<Arc<str>>,
    /// Whether deleting the resource group is refused too: `cascadeBehaviors.resourceGroup`.
    pub cascade: Cascade,
}

/// What becomes of a resource when its group is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Cascade {
    /// It is deleted.
    Allow,
    /// The deletion is refused.
    #[default]
    Deny,
}

impl Cascade {
    /// The words.
    pub const WORDS: [(Self, &'static str); 2] = [(Self::Allow, "allow"), (Self::Deny, "deny")];

    /// The canonical word.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS.iter().find(|(cascade, _)| *cascade == self).map_or("", |(_, word)| word)
    }
}

/// The deployment of deployIfNotExists (spec 07 section 6.6).
#[derive(Clone, Debug)]
pub struct Remedy {
    /// `deploymentScope`
    pub scope: Option<Template>,
    /// `resourceGroupName`
    pub group: Option<Template>,
    /// `deployment.location`
    pub location: Option<Template>,
    /// `deployment.properties.mode`
    pub mode: Option<Template>,
    /// `deployment.properties.parameters`, what is passed to each.
    pub parameters: Vec<(Arc<str>, Passed)>,
    /// `deployment.properties.template`, untouched; `None` without deployment.
    pub template: Option<Value>,
    /// `roleDefinitionIds` as written.
    pub roles: Arc<[Value]>,
}

/// What is passed to a parameter of a deployment.
#[derive(Clone, Debug)]
pub enum Passed {
    /// `{"value": …}`: policy language (spec E-98).
    Value(Template),
    /// Anything else in an object, such as a `reference`, as it was written (spec E-102).
    AsWritten(Value),
    /// No object: deployments refuse it (spec E-102).
    Bare,
}
