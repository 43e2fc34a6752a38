//! A tree to assignments: each leaf, each scope, each definition of the branch is one.

use super::environment::{Environments, Here};
use super::tree::{Entry, Node, Texts, Tree};
use super::{Problem, id_of, is_name};
use crate::ast::{Assignment, Identity, Spelled};
use crate::ids::{self, Scope};
use crate::source::Source;
use crate::value::{Object, Value, text::key_eq};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Adds the assignments of a tree.
pub(super) fn expand(tree: &Tree, environments: &mut Environments<'_>, to: &mut Vec<Arc<Assignment>>) {
    let file = tree.source.name();
    let here = match environments.here(file) {
        Here::In(here) => here,
        Here::Unclear => return,
        Here::Anywhere => match named(&tree.root).into_iter().collect::<Vec<_>>().as_slice() {
            // Scopes for all environments alone.
            [] => "*".to_owned(),
            [only] => only.clone(),
            several => {
                let names: Vec<String> = several.iter().map(|name| format!("`{name}`")).collect();
                let problem = Problem::PacSelector { wanted: None, names: names.join(", "), nearest: None };
                environments.told.push(problem.at(&tree.source, tree.root.span, ""));
                return;
            }
        },
    };
    let branch = Branch {
        source: &tree.source,
        root: environments.root(file),
        global: environments.excluded(file, &here),
        here,
        nodes: Vec::new(),
    };
    branch.below(&tree.root, environments, to);
}

/// The environments that scopes of a tree are for.
fn named(node: &Node) -> BTreeSet<String> {
    let own = node.scopes.iter().flat_map(|scopes| scopes.names()).map(str::to_ascii_lowercase);
    own.chain(node.children.iter().flat_map(named)).collect()
}

/// The nodes from the top of a tree down to one.
#[derive(Clone)]
struct Branch<'b> {
    source: &'b Source,
    /// Where definitions lie that are called by name.
    root: String,
    /// What all assignments exclude.
    global: Vec<Spelled>,
    /// The environment.
    here: String,
    nodes: Vec<&'b Node>,
}

impl<'b> Branch<'b> {
    fn below(mut self, node: &'b Node, environments: &mut Environments<'_>, to: &mut Vec<Arc<Assignment>>) {
        if node.faulty {
            return;
        }
        self.nodes.push(node);
        if node.children.is_empty() {
            return self.leaf(node, environments, to);
        }
        for child in &node.children {
            self.clone().below(child, environments, to);
        }
    }

    /// The nodes from the leaf up: the deeper one wins.
    fn upwards(&self) -> impl Iterator<Item = &'b Node> {
        self.nodes.iter().rev().copied()
    }

    fn leaf(&self, leaf: &Node, environments: &mut Environments<'_>, to: &mut Vec<Arc<Assignment>>) {
        let scopes: Vec<&Spelled> = self
            .upwards()
            .find_map(|node| node.scopes.as_ref())
            .map(|scopes| scopes.of(&self.here).collect())
            .unwrap_or_default();
        let entries: Vec<&Entry> = self.nodes.iter().flat_map(|node| &node.entries).collect();
        let mut tell = |problem: &Problem, span| {
            let diagnostic = problem.at(self.source, span, "");
            if !environments.told.contains(&diagnostic) {
                environments.told.push(diagnostic);
            }
        };
        if entries.is_empty() && !scopes.is_empty() {
            tell(&Problem::MissingKey { what: "branch", key: "definitionEntry" }, leaf.span);
        }
        for written in scopes {
            let Some(scope) = Scope::parse(&written.text) else {
                let text = written.text.to_string();
                tell(&Problem::BadScope { text, entry: false }, written.span);
                continue;
            };
            for entry in &entries {
                match self.assignment(leaf, &scope, entry) {
                    Some(assignment) => to.push(Arc::new(assignment)),
                    None => tell(&Problem::MissingKey { what: "branch", key: "assignment" }, leaf.span),
                }
            }
        }
    }

    /// Nothing when no name comes together.
    fn assignment(&self, leaf: &Node, scope: &Scope, entry: &Entry) -> Option<Assignment> {
        let texts = self.texts(entry);
        if texts.name.is_empty() {
            return None;
        }
        let id = id_of(scope.as_str(), "policyAssignments", &texts.name);
        let shown = if texts.display_name.is_empty() { &texts.name } else { &texts.display_name };
        let identity = Identity {
            source: self.source.clone(),
            span: leaf.span,
            key: ids::normal(&id).into(),
            id: id.into(),
            has_id: true,
            display_name: shown.as_str().into(),
            name: texts.name.as_str().into(),
            description: texts.description.into(),
        };
        let kind = if entry.is_set { "policySetDefinitions" } else { "policyDefinitions" };
        let mut definition = entry.definition.clone();
        if is_name(&definition) {
            definition.text = id_of(&self.root, kind, &definition.text).into();
        }
        let mut parameters: Vec<(Spelled, Value, crate::source::Span)> = Vec::new();
        for given in self.upwards().flat_map(|node| &node.parameters) {
            if !parameters.iter().any(|(name, ..)| key_eq(&name.text, &given.0.text)) {
                parameters.push(given.clone());
            }
        }
        let json: Object = parameters
            .iter()
            .map(|(name, value, _)| {
                let wrapped: Object = [(Arc::from("value"), value.clone())].into_iter().collect();
                (name.text.clone(), Value::object(wrapped))
            })
            .collect();
        let messages = entry.messages.iter().chain(self.upwards().flat_map(|node| &node.messages));
        Some(Assignment {
            definition,
            version: self.upwards().find_map(|node| node.version.clone()),
            effective_version: None,
            scope: scope.clone(),
            not_scopes: self.excluded(leaf),
            parameters,
            parameters_json: Some(Value::object(json)),
            enforcement: self.upwards().find_map(|node| node.enforcement).unwrap_or_default(),
            messages: messages.cloned().collect(),
            selectors: self.upwards().flat_map(|node| node.selectors.clone()).collect(),
            overrides: self.upwards().flat_map(|node| node.overrides.clone()).collect(),
            // The tool makes one where it is needed.
            has_identity: true,
            identity,
        })
    }

    /// Names and texts of the branch, put together from the top; those of the entry before or behind them.
    fn texts(&self, entry: &Entry) -> Texts {
        let mut all: Vec<&Texts> = self.nodes.iter().map(|node| &node.texts).collect();
        all.insert(if entry.append { all.len() } else { 0 }, &entry.texts);
        let joined = |part: fn(&Texts) -> &String| all.iter().map(|texts| part(texts).as_str()).collect();
        Texts {
            name: joined(|texts| &texts.name),
            display_name: joined(|texts| &texts.display_name),
            description: joined(|texts| &texts.description),
        }
    }

    /// What the branch and the settings exclude; a place in another file is shown as the leaf.
    fn excluded(&self, leaf: &Node) -> Vec<(Scope, crate::source::Span)> {
        let own = self.upwards().flat_map(|node| node.excluded.of(&self.here));
        let own = own.map(|scope| (&scope.text, scope.span));
        let global = self.global.iter().map(|scope| (&scope.text, leaf.span));
        own.chain(global).filter_map(|(text, span)| Some((Scope::pattern(text)?, span))).collect()
    }
}
