//! The schema of the configuration file, from the table that the command line reads it by.

use super::keys::{Keys, list, one_of, or_null};
use ordain::State;
use ordain_cli::configuration::{KEYS, Key, Kind, VERBS, words};
use serde_json::{Value, json};

/// The whole schema.
pub fn schema() -> Value {
    let about = "Options that need not be typed. A key counts for every verb that has an option of that name; what stands in the section of a verb wins, and what is typed wins over both. Paths are relative to this file.";
    let mut keys = Keys::exact(about).key("$schema", "The schema of this file.", json!({"type": "string"}));
    for key in KEYS.iter().filter(|key| !key.of_verb) {
        keys =
            keys.key(key.name, &about_key(key), value(key, key.verbs.first().copied().unwrap_or_default()));
    }
    for verb in VERBS {
        let mut section = Keys::exact(&format!("What holds for `ordain {verb}` alone."));
        for key in KEYS.iter().filter(|key| key.is_of(verb)) {
            section = section.key(key.name, key.about, value(key, verb));
        }
        keys = keys.key(verb, &format!("What holds for `ordain {verb}` alone."), or_null(section.build()));
    }
    let mut schema = keys.build();
    schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    schema["title"] = "The configuration file of ordain".into();
    // An empty file sets nothing.
    schema["type"] = json!(["object", "null"]);
    schema
}

fn about_key(key: &Key) -> String {
    let verbs: Vec<String> = key.verbs.iter().map(|verb| format!("`{verb}`")).collect();
    format!("{} Of: {}.", key.about, verbs.join(", "))
}

fn value(key: &Key, verb: &str) -> Value {
    let text = json!({"type": "string", "minLength": 1});
    let one = match key.kind {
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Number => json!({"type": "integer", "minimum": 1}),
        Kind::Percent => json!({"type": "integer", "minimum": 0, "maximum": 100}),
        Kind::Values => json!({"type": "object"}),
        Kind::Scope => json!({"type": "string", "pattern": "^/"}),
        Kind::Word => {
            let known = words(verb, key.name);
            one_of(&known.iter().map(String::as_str).collect::<Vec<_>>())
        }
        Kind::States => {
            let states: Vec<&str> = State::ALL.iter().map(|(_, name)| *name).chain(["none"]).collect();
            json!({"anyOf": [{"enum": states}, {"type": "string", "pattern": super::suite::spelled(&states)}]})
        }
        Kind::Time => json!({"type": "string", "pattern": "^none$|^[0-9]{4}-[0-9]{2}-[0-9]{2}T"}),
        Kind::Paths | Kind::Path | Kind::Text => text,
    };
    let one = match key.kind {
        Kind::Paths | Kind::States => json!({"anyOf": [one.clone(), list(one)]}),
        _ => one,
    };
    or_null(one)
}
