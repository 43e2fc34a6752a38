//! Management groups: who is above whom, from whatever the documents tell (spec 08 section 2).

use super::Scope;
use crate::source::{Source, Span};
use crate::value::{Node, View, text::key_eq};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What was wrong with the edges given; each is told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tangle {
    /// A second, different parent was named; the first stays (spec G-11).
    TwoParents {
        /// Who has them.
        child: String,
        /// The one that counts.
        first: String,
        /// The one that was left out.
        second: String,
    },
    /// Groups that are above each other: the edges among them are dropped (spec G-12).
    Cycle {
        /// The groups, each below the next, the last below the first.
        members: Vec<String>,
    },
}

/// What was wrong with edges, and where they were told.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tangled {
    /// What it is.
    pub tangle: Tangle,
    /// Of two parents first the edge that was left out, then the one that counts; of a cycle its edges. Only those
    /// that were read from a text.
    pub places: Vec<(Source, Span)>,
}

/// A parent, and where it was told.
#[derive(Clone, Debug)]
struct Edge {
    parent: Arc<str>,
    at: Option<(Source, Span)>,
}

/// A tenant's management groups and the subscriptions below them.
///
/// ```
/// let mut hierarchy = ordain::ids::Hierarchy::default();
/// let row = serde_json::json!({
///     "id": "/subscriptions/S", "type": "microsoft.resources/subscriptions",
///     "properties": { "managementGroupAncestorsChain": [{ "name": "corp" }, { "name": "Root" }] } });
/// assert!(hierarchy.read(&row));
/// let chain: Vec<&str> = hierarchy.chain("s").unwrap().collect();
/// assert_eq!(chain, ["corp", "Root"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Hierarchy {
    /// Parent of each child by key; a subscription's key begins with a slash.
    parents: BTreeMap<String, Edge>,
    /// Groups by key, as they are spelled.
    groups: BTreeMap<String, Arc<str>>,
    /// Second parents, in the order in which they were met.
    second: Vec<Tangled>,
    /// The text that is read.
    source: Option<Source>,
}

/// Levels of children that are followed: far more than the service's six.
const LEVELS: usize = 64;

const GROUPS: &str = "/managementgroups";

impl Hierarchy {
    /// Whether nothing was told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parents.is_empty() && self.groups.is_empty()
    }

    /// Reads what a document tells of the hierarchy, in any shape of spec G-9 but the containers around rows;
    /// `false` when it is no such document.
    pub fn read<'d, N: Node<'d>>(&mut self, root: N) -> bool {
        let own = self.own_file(root);
        own | self.row(root, None, 0)
    }

    /// The same for a document of a text, so that what is wrong with it has a place there.
    pub fn read_in<'d, N: Node<'d>>(&mut self, root: N, source: &Source) -> bool {
        self.source = Some(source.clone());
        let known = self.read(root);
        self.source = None;
        known
    }

    /// Where a node of the document that is read stands.
    fn at<'d, N: Node<'d>>(&self, node: N) -> Option<(Source, Span)> {
        self.source.clone().zip(node.span())
    }

    /// Our own file: lists of groups and subscriptions.
    fn own_file<'d, N: Node<'d>>(&mut self, root: N) -> bool {
        let list = |name: &str| root.member(name).filter(|list| list.view() == View::Array);
        let (groups, subscriptions) = (list("managementGroups"), list("subscriptions"));
        for group in groups.into_iter().flat_map(Node::elements) {
            let Some(name) = text(group, "name") else { continue };
            self.group(name);
            if let Some(parent) = text(group, "parent") {
                let at = self.at(group);
                self.edge(&group_key(name), parent, at);
            }
        }
        for row in subscriptions.into_iter().flat_map(Node::elements) {
            let (Some(id), Some(parent)) = (text(row, "id"), text(row, "managementGroup")) else { continue };
            let at = self.at(row);
            self.edge(&subscription_key(id), parent, at);
        }
        groups.is_some() || subscriptions.is_some()
    }

    /// A row or an object with children inside it.
    fn row<'d, N: Node<'d>>(&mut self, row: N, above: Option<&str>, level: usize) -> bool {
        let Some(key) = key_of(row) else { return false };
        if !key.starts_with('/') {
            self.group(text(row, "name").or_else(|| last(text(row, "id")?)).unwrap_or(&key));
        }
        let body = row.member("properties").filter(|p| p.view() == View::Object);
        let member = |name: &str| body.and_then(|b| b.member(name)).or_else(|| row.member(name));
        let details = member("details").filter(|d| d.view() == View::Object);
        let inside = |name: &str| member(name).or_else(|| details.and_then(|d| d.member(name)));
        let at = self.at(row);
        if let Some(parent) = above {
            self.edge(&key, parent, at.clone());
        }
        let names = |list: N| list.elements().filter_map(|e| name_of(e)).collect::<Vec<_>>();
        let nearest_first = ["managementGroupAncestorsChain", "managementGroupAncestors"]
            .into_iter()
            .find_map(inside)
            .map(names);
        // A path runs from the root down to the row itself.
        let path = || {
            let mut names = names(inside("path")?);
            names.reverse();
            names.retain(|name| !key_eq(name, &key));
            Some(names)
        };
        if let Some(chain) = nearest_first.filter(|c| !c.is_empty()).or_else(path) {
            self.chain_of(&key, &chain, at.as_ref());
        }
        let parent = inside("parent").and_then(|p| text(p, "name").or_else(|| last(text(p, "id")?)));
        let parent = parent.or_else(|| text(row, "ParentName")).or_else(|| last(text(row, "ParentId")?));
        if let Some(parent) = parent {
            self.edge(&key, parent, at);
        }
        let own = text(row, "name").or_else(|| last(text(row, "id")?)).unwrap_or_default();
        if level < LEVELS {
            for child in member("children").into_iter().flat_map(Node::elements) {
                self.row(child, Some(own), level + 1);
            }
        }
        true
    }

    fn chain_of(&mut self, child: &str, ancestors: &[&str], at: Option<&(Source, Span)>) {
        let mut below = child.to_owned();
        for ancestor in ancestors {
            self.edge(&below, ancestor, at.cloned());
            below = group_key(ancestor);
        }
    }

    fn group(&mut self, name: &str) {
        self.groups.entry(group_key(name)).or_insert_with(|| name.into());
    }

    /// A parent given as an id is cut to its name (spec G-10).
    fn edge(&mut self, child: &str, parent: &str, at: Option<(Source, Span)>) {
        let name = last(parent).unwrap_or(parent);
        if name.is_empty() || child.is_empty() {
            return;
        }
        self.group(name);
        match self.parents.get(child) {
            None => drop(self.parents.insert(child.to_owned(), Edge { parent: name.into(), at })),
            Some(first) if key_eq(&first.parent, name) => {}
            Some(first) => {
                let spelled = self.groups.get(child).map_or(child, |name| name);
                let tangle = Tangle::TwoParents {
                    child: spelled.to_owned(),
                    first: first.parent.to_string(),
                    second: name.to_owned(),
                };
                if !self.second.iter().any(|known| known.tangle == tangle) {
                    let places = [at, first.at.clone()].into_iter().flatten().collect();
                    self.second.push(Tangled { tangle, places });
                }
            }
        }
    }

    /// Adds what another tells.
    pub fn extend(&mut self, other: Self) {
        for (key, name) in other.groups {
            self.groups.entry(key).or_insert(name);
        }
        for (child, edge) in other.parents {
            self.edge(&child, &edge.parent, edge.at);
        }
        self.second.extend(other.second);
    }

    /// Drops what cannot be, and says what that was.
    pub fn settle(&mut self) -> Vec<Tangled> {
        let mut tangles = std::mem::take(&mut self.second);
        let mut done: BTreeSet<String> = BTreeSet::new();
        let starts: Vec<String> = self.parents.keys().cloned().collect();
        for start in starts {
            let mut walked: Vec<String> = Vec::new();
            let mut at = start;
            while !done.contains(&at) {
                if let Some(first) = walked.iter().position(|key| *key == at) {
                    let cycle = walked.split_off(first);
                    let edges = cycle.iter().filter_map(|key| self.parents.get(key)?.at.clone());
                    let places = edges.collect();
                    cycle.iter().for_each(|key| drop(self.parents.remove(key)));
                    let spell = |key: &String| self.groups.get(key).map_or(key.clone(), |n| n.to_string());
                    let tangle = Tangle::Cycle { members: cycle.iter().map(spell).collect() };
                    tangles.push(Tangled { tangle, places });
                    done.extend(cycle);
                    break;
                }
                walked.push(at.clone());
                match self.parents.get(&at) {
                    Some(edge) => at = group_key(&edge.parent),
                    None => break,
                }
            }
            done.extend(walked);
        }
        tangles
    }

    /// The groups above a subscription, nearest first; `None` when nobody told where it is (spec G-14).
    #[must_use]
    pub fn chain(&self, subscription: &str) -> Option<impl Iterator<Item = &str>> {
        let first = self.parents.get(&subscription_key(subscription))?;
        Some(self.upwards(&first.parent))
    }

    /// A group and those above it.
    fn upwards<'h>(&'h self, first: &'h Arc<str>) -> impl Iterator<Item = &'h str> {
        let above = |name: &&'h Arc<str>| Some(&self.parents.get(&group_key(name))?.parent);
        // Edges in a cycle are gone once it is settled; the bound is for those who did not.
        std::iter::successors(Some(first), above)
            .take(LEVELS)
            .map(|name| self.groups.get(&group_key(name)).map_or(&**name, |spelled| &**spelled))
    }

    /// Whether a subscription is below a group; `None` when nobody told where it is.
    #[must_use]
    pub fn is_below(&self, subscription: &str, group: &str) -> Option<bool> {
        Some(self.chain(subscription)?.any(|name| key_eq(name, group)))
    }

    /// Whether a group is another or below it.
    #[must_use]
    pub fn is_group_below(&self, group: &str, above: &str) -> bool {
        let own = key_eq(group, above);
        own || self
            .parents
            .get(&group_key(group))
            .is_some_and(|p| self.upwards(&p.parent).any(|n| key_eq(n, above)))
    }

    /// Whether a scope is another or below it; `None` when it is not told.
    #[must_use]
    pub fn is_within(&self, scope: &Scope, outer: &Scope) -> Option<bool> {
        match (scope.management_group(), outer.management_group()) {
            (Some(group), Some(above)) if self.is_group_below(group, above) => Some(true),
            (Some(group), Some(above)) => {
                (self.knows_group(group) && self.knows_group(above)).then_some(false)
            }
            (Some(_), None) => Some(false),
            (None, Some(above)) => self.is_below(scope.subscription()?, above),
            (None, None) => Some(outer.holds(scope.key())),
        }
    }

    /// Whether a group was named anywhere.
    #[must_use]
    pub fn knows_group(&self, name: &str) -> bool {
        self.groups.contains_key(&group_key(name))
    }

    /// Number of groups above a group.
    #[must_use]
    pub fn depth(&self, group: &str) -> usize {
        self.parents.get(&group_key(group)).map_or(0, |edge| self.upwards(&edge.parent).count())
    }
}

fn group_key(name: &str) -> String {
    name.to_ascii_lowercase()
}

fn subscription_key(id: &str) -> String {
    format!("/{}", last(id).unwrap_or(id)).to_ascii_lowercase()
}

fn last(id: &str) -> Option<&str> {
    id.trim_end_matches('/').rsplit('/').next()
}

/// The key of a row that is a group or a subscription, in any of the spellings of its type (spec I-39).
fn key_of<'d, N: Node<'d>>(row: N) -> Option<String> {
    let id = text(row, "id").unwrap_or_default();
    let kind = text(row, "type").unwrap_or_default().to_ascii_lowercase();
    let lower = super::normal(id);
    let is_subscription = lower.strip_prefix("/subscriptions/").is_some_and(|rest| !rest.contains('/'));
    if is_subscription || kind.ends_with("/subscriptions") {
        let name = if id.is_empty() { text(row, "name")? } else { id };
        return Some(subscription_key(name));
    }
    let is_group = lower.starts_with("/providers/microsoft.management/managementgroups/")
        && lower.matches('/').count() == 4;
    if is_group || kind.ends_with(GROUPS) {
        let name = if id.is_empty() { text(row, "name")? } else { last(id)? };
        return Some(group_key(name));
    }
    None
}

/// A member of a list of ancestors: a name, or an object that has one.
fn name_of<'d, N: Node<'d>>(node: N) -> Option<&'d str> {
    match node.view() {
        View::Text(name) => last(name),
        _ => text(node, "name"),
    }
}

fn text<'d, N: Node<'d>>(node: N, name: &str) -> Option<&'d str> {
    match node.member(name)?.view() {
        View::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(documents: &[Value]) -> (Hierarchy, Vec<Tangle>) {
        let mut hierarchy = Hierarchy::default();
        documents.iter().for_each(|document| assert!(hierarchy.read(document), "{document}"));
        let tangles = hierarchy.settle().into_iter().map(|tangled| tangled.tangle).collect();
        (hierarchy, tangles)
    }

    fn chain(hierarchy: &Hierarchy) -> Option<Vec<&str>> {
        hierarchy.chain("S").map(Iterator::collect)
    }

    #[test]
    fn every_shape_gives_the_same_chain() {
        // spec: G-9, G-10, I-39
        const GROUP: &str = "/providers/Microsoft.Management/managementGroups";
        let shapes: [&[Value]; 6] = [
            &[json!({"managementGroups": [{"name": "root"}, {"name": "corp", "parent": "root"}],
                "subscriptions": [{"id": "/subscriptions/S", "managementGroup": "corp"}]})],
            &[json!({"type": "microsoft.resources/subscriptions", "id": "/subscriptions/S",
                "properties": {"managementGroupAncestorsChain": [{"name": "corp"}, {"name": "root"}]}})],
            &[
                json!({"type": "microsoft.management/managementgroups", "name": "corp",
                    "properties": {"details": {"parent": {"name": "root"}}}}),
                json!({"type": "Microsoft.Management/managementGroups/subscriptions", "id": "/subscriptions/S",
                    "name": "S", "properties": {"parent": {"id": format!("{GROUP}/corp")}}}),
            ],
            &[
                json!({"type": GROUP, "id": format!("{GROUP}/root"), "name": "root", "properties": {"children": [
                {"type": GROUP, "id": format!("{GROUP}/corp"), "name": "corp", "children": [
                    {"type": "/subscriptions", "id": "/subscriptions/S", "name": "S", "displayName": "Corp"}]}]}}),
            ],
            &[json!({"id": format!("{GROUP}/corp"), "name": "corp", "children": [
                    {"type": "/subscriptions", "id": "/subscriptions/S"}],
                    "details": {"parent": {"id": format!("{GROUP}/root"), "name": "root"}}})],
            &[json!({"Id": format!("{GROUP}/corp"), "Type": GROUP, "Name": "corp", "ParentName": "root",
                    "Children": [{"Type": "/subscriptions", "Id": "/subscriptions/S"}]})],
        ];
        for shape in shapes {
            let (hierarchy, tangles) = of(shape);
            assert_eq!((chain(&hierarchy), tangles), (Some(vec!["corp", "root"]), vec![]), "{shape:?}");
            assert_eq!(hierarchy.is_below("s", "ROOT"), Some(true));
            assert_eq!(hierarchy.is_below("s", "other"), Some(false));
            assert_eq!((hierarchy.is_below("t", "root"), hierarchy.depth("Corp")), (None, 1));
        }
    }

    #[test]
    fn first_parent_counts() {
        // spec: G-11
        let groups = |parent: &str| json!({"managementGroups": [{"name": "corp", "parent": parent}]});
        let (hierarchy, tangles) = of(&[groups("a"), groups("A"), groups("b"), groups("b")]);
        assert!(hierarchy.is_group_below("corp", "a"));
        let told = Tangle::TwoParents { child: "corp".into(), first: "a".into(), second: "b".into() };
        assert_eq!(tangles, [told]);
    }

    #[test]
    fn cycles_are_cut() {
        // spec: G-12
        let (hierarchy, tangles) = of(&[json!({
            "managementGroups": [{"name": "A", "parent": "B"}, {"name": "B", "parent": "C"}, {"name": "C", "parent": "a"}],
            "subscriptions": [{"id": "S", "managementGroup": "a"}]})]);
        assert_eq!(tangles, [Tangle::Cycle { members: vec!["A".into(), "B".into(), "C".into()] }]);
        assert_eq!(chain(&hierarchy), Some(vec!["A"]));
    }

    #[test]
    fn other_documents_tell_nothing() {
        let mut hierarchy = Hierarchy::default();
        assert!(!hierarchy.read(&json!({"type": "Microsoft.Storage/storageAccounts", "name": "s"})));
        assert!(hierarchy.is_empty());
    }
}
