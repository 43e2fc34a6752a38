//! `ordain check`: what becomes of what is about to be deployed.

use super::eval::{self, Stream};
use crate::World;
use crate::args::{Check, CheckFormat};
use crate::asking::{self, Answers, Asking, Engines};
use crate::baseline::{self, Key};
use crate::exit::{Exit, Seen};
use crate::format::check::{self as format, Report};
use crate::inputs::{self, Rows, Wanted};
use crate::render;
use crate::terminal::Look;
use ordain::requests::RequestOptions;
use ordain::{Diagnostic, Engine, Object, Severity};
use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

/// Answers one call.
pub fn run(options: &Check, world: &mut World<'_>) -> io::Result<Exit> {
    let started = Instant::now();
    let common = &options.common;
    if common.resources.is_empty() && world.terminals.stdin {
        writeln!(
            world.stderr,
            "error: nothing to judge: name a what-if result, a template or a plan, or pipe one in\n\n  ordain check what-if.json\n  az deployment group what-if -g GROUP -f main.bicep --no-pretty-print -o json | ordain check\n\nFor more information, try `ordain check --help`."
        )?;
        return Ok(Exit::Trouble);
    }
    let mut diagnostics = Vec::new();
    let pick = match common.pick.as_deref().map(inputs::pick).transpose() {
        Ok(pick) => pick,
        Err(diagnostic) => return eval::stop(common, world, &[diagnostic]),
    };
    let context = match eval::context(common) {
        Ok(context) => context,
        Err(diagnostic) => return eval::stop(common, world, &[diagnostic]),
    };
    let known = match options.baseline.as_deref().map(baseline::known).transpose() {
        Ok(known) => known.unwrap_or_default(),
        Err(told) => return eval::stop(common, world, &told),
    };
    let around = RequestOptions {
        template_parameters: inputs::template_parameters(&options.template_params, &mut diagnostics),
        subscription: options.subscription.clone(),
        resource_group: options.resource_group.clone(),
        location: options.location.clone(),
        before: options.before,
    };
    let piped = ["-".to_owned()];
    let named = if common.resources.is_empty() { &piped[..] } else { &common.resources };
    let (mut texts, of_tenant) = inputs::all_texts(&common.tenant, named, world.stdin);
    diagnostics.append(&mut texts.diagnostics);
    let mut files: Vec<Rows<'_>> = Vec::with_capacity(texts.texts.len());
    for (at, (text, named)) in texts.texts.iter().enumerate() {
        files.push(match at < of_tenant {
            true => inputs::rows(text, *named, Wanted::Tenant, None),
            // What is asked for lists nothing of what exists beside it.
            false => Rows {
                partial: true,
                ..inputs::rows_with(text, *named, Wanted::Requests, pick.as_ref(), &around)
            },
        });
    }
    let engine = eval::engine(common, &files, &mut diagnostics);
    diagnostics.extend(files.iter().flat_map(|file| file.diagnostics.iter().cloned()));
    let mut others: Vec<(Object, Engine)> = Vec::new();
    for own in files.iter().flat_map(|file| &file.rows).filter_map(asking::brought) {
        if !others.iter().any(|(known, _)| known == own) {
            // What is wrong with the policies themselves is told already.
            let mut told = Vec::new();
            let engine = eval::engine_with(common, &files, own, &mut told);
            let new =
                |d: &Diagnostic| !diagnostics.iter().any(|k: &Diagnostic| k.to_string() == d.to_string());
            told.retain(new);
            diagnostics.append(&mut told);
            others.push((own.clone(), engine));
        }
    }
    // What the tenant holds is there already: it is looked at, not judged.
    let context = context.destined(&around);
    let context = eval::surrounded(common, &engine, &files, &context, &mut diagnostics);
    let engines = Engines { common: engine, others };
    let asking = Asking {
        action: options.action,
        before: options.before,
        placed: around.subscription.is_some() && around.resource_group.is_some(),
    };
    let (existing, asked) = files.split_at_checked(of_tenant).unwrap_or((&[], &files));
    let mut answers = asking::ask(&engines, asked, existing, &context, asking);
    diagnostics.append(&mut answers.diagnostics);
    silence(&engines.common, &answers, asked, &mut diagnostics);
    stale(&known, &answers, options.baseline.as_deref(), &mut diagnostics);

    let verbosity = match (common.quiet, common.verbose) {
        (true, _) => Severity::Error,
        (_, true) => Severity::Info,
        _ => Severity::Warning,
    };
    let messages = eval::look(common, world, Stream::Messages);
    render::diagnostics(world.stderr, messages, verbosity, &diagnostics)?;
    let counts = answers.counts(&known);
    let open = if options.allow_undecided { 0 } else { counts.undecided };
    let seen = Seen {
        input_error: diagnostics.iter().any(Diagnostic::is_error),
        failed_record: answers.failed > 0,
        complaint: counts.denied - counts.known + open > 0,
    };
    let report =
        Report { options, answers: &answers, known: &known, counts, diagnostics: &diagnostics, started };
    let look = eval::look(common, world, Stream::Findings);
    let mut text = Vec::new();
    write(&report, look, &mut text)?;
    let files = [
        common.output.as_deref().map(|path| (path, text.clone())),
        options.write_baseline.as_deref().map(|path| (path, baseline::written(&answers.keys()).into_bytes())),
    ];
    for (path, text) in files.into_iter().flatten() {
        if let Err(error) = fs::write(path, text) {
            writeln!(world.stderr, "error: {} cannot be written: {error}", path.display())?;
            return Ok(Exit::Trouble);
        }
    }
    if common.output.is_none() {
        world.stdout.write_all(&text)?;
    }
    Ok(Exit::of(seen))
}

fn write(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    match report.options.format {
        CheckFormat::Text => format::text(report, look, out),
        CheckFormat::Json => format::json(report, out),
        CheckFormat::Markdown => format::markdown(report, out),
        CheckFormat::Sarif => format::sarif(report, out),
    }
}

/// Silence is suspicious: says why there is nothing to say, and whether that is an error (spec I-82).
fn silence(engine: &Engine, answers: &Answers<'_>, files: &[Rows<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let errors = diagnostics.iter().any(Diagnostic::is_error);
    let policies = engine.policies().count();
    if policies == 0 {
        let help = "`-p` names files or folders of policies, `--tenant` a folder with all of them";
        diagnostics.push(eval::no_policies(engine, errors, help));
    }
    let recognised = answers.account.read - answers.account.errors;
    if recognised == 0 && !files.iter().any(|file| file.lists > 0 && file.errors == 0) && !errors {
        diagnostics.push(Diagnostic::error("NoResources", "no request was recognised in the input"));
    }
    let account = answers.account;
    if account.skipped > 0 && account.skipped + account.duplicate == account.read && !errors {
        // A gate that looked at nothing must not look open.
        let said = match account.read {
            1 => "nothing was judged: the only row of the input is skipped".to_owned(),
            n => format!("nothing was judged: all {n} rows of the input are skipped"),
        };
        diagnostics.push(Diagnostic::error("NothingFound", said));
    }
    let applied = answers.answers.iter().any(|answer| answer.request.applied > 0);
    if policies > 0 && !answers.answers.is_empty() && !applied {
        let said = match answers.answers.len() {
            1 => format!("none of the policies, {policies} in all, applies to the request"),
            n => format!("none of the policies, {policies} in all, applies to any of the {n} requests"),
        };
        diagnostics.push(
            Diagnostic::warning("NothingApplies", said)
                .note("policies apply by scope, resource type and mode; to deletes denyAction alone"),
        );
    }
}

/// Known denials that no longer occur.
fn stale(
    known: &HashSet<Key>,
    answers: &Answers<'_>,
    path: Option<&Path>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let now: HashSet<Key> = answers.keys().into_iter().collect();
    let mut gone: Vec<&Key> = known.difference(&now).collect();
    gone.sort();
    let (Some(first), Some(path)) = (gone.first(), path) else { return };
    let message = match gone.len() {
        1 => "a denial of the baseline no longer occurs".to_owned(),
        n => format!("{n} denials of the baseline no longer occur"),
    };
    let of = |key: &Key| format!("`{}` under `{}`", key.resource, key.assignment);
    let mut diagnostic =
        Diagnostic::warning("BaselineStale", message).origin(inputs::shown(path)).note(of(first));
    for key in gone.iter().skip(1).take(9) {
        diagnostic = diagnostic.note(of(key));
    }
    diagnostics.push(diagnostic.help("`--write-baseline FILE` writes it anew"));
}
