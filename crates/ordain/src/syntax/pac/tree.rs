//! A tree of assignments as it is written.

use super::Problem;
use crate::ast::{Enforcement, Message, Override, SelectorSet, Spelled};
use crate::json::Json;
use crate::source::{Source, Span};
use crate::syntax::Reading;
use crate::syntax::governance::{Form, spelled};
use crate::value::{Node as _, Value, text::key_eq};

/// One file.
#[derive(Debug)]
pub(in crate::syntax) struct Tree {
    pub(super) source: Source,
    pub(super) root: Node,
}

/// A node: what it adds to the branch.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) texts: Texts,
    pub(super) parameters: Vec<(Spelled, Value, Span)>,
    pub(super) messages: Vec<Message>,
    pub(super) excluded: ByEnvironment,
    pub(super) overrides: Vec<Override>,
    pub(super) selectors: Vec<SelectorSet>,
    pub(super) enforcement: Option<Enforcement>,
    pub(super) version: Option<Spelled>,
    pub(super) entries: Vec<Entry>,
    pub(super) scopes: Option<ByEnvironment>,
    pub(super) children: Vec<Node>,
    /// Whether a selector is faulty, which has been told: nothing below is assigned then.
    pub(super) faulty: bool,
}

/// `assignment`
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    pub(super) name: String,
    pub(super) display_name: String,
    pub(super) description: String,
}

/// `definitionEntry`
#[derive(Debug)]
pub(super) struct Entry {
    /// An id, or a name.
    pub(super) definition: Spelled,
    /// Whether it is an initiative.
    pub(super) is_set: bool,
    pub(super) texts: Texts,
    /// Whether its texts come behind those of the branch.
    pub(super) append: bool,
    pub(super) messages: Vec<Message>,
}

/// Scopes for each environment.
#[derive(Clone, Debug, Default)]
pub(super) struct ByEnvironment(Vec<(String, Vec<Spelled>)>);

impl ByEnvironment {
    /// Those of an environment and those of all.
    pub(super) fn of<'b>(&'b self, environment: &'b str) -> impl Iterator<Item = &'b Spelled> {
        let holds = move |name: &str| name == "*" || key_eq(name, environment);
        self.0.iter().filter(move |(name, _)| holds(name)).flat_map(|(_, scopes)| scopes)
    }

    /// The environments that are named.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str()).filter(|name| *name != "*")
    }
}

/// A map from environments to scopes; a plain list is for all.
pub(super) fn by_environment(json: &Json<'_>) -> ByEnvironment {
    let list = |json: &Json<'_>| match json.as_text() {
        Some(_) => spelled(json).into_iter().collect(),
        None => json.items().iter().filter_map(spelled).collect(),
    };
    if json.is_object() {
        return ByEnvironment(json.members().iter().map(|m| (m.key.to_string(), list(&m.value))).collect());
    }
    ByEnvironment(vec![("*".to_owned(), list(json))])
}

fn texts(json: Option<&Json<'_>>) -> Texts {
    let text = |key| json.and_then(|json| json.get(key)?.as_text()).unwrap_or_default().to_owned();
    Texts { name: text("name"), display_name: text("displayName"), description: text("description") }
}

impl Reading<'_> {
    /// Reads a tree of assignments.
    pub(in crate::syntax) fn tree(&mut self, json: &Json<'_>) -> Option<Tree> {
        Some(Tree { source: self.source.clone(), root: self.node(json) })
    }

    fn node(&mut self, json: &Json<'_>) -> Node {
        let form = Form { envelope: json, body: json, what: "node" };
        self.check_form(&form);
        let name = form.text(&["nodeName"]).map(|name| name.text.to_string()).unwrap_or_default();
        for key in ["parameterFile", "parameterSelector"] {
            if let Some(member) =
                json.entry(key).filter(|m| key_eq(key, "parameterFile") && !m.value.is_null())
            {
                let file = member.value.as_text().unwrap_or_default().to_owned();
                self.tell(&Problem::PacCsv { file }, member.key_span, &name);
            }
        }
        let mark = self.diagnostics.len();
        let selectors = self.selector_sets(&form, &name);
        let overrides = self.overrides(&form, &name);
        let faulty = self.has_errors_since(mark);
        let entries = form.list(&["definitionEntryList"]).iter().chain(json.get("definitionEntry"));
        let entries: Vec<Entry> = entries.filter_map(|entry| self.entry(entry, &name)).collect();
        let parameters = self.object_of(&form, &["parameters"], &name);
        let parameters = parameters.map(|json| self.bare_values(json, &name)).unwrap_or_default();
        let excluded = json.get("notScopes").or_else(|| json.get("notScope"));
        let children = form.list(&["children"]).iter().filter(|child| child.is_object());
        Node {
            span: form.opening(),
            texts: texts(json.get("assignment")),
            parameters,
            messages: self.messages(&form, &name),
            excluded: excluded.map(by_environment).unwrap_or_default(),
            overrides: overrides.unwrap_or_default(),
            selectors: selectors.unwrap_or_default(),
            enforcement: json.get("enforcementMode").map(|_| self.enforcement(&form, &name)),
            version: form.text(&["definitionVersion"]),
            entries,
            scopes: json.get("scope").map(by_environment),
            children: children.map(|child| self.node(child)).collect(),
            faulty,
        }
    }

    fn entry(&mut self, json: &Json<'_>, node: &str) -> Option<Entry> {
        let form = Form { envelope: json, body: json, what: "definition entry" };
        let ways =
            [("policyId", false), ("policyName", false), ("policySetId", true), ("policySetName", true)];
        let found = ways.iter().find_map(|(key, is_set)| Some((form.text(&[key])?, *is_set)));
        let Some((definition, is_set)) = found else {
            let problem = Problem::MissingKey { what: form.what, key: "policySetName" };
            self.tell(&problem, form.opening(), node);
            return None;
        };
        let assignment = json.get("assignment");
        let append =
            assignment.and_then(|a| a.get("append")).is_some_and(|a| a.kind == crate::json::Kind::Bool(true));
        let messages = self.messages(&form, node);
        Some(Entry { definition, is_set, texts: texts(assignment), append, messages })
    }

    /// Values as they stand: the service's wrapping is left to the deployment (spec I-66).
    fn bare_values(&mut self, parameters: &Json<'_>, id: &str) -> Vec<(Spelled, Value, Span)> {
        let members = self.distinct(parameters, id).into_iter();
        members
            .map(|member| {
                let name = Spelled { text: member.key.as_ref().into(), span: member.key_span };
                (name, (&member.value).to_value(), member.value.span)
            })
            .collect()
    }
}
