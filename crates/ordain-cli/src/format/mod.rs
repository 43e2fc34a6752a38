//! The forms in which findings are written, a file each.

mod absences;
mod azure;
pub mod check;
mod compliance;
mod csv;
mod details;
mod finding;
mod json;
mod kinds;
mod named;
mod reasons;
pub mod repair;
pub mod rows;
mod summary;
pub mod test;
mod text;
mod totals;
mod tree;

pub use azure::azure;
pub use summary::counted;
pub use text::text;

use crate::args::Eval;
use crate::judge::Judgement;
use crate::render::Count;
use ordain::report::states::Comparison;
use ordain::{Context, Diagnostic, Engine};
use std::time::Instant;

/// What is to be written.
pub struct Report<'r> {
    pub options: &'r Eval,
    pub engine: &'r Engine,
    pub context: &'r Context,
    pub judgement: &'r Judgement<'r>,
    pub diagnostics: &'r [Diagnostic],
    pub counted: Count,
    /// How the records differ from the service's, where that was asked.
    pub comparison: Option<&'r Comparison>,
    /// The run was stopped before its end.
    pub incomplete: bool,
    /// When the run began.
    pub started: Instant,
}
