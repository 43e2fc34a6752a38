//! The syntax tree as plain data: definitions, rules, conditions, fields, counts, effects, expressions. No
//! behaviour but printing and walking.

mod condition;
mod definition;
mod expression;
mod field;
mod governance;
pub mod print;

pub use condition::{Condition, ConditionKind, Count, Leaf, Operator, Subject, Template, TemplateKind};
pub use definition::{
    Definition, Details, DetailsShape, Effect, Mode, ModeKind, Parameter, ParameterType, PolicyType, Rule,
    Then,
};
pub use expression::{Expr, ExprKind, Expression, FunctionId};
pub use field::{ExpressionRef, FieldName, FieldRef};
pub use governance::{
    Assignment, Attestation, Attested, Broken, BrokenKind, Enforcement, Enrollment, Exemption,
    ExemptionCategory, Group, Identity, Initiative, Message, Override, OverrideKind, Reference, Selector,
    SelectorKind, SelectorSet, Spelled,
};
