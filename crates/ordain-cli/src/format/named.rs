//! Names of policies that tell the pairs of one assignment apart (spec G-29).

use ordain::{Outcome, PairView, Ruling};

/// What people call the pair's definition, its reference id behind it where another pair of the assignment is
/// called the same.
pub fn pair(pair: PairView<'_>) -> String {
    referenced(pair.display_name(), pair)
}

/// The same of the policy that was judged.
pub fn outcome(outcome: &Outcome<'_>) -> String {
    referenced(outcome.policy().display_name(), outcome.pair())
}

/// The same of one that has a say in a request.
pub fn ruling(ruling: &Ruling<'_>) -> String {
    referenced(ruling.policy.display_name(), ruling.pair)
}

fn referenced(name: &str, pair: PairView<'_>) -> String {
    // Of a definition that was not given the id is all that is known.
    let shown = match name == pair.definition_id() {
        true => name.rsplit('/').next().unwrap_or(name),
        false => name,
    };
    let alike = |other: &PairView<'_>| other.display_name().eq_ignore_ascii_case(pair.display_name());
    match (pair.reference_id(), pair.assignment().pairs().filter(alike).nth(1)) {
        ("", _) | (_, None) => shown.to_owned(),
        (reference, Some(_)) => format!("{shown} ({reference})"),
    }
}
