//! What was noticed while a resource was judged, in words.

use super::{Engine, Evaluation};
use crate::diagnostic::{Diagnostic, a};
use crate::evaluate::{Notice, NoticeKind};
use crate::plan::{Policy, PolicyId, SiteId};
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
    /// The stable code: `NotAnArray`, `IndexedGuessed`, `FullNameUnknown`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.noticed.kind {
            NoticeKind::NotAnArray { .. } => "NotAnArray",
            NoticeKind::IndexedGuessed { .. } => "IndexedGuessed",
            NoticeKind::FullNameUnknown { .. } => "FullNameUnknown",
        }
    }

    /// The reference as written, or the resource type.
    #[must_use]
    pub fn about(&self) -> &'o str {
        match &self.noticed.kind {
            NoticeKind::NotAnArray { .. } => self.subject().unwrap_or_default(),
            NoticeKind::IndexedGuessed { resource_type, .. }
            | NoticeKind::FullNameUnknown { resource_type } => resource_type,
        }
    }

    /// Whether another notice, of this resource or another, says the same: arrays once for a reference, guesses
    /// once for a type.
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
        };
        match (self.policy(), self.site()) {
            (Some(policy), Some(site)) => told.label(&policy.definition.source, site.span, ""),
            (Some(policy), None) => {
                let rule = policy.definition.rule.condition.span;
                let opening = crate::source::Span { start: rule.start, end: rule.start + 1 };
                told.label(&policy.definition.source, opening, "")
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
