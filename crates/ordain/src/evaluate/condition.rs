//! One comparison: the left sides that its subject selects, each against the right side (spec 03, A-10 … A-14).

use super::asker::Asker;
use super::lookup::{self, Place};
use super::machine::{Frame, Machine, Scope, Truth};
use super::notice::NoticeKind;
use super::tally::Tally;
use super::walk::{self, Item, Stars};
use super::{Observer, Seen};
use crate::aliases::Step;
use crate::ast::FieldName;
use crate::document::Slot;
use crate::expr;
use crate::operators::{Check, Side};
use crate::plan::{Binding, Checked, SiteId, Subject, Test};
use crate::syntax::classify_field;
use crate::value::{Fault, FaultKind, Node, Reason, Value, View, text};
use std::borrow::Cow;
use std::ops::ControlFlow;

/// A text as a node: values that are made rather than found.
#[derive(Clone, Copy)]
pub(crate) struct Plain<'a>(pub(crate) &'a str);

impl<'a> Node<'a> for Plain<'a> {
    fn view(self) -> View<'a> {
        View::Text(self.0)
    }

    fn member(self, _: &str) -> Option<Self> {
        None
    }

    fn elements(self) -> impl Iterator<Item = Self> {
        std::iter::empty()
    }

    fn entries(self) -> impl Iterator<Item = (&'a str, Self)> {
        std::iter::empty()
    }
}

/// The outcome of a comparison, or why there is none.
pub(super) enum Halt {
    Unknown(Reason),
    Fault(Fault),
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<'d, N: Node<'d>, O: Observer> Machine<'_, 'd, N, O> {
    pub(super) fn test(&self, test: &Test, site: SiteId, scope: Option<&Scope<'_, N>>) -> Truth {
        let mut computed = None;
        self.notices.at.set(Some(site));
        if O::WATCHES {
            self.reads.borrow_mut().clear();
        }
        let (mut sights, mut open) = (Vec::new(), Vec::new());
        let (truth, fault, operand) = match self.right_side(&test.check, scope) {
            Ok(made) => {
                let check = match (&test.check, made) {
                    (Checked::Ready(check), _) => check,
                    (_, Some(made)) => &*computed.insert(made),
                    _ => return Truth::False,
                };
                let mut tally = Tally::new(check);
                let settled = match self.left_sides(&test.subject, scope, &mut tally) {
                    Ok(()) => tally.close::<O>(),
                    Err(Halt::Unknown(reason)) => (Truth::Unknown(reason), None, None),
                    Err(Halt::Fault(fault)) => (Truth::Error, Some(fault), None),
                };
                (sights, open) = (tally.sights, tally.open);
                settled
            }
            Err(Halt::Unknown(reason)) => {
                open = self.reads.take();
                (Truth::Unknown(reason), None, None)
            }
            Err(Halt::Fault(fault)) => (Truth::Error, Some(fault), None),
        };
        if O::WATCHES {
            self.observer.saw(site, Seen { truth, fault: fault.clone(), sights, operand, open });
        }
        match fault {
            Some(fault) => self.failed(site, fault),
            None => truth,
        }
    }

    /// The operand, evaluated once, before any slot (spec A-12). `None`: it was ready.
    fn right_side(&self, check: &Checked, scope: Option<&Scope<'_, N>>) -> Result<Option<Check>, Halt> {
        match check {
            Checked::Ready(_) => Ok(None),
            Checked::Fail(fault) => Err(Halt::Fault(fault.clone())),
            Checked::Computed { operator, operand, location } => {
                match expr::template(operand, &Asker { machine: self, scope })? {
                    Value::Unknown(reason) => Err(Halt::Unknown(reason)),
                    value if *location => Ok(Some(Check::prepare(*operator, &as_location(&value))?)),
                    value => Ok(Some(Check::prepare(*operator, &value)?)),
                }
            }
        }
    }

    fn left_sides(
        &self,
        subject: &Subject,
        scope: Option<&Scope<'_, N>>,
        tally: &mut Tally<'_>,
    ) -> Result<(), Halt> {
        match subject {
            Subject::Value(template) => {
                let before = self.reads.borrow().len();
                match expr::template(template, &Asker { machine: self, scope })? {
                    Value::Unknown(reason) => {
                        tally.open = self.reads.take();
                        Err(Halt::Unknown(reason))
                    }
                    value => {
                        // What the value read shows best where to look, else what its operand read.
                        let first_read = || {
                            let reads = self.reads.borrow();
                            reads.get(before).or(reads.first()).cloned().unwrap_or_default()
                        };
                        tally.take::<_, O>(Some(&value), Side::Value, first_read);
                        Ok(())
                    }
                }
            }
            Subject::NoField => Err(Halt::Fault(no_field())),
            Subject::Count(counted) => self.count(counted, scope, tally),
            Subject::Field(name) => {
                let resolved;
                let name = match name {
                    FieldName::Expression(expression) => {
                        let cx = Asker { machine: self, scope };
                        resolved = match expr::evaluate(&expression.0.root, &cx)? {
                            Value::Unknown(reason) => return Err(Halt::Unknown(reason)),
                            value => field_of(&value)?,
                        };
                        &resolved
                    }
                    name => name,
                };
                if *name == FieldName::Location && matches!(subject, Subject::Field(FieldName::Expression(_)))
                {
                    return self.located_late(scope, tally);
                }
                self.field_sides(name, scope, tally)
            }
            Subject::Bound { binding, .. } if binding.whole => self.whole_side(*binding, scope, tally),
            other => {
                self.slots(other, scope, &mut |slot, path| tally.slot::<_, O>(slot, path));
                Ok(())
            }
        }
    }

    /// `location`, when only the resource tells that it is meant: the operand is brought to its form now
    /// (spec L-22, L-42).
    fn located_late(&self, scope: Option<&Scope<'_, N>>, tally: &mut Tally<'_>) -> Result<(), Halt> {
        let operator = tally.check().operator();
        if !operator.compares_locations() {
            return self.field_sides(&FieldName::Location, scope, tally);
        }
        let check = Check::prepare_literal(operator, &as_location(tally.check().operand()))?;
        let mut located = Tally::new(&check);
        let outcome = self.field_sides(&FieldName::Location, scope, &mut located);
        let Tally { truth, fault, unknown, sights, open, .. } = located;
        (tally.truth, tally.fault, tally.unknown) = (truth, fault, unknown);
        tally.sights.extend(sights);
        tally.open.extend(open);
        outcome
    }

    /// The array of which an enclosing count leaves one element to see (spec ).
    fn whole_side(
        &self,
        binding: Binding,
        scope: Option<&Scope<'_, N>>,
        tally: &mut Tally<'_>,
    ) -> Result<(), Halt> {
        let frame = field_frame(scope, usize::from(binding.depth));
        let path = || {
            let Some((path, stars)) = frame else { return Vec::new() };
            let star = nth_star(path, usize::from(binding.star));
            concrete(Vec::new(), path.get(..star.saturating_sub(1)).unwrap_or_default(), stars)
        };
        let element = frame.and_then(|(_, stars)| stars.get(usize::from(binding.star)));
        match element.map(|(_, element)| element.to_value()) {
            Some(Value::Unknown(reason)) => return Err(Halt::Unknown(reason)),
            Some(element) => {
                tally.take::<_, O>(Some(&Value::array([element])), Side::Field, path);
            }
            None => tally.take::<N, O>(None, Side::Field, path),
        }
        Ok(())
    }

    /// The slots of a field by its name.
    fn field_sides(
        &self,
        name: &FieldName,
        scope: Option<&Scope<'_, N>>,
        tally: &mut Tally<'_>,
    ) -> Result<(), Halt> {
        let path = || vec![Item::Key(envelope_key(name).into())];
        match self.resolve(name) {
            Place::Envelope => match self.envelope(name) {
                Slot::Unknown(reason) => {
                    if O::WATCHES {
                        tally.open.push(path());
                    }
                    return Err(Halt::Unknown(reason));
                }
                Slot::Missing => tally.take::<Plain<'_>, O>(None, Side::Field, path),
                Slot::Found(text) => tally.take::<_, O>(Some(Plain(&text)), Side::Field, path),
            },
            Place::Location => match self.location() {
                Slot::Unknown(reason) => {
                    if O::WATCHES {
                        tally.open.push(path());
                    }
                    return Err(Halt::Unknown(reason));
                }
                Slot::Missing => tally.take::<Plain<'_>, O>(None, Side::Field, path),
                Slot::Found(text) => tally.take::<_, O>(Some(Plain(&text)), Side::Field, path),
            },
            Place::Path(steps, Some(extract)) => {
                let keys = steps.iter().filter_map(key_of);
                match self.path_slot(keys) {
                    Slot::Unknown(reason) => {
                        if O::WATCHES {
                            tally.open.push(path());
                        }
                        return Err(Halt::Unknown(reason));
                    }
                    slot => {
                        let text = extracted(slot, &extract);
                        tally.take::<_, O>(text.as_deref().map(Plain), Side::Field, Vec::new);
                    }
                }
            }
            Place::Path(steps, None) => match lookup::bind(&steps, Scope::paths(scope)) {
                Some((binding, _)) if binding.whole => return self.whole_side(binding, scope, tally),
                _ => self.steps_slots(&steps, scope, &mut |slot, path| tally.slot::<_, O>(slot, path)),
            },
            Place::Absent { star: true } => {}
            Place::Absent { star: false } => tally.take::<Plain<'_>, O>(None, Side::Field, Vec::new),
            Place::Unknown => return Err(Halt::Fault(no_field())),
        }
        Ok(())
    }

    pub(super) fn resolve(&self, name: &FieldName) -> Place {
        if let FieldName::Alias(alias) = name
            && let Some(place) = self.plan.aliases.get(&**alias)
        {
            return place.clone();
        }
        // What surrounds R tells nothing of a candidate's body (spec L-81, E-86).
        let given = self.surroundings.api_version.as_deref().filter(|_| self.outer().is_none());
        let version = given.or(self.facts.api_version());
        lookup::resolve(self.aliases, self.facts.resource_type(), version, name)
    }

    /// type, name, fullName, id.
    pub(super) fn envelope(&self, name: &FieldName) -> Slot<Cow<'_, str>> {
        let text = match name {
            FieldName::Type => Some(Cow::Borrowed(self.facts.resource_type())),
            FieldName::Name => self.facts.name().map(Cow::Borrowed),
            FieldName::FullName => {
                if !self.facts.knows_full_name() {
                    let resource_type = self.facts.resource_type().into();
                    self.notice(NoticeKind::FullNameUnknown { resource_type });
                }
                self.facts.full_name()
            }
            _ => self.facts.id().map(Cow::Borrowed),
        };
        match (text, self.facts.name_unknown()) {
            (Some(text), _) => Slot::Found(text),
            (None, Some(reason)) if *name != FieldName::Id => Slot::Unknown(reason),
            (None, _) => Slot::Missing,
        }
    }

    /// `location` in its normal form.
    pub(super) fn location(&self) -> Slot<Cow<'d, str>> {
        match self.facts.root_member("location") {
            Slot::Found(node) => match node.view() {
                View::Text(given) => Slot::Found(text::location(given)),
                View::Unknown(reason) => Slot::Unknown(reason),
                // What is no text is no location (spec L-21).
                _ => Slot::Missing,
            },
            Slot::Missing => Slot::Missing,
            Slot::Unknown(reason) => Slot::Unknown(reason),
        }
    }

    /// Visits the slots of a subject that is a path, with the concrete path where somebody watches.
    pub(super) fn slots(
        &self,
        subject: &Subject,
        scope: Option<&Scope<'_, N>>,
        visit: &mut impl FnMut(Slot<N>, &mut dyn FnMut() -> Vec<Item>) -> ControlFlow<()>,
    ) {
        let _ = match subject {
            Subject::Slot(path) => visit(self.slot(*path), &mut || self.items_of(*path)),
            Subject::Each { start, rest } => {
                let mut stars = Stars::new();
                let odd = |found| self.not_an_array(found);
                walk::walk(self.slot(*start), rest, &mut stars, &odd, &mut |slot, stars| {
                    visit(slot, &mut || concrete(self.items_of(*start), rest, stars))
                })
            }
            Subject::Bound { binding, rest } => self.bound_slots(*binding, rest, scope, visit),
            Subject::Absent { star: true } => ControlFlow::Continue(()),
            _ => visit(Slot::Missing, &mut Vec::new),
        };
    }

    /// Visits the slots of a resolved path, inside the enclosing counts where it leads there.
    pub(super) fn steps_slots(
        &self,
        steps: &[Step],
        scope: Option<&Scope<'_, N>>,
        visit: &mut impl FnMut(Slot<N>, &mut dyn FnMut() -> Vec<Item>) -> ControlFlow<()>,
    ) {
        if let Some((binding, rest)) = lookup::bind(steps, Scope::paths(scope)) {
            let _ = self.bound_slots(binding, rest, scope, visit);
            return;
        }
        let plain = steps.iter().take_while(|step| **step != Step::Each).count();
        let (front, rest) = steps.split_at_checked(plain).unwrap_or((steps, &[]));
        let start = self.path_slot(front.iter().filter_map(key_of));
        let odd = |found| self.not_an_array(found);
        let _ = walk::walk(start, rest, &mut Stars::new(), &odd, &mut |slot, stars| {
            visit(slot, &mut || {
                concrete(front.iter().filter_map(key_of).map(|k| Item::Key(k.into())).collect(), rest, stars)
            })
        });
    }

    fn bound_slots(
        &self,
        binding: Binding,
        rest: &[Step],
        scope: Option<&Scope<'_, N>>,
        visit: &mut impl FnMut(Slot<N>, &mut dyn FnMut() -> Vec<Item>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some((frame_path, frame_stars)) = field_frame(scope, usize::from(binding.depth)) else {
            return visit(Slot::Missing, &mut Vec::new);
        };
        let Some((_, element)) = frame_stars.get(usize::from(binding.star)).copied() else {
            return visit(Slot::Missing, &mut Vec::new);
        };
        let upto = nth_star(frame_path, usize::from(binding.star));
        let base = || concrete(Vec::new(), frame_path.get(..upto).unwrap_or_default(), frame_stars);
        let odd = |found| self.not_an_array(found);
        walk::walk(Slot::Found(element), rest, &mut Stars::new(), &odd, &mut |slot, stars| {
            visit(slot, &mut || concrete(base(), rest, stars))
        })
    }

    fn items_of(&self, path: crate::plan::PathId) -> Vec<Item> {
        self.plan.paths.keys(path).into_iter().map(|key| Item::Key(key.into())).collect()
    }
}

/// A reference that leads nowhere on any type (spec L-54).
pub(super) fn no_field() -> Fault {
    Fault::new(FaultKind::UnknownField, "there is no such field")
}

/// The reference that a computed text names (spec L-41).
pub(crate) fn field_of(value: &Value) -> Result<FieldName, Fault> {
    match value {
        Value::Text(name) => classify_field(name).ok_or_else(|| {
            let kind = if name.is_empty() { FaultKind::FieldExpression } else { FaultKind::UnknownField };
            Fault::new(kind, format!("there is no field `{name}`"))
        }),
        other => {
            let message = format!("a field is named by a text, not by the {}", other.kind());
            Err(Fault::new(FaultKind::FieldExpression, message))
        }
    }
}

/// Texts brought to the normal form of locations, as the left side is (spec L-22).
pub(crate) fn as_location(value: &Value) -> Value {
    match value {
        Value::Text(given) => Value::text(text::location(given).as_ref()),
        Value::Array(members) => members.iter().map(as_location).collect::<Vec<_>>().into_array(),
        other => other.clone(),
    }
}

trait IntoArray {
    fn into_array(self) -> Value;
}

impl IntoArray for Vec<Value> {
    fn into_array(self) -> Value {
        Value::array(self)
    }
}

pub(super) fn extracted<'d, N: Node<'d>>(slot: Slot<N>, extract: &crate::aliases::Extract) -> Option<String> {
    match slot {
        Slot::Found(node) => match node.view() {
            View::Text(given) => extract.apply(given),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn key_of(step: &Step) -> Option<&str> {
    match step {
        Step::Key(key) => Some(key),
        Step::Each => None,
    }
}

fn envelope_key(name: &FieldName) -> &'static str {
    match name {
        FieldName::Type => "type",
        FieldName::Name | FieldName::FullName => "name",
        FieldName::Location => "location",
        _ => "id",
    }
}

/// The path of a field count, and the elements that its stars stand for.
type FieldFrame<'s, N> = (&'s [Step], &'s [(u32, N)]);

/// Path and elements of the frame at a depth, if it is a field count.
pub(super) fn field_frame<'s, N>(scope: Option<&'s Scope<'_, N>>, depth: usize) -> Option<FieldFrame<'s, N>> {
    let mut at = scope?;
    for _ in 0..depth {
        at = at.outer?;
    }
    match &at.frame {
        Frame::Field { path, stars, .. } => Some((path, stars)),
        Frame::Value { .. } => None,
    }
}

/// Number of steps up to and including the star of this number.
pub(super) fn nth_star(path: &[Step], number: usize) -> usize {
    path.iter()
        .enumerate()
        .filter(|(_, s)| **s == Step::Each)
        .nth(number)
        .map_or(path.len(), |(at, _)| at + 1)
}

/// A path with the stars replaced by the indices that they stand for.
pub(super) fn concrete<N>(mut front: Vec<Item>, steps: &[Step], stars: &[(u32, N)]) -> Vec<Item> {
    let mut stars = stars.iter();
    for step in steps {
        match step {
            Step::Key(key) => front.push(Item::Key(key.clone())),
            Step::Each => match stars.next() {
                Some((index, _)) => front.push(Item::Index(*index)),
                None => break,
            },
        }
    }
    front
}
