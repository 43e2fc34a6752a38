//! The repository's files: where its root is, what belongs to it, and child processes started there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Fault;

/// The workspace's root.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// One text file of the repository.
#[derive(Debug)]
pub struct File {
    /// Relative to the root, with `/`.
    pub path: String,
    pub text: String,
}

impl File {
    #[cfg(test)]
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

/// All text files that are tracked or would be (new and not ignored), in the order of their paths. Files that are
/// not UTF-8 are left out.
pub fn tracked() -> Result<Vec<File>, Fault> {
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .map_err(|error| Fault::failed(format!("cannot run git: {error}")))?;
    if !listing.status.success() {
        return Err(Fault::failed("git ls-files failed; this is meant for a clone"));
    }
    let names = String::from_utf8_lossy(&listing.stdout);
    let mut paths: Vec<&str> = names.split('\0').filter(|path| !path.is_empty()).collect();
    paths.sort_unstable();
    paths.dedup();
    Ok(paths.into_iter().filter_map(read).collect())
}

/// `None`: deleted but still in git's index, or no text.
fn read(path: &str) -> Option<File> {
    let text = fs::read_to_string(root().join(path)).ok()?;
    Some(File { path: path.to_owned(), text })
}

/// The cargo that runs this tool, started at the root.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a child with our stdout and stderr.
pub fn succeed(what: &str, command: &mut Command) -> Result<(), Fault> {
    let status = command.status().map_err(|error| Fault::failed(format!("cannot run {what}: {error}")))?;
    if status.success() { Ok(()) } else { Err(Fault::failed(format!("{what} failed ({status})"))) }
}
