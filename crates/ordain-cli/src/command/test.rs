//! `ordain test`: whether policies say what their authors expect of them.

mod coverage;
mod update;
mod watch;

use super::eval::{self, Stream};
use crate::World;
use crate::args::{Test, TestFormat};
use crate::exit::{Exit, Seen};
use crate::format::counted;
use crate::format::test::{self as format, Results};
use crate::inputs::{self, Disk};
use crate::render;
use crate::terminal::Look;
use ordain::{Diagnostic, Severity, Source};
use ordain_author::suite::{self, Library, Status, SuiteResult, Tested};
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;
use update::Updated;

/// Answers one call.
pub fn run(options: &Test, world: &mut World<'_>) -> io::Result<Exit> {
    if !options.watch {
        return once(options, world, &Disk::default());
    }
    loop {
        // What changes while suites run is seen afterwards: the disk is looked at before.
        let disk = Disk::default();
        let before = watch::Seen::now(&options.paths, &disk);
        once(options, world, &disk)?;
        world.stdout.flush()?;
        let seen = watch::Seen::now(&options.paths, &disk);
        if seen.is_later_than(&before) {
            continue;
        }
        if !options.common.quiet {
            let files = seen.files();
            writeln!(world.stderr, "watching {files} files: Ctrl-C ends\n")?;
        }
        watch::change(&options.paths, &disk, &seen);
    }
}

/// One run over all suites.
fn once(options: &Test, world: &mut World<'_>, disk: &Disk) -> io::Result<Exit> {
    let started = Instant::now();
    let common = &options.common;
    let mut diagnostics = Vec::new();
    let aliases = inputs::aliases(&common.aliases, &mut diagnostics);
    let files = inputs::suites(&options.paths, &mut diagnostics);
    let library = Library::new(disk, aliases, &common.policies);
    let how = suite::Options { now: common.now.clone(), only: options.only.clone(), values: common.values };
    let measuring = options.coverage.is_measured().then(coverage::Measuring::default);
    let mut suites = match &measuring {
        None => all(&files, &library, &how, options.threads, None),
        Some(measuring) => {
            all(&files, &library, &how, options.threads, Some(&|judged| measuring.see(judged)))
        }
    };
    silence(options, &files, &suites, &mut diagnostics);
    let updated = match options.update {
        true => update::update(&files, &mut suites, &library, &how),
        false => Updated::default(),
    };
    diagnostics.extend(updated.diagnostics);
    let measured = measuring.map(|measuring| measuring.finish(&suites));
    diagnostics.extend(measured.iter().flat_map(|measured| measured.diagnostics.iter().cloned()));
    let results = Results { options, suites: &suites, started, coverage: measured.as_ref() };
    for suite in &suites {
        diagnostics.extend(suite.diagnostics.iter().cloned());
        diagnostics.extend(suite.cases.iter().flat_map(|case| case.diagnostics.iter().cloned()));
    }
    let mut told: Vec<Diagnostic> = Vec::new();
    for diagnostic in diagnostics {
        // Suites that share a policy share its faults.
        if !told.contains(&diagnostic) {
            told.push(diagnostic);
        }
    }
    let from = if common.verbose { Severity::Warning } else { Severity::Error };
    let messages = eval::look(common, world, Stream::Messages);
    render::diagnostics(world.stderr, messages, from, &told)?;
    let count = |status| suites.iter().map(|suite| suite.count(status)).sum::<usize>();
    let seen = Seen {
        input_error: told.iter().any(Diagnostic::is_error) || count(Status::Broken) > 0,
        failed_record: false,
        complaint: count(Status::Failed) > 0 || results.below().is_some(),
    };
    let look = eval::look(common, world, Stream::Findings);
    let shown = options.format == TestFormat::Text;
    if !shown {
        crate::format::repair::diff(&updated.diffs, messages, world.stderr)?;
    }
    let pages = match &measured {
        Some(measured) => coverage::write(&options.coverage, measured, world)?,
        None => true,
    };
    let written = eval::output(common, world, |out| {
        if shown {
            crate::format::repair::diff(&updated.diffs, look, out)?;
            if updated.values > 0 {
                let values = counted(updated.values, "value", "values");
                writeln!(out, "{values} written into {}\n", counted(updated.diffs.len(), "suite", "suites"))?;
            }
        }
        write(&results, look, out)
    })?;
    if let Some((percent, wanted)) = results.below() {
        let how = if options.coverage.shown { "" } else { ": `--coverage` shows what is missing" };
        writeln!(world.stderr, "error: coverage is {percent}%, below {wanted}%{how}")?;
    }
    Ok(if written && pages { Exit::of(seen) } else { Exit::Trouble })
}

fn write(results: &Results<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    match results.options.format {
        TestFormat::Text => format::text(results, look, out),
        TestFormat::Json => format::json(results, out),
        TestFormat::Junit => format::junit(results, out),
    }
}

/// The results in the order of the files, however many threads there are.
fn all(
    files: &[(Source, bool)],
    library: &Library<'_>,
    how: &suite::Options,
    threads: Option<NonZeroUsize>,
    observer: Option<suite::Observer<'_>>,
) -> Vec<SuiteResult> {
    let available = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = threads.map_or_else(available, NonZeroUsize::get).min(files.len()).max(1);
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, SuiteResult)>> = Mutex::default();
    let work = || {
        while let Some((at, (source, named))) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            files.get(at).map(|file| (at, file))
        } {
            if let Tested::Suite(result) = suite::test(source, *named, library, how, observer)
                && let Ok(mut done) = done.lock()
            {
                done.push((at, *result));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Silence is suspicious: says why nothing was tested.
fn silence(
    options: &Test,
    files: &[(Source, bool)],
    suites: &[SuiteResult],
    diagnostics: &mut Vec<Diagnostic>,
) {
    if diagnostics.iter().any(Diagnostic::is_error) || suites.iter().any(SuiteResult::is_broken) {
        return;
    }
    if suites.is_empty() {
        let places = options.paths.join("`, `");
        let message = match files.len() {
            0 => format!(
                "no suite in `{places}`: no file is named `*.test.yaml`, `*.test.yml` or `*.test.json`"
            ),
            1 => format!("no suite in `{places}`: 1 file of such a name is none"),
            n => format!("no suite in `{places}`: {n} files of such a name are none"),
        };
        diagnostics.push(
            Diagnostic::error("NoSuites", message)
                .help("a suite holds `cases` and one of `policy`, `initiative`, `assignment`, `tenant`"),
        );
    } else if suites.iter().all(|suite| suite.cases.is_empty()) {
        let only = options.only.as_ref().map(ToString::to_string).unwrap_or_default();
        let message = format!("`--only {only}` matches no suite and no case");
        diagnostics.push(
            Diagnostic::error("NothingChosen", message)
                .help("names of suites (their files) and of cases are compared, in any case"),
        );
    }
}
