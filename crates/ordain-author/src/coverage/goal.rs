//! What tests should have shown of a condition or effect, and how often they did (docs/coverage.md).

use super::look::Look;
use ordain::Truth;
use std::fmt;

/// One thing that tests should show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The condition is true where it is reached.
    True,
    /// It is false where it is reached.
    False,
    /// Its truth alone decides.
    Decisive,
    /// A count finds no element that counts.
    Zero,
    /// It finds one.
    One,
    /// It finds several.
    Many,
    /// The effect is this one where the rule is true, or it is `Disabled`; any effect where its name is empty.
    Effect(String),
}

impl Goal {
    /// The words by which exemptions name goals of conditions; an effect's word is its name.
    pub const WORDS: [(Self, &'static str); 6] = [
        (Self::True, "true"),
        (Self::False, "false"),
        (Self::Decisive, "decisive"),
        (Self::Zero, "zero"),
        (Self::One, "one"),
        (Self::Many, "many"),
    ];

    /// The goals of a condition.
    pub(super) fn of_condition(is_count: bool) -> Vec<Self> {
        let mut goals = vec![Self::True, Self::False, Self::Decisive];
        if is_count {
            goals.extend([Self::Zero, Self::One, Self::Many]);
        }
        goals
    }

    /// Whether a word of an exemption means this goal.
    pub(super) fn is_named(&self, word: &str) -> bool {
        self.to_string().eq_ignore_ascii_case(word)
    }

    pub(super) fn is_disabled(&self) -> bool {
        matches!(self, Self::Effect(name) if name.eq_ignore_ascii_case("disabled"))
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Effect(name) if name.is_empty() => f.write_str("effect"),
            Self::Effect(name) => f.write_str(name),
            goal => f.write_str(Self::WORDS.iter().find(|(known, _)| known == goal).map_or("", |(_, w)| w)),
        }
    }
}

/// How often a condition was judged, and what came out: by resource, inside a `where` by element, in an existence
/// condition by candidate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// True where it was reached.
    pub held: usize,
    /// False where it was reached.
    pub failed: usize,
    /// Unknown where it was reached.
    pub unknown: usize,
    /// Ended in an error where it was reached.
    pub error: usize,
    /// Not reached: what stands before it had decided.
    pub masked: usize,
    /// Its truth alone decided.
    pub decisive: usize,
    /// A count that came to zero, one, more.
    pub counted: [usize; 3],
}

impl Tally {
    pub(super) fn add(&mut self, look: &Look) {
        if !look.reached {
            self.masked += 1;
            return;
        }
        let of_truth = match look.truth {
            Truth::True => &mut self.held,
            Truth::False => &mut self.failed,
            Truth::Unknown(_) => &mut self.unknown,
            Truth::Error => &mut self.error,
        };
        *of_truth += 1;
        self.decisive += usize::from(look.decisive);
        if let Some(number) = look.number {
            let [zero, one, many] = &mut self.counted;
            match number {
                ..=0 => *zero += 1,
                1 => *one += 1,
                _ => *many += 1,
            }
        }
    }

    /// How often a goal of a condition was shown.
    #[must_use]
    pub fn hits(&self, goal: &Goal) -> usize {
        let [zero, one, many] = self.counted;
        match goal {
            Goal::True => self.held,
            Goal::False => self.failed,
            Goal::Decisive => self.decisive,
            Goal::Zero => zero,
            Goal::One => one,
            Goal::Many => many,
            Goal::Effect(_) => 0,
        }
    }

    /// How often it was reached.
    #[must_use]
    pub fn reached(&self) -> usize {
        self.held + self.failed + self.unknown + self.error
    }
}
