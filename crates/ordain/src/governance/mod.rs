//! Who is judged by what: the place of a resource against scopes, exclusions, selectors, exemptions, enrollments
//! and attestations (spec G-97, tests 2 to 9).

mod cover;
mod place;
mod standing;

pub(crate) use cover::{Covers, attestation, exemptions, is_enforced};
pub(crate) use place::Place;
pub(crate) use standing::{Principal, Standing, all, standing, standing_of_pair};
