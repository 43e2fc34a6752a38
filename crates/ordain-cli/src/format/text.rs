//! The report for people: grouped by resource, the worst first.

use super::finding::Finding;
use super::summary::{self, counted};
use super::{Report, details, kinds, named, reasons, totals};
use crate::judge::{Judged, is_deny, is_shown};
use crate::terminal::{Look, Style, clean, columns, wrap};
use crate::veil::Veils;
use ordain::{Outcome, State};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Widest that the report gets on its own account.
const WIDEST: usize = 120;
/// Columns before a sentence.
pub const INDENT: usize = 11;
/// Findings above which a terminal shows counts and the worst resources only.
const MANY: usize = 1_000;
/// Resources shown then.
const WORST: usize = 50;

/// Lines of one table of totals.
const SHOWN_TOTALS: usize = 20;

/// Differences from the service that are shown one by one.
const SHOWN_DIFFERENCES: usize = 50;

/// Writes the report.
pub fn text(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let judgement = report.judgement;
    let mut page = Page::new(report, look, out);
    // Where policies are assigned, that is what people think in.
    if report.engine.has_assignments() && !report.options.details {
        page.assignments()?;
        return page.end();
    }
    if report.options.summary {
        page.by_pair()?;
        page.totals()?;
        return page.end();
    }
    let mut worst: Vec<&Judged<'_>> = judgement.judged.iter().filter(|j| j.is_shown()).collect();
    // Cached: to count means to go through all outcomes.
    worst.sort_by_cached_key(|j| (!j.is_denied(), std::cmp::Reverse(j.findings().count())));
    let many = look.width.is_some() && judgement.findings > MANY && !report.options.details;
    let shown = if many { WORST.min(worst.len()) } else { worst.len() };
    if many {
        page.by_policy()?;
    }
    for judged in worst.iter().take(shown) {
        page.resource(judged)?;
    }
    if shown < worst.len() {
        let left = counted(worst.len() - shown, "resource", "resources");
        page.line(&format!("{left} more with findings: `-o FILE` or a pipe shows all"))?;
        page.line("")?;
    }
    page.open_questions()?;
    page.end()
}

pub struct Page<'p> {
    pub report: &'p Report<'p>,
    pub look: Look,
    out: &'p mut dyn Write,
    veils: Veils,
}

impl<'p> Page<'p> {
    pub fn new(report: &'p Report<'p>, look: Look, out: &'p mut dyn Write) -> Self {
        Self { report, look, out, veils: Veils::default() }
    }
}

impl Page<'_> {
    fn end(&mut self) -> io::Result<()> {
        if self.report.options.show_not_applicable {
            self.not_applicable()?;
        }
        self.comparison()?;
        if self.report.options.quiet { Ok(()) } else { self.summary() }
    }

    /// Where the service says something else.
    fn comparison(&mut self) -> io::Result<()> {
        let Some(found) = self.report.comparison else { return Ok(()) };
        let last = |id: &str| id.rsplit('/').next().unwrap_or_default().to_owned();
        for (key, theirs, ours) in found.different.iter().take(SHOWN_DIFFERENCES) {
            let mark = self.look.paint(Style::Blue, "≠");
            let policy = if key.reference.is_empty() { last(&key.definition) } else { key.reference.clone() };
            let what = format!("{} under {} of {}", last(&key.resource), policy, last(&key.assignment));
            self.line(&format!("{mark} {}: {} there, {} here", clean(&what), theirs.name(), ours.name()))?;
        }
        self.line(&format!(
            "compared with the service: {} the same, {} different, {} only there, {} only here",
            found.same,
            found.different.len(),
            found.only_theirs.len(),
            found.only_ours.len(),
        ))
    }

    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", self.look.glyphs(text).trim_end())
    }

    fn width(&self) -> usize {
        self.look.width.unwrap_or(WIDEST).clamp(40, WIDEST.max(self.report.options.width.unwrap_or(0)))
    }

    /// A text with something at the right edge, below it where there is no room.
    pub fn spread(&mut self, left: &str, right: &str, style: Style) -> io::Result<()> {
        let (wide, used) = (self.width(), plain_columns(left) + 2 + columns(right));
        let right = |look: Look| look.paint(style, right);
        if used <= wide {
            let gap = " ".repeat(wide - used + 2);
            return self.line(&format!("{left}{gap}{}", right(self.look)));
        }
        // Without a terminal there is no edge to keep to.
        if self.look.width.is_none() {
            return self.line(&format!("{left}  {}", right(self.look)));
        }
        self.line(left)?;
        self.line(&format!("{}{}", " ".repeat(INDENT), right(self.look)))
    }

    fn resource(&mut self, judged: &Judged<'_>) -> io::Result<()> {
        let count = judged.findings().count();
        let number = if count == 0 { String::new() } else { counted(count, "finding", "findings") };
        let title = self.title(judged, columns(&number));
        self.spread(&title, &number, Style::Plain)?;
        let mut outcomes: Vec<Outcome<'_>> =
            judged.evaluation.outcomes().filter(|o| is_shown(o.state())).collect();
        outcomes.sort_by_key(|o| (o.state() == State::Error, !is_deny(o)));
        for outcome in outcomes {
            let finding = Finding::of(judged, outcome);
            if self.report.options.details {
                let details =
                    details::snippets(&finding, self.report.options.values, self.look, &mut self.veils);
                writeln!(self.out, "{details}\n")?;
            } else {
                self.finding(&finding)?;
            }
        }
        let asked = self.questions(judged)?;
        // Snippets end with a blank line already.
        if asked || !self.report.options.details { self.line("") } else { Ok(()) }
    }

    /// Name, kind, group and place; of these as many as there is room for beside so many columns.
    pub fn title(&self, judged: &Judged<'_>, beside: usize) -> String {
        let resource = judged.resource();
        let group = if resource.is_group() { "" } else { resource.group };
        let parts = [kinds::words(&resource.kind), group.to_owned(), resource.location.to_owned()];
        let mut parts: Vec<String> = parts.iter().filter(|p| !p.is_empty()).map(|p| clean(p)).collect();
        let name = clean(&resource.name);
        let long =
            |parts: &[String]| columns(&name) + columns(&parts.join(" · ")) + 5 + beside > self.width();
        while self.look.width.is_some() && parts.len() > 1 && long(&parts) {
            parts.pop();
        }
        format!("{}   {}", self.look.paint(Style::Bold, &name), parts.join(" · "))
    }

    fn finding(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        let failed = finding.outcome.state() == State::Error;
        let (glyph, (word, style)) = match failed {
            true => ('!', ("error", Style::Magenta)),
            false => ('✗', verb(&finding.outcome)),
        };
        let mark = self.look.paint(style, &format!("{glyph} {word:<6}"));
        let name = clean(&named::outcome(&finding.outcome));
        let lines = self.fitted(&name, INDENT);
        for (at, line) in lines.iter().enumerate() {
            let lead = if at == 0 { format!("  {mark} ") } else { " ".repeat(INDENT) };
            self.line(&format!("{lead}{line}"))?;
        }
        let at = finding.position();
        let place = format!("{}:{}:{}", clean(finding.source().name()), at.line, at.column);
        self.sentence(&clean(&finding.sentence(self.report.options.values)), &place)?;
        if failed && let Some(compared) = finding.decider() {
            let source = finding.explanation.source();
            let at = compared.position(source);
            let kind = finding.outcome.reason().unwrap_or("error");
            let place = format!("{}:{}:{}", clean(source.name()), at.line, at.column);
            self.sentence(&format!("({kind}, in the condition of the policy)"), &place)?;
        }
        Ok(())
    }

    pub fn sentence(&mut self, sentence: &str, place: &str) -> io::Result<()> {
        let mut lines = self.fitted(sentence, INDENT);
        let last = lines.pop().unwrap_or_default();
        for line in lines {
            self.line(&format!("{}{line}", " ".repeat(INDENT)))?;
        }
        self.spread(&format!("{}{last}", " ".repeat(INDENT)), place, Style::Dim)
    }

    /// The lines of a text behind an indent.
    pub fn fitted(&self, text: &str, indent: usize) -> Vec<String> {
        match self.look.width {
            None => vec![text.to_owned()],
            Some(_) => wrap(text, self.width().saturating_sub(indent)),
        }
    }

    /// What could not be judged of a resource that is shown anyway.
    fn questions(&mut self, judged: &Judged<'_>) -> io::Result<bool> {
        let open = open(judged);
        for (reason, policies) in &open {
            let mark = self.look.paint(Style::Blue, "?");
            let text = asked(reason, policies);
            for (at, line) in self.fitted(&text, 4).iter().enumerate() {
                let lead = if at == 0 { format!("  {mark} ") } else { "    ".to_owned() };
                self.line(&format!("{lead}{line}"))?;
            }
        }
        Ok(!open.is_empty())
    }

    /// Resources of which nothing worse is known than that something is open; alike ones together.
    fn open_questions(&mut self) -> io::Result<()> {
        let mut alike: Vec<(Vec<String>, Vec<&Judged<'_>>)> = Vec::new();
        for judged in &self.report.judgement.judged {
            if judged.is_shown() {
                continue;
            }
            let questions: Vec<String> =
                open(judged).iter().map(|(reason, policies)| asked(reason, policies)).collect();
            if questions.is_empty() {
                continue;
            }
            match alike.iter_mut().find(|(known, _)| *known == questions) {
                Some((_, members)) => members.push(judged),
                None => alike.push((questions, vec![judged])),
            }
        }
        if alike.is_empty() {
            return Ok(());
        }
        for (questions, members) in &alike {
            let names: Vec<String> = members
                .iter()
                .take(3)
                .map(|j| self.look.paint(Style::Bold, &clean(&j.resource().name)))
                .collect();
            let more = members.len().saturating_sub(3);
            let names =
                if more > 0 { format!("{} and {more} more", names.join(", ")) } else { names.join(", ") };
            let mark = self.look.paint(Style::Blue, "?");
            match &questions[..] {
                [only] if plain_columns(&names) + columns(only) + 5 <= self.width() => {
                    self.line(&format!("{mark} {names}   {only}"))?
                }
                _ => {
                    self.line(&format!("{mark} {names}"))?;
                    for question in questions {
                        for line in self.fitted(question, 4) {
                            self.line(&format!("    {line}"))?;
                        }
                    }
                }
            }
        }
        self.line("")
    }

    fn not_applicable(&mut self) -> io::Result<()> {
        let rows = &self.report.judgement.not_applicable;
        for judged in rows {
            let (row, resource) = (judged.row, judged.resource());
            let at = row.source.position(row.json.span.start);
            let left = format!("  {}   {}", clean(&resource.name), clean(&kinds::words(&resource.kind)));
            self.spread(
                &left,
                &format!("{}:{}:{}", clean(row.source.name()), at.line, at.column),
                Style::Dim,
            )?;
        }
        if !rows.is_empty() {
            self.line(&format!("{}: no policy applies", counted(rows.len(), "resource", "resources")))?;
            self.line("")?;
        }
        Ok(())
    }

    /// Findings by policy, where only counts are known.
    fn by_pair(&mut self) -> io::Result<()> {
        let mut counts: Vec<(usize, bool, &str, &str)> = Vec::new();
        for pair in self.report.engine.assignments().flat_map(|assignment| assignment.pairs()) {
            let records = self.report.judgement.compliance.pair(pair).records;
            let count = records.of(State::NonCompliant) + records.of(State::Conflict);
            if let Some(policy) = pair.policy().filter(|_| count > 0) {
                let effect = policy.effect().trim_end_matches("IfNotExists");
                let denies = effect.eq_ignore_ascii_case("deny");
                counts.push((count, !denies, policy.display_name(), effect));
            }
        }
        counts.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
        for (count, mild, name, effect) in &counts {
            let style = if *mild { Style::Yellow } else { Style::Red };
            let mark = self.look.paint(style, &format!("✗ {effect:<6}"));
            self.line(&format!("{count:>8}  {mark}  {}", clean(name)))?;
        }
        if counts.is_empty() { Ok(()) } else { self.line("") }
    }

    /// Resources with findings by type, subscription and group; the worst of each.
    fn totals(&mut self) -> io::Result<()> {
        let all = totals::totals(self.report);
        for (by, heads) in [
            ("type", "by resource type"),
            ("subscription", "by subscription"),
            ("resourceGroup", "by resource group"),
        ] {
            let bad: Vec<&totals::Total> = all.iter().filter(|t| t.by == by && t.bad() > 0).collect();
            if bad.is_empty() {
                continue;
            }
            self.line(&self.look.paint(Style::Bold, heads))?;
            for total in bad.iter().take(SHOWN_TOTALS) {
                let numbers = format!("{} of {}", total.bad(), total.counts.total());
                self.line(&format!("{numbers:>16}  {}", clean(&total.name)))?;
            }
            if let Some(more) = bad.len().checked_sub(SHOWN_TOTALS).filter(|more| *more > 0) {
                self.line(&format!("{:>16}  and {more} more: `--format csv --summary` has all", ""))?;
            }
            self.line("")?;
        }
        Ok(())
    }

    fn by_policy(&mut self) -> io::Result<()> {
        let mut counts: BTreeMap<_, (Style, usize)> = BTreeMap::new();
        for outcome in self.report.judgement.judged.iter().flat_map(Judged::findings) {
            let (word, style) = verb(&outcome);
            let policy = (!is_deny(&outcome), named::outcome(&outcome), word);
            counts.entry(policy).or_insert((style, 0)).1 += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, (_, count))| std::cmp::Reverse(*count));
        for ((_, name, word), (style, count)) in counts {
            let mark = self.look.paint(style, &format!("✗ {word:<6}"));
            self.line(&format!("{count:>8}  {mark}  {}", clean(&name)))?;
        }
        self.line("")
    }

    fn summary(&mut self) -> io::Result<()> {
        let [rows, resources] = summary::lines(self.report);
        let resources = format!(
            "{resources}   {}",
            self.look.paint(Style::Dim, &summary::elapsed(self.report.started.elapsed()))
        );
        self.line(&rows)?;
        match resources.split_once(" · ") {
            Some((states, findings))
                if self.look.width.is_some_and(|width| plain_columns(&resources) > width) =>
            {
                for line in self.fitted(states, 0) {
                    self.line(&line)?;
                }
                self.line(&format!("  {findings}"))
            }
            _ => self.line(&resources),
        }
    }
}

/// What a policy does about its findings, in a word: `audit` and `deploy` without the rest, since the sentence says
/// what is missing.
pub fn verb(outcome: &Outcome<'_>) -> (&'static str, Style) {
    let style = if is_deny(outcome) { Style::Red } else { Style::Yellow };
    (outcome.policy().effect().trim_end_matches("IfNotExists"), style)
}

/// Columns of a text without the codes of styles.
pub(super) fn plain_columns(text: &str) -> usize {
    columns(&anstream::adapter::strip_str(text).to_string())
}

/// The open outcomes of a resource: reason, and for unjudged effects which; with the policies' names.
fn open(judged: &Judged<'_>) -> BTreeMap<(String, &'static str), Vec<String>> {
    let mut open: BTreeMap<(String, &'static str), Vec<String>> = BTreeMap::new();
    let is_open = |state: State| matches!(state, State::NotEvaluated | State::Unknown);
    for outcome in judged.evaluation.outcomes().filter(|o| is_open(o.state())) {
        let reason = outcome.reason().unwrap_or(reasons::UNATTESTED);
        let effect = if reason == "UnsupportedEffect" { outcome.policy().effect() } else { "" };
        open.entry((reason.to_owned(), effect)).or_default().push(named::outcome(&outcome));
    }
    open
}

fn asked((reason, effect): &(String, &'static str), policies: &[String]) -> String {
    let told = reasons::told(reason);
    let many = match policies {
        [one] => format!("`{}` can't be judged", clean(one)),
        _ => format!("{} policies can't be judged", policies.len()),
    };
    let why = if effect.is_empty() {
        told.why.to_owned()
    } else {
        format!("the effect `{effect}` is not judged yet")
    };
    if told.help.is_empty() { format!("{many}: {why}") } else { format!("{many}: {why} ({})", told.help) }
}
