//! Repository chores.
mod aliases;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let shared = std::env::var_os("ORDAIN_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let check = std::env::args().any(|a| a == "--check");
    match aliases::run(&shared, &root.join("crates/ordain/data/aliases"), check) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}
