//! Interned paths: a trie of keys, so that a common front is looked up once for all paths behind it.

use std::collections::HashMap;

/// A path without `[*]` in a [`PathTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathId(u32);

impl PathId {
    /// The document's root.
    pub const ROOT: Self = Self(0);

    /// For indexing tables that have a row for each path.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    parent: PathId,
    key: Box<str>,
}

/// All paths that a residual plan reads.
#[derive(Clone, Debug, Default)]
pub struct PathTable {
    entries: Vec<Entry>,
    known: HashMap<(PathId, Box<str>), PathId>,
}

impl PathTable {
    /// Number of paths, the root included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries.len() + 1
    }

    /// The path one key below another; keys that differ in ASCII case only are one.
    pub fn child(&mut self, parent: PathId, key: &str) -> PathId {
        let lookup = (parent, key.to_ascii_lowercase().into_boxed_str());
        if let Some(known) = self.known.get(&lookup) {
            return *known;
        }
        self.entries.push(Entry { parent, key: key.into() });
        let id = PathId(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        self.known.insert(lookup, id);
        id
    }

    /// Parent and key of a path; `None` for the root.
    #[must_use]
    pub fn entry(&self, path: PathId) -> Option<(PathId, &str)> {
        let entry = self.entries.get(path.index().checked_sub(1)?)?;
        Some((entry.parent, &entry.key))
    }

    /// All paths but the root.
    pub fn all(&self) -> impl Iterator<Item = PathId> {
        (1..=self.entries.len()).map(|at| PathId(u32::try_from(at).unwrap_or(u32::MAX)))
    }

    /// The keys from the root.
    #[must_use]
    pub fn keys(&self, path: PathId) -> Vec<&str> {
        let mut keys = Vec::new();
        let mut at = path;
        while let Some((parent, key)) = self.entry(at) {
            keys.push(key);
            at = parent;
        }
        keys.reverse();
        keys
    }
}
