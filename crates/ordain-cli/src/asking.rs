//! Requests to verdicts, with every row accounted for (spec E-17, I-53, I-80, S-36).

use crate::baseline::Key;
use crate::entry;
use crate::inputs::{Row, Rows};
use crate::judge::{Account, Resource};
use ordain::ids::{ResourceId, group_key};
use ordain::requests::{Action, Open};
use ordain::{
    Context, Deletion, Diagnostic, Edit, Engine, Object, Position, Request, Ruling, RulingKind, Span,
    Standing, Verdict,
};
use std::collections::{HashMap, HashSet};

/// A row with what policies make of it as a request.
#[derive(Debug)]
pub struct Answer<'e> {
    pub row: &'e Row<'e>,
    pub action: Action,
    pub request: Request<'e>,
    /// Whether the row shows what is there before a change.
    pub before: bool,
    /// It exists, and is deleted because its group is: name of the group.
    pub with_group: Option<String>,
}

/// All of them.
#[derive(Debug)]
pub struct Answers<'e> {
    /// In the order of the input.
    pub answers: Vec<Answer<'e>>,
    pub account: Account,
    pub policies: usize,
    /// Rulings that could not be made: each counts as a record in state Error (spec S-36).
    pub failed: usize,
    /// Requests without id, where something is assigned.
    pub placeless: usize,
    /// Of these the ones of templates, and plain rows: options say where they go.
    pub placeable: usize,
    pub diagnostics: Vec<Diagnostic>,
}

/// How many requests end how; a request may be changed and denied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub requests: usize,
    pub denied: usize,
    /// Of the denied those whose denials are all known.
    pub known: usize,
    pub undecided: usize,
    pub changed: usize,
    pub flagged: usize,
    pub later: usize,
}

/// What is known beyond the rows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asking {
    pub action: Option<Action>,
    pub before: bool,
    /// Whether what has no id goes to a group that the caller named.
    pub placed: bool,
}

/// The policies, linked once for all requests, and once more for each set of parameters that payloads bring
/// (spec I-21).
#[derive(Debug)]
pub struct Engines {
    pub common: Engine,
    pub others: Vec<(Object, Engine)>,
}

impl Engines {
    fn of(&self, row: &Row<'_>) -> &Engine {
        let own = brought(row).and_then(|own| self.others.iter().find(|(known, _)| known == own));
        own.map_or(&self.common, |(_, engine)| engine)
    }
}

/// The values of policy parameters that a row brings.
pub fn brought<'r>(row: &'r Row<'_>) -> Option<&'r Object> {
    let asked = row.asked.as_ref()?;
    Some(&asked.request.parameters).filter(|parameters| !parameters.is_empty())
}

/// Judges the rows of these files as requests; of what exists, what goes with a deleted group may refuse that
/// (spec E-27).
pub fn ask<'e>(
    engines: &'e Engines,
    files: &'e [Rows<'e>],
    existing: &'e [Rows<'e>],
    context: &'e Context,
    asking: Asking,
) -> Answers<'e> {
    let engine = &engines.common;
    let mut out = Answers {
        answers: Vec::new(),
        account: Account::default(),
        policies: engine.policies().count(),
        failed: 0,
        placeless: 0,
        placeable: 0,
        diagnostics: Vec::new(),
    };
    for file in files {
        out.account.read += file.rows.len() + file.errors + file.skipped + file.duplicates;
        out.account.errors += file.errors;
        out.account.skipped += file.skipped;
        out.account.duplicate += file.duplicates;
        out.account.documents += file.documents;
        let from = out.answers.len();
        file.rows.iter().for_each(|row| out.row(engines.of(row), row, context, asking));
        out.placeless(engine, from, asking);
    }
    out.cascade(engine, existing, context);
    debug_assert!(out.account.adds_up(), "{:?}", out.account);
    out
}

impl<'e> Answers<'e> {
    fn row(&mut self, engine: &'e Engine, row: &'e Row<'e>, context: &'e Context, asking: Asking) {
        let said = row.asked.as_ref().map_or(Action::Write, |asked| asked.request.action);
        let action = asking.action.unwrap_or(said);
        let request = match (&row.asked, action) {
            (Some(asked), Action::Write) => engine.request(&asked.request.body, asked.context(context)),
            (Some(asked), Action::Delete) => {
                engine.deletion(&asked.request.body, asked.context(context), Deletion::Resource)
            }
            (None, Action::Write) => engine.request(&row.json, context),
            (None, Action::Delete) => engine.deletion(&row.json, context, Deletion::Resource),
        };
        let Ok(request) = request else {
            self.account.errors += 1;
            self.diagnostics.push(
                Diagnostic::error("NoType", "the row has neither `type` nor an `id` that tells it")
                    .label(&row.source, entry::opening(row.json.span), "")
                    .help("a resource needs `type`, such as `Microsoft.Storage/storageAccounts`, or its whole `id`"),
            );
            return;
        };
        self.failed += request.rulings.iter().filter(|ruling| ruling.has_failed()).count();
        match request.applied {
            0 => self.account.not_applicable += 1,
            _ => self.account.evaluated += 1,
        }
        self.answers.push(Answer { row, action, request, before: asking.before, with_group: None });
    }

    /// What exists in groups that are deleted, and refuses or may refuse to go with them. These are no rows of
    /// what is asked for: they are not accounted.
    fn cascade(&mut self, engine: &'e Engine, existing: &'e [Rows<'e>], context: &'e Context) {
        let deleted = |answer: &Answer<'_>| {
            let resource = answer.resource();
            let group = ResourceId::parse(resource.id).filter(|_| resource.is_group())?;
            Some((group_key(group.subscription?, group.resource_group?), resource.name))
        };
        let groups: HashMap<String, String> =
            self.answers.iter().filter(|a| a.action == Action::Delete).filter_map(deleted).collect();
        if groups.is_empty() {
            return;
        }
        for row in existing.iter().flat_map(|file| &file.rows) {
            let resource = Resource::of(&row.json);
            let of = ResourceId::parse(resource.id).filter(|_| !resource.is_group());
            let key = of.and_then(|id| Some(group_key(id.subscription?, id.resource_group?)));
            let Some(group) = key.and_then(|key| groups.get(&key)) else { continue };
            let Ok(request) = engine.deletion(&row.json, context, Deletion::ResourceGroup) else { continue };
            if request.rulings.is_empty() {
                continue;
            }
            self.failed += request.rulings.iter().filter(|ruling| ruling.has_failed()).count();
            let with_group = Some(group.clone());
            self.answers.push(Answer { row, action: Action::Delete, request, before: false, with_group });
        }
    }

    /// Says once for a file that rows have no id: they are taken to be within every scope (spec G-8, I-48).
    fn placeless(&mut self, engine: &Engine, from: usize, asking: Asking) {
        let placeless = |answer: &&Answer<'_>| {
            let placed = match &answer.row.asked {
                Some(asked) => asked.request.place.is_some(),
                None => asking.placed,
            };
            engine.has_assignments() && answer.resource().id.is_empty() && !placed
        };
        let all: Vec<&Answer<'_>> = self.answers.iter().skip(from).filter(placeless).collect();
        let Some(first) = all.first() else { return };
        let count = all.len();
        let takes_options =
            |answer: &&&Answer<'_>| answer.row.asked.as_ref().is_none_or(|asked| asked.of_template);
        let placeable = if asking.placed { 0 } else { all.iter().filter(takes_options).count() };
        self.placeless += count;
        self.placeable += placeable;
        let message = match count {
            1 => "a request has no id: assignments of every scope are taken to hold for it".to_owned(),
            n => format!("{n} requests have no id: assignments of every scope are taken to hold for them"),
        };
        let diagnostic = Diagnostic::info("NoResourceId", message).label(
            &first.row.source,
            entry::opening(first.row.json.span),
            "",
        );
        self.diagnostics.push(match placeable {
            0 => diagnostic,
            _ => diagnostic.help("say where it goes with `--subscription ID` and `--resource-group NAME`"),
        });
    }

    /// How many requests end how.
    pub fn counts(&self, known: &HashSet<Key>) -> Counts {
        let mut counts = Counts { requests: self.answers.len(), ..Counts::default() };
        for answer in &self.answers {
            let has =
                |test: fn(&RulingKind) -> bool| usize::from(answer.rulings().iter().any(|r| test(&r.kind)));
            counts.denied += usize::from(answer.request.verdict == Verdict::Denied);
            counts.known += usize::from(answer.is_known(known));
            counts.undecided += usize::from(answer.request.verdict == Verdict::Undecided);
            counts.changed += usize::from(answer.rulings().iter().any(|ruling| edits_of(ruling).is_some()));
            counts.flagged += has(|kind| matches!(kind, RulingKind::Flags));
            counts.later += has(|kind| matches!(kind, RulingKind::Later { .. }));
        }
        counts
    }

    /// The keys of all denials, in order, each once.
    pub fn keys(&self) -> Vec<Key> {
        let mut seen = HashSet::new();
        let all =
            self.answers.iter().flat_map(|answer| answer.request.denials().map(|denial| answer.key(denial)));
        all.filter(|key| seen.insert(key.clone())).collect()
    }
}

impl<'e> Answer<'e> {
    pub fn rulings(&self) -> &[Ruling<'e>] {
        &self.request.rulings
    }

    /// What people call the resource.
    pub fn resource(&self) -> Resource<'e> {
        Resource::of(&self.row.json)
    }

    /// Where the document has it: module and symbolic name, or address.
    pub fn origin(&self) -> Option<&'e str> {
        self.row.asked.as_ref().and_then(|asked| asked.request.origin.as_deref())
    }

    /// What the input leaves open of it.
    pub fn open(&self) -> &'e [Open] {
        self.row.asked.as_ref().map_or(&[], |asked| &asked.request.open)
    }

    /// What a denial is known by from one run to the next.
    pub fn key(&self, denial: &Ruling<'_>) -> Key {
        let resource = self.resource();
        let id = match resource.id {
            "" => format!("{}/{}", resource.kind, resource.name),
            id => id.to_owned(),
        };
        let pair = denial.pair;
        Key {
            resource: id.to_ascii_lowercase(),
            assignment: pair.assignment().id().to_ascii_lowercase(),
            reference: pair.reference_id().to_ascii_lowercase(),
        }
    }

    /// Whether it is denied, and by known denials alone.
    pub fn is_known(&self, known: &HashSet<Key>) -> bool {
        self.request.verdict == Verdict::Denied
            && self.request.denials().all(|denial| known.contains(&self.key(denial)))
    }

    /// Whether anything is to be said of it.
    pub fn is_told(&self) -> bool {
        !self.request.rulings.is_empty() || self.uncertain().is_some()
    }

    /// Why it can't be told whether it is deployed at all.
    pub fn uncertain(&self) -> Option<&'e Open> {
        self.open().iter().find(|open| open.path.starts_with("condition"))
    }

    /// The expression that keeps a ruling open, where the document has one.
    pub fn expression(&self, ruling: &Ruling<'_>) -> Option<&'e Open> {
        let conditions = ruling.why.unknown();
        let open = conditions.iter().flat_map(|compared| compared.open());
        let paths: Vec<String> = open.map(|place| place.dotted().to_ascii_lowercase()).collect();
        let reads = |open: &&Open| {
            let own = open.path.to_ascii_lowercase();
            paths.iter().any(|path| !path.is_empty() && (within(path, &own) || within(&own, path)))
        };
        self.open().iter().find(reads)
    }

    /// Where in the text a ruling points.
    pub fn span(&self, ruling: &Ruling<'_>) -> Span {
        if let RulingKind::Open { .. } = &ruling.kind
            && let Some(open) = self.expression(ruling)
        {
            return open.span;
        }
        let decider = ruling.why.failed().or_else(|| ruling.why.reason());
        let location = decider.and_then(|compared| compared.location()).filter(|l| !l.items().is_empty());
        entry::find(self.row, location, self.before)
    }

    /// Line and column of it.
    pub fn position(&self, ruling: &Ruling<'_>) -> Position {
        self.row.source.position(self.span(ruling).start)
    }

    /// File, line and column, as terminals and editors make them clickable.
    pub fn place(&self, ruling: &Ruling<'_>) -> String {
        let at = self.position(ruling);
        format!("{}:{}:{}", self.row.source.name(), at.line, at.column)
    }
}

/// What a ruling changes; `None` when it changes nothing, or gives way to another.
pub fn edits_of<'r>(ruling: &'r Ruling<'_>) -> Option<&'r [Edit]> {
    match &ruling.kind {
        RulingKind::Changes { edits, standing, .. } if *standing != Standing::Suppressed => Some(edits),
        _ => None,
    }
}

/// Whether a place is another or lies in it.
fn within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
