//! Entries of a template: types, names and ids, those of children included (spec I-40, I-41, I-45, I-48).

use super::{Action, Request, RequestContext, RequestOptions};
use crate::document::Completeness;
use crate::evaluate::Destination;
use crate::ids::ResourceId;
use crate::source::Span;
use crate::template::{Level, Place, below};
use crate::value::{Object, Value, text::key_eq};
use std::sync::Arc;

impl Request {
    /// A write of this body.
    pub(super) fn new(body: Value, span: Span) -> Self {
        Self {
            body,
            action: Action::Write,
            name: String::new(),
            origin: None,
            place: None,
            subscription: None,
            group_location: None,
            span,
            parameters: Object::new(),
            context: RequestContext::default(),
            related: Vec::new(),
            open: Vec::new(),
            completeness: Completeness::Whole,
        }
    }

    /// What is known of where it goes.
    pub(crate) fn destination(&self) -> Destination {
        let own = |text: &Option<String>| text.as_deref().map(Into::into);
        Destination {
            place: own(&self.place),
            subscription: own(&self.subscription),
            group_location: own(&self.group_location),
        }
    }

    /// Sends it where a deployment goes, as far as nothing tells of another place.
    pub(super) fn sent_to(self, goal: &Place) -> Self {
        let is_group = super::body::text(&self.body, "type").is_some_and(|kind| {
            key_eq(kind, "Microsoft.Resources/resourceGroups")
                || key_eq(kind, crate::ids::RESOURCE_GROUP_TYPE)
        });
        // A group that is made is in no other.
        let goal = &if is_group && goal.level == Level::Group {
            Place { level: Level::Subscription, group: None, location: None, ..goal.clone() }
        } else {
            goal.clone()
        };
        let told = destination(goal);
        let own = |text: Option<Arc<str>>| text.as_deref().map(str::to_owned);
        let is_there = self.place.as_deref().is_none_or(|place| goal.holds(place));
        Self {
            place: self.place.or_else(|| own(told.place)),
            subscription: own(told.subscription),
            group_location: own(told.group_location.filter(|_| is_there)),
            ..self
        }
    }
}

impl RequestOptions {
    /// Where they say that a resource goes.
    pub(crate) fn destination(&self) -> Destination {
        destination(&place_of(self, Level::Group))
    }
}

/// The place of a deployment, as expressions of policies ask for it.
fn destination(place: &Place) -> Destination {
    let group = place.level == Level::Group;
    // A deployment to the tenant goes to no subscription, whatever the options say.
    let within = group || place.level == Level::Subscription;
    Destination {
        place: place.base().map(Into::into),
        subscription: place.subscription.as_deref().filter(|_| within).map(Into::into),
        group_location: place.location.as_deref().filter(|_| group).map(Into::into),
    }
}

/// Whether a body tells its type: by itself or by its id (spec I-24).
pub(super) fn has_type(body: &Value) -> bool {
    let text = |names: [&str; 2]| names.into_iter().find_map(|name| super::body::text(body, name));
    text(["type", "ResourceType"]).is_some_and(|kind| kind.contains('/'))
        || text(["id", "ResourceId"])
            .and_then(ResourceId::parse)
            .is_some_and(|id| id.resource_type().is_some())
}

/// Where the options say that a deployment goes.
pub(super) fn place_of(options: &RequestOptions, level: Level) -> Place {
    let bare = |text: &Option<String>, front: &str| {
        let text = text.as_deref()?.trim_matches('/');
        let head = text.get(..front.len()).filter(|head| head.eq_ignore_ascii_case(front));
        let text = head.and(text.get(front.len()..)).unwrap_or(text);
        (!text.is_empty()).then(|| text.into())
    };
    Place {
        level,
        management_group: None,
        subscription: bare(&options.subscription, "subscriptions/"),
        group: bare(&options.resource_group, "resourceGroups/"),
        location: options.location.as_deref().filter(|text| !text.is_empty()).map(Into::into),
    }
}

/// The resource that others are nested in.
#[derive(Clone, Debug)]
pub(super) struct Parent {
    pub kind: String,
    /// All segments, when they are known.
    pub name: Option<String>,
    /// The same, or the expressions, for people.
    pub shown: String,
    /// What its id begins with; nothing when that is not known.
    pub base: Option<String>,
    /// Whether it goes elsewhere than the deployment.
    pub elsewhere: bool,
}

/// Type and name of an entry, with what its id begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub kind: String,
    pub name: Option<String>,
    pub shown: String,
    pub base: Option<String>,
    /// Whether it names a scope that is not, or not known to be, where the deployment goes.
    pub elsewhere: bool,
}

impl Identity {
    /// Joins type and name of a nested entry to its parent's (spec I-41). A type that is whole already stays.
    pub(super) fn nested(self, parent: Option<&Parent>) -> Self {
        let Some(parent) = parent else { return self };
        let front = self.kind.get(..parent.kind.len());
        let whole = front.is_some_and(|front| front.eq_ignore_ascii_case(&parent.kind))
            && self.kind.get(parent.kind.len()..).is_some_and(|rest| rest.starts_with('/'));
        let levels = self.kind.matches('/').count();
        let kind = if whole { self.kind } else { format!("{}/{}", parent.kind, self.kind) };
        if whole && self.name.as_ref().is_some_and(|name| name.matches('/').count() + 1 == levels) {
            return Self { kind, base: parent.base.clone(), elsewhere: parent.elsewhere, ..self };
        }
        let name =
            parent.name.as_ref().zip(self.name.as_ref()).map(|(front, name)| format!("{front}/{name}"));
        let shown = format!("{}/{}", parent.shown, self.shown);
        Self { kind, name, shown, base: parent.base.clone(), elsewhere: parent.elsewhere }
    }

    /// Takes an extension resource in the old spelling, `A.B/c/providers/d` named `x/E.F/y`, apart: the type is
    /// `E.F/d`, the name `y`, and it extends `A.B/c` `x` (spec I-41).
    pub(super) fn extending(self) -> Self {
        let segments: Vec<&str> = self.kind.split('/').collect();
        let at = segments.iter().rposition(|segment| segment.eq_ignore_ascii_case("providers"));
        let Some((front, [_, kinds @ ..])) =
            at.filter(|at| *at >= 2).and_then(|at| segments.split_at_checked(at))
        else {
            return self;
        };
        if kinds.is_empty() {
            return self;
        }
        let Some(name) = &self.name else {
            // The namespace may stand in the expression as it is: `concat(…, '/Microsoft.Insights/', …)`.
            let spaces: Vec<&str> = self.shown.split('/').filter(|part| is_namespace(part)).collect();
            return match spaces.as_slice() {
                [space] => Self { kind: format!("{space}/{}", kinds.join("/")), base: None, ..self },
                _ => self,
            };
        };
        let names: Vec<&str> = name.split('/').collect();
        let Some((outer, [space, rest @ ..])) = names.split_at_checked(front.len().saturating_sub(1)) else {
            return self;
        };
        if !is_namespace(space) || rest.len() != kinds.len() {
            return self;
        }
        let base = self.base.as_ref().and_then(|base| below(base, &front.join("/"), outer).ok());
        let (kind, name) = (format!("{space}/{}", kinds.join("/")), rest.join("/"));
        Self { kind, shown: self.shown.clone(), name: Some(name), base, elsewhere: self.elsewhere }
    }

    /// The id, when all of it is known.
    pub(super) fn id(&self) -> Option<String> {
        let names: Vec<&str> = self.name.as_deref()?.split('/').collect();
        if names.iter().any(|name| name.is_empty()) {
            return None;
        }
        below(self.base.as_deref()?, &self.kind, &names).ok()
    }
}

fn is_namespace(text: &str) -> bool {
    text.contains('.') && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
}
