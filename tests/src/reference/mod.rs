//! A second evaluator, as naive as can be: a transcription of the specification on plain JSON, rule by rule, to
//! compare the engine with. Nothing is folded, shared, prepared or fast, and nothing is taken from the engine's
//! evaluator. From the engine's public face it takes alias data, ids, and single pure template functions.
//! The id of the rule stands at each decision.

mod applicability;
mod conditions;
mod counts;
mod expression;
mod fields;
mod functions;
mod operators;
mod parser;
mod resource;
mod surroundings;
mod value;

pub use functions::plain;
pub use resource::Resource;

use ordain::Aliases;
use serde_json::{Map, Value as Json};

/// The outcome of a condition (C-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not.
    False,
    /// The input does not hold what is needed; the reason's name.
    Unknown(&'static str),
    /// It failed; the failure's name.
    Error(&'static str),
}

/// Why an expression has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It failed (F-23).
    Fault(&'static str),
    /// It depends on what is not known (F-39).
    Unknown(&'static str),
}

/// The state of a record (09 section 1); no record is `None` around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The wire name.
    pub state: &'static str,
    /// Of `NotEvaluated` and `Error`.
    pub reason: Option<&'static str>,
    /// The truth of the rule, where it was judged.
    pub holds: Option<bool>,
}

/// The state that related resources decide (E-19): the reference stops where the rule is true.
pub const RELATED: &str = "decided by related resources";

/// What the evaluator needs beside rule and resource.
#[derive(Debug)]
pub struct World<'w> {
    /// Alias data.
    pub aliases: &'w Aliases,
    /// The resource judged.
    pub resource: &'w Resource,
    /// Bound parameters (D-62).
    pub parameters: &'w Map<String, Json>,
    /// The id of the definition, for `policy()`.
    pub definition: &'w str,
}

/// One `count` around what is evaluated.
#[derive(Clone, Debug)]
pub enum Frame {
    /// A value count: name and member.
    Value(String, Json),
    /// A field count: each bound path, longest first, with its element.
    Field(Vec<(Vec<ordain::aliases::Step>, Json)>),
}

/// What a condition sees: the document, in which each counted element is the only member of its array, and
/// the counts around, the innermost last.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The document's root.
    pub document: Json,
    /// The counts.
    pub frames: Vec<Frame>,
    /// Product of the lengths of the value counts around (D-72).
    pub iterations: usize,
}

/// A definition as the evaluator reads it: plain JSON, parameters bound.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The members beside `policyRule`: mode and policy type.
    pub body: Json,
    /// What `policy().definitionId` yields.
    pub definition: String,
    /// Bound values.
    pub parameters: Map<String, Json>,
}

impl Policy {
    /// Binds a definition to the defaults of its parameters (D-54).
    #[must_use]
    pub fn new(body: &Json, definition: &str) -> Self {
        let mut parameters = Map::new();
        for (name, declared) in member(body, "parameters").and_then(Json::as_object).into_iter().flatten() {
            // D-55: null is no default.
            if let Some(default) = member(declared, "defaultValue").filter(|d| !d.is_null()) {
                let kind = member(declared, "type").and_then(Json::as_str).unwrap_or_default();
                parameters.insert(name.clone(), value::coerce(kind, default));
            }
        }
        Self { body: body.clone(), definition: definition.to_owned(), parameters }
    }

    /// Judges one resource.
    #[must_use]
    pub fn judge(&self, aliases: &Aliases, resource: &Resource) -> Option<Record> {
        let world =
            World { aliases, resource, parameters: &self.parameters, definition: self.definition.as_str() };
        applicability::record(self, &world)
    }
}

/// The member of an object of the definition language: names match without regard to ASCII case (D-5).
pub(crate) fn member<'j>(object: &'j Json, name: &str) -> Option<&'j Json> {
    object.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The member of an object of data: exact match first, then without regard to ASCII case (L-90, F-17).
pub(crate) fn look_up<'j>(object: &'j Map<String, Json>, name: &str) -> Option<&'j Json> {
    object
        .get(name)
        .or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}
