//! `cargo xtask tidy`: house rules that the compiler does not know, as checks over the text of the files.

mod houserules;
mod layers;
pub mod scan;

use crate::files::{self, File};
use crate::{Fault, no_arguments};

/// One breach of a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    /// From 1; 0 when the whole file is meant.
    line: usize,
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

type Check = fn(&[File]) -> Vec<Finding>;

const CHECKS: &[(&str, Check)] = &[
    ("layers", layers::edges),
    ("architecture", layers::documented),
    ("charters", houserules::charters),
    ("sizes", houserules::sizes),
    ("stubs", houserules::stubs),
    ("unsafe code", houserules::unsafe_code),
    ("machine paths", houserules::machine_paths),
    ("readme", houserules::readme),
];

pub fn run(arguments: &[String]) -> Result<(), Fault> {
    no_arguments(arguments)?;
    let files = files::tracked()?;
    let mut total = 0;
    for (name, check) in CHECKS {
        let mut findings = check(&files);
        findings.sort();
        for Finding { path, line, message } in &findings {
            match line {
                0 => println!("{path}: {message} [{name}]"),
                _ => println!("{path}:{line}: {message} [{name}]"),
            }
        }
        total += findings.len();
    }
    println!("{} files, {} checks, {total} findings", files.len(), CHECKS.len());
    if total == 0 { Ok(()) } else { Err(Fault::failed(format!("{total} findings"))) }
}

/// Rust of ours that ships: a charter, a bound on size.
fn ships(file: &File) -> bool {
    file.is_rust() && (file.path.starts_with("crates/") || file.path.starts_with("bindings/"))
}

#[cfg(test)]
fn messages(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|f| format!("{}:{}: {}", f.path, f.line, f.message)).collect()
}
