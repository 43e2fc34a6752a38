//! `ordain check`: what is typed, and what it means.

use super::high::{Eval, Format as Scan, Given, Percent, meant_related};
use super::low::{Mode, Related, When};
use crate::terminal::Colour;
use clap::{Args, ValueEnum};
use ordain::requests::Action;
use ordain::{DefaultMode, Values};
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

    /// Policies: a file, a folder or a pattern; may be given again (default: the built-in starter pack)
    #[arg(short, long, value_name = "PATH")]
    policies: Vec<String>,

    /// A whole tenant: a folder with policies, assignments, exemptions, scopes and what exists, in any files
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

    /// Values of a template's parameters: a deployment's parameter file
    #[arg(long, value_name = "FILE")]
    template_params: Vec<PathBuf>,

    /// The subscription that a template goes to
    #[arg(long, value_name = "ID")]
    subscription: Option<String>,

    /// The resource group that a template goes to
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

    /// A policy parameter's value, for every definition that declares it; arrays and objects as JSON
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,

    /// Values of policy parameters from a file: an object, or a deployment's parameter file
    #[arg(long = "params", value_name = "FILE")]
    parameter_files: Vec<PathBuf>,

    /// Choose the resources in a document by JSONPath (RFC 9535)
    #[arg(long, value_name = "JSONPATH")]
    pick: Option<String>,

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

    /// The requests patch nothing but tags: only policies whose rule looks at tags are asked
    #[arg(long)]
    tags_only: bool,

    /// When a related resource that is neither in the input nor in the tenant is taken not to exist
    #[arg(long, value_enum, default_value = "auto", value_name = "MODE")]
    related: Related,

    /// Short for --related assume-complete: what is not there does not exist
    #[arg(long)]
    assume_complete: bool,

    /// Which types the tenant holds whole: {"types": {"A.B/c": "complete"}}; also `absent`, `unknown`
    #[arg(long, value_name = "FILE")]
    related_coverage: Vec<PathBuf>,

    /// Resources that exist already, to look for related ones
    #[arg(long, value_name = "PATH")]
    related_from: Vec<String>,

    /// The mode of definitions that name none
    #[arg(long, value_enum, ignore_case = true, default_value = "indexed", value_name = "MODE")]
    default_mode: Mode,

    /// How the verdicts are written
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: LowFormat,

    /// Write the verdicts to a file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Show values even where the name sounds like a secret
    #[arg(long)]
    show_values: bool,

    /// Colours
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    color: When,

    /// Columns to fit the report into
    #[arg(long, value_name = "N")]
    width: Option<usize>,

    /// Only verdicts and errors: no warnings, no summary
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,

    /// What is merely worth knowing, and requests that nothing is said of, too
    #[arg(short, long)]
    verbose: bool,
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
    let single = low.parameters.iter().map(|text| super::high::parameter(text)).collect::<Result<_, _>>()?;
    Ok(Check {
        common: Eval {
            resources: low.inputs,
            policies: low.policies,
            tenant: low.tenant,
            pac_selector: low.pac_selector,
            scope: low.scope.as_deref().map(super::high::scope).transpose()?,
            definition_scope: low.definition_scope.as_deref().map(super::high::scope).transpose()?,
            pick: low.pick,
            given: Given { single, files: low.parameter_files },
            strict_aliases: low.strict_aliases,
            strict_scopes: low.strict_scopes,
            strict_versions: low.strict_versions,
            summary: false,
            percent: Percent::Whole,
            aliases: low.aliases,
            now: low.now,
            properties_as_missing: false,
            expand_children: false,
            related: meant_related(low.related, low.assume_complete),
            related_coverage: low.related_coverage,
            related_from: low.related_from,
            incomplete_as_unknown: false,
            unique: false,
            default_mode: match low.default_mode {
                Mode::All => DefaultMode::All,
                Mode::Indexed => DefaultMode::Indexed,
            },
            fail_on: Vec::new(),
            compare: Vec::new(),
            report_disabled: false,
            extras: false,
            full_values: false,
            tags_only: low.tags_only,
            evaluate_exempt: false,
            format: Scan::Text,
            output: low.output,
            details: false,
            values: if low.show_values { Values::Show } else { Values::MaskSecrets },
            show_not_applicable: false,
            colour: match low.color {
                When::Auto => Colour::Auto,
                When::Always => Colour::Always,
                When::Never => Colour::Never,
            },
            width: low.width,
            quiet: low.quiet,
            verbose: low.verbose,
        },
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
