//! `cargo xtask ci`: everything that must hold before a change is merged.

use std::env;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::files::{self, succeed};
use crate::{Fault, docs, find, no_arguments, pack, shared};

/// Cases of the conformance files, and how many must pass. A floor only rises; raise it with the change that
/// earns it. Files that begin with `shared:` are looked for in the shared folder and skipped without it.
const FLOORS: &[(&str, usize)] = &[
    ("tests/cases/functions.jsonl", 1094),
    ("tests/cases/fields.jsonl", 546),
    ("tests/cases/unknown.jsonl", 119),
    ("tests/cases/patches.jsonl", 80),
    ("shared:conformance/peer.jsonl", 890),
];

type Step = (&'static str, fn() -> Result<(), Fault>);

const STEPS: &[Step] = &[
    ("fmt", || cargo(&["fmt", "--all", "--check"])),
    ("clippy", || {
        cargo(&[
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--keep-going",
            "--",
            "--deny",
            "warnings",
        ])
    }),
    ("test", || cargo(&["test", "--locked", "--workspace", "--no-fail-fast", "--quiet"])),
    ("doc", documentation),
    ("tidy", || own("tidy")),
    ("docs", || docs::run(&["--check".to_owned()])),
    ("pack", || pack::run(&["--check".to_owned()])),
    // The pack's own tests, as its users run them.
    ("suites", suites),
    ("mutate", || own_with("mutate", &["policies"])),
    // The chapters that are built: a rule that loses its test fails here.
    ("spec", || own_with("spec", &["01", "02", "03", "04", "05", "07", "08", "09", "10"])),
    ("readme", first_command),
    ("wasm", || own("wasm")),
    ("conformance", conformance),
];

pub fn run(arguments: &[String]) -> Result<(), Fault> {
    no_arguments(arguments)?;
    let mut done: Vec<(&str, Duration, Option<String>)> = Vec::new();
    for (name, step) in STEPS {
        println!("ci: {name}");
        let start = Instant::now();
        let failure = match step() {
            Ok(()) => None,
            Err(Fault::Usage(message) | Fault::Failed(message)) => Some(message),
        };
        done.push((name, start.elapsed(), failure));
    }
    println!();
    for (name, time, failure) in &done {
        println!("ci: {name:<12}{:>7.1} s  {}", time.as_secs_f64(), failure.as_deref().unwrap_or("ok"));
    }
    let failed: Vec<&str> =
        done.iter().filter(|(_, _, failure)| failure.is_some()).map(|(name, ..)| *name).collect();
    if failed.is_empty() { Ok(()) } else { Err(Fault::failed(format!("failed: {}", failed.join(", ")))) }
}

fn cargo(arguments: &[&str]) -> Result<(), Fault> {
    succeed(&format!("cargo {}", arguments[0]), files::cargo().args(arguments))
}

fn documentation() -> Result<(), Fault> {
    let mut doc = files::cargo();
    doc.args(["doc", "--locked", "--workspace", "--no-deps", "--document-private-items", "--quiet"]);
    succeed("cargo doc", doc.env("RUSTDOCFLAGS", "--deny warnings"))
}

/// The README's first command, run as it stands there: it judges the examples, so that exit code 1 is success.
fn first_command() -> Result<(), Fault> {
    let readme = std::fs::read_to_string(files::root().join("README.md"))
        .map_err(|error| Fault::failed(format!("README.md: {error}")))?;
    let block = readme.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or("");
    let output = Command::new("bash")
        .args(["-c", block])
        .current_dir(files::root())
        .output()
        .map_err(|error| Fault::failed(format!("cannot run bash: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if output.status.code() == Some(1) && text.contains("non-compliant") {
        return Ok(());
    }
    Err(Fault::failed(format!("`{}` ended with {}", block.trim(), output.status)))
}

fn suites() -> Result<(), Fault> {
    cargo(&[
        "run",
        "--locked",
        "--quiet",
        "--release",
        "-p",
        "ordain-cli",
        "--",
        "test",
        "--coverage",
        "--fail-under",
        "100",
        "policies",
        "examples",
    ])
}

/// Another command of this tool, without arguments.
fn own(name: &str) -> Result<(), Fault> {
    own_with(name, &[])
}

fn own_with(name: &str, arguments: &[&str]) -> Result<(), Fault> {
    let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
    match find(name) {
        Some(command) => (command.run)(&arguments),
        None => Err(Fault::failed(format!("there is no command `{name}`"))),
    }
}

/// Each file of `FLOORS`, in a process of its own: its closing line is what counts, not its exit code.
fn conformance() -> Result<(), Fault> {
    if find("conformance").is_none() {
        println!("skipped: this tool has no command `conformance`");
        return Ok(());
    }
    let this = env::current_exe().map_err(|error| Fault::failed(format!("where am I? {error}")))?;
    let mut short = Vec::new();
    for (file, floor) in FLOORS {
        let path = match file.strip_prefix("shared:") {
            Some(inside) => shared::path(inside),
            None => Some(files::root().join(file)),
        };
        let Some(path) = path else { continue };
        let output = Command::new(&this)
            .arg("conformance")
            .arg(&path)
            .current_dir(files::root())
            .output()
            .map_err(|error| Fault::failed(format!("cannot run conformance: {error}")))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let passed = passed(&text);
        let closing = text.lines().last().unwrap_or("no output");
        println!("{file}: {closing} (floor {floor})");
        if passed.is_none_or(|passed| passed < *floor) {
            short.push(*file);
        }
    }
    if short.is_empty() {
        Ok(())
    } else {
        Err(Fault::failed(format!("below the floor: {}", short.join(", "))))
    }
}

/// From the closing line `N passed, M failed`.
fn passed(text: &str) -> Option<usize> {
    let closing = text.lines().rev().find(|line| line.contains(" passed, "))?;
    closing.split(" passed, ").next()?.split_whitespace().last()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::passed;

    #[test]
    fn the_closing_line_counts() {
        assert_eq!(passed("x/1: failed\n12 passed, 3 failed\n"), Some(12));
        assert_eq!(passed("total: 12 passed, 3 failed, 1 skipped"), Some(12));
        assert_eq!(passed("nothing"), None);
    }
}
