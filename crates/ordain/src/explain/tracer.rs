//! The observer that remembers everything.

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
    done: RefCell<Option<ExplanationNode>>,
    /// Depth of counts around: what happens inside a `where` is not part of the tree.
    skip: RefCell<usize>,
}

impl<'p> Tracer<'p> {
    /// `read` tells where an alias leads on the resource's type.
    pub(crate) fn new(policy: &'p Policy, read: &'p dyn Fn(&str) -> Option<AliasRead>) -> Self {
        Self { policy, read, open: RefCell::default(), done: RefCell::default(), skip: RefCell::default() }
    }

    /// The tree, once the rule has been judged.
    pub(crate) fn finish(self) -> Option<ExplanationNode> {
        self.done.into_inner()
    }

    fn span(&self, site: SiteId) -> Span {
        self.policy.sites.get(site.0 as usize).map_or_else(Span::default, |s| s.span)
    }

    fn add(&self, node: ExplanationNode) {
        match self.open.borrow_mut().last_mut() {
            Some((_, _, members)) => members.push(node),
            None => *self.done.borrow_mut() = Some(node),
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
        };
        let kind = NodeKind::Condition(Box::new(compared));
        self.add(ExplanationNode { span: self.span(site), truth: seen.truth, kind });
    }

    fn begin_elements(&self) {
        *self.skip.borrow_mut() += 1;
    }

    fn end_elements(&self) {
        *self.skip.borrow_mut() -= 1;
    }
}
