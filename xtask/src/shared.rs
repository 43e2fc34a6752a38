//! Data that is too large for the repository, or not ours to publish: where it is, if it is there.

use std::env;
use std::path::{Path, PathBuf};

use crate::files;

/// The folder that `ORDAIN_SHARED` names (relative to the root), else `../shared`. `None` when there is no such
/// folder; the reason is printed, since what depends on it is then skipped.
pub fn folder() -> Option<PathBuf> {
    let named = env::var_os("ORDAIN_SHARED");
    let folder = files::root().join(named.as_deref().unwrap_or_else(|| "../shared".as_ref()));
    match absence(&folder, named.is_some()) {
        None => Some(folder),
        Some(reason) => {
            println!("{reason}");
            None
        }
    }
}

/// A file or folder in it, under the same conditions.
pub fn path(inside: &str) -> Option<PathBuf> {
    let path = folder()?.join(inside);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

fn absence(folder: &Path, named: bool) -> Option<String> {
    if folder.is_dir() {
        return None;
    }
    let cure = if named { "ORDAIN_SHARED names it" } else { "ORDAIN_SHARED may name another place" };
    Some(format!("skipped: no folder {} ({cure})", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::absence;
    use std::path::Path;

    #[test]
    fn absence_has_a_reason() {
        assert_eq!(absence(Path::new(env!("CARGO_MANIFEST_DIR")), true), None);
        let reason = absence(Path::new("no/such"), false).unwrap();
        assert_eq!(reason, "skipped: no folder no/such (ORDAIN_SHARED may name another place)");
    }
}
