//! Verdicts for people: a block for each request, in the order of the input.

use super::Report;
use super::words::{self, Said};
use crate::asking::Answer;
use crate::format::text::plain_columns;
use crate::format::{kinds, summary};
use crate::terminal::{Look, Style, clean, columns, wrap};
use ordain::{Ruling, Verdict};
use std::io::{self, Write};

/// Widest that the report gets on its own account.
const WIDEST: usize = 120;
/// Columns before a sentence.
const INDENT: usize = 12;

/// Writes the report.
pub fn text(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { report, look, out };
    let mut content = 0;
    for answer in &report.answers.answers {
        match answer.is_told() || report.options.common.verbose {
            true => page.answer(answer)?,
            false => content += 1,
        }
    }
    if report.options.common.quiet {
        return Ok(());
    }
    if content > 0 && content < report.answers.answers.len() {
        let said = format!(
            "{} more, of which no policy says anything (-v names them)",
            summary::counted(content, "request", "requests")
        );
        page.line(&said)?;
        page.line("")?;
    }
    page.closing()
}

struct Page<'p> {
    report: &'p Report<'p>,
    look: Look,
    out: &'p mut dyn Write,
}

impl Page<'_> {
    fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", self.look.glyphs(text).trim_end())
    }

    fn width(&self) -> usize {
        let own = self.report.options.common.width.unwrap_or(0);
        self.look.width.unwrap_or(WIDEST).clamp(40, WIDEST.max(own))
    }

    /// A text with something at the right edge, below it where there is no room.
    fn spread(&mut self, left: &str, right: &str, style: Style) -> io::Result<()> {
        let (wide, used) = (self.width(), plain_columns(left) + 2 + columns(right));
        let painted = self.look.paint(style, right);
        if used <= wide {
            return self.line(&format!("{left}{}{painted}", " ".repeat(wide - used + 2)));
        }
        if self.look.width.is_none() {
            return self.line(&format!("{left}  {painted}"));
        }
        self.line(left)?;
        self.line(&format!("{}{painted}", " ".repeat(INDENT)))
    }

    fn answer(&mut self, answer: &Answer<'_>) -> io::Result<()> {
        let word = words::verdict(self.report, answer);
        let style = match answer.request.verdict {
            Verdict::Denied if answer.is_known(self.report.known) => Style::Yellow,
            Verdict::Denied => Style::Red,
            Verdict::Undecided => Style::Blue,
            Verdict::Allowed => Style::Dim,
        };
        let title = self.title(answer, columns(word));
        self.spread(&title, word, style)?;
        if let Some(open) = answer.uncertain() {
            let at = answer.row.source.position(open.span.start);
            let place = format!("{}:{}:{}", clean(answer.row.source.name()), at.line, at.column);
            let sentence = format!("whether it is deployed at all is up to `{}`", open.expression);
            self.block("?", Style::Blue, "open", &sentence, &[], &place)?;
        }
        let rulings = answer.rulings();
        for (at, ruling) in rulings.iter().enumerate() {
            let said = words::said(answer, ruling, self.report.values());
            // Policies that hang on the same expression are told together.
            let same = |other: &&Ruling<'_>| alike(answer, &said, other, self.report);
            if said.word == "open" && rulings.iter().take(at).any(|other| same(&other)) {
                continue;
            }
            let others = rulings.iter().skip(at + 1).filter(same).count();
            self.ruling(answer, ruling, &said, if said.word == "open" { others } else { 0 })?;
        }
        self.line("")
    }

    /// Name, kind, group and origin; of these as many as there is room for beside so many columns.
    fn title(&self, answer: &Answer<'_>, beside: usize) -> String {
        let resource = answer.resource();
        let group = if resource.is_group() { "" } else { resource.group };
        let origin = answer.origin().filter(|origin| *origin != resource.name).unwrap_or_default();
        let action = words::action(answer);
        let parts = [&*action, &kinds::words(&resource.kind), group, origin].map(clean);
        let mut parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let name = clean(&resource.name);
        let long =
            |parts: &[String]| columns(&name) + columns(&parts.join(" · ")) + 5 + beside > self.width();
        while self.look.width.is_some() && parts.len() > 1 && long(&parts) {
            parts.pop();
        }
        format!("{}   {}", self.look.paint(Style::Bold, &name), parts.join(" · "))
    }

    fn ruling(
        &mut self,
        answer: &Answer<'_>,
        ruling: &Ruling<'_>,
        said: &Said,
        more: usize,
    ) -> io::Result<()> {
        let known = self.report.is_known(answer, ruling);
        let (glyph, style) = match said.word {
            "denied" if known => ("✗", Style::Yellow),
            "denied" => ("✗", Style::Red),
            "changed" => ("~", Style::Yellow),
            "flagged" => ("!", Style::Yellow),
            "open" => ("?", Style::Blue),
            "later" => ("+", Style::Plain),
            _ => ("-", Style::Dim),
        };
        let mut title = clean(&said.title);
        if known {
            title.push_str(" (in the baseline)");
        }
        if more > 0 {
            title.push_str(&format!(" and {}", summary::counted(more, "more policy", "more policies")));
        }
        self.block(glyph, style, said.word, &title, &said.sentences, &clean(&answer.place(ruling)))
    }

    /// A mark with a title, and sentences below it; the first of them, or the title, has the place behind it.
    fn block(
        &mut self,
        glyph: &str,
        style: Style,
        word: &str,
        title: &str,
        sentences: &[String],
        place: &str,
    ) -> io::Result<()> {
        let mark = self.look.paint(style, &format!("{glyph} {word:<7}"));
        let mut lines = Vec::new();
        for (at, text) in std::iter::once(title).chain(sentences.iter().map(String::as_str)).enumerate() {
            for (row, line) in self.fitted(&clean(text)).into_iter().enumerate() {
                let lead = match (at, row) {
                    (0, 0) => format!("  {mark} "),
                    _ => " ".repeat(INDENT),
                };
                lines.push((at, format!("{lead}{line}")));
            }
        }
        let placed = usize::from(!sentences.is_empty());
        let last = lines.iter().rposition(|(at, _)| *at == placed);
        for (index, (_, line)) in lines.into_iter().enumerate() {
            match last == Some(index) {
                true => self.spread(&line, place, Style::Dim)?,
                false => self.line(&line)?,
            }
        }
        Ok(())
    }

    fn fitted(&self, text: &str) -> Vec<String> {
        match self.look.width {
            None => vec![text.to_owned()],
            Some(_) => wrap(text, self.width().saturating_sub(INDENT)),
        }
    }

    fn closing(&mut self) -> io::Result<()> {
        let [rows, requests] = words::closing(self.report);
        let time = summary::elapsed(self.report.started.elapsed());
        let style = match self.report.counts {
            counts if counts.denied > counts.known => Style::Red,
            counts if counts.undecided > 0 => Style::Blue,
            _ => Style::Plain,
        };
        if let Some(told) = words::placeless(self.report) {
            for line in self.fitted(&told) {
                self.line(&line)?;
            }
        }
        self.line(&rows)?;
        let lines = match self.look.width {
            Some(width) => wrap(&requests, width.saturating_sub(columns(&time) + 3).max(40)),
            None => vec![requests],
        };
        let last = lines.len().saturating_sub(1);
        for (at, line) in lines.iter().enumerate() {
            let line = self.look.paint(style, line);
            let behind =
                if at == last { format!("   {}", self.look.paint(Style::Dim, &time)) } else { String::new() };
            self.line(&format!("{line}{behind}"))?;
        }
        Ok(())
    }
}

/// Whether another ruling is open for the same reason, in the same words.
fn alike(answer: &Answer<'_>, said: &Said, other: &Ruling<'_>, report: &Report<'_>) -> bool {
    other.kind.name() == "open" && words::said(answer, other, report.values()).sentences == said.sentences
}
