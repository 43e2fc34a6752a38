//! `cargo xtask conformance FILE…`: conformance cases against the engine; of a folder, a tenant against the command
//! line.

use crate::{Fault, shared};
use ordain_tests::conformance::{self, Report};
use ordain_tests::tenant;
use std::path::{Path, PathBuf};

/// Runs the cases; fails when any case fails, so that scripts see it.
pub fn run(arguments: &[String]) -> Result<(), Fault> {
    let (mut quiet, mut corpus, mut files) = (false, None, Vec::new());
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--quiet" => quiet = true,
            "--corpus" => corpus = rest.next().map(PathBuf::from),
            file => files.push(PathBuf::from(file)),
        }
    }
    if files.is_empty() {
        return Err(Fault::Usage("which files?".into()));
    }
    let corpus = corpus.or_else(|| shared::path("corpus/builtin.jsonl.gz"));
    let mut report = Report::default();
    for file in &files {
        let ran = match file.is_dir() {
            true => tenant::run(file, &mut report),
            false => conformance::run(Path::new(file), &mut report, corpus.as_deref()),
        };
        ran.map_err(Fault::Failed)?;
    }
    print!("{}", report.text(!quiet));
    if report.failed.is_empty() {
        Ok(())
    } else {
        Err(Fault::Failed(format!("{} cases failed", report.failed.len())))
    }
}
