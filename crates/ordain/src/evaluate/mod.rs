//! Plan × document × context → true, false, unknown or error; memo; the observer. The only place where
//! conditions are judged.

mod asker;
mod condition;
mod count;
mod lookup;
mod machine;
mod observer;
mod surroundings;
mod walk;

pub use machine::{Machine, Truth};
pub use observer::{Observer, Seen, Sight, Silent};
pub use surroundings::{Containers, Surroundings};
pub(crate) use lookup::resolve;
pub(crate) use walk::Item;
