//! Exports of any size in bounded memory: bytes to pieces of whole rows, pieces to threads, results in order.
//!
//! ```text
//! bytes ──unpack──▶ plain bytes ──split──▶ pieces ──workers──▶ results, in the order of the pieces
//! ```
//!
//! Nothing here knows what a row means: a piece is a text that a reader of JSON takes as it is, with the place in the
//! input where it begins. What is kept in memory at a time are the pieces that threads are at.

mod split;
mod unpack;
mod workers;

pub use split::{Fault, Limits, Piece, PieceKind, Place, Splitter};
pub use unpack::{Packing, unpacked};
pub use workers::{Flow, in_order};
