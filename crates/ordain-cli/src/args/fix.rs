//! Arguments of `ordain fix`, as they are typed and what they mean.

use super::{Eval, high, low};
use crate::exit;
use clap::error::ErrorKind;
use clap::{Args, FromArgMatches as _, ValueEnum};
use regex_lite::{Regex, RegexBuilder};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  ordain fix --tenant tests/scenarios/tenant
  ordain fix --tenant tests/scenarios/tenant --only vmTag --format json-patch
  ordain fix --tenant tests/scenarios/tenant --format diff";

const ABOUT: &str = "\
Mends what exists: one patch for each resource from all policies with effect modify or append that it fails,
and the deployments that deployIfNotExists asks for. Nothing is sent to Azure, no deployment is run.
Policies that write different values to one place are named, and of them only what Azure would carry out is.";

/// As typed.
#[derive(Debug, Args)]
#[command(long_about = ABOUT, after_help = format!("{}\n\n{EXAMPLES}", exit::FIX_HELP))]
pub struct Low {
    /// Exports of resources: files, folders, patterns, `-` for standard input (default: what is piped in)
    #[arg(value_name = "RESOURCES")]
    resources: Vec<String>,

    /// Policies: a file, a folder or a pattern; may be given again (default: the built-in starter pack)
    #[arg(short, long, value_name = "PATH")]
    policies: Vec<String>,

    /// A whole tenant: a folder with policies, assignments, exemptions, scopes and resources, in any files
    #[arg(long, value_name = "DIR")]
    tenant: Vec<String>,

    /// Which environment of a policy-as-code repository is meant, where its settings have several
    #[arg(long, value_name = "NAME")]
    pac_selector: Option<String>,

    /// Where assignments lie that do not say it, and where templates of policies are deployed
    #[arg(long, value_name = "ID")]
    scope: Option<String>,

    /// Where definitions and initiatives lie that have no id
    #[arg(long, value_name = "ID")]
    definition_scope: Option<String>,

    /// Only policies whose name, display name or reference id matches this regular expression, in any case
    #[arg(long, value_name = "REGEX")]
    only: Option<String>,

    /// Change the files in place: nothing but what the patches touch
    #[arg(long)]
    write: bool,

    /// How the changes are shown
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: FixFormat,

    /// Write what is shown to a file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Choose the resources in a document by JSONPath (RFC 9535)
    #[arg(long, value_name = "JSONPATH")]
    pick: Option<String>,

    /// A parameter's value, for every definition that declares it; arrays and objects as JSON
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,

    /// Values of parameters from a file: an object, or a deployment's parameter file
    #[arg(long = "params", value_name = "FILE")]
    parameter_files: Vec<PathBuf>,

    /// Treat an alias that no list knows as an error
    #[arg(long)]
    strict_aliases: bool,

    /// Leave open whether an assignment holds for a subscription that no management group is known for
    #[arg(long)]
    strict_scopes: bool,

    /// Treat a version of a definition that was not given as an error, rather than use the newest
    #[arg(long)]
    strict_versions: bool,

    /// More aliases: what `az provider list --expand resourceTypes/aliases` prints
    #[arg(long, value_name = "FILE")]
    aliases: Vec<PathBuf>,

    /// The time that `utcNow()` yields and that exemptions end by, or `none`; default: the machine\'s time
    #[arg(long, value_name = "RFC3339")]
    now: Option<String>,

    /// Judge properties that an export leaves out as missing, rather than as unknown
    #[arg(long)]
    properties_as_missing: bool,

    /// When a related resource that is not in the input is taken not to exist, so that it is to be deployed
    #[arg(long, value_enum, default_value = "auto", value_name = "MODE")]
    related: low::Related,

    /// Short for --related assume-complete: what is not in the export does not exist
    #[arg(long)]
    assume_complete: bool,

    /// Which types the input holds whole: `{"types": {"TYPE": "complete"}}`; also `absent`, `unknown`
    #[arg(long, value_name = "FILE")]
    related_coverage: Vec<PathBuf>,

    /// More resources, to look for related ones only
    #[arg(long, value_name = "PATH")]
    related_from: Vec<String>,

    /// Leave open what related resources miss only for want of a member
    #[arg(long)]
    incomplete_as_unknown: bool,

    /// The mode of definitions that name none
    #[arg(long, value_enum, ignore_case = true, default_value = "indexed", value_name = "MODE")]
    default_mode: low::Mode,

    /// Show values even where the name sounds like a secret; all formats but text show them anyway
    #[arg(long)]
    show_values: bool,

    /// Colours
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    color: low::When,

    /// Columns to fit the text into
    #[arg(long, value_name = "N")]
    width: Option<usize>,

    /// Only changes and errors: no warnings, no summary
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,

    /// What is merely worth knowing, too
    #[arg(short, long)]
    verbose: bool,
}

/// How changes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FixFormat {
    /// For people
    Text,
    /// One document: for each resource its patch (RFC 6902), what asks for it, and the deployments
    JsonPatch,
    /// The changed resources as they would be, one list
    Documents,
    /// A unified diff of the files
    Diff,
}

/// `ordain fix`.
#[derive(Debug)]
pub struct Fix {
    /// What is judged, and how.
    pub judging: Eval,
    pub format: FixFormat,
    pub only: Option<Regex>,
    pub write: bool,
}

pub fn meant(low: Low) -> Result<Fix, clap::Error> {
    let only = match low.only {
        None => None,
        Some(text) => match RegexBuilder::new(&text).case_insensitive(true).build() {
            Ok(regex) => Some(regex),
            Err(error) => {
                let message = format!("`--only {text}` is no regular expression: {error}");
                return Err(high::wrong(ErrorKind::InvalidValue, message));
            }
        },
    };
    let judging = low::Eval {
        resources: low.resources,
        policies: low.policies,
        tenant: low.tenant,
        pac_selector: low.pac_selector,
        definition_scope: low.definition_scope,
        scope: low.scope,
        pick: low.pick,
        parameters: low.parameters,
        parameter_files: low.parameter_files,
        strict_aliases: low.strict_aliases,
        strict_scopes: low.strict_scopes,
        strict_versions: low.strict_versions,
        aliases: low.aliases,
        now: low.now,
        properties_as_missing: low.properties_as_missing,
        related: low.related,
        assume_complete: low.assume_complete,
        related_coverage: low.related_coverage,
        related_from: low.related_from,
        incomplete_as_unknown: low.incomplete_as_unknown,
        default_mode: low.default_mode,
        fail_on: "none".to_owned(),
        output: low.output,
        show_values: low.show_values,
        color: low.color,
        width: low.width,
        quiet: low.quiet,
        verbose: low.verbose,
        ..defaults()?
    };
    Ok(Fix { judging: high::meant(judging)?, format: low.format, only, write: low.write })
}

/// What `eval` does when nothing is typed: what `fix` does not offer is as there.
fn defaults() -> Result<low::Eval, clap::Error> {
    let command = low::Eval::augment_args(clap::Command::new("eval"));
    low::Eval::from_arg_matches(&command.try_get_matches_from(["eval"])?)
}
