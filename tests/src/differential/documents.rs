//! Resources to judge: real ones changed in some places, and made-up ones that hold what the policies ask for.

use super::random::Random;
use ordain::aliases::Step;
use serde_json::{Map, Value as Json, json};

/// Makes resources of one type.
pub struct Maker<'m> {
    /// Real ones of the type.
    pub real: &'m [Json],
    /// The type.
    pub kind: &'m str,
    /// Where the policies look.
    pub paths: &'m [Vec<Step>],
    /// Values that the policies mention.
    pub values: &'m [Json],
    /// Names of tags that the policies mention, and others.
    pub tags: &'m [String],
    /// What decides.
    pub random: &'m mut Random,
}

impl Maker<'_> {
    /// One resource.
    pub fn make(&mut self) -> Json {
        let mut document = match self.random.pick(self.real) {
            Some(real) if self.random.percent(75) => real.clone(),
            _ => self.bare(),
        };
        if !document.is_object() || self.random.percent(20) {
            document = self.bare();
        }
        if self.random.percent(75) {
            let share = self.random.one(&[15, 50, 90]);
            for at in 0..self.paths.len() {
                if self.random.percent(share) {
                    let path = self.paths[at].clone();
                    self.put(&mut document, &path);
                }
            }
        }
        if self.random.percent(50) {
            self.envelope(&mut document);
        }
        if let Json::Object(members) = &mut document {
            let given = match self.random.below(16) {
                // As lists give it.
                0 => members.insert("properties".into(), Json::Null).map(|_| Map::new()),
                // As commands of one service give it (I-17).
                1 | 2 => members.remove("properties").and_then(|held| held.as_object().cloned()),
                _ => None,
            };
            for (name, value) in given.into_iter().flatten() {
                let value = if self.random.percent(20) { Json::Null } else { value };
                members.entry(name).or_insert(value);
            }
        }
        for _ in 0..self.random.one(&[0, 0, 1, 1, 2, 3, 6]) {
            self.disturb(&mut document);
        }
        document
    }

    fn bare(&mut self) -> Json {
        let name = self.random.one(&["contoso", "web-01", "srv/db", ""]);
        let mut segments = self.kind.split('/');
        let namespace = segments.next().unwrap_or_default();
        if let Some(container) =
            self.real.iter().find(|_| namespace.eq_ignore_ascii_case("microsoft.resources"))
        {
            return container.clone();
        }
        let names: Vec<String> = segments.enumerate().map(|(at, kind)| format!("{kind}/n{at}")).collect();
        let id = format!(
            "/subscriptions/0a000000-0000-4000-8000-000000000001/resourceGroups/rg-app/providers/{namespace}/{}",
            names.join("/")
        );
        json!({"id": id, "type": self.kind, "name": name, "location": "westeurope", "properties": {}})
    }

    /// A value that a condition may be about.
    fn value(&mut self) -> Json {
        let kinds = [
            json!(null),
            json!(""),
            json!(0),
            json!(1),
            json!(3),
            json!(-7),
            json!(5.0),
            json!(0.75),
            json!(1e16),
            json!(true),
            json!(false),
            json!("True"),
            json!("1"),
            json!("É"),
            json!("STRASSE"),
            json!("straße"),
            json!("2020-01-01T00:00:00Z"),
            json!("2020-01-01T01:00:00.0000000+01:00"),
            json!([]),
            json!({}),
            json!([null]),
            json!(["a", "", 1]),
            json!([{"a": 1}]),
            json!({"env": "prod"}),
        ];
        match self.random.below(10) {
            0..=4 => {
                let value = self.random.pick(self.values).cloned();
                let value = value.unwrap_or_else(|| json!("x"));
                self.dressed(value)
            }
            5 | 6 => (0..self.random.below(4)).map(|_| self.random.one_or(self.values)).collect(),
            7 => {
                let key = self.random.one_or(self.values).as_str().unwrap_or("key").to_owned();
                json!({key: self.random.one_or(self.values)})
            }
            _ => self.random.one(&kinds),
        }
    }

    /// The same value as services spell it: other case, as text, as number, longer, shorter.
    fn dressed(&mut self, value: Json) -> Json {
        match (&value, self.random.below(8)) {
            (Json::String(text), 0) => json!(text.to_uppercase()),
            (Json::String(text), 1) => json!(text.to_lowercase()),
            (Json::String(text), 2) => json!(format!("{text}x")),
            (Json::String(text), 3) => json!(text.replace('*', "any").replace('#', "7").replace('?', "q")),
            (Json::String(text), 4) => text.parse::<i64>().map_or(value.clone(), |n| json!(n)),
            (Json::Bool(yes), 0 | 1) => json!(if *yes { "TRUE" } else { "False" }),
            (Json::Number(n), 0 | 1) => json!(n.to_string()),
            (Json::Number(n), 2) => n.as_f64().map_or(value.clone(), |n| json!(n)),
            (Json::Number(n), 3) => n.as_i64().map_or(value.clone(), |n| json!(n.wrapping_add(1))),
            _ => value,
        }
    }

    /// Writes a value where a path leads.
    fn put(&mut self, at: &mut Json, path: &[Step]) {
        let Some((step, rest)) = path.split_first() else {
            *at = self.value();
            return;
        };
        match step {
            Step::Key(key) => {
                if !at.is_object() {
                    *at = json!({});
                }
                let Json::Object(members) = at else { return };
                let there = members.keys().find(|name| name.eq_ignore_ascii_case(key)).cloned();
                let name = there.unwrap_or_else(|| key.to_string());
                self.put(members.entry(name).or_insert(Json::Null), rest);
            }
            Step::Each => {
                if !at.is_array() {
                    *at = json!([]);
                }
                let Json::Array(members) = at else { return };
                if members.len() < 3 && self.random.percent(60) {
                    members.push(json!({}));
                }
                for member in members.iter_mut().take(6) {
                    if self.random.percent(70) {
                        self.put(member, rest);
                    }
                }
            }
        }
    }

    /// Sets some of the members beside `properties`.
    fn envelope(&mut self, document: &mut Json) {
        let Json::Object(members) = document else { return };
        let mut set = |name: &str, value: Json| {
            let there = members.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
            members.insert(there.unwrap_or_else(|| name.to_owned()), value);
        };
        let text = self.random.one_or(self.values);
        if self.random.percent(25) {
            let name =
                self.random.one(&["kind", "location", "tags", "sku", "identity", "zones", "managedBy"]);
            set(name, self.random.one(&[json!(null), json!("")]));
        }
        match self.random.below(8) {
            0 => set("kind", self.random.one(&[json!("web"), json!(""), json!(null), json!(5), text])),
            1 => set("name", self.random.one(&[json!("a/b"), json!("x-1"), json!(""), text])),
            2 => {
                let places =
                    [json!("East US 2"), json!("(US) West US"), json!(""), json!(null), json!("global")];
                set("location", self.random.one(&places));
            }
            3 => {
                let identity =
                    json!({"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {"/a": {}}});
                set("identity", self.random.one(&[json!(null), json!({"type": "None"}), identity]));
            }
            4 => set("sku", json!({"name": text, "tier": "Premium"})),
            _ => {
                let mut tags = Map::new();
                for _ in 0..self.random.below(4) {
                    let name = self.random.one(self.tags);
                    if !tags.keys().any(|key: &String| key.eq_ignore_ascii_case(&name)) {
                        let value = self.value();
                        tags.insert(name, value);
                    }
                }
                set("tags", Json::Object(tags));
            }
        }
    }

    /// Changes one place of a document.
    fn disturb(&mut self, document: &mut Json) {
        let pointers = super::shrink::pointers(document);
        let Some(pointer) = self.random.pick(&pointers).cloned() else { return };
        let value = self.value();
        match self.random.below(8) {
            0 | 1 => {
                super::shrink::remove(document, &pointer);
            }
            2 => {
                let Some((parent, key)) = pointer.rsplit_once('/') else { return };
                let Some(Json::Object(members)) = document.pointer_mut(parent) else { return };
                let key = key.replace("~1", "/").replace("~0", "~");
                let flipped: String = key.chars().map(flip).collect();
                if let Some(held) = members.remove(&key) {
                    members.insert(flipped, held);
                }
            }
            chosen => {
                let Some(at) = document.pointer_mut(&pointer) else { return };
                match (chosen, &mut *at) {
                    (3, Json::String(text)) => *text = text.chars().map(flip).collect(),
                    (3 | 4, Json::Array(members)) => {
                        let again = members.clone();
                        members.extend(again.into_iter().take(4));
                    }
                    (5, Json::Array(members)) => members.clear(),
                    (6, Json::Array(members)) => members.push(value),
                    _ => *at = value,
                }
            }
        }
    }
}

impl Random {
    fn one_or(&mut self, from: &[Json]) -> Json {
        self.pick(from).cloned().unwrap_or_else(|| json!("x"))
    }
}

fn flip(c: char) -> char {
    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
}

/// Whether two names of one object differ in case only: `serde_json` does not keep which came first (L-90).
#[must_use]
pub fn has_twins(json: &Json) -> bool {
    match json {
        Json::Object(members) => {
            let mut names: Vec<String> = members.keys().map(|key| key.to_ascii_lowercase()).collect();
            names.sort();
            names.windows(2).any(|pair| pair[0] == pair[1]) || members.values().any(has_twins)
        }
        Json::Array(members) => members.iter().any(has_twins),
        _ => false,
    }
}

/// Whether a key of the envelope is spelled as PowerShell does (I-20): chapter 10 is not compared here.
#[must_use]
pub fn is_powershell(json: &Json) -> bool {
    let names = ["ResourceId", "ResourceType", "ResourceName"];
    json.as_object()
        .into_iter()
        .flatten()
        .any(|(key, _)| names.iter().any(|name| name.eq_ignore_ascii_case(key)))
}
