//! Resource selectors and overrides (spec G-64 … G-77).

use super::form::{Form, spelled};
use super::problem::GovernanceProblem as Problem;
use crate::ast::{Effect, Override, OverrideKind, Selector, SelectorKind, SelectorSet, Spelled};
use crate::diagnostic::nearest;
use crate::json::Json;
use crate::source::Span;
use crate::syntax::Reading;
use crate::value::Node as _;
use crate::value::text::{self, key_eq};
use std::collections::HashSet;
use std::sync::Arc;

/// Values that one selector may list (spec 08 section 11).
const VALUES: usize = 50;
/// Objects that one document may hold.
const OBJECTS: usize = 10;

impl Reading<'_> {
    /// `resourceSelectors`; `None` when one of them is faulty: guessing would hide resources or accuse them
    /// (spec G-69).
    pub(in crate::syntax) fn selector_sets(
        &mut self,
        form: &Form<'_, '_>,
        id: &str,
    ) -> Option<Vec<SelectorSet>> {
        let list = form.list(&["resourceSelectors", "resourceSelector"]);
        self.check_limit("resource selectors", list.len(), OBJECTS, form.opening(), id);
        let mut sets: Vec<SelectorSet> = Vec::new();
        let mut whole = true;
        for json in list {
            let inner = Form { envelope: json, body: json, what: "resource selector" };
            let Some(selectors) = self.selectors(&inner, false, id) else {
                whole = false;
                continue;
            };
            let name = inner.text(&["name"]).map_or_else(|| "".into(), |name| name.text);
            if sets.iter().any(|set| set.selectors == selectors) {
                self.tell(&Problem::DuplicateSelector, inner.opening(), id);
            }
            sets.push(SelectorSet { name, selectors });
        }
        whole.then_some(sets)
    }

    fn selectors(&mut self, form: &Form<'_, '_>, of_override: bool, id: &str) -> Option<Vec<Selector>> {
        let mut selectors: Vec<Selector> = Vec::new();
        let mut whole = true;
        for json in form.list(&["selectors", "selector"]) {
            let Some(selector) = self.selector(json, of_override, id) else {
                whole = false;
                continue;
            };
            let opening = Span { start: json.span.start, end: json.span.start + 1 };
            let clash = |kind| selectors.iter().any(|s: &Selector| s.kind == kind);
            let other = match selector.kind {
                SelectorKind::ResourceLocation => Some(SelectorKind::ResourceWithoutLocation),
                SelectorKind::ResourceWithoutLocation => Some(SelectorKind::ResourceLocation),
                _ => None,
            };
            if clash(selector.kind) {
                self.tell(&Problem::SelectorKindTwice { kind: name(selector.kind) }, opening, id);
            } else if other.is_some_and(clash) {
                self.tell(&Problem::SelectorKindClash, opening, id);
            }
            selectors.push(selector);
        }
        whole.then_some(selectors)
    }

    fn selector(&mut self, json: &Json<'_>, of_override: bool, id: &str) -> Option<Selector> {
        let form = Form { envelope: json, body: json, what: "selector" };
        let opening = form.opening();
        let Some(written) = form.text(&["kind"]) else {
            self.tell(&Problem::MissingKey { what: "selector", key: "kind" }, opening, id);
            return None;
        };
        let Some((kind, word)) = SelectorKind::ALL.into_iter().find(|(_, n)| key_eq(n, &written.text)) else {
            let near = nearest(&written.text, SelectorKind::ALL.iter().map(|(_, n)| *n));
            let problem = Problem::UnknownSelectorKind { text: written.text.to_string(), nearest: near };
            self.tell(&problem, written.span, id);
            return None;
        };
        if kind == SelectorKind::PolicyDefinitionReferenceId && !of_override {
            self.tell(&Problem::SelectorKindUnusual { kind: word }, written.span, id);
        }
        if kind == SelectorKind::ResourceRolloutPercentage {
            let progress = form.entry(&["progress"]).and_then(|m| (&m.value).to_value().as_int());
            let Some(progress) = progress.and_then(|p| u8::try_from(p).ok()).filter(|p| *p <= 100) else {
                self.tell(&Problem::MissingKey { what: "selector", key: "progress" }, opening, id);
                return None;
            };
            return Some(Selector { kind, wanted: true, values: Vec::new(), progress });
        }
        let (inside, outside) = (form.entry(&["in"]), form.entry(&["notIn"]));
        let wanted = match (inside, outside) {
            (Some(_), Some(_)) => {
                self.tell(&Problem::SelectorInAndNotIn, opening, id);
                return None;
            }
            (None, None) => {
                self.tell(&Problem::SelectorEmpty, opening, id);
                return None;
            }
            (inside, _) => inside.is_some(),
        };
        let list = form.list(if wanted { &["in"] } else { &["notIn"] });
        self.check_limit("values of a selector", list.len(), VALUES, opening, id);
        let plain = |json: &Json<'_>| -> Option<Arc<str>> {
            let value = spelled(json)?.text;
            Some(match kind {
                SelectorKind::ResourceLocation => text::location(&value).as_ref().into(),
                // Told as they are written.
                SelectorKind::PolicyDefinitionReferenceId => value,
                _ => value.to_ascii_lowercase().into(),
            })
        };
        Some(Selector { kind, wanted, values: list.iter().filter_map(plain).collect(), progress: 0 })
    }

    /// `overrides`; `None` when a selector in them is faulty.
    pub(in crate::syntax) fn overrides(&mut self, form: &Form<'_, '_>, id: &str) -> Option<Vec<Override>> {
        let list = form.list(&["overrides", "override"]);
        self.check_limit("overrides", list.len(), OBJECTS, form.opening(), id);
        let mut overrides = Vec::new();
        let mut whole = true;
        for json in list {
            let inner = Form { envelope: json, body: json, what: "override" };
            let Some(selectors) = self.selectors(&inner, true, id) else {
                whole = false;
                continue;
            };
            let Some(word) = inner.text(&["kind"]) else {
                self.tell(&Problem::MissingKey { what: "override", key: "kind" }, inner.opening(), id);
                continue;
            };
            let Some(value) = inner.text(&["value"]) else {
                self.tell(&Problem::MissingKey { what: "override", key: "value" }, inner.opening(), id);
                continue;
            };
            let kind = match &*word.text.to_ascii_lowercase() {
                "policyeffect" => OverrideKind::Effect(Effect::find(&value.text), value),
                "policyversion" | "definitionversion" => OverrideKind::Version(value),
                _ => {
                    let problem = Problem::UnknownOverrideKind { text: word.text.to_string() };
                    self.tell(&problem, word.span, id);
                    continue;
                }
            };
            let references = references(&inner);
            overrides.push(Override { kind, selectors, references, span: inner.opening() });
        }
        whole.then_some(overrides)
    }

    /// Tells of more than the service takes (spec G-101).
    pub(super) fn check_limit(&mut self, what: &'static str, found: usize, limit: usize, at: Span, id: &str) {
        if found > limit {
            self.tell(&Problem::LimitExceeded { what, found, limit }, at, id);
        }
    }
}

/// The reference ids that selectors list.
fn references(form: &Form<'_, '_>) -> Vec<Spelled> {
    let mut found = Vec::new();
    for json in form.list(&["selectors", "selector"]) {
        let selector = Form { envelope: json, body: json, what: "selector" };
        let word = name(SelectorKind::PolicyDefinitionReferenceId);
        if selector.text(&["kind"]).is_some_and(|kind| key_eq(&kind.text, word)) {
            found.extend(
                ["in", "notIn"].into_iter().flat_map(|side| selector.list(&[side])).filter_map(spelled),
            );
        }
    }
    found
}

/// The canonical spelling.
fn name(kind: SelectorKind) -> &'static str {
    SelectorKind::ALL.iter().find(|(own, _)| *own == kind).map_or("", |(_, name)| name)
}

/// Whether two lists of selectors can hold for one resource: no kind has wanted values without a common one.
#[must_use]
pub(crate) fn may_meet(a: &[Selector], b: &[Selector]) -> bool {
    let apart = |a: &Selector, b: &Selector| {
        if a.kind != b.kind {
            return false;
        }
        let (own, other): (HashSet<&Arc<str>>, HashSet<&Arc<str>>) =
            (a.values.iter().collect(), b.values.iter().collect());
        match (a.wanted, b.wanted) {
            (true, true) => own.is_disjoint(&other),
            (true, false) => own.is_subset(&other),
            (false, true) => other.is_subset(&own),
            (false, false) => false,
        }
    };
    !a.iter().any(|a| b.iter().any(|b| apart(a, b)))
}
