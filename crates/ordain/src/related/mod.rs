//! Index of other resources, candidates, coverage (spec 07 section 6).

mod candidates;
mod coverage;
mod index;

pub(crate) use candidates::{Seeker, Wanted};
pub use coverage::{BadCoverage, Coverage, RelatedMode};
pub use index::RelatedResources;
pub(crate) use index::Row;
