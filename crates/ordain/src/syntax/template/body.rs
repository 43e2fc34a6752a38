//! A resource of a template as the object that it deploys: what is resolved, what is kept, what is an error (spec
//! D-22 … D-24, I-42).

use super::Role;
use crate::json::{Json, Kind, Member};
use crate::source::Span;
use crate::syntax::{Problem, Reading};
use crate::template::{Fill, Hole, Place, Scope, Tree, below};
use crate::value::text::key_eq;
use std::collections::HashMap;
use std::rc::Rc;

/// Members of the objects that are for people: text will do where they are not resolved.
const FOR_PEOPLE: [&str; 8] = [
    "displayName",
    "description",
    "metadata",
    "version",
    "versions",
    "policyDefinitionGroups",
    "nonComplianceMessages",
    "assignmentType",
];

/// Members of a definition that must be resolved; the rest is for people.
const OF_DEFINITION: [&str; 4] = ["mode", "parameters", "parameter", "policyRule"];

/// Ids of definitions that stand for what could not be resolved, by the text and place of the expression.
type Named = HashMap<(Rc<str>, Span), String>;

impl Reading<'_> {
    /// The object that a resource deploys, as an export would show it; `None` after an error.
    pub(super) fn deployed<'j>(
        &mut self,
        role: Role,
        resource: &'j Json<'j>,
        scope: &Scope<'j>,
        place: &Place,
    ) -> Option<Json<'j>> {
        let opening = Span { start: resource.span.start, end: resource.span.start + 1 };
        let Some(properties) = resource.entry("properties").filter(|m| !m.value.is_null()) else {
            if role == Role::Definition {
                self.report(&Problem::MissingPolicyRule, opening);
            } else {
                self.report(&Problem::MissingKey { place: "the resource", key: "properties" }, opening);
            }
            return None;
        };
        let key_span = properties.key_span;
        let properties = scope.resolve(&properties.value);
        if let Some(hole) = properties.as_hole() {
            self.unresolved(hole);
            return None;
        }
        let mut members = self.envelope(role, resource, scope, place);
        let body = self.filled(role, &properties, scope)?;
        members.push(Member { key: "properties".into(), key_span, value: body });
        Some(Json { kind: Kind::Object(members), span: resource.span, cut: false })
    }

    /// Name, id, type and identity; the name is the last segment (spec D-16).
    fn envelope<'j>(
        &mut self,
        role: Role,
        resource: &'j Json<'j>,
        scope: &Scope<'j>,
        place: &Place,
    ) -> Vec<Member<'j>> {
        let mut members = Vec::with_capacity(resource.members().len() + 1);
        for member in resource.members() {
            let span = member.value.span;
            let kind = match &*member.key.to_ascii_lowercase() {
                "name" => {
                    let name = scope.resolve(&member.value);
                    match (name.as_text(), name.as_hole(), &member.value.kind) {
                        (Some(name), ..) => {
                            if let Some(id) = id_of(role, resource, name, scope, place) {
                                members.push(text_member("id", id, span));
                            }
                            Kind::Text(name.rsplit('/').next().unwrap_or(name).to_owned().into())
                        }
                        (None, Some(hole), Kind::Text(written)) => {
                            self.kept(hole);
                            Kind::Text(written.clone())
                        }
                        (_, _, other) => other.clone(),
                    }
                }
                "identity" => {
                    let identity = scope.resolve(&member.value);
                    // Which identity it is says nothing that is judged, only that there is one (spec G-50).
                    let kind = identity.get("type").and_then(|kind| kind.as_text().map(str::to_owned));
                    let kind = kind.or_else(|| identity.as_hole().map(|hole| hole.text.to_string()));
                    Kind::Object(kind.map(|kind| text_member("type", kind, span)).into_iter().collect())
                }
                "properties" | "id" => continue,
                _ => Kind::Null,
            };
            let value = Json { kind, span, cut: false };
            members.push(Member { key: member.key.clone(), key_span: member.key_span, value });
        }
        members
    }

    /// The body as the policy language reads it; `None` when a part that is needed is not resolved.
    fn filled<'j>(&mut self, role: Role, properties: &Tree<'j>, scope: &Scope<'j>) -> Option<Json<'j>> {
        let declared: Vec<&str> = properties
            .get("parameters")
            .map(|parameters| parameters.entries().iter().filter_map(|e| e.key.as_text()).collect())
            .unwrap_or_default();
        let named = if role == Role::Definition { Named::new() } else { named(properties, scope) };
        let mut whole = true;
        let mut members = Vec::new();
        for entry in properties.entries() {
            let Some(key) = entry.key.as_text() else {
                whole &= entry.key.as_hole().is_none_or(|hole| self.unresolved(hole));
                continue;
            };
            let in_list = |list: &[&str]| list.iter().any(|n| key_eq(n, key));
            let needed =
                if role == Role::Definition { in_list(&OF_DEFINITION) } else { !in_list(&FOR_PEOPLE) };
            // Where the deployment goes says it as well.
            if role == Role::Assignment && key_eq(key, "scope") && entry.value.as_hole().is_some() {
                continue;
            }
            let of_policy = match role {
                Role::Definition => key_eq(key, "policyRule"),
                Role::Initiative => key_eq(key, "policyDefinitions"),
                _ => false,
            };
            let value = entry.value.to_json(scope.work(), &mut |hole| {
                if let Some(id) = named.get(&(hole.text.clone(), hole.span)) {
                    return Fill::Said(id.clone());
                }
                if !needed {
                    return self.kept(hole);
                }
                if of_policy && hole.is_policy_expression(&declared) {
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

fn text_member<'j>(key: &'static str, text: String, span: Span) -> Member<'j> {
    let value = Json { kind: Kind::Text(text.into()), span, cut: false };
    Member { key: key.into(), key_span: span, value }
}

/// The id of what a resource deploys, where it is known: below its `scope`, else where the deployment goes. In the
/// old spelling the type and the name tell it: `A.B/c/providers/d` and `x/E.F/y` (spec I-41).
fn id_of<'j>(
    role: Role,
    resource: &'j Json<'j>,
    name: &str,
    scope: &Scope<'j>,
    place: &Place,
) -> Option<String> {
    let kind = resource.get("type").and_then(Json::as_text)?;
    let base = match resource.get("scope") {
        None => place.base(),
        Some(said) => place.scoped(scope.resolve(said).as_text()?),
    };
    let (base, name) = match kind.to_ascii_lowercase().rfind("/providers/") {
        None => (base?, name),
        Some(at) => {
            let outer = kind.get(..at)?;
            let names: Vec<&str> = name.split('/').collect();
            let (own, [_, last]) = names.split_at_checked(outer.matches('/').count())? else { return None };
            // Management groups lie nowhere but in the tenant.
            let of_tenant = key_eq(outer, "Microsoft.Management/managementGroups");
            let base = if of_tenant { String::new() } else { base? };
            (below(&base, outer, own).ok()?, *last)
        }
    };
    let last = name.rsplit('/').next().filter(|last| !last.is_empty())?;
    Some(format!("{base}/providers/{}/{last}", role.id_segments()?))
}

/// Ids of definitions that are not resolved, but name what they mean: looked up by that name (spec I-42, G-19).
fn named(properties: &Tree<'_>, scope: &Scope<'_>) -> Named {
    let references = properties.get("policyDefinitions").and_then(|list| list.items());
    let references = references.unwrap_or_default().iter().filter_map(|item| item.get("policyDefinitionId"));
    let ids = properties.get("policyDefinitionId").into_iter().chain(references);
    let holes = ids.filter_map(|id| id.as_hole());
    holes.filter_map(|hole| Some(((hole.text.clone(), hole.span), by_name(hole, scope)?))).collect()
}

/// `[extensionResourceId(…, 'Microsoft.Authorization/policySetDefinitions', 'x')]`, and ids that are put together
/// from texts, as an id without its scope.
fn by_name(hole: &Hole, scope: &Scope<'_>) -> Option<String> {
    let arguments = scope.arguments(hole);
    let last = arguments.last()?.as_deref()?;
    let name = last.rsplit('/').next().filter(|name| !name.is_empty())?;
    let texts: Vec<String> = arguments.iter().flatten().map(|text| text.to_ascii_lowercase()).collect();
    let kinds = ["policySetDefinitions", "policyDefinitions"];
    // Without its kind a text may be anything: the name of a parameter, of a deployment.
    let kind = kinds.into_iter().find(|kind| {
        let kind = format!("/{}", kind.to_ascii_lowercase());
        texts.iter().any(|text| text.contains(&kind))
    })?;
    Some(format!("/providers/Microsoft.Authorization/{kind}/{name}"))
}

impl Hole {
    /// Whether it is a policy expression whose escape was forgotten (spec D-24).
    fn is_policy_expression(&self, declared: &[&str]) -> bool {
        self.policy || self.unknown.iter().any(|name| declared.iter().any(|d| key_eq(d, name)))
    }
}
