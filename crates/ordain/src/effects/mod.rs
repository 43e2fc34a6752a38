//! What follows from a true rule, a file per effect.

mod if_not_exists;

pub(crate) use if_not_exists::{Finding, Search, Verdict, find, prepare};
