//! Terraform's plans and states, as `terraform show -json` writes them: resources of the provider `azapi`, whose
//! bodies are those of Resource Manager (spec I-52).

use super::body::{self, Places, UNRESOLVED};
use super::overlay::{lay_over, overlaid, with_unknown};
use super::{Reading, Request, SkipReason, opening};
use crate::diagnostic::Diagnostic;
use crate::ids::ResourceId;
use crate::json::{Dialect, Json, read as parse};
use crate::limits::JSON_DEPTH;
use crate::source::Span;
use crate::template::below;
use crate::value::{Object, Value, text::key_eq};
use std::sync::Arc;

/// Members of a body beside `properties` that policies ask for: unknown when all of the body is.
const ENVELOPE: [&str; 7] = ["properties", "sku", "kind", "zones", "plan", "extendedLocation", "managedBy"];

/// Members that the attributes of the resource tell, whatever its body says.
const OWN: [&str; 4] = ["id", "type", "name", "apiVersion"];

/// Modules in modules; Terraform itself is far below.
const MODULES: usize = 128;

pub(super) fn read(reading: &mut Reading<'_>, json: &Json<'_>) {
    let mut azurerm = None;
    let changes = json.get("resource_changes").map(Json::items).unwrap_or_default();
    for change in changes {
        let actions = change.get("change").and_then(|change| change.get("actions"));
        let does = |wanted: &[&str]| {
            let actions = actions.map(Json::items).unwrap_or_default();
            actions.iter().filter_map(Json::as_text).any(|action| wanted.contains(&action))
        };
        let skip = match () {
            () if does(&["create", "update", "no-op"]) => None,
            () if does(&["delete", "forget"]) => Some(SkipReason::Removed),
            () => Some(SkipReason::Existing),
        };
        let part = |name: &str| change.get("change").and_then(|change| change.get(name));
        let found =
            Found { json: change, values: part("after"), unknown: part("after_unknown"), planned: false };
        one(reading, &found, skip, &mut azurerm);
    }
    if changes.is_empty() {
        let planned = json.get("planned_values");
        let root = planned.or_else(|| json.get("values")).and_then(|values| values.get("root_module"));
        if let Some(root) = root {
            module(reading, root, planned.is_some(), 0, &mut azurerm);
        }
    }
    if let Some(span) = azurerm {
        let diagnostic =
            Diagnostic::warning("TerraformAzurerm", "resources of the provider `azurerm` are not judged")
                .note("it names and shapes properties in its own way, so that policies cannot read them")
                .help("judge what is deployed, or an `az deployment … what-if` of it");
        reading.tell(diagnostic, span, "the first of them");
    }
}

fn module(
    reading: &mut Reading<'_>,
    json: &Json<'_>,
    planned: bool,
    depth: usize,
    azurerm: &mut Option<Span>,
) {
    for resource in json.get("resources").map(Json::items).unwrap_or_default() {
        let found = Found { json: resource, values: resource.get("values"), unknown: None, planned };
        one(reading, &found, None, azurerm);
    }
    for child in json.get("child_modules").map(Json::items).unwrap_or_default() {
        if depth < MODULES {
            module(reading, child, planned, depth + 1, azurerm);
        } else {
            reading.fail(Diagnostic::error("TooDeep", "modules are nested too deeply"), child);
        }
    }
}

/// A resource of the plan.
struct Found<'j, 't> {
    json: &'j Json<'t>,
    values: Option<&'j Json<'t>>,
    /// What is told only when the plan is applied: `true` in the place of the value.
    unknown: Option<&'j Json<'t>>,
    /// The values are planned ones, where such a value is just not there.
    planned: bool,
}

fn one(
    reading: &mut Reading<'_>,
    found: &Found<'_, '_>,
    skip: Option<SkipReason>,
    azurerm: &mut Option<Span>,
) {
    let json = found.json;
    if !json.is_object() {
        let message = format!("a resource must be an object, not {}", json.kind_name());
        return reading.fail(Diagnostic::error("BadRow", message), json);
    }
    let text = |name: &str| json.get(name).and_then(Json::as_text).unwrap_or_default();
    let (kind, address) = (text("type"), text("address"));
    let data = text("mode").eq_ignore_ascii_case("data");
    let skip = match kind {
        _ if data => Some(SkipReason::Existing),
        "azapi_resource" | "azapi_update_resource" => skip,
        _ if kind.starts_with("azurerm_") => {
            azurerm.get_or_insert(opening(json));
            Some(skip.unwrap_or(SkipReason::Azurerm))
        }
        _ => Some(skip.unwrap_or(SkipReason::OtherProvider)),
    };
    if let Some(reason) = skip {
        return reading.skip(reason, address, json.span);
    }
    let Some(values) = found.values.filter(|values| values.is_object()) else {
        return reading.skip(SkipReason::NoBody, address, json.span);
    };
    let attributes = overlaid(values, found.unknown, 0);
    let attributes = Attributes { values: &attributes, planned: found.planned };
    let Some((kind, version)) = attributes.kind() else {
        let diagnostic =
            Diagnostic::error("NoType", format!("`{address}` has no `type` such as `A.B/c@2024-01-01`"));
        return reading.fail(diagnostic, json);
    };
    let name = attributes.text("name").map(str::to_owned);
    let id = attributes.id(kind, name.as_deref());
    let name = name.or_else(|| ResourceId::parse(id.as_deref()?)?.name().map(str::to_owned));
    let body = attributes.body(kind, version, id.as_deref(), name.as_deref());
    let mut places = Places::default();
    places.gather(&body, "it is known only when the plan was applied", values.span);
    let shown = name.unwrap_or_else(|| address.to_owned());
    let origin = (!address.is_empty()).then(|| address.to_owned());
    let request = Request { place: attributes.place(), ..Request::new(body, json.span) };
    reading.out.requests.push(Request { name: shown, origin, open: places.open, ..request });
}

/// The attributes of a resource, what is not known yet among them.
struct Attributes<'v> {
    values: &'v Value,
    planned: bool,
}

impl Attributes<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        self.values.as_object()?.get_exact(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text().filter(|text| !text.is_empty())
    }

    /// `A.B/c@version`.
    fn kind(&self) -> Option<(&str, Option<&str>)> {
        let written = self.text("type")?;
        let (kind, version) = match written.split_once('@') {
            Some((kind, version)) => (kind, Some(version)),
            None => (written, None),
        };
        kind.contains('/').then_some((kind, version))
    }

    fn id(&self, kind: &str, name: Option<&str>) -> Option<String> {
        if let Some(id) =
            self.text("resource_id").or_else(|| self.text("id")).filter(|id| id.starts_with('/'))
        {
            return Some(id.to_owned());
        }
        let (name, parent) = (name?, self.text("parent_id")?.trim_end_matches('/'));
        let of_parent = ResourceId::parse(parent).and_then(|id| id.resource_type());
        match (kind.rsplit_once('/'), of_parent) {
            (Some((front, last)), Some(outer)) if key_eq(front, &outer) => {
                let nested = key_eq(kind, crate::ids::RESOURCE_GROUP_TYPE);
                Some(format!("{parent}/{}/{name}", if nested { "resourceGroups" } else { last }))
            }
            _ => below(parent, kind, &[name]).ok(),
        }
    }

    /// Where it is put: the group, subscription or resource that it names as its parent.
    fn place(&self) -> Option<String> {
        let parent = self.text("parent_id").filter(|parent| parent.starts_with('/'))?;
        Some(parent.trim_end_matches('/').to_owned())
    }

    fn body(&self, kind: &str, version: Option<&str>, id: Option<&str>, name: Option<&str>) -> Value {
        let mut body = Object::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                body.push(key, value);
            }
        };
        put("id", id.map(Value::text));
        put("type", Some(Value::text(kind)));
        put("name", Some(name.map_or(UNRESOLVED, Value::text)));
        put("apiVersion", version.map(Value::text));
        put("location", self.get("location").cloned());
        put("tags", self.get("tags").cloned());
        put("identity", self.get("identity").and_then(identity));
        let own = |key: &str| OWN.iter().any(|name| key_eq(name, key));
        match self.parsed("body") {
            Some(Value::Object(given)) => lay_over(&mut body, &given, &own),
            Some(_) => all_unknown(&mut body),
            // A planned value that is not known is left out; one that is not set is null.
            None if self.planned
                && self.values.as_object().is_some_and(|v| v.get_exact("body").is_none()) =>
            {
                all_unknown(&mut body);
            }
            None => {}
        }
        match self.parsed("sensitive_body") {
            Some(Value::Object(given)) => lay_over(&mut body, &given, &own),
            Some(_) => all_unknown(&mut body),
            None => {
                // Only the places are told, each with its version.
                let places = self.get("sensitive_body_version").and_then(Value::as_object);
                for (path, _) in places.map(Object::members).unwrap_or_default() {
                    let steps: Vec<&str> = path.split('.').take(JSON_DEPTH).collect();
                    if !steps.first().is_some_and(|first| own(first)) {
                        body = with_unknown(&body, &steps);
                    }
                }
            }
        }
        Value::object(body)
    }

    /// A body: an object, or its JSON text as older providers have it. A text that is no JSON says nothing.
    fn parsed(&self, name: &str) -> Option<Value> {
        let value = self.get(name)?;
        let Some(text) = value.as_text() else { return Some(value.clone()) };
        let (json, problems) = parse(text, Dialect::Strict);
        let whole = problems.iter().all(|problem| problem.warning);
        Some(json.filter(|_| whole).map_or(UNRESOLVED, |json| body::literal(&json)))
    }
}

fn all_unknown(body: &mut Object) {
    for key in ENVELOPE {
        body.set(key, UNRESOLVED);
    }
}

/// `{type, identity_ids}`, alone or as a list of one, as Resource Manager has it.
fn identity(value: &Value) -> Option<Value> {
    let block = match value {
        Value::Array(items) => items.first()?,
        Value::Unknown(_) => return Some(value.clone()),
        other => other,
    };
    let object = match block {
        Value::Unknown(_) => return Some(block.clone()),
        block => block.as_object()?,
    };
    let mut made = Object::new();
    made.push("type", object.get("type").filter(|kind| !kind.is_null())?.clone());
    match object.get("identity_ids") {
        Some(Value::Array(ids)) if ids.iter().all(|id| id.as_text().is_some()) => {
            let ids: Object = ids
                .iter()
                .filter_map(Value::as_text)
                .map(|id| (Arc::from(id), Value::object(Object::new())))
                .collect();
            if !ids.is_empty() {
                made.push("userAssignedIdentities", Value::object(ids));
            }
        }
        None | Some(Value::Null) => {}
        Some(_) => made.push("userAssignedIdentities", UNRESOLVED),
    }
    Some(Value::object(made))
}
