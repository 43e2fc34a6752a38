//! What one object of a policy text is: the table of spec I-9, in its order.

use super::kind::{Asked, PolicyDocument};
use crate::json::Json;

/// The kinds of objects that are told apart where policies are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `{"value": […]}`
    Page,
    /// An answer of Resource Graph: rows under `data`, or columns and rows.
    Answer,
    /// A deployment template.
    Template,
    /// A template as the service exports it, under `template`.
    Exported,
    /// A definition with `properties`.
    Nested,
    /// A definition without.
    Flat,
    /// A rule alone.
    BareRule,
    /// An initiative.
    Initiative,
    /// An assignment.
    Assignment,
    /// An exemption.
    Exemption,
    /// An enrollment.
    Enrollment,
    /// An attestation.
    Attestation,
    /// Management groups and who is below them; a subscription.
    Hierarchy,
    /// Settings of a policy-as-code repository.
    Settings,
    /// A tree of assignments of such a repository.
    Tree,
    /// Its exemptions.
    ExemptionFile,
    /// A definition's properties without a rule.
    Ruleless,
    /// Parameter declarations alone.
    Declarations,
    /// A document of another kind, with the word for one.
    Stranger(&'static str),
    /// A by-product of a policy repository that is passed over.
    Passed,
    /// None of these.
    Unknown,
}

impl Shape {
    /// The first row of the table that fits.
    #[must_use]
    pub fn of(json: &Json<'_>) -> Self {
        let asked = Asked::new(json);
        asked
            .deployment()
            .or_else(|| asked.policy_document().map(|document| asked.shape(document)))
            .or_else(|| asked.container())
            .or_else(|| asked.row())
            .unwrap_or(Self::Unknown)
    }
}

impl Asked<'_, '_> {
    /// A policy document as it is read here.
    fn shape(&self, document: PolicyDocument) -> Shape {
        match document {
            PolicyDocument::Definition if self.below("policyRule") => Shape::Nested,
            PolicyDocument::Definition if self.has("policyRule") => Shape::Flat,
            PolicyDocument::Definition => Shape::Ruleless,
            PolicyDocument::Settings => Shape::Settings,
            PolicyDocument::AssignmentTree => Shape::Tree,
            PolicyDocument::ExemptionFile => Shape::ExemptionFile,
            PolicyDocument::Initiative => Shape::Initiative,
            PolicyDocument::Exemption => Shape::Exemption,
            PolicyDocument::Enrollment => Shape::Enrollment,
            PolicyDocument::Attestation => Shape::Attestation,
            PolicyDocument::Assignment => Shape::Assignment,
            PolicyDocument::Rule => Shape::BareRule,
            PolicyDocument::Declarations => Shape::Declarations,
            PolicyDocument::State => Shape::Stranger("policy state"),
            PolicyDocument::ComplianceSummary => Shape::Stranger("compliance summary"),
            PolicyDocument::Reference => Shape::Stranger("reference of an initiative"),
            PolicyDocument::ByProduct => Shape::Passed,
        }
    }

    /// Tests 1 to 4d.
    fn deployment(&self) -> Option<Shape> {
        let schema = self.text("$schema").to_ascii_lowercase();
        if schema.contains("deploymentparameters.json") {
            return Some(Shape::Stranger("parameter file"));
        }
        if is_template(self.json) {
            return Some(Shape::Template);
        }
        let plan = ["planned_values", "resource_changes", "values"].iter().any(|key| self.has(key));
        if self.has("format_version") && plan {
            return Some(Shape::Stranger("Terraform plan"));
        }
        let changes = self.json.get("changes").or_else(|| self.properties?.get("changes"));
        let preview = changes.is_some_and(|changes| {
            changes.get("resourceChanges").is_some()
                || changes.items().iter().any(|change| change.get("changeType").is_some())
        });
        if preview || self.kind.ends_with("/deploymentstackswhatifresults") {
            return Some(Shape::Stranger("what-if result"));
        }
        if self.json.get("template").is_some_and(is_template) && self.kind.is_empty() {
            return Some(Shape::Exported);
        }
        let failed = self.json.get("error").is_some_and(Json::is_object);
        if failed && !self.has("id") {
            return Some(Shape::Stranger("failed call"));
        }
        self.list("predictedResources").then_some(Shape::Stranger("Bicep snapshot"))
    }

    /// Tests 16 to 18.
    fn container(&self) -> Option<Shape> {
        let data = self.json.get("data");
        if data.is_some_and(|data| {
            data.is_array() || (data.get("columns").is_some() && data.get("rows").is_some())
        }) {
            return Some(Shape::Answer);
        }
        if self.list("value") && self.kind.is_empty() {
            return Some(Shape::Page);
        }
        let objects = |key: &str| {
            self.json.get(key).is_some_and(|list| list.is_array() && list.items().iter().all(Json::is_object))
        };
        let tree = objects("managementGroups") || (objects("subscriptions") && !self.has("id"));
        tree.then_some(Shape::Hierarchy)
    }

    /// Tests 19 to 23, and what is a definition but for its rule.
    fn row(&self) -> Option<Shape> {
        let id = crate::ids::normal(
            self.json
                .get("id")
                .or_else(|| self.json.get("ResourceId"))
                .and_then(Json::as_text)
                .unwrap_or_default(),
        );
        let segments: Vec<&str> = id.split('/').skip(1).collect();
        let group = matches!(segments[..], ["providers", "microsoft.management", "managementgroups", _]);
        let subscription = matches!(segments[..], ["subscriptions", _]) && id.starts_with("/subscriptions/");
        let account =
            self.has("tenantId") && self.has("state") && (self.has("subscriptionId") || self.has("id"));
        let kinds = ["/managementgroups", "/managementgroups/subscriptions"];
        if group
            || subscription
            || kinds.iter().any(|end| self.kind.ends_with(end))
            || matches!(&*self.kind, "/subscriptions" | "microsoft.resources/subscriptions")
            || (account && !self.kind.contains('/'))
        {
            return Some(Shape::Hierarchy);
        }
        if self.json.entry("policyRule").is_some() {
            return Some(Shape::Ruleless);
        }
        if self.kind.contains('/') || (segments.len() > 1 && id.contains("/providers/")) {
            return Some(Shape::Stranger("resource"));
        }
        let request = ["parameters", "context", "action"].iter().any(|key| self.has(key));
        if self.json.get("resource").is_some_and(Json::is_object) && request {
            return Some(Shape::Stranger("request to test policies with"));
        }
        let body = self.below("mode") || (self.below("displayName") && self.below("parameters"));
        let ruleless = self.properties.is_some() && (body || self.inner("mode"));
        ruleless.then_some(Shape::Ruleless)
    }
}

/// Templates of the four scopes end alike (test 2).
fn is_template(json: &Json<'_>) -> bool {
    let schema = json.get("$schema").and_then(Json::as_text).unwrap_or_default().to_ascii_lowercase();
    json.get("resources").is_some()
        && (schema.contains("deploymenttemplate.json") || json.get("contentVersion").is_some())
}
