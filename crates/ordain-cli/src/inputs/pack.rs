//! The starter pack inside the binary: container registries and what they need around them.

use ordain::Source;

include!(concat!(env!("OUT_DIR"), "/pack.rs"));

/// The definitions, under the names that they have in the repository.
pub fn sources() -> impl Iterator<Item = Source> {
    DEFINITIONS.iter().map(|(name, text)| Source::new(*name, *text))
}
