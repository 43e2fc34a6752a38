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
    if is_shown_what_if(rest) {
        return Some(
            Diagnostic::error("NotJson", "this is a what-if result shown for people, not its JSON")
                .label(source, at, "")
                .note(format!("it begins with `{quoted}`"))
                .help("run `az deployment … what-if --no-pretty-print -o json`"),
        );
    }
    if !matches!(first, '{' | '[') && is_table(rest) {
        return Some(
            Diagnostic::error(
                "CsvUnsupported",
                "this looks like CSV or TSV, which loses too much to be judged",
            )
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

/// Whether a text is what the command line tools print of a what-if: its remark, its legend or its scopes.
fn is_shown_what_if(text: &str) -> bool {
    let marks = [
        "Note: The result may contain false positive predictions",
        "Resource and property changes are indicated with",
        "Resource changes: ",
    ];
    let scope = |line: &str| line.strip_prefix("Scope: /").is_some();
    text.lines().take(200).any(|line| scope(line) || marks.iter().any(|mark| line.starts_with(mark)))
}

/// Whether a text has columns: tabs in its first line (`-o tsv` writes no heading), or as many commas or semicolons in
/// its second line as in its first.
fn is_table(text: &str) -> bool {
    let mut lines = text.lines();
    let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let parted = |by: char| {
        let columns = first.matches(by).count();
        columns > 0 && second.matches(by).count() >= columns
    };
    first.trim().contains('\t') || parted(',') || parted(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_texts_are_instead() {
        // spec: I-4, I-7, I-90
        let table = [
            ("NAME,GROUP\na,b\n", "CsvUnsupported"),
            ("\"NAME\";\"GROUP\"\n\"a\";\"b\"\n", "CsvUnsupported"),
            ("/subscriptions/s/resourceGroups/g\twesteurope\tNone\n", "CsvUnsupported"),
            ("Name    Location\n------  ----------\na       westeurope\n", "NotJson"),
            ("value:\n- type: A.B/c\n", "NotJson"),
            ("hello, world\n", "NotJson"),
            ("[command]/usr/bin/terraform show -json x\n{\"type\":\"A.B/c\"}\n", "NotJson"),
            ("::set-output name=x::y\n{\"type\":\"A.B/c\"}\n", "NotJson"),
            ("{- Finished ..\n{\"type\":\"A.B/c\"}\n", "NotJson"),
            ("{\"type\":\"A.B/c\"}\n", ""),
            (" [\n1]", ""),
            ("42", ""),
            ("Note: The result may contain false positive predictions (noise).\n", "NotJson"),
        ];
        for (text, expected) in table {
            let code = not_json(&Source::new("t", text)).map_or("", |d| d.code());
            assert_eq!(code, expected, "{text}");
        }
    }

    #[test]
    fn what_ifs_shown_for_people() {
        // spec: I-7, I-50
        let shown = [
            "Note: The result may contain false positive predictions (noise).\nYou can help us improve.\n",
            "Resource and property changes are indicated with these symbols:\n  + Create\n  ~ Modify\n",
            "\nScope: /subscriptions/s/resourceGroups/g\n\n  + Microsoft.Storage/storageAccounts/a [2023-01-01]\n",
        ];
        for text in shown {
            let diagnostic = not_json(&Source::new("t", text)).expect("a diagnostic");
            assert_eq!(diagnostic.code(), "NotJson", "{text}");
            assert!(
                diagnostic.helps().iter().any(|help| help.contains("--no-pretty-print -o json")),
                "{text}"
            );
        }
    }
}
