//! Expectations about policies that are wrong: errors by stage, code or kind; diagnostics by code and text.

use super::{Mismatch, differs};
use crate::suite::load::Built;
use crate::suite::model::{Case, Key, Wanted};
use crate::suite::tree::Tree;
use ordain::{Diagnostic, Severity};
use serde_json::Value as Json;

/// Codes of faults that are found behind parsing, though the parser tells some of them (spec F-23, L-2).
const COMPILE_CODES: [&str; 8] = [
    "UnknownField",
    "UndeclaredParameter",
    "UnknownFunction",
    "NotAllowed",
    "Arity",
    "CurrentOutsideCount",
    "UnknownCurrent",
    "UnknownEffect",
];

/// Whether a case asks for diagnostics alone: nothing is judged then.
pub(in crate::suite) fn ends_with_diagnostics(case: &Case) -> bool {
    !case.expect.is_empty() && case.expect.iter().all(|wanted| wanted.key == Key::Diagnostics)
}

/// A diagnostic as suites name it: its code, or `code@underlined text`.
fn short(diagnostic: &Diagnostic) -> String {
    let text = diagnostic.labels().first().map_or("", |label| label.source().slice(label.span()));
    format!("{}@{text}", diagnostic.code())
}

/// All that are wanted, and no other error or warning.
pub(in crate::suite) fn diagnostics(wanted: &Tree, told: &[Diagnostic]) -> Option<Mismatch> {
    let mut left: Vec<&Diagnostic> = told.iter().collect();
    let mut absent = Vec::new();
    for item in wanted.items() {
        let Some(word) = item.as_text() else { continue };
        let meant = |d: &&Diagnostic| match word.contains('@') {
            true => short(d) == word,
            false => d.code() == word,
        };
        match left.iter().position(meant) {
            Some(at) => drop(left.remove(at)),
            None => absent.push(word),
        }
    }
    left.retain(|d| d.severity() != Severity::Info);
    if absent.is_empty() && left.is_empty() {
        return None;
    }
    let shown = |words: Vec<String>| if words.is_empty() { "none".to_owned() } else { words.join(", ") };
    let asked: Vec<String> = wanted.items().iter().filter_map(Tree::as_text).map(str::to_owned).collect();
    let precise = asked.iter().any(|word| word.contains('@'));
    let serious = told.iter().filter(|d| d.severity() != Severity::Info);
    let found: Vec<String> = serious.map(|d| if precise { short(d) } else { d.code().to_owned() }).collect();
    let replacement = found.iter().cloned().map(Json::String).collect();
    let wanted = Wanted { key: Key::Diagnostics, value: wanted.clone() };
    Some(differs(&wanted, shown(asked), shown(found)).mended(Json::Array(replacement)))
}

/// Whether a refused policy is what was wanted: at this stage or an earlier one, or with this code.
pub(in crate::suite) fn refusal(wanted: &Tree, built: &Built) -> Option<Mismatch> {
    let word = wanted.as_text().unwrap_or_default();
    let errors: Vec<&Diagnostic> = built.diagnostics.iter().filter(|d| d.is_error()).collect();
    let met = match word {
        "evaluate" | "compile" => true,
        "parse" => errors.iter().any(|d| is_of_parsing(d, built)),
        code => errors.iter().any(|d| d.code() == code),
    };
    if met {
        return None;
    }
    let mut codes: Vec<&str> = errors.iter().map(|d| d.code()).collect();
    codes.dedup();
    let wanted = Wanted { key: Key::Error, value: wanted.clone() };
    let mismatch = differs(&wanted, word, codes.join(", "));
    Some(match codes.first() {
        Some(code) => mismatch.mended(Json::String((*code).to_owned())),
        None => mismatch,
    })
}

fn is_of_parsing(diagnostic: &Diagnostic, built: &Built) -> bool {
    !COMPILE_CODES.contains(&diagnostic.code())
        && built.subjects.iter().any(|source| {
            let (_, told) = ordain::probe::parse_policies(source.name(), source.text());
            told.iter().any(|d| d.is_error() && d.to_string() == diagnostic.to_string())
        })
}
