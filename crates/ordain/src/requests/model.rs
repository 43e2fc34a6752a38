//! Requests as data: what a document asks for, what it leaves open, what is skipped and why.

use super::RequestKind;
use crate::diagnostic::Diagnostic;
use crate::document::Completeness;
use crate::source::Span;
use crate::value::{Object, Value};

/// What is known beyond the document (spec I-43, I-48).
///
/// ```
/// let options = ordain::requests::RequestOptions {
///     resource_group: Some("rg-web".into()),
///     ..Default::default()
/// };
/// assert!(options.subscription.is_none());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestOptions {
    /// Values of a template's parameters, by name.
    pub template_parameters: Object,
    /// The guid of the subscription that a template goes to.
    pub subscription: Option<String>,
    /// The name of the resource group that a template goes to.
    pub resource_group: Option<String>,
    /// The location of that resource group, or of a deployment above groups.
    pub location: Option<String>,
    /// Take what stands before the change in place of what stands after it (what-if results).
    pub before: bool,
}

/// All that was read of one document. Every entry of it is one of: a request, skipped, an error (spec I-80).
///
/// ```
/// # let read = |text: &str| {
/// #     let source = ordain::Source::new("d.json", text);
/// #     let (json, _) = ordain::json::read(source.text(), ordain::json::Dialect::Strict);
/// #     ordain::requests::read(&source, &json.unwrap(), &Default::default()).unwrap()
/// # };
/// let found = read(r#"{"predictedResources": [{"type": "A.B/c", "name": "x"}, {"type": "request@v1"}, 7]}"#);
/// assert_eq!((found.requests.len(), found.skipped.len(), found.errors), (1, 1, 1));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Requests {
    /// What the document is.
    pub kind: RequestKind,
    /// What it asks for, in its order.
    pub requests: Vec<Request>,
    /// Entries that are not judged, each with the reason.
    pub skipped: Vec<Skipped>,
    /// Entries that could not be read; what is wrong with them is among the diagnostics.
    pub errors: usize,
    /// Resources that exist and stay as they are: candidates where policies look for related ones (spec I-51).
    pub related: Vec<Value>,
    /// What is to be said of the document.
    pub diagnostics: Vec<Diagnostic>,
}

/// One resource that is to be written or deleted.
///
/// ```
/// # let read = |text: &str| {
/// #     let source = ordain::Source::new("d.json", text);
/// #     let (json, _) = ordain::json::read(source.text(), ordain::json::Dialect::Strict);
/// #     ordain::requests::read(&source, &json.unwrap(), &Default::default()).unwrap()
/// # };
/// let found = read(r#"{"changes": [{"changeType": "Delete", "resourceId": "/providers/A.B/c/x"}]}"#);
/// let [request] = found.requests.as_slice() else { panic!() };
/// assert_eq!(request.name, "x");
/// assert_eq!(request.action, ordain::requests::Action::Delete);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// The body. What only Azure can tell is [`Value::Unknown`] in it.
    pub body: Value,
    /// What happens to the resource.
    pub action: Action,
    /// The name for people: the resource's own, or the expression that gives it (spec I-45).
    pub name: String,
    /// Where the document has it: the symbolic name behind the modules around it, or the address in a plan.
    pub origin: Option<String>,
    /// Where it goes when its own id is not known: the id of the group, subscription or resource that it is put
    /// into (spec G-8); empty for the tenant.
    pub place: Option<String>,
    /// The guid of the subscription that it goes to, where no more of the place is known.
    pub subscription: Option<String>,
    /// The location of the resource group that it goes to, where the caller said it (spec I-48).
    pub group_location: Option<String>,
    /// The entry in the text.
    pub span: Span,
    /// Values of policy parameters that a payload brings.
    pub parameters: Object,
    /// What a payload says of the surroundings.
    pub context: RequestContext,
    /// Resources beside it, in a payload.
    pub related: Vec<Value>,
    /// What is not known of it, and why.
    pub open: Vec<Open>,
    /// Whether what is absent from the body is missing or just not told.
    pub completeness: Completeness,
}

/// What a request does to a resource.
///
/// ```
/// # let read = |text: &str| {
/// #     let source = ordain::Source::new("d.json", text);
/// #     let (json, _) = ordain::json::read(source.text(), ordain::json::Dialect::Strict);
/// #     ordain::requests::read(&source, &json.unwrap(), &Default::default()).unwrap()
/// # };
/// let found = read(r#"{"resource": {"type": "A.B/c"}, "action": "delete"}"#);
/// assert_eq!(found.requests[0].action, ordain::requests::Action::Delete);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Action {
    /// It is created, or changed.
    #[default]
    Write,
    /// It is deleted.
    Delete,
}

/// What a payload says of the surroundings of its resource (spec I-21). Absent means: not said.
///
/// ```
/// # let read = |text: &str| {
/// #     let source = ordain::Source::new("d.json", text);
/// #     let (json, _) = ordain::json::read(source.text(), ordain::json::Dialect::Strict);
/// #     ordain::requests::read(&source, &json.unwrap(), &Default::default()).unwrap()
/// # };
/// let found = read(r#"{"resource": {"type": "A.B/c"}, "context": {"now": "2026-01-01T00:00:00Z"}}"#);
/// assert_eq!(found.requests[0].context.now.as_deref(), Some("2026-01-01T00:00:00Z"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestContext {
    /// The clock, as written.
    pub now: Option<String>,
    /// What `subscription()` yields.
    pub subscription: Option<Value>,
    /// What `resourceGroup()` yields.
    pub resource_group: Option<Value>,
    /// What `requestContext()` yields.
    pub request: Option<Value>,
    /// Who asks: `userId`, `groupIds`.
    pub principal: Option<Value>,
}

/// A place of a request whose value only Azure can tell (spec I-44).
///
/// ```
/// # let read = |text: &str| {
/// #     let source = ordain::Source::new("d.json", text);
/// #     let (json, _) = ordain::json::read(source.text(), ordain::json::Dialect::Strict);
/// #     ordain::requests::read(&source, &json.unwrap(), &Default::default()).unwrap()
/// # };
/// let found = read(r#"{"predictedResources": [{"type": "A.B/c", "location": "[deployment().location]"}]}"#);
/// let open = &found.requests[0].open[0];
/// assert_eq!((open.path.as_str(), open.expression.as_str()), ("location", "[deployment().location]"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// Where it is in the body, such as `properties.networkAcls.ipRules[0]`; `condition` for whether the
    /// resource is deployed at all.
    pub path: String,
    /// The expression, as far as there is one.
    pub expression: String,
    /// What stood in the way.
    pub reason: String,
    /// Its bytes in the text.
    pub span: Span,
}

/// An entry that is not judged.
///
/// ```
/// # let read = |text: &str| {
/// #     let source = ordain::Source::new("d.json", text);
/// #     let (json, _) = ordain::json::read(source.text(), ordain::json::Dialect::Strict);
/// #     ordain::requests::read(&source, &json.unwrap(), &Default::default()).unwrap()
/// # };
/// let found = read(r#"{"predictedResources": [{"type": "request@v1"}]}"#);
/// assert_eq!(found.skipped[0].name, "request@v1");
/// assert_eq!(found.skipped[0].reason, ordain::requests::SkipReason::ExtensionResource);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Skipped {
    /// Why.
    pub reason: SkipReason,
    /// The name for people.
    pub name: String,
    /// The entry in the text.
    pub span: Span,
    /// What the document itself says about it; most often nothing.
    pub note: String,
}

/// Why an entry is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SkipReason {
    /// It exists already (`existing`, a data source).
    Existing,
    /// Its condition, or that of the deployment around it, is false.
    ConditionFalse,
    /// A loop makes no copy of it.
    NoCopies,
    /// It is a deployment; what it deploys is judged.
    Deployment,
    /// It is a deployment whose template is not in the document.
    LinkedTemplate,
    /// It is no resource of Resource Manager.
    ExtensionResource,
    /// The change leaves it alone.
    Ignore,
    /// The preview could not look at it.
    Unsupported,
    /// The document does not show the body.
    NoBody,
    /// The document names a kind of change that is not known here.
    UnknownChange,
    /// It is taken out of the plan's care, or deleted by it.
    Removed,
    /// A resource of Terraform's own model of Azure, which is not translated.
    Azurerm,
    /// An operation of Terraform that writes no resource, or one of another provider.
    OtherProvider,
}

impl SkipReason {
    /// The name that reports carry.
    ///
    /// ```
    /// assert_eq!(ordain::requests::SkipReason::LinkedTemplate.name(), "LinkedTemplate");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Existing => "Existing",
            Self::ConditionFalse => "ConditionFalse",
            Self::NoCopies => "NoCopies",
            Self::Deployment => "Deployment",
            Self::LinkedTemplate => "LinkedTemplate",
            Self::ExtensionResource => "ExtensionResource",
            Self::Ignore => "Ignore",
            Self::Unsupported => "Unsupported",
            Self::NoBody => "NoBody",
            Self::UnknownChange => "UnknownChange",
            Self::Removed => "Removed",
            Self::Azurerm => "Azurerm",
            Self::OtherProvider => "OtherProvider",
        }
    }
}

impl Requests {
    pub(super) fn new(kind: RequestKind) -> Self {
        Self {
            kind,
            requests: Vec::new(),
            skipped: Vec::new(),
            errors: 0,
            related: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Entries of the document: the sum of what became of them (spec I-80).
    ///
    /// ```
    /// # let source = ordain::Source::new("s", r#"{"predictedResources": [{"type": "request@v1"}]}"#);
    /// # let (json, _) = ordain::json::read(source.text(), ordain::json::Dialect::Strict);
    /// # let found = ordain::requests::read(&source, &json.unwrap(), &Default::default()).unwrap();
    /// assert_eq!(found.rows(), found.requests.len() + found.skipped.len() + found.errors);
    /// ```
    #[must_use]
    pub fn rows(&self) -> usize {
        self.requests.len() + self.skipped.len() + self.errors
    }
}
