//! The conformance files and the cases of the chapters, each with the list of what is known to fail.

use ordain_tests::conformance::{self, Report};
use ordain_tests::known::Known;
use ordain_tests::{chapters, shared};
use std::path::Path;

/// Cases in each file: none may vanish unnoticed.
const FILES: [(&str, usize); 4] =
    [("functions.jsonl", 1_094), ("fields.jsonl", 546), ("unknown.jsonl", 119), ("patches.jsonl", 80)];

fn run(path: &Path, corpus: Option<&Path>) -> Report {
    let mut report = Report::default();
    conformance::run(path, &mut report, corpus).expect("the file is read");
    report
}

#[test]
fn files() {
    let known = Known::load();
    let mut wrong = String::new();
    for (file, count) in FILES {
        let report = run(&shared::root().join("tests/cases").join(file), None);
        assert_eq!(report.passed.len() + report.failed.len(), count, "{file}");
        wrong += &known.settle(file, &report.failed).err().unwrap_or_default();
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn peer() {
    let Some(path) = shared::file("conformance/peer.jsonl") else { return };
    let corpus = shared::file("corpus/builtin.jsonl.gz");
    let report = run(&path, corpus.as_deref());
    assert_eq!(Known::load().settle("peer.jsonl", &report.failed), Ok(()));
}

#[test]
fn chapters() {
    let known = Known::load();
    let (mut wrong, mut count) = (String::new(), 0);
    for (name, path) in chapters::files() {
        let mut report = Report::default();
        if let Err(why) = chapters::run(&path, &mut report) {
            wrong += &format!("{name}: {why}\n");
        }
        count += report.passed.len() + report.failed.len();
        wrong += &known.settle(&name, &report.failed).err().unwrap_or_default();
    }
    println!("{count} cases in chapters");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn known_failures_name_files_that_are_run() {
    let mut names: Vec<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
    names.extend(["peer.jsonl", "examples/pack.json", "examples/builtins.json"].map(str::to_owned));
    names.extend(chapters::files().into_iter().map(|(name, _)| name));
    for section in Known::load().sections() {
        assert!(names.iter().any(|name| name == section), "no test runs {section}");
    }
}
