//! What the arguments mean.

use super::groups::{Linking, Mode, Related, Relating, Showing, When};
use super::{Fix, fix, low};
use crate::configuration::{self, Laid};
use crate::inputs;
use crate::terminal::Colour;
use clap::error::ErrorKind;
use clap::{ArgMatches, Command, CommandFactory as _, Parser as _};
use ordain::ids::Scope;
use ordain::{DefaultMode, Diagnostic, RelatedMode, State, Value, Values};
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
    /// Begin a project.
    Init(super::init::Init),
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

/// Values of parameters as they were given. Those of the configuration come first, so that the line wins.
#[derive(Debug, Default)]
pub struct Given {
    pub configured_files: Vec<PathBuf>,
    pub configured: Vec<(String, Value)>,
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

/// A call with the configuration that lies under it.
#[derive(Debug)]
pub struct Call {
    pub asked: Asked,
    /// What there is to tell of the configuration.
    pub told: Option<Diagnostic>,
}

/// Why there is no call.
pub enum Refused {
    /// What to tell instead, help and version included.
    Line(clap::Error),
    /// What is wrong with the configuration.
    Configuration(Vec<Diagnostic>),
}

impl From<clap::Error> for Refused {
    fn from(error: clap::Error) -> Self {
        Self::Line(error)
    }
}

/// Reads the line, and the configuration that it leaves or names.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Call, Refused> {
    let mut words: Vec<OsString> = arguments.into_iter().collect();
    let mut command = low::Line::command();
    let matches = command.try_get_matches_from_mut(&words)?;
    let laid = match matches.subcommand() {
        Some((verb, typed)) if configuration::VERBS.contains(&verb) => configured(verb, typed, &command)?,
        _ => None,
    };
    let (laid, told) = laid.unzip();
    let laid = laid.unwrap_or_default();
    // INVARIANT: there are no options before the verb, so that it is the second word.
    let behind = words.len().min(2);
    words.splice(behind..behind, laid.words);
    let mut asked = match low::Line::try_parse_from(words)?.verb {
        low::Verb::Eval(eval) => Asked::Eval(Box::new(meant(*eval)?)),
        low::Verb::Fix(low) => Asked::Fix(Box::new(fix::meant(*low)?)),
        low::Verb::Test(test) => Asked::Test(Box::new(super::test::meant(*test)?)),
        low::Verb::Check(check) => Asked::Check(Box::new(super::check::meant(*check)?)),
        low::Verb::Init(init) => Asked::Init(init),
    };
    if let Some(common) = asked.common_mut() {
        common.given.configured_files = laid.files;
        common.given.configured = laid.values;
    }
    Ok(Call { asked, told })
}

/// What the configuration adds, and what to tell of it; `None` where there is none.
fn configured(
    verb: &str,
    typed: &ArgMatches,
    command: &Command,
) -> Result<Option<(Laid, Diagnostic)>, Refused> {
    let one = |diagnostic| Refused::Configuration(vec![diagnostic]);
    if typed.get_flag("no_config") {
        return Ok(None);
    }
    let path = match typed.get_one::<PathBuf>("config") {
        Some(path) => path.clone(),
        // Without a working directory there is nothing to look through.
        None => match std::env::current_dir().map(|here| configuration::find(&here)) {
            Ok(found) => match found.map_err(one)? {
                Some(path) => path,
                None => return Ok(None),
            },
            Err(_) => return Ok(None),
        },
    };
    let source = inputs::source(&path).map_err(one)?;
    let read = configuration::read(&source).map_err(Refused::Configuration)?;
    let folder = path.parent().unwrap_or(&path);
    let Some(command) = command.find_subcommand(verb) else { return Ok(None) };
    let laid = configuration::lay(&read, folder, verb, command, typed);
    let keys: Vec<String> = laid.keys.iter().map(|key| format!("`{key}`")).collect();
    let message = match keys.is_empty() {
        true => "this configuration adds nothing to the call".to_owned(),
        false => format!("this configuration sets {}", keys.join(", ")),
    };
    let told = Diagnostic::info("Configured", message).origin(read.name);
    Ok(Some((laid, told)))
}

/// The words that an option takes.
pub fn words(verb: &str, option: &str) -> Vec<String> {
    let command = low::Line::command();
    let verb = command.find_subcommand(verb);
    let option = verb.and_then(|verb| verb.get_arguments().find(|a| a.get_long() == Some(option)));
    let values = option.map(clap::Arg::get_possible_values).unwrap_or_default();
    values.iter().map(|value| value.get_name().to_owned()).collect()
}

impl Asked {
    /// What all verbs have that judge.
    pub fn common(&self) -> Option<&Eval> {
        match self {
            Self::Eval(eval) => Some(eval),
            Self::Fix(fix) => Some(&fix.judging),
            Self::Test(test) => Some(&test.common),
            Self::Check(check) => Some(&check.common),
            Self::Init(_) => None,
        }
    }

    fn common_mut(&mut self) -> Option<&mut Eval> {
        match self {
            Self::Eval(eval) => Some(eval),
            Self::Fix(fix) => Some(&mut fix.judging),
            Self::Test(test) => Some(&mut test.common),
            Self::Check(check) => Some(&mut check.common),
            Self::Init(_) => None,
        }
    }
}

pub(super) fn meant(low: low::Eval) -> Result<Eval, clap::Error> {
    Ok(Eval {
        resources: low.resources,
        pick: low.pick,
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
        properties_as_missing: low.properties_as_missing,
        report_disabled: low.report_disabled,
        extras: low.extras,
        full_values: low.full_values,
        evaluate_exempt: low.evaluate_exempt,
        expand_children: low.expand_children,
        incomplete_as_unknown: low.incomplete_as_unknown,
        unique: low.unique,
        fail_on: states(&low.fail_on)?,
        format: match low.format {
            low::Format::Text => Format::Text,
            low::Format::Json => Format::Json,
            low::Format::Ndjson => Format::Ndjson,
            low::Format::Csv => Format::Csv,
            low::Format::Azure => Format::Azure,
        },
        details: low.details,
        show_not_applicable: low.show_not_applicable,
        ..judging(low.linking, low.relating, low.showing)?
    })
}

/// As many threads as there are processors, unless it is said.
fn threads(asked: Option<usize>) -> usize {
    let all = || std::thread::available_parallelism().map_or(1, usize::from);
    asked.unwrap_or_else(all).clamp(1, 256)
}

/// What the options mean that say what judges; the rest is as if nothing of it were typed, and no state fails.
pub(super) fn judging(linking: Linking, relating: Relating, showing: Showing) -> Result<Eval, clap::Error> {
    let single = linking.parameters.iter().map(|text| parameter(text)).collect::<Result<_, _>>()?;
    Ok(Eval {
        policies: linking.policies,
        tenant: linking.tenant,
        pac_selector: linking.pac_selector,
        scope: linking.scope.as_deref().map(scope).transpose()?,
        definition_scope: linking.definition_scope.as_deref().map(scope).transpose()?,
        given: Given { single, files: linking.parameter_files, ..Given::default() },
        strict_aliases: linking.strict_aliases,
        strict_scopes: linking.strict_scopes,
        strict_versions: linking.strict_versions,
        aliases: linking.aliases,
        now: linking.now,
        related: match relating.related {
            _ if relating.assume_complete => RelatedMode::AssumeComplete,
            Related::Auto => RelatedMode::Auto,
            Related::Strict => RelatedMode::Strict,
            Related::AssumeComplete => RelatedMode::AssumeComplete,
        },
        related_coverage: relating.related_coverage,
        related_from: relating.related_from,
        default_mode: match linking.default_mode {
            Mode::All => DefaultMode::All,
            Mode::Indexed => DefaultMode::Indexed,
        },
        ..shown(showing)
    })
}

/// What the options mean that say how the report looks; nothing else is typed.
pub(super) fn shown(showing: Showing) -> Eval {
    Eval {
        resources: Vec::new(),
        policies: Vec::new(),
        tenant: Vec::new(),
        pac_selector: None,
        scope: None,
        definition_scope: None,
        pick: None,
        given: Given::default(),
        strict_aliases: false,
        strict_scopes: false,
        strict_versions: false,
        compare: Vec::new(),
        threads: 1,
        max_row: 64 << 20,
        only_failures: false,
        summary: false,
        percent: Percent::Whole,
        aliases: Vec::new(),
        now: None,
        properties_as_missing: false,
        report_disabled: false,
        extras: false,
        full_values: false,
        tags_only: false,
        evaluate_exempt: false,
        expand_children: false,
        related: RelatedMode::Auto,
        related_coverage: Vec::new(),
        related_from: Vec::new(),
        incomplete_as_unknown: false,
        unique: false,
        default_mode: DefaultMode::Indexed,
        fail_on: Vec::new(),
        format: Format::Text,
        output: showing.output,
        details: false,
        values: if showing.show_values { Values::Show } else { Values::MaskSecrets },
        show_not_applicable: false,
        colour: match showing.color {
            When::Auto => Colour::Auto,
            When::Always => Colour::Always,
            When::Never => Colour::Never,
        },
        width: showing.width,
        quiet: showing.quiet,
        verbose: showing.verbose,
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
