//! Which policies may say something on which type.

use crate::compile;
use crate::plan::{Policy, PolicyId};
use crate::value::text;
use std::borrow::Cow;
use std::collections::HashMap;

/// Policies by the types that their conditions name.
#[derive(Debug, Default)]
pub(super) struct Types {
    /// By the folded type.
    named: HashMap<Box<str>, Vec<PolicyId>>,
    /// Those that may say something on any type.
    any: Vec<PolicyId>,
    /// Whether a condition tells types apart that differ in case only.
    case_matters: bool,
}

impl Types {
    pub(super) fn of_all(policies: &[Policy]) -> Self {
        let mut types = Self::default();
        for (policy, id) in policies.iter().zip((0..).map(PolicyId)) {
            types.case_matters |= compile::minds_case_of_type(policy);
            match compile::only_types(policy) {
                None => types.any.push(id),
                Some(named) => {
                    for name in named {
                        types.named.entry(name).or_default().push(id);
                    }
                }
            }
        }
        types
    }

    /// What types with one plan have in common: all but the case, unless a condition minds it.
    pub(super) fn key<'k>(&self, resource_type: &'k str) -> Cow<'k, str> {
        match self.case_matters || !resource_type.bytes().any(|b| b.is_ascii_uppercase()) {
            true => Cow::Borrowed(resource_type),
            false => Cow::Owned(resource_type.to_ascii_lowercase()),
        }
    }

    /// Whether two types have one plan.
    pub(super) fn same(&self, a: &str, b: &str) -> bool {
        if self.case_matters { a == b } else { a.eq_ignore_ascii_case(b) }
    }

    /// The policies that may say something on the type, in their order.
    pub(super) fn of(&self, resource_type: &str) -> impl Iterator<Item = PolicyId> {
        let named = self.named.get(&*text::fold(resource_type)).map(Vec::as_slice).unwrap_or_default();
        let (mut named, mut any) = (named.iter().peekable(), self.any.iter().peekable());
        std::iter::from_fn(move || match (named.peek(), any.peek()) {
            (Some(a), Some(b)) if a < b => named.next().copied(),
            (_, Some(_)) => any.next().copied(),
            _ => named.next().copied(),
        })
    }
}
