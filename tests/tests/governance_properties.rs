//! What must hold of governance whatever comes: no panic, one answer in any order, totals that add up.

use ordain::compliance::{Compliance, Counts, Level};
use ordain::{Context, Engine, Source, State};
use ordain_tests::random::{self, changed, config, edited};
use ordain_tests::worked::Tenant;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

fn tenant() -> &'static Tenant {
    static TENANT: OnceLock<Tenant> = OnceLock::new();
    TENANT.get_or_init(Tenant::read)
}

fn context() -> &'static Context {
    static CONTEXT: OnceLock<Context> = OnceLock::new();
    CONTEXT.get_or_init(|| tenant().context())
}

/// A record as roll-ups see it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Record {
    assignment: String,
    initiative: Option<String>,
    reference: String,
    groups: Vec<String>,
    resource: usize,
    state: &'static str,
    exemptions: Vec<String>,
    effect: &'static str,
}

fn records(engine: &Engine, rows: &[Json]) -> Vec<Record> {
    let mut records = Vec::new();
    for (resource, row) in rows.iter().enumerate() {
        let Ok(evaluation) = engine.evaluate_in(row, context()) else { continue };
        ordain_tests::batch::agrees(engine, context(), &row.to_string(), Some(&evaluation));
        records.extend(evaluation.outcomes().map(|o| Record {
            assignment: o.pair().assignment().id().to_owned(),
            initiative: o.pair().assignment().initiative_id().map(str::to_owned),
            reference: o.pair().reference_id().to_owned(),
            groups: o.pair().groups().map(str::to_owned).collect(),
            resource,
            state: o.state().name(),
            exemptions: o.exemptions().map(|e| e.id().to_owned()).collect(),
            effect: o.policy().effect(),
        }));
    }
    records
}

/// The ranks of S-24 and S-25, from the text.
const RANKS: [&str; 8] =
    ["NonCompliant", "Compliant", "Error", "Conflict", "NotEvaluated", "Protected", "Exempt", "Unknown"];

/// Records, and distinct resources by the first of the ranks that one of their records has (spec S-27).
fn naive(records: &[&Record]) -> (BTreeMap<&'static str, usize>, BTreeMap<&'static str, usize>) {
    let (mut by_record, mut by_resource) = (BTreeMap::new(), BTreeMap::new());
    records.iter().for_each(|record| *by_record.entry(record.state).or_default() += 1);
    let resources: BTreeSet<usize> = records.iter().map(|record| record.resource).collect();
    for resource in resources {
        let has = |state: &&&str| records.iter().any(|r| r.resource == resource && r.state == **state);
        let state = RANKS.iter().find(has).copied().unwrap_or("none of them");
        *by_resource.entry(state).or_default() += 1;
    }
    (by_record, by_resource)
}

fn counted(counts: &Counts) -> BTreeMap<&'static str, usize> {
    counts.iter().map(|(state, n)| (State::name(state), n)).collect()
}

fn agrees(level: &Level, records: &[&Record], what: &str) -> Result<(), TestCaseError> {
    let (by_record, by_resource) = naive(records);
    prop_assert_eq!(counted(&level.records), by_record, "{}", what);
    prop_assert_eq!(&counted(&level.resources), &by_resource, "{}", what);
    let of = |states: &[&str]| states.iter().map(|s| by_resource.get(s).copied().unwrap_or(0)).sum::<usize>();
    let good = of(&["Compliant", "Exempt", "Unknown", "Protected"]);
    let judged = good + of(&["NonCompliant", "Conflict", "Error"]);
    prop_assert_eq!(level.resources.judged(), judged, "{}", what);
    let percent = (100 * good).checked_div(judged);
    prop_assert_eq!(level.resources.percent(), percent, "{}", what);
    Ok(())
}

/// Every level of S-26, from the records alone.
fn totals(engine: &Engine, rows: &[Json]) -> Result<(), TestCaseError> {
    let mut compliance = Compliance::new(engine);
    for row in rows {
        compliance.add(&engine.evaluate_in(row, context()).expect("a resource"), row);
    }
    let records = records(engine, rows);
    let of = |fits: &dyn Fn(&Record) -> bool| records.iter().filter(|r| fits(r)).collect::<Vec<_>>();
    agrees(compliance.overall(), &of(&|_| true), "overall")?;
    for assignment in engine.assignments() {
        let id = assignment.id();
        agrees(&compliance.assignment(assignment), &of(&|r| r.assignment == id), id)?;
        let mut failing = 0;
        for pair in assignment.pairs() {
            let own = of(&|r| r.assignment == id && r.reference == pair.reference_id());
            agrees(&compliance.pair(pair), &own, pair.reference_id())?;
            failing += usize::from(own.iter().any(|r| r.state == "NonCompliant"));
        }
        prop_assert_eq!(compliance.non_compliant_policies(assignment), failing);
        for (at, (name, ..)) in assignment.groups().enumerate() {
            let own = of(&|r| r.assignment == id && r.groups.iter().any(|group| group == name));
            agrees(&compliance.group(assignment, at), &own, name)?;
        }
        if let Some(initiative) = assignment.initiative_id() {
            let own = of(&|r| r.initiative.as_deref() == Some(initiative));
            agrees(&compliance.initiative(initiative), &own, initiative)?;
        }
    }
    let inside = |row: usize, scope: &str| {
        let id = rows[row]["id"].as_str().unwrap_or_default().to_ascii_lowercase();
        let scope = scope.to_ascii_lowercase();
        let group = scope.strip_prefix("/providers/microsoft.management/managementgroups/");
        match group {
            Some(group) => {
                let subscription = id.split('/').nth(2).unwrap_or_default();
                engine.hierarchy().is_below(subscription, group) == Some(true)
            }
            None => id == scope || id.starts_with(&format!("{scope}/")),
        }
    };
    for scope in compliance.scopes() {
        agrees(&scope.level, &of(&|r| inside(r.resource, &scope.id)), &scope.id)?;
    }
    Ok(())
}

/// Reads policy objects, whatever they are, and judges a few rows with what could be used.
fn survives(text: &str) {
    let tenant = tenant();
    for with_hierarchy in [false, true] {
        let mut builder = Engine::builder();
        if with_hierarchy {
            for row in &tenant.scopes {
                builder.hierarchy(row);
            }
        }
        let (engine, told) = builder.policies(&Source::new("t.json", text)).build_what_can_be();
        for diagnostic in &told {
            for label in diagnostic.labels() {
                assert!(label.span().range().end <= text.len(), "{diagnostic} lies outside");
            }
        }
        let mut compliance = Compliance::new(&engine);
        for row in tenant.rows.iter().step_by(7) {
            let evaluation = engine.evaluate_in(row, context()).expect("a resource");
            compliance.add(&evaluation, row);
            for outcome in evaluation.outcomes() {
                let _ = ordain::report::azure::record(&outcome, row, context(), Default::default());
            }
        }
        let _ = (compliance.notices(context()), ordain::report::azure::summary(&compliance));
        for pair in engine.assignments().flat_map(|assignment| assignment.pairs()) {
            let _ = engine.absence(&tenant.rows[0], context(), pair);
        }
    }
}

proptest! {
    #![proptest_config(config(24))]

    // spec: S-51, G-100
    #[test]
    fn any_order_gives_the_same_records(objects in Just(tenant().objects.clone()).prop_shuffle()) {
        let (first, _) = tenant().engine(&tenant().objects);
        let (engine, told) = tenant().engine(&objects);
        prop_assert!(told.is_empty(), "{:?}", told);
        prop_assert_eq!(records(&engine, &tenant().rows), records(&first, &tenant().rows));
    }

    // spec: S-24, S-25, S-26, S-27, S-28, S-29, S-30, S-31, S-34
    #[test]
    fn totals_follow_from_records(
        objects in subsequence(tenant().objects.clone(), 0..=tenant().objects.len()),
        rows in subsequence(tenant().rows.clone(), 0..=tenant().rows.len()),
    ) {
        let (engine, _) = tenant().engine(&objects);
        totals(&engine, &rows)?;
    }
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn changed_documents(changes in vec(random::change(), 1..12)) {
        survives(&changed(Json::Array(tenant().objects.clone()), &changes).to_string());
    }

    #[test]
    fn edited_documents(edits in vec(random::edit(), 1..4)) {
        survives(&edited(&Json::Array(tenant().objects.clone()).to_string(), &edits));
    }

    #[test]
    fn changed_hierarchies(changes in vec(random::change(), 1..12)) {
        let mut builder = Engine::builder();
        let changed = changed(Json::Array(tenant().scopes.clone()), &changes);
        for row in changed.as_array().into_iter().flatten().chain([&changed]) {
            builder.hierarchy(row);
        }
        let text = Json::Array(tenant().objects.clone()).to_string();
        let (engine, _) = builder.policies(&Source::new("t.json", text)).build_what_can_be();
        for row in tenant().rows.iter().step_by(7) {
            let _ = engine.evaluate_in(row, context()).map(|evaluation| evaluation.outcomes().count());
        }
    }
}
