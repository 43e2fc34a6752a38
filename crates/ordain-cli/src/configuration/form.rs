//! Text of a configuration file to settings: every key known, every value of the right kind, all that is wrong at once.

use super::keys::{KEYS, Key, Kind, VERBS};
use crate::args::words;
use ordain::ids::Scope;
use ordain::{Context, Diagnostic, Node as _, Source, State, Value, nearest};
use ordain_author::suite::{self, Member, Tree};
use std::ops::RangeInclusive;

/// A configuration file.
#[derive(Debug)]
pub struct Configuration {
    /// Its name.
    pub name: String,
    /// What it sets, in the order of the text.
    pub settings: Vec<Setting>,
}

/// One key with its value.
#[derive(Debug)]
pub struct Setting {
    pub key: &'static Key,
    /// The verb in whose section it stands.
    pub section: Option<&'static str>,
    pub value: Given,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// As it would be typed, each once.
    Texts(Vec<String>),
    Flag(bool),
    Values(Vec<(String, Value)>),
}

/// Reads a configuration file.
///
/// # Errors
/// All that is wrong with it.
pub fn read(source: &Source) -> Result<Configuration, Vec<Diagnostic>> {
    let (tree, told) = suite::tree(source);
    let mut reading = Reading { told, settings: Vec::new() };
    match tree {
        // An empty file sets nothing.
        Some(tree) if !tree.is_null() => reading.top(&tree),
        _ => {}
    }
    if reading.told.iter().any(Diagnostic::is_error) {
        return Err(reading.told);
    }
    Ok(Configuration { name: source.name().to_owned(), settings: reading.settings })
}

struct Reading {
    told: Vec<Diagnostic>,
    settings: Vec<Setting>,
}

impl Reading {
    fn top(&mut self, tree: &Tree) {
        let known = || KEYS.iter().filter(|key| !key.of_verb).map(|key| key.name).chain(VERBS);
        for member in self.members(tree, "the configuration") {
            if &*member.key == "$schema" {
                continue;
            }
            if let Some(verb) = VERBS.into_iter().find(|verb| **verb == *member.key) {
                self.section(verb, &member.value);
                continue;
            }
            match KEYS.iter().find(|key| key.name == &*member.key) {
                Some(key) if key.of_verb => {
                    let message = format!("`{}` stands in the section of a verb", key.name);
                    let help = format!("write `eval: {{ {}: … }}`", key.name);
                    self.told
                        .push(member.place.mark(Diagnostic::error("UnknownKey", message), "").help(help));
                }
                Some(key) => self.setting(key, None, member),
                None => self.unknown(member, "the configuration has no key", known()),
            }
        }
    }

    fn section(&mut self, verb: &'static str, tree: &Tree) {
        let known = || KEYS.iter().filter(|key| key.is_of(verb));
        for member in self.members(tree, &format!("`{verb}`")) {
            match known().find(|key| key.name == &*member.key) {
                Some(key) => self.setting(key, Some(verb), member),
                None if KEYS.iter().any(|key| key.name == &*member.key) => {
                    let message = format!("`ordain {verb}` takes no `{}`", member.key);
                    let others =
                        KEYS.iter().find(|key| key.name == &*member.key).map_or(&[][..], |key| key.verbs);
                    let others: Vec<String> = others.iter().map(|verb| format!("`{verb}`")).collect();
                    let help = format!("it belongs to {}", others.join(", "));
                    self.told
                        .push(member.place.mark(Diagnostic::error("UnknownKey", message), "").help(help));
                }
                None => {
                    let what = format!("`ordain {verb}` takes no");
                    self.unknown(member, &what, known().map(|key| key.name));
                }
            }
        }
    }

    /// The members of an object, each name once.
    fn members<'t>(&mut self, tree: &'t Tree, what: &str) -> Vec<&'t Member> {
        if !tree.is_object() && !tree.is_null() {
            self.kind(tree, what, "an object");
        }
        let mut kept: Vec<&Member> = Vec::new();
        for member in tree.members() {
            match kept.iter().find(|known| known.key == member.key) {
                Some(first) => {
                    let twice = Diagnostic::error("DuplicateKey", format!("`{}` is there twice", member.key));
                    let twice = member.place.mark(twice, "this one");
                    self.told.push(first.place.mark(twice, "is there already"));
                }
                None => kept.push(member),
            }
        }
        kept
    }

    fn unknown<'n>(&mut self, member: &Member, what: &str, known: impl Iterator<Item = &'n str>) {
        let known: Vec<&str> = known.collect();
        let diagnostic = Diagnostic::error("UnknownKey", format!("{what} `{}`", member.key));
        let diagnostic = member.place.mark(diagnostic, "");
        self.told.push(match nearest(&member.key, known.iter().copied()) {
            near @ Some(_) => diagnostic.did_you_mean(near),
            None => diagnostic.help(format!("known: {}", known.join(", "))),
        });
    }

    fn kind(&mut self, tree: &Tree, what: &str, wanted: &str) {
        let found = match tree.kind_name() {
            kind @ ("array" | "object" | "integer") => format!("an {kind}"),
            "null" => "null".to_owned(),
            kind => format!("a {kind}"),
        };
        let message = format!("{what} must be {wanted}, not {found}");
        self.told.push(tree.head().mark(Diagnostic::error("WrongKind", message), ""));
    }

    fn setting(&mut self, key: &'static Key, section: Option<&'static str>, member: &Member) {
        let value = &member.value;
        if value.is_null() {
            return;
        }
        let what = format!("`{}`", key.name);
        let given = match key.kind {
            Kind::Flag => match value.to_value() {
                Value::Bool(flag) => Some(Given::Flag(flag)),
                _ => {
                    self.kind(value, &what, "true or false");
                    None
                }
            },
            Kind::Number => self.number(value, &what, 1..=i64::MAX, "a whole number above zero"),
            Kind::Percent => self.number(value, &what, 0..=100, "a whole number from 0 to 100"),
            Kind::Values => {
                let members = self.members(value, &what);
                let values = members.into_iter().map(|m| (m.key.to_string(), (&m.value).to_value()));
                Some(Given::Values(values.collect()))
            }
            Kind::Paths | Kind::States => self.texts(key, value).map(Given::Texts),
            Kind::Path | Kind::Text | Kind::Scope | Kind::Time | Kind::Word => {
                self.text(key, section, value).map(|text| Given::Texts(vec![text]))
            }
        };
        self.settings.extend(given.map(|value| Setting { key, section, value }));
    }

    fn number(
        &mut self,
        value: &Tree,
        what: &str,
        range: RangeInclusive<i64>,
        wanted: &str,
    ) -> Option<Given> {
        if let Some(number) = value.to_value().as_int().filter(|number| range.contains(number)) {
            return Some(Given::Texts(vec![number.to_string()]));
        }
        let wrong = Diagnostic::error("WrongKind", format!("{what} must be {wanted}"));
        self.told.push(value.head().mark(wrong, ""));
        None
    }

    /// One text or several.
    fn texts(&mut self, key: &'static Key, value: &Tree) -> Option<Vec<String>> {
        let items = if value.is_array() { value.items() } else { std::slice::from_ref(value) };
        let texts: Vec<Option<String>> = items.iter().map(|item| self.text(key, None, item)).collect();
        texts.into_iter().collect()
    }

    fn text(&mut self, key: &'static Key, section: Option<&str>, value: &Tree) -> Option<String> {
        let Some(text) = value.as_text().filter(|text| !text.is_empty()) else {
            let many = matches!(key.kind, Kind::Paths | Kind::States);
            let wanted = if many { "a string, or a list of strings" } else { "a string" };
            if value.as_text().is_some() {
                let message = format!("`{}` is empty", key.name);
                self.told.push(value.place.mark(Diagnostic::error("WrongKind", message), ""));
            } else {
                self.kind(value, &format!("`{}`", key.name), wanted);
            }
            return None;
        };
        let Some(Fault { code, message, near, help }) = fault(key, section, text) else {
            let word = key.kind == Kind::Word;
            return Some(if word { text.to_ascii_lowercase() } else { text.to_owned() });
        };
        let diagnostic = value.place.mark(Diagnostic::error(code, message), "");
        self.told.push(match near.as_deref() {
            near @ Some(_) => diagnostic.did_you_mean(near),
            None => diagnostic.help(help),
        });
        None
    }
}

/// What is wrong with a text.
struct Fault {
    code: &'static str,
    message: String,
    near: Option<String>,
    help: String,
}

fn fault(key: &Key, section: Option<&str>, text: &str) -> Option<Fault> {
    let simple = |code, message, help: &str| Some(Fault { code, message, near: None, help: help.to_owned() });
    let unknown = |message, known: &[&str]| {
        let near = nearest(text, known.iter().copied()).map(str::to_owned);
        Some(Fault { code: "UnknownWord", message, near, help: format!("known: {}", known.join(", ")) })
    };
    match key.kind {
        Kind::Scope if Scope::parse(text).is_none() => {
            let help = "expected the id of a scope, such as `/subscriptions/<guid>`";
            simple("BadScope", format!("`{text}` is no scope"), help)
        }
        Kind::Time if text != "none" && Context::new().now(text).is_err() => simple(
            "Clock",
            format!("`{text}` is no timestamp"),
            "write it as `2026-01-31T12:00:00Z`, or `none`",
        ),
        Kind::States if !text.eq_ignore_ascii_case("none") && State::find(text).is_none() => {
            let known: Vec<&str> = State::ALL.iter().map(|(_, name)| *name).chain(["none"]).collect();
            unknown(format!("there is no state `{text}`"), &known)
        }
        Kind::Word => {
            let words = words(section.or(key.verbs.first().copied()).unwrap_or_default(), key.name);
            let known: Vec<&str> = words.iter().map(String::as_str).collect();
            let fits = known.iter().any(|word| word.eq_ignore_ascii_case(text));
            if fits { None } else { unknown(format!("`{}` cannot be `{text}`", key.name), &known) }
        }
        _ => None,
    }
}
