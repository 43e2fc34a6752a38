//! Several changes of one resource as one patch (spec E-68).

use super::change::Change;
use super::patch::PatchOperation;
use super::work::Work;
use crate::document::Document;
use crate::value::{Reason, Value, copy_of};
use std::ops::Range;

/// One patch for several changes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Combined {
    /// The patch; `None` when some change has none for this document's shape.
    pub patch: Option<Vec<PatchOperation>>,
    /// The document after all changes.
    pub body: Value,
    /// What left some place open.
    pub unresolved: Option<Reason>,
    /// For each change that was given, in their order, which operations of the patch are its own: none where another
    /// one has written the same already.
    pub parts: Vec<Range<usize>>,
}

/// Carries out changes of one document one after another on one copy: a container is made once, and what is there
/// already is not written again. Changes that failed or rest on an unknown rule are left out. `document` must be
/// the one that the changes were worked out for; who is suppressed by others ([`settle`](super::settle)) is for the
/// caller to leave out.
#[must_use]
pub fn combine<'c, D: Document + ?Sized>(
    document: &D,
    changes: impl IntoIterator<Item = &'c Change>,
) -> Combined {
    let body = copy_of(document.root());
    let mut work: Option<Work> = None;
    let (mut unresolved, mut parts) = (None, Vec::new());
    for change in changes {
        let from = work.as_ref().map_or(0, |work| work.patch.len());
        if change.tentative || change.error.is_some() {
            parts.push(from..from);
            continue;
        }
        let work = work.get_or_insert_with(|| Work::new(body.clone(), change.shape, change.options.tests));
        unresolved = unresolved.or(change.unresolved);
        for ready in &change.ready {
            work.carry_out(ready);
        }
        parts.push(from..work.patch.len());
    }
    let Some(work) = work else {
        return Combined { patch: Some(Vec::new()), body, unresolved, parts };
    };
    let unresolved = unresolved.or(work.unresolved);
    let body = work.body.clone();
    let patch = if unresolved.is_some() { None } else { work.into_patch() };
    Combined { patch, body, unresolved, parts }
}
