//! From words on the command line to files (spec I-70, I-71).

use super::passed_over::PassedOver;
use ordain::Diagnostic;
use std::fs;
use std::path::{Path, PathBuf};

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    /// Whether it was named rather than found in a folder.
    pub named: bool,
}

/// Which files of a folder are meant.
#[derive(Clone, Copy)]
pub enum Meant<'m> {
    /// Policies and resources, but for what the folders themselves have passed over.
    Documents,
    /// Those of such names, wherever they lie.
    Named(&'m dyn Fn(&str) -> bool),
}

impl Meant<'_> {
    fn is(&self, name: &str) -> bool {
        match self {
            Self::Documents => is_read(name),
            Self::Named(wanted) => wanted(name),
        }
    }
}

/// A path with slashes, as terminals and editors make clickable.
pub fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    if cfg!(windows) { text.replace('\\', "/") } else { text }
}

/// The diagnostic for a path that cannot be read.
pub fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    use std::io::ErrorKind as E;
    let (what, help) = match error.kind() {
        E::NotFound => (
            "there is no such file or folder".to_owned(),
            "check the spelling, or the folder that you are in",
        ),
        E::PermissionDenied => {
            ("the file cannot be read: permission denied".to_owned(), "let your user read it")
        }
        _ => (format!("the file cannot be read: {error}"), ""),
    };
    let diagnostic = Diagnostic::error("Unreadable", what).origin(shown(path));
    if help.is_empty() { diagnostic } else { diagnostic.help(help) }
}

/// The files behind one word: a file, a folder with all below it, or a pattern.
pub fn find(word: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Found> {
    let before = diagnostics.len();
    let found = find_meant(word, Meant::Documents, diagnostics);
    if found.is_empty() && diagnostics.len() == before {
        let message = "nothing to read in this folder";
        let read = "read are `.json`, `.jsonc`, `.jsonl`, `.ndjson`, also with `.gz` or `.zst`, here and in the folders below";
        diagnostics
            .push(Diagnostic::error("NothingFound", message).origin(shown(Path::new(word))).note(read));
    }
    found
}

/// The same for files of other names; that a folder holds none of them is nothing to say here.
pub fn find_named(
    word: &str,
    wanted: &dyn Fn(&str) -> bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Found> {
    find_meant(word, Meant::Named(wanted), diagnostics)
}

fn find_meant(word: &str, meant: Meant<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Found> {
    let path = Path::new(word);
    match fs::metadata(path) {
        Ok(data) if data.is_dir() => folder(path, meant, diagnostics),
        Ok(_) => vec![Found { path: path.to_owned(), named: true }],
        Err(_) if word.contains(['*', '?', '[']) => pattern(word, meant, diagnostics),
        Err(error) => {
            diagnostics.push(unreadable(path, &error));
            Vec::new()
        }
    }
}

fn pattern(word: &str, meant: Meant<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Found> {
    let paths = match glob::glob(word) {
        Ok(paths) => paths,
        Err(error) => {
            let message = format!("`{word}` is no pattern: {}", error.msg);
            diagnostics.push(
                Diagnostic::error("NothingFound", message).help("known: `*`, `?`, `[ab]`, `**` for folders"),
            );
            return Vec::new();
        }
    };
    let mut found = Vec::new();
    for path in paths {
        match path {
            Ok(path) if path.is_dir() => found.extend(folder(&path, meant, diagnostics)),
            Ok(path) => found.push(Found { path, named: true }),
            Err(error) => diagnostics.push(unreadable(error.path(), error.error())),
        }
    }
    if found.is_empty() {
        diagnostics.push(Diagnostic::error("NothingFound", format!("no file matches `{word}`")));
    }
    found
}

fn folder(path: &Path, meant: Meant<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Found> {
    let mut paths = Vec::new();
    walk(path, meant, &mut paths, diagnostics);
    paths.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
    paths.into_iter().map(|path| Found { path, named: false }).collect()
}

fn walk(folder: &Path, meant: Meant<'_>, paths: &mut Vec<PathBuf>, diagnostics: &mut Vec<Diagnostic>) {
    let mut passed_over = PassedOver::default();
    // A stack of its own: no tree of folders is too deep.
    let mut left = vec![folder.to_owned()];
    while let Some(folder) = left.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                diagnostics.push(unreadable(&folder, &error));
                continue;
            }
        };
        if matches!(meant, Meant::Documents) {
            passed_over.read(&folder, diagnostics);
        }
        for entry in entries.flatten() {
            if passed_over.holds(&entry.path()) {
                continue;
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            // The kind of the entry itself: links are not followed.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !skipped_folder(&name) => left.push(entry.path()),
                Ok(kind) if kind.is_file() && meant.is(&name) => paths.push(entry.path()),
                _ => {}
            }
        }
    }
}

fn skipped_folder(name: &str) -> bool {
    name.starts_with('.') || name == "node_modules" || name == "target"
}

/// Whether a file in a folder is read (spec I-70).
fn is_read(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let plain = [".gz", ".zst"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    let known = [".json", ".jsonc", ".ndjson", ".jsonl"].iter().any(|end| plain.ends_with(end));
    let passed = ["package.json", "package-lock.json", "bicepconfig.json", "tsconfig.json", "ordain.json"];
    known
        && !name.starts_with('.')
        && !plain.ends_with(".test.json")
        && !plain.ends_with(".schema.json")
        && !passed.contains(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_read() {
        // spec: I-70
        for name in ["a.json", "A.JSONC", "rows.ndjson", "rows.jsonl.gz", "a.json.gz", "a.json.zst"] {
            assert!(is_read(name), "{name}");
        }
        for name in [
            ".a.json",
            "a.jsonc.off",
            "a.test.json",
            "x.schema.json",
            "package.json",
            "ordain.json",
            "a.yaml",
            "a.gz",
            "a.zst",
        ] {
            assert!(!is_read(name), "{name}");
        }
    }
}
