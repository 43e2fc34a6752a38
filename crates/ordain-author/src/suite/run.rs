//! Suites run: each case judged and compared, none stopping another.

use super::compare;
use super::form;
use super::judge::{self, Chosen};
use super::load::{Built, Library, unreadable};
use super::model::{Case, Key, Mode, Named, Subject, SubjectKind, Suite, Unread};
use super::possible;
use super::read::{self, Recognised};
use super::result::{CaseResult, Status, SuiteResult};
use super::tree::Tree;
use ordain::{Context, Diagnostic, Engine, Evaluation, Outcome, PairView, Request, Source, Values};
use regex_lite::Regex;

/// How suites are run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The clock of cases that have none.
    pub now: Option<String>,
    /// Only suites and cases whose name matches.
    pub only: Option<Regex>,
    /// Whether sentences show secrets.
    pub values: Values,
}

/// A case as it was judged, for those who watch.
pub struct Judged<'j> {
    /// The suite.
    pub suite: &'j Suite,
    /// The case.
    pub case: &'j Case,
    /// How it was judged.
    pub mode: Mode,
    /// The engine that judged.
    pub engine: &'j Engine,
    /// What surrounded the resource.
    pub context: &'j Context,
    /// The resource.
    pub resource: &'j Tree,
    /// What a scan says of the resource, whatever the mode.
    pub evaluation: &'j Evaluation<'j>,
    /// What becomes of the request, where one was judged.
    pub request: Option<&'j Request<'j>>,
    /// The outcomes of the scan that the case is about.
    pub outcomes: &'j [Outcome<'j>],
    /// The pairs of assignment and policy that the case is about, those that leave no outcome too.
    pub pairs: &'j [PairView<'j>],
}

/// Somebody who watches cases being judged; called from the thread that runs the suite.
pub type Observer<'o> = &'o (dyn Fn(&Judged<'_>) + Sync);

/// What a file came to.
#[derive(Debug)]
pub enum Tested {
    /// It is a suite, or was meant as one.
    Suite(Box<SuiteResult>),
    /// It is something else that bears such a name.
    Other,
}

/// Reads a text and runs it, if it is a suite. `named`: somebody named the file, so that it must be one.
#[must_use]
pub fn test(
    source: &Source,
    named: bool,
    library: &Library<'_>,
    options: &Options,
    observer: Option<Observer<'_>>,
) -> Tested {
    let (tree, mut told) = read::tree(source);
    let failed = |diagnostics: Vec<Diagnostic>| {
        Tested::Suite(Box::new(SuiteResult {
            name: source.name().to_owned(),
            about: None,
            subject: None,
            cases: Vec::new(),
            passed_over: 0,
            exemptions: Vec::new(),
            diagnostics,
        }))
    };
    let meant = named || read::looks_like_suite(source);
    if told.iter().any(Diagnostic::is_error) {
        return if meant { failed(told) } else { Tested::Other };
    }
    let Some(tree) = tree else {
        return if named { failed(vec![empty(source)]) } else { Tested::Other };
    };
    match read::recognise(&tree) {
        Recognised::Suite => {
            let (suite, found) = form::suite(source, &tree);
            told.extend(found);
            let mut result = run(&suite, library, options, observer);
            told.append(&mut result.diagnostics);
            Tested::Suite(Box::new(SuiteResult { diagnostics: told, ..result }))
        }
        Recognised::NearMiss(what) => failed(vec![read::near_miss(&tree, what)]),
        Recognised::Other if named => failed(vec![read::near_miss(&tree, "it has no `cases`")]),
        Recognised::Other => Tested::Other,
    }
}

fn empty(source: &Source) -> Diagnostic {
    Diagnostic::error("EmptyInput", "the file is empty").origin(source.name())
}

/// Runs the cases of a suite.
#[must_use]
pub fn run(
    suite: &Suite,
    library: &Library<'_>,
    options: &Options,
    observer: Option<Observer<'_>>,
) -> SuiteResult {
    let wanted = |name: &str| options.only.as_ref().is_none_or(|only| only.is_match(name));
    let all = wanted(suite.name());
    let mut runner = Runner { suite, library, options, observer, told: Vec::new() };
    let chosen: Vec<&Case> = suite.cases.iter().filter(|case| all || wanted(&case.name.text)).collect();
    let unread: Vec<&Unread> = suite.unread.iter().filter(|case| all || wanted(&case.name.text)).collect();
    let mut cases: Vec<(usize, CaseResult)> =
        chosen.iter().map(|case| (case.index, runner.case(case))).collect();
    cases.extend(unread.iter().map(|case| (case.index, not_judged(case))));
    cases.sort_by_key(|(index, _)| *index);
    SuiteResult {
        name: suite.name().to_owned(),
        about: suite.about.clone(),
        subject: suite.subject.as_ref().map(|subject| subject.path.text.clone()),
        passed_over: suite.cases.len() + suite.unread.len() - cases.len(),
        cases: cases.into_iter().map(|(_, case)| case).collect(),
        exemptions: suite.exemptions(),
        diagnostics: runner.told,
    }
}

/// A case that could not be read.
fn not_judged(case: &Unread) -> CaseResult {
    CaseResult { diagnostics: case.diagnostics.clone(), ..CaseResult::new(&case.name, Mode::default()) }
}

struct Runner<'r> {
    suite: &'r Suite,
    library: &'r Library<'r>,
    options: &'r Options,
    observer: Option<Observer<'r>>,
    /// What was said of policies, once.
    told: Vec<Diagnostic>,
}

impl Runner<'_> {
    fn case(&mut self, case: &Case) -> CaseResult {
        let mut result = CaseResult::new(&case.name, self.suite.mode_of(case));
        result.because = case.because.clone();
        if let Err(diagnostics) = self.judge(case, &mut result) {
            result.status = Status::Broken;
            result.diagnostics = diagnostics;
        }
        result
    }

    /// The error is what keeps the case from being judged; empty where that was told for the suite.
    fn judge(&mut self, case: &Case, result: &mut CaseResult) -> Result<(), Vec<Diagnostic>> {
        let one = |diagnostic| vec![diagnostic];
        // INVARIANT: a case without a subject is left out by the form.
        let Some(subject) = self.suite.subject_of(case) else { return Err(Vec::new()) };
        let parameters = self.suite.parameters_of(case);
        let built = self.library.built(self.suite, subject, &parameters);
        if !built.unreadable.is_empty() {
            let found = built.unreadable.iter().map(|why| {
                let named = named_by(subject, why);
                unreadable(&named.place, &named.text, why)
            });
            return Err(found.collect());
        }
        if let Some(wanted) = case.wanted(Key::Diagnostics) {
            result.mismatches.extend(compare::diagnostics(wanted, &built.diagnostics));
        }
        if compare::ends_with_diagnostics(case) {
            result.status = status(&result.mismatches);
            return Ok(());
        }
        let refused = built.diagnostics.iter().any(Diagnostic::is_error);
        if let Some(wanted) = case.wanted(Key::Error).filter(|_| refused) {
            result.mismatches.extend(compare::refusal(wanted, &built));
            result.status = status(&result.mismatches);
            return Ok(());
        }
        if case.wanted(Key::Diagnostics).is_none() {
            self.tell(&built, &parameters)?;
            let first = built.diagnostics.iter().find(|d| d.is_error());
            if let Some(first) = first.filter(|_| subject.kind == SubjectKind::Policy) {
                return Err(one(first.clone()));
            }
        }
        let chosen = Chosen::new(&built, case, subject);
        chosen.check(subject).map_err(one)?;
        let resource = judge::resource(self.suite, case, self.library).map_err(one)?;
        let context = judge::context(self.suite, case, &built, self.library, resource.as_ref(), self.options)
            .map_err(one)?;
        let Some(resource) = resource else {
            let diagnostic = Diagnostic::error("NoResource", "the case has neither `base` nor `resource`");
            return Err(one(case.place.opening().mark(diagnostic, "")));
        };
        let engine = &built.engine;
        let nothing = |_| {
            let diagnostic =
                Diagnostic::error("NoType", "the resource has neither `type` nor an `id` that tells it");
            one(resource.place.opening().mark(diagnostic, ""))
        };
        let evaluation = engine.evaluate_in(&resource, &context).map_err(nothing)?;
        let request = match result.mode {
            Mode::Scan => None,
            Mode::Request => Some(engine.request(&resource, &context).map_err(nothing)?),
            Mode::Delete => {
                Some(engine.deletion(&resource, &context, ordain::Deletion::Resource).map_err(nothing)?)
            }
        };
        let outcomes: Vec<Outcome<'_>> =
            judge::chosen(&chosen, evaluation.outcomes()).into_iter().map(|(_, outcome)| outcome).collect();
        let pairs = chosen.pairs(engine);
        let judged = Judged {
            suite: self.suite,
            case,
            mode: result.mode,
            engine,
            context: &context,
            resource: &resource,
            evaluation: &evaluation,
            request: request.as_ref(),
            outcomes: &outcomes,
            pairs: &pairs,
        };
        if let Some(observer) = self.observer {
            observer(&judged);
        }
        compare::case(&judged, &chosen, &pairs, self.options.values, result)?;
        result.status = status(&result.mismatches);
        if result.status == Status::Failed
            && let Some(why) = possible::impossible(&judged, &pairs, subject.kind, &parameters)
        {
            result.mismatches.clear();
            result.why.clear();
            result.evidence = None;
            return Err(one(why));
        }
        Ok(())
    }

    /// Says once what was said of policies. The error is what is wrong with values that the case gives: what is
    /// tested then is not what was meant.
    fn tell(&mut self, built: &Built, parameters: &[&(Named, Tree)]) -> Result<(), Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        for diagnostic in &built.diagnostics {
            let about = diagnostic.code().contains("Parameter");
            let named = |name: &str| about && diagnostic.message().contains(&format!("`{name}`"));
            match parameters.iter().find(|(name, _)| named(&name.text)) {
                Some((name, _)) => {
                    let mut diagnostic = name.place.mark(diagnostic.clone(), "given here");
                    // Who names a parameter that nobody declares tests something else than was meant.
                    if diagnostic.code() == "UnknownParameter" {
                        diagnostic = diagnostic.with_severity(ordain::Severity::Error);
                    }
                    match diagnostic.is_error() {
                        true => wrong.push(diagnostic),
                        false if !self.told.contains(&diagnostic) => self.told.push(diagnostic),
                        false => {}
                    }
                }
                None if !self.told.contains(diagnostic) => self.told.push(diagnostic.clone()),
                None => {}
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

fn status(mismatches: &[super::Mismatch]) -> Status {
    if mismatches.is_empty() { Status::Passed } else { Status::Failed }
}

/// Which path of a subject a diagnostic is about.
fn named_by<'s>(subject: &'s Subject, why: &Diagnostic) -> &'s Named {
    let ends = |named: &&Named| {
        let plain = named.text.trim_start_matches("./").trim_start_matches("../");
        why.name().ends_with(plain.rsplit("../").next().unwrap_or(plain))
    };
    subject.more.iter().find(ends).unwrap_or(&subject.path)
}
