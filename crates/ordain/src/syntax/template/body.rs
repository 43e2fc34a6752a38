//! A resource of a template as a definition: what is resolved, what is kept, what is an error (spec D-22 … D-24).

use crate::ast::Definition;
use crate::json::{Json, Kind, Member};
use crate::source::Span;
use crate::syntax::{Problem, Reading};
use crate::template::{Fill, Hole, Scope, Tree};
use crate::value::text::key_eq;

/// Members of a body that must be resolved; the rest is for people.
const NEEDED: [&str; 4] = ["mode", "parameters", "parameter", "policyRule"];

impl Reading<'_> {
    /// The definition that a resource holds; `None` after an error.
    pub(super) fn templated<'j>(&mut self, resource: &'j Json<'j>, scope: &Scope<'j>) -> Option<Definition> {
        let opening = Span { start: resource.span.start, end: resource.span.start + 1 };
        let Some(properties) = resource.entry("properties").filter(|m| !m.value.is_null()) else {
            self.report(&Problem::MissingPolicyRule, opening);
            return None;
        };
        let properties = scope.resolve(&properties.value);
        if let Some(hole) = properties.as_hole() {
            self.unresolved(hole);
            return None;
        }
        let envelope = self.envelope(resource, scope);
        let body = self.filled(&properties, scope)?;
        self.definition(&envelope, &body)
    }

    /// The resource without what belongs to its deployment; the name is the last segment (spec D-16).
    fn envelope<'j>(&mut self, resource: &'j Json<'j>, scope: &Scope<'j>) -> Json<'j> {
        let mut members = Vec::with_capacity(resource.members().len());
        for member in resource.members() {
            let mut kind = Kind::Null;
            if key_eq(&member.key, "name") {
                let name = scope.resolve(&member.value);
                kind = match (name.as_text(), name.as_hole(), &member.value.kind) {
                    (Some(name), ..) => Kind::Text(name.rsplit('/').next().unwrap_or(name).to_owned().into()),
                    (None, Some(hole), Kind::Text(written)) => {
                        self.kept(hole);
                        Kind::Text(written.clone())
                    }
                    (_, _, other) => other.clone(),
                };
            }
            let value = Json { kind, span: member.value.span, cut: false };
            members.push(Member { key: member.key.clone(), key_span: member.key_span, value });
        }
        Json { kind: Kind::Object(members), span: resource.span, cut: false }
    }

    /// The body as the policy language reads it; `None` when a part that is needed is not resolved.
    fn filled<'j>(&mut self, properties: &Tree<'j>, scope: &Scope<'j>) -> Option<Json<'j>> {
        let declared: Vec<&str> = properties
            .get("parameters")
            .map(|parameters| parameters.entries().iter().filter_map(|e| e.key.as_text()).collect())
            .unwrap_or_default();
        let mut whole = true;
        let mut members = Vec::new();
        for entry in properties.entries() {
            let Some(key) = entry.key.as_text() else {
                whole &= entry.key.as_hole().is_none_or(|hole| self.unresolved(hole));
                continue;
            };
            let needed = NEEDED.iter().any(|n| key_eq(n, key));
            let in_rule = key_eq(key, "policyRule");
            let value = entry.value.to_json(scope.work(), &mut |hole| {
                if !needed {
                    return self.kept(hole);
                }
                if in_rule && hole.is_policy_expression(&declared) {
                    self.report_once(
                        &Problem::UnescapedPolicyExpression { text: hole.text.to_string() },
                        hole.span,
                        "",
                    );
                    return Fill::Text;
                }
                whole &= self.unresolved(hole);
                Fill::Null
            });
            let value = match value {
                Ok(value) => value,
                Err(reason) => {
                    whole &= self.unresolved(&Hole::anonymous(entry.value.span, reason));
                    continue;
                }
            };
            // The words of an expression are no metadata.
            if !(key_eq(key, "metadata") && entry.value.as_hole().is_some()) {
                members.push(Member { key: key.to_owned().into(), key_span: entry.key.span, value });
            }
        }
        whole.then_some(Json { kind: Kind::Object(members), span: properties.span, cut: false })
    }

    fn kept(&mut self, hole: &Hole) -> Fill {
        self.report_once(&Problem::TemplateText { text: hole.text.to_string() }, hole.span, &hole.reason);
        Fill::Text
    }

    /// Reports; never resolved.
    fn unresolved(&mut self, hole: &Hole) -> bool {
        self.report_once(
            &Problem::TemplateUnresolved { text: hole.text.to_string() },
            hole.span,
            &hole.reason,
        );
        false
    }

    /// A variable may be used often; what is wrong with it is said once.
    fn report_once(&mut self, problem: &Problem, span: Span, label: &str) {
        self.report_with(problem, span, label);
        let (last, earlier) = match self.diagnostics.split_last() {
            Some(split) => split,
            None => return,
        };
        if earlier.contains(last) {
            self.diagnostics.pop();
        }
    }
}

impl Hole {
    /// Whether it is a policy expression whose escape was forgotten (spec D-24).
    fn is_policy_expression(&self, declared: &[&str]) -> bool {
        self.policy || self.unknown.iter().any(|name| declared.iter().any(|d| key_eq(d, name)))
    }
}
