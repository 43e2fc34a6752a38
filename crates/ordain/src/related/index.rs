//! The resources of one input, by type: where related ones are looked for.

use crate::document::{Completeness, Facts};
use crate::ids::ResourceId;
use crate::value::{Node, Value, View};
use std::collections::HashMap;

/// Resources of the same export in which `auditIfNotExists` and `deployIfNotExists` look for related ones.
/// Build it once, share it between evaluations ([`crate::Context::related`]).
#[derive(Debug, Default)]
pub struct RelatedResources {
    rows: Vec<Row>,
    by_type: HashMap<String, Vec<usize>>,
    /// Where the row of an id is.
    ids: HashMap<String, usize>,
    complete: bool,
}

/// One resource.
#[derive(Debug)]
pub(crate) struct Row {
    /// In lower case.
    pub(crate) id: String,
    /// In lower case.
    pub(crate) subscription: String,
    /// In lower case; empty outside a group.
    pub(crate) group: String,
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

impl RelatedResources {
    /// An empty index.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// States that the input is complete: what is not there does not exist (option `--assume-complete`).
    #[must_use]
    pub fn assume_complete(mut self) -> Self {
        self.complete = true;
        self
    }

    /// Adds a resource; one without type and id, or without id, is of no use here. `partial` tells that the row
    /// comes from one page of several.
    pub fn add<'d, N: Node<'d>>(&mut self, node: N, completeness: Completeness, partial: bool) {
        let Ok(facts) = Facts::read(node, completeness, |_| true) else { return };
        let kind = facts.resource_type().to_owned();
        let Some(id) = facts.id() else { return };
        self.insert(id, &kind, node.to_document(), completeness, false, partial);
        self.add_children(node, &kind, completeness);
    }

    /// Bodies of children that stand in a parent's properties with an id of their own (spec E-91).
    fn add_children<'d, N: Node<'d>>(&mut self, parent: N, parent_type: &str, completeness: Completeness) {
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
        let id = id.trim_end_matches('/').to_ascii_lowercase();
        let kind = kind.to_ascii_lowercase();
        let known = self.ids.get(&id).copied();
        if synthetic && known.is_some() {
            return;
        }
        let parsed = ResourceId::parse(&id).unwrap_or_default();
        let own_kind = value.as_object().and_then(|o| o.get("kind")).and_then(Value::as_text).unwrap_or("");
        let row = Row {
            subscription: parsed.subscription.unwrap_or("").to_owned(),
            group: parsed.resource_group.unwrap_or("").to_owned(),
            names: parsed.segments.iter().map(|(_, name)| (*name).to_owned()).collect(),
            kind: own_kind.to_ascii_lowercase(),
            id: id.clone(),
            synthetic,
            partial,
            completeness,
            value,
        };
        // A row of its own wins over a body inside its parent, whichever came first.
        if let Some(known) = known.and_then(|at| self.rows.get_mut(at)).filter(|r| r.synthetic) {
            *known = row;
            return;
        }
        self.by_type.entry(kind).or_default().push(self.rows.len());
        self.ids.insert(id, self.rows.len());
        self.rows.push(row);
    }

    /// The resources of a type in lower case.
    pub(crate) fn of_type(&self, kind: &str) -> impl Iterator<Item = &Row> {
        self.by_type.get(kind).into_iter().flatten().filter_map(|at| self.rows.get(*at))
    }

    /// Whether a missing resource of a type in a subscription would be here if it existed (spec E-92).
    pub(crate) fn covers(&self, kind: &str, subscription: &str) -> bool {
        self.complete
            || self
                .of_type(kind)
                .any(|row| row.subscription == subscription && !row.synthetic && !row.partial)
    }

    /// Whether everything is declared to be here.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }
}
