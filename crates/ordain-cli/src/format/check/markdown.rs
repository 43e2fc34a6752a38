//! Verdicts for a comment on a pull request: a marker to find it again, a table, details below a fold.

use super::Report;
use super::words;
use crate::asking::Answer;
use crate::format::kinds;
use crate::terminal::clean;
use ordain::Verdict;
use std::io::{self, Write};

/// By this line tools find the comment of an earlier run and replace it.
const MARKER: &str = "<!-- ordain-check -->";
/// Characters that a comment may have (GitHub's bound), less room for the word that says it was cut.
const LONGEST: usize = 65_536 - 400;
/// Characters of a cell or line beyond which it is cut.
const LINE: usize = 1_000;

/// Writes the comment.
pub fn markdown(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let [rows, requests] = words::closing(report);
    let mut page = Page { text: String::new(), length: 0, left_out: 0 };
    let mark = match report.counts {
        counts if counts.denied > counts.known => "❌",
        counts if counts.undecided > 0 => "❓",
        _ => "✅",
    };
    page.push(&format!("{MARKER}\n### {mark} Azure Policy: {}\n\n", escaped(&requests)));
    let told: Vec<&Answer<'_>> = report.answers.answers.iter().filter(|answer| answer.is_told()).collect();
    if !told.is_empty() {
        page.push("| Verdict | Resource | What policies say | Place |\n|---|---|---|---|\n");
        for answer in &told {
            page.part(&row(report, answer));
        }
        page.push("\n");
        for answer in &told {
            page.part(&details(report, answer));
        }
    }
    let notes = report.diagnostics.iter().filter(|d| d.severity() >= ordain::Severity::Warning);
    let notes: Vec<String> = notes.map(|d| format!("- {}\n", escaped(&d.to_string()))).collect();
    if !notes.is_empty() {
        page.part(&format!(
            "\n<details><summary>About the inputs ({})</summary>\n\n{}\n</details>\n",
            notes.len(),
            notes.concat()
        ));
    }
    if let Some(told) = words::placeless(report) {
        page.part(&format!("\n{}\n", escaped(&told)));
    }
    let cut = match page.left_out {
        0 => String::new(),
        n => {
            format!("\n**Cut:** {n} parts more than a comment can hold; `--format text` or `json` has all.\n")
        }
    };
    write!(out, "{}{cut}\n<sub>{}</sub>\n", page.text, escaped(&rows))
}

/// A text that ends before it is too long.
struct Page {
    text: String,
    length: usize,
    left_out: usize,
}

impl Page {
    fn push(&mut self, text: &str) {
        self.length += text.chars().count();
        self.text.push_str(text);
    }

    /// A part that may be left out as a whole. Nothing follows behind a part that was left out.
    fn part(&mut self, text: &str) {
        if self.left_out > 0 || self.length + text.chars().count() > LONGEST {
            self.left_out += 1;
        } else {
            self.push(text);
        }
    }
}

fn row(report: &Report<'_>, answer: &Answer<'_>) -> String {
    let resource = answer.resource();
    let mark = match answer.request.verdict {
        Verdict::Denied if answer.is_known(report.known) => "⚠️",
        Verdict::Denied => "❌",
        Verdict::Undecided => "❓",
        Verdict::Allowed => "✅",
    };
    let verdict = words::verdict(report, answer);
    let kind = [words::action(answer), kinds::words(&resource.kind)].join(" ");
    let mut says = Vec::new();
    for word in ["denied", "changed", "suppressed", "skipped", "flagged", "open", "later", "idle"] {
        let titles: Vec<String> = answer
            .rulings()
            .iter()
            .map(|ruling| words::said(answer, ruling, report.values()))
            .filter(|said| said.word == word)
            .map(|said| escaped(&said.title))
            .collect();
        match &titles[..] {
            [] => {}
            [one] => says.push(format!("{word}: {one}")),
            [first, rest @ ..] => says.push(format!("{word}: {first} and {} more", rest.len())),
        }
    }
    let at = answer.row.source.position(crate::entry::find(answer.row, None, answer.before).start);
    let place = format!("{}:{}", answer.row.source.name(), at.line);
    let cells = [
        format!("{mark} {verdict}"),
        format!("**{}** {}", escaped(&resource.name), escaped(kind.trim())),
        says.join("<br>"),
        code(&place),
    ];
    format!("| {} |\n", cells.join(" | "))
}

fn details(report: &Report<'_>, answer: &Answer<'_>) -> String {
    let resource = answer.resource();
    let mut out = format!(
        "<details><summary>{}: {}</summary>\n\n",
        escaped(&resource.name),
        words::verdict(report, answer)
    );
    if let Some(origin) = answer.origin() {
        out.push_str(&format!("In the input: {}\n\n", code(origin)));
    }
    if let Some(open) = answer.uncertain() {
        out.push_str(&format!(
            "- **open** whether it is deployed at all is up to {}\n",
            code(&open.expression)
        ));
    }
    for ruling in answer.rulings() {
        let said = words::said(answer, ruling, report.values());
        let known = if report.is_known(answer, ruling) { " (in the baseline)" } else { "" };
        out.push_str(&format!("- **{}** {}{known}\n", said.word, escaped(&said.title)));
        for sentence in &said.sentences {
            out.push_str(&format!("  - {}\n", escaped(sentence)));
        }
        let policy = ruling.policy;
        let at = policy.position();
        let rule = format!("{}:{}:{}", policy.source().name(), at.line, at.column);
        out.push_str(&format!("  - {}, rule at {}\n", code(&answer.place(ruling)), code(&rule)));
    }
    out.push_str("\n</details>\n");
    out
}

/// A text of a document between backticks.
fn code(text: &str) -> String {
    format!("`{}`", cut(&clean(text)).replace('`', "'").replace('|', "\\|"))
}

/// A text of a document that must not become markup: what stands in backticks stays code.
fn escaped(text: &str) -> String {
    let text = cut(&clean(text));
    let ticks = text.matches('`').count();
    let mut out = String::with_capacity(text.len());
    for (at, piece) in text.split('`').enumerate() {
        // An odd backtick at the end opens nothing.
        let inside = at % 2 == 1 && at < ticks;
        if at > 0 {
            out.push_str(if ticks % 2 == 1 && at == ticks { "'" } else { "`" });
        }
        for c in piece.chars() {
            match c {
                '|' => out.push_str("\\|"),
                '<' if !inside => out.push_str("&lt;"),
                '>' if !inside => out.push_str("&gt;"),
                '&' if !inside => out.push_str("&amp;"),
                '\\' | '*' | '_' | '[' | ']' | '#' | '~' if !inside => {
                    out.push('\\');
                    out.push(c);
                }
                // Nobody is called by a name in a policy.
                '@' if !inside => out.push_str("@\u{200b}"),
                c => out.push(c),
            }
        }
    }
    out
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LINE) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_documents_are_no_markup() {
        let table = [
            ("a | b", "a \\| b"),
            ("<img src=x> & *bold*", "&lt;img src=x&gt; &amp; \\*bold\\*"),
            ("is `<a>_b`, must be `c`", "is `<a>_b`, must be `c`"),
            ("odd ` tick <b>", "odd ' tick &lt;b&gt;"),
            ("@team\nsays", "@\u{200b}team says"),
        ];
        for (text, expected) in table {
            assert_eq!(escaped(text), expected);
        }
        assert_eq!(code("a`b|c"), "`a'b\\|c`");
    }

    #[test]
    fn a_comment_ends_before_it_is_too_long() {
        let mut page = Page { text: String::new(), length: 0, left_out: 0 };
        for _ in 0..100 {
            page.part(&"é".repeat(1_000));
        }
        assert_eq!((page.length, page.left_out), (65_000, 35));
    }
}
