//! An object in the forms that Azure's tools export: nested or flattened, keys singular or plural (spec I-60 …
//! I-64).

use super::problem::GovernanceProblem as Problem;
use crate::ast::{Identity, Spelled};
use crate::ids;
use crate::json::{Json, Kind, Member};
use crate::source::Span;
use crate::syntax::Reading;
use crate::value::text::key_eq;

/// A policy object: what stands around it, and what it says.
#[derive(Clone, Copy)]
pub(in crate::syntax) struct Form<'j, 't> {
    /// The object with `id`, `name` and `type`.
    pub(in crate::syntax) envelope: &'j Json<'t>,
    /// The object with the rest; the same when flattened.
    pub(in crate::syntax) body: &'j Json<'t>,
    /// What people call such an object.
    pub(in crate::syntax) what: &'static str,
}

impl<'j, 't> Form<'j, 't> {
    /// Where the deciding key is found tells which of the two it is (spec I-61).
    pub(super) fn of(json: &'j Json<'t>, deciding: &str, what: &'static str) -> Self {
        let inner = json.get("properties").filter(|p| p.is_object());
        let body = match inner {
            Some(inner) if json.get(deciding).is_none() => inner,
            _ => json,
        };
        Self { envelope: json, body, what }
    }

    /// The first byte: enough to point at the object.
    pub(in crate::syntax) fn opening(&self) -> Span {
        Span { start: self.envelope.span.start, end: self.envelope.span.start + 1 }
    }

    /// A member of the body by any of its names; null counts as absent.
    pub(super) fn entry(&self, names: &[&str]) -> Option<&'j Member<'t>> {
        names.iter().find_map(|name| self.body.entry(name)).filter(|member| !member.value.is_null())
    }

    /// A text of the body that is not empty.
    pub(in crate::syntax) fn text(&self, names: &[&str]) -> Option<Spelled> {
        let member = self.entry(names)?;
        spelled(&member.value)
    }

    /// The members of a list; a lone object or text is a list of one (spec I-64).
    pub(in crate::syntax) fn list(&self, names: &[&str]) -> &'j [Json<'t>] {
        match self.entry(names).map(|member| &member.value) {
            Some(list) if list.is_array() => list.items(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        }
    }
}

/// A text that is not empty, with its place.
pub(in crate::syntax) fn spelled(json: &Json<'_>) -> Option<Spelled> {
    let text = json.as_text().filter(|text| !text.is_empty())?;
    Some(Spelled { text: text.into(), span: json.span })
}

impl Reading<'_> {
    /// Reports a problem of an object.
    pub(in crate::syntax) fn tell(&mut self, problem: &Problem, span: Span, object: &str) {
        self.diagnostics.push(problem.at(self.source, span, object));
    }

    /// Names and place. Without an id one is derived from the name, at `scope` (spec D-16, I-63).
    pub(super) fn identity(&mut self, form: &Form<'_, '_>, kind: &str, scope: &str) -> Identity {
        let first = |names: &[&str]| {
            names.iter().find_map(|n| form.envelope.get(n)?.as_text().filter(|t| !t.is_empty()))
        };
        let id = first(&["id", "ResourceId"]).or_else(|| first(own_id(kind)));
        let last = |id: &str| id.trim_end_matches('/').rsplit('/').next().map(str::to_owned);
        let name = first(&["name", "ResourceName"]).map(str::to_owned);
        let name = name.or_else(|| last(id?)).unwrap_or_else(|| self.name_from_file().to_string());
        let given = id.is_some();
        let id = match id {
            Some(id) => id.to_owned(),
            None => format!("{scope}/providers/Microsoft.Authorization/{kind}/{name}"),
        };
        let shown = form.text(&["displayName"]).map(|shown| shown.text);
        Identity {
            source: self.source.clone(),
            span: form.envelope.span,
            has_id: given,
            key: ids::normal(&id).into(),
            id: id.into(),
            display_name: shown.unwrap_or_else(|| name.as_str().into()),
            description: form.text(&["description"]).map_or_else(|| "".into(), |text| text.text),
            name: name.into(),
        }
    }

    /// Names of the members of an object, each once without regard to case (spec G-44).
    pub(in crate::syntax) fn distinct<'j, 't>(
        &mut self,
        object: &'j Json<'t>,
        id: &str,
    ) -> Vec<&'j Member<'t>> {
        let mut kept: Vec<&Member<'_>> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for member in object.members() {
            if seen.insert(member.key.to_ascii_lowercase()) {
                kept.push(member);
            } else {
                self.tell(&Problem::DuplicateKey { key: member.key.to_string() }, member.key_span, id);
            }
        }
        kept
    }

    /// Repeated keys of the object itself are errors (spec D-6).
    pub(in crate::syntax) fn check_form(&mut self, form: &Form<'_, '_>) {
        self.check_duplicates(form.envelope);
        if form.envelope.span != form.body.span {
            self.check_duplicates(form.body);
        }
    }

    /// An object member, or nothing with an error.
    pub(in crate::syntax) fn object_of<'j, 't>(
        &mut self,
        form: &Form<'j, 't>,
        names: &[&str],
        id: &str,
    ) -> Option<&'j Json<'t>> {
        let member = form.entry(names)?;
        if member.value.is_object() {
            return Some(&member.value);
        }
        let (key, found) = (member.key.to_string(), member.value.kind_name());
        self.tell(&Problem::KeyType { key, expected: "an object", found }, member.value.span, id);
        None
    }
}

/// `{"value": x}`, and nothing else but perhaps a description of it.
pub(super) fn wrapped<'j, 't>(json: &'j Json<'t>) -> Option<&'j Json<'t>> {
    match &json.kind {
        Kind::Object(members) => members.iter().find(|m| key_eq(&m.key, "value")).map(|m| &m.value),
        _ => None,
    }
}

/// The member in which the older PowerShell module repeats an object's id (spec I-60).
fn own_id(kind: &str) -> &'static [&'static str] {
    match kind {
        "policySetDefinitions" => &["PolicySetDefinitionId"],
        "policyAssignments" => &["PolicyAssignmentId"],
        "policyExemptions" => &["PolicyExemptionId"],
        _ => &[],
    }
}
