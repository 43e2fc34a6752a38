//! One case of a suite.

use super::Reading;
use crate::suite::model::{Body, Case, Form, Named, Subject, SubjectKind, Suite};
use crate::suite::tree::Tree;

/// Keys of a case.
pub const CASE_KEYS: [&str; 16] = [
    "name",
    "policy",
    "base",
    "resource",
    "set",
    "remove",
    "related",
    "as",
    "parameters",
    "context",
    "mode",
    "reference",
    "assignment",
    "because",
    "expect",
    "about",
];

impl Reading {
    pub(super) fn case(&mut self, tree: &Tree, index: usize, suite: &Suite) -> Option<Case> {
        if !tree.is_object() {
            self.kind(tree, "a case", "an object");
            return None;
        }
        self.keys(tree, "case", &CASE_KEYS);
        let name = match self.text(tree, "name") {
            Some(name) if !name.text.trim().is_empty() => Some(name),
            Some(name) => {
                self.error(&name.place, "NoName", "the name of the case is empty").done();
                None
            }
            None if tree.get("name").is_some() => None,
            None => {
                self.error(&tree.head(), "NoName", "the case has no `name`")
                    .help("a short sentence that says what is special about it");
                None
            }
        };
        let policy = self.text(tree, "policy").map(|path| Subject {
            kind: SubjectKind::Policy,
            path,
            more: Vec::new(),
        });
        if policy.is_none() && suite.subject.is_none() && tree.get("policy").is_none() {
            self.error(&tree.head(), "NoSubject", "neither the case nor the suite names a policy").done();
        }
        let resource = self.of_case(tree);
        if let Some(body) = &resource {
            self.known_base(body, suite);
        }
        let related = tree.get("related").filter(|related| !related.is_null()).map(|related| {
            let items = self.array(related, "`related`");
            let bodies: Vec<Body> = items.iter().filter_map(|item| self.body(item)).collect();
            bodies.iter().for_each(|body| self.known_base(body, suite));
            bodies
        });
        let form = self.form(tree);
        let common = self.common(tree);
        let mode = common.mode.or(suite.common.mode).unwrap_or_default();
        let reference = self.text(tree, "reference");
        let assignment = self.text(tree, "assignment");
        let kind = policy.as_ref().or(suite.subject.as_ref()).map(|subject| subject.kind);
        self.chosen(tree, kind);
        self.text(tree, "about");
        let because = self.text(tree, "because").map(|named| named.text);
        let expect = self.expect(tree, mode, kind);
        if resource.is_none() && !["resource", "base"].iter().any(|key| tree.get(key).is_some()) {
            use crate::suite::model::Key;
            let reads = |key| !matches!(key, Key::Error | Key::Diagnostics);
            if expect.iter().any(|wanted| reads(wanted.key)) {
                self.error(&tree.head(), "NoResource", "the case has neither `base` nor `resource`").done();
            }
        }
        Some(Case {
            index,
            name: name?,
            place: tree.place.clone(),
            policy,
            resource,
            related,
            form,
            common,
            reference,
            assignment,
            because,
            expect,
        })
    }

    /// The resource of a case: `base` or `resource`, with the case's `set` and `remove`.
    fn of_case(&mut self, tree: &Tree) -> Option<Body> {
        let body = self.described(tree, &tree.place);
        if let Some(body) = body {
            return Some(body);
        }
        let has = |key: &str| tree.get(key).is_some();
        for key in ["set", "remove"] {
            if let Some(member) = tree.entry(key).filter(|_| !has("base") && !has("resource")) {
                let message = format!("`{key}` changes a resource, and the case has none");
                self.error(&member.place, "NoResource", message)
                    .help("name a `base`, or write the `resource`");
            }
        }
        None
    }

    fn form(&mut self, tree: &Tree) -> Form {
        let named = self.text(tree, "as");
        named.and_then(|named| self.one_of(&named, "form of resources", &Form::ALL)).unwrap_or_default()
    }

    /// Keys that have a meaning for some subjects only.
    fn chosen(&mut self, tree: &Tree, kind: Option<SubjectKind>) {
        let assigned = matches!(kind, Some(SubjectKind::Assignment | SubjectKind::Tenant));
        if let Some(member) = tree.entry("assignment").filter(|_| kind.is_some() && !assigned) {
            let message = "`assignment` chooses among the assignments of a tenant";
            self.error(&member.place, "UnknownKey", message).done();
        }
        if let Some(member) = tree.entry("parameters").filter(|_| assigned) {
            let message = "an assignment brings the values of its parameters itself";
            self.error(&member.place, "UnknownKey", message).help("change them in its file");
        }
    }
}

/// Words with a place, for diagnostics.
impl Named {
    /// The word in backticks.
    #[must_use]
    pub fn quoted(&self) -> String {
        format!("`{}`", self.text)
    }
}
