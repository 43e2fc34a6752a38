//! The template functions: a table and a file per family, each row naming its spec rule. Those that read
//! resource, scope or clock have their row here and ask the `Context` trait.

mod access;
mod addresses;
mod arguments;
mod arrays;
mod case;
mod comparison;
mod context;
mod date_format;
mod dates;
mod encodings;
mod fold;
mod format;
mod hashes;
mod json_text;
mod json_writer;
mod logic;
mod number_format;
mod numbers;
mod objects;
mod refused;
mod registry;
mod search;
mod sets;
mod size;
mod strings;
mod table;
#[cfg(test)]
mod testing;
mod units;
mod uri;

pub use access::{element, property};
pub use registry::{find, function, nearest, rows};
pub use size::check_limits;
pub use table::{Ask, Function, Lazy, Run, Standing, arity_fault};
