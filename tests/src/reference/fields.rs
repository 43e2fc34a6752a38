//! Field references: what they are and which values they yield of a resource (02, and I-16, I-17 for rows).

use super::{Scope, World, look_up, member};
use ordain::Aliases;
use ordain::aliases::{Resolution, Step};
use ordain::ids::{self, ResourceId};
use serde_json::{Map, Value as Json, json};

/// One selected value.
#[derive(Clone, Debug, PartialEq)]
pub enum Slot {
    /// The reference selects nothing here.
    Missing,
    /// A value, null included.
    Value(Json),
    /// Not exported (L-113).
    Unknown(&'static str),
}

/// What a reference yields.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Whether it selects a collection (A-2, L-68).
    pub star: bool,
    /// One slot without a star.
    pub slots: Vec<Slot>,
}

impl Found {
    fn one(value: Option<Json>) -> Self {
        Self { star: false, slots: vec![value.map_or(Slot::Missing, Slot::Value)] }
    }
}

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
    fn plain(&self, name: &str) -> Option<Json> {
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

fn member_of<'j>(object: &'j Json, name: &str) -> Option<&'j Json> {
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

/// L-21.
pub fn normal_location(place: &str) -> String {
    let bare = match place.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((_, after)) => after,
        None => place,
    };
    bare.replace(' ', "").to_ascii_lowercase()
}

/// A reference as it is classified (L-2).
#[derive(Clone, Debug, PartialEq)]
pub enum Reference {
    /// Rows 2 to 9, in lower case.
    Plain(&'static str),
    /// Rows 8 to 10: a path below `identity`.
    Identity(Vec<String>),
    /// Row 12: one tag.
    Tag(String),
    /// Row 13.
    Alias(String),
}

/// L-2 rows 2 to 14; `None` is `UnknownField`.
pub fn classify(text: &str) -> Option<Reference> {
    let lower = text.to_ascii_lowercase();
    for name in ["type", "location", "name", "kind", "id", "fullname", "tags"] {
        if lower == name {
            return Some(Reference::Plain(name));
        }
    }
    if lower == "identity" || lower.starts_with("identity.") {
        return Some(Reference::Identity(text.split('.').map(str::to_owned).collect()));
    }
    if lower.starts_with("tags.") {
        return Some(Reference::Tag(text[5..].to_owned()));
    }
    if lower.starts_with("tags[") {
        // L-32: quoted, else between the first `[` and the last `]`, verbatim.
        let inside = &text[5..];
        if let Some(quoted) = inside.strip_prefix('\'').and_then(|rest| rest.rsplit_once("']")) {
            return Some(Reference::Tag(quoted.0.replace("''", "'")));
        }
        return inside.rsplit_once(']').map(|(name, _)| Reference::Tag(name.to_owned()));
    }
    text.contains('/').then(|| Reference::Alias(text.to_owned()))
}

/// The path of an alias on R's type; `Ok(None)` for an alias of another type (L-63).
pub type AliasPath = (Vec<Step>, Option<ordain::aliases::AliasPath>);

/// L-60, L-63. The error is `UnknownField` (L-54).
pub fn alias_path(world: &World<'_>, name: &str) -> Result<Result<AliasPath, bool>, &'static str> {
    match world.aliases.resolve(&world.resource.kind, name, None) {
        Resolution::Path(path) => Ok(Ok((path.steps().to_vec(), Some(path)))),
        Resolution::OtherType { star } => Ok(Err(star)),
        _ => Err("UnknownField"),
    }
}

/// What a reference yields in a scope. The error is the name of the failure.
pub fn read(world: &World<'_>, scope: &Scope, text: &str) -> Result<Found, &'static str> {
    let resource = world.resource;
    match classify(text).ok_or("UnknownField")? {
        Reference::Plain(name) => Ok(Found::one(resource.plain(name))),
        // L-25 … L-28: paths below `identity`.
        Reference::Identity(keys) => {
            let mut at = Some(&scope.document);
            for key in &keys {
                at = at.and_then(|value| member_of(value, key));
            }
            Ok(Found::one(at.cloned()))
        }
        // L-33 … L-35.
        Reference::Tag(name) if name.is_empty() => Ok(Found::one(None)),
        Reference::Tag(name) => {
            let tags = member_of(&scope.document, "tags");
            Ok(Found::one(tags.and_then(|tags| member_of(tags, &name)).cloned()))
        }
        Reference::Alias(name) => match alias_path(world, &name)? {
            // L-63: missing, with a star the empty collection.
            Err(true) => Ok(Found { star: true, slots: Vec::new() }),
            Err(false) => Ok(Found::one(None)),
            Ok((steps, path)) => {
                let mut found = walk(resource, &scope.document, &steps);
                // L-74: part of the text.
                if let Some(extract) = path.as_ref().and_then(|path| path.extract()) {
                    for slot in &mut found.slots {
                        if let Slot::Value(value) = slot {
                            let part = value.as_str().and_then(|text| extract.apply(text));
                            *slot = part.map_or(Slot::Missing, |text| Slot::Value(json!(text)));
                        }
                    }
                }
                Ok(found)
            }
        },
    }
}

/// L-90 … L-93: from the root of the document.
pub fn walk(resource: &Resource, document: &Json, steps: &[Step]) -> Found {
    let star = steps.contains(&Step::Each);
    // I-16: everything under `properties` is unknown.
    if resource.unknown_properties
        && matches!(steps.first(), Some(Step::Key(key)) if key.eq_ignore_ascii_case("properties"))
    {
        return Found { star, slots: vec![Slot::Unknown("PropertiesNotExported")] };
    }
    let mut slots = vec![Some(document.clone())];
    for step in steps {
        let mut next = Vec::new();
        for slot in slots {
            match step {
                // L-90: a key of anything but an object is missing.
                Step::Key(key) => next.push(slot.as_ref().and_then(|value| member_of(value, key)).cloned()),
                // anything but an array has no members.
                Step::Each => {
                    if let Some(Json::Array(members)) = slot {
                        next.extend(members.into_iter().map(Some));
                    }
                }
            }
        }
        slots = next;
    }
    Found { star, slots: slots.into_iter().map(|slot| slot.map_or(Slot::Missing, Slot::Value)).collect() }
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
