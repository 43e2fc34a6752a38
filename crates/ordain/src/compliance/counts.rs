//! States rolled up and counted (spec 09 section 5).

use crate::outcome::State;

/// A number for each state, in the order of ranks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([usize; State::ALL.len()]);

impl Counts {
    /// One more of a state.
    pub fn add(&mut self, state: State) {
        if let Some(slot) = self.0.get_mut(state.rank()) {
            *slot += 1;
        }
    }

    /// What was counted elsewhere, too.
    pub fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(into, from)| *into += from);
    }

    /// The number of a state.
    #[must_use]
    pub fn of(&self, state: State) -> usize {
        self.0.get(state.rank()).copied().unwrap_or_default()
    }

    /// The states that occur, in the order of ranks, with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (State, usize)> {
        State::ALL.into_iter().map(|(state, _)| (state, self.of(state))).filter(|(_, count)| *count > 0)
    }

    /// All together.
    #[must_use]
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    /// The state that wins (spec S-24, S-25); `None` when nothing was counted.
    #[must_use]
    pub fn state(&self) -> Option<State> {
        self.iter().next().map(|(state, _)| state)
    }

    /// What raises the percentage (spec S-28).
    #[must_use]
    pub fn good(&self) -> usize {
        [State::Compliant, State::Exempt, State::Unknown, State::Protected].map(|s| self.of(s)).iter().sum()
    }

    /// The denominator: everything but what was not evaluated (spec S-28, S-29).
    #[must_use]
    pub fn judged(&self) -> usize {
        self.total() - self.of(State::NotEvaluated)
    }

    /// Whole per cent, rounded down; `None` where nothing was judged (spec S-30, S-31).
    ///
    /// ```
    /// use ordain::{State, compliance::Counts};
    /// let mut counts = Counts::default();
    /// assert_eq!(counts.percent(), None);
    /// (0..999).for_each(|_| counts.add(State::Compliant));
    /// counts.add(State::NonCompliant);
    /// assert_eq!(counts.percent(), Some(99));
    /// ```
    #[must_use]
    pub fn percent(&self) -> Option<usize> {
        (100 * self.good()).checked_div(self.judged())
    }

    /// Tenths of a per cent, rounded half to even (spec S-31).
    #[must_use]
    pub fn tenths(&self) -> Option<usize> {
        rounded(1_000 * self.good(), self.judged())
    }

    /// Whole per cent where only what complies counts, and what was not evaluated counts against it (spec S-32).
    #[must_use]
    pub fn strict_percent(&self) -> Option<usize> {
        let against = [State::NonCompliant, State::Error, State::Conflict, State::NotEvaluated];
        let judged: usize = self.of(State::Compliant) + against.map(|s| self.of(s)).iter().sum::<usize>();
        (100 * self.of(State::Compliant)).checked_div(judged)
    }
}

/// A quotient rounded half to even.
fn rounded(of: usize, by: usize) -> Option<usize> {
    let (whole, rest) = (of.checked_div(by)?, of.checked_rem(by)?);
    let up = match (2 * rest).cmp(&by) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => whole % 2 == 1,
    };
    Some(whole + usize::from(up))
}

#[cfg(test)]
mod tests {
    use super::*;
    use State::{Compliant, Conflict, Error, Exempt, NonCompliant, NotEvaluated, Protected, Unknown};

    fn of(states: &[(State, usize)]) -> Counts {
        let mut counts = Counts::default();
        states.iter().for_each(|(state, n)| (0..*n).for_each(|_| counts.add(*state)));
        counts
    }

    #[test]
    fn every_pair_of_states() {
        // spec: S-24, S-25
        let order = [NonCompliant, Compliant, Error, Conflict, NotEvaluated, Protected, Exempt, Unknown];
        for (at, a) in order.into_iter().enumerate() {
            for (other, b) in order.into_iter().enumerate() {
                let winner = if at <= other { a } else { b };
                assert_eq!(of(&[(a, 1), (b, 1)]).state(), Some(winner), "{a:?} {b:?}");
            }
        }
        assert_eq!(Counts::default().state(), None);
    }

    #[test]
    fn percentages() {
        // spec: S-28, S-29, S-30, S-31, S-32
        for (states, judged, percent, tenths, strict) in [
            (&[][..], 0, None, None, None),
            (&[(Exempt, 2)][..], 2, Some(100), Some(1_000), None),
            (&[(NotEvaluated, 3)][..], 0, None, None, Some(0)),
            (&[(Compliant, 9), (Exempt, 1)][..], 10, Some(100), Some(1_000), Some(100)),
            (&[(Protected, 1), (NonCompliant, 1)][..], 2, Some(50), Some(500), Some(0)),
            (&[(Compliant, 999), (NonCompliant, 1)][..], 1_000, Some(99), Some(999), Some(99)),
            // 0.5 of a tenth is rounded to the even one: 1/16 is 6.25 %, 3/16 is 18.75 %.
            (&[(Compliant, 1), (NonCompliant, 15)][..], 16, Some(6), Some(62), Some(6)),
            (&[(Compliant, 3), (NonCompliant, 13)][..], 16, Some(18), Some(188), Some(18)),
            (
                &[(Compliant, 1), (Error, 1), (Conflict, 1), (NotEvaluated, 1), (Unknown, 1)][..],
                4,
                Some(50),
                Some(500),
                Some(25),
            ),
        ] {
            let counts = of(states);
            assert_eq!(
                (counts.judged(), counts.percent(), counts.tenths(), counts.strict_percent()),
                (judged, percent, tenths, strict),
                "{states:?}"
            );
        }
    }
}
