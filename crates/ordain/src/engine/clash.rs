//! Which policies may want to change one resource in ways that exclude each other (spec E-62), known before any resource
//! is. Nearly no row needs the changes themselves then.

use crate::aliases::Step;
use crate::ast::FieldName;
use crate::engine::{Inner, Plans};
use crate::evaluate::{self, Place};
use crate::plan::{Changes, ConflictEffect, Consequence, Operation, OperationKind};
use crate::syntax::classify_field;
use crate::value::{Value, same_json};

/// Policies of a plan that may be in each other's way, by their places in it.
#[derive(Debug, Default)]
pub(super) struct Clashes {
    /// The number of the group, 0 for those that are in nobody's way; empty where all are.
    groups: Vec<Group>,
}

/// Policies that meet, directly or through others.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    number: u32,
    /// Whether more than one of them gives way to nobody.
    denies: bool,
}

/// A place that an operation may write.
struct Write<'p> {
    /// Keys in lower case, up to the first element of an array.
    keys: Vec<String>,
    /// Whether it ends before an element.
    elements: bool,
    /// What it leaves there, if that is the same for every resource.
    value: Option<&'p Value>,
}

impl Clashes {
    pub(super) fn among(inner: &Inner, plans: &Plans) -> Self {
        let changes: Vec<Option<(&Changes, Vec<Write<'_>>)>> = plans
            .judging
            .policies
            .iter()
            .map(|left| match &inner.policies.get(left.policy.0 as usize)?.consequence {
                Consequence::Change(changes) => {
                    Some((changes, changes.operations.iter().map(|op| write(inner, plans, op)).collect()))
                }
                _ => None,
            })
            .collect();
        // Groups of those that meet, directly or through others, by their first member.
        let mut groups: Vec<usize> = (0..changes.len()).collect();
        for (at, own) in changes.iter().enumerate() {
            for (before, other) in changes.iter().enumerate().take(at) {
                if let (Some((_, own)), Some((_, other))) = (own, other)
                    && own.iter().any(|a| other.iter().any(|b| a.may_clash(b)))
                {
                    let (from, to) = (group(&groups, at), group(&groups, before));
                    groups.iter_mut().filter(|g| **g == from.max(to)).for_each(|g| *g = from.min(to));
                }
            }
        }
        let denies = |at: &usize| {
            changes
                .get(*at)
                .and_then(Option::as_ref)
                .is_some_and(|(c, _)| c.conflict_effect == ConflictEffect::Deny)
        };
        let numbered: Vec<Group> = (0..changes.len())
            .map(|at| {
                let own = group(&groups, at);
                let members = || (0..changes.len()).filter(|i| group(&groups, *i) == own);
                if members().nth(1).is_none() {
                    return Group::default();
                }
                Group {
                    number: u32::try_from(own + 1).unwrap_or(u32::MAX),
                    denies: members().filter(denies).count() > 1,
                }
            })
            .collect();
        let any = numbered.iter().any(|group| group.number != 0);
        Self { groups: if any { numbered } else { Vec::new() } }
    }

    /// The group of a policy, where one of them may refuse to give way to another; 0: there is none.
    pub(super) fn refusing(&self, at: usize) -> u32 {
        self.groups.get(at).filter(|group| group.denies).map_or(0, |group| group.number)
    }

    /// Whether two of some policies, by their places, may meet.
    pub(super) fn meet(&self, among: impl Iterator<Item = usize>) -> bool {
        if self.groups.is_empty() {
            return false;
        }
        let mut seen = Vec::new();
        for number in among.filter_map(|at| self.groups.get(at)).map(|group| group.number).filter(|n| *n != 0)
        {
            if seen.contains(&number) {
                return true;
            }
            seen.push(number);
        }
        false
    }
}

fn key(step: &Step) -> Option<&str> {
    match step {
        Step::Key(key) => Some(key),
        Step::Each => None,
    }
}

fn group(groups: &[usize], at: usize) -> usize {
    groups.get(at).copied().unwrap_or(at)
}

fn write<'p>(inner: &Inner, plans: &Plans, operation: &'p Operation) -> Write<'p> {
    let name = operation.field.literal().and_then(Value::as_text).and_then(classify_field);
    let path = name.and_then(|name: FieldName| {
        let version = plans.api_version.as_deref();
        match evaluate::resolve(&inner.aliases, &plans.resource_type, version, &name) {
            Place::Path(steps, None) => Some(steps),
            Place::Location => Some([Step::Key("location".into())].into()),
            _ => None,
        }
    });
    let value = match operation.kind {
        OperationKind::Remove => None,
        OperationKind::Add | OperationKind::AddOrReplace | OperationKind::Append => {
            operation.value.as_ref().and_then(|value| value.literal())
        }
    };
    let Some(path) = path else { return Write { keys: Vec::new(), elements: false, value: None } };
    let keys: Vec<String> = path.iter().map_while(key).map(str::to_ascii_lowercase).collect();
    Write { elements: keys.len() < path.len(), keys, value }
}

impl Write<'_> {
    /// Whether one lies at or below the other, and they may leave different values there (spec E-60).
    fn may_clash(&self, other: &Self) -> bool {
        if !self.keys.iter().zip(&other.keys).all(|(a, b)| a == b) {
            return false;
        }
        let same =
            self.keys.len() == other.keys.len() && !self.elements && !other.elements && !self.keys.is_empty();
        match (same, self.value, other.value) {
            (true, Some(own), Some(others)) => same_json(own, others) != Some(true),
            _ => true,
        }
    }
}
