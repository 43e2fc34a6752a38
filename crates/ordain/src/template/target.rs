//! Where deployments go: templates by their schema, nested ones by what they say (spec I-41, I-47).

use super::{Level, Place, Scope};
use crate::ids;
use crate::json::Json;
use std::rc::Rc;

impl Level {
    /// What a template is deployed at, by its schema; a resource group without one.
    pub(crate) fn of(template: &Json<'_>) -> Self {
        let schema = template.get("$schema").and_then(Json::as_text).unwrap_or_default().to_ascii_lowercase();
        let is = |scope: &str| schema.contains(&format!("{scope}deploymenttemplate.json"));
        match () {
            () if is("subscription") => Self::Subscription,
            () if is("managementgroup") => Self::ManagementGroup,
            () if is("tenant") => Self::Tenant,
            () => Self::Group,
        }
    }
}

impl Place {
    /// A target at a scope that is given, as far as the scope tells it.
    pub(crate) fn at_scope(level: Level, scope: Option<&ids::Scope>) -> Self {
        let id = scope.and_then(|scope| ids::ResourceId::parse(scope.as_str())).unwrap_or_default();
        let group = scope.filter(|scope| scope.management_group().is_some());
        let group = group.and_then(|scope| scope.as_str().rsplit('/').next());
        Self {
            level,
            management_group: group.map(Rc::from),
            subscription: id.subscription.map(Rc::from),
            group: id.resource_group.map(Rc::from),
            location: None,
        }
    }

    /// Where a nested deployment goes; its own expressions are those of `around`.
    pub(crate) fn target<'j>(
        &self,
        deployment: &'j Json<'j>,
        template: &Json<'_>,
        around: &Scope<'j>,
    ) -> Self {
        let said =
            |name: &str| deployment.get(name).map(|json| around.resolve(json).as_text().map(Rc::<str>::from));
        let subscription = said("subscriptionId").unwrap_or_else(|| self.subscription.clone());
        let location = said("location").flatten();
        let above = |level| Self {
            level,
            subscription: subscription.clone(),
            location: location.clone(),
            ..Self::default()
        };
        if let Some(scope) = said("scope") {
            let scope = scope.as_deref().unwrap_or_default().trim_matches('/');
            let group = scope.rsplit_once('/').map(|(_, name)| Rc::from(name));
            return match scope {
                "" => above(Level::Tenant),
                _ => Self { management_group: group, ..above(Level::ManagementGroup) },
            };
        }
        if let Some(group) = said("resourceGroup") {
            let same =
                group.as_deref().zip(self.group.as_deref()).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
                    && subscription == self.subscription;
            let location = if same { self.location.clone() } else { None };
            return Self { level: Level::Group, management_group: None, subscription, group, location };
        }
        if deployment.get("subscriptionId").is_some() {
            return above(Level::Subscription);
        }
        let level = template.get("$schema").map_or(self.level, |_| Level::of(template));
        match level {
            level if level == self.level => self.clone(),
            Level::ManagementGroup => {
                Self { management_group: self.management_group.clone(), ..above(level) }
            }
            level => above(level),
        }
    }

    /// What the id of a resource with `scope` begins with.
    pub(crate) fn scoped(&self, scope: &str) -> Option<String> {
        let bare = scope.trim_end_matches('/');
        match bare {
            "" => Some(String::new()),
            _ if bare.starts_with('/') => Some(bare.to_owned()),
            _ => Some(format!("{}/providers/{bare}", self.base()?)),
        }
    }
}
