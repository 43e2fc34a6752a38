//! The slots of one condition, taken together: all must hold (spec ).

use super::machine::Truth;
use super::walk::{self, Item};
use super::{Observer, Sight};
use crate::document::Slot;
use crate::operators::{Check, Side};
use crate::value::{Fault, Node, Reason, Value};
use std::ops::ControlFlow;

/// What is known so far about all slots of a condition: an `allOf` over them.
pub(super) struct Tally<'s> {
    pub(super) check: &'s Check,
    pub(super) truth: Option<Truth>,
    pub(super) fault: Option<Fault>,
    pub(super) unknown: Option<Reason>,
    pub(super) sights: Vec<Sight>,
    /// Places that are not known; filled where somebody watches.
    pub(super) open: Vec<Vec<Item>>,
}

impl<'s> Tally<'s> {
    /// One slot more; breaks when the outcome is settled and nobody watches.
    pub(super) fn slot<'d, N: Node<'d>, O: Observer>(
        &mut self,
        slot: Slot<N>,
        path: &mut dyn FnMut() -> Vec<Item>,
    ) -> ControlFlow<()> {
        let slot = match walk::settle(slot) {
            Slot::Found(node) => self.check.hidden(node).map_or(Slot::Found(node), Slot::Unknown),
            other => other,
        };
        match slot {
            Slot::Unknown(reason) => {
                if O::WATCHES {
                    self.open.push(path());
                }
                if self.truth.is_none() {
                    self.unknown = self.unknown.or(Some(reason));
                }
            }
            Slot::Missing => self.take::<N, O>(None, Side::Field, path),
            Slot::Found(node) => self.take::<N, O>(Some(node), Side::Field, path),
        }
        if self.truth.is_some() && !O::WATCHES { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// One left side more.
    pub(super) fn take<'n, N: Node<'n>, O: Observer>(
        &mut self,
        left: Option<N>,
        side: Side,
        path: impl FnOnce() -> Vec<Item>,
    ) {
        let held = self.check.holds(left, side);
        if O::WATCHES {
            let value = left.map(Node::to_value);
            self.sights.push(Sight { path: path(), value, held: held == Ok(true) });
        }
        if self.truth.is_some() {
            return;
        }
        match held {
            Ok(true) => {}
            Ok(false) => self.truth = Some(Truth::False),
            Err(_) if self.unknown.is_some() => self.truth = self.unknown.map(Truth::Unknown),
            Err(fault) => {
                self.truth = Some(Truth::Error);
                self.fault = Some(fault);
            }
        }
    }

    /// A tally that nothing was added to.
    pub(super) fn new(check: &'s Check) -> Self {
        Self { check, truth: None, fault: None, unknown: None, sights: Vec::new(), open: Vec::new() }
    }

    pub(super) fn check(&self) -> &Check {
        self.check
    }

    /// Sets the outcome of a comparison that was made elsewhere.
    pub(super) fn settle(&mut self, truth: Truth) {
        self.truth = Some(truth);
    }

    pub(super) fn see(&mut self, sight: Sight) {
        self.sights.push(sight);
    }

    pub(super) fn close<O: Observer>(&mut self) -> (Truth, Option<Fault>, Option<Value>) {
        let truth = self.truth.or(self.unknown.map(Truth::Unknown)).unwrap_or(Truth::True);
        let operand = O::WATCHES.then(|| self.check.operand().clone());
        (truth, self.fault.take(), operand)
    }
}
