//! Plan × document × context → true, false, unknown or error; memo; the observer. The only place where
//! conditions are judged.

mod asker;
mod condition;
mod count;
mod flat;
mod lookup;
mod machine;
mod notice;
mod observer;
mod surroundings;
mod tally;
mod walk;

pub(crate) use asker::{Around, Asker, NEWEST_API_VERSION};
pub(crate) use condition::{Plain, as_location, field_of};
pub(crate) use flat::Memo;
pub(crate) use lookup::{Place, bind, resolve};
pub use machine::{Machine, Truth};
pub(crate) use notice::{Notice, NoticeKind};
pub use observer::{Group, Observer, Seen, Sight, Silent};
pub(crate) use surroundings::Destination;
pub use surroundings::{Containers, Surroundings};
pub use walk::Item;
