//! What is known of a document before any rule: type, names, shape (spec 02 sections 2 and 8, spec 10
//! section 3).

use super::Slot;
use crate::ids::{self, ResourceId};
use crate::value::{Node, Reason, View, text::key_eq};
use std::borrow::Cow;
use thiserror::Error;

/// How much a document holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Completeness {
    /// A whole body: what is not there is missing.
    #[default]
    Whole,
    /// A row of an export: `properties` may have been left out (spec I-16), or flattened (spec I-17).
    Row,
}

/// The document has neither a type nor an id to derive it from (spec L-16, I-24).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the document has neither `type` nor an `id` that tells it")]
pub struct NotAResource;

/// The envelope of one document. Only the type is read beforehand; the rest is looked up when it is asked for,
/// since most rules ask for none of it.
#[derive(Clone, Debug)]
pub struct Facts<'d, N> {
    root: N,
    resource_type: Cow<'d, str>,
    given_type: Option<&'d str>,
    properties: Option<N>,
    flattened: bool,
    properties_unknown: bool,
}

/// Top-level members that are the envelope's (spec I-17).
const ENVELOPE: &[&str] = &[
    "id",
    "type",
    "name",
    "apiVersion",
    "location",
    "extendedLocation",
    "tags",
    "kind",
    "sku",
    "plan",
    "identity",
    "zones",
    "managedBy",
    "managedByExtended",
    "etag",
    "systemData",
    "scale",
    "placement",
    "resourceGroup",
    "subscriptionId",
    "tenantId",
    "createdTime",
    "changedTime",
    "provisioningState",
    "resources",
    "dependsOn",
    "comments",
    "scope",
    "condition",
    "copy",
];

/// Top-level members that a plain row may have beside those that are always read, and that mean nothing but themselves.
pub(super) const ENVELOPE_PLAIN: &[&str] = &[
    "tags",
    "sku",
    "plan",
    "identity",
    "zones",
    "managedBy",
    "managedByExtended",
    "extendedLocation",
    "etag",
    "systemData",
    "createdTime",
    "changedTime",
    "provisioningState",
];

/// Top-level members that are read whatever rules ask for: they say what the document is and where it belongs.
pub(super) const ENVELOPE_READ: &[&str] = &[
    "id",
    "ResourceId",
    "type",
    "ResourceType",
    "name",
    "ResourceName",
    "apiVersion",
    "location",
    "kind",
    "resourceGroup",
    "ResourceGroupName",
    "subscriptionId",
    "tenantId",
    "properties",
];

/// Whether a top-level member is absent in spite of being there (spec L-110).
pub(crate) fn is_blank<'d, N: Node<'d>>(key: &str, node: N) -> bool {
    matches!(node.view(), View::Null | View::Text("")) && blank_is_absent(key)
}

/// Top-level members of which null and the empty text mean absence (spec L-110).
const BLANK_IS_ABSENT: &[&str] =
    &["kind", "managedBy", "location", "tags", "sku", "plan", "identity", "zones", "extendedLocation"];

impl<'d, N: Node<'d>> Facts<'d, N> {
    /// Reads the envelope. `may_have_properties` tells whether a type has any (spec I-16).
    ///
    /// # Errors
    /// [`NotAResource`] without type and id.
    pub fn read(
        root: N,
        completeness: Completeness,
        may_have_properties: impl Fn(&str) -> bool,
    ) -> Result<Self, NotAResource> {
        let mut facts = Self {
            given_type: first_text(root, ["type", "ResourceType"]).filter(|t| t.contains('/')),
            properties: root.member("properties").filter(|p| p.view() != View::Null),
            ..Self::nothing(root)
        };
        facts.resource_type = match facts.given_type {
            // A descendant of a management group: its id tells that it is the subscription itself (spec I-39).
            Some(given) if key_eq(given, ids::DESCENDANT_TYPE) && facts.id_is_of_subscription() => {
                Cow::Borrowed(ids::SUBSCRIPTION_TYPE)
            }
            Some(given) => Cow::Borrowed(ids::canonical_type(given)),
            None => Cow::Owned(facts.id().and_then(derived_type).ok_or(NotAResource)?),
        };
        if facts.properties.is_none() {
            facts.read_shape(completeness, may_have_properties);
        }
        Ok(facts)
    }

    /// The envelope of a document that is no resource.
    pub(crate) fn nothing(root: N) -> Self {
        Self {
            root,
            resource_type: Cow::Borrowed(""),
            given_type: None,
            properties: None,
            flattened: false,
            properties_unknown: false,
        }
    }

    fn id_is_of_subscription(&self) -> bool {
        let of = |id: ResourceId<'_>| id.namespace.is_none() && id.resource_group.is_none() && !id.malformed;
        self.id().and_then(ResourceId::parse).is_some_and(of)
    }

    fn read_shape(&mut self, completeness: Completeness, may_have_properties: impl Fn(&str) -> bool) {
        let root = self.root;
        let extra = |key: &str| {
            !ENVELOPE.iter().any(|known| key_eq(known, key)) && !POWERSHELL.iter().any(|k| key_eq(k, key))
        };
        let own_row = self.id().is_some() && self.given_type.is_some() && root.member("properties").is_none();
        self.flattened = own_row && root.entries().any(|(key, _)| extra(key));
        let row = completeness == Completeness::Row;
        self.properties_unknown = row && !self.flattened && may_have_properties(&self.resource_type);
    }

    /// Whether `name` is there but not known (spec I-45), so that it cannot be derived from an id either.
    #[must_use]
    pub fn name_unknown(&self) -> Option<Reason> {
        match self.root.member("name")?.view() {
            View::Unknown(reason) => Some(reason),
            _ => None,
        }
    }

    /// The type: a resource group's has one spelling (spec L-11).
    #[must_use]
    pub fn resource_type(&self) -> &str {
        &self.resource_type
    }

    /// The id as given, without a slash at its end.
    #[must_use]
    pub fn id(&self) -> Option<&'d str> {
        let id = first_text(self.root, ["id", "ResourceId"])?;
        Some(id.trim_end_matches('/')).filter(|id| !id.is_empty())
    }

    /// The API version in which the body is written, if it says.
    #[must_use]
    pub fn api_version(&self) -> Option<&'d str> {
        let behind_type = || self.given_type?.split_once('@').map(|(_, version)| version);
        text(self.root, "apiVersion").or_else(behind_type)
    }

    /// Whether `properties` is there, and not null.
    #[must_use]
    pub fn has_properties(&self) -> bool {
        self.properties.is_some()
    }

    /// Whether the row has its properties at the top (spec I-17).
    #[must_use]
    pub fn is_flattened(&self) -> bool {
        self.flattened
    }

    /// `name` (spec L-13, L-120): the last segment.
    #[must_use]
    pub fn name(&self) -> Option<&'d str> {
        let last =
            |id: &'d str| ResourceId::parse(id).and_then(|id| id.name()).or_else(|| id.rsplit('/').next());
        let from_id = || self.id().and_then(last);
        let given = || first_text(self.root, ["name", "ResourceName"]);
        if key_eq(&self.resource_type, ids::SUBSCRIPTION_TYPE) {
            return from_id().or_else(given);
        }
        given().map(|name| name.rsplit('/').next().unwrap_or(name)).or_else(from_id)
    }

    /// `fullName` (spec L-14): all name segments from the outermost parent on.
    #[must_use]
    pub fn full_name(&self) -> Option<Cow<'d, str>> {
        let from_id = self.id().and_then(|id| ResourceId::parse(id)?.full_name());
        from_id.map(Cow::Owned).or_else(|| first_text(self.root, ["name", "ResourceName"]).map(Cow::Borrowed))
    }

    /// Whether `fullName` is more than a short name for want of a better one (spec L-14).
    #[must_use]
    pub fn knows_full_name(&self) -> bool {
        self.resource_type.matches('/').count() == 1
            || self.id().is_some_and(|id| ResourceId::parse(id).is_some_and(|id| id.full_name().is_some()))
            || first_text(self.root, ["name", "ResourceName"]).is_none_or(|name| name.contains('/'))
    }

    /// A member of the document's root as rules see it: blank envelope members are absent, the properties of
    /// a flattened row are below `properties`, those that were not exported are unknown.
    pub fn root_member(&self, key: &str) -> Slot<N> {
        if key_eq(key, "properties") {
            if let Some(properties) = self.properties {
                return Slot::Found(properties);
            }
            if self.flattened {
                return Slot::Found(self.root);
            }
            if self.properties_unknown {
                return Slot::Unknown(Reason::PropertiesNotExported);
            }
        }
        let Some(node) = self.root.member(key) else { return Slot::Missing };
        if is_blank(key, node) { Slot::Missing } else { Slot::Found(node) }
    }

    /// A member below `properties` of a flattened row (spec I-17, I-95).
    pub fn flattened_member(&self, key: &str) -> Slot<N> {
        let found = flattened_name(key).and_then(|name| self.root.member(name));
        Slot::of(found.filter(|node| node.view() != View::Null))
    }
}

/// The name that a member of `properties` has in a flattened row (spec I-17); `None` for those that have no
/// place there, since the envelope's stands in it.
pub(crate) fn flattened_name(key: &str) -> Option<&str> {
    let renamed = [
        ("type", "typePropertiesType"),
        ("name", "namePropertiesName"),
        ("kind", "kindPropertiesKind"),
        ("location", "locationPropertiesLocation"),
    ];
    if let Some((_, renamed)) = renamed.into_iter().find(|(name, _)| key_eq(name, key)) {
        return Some(renamed);
    }
    let envelope = ENVELOPE.iter().any(|known| key_eq(known, key)) && !key_eq(key, "provisioningState");
    (!envelope).then_some(key)
}

/// Whether the empty text means absence in this top-level member (spec L-110).
pub(crate) fn blank_is_absent(key: &str) -> bool {
    BLANK_IS_ABSENT.iter().any(|name| key_eq(name, key))
}

/// Columns of PowerShell rows that are no properties (spec I-20, I-97).
const POWERSHELL: &[&str] =
    &["ResourceId", "ResourceType", "ResourceName", "ResourceGroupName", "properties", "ParentResource"];

fn first_text<'d, N: Node<'d>>(root: N, names: [&str; 2]) -> Option<&'d str> {
    names.into_iter().find_map(|name| text(root, name))
}

fn text<'d, N: Node<'d>>(root: N, name: &str) -> Option<&'d str> {
    match root.member(name)?.view() {
        View::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

fn derived_type(id: &str) -> Option<String> {
    let parsed = ResourceId::parse(id)?;
    let found = parsed.resource_type()?;
    Some(ids::canonical_type(&found).to_owned())
}
