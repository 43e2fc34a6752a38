//! An object that keeps the order of its members (spec F-31).

use super::{Value, text::key_eq};
use std::collections::HashMap;
use std::sync::Arc;

/// Up to so many members looking through them is quicker than hashing names.
const FEW: usize = 32;

/// Members in insertion order. Names are not unique by themselves: [`Object::set`] replaces, [`Object::push`]
/// keeps the last of exactly equal names (spec L-98).
#[derive(Clone, Debug, Default)]
pub struct Object {
    members: Vec<(Arc<str>, Value)>,
}

impl Object {
    /// An empty object.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The members in order.
    #[must_use]
    pub fn members(&self) -> &[(Arc<str>, Value)] {
        &self.members
    }

    /// Number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The member of exactly this name, else the first equal without regard to ASCII case (spec F-17).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.get_exact(name).or_else(|| self.members.iter().find(|(k, _)| key_eq(k, name)).map(|(_, v)| v))
    }

    /// The member of exactly this name.
    #[must_use]
    pub fn get_exact(&self, name: &str) -> Option<&Value> {
        self.members.iter().find(|(k, _)| &**k == name).map(|(_, v)| v)
    }

    /// The same, to be changed.
    pub(crate) fn get_exact_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.members.iter_mut().find(|(k, _)| &**k == name).map(|(_, v)| v)
    }

    /// Takes out the member of exactly this name.
    pub(crate) fn remove_exact(&mut self, name: &str) -> Option<Value> {
        let at = self.members.iter().position(|(k, _)| &**k == name)?;
        Some(self.members.remove(at).1)
    }

    /// Adds a member; an exactly equal name is replaced in place.
    pub fn push(&mut self, name: impl Into<Arc<str>>, value: Value) {
        let name = name.into();
        match self.members.iter_mut().find(|(k, _)| **k == *name) {
            Some(slot) => slot.1 = value,
            None => self.members.push((name, value)),
        }
    }

    /// Sets the member found as [`Object::get`] finds it, keeping its spelling; else adds one.
    pub fn set(&mut self, name: impl Into<Arc<str>>, value: Value) {
        let name = name.into();
        let found = self.members.iter().position(|(k, _)| **k == *name);
        let found = found.or_else(|| self.members.iter().position(|(k, _)| key_eq(k, &name)));
        match found.and_then(|i| self.members.get_mut(i)) {
            Some(slot) => slot.1 = value,
            None => self.members.push((name, value)),
        }
    }
}

/// As [`Object::push`], in time that grows with the number of members.
impl FromIterator<(Arc<str>, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Value)>>(iter: I) -> Self {
        let mut object = Self::new();
        let mut places: HashMap<Arc<str>, usize> = HashMap::new();
        for (name, value) in iter {
            if object.len() < FEW {
                object.push(name, value);
                continue;
            }
            if places.is_empty() {
                places.extend(object.members.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)));
            }
            match places.get(&name).and_then(|at| object.members.get_mut(*at)) {
                Some(slot) => slot.1 = value,
                None => {
                    places.insert(name.clone(), object.len());
                    object.members.push((name, value));
                }
            }
        }
        object
    }
}

/// Same names (exact) with equal values, in any order (spec F-29).
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.members.iter().all(|(k, v)| other.get_exact(k).is_some_and(|w| v == w))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collecting_is_pushing() {
        // spec: L-98
        for names in [3, FEW - 1, FEW, FEW + 1, 3 * FEW] {
            let members =
                (0..2 * names).map(|n| (Arc::from(format!("k{}", n % names)), Value::from(n as i64)));
            let mut pushed = Object::new();
            members.clone().for_each(|(name, value)| pushed.push(name, value));
            let collected: Object = members.collect();
            assert_eq!(collected.members(), pushed.members());
            assert_eq!((collected.len(), collected.get("k0")), (names, Some(&Value::from(names as i64))));
        }
    }
}
