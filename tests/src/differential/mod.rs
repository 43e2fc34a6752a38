//! Engine against reference on policies and resources that are made for it: same state, same reason, same truth of
//! the rule, for whole bodies and for rows of an export.

mod documents;
mod policies;
mod pool;
mod random;
mod report;
mod rules;
mod shrink;

use crate::reference::{self, Record, Resource};
use documents::Maker;
use ordain::aliases::{Resolution, Step};
use ordain::{Aliases, Context, Engine, Source};
use policies::{Mentioned, Policy};
use pool::Pool;
use random::Random;
use report::agree;
pub use report::{Answer, Difference, Report};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// How much to compare.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Pairs of policy and resource, at least.
    pub pairs: usize,
    /// Where the random numbers begin.
    pub seed: u64,
    /// Every how-manieth built-in definition is taken.
    pub stride: usize,
}

const CONTAINERS: [&str; 2] =
    ["microsoft.resources/subscriptions", "microsoft.resources/subscriptions/resourcegroups"];
const FEATURES: [&str; 11] = [
    "[*]",
    "\"count\":",
    "\"where\":",
    "current(",
    "field(",
    "\"value\":\"[",
    "\"field\":\"[",
    "resourcegroup(",
    "\"not\":",
    "\"less",
    "tags",
];
const SHOWN: usize = 20;
const GROUP: usize = 20;
const MUTANTS: usize = 12;
const DOCUMENTS: usize = 12;

/// Compares.
///
/// # Panics
/// When data of the repository cannot be read.
#[must_use]
pub fn run(options: Options) -> Report {
    let aliases = Aliases::embedded();
    let mut random = Random::new(options.seed);
    let pool = pool::all();
    let mut groups: BTreeMap<String, Vec<Policy>> = BTreeMap::new();
    for policy in policies::collect(options.stride, usize::try_from(options.seed).unwrap_or_default()) {
        let kinds = policies::types(&policy.body);
        let kind =
            random.pick(&kinds).cloned().unwrap_or_else(|| "Microsoft.ContainerRegistry/registries".into());
        groups.entry(kind.to_ascii_lowercase()).or_default().push(policy);
    }
    let mut report = Report::default();
    let kinds: Vec<String> = groups.keys().cloned().collect();
    let begin = random.below(kinds.len());
    for at in begin.. {
        let kind = &kinds[at % kinds.len()];
        let mut some = Vec::new();
        let all = &groups[kind];
        for _ in 0..GROUP.min(all.len()) {
            some.push(random.one(all));
        }
        round(&aliases, kind, some, &pool, &mut random, &mut report);
        if report.pairs >= options.pairs {
            break;
        }
    }
    report
}

/// What the policies of one round look at.
struct View {
    paths: Vec<Vec<Step>>,
    aliases: Vec<String>,
    values: Vec<Json>,
    tags: Vec<String>,
}

fn view(aliases: &Aliases, kind: &str, policies: &[Policy]) -> View {
    let mut mentioned = Mentioned::default();
    for policy in policies {
        mentioned.add(&policy.body["policyRule"]["if"]);
        for declared in policy.body["parameters"].as_object().into_iter().flatten().map(|(_, d)| d) {
            mentioned.add(&declared["defaultValue"]);
            mentioned.add(&declared["allowedValues"]);
        }
    }
    let (mut paths, mut names) = (Vec::new(), Vec::new());
    for text in mentioned.texts.iter().filter(|text| text.contains('/') && !text.contains(['\'', ' '])) {
        if let Resolution::Path(path) = aliases.resolve(kind, text, None)
            && aliases.is_known(text) == Some(true)
        {
            paths.push(path.steps().to_vec());
            names.push(text.clone());
        }
    }
    let tag = |text: &String| {
        let inside = text.strip_prefix("tags[").and_then(|rest| rest.strip_suffix(']'));
        inside.or(text.strip_prefix("tags.")).map(|name| name.trim_matches('\'').to_owned())
    };
    let mut tags: Vec<String> = mentioned.texts.iter().filter_map(tag).collect();
    tags.extend(["env".to_owned(), "Owner".to_owned(), "sample".to_owned()]);
    View { paths, aliases: names, values: mentioned.scalars, tags }
}

fn round(
    aliases: &Aliases,
    kind: &str,
    mut policies: Vec<Policy>,
    pool: &Pool,
    random: &mut Random,
    report: &mut Report,
) {
    let seen = view(aliases, kind, &policies);
    let arrays = |name: &String| name.rfind("[*]").map(|at| name[..at + 3].to_owned());
    for _ in 0..MUTANTS {
        let from = random.one(&policies);
        let arrays = seen.aliases.iter().filter_map(arrays).collect();
        let mut body = from.body.clone();
        policies::other_parameters(&mut body, &seen.values, random);
        let share = random.one(&[0, 20, 50, 100]);
        let mut changes = rules::Changes { pool: &seen.values, aliases: &seen.aliases, arrays, random };
        body["policyRule"]["if"] = changes.change(&from.body["policyRule"]["if"], share);
        if changes.random.percent(30) {
            body["policyRule"]["then"] = json!({"effect": "audit"});
        }
        let origin = format!("{} (changed)", from.origin.trim_end_matches(" (changed)"));
        policies.extend(policies::accepted(origin, body));
    }
    let Some((engine, references)) = engines(&policies) else { return };
    let texts: Vec<String> =
        policies.iter().map(|policy| policy.body["policyRule"]["if"].to_string().to_lowercase()).collect();
    report.policies += policies.len();
    let nothing = Vec::new();
    let real = pool.get(kind).unwrap_or(&nothing);
    let spelling = real.first().and_then(|real| real["type"].as_str()).unwrap_or(kind).to_owned();
    for _ in 0..DOCUMENTS {
        // Now and then a resource of another type, as policies meet them.
        let other = match random.below(3) {
            0 => CONTAINERS[random.below(2)].to_owned(),
            _ => random.one(&pool.keys().cloned().collect::<Vec<_>>()),
        };
        let (real, kind) =
            if random.percent(8) { (&pool[&other], other.as_str()) } else { (real, &*spelling) };
        let mut maker =
            Maker { real, kind, paths: &seen.paths, values: &seen.values, tags: &seen.tags, random };
        let document = maker.make();
        if documents::has_twins(&document) || documents::is_powershell(&document) {
            continue;
        }
        report.types.insert(document["type"].as_str().unwrap_or_default().to_ascii_lowercase());
        for row in [false, true] {
            let judged = by_engine(&engine, &document, row);
            let resource = Resource::read(&document, row, aliases);
            for (at, policy) in references.iter().enumerate() {
                let engine = judged.as_ref().map_or(Answer::NotAResource, |records| {
                    records.get(&name(at)).cloned().map_or(Answer::None, Answer::Record)
                });
                let reference = by_reference(aliases, policy, resource.as_ref());
                report.pairs += 1;
                if matches!(engine, Answer::Record(_)) {
                    for feature in FEATURES.iter().filter(|feature| texts[at].contains(**feature)) {
                        *report.features.entry(feature).or_default() += 1;
                    }
                }
                let label = match &engine {
                    Answer::Record(Record { reason: Some(reason), .. }) => {
                        format!("{} {reason}", engine.name())
                    }
                    other => other.name().to_owned(),
                };
                *report.outcomes.entry(label).or_default() += 1;
                if agree(&engine, &reference) {
                    report.agreed += 1;
                } else if report.differences.len() < SHOWN {
                    report.tell(smallest(aliases, &policies[at], &document, row));
                }
            }
        }
    }
}

fn name(at: usize) -> String {
    format!("p{at}")
}

/// One engine for all of them, and the reference's policies. Parameters stand in the definitions.
fn engines(policies: &[Policy]) -> Option<(Engine, Vec<reference::Policy>)> {
    let mut builder = Engine::builder();
    for (at, policy) in policies.iter().enumerate() {
        let text = policies::text(&name(at), &policy.body);
        builder = builder.policies(&Source::new(policy.origin.as_str(), text));
    }
    let (engine, _) = builder.build_what_can_be();
    let ids: BTreeMap<String, String> =
        engine.policies().map(|policy| (policy.name().to_owned(), policy.id().to_owned())).collect();
    let policy =
        |(at, policy): (usize, &Policy)| Some(reference::Policy::new(&policy.body, ids.get(&name(at))?));
    let references: Option<Vec<_>> = policies.iter().enumerate().map(policy).collect();
    Some((engine, references?))
}

fn by_engine(engine: &Engine, document: &Json, row: bool) -> Option<BTreeMap<String, Record>> {
    let context = if row { Context::new().row() } else { Context::new() };
    let evaluation = engine.evaluate_in(document, &context).ok()?;
    let record = |outcome: ordain::Outcome<'_>| {
        let record =
            Record { state: outcome.state().name(), reason: outcome.reason(), holds: outcome.rule_holds() };
        (outcome.policy().name().to_owned(), record)
    };
    Some(evaluation.outcomes().map(record).collect())
}

fn by_reference(aliases: &Aliases, policy: &reference::Policy, resource: Option<&Resource>) -> Answer {
    resource.map_or(Answer::NotAResource, |resource| {
        policy.judge(aliases, resource).map_or(Answer::None, Answer::Record)
    })
}

/// Both answers on one pair.
fn both(aliases: &Aliases, policy: &Policy, document: &Json, row: bool) -> Option<(Answer, Answer)> {
    let (engine, references) = engines(std::slice::from_ref(policy))?;
    let engine = by_engine(&engine, document, row).map_or(Answer::NotAResource, |records| {
        records.get("p0").cloned().map_or(Answer::None, Answer::Record)
    });
    let resource = Resource::read(document, row, aliases);
    Some((engine, by_reference(aliases, references.first()?, resource.as_ref())))
}

fn smallest(aliases: &Aliases, policy: &Policy, document: &Json, row: bool) -> Difference {
    let differs = |policy: &Policy, document: &Json| {
        both(aliases, policy, document, row).is_some_and(|(engine, reference)| !agree(&engine, &reference))
    };
    let with = |condition: &Json| {
        let mut changed = policy.clone();
        changed.body["policyRule"]["if"] = condition.clone();
        changed
    };
    let rule = shrink::condition(policy.body["policyRule"]["if"].clone(), |c| differs(&with(c), document));
    let policy = with(&rule);
    let resource = shrink::document(document.clone(), |smaller| differs(&policy, smaller));
    let (engine, reference) = both(aliases, &policy, &resource, row).unwrap_or((Answer::None, Answer::None));
    Difference { origin: policy.origin, body: policy.body, resource, row, engine, reference }
}
