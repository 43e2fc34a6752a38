//! The engine's layers: a module may use those of its own layer and of lower ones, never one above.
//!
//! The table of `ARCHITECTURE.md`, as data. The document's numbers are compared with these.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::{Finding, scan};
use crate::files::File;

const LAYERS: &[(&str, u8)] = &[
    ("source", 0),
    ("diagnostic", 0),
    ("limits", 0),
    ("json", 1),
    ("value", 1),
    ("ids", 1),
    ("ast", 2),
    ("operators", 3),
    ("functions", 3),
    ("expr", 4),
    ("syntax", 4),
    ("template", 4),
    ("aliases", 5),
    ("link", 6),
    ("plan", 7),
    ("document", 8),
    ("evaluate", 9),
    ("governance", 9),
    ("requests", 9),
    ("compile", 10),
    ("effects", 10),
    ("related", 10),
    ("outcome", 11),
    ("explain", 11),
    ("compliance", 12),
    ("report", 12),
    ("bundle", 13),
    ("engine", 11),
    ("probe", 13),
    ("lib", 14),
];

const SOURCE: &str = "crates/ordain/src/";

static CRATE_PATH: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bcrate\s*::\s*(\w+|\{)"));
static SUPER_PATH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:self\s*::\s*)?((?:super\s*::\s*)+)(\w+)"));
static LAYER_ROW: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\|\s*(\d*)\s*\|\s*([^|]*)\|"));
static NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"`(\w+)/?`"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a literal pattern")
}

fn layer(module: &str) -> Option<u8> {
    LAYERS.iter().find(|(name, _)| *name == module).map(|(_, layer)| *layer)
}

/// `crates/ordain/src/json/reader.rs` → `json`, and how many `super` lead from there to the crate's root.
fn module(path: &str) -> Option<(&str, usize)> {
    let inside = path.strip_prefix(SOURCE)?.strip_suffix(".rs")?;
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    let first = inside.split('/').next()?;
    let depth = if inside == "lib" { 0 } else { inside.split('/').count() };
    Some((first, depth))
}

/// Files that only tests compile.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// Upward edges, unknown modules.
pub fn edges(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut unknown = BTreeSet::new();
    for file in files.iter().filter(|file| !is_test(&file.path)) {
        let Some((name, depth)) = module(&file.path) else { continue };
        let Some(own) = layer(name) else {
            if unknown.insert(name) {
                findings.push(Finding::new(&file.path, 0, format!("module `{name}` has no layer")));
            }
            continue;
        };
        let code = scan::product_code(&file.text);
        for (at, used) in uses(&code, depth) {
            let line = scan::line_of(&code, at);
            match layer(&used) {
                None => findings.push(Finding::new(
                    &file.path,
                    line,
                    format!("`crate::{used}` is no module with a layer; name the module that defines it"),
                )),
                Some(other) if other > own => findings.push(Finding::new(
                    &file.path,
                    line,
                    format!("`{name}` (layer {own}) uses `{used}` (layer {other})"),
                )),
                Some(_) => {}
            }
        }
    }
    findings
}

/// First names behind `crate::`, or behind enough `super::` to mean the same, with their places.
fn uses(code: &str, depth: usize) -> Vec<(usize, String)> {
    let mut used = Vec::new();
    for found in CRATE_PATH.captures_iter(code) {
        let (Some(whole), Some(first)) = (found.get(0), found.get(1)) else { continue };
        if first.as_str() == "{" {
            used.extend(group(&code[first.end()..]).into_iter().map(|name| (whole.start(), name)));
        } else {
            used.push((whole.start(), first.as_str().to_owned()));
        }
    }
    for found in SUPER_PATH.captures_iter(code) {
        let steps = found[1].matches("super").count();
        // A module inside a file needs a step more, so a name that is no module may be anything.
        if depth > 0 && steps == depth && layer(&found[2]).is_some() {
            used.push((found.get(0).map_or(0, |whole| whole.start()), found[2].to_owned()));
        }
    }
    used
}

/// `a, b::{c, d}, e as f}` → a, b, e.
fn group(text: &str) -> Vec<String> {
    let (mut names, mut name, mut depth, mut done) = (Vec::new(), String::new(), 0_usize, false);
    for symbol in text.chars() {
        match symbol {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(std::mem::take(&mut name));
                done = false;
            }
            _ if depth > 0 || done => {}
            _ if symbol.is_alphanumeric() || symbol == '_' => name.push(symbol),
            _ => done = !name.is_empty(),
        }
    }
    names.push(name);
    names.retain(|name| !name.is_empty() && name != "self");
    names
}

/// Every module of the engine stands in the layer table of `ARCHITECTURE.md`, with its layer.
pub fn documented(files: &[File]) -> Vec<Finding> {
    const DOCUMENT: &str = "ARCHITECTURE.md";
    let Some(document) = files.iter().find(|file| file.path == DOCUMENT) else {
        return vec![Finding::new(DOCUMENT, 0, "is missing")];
    };
    let rows = table(&document.text);
    let modules: BTreeSet<&str> =
        files.iter().filter_map(|file| module(&file.path)).map(|(name, _)| name).collect();
    let mut findings = Vec::new();
    for name in modules {
        match (rows.get(name), layer(name)) {
            (None, _) => {
                findings.push(Finding::new(DOCUMENT, 0, format!("module `{name}` is not in the layer table")))
            }
            (Some((line, stated)), Some(own)) if *stated != own => findings.push(Finding::new(
                DOCUMENT,
                *line,
                format!("module `{name}` is in layer {own}, the table says {stated}"),
            )),
            _ => {}
        }
    }
    findings
}

/// Rows `| 3 | `name` | …`; a row without a number belongs to the one above. Module → line, layer.
fn table(text: &str) -> BTreeMap<String, (usize, u8)> {
    let mut rows = BTreeMap::new();
    let mut current = None;
    for (index, line) in text.lines().enumerate() {
        let Some(found) = LAYER_ROW.captures(line) else {
            current = None;
            continue;
        };
        if !found[1].is_empty() {
            current = found[1].parse().ok();
        }
        let Some(layer) = current else { continue };
        for name in NAME.captures_iter(&found[2]) {
            rows.entry(name[1].to_owned()).or_insert((index + 1, layer));
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::messages;
    use super::{documented, edges, group};
    use crate::files::File;

    fn check(path: &str, text: &str) -> Vec<String> {
        messages(&edges(&[File::new(path, text)]))
    }

    #[test]
    fn downward_and_sideways_is_allowed() {
        assert!(
            check("crates/ordain/src/plan/mod.rs", "use crate::{ast, json::Tree};\nuse crate::plan::x;")
                .is_empty()
        );
        assert!(check("crates/ordain/src/operators/like.rs", "fn f() { crate::functions::g() }").is_empty());
        assert!(check("crates/ordain/src/lib.rs", "pub use crate::engine::Engine;").is_empty());
        assert!(check("crates/ordain-cli/src/main.rs", "use crate::anything::at_all;").is_empty());
    }

    #[test]
    fn upward_is_not() {
        let wanted = "crates/ordain/src/json/reader.rs:2: `json` (layer 1) uses `plan` (layer 7)";
        for text in [
            "//! x\nuse crate::plan::Plan;",
            "//! x\nuse crate::{ast_no as _, plan};",
            "//! x\nuse crate::{value::{A, B}, plan::{C}};",
            "//! x\nfn f(p: &crate::plan::Plan) {}",
            "//! x\nuse super::super::plan::Plan;",
            "#[cfg(test)] mod tests { }\npub(in crate::json) use crate :: plan::X;",
        ] {
            let found = check("crates/ordain/src/json/reader.rs", text);
            assert!(found.contains(&wanted.to_owned()), "{text}: {found:?}");
        }
        assert_eq!(check("crates/ordain/src/limits.rs", "use super::json;").len(), 1);
        assert_eq!(check("crates/ordain/src/evaluate/mod.rs", "use crate::lib;").len(), 1);
    }

    #[test]
    fn tests_comments_and_literals_do_not_count() {
        for text in [
            "// use crate::plan;",
            "/// [`crate::plan::Plan`]",
            "const A: &str = \"crate::plan\";",
            "#[cfg(test)]\nmod tests { use crate::plan::Plan; }",
            "use super::plan;",
        ] {
            assert!(check("crates/ordain/src/json/reader.rs", text).is_empty(), "{text}");
        }
        assert!(check("crates/ordain/src/json/tests.rs", "use crate::plan;").is_empty());
    }

    #[test]
    fn names_without_a_layer_are_findings() {
        let found = check("crates/ordain/src/helpers.rs", "");
        assert_eq!(found, ["crates/ordain/src/helpers.rs:0: module `helpers` has no layer"]);
        assert_eq!(check("crates/ordain/src/json/mod.rs", "use crate::Engine;").len(), 1);
    }

    #[test]
    fn first_names_of_a_group() {
        assert_eq!(group("self, a::b, c::{d, e}, f as g,\n h}; i"), ["a", "c", "f", "h"]);
    }

    #[test]
    fn the_document_must_agree() {
        let json = || File::new("crates/ordain/src/json/mod.rs", "");
        let table = |text: &str| messages(&documented(&[json(), File::new("ARCHITECTURE.md", text)]));
        assert!(table("| 0 | `source` | x |\n| 1 | `value/` | y |\n| | `json/` | z |\n").is_empty());
        assert_eq!(table("").len(), 1);
        assert_eq!(
            table("| 2 | `json` | x |"),
            ["ARCHITECTURE.md:1: module `json` is in layer 1, the table says 2"]
        );
        assert_eq!(documented(&[json()]).len(), 1);
    }
}
