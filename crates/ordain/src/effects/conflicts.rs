//! Policies that would change one resource in ways that exclude each other (spec E-60 … E-64). A function of the
//! changes alone.

use super::change::Change;
use super::patch::tokens;
use crate::plan::ConflictEffect;
use crate::value::{Value, same_json};
use std::collections::HashMap;

/// How conflicts are settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunMode {
    /// The resource exists: what would happen at the next write. All policies take part (spec E-62, E-64).
    Scan,
    /// The resource is being written. Only enforced policies take part (spec E-61, E-64).
    Request,
}

/// A policy that would change the resource.
#[derive(Clone, Copy, Debug)]
pub struct Contender<'c> {
    /// What it would do.
    pub change: &'c Change,
    /// Whether it is enforced.
    pub enforced: bool,
}

/// What becomes of a contender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// It is in nobody's way.
    Free,
    /// Of those in each other's way it is the one that is carried out.
    Wins,
    /// It is in another's way, and none of its operations is carried out.
    Suppressed,
    /// It and another refuse to give way: the request is denied, the record is in state `Conflict`.
    Conflict,
    /// It takes no part: not enforced in a request, or known to change nothing.
    LeftOut,
}

impl Standing {
    /// Whether its operations are carried out.
    #[must_use]
    pub fn is_carried_out(self) -> bool {
        matches!(self, Self::Free | Self::Wins)
    }
}

/// What becomes of each of the policies that would change one resource.
#[must_use]
pub fn settle(contenders: &[Contender<'_>], mode: RunMode) -> Vec<Standing> {
    let takes_part = |contender: &Contender<'_>| {
        let counts = mode == RunMode::Scan || contender.enforced;
        counts && !contender.change.tentative && contender.change.error.is_none()
    };
    let mut standings: Vec<Standing> = contenders
        .iter()
        .map(|contender| if takes_part(contender) { Standing::Free } else { Standing::LeftOut })
        .collect();
    let maps: Vec<Option<Map<'_>>> =
        contenders.iter().map(|c| takes_part(c).then(|| Map::of(c.change))).collect();
    // The first of those that a contender is in conflict with, directly or through others.
    let mut leader: Vec<usize> = (0..contenders.len()).collect();
    let mut clashes = vec![false; contenders.len()];
    for (at, own) in maps.iter().enumerate() {
        for (before, other) in maps.iter().enumerate().take(at) {
            let (Some(own), Some(other)) = (own, other) else { continue };
            if own.clashes_with(other) || other.clashes_with(own) {
                join(&mut leader, at, before);
                for index in [at, before] {
                    if let Some(clash) = clashes.get_mut(index) {
                        *clash = true;
                    }
                }
            }
        }
    }
    let denies = |index: usize| {
        contenders.get(index).is_some_and(|c| c.change.conflict_effect == ConflictEffect::Deny)
    };
    let involved: Vec<usize> = (0..contenders.len()).filter(|i| clashes.get(*i) == Some(&true)).collect();
    for index in &involved {
        let group = lead(&leader, *index);
        let denying = involved.iter().filter(|i| lead(&leader, **i) == group && denies(**i)).count();
        let standing = match (denies(*index), denying) {
            (true, 1) => Standing::Wins,
            (true, _) => Standing::Conflict,
            (false, _) => Standing::Suppressed,
        };
        if let Some(slot) = standings.get_mut(*index) {
            *slot = standing;
        }
    }
    standings
}

fn lead(leader: &[usize], mut index: usize) -> usize {
    while let Some(next) = leader.get(index).filter(|next| **next < index) {
        index = *next;
    }
    index
}

fn join(leader: &mut [usize], a: usize, b: usize) {
    let (a, b) = (lead(leader, a), lead(leader, b));
    if let Some(slot) = leader.get_mut(a.max(b)) {
        *slot = a.min(b);
    }
}

/// The places that one change writes, by pointer in lower case: names of tags and members compare without regard
/// to case.
struct Map<'c> {
    change: &'c Change,
    places: HashMap<String, Kind>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Sets,
    Appends,
}

impl<'c> Map<'c> {
    fn of(change: &'c Change) -> Self {
        let mut places = HashMap::new();
        for write in &change.writes {
            let kind = if write.appends { Kind::Appends } else { Kind::Sets };
            let slot = places.entry(write.pointer.to_ascii_lowercase()).or_insert(kind);
            // What is set and appended to is set.
            if kind == Kind::Sets {
                *slot = kind;
            }
        }
        Self { change, places }
    }

    /// Whether some place of this change lies at or below one of the other, and both leave different values there
    /// (spec E-60). Different members that are appended to one array stand beside each other.
    fn clashes_with(&self, other: &Self) -> bool {
        self.places.iter().any(|(pointer, kind)| {
            let ends = pointer.match_indices('/').map(|(at, _)| at).skip(1).chain([pointer.len()]);
            let mut fronts = ends.filter_map(|end| pointer.get(..end));
            let meets = fronts.any(|front| match other.places.get(front) {
                None => false,
                // A member that is appended touches no other member.
                Some(Kind::Appends) => front == pointer && *kind == Kind::Sets,
                Some(Kind::Sets) => true,
            });
            meets && !self.leaves_the_same(other, pointer)
        })
    }

    fn leaves_the_same(&self, other: &Self, pointer: &str) -> bool {
        match (find(&self.change.after, pointer), find(&other.change.after, pointer)) {
            (None, None) => true,
            (Some(own), Some(others)) => same_json(own, others) == Some(true),
            _ => false,
        }
    }
}

/// What stands at a pointer, names without regard to case.
fn find<'v>(body: &'v Value, pointer: &str) -> Option<&'v Value> {
    tokens(pointer)?.iter().try_fold(body, |at, token| match at {
        Value::Object(object) => object.get(token),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    })
}
