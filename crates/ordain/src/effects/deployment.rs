//! The deployment that deployIfNotExists would issue (spec E-97 … E-102). It is never executed or expanded.

use super::subject::Subject;
use crate::ast::Template;
use crate::expr::template;
use crate::plan::{Passed, Remedy};
use crate::value::{Fault, FaultKind, Object, Reason, Value};
use std::sync::Arc;

/// A deployment as data.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Deployment {
    /// Whether it goes to the subscription rather than a resource group.
    pub at_subscription: bool,
    /// The id of what it goes to; `None` when that cannot be told (spec E-97).
    pub scope: Option<String>,
    /// The resource group that it goes to.
    pub resource_group: Option<String>,
    /// `location`, which deployments to subscriptions need.
    pub location: Option<Value>,
    /// `mode`, as written.
    pub mode: Option<String>,
    /// What is passed to each parameter, in the form of a deployment: `{"name": {"value": …}}`.
    pub parameters: Object,
    /// The template, untouched.
    pub template: Value,
    /// Roles that the identity of the remediation needs, as written.
    pub role_definition_ids: Vec<Value>,
    /// The first failure among its expressions (spec E-100).
    pub error: Option<Fault>,
    /// Parameters that are passed nothing, by name: their expression failed, or what is passed is no `{ "value": … }`
    /// (spec E-100, E-102).
    pub failed_parameters: Vec<(Arc<str>, Fault)>,
    /// It is not certain that no related resource satisfies (spec E-93).
    pub tentative: bool,
    /// A parameter depends on what the input does not hold.
    pub unresolved: Option<Reason>,
}

impl Deployment {
    /// Whether the resource group that it should go to is named nowhere: `DeploymentGroupMissing` (spec E-97).
    #[must_use]
    pub fn lacks_group(&self) -> bool {
        !self.at_subscription && self.resource_group.is_none()
    }
}

/// Works out a deployment; `None` when the details have none.
pub(crate) fn deployment(remedy: &Remedy, subject: &Subject<'_>, tentative: bool) -> Option<Deployment> {
    let body = remedy.template.clone()?;
    let mut made = Deployment {
        at_subscription: false,
        scope: None,
        resource_group: None,
        location: None,
        mode: None,
        parameters: Object::new(),
        template: body,
        role_definition_ids: remedy.roles.to_vec(),
        error: None,
        failed_parameters: Vec::new(),
        tentative,
        unresolved: None,
    };
    let scope = made.text(remedy.scope.as_ref(), subject, "deploymentScope");
    match scope.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("resourcegroup") => {}
        Some("subscription") => made.at_subscription = true,
        Some(other) => {
            let message = format!("`deploymentScope` is `ResourceGroup` or `Subscription`, not `{other}`");
            made.fail(Fault::new(FaultKind::EffectDetails, message));
        }
    }
    let named = made.text(remedy.group.as_ref(), subject, "resourceGroupName");
    let subscription = subject.subscription.as_ref().map(|id| format!("/subscriptions/{id}"));
    if made.at_subscription {
        made.scope = subscription;
    } else {
        // The group of a subscription is none, so that only a named one will do.
        let own = subject.group.clone().filter(|_| !subject.is_subscription());
        made.resource_group = named.or(own);
        made.scope = subscription
            .zip(made.resource_group.as_ref())
            .map(|(subscription, group)| format!("{subscription}/resourceGroups/{group}"));
    }
    made.location = made.value(remedy.location.as_ref(), subject);
    made.mode = made.text(remedy.mode.as_ref(), subject, "mode");
    for (name, passed) in &remedy.parameters {
        match passed {
            Passed::Value(value) => match made.known(template(value, subject.context)) {
                Ok(value) => {
                    let mut object = Object::new();
                    object.push("value", value);
                    made.parameters.push(name.clone(), Value::object(object));
                }
                Err(fault) => {
                    let message = format!("the deployment's parameter `{name}`: {}", fault.message());
                    made.fail(Fault::new(fault.kind(), message));
                    made.failed_parameters.push((name.clone(), fault));
                }
            },
            Passed::AsWritten(value) => made.parameters.push(name.clone(), value.clone()),
            Passed::Bare => {
                let message = format!("the deployment's parameter `{name}` is no `{{ \"value\": … }}`");
                made.fail(Fault::new(FaultKind::EffectDetails, message));
                let fault =
                    Fault::new(FaultKind::EffectDetails, "it stands bare: `{ \"value\": … }` is wanted");
                made.failed_parameters.push((name.clone(), fault));
            }
        }
    }
    Some(made)
}

impl Deployment {
    fn fail(&mut self, fault: Fault) {
        self.error.get_or_insert(fault);
    }

    /// The value of a template; what failed is remembered, and the rest is worked out nevertheless.
    fn value(&mut self, from: Option<&Template>, subject: &Subject<'_>) -> Option<Value> {
        match self.known(template(from?, subject.context)) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fail(fault);
                None
            }
        }
    }

    /// Remembers what a value leaves open.
    fn known(&mut self, value: Result<Value, Fault>) -> Result<Value, Fault> {
        if let Ok(Value::Unknown(reason)) = &value {
            self.unresolved = self.unresolved.or(Some(*reason));
        }
        value
    }

    fn text(&mut self, from: Option<&Template>, subject: &Subject<'_>, what: &str) -> Option<String> {
        match self.value(from, subject)? {
            Value::Text(text) if !text.is_empty() => Some(text.to_string()),
            Value::Unknown(_) => None,
            other => {
                let found = if other.as_text().is_some() { "the empty text" } else { other.kind() };
                let message = format!("`{what}` must be a text, not {found}");
                self.fail(Fault::new(FaultKind::EffectDetails, message));
                None
            }
        }
    }
}
