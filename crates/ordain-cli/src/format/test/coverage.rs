//! What no case shows, for people: policy by policy, with its place and the case that would show it.

use crate::format::summary::counted;
use crate::terminal::{Look, Style, clean, wrap};
use ordain_author::coverage::{Goal, Item, PolicyCoverage, Report, missing, wanted};
use std::io::{self, Write};

/// Columns before what would show a goal.
const INDENT: usize = 6;

/// Writes what is missing; with `every`, policies of which all is shown are there in a line too.
pub fn text(report: &Report, every: bool, look: Look, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { look, width, out };
    for policy in &report.policies {
        if every || policy.missing().next().is_some() {
            page.policy(policy)?;
        }
    }
    Ok(())
}

/// `97%: 345 of 355 goals, 6 exempt`.
pub fn sum(report: &Report) -> String {
    let counts = report.counts();
    let exempt = if counts.exempt > 0 { format!(", {} exempt", counts.exempt) } else { String::new() };
    format!("{}%: {} of {} goals{exempt}", counts.percent(), counts.shown, counts.wanted())
}

struct Page<'p> {
    look: Look,
    width: usize,
    out: &'p mut dyn Write,
}

impl Page<'_> {
    fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", self.look.glyphs(text).trim_end())
    }

    fn policy(&mut self, policy: &PolicyCoverage) -> io::Result<()> {
        let counts = policy.counts();
        let name = self.look.paint(Style::Bold, &clean(policy.source.name()));
        let told = format!("coverage {}%, {} of {} goals", counts.percent(), counts.shown, counts.wanted());
        self.line(&format!("{name}   {}", self.look.paint(Style::Dim, &told)))?;
        for item in &policy.items {
            let goals: Vec<&Goal> =
                item.goals.iter().filter(|state| state.is_missing()).map(|state| &state.goal).collect();
            if !goals.is_empty() {
                self.item(policy, item, &goals)?;
            }
        }
        self.line("")
    }

    fn item(&mut self, policy: &PolicyCoverage, item: &Item, goals: &[&Goal]) -> io::Result<()> {
        let mark = self.look.paint(Style::Yellow, "○");
        self.line(&format!("  {mark} {}", clean(&item.text)))?;
        for goal in goals {
            self.paragraph(&format!("{}; wanted: {}", missing(goal), wanted(item, goal)))?;
        }
        let at = policy.position(item);
        let place = format!("{}:{}:{}", clean(policy.source.name()), at.line, at.column);
        let place = self.look.paint(Style::Dim, &place);
        self.line(&format!("{}{place}", " ".repeat(INDENT)))
    }

    fn paragraph(&mut self, text: &str) -> io::Result<()> {
        let lines = match self.look.width {
            None => vec![text.to_owned()],
            Some(_) => wrap(text, self.width.saturating_sub(INDENT)),
        };
        lines.iter().try_for_each(|line| self.line(&format!("{}{line}", " ".repeat(INDENT))))
    }
}

/// `3 goals of 2 policies are not shown`; `None` where all are.
pub fn rest(report: &Report) -> Option<String> {
    let goals: usize = report.policies.iter().map(|policy| policy.missing().count()).sum();
    let policies = report.policies.iter().filter(|policy| policy.missing().next().is_some()).count();
    (goals > 0).then(|| {
        let goals = counted(goals, "goal", "goals");
        format!("{goals} of {} not shown", counted(policies, "policy", "policies"))
    })
}
