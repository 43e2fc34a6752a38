//! Goals that nobody need reach, with the reason; and what is wrong with exemptions (docs/coverage.md).

use super::{PolicyCoverage, item::Item};
use ordain::{Diagnostic, Source, Span};

/// An exemption from goals.
#[derive(Clone, Debug)]
pub struct Exemption {
    /// The policy's file, by the name that it has as a source.
    pub policy: String,
    /// Where the condition or effect is: a JSON Pointer into `policyRule`.
    pub pointer: String,
    /// Which goals, by their words; all that are not shown where there are none.
    pub goals: Vec<String>,
    /// The reason.
    pub because: String,
    /// Where the exemption is written.
    pub place: (Source, Span),
}

/// Codes of what is wrong with exemptions.
pub const UNREASONED: &str = "CoverageExemptionWithoutReason";
/// It names no condition, effect or goal.
pub const MISPLACED: &str = "CoverageExemptionOfNothing";
/// What it exempts is shown by a case.
pub const UNNEEDED: &str = "CoverageExemptionUnneeded";

impl Exemption {
    fn fault(&self, code: &'static str, message: impl std::fmt::Display) -> Diagnostic {
        let (source, span) = &self.place;
        Diagnostic::error(code, message).label(source, *span, "")
    }

    /// Exempts what it names.
    pub(super) fn apply(&self, policy: &mut PolicyCoverage, told: &mut Vec<Diagnostic>) {
        if self.because.trim().is_empty() {
            let fault = self.fault(UNREASONED, "an exemption from coverage gives no reason");
            told.push(fault.help("say why no case can show it: `because: …`"));
            return;
        }
        let Some(item) = policy.items.iter_mut().find(|item| item.pointer == self.pointer) else {
            let message = format!("there is no condition or effect at `{}`", self.pointer);
            let fault = self.fault(MISPLACED, message);
            told.push(fault.help("the pointer begins below `policyRule`, such as `/if/allOf/1`"));
            return;
        };
        self.apply_to(item, told);
    }

    fn apply_to(&self, item: &mut Item, told: &mut Vec<Diagnostic>) {
        for word in &self.goals {
            if !item.goals.iter().any(|state| state.goal.is_named(word)) {
                let known: Vec<String> = item.goals.iter().map(|state| format!("`{}`", state.goal)).collect();
                let fault = self.fault(MISPLACED, format!("`{word}` is no goal of `{}`", self.pointer));
                told.push(fault.help(format!("its goals are {}", known.join(", "))));
            }
        }
        let mut exempted = false;
        for state in &mut item.goals {
            let named = self.goals.iter().any(|word| state.goal.is_named(word));
            if state.hits > 0 {
                if named {
                    let message = format!("`{}` of `{}` is shown by a case", state.goal, self.pointer);
                    told.push(self.fault(UNNEEDED, message).help("take the exemption away"));
                }
            } else if named || self.goals.is_empty() {
                state.exempt = Some(self.because.clone());
                exempted = true;
            }
        }
        if self.goals.is_empty() && !exempted {
            let message = format!("all that `{}` could show is shown by cases", self.pointer);
            told.push(self.fault(UNNEEDED, message).help("take the exemption away"));
        }
    }
}

/// A comment of a policy's file exempts the condition or effect that begins next behind it.
pub(super) fn of_comment<'i>(
    items: impl Iterator<Item = &'i mut Item>,
    place: (Source, Span),
    because: String,
    told: &mut Vec<Diagnostic>,
) {
    let end = place.1.end;
    let next = items.filter(|item| item.span.start >= end).min_by_key(|item| item.span.start);
    let exemption = Exemption {
        policy: place.0.name().to_owned(),
        pointer: next.as_ref().map(|item| item.pointer.clone()).unwrap_or_default(),
        goals: Vec::new(),
        because,
        place,
    };
    match next {
        Some(_) if exemption.because.is_empty() => {
            let fault = exemption.fault(UNREASONED, "an exemption from coverage gives no reason");
            told.push(fault.help("say why: `// ordain: undecidable because …`"));
        }
        Some(item) => exemption.apply_to(item, told),
        None => told.push(exemption.fault(MISPLACED, "no condition follows this exemption from coverage")),
    }
}
