//! Counting elements that satisfy a `where` (spec 04 sections 4 and 5, C-64, C-66).

use super::asker::Asker;
use super::condition::Halt;
use super::machine::{Frame, Machine, Scope, Truth};
use super::tally::Tally;
use super::walk::Stars;
use super::{Observer, Sight};
use crate::document::Slot;
use crate::expr;
use crate::limits;
use crate::operators::Side;
use crate::plan::{Branch, Counted, Subject};
use crate::value::{Fault, FaultKind, Node, Reason, Value};
use std::ops::ControlFlow;

/// How many elements satisfied, and how many may.
#[derive(Default)]
struct Found {
    certain: i64,
    open: i64,
    reason: Option<Reason>,
    halted: Option<Truth>,
    /// The first few that satisfied, for whoever watches: elements by their place, members by their value.
    shown: Vec<Sight>,
}

/// How many of the counted elements an explanation names.
const SHOWN: usize = 8;

impl<'d, N: Node<'d>, O: Observer> Machine<'_, 'd, N, O> {
    pub(super) fn count(
        &self,
        counted: &Counted,
        scope: Option<&Scope<'_, N>>,
        tally: &mut Tally<'_>,
    ) -> Result<(), Halt> {
        self.observer.begin_elements();
        let found = match counted {
            Counted::Field { .. } => self.count_elements(counted, scope),
            Counted::Value { .. } => self.count_members(counted, scope),
        };
        self.observer.end_elements();
        let mut found = found?;
        match found.halted {
            Some(Truth::Unknown(reason)) => return Err(Halt::Unknown(reason)),
            // The failure was recorded where it happened; it is handed on as this condition's own.
            Some(Truth::Error) => {
                let fault = self.fault().map(|(_, fault)| fault);
                return Err(Halt::Fault(
                    fault.unwrap_or_else(|| Fault::new(FaultKind::Value, "an iteration failed")),
                ));
            }
            _ => {}
        }
        found.shown.drain(..).for_each(|sight| tally.see(sight));
        if found.open == 0 {
            tally.take::<_, O>(Some(&Value::int(found.certain)), Side::Value, Vec::new);
            return Ok(());
        }
        self.compare_range(&found, tally)
    }

    /// The number lies in a range: the comparison holds or not if it does so for all of it.
    fn compare_range(&self, found: &Found, tally: &mut Tally<'_>) -> Result<(), Halt> {
        let mut outcome: Option<bool> = None;
        for number in found.certain..=found.certain + found.open {
            let held = tally.check().holds(Some(&Value::int(number)), Side::Value)?;
            if outcome.is_some_and(|o| o != held) {
                return Err(Halt::Unknown(found.reason.unwrap_or(Reason::UnresolvedExpression)));
            }
            outcome = Some(held);
        }
        let held = outcome.unwrap_or(false);
        if O::WATCHES {
            tally.see(Sight { path: Vec::new(), value: Some(Value::int(found.certain)), held });
        }
        tally.settle(Truth::of(held));
        Ok(())
    }

    fn count_elements(&self, counted: &Counted, scope: Option<&Scope<'_, N>>) -> Result<Found, Halt> {
        let Counted::Field { over, path, filter } = counted else { return Ok(Found::default()) };
        if *over == Subject::NoField {
            return Err(Halt::Fault(super::condition::no_field()));
        }
        let mut found = Found::default();
        let own = self.notices.at.get();
        self.elements(over, scope, &mut |slot, stars| {
            if let Slot::Unknown(reason) = slot {
                // The first unknown in order gives the reason (spec C-66).
                found.halted = Some(Truth::Unknown(found.reason.unwrap_or(reason)));
                return ControlFlow::Break(());
            }
            let frame = Frame::Field { path, stars };
            let inner = Scope { frame, outer: scope };
            let truth = filter.as_ref().map_or(Truth::True, |filter| self.branch(filter, Some(&inner)));
            self.notices.at.set(own);
            if O::WATCHES && truth == Truth::True && found.shown.len() < SHOWN {
                let path = super::condition::concrete(Vec::new(), path, stars);
                found.shown.push(Sight { path, value: None, held: true });
            }
            found.add(truth)
        });
        Ok(found)
    }

    fn count_members(&self, counted: &Counted, scope: Option<&Scope<'_, N>>) -> Result<Found, Halt> {
        let Counted::Value { over, name, filter, limited } = counted else { return Ok(Found::default()) };
        let members = match expr::template(over, &Asker { machine: self, scope })? {
            Value::Unknown(reason) => return Err(Halt::Unknown(reason)),
            Value::Array(members) => members,
            other => {
                let message = format!("`count.value` must be an array, not the {}", other.kind());
                return Err(Halt::Fault(Fault::new(FaultKind::TypeMismatch, message)));
            }
        };
        let outer_iterations = self.iterations.get();
        let iterations = outer_iterations.saturating_mul(members.len().max(1));
        if *limited && iterations > limits::VALUE_COUNT_ITERATIONS {
            let message = format!("{iterations} iterations, more than {}", limits::VALUE_COUNT_ITERATIONS);
            return Err(Halt::Fault(Fault::new(FaultKind::LimitExceeded, message)));
        }
        self.iterations.set(iterations);
        let mut found = Found::default();
        for member in members.iter() {
            let inner = Scope { frame: Frame::Value { name, member }, outer: scope };
            let truth =
                filter.as_ref().map_or(Truth::True, |filter: &Branch| self.branch(filter, Some(&inner)));
            if O::WATCHES && truth == Truth::True && found.shown.len() < SHOWN {
                found.shown.push(Sight { path: Vec::new(), value: Some(member.clone()), held: true });
            }
            if found.add(truth).is_break() {
                break;
            }
        }
        self.iterations.set(outer_iterations);
        Ok(found)
    }

    /// Visits the elements that a count goes over, with what every star of the whole path stands for.
    fn elements(
        &self,
        over: &Subject,
        scope: Option<&Scope<'_, N>>,
        visit: &mut impl FnMut(Slot<N>, &[(u32, N)]) -> ControlFlow<()>,
    ) {
        use super::{condition, walk};
        let mut stars = Stars::new();
        let odd = |found| self.not_an_array(found);
        let _ = match over {
            Subject::Each { start, rest } => walk::walk(self.slot(*start), rest, &mut stars, &odd, visit),
            Subject::Bound { binding, rest } => {
                let depth = usize::from(binding.depth);
                let Some((_, outer)) = condition::field_frame(scope, depth) else { return };
                let upto = usize::from(binding.star) + 1;
                stars.extend_from_slice(outer.get(..upto).unwrap_or_default());
                let Some((_, element)) = stars.last().copied() else { return };
                walk::walk(Slot::Found(element), rest, &mut stars, &odd, visit)
            }
            // Narrowing to a type leaves no other arrays.
            _ => return,
        };
    }
}

impl Found {
    /// One iteration more; breaks at the first failure.
    fn add(&mut self, truth: Truth) -> ControlFlow<()> {
        match truth {
            Truth::True => self.certain += 1,
            Truth::False => {}
            Truth::Unknown(reason) => {
                self.open += 1;
                self.reason = self.reason.or(Some(reason));
            }
            Truth::Error => {
                // An unknown iteration before it may be the one that makes the rest not matter (spec C-66).
                self.halted = Some(self.reason.map_or(Truth::Error, Truth::Unknown));
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }
}
