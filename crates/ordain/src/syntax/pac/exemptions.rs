//! Exemption files: by assignment, or by definition in all assignments of it.

use super::environment::{Environments, Here};
use super::{Objects, Problem, id_of, is_name};
use crate::ast::{Assignment, Exemption, Identity, Spelled};
use crate::ids::{self, Scope};
use crate::json::Json;
use crate::source::Span;
use crate::syntax::Reading;
use crate::syntax::governance::{Form, spelled};
use crate::value::text::key_eq;
use std::sync::Arc;

/// An entry of an exemption file.
#[derive(Debug)]
pub(in crate::syntax) struct Waiver {
    /// All but scope and assignment.
    exemption: Exemption,
    scopes: Vec<Spelled>,
    target: Target,
    span: Span,
}

/// What an entry exempts from.
#[derive(Debug)]
enum Target {
    Assignment(Spelled),
    /// A definition, or with `true` an initiative: an id or a name.
    Definition(Spelled, bool),
}

impl Reading<'_> {
    /// Reads a file of exemptions.
    pub(in crate::syntax) fn exemption_file(&mut self, json: &Json<'_>) -> Vec<Waiver> {
        let list = json.get("exemptions").map(Json::items).unwrap_or_default();
        list.iter().filter(|item| item.is_object()).filter_map(|item| self.waiver(item)).collect()
    }

    fn waiver(&mut self, json: &Json<'_>) -> Option<Waiver> {
        let form = Form { envelope: json, body: json, what: "exemption" };
        let name = form.text(&["name"]).map(|name| name.text.to_string()).unwrap_or_default();
        let ways = [
            ("policyDefinitionId", false),
            ("policyDefinitionName", false),
            ("policySetDefinitionId", true),
            ("policySetDefinitionName", true),
        ];
        let by_definition = || {
            let found = ways.iter().find_map(|(key, is_set)| Some((form.text(&[key])?, *is_set)));
            found.map(|(definition, is_set)| Target::Definition(definition, is_set))
        };
        let target = form.text(&["policyAssignmentId"]).map(Target::Assignment).or_else(by_definition);
        let Some(target) = target else {
            let problem = Problem::MissingKey { what: form.what, key: "policyAssignmentId" };
            self.tell(&problem, form.opening(), &name);
            return None;
        };
        let scopes: Vec<Spelled> = form.list(&["scopes", "scope"]).iter().filter_map(spelled).collect();
        if scopes.is_empty() {
            self.tell(&Problem::MissingKey { what: form.what, key: "scope" }, form.opening(), &name);
        }
        let exemption = self.exempting(&form)?;
        Some(Waiver { exemption, scopes, target, span: form.opening() })
    }
}

/// The exemptions of an entry.
pub(super) fn settle(waiver: &Waiver, environments: &mut Environments<'_>, objects: &mut Objects<'_>) {
    let source = &waiver.exemption.identity.source;
    let file = source.name();
    if let Some(folder) = environment_of(file) {
        match environments.here(file) {
            Here::In(here) if !key_eq(&here, folder) => return,
            Here::Unclear => return,
            _ => {}
        }
    }
    let root = environments.root(file);
    let mut made = Vec::new();
    for written in &waiver.scopes {
        let Some(scope) = Scope::parse(&written.text) else {
            let problem = Problem::BadScope { text: written.text.to_string(), entry: false };
            environments.told.push(problem.at(source, written.span, &waiver.exemption.identity.id));
            continue;
        };
        match &waiver.target {
            Target::Assignment(id) => {
                let references = waiver.exemption.references.clone();
                made.push(waiver.at(&scope, id.clone(), references, None));
            }
            Target::Definition(definition, is_set) => {
                let mut definition = definition.clone();
                if is_name(&definition) {
                    let kind = if *is_set { "policySetDefinitions" } else { "policyDefinitions" };
                    definition.text = id_of(&root, kind, &definition.text).into();
                }
                let key = ids::normal(&definition.text);
                let before = made.len();
                for assignment in objects.assignments.iter() {
                    if objects.hierarchy.is_within(&scope, &assignment.scope) == Some(false) {
                        continue;
                    }
                    let Some(references) = covered(&key, assignment, *is_set, waiver, objects) else {
                        continue;
                    };
                    let id = Spelled { text: assignment.identity.id.clone(), span: waiver.span };
                    made.push(waiver.at(&scope, id, references, Some(made.len() - before)));
                }
                if made.len() == before {
                    let problem = Problem::NoAssignmentOf { id: definition.text.to_string() };
                    environments.told.push(problem.at(
                        source,
                        definition.span,
                        &waiver.exemption.identity.id,
                    ));
                }
            }
        }
    }
    objects.exemptions.extend(made.into_iter().map(Arc::new));
}

/// `policyExemptions/{environment}/`
fn environment_of(file: &str) -> Option<&str> {
    let parts: Vec<&str> = file.split(['/', '\\']).collect();
    let at = parts.iter().rposition(|part| key_eq(part, "policyExemptions"))?;
    // A file right below is for all.
    parts.get(at + 1).filter(|_| parts.len() > at + 2).copied()
}

/// Which references of an assignment a definition is exempted in; nothing when it is not assigned there.
fn covered(
    key: &str,
    assignment: &Assignment,
    is_set: bool,
    waiver: &Waiver,
    objects: &Objects<'_>,
) -> Option<Vec<Spelled>> {
    let own = ids::normal(&assignment.definition.text);
    if own == key {
        return Some(if is_set { waiver.exemption.references.clone() } else { Vec::new() });
    }
    if is_set {
        return None;
    }
    let initiative = objects.initiatives.iter().find(|initiative| *initiative.identity.key == own)?;
    let references = initiative.references.iter().filter(|r| ids::normal(&r.definition.text) == key);
    let ids: Vec<Spelled> =
        references.map(|r| Spelled { text: r.id.text.clone(), span: waiver.span }).collect();
    (!ids.is_empty()).then_some(ids)
}

impl Waiver {
    /// The exemption at a scope. Several of one entry at one scope get names of their own.
    fn at(
        &self,
        scope: &Scope,
        assignment: Spelled,
        references: Vec<Spelled>,
        nth: Option<usize>,
    ) -> Exemption {
        let own = &self.exemption.identity;
        let name = match nth {
            None | Some(0) => own.name.to_string(),
            Some(nth) => format!("{}-{}", own.name, nth + 1),
        };
        let id = id_of(scope.as_str(), "policyExemptions", &name);
        let identity = Identity {
            key: ids::normal(&id).into(),
            id: id.into(),
            name: name.into(),
            has_id: true,
            ..own.clone()
        };
        Exemption { identity, scope: scope.clone(), assignment, references, ..self.exemption.clone() }
    }
}
