//! What was noticed while a resource was judged, in words.

use super::{Engine, Evaluation};
use crate::diagnostic::{Diagnostic, a};
use crate::evaluate::{Notice, NoticeKind};
use crate::plan::{Policy, PolicyId, SiteId};
use crate::source::Span;
use crate::value::text::key_eq;

/// A notice that holds nothing of the resource.
#[derive(Clone, Debug)]
pub(super) struct Noticed {
    kind: NoticeKind,
    policy: Option<PolicyId>,
    site: Option<SiteId>,
}

impl Noticed {
    /// Seldom called, so that policies are looked for by their address here rather than carried along by all.
    pub(super) fn of(policies: &[Policy], notice: Notice<'_>) -> Self {
        let place = |policy: &Policy| policies.iter().position(|p| std::ptr::eq(p, policy));
        let policy = notice.policy.and_then(place).and_then(|at| u32::try_from(at).ok()).map(PolicyId);
        Self { kind: notice.kind, policy, site: notice.site }
    }
}

impl Noticed {
    pub(super) fn kind(&self) -> &NoticeKind {
        &self.kind
    }

    pub(super) fn policy(&self) -> Option<PolicyId> {
        self.policy
    }

    pub(super) fn site(&self) -> Option<SiteId> {
        self.site
    }

    pub(super) fn view<'o>(&'o self, engine: &'o Engine) -> NoticeView<'o> {
        NoticeView { engine, noticed: self }
    }
}

/// Something worth knowing of how a resource was judged; it changes no outcome. Many resources give the same
/// notice: [`NoticeView::same`] tells, so that people are told once.
#[derive(Clone, Copy, Debug)]
pub struct NoticeView<'o> {
    engine: &'o Engine,
    noticed: &'o Noticed,
}

impl Evaluation<'_> {
    /// What was noticed, in the order in which it was met; nearly always nothing.
    ///
    /// ```
    /// # fn main() -> Result<(), ordain::Error> {
    /// let engine = ordain::Engine::builder()
    ///     .definition_json(r#"{"mode": "All", "policyRule": {
    ///         "if": {"field": "Microsoft.ContainerRegistry/registries/networkRuleSet.ipRules[*]", "equals": "x"},
    ///         "then": {"effect": "audit"}}}"#)?
    ///     .build()?;
    /// let registry = serde_json::json!({"type": "Microsoft.ContainerRegistry/registries", "name": "r",
    ///     "properties": {"networkRuleSet": {"ipRules": "10.0.0.0/8"}}});
    /// let evaluation = engine.evaluate(&registry)?;
    /// assert_eq!(evaluation.notices().map(|n| n.code()).collect::<Vec<_>>(), ["NotAnArray"]);
    /// # Ok(()) }
    /// ```
    pub fn notices(&self) -> impl Iterator<Item = NoticeView<'_>> {
        self.notices.iter().map(|noticed| NoticeView { engine: self.engine, noticed })
    }
}

impl<'o> NoticeView<'o> {
    /// The stable code: `NotAnArray`, `IndexedGuessed`, `FullNameUnknown`, `NameSegments`, `DeploymentGroupMissing`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.noticed.kind {
            NoticeKind::NotAnArray { .. } => "NotAnArray",
            NoticeKind::IndexedGuessed { .. } => "IndexedGuessed",
            NoticeKind::FullNameUnknown { .. } => "FullNameUnknown",
            NoticeKind::NameSegments { .. } => "NameSegments",
            NoticeKind::DeploymentGroupMissing { .. } => "DeploymentGroupMissing",
        }
    }

    /// The reference as written, the resource type, or the definition's id.
    #[must_use]
    pub fn about(&self) -> &'o str {
        match &self.noticed.kind {
            NoticeKind::NotAnArray { .. } => self.subject().unwrap_or_default(),
            NoticeKind::IndexedGuessed { resource_type, .. }
            | NoticeKind::FullNameUnknown { resource_type } => resource_type,
            NoticeKind::NameSegments { definition, .. }
            | NoticeKind::DeploymentGroupMissing { definition } => definition,
        }
    }

    /// Whether another notice, of this resource or another, says the same: arrays once for a reference, guesses
    /// once for a type, what is wrong with details once for a definition.
    #[must_use]
    pub fn same(&self, other: &NoticeView<'_>) -> bool {
        self.code() == other.code() && key_eq(self.about(), other.about())
    }

    /// The notice with its place in the policy.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let about = self.about();
        let told = match &self.noticed.kind {
            NoticeKind::NotAnArray { found } => {
                let message = format!(
                    "`{about}` goes through {} in place of an array: nothing is selected there",
                    a(found)
                );
                Diagnostic::info("NotAnArray", message)
                    .note("without elements a condition on `[*]` holds, and a count is 0")
                    .help("compare the path of the alias with what the resource holds")
            }
            NoticeKind::IndexedGuessed { indexed, .. } => {
                let guess = match indexed {
                    true => "taken to have both, since a resource of it has a location",
                    false => "left out",
                };
                let message = format!(
                    "nobody knows whether `{about}` has tags and location, as mode `Indexed` wants: it is {guess}"
                );
                Diagnostic::info("IndexedGuessed", message)
                    .help("a catalogue that lists the type decides (`az provider list --expand resourceTypes/aliases`)")
            }
            NoticeKind::FullNameUnknown { .. } => {
                let message = format!(
                    "`fullName` of a `{about}` lacks the names of its parents: the short name is taken"
                );
                Diagnostic::warning("FullNameUnknown", message).help("export resources with their `id`")
            }
            NoticeKind::NameSegments { name, resource_type, .. } => {
                let wanted = resource_type.matches('/').count();
                let segments = if wanted == 1 { "one segment".to_owned() } else { format!("{wanted} segments") };
                let message = format!(
                    "no `{resource_type}` can be called `{name}`, since its names have {segments}: none is found"
                );
                Diagnostic::warning("NameSegments", message)
                    .help("give `name` as many segments as the type has, or fewer")
            }
            NoticeKind::DeploymentGroupMissing { .. } => Diagnostic::warning(
                "DeploymentGroupMissing",
                "the deployment should go to a resource group, and a subscription is in none: it has no scope",
            )
            .help("say `resourceGroupName`, or `\"deploymentScope\": \"Subscription\"`"),
        };
        let of_details = matches!(
            self.noticed.kind,
            NoticeKind::NameSegments { .. } | NoticeKind::DeploymentGroupMissing { .. }
        );
        match (self.policy(), self.site()) {
            (Some(policy), _) if of_details => {
                let then = &policy.definition.rule.then;
                let name = policy.demand.as_ref().and_then(|demand| demand.name.as_ref());
                let span = match &self.noticed.kind {
                    NoticeKind::NameSegments { .. } => name.map(|name| name.span),
                    _ => then.details.as_ref().map(|details| opening(details.body.span)),
                };
                told.label(&policy.definition.source, span.unwrap_or(then.effect.span), "")
            }
            (Some(policy), Some(site)) => told.label(&policy.definition.source, site.span, ""),
            (Some(policy), None) => {
                let rule = policy.definition.rule.condition.span;
                told.label(&policy.definition.source, opening(rule), "")
            }
            _ => told,
        }
    }

    fn policy(&self) -> Option<&'o Policy> {
        self.engine.inner.policies.get(self.noticed.policy?.0 as usize)
    }

    fn site(&self) -> Option<&'o crate::plan::Site> {
        self.policy()?.sites.get(self.noticed.site?.0 as usize)
    }

    fn subject(&self) -> Option<&'o str> {
        Some(&self.site()?.leaf.as_ref()?.subject)
    }
}

/// The first byte of an object.
fn opening(span: Span) -> Span {
    Span { start: span.start, end: span.start + 1 }
}
