//! One row: read, its type's sheet run over it.

use super::places::{Placed, Places};
use super::sheet::Sheet;
use super::told::Told;
use super::{Batch, Desk, Judge};
use crate::document::row::RowNotice;
use crate::document::{Arena, Facts, Leaf, NotAResource, Reading, Selected, Settling, Slot};
use crate::effects::{self, Verdict};
use crate::engine::actions::conflicting;
use crate::engine::judge::judge;
use crate::engine::notice::{NoticeView, Noticed};
use crate::engine::site::Site;
use crate::engine::{Context, PairView, PolicyView};
use crate::evaluate::{Machine, Memo, Silent, Truth};
use crate::ids;
use crate::json::{self, Dialect, Json, Problem};
use crate::outcome::{Record, State};
use crate::plan::{Course, PathId, Policy, PolicyId};
use crate::related::{RelatedResources, Seeker, Wanted};
use crate::value::{Node, Reason};
use std::cell::OnceCell;
use std::sync::Arc;
use thiserror::Error;

/// Why a row was not judged.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum RowFault {
    /// It is no JSON, or nests too deep: what is wrong with it, with places in the row.
    #[error("{}", .0.iter().find(|p| !p.warning).map_or("the row cannot be read", |p| p.message.as_str()))]
    Broken(Vec<Problem>),
    /// It has neither type nor id.
    #[error(transparent)]
    NotAResource(#[from] NotAResource),
}

/// What one policy says of a row, without its reasons: enough for counting, and for choosing the rows of which more is
/// wanted. That comes from reading the row whole and [`crate::Engine::evaluate_in`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brief {
    policy: PolicyId,
    state: State,
    enforced: bool,
    reason: Option<&'static str>,
}

impl Brief {
    /// The policy, by its place among [`crate::Engine::policies`].
    #[must_use]
    pub fn policy(&self) -> usize {
        self.policy.0 as usize
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// As [`crate::Outcome::reason`].
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        self.reason
    }

    /// As [`crate::Outcome::is_enforced`].
    #[must_use]
    pub fn is_enforced(&self) -> bool {
        self.enforced
    }

    fn of(record: &Record) -> Self {
        let reason = match record.state {
            State::Error => record.fault.as_ref().map(|fault| fault.1.kind().name()),
            _ => record.reason.map(Reason::name),
        };
        Self { policy: record.policy, state: record.state, enforced: record.enforced, reason }
    }
}

/// A row that was judged.
#[derive(Debug)]
pub struct Judged<'j> {
    batch: &'j Batch<'j>,
    outcomes: &'j [Brief],
    id: &'j str,
    resource_type: &'j str,
    plain: bool,
    ended: &'j [u32],
    rows: &'j [RowNotice],
    judging: &'j [Noticed],
}

impl Judged<'_> {
    /// Whether no policy applies: the resource leaves no record.
    #[must_use]
    pub fn is_not_applicable(&self) -> bool {
        self.outcomes.is_empty()
    }

    /// Whether the row has nothing at its top but what rows of resources have there; else it may be another document,
    /// or hold more rows.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    /// What there is to know of the row, as [`crate::rows::settle`] tells it: each code once for a judge, or for a type
    /// where it belongs to one. Places are those in the row's text. Only where rows are settled, and only of what was
    /// looked at: a place that an exporter cut is told where a policy asks for it.
    #[must_use]
    pub fn row_notices(&self) -> &[RowNotice] {
        self.rows
    }

    /// As [`crate::Evaluation::notices`]; the same once for a judge.
    pub fn notices(&self) -> impl Iterator<Item = NoticeView<'_>> {
        self.judging.iter().map(|noticed| noticed.view(self.batch.engine))
    }

    /// What surrounds the row.
    pub(crate) fn context(&self) -> &Context {
        self.batch.context
    }

    /// As [`crate::Outcome::pair`].
    #[must_use]
    pub fn pair(&self, brief: &Brief) -> Option<PairView<'_>> {
        self.batch.engine.view(brief.policy).map(|policy| self.batch.engine.pair_of(policy))
    }

    /// Exemptions that would cover the row had they not ended, by place.
    pub(crate) fn ended(&self) -> &[u32] {
        self.ended
    }

    /// The id as given; empty without one.
    #[must_use]
    pub fn id(&self) -> &str {
        self.id
    }

    /// The resource type.
    #[must_use]
    pub fn resource_type(&self) -> &str {
        self.resource_type
    }

    /// One outcome for each policy that applies, in the order of the policies.
    #[must_use]
    pub fn outcomes(&self) -> &[Brief] {
        self.outcomes
    }

    /// The policy of an outcome.
    #[must_use]
    pub fn policy(&self, brief: &Brief) -> Option<PolicyView<'_>> {
        self.batch.engine.view(brief.policy)
    }
}

/// Where a row's text leads.
enum Led {
    /// It was judged.
    Done,
    /// It must be read once more, with this sheet and of it all or what the sheet wants.
    Again(Arc<Sheet>, bool),
    /// It must be read whole.
    Whole,
}

impl<'b> Judge<'b> {
    /// Judges a row: one JSON text.
    ///
    /// # Errors
    /// [`RowFault`] when it cannot be read, or is no resource.
    pub fn judge(&mut self, row: &str) -> Result<Judged<'_>, RowFault> {
        self.desk.clear();
        let mut next = None;
        // A row is read again at most twice: as another type, and all of it.
        for _ in 0..3 {
            match self.attempt(row, next.take())? {
                Led::Done => return Ok(self.judged()),
                Led::Again(sheet, whole) => next = Some((sheet, whole)),
                Led::Whole => break,
            }
        }
        self.whole(row)?;
        Ok(self.judged())
    }

    fn judged(&self) -> Judged<'_> {
        let Desk { outcomes, id, resource_type, plain, ended, told, .. } = &self.desk;
        let (plain, rows, judging) = (*plain, &*told.rows, &*told.judging);
        Judged { batch: self.batch, outcomes, id, resource_type, plain, ended, rows, judging }
    }

    fn attempt(&mut self, row: &str, again: Option<(Arc<Sheet>, bool)>) -> Result<Led, RowFault> {
        let Self { batch, arena, known, places, desk } = self;
        let batch = *batch;
        let forced = again.is_some();
        let all = again.as_ref().is_some_and(|(_, whole)| *whole);
        let chosen: OnceCell<Arc<Sheet>> = again.map(|(sheet, _)| sheet.into()).unwrap_or_default();
        let envelope = OnceCell::new();
        let read = arena.read(row, batch.settling, |kind| {
            if let (Some(kind), false) = (kind.filter(|kind| kind.contains('/')), forced) {
                let sheet = match known.get(kind) {
                    Some(sheet) => sheet.clone(),
                    None => {
                        let sheet = batch.sheet(ids::canonical_type(kind), None);
                        if known.len() < crate::engine::MOST_PLANS {
                            known.insert(kind.into(), sheet.clone());
                        }
                        sheet
                    }
                };
                let _ = chosen.set(sheet);
            }
            match chosen.get() {
                Some(sheet) if all => &sheet.whole,
                Some(sheet) => &sheet.reading,
                None => envelope.get_or_init(Reading::default),
            }
        });
        let Ok(selected) = read else { return Ok(Led::Whole) };
        let inner = &*batch.engine.inner;
        let facts = inner.facts(selected.top(), batch.context)?;
        let version = batch.version(&facts);
        let sheet = match chosen.into_inner() {
            Some(sheet) if sheet.is_of(inner, facts.resource_type(), version) => sheet,
            _ => {
                let sheet = batch.sheet(facts.resource_type(), version);
                return Ok(Led::Again(sheet, false));
            }
        };
        if !facts.has_properties() && !all {
            return Ok(Led::Again(sheet, true));
        }
        desk.judge(batch, row, selected, &facts, &sheet, places)?;
        Ok(Led::Done)
    }

    /// Reads a row once, to be judged many times: where reading and judging are measured apart. `None` for rows that
    /// [`Judge::judge`] would read more than once.
    #[must_use]
    pub fn read(&mut self, row: &'b str) -> Option<ReadRow<'b>> {
        let mut arena = Arena::default();
        let batch = self.batch;
        let mut chosen = None;
        let nothing = Reading::default();
        let kind = Arena::kind_of(row).ok()??;
        let sheet = &*chosen.insert(batch.sheet(ids::canonical_type(kind), None));
        let root = arena
            .read(row, batch.settling, |kind| if kind.is_some() { &sheet.reading } else { &nothing })
            .ok()?
            .place();
        let facts = batch.engine.inner.facts(Selected::again(row, &arena, root).top(), batch.context).ok()?;
        if !facts.has_properties()
            || !sheet.is_of(&batch.engine.inner, facts.resource_type(), batch.version(&facts))
        {
            return None;
        }
        drop(facts);
        Some(ReadRow { row, arena, root, sheet: chosen? })
    }

    /// Judges a row that was read.
    ///
    /// # Errors
    /// [`RowFault`] when it is no resource.
    pub fn judge_read(&mut self, read: &ReadRow<'_>) -> Result<Judged<'_>, RowFault> {
        self.desk.clear();
        let selected = Selected::again(read.row, &read.arena, read.root);
        let facts = self.batch.engine.inner.facts(selected.top(), self.batch.context)?;
        self.desk.judge(self.batch, read.row, selected, &facts, &read.sheet, &mut self.places)?;
        Ok(self.judged())
    }

    /// Reads and judges the row whole.
    fn whole(&mut self, row: &str) -> Result<(), RowFault> {
        let Self { batch, desk, .. } = self;
        desk.outcomes.clear();
        let (tree, notices) = tree(batch, row)?;
        desk.told.take_rows(notices);
        desk.plain = false;
        if let Ok(facts) = batch.engine.inner.facts(&tree, batch.context) {
            named(&facts, &mut desk.id, &mut desk.resource_type);
        }
        let evaluation = batch.engine.evaluate_in(&tree, batch.context)?;
        desk.outcomes.extend(evaluation.records.iter().map(Brief::of));
        desk.ended.extend(evaluation.outcomes().flat_map(|outcome| outcome.ended()));
        desk.told.take_whole(&batch.engine.inner, evaluation.notices);
        Ok(())
    }
}

/// A row that was read selectively, apart from being judged.
#[derive(Debug)]
pub struct ReadRow<'t> {
    row: &'t str,
    arena: Arena,
    root: u32,
    sheet: Arc<Sheet>,
}

impl Desk {
    fn clear(&mut self) {
        self.outcomes.clear();
        self.ended.clear();
        self.told.begin();
    }

    /// Runs a sheet over a row.
    fn judge<'d>(
        &mut self,
        batch: &Batch<'_>,
        row: &str,
        selected: Selected<'d>,
        facts: &Facts<'d, Leaf<'d>>,
        sheet: &Sheet,
        places: &mut Places,
    ) -> Result<(), RowFault> {
        let Self { memo, outcomes, contending, id, resource_type, plain, ended, told } = self;
        named(facts, id, resource_type);
        *plain = selected.is_plain();
        if batch.settling == Settling::Rows {
            let cut = selected.has_cuts().then_some("DepthCut");
            let children = selected.has_children().then_some("ChildrenNotExpanded");
            if told.wants_rows(facts, [cut, children]) {
                let (_, notices) = tree(batch, row)?;
                told.take_rows(notices);
                told.looked_into(facts, children);
            }
        }
        contending.clear();
        let placed = places.of(facts, selected.top());
        memo.begin_at(placed.as_ref().and_then(|placed| placed.memo(sheet)).unwrap_or(&sheet.known));
        let mut run = Run { batch, sheet, selected, facts, memo, outcomes, contending, ended, told };
        run.lines(placed);
        if contending.len() > 1 {
            settle(batch, row, contending, outcomes)?;
        }
        Ok(())
    }
}

/// Reads a row whole.
fn tree<'t>(batch: &Batch<'_>, row: &'t str) -> Result<(Json<'t>, Vec<RowNotice>), RowFault> {
    let (tree, problems) = json::read(row, Dialect::Strict);
    let broken = problems.iter().any(|problem| !problem.warning);
    let Some(mut tree) = tree.filter(|_| !broken) else { return Err(RowFault::Broken(problems)) };
    let notices = match batch.settling {
        Settling::Rows => crate::document::row::settle(&mut tree),
        Settling::AsItStands => Vec::new(),
    };
    Ok((tree, notices))
}

/// A record that may be in another's way: its place among the outcomes, and its group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contending {
    outcome: usize,
    group: u32,
}

/// Works out the changes of those that may be in each other's way (spec E-62).
fn settle(
    batch: &Batch<'_>,
    row: &str,
    contending: &[Contending],
    outcomes: &mut [Brief],
) -> Result<(), RowFault> {
    let of = |one: &Contending| outcomes.get(one.outcome).map(|brief| brief.policy);
    let meets = |one: &&Contending| contending.iter().filter(|other| other.group == one.group).count() > 1;
    let among: Vec<PolicyId> = contending.iter().filter(meets).filter_map(of).collect();
    if among.is_empty() {
        return Ok(());
    }
    let (tree, _) = tree(batch, row)?;
    let conflicting = conflicting(&batch.engine.inner, batch.context, &tree, &among);
    for brief in outcomes.iter_mut().filter(|brief| conflicting.contains(&brief.policy)) {
        brief.state = State::Conflict;
    }
    Ok(())
}

/// Keeps what a row is called.
fn named<'d, N: Node<'d>>(facts: &Facts<'d, N>, id: &mut String, resource_type: &mut String) {
    facts.id().unwrap_or_default().clone_into(id);
    facts.resource_type().clone_into(resource_type);
}

/// Resources of one type that may be looked for around a row, whatever name and kind are asked for.
struct Ground<'r> {
    rows: Vec<&'r crate::related::Row>,
    /// Whether there would be more if there were more.
    certain: bool,
}

impl<'r> Ground<'r> {
    fn of(related: &'r RelatedResources, seeker: &Seeker, wanted: &Wanted) -> Self {
        let certain = related.proves_absence(&wanted.resource_type, &seeker.subscription, false);
        Self { rows: related.ground(seeker, wanted), certain }
    }
}

/// A sheet on its way over a row.
struct Run<'r, 'd> {
    batch: &'r Batch<'r>,
    sheet: &'r Sheet,
    selected: Selected<'d>,
    facts: &'r Facts<'d, Leaf<'d>>,
    memo: &'r mut Memo,
    outcomes: &'r mut Vec<Brief>,
    contending: &'r mut Vec<Contending>,
    ended: &'r mut Vec<u32>,
    told: &'r mut Told,
}

impl Run<'_, '_> {
    /// Runs over all lines.
    fn lines(&mut self, mut placed: Option<&mut Placed>) {
        let Self { batch, sheet, selected, facts, .. } = *self;
        let inner = &*batch.engine.inner;
        let context = batch.context;
        let plan = &sheet.plans.judging;
        let root = selected.top();
        let slot = |path: PathId| match selected.slot(path) {
            Some(leaf) => Slot::Found(leaf),
            None if path == PathId::ROOT => Slot::Found(root),
            None => Slot::Missing,
        };
        let machine = Machine::new(root, facts, plan, &inner.aliases, context.surroundings(), &Silent);
        let direct = selected.is_regular() && facts.has_properties();
        let machine = if direct { machine.with_slots(&slot) } else { machine };
        let fresh = placed
            .as_ref()
            .is_some_and(|placed| !sheet.flat.placed.is_empty() && placed.memo(sheet).is_none());
        if let (true, Some(placed)) = (fresh, placed.as_deref_mut()) {
            let asking = Machine::new(root, facts, plan, &inner.aliases, context.surroundings(), &Silent);
            let asking = asking.with_around(Some(&placed.around));
            for node in &sheet.flat.placed {
                asking.flat(&sheet.flat, self.memo, *node);
            }
            drop(asking);
            placed.keep(sheet, self.memo);
        }
        let machine = machine.with_around(placed.as_ref().map(|placed| &placed.around));
        let clashes = inner.clashes(&sheet.plans);
        let related = context.related_resources();
        let mut grounds: Vec<Option<Ground<'_>>> = Vec::new();
        let search = inner.search(context);
        let site = Site::new(&inner.tenant, facts, context);
        for (nth, (left, line)) in plan.policies.iter().zip(&sheet.flat.lines).enumerate() {
            let Some(policy) = inner.policies.get(left.policy.0 as usize) else { continue };
            let Some((course, enforced)) = self.course(&site, left.policy, policy, line.course) else {
                continue;
            };
            let found = || {
                let plan = |kind: &str, version: Option<&str>| {
                    inner.existence(left.policy, policy, kind, version, crate::compile::Folding::Full)
                };
                let prepared = inner.wanted.get(left.policy.0 as usize).and_then(Option::as_ref);
                effects::find(&machine, policy, prepared, facts, &search, plan)
            };
            let brief = |state, reason| Some(Brief { policy: left.policy, state, enforced, reason });
            let failed = || machine.fault().map(|(_, fault)| fault.kind().name());
            machine.enter(policy);
            let mut verdict = || {
                let seek = sheet.seeks.get(nth).and_then(Option::as_ref);
                let (Some(seek), Some(related)) = (seek, related) else {
                    return found().map(|finding| finding.verdict);
                };
                let seeker = search.seeker.get_or_init(|| effects::seeker(facts));
                if grounds.is_empty() {
                    grounds.resize_with(sheet.grounds, || None);
                }
                let known = grounds.get_mut(seek.ground)?;
                let ground = known.get_or_insert_with(|| Ground::of(related, seeker, &seek.wanted));
                let kind = &*seek.wanted.resource_type;
                let certain = |seen| {
                    ground.certain || (seen && related.proves_absence(kind, &seeker.subscription, true))
                };
                let plan = |kind: &str, version: Option<&str>| {
                    let make =
                        || inner.existence(left.policy, policy, kind, version, crate::compile::Folding::Full);
                    match version {
                        None => seek.existence.get_or_init(make).clone(),
                        Some(_) => make(),
                    }
                };
                let candidates = ground.rows.iter().copied().filter(|row| seek.wanted.is_met_by(row));
                Some(
                    effects::weigh(
                        &machine,
                        policy,
                        &seek.wanted,
                        seeker,
                        candidates,
                        certain,
                        &search,
                        plan,
                    )
                    .verdict,
                )
            };
            let made = match course {
                Course::Other => {
                    let Some(open) = site.holds(left.policy, policy) else { continue };
                    let record = judge(&machine, &site, open, policy, left, root, facts, found);
                    let covers = record.as_ref().and_then(|record| record.exemptions.as_deref());
                    self.ended.extend(covers.into_iter().flat_map(|covers| &covers.ended));
                    record.as_ref().map(Brief::of)
                }
                Course::Static => brief(State::NotEvaluated, Some(Reason::StaticDefinition.name())),
                Course::Plane => brief(State::NotEvaluated, Some(Reason::UnsupportedMode.name())),
                Course::Broken => {
                    brief(State::Error, policy.broken.as_ref().map(|fault| fault.kind().name()))
                }
                Course::Rule | Course::Protect | Course::Related | Course::Unsupported => {
                    match (machine.flat(&sheet.flat, self.memo, line.rule), course) {
                        (Truth::True | Truth::False, Course::Unsupported) => {
                            brief(State::NotEvaluated, Some(Reason::UnsupportedEffect.name()))
                        }
                        (Truth::True, Course::Protect) => brief(State::Protected, None),
                        (Truth::True, Course::Related) => verdict().and_then(|verdict| match &verdict {
                            Verdict::Satisfied => brief(State::Compliant, None),
                            Verdict::Missing => brief(State::NonCompliant, None),
                            Verdict::Open(reason) => brief(State::NotEvaluated, Some(reason.name())),
                            Verdict::Failed(fault) => brief(State::Error, Some(fault.kind().name())),
                        }),
                        (Truth::True, _) => brief(State::NonCompliant, None),
                        (Truth::False, Course::Related) => None,
                        (Truth::False, _) => brief(State::Compliant, None),
                        (Truth::Unknown(reason), _) => brief(State::NotEvaluated, Some(reason.name())),
                        (Truth::Error, _) => brief(State::Error, failed()),
                    }
                }
            };
            let Some(made) = made else { continue };
            if made.state == State::NonCompliant && clashes.refusing(nth) != 0 {
                let group = clashes.refusing(nth);
                self.contending.push(Contending { outcome: self.outcomes.len(), group });
            }
            self.outcomes.push(made);
        }
        let noticed = machine.noticed();
        if !noticed.is_empty() {
            self.told.take_judging(inner, noticed);
        }
    }

    /// How the record of a policy comes about here, and whether what it prevents is prevented; `None`: it is not meant
    /// for the resource.
    #[inline]
    fn course<'d, N: Node<'d>>(
        &self,
        site: &Site<'_, 'd, N>,
        id: PolicyId,
        policy: &Policy,
        course: Course,
    ) -> Option<(Course, bool)> {
        let tenant = &self.batch.engine.inner.tenant;
        if !tenant.is_assigned {
            return Some((course, true));
        }
        let exempted = tenant.pairs.get(policy.pair as usize).is_some_and(|pair| !pair.exemptions.is_empty());
        match site.holds(id, policy)? {
            None if !exempted => Some((course, site.is_enforced(policy))),
            // The long way tells exemptions, and why it is open.
            _ => Some((Course::Other, true)),
        }
    }
}
