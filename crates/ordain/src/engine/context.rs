//! What is known around a resource.

use super::Error;
use crate::document::Completeness;
use crate::evaluate::{Destination, Surroundings};
use crate::related::RelatedResources;
use crate::requests::{Request, RequestOptions};
use crate::value::{Value, time};
use std::sync::Arc;
use std::time::SystemTime;

/// What is known around a resource. Nothing is made up: without a clock `utcNow()` fails.
#[derive(Clone, Debug, Default)]
pub struct Context {
    completeness: Completeness,
    properties_as_missing: bool,
    incomplete_as_unknown: bool,
    evaluate_exempt: bool,
    tags_only: bool,
    surroundings: Surroundings,
    related: Option<Arc<RelatedResources>>,
    principal: Option<Value>,
}

/// A whole resource body and nothing around it.
static BARE: Context = Context {
    completeness: Completeness::Whole,
    properties_as_missing: false,
    incomplete_as_unknown: false,
    evaluate_exempt: false,
    tags_only: false,
    surroundings: Surroundings {
        now: None,
        subscription: None,
        resource_group: None,
        request: None,
        policy: None,
        claims: None,
        api_version: None,
        containers: None,
        destination: Destination { place: None, subscription: None, group_location: None },
    },
    related: None,
    principal: None,
};

impl Context {
    /// A whole resource body and nothing around it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The document is a row of an export: properties may not have been exported (spec I-16, I-17).
    #[must_use]
    pub fn row(mut self) -> Self {
        self.completeness = Completeness::Row;
        self
    }

    /// Properties that were not exported count as missing (option `--properties-as-missing`).
    #[must_use]
    pub fn properties_as_missing(mut self) -> Self {
        self.properties_as_missing = true;
        self
    }

    /// Related resources whose condition is false only for want of a member leave it open (option
    /// `--incomplete-as-unknown`, spec E-96).
    #[must_use]
    pub fn incomplete_as_unknown(mut self) -> Self {
        self.incomplete_as_unknown = true;
        self
    }

    /// Rules are judged where an exemption covers the resource, too: the state stays `Exempt` (option
    /// `--evaluate-exempt`, spec E-34).
    #[must_use]
    pub fn evaluate_exempt(mut self) -> Self {
        self.evaluate_exempt = true;
        self
    }

    /// A request patches nothing but tags: only policies whose rule looks at tags are asked (option `--tags-only`,
    /// spec E-25).
    #[must_use]
    pub fn tags_only(mut self) -> Self {
        self.tags_only = true;
        self
    }

    pub(super) fn patches_tags_only(&self) -> bool {
        self.tags_only
    }

    pub(super) fn judges_exempt(&self) -> bool {
        self.evaluate_exempt
    }

    pub(super) fn takes_incomplete_as_unknown(&self) -> bool {
        self.incomplete_as_unknown
    }

    /// The frozen clock, such as `2026-01-31T12:00:00Z`.
    ///
    /// # Errors
    /// [`Error::Clock`] when it is no such timestamp.
    pub fn now(mut self, now: &str) -> Result<Self, Error> {
        self.surroundings.now = Some(time::universal(now).ok_or_else(|| Error::Clock(now.to_owned()))?);
        Ok(self)
    }

    /// The clock as a point in time of the caller's system, in whole seconds: for programs that judge as of today.
    /// Points outside the years 1 to 9999 give no clock.
    #[must_use]
    pub fn at(mut self, time: SystemTime) -> Self {
        let seconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i128::from(after.as_secs()),
            Err(before) => -i128::from(before.duration().as_secs()),
        };
        self.surroundings.now = time::within(time::EPOCH + seconds * time::SECOND);
        self
    }

    /// What `subscription()` yields.
    #[must_use]
    pub fn subscription(mut self, subscription: Value) -> Self {
        self.surroundings.subscription = Some(subscription);
        self
    }

    /// What `resourceGroup()` yields.
    #[must_use]
    pub fn resource_group(mut self, group: Value) -> Self {
        self.surroundings.resource_group = Some(group);
        self
    }

    /// What `requestContext()` yields.
    #[must_use]
    pub fn request(mut self, request: Value) -> Self {
        self.surroundings.request = Some(request);
        self
    }

    /// What `policy()` yields, in place of the definition's own id.
    #[must_use]
    pub fn policy(mut self, policy: Value) -> Self {
        self.surroundings.policy = Some(policy);
        self
    }

    /// The API version in which the body is written.
    #[must_use]
    pub fn api_version(mut self, version: &str) -> Self {
        self.surroundings.api_version = Some(version.into());
        self
    }

    /// A whole resource body and nothing around it, for those who need no other.
    pub(super) fn bare() -> &'static Self {
        &BARE
    }

    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    pub(super) fn takes_properties_as_missing(&self) -> bool {
        self.properties_as_missing
    }

    /// How much the document holds: all of it where properties that were not exported count as missing.
    pub(crate) fn completeness(&self) -> Completeness {
        if self.properties_as_missing { Completeness::Whole } else { self.completeness }
    }

    /// What `claims()` yields.
    #[must_use]
    pub fn claims(mut self, claims: Value) -> Self {
        self.surroundings.claims = Some(claims);
        self
    }

    /// Who asks, for selectors on principals: `{"userId": …, "groupIds": [ … ]}` (spec G-66, I-21).
    #[must_use]
    pub fn principal(mut self, principal: Value) -> Self {
        self.principal = Some(principal);
        self
    }

    /// The clock in ticks of 100 ns since the beginning of year 1.
    pub(crate) fn clock(&self) -> Option<i128> {
        self.surroundings.now
    }

    pub(super) fn who(&self) -> Option<&Value> {
        self.principal.as_ref()
    }

    /// Other resources of the same input, in which related ones are looked for. Without them
    /// `auditIfNotExists` and `deployIfNotExists` stay `NotEvaluated` (spec E-93).
    #[must_use]
    pub fn related(mut self, related: Arc<RelatedResources>) -> Self {
        self.related = Some(related);
        self
    }

    pub(super) fn related_resources(&self) -> Option<&RelatedResources> {
        self.related.as_deref()
    }

    /// The same surroundings for a request: how much its body holds, and what a payload says of clock, group,
    /// subscription and caller (spec I-21).
    ///
    /// ```
    /// # fn main() -> Result<(), ordain::Error> {
    /// let source = ordain::Source::new(
    ///     "payload.json",
    ///     r#"{"resource": {"type": "A.B/c"}, "context": {"resourceGroup": {"location": "westeurope"}}}"#,
    /// );
    /// let (json, _) = ordain::json::read(source.text(), ordain::json::Dialect::Strict);
    /// let found = ordain::requests::read(&source, &json.unwrap(), &Default::default()).unwrap();
    /// let engine = ordain::Engine::builder()
    ///     .definition_json(r#"{ "mode": "All", "policyRule": {
    ///         "if": { "value": "[resourceGroup().location]", "equals": "westeurope" },
    ///         "then": { "effect": "audit" } } }"#)?
    ///     .build()?;
    /// for request in &found.requests {
    ///     let context = ordain::Context::new().for_request(request)?;
    ///     let evaluation = engine.evaluate_in(&request.body, &context)?;
    ///     assert_eq!(evaluation.outcomes().next().map(|o| o.state()), Some(ordain::State::NonCompliant));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Clock`] when the payload's clock is no timestamp.
    pub fn for_request(&self, request: &Request) -> Result<Self, Error> {
        let said = &request.context;
        let mut context = Self { completeness: request.completeness, ..self.clone() };
        context.surroundings.destination = request.destination();
        if let Some(now) = &said.now {
            context = context.now(now)?;
        }
        let surroundings = &mut context.surroundings;
        let over = |slot: &mut Option<Value>, given: &Option<Value>| {
            if let Some(given) = given {
                *slot = Some(given.clone());
            }
        };
        over(&mut surroundings.subscription, &said.subscription);
        over(&mut surroundings.resource_group, &said.resource_group);
        over(&mut surroundings.request, &said.request);
        Ok(context)
    }

    /// Where resources go that have no id (spec G-8): what `resource_group`, `subscription` and `location` of the
    /// options say, the location being that of the group. Requests that were read with the same options know it
    /// already.
    ///
    /// ```
    /// # fn main() -> Result<(), ordain::Error> {
    /// let engine = ordain::Engine::builder()
    ///     .definition_json(r#"{ "mode": "All", "policyRule": {
    ///         "if": { "value": "[resourceGroup().name]", "equals": "rg-web" },
    ///         "then": { "effect": "deny" } } }"#)?
    ///     .build()?;
    /// let body = serde_json::json!({ "type": "A.B/c", "name": "n" });
    /// let verdict = |context: &ordain::Context| engine.request(&body, context).map(|request| request.verdict);
    /// let context = ordain::Context::new();
    /// assert_eq!(verdict(&context)?, ordain::Verdict::Undecided);
    /// let options = ordain::requests::RequestOptions {
    ///     subscription: Some("11111111-2222-4333-8444-555555555501".into()),
    ///     resource_group: Some("rg-web".into()),
    ///     ..Default::default()
    /// };
    /// assert_eq!(verdict(&context.destined(&options))?, ordain::Verdict::Denied);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn destined(mut self, options: &RequestOptions) -> Self {
        self.surroundings.destination = options.destination();
        self
    }

    /// The group, subscription or resource that a resource without id is put into.
    pub(crate) fn place(&self) -> Option<&str> {
        self.surroundings.destination.place.as_deref()
    }

    /// Rows of resource groups and subscriptions that the input holds.
    #[must_use]
    pub fn containers(mut self, containers: Arc<crate::evaluate::Containers>) -> Self {
        self.surroundings.containers = Some(containers);
        self
    }
}
