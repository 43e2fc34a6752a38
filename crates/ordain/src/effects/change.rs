//! modify and append: what a finding would do to the resource (spec E-36 … E-59, E-65 … E-67).

use super::patch::PatchOperation;
use super::place::Shape;
use super::subject::Subject;
use super::target::{Fields, SkipReason};
use super::work::{ExistingValue, Ready, Work, Write, of_members};
use crate::ast::{Template, TemplateKind};
use crate::expr::template;
use crate::plan::{Changes, ConflictEffect, Operation, OperationKind};
use crate::value::{Fault, FaultKind, Reason, Value};

/// What a change may do beyond the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangeOptions {
    /// Missing parents are made instead of skipping the operation (spec E-46).
    pub create_parents: bool,
    /// A `test` before each `replace` and `remove`, with the value seen (spec E-56).
    pub tests: bool,
}

impl ChangeOptions {
    /// Missing parents are made.
    #[must_use]
    pub fn create_parents(mut self) -> Self {
        self.create_parents = true;
        self
    }

    /// A `test` before each `replace` and `remove`.
    #[must_use]
    pub fn tests(mut self) -> Self {
        self.tests = true;
        self
    }
}

/// What a policy with effect modify or append would do to one resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Change {
    /// The operations in the policy's own terms, without those that are skipped.
    pub operations: Vec<ChangeOperation>,
    /// The same as RFC 6902 against the document as it was given. Empty: nothing is to be done. `None`: the
    /// document's shape has no place for some of it (spec E-59), or the input does not tell what is there.
    pub patch: Option<Vec<PatchOperation>>,
    /// Operations that are not carried out.
    pub skipped: Vec<Skipped>,
    /// Values that are there already and differ.
    pub conflicts: Vec<ExistingValue>,
    /// Roles that the identity of a remediation needs, as written.
    pub role_definition_ids: Vec<Value>,
    /// What a clash leads to; `Deny` for append.
    pub conflict_effect: ConflictEffect,
    /// The failure of an expression in an operation: nothing is changed then (spec E-47).
    pub error: Option<Fault>,
    /// The rule is unknown of the resource: nothing is changed (spec E-28).
    pub tentative: bool,
    /// What left some place or value open.
    pub unresolved: Option<Reason>,
    /// What is worth knowing about it.
    pub notes: Vec<ChangeNote>,
    pub(super) ready: Vec<Ready>,
    pub(super) writes: Vec<Write>,
    pub(super) after: Value,
    pub(super) shape: Shape,
    pub(super) options: ChangeOptions,
}

/// An operation in the policy's own terms.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ChangeOperation {
    /// Its place among the policy's operations.
    pub index: usize,
    /// What it does.
    pub operation: OperationKind,
    /// The field, its expressions evaluated.
    pub field: String,
    /// The value, its expressions evaluated; none for `remove`.
    pub value: Option<Value>,
}

/// An operation that is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// Its place among the policy's operations.
    pub index: usize,
    /// The field.
    pub field: String,
    /// Why.
    pub reason: SkipReason,
}

/// Something worth knowing about a change, once for a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeNote {
    /// Nobody says whether a field can be written: it is taken as one that can (spec E-45).
    ModifiableUnknown,
    /// No list knows versions of the type: the request is taken for newer than any (spec E-41).
    ApiVersionAssumed,
}

impl ChangeNote {
    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ModifiableUnknown => "ModifiableUnknown",
            Self::ApiVersionAssumed => "ApiVersionAssumed",
        }
    }
}

impl Change {
    /// Whether the service refuses a request that the policy would change so: an operation failed, or met what it
    /// cannot write, and the conflict effect is deny (spec E-44, E-47, E-49, E-65).
    #[must_use]
    pub fn denies(&self) -> bool {
        let clashes = self.clashes() && self.conflict_effect == ConflictEffect::Deny;
        !self.tentative && (self.error.is_some() || clashes)
    }

    /// Whether operations are left out for what they met, and that is to be told (spec E-44, E-49).
    #[must_use]
    pub fn is_audited(&self) -> bool {
        !self.tentative && self.conflict_effect == ConflictEffect::Audit && self.clashes()
    }

    /// Whether an operation met what it cannot write, or what is there already with another value.
    fn clashes(&self) -> bool {
        let refused = |s: &Skipped| matches!(s.reason, SkipReason::NotModifiable | SkipReason::TypeMismatch);
        !self.conflicts.is_empty() || self.skipped.iter().any(refused)
    }

    /// Whether it does nothing to the resource.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }
}

/// Works out a change. `certain`: the rule is true, not unknown.
pub(crate) fn change(
    changes: &Changes,
    subject: &Subject<'_>,
    certain: bool,
    options: ChangeOptions,
) -> Change {
    let request_version = subject.request_version();
    let fields = Fields {
        aliases: subject.aliases,
        resource_type: subject.resource_type,
        body_version: subject.version,
        request_version: request_version.as_deref(),
    };
    let shape = Shape { create_parents: options.create_parents, ..subject.shape };
    let mut change = Change {
        operations: Vec::new(),
        patch: Some(Vec::new()),
        skipped: Vec::new(),
        conflicts: Vec::new(),
        role_definition_ids: changes.roles.to_vec(),
        conflict_effect: changes.conflict_effect,
        error: None,
        tentative: !certain,
        unresolved: None,
        notes: Vec::new(),
        ready: Vec::new(),
        writes: Vec::new(),
        after: Value::Null,
        shape,
        options,
    };
    if request_version.is_none() && changes.operations.iter().any(|op| op.condition.is_some()) {
        change.note(ChangeNote::ApiVersionAssumed);
    }
    for (index, operation) in changes.operations.iter().enumerate() {
        if let Err(fault) = change.prepare(index, operation, subject, &fields) {
            change.error = Some(fault);
            change.ready.clear();
            break;
        }
    }
    let mut work = Work::new((subject.body)(), shape, options.tests);
    if certain {
        for ready in &change.ready {
            if !work.carry_out(ready) {
                let field = change.operations.iter().find(|op| op.index == ready.index);
                let field = field.map(|op| op.field.clone()).unwrap_or_default();
                change.skipped.push(Skipped { index: ready.index, field, reason: SkipReason::ParentMissing });
            }
        }
    }
    // An operation that found its parent nowhere is not among those that are carried out.
    let written = |index: usize| work.writes.iter().any(|write| write.index == index);
    let conflicting = |index: usize| work.conflicts.iter().any(|conflict| conflict.index == index);
    let skipped = &change.skipped;
    change.operations.retain(|op| {
        !skipped.iter().any(|s| s.index == op.index) || written(op.index) || conflicting(op.index)
    });
    change.skipped.sort_by_key(|skipped| skipped.index);
    change.conflicts = std::mem::take(&mut work.conflicts);
    change.writes = std::mem::take(&mut work.writes);
    change.unresolved = change.unresolved.or(work.unresolved);
    change.after = work.body.clone();
    change.patch = if change.unresolved.is_some() { None } else { work.into_patch() };
    if change.error.is_some() {
        change.patch = Some(Vec::new());
    }
    change
}

impl Change {
    fn note(&mut self, note: ChangeNote) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Evaluates one operation; it is ready, or skipped, or its failure ends all.
    fn prepare(
        &mut self,
        index: usize,
        operation: &Operation,
        subject: &Subject<'_>,
        fields: &Fields<'_>,
    ) -> Result<(), Fault> {
        if let Some(condition) = &operation.condition {
            match holds(condition, subject)? {
                Ok(true) => {}
                Ok(false) => {
                    let field = match template(&operation.field, subject.context) {
                        Ok(Value::Text(name)) => name.to_string(),
                        _ => written(&operation.field),
                    };
                    self.skipped.push(Skipped { index, field, reason: SkipReason::ConditionFalse });
                    return Ok(());
                }
                Err(reason) => {
                    self.unresolved = self.unresolved.or(Some(reason));
                    return Ok(());
                }
            }
        }
        let field = match template(&operation.field, subject.context)? {
            Value::Text(name) if !name.is_empty() => name,
            Value::Unknown(reason) => {
                self.unresolved = self.unresolved.or(Some(reason));
                return Ok(());
            }
            other => {
                let found = if other.as_text().is_some() { "the empty text" } else { other.kind() };
                let message = format!("the `field` of an operation must be a text, not {found}");
                return Err(Fault::new(FaultKind::EffectDetails, message));
            }
        };
        let value = operation.value.as_ref().map(|value| template(value, subject.context)).transpose()?;
        let given = value.as_ref().unwrap_or(&Value::Null);
        match fields.target(&field, operation.kind, given) {
            Err(reason) => self.skipped.push(Skipped { index, field: field.to_string(), reason }),
            Ok(target) => {
                if target.modifiable_unknown {
                    self.note(ChangeNote::ModifiableUnknown);
                }
                let (steps, of_members) = of_members(&target.steps);
                let kind = operation.kind;
                self.ready.push(Ready { index, kind, steps, of_members, value: target.value });
                let field = field.to_string();
                self.operations.push(ChangeOperation { index, operation: kind, field, value });
            }
        }
        Ok(())
    }
}

/// Whether the condition of an operation holds; the inner error is unknown (spec E-40).
fn holds(condition: &Template, subject: &Subject<'_>) -> Result<Result<bool, Reason>, Fault> {
    match template(condition, subject.context)? {
        Value::Bool(truth) => Ok(Ok(truth)),
        Value::Unknown(reason) => Ok(Err(reason)),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Ok(Ok(true)),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Ok(Ok(false)),
        other => {
            let message =
                format!("the `condition` of an operation must be true or false, not {}", other.kind());
            Err(Fault::new(FaultKind::EffectDetails, message))
        }
    }
}

/// The text of a template that is no literal.
fn written(field: &Template) -> String {
    match &field.kind {
        TemplateKind::Expression(expression) => expression.text.to_string(),
        TemplateKind::Literal(Value::Text(text)) => text.to_string(),
        _ => String::new(),
    }
}
