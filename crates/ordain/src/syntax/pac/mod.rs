//! Policy-as-code repositories: settings, trees of assignments, exemption files, given the meaning that only the
//! whole of them has (spec I-66). Parts are read as any document is; once all is there they become the same objects
//! that an export holds.

mod environment;
mod exemptions;
mod expand;
mod settings;
#[cfg(test)]
mod tests;
mod tree;

use super::GovernanceProblem as Problem;
use crate::ast::{Assignment, Definition, Exemption, Initiative, Spelled};
use crate::diagnostic::Diagnostic;
use crate::ids::{self, Hierarchy};
use environment::Environments;
use exemptions::Waiver;
use settings::Settings;
use std::sync::Arc;
use tree::Tree;

/// What was read of repositories and waits for the rest.
#[derive(Debug, Default)]
pub struct Parts {
    pub(super) settings: Vec<Settings>,
    pub(super) trees: Vec<Tree>,
    pub(super) exemptions: Vec<Waiver>,
}

/// The objects that parts refer to and become.
#[derive(Debug)]
pub struct Objects<'o> {
    /// The definitions.
    pub definitions: &'o mut Vec<Arc<Definition>>,
    /// The initiatives.
    pub initiatives: &'o mut Vec<Arc<Initiative>>,
    /// The assignments.
    pub assignments: &'o mut Vec<Arc<Assignment>>,
    /// The exemptions.
    pub exemptions: &'o mut Vec<Arc<Exemption>>,
    /// What is told of management groups.
    pub hierarchy: &'o Hierarchy,
}

/// Which environment is meant, and where definitions lie that no settings speak of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chosen<'c> {
    /// `--pac-selector`
    pub selector: Option<&'c str>,
    /// `--definition-scope`; empty where it is not told (spec I-63).
    pub definition_scope: &'c str,
}

impl Parts {
    /// Adds what another text holds.
    pub fn extend(&mut self, other: Self) {
        self.settings.extend(other.settings);
        self.trees.extend(other.trees);
        self.exemptions.extend(other.exemptions);
    }

    /// Gives definitions without an id theirs, and makes objects of the parts.
    pub fn settle(self, chosen: Chosen<'_>, objects: &mut Objects<'_>) -> Vec<Diagnostic> {
        let mut environments = Environments::new(&self.settings, chosen);
        for definition in objects.definitions.iter_mut().filter(|definition| !definition.has_id) {
            let root = environments.root(definition.source.name());
            if !root.is_empty() {
                let id = id_of(&root, "policyDefinitions", &definition.name);
                Arc::make_mut(definition).id = id.into();
            }
        }
        for initiative in objects.initiatives.iter_mut() {
            let root = environments.root(initiative.identity.source.name());
            let named = initiative.references.iter().any(|reference| is_name(&reference.definition));
            if !named && (initiative.identity.has_id || root.is_empty()) {
                continue;
            }
            let initiative = Arc::make_mut(initiative);
            let identity = &mut initiative.identity;
            if !identity.has_id && !root.is_empty() {
                let id = id_of(&root, "policySetDefinitions", &identity.name);
                identity.key = ids::normal(&id).into();
                identity.id = id.into();
            }
            for reference in initiative.references.iter_mut().filter(|r| is_name(&r.definition)) {
                let id = id_of(&root, "policyDefinitions", &reference.definition.text);
                reference.definition.text = id.into();
            }
        }
        for tree in &self.trees {
            expand::expand(tree, &mut environments, objects.assignments);
        }
        for waiver in &self.exemptions {
            exemptions::settle(waiver, &mut environments, objects);
        }
        environments.told
    }
}

/// A definition is called by its name where no id is given (spec I-66).
fn is_name(definition: &Spelled) -> bool {
    !definition.text.contains('/') && !definition.text.starts_with('[')
}

/// The id of an object at a scope (spec G-1).
fn id_of(scope: &str, kind: &str, name: &str) -> String {
    format!("{scope}/providers/Microsoft.Authorization/{kind}/{name}")
}
