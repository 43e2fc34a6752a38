//! Compliance for people: assignment, group, policy, resource (spec 09 section 5).

use super::finding::Finding;
use super::named;
use super::summary::counted;
use super::text::{Page, verb};
use crate::args::Percent;
use crate::judge::{Judged, is_shown};
use crate::terminal::{Style, clean, columns};
use ordain::compliance::{Counts, Level};
use ordain::{AssignmentView, PairView, State};
use std::io;

/// Cells of a bar.
const BAR: usize = 10;
/// Columns before what is said of a resource.
const INDENT: usize = 13;
/// Resources shown under one policy; the rest is counted.
const SHOWN: usize = 10;
/// Above the pairs that are in no group of an initiative that has some.
const UNGROUPED: &str = "  in no group";

impl Page<'_> {
    /// Every assignment with what is below it.
    pub fn assignments(&mut self) -> io::Result<()> {
        let engine = self.report.engine;
        for assignment in engine.assignments() {
            self.assignment(assignment)?;
        }
        self.exemptions()
    }

    fn assignment(&mut self, assignment: AssignmentView<'_>) -> io::Result<()> {
        let level = self.report.judgement.compliance.assignment(assignment);
        let mode = match assignment.enforcement_mode() {
            "DoNotEnforce" => "not enforced",
            "Enroll" => "enforced where enrolled",
            _ => "enforced",
        };
        let place = match assignment.scope() {
            Some(scope) => format!("assigned at {} · {mode}", clean(&place(scope))),
            None if assignment.is_stand_in() => "as if assigned to everything".to_owned(),
            None => "its document has errors".to_owned(),
        };
        let title = self.look.paint(Style::Bold, &clean(assignment.display_name()));
        let mut percent = match self.percent(&level.resources) {
            Some(percent) => format!("{percent} compliant"),
            None => "–".to_owned(),
        };
        percent.push_str(&notable(&level.resources, &level.records));
        self.spread(&format!("{title}   {place}"), &percent, Style::Bold)?;
        if let Some(code) = assignment.error() {
            self.line(&format!("  {} cannot be judged: {code}", self.look.paint(Style::Magenta, "!")))?;
            return self.line("");
        }
        if level.records.total() == 0 {
            self.line("  no resource that it is about")?;
        }
        if self.report.options.summary {
            self.groups_alone(assignment)?;
            return self.line("");
        }
        self.below(assignment)?;
        self.line("")
    }

    /// Bars of the groups, and of the policies that are in none.
    fn groups_alone(&mut self, assignment: AssignmentView<'_>) -> io::Result<()> {
        let groups: Vec<String> = assignment.groups().map(|(_, _, shown)| clean(shown)).collect();
        let wide = groups.iter().map(|name| columns(name)).max().unwrap_or_default().min(40);
        for (at, name) in groups.iter().enumerate() {
            let level = self.report.judgement.compliance.group(assignment, at);
            self.bar(name, wide, &level)?;
        }
        let alone = assignment.pairs().filter(|pair| pair.groups().next().is_none());
        let alone: Vec<(PairView<'_>, String)> =
            alone.map(|pair| (pair, clean(&named::pair(pair)))).collect();
        if !groups.is_empty() && !alone.is_empty() {
            self.line(UNGROUPED)?;
        }
        let wide = alone.iter().map(|(_, name)| columns(name)).max().unwrap_or_default().min(60);
        for (pair, name) in alone {
            match pair.error() {
                Some(code) => self.cannot(&name, code)?,
                None => {
                    let level = self.report.judgement.compliance.pair(pair);
                    self.bar(&name, wide, &level)?;
                }
            }
        }
        Ok(())
    }

    /// A pair that could not be linked.
    fn cannot(&mut self, name: &str, code: &str) -> io::Result<()> {
        let mark = self.look.paint(Style::Magenta, "!");
        self.line(&format!("    {mark} {name}   cannot be judged: {code}"))
    }

    fn bar(&mut self, name: &str, wide: usize, level: &Level) -> io::Result<()> {
        let gap = " ".repeat(wide.saturating_sub(columns(name)));
        let numbers = numbers(&level.resources, &level.records);
        let bar = match (BAR * level.resources.good()).checked_div(level.resources.judged()) {
            Some(full) => format!("{}{}", "█".repeat(full), "░".repeat(BAR.saturating_sub(full))),
            None => " ".repeat(BAR),
        };
        self.line(&format!("  {name}{gap}   {bar}  {numbers}"))
    }

    /// Groups with their policies, each policy once; then those without a group.
    fn below(&mut self, assignment: AssignmentView<'_>) -> io::Result<()> {
        let mut told: Vec<usize> = Vec::new();
        let groups: Vec<(String, String)> =
            assignment.groups().map(|(name, _, shown)| (name.to_owned(), clean(shown))).collect();
        let wide = groups.iter().map(|(_, shown)| columns(shown)).max().unwrap_or_default().min(40);
        for (at, (name, shown)) in groups.iter().enumerate() {
            let level = self.report.judgement.compliance.group(assignment, at);
            self.bar(shown, wide, &level)?;
            for pair in assignment.pairs().filter(|pair| pair.groups().any(|group| group == name)) {
                if !told.contains(&pair.index()) {
                    told.push(pair.index());
                    self.pair(pair)?;
                }
            }
        }
        let alone: Vec<PairView<'_>> =
            assignment.pairs().filter(|pair| !told.contains(&pair.index())).collect();
        // Not under the head of the last group: it counts none of them (spec S-33).
        if !groups.is_empty() && alone.iter().any(|pair| self.is_told(*pair)) {
            self.line(UNGROUPED)?;
        }
        for pair in alone {
            self.pair(pair)?;
        }
        Ok(())
    }

    /// Whether there is anything to say of a pair.
    fn is_told(&self, pair: PairView<'_>) -> bool {
        pair.error().is_some() || self.report.judgement.compliance.pair(pair).state().is_some()
    }

    fn pair(&mut self, pair: PairView<'_>) -> io::Result<()> {
        let level = self.report.judgement.compliance.pair(pair);
        let name = clean(&named::pair(pair));
        if let Some(code) = pair.error() {
            return self.cannot(&name, code);
        }
        // What has no resource is not worth a line.
        let Some(state) = level.state() else { return Ok(()) };
        let (glyph, style) = glyph(state);
        let mark = self.look.paint(style, glyph);
        let numbers = numbers(&level.resources, &level.records);
        self.spread(&format!("    {mark} {name}"), &numbers, Style::Dim)?;
        let judgement = self.report.judgement;
        let of_pair = |judged: &'_ Judged<'_>| {
            judged.evaluation.outcomes().any(|o| o.pair().index() == pair.index() && is_shown(o.state()))
        };
        let shown: Vec<&Judged<'_>> = judgement.judged.iter().filter(|judged| of_pair(judged)).collect();
        for judged in shown.iter().take(SHOWN) {
            self.record(judged, pair)?;
        }
        if let Some(more) = shown.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let more = counted(more, "more resource", "more resources");
            self.line(&format!("{}{more}: `--format json` has all", " ".repeat(8)))?;
        }
        Ok(())
    }

    /// One resource under a policy: what is wrong with it, and what the assignment says of that.
    fn record(&mut self, judged: &Judged<'_>, pair: PairView<'_>) -> io::Result<()> {
        for outcome in judged.evaluation.outcomes().filter(|o| o.pair().index() == pair.index()) {
            let name = self.look.paint(Style::Bold, &clean(&judged.resource().name));
            let (word, style) = match outcome.state() {
                State::Error => ("error", Style::Magenta),
                State::Conflict => ("conflict", Style::Red),
                _ => verb(&outcome),
            };
            let word = self.look.paint(style, &format!("{word:<6}"));
            let finding = Finding::of(judged, outcome);
            let at = finding.position();
            let place = format!("{}:{}:{}", clean(finding.source().name()), at.line, at.column);
            let sentence = clean(&finding.sentence(self.report.options.values));
            self.spread(&format!("      {word} {name}"), &place, Style::Dim)?;
            for line in self.fitted(&sentence, INDENT) {
                self.line(&format!("{}{line}", " ".repeat(INDENT)))?;
            }
            if let Some(message) = outcome.message() {
                let message = clean(message);
                for line in self.fitted(&message, INDENT) {
                    self.line(&format!("{}{line}", " ".repeat(INDENT)))?;
                }
            }
        }
        Ok(())
    }

    /// Exemptions that have ended, and those that end soon.
    fn exemptions(&mut self) -> io::Result<()> {
        let (compliance, context) = (&self.report.judgement.compliance, self.report.context);
        let mut lines = Vec::new();
        for exemption in compliance.ended(context) {
            let day = exemption.expires_on().unwrap_or_default();
            let day = day.get(..10).unwrap_or(day);
            let covers = counted(compliance.would_cover(exemption.id()), "resource", "resources");
            let name = clean(exemption.name());
            lines.push(format!("expired: exemption `{name}` (ended {day}) no longer covers {covers}"));
        }
        for (exemption, days) in compliance.ending_soon(context) {
            let days = usize::try_from(days).unwrap_or_default();
            let days =
                if days == 0 { "today".to_owned() } else { format!("in {}", counted(days, "day", "days")) };
            lines.push(format!("ends {days}: exemption `{}`", clean(exemption.name())));
        }
        for line in &lines {
            self.line(line)?;
        }
        if lines.is_empty() { Ok(()) } else { self.line("") }
    }

    fn percent(&self, counts: &Counts) -> Option<String> {
        match self.report.options.percent {
            Percent::Whole => counts.percent().map(|percent| format!("{percent}%")),
            Percent::Precise => counts.tenths().map(|t| format!("{}.{}%", t / 10, t % 10)),
            Percent::Strict => counts.strict_percent().map(|percent| format!("{percent}% strictly")),
        }
    }
}

/// `3 of 9`, with what raises the number and what is hidden by it (spec S-25, S-32).
fn numbers(resources: &Counts, records: &Counts) -> String {
    format!("{} of {}{}", resources.good(), resources.judged(), notable(resources, records))
}

/// `, 2 exempt, 1 error`: what raises a number, and what a state that was rolled up hides.
fn notable(resources: &Counts, records: &Counts) -> String {
    let mut text = String::new();
    let notable = [
        (resources.of(State::Exempt), "exempt"),
        (resources.of(State::Unknown), "not attested"),
        (resources.of(State::Protected), "protected"),
        (records.of(State::NotEvaluated), "not evaluated"),
        (records.of(State::Error), "error"),
    ];
    for (count, word) in notable.into_iter().filter(|(count, _)| *count > 0) {
        text.push_str(&format!(", {count} {word}"));
    }
    text
}

fn glyph(state: State) -> (&'static str, Style) {
    match state {
        State::NonCompliant | State::Conflict => ("✗", Style::Red),
        State::Error => ("!", Style::Magenta),
        State::NotEvaluated | State::Unknown => ("?", Style::Blue),
        State::Compliant | State::Exempt | State::Protected => ("✓", Style::Plain),
        _ => ("?", Style::Plain),
    }
}

/// The last name of a scope, and what it is where the name does not say.
fn place(scope: &str) -> String {
    let lower = scope.to_ascii_lowercase();
    let name = scope.rsplit('/').next().unwrap_or(scope);
    if lower.starts_with("/providers/microsoft.management/") || lower.contains("/resourcegroups/") {
        return name.to_owned();
    }
    format!("subscription {name}")
}
