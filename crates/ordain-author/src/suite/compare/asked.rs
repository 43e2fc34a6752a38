//! Expectations of a request: verdict, reason, effect, what is changed, what is said.

use super::same::same;
use super::scan::compared_message;
use super::{Seen, differs, shown};
use crate::suite::model::{Key, Wanted};
use crate::suite::result::Mismatch;
use ordain::{Diagnostic, Request, Ruling, RulingKind};
use serde_json::Value as Json;

impl Seen<'_> {
    /// What differs from one expectation.
    pub(super) fn asked(&self, wanted: &Wanted) -> Result<Vec<Mismatch>, Vec<Diagnostic>> {
        // INVARIANT: in these modes there is a request.
        let Some(request) = self.judged.request else { return Ok(Vec::new()) };
        let found = match wanted.key {
            Key::Verdict => verdict(wanted, request),
            Key::Effect => self.ruled(wanted, request),
            Key::Reason => {
                let reason = request.reason.map(ordain::Reason::name);
                let mut reasons: Vec<&str> = reason.into_iter().collect();
                reasons
                    .extend(self.rulings(request).filter_map(|r| r.denial()).map(ordain::DenialReason::name));
                one_of(wanted, &reasons)
            }
            Key::Error => {
                let failed: Vec<&str> = self.rulings(request).filter_map(failure).collect();
                match wanted.value.as_text() {
                    Some("evaluate") if self.rulings(request).any(Ruling::has_failed) => None,
                    _ => one_of(wanted, &failed),
                }
            }
            Key::Message => {
                let said: Vec<String> = self
                    .rulings(request)
                    .flat_map(|r| [r.message().map(str::to_owned), Some(r.sentence(self.values))])
                    .flatten()
                    .collect();
                compared_message(wanted, wanted.value.as_text().unwrap_or_default(), &said)
            }
            Key::Patch => {
                let patch = request.patch.as_ref().and_then(|patch| serde_json::to_value(patch).ok());
                json(wanted, patch.unwrap_or(Json::Null))
            }
            Key::Patched => json(wanted, request.body.to_json()),
            Key::Skipped | Key::Conflicts | Key::Failure => {
                self.one_policy(wanted)?;
                self.left_out(wanted, request)
            }
            // The form refuses these; diagnostics are compared before.
            Key::State | Key::References | Key::Details | Key::Deployment | Key::Diagnostics => None,
        };
        Ok(found.into_iter().collect())
    }

    fn rulings<'r>(&'r self, request: &'r Request<'r>) -> impl Iterator<Item = &'r Ruling<'r>> {
        request.rulings.iter().filter(|ruling| self.chosen.holds(ruling.pair))
    }

    /// The effects of policies that have something certain to say.
    fn ruled(&self, wanted: &Wanted, request: &Request<'_>) -> Option<Mismatch> {
        let certain = |r: &&Ruling<'_>| match &r.kind {
            RulingKind::Open { .. } => false,
            RulingKind::Later { certain, .. } => *certain,
            _ => true,
        };
        let mut found: Vec<&str> = self.rulings(request).filter(certain).map(|r| r.policy.effect()).collect();
        found.dedup();
        match wanted.value.as_text() {
            None if found.is_empty() => None,
            None => {
                let first = found.first().map_or(Json::Null, |first| (*first).into());
                Some(differs(wanted, "none", found.join(", ")).mended(first))
            }
            Some(effect) if found.iter().any(|own| own.eq_ignore_ascii_case(effect)) => None,
            Some(effect) => Some(match found.first() {
                Some(first) => differs(wanted, effect, found.join(", ")).mended((*first).into()),
                None => differs(wanted, effect, "none").mended(Json::Null),
            }),
        }
    }

    fn left_out(&self, wanted: &Wanted, request: &Request<'_>) -> Option<Mismatch> {
        let change = self.rulings(request).find_map(|ruling| match &ruling.kind {
            RulingKind::Changes { change, .. } => Some(&**change),
            RulingKind::Denies { change, .. } | RulingKind::Open { change, .. } => change.as_deref(),
            _ => None,
        });
        let Some(change) = change else {
            return Some(differs(wanted, shown(&wanted.value.to_json()), "no change"));
        };
        json(
            wanted,
            match wanted.key {
                Key::Skipped => change.skipped.iter().map(|s| Json::from(s.reason.name())).collect(),
                Key::Conflicts => {
                    change.conflicts.iter().map(|_| Json::from(ordain::ExistingValue::REASON)).collect()
                }
                _ => change.error.as_ref().map_or(Json::Null, |fault| fault.kind().name().into()),
            },
        )
    }
}

fn verdict(wanted: &Wanted, request: &Request<'_>) -> Option<Mismatch> {
    let expected = wanted.value.as_text().unwrap_or_default();
    let found = request.verdict.name();
    (!found.eq_ignore_ascii_case(expected)).then(|| differs(wanted, expected, found).mended(found.into()))
}

fn one_of(wanted: &Wanted, found: &[&str]) -> Option<Mismatch> {
    let expected = wanted.value.as_text().unwrap_or_default();
    if found.contains(&expected) {
        return None;
    }
    Some(match found.first() {
        Some(first) => differs(wanted, expected, found.join(", ")).mended((*first).into()),
        None => differs(wanted, expected, "none"),
    })
}

fn json(wanted: &Wanted, found: Json) -> Option<Mismatch> {
    let expected = wanted.value.to_json();
    (!same(&found, &expected)).then(|| differs(wanted, shown(&expected), shown(&found)).mended(found))
}

fn failure<'r>(ruling: &'r Ruling<'_>) -> Option<&'r str> {
    match &ruling.kind {
        RulingKind::Denies { fault, .. }
        | RulingKind::NotEnforced { fault }
        | RulingKind::Later { fault, .. } => fault.as_ref().map(|fault| fault.kind().name()),
        _ => None,
    }
}
