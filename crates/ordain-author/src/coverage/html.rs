//! Coverage as one HTML page that needs nothing else: policies in a table, then the text of each with its conditions
//! marked by what cases showed of them. Legible in light and dark, in print, and without colours.

use super::{Counts, Item, PolicyCoverage, Report, advice};
use ordain::Span;
use std::fmt::Write as _;

/// Writes the page.
#[must_use]
pub fn write(report: &Report) -> String {
    let counts = report.counts();
    let mut page = String::with_capacity(64 * 1024);
    put(&mut page, format_args!("{HEAD}<style>{STYLE}</style></head><body><main>"));
    put(&mut page, format_args!("<h1>Coverage of policies: {}%</h1>", counts.percent()));
    put(&mut page, format_args!("<p>{}. {LEGEND}</p>", sum(counts)));
    page.push_str("<table class=\"list\"><thead><tr><th>policy</th><th>file</th><th>goals</th><th>shown</th></tr></thead><tbody>\n");
    for (at, policy) in report.policies.iter().enumerate() {
        let counts = policy.counts();
        put(
            &mut page,
            format_args!(
                "<tr><td><a href=\"#p{at}\">{}</a></td><td>{}</td><td class=\"n\">{} of {}</td><td class=\"n\">\
                 <meter min=\"0\" max=\"100\" value=\"{percent}\"></meter> {percent}%</td></tr>",
                escape(&policy.name),
                escape(policy.source.name()),
                counts.shown,
                counts.wanted(),
                percent = counts.percent(),
            ),
        );
    }
    page.push_str("</tbody></table>\n");
    for (at, policy) in report.policies.iter().enumerate() {
        section(&mut page, at, policy);
    }
    page.push_str("</main></body></html>\n");
    page
}

fn sum(counts: Counts) -> String {
    let exempt = match counts.exempt {
        0 => String::new(),
        n => format!(", {n} exempt"),
    };
    format!("{} of {} goals shown{exempt}", counts.shown, counts.wanted())
}

fn section(page: &mut String, at: usize, policy: &PolicyCoverage) {
    let counts = policy.counts();
    put(
        page,
        format_args!(
            "<section id=\"p{at}\"><h2>{} <small>{} · {}% · {}</small></h2>",
            escape(&policy.name),
            escape(policy.source.name()),
            counts.percent(),
            sum(counts)
        ),
    );
    if policy.missing().next().is_some() {
        page.push_str("<ul>\n");
        for (item, goal) in policy.missing() {
            let position = policy.position(item);
            put(
                page,
                format_args!(
                    "<li><a href=\"#p{at}l{line}\">{line}:{}</a> <code>{}</code> {}. Wanted: {}.</li>",
                    position.column,
                    escape(&item.text),
                    escape(&advice::missing(goal)),
                    escape(&advice::wanted(item, goal)),
                    line = position.line,
                ),
            );
        }
        page.push_str("</ul>\n");
    }
    source(page, at, policy);
    page.push_str("</section>\n");
}

/// How an item stands: its class, its sign.
fn standing(item: &Item) -> (&'static str, char) {
    let (shown, exempt, goals) = item.count();
    match (shown, exempt) {
        (shown, _) if shown == goals => ("full", '✓'),
        (shown, exempt) if shown + exempt == goals => ("exempt", '–'),
        (0, _) => ("none", '✗'),
        _ => ("part", '◐'),
    }
}

/// The policy's text, line by line.
fn source(page: &mut String, at: usize, policy: &PolicyCoverage) {
    let mut marks: Vec<(Span, &Item)> = policy.items.iter().map(|item| (item.mark, item)).collect();
    marks.sort_by_key(|(span, _)| span.start);
    page.push_str("<table class=\"code\"><tbody>\n");
    let mut begin = 0;
    for (number, line) in (1..).zip(policy.source.text().split('\n')) {
        let end = begin + line.len();
        let inside = |item: &&Item| (begin..=end).contains(&(item.span.start as usize));
        let signs: String = policy.items.iter().filter(inside).map(|item| standing(item).1).collect();
        put(
            page,
            format_args!(
                "<tr id=\"p{at}l{number}\"><td class=\"l\">{number}</td><td class=\"s\">{signs}</td><td><pre>{}</pre></td></tr>",
                marked(policy, begin, end, &marks)
            ),
        );
        begin = end + 1;
    }
    page.push_str("</tbody></table>\n");
}

/// A line with what is marked in it.
fn marked(policy: &PolicyCoverage, begin: usize, end: usize, marks: &[(Span, &Item)]) -> String {
    let text = |from: usize, to: usize| escape(policy.source.text().get(from..to).unwrap_or_default());
    let (mut line, mut at) = (String::new(), begin);
    for (span, item) in marks {
        let (from, to) = ((span.start as usize).max(at), (span.end as usize).min(end));
        if from >= to {
            continue;
        }
        line.push_str(&text(at, from));
        let (class, _) = standing(item);
        let _ = write!(line, "<mark class=\"{class}\" title=\"{}\">{}</mark>", told(item), text(from, to));
        at = to;
    }
    line.push_str(&text(at, end));
    line
}

/// What was seen of an item, for a pointer that rests on it.
fn told(item: &Item) -> String {
    let mut parts: Vec<String> =
        item.goals.iter().map(|state| format!("{} {}", state.goal, state.hits)).collect();
    let tally = item.tally;
    let more = [("unknown", tally.unknown), ("error", tally.error), ("not reached", tally.masked)];
    parts.extend(more.iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{word} {n}")));
    let exempt = item.goals.iter().filter(|state| state.hits == 0).find_map(|state| state.exempt.as_ref());
    parts.extend(exempt.map(|reason| format!("exempt: {reason}")));
    escape(&parts.join(" · "))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn put(page: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = writeln!(page, "{line}");
}

const LEGEND: &str = "<mark class=\"full\">✓ all shown</mark> <mark class=\"part\">◐ some shown</mark> \
    <mark class=\"none\">✗ nothing shown</mark> <mark class=\"exempt\">– exempt</mark>; rest on a mark to see counts";

const HEAD: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
    <meta name=\"color-scheme\" content=\"light dark\"><title>Coverage of policies</title>\n";

const STYLE: &str = "
:root { --ink: #1c1e21; --paper: #ffffff; --quiet: #5c636b; --line: #d8dce1; --link: #0b57a4;
  --full: #d3f0d8; --part: #ffe9b0; --none: #ffd2cf; --exempt: #e3e5e8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e6e9; --paper: #16181b; --quiet: #a0a7af;
  --line: #363b41; --link: #7db8f5; --full: #1d4a2a; --part: #5a4510; --none: #6b2320; --exempt: #3a3f45; } }
body { color: var(--ink); background: var(--paper); font: 15px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 75rem; margin: 0 auto; padding: 1rem; }
a { color: var(--link); }
h2 { margin-top: 2.5rem; } small { color: var(--quiet); font-weight: normal; }
table { border-collapse: collapse; } .list { width: 100%; }
.list th { text-align: left; color: var(--quiet); font-weight: normal; }
.list td, .list th { padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line); }
.n { white-space: nowrap; font-variant-numeric: tabular-nums; }
.code { display: block; overflow-x: auto; border: 1px solid var(--line); border-radius: 4px; }
.code td { padding: 0 .5rem; vertical-align: top; }
.code pre, code { font: 13px/1.5 ui-monospace, monospace; margin: 0; }
.code tr:target { outline: 2px solid var(--link); }
.l { color: var(--quiet); text-align: right; user-select: none; font: 13px/1.5 ui-monospace, monospace; }
.s { user-select: none; font: 13px/1.5 ui-monospace, monospace; white-space: nowrap; }
mark { color: inherit; border-radius: 2px; }
.full { background: var(--full); } .part { background: var(--part); border-bottom: 2px dotted currentColor; }
.none { background: var(--none); border-bottom: 2px solid currentColor; }
.exempt { background: var(--exempt); }
";
