//! What was typed (`low`), and what it means (`high`); verbs beside `eval` in files of their own.

mod check;
mod fix;
mod groups;
mod high;
mod init;
mod low;
mod test;

pub use check::{Check, Format as CheckFormat};
pub use fix::{Fix, FixFormat};
pub use high::{Asked, Call, Eval, Format, Given, Percent, Refused, read, words};
pub use init::Init;
pub use test::{Coverage, Test, TestFormat};
