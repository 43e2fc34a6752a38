//! The schema of an object parameter: which of its keywords are checked (spec D-53).

use super::{Problem, Reading};
use crate::json::{Json, Member};
use crate::value::{Node, Num, View};

/// What a keyword's value must be to mean anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Anything.
    Any,
    /// One or several names of types.
    Types,
    /// A number.
    Number,
    /// A whole number from zero on.
    Count,
    /// A regular expression.
    Pattern,
    /// Any values.
    List,
    /// Texts.
    Names,
    /// A schema.
    Schema,
    /// A schema, or one for each place.
    Schemas,
    /// Schemas by name.
    Named,
}

/// The keywords that are checked. What they mean is said in `link::schema`.
const CHECKED: [(&str, Shape); 16] = [
    ("additionalProperties", Shape::Schema),
    ("const", Shape::Any),
    ("enum", Shape::List),
    ("items", Shape::Schemas),
    ("maxItems", Shape::Count),
    ("maxLength", Shape::Count),
    ("maxProperties", Shape::Count),
    ("maximum", Shape::Number),
    ("minItems", Shape::Count),
    ("minLength", Shape::Count),
    ("minProperties", Shape::Count),
    ("minimum", Shape::Number),
    ("pattern", Shape::Pattern),
    ("properties", Shape::Named),
    ("required", Shape::Names),
    ("type", Shape::Types),
];

/// Keywords that demand nothing of a value: nothing is ignored when they are.
const REMARKS: [&str; 10] = [
    "$comment",
    "$id",
    "$schema",
    "default",
    "deprecated",
    "description",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];

/// The names that `type` knows.
pub(crate) const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

impl Reading<'_> {
    /// Tells each keyword that is not checked, once for a parameter.
    pub(super) fn check_schema(&mut self, parameter: &str, schema: &Json<'_>) {
        let mut ignored: Vec<(&Member<'_>, &'static str)> = Vec::new();
        collect(schema, &mut ignored);
        for (at, (member, why)) in ignored.iter().enumerate() {
            if ignored.iter().take(at).all(|(earlier, _)| earlier.key != member.key) {
                let keyword = member.key.to_string();
                let problem = Problem::SchemaKeywordIgnored { name: parameter.to_owned(), keyword, why };
                self.report(&problem, member.key_span);
            }
        }
    }
}

fn collect<'j, 't>(schema: &'j Json<'t>, ignored: &mut Vec<(&'j Member<'t>, &'static str)>) {
    for member in schema.members() {
        match CHECKED.iter().find(|(name, _)| *name == member.key) {
            Some((_, shape)) => {
                if let Some(why) = shape.misfit(&member.value) {
                    ignored.push((member, why));
                    continue;
                }
                match shape {
                    Shape::Schema => collect(&member.value, ignored),
                    Shape::Schemas if member.value.is_array() => {
                        member.value.items().iter().for_each(|schema| collect(schema, ignored));
                    }
                    Shape::Schemas => collect(&member.value, ignored),
                    Shape::Named => {
                        member.value.members().iter().for_each(|named| collect(&named.value, ignored));
                    }
                    _ => {}
                }
            }
            None if REMARKS.contains(&&*member.key) => {}
            None => ignored.push((member, "this keyword is not supported")),
        }
    }
}

impl Shape {
    /// What the value would have to be.
    fn misfit(self, value: &Json<'_>) -> Option<&'static str> {
        let text = |json: &Json<'_>| json.as_text().is_some();
        let name = |json: &Json<'_>| json.as_text().is_some_and(|t| TYPES.contains(&t));
        let schema = |json: &Json<'_>| json.is_object() || matches!(json.view(), View::Bool(_));
        let (fits, wanted) = match self {
            Self::Any => (true, ""),
            Self::Types => {
                let several = value.is_array() && value.items().iter().all(name);
                (name(value) || several, "its value must be a type of JSON Schema, or an array of types")
            }
            Self::Number => (matches!(value.view(), View::Number(_)), "its value must be a number"),
            Self::Count => {
                let fits = match value.view() {
                    View::Number(Num::Int(n)) => n >= 0,
                    View::Number(n) => n.is_integer(),
                    _ => false,
                };
                (fits, "its value must be a whole number from 0 on")
            }
            Self::Pattern => {
                let fits = value.as_text().is_some_and(|t| regex_lite::Regex::new(t).is_ok());
                (fits, "its value must be a regular expression without look-around and back-references")
            }
            Self::List => (value.is_array(), "its value must be an array"),
            Self::Names => {
                (value.is_array() && value.items().iter().all(text), "its value must be an array of strings")
            }
            Self::Schema => (schema(value), "its value must be a schema"),
            Self::Schemas => {
                let several = value.is_array() && value.items().iter().all(schema);
                (schema(value) || several, "its value must be a schema, or an array of schemas")
            }
            Self::Named => {
                let fits = value.is_object() && value.members().iter().all(|m| schema(&m.value));
                (fits, "its value must be an object of schemas")
            }
        };
        (!fits).then_some(wanted)
    }
}
