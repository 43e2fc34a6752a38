//! Arguments of `ordain fix`, as they are typed and what they mean.

use super::groups::{Configuring, Linking, Relating, Showing};
use super::{Eval, high};
use crate::exit;
use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use regex_lite::{Regex, RegexBuilder};

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

    /// Only policies whose name, display name or reference id matches this regular expression, in any case
    #[arg(long, value_name = "REGEX")]
    only: Option<String>,

    /// Change the files in place: nothing but what the patches touch
    #[arg(long)]
    write: bool,

    /// How the changes are shown
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: FixFormat,

    /// Choose the resources in a document by JSONPath (RFC 9535)
    #[arg(long, value_name = "JSONPATH")]
    pick: Option<String>,

    /// Judge properties that an export leaves out as missing, rather than as unknown
    #[arg(long)]
    properties_as_missing: bool,

    /// Leave open what related resources miss only for want of a member
    #[arg(long)]
    incomplete_as_unknown: bool,

    #[command(flatten)]
    linking: Linking,

    #[command(flatten)]
    relating: Relating,

    #[command(flatten)]
    showing: Showing,

    #[command(flatten)]
    _configuring: Configuring,
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
    let judging = high::Eval {
        resources: low.resources,
        pick: low.pick,
        properties_as_missing: low.properties_as_missing,
        incomplete_as_unknown: low.incomplete_as_unknown,
        ..high::judging(low.linking, low.relating, low.showing)?
    };
    Ok(Fix { judging, format: low.format, only, write: low.write })
}
