//! Arguments as they are typed.

use super::groups::{Configuring, Linking, Relating, Showing};
use crate::exit;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The whole line.
#[derive(Debug, Parser)]
#[command(
    name = "ordain",
    version,
    about = "Judges exported Azure resources against Azure Policy, offline",
    max_term_width = 100
)]
#[command(after_help = exit::HELP)]
pub struct Line {
    #[command(subcommand)]
    pub verb: Verb,
}

/// What is asked.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Judge what exists: which resources are not as policies want them, and why
    Eval(Box<Eval>),
    /// Mend what exists: the patches and deployments that policies ask for, shown or written into the files
    Fix(Box<super::fix::Low>),
    /// Judge what is about to be deployed: which requests policies would deny, change or flag, and what is open
    Check(Box<super::check::Low>),
    /// Run test suites: whether policies say what their authors expect of them
    Test(Box<super::test::Low>),
    /// Begin a project: a policy with its tests, a configuration, a workflow, completion in editors
    Init(super::init::Init),
}

const EXAMPLES: &str = "\
Examples:
  ordain eval examples/registries.json
  az graph query -q resources -o json | ordain eval -p policies/acr
  ordain eval --pick '$.value[*]' --format json examples/registries.json";

/// Arguments of `eval`.
#[derive(Debug, Args)]
#[command(after_help = format!("{}\n\n{EXAMPLES}", exit::HELP))]
pub struct Eval {
    /// Exports of resources: files, folders, patterns, `-` for standard input (default: what is piped in)
    #[arg(value_name = "RESOURCES")]
    pub resources: Vec<String>,

    /// Choose the resources in a document by JSONPath (RFC 9535)
    #[arg(long, value_name = "JSONPATH")]
    pub pick: Option<String>,

    /// Judge properties that an export leaves out as missing, rather than as unknown
    #[arg(long)]
    pub properties_as_missing: bool,

    /// Write a compliant record where a disabled policy would apply
    #[arg(long)]
    pub report_disabled: bool,

    /// With --format azure: add what the service has no key for, under `ordain`
    #[arg(long)]
    pub extras: bool,

    /// With --format azure --details: write long values whole
    #[arg(long)]
    pub full_values: bool,

    /// Judge rules where an exemption covers the resource, too
    #[arg(long)]
    pub evaluate_exempt: bool,

    /// Judge children that stand inside other rows with ids of their own, too
    #[arg(long)]
    pub expand_children: bool,

    /// Leave open what related resources miss only for want of a member
    #[arg(long)]
    pub incomplete_as_unknown: bool,

    /// Judge a resource that is in the input more than once only once
    #[arg(long)]
    pub unique: bool,

    /// States that end with exit code 1, separated by commas; `none` for no state
    #[arg(long, value_name = "STATES", default_value = "noncompliant,conflict")]
    pub fail_on: String,

    /// How the findings are written
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub format: Format,

    /// Compare with policy states of the service (`az policy state list`): what differs is told at the end
    #[arg(long, value_name = "FILE")]
    pub compare: Vec<PathBuf>,

    /// Threads that judge (default: as many as the machine has)
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,

    /// Bytes that one row may have, in MiB
    #[arg(long, value_name = "MIB", default_value = "64")]
    pub max_row: usize,

    /// Only what is in a state of --fail-on or could not be judged for an error
    #[arg(long)]
    pub only_failures: bool,

    /// Counts and percentages alone, no findings
    #[arg(long)]
    pub summary: bool,

    /// Percentages with one decimal
    #[arg(long)]
    pub precise: bool,

    /// Percentages in which only what complies counts, and what was not evaluated counts against it
    #[arg(long)]
    pub strict_percent: bool,

    /// Show policy and resource of each finding, as a compiler would
    #[arg(long)]
    pub details: bool,

    /// Name the resources that no policy applies to; as JSON, why each policy has no record for which resource
    #[arg(long)]
    pub show_not_applicable: bool,

    #[command(flatten)]
    pub linking: Linking,

    #[command(flatten)]
    pub relating: Relating,

    #[command(flatten)]
    pub showing: Showing,

    #[command(flatten)]
    pub _configuring: Configuring,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// One document
    Json,
    /// One result a line, then the summary
    Ndjson,
    /// For spreadsheets: one outcome a line; with --summary counts
    Csv,
    /// Policy states as Azure writes them; with --details what was evaluated, with --summary the totals
    Azure,
}
