//! Options that several verbs have: each is written once, and means the same everywhere.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Which policies judge, and how they are linked.
#[derive(Debug, Args)]
pub struct Linking {
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

    /// A policy parameter's value, for every definition that declares it; arrays and objects as JSON
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub parameters: Vec<String>,

    /// Values of policy parameters from a file: an object, or a deployment's parameter file
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

    /// The time that `utcNow()` yields and that exemptions end by, or `none`; default: the machine's time
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<String>,

    /// The mode of definitions that name none
    #[arg(long, value_enum, ignore_case = true, default_value = "indexed", value_name = "MODE")]
    pub default_mode: Mode,
}

/// Where related resources are looked for, and what it means that one is not there.
#[derive(Debug, Args)]
pub struct Relating {
    /// When a related resource that is not in the input is taken not to exist. Exports rarely hold diagnostic settings,
    /// most child types, role assignments, locks and security settings
    #[arg(long, value_enum, default_value = "auto", value_name = "MODE")]
    pub related: Related,

    /// Short for --related assume-complete: what is not there does not exist
    #[arg(long)]
    pub assume_complete: bool,

    /// Which types the input holds whole: `{"types": {"TYPE": "complete"}}`; also `absent`, `unknown`
    #[arg(long, value_name = "FILE")]
    pub related_coverage: Vec<PathBuf>,

    /// More resources, to look for related ones only
    #[arg(long, value_name = "PATH")]
    pub related_from: Vec<String>,
}

/// Where the report goes, and how it looks.
#[derive(Debug, Args)]
pub struct Showing {
    /// Write the report to a file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Show values even where the name sounds like a secret
    #[arg(long)]
    pub show_values: bool,

    /// Colours
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: When,

    /// Columns to fit the report into
    #[arg(long, value_name = "N")]
    pub width: Option<usize>,

    /// Only the report and errors: no warnings, no summary
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// What is merely worth knowing, too
    #[arg(short, long)]
    pub verbose: bool,
}

/// Where options that are not typed come from.
#[derive(Debug, Args)]
pub struct Configuring {
    /// Take options that are not given from this file (default: `ordain.yaml` or `ordain.json` here or above, up to the
    /// root of the repository)
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Look for no such file
    #[arg(long)]
    pub no_config: bool,
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
pub enum When {
    Auto,
    Always,
    Never,
}
