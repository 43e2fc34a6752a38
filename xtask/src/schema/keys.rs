//! Objects of a schema: keys that match in any spelling of case, as the language wants it (spec D-5).

use serde_json::{Map, Value, json};

/// A pattern for a word without regard to ASCII case.
fn letters(word: &str) -> String {
    word.chars()
        .map(|c| match (c.to_ascii_lowercase(), c.to_ascii_uppercase()) {
            (lower, upper) if lower != upper => format!("[{lower}{upper}]"),
            _ if c.is_ascii_alphanumeric() => c.to_string(),
            _ => format!("\\{c}"),
        })
        .collect()
}

/// A pattern for any of some words, in any case.
pub fn any_case(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| letters(word)).collect();
    format!("^(?:{})$", words.join("|"))
}

/// The same without the spellings given: a key is looked at once, not by `properties` and by a pattern as well,
/// which would double the work with each level of nesting.
fn other_case(words: &[&str]) -> String {
    let own: Vec<String> = words.iter().map(|word| word.replace('$', "\\$")).collect();
    let any = any_case(words);
    format!("^(?!(?:{})$){}", own.join("|"), any.trim_start_matches('^'))
}

/// What an object with one of these keys, in any case, fulfils.
pub fn has(words: &[&str]) -> Value {
    json!({"not": {"propertyNames": {"not": {"pattern": any_case(words)}}}})
}

/// What must be there, under one of some names: the first is asked for where none is.
fn needed(words: &[&str]) -> Value {
    let [first, rest @ ..] = words else { return json!(true) };
    let mut other = other_case(&[first]);
    if !rest.is_empty() {
        other = format!("{}|{}", other, any_case(rest));
    }
    json!({"if": {"propertyNames": {"not": {"pattern": other}}}, "then": {"required": [first]}})
}

/// One of some words in any case: an enumeration for completion, a pattern for the rest.
pub fn one_of(words: &[&str]) -> Value {
    json!({"anyOf": [{"enum": words}, {"type": "string", "pattern": other_case(words)}]})
}

/// One of some words in any case, or an expression.
pub fn one_of_or_expression(words: &[&str]) -> Value {
    json!({"anyOf": [{"enum": words}, {"type": "string", "pattern": other_case(words)}, reference("expression")]})
}

/// A definition of the same schema.
pub fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/definitions/{name}")})
}

/// An array of these; where a lone one counts as a list of one, that as well.
pub fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

/// The same, or nothing: `null` counts as absent.
pub fn or_null(schema: Value) -> Value {
    match &schema {
        Value::Object(object) if object.len() == 1 && object.get("type").is_some_and(Value::is_string) => {
            json!({"type": [object["type"], "null"]})
        }
        _ => json!({"anyOf": [schema, {"type": "null"}]}),
    }
}

/// An object that is written down key by key.
pub struct Keys {
    properties: Map<String, Value>,
    /// Constraints of keys in other case, with the names that they hold for.
    patterns: Vec<(Value, Vec<&'static str>)>,
    /// Names that are accepted and not offered.
    aliases: Vec<(Value, Vec<&'static str>)>,
    all_of: Vec<Value>,
    other: Map<String, Value>,
    exact: bool,
    required: Vec<&'static str>,
}

impl Keys {
    /// Keys match in any case; no others are allowed.
    pub fn new(about: &str) -> Self {
        let mut other = Map::new();
        other.insert("type".into(), "object".into());
        other.insert("additionalProperties".into(), false.into());
        if !about.is_empty() {
            other.insert("description".into(), about.into());
        }
        Self {
            properties: Map::new(),
            patterns: Vec::new(),
            aliases: Vec::new(),
            all_of: Vec::new(),
            other,
            exact: false,
            required: Vec::new(),
        }
    }

    /// Keys match exactly; no others are allowed.
    pub fn exact(about: &str) -> Self {
        Self { exact: true, ..Self::new(about) }
    }

    /// A key with its meaning. Null counts as absent where keys match in any case.
    pub fn key(self, name: &'static str, about: &str, schema: Value) -> Self {
        let schema = if self.exact || schema == json!(true) { schema } else { or_null(schema) };
        self.strict(name, about, schema)
    }

    /// A key of which null is not the absence.
    pub fn strict(mut self, name: &'static str, about: &str, schema: Value) -> Self {
        let mut described = match &schema {
            Value::Object(object) if !object.contains_key("$ref") => object.clone(),
            // Beside `$ref` nothing else counts in this draft.
            Value::Object(_) => json!({"allOf": [schema]}).as_object().cloned().unwrap_or_default(),
            _ => Map::new(),
        };
        described.insert("description".into(), about.into());
        self.properties.insert(name.into(), described.into());
        self.other_names(&schema, name);
        self
    }

    /// Another name for a key: accepted, not offered.
    pub fn also(mut self, name: &'static str, schema: &Value) -> Self {
        let schema = or_null(schema.clone());
        match self.aliases.iter_mut().find(|(known, _)| *known == schema) {
            Some((_, names)) => names.push(name),
            None => self.aliases.push((schema, vec![name])),
        }
        self
    }

    fn other_names(&mut self, schema: &Value, name: &'static str) {
        if self.exact {
            return;
        }
        match self.patterns.iter_mut().find(|(known, _)| known == schema) {
            Some((_, names)) => names.push(name),
            None => self.patterns.push((schema.clone(), vec![name])),
        }
    }

    /// One of these must be there.
    pub fn need(mut self, names: &[&'static str]) -> Self {
        if self.exact {
            self.required.extend(names);
        } else {
            self.all_of.push(needed(names));
        }
        self
    }

    /// Keys that are not named may be there as well.
    pub fn open(mut self) -> Self {
        self.other.remove("additionalProperties");
        self
    }

    /// A keyword beside.
    pub fn with(mut self, keyword: &str, value: Value) -> Self {
        self.other.insert(keyword.into(), value);
        self
    }

    /// Something else that must hold.
    pub fn and(mut self, schema: Value) -> Self {
        self.all_of.push(schema);
        self
    }

    /// The schema.
    pub fn build(self) -> Value {
        let mut object = self.other;
        object.insert("properties".into(), self.properties.into());
        let aliases = self.aliases.into_iter().map(|(schema, names)| (any_case(&names), schema));
        let patterns = self.patterns.into_iter().map(|(schema, names)| (other_case(&names), schema));
        let patterns: Map<String, Value> = patterns.chain(aliases).collect();
        if !patterns.is_empty() {
            object.insert("patternProperties".into(), patterns.into());
        }
        if !self.required.is_empty() {
            object.insert("required".into(), self.required.into());
        }
        if !self.all_of.is_empty() {
            object.insert("allOf".into(), self.all_of.into());
        }
        object.into()
    }
}
