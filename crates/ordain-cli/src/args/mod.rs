//! What was typed (`low`), and what it means (`high`).

mod check;
mod high;
mod low;

pub use check::{Check, Format as CheckFormat};
pub use high::{Asked, Eval, Format, Given, Percent, read};
