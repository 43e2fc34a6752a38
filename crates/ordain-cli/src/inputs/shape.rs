//! What a document is, where resources are wanted (spec I-9 to I-11, I-92).

use super::document::Document;
use ordain::PolicyDocument;
use ordain::ids::ResourceId;
use ordain::json::Json;
use ordain::requests::{self, RequestKind};

/// The kinds that are told apart here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A row that policies judge.
    Resource,
    /// A policy object with id and type: a row as well, since policies may judge policy objects (spec I-11).
    PolicyObject(Document),
    /// A subscription, whose id may be a bare guid (spec I-35).
    Subscription,
    /// A management group or a tree of them: a row that no policy can judge.
    Hierarchy,
    /// A list under this member.
    List(&'static str),
    /// Columns and rows under this member (spec I-13).
    Table(&'static str),
    /// A document that asks for resources, or a request to test policies with (spec I-53).
    Requests,
    /// Something known that holds no resources to judge as they are.
    Other(Document),
    /// None of these.
    Unknown,
}

/// The first test of I-9 that fits an object.
pub fn of(json: &Json<'_>) -> Shape {
    let object = Object::new(json);
    object
        .deployment()
        .or_else(|| object.policy())
        .or_else(|| object.container())
        .or_else(|| object.row())
        .unwrap_or(Shape::Unknown)
}

/// An object with what the tests ask most.
struct Object<'j, 't> {
    json: &'j Json<'t>,
    kind: String,
    /// A record of policy states, whose `ResourceType` and `ResourceId` are those of another (spec I-9).
    state: bool,
}

impl<'j, 't> Object<'j, 't> {
    fn new(json: &'j Json<'t>) -> Self {
        let text = |name: &str| json.get(name).and_then(Json::as_text);
        let state =
            ["complianceState", "isCompliant", "@odata.id"].iter().any(|name| json.get(name).is_some());
        let kind =
            text("type").or_else(|| if state { None } else { text("ResourceType") }).unwrap_or_default();
        Self { json, kind: kind.to_ascii_lowercase(), state }
    }

    fn has(&self, name: &str) -> bool {
        self.json.get(name).is_some()
    }

    fn text(&self, name: &str) -> Option<&'j str> {
        self.json.get(name).and_then(Json::as_text)
    }

    fn id(&self) -> Option<&'j str> {
        self.text("id").or_else(|| if self.state { None } else { self.text("ResourceId") })
    }

    fn is_row(&self) -> bool {
        self.id().is_some() && self.kind.contains('/')
    }

    /// Tests 1 to 4d: what deployments and plans are made of.
    fn deployment(&self) -> Option<Shape> {
        match requests::kind(self.json)? {
            RequestKind::Payload => None,
            RequestKind::Parameters => Some(Shape::Other(Document::ParameterFile)),
            RequestKind::Refusal => Some(Shape::Other(Document::Refusal)),
            RequestKind::Failed => Some(Shape::Other(Document::FailedCall)),
            _ => Some(Shape::Requests),
        }
    }

    /// Tests 5 to 15b: policy documents, what the service says of them, what lies beside them.
    fn policy(&self) -> Option<Shape> {
        let document = Document::of(PolicyDocument::of(self.json)?)?;
        Some(if self.is_row() && document.is_object() {
            Shape::PolicyObject(document)
        } else {
            Shape::Other(document)
        })
    }

    /// Tests 16 and 17.
    fn container(&self) -> Option<Shape> {
        if let Some(data) = self.json.get("data") {
            if data.is_array() {
                return Some(Shape::List("data"));
            }
            let list = |name: &str| data.get(name).is_some_and(Json::is_array);
            if list("columns") && list("rows") {
                return Some(Shape::Table("data"));
            }
        }
        (self.json.get("value").is_some_and(Json::is_array) && !self.has("type"))
            .then_some(Shape::List("value"))
    }

    /// Tests 18 to 23.
    fn row(&self) -> Option<Shape> {
        let objects = |name: &str| {
            self.json.get(name).is_some_and(|l| {
                l.is_array() && !l.items().is_empty() && l.items().iter().all(Json::is_object)
            })
        };
        let id = self.id().map(|id| id.trim_end_matches('/'));
        let parsed = id.and_then(ResourceId::parse);
        let derived = parsed.as_ref().and_then(ResourceId::resource_type).map(|t| t.to_ascii_lowercase());
        let group = "microsoft.management/managementgroups";
        if objects("managementGroups")
            || objects("subscriptions")
            || self.kind.ends_with(group)
            || derived.as_deref() == Some(group)
        {
            return Some(Shape::Hierarchy);
        }
        let subscribed = parsed.as_ref().is_some_and(|id| {
            id.subscription.is_some()
                && id.resource_group.is_none()
                && id.namespace.is_none()
                && !id.malformed
        });
        let billed = self.has("tenantId")
            && self.has("state")
            && (self.has("subscriptionId") || id.is_some_and(is_guid));
        if subscribed || (billed && !self.kind.contains('/')) {
            return Some(Shape::Subscription);
        }
        if self.kind.contains('/') || derived.is_some() {
            return Some(Shape::Resource);
        }
        (requests::kind(self.json) == Some(RequestKind::Payload)).then_some(Shape::Requests)
    }
}

fn is_guid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests;
