//! The built-ins of Container Registry on container registries, by ordain and by regorus, on the same texts in the same
//! run: rows a of the table. `cargo run --release --manifest-path benches/compare/Cargo.toml [-- RESOURCES]`.

use ordain::{Context, Engine};
use ordain_benches::clock::{best, ms, ratio, row};
use regorus::languages::azure_policy::aliases::AliasRegistry;
use regorus::languages::azure_policy::{compiler, parser};
use regorus::rvm::RegoVM;
use std::sync::Arc;
use std::time::Duration;

fn main() {
    let count: usize = std::env::args().filter_map(|a| a.parse().ok()).next().unwrap_or(1_000);
    let passes = if count < 500 { 2 } else { 7 };
    let definitions = ordain_benches::definitions_of(Some("Container Registry"));
    let texts = ordain_benches::resources("registries", count);
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{} definitions, {} resources, {bytes} bytes", definitions.len(), texts.len());

    let mut peer = Peer::new(&definitions);
    println!("regorus compiles {} of them", peer.machines.len());
    let (parse, _) = best(passes, || {
        texts.iter().filter(|t| serde_json::from_str::<serde_json::Value>(t).is_ok()).count()
    });
    let prepared: Vec<regorus::Value> = texts.iter().map(|text| peer.prepare(text)).collect();
    let (theirs, found) =
        best(passes.min(3), || prepared.iter().map(|input| peer.judge(input)).sum::<usize>());
    let (theirs_text, _) = best(passes.min(3), || {
        texts
            .iter()
            .map(|text| {
                let input = peer.prepare(text);
                peer.judge(&input)
            })
            .sum::<usize>()
    });
    println!("regorus: {found} results that are defined");

    // Only what both can be asked.
    let usable: Vec<(String, String)> =
        definitions.iter().filter(|(name, _)| peer.has(name)).cloned().collect();
    let engine = ordain_benches::engine_of(&usable);
    let trees: Vec<serde_json::Value> =
        texts.iter().map(|t| serde_json::from_str(t).expect("JSON")).collect();
    let context = Context::new();
    let batch = engine.batch(&context);
    let mut judge = batch.judge();
    let read: Vec<ordain::ReadRow<'_>> = texts.iter().filter_map(|text| judge.read(text)).collect();
    assert_eq!(read.len(), texts.len(), "every registry is read once");
    let (on_read, a) = best(passes, || {
        read.iter().filter_map(|r| judge.judge_read(r).ok().map(|j| j.outcomes().len())).sum::<usize>()
    });
    let (on_values, b) = best(passes, || values(&engine, &trees, &context));
    let (on_text, c) = best(passes, || {
        texts.iter().filter_map(|t| judge.judge(t).ok().map(|j| j.outcomes().len())).sum::<usize>()
    });
    assert!(a == b && b == c, "{a} {b} {c}");
    println!("ordain: {a} records");

    let line = |what: &str, time: Duration| {
        println!("{what:48} {:>10} {:8.3} × parsing", ms(time), ratio(time, parse));
    };
    line("serde_json::Value", parse);
    line("regorus on its prepared documents", theirs);
    line("regorus from text", theirs_text);
    line("ordain on rows that were read selectively", on_read);
    line("ordain on serde_json::Value", on_values);
    line("ordain from text", on_text);
    let report = |key: &str, what: &str, faster: f64, target: f64| {
        row(key, what, &format!("{faster:.0} ×"), &format!("≥ {target:.0} ×"), Some(faster >= target));
    };
    report(
        "a1",
        "registries read selectively, against regorus on its prepared documents",
        ratio(theirs, on_read),
        60.0,
    );
    report("a2", "the same on `serde_json::Value`", ratio(theirs, on_values), 5.0);
    report("a3", "the same from text, against regorus from text", ratio(theirs_text, on_text), 40.0);
}

fn values(engine: &Engine, trees: &[serde_json::Value], context: &Context) -> usize {
    trees.iter().filter_map(|t| engine.evaluate_in(t, context).ok()).map(|e| e.outcomes().count()).sum()
}

/// regorus with one machine for each definition.
struct Peer {
    registry: Arc<AliasRegistry>,
    machines: Vec<(String, RegoVM)>,
}

impl Peer {
    fn new(definitions: &[(String, String)]) -> Self {
        let mut registry = AliasRegistry::new();
        if let Some(file) = ordain_benches::shared::file("aliases/catalogue.json.gz") {
            for providers in ordain_benches::shared::gz_lines(&file) {
                registry.load_from_json(&providers.to_string()).expect("a catalogue");
            }
        }
        let registry = Arc::new(registry);
        let mut machines = Vec::new();
        for (name, text) in definitions {
            let source = regorus::Source::from_contents(name.clone(), text.clone()).expect("a source");
            let program = parser::parse_policy_definition(&source).map_err(|e| e.to_string()).and_then(|d| {
                compiler::compile_policy_definition_with_aliases(&d, registry.clone())
                    .map_err(|e| e.to_string())
            });
            match program {
                Ok(program) => {
                    let mut machine = RegoVM::new();
                    machine.load_program(program);
                    machines.push((name.clone(), machine));
                }
                Err(error) => println!("regorus leaves out {name}: {error}"),
            }
        }
        Self { registry, machines }
    }

    fn has(&self, name: &str) -> bool {
        self.machines.iter().any(|(own, _)| own == name)
    }

    fn prepare(&self, text: &str) -> regorus::Value {
        let resource = regorus::Value::from_json_str(text).expect("JSON");
        self.registry.normalize_and_wrap(&resource, None, None, None)
    }

    fn judge(&mut self, input: &regorus::Value) -> usize {
        let mut found = 0;
        for (_, machine) in &mut self.machines {
            machine.set_input(input.clone());
            found += usize::from(machine.execute().is_ok_and(|value| value != regorus::Value::Undefined));
        }
        found
    }
}
