//! Snapshots: the input on top, what came of it below.

use std::path::Path;

/// What separates the input from the result.
const MARK: &str = "--- told ---\n";

/// Compares the result for the input of a snapshot file with what the file holds; with `UPDATE_SNAPSHOTS=1` in
/// the environment the file is written instead.
///
/// # Errors
/// What differs.
///
/// # Panics
/// When the file cannot be read or written, or has no input.
pub fn check(path: &Path, run: impl FnOnce(&str) -> String) -> Result<(), String> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let (input, before) = text.split_once(MARK).unwrap_or_else(|| panic!("{} has no result", path.display()));
    let now = run(input.strip_suffix('\n').unwrap_or(input));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, format!("{input}{MARK}{now}")).expect("the snapshot is written");
        return Ok(());
    }
    if now == before {
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Err(format!("{name} (UPDATE_SNAPSHOTS=1 accepts)\n--- expected\n{before}--- found\n{now}"))
}

/// Writes out repetitions: `«x*3»` stands for `xxx`.
#[must_use]
pub fn expanded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('«') {
        out += head;
        let (inside, behind) = tail.split_once('»').unwrap_or((tail, ""));
        let (unit, times) = inside.rsplit_once('*').unwrap_or((inside, "1"));
        out += &unit.repeat(times.parse().unwrap_or(1));
        rest = behind;
    }
    out + rest
}
