//! The observer that remembers what it saw: for an explanation the rule, for a trace the elements of counts too.

use super::{AliasRead, Compared, ExplanationNode, Location, NodeKind, Side};
use crate::evaluate::{Group, Observer, Seen, Truth};
use crate::plan::{Policy, SiteId};
use crate::source::Span;
use std::cell::RefCell;

/// Builds the tree while the rule is judged.
pub(crate) struct Tracer<'p> {
    policy: &'p Policy,
    read: &'p dyn Fn(&str) -> Option<AliasRead>,
    open: RefCell<Vec<(SiteId, Group, Vec<ExplanationNode>)>>,
    done: RefCell<Vec<ExplanationNode>>,
    /// Depth of counts around whose elements are not kept: what happens inside a `where` is no part of the tree.
    skip: RefCell<usize>,
    /// Where the elements of counts are kept: those of the counts around, and of the one that was judged last.
    elements: Option<RefCell<Elements>>,
}

/// The elements of counts, one tree for each.
#[derive(Default)]
struct Elements {
    /// Of the counts around: how many combinators were open when each began, and its elements so far.
    around: Vec<(usize, Vec<ExplanationNode>)>,
    last: Vec<ExplanationNode>,
}

impl<'p> Tracer<'p> {
    /// `read` tells where an alias leads on the resource's type.
    pub(crate) fn new(policy: &'p Policy, read: &'p dyn Fn(&str) -> Option<AliasRead>) -> Self {
        Self {
            policy,
            read,
            open: RefCell::default(),
            done: RefCell::default(),
            skip: RefCell::default(),
            elements: None,
        }
    }

    /// The same with the `where` of each count judged on each element.
    pub(crate) fn with_elements(mut self) -> Self {
        self.elements = Some(RefCell::default());
        self
    }

    /// The tree, once the rule has been judged.
    pub(crate) fn finish(self) -> Option<ExplanationNode> {
        self.done.into_inner().pop()
    }

    /// The trees, where several were judged one after the other.
    pub(crate) fn finish_all(self) -> Vec<ExplanationNode> {
        self.done.into_inner()
    }

    /// The elements of the count that has just been judged: its outcome follows at once.
    fn take_elements(&self) -> Vec<ExplanationNode> {
        let elements = self.elements.as_ref().map(|elements| std::mem::take(&mut elements.borrow_mut().last));
        elements.unwrap_or_default()
    }

    fn span(&self, site: SiteId) -> Span {
        self.policy.sites.get(site.0 as usize).map_or_else(Span::default, |s| s.span)
    }

    fn add(&self, node: ExplanationNode) {
        let mut open = self.open.borrow_mut();
        if let Some(elements) = &self.elements
            && let Some((depth, trees)) = elements.borrow_mut().around.last_mut()
            && *depth == open.len()
        {
            trees.push(node);
            return;
        }
        match open.last_mut() {
            Some((_, _, members)) => members.push(node),
            None => self.done.borrow_mut().push(node),
        }
    }
}

impl Observer for Tracer<'_> {
    const WATCHES: bool = true;

    fn enter(&self, site: SiteId, group: Group) {
        if *self.skip.borrow() == 0 {
            self.open.borrow_mut().push((site, group, Vec::new()));
        }
    }

    fn leave(&self, site: SiteId, truth: Truth) {
        if *self.skip.borrow() > 0 {
            return;
        }
        let closed = self.open.borrow_mut().pop();
        if let Some((_, group, members)) = closed {
            let kind = NodeKind::Group(group, members);
            self.add(ExplanationNode { span: self.span(site), truth, kind });
        }
    }

    fn saw(&self, site: SiteId, seen: Seen) {
        if *self.skip.borrow() > 0 {
            return;
        }
        let Some(leaf) = self.policy.sites.get(site.0 as usize).and_then(|s| s.leaf.clone()) else { return };
        let sights = seen.sights.into_iter().map(|sight| Side {
            location: Location::new(sight.path),
            value: sight.value,
            held: sight.held,
        });
        let alias = leaf.alias.as_deref().and_then(self.read);
        let compared = Compared {
            alias,
            span: self.span(site),
            truth: seen.truth,
            leaf,
            operand: seen.operand,
            fault: seen.fault,
            sights: sights.collect(),
            open: seen.open.into_iter().map(Location::new).collect(),
            elements: self.take_elements(),
            example: None,
        };
        let kind = NodeKind::Condition(Box::new(compared));
        self.add(ExplanationNode { span: self.span(site), truth: seen.truth, kind });
    }

    fn begin_elements(&self) {
        match &self.elements {
            Some(elements) => elements.borrow_mut().around.push((self.open.borrow().len(), Vec::new())),
            None => *self.skip.borrow_mut() += 1,
        }
    }

    fn end_elements(&self) {
        match &self.elements {
            Some(elements) => {
                let mut elements = elements.borrow_mut();
                if let Some((_, trees)) = elements.around.pop() {
                    elements.last = trees;
                }
            }
            None => *self.skip.borrow_mut() -= 1,
        }
    }
}
