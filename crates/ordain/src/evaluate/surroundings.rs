//! What surrounds the resource: clock, request, group, subscription, assignment.

use crate::value::{Object, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// What an evaluation may know beyond the resource. Nothing is made up: no clock unless given.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The frozen clock, in 100 ns since year 1.
    pub now: Option<i128>,
    /// What `subscription()` yields.
    pub subscription: Option<Value>,
    /// What `resourceGroup()` yields.
    pub resource_group: Option<Value>,
    /// What `requestContext()` yields.
    pub request: Option<Value>,
    /// What `policy()` yields, instead of the definition's own id.
    pub policy: Option<Value>,
    /// What `claims()` yields.
    pub claims: Option<Value>,
    /// API version in which the body is written.
    pub api_version: Option<Arc<str>>,
    /// Rows of groups and subscriptions.
    pub containers: Option<Arc<Containers>>,
    /// Where the resource goes, as far as its own id does not tell.
    pub destination: Destination,
}

/// Where a resource is put whose id is not known (spec G-8, I-48). What is absent is not known.
#[derive(Clone, Debug, Default)]
pub struct Destination {
    /// The id of the group, subscription or resource that it is put into; empty for the tenant.
    pub place: Option<Arc<str>>,
    /// The guid of the subscription, where nothing more is known.
    pub subscription: Option<Arc<str>>,
    /// The location of the resource group.
    pub group_location: Option<Arc<str>>,
}

/// Rows of resource groups and subscriptions that the input holds, by id.
#[derive(Clone, Debug, Default)]
pub struct Containers {
    rows: HashMap<String, Object>,
}

impl Containers {
    /// Adds the row of a group or subscription.
    pub fn insert(&mut self, id: &str, row: Object) {
        self.rows.insert(id.trim_end_matches('/').to_ascii_lowercase(), row);
    }

    /// Adds what was found elsewhere; later rows win.
    pub fn append(&mut self, other: Self) {
        self.rows.extend(other.rows);
    }

    /// The row of an id in lower case.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Object> {
        self.rows.get(id)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}
