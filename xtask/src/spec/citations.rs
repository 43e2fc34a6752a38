//! Where tests name the rules that decide their outcomes (`docs/spec/README.md`, *How tests cite rules*).

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::rules::{RuleId, ids, pattern};
use crate::files::File;
use crate::tidy::scan;

/// A rule and a place that cites it.
#[derive(Debug)]
pub struct Citation {
    pub rule: RuleId,
    pub path: String,
    /// From 1.
    pub line: usize,
}

static COMMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"//[/!]?\s*spec:\s*(.+)"));
// A column of a table in a test: `spec: "C-28"`, `spec: &["C-28", "A-10"]`.
static COLUMN: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\bspec:\s*(&?\[[^\]]*\]|"[^"]*")"#));

/// Keys of data that hold ids.
const KEYS: [&str; 2] = ["rule", "spec"];

pub fn collect(files: &[File]) -> Vec<Citation> {
    files.iter().flat_map(of_file).collect()
}

fn of_file(file: &File) -> Vec<Citation> {
    let path = file.path.as_str();
    // This tool's own tests are about citations.
    if path.starts_with("xtask/") {
        return Vec::new();
    }
    let extension = path.rsplit('.').next().unwrap_or_default();
    match extension {
        "rs" => of_rust(file),
        "json" | "jsonl" | "ndjson" if path.starts_with("tests/") => of_data(file),
        "tsv" if path.starts_with("tests/") => of_table(file),
        _ => Vec::new(),
    }
}

/// Comments anywhere; columns in test code only, since the product's own tables name their rules too.
fn of_rust(file: &File) -> Vec<Citation> {
    let all_test =
        file.path.starts_with("tests/") || file.path.contains("/tests/") || file.path.ends_with("/tests.rs");
    let tests = if all_test { file.text.clone() } else { scan::test_code(&file.text) };
    let places = COMMENT.captures_iter(&file.text).chain(COLUMN.captures_iter(&tests));
    let texts = places.filter_map(|found| found.get(1));
    texts.flat_map(|text| at(file, scan::line_of(&file.text, text.start()), text.as_str())).collect()
}

/// A file of one document, or of one document a line.
fn of_data(file: &File) -> Vec<Citation> {
    if let Ok(whole) = serde_json::from_str::<Value>(&file.text) {
        return in_value(&whole).into_iter().flat_map(|text| at(file, 1, text)).collect();
    }
    let mut citations = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        // What is no JSON is the runner's to report.
        let Ok(case) = serde_json::from_str::<Value>(line) else { continue };
        citations.extend(in_value(&case).into_iter().flat_map(|text| at(file, index + 1, text)));
    }
    citations
}

/// Texts under the keys, at any depth: suites keep their cases in arrays and records.
fn in_value(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(members) => members.iter().flat_map(in_value).collect(),
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| match value {
                Value::String(text) if KEYS.contains(&key.as_str()) => vec![text.as_str()],
                Value::Array(texts) if KEYS.contains(&key.as_str()) => {
                    texts.iter().filter_map(Value::as_str).collect()
                }
                _ => in_value(value),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Tab-separated with a header line; the columns called as the keys.
fn of_table(file: &File) -> Vec<Citation> {
    let Some((header, rows)) = file.text.split_once('\n') else { return Vec::new() };
    let columns: Vec<usize> = header
        .split('\t')
        .enumerate()
        .filter(|(_, name)| KEYS.contains(&name.trim()))
        .map(|(at, _)| at)
        .collect();
    let mut citations = Vec::new();
    for (index, row) in rows.lines().enumerate() {
        let cells = row.split('\t').enumerate().filter(|(at, _)| columns.contains(at));
        citations.extend(cells.flat_map(|(_, cell)| at(file, index + 2, cell)));
    }
    citations
}

fn at(file: &File, line: usize, text: &str) -> Vec<Citation> {
    ids(text).map(|(_, rule)| Citation { rule, path: file.path.clone(), line }).collect()
}

#[cfg(test)]
mod tests {
    use super::collect;
    use crate::files::File;

    fn cited(path: &str, text: &str) -> Vec<String> {
        collect(&[File::new(path, text)]).iter().map(|c| format!("{}:{}", c.rule, c.line)).collect()
    }

    #[test]
    fn comments_in_rust() {
        assert_eq!(
            cited("crates/a/src/x.rs", "x\n// spec: C-28\ny // spec: A-1, C-13: null"),
            ["C-28:2", "A-1:3", "C-13:3"]
        );
        assert!(cited("crates/a/src/x.rs", "/// As the spec says (spec C-28).").is_empty());
        assert!(cited("xtask/src/x.rs", "// spec: C-28").is_empty());
    }

    #[test]
    fn columns_in_test_code_only() {
        let row = "Row { name: \"x\", spec: \"C-28\" }, Row { spec: &[\"A-1\", \"A-2\"] }";
        assert_eq!(cited("tests/src/x.rs", row), ["C-28:1", "A-1:1", "A-2:1"]);
        assert!(cited("crates/a/src/x.rs", row).is_empty());
        assert_eq!(cited("crates/a/src/x.rs", &format!("#[cfg(test)]\nmod tests {{\n{row} }}")).len(), 3);
    }

    #[test]
    fn keys_in_data() {
        let lines =
            "{\"id\":\"a\",\"rule\":\"C-28\"}\n{\"rule\":[\"A-1\",\"C-13: null\"],\"why\":\"C-99\"}\n";
        assert_eq!(cited("tests/cases/x.jsonl", lines), ["C-28:1", "A-1:2", "C-13:2"]);
        assert_eq!(cited("tests/cases/a/x.json", "{\"cases\":[{\"spec\":\"E-1\"}]}"), ["E-1:1"]);
        assert!(cited("policies/x.json", "{\"rule\":\"C-28\"}").is_empty());
    }

    #[test]
    fn columns_in_tables() {
        assert_eq!(cited("tests/cases/x.tsv", "a\tspec\tb\nC-1\tC-2\tC-3\n"), ["C-2:2"]);
    }
}
