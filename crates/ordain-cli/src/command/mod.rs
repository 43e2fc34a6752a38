//! A file for each thing that can be asked.

pub mod check;
pub mod eval;
pub mod fix;
pub mod init;
pub mod test;
