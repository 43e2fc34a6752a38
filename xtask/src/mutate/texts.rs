//! Files as suites see them while one policy is another.
#![allow(
    clippy::result_large_err,
    reason = "diagnostics are made where a file cannot be read, never in a hot loop"
)]

use crate::Fault;
use ordain::{Diagnostic, Engine, EngineBuilder, Source};
use ordain_author::suite::{Files, PolicyTexts, Tenant};
use std::fs;
use std::path::{Path, PathBuf};

/// The disk, with one file in the place of another.
#[derive(Default)]
pub struct Texts {
    changed: Option<Source>,
}

impl Texts {
    /// With this text in the place of the file of its name.
    pub fn with(source: Source) -> Self {
        Self { changed: Some(source) }
    }

    fn source(&self, path: &str) -> Result<Source, Diagnostic> {
        if let Some(changed) = self.changed.as_ref().filter(|changed| changed.name() == path) {
            return Ok(changed.clone());
        }
        let text = fs::read_to_string(path);
        let text = text.map_err(|error| Diagnostic::error("NotReadable", error).origin(path))?;
        Ok(Source::new(path, text))
    }
}

impl Files for Texts {
    fn text(&self, path: &str) -> Result<Source, Diagnostic> {
        self.source(path)
    }

    fn policies(&self, path: &str) -> Result<PolicyTexts, Vec<Diagnostic>> {
        let named = !Path::new(path).is_dir();
        let paths = if named { vec![PathBuf::from(path)] } else { list(Path::new(path), ".json") };
        let texts = paths.iter().map(|path| Ok((self.source(&path.to_string_lossy())?, named)));
        let texts: Result<Vec<_>, Diagnostic> = texts.collect();
        let texts = texts.map_err(|told| vec![told])?;
        Ok(PolicyTexts { texts, diagnostics: Vec::new() })
    }

    /// Suites of tenants do not test single policies: they are not run.
    fn tenant(&self, path: &str, _: EngineBuilder) -> Result<Tenant, Vec<Diagnostic>> {
        let _ = path;
        Ok(Tenant { builder: Engine::builder(), rows: Vec::new(), diagnostics: Vec::new() })
    }
}

/// A file by its name.
pub fn read(path: &str) -> Result<Source, Fault> {
    let text = fs::read_to_string(path).map_err(|error| Fault::failed(format!("{path}: {error}")))?;
    Ok(Source::new(path, text))
}

/// All JSON and YAML files of folders, and files that are named, in the order of their names.
pub fn below(paths: &[String]) -> Result<Vec<Source>, Fault> {
    let mut found = Vec::new();
    for path in paths {
        let path = path.trim_end_matches('/');
        match fs::metadata(path) {
            Ok(kind) if kind.is_dir() => {
                for end in [".json", ".yaml", ".yml"] {
                    found.extend(list(Path::new(path), end));
                }
            }
            Ok(_) => found.push(PathBuf::from(path)),
            Err(error) => return Err(Fault::failed(format!("{path}: {error}"))),
        }
    }
    found.sort();
    found.dedup();
    found.iter().map(|path| read(&path.to_string_lossy())).collect()
}

fn list(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(list(&path, end));
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
    found.sort();
    found
}
