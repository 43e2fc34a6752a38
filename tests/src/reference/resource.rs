//! A resource in the shape that fields read: what counts as absent, flattened rows, names and ids (02 sections 2, 8).

use super::fields::normal_location;
use super::{look_up, member};
use ordain::Aliases;
use ordain::ids::{self, ResourceId};
use serde_json::{Map, Value as Json, json};

/// A resource, in the shape that fields read (02 section 8).
#[derive(Clone, Debug)]
pub struct Resource {
    /// The document's root.
    pub document: Json,
    /// The same as it was given.
    pub given: Json,
    /// Its type (L-10, L-11, L-16).
    pub kind: String,
    /// Whether `properties` were not exported (I-16).
    pub unknown_properties: bool,
}

/// L-110: null and `""` of these count as absent.
const EMPTY_IS_ABSENT: [&str; 9] =
    ["kind", "managedBy", "location", "tags", "sku", "plan", "identity", "zones", "extendedLocation"];

/// I-17.
const ENVELOPE: &str = "id name type apiVersion location extendedLocation tags kind sku plan identity zones \
    managedBy managedByExtended etag systemData scale placement resourceGroup subscriptionId tenantId createdTime \
    changedTime provisioningState resources dependsOn comments scope condition copy";

fn in_envelope(key: &str) -> bool {
    ENVELOPE.split_whitespace().any(|name| name.eq_ignore_ascii_case(key))
}

impl Resource {
    /// Reads a whole body, or a row of an export. `None`: neither type nor id (L-16).
    #[must_use]
    pub fn read(document: &Json, row: bool, aliases: &Aliases) -> Option<Self> {
        let object = document.as_object()?;
        let text = |name: &str| look_up(object, name).and_then(Json::as_str);
        // I-9, tests 21 and 22: a type has a `/`.
        let kind = match text("type").filter(|kind| kind.contains('/')) {
            Some(kind) => ids::canonical_type(kind).to_owned(),
            None => ids::canonical_type(&ResourceId::parse(text("id")?)?.resource_type()?).to_owned(),
        };
        let mut root: Map<String, Json> = object.clone();
        let absent = |value: &Json| value.is_null() || value == "";
        root.retain(|key, value| {
            !(EMPTY_IS_ABSENT.iter().any(|name| name.eq_ignore_ascii_case(key)) && absent(value))
        });
        let mut unknown_properties = false;
        let typed = text("type").is_some_and(|kind| kind.contains('/'));
        let identified = typed && text("id").is_some_and(|id| !id.is_empty());
        let properties = look_up(object, "properties");
        let more = object.keys().any(|key| !in_envelope(key));
        if properties.is_none() && identified && more {
            // I-17, L-112: flattened.
            root = unflattened(root);
        } else if row && properties.is_none_or(Json::is_null) {
            // I-16, I-96; not for types whose resources have none.
            unknown_properties = aliases.may_have_properties(&kind);
        }
        Some(Self { document: Json::Object(root), given: document.clone(), kind, unknown_properties })
    }

    /// L-16, L-17.
    pub fn id(&self) -> Option<&str> {
        let id = member_of(&self.document, "id")?.as_str()?;
        Some(id.trim_end_matches('/')).filter(|id| !id.is_empty())
    }

    /// What the id spells.
    pub fn parsed_id(&self) -> Option<ResourceId<'_>> {
        ResourceId::parse(self.id()?)
    }

    /// L-13, L-120.
    fn name(&self) -> Option<String> {
        // L-13: the last segment, of ids of any form.
        let last = || self.id().and_then(|id| id.rsplit('/').next()).map(str::to_owned);
        let from_id = || self.parsed_id().and_then(|id| id.name().map(str::to_owned)).or_else(last);
        if self.kind == ids::SUBSCRIPTION_TYPE
            && let Some(name) = from_id()
        {
            return Some(name);
        }
        // An empty name is none.
        match member_of(&self.document, "name").and_then(Json::as_str).filter(|name| !name.is_empty()) {
            Some(name) => Some(name.rsplit('/').next().unwrap_or(name).to_owned()),
            None => from_id(),
        }
    }

    /// L-14, L-15.
    fn full_name(&self) -> Option<String> {
        self.parsed_id().and_then(|id| id.full_name()).or_else(|| {
            let name = member_of(&self.document, "name").and_then(Json::as_str)?;
            (!name.is_empty()).then(|| name.to_owned())
        })
    }

    /// L-18, L-20 … L-28, L-30.
    pub(super) fn plain(&self, name: &str) -> Option<Json> {
        let text = |text: Option<String>| text.map(Json::String);
        match name {
            "type" => Some(json!(self.kind)),
            "name" => text(self.name()),
            "fullname" => text(self.full_name()),
            "id" => self.id().map(|id| json!(id)),
            // L-121: a subscription has no location.
            "location" if self.kind == ids::SUBSCRIPTION_TYPE => None,
            // L-21: what is no text has no normal form, it is no location.
            "location" => {
                member_of(&self.document, "location")?.as_str().map(|place| json!(normal_location(place)))
            }
            other => member_of(&self.document, other).cloned(),
        }
    }
}

pub(super) fn member_of<'j>(object: &'j Json, name: &str) -> Option<&'j Json> {
    look_up(object.as_object()?, name)
}

/// I-17, I-95: what is not of the envelope belongs under `properties`; nulls are absent.
fn unflattened(root: Map<String, Json>) -> Map<String, Json> {
    let (mut outside, mut properties) = (Map::new(), Map::new());
    for (key, value) in root {
        if in_envelope(&key) && !key.eq_ignore_ascii_case("provisioningState") {
            outside.insert(key, value);
        } else if !value.is_null() {
            // A key of the body that clashed with one of the envelope.
            let clash = [
                ("typePropertiesType", "type"),
                ("namePropertiesName", "name"),
                ("kindPropertiesKind", "kind"),
                ("locationPropertiesLocation", "location"),
            ];
            let plain = clash.iter().find(|(long, _)| long.eq_ignore_ascii_case(&key)).map(|(_, name)| *name);
            properties.insert(plain.map_or(key, str::to_owned), value);
        }
    }
    outside.insert("properties".into(), Json::Object(properties));
    outside
}

/// L-132: whether a type that nobody lists is taken for indexed.
pub fn guess_indexed(resource: &Resource) -> bool {
    member_of(&resource.document, "location").is_some_and(Json::is_string)
        && resource.kind.matches('/').count() == 1
}

/// A top-level member of R's row, for the context functions (L-111).
pub fn column<'r>(resource: &'r Resource, name: &str) -> Option<&'r str> {
    member(&resource.document, name).and_then(Json::as_str)
}

impl Resource {
    /// No resource: for paths that begin at an element.
    pub fn nothing() -> Self {
        Self { document: Json::Null, given: Json::Null, kind: String::new(), unknown_properties: false }
    }
}
