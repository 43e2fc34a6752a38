//! Results for people: suites that passed in a line, the others case by case.

use super::{Results, coverage};
use crate::format::details;
use crate::format::finding::Finding;
use crate::format::summary::{counted, elapsed};
use crate::format::text::plain_columns;
use crate::terminal::{Look, Style, clean, columns, wrap};
use crate::veil::Veils;
use ordain::{Diagnostic, Severity};
use ordain_author::suite::{CaseResult, Evidence, Mismatch, Mode, Status, SuiteResult};
use std::io::{self, Write};

/// Widest that the report gets on its own account.
const WIDEST: usize = 120;
/// Columns before what is said of a case.
const INDENT: usize = 6;
/// Longest value that is shown beside the name of its case.
const SHORT: usize = 60;

/// Writes the results.
pub fn text(results: &Results<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { results, look, out, veils: Veils::default() };
    for suite in results.shown() {
        page.suite(suite)?;
    }
    let width = page.width();
    let options = results.options;
    if let Some(report) = results.coverage.filter(|_| options.coverage.shown) {
        coverage::text(report, options.common.verbose, look, width, page.out)?;
    }
    if options.common.quiet { Ok(()) } else { page.summary() }
}

struct Page<'p> {
    results: &'p Results<'p>,
    look: Look,
    out: &'p mut dyn Write,
    veils: Veils,
}

impl Page<'_> {
    fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", self.look.glyphs(text).trim_end())
    }

    fn width(&self) -> usize {
        self.look.width.unwrap_or(WIDEST).max(40)
    }

    fn suite(&mut self, suite: &SuiteResult) -> io::Result<()> {
        let options = &self.results.options.common;
        let name = clean(&suite.name);
        let bad = suite.is_broken() || suite.count(Status::Failed) > 0;
        if !bad {
            if options.quiet {
                return Ok(());
            }
            if !options.verbose {
                let mark = self.look.paint(Style::Green, "✓");
                let count = counted(suite.cases.len(), "case", "cases");
                return self.line(&format!("{mark} {name}   {}", self.look.paint(Style::Dim, &count)));
            }
        }
        self.line(&self.look.paint(Style::Bold, &name))?;
        let mut told: Option<&Diagnostic> = None;
        for case in &suite.cases {
            let error = first_error(&case.diagnostics);
            // What keeps many cases from being judged is said once.
            let again = error.is_some() && error == told;
            self.case(case, again)?;
            told = error;
        }
        // What keeps cases from being judged stands there.
        let own = suite.diagnostics.iter().filter(|d| !suite.cases.iter().any(|c| c.diagnostics.contains(d)));
        if let Some(error) = own.into_iter().find(|d| d.severity() == Severity::Error) {
            self.trouble("the suite, or what it names, has errors", error)?;
        }
        self.line("")
    }

    fn case(&mut self, case: &CaseResult, again: bool) -> io::Result<()> {
        let name = clean(&case.name);
        match case.status {
            Status::Passed if self.results.options.common.quiet => Ok(()),
            Status::Passed => self.line(&format!("  {} {name}", self.look.paint(Style::Green, "✓"))),
            Status::Broken => match first_error(&case.diagnostics).filter(|_| !again) {
                Some(error) => self.trouble(&name, error),
                None => self.line(&format!("  {} {name}", self.look.paint(Style::Magenta, "!"))),
            },
            Status::Failed => self.failed(case, &name),
        }
    }

    fn trouble(&mut self, what: &str, error: &Diagnostic) -> io::Result<()> {
        self.line(&format!("  {} {what}", self.look.paint(Style::Magenta, "!")))?;
        let place = error.labels().first().map(|label| {
            let at = label.position();
            format!("{}:{}:{}", clean(label.source().name()), at.line, at.column)
        });
        self.paragraph(&clean(error.message()))?;
        self.places(&Vec::from_iter(place))
    }

    fn failed(&mut self, case: &CaseResult, name: &str) -> io::Result<()> {
        let mark = self.look.paint(Style::Red, "✗");
        let title = format!("  {mark} {name}");
        let room = self.width().saturating_sub(plain_columns(&title) + 3);
        let first = case.mismatches.first().map(told).filter(|told| columns(told) <= room.min(SHORT));
        match &first {
            Some(first) => self.line(&format!("{title}   {first}"))?,
            None => self.line(&title)?,
        }
        for mismatch in case.mismatches.iter().skip(usize::from(first.is_some())) {
            let text = told(mismatch);
            match columns(&text) <= 2 * SHORT {
                true => self.paragraph(&text)?,
                false => self.apart(mismatch)?,
            }
        }
        for note in case.mismatches.iter().filter_map(|mismatch| mismatch.note.as_deref()) {
            self.paragraph(&clean(note))?;
        }
        let expected = case.mismatches.first().map_or(&case.place, |mismatch| &mismatch.place).shown();
        if self.results.options.common.verbose
            && let Some(evidence) = case.evidence.as_ref().filter(|_| case.mode == Mode::Scan)
        {
            self.snippets(evidence)?;
        }
        for (at, why) in case.why.iter().enumerate() {
            let sentence = match case.why.len() {
                1 => why.sentence.clone(),
                _ => format!("{} ({}): {}", why.policy, why.outcome, why.sentence),
            };
            self.paragraph(&clean(&sentence))?;
            let mut places = vec![format!("policy {}", why.condition.shown())];
            places.push(format!("resource {}", why.resource.shown()));
            if at + 1 == case.why.len() {
                places.push(format!("case {expected}"));
            }
            self.places(&places)?;
        }
        if case.why.is_empty() {
            self.places(&[format!("case {expected}")])?;
        }
        match &case.because {
            Some(because) => self.paragraph(&format!("because: {}", clean(because.trim()))),
            None => Ok(()),
        }
    }

    /// Policy and resource as a compiler would show them.
    fn snippets(&mut self, evidence: &Evidence) -> io::Result<()> {
        let mut shown = Vec::new();
        let (values, look) = (self.results.options.common.values, self.look);
        evidence.outcomes(|outcome| {
            let finding = Finding::of_case(evidence.resource(), outcome);
            if finding.decider().is_some() {
                shown.push(details::snippets(&finding, values, look, &mut self.veils));
            }
        });
        for snippet in shown {
            for line in snippet.lines() {
                writeln!(self.out, "{}{line}", " ".repeat(INDENT))?;
            }
        }
        Ok(())
    }

    /// Long values one below the other.
    fn apart(&mut self, mismatch: &Mismatch) -> io::Result<()> {
        self.paragraph(&format!("{}:", mismatch.key))?;
        self.line(&format!("{}  expected  {}", " ".repeat(INDENT), clean(&mismatch.expected)))?;
        self.line(&format!("{}  got       {}", " ".repeat(INDENT), clean(&mismatch.actual)))
    }

    /// Places beside each other as far as there is room.
    fn places(&mut self, places: &[String]) -> io::Result<()> {
        let mut line = String::new();
        for place in places {
            let place = clean(place);
            if !line.is_empty() && INDENT + columns(&line) + 3 + columns(&place) > self.width() {
                let full = std::mem::take(&mut line);
                self.dim(&full)?;
            }
            line = if line.is_empty() { place } else { format!("{line} · {place}") };
        }
        self.dim(&line)
    }

    fn dim(&mut self, text: &str) -> io::Result<()> {
        let text = self.look.paint(Style::Dim, text);
        self.line(&format!("{}{text}", " ".repeat(INDENT)))
    }

    /// A text behind the indent.
    fn paragraph(&mut self, text: &str) -> io::Result<()> {
        let lead = " ".repeat(INDENT);
        let lines = match self.look.width {
            None => vec![text.to_owned()],
            Some(_) => wrap(text, self.width() - INDENT),
        };
        lines.iter().try_for_each(|line| self.line(&format!("{lead}{line}")))
    }

    fn summary(&mut self) -> io::Result<()> {
        let results = self.results;
        let mut text = format!(
            "{}, {}: {} passed, {} failed",
            counted(results.shown().count(), "suite", "suites"),
            counted(results.cases(), "case", "cases"),
            results.count(Status::Passed),
            results.count(Status::Failed),
        );
        let broken = results.count(Status::Broken);
        if broken > 0 {
            text.push_str(&format!(", {broken} not judged"));
        }
        let passed_over: usize = results.suites.iter().map(|suite| suite.passed_over).sum();
        if passed_over > 0 {
            text.push_str(&format!(", {passed_over} passed over"));
        }
        let time = self.look.paint(Style::Dim, &elapsed(results.started.elapsed()));
        self.line(&format!("{text}   {time}"))?;
        let Some(report) = results.coverage else { return Ok(()) };
        let mut text = format!("coverage {}", coverage::sum(report));
        if let Some(rest) = coverage::rest(report) {
            text.push_str(&format!("; {rest}"));
            if !results.options.coverage.shown {
                text.push_str(" (--coverage)");
            }
        }
        self.line(&text)
    }
}

fn first_error(diagnostics: &[Diagnostic]) -> Option<&Diagnostic> {
    diagnostics.iter().find(|d| d.severity() == Severity::Error)
}

/// `expected Compliant, got NonCompliant`; the key only where it is not the state.
fn told(mismatch: &Mismatch) -> String {
    let text = format!("expected {}, got {}", mismatch.expected, mismatch.actual);
    clean(&if mismatch.key == "state" || mismatch.key == "applies" {
        text
    } else {
        format!("{}: {text}", mismatch.key)
    })
}
