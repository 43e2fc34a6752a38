//! All built-in policies on a mixed export: `cargo bench -p ordain-benches --bench batch -- --bench [ROWS]`.

use ordain::{Completeness, Context, RelatedResources};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn timed<T>(what: &str, base: Option<Duration>, run: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let out = run();
    let took = start.elapsed();
    let ratio = base.map_or(1.0, |b| took.as_secs_f64() / b.as_secs_f64());
    println!("{what:46} {:9.1} ms {ratio:8.3} ×", took.as_secs_f64() * 1e3);
    (out, took)
}

fn main() {
    let rows: usize = std::env::args().filter_map(|a| a.parse().ok()).next().unwrap_or(1000);
    let texts = ordain_benches::definitions();
    let bytes: usize = texts.iter().map(|(_, t)| t.len()).sum();
    println!("{} definitions, {bytes} bytes", texts.len());
    let (_, parse) = timed("parse the definitions into Value", None, || {
        texts.iter().filter_map(|(_, t)| serde_json::from_str::<serde_json::Value>(t).ok()).count()
    });
    let (engine, _) = timed("compile", Some(parse), || ordain_benches::engine_of(&texts));
    println!("{} policies", engine.policies().count());
    let export = ordain_benches::export(rows);
    let lines: Vec<&str> = export.lines().collect();
    println!("{} rows, {} bytes", lines.len(), export.len());
    let mut base = Duration::MAX;
    for _ in 0..3 {
        let (_, took) = timed("Value, row by row", None, || {
            lines.iter().filter(|l| serde_json::from_slice::<serde_json::Value>(l.as_bytes()).is_ok()).count()
        });
        base = base.min(took);
    }
    let base = Some(base);
    timed("IgnoredAny", base, || {
        lines.iter().filter(|l| serde_json::from_slice::<serde::de::IgnoredAny>(l.as_bytes()).is_ok()).count()
    });
    if std::env::var_os("ONLY").is_some() {
        let context = Context::new();
        let batch = engine.batch(&context);
        let mut judge = batch.judge();
        for _ in 0..20 {
            timed("judge rows selectively, without related", base, || {
                lines.iter().filter_map(|l| judge.judge(l).ok().map(|j| j.outcomes().len())).sum::<usize>()
            });
        }
        return;
    }
    let (trees, _) = timed("spanned tree", base, || {
        lines.iter().filter_map(|l| ordain::json::read(l, ordain::json::Dialect::Strict).0).collect::<Vec<_>>()
    });
    let context = Context::new();
    for _ in 0..2 {
        let (n, _) = timed("judge the spanned trees, without related", base, || {
            trees.iter().filter_map(|t| engine.evaluate_in(t, &context).ok()).map(|e| e.outcomes().count()).sum::<usize>()
        });
        println!("{n} outcomes");
    }
    let batch = engine.batch(&context);
    let mut judge = batch.judge();
    for _ in 0..3 {
        let (n, _) = timed("judge rows selectively, without related", base, || {
            lines.iter().filter_map(|l| judge.judge(l).ok().map(|j| j.outcomes().len())).sum::<usize>()
        });
        println!("{n} outcomes");
    }
    let mut wrong = 0;
    for (line, tree) in lines.iter().zip(&trees).take(5000) {
        let whole = engine.evaluate_in(tree, &context).ok();
        let brief = judge.judge(line).ok();
        let whole: Option<Vec<_>> = whole.as_ref().map(|e| e.outcomes().map(|o| (o.policy().id().to_owned(), o.state(), o.reason())).collect());
        let brief: Option<Vec<_>> = brief.as_ref().map(|j| j.outcomes().iter().map(|b| (j.policy(b).unwrap().id().to_owned(), b.state(), b.reason())).collect());
        if whole != brief {
            wrong += 1;
            if wrong < 4 {
                println!("DIFFERENT {}", &line[..line.len().min(300)]);
                let (w, b) = (whole.unwrap_or_default(), brief.unwrap_or_default());
                for x in &w { if !b.contains(x) { println!("  whole only {x:?}"); } }
                for x in &b { if !w.contains(x) { println!("  brief only {x:?}"); } }
            }
        }
    }
    println!("{wrong} rows differ");
    let (related, _) = timed("index related", base, || {
        let mut related = RelatedResources::new();
        for tree in &trees {
            if engine.may_look_for(tree) {
                related.add(tree, Completeness::Whole, false);
            }
        }
        related
    });
    let context = Context::new().related(Arc::new(related));
    let (n, _) = timed("judge the spanned trees, with related", base, || {
        trees.iter().filter_map(|t| engine.evaluate_in(t, &context).ok()).map(|e| e.outcomes().count()).sum::<usize>()
    });
    println!("{n} outcomes");
}
