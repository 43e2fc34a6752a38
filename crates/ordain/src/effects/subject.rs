//! The resource as its effects see it: what is asked of it only when a finding is worked out.

use crate::aliases::Aliases;
use crate::document::{Facts, Slot};
use crate::expr::Context;
use crate::functions::Ask;
use crate::ids::{self, ResourceId};
use crate::value::text::key_eq;
use crate::value::{Node, Value, View, copy_of};

use super::place::Shape;

/// A resource that a rule is true of.
pub(crate) struct Subject<'s> {
    /// Answers the expressions in details.
    pub(crate) context: &'s dyn Context,
    pub(crate) aliases: &'s Aliases,
    pub(crate) resource_type: &'s str,
    /// The API version in which the body is written.
    pub(crate) version: Option<&'s str>,
    pub(crate) shape: Shape,
    pub(crate) subscription: Option<String>,
    pub(crate) group: Option<String>,
    /// The document, copied when it is asked for.
    pub(crate) body: &'s dyn Fn() -> Value,
}

impl Subject<'_> {
    /// The API version of the request; `None` when it is the sentinel that stands for the newest (spec E-41).
    pub(super) fn request_version(&self) -> Option<String> {
        let request = self.context.ask(Ask::RequestContext, &[]).ok()?;
        let version = request.as_object()?.get("apiVersion")?.as_text()?;
        (version != crate::evaluate::NEWEST_API_VERSION).then(|| version.to_owned())
    }

    pub(super) fn is_subscription(&self) -> bool {
        key_eq(self.resource_type, ids::SUBSCRIPTION_TYPE)
    }
}

/// What the shape of a document says about places in it.
pub(crate) fn shape<'d, N: Node<'d>>(facts: &Facts<'d, N>) -> Shape {
    let hidden = match facts.root_member("properties") {
        Slot::Unknown(reason) => Some(reason),
        _ => None,
    };
    Shape { flattened: facts.is_flattened(), hidden, create_parents: false }
}

/// Subscription and resource group, from the id or from columns that stand in for it (spec L-111).
pub(crate) fn place<'d, N: Node<'d>>(root: N, facts: &Facts<'d, N>) -> (Option<String>, Option<String>) {
    let column = |name: &str| match root.member(name)?.view() {
        View::Text(text) if !text.is_empty() => Some(text.to_owned()),
        _ => None,
    };
    match facts.id().and_then(ResourceId::parse) {
        Some(id) => (id.subscription.map(str::to_owned), id.resource_group.map(str::to_owned)),
        None => (column("subscriptionId"), column("resourceGroup").or_else(|| column("ResourceGroupName"))),
    }
}

/// A copy of a document to be changed.
pub(crate) fn body<'d, N: Node<'d>>(root: N) -> Value {
    copy_of(root)
}
