//! `cargo xtask COMMAND`: the repository's own tools. Each command is a module; the table here names them.

mod aliases;
mod bench;
mod ci;
mod conformance;
mod corpus;
mod differential;
mod docs;
mod files;
mod mutate;
mod pack;
mod schema;
mod shared;
mod spec;
mod tidy;
mod wasm;

use std::env;
use std::process::ExitCode;

/// One command: a row here, a module beside it.
struct Command {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result<(), Fault>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "aliases",
        arguments: "[--check]",
        about: "makes the embedded alias data from the shared one; with --check, compares",
        run: embed_aliases,
    },
    Command {
        name: "bench",
        arguments: "[--write] [--rows N]",
        about: "measures, and compares with a peer; prints the table of docs/performance.md, with --write into it",
        run: bench::run,
    },
    Command {
        name: "ci",
        arguments: "",
        about: "everything that must hold before a change is merged; goes on after a failure and lists all",
        run: ci::run,
    },
    Command {
        name: "conformance",
        arguments: "[--quiet] [--corpus FILE] FILE.jsonl|TENANT…",
        about: "runs conformance cases, or all that is expected of a tenant's folder; prints each failure, counts by category and a closing line",
        run: conformance::run,
    },
    Command {
        name: "corpus",
        arguments: "FILE.jsonl.gz | --extract DIR CATEGORY FILE.jsonl.gz",
        about: "compiles every definition of a corpus, links its initiatives, judges the bodies beside it; with \
                --extract, writes a category as files",
        run: corpus::run,
    },
    Command {
        name: "differential",
        arguments: "[--pairs N] [--seed S]",
        about: "compares engine and naive reference on generated policies and resources",
        run: differential::run,
    },
    Command {
        name: "docs",
        arguments: "[--check]",
        about: "writes docs/configuration.md, docs/functions.md, docs/operators.md and the schemas in docs/schema, all but \
                that of check, from the engine's tables; with --check, compares",
        run: docs::run,
    },
    Command {
        name: "mutate",
        arguments: "[--every N] [--verbose] [PATH…]",
        about: "changes policies (default: those of policies) one by one and runs their suites: tells changes that no \
                case notices, and fails when more than 5% go unnoticed",
        run: mutate::run,
    },
    Command {
        name: "pack",
        arguments: "[--check]",
        about: "writes what is made of policies/acr: deployment template, heads of pages, tables; with --check, compares",
        run: pack::run,
    },
    Command {
        name: "spec",
        arguments: "[--strict] [CHAPTER…]",
        about: "rules of docs/spec that no test cites; with --strict or chapters, fails when there are any",
        run: spec::run,
    },
    Command {
        name: "tidy",
        arguments: "",
        about: "house rules: layers, charters, file sizes, stubs, unsafe code, machine paths, README",
        run: tidy::run,
    },
    Command {
        name: "wasm",
        arguments: "",
        about: "builds bindings/wasm, writes its JavaScript side and runs its Node test",
        run: wasm::run,
    },
];

/// Why a command did not succeed.
#[derive(Debug)]
enum Fault {
    /// The arguments make no sense; exit code 2.
    Usage(String),
    /// What the command checks does not hold, or could not be done; exit code 1.
    Failed(String),
}

impl Fault {
    fn failed(message: impl Into<String>) -> Self {
        Self::Failed(message.into())
    }
}

fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name)
}

/// For commands without arguments.
fn no_arguments(arguments: &[String]) -> Result<(), Fault> {
    match arguments.first() {
        None => Ok(()),
        Some(extra) => Err(Fault::Usage(format!("unexpected argument `{extra}`"))),
    }
}

fn usage() -> String {
    let mut text = String::from("usage: cargo xtask COMMAND [ARGUMENTS]\n\n");
    for command in COMMANDS {
        text.push_str(&format!("  {} {}\n      {}\n", command.name, command.arguments, command.about));
    }
    text
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        eprint!("{}", usage());
        return ExitCode::from(2);
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print!("{}", usage());
        return ExitCode::SUCCESS;
    }
    let Some(command) = find(name) else {
        eprintln!("xtask: there is no command `{name}`\n\n{}", usage());
        return ExitCode::from(2);
    };
    match (command.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Fault::Usage(message)) => {
            eprintln!("xtask {name}: {message}\nusage: cargo xtask {name} {}", command.arguments);
            ExitCode::from(2)
        }
        Err(Fault::Failed(message)) => {
            eprintln!("xtask {name}: {message}");
            ExitCode::FAILURE
        }
    }
}

fn embed_aliases(arguments: &[String]) -> Result<(), Fault> {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err(Fault::Usage("the one option is --check".into())),
    };
    let Some(folder) = shared::folder() else { return Ok(()) };
    let report = aliases::run(&folder, &files::root().join("crates/ordain/data/aliases"), check);
    report.map(|text| println!("{text}")).map_err(Fault::Failed)
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, find, usage};

    #[test]
    fn commands_are_sorted_unique_and_in_the_usage() {
        assert!(COMMANDS.is_sorted_by(|a, b| a.name < b.name));
        let text = usage();
        assert!(COMMANDS.iter().all(|command| text.contains(command.about)));
        assert!(find("tidy").is_some() && find("nothing").is_none());
    }
}
