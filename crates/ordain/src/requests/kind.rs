//! What a document is: tests 1 to 4d and 23 of the table of I-9.

use crate::ids::ResourceId;
use crate::json::Json;

/// Documents that ask for something, or answer such a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestKind {
    /// Values for a template; nothing to judge (test 1).
    Parameters,
    /// An ARM template, such as Bicep writes (test 2).
    Template,
    /// A plan or state of Terraform (test 3).
    Plan,
    /// The result of a what-if (test 4).
    WhatIf,
    /// The answer of a call that failed (test 4a, spec I-54).
    Failed,
    /// The answer of a call that a policy refused (test 4a, spec I-57).
    Refusal,
    /// A snapshot of Bicep (test 4b).
    Snapshot,
    /// A template as the service exports it, with an object around it (test 4c).
    ExportedTemplate,
    /// The what-if of a deployment stack (test 4d).
    StackWhatIf,
    /// One resource with what surrounds it, to test policies with (test 23).
    Payload,
}

impl RequestKind {
    /// The kind in words.
    ///
    /// ```
    /// assert_eq!(ordain::requests::RequestKind::Plan.what(), "a Terraform plan or state");
    /// ```
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::Parameters => "a parameter file of a deployment",
            Self::Template => "a deployment template",
            Self::Plan => "a Terraform plan or state",
            Self::WhatIf => "a what-if result",
            Self::Failed => "the answer of a call that failed",
            Self::Refusal => "the answer of a call that a policy refused",
            Self::Snapshot => "a Bicep snapshot",
            Self::ExportedTemplate => "an exported template",
            Self::StackWhatIf => "a what-if result of a deployment stack",
            Self::Payload => "a request to test policies with",
        }
    }

    /// Whether there can be requests in it.
    ///
    /// ```
    /// use ordain::requests::RequestKind;
    /// assert!(RequestKind::Template.has_requests() && !RequestKind::Failed.has_requests());
    /// ```
    #[must_use]
    pub fn has_requests(self) -> bool {
        !matches!(self, Self::Parameters | Self::Failed | Self::Refusal)
    }
}

/// The code of a call that a policy refused.
pub(super) const REFUSED: &str = "RequestDisallowedByPolicy";

/// The kind of a document; `None` when it asks for nothing. Kinds are told by their content, never by their name.
///
/// ```
/// use ordain::requests::{RequestKind, kind};
///
/// let (json, _) = ordain::json::read(r#"{"predictedResources": []}"#, ordain::json::Dialect::Strict);
/// assert_eq!(kind(&json.unwrap()), Some(RequestKind::Snapshot));
/// ```
#[must_use]
pub fn kind(json: &Json<'_>) -> Option<RequestKind> {
    if !json.is_object() {
        return None;
    }
    let has = |name: &str| json.get(name).is_some();
    let text = |name: &str| json.get(name).and_then(Json::as_text);
    if lower(text("$schema")).contains("deploymentparameters.json") {
        return Some(RequestKind::Parameters);
    }
    if is_template(json) {
        return Some(RequestKind::Template);
    }
    if has("format_version") && ["planned_values", "resource_changes", "values"].into_iter().any(has) {
        return Some(RequestKind::Plan);
    }
    let changes = changes(json);
    if let Some(list) = changes.filter(|changes| changes.is_array()) {
        let typed = list.items().iter().any(|change| change.get("changeType").is_some());
        if typed || (list.items().is_empty() && (has("status") || has("diagnostics"))) {
            return Some(RequestKind::WhatIf);
        }
    }
    // A wrapped template with an `error` is an export of what could be exported (spec I-56).
    let wrapped = json.get("template").is_some_and(is_template) && !has("type");
    if changes.is_none() && !has("id") && !wrapped {
        let error = json.get("error").filter(|error| error.is_object());
        let code = error.and_then(|error| error.get("code")).and_then(Json::as_text);
        let failed = text("status").is_none_or(|status| status.eq_ignore_ascii_case("Failed"));
        let refused = |code: &str| code.eq_ignore_ascii_case(REFUSED);
        if code.is_some_and(refused) || text("code").is_some_and(refused) {
            return Some(RequestKind::Refusal);
        }
        if error.is_some() && failed {
            return Some(RequestKind::Failed);
        }
    }
    if json.get("predictedResources").is_some_and(Json::is_array) {
        return Some(RequestKind::Snapshot);
    }
    if wrapped {
        return Some(RequestKind::ExportedTemplate);
    }
    let stack = changes.is_some_and(|c| c.get("resourceChanges").is_some_and(Json::is_array));
    let kind = text("type").and_then(|kind| kind.rsplit('/').next()).unwrap_or_default();
    if stack || kind.eq_ignore_ascii_case("deploymentStacksWhatIfResults") {
        return Some(RequestKind::StackWhatIf);
    }
    is_payload(json).then_some(RequestKind::Payload)
}

/// The changes of a preview, at the top or under `properties`.
pub(super) fn changes<'j, 't>(json: &'j Json<'t>) -> Option<&'j Json<'t>> {
    json.get("changes").or_else(|| json.get("properties").filter(|p| p.is_object())?.get("changes"))
}

fn lower(text: Option<&str>) -> String {
    text.unwrap_or_default().to_ascii_lowercase()
}

/// Test 2.
fn is_template(json: &Json<'_>) -> bool {
    let schema = lower(json.get("$schema").and_then(Json::as_text));
    schema.contains("deploymenttemplate.json")
        || (json.get("contentVersion").is_some() && json.get("resources").is_some())
}

/// Test 23: it comes last, so nothing that is a row or a list is one.
fn is_payload(json: &Json<'_>) -> bool {
    let text = |name: &str| json.get(name).and_then(Json::as_text);
    let list = |name: &str| json.get(name).is_some_and(Json::is_array);
    let is_row = || {
        text("type").is_some_and(|kind| kind.contains('/'))
            || text("id").and_then(ResourceId::parse).is_some_and(|id| id.resource_type().is_some())
    };
    json.get("resource").is_some_and(Json::is_object)
        && ["parameters", "context", "action"].into_iter().any(|name| json.get(name).is_some())
        && !is_row()
        && !["value", "data", "policyDefinitions"].into_iter().any(list)
        && json.get("policyRule").is_none()
}
