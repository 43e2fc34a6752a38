//! What follows from a true rule, a file per effect.

mod change;
mod combine;
mod conflicts;
mod deployment;
mod details;
mod holes;
mod if_not_exists;
mod patch;
mod place;
mod subject;
mod target;
mod work;

pub(crate) use change::change;
pub use change::{Change, ChangeNote, ChangeOperation, ChangeOptions, Skipped};
pub use combine::{Combined, combine};
pub use conflicts::{Contender, RunMode, Standing, settle};
pub use deployment::Deployment;
pub(crate) use deployment::deployment;
pub(crate) use details::details;
pub(crate) use if_not_exists::{
    Finding, Search, Verdict, Which, find, may_be_noticed, prepare, prepare_assigned, seeker, watch, weigh,
};
pub use patch::{PatchError, PatchKind, PatchOperation, apply};
pub(crate) use patch::{apply_one, tokens};
pub(crate) use subject::{Subject, body, place, shape};
pub use target::SkipReason;
pub use work::ExistingValue;
