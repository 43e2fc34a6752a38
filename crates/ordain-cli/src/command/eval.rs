//! `ordain eval`: what is wrong in what exists.

use crate::World;
use crate::args::{Eval, Format};
use crate::exit::{Exit, Seen};
use crate::format::{self, Report};
use crate::inputs::{self, Rows, Wanted};
use crate::judge;
use crate::render;
use crate::terminal::{self, Look};
use ordain::{Context, Diagnostic, Engine, Object, Severity};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::time::{Instant, SystemTime};

/// Answers one call.
pub fn run(options: &Eval, world: &mut World<'_>) -> io::Result<Exit> {
    let started = Instant::now();
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
        let report =
            Report { options, engine, context, judgement, diagnostics, counted, comparison, started };
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

/// Reads and judges what a call names, and hands it on.
pub fn judged(
    options: &Eval,
    verb: &str,
    world: &mut World<'_>,
    then: impl FnOnce(Found<'_>, &mut World<'_>) -> io::Result<Exit>,
) -> io::Result<Exit> {
    if options.resources.is_empty() && options.tenant.is_empty() && world.terminals.stdin {
        writeln!(
            world.stderr,
            "error: nothing to judge: name files or folders, or pipe an export in\n\n  ordain {verb} export.json\n  az graph query -q 'resources' -o json | ordain {verb}\n\nFor more information, try `ordain {verb} --help`."
        )?;
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
    silence(&engine, &judgement, &files, &mut diagnostics);
    containers_missing(&engine, &files, &mut diagnostics);
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
    match File::create(path) {
        Ok(file) => {
            let mut file = BufWriter::new(file);
            write(&mut file)?;
            file.flush()?;
            Ok(true)
        }
        Err(error) => {
            writeln!(world.stderr, "error: {} cannot be written: {error}", path.display())?;
            Ok(false)
        }
    }
}

fn write(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    match report.options.format {
        Format::Text => format::text(report, look, out),
        Format::Json => format::json(report, out),
        Format::Ndjson => format::ndjson(report, out),
        Format::Azure => format::azure(report, out),
    }
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
    let related = inputs::coverage(options.related, &options.related_coverage, diagnostics);
    let mut more = inputs::texts(&options.related_from, &mut io::empty());
    diagnostics.append(&mut more.diagnostics);
    let more: Vec<Rows<'_>> =
        more.texts.iter().map(|(text, named)| inputs::rows(text, *named, Wanted::Resources, None)).collect();
    diagnostics.extend(more.iter().flat_map(|file| file.diagnostics.iter().cloned()));
    judge::surroundings(engine, files, &more, context, related)
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
    files: &[Rows<'_>],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let policies = engine.policies().count();
    let errors = diagnostics.iter().any(Diagnostic::is_error);
    if policies == 0 {
        let said = "no policy was loaded: nothing can be judged";
        let diagnostic = if errors {
            Diagnostic::error("NoPolicies", said)
        } else {
            Diagnostic::error("NoPolicies", said).help("`-p` names files or folders of policy definitions")
        };
        diagnostics.push(diagnostic);
    }
    let recognised = judgement.account.read - judgement.account.errors;
    if recognised == 0 && !files.iter().any(|file| file.lists > 0 && file.errors == 0) && !errors {
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
}

/// Policies that name groups or subscriptions judge only those that are there (spec I-36).
fn containers_missing(engine: &Engine, files: &[Rows<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let kinds = [
        (ordain::ids::RESOURCE_GROUP_TYPE, "resource group", "az group list"),
        (ordain::ids::SUBSCRIPTION_TYPE, "subscription", "az account list"),
    ];
    for (kind, words, command) in kinds {
        let row_is = |row: &inputs::Row<'_>| judge::Resource::of(&row.json).kind.eq_ignore_ascii_case(kind);
        if !engine.names_type(kind) || files.iter().flat_map(|file| &file.rows).any(row_is) {
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
