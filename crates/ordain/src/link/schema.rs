//! Values of object parameters against their JSON Schema, as far as spec D-53 goes.
//!
//! Keywords that are not checked, and those whose own value means nothing, were told when the declaration was
//! read; here they admit everything.

use crate::diagnostic::a;
use crate::syntax::same;
use crate::value::{Number, Object, Value};
use std::cmp::Ordering;

/// Where a value breaks its schema.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Breach {
    /// The keyword.
    pub(super) keyword: &'static str,
    /// The place in the value, `$` for the whole.
    pub(super) path: String,
    /// What is wrong there.
    pub(super) what: String,
}

/// Everything in which a value breaks a schema, in the order of the value's places.
pub(super) fn breaches(schema: &Value, value: &Value) -> Vec<Breach> {
    let mut check = Check { path: "$".to_owned(), found: Vec::new() };
    check.value(schema, value);
    check.found
}

struct Check {
    path: String,
    found: Vec<Breach>,
}

impl Check {
    fn breach(&mut self, keyword: &'static str, what: impl Into<String>) {
        self.found.push(Breach { keyword, path: self.path.clone(), what: what.into() });
    }

    /// Goes on one step below the place.
    fn below(&mut self, step: &str, schema: &Value, value: &Value) {
        let length = self.path.len();
        self.path.push_str(step);
        self.value(schema, value);
        self.path.truncate(length);
    }

    fn value(&mut self, schema: &Value, value: &Value) {
        let schema = match schema {
            Value::Bool(false) => return self.breach("false", "nothing is allowed here"),
            Value::Object(schema) => &**schema,
            _ => return,
        };
        self.any(schema, value);
        match value {
            Value::Object(object) => self.object(schema, object),
            Value::Array(members) => self.array(schema, members),
            Value::Text(text) => self.text(schema, text),
            Value::Number(number) => self.number(schema, number),
            _ => {}
        }
    }

    fn any(&mut self, schema: &Object, value: &Value) {
        if let Some(kinds) = schema.get_exact("type") {
            let kinds = kinds.as_array().unwrap_or(std::slice::from_ref(kinds));
            let names: Vec<&str> = kinds.iter().filter_map(Value::as_text).collect();
            let known = !names.is_empty() && names.iter().all(|name| crate::syntax::TYPES.contains(name));
            if known && !names.iter().any(|name| is(value, name)) {
                let wanted = names.join(" or ");
                self.breach("type", format!("{} is needed, not {}", a(&wanted), a(value.kind())));
            }
        }
        if let Some(listed) = schema.get_exact("enum").and_then(Value::as_array)
            && !listed.iter().any(|one| same(one, value))
        {
            let listed: Vec<String> = listed.iter().map(|one| format!("`{}`", one.to_json())).collect();
            self.breach("enum", format!("`{}` is none of {}", value.to_json(), listed.join(", ")));
        }
        if let Some(constant) = schema.get_exact("const")
            && !same(constant, value)
        {
            self.breach("const", format!("it must be `{}`", constant.to_json()));
        }
    }

    fn object(&mut self, schema: &Object, object: &Object) {
        self.size(schema, ["minProperties", "maxProperties"], object.len(), "members");
        for name in schema.get_exact("required").and_then(Value::as_array).into_iter().flatten() {
            if let Some(name) = name.as_text()
                && object.get_exact(name).is_none()
            {
                self.breach("required", format!("`{name}` is missing"));
            }
        }
        let named = schema.get_exact("properties").and_then(Value::as_object);
        // Which members are additional depends on this keyword, and it is not checked.
        let unsure = schema.get_exact("patternProperties").is_some();
        let others = schema.get_exact("additionalProperties").filter(|_| !unsure);
        for (name, member) in object.members() {
            match (named.and_then(|named| named.get_exact(name)), others) {
                (Some(own), _) => self.below(&step(name), own, member),
                (None, Some(Value::Bool(false))) => {
                    self.breach("additionalProperties", format!("`{name}` is not known"));
                }
                (None, Some(others)) => self.below(&step(name), others, member),
                (None, None) => {}
            }
        }
    }

    fn array(&mut self, schema: &Object, members: &[Value]) {
        self.size(schema, ["minItems", "maxItems"], members.len(), "elements");
        let Some(items) = schema.get_exact("items") else { return };
        for (at, member) in members.iter().enumerate() {
            let own = match items {
                Value::Array(places) => places.get(at),
                all => Some(all),
            };
            if let Some(own) = own {
                self.below(&format!("[{at}]"), own, member);
            }
        }
    }

    fn text(&mut self, schema: &Object, text: &str) {
        self.size(schema, ["minLength", "maxLength"], text.chars().count(), "characters");
        if let Some(pattern) = schema.get_exact("pattern").and_then(Value::as_text)
            && let Ok(regex) = regex_lite::Regex::new(pattern)
            && !regex.is_match(text)
        {
            self.breach("pattern", format!("`{text}` does not match `{pattern}`"));
        }
    }

    fn number(&mut self, schema: &Object, number: &Number) {
        let bounds = [("minimum", Ordering::Less, "less"), ("maximum", Ordering::Greater, "more")];
        for (keyword, wrong, word) in bounds {
            if let Some(Value::Number(bound)) = schema.get_exact(keyword)
                && number.view().order(bound.view()) == Some(wrong)
            {
                let (value, bound) = (number.view().text(), bound.view().text());
                self.breach(keyword, format!("{value} is {word} than {bound}"));
            }
        }
    }

    fn size(&mut self, schema: &Object, keywords: [&'static str; 2], size: usize, things: &str) {
        let [least, most] = keywords;
        let bound = |keyword: &str| {
            let given = schema.get_exact(keyword).and_then(Value::as_int);
            given.and_then(|n| usize::try_from(n).ok())
        };
        if let Some(bound) = bound(least).filter(|bound| size < *bound) {
            self.breach(least, format!("{size} {things}, at least {bound} needed"));
        }
        if let Some(bound) = bound(most).filter(|bound| size > *bound) {
            self.breach(most, format!("{size} {things}, at most {bound} allowed"));
        }
    }
}

/// A number without fraction is an integer, however it is written.
fn is(value: &Value, name: &str) -> bool {
    match (value, name) {
        (Value::Null, "null")
        | (Value::Bool(_), "boolean")
        | (Value::Number(_), "number")
        | (Value::Text(_), "string")
        | (Value::Array(_), "array")
        | (Value::Object(_), "object") => true,
        (Value::Number(Number::Float(n)), "integer") => n.is_finite() && n.fract() == 0.0,
        (Value::Number(_), "integer") => true,
        _ => false,
    }
}

/// A member's place, as people write it.
fn step(name: &str) -> String {
    let plain = !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain { format!(".{name}") } else { format!("['{name}']") }
}

#[cfg(test)]
mod tests;
