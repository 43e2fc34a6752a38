//! Checks on single files: charters, sizes, stubs, unsafe code, machine paths, README.

use std::sync::LazyLock;

use regex::Regex;

use super::{Finding, scan, ships};
use crate::files::File;

/// Longer files hold two things. Tables and case data are exempt by their names.
const LONGEST: usize = 600;

static EXEMPT_FROM_SIZE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(table|tables|grammar|data)[^/]*\.rs$"));
static STUB: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:todo|unimplemented|dbg)!\s*\(|#\[ignore\b"));
// A path that begins there, not a part of a longer one.
static MACHINE_PATH: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|[^\w.)}\]~-])(/(?:work|home|root)/)"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a literal pattern")
}

/// Every file says on its first line what it is for.
pub fn charters(files: &[File]) -> Vec<Finding> {
    let ours = files.iter().filter(|file| ships(file) || (file.is_rust() && file.path.starts_with("xtask/")));
    ours.filter(|file| !file.text.starts_with("//! "))
        .map(|file| Finding::new(&file.path, 1, "does not begin with a `//!` line that says what it is for"))
        .collect()
}

pub fn sizes(files: &[File]) -> Vec<Finding> {
    let long = files.iter().filter(|file| ships(file) && !EXEMPT_FROM_SIZE.is_match(&file.path));
    long.map(|file| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(file, lines)| Finding::new(&file.path, 0, format!("has {lines} lines, more than {LONGEST}")))
        .collect()
}

/// Unfinished code and tests that never run. Strings count too: nothing ships that says so.
pub fn stubs(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        for found in STUB.find_iter(&file.text) {
            let line = scan::line_of(&file.text, found.start());
            findings.push(Finding::new(
                &file.path,
                line,
                format!("`{}`", found.as_str().trim_end_matches('(')),
            ));
        }
    }
    findings
}

/// Each crate of ours forbids unsafe code, itself or through the workspace's lints.
pub fn unsafe_code(files: &[File]) -> Vec<Finding> {
    let text = |path: &str| files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str());
    let workspace =
        section(text("Cargo.toml"), "[workspace.lints.rust]").any(|line| line == "unsafe_code = \"forbid\"");
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| ships(file)) {
        let Some((package, root)) = file.path.split_once("/src/") else { continue };
        if !matches!(root, "lib.rs" | "main.rs") {
            continue;
        }
        let manifest = text(&format!("{package}/Cargo.toml"));
        let inherits = workspace && section(manifest, "[lints]").any(|line| line == "workspace = true");
        if !inherits && !scan::code(&file.text).contains("#![forbid(unsafe_code)]") {
            findings.push(Finding::new(&file.path, 0, "the crate does not forbid unsafe code"));
        }
    }
    findings
}

/// Lines of a section of a manifest.
fn section<'t>(manifest: &'t str, header: &'t str) -> impl Iterator<Item = &'t str> {
    let behind = manifest.lines().map(str::trim).skip_while(move |line| *line != header).skip(1);
    behind.take_while(|line| !line.starts_with('['))
}

/// A path of somebody's machine means nothing on another.
pub fn machine_paths(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        for found in MACHINE_PATH.captures_iter(&file.text).filter_map(|found| found.get(1)) {
            let line = scan::line_of(&file.text, found.start());
            findings.push(Finding::new(&file.path, line, "names an absolute path of one machine"));
        }
    }
    findings
}

/// README shows exactly two commands, one a block, and CI calls the second.
pub fn readme(files: &[File]) -> Vec<Finding> {
    const README: &str = "README.md";
    let text = |path: &str| files.iter().find(|file| file.path == path).map(|file| file.text.as_str());
    let Some(readme) = text(README) else {
        return vec![Finding::new(README, 0, "is missing")];
    };
    let blocks = shell_blocks(readme);
    let mut findings = Vec::new();
    if blocks.len() != 2 {
        findings.push(Finding::new(README, 0, format!("has {} blocks marked sh, not two", blocks.len())));
    }
    for (line, commands) in &blocks {
        if commands.len() != 1 {
            let message = format!("this block holds {} commands, not one", commands.len());
            findings.push(Finding::new(README, *line, message));
        }
    }
    if let Some(second) = blocks.get(1).and_then(|(_, commands)| commands.last())
        && !text(".ci/run").is_some_and(|script| script.contains(second))
    {
        findings.push(Finding::new(
            ".ci/run",
            0,
            format!("does not call README's second command, `{second}`"),
        ));
    }
    findings
}

/// Blocks marked `sh` or `bash`: line of the fence, lines that are commands.
fn shell_blocks(markdown: &str) -> Vec<(usize, Vec<&str>)> {
    let mut blocks: Vec<(usize, Vec<&str>)> = Vec::new();
    let mut fence = None;
    for (index, line) in markdown.lines().enumerate() {
        match (fence, line.strip_prefix("```")) {
            (None, Some(language)) => {
                let shell = matches!(language.trim(), "sh" | "bash");
                fence = Some(shell);
                if shell {
                    blocks.push((index + 1, Vec::new()));
                }
            }
            (Some(_), Some(_)) => fence = None,
            (Some(true), None) if !line.trim().is_empty() && !line.starts_with('#') => {
                if let Some((_, commands)) = blocks.last_mut() {
                    commands.push(line.strip_prefix("$ ").unwrap_or(line));
                }
            }
            _ => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::super::messages;
    use super::{charters, machine_paths, readme, sizes, stubs, unsafe_code};
    use crate::files::File;

    #[test]
    fn charter_on_the_first_line() {
        let found = charters(&[
            File::new("crates/a/src/x.rs", "//! What it is.\n"),
            File::new("crates/a/src/y.rs", "use a;\n//! late\n"),
            File::new("bindings/a/src/z.rs", ""),
            File::new("tests/src/lib.rs", ""),
            File::new("crates/a/README.md", ""),
        ]);
        assert_eq!(
            found.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(),
            ["crates/a/src/y.rs", "bindings/a/src/z.rs"]
        );
    }

    #[test]
    fn long_files_but_for_tables() {
        let lines = "x\n".repeat(601);
        let file = |path| File::new(path, &lines);
        let found = sizes(&[
            file("crates/a/src/x.rs"),
            file("crates/a/src/function_table.rs"),
            file("crates/a/src/grammar.rs"),
            file("xtask/src/x.rs"),
            File::new("crates/a/src/y.rs", &"x\n".repeat(600)),
        ]);
        assert_eq!(messages(&found), ["crates/a/src/x.rs:0: has 601 lines, more than 600"]);
    }

    #[test]
    fn stubs_anywhere() {
        for macro_name in ["todo", "unimplemented", "dbg"] {
            let text = format!("fn f() {{\n    {macro_name}!()\n}}");
            assert_eq!(
                messages(&stubs(&[File::new("tests/a.rs", &text)])),
                [format!("tests/a.rs:2: `{macro_name}!`")]
            );
        }
        assert_eq!(stubs(&[File::new("a.rs", &format!("#[{}]\nfn f() {{}}", "ignore"))]).len(), 1);
        assert!(stubs(&[File::new("a.rs", "let todo = 1; // ignored"), File::new("a.md", "dbg")]).is_empty());
    }

    #[test]
    fn unsafe_code_is_forbidden_here_or_there() {
        let workspace = File::new("Cargo.toml", "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n");
        let inherits = File::new("crates/a/Cargo.toml", "[lints]\nworkspace = true\n");
        let root = |text| File::new("crates/a/src/lib.rs", text);
        assert!(unsafe_code(&[workspace, inherits, root("//! x")]).is_empty());
        assert!(unsafe_code(&[root("//! x\n#![forbid(unsafe_code)]")]).is_empty());
        assert_eq!(unsafe_code(&[root("//! x\n// #![forbid(unsafe_code)]")]).len(), 1);
        let stranger = File::new("crates/a/Cargo.toml", "[dependencies.x]\nworkspace = true\n");
        assert_eq!(unsafe_code(&[stranger, root("//! x")]).len(), 1);
    }

    #[test]
    fn machine_paths_begin_at_the_root() {
        for (start, folder, findings) in [
            ("see ", "work", 1),
            ("\"", "home", 1),
            ("file://", "root", 1),
            ("", "home", 1),
            ("https://example.org", "work", 0),
            ("properties", "root", 0),
            ("${PREFIX}", "home", 0),
        ] {
            let text = format!("x\n{start}/{folder}/y");
            assert_eq!(machine_paths(&[File::new("a.md", &text)]).len(), findings, "{text}");
        }
    }

    #[test]
    fn readme_has_two_commands_and_ci_calls_the_second() {
        let good = "# x\n```sh\ncargo run\n```\n```text\nout\n```\n```sh\n# sets up\n$ cargo xtask ci\n```\n";
        let ci = || File::new(".ci/run", "#!/bin/sh\ncargo xtask ci\n");
        assert_eq!(messages(&readme(&[File::new("README.md", good), ci()])), [""; 0]);
        assert_eq!(readme(&[File::new("README.md", &good.replace("ci\n", "other\n")), ci()]).len(), 1);
        assert_eq!(
            readme(&[File::new("README.md", &good.replace("run\n", "run\ncargo x\n")), ci()]).len(),
            1
        );
        assert_eq!(readme(&[File::new("README.md", &good.replace("text", "bash")), ci()]).len(), 2);
        assert_eq!(readme(&[ci()]).len(), 1);
    }
}
