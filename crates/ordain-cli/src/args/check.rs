//! `ordain check`: what is typed, and what it means.

use super::groups::{Configuring, Linking, Relating, Showing};
use super::high::{Eval, judging};
use clap::{Args, ValueEnum};
use ordain::requests::Action;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  ordain check examples/deployment/what-if.json -p examples/deployment/guardrails.json
  az deployment group what-if -g rg -f a.bicep --no-pretty-print -o json | ordain check
  ordain check examples/deployment/main.json --allow-undecided --format markdown";

const EXITS: &str = "\
Exit codes:
  0  nothing would be denied
  1  a request would be denied, or that is open and --allow-undecided is not given
  2  something could not be read or linked, a rule failed on a request (both win over 1), or the call was wrong";

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = format!("{EXITS}\n\n{EXAMPLES}"))]
pub struct Low {
    /// What is asked for: what-if results, templates, Bicep snapshots, Terraform plans, request payloads, resources;
    /// files, folders, patterns, `-` for standard input (default: what is piped in)
    #[arg(value_name = "INPUT")]
    inputs: Vec<String>,

    /// Values of a template's parameters: a deployment's parameter file
    #[arg(long, value_name = "FILE")]
    template_params: Vec<PathBuf>,

    /// The subscription that a template goes to, and what has no id
    #[arg(long, value_name = "ID")]
    subscription: Option<String>,

    /// The resource group that a template goes to, and what has no id
    #[arg(long, value_name = "NAME")]
    resource_group: Option<String>,

    /// The location of that group, or of a deployment above groups
    #[arg(long, value_name = "REGION")]
    location: Option<String>,

    /// Of a what-if result judge what is there before the change, or after it
    #[arg(long, value_enum, ignore_case = true, default_value = "after", value_name = "SIDE")]
    what_if: Side,

    /// Judge everything as written, or as deleted (default: as the input says, else as written)
    #[arg(long, value_enum, ignore_case = true, value_name = "ACTION")]
    action: Option<Deed>,

    /// Denials that are known, in a file of `--write-baseline` or `--format json`: only new ones end with 1
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write the denials of this run to a file for `--baseline`
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,

    /// What only Azure can fill does not end with exit code 1
    #[arg(long)]
    allow_undecided: bool,

    /// Choose the resources in a document by JSONPath (RFC 9535)
    #[arg(long, value_name = "JSONPATH")]
    pick: Option<String>,

    /// The requests patch nothing but tags: only policies whose rule looks at tags are asked
    #[arg(long)]
    tags_only: bool,

    /// How the verdicts are written
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: LowFormat,

    #[command(flatten)]
    linking: Linking,

    #[command(flatten)]
    relating: Relating,

    #[command(flatten)]
    showing: Showing,

    #[command(flatten)]
    _configuring: Configuring,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Side {
    Before,
    After,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Deed {
    Write,
    Delete,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LowFormat {
    /// For people
    Text,
    /// One document; its schema is docs/schema/check.schema.json
    Json,
    /// For a comment on a pull request
    Markdown,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// `ordain check`.
#[derive(Debug)]
pub struct Check {
    /// What it has in common with `eval`: what is read, how policies are linked, how text looks.
    pub common: Eval,
    pub template_params: Vec<PathBuf>,
    pub subscription: Option<String>,
    pub resource_group: Option<String>,
    pub location: Option<String>,
    pub before: bool,
    pub action: Option<Action>,
    pub baseline: Option<PathBuf>,
    pub write_baseline: Option<PathBuf>,
    pub allow_undecided: bool,
    pub format: Format,
}

/// How verdicts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Text,
    Json,
    Markdown,
    Sarif,
}

/// What the line means.
pub fn meant(low: Low) -> Result<Check, clap::Error> {
    let judging = judging(low.linking, low.relating, low.showing)?;
    Ok(Check {
        common: Eval { resources: low.inputs, pick: low.pick, tags_only: low.tags_only, ..judging },
        template_params: low.template_params,
        subscription: low.subscription,
        resource_group: low.resource_group,
        location: low.location,
        before: matches!(low.what_if, Side::Before),
        action: low.action.map(|deed| match deed {
            Deed::Write => Action::Write,
            Deed::Delete => Action::Delete,
        }),
        baseline: low.baseline,
        write_baseline: low.write_baseline,
        allow_undecided: low.allow_undecided,
        format: match low.format {
            LowFormat::Text => Format::Text,
            LowFormat::Json => Format::Json,
            LowFormat::Markdown => Format::Markdown,
            LowFormat::Sarif => Format::Sarif,
        },
    })
}
