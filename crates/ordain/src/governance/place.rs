//! Where a resource is, as scopes and selectors ask for it (spec G-6, G-8, G-66).

use crate::document::{Facts, Slot};
use crate::ids::{self, ResourceId, Scope};
use crate::value::{Node, View, text};

/// The place of one resource; everything in lower case, the location in its normal form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// The id in normal form; `None` for a bare body.
    pub(crate) id: Option<String>,
    pub(crate) resource_type: String,
    pub(crate) subscription: Option<String>,
    has_group: bool,
    /// `None` where there is none (spec I-30).
    pub(crate) location: Option<String>,
    /// Whether the location is there but not known.
    location_unknown: bool,
}

impl Place {
    /// The place of a resource; of one without id the place that it is put into, where that is known (spec G-8).
    pub(crate) fn within<'d, N: Node<'d>>(facts: &Facts<'d, N>, around: Option<&str>) -> Self {
        let id = facts.id().or(around).map(ids::normal);
        let parsed = id.as_deref().and_then(ResourceId::parse).unwrap_or_default();
        let (subscription, has_group) =
            (parsed.subscription.map(str::to_owned), parsed.resource_group.is_some());
        let given = facts.root_member("location");
        let (location, location_unknown) = match given {
            Slot::Found(node) => match node.view() {
                View::Text(given) if !given.trim().is_empty() => {
                    (Some(text::location(given).into_owned()), false)
                }
                View::Unknown(_) => (None, true),
                _ => (None, false),
            },
            Slot::Unknown(_) => (None, true),
            Slot::Missing => (None, false),
        };
        let resource_type = facts.resource_type().to_ascii_lowercase();
        Self { id, resource_type, subscription, has_group, location, location_unknown }
    }

    /// The place that an id alone tells.
    pub(crate) fn of_id(id: Option<&str>) -> Self {
        let id = id.map(ids::normal);
        let subscription =
            id.as_deref().and_then(ResourceId::parse).and_then(|id| id.subscription.map(str::to_owned));
        Self { id, subscription, ..Self::default() }
    }

    /// Whether the location is there but not known.
    pub(crate) fn location_is_unknown(&self) -> bool {
        self.location_unknown
    }

    /// Whether the resource is at subscription level: without location, and in no group (spec G-66).
    pub(crate) fn is_at_subscription(&self) -> bool {
        self.location.is_none() && self.id.is_some() && !self.has_group
    }

    /// Whether the resource is within a scope; `None` when the hierarchy does not tell (spec G-6, G-14). A bare
    /// body is within every scope (spec G-8).
    pub(crate) fn is_within(&self, scope: &Scope, hierarchy: &ids::Hierarchy) -> Option<bool> {
        let Some(id) = &self.id else { return Some(true) };
        match scope.management_group() {
            None => Some(scope.holds(id)),
            Some(_) if scope.is_pattern() => {
                let chain = self.subscription.as_deref().and_then(|s| hierarchy.chain(s))?;
                Some(chain.into_iter().any(|name| scope.is_group(name)))
            }
            Some(group) => match &self.subscription {
                Some(subscription) => hierarchy.is_below(subscription, group),
                // What hangs on a management group itself.
                None => {
                    let own = id.strip_prefix("/providers/microsoft.management/managementgroups/");
                    let own = own.and_then(|rest| rest.split('/').next());
                    Some(own.is_some_and(|own| hierarchy.is_group_below(own, group)))
                }
            },
        }
    }
}
