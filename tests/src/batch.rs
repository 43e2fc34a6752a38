//! Rows judged selectively against rows judged whole: the two must agree in everything that both say.

use ordain::compliance::Compliance;
use ordain::json::{self, Dialect, Json};
use ordain::{
    Completeness, Containers, Context, Engine, Evaluation, Judged, RelatedResources, RowFault, State,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is said of a policy: assignment and reference, effect, state, reason, whether it is enforced.
pub type Said = (String, &'static str, State, Option<&'static str>, bool);

/// Holds selective reading of a text to what came of it read whole.
///
/// # Panics
/// When they differ.
pub fn agrees(engine: &Engine, context: &Context, text: &str, whole: Option<&Evaluation<'_>>) {
    let batch = engine.batch(context);
    let mut judge = batch.judge();
    match (judge.judge(text), whole) {
        (Ok(judged), Some(whole)) => {
            assert_eq!(said(&judged), said_whole(whole), "selectively, and whole: {text}");
            assert_eq!(notices(&judged), notices_whole(whole), "selectively, and whole: {text}");
        }
        // Whole reading goes on behind a fault; who judges rows does not.
        (Err(RowFault::Broken(_)), _) | (Err(_), None) => {}
        (judged, whole) => panic!("selectively {judged:?}, whole {whole:?}: {text}"),
    }
}

/// What a row's outcomes say.
///
/// # Panics
/// When an outcome's policy is none of the engine's.
#[must_use]
pub fn said(judged: &Judged<'_>) -> Vec<Said> {
    let of = |brief: &ordain::Brief| {
        let (pair, policy) = judged.pair(brief).zip(judged.policy(brief)).expect("a policy of the engine");
        (called(pair), policy.effect(), brief.state(), brief.reason(), brief.is_enforced())
    };
    judged.outcomes().iter().map(of).collect()
}

/// The same of a whole judgement.
#[must_use]
pub fn said_whole(evaluation: &Evaluation<'_>) -> Vec<Said> {
    let of = |o: ordain::Outcome<'_>| {
        (called(o.pair()), o.policy().effect(), o.state(), o.reason(), o.is_enforced())
    };
    evaluation.outcomes().map(of).collect()
}

fn called(pair: ordain::PairView<'_>) -> String {
    format!("{} {}", pair.assignment().id(), pair.reference_id())
}

fn notices(judged: &Judged<'_>) -> BTreeSet<(&'static str, String)> {
    judged.notices().map(|notice| (notice.code(), notice.about().to_ascii_lowercase())).collect()
}

fn notices_whole(evaluation: &Evaluation<'_>) -> BTreeSet<(&'static str, String)> {
    evaluation.notices().map(|notice| (notice.code(), notice.about().to_ascii_lowercase())).collect()
}

/// Both ways over one export.
#[derive(Debug, Default)]
pub struct Compared {
    /// Rows that were judged.
    pub rows: usize,
    /// What was said of them.
    pub outcomes: usize,
    /// Of that what was found not to comply.
    pub findings: usize,
    /// Rows that differ, with what each way says.
    pub different: Vec<String>,
}

/// Judges an export both ways: rows read whole beside everything else, and rows read selectively beside what a finder
/// keeps. `around` gets related resources and containers.
///
/// # Panics
/// When compliance does not add up to the same.
#[must_use]
pub fn compare(
    engine: &Engine,
    rows: &[String],
    around: impl Fn(Containers, RelatedResources) -> Context,
) -> Compared {
    let trees: Vec<Option<Json<'_>>> = rows
        .iter()
        .map(|row| {
            let (tree, problems) = json::read(row, Dialect::Strict);
            let mut tree = tree.filter(|_| problems.iter().all(|problem| problem.warning))?;
            ordain::rows::settle(&mut tree);
            Some(tree)
        })
        .collect();
    let mut related = RelatedResources::new();
    let mut containers = Containers::default();
    for tree in trees.iter().flatten() {
        related.add(tree, Completeness::Row, false);
        let id = ["id", "ResourceId"].iter().find_map(|name| tree.get(name)?.as_text());
        if let Some(id) = id
            && ordain::ids::ResourceId::parse(id)
                .is_some_and(|id| id.namespace.is_none() && !id.malformed && id.subscription.is_some())
            && let Some(row) = ordain::Node::to_value(tree).as_object()
        {
            containers.insert(id, row.clone());
        }
    }
    let whole_context = around(containers, related);
    // Two parts, as two workers would have them.
    let (mut related, mut containers) = (RelatedResources::new(), Containers::default());
    let half = rows.len() / 2;
    for part in [&rows[..half], &rows[half..]] {
        let mut finder = engine.finder().settling_rows();
        part.iter().for_each(|row| finder.look(row, false));
        let found = finder.take();
        related.append(found.related);
        containers.append(found.containers);
    }
    let context = around(containers, related);
    let batch = engine.batch(&context).settling_rows();
    let mut judge = batch.judge();
    let mut compared = Compared::default();
    let (mut added, mut added_whole) = (Compliance::new(engine), Compliance::new(engine));
    for (row, tree) in rows.iter().zip(&trees) {
        let whole = tree.as_ref().and_then(|tree| engine.evaluate_in(tree, &whole_context).ok());
        let judged = judge.judge(row).ok();
        let (a, b) = (judged.as_ref().map(said), whole.as_ref().map(|whole| said_whole(whole)));
        if a != b {
            let only = |own: &Option<Vec<Said>>, other: &Option<Vec<Said>>| -> Vec<String> {
                let other = other.clone().unwrap_or_default();
                let own = own.clone().unwrap_or_default();
                own.iter().filter(|s| !other.contains(s)).take(5).map(|s| format!("{s:?}")).collect()
            };
            let head: String = row.chars().take(300).collect();
            compared.different.push(format!(
                "selectively {:?}\nwhole {:?}\n{head}",
                only(&a, &b),
                only(&b, &a)
            ));
        }
        compared.rows += usize::from(judged.is_some());
        compared.outcomes += a.iter().flatten().count();
        compared.findings += a.iter().flatten().filter(|said| said.2 == State::NonCompliant).count();
        if let (Some(judged), Some(whole), Some(tree)) = (&judged, &whole, tree) {
            added.add_judged(judged);
            if !whole.is_not_applicable() {
                added_whole.add(whole, tree);
            }
        }
    }
    assert_eq!(added.overall(), added_whole.overall());
    let scopes = |added: &Compliance<'_>| added.scopes().map(|s| (s.id.clone(), s.level)).collect::<Vec<_>>();
    assert_eq!(scopes(&added), scopes(&added_whole));
    for (assignment, pairs) in engine.assignments().map(|a| (a, a.pairs())) {
        assert_eq!(added.assignment(assignment), added_whole.assignment(assignment));
        for pair in pairs {
            assert_eq!(added.pair(pair), added_whole.pair(pair));
        }
    }
    assert_eq!(added.resources_without_id(), added_whole.resources_without_id());
    compared
}

/// The usual surroundings of rows.
#[must_use]
pub fn rows(containers: Containers, related: RelatedResources) -> Context {
    Context::new().row().containers(Arc::new(containers)).related(Arc::new(related))
}
