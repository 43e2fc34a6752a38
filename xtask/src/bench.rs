//! `cargo xtask bench`: runs the benches and the comparison with a peer, prints the table with its targets, and with
//! `--write` puts it into docs/performance.md.

use crate::files::{root, target};
use crate::{Fault, shared};
use std::fs;
use std::process::{Command, Stdio};

/// Where the table goes.
const PAGE: &str = "docs/performance.md";
const BEGIN: &str = "<!-- the table of `cargo xtask bench --write` -->\n";
const END: &str = "<!-- its end -->\n";

/// What may be measured: `[--write] [--rows N]`.
#[derive(Debug, PartialEq)]
struct Options {
    write: bool,
    rows: usize,
}

/// One line of the table.
#[derive(Debug, PartialEq)]
struct Row {
    key: String,
    what: String,
    figure: String,
    target: String,
    met: String,
}

/// `[--write] [--rows N]`.
pub fn run(arguments: &[String]) -> Result<(), Fault> {
    let options = options(arguments)?;
    if shared::path("corpus/builtin.jsonl.gz").is_none() {
        println!("without the shared data the pack of this repository is measured on its examples");
    }
    let rows = options.rows.to_string();
    let batch = ["bench", "--locked", "-p", "ordain-benches", "--bench", "batch", "--", "--bench", &rows];
    let compare = ["run", "--release", "--locked", "--manifest-path", "benches/compare/Cargo.toml"];
    let mut found = Vec::new();
    for arguments in [&compare[..], &batch[..]] {
        let output = cargo(arguments)?;
        output.lines().filter(|line| !line.starts_with("ROW\t")).for_each(|line| println!("{line}"));
        found.extend(output.lines().filter_map(row));
    }
    if found.is_empty() {
        return Err(Fault::failed("the benches printed no row"));
    }
    let table = table(&found, &machine());
    println!("\n{table}");
    if options.write {
        let path = root().join(PAGE);
        let page = fs::read_to_string(&path).map_err(|e| Fault::failed(format!("{PAGE}: {e}")))?;
        fs::write(&path, placed(&page, &table)?).map_err(|e| Fault::failed(format!("{PAGE}: {e}")))?;
    }
    Ok(())
}

fn options(arguments: &[String]) -> Result<Options, Fault> {
    let mut options = Options { write: false, rows: 100_000 };
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        match name.as_str() {
            "--write" => options.write = true,
            "--rows" => {
                let number = rest.next().and_then(|n| n.replace('_', "").parse().ok());
                options.rows = number.ok_or_else(|| Fault::Usage("--rows wants a number".into()))?;
            }
            other => return Err(Fault::Usage(format!("unexpected argument `{other}`"))),
        }
    }
    Ok(options)
}

/// What cargo prints on standard output.
fn cargo(arguments: &[&str]) -> Result<String, Fault> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root()).stderr(Stdio::inherit());
    if arguments.contains(&"run") {
        command.env("CARGO_TARGET_DIR", target().join("compare"));
    }
    let output = command.output().map_err(|e| Fault::failed(format!("cannot run cargo: {e}")))?;
    if !output.status.success() {
        return Err(Fault::failed(format!("cargo {}: {}", arguments.join(" "), output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn row(line: &str) -> Option<Row> {
    let mut cells = line.strip_prefix("ROW\t")?.split('\t').map(str::to_owned);
    let mut next = || cells.next();
    Some(Row { key: next()?, what: next()?, figure: next()?, target: next()?, met: next()? })
}

fn table(rows: &[Row], machine: &str) -> String {
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    let mut text = format!("Machine: {machine}.\n\n| | Work | Figure | Target | |\n|---|---|---|---|---|\n");
    for Row { key, what, figure, target, met } in rows {
        text += &format!("| {key} | {what} | {figure} | {target} | {met} |\n");
    }
    text
}

/// Processor, number of cores, load: what moves absolute figures.
fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let name = name.trim_start_matches([' ', '\t', ':']);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let name = if name.is_empty() { "a processor that does not tell its name" } else { name };
    format!("{name}, {cores} cores, load at the end {load}")
}

fn placed(page: &str, table: &str) -> Result<String, Fault> {
    let missing = || Fault::failed(format!("{PAGE} has no place for the table"));
    let (head, rest) = page.split_once(BEGIN).ok_or_else(missing)?;
    let (_, tail) = rest.split_once(END).ok_or_else(missing)?;
    Ok(format!("{head}{BEGIN}\n{table}\n{END}{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_placed() {
        let read: Vec<Row> =
            ["x", "ROW\tb\twork\t2 ×\t≤ 1 ×\tmissed", "ROW\ta\tmore\t3 ×\t–\t–", "ROW\tshort"]
                .into_iter()
                .filter_map(row)
                .collect();
        assert_eq!(read.len(), 2);
        let table = table(&read, "one");
        assert!(
            table.ends_with("| a | more | 3 × | – | – |\n| b | work | 2 × | ≤ 1 × | missed |\n"),
            "{table}"
        );
        let page = format!("head\n{BEGIN}old\n{END}tail\n");
        assert_eq!(placed(&page, "new\n").unwrap(), format!("head\n{BEGIN}\nnew\n\n{END}tail\n"));
        assert!(placed("head", "new").is_err());
    }

    #[test]
    fn options_are_read() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(options(&words("--write --rows 2_000")).unwrap(), Options { write: true, rows: 2_000 });
        assert!(options(&words("--rows many")).is_err() && options(&words("--pears")).is_err());
    }
}
