//! Arguments of `ordain test`, as they are typed and what they mean.

use super::groups::{Configuring, Showing};
use super::{Eval, high};
use crate::exit;
use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use regex_lite::{Regex, RegexBuilder};
use std::num::NonZeroUsize;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  ordain test examples/suites
  ordain test examples/suites --only public-access -v
  ordain test examples/suites --coverage
  ordain test examples/suites --format junit -o results.xml";

const ABOUT: &str = "\
Runs test suites: files `*.test.json`, `*.test.yaml` and `*.test.yml` that say which policy is tested, with which
resources, and what must come out. They are found in folders and all below; other files of such a name are left
alone. The form of a suite is described in docs/suites.md.";

/// As typed.
#[derive(Debug, Args)]
#[command(long_about = ABOUT, after_help = format!("{}\n\n{EXAMPLES}", exit::TEST_HELP))]
pub struct Low {
    /// Suites: files, folders, patterns (default: the folder that you are in)
    #[arg(value_name = "PATH")]
    paths: Vec<String>,

    /// More policies for initiatives and assignments that refer to some: a file, a folder or a pattern; may be given again
    #[arg(short, long, value_name = "PATH")]
    policies: Vec<String>,

    /// Only suites and cases whose name matches this regular expression, in any case
    #[arg(long, value_name = "REGEX")]
    only: Option<String>,

    /// Write what came out into the suites, where it is not what was expected; a diff shows what changes
    #[arg(long, conflicts_with = "watch")]
    update: bool,

    /// Run again whenever a suite changes, or something that suites refer to
    #[arg(long)]
    watch: bool,

    /// Show what no case shows: conditions never true, false or decisive, counts, effects (docs/coverage.md)
    #[arg(long)]
    coverage: bool,

    /// Write the policies with what cases show of them marked, as one HTML page
    #[arg(long, value_name = "FILE")]
    coverage_html: Option<PathBuf>,

    /// Write the coverage as an lcov tracefile
    #[arg(long, value_name = "FILE")]
    coverage_lcov: Option<PathBuf>,

    /// Fail below this coverage, in per cent of goals
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,

    /// Suites that run at once (default: as many as there are processors)
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,

    /// The time that `utcNow()` yields in cases that set none: the machine's is never taken
    #[arg(long, value_name = "RFC3339")]
    now: Option<String>,

    /// More aliases: what `az provider list --expand resourceTypes/aliases` prints
    #[arg(long, value_name = "FILE")]
    aliases: Vec<PathBuf>,

    /// How the results are written
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: TestFormat,

    #[command(flatten)]
    showing: Showing,

    #[command(flatten)]
    _configuring: Configuring,
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people
    #[value(alias = "human")]
    Text,
    /// One document
    Json,
    /// For build servers: JUnit's XML
    Junit,
}

/// `ordain test`.
#[derive(Debug)]
pub struct Test {
    pub paths: Vec<String>,
    /// What it has in common with `eval`: policies, aliases, clock, output, how text looks.
    pub common: Eval,
    pub only: Option<Regex>,
    pub update: bool,
    pub watch: bool,
    pub threads: Option<NonZeroUsize>,
    pub format: TestFormat,
    pub coverage: Coverage,
}

/// What is wanted of coverage; without any of it nothing is measured.
#[derive(Debug)]
pub struct Coverage {
    pub shown: bool,
    pub html: Option<PathBuf>,
    pub lcov: Option<PathBuf>,
    pub fail_under: Option<u8>,
}

impl Coverage {
    /// Whether anything asks for it.
    pub fn is_measured(&self) -> bool {
        self.shown || self.html.is_some() || self.lcov.is_some() || self.fail_under.is_some()
    }
}

pub fn meant(low: Low) -> Result<Test, clap::Error> {
    let regex = |text: &str| RegexBuilder::new(text).case_insensitive(true).build();
    let only = match low.only.as_deref().map(|text| regex(text).map_err(|error| (text, error))) {
        None => None,
        Some(Ok(regex)) => Some(regex),
        Some(Err((text, error))) => {
            let message = format!("`--only {text}` is no regular expression: {error}");
            return Err(high::wrong(ErrorKind::InvalidValue, message));
        }
    };
    let common =
        Eval { policies: low.policies, aliases: low.aliases, now: low.now, ..high::shown(low.showing) };
    let paths = if low.paths.is_empty() { vec![".".to_owned()] } else { low.paths };
    Ok(Test {
        paths,
        common,
        only,
        update: low.update,
        watch: low.watch,
        threads: low.threads,
        format: low.format,
        coverage: Coverage {
            shown: low.coverage,
            html: low.coverage_html,
            lcov: low.coverage_lcov,
            fail_under: low.fail_under,
        },
    })
}
