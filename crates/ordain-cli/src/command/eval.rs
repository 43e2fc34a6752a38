//! `ordain eval`: what is wrong in what exists.

mod flow;

use crate::World;
use crate::args::{Eval, Format};
use crate::exit::{Exit, Seen};
use crate::format::rows::{Form, Maker};
use crate::format::{self, Report};
use crate::inputs::{self, Rows, Wanted};
use crate::judge;
use crate::render;
use crate::store;
use crate::terminal::{self, Look};
use ordain::{Context, Diagnostic, Engine, Object, RelatedResources, Severity};
use std::io::{self, Write};
use std::time::{Instant, SystemTime};

/// Answers one call.
pub fn run(options: &Eval, world: &mut World<'_>) -> io::Result<Exit> {
    let started = Instant::now();
    // What is written row by row needs no more of the input than a piece at a time.
    if let Some(exit) = flow::run(options, started, world)? {
        return Ok(exit);
    }
    judged(options, "eval", world, |mut found, world| {
        let comparison = crate::compare::compared(&options.compare, found.judgement, &mut found.diagnostics);
        let counted = found.tell(options, world)?;
        let Found { engine, context, judgement, diagnostics, .. } = &found;
        let seen = Seen {
            input_error: counted.errors > 0,
            failed_record: judgement.failed > 0,
            complaint: judgement.complaints > 0,
        };
        let comparison = comparison.as_ref();
        let incomplete = false;
        let report = Report {
            options,
            engine,
            context,
            judgement,
            diagnostics,
            counted,
            comparison,
            incomplete,
            started,
        };
        let look = look(options, world, Stream::Findings);
        let written = output(options, world, |out| write(&report, look, out))?;
        Ok(if written { Exit::of(seen) } else { Exit::Trouble })
    })
}

/// What a call judged.
pub struct Found<'f> {
    pub engine: &'f Engine,
    pub context: &'f Context,
    pub judgement: &'f judge::Judgement<'f>,
    pub pick: Option<&'f inputs::Pick>,
    /// Names of the texts that belong to a tenant.
    pub tenant: Vec<&'f str>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Found<'_> {
    /// Tells the diagnostics, and counts them.
    pub fn tell(&mut self, options: &Eval, world: &mut World<'_>) -> io::Result<render::Count> {
        let verbosity = match (options.quiet, options.verbose) {
            (true, _) => Severity::Error,
            (_, true) => Severity::Info,
            _ => Severity::Warning,
        };
        let messages = look(options, world, Stream::Messages);
        render::diagnostics(world.stderr, messages, verbosity, &self.diagnostics)?;
        Ok(render::count(&self.diagnostics))
    }
}

/// Whether nothing is named, and nobody pipes anything in; says so.
fn is_asked_nothing(options: &Eval, verb: &str, world: &mut World<'_>) -> io::Result<bool> {
    let nothing = options.resources.is_empty() && options.tenant.is_empty() && world.terminals.stdin;
    if nothing {
        writeln!(
            world.stderr,
            "error: nothing to judge: name files or folders, or pipe an export in\n\n  ordain {verb} export.json\n  az graph query -q 'resources' -o json | ordain {verb}\n\nFor more information, try `ordain {verb} --help`."
        )?;
    }
    Ok(nothing)
}

/// Reads and judges what a call names, and hands it on.
pub fn judged(
    options: &Eval,
    verb: &str,
    world: &mut World<'_>,
    then: impl FnOnce(Found<'_>, &mut World<'_>) -> io::Result<Exit>,
) -> io::Result<Exit> {
    if is_asked_nothing(options, verb, world)? {
        return Ok(Exit::Trouble);
    }
    let mut diagnostics = Vec::new();
    let pick = match options.pick.as_deref().map(inputs::pick).transpose() {
        Ok(pick) => pick,
        Err(diagnostic) => return stop(options, world, &[diagnostic]),
    };
    let context = match context(options) {
        Ok(context) => context,
        Err(diagnostic) => return stop(options, world, &[diagnostic]),
    };
    let (mut texts, of_tenant) = inputs::all_texts(&options.tenant, &options.resources, world.stdin);
    diagnostics.append(&mut texts.diagnostics);
    let mut files: Vec<Rows<'_>> = Vec::with_capacity(texts.texts.len());
    for (at, (text, named)) in texts.texts.iter().enumerate() {
        let wanted = if at < of_tenant { Wanted::Tenant } else { Wanted::Resources };
        files.push(inputs::rows(text, *named, wanted, pick.as_ref().filter(|_| wanted == Wanted::Resources)));
    }
    if options.expand_children {
        inputs::expand(&mut files);
    }
    let engine = engine(options, &files, &mut diagnostics);
    // Counting by distinct resource needs it (spec I-37).
    if options.unique || engine.has_assignments() {
        inputs::unique(&mut files);
    }
    diagnostics.extend(files.iter().flat_map(|file| file.diagnostics.iter().cloned()));
    let context = surrounded(options, &engine, &files, &context, &mut diagnostics);
    let mut judgement = judge::judge(&engine, &files, &context, &options.fail_on);
    diagnostics.append(&mut judgement.diagnostics);
    let empty_list = files.iter().any(|file| file.lists > 0 && file.errors == 0);
    silence(&engine, &judgement, empty_list, &mut diagnostics);
    let tenant = texts.texts.iter().take(of_tenant).map(|(text, _)| text.source.name()).collect();
    let (context, judgement, pick) = (&context, &judgement, pick.as_ref());
    then(Found { engine: &engine, context, judgement, pick, tenant, diagnostics }, world)
}

/// Writes to the file that was asked for, or to standard output; false when the file can't be.
pub fn output(
    options: &Eval,
    world: &mut World<'_>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<bool> {
    let Some(path) = &options.output else { return write(world.stdout).map(|()| true) };
    match store::put(path, write) {
        Ok(()) => Ok(true),
        Err(error) => {
            writeln!(world.stderr, "error: {} cannot be written: {error}", path.display())?;
            Ok(false)
        }
    }
}

fn write(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let Some(mut form) = Form::of(report.options, look) else {
        return match report.options.format {
            Format::Azure => format::azure(report, out),
            _ => format::text(report, look, out),
        };
    };
    let maker = Maker { options: report.options, engine: report.engine, context: report.context };
    form.begin(out)?;
    for judged in report.judgement.judged.iter().chain(&report.judgement.not_applicable) {
        if let Some(block) = maker.block(judged) {
            form.write(block, out)?;
        }
    }
    form.end(report, out)
}

pub(super) fn stop(options: &Eval, world: &mut World<'_>, diagnostics: &[Diagnostic]) -> io::Result<Exit> {
    let look = look(options, world, Stream::Messages);
    render::diagnostics(world.stderr, look, Severity::Error, diagnostics)?;
    Ok(Exit::Trouble)
}

pub(super) fn context(options: &Eval) -> Result<Context, Diagnostic> {
    let mut context = Context::new();
    if options.properties_as_missing {
        context = context.properties_as_missing();
    }
    if options.tags_only {
        context = context.tags_only();
    }
    if options.evaluate_exempt {
        context = context.evaluate_exempt();
    }
    if options.incomplete_as_unknown {
        context = context.incomplete_as_unknown();
    }
    // Audits and gates are about today; only the engine is a function of a clock that it is given (spec F-146).
    match &options.now {
        None => Ok(context.at(SystemTime::now())),
        Some(now) if now == "none" => Ok(context),
        Some(now) => context.now(now).map_err(|error| Diagnostic::error("Clock", error).origin("--now")),
    }
}

/// What surrounds the rows: their groups and subscriptions, and what policies may look for, in more files too.
pub(super) fn surrounded(
    options: &Eval,
    engine: &Engine,
    files: &[Rows<'_>],
    context: &Context,
    diagnostics: &mut Vec<Diagnostic>,
) -> Context {
    beside(options, diagnostics, |related, more| judge::surroundings(engine, files, more, context, related))
}

/// What the line says of related resources, and more of them.
fn beside<T>(
    options: &Eval,
    diagnostics: &mut Vec<Diagnostic>,
    then: impl FnOnce(RelatedResources, &[Rows<'_>]) -> T,
) -> T {
    let related = inputs::coverage(options.related, &options.related_coverage, diagnostics);
    let mut more = inputs::texts(&options.related_from, &mut io::empty());
    diagnostics.append(&mut more.diagnostics);
    let more: Vec<Rows<'_>> =
        more.texts.iter().map(|(text, named)| inputs::rows(text, *named, Wanted::Resources, None)).collect();
    diagnostics.extend(more.iter().flat_map(|file| file.diagnostics.iter().cloned()));
    then(related, &more)
}

pub(super) fn engine(options: &Eval, files: &[Rows<'_>], diagnostics: &mut Vec<Diagnostic>) -> Engine {
    engine_with(options, files, &Object::default(), diagnostics)
}

/// The engine with values of parameters that win over those of the line.
pub(super) fn engine_with(
    options: &Eval,
    files: &[Rows<'_>],
    more: &Object,
    diagnostics: &mut Vec<Diagnostic>,
) -> Engine {
    let mut builder = Engine::builder()
        .aliases(inputs::aliases(&options.aliases, diagnostics))
        .default_mode(options.default_mode);
    if options.strict_aliases {
        builder = builder.strict_aliases();
    }
    if options.report_disabled {
        builder = builder.report_disabled();
    }
    if options.strict_scopes {
        builder = builder.strict_scopes();
    }
    if options.strict_versions {
        builder = builder.strict_versions();
    }
    if let Some(selector) = &options.pac_selector {
        builder = builder.pac_selector(selector);
    }
    if let Some(scope) = &options.scope {
        builder = builder.scope(scope.clone());
    }
    if let Some(scope) = &options.definition_scope {
        builder = builder.definition_scope(scope);
    }
    for (name, value) in inputs::parameters(&options.given, diagnostics) {
        builder = builder.parameter(&name, value);
    }
    for (name, value) in more.members() {
        builder = builder.parameter(name, value.clone());
    }
    // A tenant has policies of its own; the starter pack is for those who give none.
    if !options.policies.is_empty() || options.tenant.is_empty() {
        builder = inputs::policies(&options.policies, builder, diagnostics);
    }
    let (engine, found) = inputs::tenant(files, builder).build_what_can_be();
    // The shell knows texts only: that one became a number where a number is declared is no surprise.
    let typed = |d: &Diagnostic| {
        d.code() == "ParameterCoerced"
            && options.given.single.iter().any(|(name, _)| d.message().contains(&format!("`{name}`")))
    };
    let named = |d: &Diagnostic| {
        d.code() == "ParameterValueType"
            && options.given.single.iter().any(|(name, _)| d.message().contains(&format!("`{name}`")))
    };
    for diagnostic in found.into_iter().filter(|d| !typed(d)) {
        let help = "on the command line arrays and objects are JSON: `--param 'names=[\"a\", \"b\"]'`";
        diagnostics.push(match diagnostic.code() {
            // How a value is given is the command line's matter, not the engine's.
            "ParameterMissing" if engine.has_assignments() => {
                diagnostic.help("the assignment says it under `parameters`")
            }
            "ParameterMissing" => diagnostic.help("values come with `--param name=value` or `--params FILE`"),
            _ if named(&diagnostic) => diagnostic.help(help),
            _ => diagnostic,
        });
    }
    engine
}

/// Silence is suspicious: says why there is nothing to say, and whether that is an error (spec I-82).
fn silence(
    engine: &Engine,
    judgement: &judge::Judgement<'_>,
    empty_list: bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let policies = engine.policies().count();
    let errors = diagnostics.iter().any(Diagnostic::is_error);
    if policies == 0 {
        let help = "`-p` names files or folders of policy definitions";
        diagnostics.push(no_policies(engine, errors, help));
    }
    let recognised = judgement.account.read - judgement.account.errors;
    if recognised == 0 && !empty_list && !errors {
        diagnostics.push(Diagnostic::error("NoResources", "no resource was recognised in the input"));
    }
    let account = judgement.account;
    if policies > 0 && account.not_applicable > 0 && account.evaluated == 0 {
        let rows = account.not_applicable;
        let resources =
            if rows == 1 { "the resource".to_owned() } else { format!("any of the {rows} resources") };
        let said = format!("none of the policies, {policies} in all, applies to {resources}");
        diagnostics.push(
            Diagnostic::warning("NothingApplies", said).note("policies apply by resource type and mode"),
        );
    }
    containers_missing(engine, judgement, diagnostics);
}

/// Why there is no policy: none was there, or none of those that were can be used.
pub(super) fn no_policies(engine: &Engine, errors: bool, help: &str) -> Diagnostic {
    match (errors, engine.has_assignments()) {
        (true, _) => Diagnostic::error("NoPolicies", "no policy can be used: nothing is judged"),
        (false, true) => {
            Diagnostic::error("NoPolicies", "no policy that is assigned can be judged: nothing is judged")
        }
        (false, false) => {
            Diagnostic::error("NoPolicies", "no policy was loaded: nothing can be judged").help(help)
        }
    }
}

/// Policies that name groups or subscriptions judge only those that are there (spec I-36).
fn containers_missing(engine: &Engine, judgement: &judge::Judgement<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let kinds = [
        (ordain::ids::RESOURCE_GROUP_TYPE, "resource group", "az group list"),
        (ordain::ids::SUBSCRIPTION_TYPE, "subscription", "az account list"),
    ];
    for (kind, words, command) in kinds {
        if judgement.containers.contains(kind) || !engine.names_type(kind) {
            continue;
        }
        let said = format!("policies ask about a {words}, and the input holds none");
        diagnostics.push(
            Diagnostic::info("ContainersNotInInput", said)
                .help(format!("export them as well: `{command} -o json`")),
        );
    }
}

/// Where something is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Findings,
    Messages,
}

/// How it is written there.
pub fn look(options: &Eval, world: &World<'_>, stream: Stream) -> Look {
    let is_terminal = match stream {
        Stream::Findings => world.terminals.stdout && options.output.is_none(),
        Stream::Messages => world.terminals.stderr,
    };
    Look {
        colour: terminal::colours(options.colour, is_terminal, world.variable),
        unicode: terminal::unicode(world.variable),
        width: options.width.or(if is_terminal { world.terminals.width } else { None }),
    }
}
