//! Which paths a residual plan may look at, as the trie of selective reading. What cannot be told beforehand (a computed
//! field) makes the whole document wanted.

use crate::aliases::{Aliases, Step};
use crate::ast::{Expr, ExprKind, FieldName, Operator};
use crate::document::{Extent, Reading};
use crate::evaluate::{self, Place};
use crate::functions::{self, Ask, Run};
use crate::ids;
use crate::plan::{Binding, Branch, Checked, ConditionId, Counted, Node, Policy, Residual, Subject, Test};
use crate::syntax::classify_field;
use crate::value::{Value, text::key_eq};
use std::sync::Arc;

/// Collects what plans read of documents of one type.
pub(crate) struct Reads<'r> {
    aliases: &'r Aliases,
    resource_type: &'r str,
    api_version: Option<&'r str>,
    reading: Reading,
    /// Paths of the enclosing field counts, outermost first; `None` for value counts.
    frames: Vec<Option<Arc<[Step]>>>,
}

impl<'r> Reads<'r> {
    pub(crate) fn new(aliases: &'r Aliases, resource_type: &'r str, api_version: Option<&'r str>) -> Self {
        Self { aliases, resource_type, api_version, reading: Reading::default(), frames: Vec::new() }
    }

    /// What a plan of this type reads of the resource; `policy` gives the policies that it names.
    pub(crate) fn plan<'p>(
        &mut self,
        plan: &Residual,
        policy: impl Fn(crate::plan::PolicyId) -> Option<&'p Policy>,
    ) {
        for left in &plan.policies {
            self.branch(&left.applies, plan);
            self.branch(&left.rule, plan);
            let demand = policy(left.policy).and_then(|policy| policy.demand.as_ref());
            if let Some(demand) = demand {
                let parts = [Some(&demand.resource_type), demand.name.as_ref(), demand.kind.as_ref()];
                for template in
                    parts.into_iter().chain([demand.group.as_ref(), demand.scope.as_ref()]).flatten()
                {
                    template.walk(&mut |expression, _| self.expression(&expression.root, plan));
                }
                // Expressions of the existence condition ask the resource, not the candidate (spec E-86).
                if let Some(existence) = &demand.existence {
                    existence.walk_expressions(&mut |root| self.expression(root, plan));
                }
            }
        }
    }

    /// What one branch of a plan reads: of an existence condition, the candidate.
    pub(crate) fn existence(&mut self, plan: &Residual) {
        for left in &plan.policies {
            self.branch(&left.rule, plan);
        }
    }

    /// The trie; with slots for the paths of a plan.
    pub(crate) fn finish(mut self, slots: Option<&Residual>) -> Reading {
        for path in slots.iter().flat_map(|plan| plan.paths.all().map(move |path| (plan, path))) {
            let (plan, path) = path;
            self.reading.add_slot(plan.paths.keys(path), path);
        }
        self.reading
    }

    /// All of the document.
    pub(crate) fn everything(&mut self) {
        self.reading.widen();
    }

    fn condition(&mut self, id: ConditionId, plan: &Residual) {
        if let Some(test) = plan.conditions.get(id.0 as usize) {
            self.test(test, plan);
        }
    }

    fn branch(&mut self, branch: &Branch, plan: &Residual) {
        match &branch.node {
            Node::All(members) | Node::Any(members) => members.iter().for_each(|m| self.branch(m, plan)),
            Node::Not(member) => self.branch(member, plan),
            Node::Shared(id) => self.condition(*id, plan),
            Node::Own(test) => self.test(test, plan),
            Node::Const(_) | Node::Fail(_) => {}
        }
    }

    fn test(&mut self, test: &Test, plan: &Residual) {
        let extent = match &test.check {
            Checked::Ready(check) if check.operator() == Operator::Exists => Extent::Shallow,
            Checked::Computed { operand, .. } => {
                operand.walk(&mut |expression, _| self.expression(&expression.root, plan));
                Extent::Whole
            }
            _ => Extent::Whole,
        };
        match &test.subject {
            Subject::Slot(path) => self.path(&keys(plan, *path), extent),
            Subject::Each { start, rest } => {
                let mut path = keys(plan, *start);
                path.extend_from_slice(rest);
                self.path(&path, extent);
            }
            Subject::Bound { binding, rest } => self.bound(*binding, rest, extent),
            Subject::Field(name) => self.field(name, plan),
            Subject::Value(template) => {
                template.walk(&mut |expression, _| self.expression(&expression.root, plan));
            }
            Subject::Count(counted) => self.count(counted, plan),
            Subject::Absent { .. } | Subject::NoField => {}
        }
    }

    fn count(&mut self, counted: &Counted, plan: &Residual) {
        let (frame, filter) = match counted {
            Counted::Field { path, filter, over } => {
                if !matches!(over, Subject::Absent { .. } | Subject::NoField) {
                    self.path(path, Extent::Shallow);
                }
                (Some(path.clone()), filter)
            }
            Counted::Value { over, filter, .. } => {
                over.walk(&mut |expression, _| self.expression(&expression.root, plan));
                (None, filter)
            }
        };
        self.frames.push(frame);
        filter.iter().for_each(|filter| self.branch(filter, plan));
        self.frames.pop();
    }

    fn path(&mut self, path: &[Step], extent: Extent) {
        if path.is_empty() {
            self.everything();
        }
        self.reading.add(path, extent);
    }

    /// A path that begins at an element of an enclosing count.
    fn bound(&mut self, binding: Binding, rest: &[Step], extent: Extent) {
        let frame = self.frames.iter().rev().nth(usize::from(binding.depth)).cloned().flatten();
        let Some(frame) = frame else { return self.everything() };
        let stars = frame.iter().enumerate().filter(|(_, step)| **step == Step::Each);
        let Some((star, _)) = stars.clone().nth(usize::from(binding.star)) else { return self.everything() };
        let mut path = frame.get(..=star).unwrap_or_default().to_vec();
        path.extend_from_slice(rest);
        self.path(&path, if binding.whole { Extent::Whole } else { extent });
    }

    /// A field by its name.
    fn field(&mut self, name: &FieldName, plan: &Residual) {
        match name {
            FieldName::Expression(expression) => {
                self.expression(&expression.0.root, plan);
                self.everything();
            }
            FieldName::Alias(alias) => {
                let known = plan.aliases.get(&**alias).cloned();
                let place = known.unwrap_or_else(|| self.resolve(name));
                self.place(&place);
            }
            name => {
                let place = self.resolve(name);
                self.place(&place);
            }
        }
    }

    fn resolve(&self, name: &FieldName) -> Place {
        evaluate::resolve(self.aliases, self.resource_type, self.api_version, name)
    }

    fn place(&mut self, place: &Place) {
        // What stands in the envelope is read in any case.
        if let Place::Path(steps, _) = place {
            self.path(steps, Extent::Whole);
        }
    }

    fn expression(&mut self, root: &Expr, plan: &Residual) {
        root.walk_calls(&mut |_, function, arguments| match functions::function(function).run {
            Run::Asks(Ask::Field) => match arguments {
                [Expr { kind: ExprKind::Literal(Value::Text(name)), .. }] => {
                    if let Some(name) = classify_field(name) {
                        self.field(&name, plan);
                    }
                }
                _ => self.everything(),
            },
            Run::Asks(Ask::Current) => match arguments {
                [] => self.elements(),
                [Expr { kind: ExprKind::Literal(Value::Text(name)), .. }] => {
                    if let (true, Some(name)) = (name.contains('/'), classify_field(name)) {
                        self.field(&name, plan);
                    }
                }
                _ => self.everything(),
            },
            // A group's or subscription's own row answers for it (spec I-29).
            Run::Asks(Ask::Subscription | Ask::ResourceGroup)
                if [ids::SUBSCRIPTION_TYPE, ids::RESOURCE_GROUP_TYPE]
                    .iter()
                    .any(|kind| key_eq(kind, self.resource_type)) =>
            {
                self.everything();
            }
            _ => {}
        });
    }

    /// The elements that the innermost count goes over.
    fn elements(&mut self) {
        if let Some(Some(path)) = self.frames.last() {
            let path = path.clone();
            self.path(&path, Extent::Whole);
        }
    }
}

fn keys(plan: &Residual, path: crate::plan::PathId) -> Vec<Step> {
    plan.paths.keys(path).into_iter().map(|key| Step::Key(key.into())).collect()
}
