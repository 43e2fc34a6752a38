//! The resources of one input, by type: where related ones are looked for.

use super::RelatedMode;
use super::coverage::Declared;
use crate::document::{Completeness, Facts};
use crate::ids::ResourceId;
use crate::value::{Node, Value, View};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

/// Resources of the same export in which `auditIfNotExists` and `deployIfNotExists` look for related ones.
/// Build it once, share it between evaluations ([`crate::Context::related`]).
#[derive(Debug, Default)]
pub struct RelatedResources {
    rows: Vec<Row>,
    by_type: HashMap<String, OfType>,
    /// Where the row of an id is.
    ids: HashMap<Arc<str>, usize>,
    pub(super) mode: RelatedMode,
    pub(super) declared: Declared,
}

/// The rows of one type, so that a search looks at few of them.
#[derive(Debug, Default)]
struct OfType {
    /// All of them.
    all: Vec<usize>,
    /// The same by id, so that what is below another resource stands together; sorted when it is first asked for.
    by_id: OnceLock<Vec<usize>>,
    /// By subscription and group.
    by_place: BTreeMap<(Arc<str>, Arc<str>), Vec<usize>>,
    /// Whether one of them extends another resource: a second `/providers/` in its id.
    extends: bool,
    /// Subscriptions of which all rows are here, as far as the input tells (spec E-92).
    covered: HashSet<Arc<str>>,
}

/// One resource.
#[derive(Debug)]
pub(crate) struct Row {
    /// In lower case.
    pub(crate) id: Arc<str>,
    /// In lower case.
    subscription: Arc<str>,
    /// In lower case; empty outside a group.
    group: Arc<str>,
    /// The type, in lower case, under which it is found.
    resource_type: Arc<str>,
    /// Name segments in lower case, ancestors first.
    pub(crate) names: Vec<String>,
    pub(crate) kind: String,
    /// Found inside its parent: proves that it exists, not that all are there (spec E-91, E-92).
    pub(crate) synthetic: bool,
    /// A row of a page among several: the same (spec I-14).
    pub(crate) partial: bool,
    pub(crate) completeness: Completeness,
    pub(crate) value: Value,
}

impl Row {
    /// The id as it is spelled; in lower case for what has none of its own.
    pub(crate) fn spelled(&self) -> Arc<str> {
        let id = self.value.as_object().and_then(|body| body.get("id").or_else(|| body.get("ResourceId")));
        match id {
            Some(Value::Text(id)) if !id.is_empty() => match id.strip_suffix('/') {
                Some(bare) => bare.into(),
                None => id.clone(),
            },
            _ => self.id.clone(),
        }
    }
}

impl RelatedResources {
    /// An empty index.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// States that the input is complete: what is not there does not exist (option `--assume-complete`).
    #[must_use]
    pub fn assume_complete(self) -> Self {
        self.mode(RelatedMode::AssumeComplete)
    }

    /// Adds a resource; one without type and id, or without id, is of no use here. `partial` tells that the row
    /// comes from one page of several.
    pub fn add<'d, N: Node<'d>>(&mut self, node: N, completeness: Completeness, partial: bool) {
        let Ok(facts) = Facts::read(node, completeness, |_| true) else { return };
        let kind = facts.resource_type().to_owned();
        let Some(id) = facts.id() else { return };
        self.insert(id, &kind, node.to_document(), completeness, false, partial);
        self.add_children(node, &kind, completeness, |_| true);
    }

    /// Adds what was found elsewhere, later in the input.
    pub fn append(&mut self, other: Self) {
        if self.rows.is_empty() {
            (self.rows, self.by_type, self.ids) = (other.rows, other.by_type, other.ids);
            return;
        }
        other.rows.into_iter().for_each(|row| self.insert_row(row));
    }

    /// Adds a resource if it is wanted itself, and those children in it whose types are.
    pub(crate) fn add_wanted<'d, N: Node<'d>>(
        &mut self,
        node: N,
        facts: &Facts<'d, N>,
        (completeness, partial): (Completeness, bool),
        own: bool,
        child: impl Fn(&str) -> bool,
    ) {
        let Some(id) = facts.id() else { return };
        if own {
            self.insert(id, facts.resource_type(), node.to_document(), completeness, false, partial);
        }
        self.add_children(node, facts.resource_type(), completeness, child);
    }

    /// Bodies of children that stand in a parent's properties with an id of their own (spec E-91).
    fn add_children<'d, N: Node<'d>>(
        &mut self,
        parent: N,
        parent_type: &str,
        completeness: Completeness,
        wanted: impl Fn(&str) -> bool,
    ) {
        let Some(properties) = parent.member("properties") else { return };
        for (key, list) in properties.entries() {
            for child in list.elements() {
                let text = |name: &str| match child.member(name).map(N::view) {
                    Some(View::Text(text)) if text.starts_with('/') || name == "type" => {
                        Some(text.to_owned())
                    }
                    _ => None,
                };
                if let Some(id) = text("id") {
                    let kind = text("type").unwrap_or_else(|| format!("{parent_type}/{key}"));
                    if !wanted(&kind) {
                        continue;
                    }
                    self.insert(&id, &kind, child.to_document(), completeness, true, true);
                }
            }
        }
    }

    fn insert(
        &mut self,
        id: &str,
        kind: &str,
        value: Value,
        completeness: Completeness,
        synthetic: bool,
        partial: bool,
    ) {
        let id: Arc<str> = id.trim_end_matches('/').to_ascii_lowercase().into();
        let kind: Arc<str> = kind.to_ascii_lowercase().into();
        if synthetic && self.ids.contains_key(&id) {
            return;
        }
        let parsed = ResourceId::parse(&id).unwrap_or_default();
        let own_kind = value.as_object().and_then(|o| o.get("kind")).and_then(Value::as_text).unwrap_or("");
        let row = Row {
            subscription: parsed.subscription.unwrap_or("").into(),
            group: parsed.resource_group.unwrap_or("").into(),
            names: parsed.segments.iter().map(|(_, name)| (*name).to_owned()).collect(),
            kind: own_kind.to_ascii_lowercase(),
            id: id.clone(),
            resource_type: kind,
            synthetic,
            partial,
            completeness,
            value,
        };
        self.insert_row(row);
    }

    fn insert_row(&mut self, row: Row) {
        let known = self.ids.get(&row.id).copied();
        if row.synthetic && known.is_some() {
            return;
        }
        // A row of its own wins over a body inside its parent, whichever came first.
        if let Some((at, old)) =
            known.and_then(|at| Some((at, self.rows.get_mut(at)?))).filter(|(_, r)| r.synthetic)
        {
            if old.resource_type == row.resource_type {
                // It has the id, so it stands where the other stood.
                self.by_type.entry(row.resource_type.to_string()).or_default().speaks(&row);
            } else {
                let listed = self.by_type.get_mut(&*old.resource_type);
                listed.into_iter().for_each(|of_type| of_type.remove(old, at));
                self.by_type.entry(row.resource_type.to_string()).or_default().add(&row, at);
            }
            *old = row;
            return;
        }
        let at = self.rows.len();
        self.by_type.entry(row.resource_type.to_string()).or_default().add(&row, at);
        self.ids.insert(row.id.clone(), at);
        self.rows.push(row);
    }

    fn found<'r>(&'r self, places: impl IntoIterator<Item = &'r usize>) -> Vec<&'r Row> {
        places.into_iter().filter_map(|at| self.rows.get(*at)).collect()
    }

    /// The resources of a type whose id goes on behind this front, which ends in a slash.
    pub(super) fn below(&self, kind: &str, front: &str) -> Vec<&Row> {
        let Some(of_type) = self.by_type.get(kind) else { return Vec::new() };
        let id = |at: &usize| self.rows.get(*at).map_or("", |row| &*row.id);
        let sorted = of_type.by_id.get_or_init(|| {
            let mut sorted = of_type.all.clone();
            sorted.sort_by(|a, b| id(a).cmp(id(b)));
            sorted
        });
        let from = sorted.partition_point(|at| id(at) < front);
        let rest = sorted.get(from..).unwrap_or_default();
        self.found(rest.iter().take_while(|at| id(at).starts_with(front)))
    }

    /// The resources of a type in a group.
    pub(super) fn in_group(&self, kind: &str, subscription: &str, group: &str) -> Vec<&Row> {
        let Some(of_type) = self.by_type.get(kind) else { return Vec::new() };
        self.found(of_type.by_place.get(&(subscription.into(), group.into())).into_iter().flatten())
    }

    /// The resources of a type in a subscription, inside groups or not.
    pub(super) fn in_subscription(&self, kind: &str, subscription: &str) -> Vec<&Row> {
        let Some(of_type) = self.by_type.get(kind) else { return Vec::new() };
        let from = of_type.by_place.range((subscription.into(), Arc::from(""))..);
        self.found(from.take_while(|((own, _), _)| **own == *subscription).flat_map(|(_, rows)| rows))
    }

    /// Whether resources of a type in lower case extend others.
    pub(super) fn extends(&self, kind: &str) -> bool {
        self.by_type.get(kind).is_some_and(|of_type| of_type.extends)
    }

    /// Whether rows of a type in a subscription speak for all of them (spec E-92, rule 2).
    pub(super) fn is_covered(&self, kind: &str, subscription: &str) -> bool {
        self.by_type.get(kind).is_some_and(|of_type| of_type.covered.contains(subscription))
    }
}

impl OfType {
    fn add(&mut self, row: &Row, at: usize) {
        self.all.push(at);
        self.by_id.take();
        self.by_place.entry((row.subscription.clone(), row.group.clone())).or_default().push(at);
        self.extends = self.extends || row.id.matches("/providers/").nth(1).is_some();
        self.speaks(row);
    }

    /// A row of its own tells that its subscription is covered.
    fn speaks(&mut self, row: &Row) {
        if !row.synthetic && !row.partial && !self.covered.contains(&row.subscription) {
            self.covered.insert(row.subscription.clone());
        }
    }

    /// Takes out a body found inside a parent: those never cover a subscription.
    fn remove(&mut self, row: &Row, at: usize) {
        self.all.retain(|other| *other != at);
        self.by_id.take();
        if let Some(rows) = self.by_place.get_mut(&(row.subscription.clone(), row.group.clone())) {
            rows.retain(|other| *other != at);
        }
    }
}
