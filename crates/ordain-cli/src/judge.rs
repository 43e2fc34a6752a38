//! Rows to judgements, with every row accounted for (spec I-80, S-35).

use crate::inputs::{Row, Rows};
use ordain::compliance::{Compliance, Counts};
use ordain::ids::{ResourceId, canonical_type};
use ordain::json::Json;
use ordain::{
    Completeness, Containers, Context, Diagnostic, Engine, Evaluation, Outcome, RelatedResources, Source,
    Span, State, Value,
};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

/// A row with what all policies say of it.
#[derive(Debug)]
pub struct Judged<'e> {
    pub row: &'e Row<'e>,
    pub evaluation: Evaluation<'e>,
}

/// What people call a resource.
#[derive(Clone, Debug, Default)]
pub struct Resource<'e> {
    pub id: &'e str,
    pub name: String,
    pub kind: String,
    pub group: &'e str,
    pub location: &'e str,
}

/// Where the rows went: every row is one of these (spec I-80).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub read: usize,
    pub evaluated: usize,
    pub not_applicable: usize,
    pub skipped: usize,
    pub duplicate: usize,
    pub errors: usize,
    /// Documents that hold no rows: counted apart.
    pub documents: usize,
}

/// Everything that was judged.
#[derive(Debug)]
pub struct Judgement<'e> {
    /// Resources and records by state, at every level.
    pub compliance: Compliance<'e>,
    /// Judged resources by type, under the type in lower case: as it is spelled, and their states.
    pub types: BTreeMap<String, (String, Counts)>,
    /// The types of groups and subscriptions that were among the rows.
    pub containers: BTreeSet<&'static str>,
    /// Rows that at least one policy applies to, in input order.
    pub judged: Vec<Judged<'e>>,
    /// The others.
    pub not_applicable: Vec<Judged<'e>>,
    pub account: Account,
    pub policies: usize,
    /// Records in state NonCompliant or Conflict.
    pub findings: usize,
    /// Those whose effect is deny.
    pub denied: usize,
    /// Records in state Error.
    pub failed: usize,
    /// Records in a state that was asked to fail.
    pub complaints: usize,
    pub diagnostics: Vec<Diagnostic>,
    /// Notices by code and subject, in the order in which they were met.
    notices: Vec<((&'static str, String), Diagnostic)>,
    noticed: HashSet<(&'static str, String)>,
    /// Rows without `properties` of the files that are done, and of the one at hand.
    bare: Bare,
    /// Rows whose judging needs a time that was not given.
    clockless: usize,
}

/// Rows of a file that have no `properties` though policies ask for them: how many, and the first.
#[derive(Clone, Debug, Default)]
pub struct Bare {
    count: usize,
    first: Option<(Source, Span)>,
}

impl Account {
    /// Whether no row was lost.
    pub fn adds_up(self) -> bool {
        self.read == self.evaluated + self.not_applicable + self.skipped + self.duplicate + self.errors
    }
}

impl<'e> Judged<'e> {
    /// What people call the resource; made when asked for, since most rows are never shown.
    pub fn resource(&self) -> Resource<'e> {
        Resource::of(&self.row.json)
    }

    /// The state over all policies (spec S-24).
    pub fn state(&self) -> State {
        let worst = self.evaluation.outcomes().map(|o| o.state()).min_by_key(|state| state.rank());
        worst.unwrap_or(State::Compliant)
    }

    /// Whether anything is wrong with the resource or with judging it.
    pub fn is_shown(&self) -> bool {
        self.evaluation.outcomes().any(|o| is_shown(o.state()))
    }

    /// Records in state NonCompliant or Conflict.
    pub fn findings(&self) -> impl Iterator<Item = Outcome<'_>> {
        self.evaluation.outcomes().filter(|o| matches!(o.state(), State::NonCompliant | State::Conflict))
    }

    /// Whether the service would have refused the resource.
    pub fn is_denied(&self) -> bool {
        self.findings().any(|o| is_deny(&o))
    }
}

/// Whether an outcome is of a policy that refuses, and is enforced.
pub fn is_deny(outcome: &Outcome<'_>) -> bool {
    outcome.policy().effect().eq_ignore_ascii_case("deny") && outcome.is_enforced()
}

/// States that are told one by one.
pub fn is_shown(state: State) -> bool {
    matches!(state, State::NonCompliant | State::Conflict | State::Error)
}

/// A group or subscription, which other rows refer to (spec F-214, F-215): its id and what it says.
pub fn container(row: &Row<'_>) -> Option<(String, Value)> {
    let id = text(&row.json, &["id", "ResourceId"])?;
    let parsed = ResourceId::parse(id).filter(|id| id.namespace.is_none() && !id.malformed)?;
    parsed.subscription.map(|_| (id.to_owned(), row.value()))
}

/// Adds them; of several with one id the last stands.
pub fn append(containers: &mut Containers, found: impl IntoIterator<Item = (String, Value)>) {
    for (id, value) in found {
        if let Some(object) = value.as_object() {
            containers.insert(&id, object.clone());
        }
    }
}

/// The context with what surrounds the rows.
pub fn surrounded(context: &Context, containers: Containers, related: RelatedResources) -> Context {
    context.clone().row().containers(Arc::new(containers)).related(Arc::new(related))
}

/// What surrounds the rows of these files: what was said, their groups and subscriptions, and the resources that
/// policies may look for, `more` among them.
pub fn surroundings(
    engine: &Engine,
    files: &[Rows<'_>],
    more: &[Rows<'_>],
    context: &Context,
    mut related: RelatedResources,
) -> Context {
    for file in files.iter().chain(more) {
        for row in file.rows.iter().filter(|row| engine.may_look_for(&row.json)) {
            match &row.asked {
                // A deployment does not list what exists beside it.
                Some(asked) => related.add(&asked.request.body, asked.request.completeness, true),
                None => related.add(&row.json, Completeness::Row, file.partial),
            }
        }
        for told in file.related.iter().filter(|told| engine.may_look_for(*told)) {
            related.add(told, Completeness::Row, true);
        }
    }
    let mut containers = Containers::default();
    for file in files.iter().chain(more) {
        append(&mut containers, file.rows.iter().filter_map(container));
    }
    surrounded(context, containers, related)
}

/// Judges all rows, and keeps what policies say of each.
pub fn judge<'e>(
    engine: &'e Engine,
    files: &'e [Rows<'e>],
    context: &'e Context,
    fail_on: &[State],
) -> Judgement<'e> {
    let mut out = Judgement::new(engine);
    for file in files {
        out.counts(file);
        for row in &file.rows {
            match out.row(engine, row, context, fail_on) {
                Some(judged) if judged.evaluation.is_not_applicable() => out.not_applicable.push(judged),
                Some(judged) => out.judged.push(judged),
                None => {}
            }
        }
        out.end_of_file();
    }
    out.end(context);
    out
}

impl<'e> Judgement<'e> {
    /// Nothing yet.
    pub fn new(engine: &'e Engine) -> Self {
        Self {
            compliance: Compliance::new(engine),
            types: BTreeMap::new(),
            containers: BTreeSet::new(),
            judged: Vec::new(),
            not_applicable: Vec::new(),
            account: Account::default(),
            policies: engine.policies().count(),
            findings: 0,
            denied: 0,
            failed: 0,
            complaints: 0,
            diagnostics: Vec::new(),
            notices: Vec::new(),
            noticed: HashSet::new(),
            bare: Bare::default(),
            clockless: 0,
        }
    }

    /// Counts what was read of a file, its rows apart from how they end.
    pub fn counts(&mut self, file: &Rows<'_>) {
        self.account.read += file.rows.len() + file.errors + file.skipped + file.duplicates;
        self.account.errors += file.errors;
        self.account.skipped += file.skipped;
        self.account.documents += file.documents;
        self.account.duplicate += file.duplicates;
    }

    /// Judges a row and counts it; `None` where nothing tells what it is.
    pub fn row<'r>(
        &mut self,
        engine: &'e Engine,
        row: &'r Row<'r>,
        context: &'e Context,
        fail_on: &[State],
    ) -> Option<Judged<'r>>
    where
        'e: 'r,
    {
        let evaluation: Result<Evaluation<'r>, _> = match &row.asked {
            Some(asked) => engine.evaluate_in(&asked.request.body, asked.context(context)),
            None => engine.evaluate_in(&row.json, context),
        };
        let Ok(evaluation) = evaluation else {
            self.account.errors += 1;
            let at = Span { start: row.json.span.start, end: row.json.span.start + 1 };
            self.diagnostics.push(
                Diagnostic::error("NoType", "the row has neither `type` nor an `id` that tells it")
                    .label(&row.source, at, "")
                    .help("a resource needs `type`, such as `Microsoft.Storage/storageAccounts`, or its whole `id`"),
            );
            return None;
        };
        for notice in evaluation.notices() {
            // Said once for all rows: it is about the policy or the type, not about the resource.
            let key = (notice.code(), notice.about().to_ascii_lowercase());
            if !self.noticed.contains(&key) {
                self.noticed.insert(key.clone());
                self.notices.push((key, notice.diagnostic()));
            }
        }
        let judged = Judged { row, evaluation };
        self.container(row);
        if judged.evaluation.is_not_applicable() {
            self.account.not_applicable += 1;
            return Some(judged);
        }
        self.account.evaluated += 1;
        self.compliance.add(&judged.evaluation, &row.json);
        let (mut bare, mut clockless) = (false, false);
        for outcome in judged.evaluation.outcomes() {
            let state = outcome.state();
            match state {
                State::NonCompliant | State::Conflict => {
                    self.findings += 1;
                    self.denied += usize::from(is_deny(&outcome));
                }
                State::Error => {
                    self.failed += 1;
                    clockless |= wants_clock(&outcome);
                }
                _ => bare |= outcome.reason() == Some("PropertiesNotExported"),
            }
            self.complaints += usize::from(fail_on.contains(&state));
        }
        let kind = judged.resource().kind;
        let known = self.types.entry(kind.to_ascii_lowercase());
        known.or_insert_with(|| (kind, Counts::default())).1.add(judged.state());
        self.clockless += usize::from(clockless);
        if bare {
            self.bare.count += 1;
            let first = || (row.source.clone(), row.json.span);
            self.bare.first.get_or_insert_with(first);
        }
        Some(judged)
    }

    fn container(&mut self, row: &Row<'_>) {
        let kind = match text(&row.json, &["type", "ResourceType"]) {
            Some(kind) => canonical_type(kind).to_owned(),
            None => Resource::of(&row.json).kind,
        };
        let known = [ordain::ids::RESOURCE_GROUP_TYPE, ordain::ids::SUBSCRIPTION_TYPE];
        self.containers.extend(known.into_iter().filter(|known| known.eq_ignore_ascii_case(&kind)));
    }

    /// Adds what was judged of rows behind these, of the same file.
    pub fn merge(&mut self, behind: Self) {
        self.compliance.merge(&behind.compliance);
        self.account.read += behind.account.read;
        self.account.evaluated += behind.account.evaluated;
        self.account.not_applicable += behind.account.not_applicable;
        self.account.skipped += behind.account.skipped;
        self.account.duplicate += behind.account.duplicate;
        self.account.errors += behind.account.errors;
        self.account.documents += behind.account.documents;
        self.findings += behind.findings;
        self.denied += behind.denied;
        self.failed += behind.failed;
        self.complaints += behind.complaints;
        self.clockless += behind.clockless;
        self.diagnostics.extend(behind.diagnostics);
        self.containers.extend(behind.containers);
        for (key, (name, counts)) in behind.types {
            self.types.entry(key).or_insert_with(|| (name, Counts::default())).1.merge(&counts);
        }
        for (key, notice) in behind.notices {
            if self.noticed.insert(key.clone()) {
                self.notices.push((key, notice));
            }
        }
        self.bare.count += behind.bare.count;
        self.bare.first = self.bare.first.take().or(behind.bare.first);
    }

    /// Says once for a file that its rows are not whole (spec I-16).
    pub fn end_of_file(&mut self) {
        let Bare { count, first } = std::mem::take(&mut self.bare);
        let Some((source, span)) = first else { return };
        let at = Span { start: span.start, end: span.start + 1 };
        let message = match count {
            1 => "a row has no `properties`: what policies ask of them is not known".to_owned(),
            n => format!("{n} rows have no `properties`: what policies ask of them is not known"),
        };
        self.diagnostics.push(
            Diagnostic::warning("PropertiesMissing", message)
                .label(&source, at, if count == 1 { "" } else { "the first of them" })
                .help("export with `az graph query`, `az resource show` or `az rest`; `az resource list` leaves properties out")
                .help("`--properties-as-missing` judges them as if they were not set"),
        );
    }

    /// Says at the end what is to be said of all rows.
    pub fn end(&mut self, context: &Context) {
        self.diagnostics.extend(self.notices.drain(..).map(|(_, notice)| notice));
        self.clock_missing();
        debug_assert!(self.account.adds_up(), "{:?}", self.account);
        debug_assert_eq!(self.compliance.overall().resources.total(), self.account.evaluated);
        self.diagnostics.extend(self.compliance.notices(context));
    }

    /// Says once that rules ask for a time and `--now none` gave none (spec F-146).
    fn clock_missing(&mut self) {
        let message = format!(
            "`utcNow()` has no time to yield: {}",
            match self.clockless {
                0 => return,
                1 => "a row could not be judged".to_owned(),
                n => format!("{n} rows could not be judged"),
            }
        );
        self.diagnostics.push(Diagnostic::warning("ClockMissing", message).help(
            "give the time, as in `--now 2026-01-31T12:00:00Z`, or leave `--now` out for the machine's",
        ));
    }
}

/// Whether an error is for want of a time.
fn wants_clock(outcome: &Outcome<'_>) -> bool {
    outcome.fault().is_some_and(|fault| {
        fault.kind() == ordain::FaultKind::Context && fault.message().ends_with("no clock is given")
    })
}

impl<'e> Resource<'e> {
    /// Reads it off a row.
    pub fn of(row: &'e Json<'e>) -> Self {
        let id = text(row, &["id", "ResourceId"]).unwrap_or_default().trim_end_matches('/');
        let parsed = ResourceId::parse(id);
        let kind = text(row, &["type", "ResourceType"])
            .filter(|t| t.contains('/'))
            .map(canonical_type)
            .map(str::to_owned);
        let derived = || parsed.as_ref().and_then(ResourceId::resource_type);
        let full = parsed.as_ref().and_then(ResourceId::full_name);
        let shown = text(row, &["displayName"]).filter(|_| {
            parsed.as_ref().is_some_and(|id| id.namespace.is_none() && id.resource_group.is_none())
        });
        let name = shown
            .map(str::to_owned)
            .or(full)
            .or_else(|| text(row, &["name", "ResourceName"]).map(str::to_owned));
        let group = parsed.as_ref().and_then(|id| id.resource_group);
        Self {
            id,
            name: name.unwrap_or_else(|| "(without name)".to_owned()),
            kind: kind.or_else(derived).unwrap_or_default(),
            group: group.or_else(|| text(row, &["resourceGroup", "ResourceGroupName"])).unwrap_or_default(),
            location: text(row, &["location"]).unwrap_or_default(),
        }
    }

    /// Whether the resource is a group itself.
    pub fn is_group(&self) -> bool {
        self.kind.eq_ignore_ascii_case(ordain::ids::RESOURCE_GROUP_TYPE)
    }
}

fn text<'e>(row: &'e Json<'e>, names: &[&str]) -> Option<&'e str> {
    names.iter().find_map(|name| row.get(name)?.as_text()).filter(|text| !text.is_empty())
}
