//! The evaluator's state for one document, and the combinators (spec C-61, C-66).
//!
//! Hot path: a shared condition is judged at most once a document, a path looked up at most once.

use super::notice::{Notice, NoticeKind, Notices};
use super::walk;
use super::{Around, Group, Observer, Seen, Surroundings};
use crate::aliases::Aliases;
use crate::document::{Facts, Slot};
use crate::plan::{Branch, Node as Plan, PathId, Policy, Residual, SiteId};
use crate::value::{Fault, Node, Reason, Value};
use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

/// The outcome of a condition (spec C-1). The machine keeps the failure behind an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not.
    False,
    /// The input does not tell.
    Unknown(Reason),
    /// Evaluation failed.
    Error,
}

impl Truth {
    /// From a known truth.
    #[must_use]
    pub fn of(truth: bool) -> Self {
        if truth { Self::True } else { Self::False }
    }

    pub(super) fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            other => other,
        }
    }
}

/// Slots by path, those that were looked up.
type Slots<N> = Box<[Cell<Option<Slot<N>>>]>;

/// Evaluates the conditions of one document.
pub struct Machine<'e, 'd, N, O> {
    pub(super) root: N,
    pub(super) facts: &'e Facts<'d, N>,
    pub(super) plan: &'e Residual,
    pub(super) aliases: &'e Aliases,
    pub(super) surroundings: &'e Surroundings,
    pub(super) policy: Cell<Option<&'e Policy>>,
    pub(super) observer: &'e O,
    /// Made when they are first needed.
    memo: OnceCell<Box<[Cell<Option<Truth>>]>>,
    slots: OnceCell<Slots<N>>,
    /// Where slots are known beforehand.
    given: Option<&'e dyn Fn(PathId) -> Slot<N>>,
    /// What surrounds the resource, where others that it is with were asked before.
    pub(super) around: Option<&'e Around>,
    fault: RefCell<Option<(SiteId, Fault)>>,
    /// Answers for the resource of the `if` while its candidates are judged (spec E-86, E-87).
    outer: Option<&'e dyn crate::expr::Context>,
    /// Places that expressions read, for whoever watches.
    pub(super) reads: RefCell<Vec<Vec<super::Item>>>,
    /// Iterations of the value counts that enclose the place that is judged, multiplied.
    pub(super) iterations: Cell<usize>,
    pub(super) notices: Notices<'e>,
}

/// The counts that enclose a condition, innermost first.
pub(super) struct Scope<'s, N> {
    pub(super) frame: Frame<'s, N>,
    pub(super) outer: Option<&'s Scope<'s, N>>,
}

/// What a count binds for one iteration.
pub(super) enum Frame<'s, N> {
    /// The elements that the stars of its path stand for.
    Field { path: &'s Arc<[crate::aliases::Step]>, stars: &'s [(u32, N)] },
    /// The member and its name.
    Value { name: &'s str, member: &'s Value },
}

impl<'e, 'd, N: Node<'d>, O: Observer> Machine<'e, 'd, N, O> {
    /// A machine for one document and the residual plan of its type.
    pub fn new(
        root: N,
        facts: &'e Facts<'d, N>,
        plan: &'e Residual,
        aliases: &'e Aliases,
        surroundings: &'e Surroundings,
        observer: &'e O,
    ) -> Self {
        Self {
            root,
            facts,
            plan,
            aliases,
            surroundings,
            policy: Cell::new(None),
            observer,
            memo: OnceCell::new(),
            slots: OnceCell::new(),
            given: None,
            around: None,
            fault: RefCell::new(None),
            outer: None,
            reads: RefCell::default(),
            iterations: Cell::new(1),
            notices: Notices::default(),
        }
    }

    /// The same for a document whose slots are known beforehand.
    #[must_use]
    pub(crate) fn with_slots(mut self, given: &'e dyn Fn(PathId) -> Slot<N>) -> Self {
        self.given = Some(given);
        self
    }

    /// The same for a resource whose group and subscription are those of others.
    #[must_use]
    pub(crate) fn with_around(mut self, around: Option<&'e Around>) -> Self {
        self.around = around;
        self
    }

    /// The same for a candidate: expressions ask `outer` for everything but elements of counts.
    #[must_use]
    pub fn within(mut self, outer: &'e dyn crate::expr::Context) -> Self {
        self.outer = Some(outer);
        self
    }

    pub(super) fn outer(&self) -> Option<&'e dyn crate::expr::Context> {
        self.outer
    }

    /// What surrounds the resource.
    pub fn surroundings(&self) -> &'e Surroundings {
        self.surroundings
    }

    /// Judges a rule of a policy.
    pub fn judge(&self, policy: &'e Policy, rule: &Branch) -> Truth {
        self.enter(policy);
        let truth = self.branch(rule, None);
        self.notices.at.set(None);
        truth
    }

    /// Whether a policy may apply: what fails or is unknown leaves it open, wherever it stands (spec S-13, S-19).
    pub fn may_apply(&self, policy: &'e Policy, rule: &Branch) -> bool {
        self.enter(policy);
        let may = self.known(rule) != Some(false);
        self.notices.at.set(None);
        may
    }

    fn known(&self, branch: &Branch) -> Option<bool> {
        let junction = |members: &[Branch], stop: bool| {
            let mut open = false;
            for member in members {
                match self.known(member) {
                    Some(truth) if truth == stop => return Some(stop),
                    Some(_) => {}
                    None => open = true,
                }
            }
            (!open).then_some(!stop)
        };
        match &branch.node {
            Plan::All(members) => junction(members, false),
            Plan::Any(members) => junction(members, true),
            Plan::Not(inner) => self.known(inner).map(|truth| !truth),
            _ => match self.branch(branch, None) {
                Truth::True => Some(true),
                Truth::False => Some(false),
                Truth::Unknown(_) | Truth::Error => None,
            },
        }
    }

    /// Sets the policy that expressions belong to.
    pub fn enter(&self, policy: &'e Policy) {
        self.policy.set(Some(policy));
    }

    /// The failure that made the last judgement an error, with its place.
    pub fn fault(&self) -> Option<(SiteId, Fault)> {
        self.fault.borrow().clone()
    }

    /// Notes something at the condition that is judged. *Cold path only*.
    pub(crate) fn notice(&self, kind: NoticeKind) {
        self.notices.add(kind, self.policy.get());
    }

    /// Takes over what a machine for a candidate noticed.
    pub(crate) fn notice_all<'o>(&self, noticed: Vec<Notice<'o>>) {
        for notice in noticed {
            self.notices.add_at(notice.kind, self.policy.get(), notice.site);
        }
    }

    /// What was noticed since it was last asked.
    pub(crate) fn noticed(&self) -> Vec<Notice<'e>> {
        self.notices.take()
    }

    /// A `[*]` met something that is no array. Details of an effect have no condition to name (spec A-2).
    pub(super) fn not_an_array(&self, found: &'static str) {
        if self.notices.at.get().is_some() {
            self.notice(NoticeKind::NotAnArray { found });
        }
    }

    pub(super) fn failed(&self, site: SiteId, fault: Fault) -> Truth {
        *self.fault.borrow_mut() = Some((site, fault));
        Truth::Error
    }

    pub(super) fn branch(&self, branch: &Branch, scope: Option<&Scope<'_, N>>) -> Truth {
        let site = branch.site;
        match &branch.node {
            Plan::Const(truth) => Truth::of(*truth),
            Plan::Fail(fault) => {
                if O::WATCHES {
                    let fault = Some(fault.clone());
                    let seen = Seen {
                        truth: Truth::Error,
                        fault,
                        sights: Vec::new(),
                        operand: None,
                        open: Vec::new(),
                    };
                    self.observer.saw(site, seen);
                }
                self.failed(site, fault.clone())
            }
            Plan::Not(inner) => {
                self.observer.enter(site, Group::Not);
                let truth = self.branch(inner, scope).negated();
                self.observer.leave(site, truth);
                truth
            }
            Plan::All(members) => self.junction(members, Truth::False, site, scope),
            Plan::Any(members) => self.junction(members, Truth::True, site, scope),
            Plan::Own(test) => self.test(test, site, scope),
            Plan::Shared(id) => {
                let memo = self
                    .memo
                    .get_or_init(|| vec![Cell::new(None); self.plan.conditions.len()].into_boxed_slice());
                let cell = memo.get(id.0 as usize);
                if !O::WATCHES
                    && let Some(known) = cell.and_then(Cell::get)
                {
                    return known;
                }
                let Some(test) = self.plan.conditions.get(id.0 as usize) else { return Truth::False };
                let truth = self.test(test, site, None);
                // A failure is not remembered: whoever meets it again tells its own place.
                if let (Some(cell), true) = (cell, truth != Truth::Error) {
                    cell.set(Some(truth));
                }
                truth
            }
        }
    }

    /// `allOf` stops at the first false, `anyOf` at the first true. At the first error it is an error, unless an
    /// unknown came before: were that one decisive, the error would not have been reached (spec C-66).
    fn junction(&self, members: &[Branch], stop: Truth, site: SiteId, scope: Option<&Scope<'_, N>>) -> Truth {
        self.observer.enter(site, if stop == Truth::False { Group::All } else { Group::Any });
        let mut unknown: Option<Truth> = None;
        let mut decided: Option<Truth> = None;
        for member in members {
            let truth = self.branch(member, scope);
            if decided.is_some() {
                continue;
            }
            match truth {
                Truth::Unknown(_) => unknown = unknown.or(Some(truth)),
                Truth::Error => decided = Some(unknown.unwrap_or(Truth::Error)),
                _ if truth == stop => decided = Some(stop),
                _ => {}
            }
            // A watcher is shown the members that were not reached as well.
            if decided.is_some() && !O::WATCHES {
                break;
            }
        }
        let truth = decided.or(unknown).unwrap_or(stop.negated());
        self.observer.leave(site, truth);
        truth
    }

    /// The slot of an interned path, looked up through its parents.
    pub(super) fn slot(&self, path: PathId) -> Slot<N> {
        if let Some(given) = self.given {
            return given(path);
        }
        let slots =
            self.slots.get_or_init(|| vec![Cell::new(None); self.plan.paths.count()].into_boxed_slice());
        let cell = slots.get(path.index());
        if let Some(known) = cell.and_then(Cell::get) {
            return known;
        }
        let slot = match self.plan.paths.entry(path) {
            None => Slot::Found(self.root),
            Some((PathId::ROOT, key)) => self.facts.root_member(key),
            Some((parent, key)) => match self.slot(parent) {
                Slot::Found(_) if self.facts.is_flattened() && self.is_properties(parent) => {
                    self.facts.flattened_member(key)
                }
                found => walk::below(found, key),
            },
        };
        if let Some(cell) = cell {
            cell.set(Some(slot));
        }
        slot
    }

    fn is_properties(&self, path: PathId) -> bool {
        self.plan
            .paths
            .entry(path)
            .is_some_and(|(up, key)| up == PathId::ROOT && key.eq_ignore_ascii_case("properties"))
    }

    /// The slot of a path of keys that is not interned.
    pub(super) fn path_slot<'k>(&self, keys: impl IntoIterator<Item = &'k str>) -> Slot<N> {
        let mut at = Slot::Found(self.root);
        let mut below_properties = false;
        for (depth, key) in keys.into_iter().enumerate() {
            at = match (depth, at) {
                (0, _) => {
                    below_properties = key.eq_ignore_ascii_case("properties");
                    self.facts.root_member(key)
                }
                (1, Slot::Found(_)) if below_properties && self.facts.is_flattened() => {
                    self.facts.flattened_member(key)
                }
                (_, found) => walk::below(found, key),
            };
        }
        at
    }
}

impl<N> Scope<'_, N> {
    /// The paths of the enclosing field counts, innermost first; value counts are `None`.
    pub(super) fn paths<'s>(
        scope: Option<&'s Scope<'_, N>>,
    ) -> impl Iterator<Item = Option<&'s [crate::aliases::Step]>> {
        let mut at = scope;
        std::iter::from_fn(move || {
            let scope = at?;
            at = scope.outer;
            Some(match &scope.frame {
                Frame::Field { path, .. } => Some(&path[..]),
                Frame::Value { .. } => None,
            })
        })
    }
}
