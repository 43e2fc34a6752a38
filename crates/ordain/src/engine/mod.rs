//! The engine: policies, linked and compiled, that judge resources.

mod builder;
mod context;
mod judge;
mod view;

pub use builder::{DefaultMode, EngineBuilder};
pub use context::Context;
pub use view::{Evaluation, Outcome, PolicyView};

use crate::aliases::Aliases;
use crate::compile::{self, Folding};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Facts, NotAResource};
use crate::evaluate::{Machine, Silent};
use crate::plan::{Policy, Residual};
use crate::value::Node;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, RwLock};
use thiserror::Error;

/// Policies that judge resources. Immutable, shared freely between threads; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    policies: Vec<Policy>,
    aliases: Aliases,
    /// Residual plans by the spelling of the type, made when a type is first seen.
    residuals: RwLock<HashMap<Box<str>, Arc<Residual>>>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("policies", &self.inner.policies.len()).finish()
    }
}

/// Why no engine was built, or no resource judged.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// Policies that cannot be used, with everything that is wrong with them.
    #[error("{}", .0.iter().filter(|d| d.is_error()).map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Policies(Vec<Diagnostic>),
    /// A document that is no resource.
    #[error(transparent)]
    NotAResource(#[from] NotAResource),
    /// A clock that is no timestamp of RFC 3339 in UTC.
    #[error("`{0}` is no timestamp such as `2026-01-31T12:00:00Z`")]
    Clock(String),
}

impl Engine {
    /// Begins an engine with the embedded alias knowledge.
    #[must_use]
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// The policies, in the order in which they were given.
    pub fn policies(&self) -> impl Iterator<Item = PolicyView<'_>> {
        self.inner.policies.iter().map(PolicyView)
    }

    /// Judges a whole resource body.
    ///
    /// # Errors
    /// [`NotAResource`] when the document has neither a type nor an id.
    pub fn evaluate<D: Document + ?Sized>(&self, document: &D) -> Result<Evaluation<'_>, NotAResource> {
        self.evaluate_in(document, Context::bare())
    }

    /// Judges a resource in its surroundings.
    ///
    /// # Errors
    /// [`NotAResource`] when the document has neither a type nor an id.
    pub fn evaluate_in<'e, D: Document + ?Sized>(
        &'e self,
        document: &D,
        context: &'e Context,
    ) -> Result<Evaluation<'e>, NotAResource> {
        let inner = &*self.inner;
        let root = document.root();
        let facts = inner.facts(root, context)?;
        let residual = inner.residual(&facts, context);
        let machine = Machine::new(root, &facts, &residual, &inner.aliases, context.surroundings(), &Silent);
        let mut records = Vec::with_capacity(residual.policies.len());
        for left in &residual.policies {
            if let Some(policy) = inner.policies.get(left.policy.0 as usize)
                && let Some(record) = judge::judge(&machine, policy, left, root, &facts)
            {
                records.push(record);
            }
        }
        Ok(Evaluation { engine: self, records, context })
    }
}

impl Inner {
    fn facts<'d, N: Node<'d>>(&self, root: N, context: &Context) -> Result<Facts<'d, N>, NotAResource> {
        let may_have = |kind: &str| self.aliases.may_have_properties(kind);
        let mut facts = Facts::read(root, context.completeness(), may_have)?;
        if context.takes_properties_as_missing() {
            facts.assume_whole();
        }
        Ok(facts)
    }

    fn residual<'d, N: Node<'d>>(&self, facts: &Facts<'d, N>, context: &Context) -> Arc<Residual> {
        let kind = facts.resource_type();
        let version = match self.aliases.has_versions(kind) {
            true => context.surroundings().api_version.as_deref().or_else(|| facts.api_version()),
            false => None,
        };
        let versioned;
        let key: &str = match version {
            None => kind,
            Some(version) => {
                versioned = format!("{kind}@{version}");
                &versioned
            }
        };
        if let Ok(known) = self.residuals.read()
            && let Some(residual) = known.get(key)
        {
            return residual.clone();
        }
        let made = Arc::new(compile::narrow(&self.policies, kind, version, &self.aliases, Folding::Full));
        if let Ok(mut known) = self.residuals.write()
            && known.len() < MOST_RESIDUALS
        {
            known.insert(key.into(), made.clone());
        }
        made
    }
}

/// A bound on the memory of plans: exports hold some hundred types, but an odd one may spell each row's anew.
const MOST_RESIDUALS: usize = 20_000;

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Engine>();
    shared::<Context>();
    shared::<Error>();
};
