//! Judging a flat plan: each branch at most once for a resource, by the rules of the tree (spec C-61, C-66).

use super::machine::{Machine, Truth};
use super::{Observer, Plain, walk};
use crate::ast::FieldName;
use crate::document::Slot;
use crate::operators::{Check, Side};
use crate::plan::{Checked, Flat, Form, Residual, Subject, Test};
use crate::value::Node;
use std::borrow::Cow;

/// What is known of the branches of a flat plan on one resource. Used again for the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memo(Vec<Option<Truth>>);

impl Memo {
    /// Forgets everything, and makes room for a plan.
    pub(crate) fn begin(&mut self, flat: &Flat) {
        self.0.clear();
        self.0.resize(flat.nodes.len(), None);
    }

    /// Forgets all but what was known before.
    pub(crate) fn begin_at(&mut self, known: &Self) {
        self.0.clone_from(&known.0);
    }
}

impl<'d, N: Node<'d>, O: Observer> Machine<'_, 'd, N, O> {
    /// The truth of a node. The policy that it is asked for must have been entered.
    pub(crate) fn flat(&self, flat: &Flat, memo: &mut Memo, at: u32) -> Truth {
        if let Some(Some(known)) = memo.0.get(at as usize) {
            return *known;
        }
        let Some(node) = flat.nodes.get(at as usize) else { return Truth::False };
        let truth = match node.form {
            Form::Const(truth) => return Truth::of(truth),
            Form::All { from, to } => self.flat_junction(flat, memo, (from, to), Truth::False),
            Form::Any { from, to } => self.flat_junction(flat, memo, (from, to), Truth::True),
            Form::Not(member) => self.flat(flat, memo, member).negated(),
            Form::Condition(id, site) => match self.plan().conditions.get(id.0 as usize) {
                Some(test) => self.plain_test(test).unwrap_or_else(|| self.test(test, site, None)),
                None => Truth::False,
            },
            Form::Own(owned) => match flat.owned.get(owned as usize) {
                Some(branch) => self.branch(branch, None),
                None => Truth::False,
            },
        };
        // A failure is not remembered: whoever meets it again tells its own place.
        if node.shared
            && truth != Truth::Error
            && let Some(slot) = memo.0.get_mut(at as usize)
        {
            *slot = Some(truth);
        }
        truth
    }

    fn flat_junction(&self, flat: &Flat, memo: &mut Memo, members: (u32, u32), stop: Truth) -> Truth {
        let members = flat.members.get(members.0 as usize..members.1 as usize).unwrap_or_default();
        let mut unknown: Option<Truth> = None;
        for member in members {
            match self.flat(flat, memo, *member) {
                truth @ Truth::Unknown(_) => unknown = unknown.or(Some(truth)),
                Truth::Error => return unknown.unwrap_or(Truth::Error),
                truth if truth == stop => return stop,
                _ => {}
            }
        }
        unknown.unwrap_or(stop.negated())
    }

    /// The most frequent conditions, without ado: one slot against a prepared operand. `None`: another kind, or one that
    /// fails here.
    #[inline]
    fn plain_test(&self, test: &Test) -> Option<Truth> {
        let Checked::Ready(check) = &test.check else { return None };
        let path = match &test.subject {
            Subject::Slot(path) => *path,
            Subject::Field(FieldName::Location) => return text_test(check, self.location()),
            Subject::Field(name @ (FieldName::Name | FieldName::Id)) => {
                return text_test(check, self.envelope(name));
            }
            _ => return None,
        };
        let held = match walk::settle(self.slot(path)) {
            Slot::Unknown(reason) => return Some(Truth::Unknown(reason)),
            Slot::Missing => check.holds::<N>(None, Side::Field),
            Slot::Found(node) => {
                if let Some(reason) = check.hidden(node) {
                    return Some(Truth::Unknown(reason));
                }
                check.holds(Some(node), Side::Field)
            }
        };
        held.ok().map(Truth::of)
    }

    fn plan(&self) -> &Residual {
        self.plan
    }
}

/// A text against a prepared operand.
fn text_test(check: &Check, left: Slot<Cow<'_, str>>) -> Option<Truth> {
    let held = match left {
        Slot::Unknown(reason) => return Some(Truth::Unknown(reason)),
        Slot::Missing => check.holds::<Plain<'_>>(None, Side::Field),
        Slot::Found(text) => check.holds(Some(Plain(&text)), Side::Field),
    };
    held.ok().map(Truth::of)
}
