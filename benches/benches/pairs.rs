//! Time for one policy on one resource, documents in memory, one thread: `cargo bench -p ordain-benches`.

use ordain::{Document, Engine};
use std::time::{Duration, Instant};

/// Passes; the best counts, since everything else only adds.
const PASSES: usize = 100;

fn main() {
    // `cargo test` runs benches once with this flag: a smoke test.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let passes = if std::env::args().any(|a| a == "--bench") { PASSES } else { 1 };
    let (label, engine) = ordain_benches::policies("Container Registry");
    let policies = engine.policies().count();
    let texts = ordain_benches::resources("registries", 1_000);
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{policies} policies ({label}), {} resources, {bytes} bytes", texts.len());

    let whole: Vec<serde_json::Value> =
        texts.iter().map(|t| serde_json::from_str(t).expect("JSON")).collect();
    let spanned: Vec<ordain::json::Json<'_>> =
        texts.iter().map(|t| ordain::json::read(t, ordain::json::Dialect::Strict).0.expect("JSON")).collect();
    let pairs = policies * texts.len();
    let report = |what: &str, run: &mut dyn FnMut() -> usize| {
        if wanted.is_empty() || wanted.iter().any(|w| what.contains(w)) {
            report(what, passes, pairs, texts.len(), run);
        }
    };
    report("judge serde_json::Value", &mut || judge(&engine, &whole));
    report("judge the spanned tree", &mut || judge(&engine, &spanned));
    report("read into serde_json::Value", &mut || {
        texts.iter().map(|t| serde_json::from_str::<serde_json::Value>(t).map_or(0, |_| 1)).sum()
    });
    report("read into the spanned tree", &mut || {
        texts.iter().map(|t| ordain::json::read(t, ordain::json::Dialect::Strict).0.map_or(0, |_| 1)).sum()
    });
}

fn judge<D: Document>(engine: &Engine, documents: &[D]) -> usize {
    let judged = documents.iter().filter_map(|d| engine.evaluate(d).ok());
    judged.map(|evaluation| evaluation.outcomes().count()).sum()
}

fn report(what: &str, passes: usize, pairs: usize, documents: usize, run: &mut dyn FnMut() -> usize) {
    let mut best = Duration::MAX;
    let mut outcomes = 0;
    for _ in 0..passes {
        let start = Instant::now();
        outcomes = run();
        best = best.min(start.elapsed());
    }
    let nanos = best.as_nanos() as f64;
    println!(
        "{what:30} {:8.1} ns a pair {:9.0} ns a document   ({outcomes})",
        nanos / pairs as f64,
        nanos / documents as f64
    );
}
