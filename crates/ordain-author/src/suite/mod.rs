//! Test suites: a file says which policy is tested, with which resources, and what must come out.
//!
//! [`tree()`] reads a text (JSON or YAML), [`suite()`] makes a suite of it, [`run()`] judges its cases with the engine
//! and compares. The form is described in `docs/suites.md`.

mod body;
mod compare;
mod form;
mod judge;
mod load;
mod model;
mod path;
mod possible;
mod read;
mod result;
mod run;
mod tree;
mod update;
mod yaml;

pub use form::{CASE_KEYS, EFFECTS, EXEMPT_KEYS, SUITE_KEYS, VERDICTS, suite};
pub use load::{Built, Files, Library, PolicyTexts, Tenant, sibling};
pub use model::{
    Body, Case, Common, Exempt, Form, From, Key, Mode, Named, Subject, SubjectKind, Suite, Surrounding,
    Switch, Unread, Wanted,
};
pub use read::{Language, Recognised, is_suite_name, looks_like_suite, near_miss, recognise, tree};
pub use result::{CaseResult, Evidence, Mismatch, Status, SuiteResult, Why};
pub use run::{Judged, Observer, Options, Tested, run, test};
pub use tree::{Found, Kind, Member, Place, Tree};
pub use update::{is_updated, updates};
