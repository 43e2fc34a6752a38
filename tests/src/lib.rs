//! The harness: cases as data, run through every way in which the engine can be asked.

pub mod batch;
pub mod chapters;
pub mod conformance;
pub mod differential;
pub mod documents;
pub mod governance;
pub mod known;
pub mod pairs;
pub mod random;
pub mod reference;
pub mod shared;
pub mod snapshot;
pub mod tenant;
pub mod worked;
