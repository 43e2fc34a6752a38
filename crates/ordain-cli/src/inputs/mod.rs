//! Finding files, reading them and recognising what they hold.

mod bytes;
mod catalogue;
mod coverage;
mod document;
mod elements;
mod find;
mod foreign;
mod lines;
mod pack;
mod parameters;
mod passed_over;
mod pick;
mod policies;
mod requests;
mod reshape;
mod resources;
mod rows;
mod shape;
mod sources;
mod split;
mod suites;
mod telling;
mod unique;

pub use bytes::Text;
pub use catalogue::aliases;
pub use coverage::{coverage, json_file};
pub use find::shown;
pub use parameters::{parameters, template_parameters};
pub use pick::{Pick, pick};
pub use policies::{policies, tenant};
pub use resources::{all_texts, texts};
pub use rows::{Row, Rows, Wanted, rows, rows_with};
pub use sources::{Chunk, Origins};
pub use suites::{Disk, listed, suites};
pub use telling::Telling;
pub use unique::{expand, unique};

use ordain::{Diagnostic, Source};
use std::path::Path;

/// A file of our own kind, whole.
pub fn source(path: &Path) -> Result<Source, Diagnostic> {
    bytes::read_file(path, bytes::POLICY_BYTES).map(|text| text.source)
}
