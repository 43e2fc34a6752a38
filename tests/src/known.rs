//! Cases that fail today, by name and with the reason: `tests/cases/known-failures.txt`.

use crate::shared;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The list, by section (a file of cases) and id.
#[derive(Debug, Default)]
pub struct Known {
    sections: BTreeMap<String, BTreeMap<String, String>>,
}

impl Known {
    /// Reads the list of the repository.
    ///
    /// # Panics
    /// When the file is not there or a line has no reason.
    #[must_use]
    pub fn load() -> Self {
        let path = shared::root().join("tests/cases/known-failures.txt");
        Self::read(&std::fs::read_to_string(path).expect("the list of known failures is there"))
    }

    fn read(text: &str) -> Self {
        let mut known = Self::default();
        let mut section = String::new();
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                section = name.to_owned();
                known.sections.entry(section.clone()).or_default();
                continue;
            }
            let (id, reason) = line.split_once(" | ").expect("a line is `id | reason`");
            let ids = known.sections.entry(section.clone()).or_default();
            let before = ids.insert(id.trim().to_owned(), reason.trim().to_owned());
            assert!(before.is_none(), "known-failures.txt lists {id} twice");
        }
        known
    }

    /// The sections that are listed.
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        self.sections.keys().map(String::as_str)
    }

    /// Whether a case is on the list.
    #[must_use]
    pub fn lists(&self, section: &str, id: &str) -> bool {
        self.sections.get(section).is_some_and(|ids| ids.contains_key(id))
    }

    /// What is not as listed: ids that fail without being listed, and listed ones that do not fail.
    ///
    /// # Errors
    /// A text that says which.
    pub fn settle(&self, section: &str, failed: &[(String, String)]) -> Result<(), String> {
        let nothing = BTreeMap::new();
        let listed = self.sections.get(section).unwrap_or(&nothing);
        let mut text = String::new();
        for (id, why) in failed.iter().filter(|(id, _)| !listed.contains_key(id)) {
            let _ = writeln!(text, "FAIL {id}: {why}");
        }
        let failed: BTreeSet<&str> = failed.iter().map(|(id, _)| id.as_str()).collect();
        for id in listed.keys().filter(|id| !failed.contains(id.as_str())) {
            let _ = writeln!(text, "PASS {id}: take it off the list of known failures");
        }
        if text.is_empty() { Ok(()) } else { Err(format!("{section}:\n{text}")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_only_shrink() {
        let known = Known::read("# remark\n[a.jsonl]\nx | not yet\ny | not yet\n");
        let failed =
            |ids: &[&str]| ids.iter().map(|id| ((*id).to_owned(), "why".to_owned())).collect::<Vec<_>>();
        assert_eq!(known.settle("a.jsonl", &failed(&["x", "y"])), Ok(()));
        assert!(known.settle("a.jsonl", &failed(&["x"])).is_err_and(|e| e.contains("PASS y")));
        assert!(known.settle("a.jsonl", &failed(&["x", "y", "z"])).is_err_and(|e| e.contains("FAIL z: why")));
        assert!(known.settle("b.jsonl", &failed(&["x"])).is_err());
    }
}
