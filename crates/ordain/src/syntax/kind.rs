//! Which policy document an object is, and what the service says of such: tests 5 to 15b of the table of spec I-9.

use crate::json::Json;

/// The kinds of documents that policies are made of, and those that speak of them.
///
/// ```
/// use ordain::{PolicyDocument, json};
///
/// let kind = |text| PolicyDocument::of(&json::read(text, json::Dialect::Strict).0.unwrap());
/// assert_eq!(kind(r#"{"properties": {"policyRule": {}}}"#), Some(PolicyDocument::Definition));
/// assert_eq!(kind(r#"{"Name": "set", "PolicyDefinition": {"policyDefinitionId": "d"}}"#), Some(PolicyDocument::Initiative));
/// assert_eq!(kind(r#"{"type": "A.B/c", "name": "x"}"#), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyDocument {
    /// Settings of a policy-as-code repository.
    Settings,
    /// A tree of assignments of such a repository.
    AssignmentTree,
    /// Its exemptions.
    ExemptionFile,
    /// A definition.
    Definition,
    /// An initiative.
    Initiative,
    /// An exemption.
    Exemption,
    /// An enrollment.
    Enrollment,
    /// An attestation.
    Attestation,
    /// What the service found of one resource and policy.
    State,
    /// What the service found, counted.
    ComplianceSummary,
    /// An assignment.
    Assignment,
    /// A reference of an initiative that was split.
    Reference,
    /// A rule alone.
    Rule,
    /// Parameter declarations alone.
    Declarations,
    /// A by-product of a policy repository.
    ByProduct,
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

impl PolicyDocument {
    /// The first of the tests that fits an object; `None` for what is no such document. Tests 1 to 4d come before
    /// them: templates, previews and plans are asked for elsewhere ([`crate::requests::kind`]).
    #[must_use]
    pub fn of(json: &Json<'_>) -> Option<Self> {
        Asked::new(json).policy_document()
    }
}

/// One object, asked as the tests of the table ask.
pub(super) struct Asked<'j, 't> {
    pub json: &'j Json<'t>,
    pub properties: Option<&'j Json<'t>>,
    /// Its type in lower case; `ResourceType` is one too (spec I-20).
    pub kind: String,
}

impl<'j, 't> Asked<'j, 't> {
    pub fn new(json: &'j Json<'t>) -> Self {
        let properties = json.get("properties").filter(|p| p.is_object());
        let state = ["complianceState", "isCompliant", "@odata.id"].iter().any(|key| json.get(key).is_some());
        let kind = json.get("type").or_else(|| json.get("ResourceType").filter(|_| !state));
        let kind = kind.and_then(Json::as_text).unwrap_or_default().to_ascii_lowercase();
        Self { json, properties, kind }
    }

    pub fn has(&self, key: &str) -> bool {
        self.json.get(key).is_some()
    }

    /// The `†` of the table: at top level or under `properties`.
    pub fn inner(&self, key: &str) -> bool {
        self.has(key) || self.below(key)
    }

    pub fn below(&self, key: &str) -> bool {
        self.properties.is_some_and(|p| p.get(key).is_some())
    }

    pub fn text(&self, key: &str) -> &str {
        self.json.get(key).and_then(Json::as_text).unwrap_or_default()
    }

    pub fn list(&self, key: &str) -> bool {
        self.json.get(key).is_some_and(Json::is_array)
    }

    pub fn policy_document(&self) -> Option<PolicyDocument> {
        self.repository().or_else(|| self.policy()).or_else(|| self.part())
    }

    /// Tests 5 to 7.
    fn repository(&self) -> Option<PolicyDocument> {
        if self.has("pacOwnerId") {
            return Some(PolicyDocument::Settings);
        }
        if self.has("nodeName") {
            return Some(PolicyDocument::AssignmentTree);
        }
        let file = self.list("exemptions") && !self.has("id") && !self.inner("policyDefinitionId");
        file.then_some(PolicyDocument::ExemptionFile)
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
    fn policy(&self) -> Option<PolicyDocument> {
        if !self.is_not("/policydefinitions", true) && self.inner("policyRule") {
            return Some(PolicyDocument::Definition);
        }
        // The newer PowerShell module names the list in the singular (spec I-64).
        let references = self.inner("policyDefinitions")
            || (self.has("policyDefinition") && !self.has("policyDefinitionId"));
        if references && !self.is_not("/policysetdefinitions", true) {
            return Some(PolicyDocument::Initiative);
        }
        if self.inner("exemptionCategory") && !self.is_not("/policyexemptions", false) {
            return Some(PolicyDocument::Exemption);
        }
        if self.kind.ends_with("/policyenrollments") {
            return Some(PolicyDocument::Enrollment);
        }
        let state = self.inner("complianceState");
        let told = state || self.inner("isCompliant");
        let at_top = self.has("complianceState") || self.has("isCompliant");
        // At top level `resourceId` is the id, but for rows of states (spec I-9, I-20).
        let of_resource = self.below("resourceId") || (at_top && self.has("resourceId"));
        if self.kind.ends_with("/attestations") || (state && self.inner("policyAssignmentId") && !of_resource)
        {
            return Some(PolicyDocument::Attestation);
        }
        let odata = ["@odata.context", "@odata.id"].iter().any(|key| {
            let text = self.text(key).to_ascii_lowercase();
            text.contains("/policystates/") || text.contains("/policyevents/")
        });
        if ((of_resource && told) || odata) && !self.list("value") {
            return Some(PolicyDocument::State);
        }
        if self.list("policyAssignments") && self.json.get("results").is_some_and(Json::is_object) {
            return Some(PolicyDocument::ComplianceSummary);
        }
        let named = self.has("id")
            || self.has("name")
            || self.has("ResourceId")
            || ["displayName", "scope", "enforcementMode"].iter().any(|key| self.inner(key));
        let assigns = self.inner("policyDefinitionId") && named;
        if assigns && !self.is_not("/policyassignments", false) {
            return Some(PolicyDocument::Assignment);
        }
        // Said by the type, though what decides is missing: reading it says what (spec I-11).
        let kind = self.kind.strip_prefix("microsoft.authorization/")?;
        match kind.strip_suffix("/versions").unwrap_or(kind) {
            "policydefinitions" => Some(PolicyDocument::Definition),
            "policysetdefinitions" => Some(PolicyDocument::Initiative),
            "policyassignments" => Some(PolicyDocument::Assignment),
            "policyexemptions" => Some(PolicyDocument::Exemption),
            _ => None,
        }
    }

    /// Tests 14a to 15b.
    fn part(&self) -> Option<PolicyDocument> {
        let members = self.json.members();
        let refers = self.has("policyDefinitionId") || self.has("policyDefinitionName");
        if refers && members.iter().all(|m| REFERENCE.iter().any(|key| m.key.eq_ignore_ascii_case(key))) {
            return Some(PolicyDocument::Reference);
        }
        if self.has("if") && self.has("then") && !self.kind.contains('/') {
            return Some(PolicyDocument::Rule);
        }
        let declares = |json: &Json<'_>| json.get("type").is_some_and(|t| t.as_text().is_some());
        if !members.is_empty() && members.iter().all(|m| declares(&m.value)) {
            return Some(PolicyDocument::Declarations);
        }
        let schema = self.text("$schema").to_ascii_lowercase();
        let by_product = ["json-schema.org", "createuidefinition", "uiformdefinition"]
            .iter()
            .any(|name| schema.contains(name))
            || self.has("documentAssignments")
            || self.has("documentPolicySets");
        by_product.then_some(PolicyDocument::ByProduct)
    }
}
