//! Initiatives: references, groups, parameters (spec 08 section 4).

use super::form::{Form, spelled, wrapped};
use super::problem::GovernanceProblem as Problem;
use crate::ast::{Group, Initiative, Reference, Spelled, Template};
use crate::diagnostic::nearest;
use crate::json::Json;
use crate::source::Span;
use crate::syntax::{Place, Reading, escape};
use crate::value::text::key_eq;
use std::collections::HashSet;
use std::sync::Arc;

impl Reading<'_> {
    /// An initiative; `None` after an error that leaves nothing to link.
    pub(in crate::syntax) fn initiative(&mut self, json: &Json<'_>) -> Option<Initiative> {
        let unescaped =
            if self.options.unescape { escape::unescaped(json, &["policyDefinitions"]) } else { None };
        let json = unescaped.as_ref().unwrap_or(json);
        let deciding =
            if json.get("policyDefinition").is_some() { "policyDefinition" } else { "policyDefinitions" };
        let form = Form::of(json, deciding, "initiative");
        if unescaped.is_some() {
            self.report(&super::super::Problem::ArmEscapedDefinition, form.opening());
        }
        let mark = self.diagnostics.len();
        self.check_form(&form);
        let mut identity = self.identity(&form, "policySetDefinitions", "");
        let (id, version_of_id) = super::super::body::split_version(&identity.id);
        let version_of_id = version_of_id.map(str::to_owned);
        if let Some(id) = id.filter(|_| version_of_id.is_some()).map(str::to_owned) {
            identity.name = id.rsplit('/').next().unwrap_or_default().into();
            identity.key = crate::ids::normal(&id).into();
            identity.id = id.into();
        }
        let parameters = self.parameters(form.body);
        let declared = self.declared.clone();
        let mut groups = self.groups(&form, &identity.id);
        if let Some(member) = form.entry(&["importPolicyDefinitionGroups"]) {
            self.tell(&Problem::PacIgnored { key: member.key.to_string() }, member.key_span, &identity.id);
        }
        let mut references = Vec::new();
        let mut taken = HashSet::new();
        for (at, json) in form.list(&["policyDefinitions", "policyDefinition"]).iter().enumerate() {
            self.declared.clone_from(&declared);
            let Some(reference) = self.reference(json, at, &identity.id) else { continue };
            if !taken.insert(reference.id.text.to_ascii_lowercase()) {
                let id = reference.id.text.to_string();
                self.tell(&Problem::DuplicateReferenceId { id }, reference.id.span, &identity.id);
                continue;
            }
            self.make_groups(&reference, &mut groups, &identity.id);
            references.push(reference);
        }
        // What is wrong with a reference takes only that down; a body with repeated keys is not read at all.
        if self.diagnostics.iter().skip(mark).any(|d| d.is_error() && d.code() == "DuplicateKey") {
            return None;
        }
        if references.is_empty() {
            let name = identity.name.to_string();
            self.tell(&Problem::EmptyInitiative { name }, form.opening(), &identity.id);
        }
        let metadata = form.entry(&["metadata"]).map(|m| &m.value);
        let of_metadata = |key| metadata.and_then(|m| m.get(key)).and_then(Json::as_text);
        let version = form.text(&["version"]).map(|v| v.text);
        let version =
            version_of_id.map(Arc::from).or(version).or_else(|| of_metadata("version").map(Into::into));
        Some(Initiative {
            category: of_metadata("category").unwrap_or_default().into(),
            version: version.unwrap_or_else(|| "".into()),
            identity,
            parameters,
            references,
            groups,
        })
    }

    fn reference(&mut self, json: &Json<'_>, at: usize, initiative: &str) -> Option<Reference> {
        let opening = Span { start: json.span.start, end: json.span.start + 1 };
        if !json.is_object() {
            let (key, found) = ("policyDefinitions".to_owned(), json.kind_name());
            self.tell(&Problem::KeyType { key, expected: "a list of objects", found }, json.span, initiative);
            return None;
        }
        let form = Form { envelope: json, body: json, what: "reference" };
        // Repositories call their own by name (spec I-66).
        let Some(definition) = form.text(&["policyDefinitionId", "policyDefinitionName"]) else {
            let problem = Problem::MissingKey { what: form.what, key: "policyDefinitionId" };
            self.tell(&problem, opening, initiative);
            return None;
        };
        let id = form.text(&["policyDefinitionReferenceId"]).unwrap_or_else(|| {
            let id = format!("#{}", at + 1);
            self.tell(&Problem::MissingReferenceId { id: id.clone() }, opening, initiative);
            Spelled { text: id.into(), span: opening }
        });
        let parameters = self.reference_parameters(&form, initiative);
        Some(Reference {
            definition,
            id,
            parameters,
            version: form.text(&["definitionVersion"]),
            effective_version: form.text(&["effectiveDefinitionVersion"]).map(|v| v.text),
            groups: form.list(&["groupNames", "groupName"]).iter().filter_map(spelled).collect(),
        })
    }

    /// The values that a reference passes; `None` when one of them is faulty (spec G-34, G-35).
    fn reference_parameters(
        &mut self,
        form: &Form<'_, '_>,
        initiative: &str,
    ) -> Option<Vec<(Spelled, Template)>> {
        let Some(parameters) = self.object_of(form, &["parameters", "parameter"], initiative) else {
            return Some(Vec::new());
        };
        let mark = self.diagnostics.len();
        let mut read = Vec::new();
        self.place = Place::Reference;
        for member in self.distinct(parameters, initiative) {
            let name = Spelled { text: member.key.as_ref().into(), span: member.key_span };
            let value = wrapped(&member.value).unwrap_or_else(|| {
                self.tell(
                    &Problem::BareParameterValue { name: member.key.to_string() },
                    member.value.span,
                    initiative,
                );
                &member.value
            });
            read.push((name, self.template(value)));
        }
        self.place = Place::Condition;
        (!self.has_errors_since(mark)).then_some(read)
    }

    fn groups(&mut self, form: &Form<'_, '_>, initiative: &str) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for json in form.list(&["policyDefinitionGroups", "policyDefinitionGroup"]) {
            let form = Form { envelope: json, body: json, what: "group" };
            let opening = form.opening();
            let Some(name) = form.text(&["name"]) else {
                self.tell(&Problem::MissingKey { what: "group", key: "name" }, opening, initiative);
                continue;
            };
            if groups.iter().any(|group| key_eq(&group.name, &name.text)) {
                self.tell(&Problem::DuplicateGroup { name: name.text.to_string() }, name.span, initiative);
                continue;
            }
            let text = |key| form.text(&[key]).map(|text| text.text);
            groups.push(Group {
                category: text("category").unwrap_or_else(|| "".into()),
                display_name: text("displayName").unwrap_or_else(|| name.text.clone()),
                name: name.text,
            });
        }
        groups
    }

    /// A dangling name makes its group, so that no result is lost (spec G-31).
    fn make_groups(&mut self, reference: &Reference, groups: &mut Vec<Group>, initiative: &str) {
        for name in &reference.groups {
            if groups.iter().any(|group| key_eq(&group.name, &name.text)) {
                continue;
            }
            let near = nearest(&name.text, groups.iter().map(|group| &*group.name)).map(str::to_owned);
            let problem = Problem::UnknownGroup { name: name.text.to_string(), nearest: near };
            self.tell(&problem, name.span, initiative);
            groups.push(Group {
                name: name.text.clone(),
                category: "".into(),
                display_name: name.text.clone(),
            });
        }
    }
}
