//! The template functions: a table and a file per family, each row naming its spec rule. Those that read
//! resource, scope or clock have their row here and ask the `Context` trait.

mod arrays;
mod context;
mod logic;
mod table;

pub use table::{arity_fault, check_limits, property, element, Ask, Function, FunctionId, Lazy, Run, Standing, find, function, nearest};
