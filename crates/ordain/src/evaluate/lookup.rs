//! What a field name means for a resource type (spec 02 sections 2 to 4).

use crate::aliases::{Aliases, Resolution, Step};
use crate::ast::FieldName;
pub(crate) use crate::plan::Place;

/// Resolves a reference for a type and API version.
pub(crate) fn resolve(
    aliases: &Aliases,
    resource_type: &str,
    version: Option<&str>,
    name: &FieldName,
) -> Place {
    let keys = |keys: &[&str]| Place::Path(keys.iter().map(|k| Step::Key((*k).into())).collect(), None);
    match name {
        FieldName::Type | FieldName::Name | FieldName::FullName | FieldName::Id => Place::Envelope,
        FieldName::Location => Place::Location,
        FieldName::Kind => keys(&["kind"]),
        FieldName::Tags => keys(&["tags"]),
        // An empty tag name is nowhere (spec L-35).
        FieldName::Tag(tag) if tag.is_empty() => Place::Absent { star: false },
        FieldName::Tag(tag) => keys(&["tags", tag]),
        FieldName::Identity(path) => Place::Path(path.iter().map(|k| Step::Key(k.clone())).collect(), None),
        FieldName::Expression(_) => Place::Unknown,
        FieldName::Alias(alias) => match aliases.resolve(resource_type, alias, version) {
            Resolution::Path(path) => Place::Path(path.steps().into(), path.extract().cloned()),
            Resolution::OtherType { star } => Place::Absent { star },
            _ => Place::Unknown,
        },
    }
}

/// Where a path begins inside an enclosing count: its longest binding, of equals the innermost, and the steps behind
/// it (spec A-41). An inner count binds the outer levels of its own path anew, and these must not hide what an outer
/// count has bound further down.
/// `frames` are the paths of the enclosing field counts, innermost first; value counts are `None`.
pub(crate) fn bind<'p>(
    path: &'p [Step],
    frames: impl Iterator<Item = Option<&'p [Step]>>,
) -> Option<(crate::plan::Binding, &'p [Step])> {
    longest(path, frames, true)
}

/// The same for `current()`, which asks for elements and what they hold: never for the array of one (spec A-50).
pub(super) fn bind_element<'p>(
    path: &'p [Step],
    frames: impl Iterator<Item = Option<&'p [Step]>>,
) -> Option<(crate::plan::Binding, &'p [Step])> {
    longest(path, frames, false)
}

fn longest<'p>(
    path: &'p [Step],
    frames: impl Iterator<Item = Option<&'p [Step]>>,
    arrays: bool,
) -> Option<(crate::plan::Binding, &'p [Step])> {
    let mut best: Option<(usize, (crate::plan::Binding, &'p [Step]))> = None;
    for (depth, frame) in (0_u16..).zip(frames) {
        let Some(frame) = frame else { continue };
        let stars: Vec<usize> =
            frame.iter().enumerate().filter(|(_, s)| **s == Step::Each).map(|(at, _)| at).collect();
        for (star, at) in stars.iter().enumerate().rev() {
            let star = u16::try_from(star).unwrap_or(u16::MAX);
            let binding = |whole| crate::plan::Binding { depth, star, whole };
            let front = frame.get(..=*at).unwrap_or_default();
            // `A` without its star: the array of the one element.
            let whole = || {
                front
                    .split_last()
                    .is_some_and(|(_, array)| strip(path, array).is_some_and(<[Step]>::is_empty))
            };
            let found = match strip(path, front) {
                Some(rest) => (front.len(), (binding(false), rest)),
                None if arrays && whole() => (path.len(), (binding(true), &[][..])),
                None => continue,
            };
            if best.is_none_or(|(length, _)| found.0 > length) {
                best = Some(found);
            }
        }
    }
    best.map(|(_, found)| found)
}

/// What follows a front of whole steps, compared without regard to ASCII case.
fn strip<'p>(path: &'p [Step], front: &[Step]) -> Option<&'p [Step]> {
    let (head, rest) = path.split_at_checked(front.len())?;
    let same = |(a, b): (&Step, &Step)| match (a, b) {
        (Step::Key(a), Step::Key(b)) => a.eq_ignore_ascii_case(b),
        (Step::Each, Step::Each) => true,
        _ => false,
    };
    head.iter().zip(front).all(same).then_some(rest)
}
