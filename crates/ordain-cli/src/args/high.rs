//! What the arguments mean.

use super::low;
use crate::terminal::Colour;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};
use ordain::{DefaultMode, State, Values};
use std::ffi::OsString;
use std::path::PathBuf;

/// A call that can be answered.
#[derive(Debug)]
pub enum Asked {
    /// Judge what exists.
    Eval(Box<Eval>),
}

/// `ordain eval`.
#[derive(Debug)]
pub struct Eval {
    pub resources: Vec<String>,
    pub policies: Vec<String>,
    pub pick: Option<String>,
    pub given: Given,
    pub strict_aliases: bool,
    pub aliases: Vec<PathBuf>,
    pub now: Option<String>,
    pub properties_as_missing: bool,
    pub assume_complete: bool,
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
}

/// Reads the line; the error is what to tell instead, help and version included.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, clap::Error> {
    let line = low::Line::try_parse_from(arguments)?;
    match line.verb {
        low::Verb::Eval(eval) => Ok(Asked::Eval(Box::new(meant(*eval)?))),
    }
}

fn meant(low: low::Eval) -> Result<Eval, clap::Error> {
    let single = low.parameters.iter().map(|text| parameter(text)).collect::<Result<_, _>>()?;
    Ok(Eval {
        resources: low.resources,
        policies: low.policies,
        pick: low.pick,
        given: Given { single, files: low.parameter_files },
        strict_aliases: low.strict_aliases,
        aliases: low.aliases,
        now: low.now,
        properties_as_missing: low.properties_as_missing,
        assume_complete: low.assume_complete,
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

fn wrong(kind: ErrorKind, message: String) -> clap::Error {
    low::Line::command().error(kind, message)
}

fn parameter(text: &str) -> Result<(String, String), clap::Error> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => {
            Err(wrong(ErrorKind::InvalidValue, format!("`--param {text}` must be of the form `name=value`")))
        }
    }
}

/// States of `--fail-on`; `Conflict` is taken although nothing yields it without assignments.
fn states(text: &str) -> Result<Vec<State>, clap::Error> {
    let mut states = Vec::new();
    for word in text.split(',') {
        let plain: String =
            word.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        match plain.as_str() {
            "noncompliant" => states.push(State::NonCompliant),
            "compliant" => states.push(State::Compliant),
            "notevaluated" => states.push(State::NotEvaluated),
            "error" => states.push(State::Error),
            "none" | "conflict" => {}
            _ => {
                let known = "noncompliant, conflict, notevaluated, compliant, error, none";
                return Err(wrong(
                    ErrorKind::InvalidValue,
                    format!("`--fail-on`: there is no state `{word}`; known: {known}"),
                ));
            }
        }
    }
    Ok(states)
}
