//! Results for build servers: the XML of JUnit as its readers agree on it. No times: the same input gives the
//! same bytes.

use super::Results;
use ordain::Diagnostic;
use ordain_author::suite::{CaseResult, Status, SuiteResult};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes the results.
pub fn junit(results: &Results<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let suites: Vec<&SuiteResult> = results.shown().collect();
    let errors: usize = suites.iter().map(|suite| broken(suite)).sum();
    let tests: usize = suites.iter().map(|suite| tests(suite)).sum();
    let failures = results.count(Status::Failed);
    let _ = writeln!(
        text,
        "<testsuites name=\"ordain\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">"
    );
    suites.iter().for_each(|suite| one(&mut text, suite));
    text.push_str("</testsuites>\n");
    out.write_all(text.as_bytes())
}

/// Errors of the suite itself make one test of their own: readers know of no others.
fn has_own(suite: &SuiteResult) -> bool {
    suite.diagnostics.iter().any(Diagnostic::is_error)
}

fn tests(suite: &SuiteResult) -> usize {
    suite.cases.len() + usize::from(has_own(suite))
}

fn broken(suite: &SuiteResult) -> usize {
    suite.count(Status::Broken) + usize::from(has_own(suite))
}

fn one(text: &mut String, suite: &SuiteResult) {
    let _ = writeln!(
        text,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\">",
        escaped(&suite.name),
        tests(suite),
        suite.count(Status::Failed),
        broken(suite)
    );
    for case in &suite.cases {
        self::case(text, suite, case);
    }
    if has_own(suite) {
        let _ = writeln!(text, "    <testcase classname=\"{}\" name=\"(suite)\">", escaped(&suite.name));
        fault(text, "error", "the suite, or what it names, has errors", &told(&suite.diagnostics));
        text.push_str("    </testcase>\n");
    }
    text.push_str("  </testsuite>\n");
}

fn case(text: &mut String, suite: &SuiteResult, case: &CaseResult) {
    let at = case.place.position();
    let _ = write!(
        text,
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\"",
        escaped(&suite.name),
        escaped(&case.name),
        escaped(&suite.name),
        at.line
    );
    match case.status {
        Status::Passed => {
            text.push_str("/>\n");
            return;
        }
        Status::Failed => {
            text.push_str(">\n");
            let mut lines = Vec::new();
            for mismatch in &case.mismatches {
                lines.push(format!(
                    "{}: expected {}, got {} ({})",
                    mismatch.key,
                    mismatch.expected,
                    mismatch.actual,
                    mismatch.place.shown()
                ));
                lines.extend(mismatch.note.clone());
            }
            for why in &case.why {
                lines.push(format!("{} ({})", why.sentence, why.condition.shown()));
            }
            let message = lines.first().cloned().unwrap_or_default();
            fault(text, "failure", &message, &lines.join("\n"));
        }
        Status::Broken => {
            text.push_str(">\n");
            let message = case.diagnostics.iter().find(|d| d.is_error());
            let message = message.map_or("what the suite names has errors", |d| d.message());
            fault(text, "error", message, &told(&case.diagnostics));
        }
    }
    text.push_str("    </testcase>\n");
}

fn fault(text: &mut String, element: &str, message: &str, body: &str) {
    let _ = writeln!(
        text,
        "      <{element} message=\"{}\">{}</{element}>",
        escaped(message),
        escaped(body).replace("&#10;", "\n")
    );
}

fn told(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.is_error());
    errors.map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A text as XML 1.0 takes it: what has no place in a document at all is replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\t' | '\r' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
