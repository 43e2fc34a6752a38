//! Arguments as they are typed.

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

    /// Policies: a file, a folder or a pattern; may be given again (default: the built-in starter pack)
    #[arg(short, long, value_name = "PATH")]
    pub policies: Vec<String>,

    /// A whole tenant: a folder with policies, assignments, exemptions, scopes and resources, in any files
    #[arg(long, value_name = "DIR")]
    pub tenant: Vec<String>,

    /// Which environment of a policy-as-code repository is meant, where its settings have several
    #[arg(long, value_name = "NAME")]
    pub pac_selector: Option<String>,

    /// Where assignments lie that do not say it, and where templates of policies are deployed
    #[arg(long, value_name = "ID")]
    pub scope: Option<String>,

    /// Where definitions and initiatives lie that have no id
    #[arg(long, value_name = "ID")]
    pub definition_scope: Option<String>,

    /// Choose the resources in a document by JSONPath (RFC 9535)
    #[arg(long, value_name = "JSONPATH")]
    pub pick: Option<String>,

    /// A parameter's value, for every definition that declares it; arrays and objects as JSON
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub parameters: Vec<String>,

    /// Values of parameters from a file: an object, or a deployment's parameter file
    #[arg(long = "params", value_name = "FILE")]
    pub parameter_files: Vec<PathBuf>,

    /// Treat an alias that no list knows as an error
    #[arg(long)]
    pub strict_aliases: bool,

    /// Leave open whether an assignment holds for a subscription that no management group is known for
    #[arg(long)]
    pub strict_scopes: bool,

    /// Treat a version of a definition that was not given as an error, rather than use the newest
    #[arg(long)]
    pub strict_versions: bool,

    /// More aliases: what `az provider list --expand resourceTypes/aliases` prints
    #[arg(long, value_name = "FILE")]
    pub aliases: Vec<PathBuf>,

    /// The time that `utcNow()` yields and that exemptions end by, or `none`; default: the machine\'s time
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<String>,

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

    /// When a related resource that is not in the input is taken not to exist. Exports rarely hold diagnostic settings,
    /// most child types, role assignments, locks and security settings
    #[arg(long, value_enum, default_value = "auto", value_name = "MODE")]
    pub related: Related,

    /// Short for --related assume-complete: what is not in the export does not exist
    #[arg(long)]
    pub assume_complete: bool,

    /// Which types the input holds whole: `{"types": {"TYPE": "complete"}}`; also `absent`, `unknown`
    #[arg(long, value_name = "FILE")]
    pub related_coverage: Vec<PathBuf>,

    /// More resources, to look for related ones only
    #[arg(long, value_name = "PATH")]
    pub related_from: Vec<String>,

    /// Leave open what related resources miss only for want of a member
    #[arg(long)]
    pub incomplete_as_unknown: bool,

    /// Judge a resource that is in the input more than once only once
    #[arg(long)]
    pub unique: bool,

    /// The mode of definitions that name none
    #[arg(long, value_enum, ignore_case = true, default_value = "indexed", value_name = "MODE")]
    pub default_mode: Mode,

    /// States that end with exit code 1, separated by commas; `none` for no state
    #[arg(long, value_name = "STATES", default_value = "noncompliant,conflict")]
    pub fail_on: String,

    /// How the findings are written
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub format: Format,

    /// Write the findings to a file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Compare with policy states of the service (`az policy state list`): what differs is told at the end
    #[arg(long, value_name = "FILE")]
    pub compare: Vec<PathBuf>,

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

    /// Show values even where the name sounds like a secret
    #[arg(long)]
    pub show_values: bool,

    /// Name the resources that no policy applies to; as JSON, why each policy has no record for which resource
    #[arg(long)]
    pub show_not_applicable: bool,

    /// Colours
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: When,

    /// Columns to fit the report into
    #[arg(long, value_name = "N")]
    pub width: Option<usize>,

    /// Only findings and errors: no warnings, no summary
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// What is merely worth knowing, too
    #[arg(short, long)]
    pub verbose: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Related {
    /// Where the input has at least one row of the type from the subscription
    Auto,
    /// Only where --related-coverage says so
    Strict,
    /// Always
    AssumeComplete,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Mode {
    All,
    Indexed,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// One document
    Json,
    /// One result a line, then the summary
    Ndjson,
    /// Policy states as Azure writes them; with --details what was evaluated, with --summary the totals
    Azure,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}
