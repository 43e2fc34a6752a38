//! The first of two passes over many rows: what rows of a stream are about other rows, and so must be known before any is
//! judged. Of most rows nothing is read but the type.

use crate::compile::{self, Folding};
use crate::document::row::settle;
use crate::document::{Arena, Completeness, Facts, Reading, Settling};
use crate::engine::{Engine, Inner};
use crate::evaluate::Containers;
use crate::ids::{self, ResourceId};
use crate::json::{self, Dialect};
use crate::plan::PolicyId;
use crate::related::RelatedResources;
use crate::value::{Node, Value, text};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Collects related resources, groups and subscriptions among many rows ([`Engine::finder`]). One for each worker, and
/// for each part of the input: what they found is put together in the order of the parts.
#[derive(Debug)]
pub struct Finder<'e> {
    engine: &'e Engine,
    settling: Settling,
    completeness: Completeness,
    arena: Arena,
    envelope: Arc<Reading>,
    wanted: Arc<WantedTypes>,
    /// What is kept of a type, by its spelling.
    known: HashMap<Box<str>, Arc<Kept>>,
    found: Found,
}

/// What a [`Finder`] found: to be appended to what surrounds the rows, in the order of the input.
#[derive(Debug, Default)]
pub struct Found {
    /// Resources that policies may look for; of each only what they ask for.
    pub related: RelatedResources,
    /// Rows of resource groups and subscriptions.
    pub containers: Containers,
}

/// The types that policies look for.
#[derive(Debug, Default)]
struct WantedTypes {
    /// Folded.
    named: BTreeSet<Box<str>>,
    /// Whether a policy says only of a resource what it looks for.
    any: bool,
}

/// What is kept of rows of a type.
#[derive(Debug)]
enum Kept {
    Nothing,
    /// A group or subscription, which is kept whole; and whether it may be looked for.
    Container(bool),
    /// What is read of it, whether children inside it are kept, and whether it is itself.
    Related {
        kind: Box<str>,
        reading: Reading,
        children: bool,
        own: bool,
    },
}

impl Kept {
    /// Whether both are of one type.
    fn is_as(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Related { kind: a, .. }, Self::Related { kind: b, .. }) if text::key_eq(a, b))
    }
}

impl Engine {
    /// Whether rows must be looked through before they are judged: a policy looks for related resources, or asks for the
    /// group or the subscription.
    #[must_use]
    pub fn asks_beside_rows(&self) -> bool {
        let inner = &*self.inner;
        inner.policies.iter().any(|policy| policy.demand.is_some() || asks_around(policy))
    }

    /// Prepares to look through rows.
    #[must_use]
    pub fn finder(&self) -> Finder<'_> {
        Finder {
            engine: self,
            settling: Settling::AsItStands,
            completeness: Completeness::Whole,
            arena: Arena::default(),
            envelope: Arc::default(),
            wanted: Arc::new(WantedTypes::of(&self.inner)),
            known: HashMap::new(),
            found: Found::default(),
        }
    }
}

/// Whether an expression asks for the row of the group or the subscription.
fn asks_around(policy: &crate::plan::Policy) -> bool {
    use crate::functions::{self, Ask, Run};
    let mut asks = false;
    let mut look = |root: &crate::ast::Expr| {
        root.walk_calls(&mut |_, function, _| {
            asks |= matches!(
                functions::function(function).run,
                Run::Asks(Ask::Subscription | Ask::ResourceGroup)
            );
        });
    };
    policy.rule.walk_expressions(&mut look);
    if let Some(demand) = &policy.demand {
        let parts = [Some(&demand.resource_type), demand.name.as_ref(), demand.kind.as_ref()];
        for template in parts.into_iter().chain([demand.group.as_ref(), demand.scope.as_ref()]).flatten() {
            template.walk(&mut |expression, _| look(&expression.root));
        }
        demand.existence.iter().for_each(|branch| branch.walk_expressions(&mut look));
    }
    asks || !matches!(
        policy.consequence,
        crate::plan::Consequence::Nothing | crate::plan::Consequence::Attest(_)
    )
}

impl WantedTypes {
    fn of(inner: &Inner) -> Self {
        let mut wanted = Self::default();
        for demand in inner.policies.iter().filter_map(|policy| policy.demand.as_ref()) {
            match demand.resource_type.literal().and_then(Value::as_text) {
                // A stray slash at the end occurs in a built-in (spec E-70).
                Some(kind) => drop(wanted.named.insert(text::fold(kind.trim_end_matches('/')).into())),
                None => wanted.any = true,
            }
        }
        wanted
    }

    fn has(&self, kind: &str) -> bool {
        self.any || self.named.contains(&*kind.to_ascii_lowercase())
    }

    /// Whether a type below is wanted.
    fn has_below(&self, kind: &str) -> bool {
        let front = format!("{}/", kind.to_ascii_lowercase());
        let next = self.named.range(Box::<str>::from(front.as_str())..).next();
        self.any || next.is_some_and(|next| next.starts_with(&front))
    }
}

impl Finder<'_> {
    /// What is looked at are rows of exports ([`Completeness::Row`]), put right as [`crate::rows::settle`] does it.
    #[must_use]
    pub fn settling_rows(mut self) -> Self {
        self.settling = Settling::Rows;
        self.completeness = Completeness::Row;
        self
    }

    /// Looks at a row: one JSON text. `partial` tells that it comes from one page of several. What cannot be read is left
    /// to who judges it.
    pub fn look(&mut self, row: &str, partial: bool) {
        let Ok(given) = Arena::kind_of(row) else { return };
        let given = given.filter(|kind| kind.contains('/') && !text::key_eq(kind, ids::DESCENDANT_TYPE));
        let early = given.map(|kind| self.kept(kind));
        if early.as_deref().is_some_and(|kept| matches!(kept, Kept::Nothing)) {
            return;
        }
        if self.read(row, early.as_ref(), partial).is_none() {
            self.whole(row, partial);
        }
    }

    /// What was found since the last time.
    pub fn take(&mut self) -> Found {
        std::mem::take(&mut self.found)
    }

    fn kept(&mut self, spelled: &str) -> Arc<Kept> {
        if let Some(known) = self.known.get(spelled) {
            return known.clone();
        }
        let made = Arc::new(self.make(ids::canonical_type(spelled)));
        if self.known.len() < crate::engine::MOST_PLANS {
            self.known.insert(spelled.into(), made.clone());
        }
        made
    }

    fn make(&self, kind: &str) -> Kept {
        let (own, children) = (self.wanted.has(kind), self.wanted.has_below(kind));
        if text::key_eq(kind, ids::RESOURCE_GROUP_TYPE) || text::key_eq(kind, ids::SUBSCRIPTION_TYPE) {
            return Kept::Container(own || children);
        }
        if !own && !children {
            return Kept::Nothing;
        }
        let inner = &*self.engine.inner;
        let mut reads = compile::Reads::new(&inner.aliases, kind, None);
        if children || self.wanted.any || inner.aliases.has_versions(kind) {
            // Children may stand anywhere in it, and its paths may depend on its version.
            reads.everything();
        }
        for (policy, id) in inner.policies.iter().zip((0..).map(PolicyId)) {
            let asked = policy.demand.as_ref().and_then(|demand| demand.resource_type.literal()?.as_text());
            if asked.is_some_and(|asked| text::key_eq(asked.trim_end_matches('/'), kind)) {
                // Explanations look at more than judging does.
                for folding in [Folding::Full, Folding::None] {
                    reads.existence(&inner.existence(id, policy, kind, None, folding));
                }
            }
        }
        Kept::Related { kind: kind.into(), reading: reads.finish(None), children, own }
    }

    /// Reads a row selectively. `None`: that does not do.
    fn read(&mut self, row: &str, early: Option<&Arc<Kept>>, partial: bool) -> Option<()> {
        let mut arena = std::mem::take(&mut self.arena);
        let done = self.read_into(&mut arena, row, early, partial);
        self.arena = arena;
        done
    }

    fn read_into(
        &mut self,
        arena: &mut Arena,
        row: &str,
        early: Option<&Arc<Kept>>,
        partial: bool,
    ) -> Option<()> {
        let envelope = self.envelope.clone();
        let reading = match early.map(|kept| &**kept) {
            Some(Kept::Related { reading, .. }) => reading,
            Some(_) => return None,
            None => &*envelope,
        };
        let selected = arena.read(row, self.settling, |_| reading).ok()?;
        let root = selected.top();
        let Ok(facts) = Facts::read(root, Completeness::Row, |_| true) else { return Some(()) };
        let kept = self.kept(facts.resource_type());
        match (&*kept, early) {
            (Kept::Nothing, _) => Some(()),
            (Kept::Related { children, own, .. }, Some(early))
                if facts.has_properties() && kept.is_as(early) =>
            {
                let (kinds, related) = (&self.wanted, &mut self.found.related);
                let child = |kind: &str| *children && kinds.has(kind);
                related.add_wanted(root, &facts, (self.completeness, partial), *own, child);
                Some(())
            }
            _ => None,
        }
    }

    /// Reads a row whole.
    fn whole(&mut self, row: &str, partial: bool) {
        let (tree, problems) = json::read(row, Dialect::Strict);
        let broken = problems.iter().any(|problem| !problem.warning);
        let Some(mut tree) = tree.filter(|_| !broken) else { return };
        if self.settling == Settling::Rows {
            settle(&mut tree);
        }
        let Ok(facts) = Facts::read(&tree, Completeness::Row, |_| true) else { return };
        match &*self.kept(facts.resource_type()) {
            Kept::Nothing => return,
            Kept::Container(related) => {
                self.container(&tree, facts.id());
                if !related {
                    return;
                }
            }
            Kept::Related { .. } => {}
        }
        self.found.related.add(&tree, self.completeness, partial);
    }

    fn container<'d, N: Node<'d>>(&mut self, root: N, id: Option<&str>) {
        let Some(id) = id else { return };
        let parsed = ResourceId::parse(id).filter(|id| id.namespace.is_none() && !id.malformed);
        if parsed.is_some_and(|id| id.subscription.is_some())
            && let Value::Object(row) = root.to_document()
        {
            self.found.containers.insert(id, (*row).clone());
        }
    }
}
