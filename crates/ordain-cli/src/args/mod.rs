//! What was typed (`low`), and what it means (`high`).

mod high;
mod low;

pub use high::{Asked, Eval, Format, Given, Percent, read};
