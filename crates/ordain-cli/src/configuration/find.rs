//! Which configuration file counts: the nearest one from the working directory up to the root of the repository.

use crate::inputs::shown;
use ordain::Diagnostic;
use std::path::{Path, PathBuf};

/// Names that are looked for.
const NAMES: [&str; 3] = ["ordain.yaml", "ordain.yml", "ordain.json"];

/// What the root of a repository has.
const ROOT: &str = ".git";

/// The file, as a path from `start`; `None` where there is none. Without a repository around, only the folder itself
/// is looked at: a file in somebody's home is none of ours.
///
/// # Errors
/// Two files in one folder.
pub fn find(start: &Path) -> Result<Option<PathBuf>, Diagnostic> {
    let folders: Vec<&Path> = start.ancestors().collect();
    let root = folders.iter().position(|folder| folder.join(ROOT).exists());
    let mut prefix = PathBuf::new();
    for folder in folders.iter().take(root.unwrap_or(0) + 1) {
        let found: Vec<&str> = NAMES.into_iter().filter(|name| folder.join(name).is_file()).collect();
        if let [first, second, ..] = found[..] {
            let message = format!("there are two configuration files, `{first}` and `{second}`");
            let origin = shown(&prefix.join(second));
            let help = "keep one of them, or choose with `--config FILE`";
            return Err(Diagnostic::error("TwoConfigurations", message).origin(origin).help(help));
        }
        if let Some(name) = found.first() {
            return Ok(Some(prefix.join(name)));
        }
        prefix.push("..");
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::find;
    use std::fs;
    use std::path::PathBuf;

    #[test]
    fn from_here_up_to_the_root() {
        let top = std::env::temp_dir().join(format!("ordain-find-{}", std::process::id()));
        let _ = fs::remove_dir_all(&top);
        let inner = top.join("repository/a/b");
        fs::create_dir_all(&inner).expect("folders");
        let found = |from: &str| find(&top.join(from)).expect("one at most");
        fs::write(top.join("ordain.yaml"), "").expect("a file");
        // Without a root only the folder itself counts.
        assert_eq!(found("repository/a/b"), None);
        assert_eq!(found(""), Some(PathBuf::from("ordain.yaml")));
        fs::create_dir_all(top.join("repository/.git")).expect("folders");
        // Above the root nothing counts.
        assert_eq!(found("repository/a/b"), None);
        fs::write(top.join("repository/ordain.json"), "{}").expect("a file");
        assert_eq!(found("repository/a/b"), Some(PathBuf::from("../../ordain.json")));
        // The nearest wins.
        fs::write(inner.join("ordain.yml"), "").expect("a file");
        assert_eq!(found("repository/a/b"), Some(PathBuf::from("ordain.yml")));
        assert_eq!(found("repository/a"), Some(PathBuf::from("../ordain.json")));
        fs::write(inner.join("ordain.json"), "{}").expect("a file");
        let error = find(&inner).expect_err("two files");
        assert_eq!(error.code(), "TwoConfigurations");
    }
}
