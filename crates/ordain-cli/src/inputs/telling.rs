//! What is told of a file, read part by part: of each kind so many, and once what is about all of it (spec I-15, I-82).

use ordain::{Diagnostic, Severity, Source, Span};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Diagnostics of one code and file that are told one by one (spec I-82).
const TOLD: usize = 20;

/// What is said once: a code, and what it is about.
type Key = (&'static str, String);

/// Diagnostics on their way; parts of one file are put together in its order.
#[derive(Debug, Default)]
pub struct Telling {
    /// About the bytes: told first.
    first: Vec<Diagnostic>,
    told: Vec<(Option<Key>, Diagnostic)>,
    counts: HashMap<&'static str, usize>,
    noticed: HashSet<Key>,
    /// Rows without type and id.
    nameless: usize,
    /// Rows that are policy objects, by kind: the first and how many.
    policy_objects: BTreeMap<&'static str, (Source, Span, usize)>,
}

impl Telling {
    /// Something about the bytes of the file.
    pub fn of_bytes(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.first.extend(diagnostics);
    }

    /// Something about one place.
    pub fn tell(&mut self, diagnostic: Diagnostic) {
        self.add(None, diagnostic);
    }

    /// Something about the file, or about all rows of a kind.
    pub fn once(&mut self, code: &'static str, about: String, diagnostic: impl FnOnce() -> Diagnostic) {
        let key = (code, about);
        if !self.noticed.contains(&key) {
            self.noticed.insert(key.clone());
            self.add(Some(key), diagnostic());
        }
    }

    /// Whether anything is told so far.
    pub fn is_silent(&self) -> bool {
        self.first.is_empty() && self.told.is_empty()
    }

    /// A row that nothing tells what it is.
    pub fn nameless(&mut self, diagnostic: Diagnostic) {
        self.nameless += 1;
        self.tell(diagnostic);
    }

    /// A row that means more elsewhere.
    pub fn policy_object(&mut self, what: &'static str, source: &Source, at: Span) {
        self.policy_objects.entry(what).or_insert_with(|| (source.clone(), at, 0)).2 += 1;
    }

    fn add(&mut self, key: Option<Key>, diagnostic: Diagnostic) {
        let count = self.counts.entry(diagnostic.code()).or_default();
        *count += 1;
        if *count <= TOLD {
            self.told.push((key, diagnostic));
        }
    }

    /// What was told of the part behind.
    pub fn merge(&mut self, behind: Self) {
        self.first.extend(behind.first);
        let mut counts = behind.counts;
        for (key, diagnostic) in behind.told {
            if let Some(left) = counts.get_mut(diagnostic.code()) {
                *left -= 1;
            }
            match key {
                Some(key) if self.noticed.contains(&key) => {}
                Some(key) => {
                    self.noticed.insert(key.clone());
                    self.add(Some(key), diagnostic);
                }
                None => self.add(None, diagnostic),
            }
        }
        // Those that were only counted.
        for (code, left) in counts {
            *self.counts.entry(code).or_default() += left;
        }
        self.nameless += behind.nameless;
        for (what, (source, at, count)) in behind.policy_objects {
            self.policy_objects.entry(what).or_insert((source, at, 0)).2 += count;
        }
    }

    /// All of it, at the end of a file of this name; `all_failed` when each row of so many is an error.
    pub fn finish(mut self, name: &str, all_failed: Option<usize>) -> Vec<Diagnostic> {
        self.objects();
        let mut out = self.first;
        let mut told: Vec<Diagnostic> = self.told.into_iter().map(|(_, diagnostic)| diagnostic).collect();
        let nameless = ["NoType", "NotAResource"];
        if self.nameless > 1 && all_failed == Some(self.nameless) {
            // The whole file is like that: say it once (spec I-15).
            if let Some(first) = told.iter().position(|d| nameless.contains(&d.code())) {
                let note = format!("all {} rows of the file are like that", self.nameless);
                let kept = told.remove(first).note(note);
                told.retain(|d| !nameless.contains(&d.code()));
                told.push(kept);
                for code in nameless {
                    self.counts.remove(code);
                }
            }
        }
        let mut more: Vec<_> = self.counts.iter().filter(|(_, count)| **count > TOLD).collect();
        more.sort();
        for (code, count) in more {
            let like = told.iter().find(|d| d.code() == *code);
            let severity = like.map_or(Severity::Error, Diagnostic::severity);
            let message = format!("{} more of this kind in the file", count - TOLD);
            told.push(Diagnostic::new(severity, code, message).origin(name));
        }
        out.append(&mut told);
        out
    }

    /// Says once for a file what rows it has that mean more elsewhere.
    fn objects(&mut self) {
        let begins = |source: &Source, at: Span| source.position(at.start);
        let first = self.policy_objects.values().min_by_key(|(source, at, _)| {
            let place = begins(source, *at);
            (place.line, place.column)
        });
        let Some((source, at, _)) = first else { return };
        let kinds = self.policy_objects.iter().map(|(what, (_, _, count))| format!("{what} ({count})"));
        let kinds = kinds.collect::<Vec<_>>().join(", ");
        let diagnostic = Diagnostic::warning(
            "PolicyObjects",
            "policy objects are judged as resources, what they say is not applied",
        )
        .label(source, *at, "the first of them")
        .note(format!("in the file: {kinds}"))
        .help("policies are given with `-p`, a whole tenant with `--tenant`");
        self.tell(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_tell_what_the_whole_tells() {
        let all: Vec<(usize, &'static str)> =
            (0..70).map(|n| (n, if n % 3 == 0 { "BadRow" } else { "NoType" })).collect();
        let said = |part: &[(usize, &'static str)]| {
            let mut telling = Telling::default();
            for (n, code) in part {
                telling.tell(Diagnostic::error(code, n.to_string()));
                telling.once("Old", (n % 2).to_string(), || Diagnostic::warning("Old", (n % 2).to_string()));
            }
            telling
        };
        let text = |telling: Telling| {
            telling.finish("f", None).iter().map(|d| format!("{} {d}", d.code())).collect::<Vec<_>>()
        };
        let whole = text(said(&all));
        assert!(whole.iter().any(|line| line.contains("26 more of this kind")), "{whole:?}");
        for size in [1, 7, 30, 69] {
            let mut telling = Telling::default();
            all.chunks(size).for_each(|part| telling.merge(said(part)));
            assert_eq!(text(telling), whole, "{size}");
        }
    }
}
