//! Damages to a document, one at a time, and the places at which a schema cannot see one.

use super::documents::{Document, Kind};
use ordain::probe;
use serde_json::{Map, Value as Json, json};

/// What is done to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// Two letters of a key change places.
    Misspelt,
    /// A value is of another type.
    OtherType,
    /// An operator gets a name that none has.
    UnknownOperator,
    /// A key that must be there is gone.
    Dropped,
}

/// A damage that can be done to a document.
pub struct Damaged {
    pub damage: Damage,
    /// To the object that is changed.
    steps: Vec<Step>,
    key: String,
    change: Change,
}

enum Change {
    /// The key gets another name.
    Rename(String),
    /// The value becomes this one.
    Set(Json),
    /// The key goes.
    Remove,
}

impl Damaged {
    /// Where the damage is: keys from the root, positions in arrays left out.
    pub fn path(&self) -> Vec<String> {
        let mut names = names(&self.steps);
        names.push(self.key.clone());
        names
    }

    /// The document with it.
    pub fn apply(&self, document: &Document) -> Json {
        let mut json = document.json.clone();
        let mut at = &mut json;
        for step in &self.steps {
            at = match step {
                Step::Key(key) => &mut at[key.as_str()],
                Step::At(index) => &mut at[*index],
            };
        }
        let object = at.as_object_mut().expect("an object");
        let value = object.remove(&self.key).unwrap_or_default();
        match &self.change {
            Change::Rename(name) => drop(object.insert(name.clone(), value)),
            Change::Set(other) => drop(object.insert(self.key.clone(), other.clone())),
            Change::Remove => {}
        }
        json
    }
}

/// Objects by what must be in them: the last name of the path (with `*` for any), and the keys.
const REQUIRED: &[(Kind, &[&str], &[&str])] = &[
    (Kind::Definition, &["properties"], &["policyRule"]),
    (Kind::Definition, &["policyRule"], &["if", "then"]),
    (Kind::Definition, &["policyRule", "then"], &["effect"]),
    (Kind::Definition, &["properties", "parameters", "*"], &["type"]),
    (Kind::Definition, &["then", "details", "operations"], &["operation", "field"]),
    (Kind::Initiative, &["properties", "policyDefinitions"], &["policyDefinitionId"]),
    (Kind::Initiative, &["properties", "policyDefinitionGroups"], &["name"]),
    (Kind::Initiative, &["properties", "parameters", "*"], &["type"]),
    (Kind::Assignment, &["properties"], &["policyDefinitionId"]),
    (Kind::Assignment, &["nonComplianceMessages"], &["message"]),
    (Kind::Assignment, &["selectors"], &["kind"]),
    (Kind::Assignment, &["overrides"], &["kind", "value"]),
    (Kind::Exemption, &["properties"], &["policyAssignmentId", "exemptionCategory"]),
    (Kind::Exemption, &["selectors"], &["kind"]),
];

/// Where a damage cannot be seen, with the reason. `…` is any number of keys, `*` one, `A|B` either.
const FREE: &[(Option<Damage>, &str, &str)] = &[
    (None, "… metadata … *", "metadata has any form"),
    (Some(Damage::Misspelt), "… parameters|parameter *", "parameters have names of their own"),
    (
        None,
        "… parameters * schema|defaultValue|allowedValues … *",
        "schemas and values of parameters are data",
    ),
    (None, "… template … *", "templates are another language, with a schema of its own"),
    (Some(Damage::OtherType), "… equals|notEquals", "these operators take values of all types"),
    (Some(Damage::OtherType), "… value", "a value may be of any type"),
    (None, "… equals|notEquals|in|notIn|value … *", "the inside of values is data"),
    (
        Some(Damage::OtherType),
        "… parameters|parameter *",
        "a value may stand bare, which is told as a warning",
    ),
    (
        Some(Damage::OtherType),
        "… in|notIn|groupNames|policyDefinitionReferenceIds|policyDefinitionReferenceId|notScopes",
        LONE,
    ),
    (Some(Damage::OtherType), "… scope *", LONE),
    (None, "… identity *", "of an identity nothing but its type is read"),
    (Some(Damage::Misspelt), "… then details *", DATA_PLANE),
    (None, "… then details * … *", DATA_PLANE),
    (Some(Damage::OtherType), "… then details constraint|constraintTemplate|values|policy", DATA_PLANE),
];

const LONE: &str = "a lone text is a list of one";

/// Holds where the details are for a data plane only.
const DATA_PLANE: &str = "what a data plane gets is not read";

/// Every damage to a document.
pub fn damages(document: &Document) -> Vec<Damaged> {
    let mut found = Vec::new();
    let mut walk = Walk { document, found: &mut found };
    walk.object(&document.json, &mut Vec::new());
    found
}

/// One step from the root: a key, or a position in an array.
#[derive(Clone)]
enum Step {
    Key(String),
    At(usize),
}

struct Walk<'d> {
    document: &'d Document,
    found: &'d mut Vec<Damaged>,
}

impl Walk<'_> {
    fn object(&mut self, json: &Json, path: &mut Vec<Step>) {
        match json {
            Json::Object(members) => {
                for (key, value) in members {
                    self.member(members, key, value, path);
                    path.push(Step::Key(key.clone()));
                    self.object(value, path);
                    path.pop();
                }
            }
            Json::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    path.push(Step::At(at));
                    self.object(item, path);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    fn member(&mut self, members: &Map<String, Json>, key: &str, value: &Json, path: &[Step]) {
        if let Some(misspelt) = misspelt(key).filter(|other| !members.contains_key(other)) {
            self.push(Damage::Misspelt, key, path, Change::Rename(misspelt));
        }
        match value {
            Json::Null => {}
            Json::Array(_) | Json::Object(_) => {
                self.push(Damage::OtherType, key, path, Change::Set(json!("changed")));
            }
            _ => self.push(Damage::OtherType, key, path, Change::Set(json!({"changed": 1}))),
        }
        let subject = ["field", "value", "count"].iter().any(|subject| members.contains_key(*subject));
        if members.len() == 2 && subject && probe::operators().iter().any(|row| row.name == key) {
            self.push(Damage::UnknownOperator, key, path, Change::Rename(format!("{key}To")));
            self.push(Damage::Dropped, key, path, Change::Remove);
        }
        let names = names(path);
        let needed = REQUIRED.iter().any(|(kind, place, keys)| {
            *kind == self.document.kind && keys.contains(&key) && ends_with(&names, place)
        });
        if needed || (path.is_empty() && key == "properties") {
            self.push(Damage::Dropped, key, path, Change::Remove);
        }
    }

    fn push(&mut self, damage: Damage, key: &str, path: &[Step], change: Change) {
        self.found.push(Damaged { damage, steps: path.to_vec(), key: key.to_owned(), change });
    }
}

fn names(path: &[Step]) -> Vec<String> {
    path.iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(key.clone()),
            Step::At(_) => None,
        })
        .collect()
}

fn ends_with(names: &[String], place: &[&str]) -> bool {
    names.len() >= place.len()
        && names.iter().rev().zip(place.iter().rev()).all(|(name, wanted)| *wanted == "*" || name == wanted)
}

/// The key with two different letters swapped.
fn misspelt(key: &str) -> Option<String> {
    let mut letters: Vec<char> = key.chars().collect();
    let at = (0..letters.len().saturating_sub(1))
        .rev()
        .find(|at| !letters[*at].eq_ignore_ascii_case(&letters[at + 1]))?;
    letters.swap(at, at + 1);
    Some(letters.into_iter().collect())
}

/// Why a schema cannot see this damage; `None` where it must.
pub fn free(document: &Document, damage: Damage, path: &[String]) -> Option<&'static str> {
    let first = document.json.get(0).unwrap_or(&document.json);
    let nested = first.get("properties").or_else(|| first.get("Properties")).is_some();
    let tree = first.get("nodeName").is_some();
    if nested && !path[0].eq_ignore_ascii_case("properties") {
        return Some("around `properties` stands what tools like");
    }
    let declarations = document.kind == Kind::Definition
        && !nested
        && first.get("policyRule").or(first.get("PolicyRule")).or(first.get("if")).is_none();
    if declarations && path.len() == 1 && damage == Damage::Misspelt {
        return Some("parameters have names of their own");
    }
    if tree && damage == Damage::Misspelt {
        return Some("nodes of assignment trees may have keys that are not read");
    }
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    let rule = first.pointer("/properties/policyRule").or_else(|| first.get("policyRule")).unwrap_or(first);
    let data_plane = ["templateInfo", "constraintTemplate", "mutationInfo", "policyId"]
        .iter()
        .any(|key| rule["then"]["details"].get(key).is_some());
    let fits = |(of, pattern, reason): &&(Option<Damage>, &str, &str)| {
        of.is_none_or(|of| of == damage)
            && (data_plane || *reason != DATA_PLANE)
            && matches(&names, &pattern.split(' ').collect::<Vec<_>>())
    };
    FREE.iter().find(fits).map(|(_, _, reason)| *reason)
}

fn matches(names: &[&str], pattern: &[&str]) -> bool {
    match (pattern, names) {
        ([], []) => true,
        (["…", rest @ ..], _) => (0..=names.len()).any(|skipped| matches(&names[skipped..], rest)),
        ([part, rest @ ..], [name, others @ ..]) => {
            (*part == "*" || part.split('|').any(|word| word.eq_ignore_ascii_case(name)))
                && matches(others, rest)
        }
        _ => false,
    }
}
