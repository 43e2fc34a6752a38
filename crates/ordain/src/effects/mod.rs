//! What follows from a true rule, a file per effect.

mod if_not_exists;
mod manual;

pub(crate) use manual::default_state;
pub(crate) use if_not_exists::{Finding, Search, Verdict, find, prepare};
