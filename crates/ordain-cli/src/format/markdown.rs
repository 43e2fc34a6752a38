//! Findings for a comment or a job's summary: counts by policy, then resources below folds, as many as there is room for.

use super::check::markdown::{Page, code, escaped};
use super::finding::Finding;
use super::{Report, kinds, summary, totals};
use crate::judge::{Judged, is_deny, is_shown};
use crate::terminal::clean;
use ordain::{Outcome, State, Values};

/// By this line tools find the comment of an earlier run and replace it.
const MARKER: &str = "<!-- ordain-eval -->";
/// Policies in the table.
const POLICIES: usize = 60;

/// A resource with its findings, below a fold; nothing where nothing is wrong.
pub fn resource(judged: &Judged<'_>, outcomes: Vec<Outcome<'_>>, values: Values) -> String {
    let wrong: Vec<Outcome<'_>> = outcomes.into_iter().filter(|o| is_shown(o.state())).collect();
    if wrong.is_empty() {
        return String::new();
    }
    let resource = judged.resource();
    let count = summary::counted(wrong.len(), "finding", "findings");
    let mut text = format!(
        "<details><summary><b>{}</b> {} {}: {count}</summary>\n\n",
        escaped(&clean(&resource.name)),
        escaped(&clean(&kinds::words(&resource.kind))),
        escaped(&clean(resource.group)),
    );
    for outcome in wrong {
        let word = match outcome.state() {
            State::Error => "error",
            _ if is_deny(&outcome) => "deny",
            _ => outcome.policy().effect(),
        };
        let (name, word) = (super::named::outcome(&outcome), word.to_owned());
        let finding = Finding::of(judged, outcome);
        let at = finding.position();
        let place = format!("{}:{}:{}", finding.source().name(), at.line, at.column);
        text.push_str(&format!(
            "- **{word}** {}  \n  {}  \n  {}\n",
            escaped(&clean(&name)),
            escaped(&clean(&finding.message(values))),
            code(&clean(&place)),
        ));
    }
    text.push_str("\n</details>\n");
    text
}

/// The whole comment; `resources` as they came.
pub fn comment(report: &Report<'_>, resources: &[String], more: usize) -> String {
    let judgement = report.judgement;
    let mark = match (judgement.denied, judgement.findings + judgement.failed) {
        (0, 0) => "✅",
        (0, _) => "⚠️",
        _ => "❌",
    };
    let [rows, states] = summary::lines(report);
    let mut page = Page::new();
    page.push(&format!("{MARKER}\n### {mark} Azure Policy: {}\n\n", escaped(&states)));
    let all = totals::totals(report);
    let bad: Vec<_> = all.iter().filter(|total| total.by == "policy" && total.bad() > 0).collect();
    if !bad.is_empty() {
        page.push("| Resources | Policy |\n|---:|---|\n");
        for total in bad.iter().take(POLICIES) {
            let numbers = format!("{} of {}", total.bad(), total.counts.total());
            page.part(&format!("| {numbers} | {} |\n", escaped(&clean(&total.name))));
        }
        page.push("\n");
    }
    resources.iter().for_each(|resource| page.part(resource));
    let notes = report.diagnostics.iter().filter(|d| d.severity() >= ordain::Severity::Warning);
    let notes: Vec<String> = notes.map(|d| format!("- {}\n", escaped(&clean(&d.to_string())))).collect();
    if !notes.is_empty() {
        let count = notes.len();
        page.part(&format!(
            "\n<details><summary>About the inputs ({count})</summary>\n\n{}\n</details>\n",
            notes.concat()
        ));
    }
    let cut = match page.left_out + more {
        0 => String::new(),
        n => format!(
            "\n**Cut:** {n} parts more than a comment can hold; `--format ndjson` or `json` has all.\n"
        ),
    };
    format!("{}{cut}\n<sub>{}</sub>\n", page.text, escaped(&rows))
}
