//! Forms that are written row by row: made on the thread that judges, written in the order of the input.

use super::{Report, absences, csv, json, text};
use crate::args::{Eval, Format};
use crate::judge::Judged;
use crate::terminal::Look;
use ordain::{Context, Engine, Outcome, State};
use std::io::{self, Write};

/// What becomes of one row.
#[derive(Debug, Default)]
pub struct Block {
    /// What is written of it.
    pub text: String,
    /// What is written behind all rows.
    pub behind: Vec<String>,
}

/// Makes blocks, on any thread.
pub struct Maker<'m> {
    pub options: &'m Eval,
    pub engine: &'m Engine,
    pub context: &'m Context,
}

impl Maker<'_> {
    /// `None` where nothing is to be written of a row.
    pub fn block(&self, judged: &Judged<'_>) -> Option<Block> {
        let text = self.text(judged);
        let behind = if self.options.show_not_applicable && self.options.format == Format::Json {
            absences::of(self.engine, self.context, judged)
        } else {
            Vec::new()
        };
        (!text.is_empty() || !behind.is_empty()).then_some(Block { text, behind })
    }

    fn text(&self, judged: &Judged<'_>) -> String {
        let outcomes: Vec<Outcome<'_>> =
            judged.evaluation.outcomes().filter(|outcome| self.is_wanted(outcome)).collect();
        if self.options.summary || outcomes.is_empty() {
            return String::new();
        }
        match self.options.format {
            Format::Json | Format::Ndjson => json::result(judged, outcomes, self.options.values),
            Format::Csv => csv::lines(judged, outcomes, self.options.values),
            Format::Text | Format::Azure => String::new(),
        }
    }

    /// Whether an outcome is told of: all, or what fails.
    fn is_wanted(&self, outcome: &Outcome<'_>) -> bool {
        let state = outcome.state();
        !self.options.only_failures || state == State::Error || self.options.fail_on.contains(&state)
    }
}

/// Writes blocks as they come, and what stands before and behind them.
pub struct Form<'f> {
    options: &'f Eval,
    look: Look,
    begun: bool,
    behind: Vec<String>,
}

impl<'f> Form<'f> {
    /// Whether the rows of this call can be written as they come.
    pub fn of(options: &'f Eval, look: Look) -> Option<Self> {
        let streams = match options.format {
            Format::Json | Format::Ndjson | Format::Csv => true,
            Format::Text => options.summary && !options.show_not_applicable,
            Format::Azure => options.summary,
        };
        streams.then_some(Self { options, look, begun: false, behind: Vec::new() })
    }

    /// What stands before all rows.
    pub fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match self.options.format {
            Format::Json => json::begin(out),
            Format::Csv if !self.options.summary => out.write_all(csv::head().as_bytes()),
            _ => Ok(()),
        }
    }

    /// The next row.
    pub fn write(&mut self, mut block: Block, out: &mut dyn Write) -> io::Result<()> {
        self.behind.append(&mut block.behind);
        if block.text.is_empty() {
            return Ok(());
        }
        let first = !std::mem::replace(&mut self.begun, true);
        match self.options.format {
            Format::Json => write!(out, "{}\n    {}", if first { "" } else { "," }, block.text),
            Format::Ndjson => writeln!(out, "{}", block.text),
            _ => out.write_all(block.text.as_bytes()),
        }
    }

    /// What stands behind all rows.
    pub fn end(&mut self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self.options.format {
            Format::Json => json::end(report, &self.behind, out),
            Format::Ndjson => json::closing_lines(report, out),
            Format::Csv if self.options.summary => out.write_all(csv::totals(report).as_bytes()),
            Format::Csv => Ok(()),
            Format::Text => text::text(report, self.look, out),
            Format::Azure => super::azure(report, out),
        }
    }
}
