//! Where in a document the target of an operation lies: pointers as the document spells them (spec E-46, E-50,
//! E-51, E-54, E-55, E-59).

use super::patch::Token;
use crate::aliases::Step;
use crate::document::{blank_is_absent, flattened_name};
use crate::limits;
use crate::value::text::key_eq;
use crate::value::{Object, Reason, Value};
use std::sync::Arc;

/// What a document's shape says about places.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Shape {
    /// Properties stand at the top (spec I-17).
    pub(crate) flattened: bool,
    /// Properties were not exported (spec I-16).
    pub(crate) hidden: Option<Reason>,
    /// Whether missing parents are made (option of spec E-46).
    pub(crate) create_parents: bool,
}

/// A place that an operation is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    /// Here; whether something is there is for the document to say.
    Spot(Spot),
    /// A container above it is missing (spec E-46).
    ParentMissing,
    /// The input does not say what is there.
    Hidden(Reason),
    /// The document's shape has no such place (spec E-59).
    NoImage,
}

/// A place that has a pointer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spot {
    /// The way there.
    pub(super) tokens: Vec<Token>,
    /// Lengths of the fronts of it that must be made first.
    pub(super) missing: Vec<usize>,
}

/// Containers at the root that are made when they are missing (spec E-46).
const MADE: [&str; 3] = ["properties", "tags", "identity"];

/// All places of a path, in the order of the document. A path with `[*]` inside has one for each element.
pub(super) fn places(body: &Value, steps: &[Step], shape: Shape) -> Vec<Place> {
    let mut walk = Walk { shape, tokens: Vec::new(), places: Vec::new() };
    if steps.len() > limits::JSON_DEPTH {
        return vec![Place::ParentMissing];
    }
    match steps {
        [Step::Key(first), rest @ ..] if shape.flattened && key_eq(first, "properties") => {
            walk.flattened(body, rest);
        }
        [Step::Key(first), ..] if key_eq(first, "properties") && is_absent(body, first) => {
            match shape.hidden {
                Some(reason) => walk.places.push(Place::Hidden(reason)),
                None => walk.at(body, steps),
            }
        }
        _ => walk.at(body, steps),
    }
    walk.places
}

/// What stands at a spot now, exactly.
pub(super) fn raw<'v>(body: &'v Value, spot: &Spot) -> Option<&'v Value> {
    spot.tokens.iter().try_fold(body, |at, token| match (at, token) {
        (Value::Object(object), Token::Key(key)) => object.get_exact(key),
        (Value::Array(items), Token::Index(index)) => items.get(*index),
        _ => None,
    })
}

/// The same as policies see it.
pub(super) fn current<'v>(body: &'v Value, spot: &Spot) -> Option<&'v Value> {
    let found = raw(body, spot)?;
    // An empty text is how some exports write that a member of the envelope is absent (spec L-110).
    match (&spot.tokens[..], found.as_text()) {
        ([Token::Key(key)], Some("")) if blank_is_absent(key) => Some(&Value::Null),
        _ => Some(found),
    }
}

fn is_absent(body: &Value, key: &str) -> bool {
    body.as_object().is_none_or(|object| object.get(key).is_none_or(Value::is_null))
}

/// A member with its name as it is spelled: exact first, as everywhere (spec L-90).
fn member<'v>(object: &'v Object, name: &str) -> Option<(&'v Arc<str>, &'v Value)> {
    let exact = object.members().iter().find(|(key, _)| &**key == name);
    let found = exact.or_else(|| object.members().iter().find(|(key, _)| key_eq(key, name)));
    found.map(|(key, value)| (key, value))
}

struct Walk {
    shape: Shape,
    tokens: Vec<Token>,
    places: Vec<Place>,
}

impl Walk {
    fn flattened(&mut self, body: &Value, rest: &[Step]) {
        let [Step::Key(key), ..] = rest else { return self.places.push(Place::NoImage) };
        let Some(name) = flattened_name(key) else { return self.places.push(Place::NoImage) };
        // A renamed column that the row lacks: nobody knows whether the command would have printed it.
        if name != &**key && is_absent(body, name) {
            return self.places.push(Place::NoImage);
        }
        let mut steps = rest.to_vec();
        if let Some(first) = steps.first_mut() {
            *first = Step::Key(name.into());
        }
        self.at(body, &steps);
    }

    fn spot(&mut self, missing: Vec<usize>) {
        self.places.push(Place::Spot(Spot { tokens: self.tokens.clone(), missing }));
    }

    /// The places below a node that is there.
    fn at(&mut self, node: &Value, steps: &[Step]) {
        match (steps, node) {
            ([], _) => self.spot(Vec::new()),
            (_, Value::Unknown(reason)) => self.places.push(Place::Hidden(*reason)),
            ([Step::Key(key), rest @ ..], Value::Object(object)) => self.below(object, key, rest),
            ([Step::Each, rest @ ..], Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.tokens.push(Token::Index(index));
                    self.at(item, rest);
                    self.tokens.pop();
                }
            }
            // No array, no elements (spec E-51).
            ([Step::Each, ..], _) => {}
            ([Step::Key(_), ..], _) => self.places.push(Place::ParentMissing),
        }
    }

    fn below(&mut self, object: &Object, key: &str, rest: &[Step]) {
        let found = member(object, key);
        self.tokens.push(Token::Key(found.map_or_else(|| key.into(), |(name, _)| name.clone())));
        let usable = |value: &Value| match rest {
            [] | [Step::Each, ..] => true,
            _ => matches!(value, Value::Object(_) | Value::Unknown(_)),
        };
        match found {
            Some((_, value)) if usable(value) => self.at(value, rest),
            _ => self.absent(rest),
        }
        self.tokens.pop();
    }

    /// The place below the way so far, where there is no container yet.
    fn absent(&mut self, rest: &[Step]) {
        let depth = self.tokens.len();
        let mut missing = Vec::new();
        for (done, step) in rest.iter().enumerate() {
            let Step::Key(key) = step else {
                self.tokens.truncate(depth);
                return;
            };
            let made = match &self.tokens[..] {
                [Token::Key(root)] => MADE.iter().any(|name| key_eq(name, root)),
                _ => false,
            };
            if !made && !self.shape.create_parents {
                // Behind a star that leads nowhere there is nothing to miss (spec E-51).
                if !rest.iter().skip(done).any(|step| *step == Step::Each) {
                    self.places.push(Place::ParentMissing);
                }
                self.tokens.truncate(depth);
                return;
            }
            missing.push(self.tokens.len());
            self.tokens.push(Token::Key(key.as_ref().into()));
        }
        self.spot(missing);
        self.tokens.truncate(depth);
    }
}
