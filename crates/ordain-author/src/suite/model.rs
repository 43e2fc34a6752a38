//! A suite as data: what a file says, with the places where it says it.

use super::read::Language;
use super::tree::{Place, Tree};
use ordain::{Diagnostic, Source};

/// A word of the file with its place.
#[derive(Clone, Debug)]
pub struct Named {
    /// The word.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// A test suite.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The file.
    pub source: Source,
    /// What it is written in.
    pub language: Language,
    /// What is tested, where all cases have that in common.
    pub subject: Option<Subject>,
    /// Free text.
    pub about: Option<String>,
    /// What holds for all cases.
    pub common: Common,
    /// Switches for how policies are read and resources judged.
    pub switches: Vec<Switch>,
    /// Resources to start from.
    pub bases: Vec<(Named, Body)>,
    /// What coverage need not show.
    pub exempt: Vec<Exempt>,
    /// The cases that could be read.
    pub cases: Vec<Case>,
    /// The others.
    pub unread: Vec<Unread>,
}

/// What is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SubjectKind {
    /// A definition.
    Policy,
    /// An initiative, as if it were assigned once.
    Initiative,
    /// An assignment.
    Assignment,
    /// Everything in a folder.
    Tenant,
}

impl SubjectKind {
    /// The key that names it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Initiative => "initiative",
            Self::Assignment => "assignment",
            Self::Tenant => "tenant",
        }
    }
}

/// What is tested, and where it is found.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// The file or folder, as the suite names it.
    pub path: Named,
    /// Where what it refers to is found: `definitions` of an initiative, `policies` of an assignment.
    pub more: Vec<Named>,
}

/// Goals of coverage that no case can show.
#[derive(Clone, Debug)]
pub struct Exempt {
    /// The policy, where the suite is not about one.
    pub policy: Option<Named>,
    /// A JSON Pointer into `policyRule`.
    pub condition: Named,
    /// Which goals; all that are not shown where there are none.
    pub goals: Vec<Named>,
    /// The reason; empty where there is none, which is told when coverage is asked for.
    pub because: String,
    /// The whole entry.
    pub place: Place,
}

/// What suites and cases may both say.
#[derive(Clone, Debug, Default)]
pub struct Common {
    /// Values of parameters.
    pub parameters: Vec<(Named, Tree)>,
    /// `scan` or `request`.
    pub mode: Option<Mode>,
    /// What surrounds the resource.
    pub context: Vec<(Surrounding, Tree)>,
}

/// How resources are judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// As what exists.
    #[default]
    Scan,
    /// As the body of a write.
    Request,
    /// As what is to be deleted.
    Delete,
}

impl Mode {
    /// All with the words of the file.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Scan, "scan"), (Self::Request, "request"), (Self::Delete, "delete")];

    /// The word of the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(mode, _)| *mode == self).map_or("", |(_, name)| name)
    }
}

/// A switch of `options`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Switch {
    /// Aliases that no list knows are errors (spec L-71).
    StrictAliases,
    /// Values outside `allowedValues` are warnings (spec D-57).
    LenientParameters,
    /// Definitions without a mode are of mode `All` (spec D-41).
    DefaultModeAll,
    /// Properties that a row does not have are missing (spec L-113).
    PropertiesAsMissing,
}

impl Switch {
    /// All with the words of the file.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::StrictAliases, "strict-aliases"),
        (Self::LenientParameters, "lenient-parameters"),
        (Self::DefaultModeAll, "default-mode-all"),
        (Self::PropertiesAsMissing, "properties-as-missing"),
    ];
}

/// A key of `context`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surrounding {
    /// The clock.
    Now,
    /// What `subscription()` yields.
    Subscription,
    /// What `resourceGroup()` yields.
    ResourceGroup,
    /// What `requestContext()` yields.
    RequestContext,
    /// What `policy()` yields.
    Policy,
    /// What `claims()` yields.
    Claims,
    /// Who asks, for selectors on principals.
    Principal,
    /// The API version of the body.
    ApiVersion,
}

impl Surrounding {
    /// All with the words of the file.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::Now, "now"),
        (Self::Subscription, "subscription"),
        (Self::ResourceGroup, "resourceGroup"),
        (Self::RequestContext, "requestContext"),
        (Self::Policy, "policy"),
        (Self::Claims, "claims"),
        (Self::Principal, "principal"),
        (Self::ApiVersion, "apiVersion"),
    ];
}

/// How resources are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Whole ARM bodies: what is not there is missing.
    #[default]
    Whole,
    /// Rows of an export: properties may not have been exported (spec I-16, I-17).
    Row,
    /// Entries of a template's `resources`, with expressions (spec I-43, I-44).
    Template,
}

impl Form {
    /// All with the words of the file.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Whole, "whole"), (Self::Row, "row"), (Self::Template, "template")];
}

/// A resource as the file describes it.
#[derive(Clone, Debug)]
pub struct Body {
    /// What it starts from.
    pub from: From,
    /// Values put into it, in this order.
    pub set: Vec<(Named, Tree)>,
    /// Places that are taken away, after that.
    pub remove: Vec<Named>,
    /// Where it is described.
    pub place: Place,
}

/// What a resource starts from.
#[derive(Clone, Debug)]
pub enum From {
    /// What is written here.
    Inline(Tree),
    /// One of `bases`.
    Base(Named),
    /// A file, of which a JSONPath may choose one value.
    File(Named, Option<Named>),
}

/// A case that could not be read.
#[derive(Clone, Debug)]
pub struct Unread {
    /// Its place among the cases of the file.
    pub index: usize,
    /// Its name; where it has none, its place in words.
    pub name: Named,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its place among the cases of the file.
    pub index: usize,
    /// Unique in the suite.
    pub name: Named,
    /// The whole case.
    pub place: Place,
    /// A policy of its own.
    pub policy: Option<Subject>,
    /// What is judged.
    pub resource: Option<Body>,
    /// The other resources, all there are; `None`: nothing is known of others.
    pub related: Option<Vec<Body>>,
    /// How resources are written.
    pub form: Form,
    /// What wins over the suite.
    pub common: Common,
    /// Which member of an initiative or assignment is meant.
    pub reference: Option<Named>,
    /// Which assignment of a tenant is meant, by name or id.
    pub assignment: Option<Named>,
    /// The working.
    pub because: Option<String>,
    /// What must come out.
    pub expect: Vec<Wanted>,
}

/// One expectation.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What is expected of.
    pub key: Key,
    /// What.
    pub value: Tree,
}

/// Keys of `expect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The state of the record.
    State,
    /// The effective effect.
    Effect,
    /// The reason behind state or verdict.
    Reason,
    /// What becomes of a request.
    Verdict,
    /// The patch.
    Patch,
    /// The resource after the patch.
    Patched,
    /// Reasons of operations that are left out.
    Skipped,
    /// Reasons of values that are there already and differ.
    Conflicts,
    /// The kind of failure of an operation.
    Failure,
    /// `then.details`, evaluated.
    Details,
    /// The deployment.
    Deployment,
    /// Part of what is said.
    Message,
    /// A stage, code or kind of error.
    Error,
    /// All errors and warnings about the policy.
    Diagnostics,
    /// States by reference id.
    References,
}

impl Key {
    /// All with the words of the file.
    pub const ALL: [(Self, &'static str); 15] = [
        (Self::State, "state"),
        (Self::Effect, "effect"),
        (Self::Reason, "reason"),
        (Self::Verdict, "verdict"),
        (Self::Patch, "patch"),
        (Self::Patched, "patched"),
        (Self::Skipped, "skipped"),
        (Self::Conflicts, "conflicts"),
        (Self::Failure, "failure"),
        (Self::Details, "details"),
        (Self::Deployment, "deployment"),
        (Self::Message, "message"),
        (Self::Error, "error"),
        (Self::Diagnostics, "diagnostics"),
        (Self::References, "references"),
    ];

    /// The key as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(key, _)| *key == self).map_or("", |(_, name)| name)
    }
}

impl Case {
    /// What is expected under a key.
    #[must_use]
    pub fn wanted(&self, key: Key) -> Option<&Tree> {
        self.expect.iter().find(|wanted| wanted.key == key).map(|wanted| &wanted.value)
    }
}

impl Suite {
    /// The name that people know it by: the file's.
    #[must_use]
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// How a case is judged.
    #[must_use]
    pub fn mode_of(&self, case: &Case) -> Mode {
        case.common.mode.or(self.common.mode).unwrap_or_default()
    }

    /// What a case tests.
    #[must_use]
    pub fn subject_of<'s>(&'s self, case: &'s Case) -> Option<&'s Subject> {
        case.policy.as_ref().or(self.subject.as_ref())
    }

    /// The values of parameters of a case: its own win one by one, without regard to case.
    #[must_use]
    pub fn parameters_of<'s>(&'s self, case: &'s Case) -> Vec<&'s (Named, Tree)> {
        let own = &case.common.parameters;
        let shadowed = |name: &str| own.iter().any(|(n, _)| n.text.eq_ignore_ascii_case(name));
        self.common.parameters.iter().filter(|(name, _)| !shadowed(&name.text)).chain(own).collect()
    }

    /// What surrounds the resource of a case: its own keys win.
    #[must_use]
    pub fn context_of<'s>(&'s self, case: &'s Case) -> Vec<&'s (Surrounding, Tree)> {
        let own = &case.common.context;
        let shadowed = |key| own.iter().any(|(k, _)| *k == key);
        self.common.context.iter().filter(|(key, _)| !shadowed(*key)).chain(own).collect()
    }
}
