//! Resource ids, types, scopes: parse, normal form, "is within" (spec 08 section 1, I-23).

mod front;
mod hierarchy;
mod scope;

pub(crate) use front::group_front;
pub use hierarchy::{Hierarchy, Tangle, Tangled};
pub use scope::{Scope, ScopeKind, normal, scope_of_object};

use crate::value::text::key_eq;

/// The parts of a resource id, borrowed from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceId<'a> {
    /// The subscription's guid.
    pub subscription: Option<&'a str>,
    /// The resource group's name.
    pub resource_group: Option<&'a str>,
    /// The management group's name.
    pub management_group: Option<&'a str>,
    /// Namespace of the last `/providers/` part.
    pub namespace: Option<&'a str>,
    /// Type and name segments behind that namespace.
    pub segments: Vec<(&'a str, &'a str)>,
    /// Whether the text had an odd or empty segment (spec I-25).
    pub malformed: bool,
}

/// The type of resource groups as rules spell it (spec L-11).
pub const RESOURCE_GROUP_TYPE: &str = "Microsoft.Resources/subscriptions/resourceGroups";
/// The type of subscriptions.
pub const SUBSCRIPTION_TYPE: &str = "Microsoft.Resources/subscriptions";

/// The type that lists of a management group's descendants give to subscriptions (spec I-39).
pub(crate) const DESCENDANT_TYPE: &str = "Microsoft.Management/managementGroups/subscriptions";

impl<'a> ResourceId<'a> {
    /// Splits an id; `None` when it does not start with `/subscriptions/` or `/providers/`.
    ///
    /// ```
    /// let id = ordain::ids::ResourceId::parse("/subscriptions/s/resourceGroups/g/providers/A.B/c/x/d/y").unwrap();
    /// assert_eq!(id.resource_type().as_deref(), Some("A.B/c/d"));
    /// assert_eq!(id.full_name().as_deref(), Some("x/y"));
    /// ```
    #[must_use]
    pub fn parse(id: &'a str) -> Option<Self> {
        let mut rest: Vec<&str> = id.trim_end_matches('/').strip_prefix('/')?.split('/').collect();
        rest.reverse();
        let mut found = Self { malformed: rest.iter().any(|s| s.is_empty()), ..Self::default() };
        if !rest.last().is_some_and(|s| key_eq(s, "subscriptions") || key_eq(s, "providers")) {
            return None;
        }
        while let Some(head) = rest.pop() {
            if key_eq(head, "subscriptions") && found.namespace.is_none() {
                found.subscription = rest.pop();
            } else if key_eq(head, "resourceGroups") && found.namespace.is_none() {
                found.resource_group = rest.pop();
            } else if key_eq(head, "providers") {
                found.enter(rest.pop());
            } else if found.namespace.is_some() {
                match rest.pop() {
                    Some(name) => found.segments.push((head, name)),
                    None => found.malformed = true,
                }
            } else {
                found.malformed = true;
            }
        }
        Some(found)
    }

    /// A further `/providers/` part: what stood before is the parent (spec L-15).
    fn enter(&mut self, namespace: Option<&'a str>) {
        if let [(kind, name)] = self.segments[..]
            && self.namespace.is_some_and(|n| key_eq(n, "Microsoft.Management"))
            && key_eq(kind, "managementGroups")
        {
            self.management_group = Some(name);
        }
        self.segments.clear();
        self.namespace = namespace;
        self.malformed |= namespace.is_none();
    }

    /// The resource type that the id spells; groups and subscriptions included.
    #[must_use]
    pub fn resource_type(&self) -> Option<String> {
        if let Some(namespace) = self.namespace {
            if self.segments.is_empty() {
                return None;
            }
            let kinds = self.segments.iter().map(|(kind, _)| *kind);
            return Some(std::iter::once(namespace).chain(kinds).collect::<Vec<_>>().join("/"));
        }
        match (self.subscription, self.resource_group) {
            (Some(_), Some(_)) => Some(RESOURCE_GROUP_TYPE.to_owned()),
            (Some(_), None) => Some(SUBSCRIPTION_TYPE.to_owned()),
            _ => None,
        }
    }

    /// All name segments behind the last namespace, joined by `/`.
    #[must_use]
    pub fn full_name(&self) -> Option<String> {
        if self.segments.is_empty() {
            return self.name().map(str::to_owned);
        }
        Some(self.segments.iter().map(|(_, name)| *name).collect::<Vec<_>>().join("/"))
    }

    /// The last name segment.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        match self.segments.last() {
            Some((_, name)) => Some(name),
            None if self.namespace.is_none() => self.resource_group.or(self.subscription),
            None => None,
        }
    }
}

/// The spelling of a type under which conditions see it: resource groups have one (spec L-11, I-33), a leading
/// `/providers/` is dropped (spec I-39), a version behind `@` split off (spec I-22).
#[must_use]
pub fn canonical_type(given: &str) -> &str {
    let bare = given.split('@').next().unwrap_or(given);
    let bare = bare.strip_prefix("/providers/").unwrap_or(bare);
    if key_eq(bare, "Microsoft.Resources/resourceGroups") || key_eq(bare, RESOURCE_GROUP_TYPE) {
        return RESOURCE_GROUP_TYPE;
    }
    if key_eq(bare, SUBSCRIPTION_TYPE) || key_eq(bare, "/subscriptions") {
        return SUBSCRIPTION_TYPE;
    }
    bare
}

/// The parent of an id's last resource, for look-ups of groups and subscriptions: `/subscriptions/s` and
/// `/subscriptions/s/resourceGroups/g` in lower case.
#[must_use]
pub fn group_key(subscription: &str, group: &str) -> String {
    format!("/subscriptions/{subscription}/resourcegroups/{group}").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        // spec: I-23, L-15, L-120
        let table = [
            ("/subscriptions/S", SUBSCRIPTION_TYPE, "S", None),
            ("/subscriptions/S/resourceGroups/g", RESOURCE_GROUP_TYPE, "g", Some("g")),
            (
                "/subscriptions/S/resourcegroups/g/providers/Microsoft.Sql/servers/s/databases/d",
                "Microsoft.Sql/servers/databases",
                "s/d",
                Some("g"),
            ),
            (
                "/subscriptions/S/resourceGroups/g/providers/A.B/vaults/v/providers/Microsoft.Insights/diagnosticSettings/x",
                "Microsoft.Insights/diagnosticSettings",
                "x",
                Some("g"),
            ),
            (
                "/subscriptions/S/providers/Microsoft.Security/pricings/p",
                "Microsoft.Security/pricings",
                "p",
                None,
            ),
            (
                "/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Authorization/policyAssignments/a",
                "Microsoft.Authorization/policyAssignments",
                "a",
                None,
            ),
        ];
        for (id, kind, name, group) in table {
            let parsed = ResourceId::parse(id).unwrap_or_default();
            assert_eq!(
                (parsed.resource_type().as_deref(), parsed.full_name().as_deref(), parsed.resource_group),
                (Some(kind), Some(name), group),
                "{id}"
            );
            assert!(!parsed.malformed, "{id}");
        }
        assert_eq!(ResourceId::parse("nonsense"), None);
        assert!(
            ResourceId::parse("/subscriptions/S/resourceGroups/g/providers/A.B/c")
                .is_some_and(|i| i.malformed)
        );
    }
}
