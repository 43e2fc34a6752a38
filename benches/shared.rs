//! Data outside the repository: where it is, if it is there.

use std::path::{Path, PathBuf};

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file of the shared data (`ORDAIN_SHARED`, default `../shared`); `None`, with a line saying so, when it is
/// not there.
#[must_use]
pub fn file(inside: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("ORDAIN_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let folder = if folder.is_relative() { root().join(folder) } else { folder };
    let path = folder.join(inside);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there (ORDAIN_SHARED may name another place)", path.display());
    None
}

/// The lines of a gzipped file of JSON lines.
///
/// # Panics
/// When the file cannot be read.
#[must_use]
pub fn gz_lines(path: &Path) -> Vec<serde_json::Value> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).expect("the file opens");
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("gzipped UTF-8");
    text.lines().filter(|l| !l.is_empty()).map(|l| serde_json::from_str(l).expect("a JSON line")).collect()
}
