//! Definitions: body, parameters, rule, effect.

use super::{Condition, Template};
use crate::source::{Source, Span};
use crate::value::Value;
use std::sync::Arc;

/// A policy definition.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The file that it was read from.
    pub source: Source,
    /// Its id, given or derived (spec D-16).
    pub id: Arc<str>,
    /// Whether the document gives the id; else it is settled when all documents are there (spec I-63).
    pub has_id: bool,
    /// Its name.
    pub name: Arc<str>,
    /// `displayName`; the name where there is none.
    pub display_name: Arc<str>,
    /// `description`
    pub description: Arc<str>,
    /// `metadata.category`
    pub category: Arc<str>,
    /// Effective version (spec D-31); empty when none.
    pub version: Arc<str>,
    /// `policyType`
    pub policy_type: PolicyType,
    /// `mode`
    pub mode: Mode,
    /// The declared parameters.
    pub parameters: Vec<Parameter>,
    /// The rule.
    pub rule: Rule,
    /// Bytes of the body.
    pub span: Span,
}

/// Who wrote a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyType {
    /// Microsoft.
    BuiltIn,
    /// Anybody else.
    Custom,
    /// A placeholder of Microsoft that its own audits fill (spec D-32).
    Static,
}

/// `mode` as written and as understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mode {
    /// What it means.
    pub kind: ModeKind,
    /// The text; `Indexed` when absent.
    pub text: Arc<str>,
}

/// What a mode means (spec 01 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModeKind {
    /// Every type, groups and subscriptions included.
    All,
    /// Types that support tags and location.
    Indexed,
    /// A data plane.
    Data,
}

/// A declared parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub kind: ParameterType,
    /// `defaultValue`, if any and not null.
    pub default: Option<Value>,
    /// `allowedValues`; empty restricts nothing (spec D-58).
    pub allowed: Vec<Value>,
    /// `metadata.strongType`: what portals offer for choice; never evaluated (spec D-52).
    pub strong_type: Option<Arc<str>>,
    /// `schema` of an object parameter, as JSON.
    pub schema: Option<Value>,
    /// Bytes of the name.
    pub span: Span,
    /// Bytes of the default, or of the name.
    pub default_span: Span,
}

/// The types of parameters (spec D-51).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterType {
    String,
    Array,
    Object,
    Boolean,
    Integer,
    Float,
    DateTime,
}

impl ParameterType {
    /// All types with their canonical spelling.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::String, "String"),
        (Self::Array, "Array"),
        (Self::Object, "Object"),
        (Self::Boolean, "Boolean"),
        (Self::Integer, "Integer"),
        (Self::Float, "Float"),
        (Self::DateTime, "DateTime"),
    ];
}

/// `policyRule`
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// `if`
    pub condition: Condition,
    /// `then`
    pub then: Then,
}

/// `then`
#[derive(Clone, Debug, PartialEq)]
pub struct Then {
    /// `effect`: a text or an expression.
    pub effect: Template,
    /// `details`
    pub details: Option<Details>,
}

/// `then.details`
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// What kind of details these are (spec E-7).
    pub shape: DetailsShape,
    /// `existenceCondition`
    pub existence: Option<Condition>,
    /// Everything, expressions parsed where spec F-32 has them.
    pub body: Template,
}

/// Shapes of details (spec E-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DetailsShape {
    /// An array: append.
    Append,
    /// An object with `operations`: modify.
    Modify,
    /// An object with `type` or `existenceCondition`: related resources.
    Related,
    /// An object with `actionNames`: denyAction.
    Action,
    /// An object with `defaultState`: manual.
    Manual,
    /// A bundle for a data plane.
    DataPlane,
    /// Anything else.
    Opaque,
}

/// The effects with their canonical spellings (spec E-3, E-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    AddToNetworkGroup,
    Append,
    Audit,
    AuditAction,
    AuditIfNotExists,
    Deny,
    DenyAction,
    DeployIfNotExists,
    Disabled,
    EnforceOpaConstraint,
    EnforceRegoPolicy,
    EnforceSetting,
    Manual,
    Modify,
    Mutate,
}

impl Effect {
    /// All effects with their canonical spelling.
    pub const ALL: [(Self, &'static str); 15] = [
        (Self::AddToNetworkGroup, "addToNetworkGroup"),
        (Self::Append, "append"),
        (Self::Audit, "audit"),
        (Self::AuditAction, "auditAction"),
        (Self::AuditIfNotExists, "auditIfNotExists"),
        (Self::Deny, "deny"),
        (Self::DenyAction, "denyAction"),
        (Self::DeployIfNotExists, "deployIfNotExists"),
        (Self::Disabled, "disabled"),
        (Self::EnforceOpaConstraint, "enforceOPAConstraint"),
        (Self::EnforceRegoPolicy, "enforceRegoPolicy"),
        (Self::EnforceSetting, "enforceSetting"),
        (Self::Manual, "manual"),
        (Self::Modify, "modify"),
        (Self::Mutate, "mutate"),
    ];

    /// The effect of this name, without regard to case.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| n.eq_ignore_ascii_case(name)).map(|(effect, _)| *effect)
    }

    /// The canonical spelling.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(effect, _)| *effect == self).map_or("", |(_, name)| name)
    }
}
