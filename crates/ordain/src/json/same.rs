//! Equal as policy documents are: keys in any order and case (spec D-5, D-17).

use super::{Dialect, Json, Member, read};
use crate::value::text::key_eq;

/// Whether two texts hold the same document.
#[must_use]
pub(crate) fn same(a: &str, b: &str) -> bool {
    let tree = |text| read(text, Dialect::Policy).0;
    a == b || tree(a).zip(tree(b)).is_some_and(|(a, b)| same_tree(&a, &b))
}

fn same_tree(a: &Json<'_>, b: &Json<'_>) -> bool {
    if !a.is_object() && !a.is_array() {
        return a.kind == b.kind;
    }
    let (own, other) = (a.members(), b.members());
    let member =
        |m: &Member<'_>| other.iter().any(|o| key_eq(&o.key, &m.key) && same_tree(&m.value, &o.value));
    a.is_object() == b.is_object()
        && a.items().len() == b.items().len()
        && own.len() == other.len()
        && a.items().iter().zip(b.items()).all(|(a, b)| same_tree(a, b))
        && own.iter().all(member)
}
