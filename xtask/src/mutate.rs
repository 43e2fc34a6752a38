//! `cargo xtask mutate [PATH]`: changes policies one by one and asks whether their test suites notice. A change that
//! no case notices survives: either a case is missing, or the change means nothing, which is then listed with a
//! reason in `xtask/equivalent-mutants.json`.

mod equivalent;
mod mutants;
mod texts;
mod values;

use crate::files::root;
use crate::{Fault, files};
use mutants::{Mutant, mutants};
use ordain::{Aliases, Engine, Source};
use ordain_author::suite::{self, Library, Recognised, Status, Suite};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use texts::Texts;

/// How many of a hundred mutants must be killed.
const LEAST: usize = 95;

/// What is asked for.
struct Asked {
    paths: Vec<String>,
    /// Every how many-th mutant is tried.
    every: usize,
    /// Whether mutants that are killed are told too.
    verbose: bool,
}

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// A case noticed.
    Killed,
    /// No case noticed.
    Survived,
    /// The engine refuses it: nothing to notice.
    Refused,
}

/// A policy's file with the suites that test it.
struct Tested {
    source: Source,
    suites: Vec<Source>,
    mutants: Vec<Mutant>,
}

pub fn run(arguments: &[String]) -> Result<(), Fault> {
    let asked = asked(arguments)?;
    // Paths in suites are relative to the root, as people see them there.
    std::env::set_current_dir(root()).map_err(|error| Fault::failed(format!("the root: {error}")))?;
    let found = texts::below(&asked.paths)?;
    let (tested, alone) = tested(&found)?;
    for name in &alone {
        println!("{name}: no suite tests it");
    }
    if tested.is_empty() {
        let paths = asked.paths.join("`, `");
        return Err(Fault::failed(format!("no suite below `{paths}` tests a policy")));
    }
    let aliases = Aliases::embedded();
    baseline(&tested, &aliases)?;
    let fates = fates(&tested, asked.every, &aliases);
    tell(&asked, &tested, &fates)
}

fn asked(arguments: &[String]) -> Result<Asked, Fault> {
    let mut asked = Asked { paths: Vec::new(), every: 1, verbose: false };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--verbose" => asked.verbose = true,
            "--every" => {
                let number = rest.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
                asked.every =
                    number.ok_or_else(|| Fault::Usage("`--every` takes a number from 1 on".into()))?;
            }
            option if option.starts_with('-') => {
                return Err(Fault::Usage(format!("there is no option `{option}`")));
            }
            path => asked.paths.push(path.to_owned()),
        }
    }
    if asked.paths.is_empty() {
        asked.paths.push("policies".to_owned());
    }
    Ok(asked)
}

/// The policies that suites test, and the names of those that none does.
fn tested(found: &[Source]) -> Result<(Vec<Tested>, Vec<String>), Fault> {
    let mut suites: BTreeMap<String, Vec<Source>> = BTreeMap::new();
    for source in found.iter().filter(|source| suite::is_suite_name(source.name())) {
        for path in policies_of(source)? {
            suites.entry(path).or_default().push(source.clone());
        }
    }
    let mut tested = Vec::new();
    for (name, suites) in suites {
        let source = texts::read(&name)?;
        let mutants = mutants(&source);
        tested.push(Tested { source, suites, mutants });
    }
    let known: BTreeSet<&str> = tested.iter().map(|tested| tested.source.name()).collect();
    let alone = found.iter().filter(|source| !known.contains(source.name()) && !mutants(source).is_empty());
    let alone = alone.map(|source| source.name().to_owned()).collect();
    Ok((tested, alone))
}

/// The files of single policies that a suite is about.
fn policies_of(source: &Source) -> Result<BTreeSet<String>, Fault> {
    let (tree, told) = suite::tree(source);
    let broken = told.iter().find(|d| d.is_error());
    let (None, Some(tree)) = (broken, tree) else {
        return Err(Fault::failed(format!("{}: cannot be read", source.name())));
    };
    if suite::recognise(&tree) != Recognised::Suite {
        return Ok(BTreeSet::new());
    }
    let (read, _) = suite::suite(source, &tree);
    let of_case = |suite: &Suite, case: &suite::Case| {
        let subject = suite.subject_of(case)?;
        let policy = subject.kind == suite::SubjectKind::Policy;
        policy.then(|| suite::sibling(source.name(), &subject.path.text))
    };
    Ok(read.cases.iter().filter_map(|case| of_case(&read, case)).collect())
}

/// Suites must pass before they can notice anything.
fn baseline(tested: &[Tested], aliases: &Aliases) -> Result<(), Fault> {
    let texts = Texts::default();
    let library = Library::new(&texts, aliases.clone(), &[]);
    for policy in tested {
        for source in &policy.suites {
            if let Some(failure) = failure(source, &library) {
                return Err(Fault::failed(format!("{} without a change: {failure}", source.name())));
            }
        }
    }
    Ok(())
}

/// The first case that does not pass.
fn failure(source: &Source, library: &Library<'_>) -> Option<String> {
    match suite::test(source, true, library, &suite::Options::default(), None) {
        suite::Tested::Suite(result) => {
            let case = result.cases.iter().find(|case| case.status != Status::Passed);
            let told = result.diagnostics.iter().find(|d| d.is_error());
            case.map(|case| format!("`{}` does not pass", case.name)).or(told.map(|d| d.message().to_owned()))
        }
        suite::Tested::Other => Some("it is no suite".to_owned()),
    }
}

fn fate(policy: &Tested, mutant: &Mutant, aliases: &Aliases) -> Fate {
    let source = Source::new(policy.source.name(), mutant.apply(policy.source.text()));
    if errors(&source, aliases) > errors(&policy.source, aliases) {
        return Fate::Refused;
    }
    let texts = Texts::with(source);
    let library = Library::new(&texts, aliases.clone(), &[]);
    match policy.suites.iter().any(|suite| failure(suite, &library).is_some()) {
        true => Fate::Killed,
        false => Fate::Survived,
    }
}

fn errors(source: &Source, aliases: &Aliases) -> usize {
    let builder = Engine::builder().aliases(aliases.clone()).policies(source);
    builder.build_what_can_be().1.iter().filter(|d| d.is_error()).count()
}

/// Fates by policy and mutant, in their order, however many threads there are.
fn fates(tested: &[Tested], every: usize, aliases: &Aliases) -> BTreeMap<(usize, usize), Fate> {
    let all =
        tested.iter().enumerate().flat_map(|(at, policy)| (0..policy.mutants.len()).map(move |m| (at, m)));
    let work: Vec<(usize, usize)> = all.step_by(every).collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    let run = || {
        while let Some((policy, mutant)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
            let fate = fate(&tested[*policy], &tested[*policy].mutants[*mutant], aliases);
            done.lock().expect("no thread panics").insert((*policy, *mutant), fate);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(run))));
    done.into_inner().expect("no thread panics")
}

fn tell(asked: &Asked, tested: &[Tested], fates: &BTreeMap<(usize, usize), Fate>) -> Result<(), Fault> {
    let mut listed = equivalent::read(&files::root().join("xtask/equivalent-mutants.json"))?;
    let (mut killed, mut survived, mut refused, mut equal) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut wrong = Vec::new();
    for ((policy, mutant), fate) in fates {
        let (policy, mutant) = (&tested[*policy], &tested[*policy].mutants[*mutant]);
        let place = policy.source.position(mutant.span.start);
        let told = format!("{}:{}:{}: {}", policy.source.name(), place.line, place.column, mutant.name);
        let excused = listed.excuses(policy.source.name(), &mutant.name);
        match (fate, excused) {
            (Fate::Refused, false) => refused += 1,
            (Fate::Survived, true) => equal += 1,
            (Fate::Killed | Fate::Refused, true) => {
                wrong.push(format!("{told}: listed as equivalent, but it does not survive"));
            }
            (Fate::Killed, false) => {
                killed += 1;
                if asked.verbose {
                    println!("killed   {told}");
                }
            }
            (Fate::Survived, false) => {
                survived += 1;
                println!("survived {told}");
            }
        }
    }
    if asked.every == 1 {
        let names = tested.iter().map(|policy| policy.source.name());
        wrong.extend(listed.unused(&names.collect::<Vec<_>>()));
    }
    wrong.iter().for_each(|message| println!("{message}"));
    let percent = (killed * 100).checked_div(killed + survived).unwrap_or(100);
    if refused + equal > 0 {
        println!("{refused} refused by the engine, {equal} equivalent");
    }
    println!("{killed} killed, {survived} survived ({percent}%)");
    if percent < LEAST {
        return Err(Fault::failed(format!("fewer than {LEAST}% are killed")));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Fault::failed("the list of equivalent mutants is wrong")) }
}
