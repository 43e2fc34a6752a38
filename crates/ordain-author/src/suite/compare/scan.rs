//! Expectations of a scan: states, effects, reasons, messages.

use super::{Seen, differs, named_state, shown_tree, wanted_state};
use crate::suite::judge;
use crate::suite::model::{Key, Wanted};
use crate::suite::result::Mismatch;
use ordain::{Diagnostic, Explanation, Outcome, State, Values};
use serde_json::Value as Json;

impl Seen<'_> {
    /// What differs from one expectation.
    pub(super) fn scan(&self, wanted: &Wanted) -> Result<Vec<Mismatch>, Vec<Diagnostic>> {
        let found = match wanted.key {
            Key::State => self.state(wanted),
            Key::Effect => self.effect(wanted),
            Key::Reason => self.reason(wanted),
            Key::Message => self.message(wanted),
            Key::Error => self.error(wanted),
            Key::References => return self.references(wanted),
            Key::Patch
            | Key::Patched
            | Key::Skipped
            | Key::Conflicts
            | Key::Failure
            | Key::Details
            | Key::Deployment => {
                self.one_policy(wanted)?;
                self.action(wanted)
            }
            // The form refuses a verdict; diagnostics are compared before.
            Key::Verdict | Key::Diagnostics => None,
        };
        Ok(found.into_iter().collect())
    }

    fn outcomes(&self) -> &[Outcome<'_>] {
        self.judged.outcomes
    }

    /// The state over the policies that the case is about (spec S-24).
    fn rolled(&self) -> Option<State> {
        self.outcomes().iter().map(|o| o.state()).min_by_key(|state| state.rank())
    }

    fn state(&self, wanted: &Wanted) -> Option<Mismatch> {
        let (expected, actual) = (wanted_state(&wanted.value), self.rolled());
        (expected != actual).then(|| {
            let replacement = actual.map_or(Json::Null, |state| state.name().into());
            differs(wanted, named_state(expected), named_state(actual)).mended(replacement)
        })
    }

    fn references(&self, wanted: &Wanted) -> Result<Vec<Mismatch>, Vec<Diagnostic>> {
        let mut found = Vec::new();
        for member in wanted.value.members() {
            let pairs = self.pairs.iter().filter(|pair| judge::is_named(**pair, &member.key));
            if pairs.count() == 0 {
                let names: Vec<&str> = self.pairs.iter().map(|pair| judge::name(*pair)).collect();
                let message = format!("there is no reference `{}`", member.key);
                let told = member.place.mark(Diagnostic::error("UnknownReference", message), "");
                let near = ordain::nearest(&member.key, names.iter().copied());
                return Err(vec![match near {
                    Some(_) => told.did_you_mean(near),
                    None => told.help(format!("known: {}", names.join(", "))),
                }]);
            }
            let own = self.outcomes().iter().filter(|o| judge::is_named(o.pair(), &member.key));
            let actual = own.map(|o| o.state()).min_by_key(|state| state.rank());
            let expected = wanted_state(&member.value);
            if expected != actual {
                let one = Wanted { key: Key::References, value: member.value.clone() };
                let replacement = actual.map_or(Json::Null, |state| state.name().into());
                let mismatch = differs(&one, named_state(expected), named_state(actual)).mended(replacement);
                found.push(Mismatch { key: format!("references.{}", member.key), ..mismatch });
            }
        }
        Ok(found)
    }

    fn effect(&self, wanted: &Wanted) -> Option<Mismatch> {
        let triggered: Vec<&str> =
            self.outcomes().iter().filter(|o| is_triggered(o)).map(|o| o.policy().effect()).collect();
        let met = match wanted.value.as_text() {
            None => self.outcomes().iter().all(is_not_triggered),
            Some(effect) => triggered.iter().any(|own| own.eq_ignore_ascii_case(effect)),
        };
        if met {
            return None;
        }
        let expected = wanted.value.as_text().unwrap_or("none");
        let open = self.outcomes().iter().find(|o| !is_triggered(o) && !is_not_triggered(o));
        Some(match (triggered.first(), open) {
            (Some(first), _) => {
                let mut names = triggered.clone();
                names.dedup();
                differs(wanted, expected, names.join(", ")).mended((*first).into())
            }
            (None, Some(open)) => differs(wanted, expected, format!("open ({})", open.state().name())),
            (None, None) => differs(wanted, expected, "none").mended(Json::Null),
        })
    }

    fn reason(&self, wanted: &Wanted) -> Option<Mismatch> {
        let expected = wanted.value.as_text().unwrap_or_default();
        let found: Vec<String> = match self.outcomes().is_empty() {
            true => self.absences().into_iter().map(str::to_owned).collect(),
            false => {
                let state = self.judged.case.wanted(Key::State).and_then(wanted_state);
                let of_state = |o: &&Outcome<'_>| state.is_none_or(|state| o.state() == state);
                let any = self.outcomes().iter().any(|o| of_state(&o));
                let about = self.outcomes().iter().filter(|o| !any || of_state(o));
                about.filter_map(|o| reason(o, &o.explain(self.judged.resource))).collect()
            }
        };
        if found.iter().any(|own| own == expected) {
            return None;
        }
        let shown = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
        let mismatch = differs(wanted, expected, shown);
        Some(match found.into_iter().next() {
            Some(first) => mismatch.mended(first.into()),
            None => mismatch,
        })
    }

    fn message(&self, wanted: &Wanted) -> Option<Mismatch> {
        let expected = wanted.value.as_text().unwrap_or_default();
        let said: Vec<String> = self
            .outcomes()
            .iter()
            .flat_map(|o| {
                let why = o.explain(self.judged.resource);
                [o.message().map(str::to_owned), Some(sentence(o, &why, self.values))]
            })
            .flatten()
            .collect();
        compared_message(wanted, expected, &said)
    }

    fn error(&self, wanted: &Wanted) -> Option<Mismatch> {
        let expected = wanted.value.as_text().unwrap_or_default();
        let failed: Vec<&str> = self
            .outcomes()
            .iter()
            .filter(|o| o.state() == State::Error)
            .map(|o| o.reason().unwrap_or("Error"))
            .collect();
        let met = match expected {
            "evaluate" => !failed.is_empty(),
            kind => failed.contains(&kind),
        };
        (!met).then(|| match failed.first() {
            Some(kind) => differs(wanted, expected, failed.join(", ")).mended((*kind).into()),
            None => differs(wanted, expected, "no error"),
        })
    }
}

/// A message holds what is expected, or none does.
pub(super) fn compared_message(wanted: &Wanted, expected: &str, said: &[String]) -> Option<Mismatch> {
    if said.iter().any(|text| text.contains(expected)) {
        return None;
    }
    let shown = if said.is_empty() { "nothing".to_owned() } else { said.join(" · ") };
    let mismatch = differs(wanted, shown_tree(&wanted.value), shown);
    Some(match said {
        [only] => mismatch.mended(only.as_str().into()),
        _ => mismatch,
    })
}

/// Whether the policy's effect follows. Where a related resource is looked for, only that none satisfies does it.
fn is_triggered(outcome: &Outcome<'_>) -> bool {
    let related = outcome.policy().effect().to_ascii_lowercase().ends_with("ifnotexists");
    outcome.rule_holds() == Some(true) && (!related || outcome.state() == State::NonCompliant)
}

fn is_not_triggered(outcome: &Outcome<'_>) -> bool {
    outcome.state() == State::Compliant || outcome.rule_holds() == Some(false)
}

/// The reason of an outcome (spec S-4, S-53).
pub(super) fn reason(outcome: &Outcome<'_>, why: &Explanation) -> Option<String> {
    match outcome.state() {
        State::NonCompliant => why.reason_code().map(str::to_owned),
        _ => outcome.reason().map(str::to_owned),
    }
}

/// What is said of an outcome.
pub(super) fn sentence(outcome: &Outcome<'_>, why: &Explanation, values: Values) -> String {
    if outcome.state() == State::NotEvaluated {
        let conditions = why.unknown();
        let subjects: Vec<String> = conditions.iter().map(|c| format!("`{}`", c.subject())).collect();
        let reason = outcome.reason().unwrap_or("not evaluated");
        return match (subjects.is_empty(), outcome.related()) {
            (false, _) => format!("{} can't be told: {reason}", subjects.join(", ")),
            (true, Some(related)) => related.sentence(),
            (true, None) => format!("not evaluated: {reason}"),
        };
    }
    if let Some(sentence) = why.sentence(values) {
        // What would have to hold is not asked for where nothing is wrong.
        let plain = sentence.rsplit_once(", must ").map_or(sentence.as_str(), |(is, _)| is);
        return match outcome.state() {
            State::Compliant if outcome.related().is_none() => format!("{plain}: the rule is false"),
            _ => sentence,
        };
    }
    match outcome.fault() {
        Some(fault) => fault.message().to_owned(),
        None if outcome.rule_holds() == Some(true) => {
            "the rule holds for every resource of this kind".to_owned()
        }
        None => "the rule holds for no resource of this kind".to_owned(),
    }
}
