//! The configuration file: options that are not typed. A key is the long name of an option, and counts for every verb
//! that has the option.

mod find;
mod form;
mod keys;
mod lay;

pub use crate::args::words;
pub(crate) use find::find;
pub(crate) use form::read;
pub use keys::{KEYS, Key, Kind, VERBS};
pub(crate) use lay::{Laid, lay};

/// All that is wrong with a configuration file; empty where it can be used.
#[must_use]
pub fn faults(source: &ordain::Source) -> Vec<ordain::Diagnostic> {
    read(source).err().unwrap_or_default()
}
