//! Every definition of a corpus on every body of a file of resources: states, errors by class, no panic.
//!
//! The one class of errors that the shared files show is `Context`: `resourceGroup()` of a resource whose id lies
//! in no resource group, because the body was written by hand without one. The fault is the body's, and spec F-215
//! wants the error.

use ordain::{Context, Engine, Object, Source, Value};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use crate::Fault;

/// Errors of a class that are shown.
const EXAMPLES: usize = 3;

/// Definitions that compile, each with the values that it needs.
#[derive(Default)]
pub struct Collected(Vec<(Source, Object)>);

/// Bodies by the namespace of their type, in lower case with the slash.
type Bodies<'l> = BTreeMap<String, Vec<&'l Json>>;

impl Collected {
    pub fn add(&mut self, source: Source, mut values: Object) {
        if let Some((name, effect)) = enabled(&source) {
            values.set(name, effect);
        }
        self.0.push((source, values));
    }

    /// Judges the bodies of the namespaces that a definition names, or all when it names none; prints what came
    /// of it. (All definitions on all bodies are ten million pairs, nearly all of them decided by the type.)
    pub fn judge(self, lines: &[Json]) -> Result<(), Fault> {
        let start = Instant::now();
        let bodies = by_namespace(lines);
        let (mut tally, mut pairs) = (Tally::default(), 0);
        let definitions = self.0.len();
        for (source, values) in self.0 {
            let engine = engine(&values, &source);
            let text = source.text().to_ascii_lowercase();
            let named: Vec<&&Json> =
                bodies.iter().filter(|(name, _)| text.contains(*name)).flat_map(|(_, of)| of).collect();
            let asked = if named.is_empty() { bodies.values().flatten().collect() } else { named };
            pairs += asked.len();
            for line in asked {
                let judged = catch_unwind(AssertUnwindSafe(|| tally.one(&engine, line)));
                if judged.unwrap_or_else(|_| Err(Fault::failed("a panic"))).is_err() {
                    tally.panics += 1;
                    println!("panic: {} on {}", source.name(), line["source_file"]);
                }
            }
        }
        tally.print();
        let (bodies, seconds) = (lines.len(), start.elapsed().as_secs_f64());
        println!(
            "{definitions} definitions on {bodies} bodies, {pairs} pairs, {} panics: {seconds:.1} s",
            tally.panics
        );
        if tally.panics == 0 { Ok(()) } else { Err(Fault::failed(format!("{} panics", tally.panics))) }
    }
}

fn by_namespace(lines: &[Json]) -> Bodies<'_> {
    let mut bodies = Bodies::new();
    for line in lines {
        let kind = line["type"].as_str().unwrap_or("");
        let namespace = kind.split('/').next().unwrap_or("").to_ascii_lowercase() + "/";
        bodies.entry(namespace).or_default().push(line);
    }
    bodies
}

fn engine(values: &Object, source: &Source) -> Engine {
    let mut builder = Engine::builder();
    for (name, value) in values.members() {
        builder = builder.parameter(name, value.clone());
    }
    builder.policies(source).build_what_can_be().0
}

/// A definition that is off by default is judged with the first effect that is not.
fn enabled(source: &Source) -> Option<(String, Value)> {
    let body: Json = serde_json::from_str(source.text()).ok()?;
    let properties = if body["properties"].is_object() { &body["properties"] } else { &body };
    let (name, effect) =
        properties["parameters"].as_object()?.iter().find(|(n, _)| n.eq_ignore_ascii_case("effect"))?;
    let off = |value: &Json| value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("disabled"));
    if !off(&effect["defaultValue"]) {
        return None;
    }
    let other = effect["allowedValues"].as_array()?.iter().find(|value| !off(value))?;
    Some((name.clone(), Value::from(other)))
}

#[derive(Default)]
struct Tally {
    states: BTreeMap<String, usize>,
    errors: BTreeMap<String, (usize, BTreeMap<String, String>)>,
    no_resources: usize,
    panics: usize,
}

impl Tally {
    fn one(&mut self, engine: &Engine, line: &Json) -> Result<(), Fault> {
        let body = &line["body"];
        let mut context =
            Context::new().now("2026-01-01T00:00:00Z").map_err(|error| Fault::failed(error.to_string()))?;
        if let Some(version) = line["api_version"].as_str() {
            context = context.api_version(version);
        }
        let Ok(evaluation) = engine.evaluate_in(body, &context) else {
            self.no_resources += 1;
            return Ok(());
        };
        for outcome in evaluation.outcomes() {
            let state = match outcome.reason() {
                Some(reason) if outcome.fault().is_none() => format!("{} {reason}", outcome.state().name()),
                _ => outcome.state().name().to_owned(),
            };
            *self.states.entry(state).or_default() += 1;
            let Some(fault) = outcome.fault() else { continue };
            // Explaining must not fail either.
            let explained = outcome.explain(body);
            let sentence = explained.sentence(ordain::Values::Show).unwrap_or_default();
            let class = self.errors.entry(fault.kind().name().to_owned()).or_default();
            class.0 += 1;
            // One body for a policy: the classes show what differs.
            if class.1.len() < EXAMPLES {
                let policy = outcome.policy().source().name().to_owned();
                let file = line["source_file"].as_str().unwrap_or("?");
                class.1.entry(policy).or_insert_with(|| format!("{fault} ({sentence})\n      on {file}"));
            }
        }
        Ok(())
    }

    fn print(&self) {
        println!("records:");
        for (state, count) in &self.states {
            println!("  {count:>9} {state}");
        }
        if self.no_resources > 0 {
            println!("  {:>9} times: neither a type nor an id", self.no_resources);
        }
        println!("errors by class:");
        for (class, (count, examples)) in &self.errors {
            println!("  {count:>9} {class}");
            for (policy, told) in examples {
                println!("    {policy}\n      {told}");
            }
        }
    }
}
