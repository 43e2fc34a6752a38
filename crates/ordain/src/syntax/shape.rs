//! What one object of a policy text is: the table of spec I-9, in its order.

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

/// Keys of a reference of an initiative (test 14a).
const REFERENCE: [&str; 7] = [
    "policyDefinitionId",
    "policyDefinitionName",
    "policyDefinitionReferenceId",
    "parameters",
    "groupNames",
    "definitionVersion",
    "$schema",
];

/// One object, asked as the tests of the table ask.
struct Asked<'j, 't> {
    json: &'j Json<'t>,
    properties: Option<&'j Json<'t>>,
    /// Its type in lower case; `ResourceType` is one too (spec I-20).
    kind: String,
}

impl Shape {
    /// The first row of the table that fits.
    #[must_use]
    pub fn of(json: &Json<'_>) -> Self {
        let properties = json.get("properties").filter(|p| p.is_object());
        let state = ["complianceState", "isCompliant", "@odata.id"].iter().any(|key| json.get(key).is_some());
        let kind = json.get("type").or_else(|| json.get("ResourceType").filter(|_| !state));
        let kind = kind.and_then(Json::as_text).unwrap_or_default().to_ascii_lowercase();
        let asked = Asked { json, properties, kind };
        asked
            .deployment()
            .or_else(|| asked.repository())
            .or_else(|| asked.policy())
            .or_else(|| asked.part())
            .or_else(|| asked.container())
            .or_else(|| asked.row())
            .unwrap_or(Self::Unknown)
    }
}

impl Asked<'_, '_> {
    fn has(&self, key: &str) -> bool {
        self.json.get(key).is_some()
    }

    /// The `†` of the table: at top level or under `properties`.
    fn inner(&self, key: &str) -> bool {
        self.has(key) || self.below(key)
    }

    fn below(&self, key: &str) -> bool {
        self.properties.is_some_and(|p| p.get(key).is_some())
    }

    fn text(&self, key: &str) -> &str {
        self.json.get(key).and_then(Json::as_text).unwrap_or_default()
    }

    fn list(&self, key: &str) -> bool {
        self.json.get(key).is_some_and(Json::is_array)
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

    /// Tests 5 to 7.
    fn repository(&self) -> Option<Shape> {
        if self.has("pacOwnerId") {
            return Some(Shape::Settings);
        }
        if self.has("nodeName") {
            return Some(Shape::Tree);
        }
        let file = self.list("exemptions") && !self.has("id") && !self.inner("policyDefinitionId");
        file.then_some(Shape::ExemptionFile)
    }

    /// Whether a test does not apply, since the type says that the object is something else (spec I-92).
    fn is_not(&self, end: &str, versioned: bool) -> bool {
        let kind = match self.kind.strip_suffix("/versions") {
            Some(kind) if versioned => kind,
            _ => &self.kind,
        };
        kind.contains('/') && !kind.ends_with(end)
    }

    /// Tests 8 to 14.
    fn policy(&self) -> Option<Shape> {
        if !self.is_not("/policydefinitions", true) {
            if self.below("policyRule") {
                return Some(Shape::Nested);
            }
            if self.has("policyRule") {
                return Some(Shape::Flat);
            }
        }
        // The newer PowerShell module names the list in the singular (spec I-64).
        let references = self.inner("policyDefinitions")
            || (self.has("policyDefinition") && !self.has("policyDefinitionId"));
        if references && !self.is_not("/policysetdefinitions", true) {
            return Some(Shape::Initiative);
        }
        if self.inner("exemptionCategory") && !self.is_not("/policyexemptions", false) {
            return Some(Shape::Exemption);
        }
        if self.kind.ends_with("/policyenrollments") {
            return Some(Shape::Enrollment);
        }
        let state = self.inner("complianceState");
        let told = state || self.inner("isCompliant");
        let at_top = self.has("complianceState") || self.has("isCompliant");
        // At top level `resourceId` is the id, but for rows of states (spec I-9, I-20).
        let of_resource = self.below("resourceId") || (at_top && self.has("resourceId"));
        if self.kind.ends_with("/attestations") || (state && self.inner("policyAssignmentId") && !of_resource)
        {
            return Some(Shape::Attestation);
        }
        let odata = ["@odata.context", "@odata.id"].iter().any(|key| {
            let text = self.text(key).to_ascii_lowercase();
            text.contains("/policystates/") || text.contains("/policyevents/")
        });
        if ((of_resource && told) || odata) && !self.list("value") {
            return Some(Shape::Stranger("policy state"));
        }
        if self.list("policyAssignments") && self.json.get("results").is_some_and(Json::is_object) {
            return Some(Shape::Stranger("compliance summary"));
        }
        let named = self.has("id")
            || self.has("name")
            || self.has("ResourceId")
            || ["displayName", "scope", "enforcementMode"].iter().any(|key| self.inner(key));
        let assigns = self.inner("policyDefinitionId") && named;
        if assigns && !self.is_not("/policyassignments", false) {
            return Some(Shape::Assignment);
        }
        // Said by the type, though what decides is missing: reading it says what.
        match self.kind.rsplit('/').next() {
            _ if !self.kind.contains('/') => None,
            Some("policydefinitions") => Some(Shape::Ruleless),
            Some("policysetdefinitions") => Some(Shape::Initiative),
            Some("policyassignments") => Some(Shape::Assignment),
            Some("policyexemptions") => Some(Shape::Exemption),
            _ => None,
        }
    }

    /// Tests 14a to 15b.
    fn part(&self) -> Option<Shape> {
        let members = self.json.members();
        let refers = self.has("policyDefinitionId") || self.has("policyDefinitionName");
        if refers && members.iter().all(|m| REFERENCE.iter().any(|key| m.key.eq_ignore_ascii_case(key))) {
            return Some(Shape::Stranger("reference of an initiative"));
        }
        if self.has("if") && self.has("then") {
            return Some(Shape::BareRule);
        }
        let declares = |json: &Json<'_>| json.get("type").is_some_and(|t| t.as_text().is_some());
        if !members.is_empty() && members.iter().all(|m| declares(&m.value)) {
            return Some(Shape::Declarations);
        }
        let schema = self.text("$schema").to_ascii_lowercase();
        let by_product = ["json-schema.org", "createuidefinition", "uiformdefinition"]
            .iter()
            .any(|name| schema.contains(name))
            || self.has("documentAssignments")
            || self.has("documentPolicySets");
        by_product.then_some(Shape::Passed)
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
