//! What came out beside what was expected, key by key. The meaning of the keys is that of `tests/cases/README.md`.

mod action;
mod asked;
mod same;
mod scan;
mod told;

pub(super) use told::{diagnostics, ends_with_diagnostics, refusal};

use super::judge::{self, Chosen};
use super::model::{Key, Mode, Wanted};
use super::result::{CaseResult, Evidence, Mismatch, Why};
use super::run::Judged;
use super::tree::Tree;
use ordain::{Diagnostic, Explanation, Outcome, PairView, PolicyView, State, Values};
use serde_json::Value as Json;

/// What is looked at when a case is compared.
struct Seen<'s> {
    judged: &'s Judged<'s>,
    chosen: &'s Chosen<'s>,
    pairs: &'s [PairView<'s>],
    values: Values,
}

/// Compares, and says why of what differs.
pub(super) fn case(
    judged: &Judged<'_>,
    chosen: &Chosen<'_>,
    pairs: &[PairView<'_>],
    values: Values,
    result: &mut CaseResult,
) -> Result<(), Vec<Diagnostic>> {
    let seen = Seen { judged, chosen, pairs, values };
    let expected = judged.case.expect.iter().filter(|wanted| wanted.key != Key::Diagnostics);
    let expected: Vec<&Wanted> = expected.collect();
    let met_before = result.mismatches.is_empty();
    for wanted in &expected {
        let found = match judged.mode {
            Mode::Scan => seen.scan(wanted)?,
            Mode::Request | Mode::Delete => seen.asked(wanted)?,
        };
        result.mismatches.extend(found);
    }
    if seen.tests_nothing() && !expected.is_empty() && !expects_nothing(&expected) {
        // What is met by accident is not met.
        if result.mismatches.is_empty() && met_before {
            let wanted = expected.first().map(|wanted| &wanted.value);
            result.mismatches.extend(wanted.map(|wanted| Mismatch {
                key: "applies".to_owned(),
                expected: "a policy that applies".to_owned(),
                actual: "none".to_owned(),
                place: wanted.place.opening(),
                replacement: None,
                note: None,
            }));
        }
        let why = seen.why_nothing();
        if let Some(first) = result.mismatches.first_mut() {
            first.note = Some(format!("the case tests nothing: {why}"));
        }
    }
    if !result.mismatches.is_empty() {
        let shown = seen.worth(&result.mismatches);
        result.why = seen.why(&shown);
        result.evidence = Some(Evidence {
            engine: judged.engine.clone(),
            context: judged.context.clone(),
            resource: judged.resource.clone(),
            chosen: shown.into_iter().map(|(at, _)| at).collect(),
        });
    }
    Ok(())
}

/// Whether a case expects that no policy applies.
fn expects_nothing(expected: &[&Wanted]) -> bool {
    expected.iter().any(|wanted| match wanted.key {
        Key::State | Key::Effect => wanted.value.is_null(),
        Key::References => wanted.value.members().iter().all(|member| member.value.is_null()),
        _ => false,
    })
}

impl Seen<'_> {
    /// Whether no policy that the case is about applies.
    fn tests_nothing(&self) -> bool {
        match self.judged.request {
            Some(request) => request.applied == 0 && request.rulings.is_empty(),
            None => self.judged.outcomes.is_empty(),
        }
    }

    /// Why none applies.
    fn why_nothing(&self) -> String {
        let mut reasons: Vec<&str> = self.absences();
        reasons.dedup();
        match reasons[..] {
            ["disabled"] => "the policy is disabled".to_owned(),
            ["outOfScope"] => "the resource is not within the assignment's scope".to_owned(),
            ["excluded"] => "the assignment excludes the resource".to_owned(),
            ["notSelected"] => "no resource selector of the assignment picks the resource".to_owned(),
            _ => "no policy applies to the resource (type, mode, or a rule that decides what it applies to)"
                .to_owned(),
        }
    }

    fn absences(&self) -> Vec<&'static str> {
        let of = |pair: &PairView<'_>| {
            let Judged { engine, resource, context, .. } = self.judged;
            engine.absence(*resource, context, *pair).ok().flatten().map(ordain::Absence::name)
        };
        self.pairs.iter().filter_map(of).collect()
    }

    /// The diagnostic for an expectation that asks for one policy where several are meant.
    fn one_policy(&self, wanted: &Wanted) -> Result<(), Vec<Diagnostic>> {
        if self.pairs.len() <= 1 {
            return Ok(());
        }
        let names: Vec<&str> = self.pairs.iter().take(8).map(|pair| judge::name(*pair)).collect();
        let more = if self.pairs.len() > names.len() { ", …" } else { "" };
        let message =
            format!("`{}` is asked of one policy, and there are {}", wanted.key.name(), self.pairs.len());
        let diagnostic = wanted
            .value
            .head()
            .mark(Diagnostic::error("SeveralPolicies", message), "")
            .help(format!("name one with `reference`: {}{more}", names.join(", ")));
        Err(vec![diagnostic])
    }

    /// The outcomes that have to do with what differs, with their places in the evaluation: among several those
    /// that a reference names, or that are not compliant.
    fn worth(&self, mismatches: &[Mismatch]) -> Vec<(usize, Outcome<'_>)> {
        let all = judge::chosen(self.chosen, self.judged.evaluation.outcomes());
        let named = |outcome: &Outcome<'_>| {
            let name = judge::name(outcome.pair());
            mismatches.iter().any(|mismatch| {
                mismatch.key.strip_prefix("references.").is_some_and(|own| own.eq_ignore_ascii_case(name))
            })
        };
        let by_reference = mismatches.iter().any(|mismatch| mismatch.key.starts_with("references."));
        let compliant = |outcome: &Outcome<'_>| outcome.state() == State::Compliant;
        let others = all.iter().any(|(_, outcome)| !compliant(outcome));
        let shown = |(_, outcome): &(usize, Outcome<'_>)| match by_reference {
            true => named(outcome),
            false => !others || !compliant(outcome),
        };
        all.into_iter().filter(shown).collect()
    }

    /// Why the policies said what they said.
    fn why(&self, shown: &[(usize, Outcome<'_>)]) -> Vec<Why> {
        if let Some(request) = self.judged.request {
            let rulings = request.rulings.iter().filter(|ruling| self.chosen.holds(ruling.pair));
            return rulings
                .map(|ruling| {
                    let sentence = ruling.sentence(self.values);
                    let reason = ruling.denial().map(|denial| denial.name().to_owned());
                    self.one_why(ruling.policy, ruling.kind.name(), reason, sentence, &ruling.why)
                })
                .collect();
        }
        shown
            .iter()
            .map(|(_, outcome)| {
                let why = outcome.explain(self.judged.resource);
                let sentence = scan::sentence(outcome, &why, self.values);
                let reason = scan::reason(outcome, &why);
                self.one_why(outcome.policy(), outcome.state().name(), reason, sentence, &why)
            })
            .collect()
    }

    fn one_why(
        &self,
        policy: PolicyView<'_>,
        outcome: &'static str,
        reason: Option<String>,
        sentence: String,
        why: &Explanation,
    ) -> Why {
        let unknown = why.unknown();
        let decider = why.failed().or_else(|| unknown.first().copied()).or_else(|| why.reason());
        let location = decider.and_then(|compared| compared.location());
        let resource = &self.judged.resource;
        let span = decider.map_or(policy.span(), |compared| compared.span());
        Why {
            policy: policy.display_name().to_owned(),
            effect: policy.effect(),
            outcome,
            reason,
            sentence,
            condition: super::Place { source: policy.source().clone(), span },
            resource: location
                .filter(|location| !location.items().is_empty())
                .map_or_else(|| resource.place.opening(), |location| resource.find(location).place()),
        }
    }
}

/// A mismatch about a value of the suite.
fn differs(wanted: &Wanted, expected: impl Into<String>, actual: impl Into<String>) -> Mismatch {
    Mismatch {
        key: wanted.key.name().to_owned(),
        expected: expected.into(),
        actual: actual.into(),
        place: wanted.value.place.clone(),
        replacement: None,
        note: None,
    }
}

impl Mismatch {
    fn mended(self, replacement: Json) -> Self {
        Self { replacement: Some(replacement), ..self }
    }
}

/// A value as people read it: strings bare, the rest as JSON.
fn shown(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn shown_tree(tree: &Tree) -> String {
    shown(&tree.to_json())
}

/// A wanted state by its wire name; `None` for no record.
fn wanted_state(value: &Tree) -> Option<State> {
    value.as_text().and_then(State::find)
}

fn named_state(state: Option<State>) -> &'static str {
    state.map_or("no record", State::name)
}
