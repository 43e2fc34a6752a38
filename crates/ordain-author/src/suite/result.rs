//! What came of a suite, as data that can be kept and written out.

use super::model::{Mode, Named};
use super::tree::{Place, Tree};
use crate::coverage::Exemption;
use ordain::{Context, Diagnostic, Engine, Evaluation, Outcome};

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything expected came out.
    Passed,
    /// Something else came out.
    Failed,
    /// It could not be judged: what it names is not there, or what it expects cannot occur.
    Broken,
}

impl Status {
    /// The name that reports carry.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Broken => "error",
        }
    }
}

/// What came of a suite.
#[derive(Debug)]
pub struct SuiteResult {
    /// The file's name.
    pub name: String,
    /// Free text of the suite.
    pub about: Option<String>,
    /// What is tested, as the suite names it.
    pub subject: Option<String>,
    /// The cases in the order of the file.
    pub cases: Vec<CaseResult>,
    /// Cases that were not asked for.
    pub passed_over: usize,
    /// Goals of coverage that the suite says no case can show.
    pub exemptions: Vec<Exemption>,
    /// What is wrong with the file, and with what it refers to. What belongs to one case is there.
    pub diagnostics: Vec<Diagnostic>,
}

impl SuiteResult {
    /// Number of cases that ended so.
    #[must_use]
    pub fn count(&self, status: Status) -> usize {
        self.cases.iter().filter(|case| case.status == status).count()
    }

    /// Whether anything could not be read, linked or judged.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.count(Status::Broken) > 0 || self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// What came of a case.
#[derive(Debug)]
pub struct CaseResult {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
    /// Why the author expects that.
    pub because: Option<String>,
    /// How it was judged.
    pub mode: Mode,
    /// How it ended.
    pub status: Status,
    /// What differs, in the order of `expect`.
    pub mismatches: Vec<Mismatch>,
    /// Why the policies said what they said; of cases that failed.
    pub why: Vec<Why>,
    /// What kept it from being judged.
    pub diagnostics: Vec<Diagnostic>,
    /// What was judged, to look at it again; of cases that failed.
    pub evidence: Option<Evidence>,
}

impl CaseResult {
    /// A case of which nothing is known yet.
    pub(super) fn new(name: &Named, mode: Mode) -> Self {
        Self {
            name: name.text.clone(),
            place: name.place.clone(),
            because: None,
            mode,
            status: Status::Broken,
            mismatches: Vec::new(),
            why: Vec::new(),
            diagnostics: Vec::new(),
            evidence: None,
        }
    }
}

/// One expectation that is not met.
#[derive(Clone, Debug)]
pub struct Mismatch {
    /// The key of `expect`, such as `state` or `references.tls`.
    pub key: String,
    /// What was expected, as people read it.
    pub expected: String,
    /// What came out.
    pub actual: String,
    /// Where the expected value stands.
    pub place: Place,
    /// What would be met, where that can be written down.
    pub replacement: Option<serde_json::Value>,
    /// A remark that helps.
    pub note: Option<String>,
}

/// Why one policy said what it said.
#[derive(Clone, Debug)]
pub struct Why {
    /// What people call the policy.
    pub policy: String,
    /// Its effective effect.
    pub effect: &'static str,
    /// What it came to: a state, or the kind of a ruling on a request.
    pub outcome: &'static str,
    /// The reason in a word, if there is one.
    pub reason: Option<String>,
    /// In one sentence.
    pub sentence: String,
    /// The condition that decided.
    pub condition: Place,
    /// What it looked at: the value, or the nearest parent of what is missing.
    pub resource: Place,
}

/// What was judged. Judging again gives the same, so nothing of it is kept.
#[derive(Clone, Debug)]
pub struct Evidence {
    pub(super) engine: Engine,
    pub(super) context: Context,
    pub(super) resource: Tree,
    /// Places of the outcomes that are meant.
    pub(super) chosen: Vec<usize>,
}

impl Evidence {
    /// The resource.
    #[must_use]
    pub fn resource(&self) -> &Tree {
        &self.resource
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Hands on the outcomes of a scan that the case is about.
    pub fn outcomes(&self, mut look: impl FnMut(Outcome<'_>)) {
        let evaluation: Evaluation<'_> = match self.engine.evaluate_in(&self.resource, &self.context) {
            Ok(evaluation) => evaluation,
            Err(_) => return,
        };
        for (at, outcome) in evaluation.outcomes().enumerate() {
            if self.chosen.contains(&at) {
                look(outcome);
            }
        }
    }
}
