//! `cargo xtask corpus`: parses and compiles every definition of a corpus file, links its initiatives with their
//! definitions, judges the bodies beside it; writes a category as files.

mod bodies;
mod initiatives;

use crate::Fault;
use bodies::Collected;
use initiatives::{Definitions, Linked};
use ordain::{Diagnostic, Engine, Object, Source};
use ordain_tests::shared::gz_lines;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Bodies of resources that are judged when they stand beside the corpus.
const BODIES: &str = "arm-examples.jsonl.gz";

/// Definitions of Azure's own.
const BUILT_INS: &str = "builtin.jsonl.gz";

/// `FILE`, or `--extract DIR CATEGORY FILE`.
pub fn run(arguments: &[String]) -> Result<(), Fault> {
    match arguments {
        [flag, folder, category, file] if flag == "--extract" => {
            extract(Path::new(folder), category, &lines(file)?)
        }
        [file] if !file.starts_with("--") => whole(Path::new(file), &lines(file)?),
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
    linked: Linked,
    /// How long linking took.
    linking: Duration,
    /// Definitions that fit another allowed effect than their default.
    other_effect: usize,
    skipped: BTreeMap<String, usize>,
    classes: BTreeMap<&'static str, Vec<String>>,
    compiled: Collected,
}

impl Tally {
    /// Passed without an error.
    fn settle(&mut self, diagnostics: &[Diagnostic]) -> bool {
        let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.is_error()).collect();
        let good = errors.is_empty();
        *(if good { &mut self.passed } else { &mut self.failed }) += 1;
        for error in errors {
            self.classes.entry(error.code()).or_default().push(error.to_string());
        }
        good
    }

    fn print(&self) {
        for (code, places) in &self.classes {
            println!("{code}: {}", places.len());
            places.iter().for_each(|place| println!("  {place}"));
        }
        for (kind, count) in &self.skipped {
            println!("{count} skipped: {kind}");
        }
        if self.other_effect > 0 {
            println!("{} compile with another allowed effect than their default", self.other_effect);
        }
        let Linked { initiatives, pairs, policies, elsewhere, whole } = &self.linked;
        println!(
            "{initiatives} initiatives, of {whole} every definition is here: {pairs} references, {elsewhere} of them to definitions that are not, {policies} policies: {:.1} s",
            self.linking.as_secs_f64()
        );
    }
}

/// Compiles everything, then judges the bodies that stand beside the file, then says how many passed.
fn whole(file: &Path, lines: &[Json]) -> Result<(), Fault> {
    let built_ins = file.with_file_name(BUILT_INS);
    let beside = if built_ins.is_file() && file != built_ins { gz_lines(&built_ins) } else { Vec::new() };
    let tally = compile(lines, &beside);
    tally.print();
    let bodies = file.with_file_name(BODIES);
    let (passed, failed) = (tally.passed, tally.failed);
    let judged = if bodies.is_file() {
        tally.compiled.judge(&gz_lines(&bodies))
    } else {
        println!("no bodies are judged: there is no {BODIES} beside the file");
        Ok(())
    };
    println!("{passed} passed, {failed} failed");
    if failed == 0 { judged } else { Err(Fault::failed(format!("{failed} failed"))) }
}

fn compile(lines: &[Json], built_ins: &[Json]) -> Tally {
    let mut tally = Tally::default();
    // Repositories refer to built-ins, which stand in a file of their own.
    let referable: Vec<Json> = lines.iter().chain(built_ins).cloned().collect();
    let definitions = Definitions::of(&referable);
    for line in lines {
        let path = line["path"].as_str().unwrap_or("?");
        let kind = line["kind"].as_str().unwrap_or("?");
        let text = text(line);
        match kind {
            "definition" => one(path, &text, &mut tally),
            "initiative" => {
                let start = Instant::now();
                let found = initiatives::check(line, &definitions, &mut tally.linked);
                tally.linking += start.elapsed();
                tally.settle(&found);
            }
            "rules" if beside(path, line, lines, "definition").is_some() => {
                // The whole file repeats its parts (spec D-13).
                *tally.skipped.entry("rules beside a whole definition".to_owned()).or_default() += 1;
            }
            "rules" => one(path, &with_parameters(&text, path, line, lines), &mut tally),
            other => *tally.skipped.entry(other.to_owned()).or_default() += 1,
        }
    }
    tally
}

/// The text of a line's file.
fn text(line: &Json) -> String {
    match (&line["raw"], &line["body"]) {
        (Json::String(raw), _) => raw.clone(),
        (_, body) => body.to_string(),
    }
}

/// A rule with the declarations that stand beside it.
fn with_parameters(rule: &str, path: &str, line: &Json, lines: &[Json]) -> String {
    let Some(declarations) = beside(path, line, lines, "parameters") else { return rule.to_owned() };
    let declarations = text(declarations);
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
    let mut values = Object::new();
    let mut diagnostics = build(&source, &values);
    let missing: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.code() == "ParameterMissing").collect();
    if let [missing] = missing[..] {
        let samples = ordain::probe::sample_parameters(&source);
        for name in missing.message().split('`').skip(1).step_by(2) {
            if let Some(value) = samples.get(name) {
                values.push(name, value.clone());
            }
        }
        diagnostics = build(&source, &values);
    }
    // What the details must hold depends on the effect, which an assignment chooses (spec E-7).
    if diagnostics.iter().any(|d| d.code() == "EffectDetailsMismatch") {
        for (name, choice) in ordain::probe::effect_choices(&source) {
            let mut chosen = values.clone();
            chosen.set(name, choice);
            let retried = build(&source, &chosen);
            if !retried.iter().any(Diagnostic::is_error) {
                tally.other_effect += 1;
                (diagnostics, values) = (retried, chosen);
                break;
            }
        }
    }
    if tally.settle(&diagnostics) {
        tally.compiled.add(source, values);
    }
}

fn build(source: &Source, values: &Object) -> Vec<Diagnostic> {
    let mut builder = Engine::builder().policies(source);
    for (name, value) in values.members() {
        builder = builder.parameter(name, value.clone());
    }
    let (engine, diagnostics) = builder.build_what_can_be();
    let nothing = engine.policies().count() == 0 && !diagnostics.iter().any(Diagnostic::is_error);
    if nothing {
        return vec![Diagnostic::error("NothingFound", "no definition was found").origin(source.name())];
    }
    diagnostics
}
