//! What can be wrong with a policy text: one variant a finding, with its words, code, severity and cure.

use crate::diagnostic::{Severity, a};
use thiserror::Error;

/// A finding of this stage. Codes are the names that spec 01 to 05 use.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    // Whole documents.
    #[error("the key `{key}` occurs twice")]
    DuplicateKey { key: String },
    #[error("this is no policy document but {found}")]
    UnknownShape { found: String, explicit: bool },
    #[error("found what is no policy document: {found}")]
    NotAPolicy { found: String, fatal: bool },
    #[error("`{key}` holds JSON as text: it is read")]
    EmbeddedJson { key: String },
    #[error("the template holds no policy object")]
    NoPolicyInTemplate { explicit: bool },
    #[error("the list is one page of several: `nextLink` names the next")]
    MorePages,
    #[error(
        "every expression of this definition is escaped with `[[`, as for a deployment; one `[` is taken off"
    )]
    ArmEscapedDefinition,
    #[error("the expression `{text}` cannot be resolved from the template alone")]
    TemplateUnresolved { text: String },
    #[error("the expression `{text}` is kept as text")]
    TemplateText { text: String },
    #[error("`{text}` reads a resource, which a template cannot: it is taken for a policy expression")]
    UnescapedPolicyExpression { text: String },
    // Body.
    #[error("the definition has no `policyRule`")]
    MissingPolicyRule,
    #[error("`{key}` must be {expected}, not {}", a(.found))]
    BodyType { key: &'static str, expected: &'static str, found: &'static str, fatal: bool },
    #[error("there is no mode `{mode}`")]
    UnknownMode { mode: String, nearest: Option<&'static str> },
    #[error("the definition names no mode: `Indexed` is assumed, as the service does")]
    ModeMissing,
    #[error("unknown key `{key}` in the body of the definition")]
    UnknownBodyKey { key: String },
    #[error("`{key}` has {length} characters, more than the {limit} that the service takes")]
    TooLong { key: &'static str, length: usize, limit: usize },
    #[error("unknown `policyType` `{found}`: taken as `Custom`")]
    UnknownPolicyType { found: String },
    #[error("the definition is deprecated")]
    Deprecated,
    #[error(
        "`externalEvaluationEnforcementSettings` is not evaluated: the verdict may depend on a token that only the service has"
    )]
    ExternalEvaluation,
    // Parameters.
    #[error("the declaration of parameter `{name}` must be an object, not {}", a(.found))]
    ParameterShape { name: String, found: &'static str },
    #[error("parameter `{name}` has {found}")]
    ParameterType { name: String, found: String, nearest: Option<&'static str> },
    #[error("the default of parameter `{name}` is not among its allowed values")]
    DefaultNotAllowed { name: String },
    #[error("`schema` on parameter `{name}`, which is no object, is ignored")]
    SchemaIgnored { name: String },
    #[error("`{keyword}` in the schema of parameter `{name}` is not checked: {why}")]
    SchemaKeywordIgnored { name: String, keyword: String, why: &'static str },
    #[error("parameter `{name}` is declared but not used")]
    UnusedParameter { name: String },
    #[error("parameter `{name}` is not declared")]
    UndeclaredParameter { name: String, nearest: Option<String> },
    #[error("the value `{text}` looks like an expression, but values of parameters are never evaluated")]
    LiteralLooksLikeExpression { text: String },
    // Rule.
    #[error("{place} has no `{key}`")]
    MissingKey { place: &'static str, key: &'static str },
    #[error("unknown key `{key}` in {place} is ignored")]
    UnknownRuleKey { place: &'static str, key: String, nearest: Option<&'static str> },
    #[error("a condition must be an object, not {}", a(.found))]
    ConditionShape { found: &'static str },
    #[error("`{logical}` must be the only key of its object, found `{other}` as well")]
    ExtraKeyInLogical { logical: &'static str, other: String },
    #[error("`{logical}` must hold {expected}, not {}", a(.found))]
    LogicalShape { logical: &'static str, expected: &'static str, found: &'static str },
    #[error("`{logical}` is empty: it is always {value}")]
    EmptyLogical { logical: &'static str, value: bool },
    #[error("the condition says neither `field`, `value` nor `count`")]
    MissingSubject,
    #[error("the condition has more than one of `field`, `value` and `count`")]
    MultipleSubjects,
    #[error("the condition has no operator")]
    MissingOperator,
    #[error("the condition has two operators, `{first}` and `{second}`")]
    MultipleOperators { first: &'static str, second: &'static str },
    #[error("unknown operator or key `{key}`")]
    UnknownConditionKey { key: String, nearest: Option<&'static str> },
    #[error("`source` is no longer supported")]
    LegacySource,
    #[error("`field` must be a string that names a field, not {}", a(.found))]
    FieldShape { found: &'static str },
    #[error("there is no field `{text}`")]
    UnknownField { text: String, nearest: Option<String> },
    #[error("`{operator}` {message}")]
    OperandType { operator: &'static str, message: String },
    #[error("`{operator}` with null compares with the empty string")]
    NullOperand { operator: &'static str },
    #[error("`{operator}` compares with a whole {kind}, member by member")]
    NonScalarOperand { operator: &'static str, kind: &'static str },
    #[error("the {kind} under `{operator}` is compared as text")]
    OperandConverted { operator: &'static str, kind: &'static str },
    #[error("{} in the list of `{operator}` {consequence}", a(.kind))]
    ListMember { operator: &'static str, kind: &'static str, consequence: &'static str },
    #[error("more than one `*` in the pattern of `{operator}`: the service refuses it")]
    MultipleWildcards { operator: &'static str },
    #[error("`*` is no wildcard under `{operator}`")]
    WildcardInContains { operator: &'static str },
    #[error("the number is beyond the range of a double")]
    NumberRange,
    // Counts.
    #[error("{message}")]
    CountShape { message: &'static str },
    #[error("the name `{name}` has other characters than letters and digits")]
    CountName { name: String },
    #[error("a value count inside another count needs a `name`")]
    CountNameMissing,
    #[error("the name `{name}` hides that of an outer count")]
    CountNameHidden { name: String },
    #[error("a count always exists: the condition is constant")]
    CountExists,
    #[error("the path goes on behind the last `[*]`: the elements of that array are counted")]
    CountFieldTail,
    #[error("the service refuses an expression as the field of a count")]
    CountFieldExpression,
    #[error("a nested count can only go over an array inside the element: the service refuses this one")]
    NestedCountSibling,
    #[error("`current()` may stand in the `where` of a count only")]
    CurrentOutsideCount,
    #[error("no enclosing count is called `{name}`")]
    UnknownCurrent { name: String, nearest: Option<String> },
    #[error("`current()` without a name inside nested counts means the innermost; the service refuses it")]
    CurrentAmbiguous,
    // Expressions.
    #[error("{message}")]
    Expression { code: &'static str, message: String, nearest: Option<&'static str> },
    #[error("`{name}` may not be called in {place}")]
    NotAllowed { name: &'static str, place: &'static str },
    #[error("the policy pages exclude `{name}`: the service may refuse it")]
    FunctionNotInPolicy { name: &'static str },
    #[error("{what}: {found}, more than the {limit} that the service takes")]
    LimitExceeded { what: &'static str, found: usize, limit: usize },
    // Effect.
    #[error("there is no effect `{name}`")]
    UnknownEffect { name: String, nearest: Option<&'static str> },
    #[error("`effect` must be a string, not {}", a(.found))]
    EffectShape { found: &'static str },
}

impl Problem {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Expression { code, .. } => code,
            Self::ListMember { .. } => "OperandConverted",
            Self::NoPolicyInTemplate { .. } => "UnknownShape",
            Self::EffectShape { .. } => "UnknownEffect",
            // The variant's name is the code; what follows it in the debug form are its fields.
            other => named(other),
        }
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::UnknownShape { explicit, .. } | Self::NoPolicyInTemplate { explicit } if !explicit => {
                Severity::Warning
            }
            Self::BodyType { fatal: false, .. } | Self::NotAPolicy { fatal: false, .. } => Severity::Warning,
            Self::ModeMissing
            | Self::EmbeddedJson { .. }
            | Self::UnknownBodyKey { .. }
            | Self::Deprecated
            | Self::SchemaKeywordIgnored { .. }
            | Self::TemplateText { .. } => Severity::Info,
            Self::MorePages
            | Self::ArmEscapedDefinition
            | Self::UnescapedPolicyExpression { .. }
            | Self::TooLong { .. }
            | Self::UnknownPolicyType { .. }
            | Self::ExternalEvaluation
            | Self::DefaultNotAllowed { .. }
            | Self::SchemaIgnored { .. }
            | Self::UnusedParameter { .. }
            | Self::LiteralLooksLikeExpression { .. }
            | Self::UnknownRuleKey { .. }
            | Self::EmptyLogical { .. }
            | Self::NullOperand { .. }
            | Self::NonScalarOperand { .. }
            | Self::OperandConverted { .. }
            | Self::ListMember { .. }
            | Self::MultipleWildcards { .. }
            | Self::WildcardInContains { .. }
            | Self::CountName { .. }
            | Self::CountNameMissing
            | Self::CountNameHidden { .. }
            | Self::CountExists
            | Self::CountFieldTail
            | Self::CountFieldExpression
            | Self::NestedCountSibling
            | Self::CurrentAmbiguous
            | Self::FunctionNotInPolicy { .. }
            | Self::LimitExceeded { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// The nearest name to what was written, if one is near.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        match self {
            Self::UnknownMode { nearest, .. }
            | Self::ParameterType { nearest, .. }
            | Self::UnknownRuleKey { nearest, .. }
            | Self::UnknownConditionKey { nearest, .. }
            | Self::Expression { nearest, .. }
            | Self::UnknownEffect { nearest, .. } => *nearest,
            Self::UndeclaredParameter { nearest, .. }
            | Self::UnknownField { nearest, .. }
            | Self::UnknownCurrent { nearest, .. } => nearest.as_deref(),
            _ => None,
        }
    }

    /// How to mend it, where that is not plain from the message.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::MissingPolicyRule => "a definition needs `\"policyRule\": { \"if\": …, \"then\": … }`",
            Self::UnknownShape { .. } => {
                "expected a policy definition: an object with `properties.policyRule`, `policyRule`, or `if` and `then`"
            }
            Self::NotAPolicy { .. } => {
                "policies are definitions, initiatives, assignments and what belongs to them; resources are what they judge"
            }
            Self::ModeMissing => "write `\"mode\": \"All\"` or `\"mode\": \"Indexed\"`",
            Self::ParameterType { .. } => {
                "known types: String, Array, Object, Boolean, Integer, Float, DateTime"
            }
            Self::UnusedParameter { .. } => {
                "the service refuses a definition with an unused parameter: remove it"
            }
            Self::UndeclaredParameter { .. } => "declare it under `parameters`",
            Self::ExtraKeyInLogical { .. } => "put the other condition into an `allOf` of its own",
            Self::MissingSubject => "say what is compared: `field`, `value` or `count`",
            Self::MultipleSubjects => "split it into two conditions under `allOf`",
            Self::MissingOperator => "add an operator such as `equals`, `in`, `like`, `exists`",
            Self::MultipleOperators { .. } => "split it into two conditions under `allOf`",
            Self::UnknownConditionKey { .. } => {
                "operators: equals, like, match, matchInsensitively, contains, in, containsKey, their `not…` forms, less, lessOrEquals, greater, greaterOrEquals, exists"
            }
            Self::UnknownMode { .. } => {
                "modes: `All`, `Indexed`, and those of data planes such as `Microsoft.Kubernetes.Data`"
            }
            Self::UnknownEffect { .. } | Self::EffectShape { .. } => {
                "effects: audit, deny, auditIfNotExists, deployIfNotExists, modify, append, denyAction, manual, disabled"
            }
            Self::DefaultNotAllowed { .. } => {
                "add it to `allowedValues`: values must agree exactly, case included"
            }
            Self::LegacySource => "use `value` with a function instead",
            Self::UnknownField { .. } => {
                "fields are type, location, name, kind, id, fullName, identity.type, tags and aliases such as `Microsoft.Storage/storageAccounts/sku.name`"
            }
            Self::WildcardInContains { .. } | Self::MultipleWildcards { .. } => "use `like` with one `*`",
            Self::CurrentOutsideCount => "move the condition into the `where` of a count",
            Self::CountShape { .. } => {
                "`count` is `{ \"field\": …, \"where\"?: … }` or `{ \"value\": …, \"name\"?: …, \"where\"?: … }`"
            }
            Self::TemplateUnresolved { .. } => {
                "compile the template with its parameters, or give a default value"
            }
            Self::UnescapedPolicyExpression { .. } => "escape it for the template: `[[…]`",
            Self::MorePages => "fetch the other pages too",
            _ => return None,
        })
    }
}

/// The name of an enum variant.
fn named(problem: &Problem) -> &'static str {
    let debug = format!("{problem:?}");
    let name = debug.split([' ', '{']).next().unwrap_or_default();
    CODES.iter().find(|code| **code == name).copied().unwrap_or("Policy")
}

const CODES: &[&str] = &[
    "DuplicateKey",
    "UnknownShape",
    "NotAPolicy",
    "EmbeddedJson",
    "MorePages",
    "ArmEscapedDefinition",
    "TemplateUnresolved",
    "TemplateText",
    "UnescapedPolicyExpression",
    "MissingPolicyRule",
    "BodyType",
    "UnknownMode",
    "ModeMissing",
    "UnknownBodyKey",
    "TooLong",
    "UnknownPolicyType",
    "Deprecated",
    "ExternalEvaluation",
    "ParameterShape",
    "ParameterType",
    "DefaultNotAllowed",
    "SchemaIgnored",
    "SchemaKeywordIgnored",
    "UnusedParameter",
    "UndeclaredParameter",
    "LiteralLooksLikeExpression",
    "MissingKey",
    "UnknownRuleKey",
    "ConditionShape",
    "ExtraKeyInLogical",
    "LogicalShape",
    "EmptyLogical",
    "MissingSubject",
    "MultipleSubjects",
    "MissingOperator",
    "MultipleOperators",
    "UnknownConditionKey",
    "LegacySource",
    "FieldShape",
    "UnknownField",
    "OperandType",
    "NullOperand",
    "NonScalarOperand",
    "OperandConverted",
    "MultipleWildcards",
    "WildcardInContains",
    "NumberRange",
    "CountShape",
    "CountName",
    "CountNameMissing",
    "CountNameHidden",
    "CountExists",
    "CountFieldTail",
    "CountFieldExpression",
    "NestedCountSibling",
    "CurrentOutsideCount",
    "UnknownCurrent",
    "CurrentAmbiguous",
    "NotAllowed",
    "FunctionNotInPolicy",
    "LimitExceeded",
    "UnknownEffect",
];
