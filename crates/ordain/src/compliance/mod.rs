//! Compliance: the records of many resources rolled up by pair, group, assignment, initiative and scope, counted
//! by distinct resource (spec 09 section 5). Nothing is kept of a resource but these numbers.

mod counts;
mod notices;

pub use counts::Counts;

use crate::document::Document;
use crate::engine::{AssignmentView, Engine, Evaluation, PairView};
use crate::governance::Place;
use crate::outcome::State;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One node of the view: how its resources stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// Distinct resources by their rolled-up state.
    pub resources: Counts,
    /// All records by their state.
    pub records: Counts,
}

/// A scope with its spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeLevel {
    /// Its id, as the first resource in it spells it.
    pub id: String,
    /// How its resources stand.
    pub level: Level,
}

/// What was added up so far. Every resource must be added once.
///
/// ```
/// # fn main() -> Result<(), ordain::Error> {
/// let engine = ordain::Engine::builder()
///     .definition_json(r#"{"mode": "All", "policyRule": {
///         "if": {"field": "tags['env']", "exists": false}, "then": {"effect": "audit"}}}"#)?
///     .build()?;
/// let mut compliance = ordain::compliance::Compliance::new(&engine);
/// for name in ["a", "b"] {
///     let mut table = serde_json::json!({"type": "Microsoft.Network/routeTables", "name": name});
///     if name == "a" {
///         table["tags"] = serde_json::json!({"env": "prod"});
///     }
///     compliance.add(&engine.evaluate(&table)?, &table);
/// }
/// assert_eq!(compliance.overall().resources.percent(), Some(50));
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Compliance<'e> {
    engine: &'e Engine,
    overall: Level,
    assignments: Vec<Level>,
    pairs: Vec<Level>,
    groups: HashMap<(usize, u32), Level>,
    initiatives: BTreeMap<String, Level>,
    scopes: BTreeMap<String, ScopeLevel>,
    /// Resources that exemptions would cover if they had not ended, by place.
    ended: BTreeMap<u32, usize>,
    /// Subscriptions of the resources, in lower case.
    subscriptions: BTreeSet<String>,
    /// Resources without an id.
    nameless: usize,
}

/// Roll-up of the records of one resource at the nodes of one kind.
struct Rolling<K>(Vec<(K, State, Counts)>);

impl<K: PartialEq> Rolling<K> {
    fn add(&mut self, key: K, state: State) {
        let at = match self.0.iter().position(|(own, ..)| *own == key) {
            Some(at) => at,
            None => {
                self.0.push((key, state, Counts::default()));
                self.0.len() - 1
            }
        };
        if let Some((_, rolled, records)) = self.0.get_mut(at) {
            if state.rank() < rolled.rank() {
                *rolled = state;
            }
            records.add(state);
        }
    }
}

impl Level {
    /// Adds one resource with its records.
    fn take(&mut self, rolled: State, records: &Counts) {
        self.resources.add(rolled);
        for (state, count) in records.iter() {
            (0..count).for_each(|_| self.records.add(state));
        }
    }

    /// The state of the node; `None` without a record.
    #[must_use]
    pub fn state(&self) -> Option<State> {
        self.resources.state()
    }
}

impl<'e> Compliance<'e> {
    /// Nothing yet.
    #[must_use]
    pub fn new(engine: &'e Engine) -> Self {
        let pairs = engine.assignments().map(|assignment| assignment.pairs().len()).sum();
        Self {
            engine,
            overall: Level::default(),
            assignments: vec![Level::default(); engine.assignments().len()],
            pairs: vec![Level::default(); pairs],
            groups: HashMap::new(),
            initiatives: BTreeMap::new(),
            scopes: BTreeMap::new(),
            ended: BTreeMap::new(),
            subscriptions: BTreeSet::new(),
            nameless: 0,
        }
    }

    /// Adds what all policies say of one resource. `document` must be the one that was judged.
    pub fn add<D: Document + ?Sized>(&mut self, evaluation: &Evaluation<'_>, document: &D) {
        let place = self.engine.place(document, evaluation.context());
        match (&place.id, &place.subscription) {
            (None, _) => self.nameless += 1,
            (_, Some(subscription)) => drop(self.subscriptions.insert(subscription.clone())),
            _ => {}
        }
        let (mut all, mut assignments, mut pairs) =
            (Rolling(Vec::new()), Rolling(Vec::new()), Rolling(Vec::new()));
        let (mut groups, mut initiatives) = (Rolling(Vec::new()), Rolling(Vec::new()));
        let mut ended: BTreeSet<u32> = BTreeSet::new();
        for outcome in evaluation.outcomes() {
            let (state, pair) = (outcome.state(), outcome.pair());
            let assignment = pair.assignment();
            all.add((), state);
            assignments.add(assignment.index(), state);
            pairs.add(pair.index(), state);
            pair.group_places().iter().for_each(|at| groups.add((assignment.index(), *at), state));
            if let Some(id) = assignment.initiative_id() {
                initiatives.add(id, state);
            }
            ended.extend(outcome.ended());
        }
        for (at, rolled, records) in &assignments.0 {
            self.assignments.get_mut(*at).into_iter().for_each(|level| level.take(*rolled, records));
        }
        for (at, rolled, records) in &pairs.0 {
            self.pairs.get_mut(*at).into_iter().for_each(|level| level.take(*rolled, records));
        }
        for (key, rolled, records) in &groups.0 {
            self.groups.entry(*key).or_default().take(*rolled, records);
        }
        for (id, rolled, records) in &initiatives.0 {
            self.initiatives.entry(crate::ids::normal(id)).or_default().take(*rolled, records);
        }
        for at in ended {
            *self.ended.entry(at).or_default() += 1;
        }
        if let [((), rolled, records)] = &all.0[..] {
            self.overall.take(*rolled, records);
            self.add_scopes(&place, self.engine.id(document, evaluation.context()), *rolled, records);
        }
    }

    /// The scopes that a resource is in: its group, its subscription, the management groups above.
    fn add_scopes(&mut self, place: &Place, id: Option<&str>, rolled: State, records: &Counts) {
        let (Some(key), Some(id)) = (&place.id, id) else { return };
        let mut scopes: Vec<(String, String)> = Vec::new();
        if let Some(subscription) = &place.subscription {
            let segments: Vec<&str> = id.split('/').filter(|s| !s.is_empty()).collect();
            let spelled = |n: usize| format!("/{}", segments.get(..n).unwrap_or_default().join("/"));
            scopes.push((format!("/subscriptions/{subscription}"), spelled(2)));
            let parts: Vec<&str> = key.split('/').skip(1).take(4).collect();
            if let [_, _, "resourcegroups", _] = parts[..] {
                scopes.push((format!("/{}", parts.join("/")), spelled(4)));
            }
            for group in self.engine.hierarchy().chain(subscription).into_iter().flatten() {
                let id = format!("/providers/Microsoft.Management/managementGroups/{group}");
                scopes.push((id.to_ascii_lowercase(), id));
            }
        }
        for (key, id) in scopes {
            let scope = self.scopes.entry(key).or_insert_with(|| ScopeLevel { id, level: Level::default() });
            scope.level.take(rolled, records);
        }
    }

    /// Adds what was added up elsewhere, of the same engine: several threads add up each their own part of the
    /// resources. Parts are to be merged in the order of the resources, so that scopes keep the spelling of the first.
    pub fn merge(&mut self, other: &Self) {
        let pour = |into: &mut Level, from: &Level| {
            into.resources.merge(&from.resources);
            into.records.merge(&from.records);
        };
        pour(&mut self.overall, &other.overall);
        self.assignments.iter_mut().zip(&other.assignments).for_each(|(into, from)| pour(into, from));
        self.pairs.iter_mut().zip(&other.pairs).for_each(|(into, from)| pour(into, from));
        for (key, from) in &other.groups {
            pour(self.groups.entry(*key).or_default(), from);
        }
        for (id, from) in &other.initiatives {
            pour(self.initiatives.entry(id.clone()).or_default(), from);
        }
        for (key, from) in &other.scopes {
            let first = || ScopeLevel { id: from.id.clone(), level: Level::default() };
            pour(&mut self.scopes.entry(key.clone()).or_insert_with(first).level, &from.level);
        }
        for (at, count) in &other.ended {
            *self.ended.entry(*at).or_default() += count;
        }
        self.subscriptions.extend(other.subscriptions.iter().cloned());
        self.nameless += other.nameless;
    }

    /// The engine whose records are added up.
    #[must_use]
    pub fn engine(&self) -> &'e Engine {
        self.engine
    }

    /// Everything together: a resource is rolled up over all assignments.
    #[must_use]
    pub fn overall(&self) -> &Level {
        &self.overall
    }

    /// How an assignment stands.
    #[must_use]
    pub fn assignment(&self, assignment: AssignmentView<'_>) -> Level {
        self.assignments.get(assignment.index()).copied().unwrap_or_default()
    }

    /// How a pair stands.
    #[must_use]
    pub fn pair(&self, pair: PairView<'_>) -> Level {
        self.pairs.get(pair.index()).copied().unwrap_or_default()
    }

    /// How a group of an assignment stands, by its place among [`AssignmentView::groups`].
    #[must_use]
    pub fn group(&self, assignment: AssignmentView<'_>, group: usize) -> Level {
        let key = u32::try_from(group).map(|group| (assignment.index(), group));
        key.ok().and_then(|key| self.groups.get(&key)).copied().unwrap_or_default()
    }

    /// How an initiative stands over all its assignments.
    #[must_use]
    pub fn initiative(&self, id: &str) -> Level {
        self.initiatives.get(&crate::ids::normal(id)).copied().unwrap_or_default()
    }

    /// Scopes with records, in the order of their ids.
    pub fn scopes(&self) -> impl ExactSizeIterator<Item = &ScopeLevel> {
        self.scopes.values()
    }

    /// Number of an assignment's pairs with at least one NonCompliant record (spec S-34).
    #[must_use]
    pub fn non_compliant_policies(&self, assignment: AssignmentView<'_>) -> usize {
        assignment.pairs().filter(|pair| self.pair(*pair).records.of(State::NonCompliant) > 0).count()
    }
}
