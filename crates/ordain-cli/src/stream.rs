//! Exports of any size: pieces to threads, what they say written in the order of the input, memory bounded.

use crate::format::rows::{Block, Form, Maker};
use crate::inputs::{Chunk, Origins, Row, Rows, Telling};
use crate::judge::{self, Judgement};
use crate::progress::Progress;
use ordain::{Completeness, Containers, Context, Diagnostic, Engine, RelatedResources, State, Value};
use ordain_batch::{Flow, in_order};
use std::io::{self, Write};
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is judged, and by what.
pub struct Run<'e, 'r> {
    pub engine: &'e Engine,
    pub context: &'e Context,
    pub fail_on: &'r [State],
    pub threads: usize,
    /// Set from outside: what was judged so far is all.
    pub stopped: &'r AtomicBool,
}

/// What a stream ended with, beside what was written.
pub struct Ended<'e> {
    pub judgement: Judgement<'e>,
    /// A list without rows was there: an answer, too.
    pub empty_list: bool,
    /// It was stopped from outside.
    pub incomplete: bool,
}

/// What a thread made of a chunk.
struct Done<'e> {
    origin: usize,
    judgement: Judgement<'e>,
    blocks: Vec<Block>,
    telling: Telling,
    cut: bool,
    rows: usize,
    lists: usize,
}

/// Judges all rows and writes what the form makes of them.
///
/// # Errors
/// Where the output cannot be written. Faults of the input are among the diagnostics of the judgement.
pub fn judge<'e>(
    run: &Run<'e, '_>,
    origins: &mut Origins<'_>,
    maker: &Maker<'_>,
    form: &mut Form<'_>,
    progress: &mut Progress<'_>,
    out: &mut dyn Write,
) -> io::Result<Ended<'e>> {
    let mut sink = Sink::new(run.engine);
    let mut failed = None;
    let names: Vec<String> = origins.list.iter().map(|origin| origin.name.clone()).collect();
    progress.begin(origins.size);
    let (chunks, list, read) = origins.chunks();
    let work = || {
        |chunk: Chunk| {
            let at = chunk.origin;
            let origin = list.get(at);
            let (mut done, beside) = chunk.rows(origin, |rows| {
                let mut judgement = Judgement::new(run.engine);
                let mut blocks = Vec::new();
                judgement.counts(&rows);
                for row in &rows.rows {
                    if let Some(judged) = judgement.row(run.engine, row, run.context, run.fail_on) {
                        blocks.extend(maker.block(&judged));
                    }
                }
                let (rows, lists) = (rows.rows.len(), rows.lists);
                Done { origin: at, judgement, blocks, telling: Telling::default(), cut: false, rows, lists }
            });
            (done.telling, done.cut) = (beside.telling, beside.cut);
            done
        }
    };
    in_order(chunks, run.threads, work, |done| {
        if run.stopped.load(Ordering::Relaxed) {
            sink.incomplete = true;
            return Flow::Stop;
        }
        for block in sink.take(done, &names) {
            if let Err(error) = form.write(block, out) {
                failed = Some(error);
                return Flow::Stop;
            }
        }
        progress.tell(read.load(Ordering::Relaxed), &sink.judgement);
        Flow::On
    });
    progress.end();
    match failed {
        Some(error) => Err(error),
        None => Ok(sink.end(&names)),
    }
}

/// What was judged so far, in the order of the input.
struct Sink<'e> {
    judgement: Judgement<'e>,
    /// The file at hand: its place, what is told of it, whether it is cut, its rows, its failures, its lists.
    origin: Option<usize>,
    telling: Telling,
    cut: bool,
    rows: usize,
    errors: usize,
    lists: usize,
    empty_list: bool,
    incomplete: bool,
    diagnostics: Vec<Diagnostic>,
}

impl<'e> Sink<'e> {
    fn new(engine: &'e Engine) -> Self {
        Self {
            judgement: Judgement::new(engine),
            origin: None,
            telling: Telling::default(),
            cut: false,
            rows: 0,
            errors: 0,
            lists: 0,
            empty_list: false,
            incomplete: false,
            diagnostics: Vec::new(),
        }
    }

    fn take(&mut self, done: Done<'e>, names: &[String]) -> Vec<Block> {
        if self.origin != Some(done.origin) {
            self.close(names);
            self.origin = Some(done.origin);
        }
        // Rows behind a broken one of a list cannot be told for sure (spec I-6).
        if self.cut {
            return Vec::new();
        }
        self.cut = done.cut;
        self.rows += done.rows;
        self.lists += done.lists;
        self.errors += done.judgement.account.errors;
        self.telling.merge(done.telling);
        self.judgement.merge(done.judgement);
        done.blocks
    }

    /// What is to be said at the end of a file.
    fn close(&mut self, names: &[String]) {
        let Some(name) = self.origin.take().and_then(|at| names.get(at)) else { return };
        let all_failed = (self.rows == 0).then_some(self.errors);
        self.diagnostics.extend(mem::take(&mut self.telling).finish(name, all_failed));
        self.judgement.end_of_file();
        self.empty_list |= self.lists > 0 && self.errors == 0;
        (self.cut, self.rows, self.errors, self.lists) = (false, 0, 0, 0);
    }

    fn end(mut self, names: &[String]) -> Ended<'e> {
        self.close(names);
        let mut judgement = self.judgement;
        // What was read comes before what was judged of it.
        judgement.diagnostics.splice(..0, self.diagnostics);
        Ended { judgement, empty_list: self.empty_list, incomplete: self.incomplete }
    }
}

/// What surrounds the rows, read before they are judged: groups and subscriptions, and the resources that policies may
/// look for.
///
/// # Errors
/// Where standard input cannot be kept for the second reading.
pub fn surroundings(
    engine: &Engine,
    origins: &mut Origins<'_>,
    more: &[Rows<'_>],
    context: &Context,
    mut related: RelatedResources,
    threads: usize,
) -> io::Result<Context> {
    // One reading is enough where no policy looks beside the row at hand.
    if !engine.asks_beside_rows() {
        return Ok(judge::surrounded(context, Containers::default(), related));
    }
    origins.keep()?;
    let mut containers = Containers::default();
    let (chunks, list, _) = origins.chunks();
    let work = || {
        |chunk: Chunk| {
            let at = chunk.origin;
            chunk.rows(list.get(at), |rows| found(engine, &rows, at)).0
        }
    };
    let mut file: Vec<Found> = Vec::new();
    let mut settle = |file: &mut Vec<Found>| {
        let partial = file.iter().any(|found| found.partial);
        for found in file.drain(..) {
            found.related.iter().for_each(|(value, completeness, told)| {
                related.add(value, *completeness, *told || partial);
            });
            judge::append(&mut containers, found.containers);
        }
    };
    in_order(chunks, threads, work, |found| {
        if file.first().is_some_and(|first| first.origin != found.origin) {
            settle(&mut file);
        }
        if !file.last().is_some_and(|last: &Found| last.cut) {
            file.push(found);
        }
        Flow::On
    });
    settle(&mut file);
    for rows in more {
        file.push(found(engine, rows, 0));
        settle(&mut file);
    }
    Ok(judge::surrounded(context, containers, related))
}

/// What a part of a file holds that others may ask for.
struct Found {
    origin: usize,
    partial: bool,
    cut: bool,
    containers: Vec<(String, Value)>,
    /// The resource, how much of it is there, and whether more like it may exist.
    related: Vec<(Value, Completeness, bool)>,
}

fn found(engine: &Engine, rows: &Rows<'_>, origin: usize) -> Found {
    let mut found =
        Found { origin, partial: rows.partial, cut: rows.cut, containers: Vec::new(), related: Vec::new() };
    let wanted = |row: &&Row<'_>| engine.may_look_for(&row.json);
    for row in rows.rows.iter().filter(wanted) {
        found.related.push(match &row.asked {
            Some(asked) => (asked.request.body.clone(), asked.request.completeness, true),
            None => (row.value(), Completeness::Row, false),
        });
    }
    for told in rows.related.iter().filter(|told| engine.may_look_for(*told)) {
        found.related.push((told.clone(), Completeness::Row, true));
    }
    found.containers = rows.rows.iter().filter_map(judge::container).collect();
    found
}
