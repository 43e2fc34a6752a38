//! The harness: cases as data, run through every way in which the engine can be asked.

pub mod conformance;
pub mod shared;
