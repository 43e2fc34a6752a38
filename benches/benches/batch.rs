//! All built-in policies on a mixed export: rows b, c, e, f of the table. `cargo bench -p ordain-benches --bench batch
//! [-- ROWS]`; as a test it runs once on few rows.

use ordain::compliance::Compliance;
use ordain::{Containers, Context, Engine, RelatedResources};
use ordain_benches::clock::{best, ms, ratio, row};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

fn main() {
    let measured = std::env::args().any(|a| a == "--bench");
    let rows: usize = std::env::args().filter_map(|a| a.parse().ok()).next().unwrap_or(if measured {
        100_000
    } else {
        200
    });
    let passes = if measured { 5 } else { 1 };
    let texts = ordain_benches::definitions();
    let export = ordain_benches::export(rows);
    let lines: Vec<&str> = export.lines().collect();
    let megabytes = export.len() as f64 / 1e6;
    println!("{} definitions, {} rows, {megabytes:.1} MB", texts.len(), lines.len());

    let (policy_parse, _) = best(passes, || texts.iter().map(|(_, t)| value(t)).sum::<usize>());
    let (compile, engine) = best(passes.min(3), || ordain_benches::engine_of(&texts));
    let compiled = ratio(compile, policy_parse);
    row(
        "f",
        "compile all built-ins, against `serde_json::Value` of their files",
        &format!("{compiled:.2} ×"),
        "≤ 3 ×",
        Some(compiled <= 3.0),
    );

    let (parse, _) = best(passes, || lines.iter().map(|l| value(l)).sum::<usize>());
    println!("`serde_json::Value` row by row: {}, {:.0} MB/s", ms(parse), megabytes / parse.as_secs_f64());
    let (skip, _) = best(passes, || {
        lines.iter().filter(|l| serde_json::from_slice::<serde::de::IgnoredAny>(l.as_bytes()).is_ok()).count()
    });
    println!("`IgnoredAny`: {} ({:.3} ×)", ms(skip), ratio(skip, parse));

    let (find, context) = best(passes, || around(&engine, &lines));
    let (alone, said) = best(passes, || judge(&engine, &Context::new().row(), &lines));
    let (beside, counted) = best(passes, || judge(&engine, &context, &lines));
    println!("look through for related resources: {} ({:.3} ×)", ms(find), ratio(find, parse));
    println!(
        "judge without related resources: {} ({:.3} ×), {said} outcomes",
        ms(alone),
        ratio(alone, parse)
    );
    println!(
        "judge with related resources: {} ({:.3} ×), {counted} outcomes",
        ms(beside),
        ratio(beside, parse)
    );
    let b1 = ratio(find + beside, parse);
    row(
        "b1",
        "all built-ins, related resources too, summary only, against `serde_json::Value`",
        &format!("{b1:.2} ×"),
        "≤ 0.5 ×",
        Some(b1 <= 0.5),
    );
    let (rolled, _) = best(passes, || roll_up(&engine, &context, &lines));
    println!("the same with compliance rolled up: {} ({:.3} ×)", ms(rolled), ratio(rolled, parse));

    let path = std::env::temp_dir().join("ordain-bench-findings.ndjson");
    let (write, bytes) = best(passes.min(3), || findings(&engine, &context, &lines, &path));
    let _ = std::fs::remove_file(&path);
    let pace = bytes as f64 / 1e6 / (find + write).as_secs_f64();
    let what = format!("the same with findings as NDJSON to a file ({:.0} MB)", bytes as f64 / 1e6);
    row(
        "b2",
        &what,
        &format!("{:.2} ×, {pace:.0} MB/s", ratio(find + write, parse)),
        "≥ 300 MB/s",
        Some(pace >= 300.0),
    );

    let one = wall(passes, || parallel(&engine, &context, &lines, 1));
    let two = wall(passes, || parallel(&engine, &context, &lines, 2));
    let gain = one / two;
    row("c", "two threads against one, wall clock", &format!("{gain:.2} ×"), "≥ 1.8 ×", Some(gain >= 1.8));

    let few = touching(&engine, &texts, &lines);
    let ten = ordain_benches::engine_of(&few);
    let ten_context = around(&ten, &lines);
    let (little, _) = best(passes, || judge(&ten, &ten_context, &lines));
    let all = ratio(beside, little);
    row(
        "e",
        "all policies against the ten that touch most resources",
        &format!("{all:.2} ×"),
        "≤ 2 ×",
        Some(all <= 2.0),
    );
}

fn value(text: &str) -> usize {
    usize::from(serde_json::from_slice::<serde_json::Value>(text.as_bytes()).is_ok())
}

/// What surrounds the rows, found among them.
fn around(engine: &Engine, lines: &[&str]) -> Context {
    let mut finder = engine.finder().settling_rows();
    lines.iter().for_each(|line| finder.look(line, false));
    let found = finder.take();
    let (mut related, mut containers) = (RelatedResources::new(), Containers::default());
    related.append(found.related);
    containers.append(found.containers);
    Context::new().row().related(Arc::new(related)).containers(Arc::new(containers))
}

/// Counts states by policy.
fn judge(engine: &Engine, context: &Context, lines: &[&str]) -> usize {
    let batch = engine.batch(context).settling_rows();
    let mut judge = batch.judge();
    let mut counts = vec![[0_usize; 8]; engine.policies().count()];
    for line in lines {
        if let Ok(judged) = judge.judge(line) {
            for brief in judged.outcomes() {
                counts[brief.policy()][brief.state().rank()] += 1;
            }
        }
    }
    counts.iter().flatten().sum()
}

fn roll_up(engine: &Engine, context: &Context, lines: &[&str]) -> usize {
    let batch = engine.batch(context).settling_rows();
    let mut judge = batch.judge();
    let mut compliance = Compliance::new(engine);
    for line in lines {
        if let Ok(judged) = judge.judge(line) {
            compliance.add_judged(&judged);
        }
    }
    compliance.overall().records.total()
}

/// Writes a line for each finding; gives the number of bytes.
fn findings(engine: &Engine, context: &Context, lines: &[&str], path: &std::path::Path) -> usize {
    use std::io::Write as _;
    let batch = engine.batch(context).settling_rows();
    let mut judge = batch.judge();
    let constant: Vec<String> = engine
        .policies()
        .map(|p| format!("\"policy\":{},\"effect\":\"{}\"}}\n", serde_json::Value::from(p.id()), p.effect()))
        .collect();
    let mut file = std::fs::File::create(path).expect("a temporary file");
    let (mut text, mut bytes) = (String::new(), 0);
    for line in lines {
        if let Ok(judged) = judge.judge(line) {
            let id = serde_json::Value::from(judged.id());
            let head = format!("{{\"resource\":{id},\"type\":\"{}\",\"state\":\"", judged.resource_type());
            for brief in judged.outcomes().iter().filter(|b| b.state() == ordain::State::NonCompliant) {
                let _ = write!(text, "{head}{}\",{}", brief.state().name(), constant[brief.policy()]);
            }
        }
        if text.len() > 1 << 18 {
            bytes += text.len();
            file.write_all(text.as_bytes()).expect("room on the disk");
            text.clear();
        }
    }
    file.write_all(text.as_bytes()).expect("room on the disk");
    bytes + text.len()
}

/// Judges pieces of 1,000 rows on several threads.
fn parallel(engine: &Engine, context: &Context, lines: &[&str], threads: usize) -> usize {
    let batch = engine.batch(context).settling_rows();
    let pieces: Vec<&[&str]> = lines.chunks(1_000).collect();
    let (next, total) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut judge = batch.judge();
                while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let said =
                        piece.iter().filter_map(|l| judge.judge(l).ok().map(|j| j.outcomes().len())).sum();
                    total.fetch_add(said, Ordering::Relaxed);
                }
            });
        }
    });
    total.into_inner()
}

fn wall(passes: usize, mut run: impl FnMut() -> usize) -> f64 {
    let once = |run: &mut dyn FnMut() -> usize| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    };
    (0..passes).map(|_| once(&mut run)).fold(f64::INFINITY, f64::min)
}

/// The ten policies with most records.
fn touching(engine: &Engine, texts: &[(String, String)], lines: &[&str]) -> Vec<(String, String)> {
    let context = Context::new().row();
    let batch = engine.batch(&context).settling_rows();
    let mut judge = batch.judge();
    let mut counts = vec![0_usize; engine.policies().count()];
    for line in lines.iter().step_by(7) {
        if let Ok(judged) = judge.judge(line) {
            judged.outcomes().iter().for_each(|brief| counts[brief.policy()] += 1);
        }
    }
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(counts[*at]));
    let names: Vec<&str> = engine.policies().map(|p| p.source().name()).collect();
    let wanted: Vec<&str> = order.iter().take(10).filter_map(|at| names.get(*at).copied()).collect();
    texts.iter().filter(|(name, _)| wanted.contains(&&**name)).cloned().collect()
}
