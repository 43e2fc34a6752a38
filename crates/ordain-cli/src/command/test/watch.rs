//! `ordain test --watch`: again whenever a suite changes, or something that suites refer to.

use crate::inputs::{self, Disk};
use ordain_author::suite::is_suite_name;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

/// How often the disk is asked. There is no way to be told that holds on every file system.
const EVERY: Duration = Duration::from_millis(300);

/// Size and time of each file that matters.
#[derive(Debug, PartialEq, Eq)]
pub struct Seen(BTreeMap<PathBuf, (u64, Option<SystemTime>)>);

impl Seen {
    /// The suites that the words lead to, and the files that were read for them.
    pub fn now(words: &[String], disk: &Disk) -> Self {
        let mut seen = BTreeMap::new();
        for word in words {
            inputs::listed(word, &is_suite_name).into_iter().for_each(|path| note(&mut seen, path));
        }
        for path in disk.paths() {
            match Path::new(&path).is_dir() {
                true => inputs::listed(&path, &|_| true).into_iter().for_each(|path| note(&mut seen, path)),
                false => note(&mut seen, PathBuf::from(path)),
            }
        }
        Self(seen)
    }

    /// Whether a file that was there before has become another.
    pub fn is_later_than(&self, before: &Self) -> bool {
        before.0.iter().any(|(path, known)| self.0.get(path).is_some_and(|now| now != known))
    }

    /// Number of files that are there.
    pub fn files(&self) -> usize {
        self.0.values().filter(|(_, time)| time.is_some()).count()
    }
}

fn note(seen: &mut BTreeMap<PathBuf, (u64, Option<SystemTime>)>, path: PathBuf) {
    // A file that is not there may come.
    let known = fs::metadata(&path).map_or((0, None), |data| (data.len(), data.modified().ok()));
    seen.insert(path, known);
}

/// Waits until something is not as it was.
pub fn change(words: &[String], disk: &Disk, seen: &Seen) {
    while Seen::now(words, disk) == *seen {
        thread::sleep(EVERY);
    }
}
