//! What was typed (`low`), and what it means (`high`).

mod fix;
mod high;
mod low;

pub use fix::{Fix, FixFormat};
pub use high::{Asked, Eval, Format, Given, Percent, read};
