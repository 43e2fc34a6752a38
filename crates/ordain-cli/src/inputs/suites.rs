//! Test suites and what they refer to, read from the disk.

use super::find::{self, find_named};
use super::rows::{Rows, Wanted, rows};
use super::{bytes, policies, split};
use ordain::{Diagnostic, EngineBuilder, Source};
use ordain_author::suite::{Files, PolicyTexts, Tenant, is_suite_name};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The files that may be suites, each once, and whether somebody named it.
pub fn suites(words: &[String], diagnostics: &mut Vec<Diagnostic>) -> Vec<(Source, bool)> {
    let mut seen = BTreeSet::new();
    let mut read = Vec::new();
    for word in words {
        for found in find_named(word, &is_suite_name, diagnostics) {
            let name = find::shown(&found.path);
            let path = name.strip_prefix("./").map_or(found.path.as_path(), Path::new);
            if !seen.insert(path.to_owned()) {
                continue;
            }
            match bytes::read_file(path, bytes::POLICY_BYTES) {
                Ok(mut text) => {
                    diagnostics.append(&mut text.diagnostics);
                    read.push((text.source, found.named));
                }
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
    }
    read
}

/// The paths behind a word, as far as they can be listed.
pub fn listed(word: &str, wanted: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    find_named(word, wanted, &mut Vec::new()).into_iter().map(|found| found.path).collect()
}

/// Reads what suites refer to, and keeps in mind what it was.
#[derive(Debug, Default)]
pub struct Disk {
    read: Mutex<BTreeSet<String>>,
}

impl Disk {
    /// The paths that were asked for.
    pub fn paths(&self) -> Vec<String> {
        self.read.lock().map(|paths| paths.iter().cloned().collect()).unwrap_or_default()
    }

    fn asked(&self, path: &str) {
        if let Ok(mut paths) = self.read.lock() {
            paths.insert(path.to_owned());
        }
    }
}

impl Files for Disk {
    fn text(&self, path: &str) -> Result<Source, Diagnostic> {
        self.asked(path);
        let text = bytes::read_file(Path::new(path), bytes::EXPORT_BYTES)?;
        match text.diagnostics.into_iter().next() {
            Some(wrong) => Err(wrong),
            None => Ok(text.source),
        }
    }

    fn policies(&self, path: &str) -> Result<PolicyTexts, Vec<Diagnostic>> {
        self.asked(path);
        let mut diagnostics = Vec::new();
        let mut read = Vec::new();
        for found in find::find(path, &mut diagnostics) {
            match bytes::read_file(&found.path, bytes::POLICY_BYTES) {
                Ok(mut text) => {
                    diagnostics.append(&mut text.diagnostics);
                    read.push((found, text.source));
                }
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        if read.is_empty() {
            return Err(diagnostics);
        }
        let texts = split::combined(read, &mut diagnostics);
        Ok(PolicyTexts {
            texts: texts.into_iter().map(|(named, source)| (source, named)).collect(),
            diagnostics,
        })
    }

    fn tenant(&self, path: &str, builder: EngineBuilder) -> Result<Tenant, Vec<Diagnostic>> {
        self.asked(path);
        let mut texts = super::texts(&[path.to_owned()], &mut std::io::empty());
        if texts.texts.is_empty() {
            return Err(texts.diagnostics);
        }
        let files: Vec<Rows<'_>> =
            texts.texts.iter().map(|(text, named)| rows(text, *named, Wanted::Tenant, None)).collect();
        let mut diagnostics = std::mem::take(&mut texts.diagnostics);
        diagnostics.extend(files.iter().flat_map(|file| file.diagnostics.iter().cloned()));
        let rows = files.iter().flat_map(|file| &file.rows).map(super::Row::value).collect();
        Ok(Tenant { builder: policies::tenant(&files, builder), rows, diagnostics })
    }
}
