//! Field references: what they are and which values they yield of a resource (02, and I-16, I-17 for rows).

use super::counts::starts_with;
use super::resource::{Resource, member_of};
use super::{Frame, Scope, World};
use ordain::aliases::{Resolution, Step};
use serde_json::{Value as Json, json};

/// One selected value.
#[derive(Clone, Debug, PartialEq)]
pub enum Slot {
    /// The reference selects nothing here.
    Missing,
    /// A value, null included.
    Value(Json),
    /// Not exported (L-113).
    Unknown(&'static str),
}

/// What a reference yields.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Whether it selects a collection (A-2, L-68).
    pub star: bool,
    /// One slot without a star.
    pub slots: Vec<Slot>,
}

impl Found {
    fn one(value: Option<Json>) -> Self {
        Self { star: false, slots: vec![value.map_or(Slot::Missing, Slot::Value)] }
    }
}

/// L-21.
pub fn normal_location(place: &str) -> String {
    let bare = match place.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((_, after)) => after,
        None => place,
    };
    bare.replace(' ', "").to_ascii_lowercase()
}

/// A reference as it is classified (L-2).
#[derive(Clone, Debug, PartialEq)]
pub enum Reference {
    /// Rows 2 to 9, in lower case.
    Plain(&'static str),
    /// Rows 8 to 10: a path below `identity`.
    Identity(Vec<String>),
    /// Row 12: one tag.
    Tag(String),
    /// Row 13.
    Alias(String),
}

/// L-2 rows 2 to 14; `None` is `UnknownField`.
pub fn classify(text: &str) -> Option<Reference> {
    let lower = text.to_ascii_lowercase();
    for name in ["type", "location", "name", "kind", "id", "fullname", "tags"] {
        if lower == name {
            return Some(Reference::Plain(name));
        }
    }
    if lower == "identity" || lower.starts_with("identity.") {
        return Some(Reference::Identity(text.split('.').map(str::to_owned).collect()));
    }
    if lower.starts_with("tags.") {
        return Some(Reference::Tag(text[5..].to_owned()));
    }
    if lower.starts_with("tags[") {
        // L-32: quoted, else between the first `[` and the last `]`, verbatim.
        let inside = &text[5..];
        if let Some(quoted) = inside.strip_prefix('\'').and_then(|rest| rest.rsplit_once("']")) {
            return Some(Reference::Tag(quoted.0.replace("''", "'")));
        }
        return inside.rsplit_once(']').map(|(name, _)| Reference::Tag(name.to_owned()));
    }
    text.contains('/').then(|| Reference::Alias(text.to_owned()))
}

/// The path of an alias on R's type; `Ok(None)` for an alias of another type (L-63).
pub type AliasPath = (Vec<Step>, Option<ordain::aliases::AliasPath>);

/// L-60, L-63. The error is `UnknownField` (L-54).
pub fn alias_path(world: &World<'_>, name: &str) -> Result<Result<AliasPath, bool>, &'static str> {
    match world.aliases.resolve(&world.resource.kind, name, None) {
        Resolution::Path(path) => Ok(Ok((path.steps().to_vec(), Some(path)))),
        Resolution::OtherType { star } => Ok(Err(star)),
        _ => Err("UnknownField"),
    }
}

/// What a reference yields in a scope. The error is the name of the failure.
pub fn read(world: &World<'_>, scope: &Scope, text: &str) -> Result<Found, &'static str> {
    let resource = world.resource;
    match classify(text).ok_or("UnknownField")? {
        Reference::Plain(name) => Ok(Found::one(resource.plain(name))),
        // L-25 … L-28: paths below `identity`.
        Reference::Identity(keys) => {
            let mut at = Some(&scope.document);
            for key in &keys {
                at = at.and_then(|value| member_of(value, key));
            }
            Ok(Found::one(at.cloned()))
        }
        // L-33 … L-35.
        Reference::Tag(name) if name.is_empty() => Ok(Found::one(None)),
        Reference::Tag(name) => {
            let tags = member_of(&scope.document, "tags");
            Ok(Found::one(tags.and_then(|tags| member_of(tags, &name)).cloned()))
        }
        Reference::Alias(name) => match alias_path(world, &name)? {
            // L-63: missing, with a star the empty collection.
            Err(true) => Ok(Found { star: true, slots: Vec::new() }),
            Err(false) => Ok(Found::one(None)),
            Ok((steps, path)) => {
                if let Some(whole) = around(world, scope, &steps) {
                    return Ok(whole);
                }
                let mut found = walk(resource, &scope.document, &steps);
                // L-74: part of the text.
                if let Some(extract) = path.as_ref().and_then(|path| path.extract()) {
                    for slot in &mut found.slots {
                        if let Slot::Value(value) = slot {
                            let part = value.as_str().and_then(|text| extract.apply(text));
                            *slot = part.map_or(Slot::Missing, |text| Slot::Value(json!(text)));
                        }
                    }
                }
                Ok(found)
            }
        },
    }
}

/// a value that holds the array of an enclosing count is yielded as it stands: not that array itself, but an
/// object around it, or the element of an outer `[*]`.
fn around(world: &World<'_>, scope: &Scope, steps: &[Step]) -> Option<Found> {
    let starred = [steps, &[Step::Each]].concat();
    // The outermost count that binds an element has it whole; an inner one finds it narrowed already.
    for frame in &scope.frames {
        let Frame::Field(bound) = frame else { continue };
        let longest = bound.first().map(|(path, _)| path.as_slice()).unwrap_or_default();
        if longest.len() <= steps.len() || starts_with(steps, longest) || !starts_with(longest, steps) {
            continue;
        }
        for (path, element) in bound {
            if starts_with(steps, path) {
                let star = steps[path.len()..].contains(&Step::Each);
                let mut found = walk(&Resource::nothing(), element, &steps[path.len()..]);
                // The one slot of a path with a star is a collection of one.
                found.star = star || steps.contains(&Step::Each);
                return Some(found);
            }
            if starts_with(&starred, path) {
                let mut found = Found::one(Some(Json::Array(vec![element.clone()])));
                found.star = steps.contains(&Step::Each);
                return Some(found);
            }
        }
        // No element is bound on the way: from the root, as it is.
        return Some(walk(world.resource, &world.resource.document, steps));
    }
    None
}

/// L-90 … L-93: from the root of the document.
pub fn walk(resource: &Resource, document: &Json, steps: &[Step]) -> Found {
    let star = steps.contains(&Step::Each);
    // I-16: everything under `properties` is unknown.
    if resource.unknown_properties
        && matches!(steps.first(), Some(Step::Key(key)) if key.eq_ignore_ascii_case("properties"))
    {
        return Found { star, slots: vec![Slot::Unknown("PropertiesNotExported")] };
    }
    let mut slots = vec![Some(document.clone())];
    for step in steps {
        let mut next = Vec::new();
        for slot in slots {
            match step {
                // L-90: a key of anything but an object is missing.
                Step::Key(key) => next.push(slot.as_ref().and_then(|value| member_of(value, key)).cloned()),
                // anything but an array has no members.
                Step::Each => {
                    if let Some(Json::Array(members)) = slot {
                        next.extend(members.into_iter().map(Some));
                    }
                }
            }
        }
        slots = next;
    }
    Found { star, slots: slots.into_iter().map(|slot| slot.map_or(Slot::Missing, Slot::Value)).collect() }
}
