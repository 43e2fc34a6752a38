//! `cargo xtask corpus`: parses and compiles every definition of a corpus file; writes a category as files.

use crate::Fault;
use ordain::{Diagnostic, Engine, Source};
use ordain_tests::shared::gz_lines;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// `FILE`, or `--extract DIR CATEGORY FILE`.
pub fn run(arguments: &[String]) -> Result<(), Fault> {
    match arguments {
        [flag, folder, category, file] if flag == "--extract" => {
            extract(Path::new(folder), category, &lines(file)?)
        }
        [file] if !file.starts_with("--") => compile(&lines(file)?),
        _ => Err(Fault::Usage("a corpus file is needed".into())),
    }
}

fn lines(file: &str) -> Result<Vec<Json>, Fault> {
    if !Path::new(file).is_file() {
        return Err(Fault::failed(format!("there is no file {file}")));
    }
    Ok(gz_lines(Path::new(file)))
}

/// Writes the definitions of a category, one file each, under the last part of their path.
fn extract(folder: &Path, category: &str, lines: &[Json]) -> Result<(), Fault> {
    fs::create_dir_all(folder).map_err(|e| Fault::failed(format!("{}: {e}", folder.display())))?;
    let mut written = 0;
    for line in lines {
        let metadata = &line["body"]["properties"]["metadata"];
        let fits = metadata["category"].as_str().is_some_and(|c| c.eq_ignore_ascii_case(category));
        if !fits || line["kind"] != "definition" {
            continue;
        }
        let path = line["path"].as_str().unwrap_or("unnamed.json");
        // Two editions of one definition differ in their folder only.
        let name = path.trim_start_matches("policyDefinitions/").replace(['/', ' '], "_");
        let text = serde_json::to_string_pretty(&line["body"]).map_err(|e| Fault::failed(e.to_string()))?;
        let target = folder.join(name);
        fs::write(&target, text).map_err(|e| Fault::failed(format!("{}: {e}", target.display())))?;
        written += 1;
    }
    println!("{written} definitions of category {category} written to {}", folder.display());
    if written == 0 { Err(Fault::failed("no definition has that category")) } else { Ok(()) }
}

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    skipped: BTreeMap<String, usize>,
    classes: BTreeMap<&'static str, Vec<String>>,
}

fn compile(lines: &[Json]) -> Result<(), Fault> {
    let mut tally = Tally::default();
    for line in lines {
        let path = line["path"].as_str().unwrap_or("?");
        let kind = line["kind"].as_str().unwrap_or("?");
        let text = match (&line["raw"], &line["body"]) {
            (Json::String(raw), _) => raw.clone(),
            (_, body) => body.to_string(),
        };
        match kind {
            "definition" => one(path, &text, &mut tally),
            "rules" if beside(path, line, lines, "definition").is_some() => {
                // The whole file repeats its parts (spec D-13).
                *tally.skipped.entry("rules beside a whole definition".to_owned()).or_default() += 1;
            }
            "rules" => one(path, &with_parameters(&text, path, line, lines), &mut tally),
            other => *tally.skipped.entry(other.to_owned()).or_default() += 1,
        }
    }
    for (code, places) in &tally.classes {
        println!("{code}: {}", places.len());
        places.iter().for_each(|place| println!("  {place}"));
    }
    for (kind, count) in &tally.skipped {
        println!("{count} skipped: {kind}");
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed == 0 { Ok(()) } else { Err(Fault::failed(format!("{} failed", tally.failed))) }
}

/// A rule with the declarations that stand beside it.
fn with_parameters(rule: &str, path: &str, line: &Json, lines: &[Json]) -> String {
    let Some(declarations) = beside(path, line, lines, "parameters") else { return rule.to_owned() };
    let declarations = match (&declarations["raw"], &declarations["body"]) {
        (Json::String(raw), _) => raw.clone(),
        (_, body) => body.to_string(),
    };
    format!("{{\"policyRule\": {rule}, \"parameters\": {declarations}}}")
}

/// The file of a kind in the same folder and with the same stem (spec D-13, D-19).
fn beside<'l>(path: &str, line: &Json, lines: &'l [Json], kind: &str) -> Option<&'l Json> {
    let place = |path: &str| {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let mut stem = file.to_ascii_lowercase().replace(".json", "");
        for part in [".rules", ".rule", ".parameters", ".params", ".def"] {
            stem = stem.replace(part, "");
        }
        let plain = stem == "rules" || stem == "parameters";
        (folder.to_owned(), if plain { String::new() } else { stem })
    };
    let own = place(path);
    lines.iter().find(|other| {
        other["kind"] == kind
            && other["repo"] == line["repo"]
            && place(other["path"].as_str().unwrap_or("")) == own
    })
}

/// Required parameters get a value of their type, so that everything is bound and compiled.
fn one(path: &str, text: &str, tally: &mut Tally) {
    let source = Source::new(path, text);
    let mut diagnostics = build(&source, &[]);
    let missing: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.code() == "ParameterMissing").collect();
    if let [missing] = missing[..] {
        let names: Vec<String> = missing.message().split('`').skip(1).step_by(2).map(str::to_owned).collect();
        diagnostics = build(&source, &names);
    }
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.is_error()).collect();
    if errors.is_empty() {
        tally.passed += 1;
        return;
    }
    tally.failed += 1;
    for error in errors {
        tally.classes.entry(error.code()).or_default().push(error.to_string());
    }
}

fn build(source: &Source, required: &[String]) -> Vec<Diagnostic> {
    let mut builder = Engine::builder().policies(source);
    let values = ordain::probe::sample_parameters(source);
    for name in required {
        if let Some(value) = values.get(name) {
            builder = builder.parameter(name, value.clone());
        }
    }
    let (engine, diagnostics) = builder.build_what_can_be();
    let nothing = engine.policies().count() == 0 && !diagnostics.iter().any(Diagnostic::is_error);
    if nothing {
        return vec![Diagnostic::error("NothingFound", "no definition was found").origin(source.name())];
    }
    diagnostics
}
