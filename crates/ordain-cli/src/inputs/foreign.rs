//! Texts that are no JSON: what they are instead, and what to do about it (spec I-4, I-7, I-90).

use ordain::json::{Dialect, read};
use ordain::{Diagnostic, Source, Span};

/// A diagnostic when a text is no JSON by its beginning.
pub fn not_json(source: &Source) -> Option<Diagnostic> {
    let text = source.text();
    let start = text.len() - text.trim_start().len();
    let rest = text.get(start..)?;
    let first_line = rest.lines().next().unwrap_or_default();
    let mut chars = rest.chars();
    let first = chars.next()?;
    let second = chars.find(|c| !c.is_whitespace());
    let opens = match first {
        '{' => second.is_none_or(|c| matches!(c, '"' | '}' | '/')),
        '[' => second
            .is_none_or(|c| matches!(c, '{' | '[' | '"' | ']' | '-' | '0'..='9' | 't' | 'f' | 'n' | '/')),
        _ => false,
    };
    let wrapped = first_line.starts_with("[command]") || first_line.starts_with("::");
    if opens && !wrapped {
        return None;
    }
    // A lone scalar is JSON, though nothing to judge.
    if !matches!(first, '{' | '[') && read(text, Dialect::Strict).1.is_empty() {
        return None;
    }
    let at = Span::new(start, start + first.len_utf8());
    let quoted: String = first_line.chars().take(60).collect();
    let columns = first_line.matches(',').count();
    if !matches!(first, '{' | '[')
        && columns > 0
        && rest.lines().nth(1).is_some_and(|line| line.matches(',').count() >= columns)
    {
        return Some(
            Diagnostic::error("CsvUnsupported", "this looks like CSV, which loses too much to be judged")
                .label(source, at, "")
                .note("a missing, an empty and a null value look the same there")
                .help("export JSON: `az graph query -q '…' -o json`"),
        );
    }
    let help = if matches!(first, '{' | '[') || wrapped {
        "write standard output alone to the file, without what tools print around it"
    } else {
        "export with `-o json`; YAML and tables are not read"
    };
    Some(
        Diagnostic::error("NotJson", "this is not JSON")
            .label(source, at, "")
            .note(format!("it begins with `{quoted}`"))
            .help(help),
    )
}
