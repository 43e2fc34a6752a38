//! Rows to judgements, with every row accounted for (spec I-80, S-35).

use crate::inputs::{Row, Rows};
use ordain::compliance::Compliance;
use ordain::ids::{ResourceId, canonical_type};
use ordain::json::Json;
use ordain::{
    Completeness, Containers, Context, Diagnostic, Engine, Evaluation, Outcome, RelatedResources, Span, State,
};
use std::collections::HashSet;
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
    /// Rows that at least one policy applies to, in input order.
    pub judged: Vec<Judged<'e>>,
    /// The others.
    pub not_applicable: Vec<&'e Row<'e>>,
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
    /// Code and subject of the notices that were told.
    noticed: HashSet<(&'static str, String)>,
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

/// Groups and subscriptions among the rows, which others refer to (spec F-214, F-215).
fn containers<'r, 't: 'r>(files: impl Iterator<Item = &'r Rows<'t>>) -> Containers {
    let mut containers = Containers::default();
    for row in files.flat_map(|file| &file.rows) {
        let Some(id) = text(&row.json, &["id", "ResourceId"]) else { continue };
        let Some(parsed) = ResourceId::parse(id).filter(|id| id.namespace.is_none() && !id.malformed) else {
            continue;
        };
        if parsed.subscription.is_some()
            && let Some(object) = row.value().as_object()
        {
            containers.insert(id, object.clone());
        }
    }
    containers
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
    let containers = containers(files.iter().chain(more));
    context.clone().row().containers(Arc::new(containers)).related(Arc::new(related))
}

/// Judges all rows.
pub fn judge<'e>(
    engine: &'e Engine,
    files: &'e [Rows<'e>],
    context: &'e Context,
    fail_on: &[State],
) -> Judgement<'e> {
    let mut out = Judgement {
        compliance: Compliance::new(engine),
        judged: Vec::new(),
        not_applicable: Vec::new(),
        account: Account::default(),
        policies: engine.policies().count(),
        findings: 0,
        denied: 0,
        failed: 0,
        complaints: 0,
        noticed: HashSet::new(),
        diagnostics: Vec::new(),
    };
    for file in files {
        out.account.read += file.rows.len() + file.errors + file.skipped + file.duplicates;
        out.account.errors += file.errors;
        out.account.skipped += file.skipped;
        out.account.documents += file.documents;
        out.account.duplicate += file.duplicates;
        let from = out.judged.len();
        for row in &file.rows {
            out.row(engine, row, context, fail_on);
        }
        out.properties_missing(from);
    }
    out.clock_missing();
    debug_assert!(out.account.adds_up(), "{:?}", out.account);
    debug_assert_eq!(out.compliance.overall().resources.total(), out.account.evaluated);
    out.diagnostics.extend(out.compliance.notices(context));
    out
}

impl<'e> Judgement<'e> {
    fn row(&mut self, engine: &'e Engine, row: &'e Row<'e>, context: &'e Context, fail_on: &[State]) {
        let evaluation = match &row.asked {
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
            return;
        };
        for notice in evaluation.notices() {
            // Said once for all rows: it is about the policy or the type, not about the resource.
            if self.noticed.insert((notice.code(), notice.about().to_ascii_lowercase())) {
                self.diagnostics.push(notice.diagnostic());
            }
        }
        if evaluation.is_not_applicable() {
            self.account.not_applicable += 1;
            self.not_applicable.push(row);
            return;
        }
        self.account.evaluated += 1;
        self.compliance.add(&evaluation, &row.json);
        for outcome in evaluation.outcomes() {
            let state = outcome.state();
            match state {
                State::NonCompliant | State::Conflict => {
                    self.findings += 1;
                    self.denied += usize::from(is_deny(&outcome));
                }
                State::Error => self.failed += 1,
                _ => {}
            }
            self.complaints += usize::from(fail_on.contains(&state));
        }
        self.judged.push(Judged { row, evaluation });
    }

    /// Says once for a file that its rows are not whole (spec I-16).
    fn properties_missing(&mut self, from: usize) {
        let bare =
            |j: &&Judged<'_>| j.evaluation.outcomes().any(|o| o.reason() == Some("PropertiesNotExported"));
        let rows: Vec<_> = self.judged.iter().skip(from).filter(bare).collect();
        let Some(first) = rows.first() else { return };
        let at = Span { start: first.row.json.span.start, end: first.row.json.span.start + 1 };
        let message = match rows.len() {
            1 => "a row has no `properties`: what policies ask of them is not known".to_owned(),
            n => format!("{n} rows have no `properties`: what policies ask of them is not known"),
        };
        self.diagnostics.push(
            Diagnostic::warning("PropertiesMissing", message)
                .label(&first.row.source, at, if rows.len() == 1 { "" } else { "the first of them" })
                .help("export with `az graph query`, `az resource show` or `az rest`; `az resource list` leaves properties out")
                .help("`--properties-as-missing` judges them as if they were not set"),
        );
    }
}

impl Judgement<'_> {
    /// Says once that rules ask for a time and `--now none` gave none (spec F-146).
    fn clock_missing(&mut self) {
        let asks = |outcome: &Outcome<'_>| {
            outcome.fault().is_some_and(|f| {
                f.kind() == ordain::FaultKind::Context && f.message().ends_with("no clock is given")
            })
        };
        let rows = self.judged.iter().filter(|j| j.evaluation.outcomes().any(|o| asks(&o))).count();
        if rows == 0 {
            return;
        }
        let message = format!(
            "`utcNow()` has no time to yield: {}",
            match rows {
                1 => "a row could not be judged".to_owned(),
                n => format!("{n} rows could not be judged"),
            }
        );
        self.diagnostics.push(Diagnostic::warning("ClockMissing", message).help(
            "give the time, as in `--now 2026-01-31T12:00:00Z`, or leave `--now` out for the machine's",
        ));
    }
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
