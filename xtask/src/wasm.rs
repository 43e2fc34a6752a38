//! `cargo xtask wasm`: the module for JavaScript from source to a passed Node test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::files::{self, succeed};
use crate::{Fault, no_arguments};

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm";
const PACKAGE: &str = "ordain-wasm";
const MODULE: &str = "ordain_wasm";
const BINDING: &str = "bindings/wasm";

pub fn run(arguments: &[String]) -> Result<(), Fault> {
    no_arguments(arguments)?;
    let environment = timed("standard library", library)?;
    let module = timed("module", || module(&environment))?;
    let glue = timed("glue tool", glue)?;
    let folder = timed("glue", || package(&glue, &module))?;
    timed("Node test", node_test)?;
    let bound = folder.join(format!("{MODULE}_bg.wasm"));
    println!("{:>9} bytes as cargo builds it\n{:>9} bytes in {BINDING}/pkg", size(&module)?, size(&bound)?);
    Ok(())
}

fn timed<T>(what: &str, step: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    let start = Instant::now();
    let result = step();
    println!("wasm: {what}: {:.1} s", start.elapsed().as_secs_f64());
    result
}

/// Settings under which cargo finds a standard library for the target. They hold for the module's build alone:
/// they may name another compiler than the workspace's.
fn library() -> Result<Vec<(String, String)>, Fault> {
    let output = Command::new("bash")
        .arg("xtask/setup-wasm.sh")
        .current_dir(files::root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Fault::failed(format!("cannot run bash: {error}")))?;
    if !output.status.success() {
        return Err(Fault::failed("there is no standard library for wasm32"));
    }
    Ok(settings(&String::from_utf8_lossy(&output.stdout)))
}

fn settings(text: &str) -> Vec<(String, String)> {
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn module(environment: &[(String, String)]) -> Result<PathBuf, Fault> {
    let mut build = files::cargo();
    build.args(["build", "--locked", "--package", PACKAGE, "--target", TARGET, "--profile", PROFILE]);
    // The caller's flags are for his machine; they would also replace those of the settings.
    build.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    build.envs(environment.iter().map(|(name, value)| (name, value)));
    succeed("the module's build", &mut build)?;
    Ok(files::target().join(TARGET).join(PROFILE).join(format!("{MODULE}.wasm")))
}

/// The tool is a workspace of its own, built once.
fn glue() -> Result<PathBuf, Fault> {
    let target = files::target().join("wasm-glue");
    let mut build = files::cargo();
    build.args([
        "build",
        "--quiet",
        "--locked",
        "--manifest-path",
        "xtask/wasm-glue/Cargo.toml",
        "--target-dir",
    ]);
    succeed("the glue tool's build", build.arg(&target))?;
    Ok(target.join("debug").join("wasm-glue"))
}

fn package(glue: &Path, module: &Path) -> Result<PathBuf, Fault> {
    let folder = files::root().join(BINDING).join("pkg");
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .map_err(|error| Fault::failed(format!("cannot clear {}: {error}", folder.display())))?;
    }
    succeed("wasm-glue", Command::new(glue).arg(module).arg(&folder))?;
    Ok(folder)
}

fn node_test() -> Result<(), Fault> {
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=dot", "test/evaluate.test.mjs"]);
    succeed("the Node test", node.current_dir(files::root().join(BINDING)))
}

fn size(path: &Path) -> Result<u64, Fault> {
    let metadata =
        fs::metadata(path).map_err(|error| Fault::failed(format!("{}: {error}", path.display())))?;
    Ok(metadata.len())
}

#[cfg(test)]
mod tests {
    use super::settings;

    #[test]
    fn settings_are_names_and_values() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(settings("RUSTC=a\nFLAGS=--x=y\n"), [pair("RUSTC", "a"), pair("FLAGS", "--x=y")]);
        assert!(settings("").is_empty());
    }
}
