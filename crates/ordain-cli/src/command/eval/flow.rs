//! Judging without keeping: rows are read, judged and written piece by piece.

use super::{Stream, beside, context, engine, is_asked_nothing, look, silence, stop};
use crate::World;
use crate::args::Eval;
use crate::exit::{Exit, Seen};
use crate::format::Report;
use crate::format::rows::{Form, Maker};
use crate::inputs::Origins;
use crate::progress::Progress;
use crate::render;
use crate::store;
use crate::stream::{self, Run};
use crate::terminal::Look;
use ordain::{Context, Diagnostic, Engine, Severity};
use std::io::{self, Write};
use std::time::Instant;

/// Answers a call whose rows can be written as they come; `None` for others, of which nothing was read then.
pub fn run(options: &Eval, started: Instant, world: &mut World<'_>) -> io::Result<Option<Exit>> {
    let Some(form) = Form::of(options, look(options, world, Stream::Findings)) else { return Ok(None) };
    // Who comes first, what belongs together, or what is where in a document: each needs more than a piece.
    let whole = options.unique || options.expand_children || options.pick.is_some();
    if whole || !options.tenant.is_empty() || !options.compare.is_empty() {
        return Ok(None);
    }
    if is_asked_nothing(options, "eval", world)? {
        return Ok(Some(Exit::Trouble));
    }
    let context = match context(options) {
        Ok(context) => context,
        Err(diagnostic) => return stop(options, world, &[diagnostic]).map(Some),
    };
    let mut diagnostics = Vec::new();
    let engine = engine(options, &[], &mut diagnostics);
    if engine.has_assignments() {
        return Ok(None);
    }
    let messages = look(options, world, Stream::Messages);
    let max_row = Some(options.max_row);
    let mut origins = Origins::find(&options.resources, world.stdin, max_row, &mut diagnostics);
    let context = beside(options, &mut diagnostics, |related, more| {
        stream::surroundings(&engine, &mut origins, more, &context, related, options.threads)
    });
    let context = match context {
        Ok(context) => context,
        Err(error) => {
            writeln!(world.stderr, "error: the input cannot be kept for a second reading: {error}")?;
            return Ok(Some(Exit::Trouble));
        }
    };
    let shows = world.terminals.stderr && !options.quiet;
    let mut exit = Exit::Trouble;
    let flow = Flow {
        options,
        engine: &engine,
        context: &context,
        stopped: world.stopped,
        messages,
        shows,
        started,
        diagnostics,
    };
    let (stdout, stderr) = (&mut *world.stdout, &mut *world.stderr);
    match &options.output {
        None => exit = flow.run(form, &mut origins, stdout, stderr)?,
        Some(path) => {
            let written = store::put(path, |out| {
                exit = flow.run(form, &mut origins, out, stderr)?;
                Ok(())
            });
            if let Err(error) = written {
                writeln!(stderr, "error: {} cannot be written: {error}", path.display())?;
                exit = Exit::Trouble;
            }
        }
    }
    Ok(Some(exit))
}

/// All that is known before the first row is judged.
struct Flow<'f> {
    options: &'f Eval,
    engine: &'f Engine,
    context: &'f Context,
    stopped: &'f std::sync::atomic::AtomicBool,
    messages: Look,
    /// Somebody looks at messages.
    shows: bool,
    started: Instant,
    diagnostics: Vec<Diagnostic>,
}

impl Flow<'_> {
    fn run(
        self,
        mut form: Form<'_>,
        origins: &mut Origins<'_>,
        out: &mut dyn Write,
        stderr: &mut dyn Write,
    ) -> io::Result<Exit> {
        let Self { options, engine, context, mut diagnostics, .. } = self;
        let run = Run {
            engine,
            context,
            fail_on: &options.fail_on,
            threads: options.threads,
            stopped: self.stopped,
        };
        let maker = Maker { options, engine, context };
        form.begin(out)?;
        let mut ended = {
            let mut progress = Progress::new(self.shows.then_some(&mut *stderr));
            stream::judge(&run, origins, &maker, &mut form, &mut progress, out)?
        };
        ended.judgement.end(context);
        diagnostics.append(&mut ended.judgement.diagnostics);
        silence(engine, &ended.judgement, ended.empty_list || ended.incomplete, &mut diagnostics);
        let verbosity = match (options.quiet, options.verbose) {
            (true, _) => Severity::Error,
            (_, true) => Severity::Info,
            _ => Severity::Warning,
        };
        render::diagnostics(stderr, self.messages, verbosity, &diagnostics)?;
        if ended.incomplete {
            writeln!(stderr, "stopped: what follows is about the rows before the stop alone")?;
        }
        let counted = render::count(&diagnostics);
        let seen = Seen {
            input_error: counted.errors > 0,
            failed_record: ended.judgement.failed > 0,
            complaint: ended.judgement.complaints > 0,
        };
        let report = Report {
            options,
            engine,
            context,
            judgement: &ended.judgement,
            diagnostics: &diagnostics,
            counted,
            comparison: None,
            incomplete: ended.incomplete,
            started: self.started,
        };
        form.end(&report, out)?;
        Ok(if ended.incomplete { Exit::Stopped } else { Exit::of(seen) })
    }
}
