//! What the arguments mean.

use super::{Fix, fix, low};
use crate::terminal::Colour;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};
use ordain::ids::Scope;
use ordain::{DefaultMode, RelatedMode, State, Values};
use std::ffi::OsString;
use std::path::PathBuf;

/// A call that can be answered.
#[derive(Debug)]
pub enum Asked {
    /// Judge what exists.
    Eval(Box<Eval>),
    /// Mend what exists.
    Fix(Box<Fix>),
    /// Judge what is about to be deployed.
    Check(Box<super::check::Check>),
    /// Run test suites.
    Test(Box<super::Test>),
}

/// `ordain eval`.
#[derive(Debug)]
pub struct Eval {
    pub resources: Vec<String>,
    pub policies: Vec<String>,
    pub tenant: Vec<String>,
    pub pac_selector: Option<String>,
    pub scope: Option<Scope>,
    pub definition_scope: Option<Scope>,
    pub pick: Option<String>,
    pub given: Given,
    pub strict_aliases: bool,
    pub strict_scopes: bool,
    pub strict_versions: bool,
    pub compare: Vec<PathBuf>,
    pub threads: usize,
    /// Bytes.
    pub max_row: usize,
    pub only_failures: bool,
    pub summary: bool,
    pub percent: Percent,
    pub aliases: Vec<PathBuf>,
    pub now: Option<String>,
    pub properties_as_missing: bool,
    pub report_disabled: bool,
    pub extras: bool,
    pub full_values: bool,
    pub tags_only: bool,
    pub evaluate_exempt: bool,
    pub expand_children: bool,
    pub related: RelatedMode,
    pub related_coverage: Vec<PathBuf>,
    pub related_from: Vec<String>,
    pub incomplete_as_unknown: bool,
    pub unique: bool,
    pub default_mode: DefaultMode,
    pub fail_on: Vec<State>,
    pub format: Format,
    pub output: Option<PathBuf>,
    pub details: bool,
    pub values: Values,
    pub show_not_applicable: bool,
    pub colour: Colour,
    pub width: Option<usize>,
    pub quiet: bool,
    pub verbose: bool,
}

/// Values of parameters as they were given.
#[derive(Debug, Default)]
pub struct Given {
    pub single: Vec<(String, String)>,
    pub files: Vec<PathBuf>,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Text,
    Json,
    Ndjson,
    Csv,
    Azure,
}

/// How percentages are computed and shown (spec S-31, S-32).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Percent {
    Whole,
    Precise,
    Strict,
}

/// Reads the line; the error is what to tell instead, help and version included.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, clap::Error> {
    let line = low::Line::try_parse_from(arguments)?;
    match line.verb {
        low::Verb::Eval(eval) => Ok(Asked::Eval(Box::new(meant(*eval)?))),
        low::Verb::Fix(low) => Ok(Asked::Fix(Box::new(fix::meant(*low)?))),
        low::Verb::Test(test) => Ok(Asked::Test(Box::new(super::test::meant(*test)?))),
        low::Verb::Check(check) => Ok(Asked::Check(Box::new(super::check::meant(*check)?))),
    }
}

pub(super) fn meant(low: low::Eval) -> Result<Eval, clap::Error> {
    let single = low.parameters.iter().map(|text| parameter(text)).collect::<Result<_, _>>()?;
    Ok(Eval {
        resources: low.resources,
        policies: low.policies,
        tenant: low.tenant,
        pac_selector: low.pac_selector,
        scope: low.scope.as_deref().map(scope).transpose()?,
        definition_scope: low.definition_scope.as_deref().map(scope).transpose()?,
        pick: low.pick,
        given: Given { single, files: low.parameter_files },
        strict_aliases: low.strict_aliases,
        strict_scopes: low.strict_scopes,
        strict_versions: low.strict_versions,
        compare: low.compare,
        threads: threads(low.threads),
        max_row: low.max_row.clamp(1, 1 << 12) << 20,
        only_failures: low.only_failures,
        summary: low.summary,
        percent: match (low.strict_percent, low.precise) {
            (true, _) => Percent::Strict,
            (_, true) => Percent::Precise,
            _ => Percent::Whole,
        },
        aliases: low.aliases,
        now: low.now,
        properties_as_missing: low.properties_as_missing,
        report_disabled: low.report_disabled,
        extras: low.extras,
        full_values: low.full_values,
        // A matter of requests.
        tags_only: false,
        evaluate_exempt: low.evaluate_exempt,
        expand_children: low.expand_children,
        related: meant_related(low.related, low.assume_complete),
        related_coverage: low.related_coverage,
        related_from: low.related_from,
        incomplete_as_unknown: low.incomplete_as_unknown,
        unique: low.unique,
        default_mode: match low.default_mode {
            low::Mode::All => DefaultMode::All,
            low::Mode::Indexed => DefaultMode::Indexed,
        },
        fail_on: states(&low.fail_on)?,
        format: match low.format {
            low::Format::Text => Format::Text,
            low::Format::Json => Format::Json,
            low::Format::Ndjson => Format::Ndjson,
            low::Format::Csv => Format::Csv,
            low::Format::Azure => Format::Azure,
        },
        output: low.output,
        details: low.details,
        values: if low.show_values { Values::Show } else { Values::MaskSecrets },
        show_not_applicable: low.show_not_applicable,
        colour: match low.color {
            low::When::Auto => Colour::Auto,
            low::When::Always => Colour::Always,
            low::When::Never => Colour::Never,
        },
        width: low.width,
        quiet: low.quiet,
        verbose: low.verbose,
    })
}

/// As many threads as there are processors, unless it is said.
fn threads(asked: Option<usize>) -> usize {
    let all = || std::thread::available_parallelism().map_or(1, usize::from);
    asked.unwrap_or_else(all).clamp(1, 256)
}

pub(super) fn meant_related(related: low::Related, assume_complete: bool) -> RelatedMode {
    match related {
        _ if assume_complete => RelatedMode::AssumeComplete,
        low::Related::Auto => RelatedMode::Auto,
        low::Related::Strict => RelatedMode::Strict,
        low::Related::AssumeComplete => RelatedMode::AssumeComplete,
    }
}

pub(super) fn wrong(kind: ErrorKind, message: String) -> clap::Error {
    low::Line::command().error(kind, message)
}

pub(super) fn parameter(text: &str) -> Result<(String, String), clap::Error> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => {
            Err(wrong(ErrorKind::InvalidValue, format!("`--param {text}` must be of the form `name=value`")))
        }
    }
}

pub(super) fn scope(text: &str) -> Result<Scope, clap::Error> {
    Scope::parse(text).ok_or_else(|| {
        let forms = "/subscriptions/<guid>, /subscriptions/<guid>/resourceGroups/<name> or /providers/Microsoft.Management/managementGroups/<name>";
        wrong(ErrorKind::InvalidValue, format!("`{text}` is no scope: expected {forms}"))
    })
}

/// States of `--fail-on`, in any of their spellings.
fn states(text: &str) -> Result<Vec<State>, clap::Error> {
    let mut states = Vec::new();
    for word in text.split(',').filter(|word| !word.trim().eq_ignore_ascii_case("none")) {
        match State::find(word) {
            Some(state) => states.push(state),
            None => {
                let known: Vec<String> =
                    State::ALL.iter().map(|(_, name)| name.to_ascii_lowercase()).collect();
                return Err(wrong(
                    ErrorKind::InvalidValue,
                    format!("`--fail-on`: there is no state `{word}`; known: {}, none", known.join(", ")),
                ));
            }
        }
    }
    Ok(states)
}
