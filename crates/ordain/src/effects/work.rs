//! Operations carried out on a working copy, one after another: what each does by what is there, as RFC 6902
//! (spec E-48 … E-57).

use super::patch::{PatchKind, PatchOperation, apply_one, pointer};
use super::place::{Place, Shape, Spot, current, places, raw};
use crate::aliases::Step;
use crate::plan::OperationKind;
use crate::value::{Object, Reason, Value, same_json};
use std::sync::Arc;

/// An operation whose field and value are known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ready {
    /// Its place among the operations of its policy.
    pub(super) index: usize,
    /// What it does.
    pub(super) kind: OperationKind,
    /// Where; a `[*]` at the end is taken off.
    pub(super) steps: Arc<[Step]>,
    /// Whether the path ended in `[*]`: a member of the array is meant.
    pub(super) of_members: bool,
    /// What it writes; null for `remove`.
    pub(super) value: Value,
}

/// What a policy does to one place: two policies are compared by it (spec E-60).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Write {
    /// The operation.
    pub(super) index: usize,
    /// The place; of an appended member that of its array.
    pub(super) pointer: String,
    /// Whether a member is appended.
    pub(super) appends: bool,
}

/// A place that holds another value than the operation adds (spec E-49).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ExistingValue {
    /// The operation's place among those of its policy.
    pub index: usize,
    /// A pointer to the value.
    pub path: String,
    /// What is there.
    pub current: Value,
    /// What the operation would add.
    pub wanted: Value,
}

impl ExistingValue {
    /// The reason of such an entry: `ExistingValueDiffers`.
    pub const REASON: &'static str = "ExistingValueDiffers";
}

/// A document that is changed step by step.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) body: Value,
    pub(super) patch: Vec<PatchOperation>,
    pub(super) writes: Vec<Write>,
    pub(super) conflicts: Vec<ExistingValue>,
    /// Some place has no image in the document's shape (spec E-59).
    pub(super) without_image: bool,
    /// What left a place open.
    pub(super) unresolved: Option<Reason>,
    shape: Shape,
    tests: bool,
    /// The operation that is carried out.
    index: usize,
}

impl Work {
    pub(super) fn new(body: Value, shape: Shape, tests: bool) -> Self {
        Self {
            body,
            patch: Vec::new(),
            writes: Vec::new(),
            conflicts: Vec::new(),
            without_image: false,
            unresolved: None,
            shape,
            tests,
            index: 0,
        }
    }

    /// The patch; `None` when it would not say all (spec E-59).
    pub(super) fn into_patch(self) -> Option<Vec<PatchOperation>> {
        (!self.without_image && self.unresolved.is_none()).then_some(self.patch)
    }

    /// Carries out one operation. False when a parent of some place is missing.
    pub(super) fn carry_out(&mut self, operation: &Ready) -> bool {
        self.index = operation.index;
        if operation.kind == OperationKind::Remove {
            self.remove(operation);
            return true;
        }
        let mut whole = true;
        for place in places(&self.body, &operation.steps, self.shape) {
            match place {
                Place::Spot(spot) => self.at(operation, &spot),
                Place::ParentMissing => whole = false,
                Place::Hidden(reason) => self.unresolved = self.unresolved.or(Some(reason)),
                Place::NoImage => self.without_image = true,
            }
        }
        whole
    }

    /// Takes a tag away under every spelling of its name, until none is left (spec E-54).
    fn remove(&mut self, operation: &Ready) {
        loop {
            let place = places(&self.body, &operation.steps, self.shape).into_iter().next();
            match place {
                Some(Place::Spot(spot)) if raw(&self.body, &spot).is_some() => {
                    self.write(&spot, PatchKind::Remove, None);
                    // What would not go would be found again and again.
                    if raw(&self.body, &spot).is_some() {
                        return;
                    }
                }
                Some(Place::Hidden(reason)) => {
                    self.unresolved = self.unresolved.or(Some(reason));
                    return;
                }
                _ => return,
            }
        }
    }

    fn at(&mut self, operation: &Ready, spot: &Spot) {
        let found = current(&self.body, spot).cloned();
        let value = &operation.value;
        let whole = || Value::array([value.clone()]);
        let adds = operation.kind != OperationKind::AddOrReplace;
        match found {
            None if operation.of_members => self.append_to_nothing(spot, PatchKind::Add, whole()),
            None => self.write(spot, PatchKind::Add, Some(value.clone())),
            Some(Value::Null) if value.is_null() => {}
            Some(Value::Null) if operation.of_members => {
                self.append_to_nothing(spot, PatchKind::Replace, whole());
            }
            Some(Value::Null) => self.write(spot, PatchKind::Replace, Some(value.clone())),
            Some(Value::Array(items)) if operation.of_members && adds => self.append(spot, &items, value),
            Some(found) => {
                let wanted = if operation.of_members { whole() } else { value.clone() };
                match same_json(&found, &wanted) {
                    Some(true) => {}
                    None if adds => {
                        self.unresolved = self.unresolved.or(found.first_unknown().or(wanted.first_unknown()))
                    }
                    Some(false) if adds => self.conflicts.push(ExistingValue {
                        index: operation.index,
                        path: pointer(&spot.tokens),
                        current: found,
                        wanted: value.clone(),
                    }),
                    _ => self.write(spot, PatchKind::Replace, Some(wanted)),
                }
            }
        }
    }

    /// One more member, unless an equal one is there (spec E-51).
    fn append(&mut self, spot: &Spot, items: &[Value], value: &Value) {
        let mut open = None;
        for item in items {
            match same_json(item, value) {
                Some(true) => return,
                Some(false) => {}
                None => open = open.or_else(|| item.first_unknown()).or_else(|| value.first_unknown()),
            }
        }
        let array = pointer(&spot.tokens);
        if let Some(reason) = open {
            // Whoever reads the array afterwards must not take it for known.
            self.unresolved = self.unresolved.or(open);
            let blurred =
                PatchOperation { op: PatchKind::Replace, path: array, value: Some(Value::Unknown(reason)) };
            let _ = apply_one(&mut self.body, &blurred);
            return;
        }
        self.emit(PatchKind::Add, format!("{array}/-"), Some(value.clone()));
        self.writes.push(Write { index: self.index, pointer: array, appends: true });
    }

    fn append_to_nothing(&mut self, spot: &Spot, op: PatchKind, whole: Value) {
        self.write(spot, op, Some(whole));
        if let Some(write) = self.writes.last_mut() {
            write.appends = true;
        }
    }

    /// One operation at a spot, what is missing above it first.
    fn write(&mut self, spot: &Spot, op: PatchKind, value: Option<Value>) {
        for length in &spot.missing {
            let front = pointer(spot.tokens.get(..*length).unwrap_or_default());
            self.emit(PatchKind::Add, front, Some(Value::object(Object::new())));
        }
        let path = pointer(&spot.tokens);
        if self.tests && op != PatchKind::Add {
            let seen = raw(&self.body, spot).cloned();
            self.emit(PatchKind::Test, path.clone(), seen);
        }
        self.emit(op, path.clone(), value);
        self.writes.push(Write { index: self.index, pointer: path, appends: false });
    }

    /// Writes an operation down and does it, so that no pointer can stand in a patch that does not fit.
    fn emit(&mut self, op: PatchKind, path: String, value: Option<Value>) {
        if let Some(reason) = value.as_ref().and_then(Value::first_unknown) {
            self.unresolved = self.unresolved.or(Some(reason));
        }
        let operation = PatchOperation { op, path, value };
        // A place that was found in the body is there.
        if apply_one(&mut self.body, &operation).is_ok() {
            self.patch.push(operation);
        }
    }
}

/// The path of a tag.
pub(super) fn tag_steps(name: &str) -> Arc<[Step]> {
    [Step::Key("tags".into()), Step::Key(name.into())].into()
}

/// The last step without its star.
pub(super) fn of_members(steps: &Arc<[Step]>) -> (Arc<[Step]>, bool) {
    match steps.split_last() {
        Some((Step::Each, front)) => (front.into(), true),
        _ => (steps.clone(), false),
    }
}
