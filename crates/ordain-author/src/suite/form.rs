//! Tree to suite: every key known, every value of the right kind, all that is wrong told at once.

mod case;
mod exempt;
mod expect;

pub use case::CASE_KEYS;
pub use exempt::EXEMPT_KEYS;
pub use expect::{EFFECTS, VERDICTS};

use super::model::{
    Body, Common, From, Mode, Named, Subject, SubjectKind, Suite, Surrounding, Switch, Unread,
};
use super::path::{self, a};
use super::read::{Language, SUBJECTS};
use super::tree::{Member, Place, Tree};
use ordain::{Diagnostic, Source, nearest};
use std::collections::BTreeMap;

/// Keys of a suite.
pub const SUITE_KEYS: [&str; 15] = [
    // For editors.
    "$schema",
    "policy",
    "initiative",
    "assignment",
    "tenant",
    "definitions",
    "policies",
    "about",
    "parameters",
    "options",
    "mode",
    "context",
    "bases",
    "exempt",
    "cases",
];

/// Reads a suite. Cases that have errors stand apart, with what is wrong with them; the rest of what is wrong comes
/// back beside the suite.
#[must_use]
pub fn suite(source: &Source, tree: &Tree) -> (Suite, Vec<Diagnostic>) {
    let mut reading = Reading { told: Vec::new() };
    reading.keys(tree, "suite", &SUITE_KEYS);
    let subject = reading.subject(tree);
    let common = reading.common(tree);
    let switches = reading.switches(tree);
    let mut suite = Suite {
        source: source.clone(),
        language: Language::of(source.name()),
        about: reading.text(tree, "about").map(|named| named.text),
        subject,
        common,
        switches,
        bases: Vec::new(),
        exempt: Vec::new(),
        cases: Vec::new(),
        unread: Vec::new(),
    };
    if let Some(bases) = tree.get("bases") {
        for member in reading.object(bases, "`bases`") {
            let name = Named { text: member.key.to_string(), place: member.place.clone() };
            if let Some(body) = reading.body(&member.value) {
                suite.bases.push((name, body));
            }
        }
    }
    reading.base_names(&suite);
    suite.exempt = reading.exempt(tree, &suite);
    let mut names: BTreeMap<String, Place> = BTreeMap::new();
    for (index, item) in tree.get("cases").map(Tree::items).unwrap_or_default().iter().enumerate() {
        let mut reading_one = Reading { told: Vec::new() };
        let case = reading_one.case(item, index, &suite);
        let named = item.get("name").filter(|name| name.as_text().is_some());
        let name = named.map_or_else(
            || Named { text: format!("case {}", index + 1), place: item.head() },
            |name| Named { text: name.as_text().unwrap_or_default().to_owned(), place: name.place.clone() },
        );
        if named.is_some() {
            match names.get(&name.text) {
                Some(first) => reading_one
                    .error(&name.place, "DuplicateCase", format!("there are two cases `{}`", name.text))
                    .also(first, "is there already")
                    .help("names tell cases apart in reports, and in `--only`"),
                None => drop(names.insert(name.text.clone(), name.place.clone())),
            }
        }
        match case.filter(|_| reading_one.errors() == 0) {
            Some(case) => {
                suite.cases.push(case);
                reading.told.append(&mut reading_one.told);
            }
            None => suite.unread.push(Unread { index, name, diagnostics: reading_one.told }),
        }
    }
    if tree.get("cases").is_some_and(|cases| cases.items().is_empty())
        && let Some(cases) = tree.entry("cases")
    {
        reading.error(&cases.place, "NoCases", "there are no cases: nothing is tested").done();
    }
    (suite, reading.told)
}

/// What was told so far.
struct Reading {
    told: Vec<Diagnostic>,
}

/// A diagnostic that is added when it is complete.
struct Telling<'r> {
    told: &'r mut Vec<Diagnostic>,
    diagnostic: Option<Diagnostic>,
}

impl Telling<'_> {
    fn help(mut self, text: impl Into<String>) {
        self.diagnostic = self.diagnostic.take().map(|d| d.help(text));
    }

    fn near(mut self, near: Option<&str>, otherwise: impl Into<String>) {
        self.diagnostic = self.diagnostic.take().map(|d| match near {
            Some(_) => d.did_you_mean(near),
            None => d.help(otherwise),
        });
    }

    fn also(mut self, place: &Place, text: &str) -> Self {
        self.diagnostic = self.diagnostic.take().map(|d| place.mark(d, text));
        self
    }

    fn done(self) {}
}

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        self.told.extend(self.diagnostic.take());
    }
}

impl Reading {
    fn errors(&self) -> usize {
        self.told.iter().filter(|d| d.is_error()).count()
    }

    fn error(&mut self, place: &Place, code: &'static str, message: impl std::fmt::Display) -> Telling<'_> {
        let diagnostic = Some(place.mark(Diagnostic::error(code, message), ""));
        Telling { told: &mut self.told, diagnostic }
    }

    fn kind(&mut self, tree: &Tree, what: &str, wanted: &str) {
        let found = a(tree.kind_name());
        self.error(&tree.head(), "WrongKind", format!("{what} must be {wanted}, not {found}")).done();
    }

    /// Members that have a meaning; the others are told, repeated ones too.
    fn keys(&mut self, tree: &Tree, what: &str, known: &[&str]) {
        let mut seen: Vec<&Member> = Vec::new();
        for member in tree.members() {
            if !known.contains(&&*member.key) {
                let message = format!("a {what} has no key `{}`", member.key);
                let near = nearest(&member.key, known.iter().copied());
                let all = format!("known: {}", known.join(", "));
                self.error(&member.place, "UnknownKey", message).near(near, all);
            }
            if let Some(first) = seen.iter().find(|m| m.key == member.key) {
                let message = format!("`{}` is there twice", member.key);
                self.error(&member.place, "DuplicateKey", message)
                    .also(&first.place, "is there already")
                    .done();
            }
            seen.push(member);
        }
    }

    fn object<'t>(&mut self, tree: &'t Tree, what: &str) -> &'t [Member] {
        if !tree.is_object() {
            self.kind(tree, what, "an object");
        }
        tree.members()
    }

    fn array<'t>(&mut self, tree: &'t Tree, what: &str) -> &'t [Tree] {
        if !tree.is_array() {
            self.kind(tree, what, "an array");
        }
        tree.items()
    }

    fn text(&mut self, tree: &Tree, key: &str) -> Option<Named> {
        let value = tree.get(key).filter(|value| !value.is_null())?;
        self.word(value, &format!("`{key}`"))
    }

    fn word(&mut self, value: &Tree, what: &str) -> Option<Named> {
        match value.as_text() {
            Some(text) => Some(Named { text: text.to_owned(), place: value.place.clone() }),
            None => {
                self.kind(value, what, "a string");
                None
            }
        }
    }

    /// One string or several.
    fn words(&mut self, tree: &Tree, key: &str) -> Vec<Named> {
        let Some(value) = tree.get(key) else { return Vec::new() };
        let what = format!("`{key}`");
        match value.is_array() {
            true => value.items().iter().filter_map(|item| self.word(item, &what)).collect(),
            false => self.word(value, &what).into_iter().collect(),
        }
    }

    /// One of some words, without regard to case.
    fn one_of<T: Copy>(&mut self, named: &Named, what: &str, known: &[(T, &str)]) -> Option<T> {
        let found = known.iter().find(|(_, name)| name.eq_ignore_ascii_case(&named.text));
        if found.is_none() {
            let names = || known.iter().map(|(_, name)| *name);
            let message = format!("there is no {what} `{}`", named.text);
            let near = nearest(&named.text, names());
            let all = format!("known: {}", names().collect::<Vec<_>>().join(", "));
            self.error(&named.place, "UnknownWord", message).near(near, all);
        }
        found.map(|(value, _)| *value)
    }

    fn subject(&mut self, tree: &Tree) -> Option<Subject> {
        let given: Vec<&Member> = tree.members().iter().filter(|m| SUBJECTS.contains(&&*m.key)).collect();
        if let [first, second, ..] = given[..] {
            let message = format!("a suite tests one thing: `{}` or `{}`", first.key, second.key);
            self.error(&second.place, "TwoSubjects", message).also(&first.place, "is there already").done();
        }
        let first = given.first()?;
        let path = self.word(&first.value, &format!("`{}`", first.key))?;
        let kind = match &*first.key {
            "policy" => SubjectKind::Policy,
            "initiative" => SubjectKind::Initiative,
            "assignment" => SubjectKind::Assignment,
            _ => SubjectKind::Tenant,
        };
        let allowed = match kind {
            SubjectKind::Policy | SubjectKind::Tenant => "",
            SubjectKind::Initiative => "definitions",
            SubjectKind::Assignment => "policies",
        };
        for (key, of) in [("definitions", "initiative"), ("policies", "assignment")] {
            if let Some(member) = tree.entry(key).filter(|_| key != allowed) {
                let message = format!("`{key}` belongs to a suite of an {of}");
                self.error(&member.place, "UnknownKey", message).done();
            }
        }
        let more = if allowed.is_empty() { Vec::new() } else { self.words(tree, allowed) };
        Some(Subject { kind, path, more })
    }

    fn common(&mut self, tree: &Tree) -> Common {
        let mut common = Common::default();
        if let Some(parameters) = tree.get("parameters") {
            for member in self.object(parameters, "`parameters`") {
                let name = Named { text: member.key.to_string(), place: member.place.clone() };
                common.parameters.push((name, member.value.clone()));
            }
        }
        if let Some(mode) = self.text(tree, "mode") {
            common.mode = self.one_of(&mode, "mode", &Mode::ALL);
        }
        if let Some(context) = tree.get("context") {
            let known = Surrounding::ALL.map(|(_, name)| name);
            self.keys(context, "context", &known);
            for member in self.object(context, "`context`") {
                let key = Surrounding::ALL.iter().find(|(_, name)| *name == &*member.key);
                let textual = |key| matches!(key, Surrounding::Now | Surrounding::ApiVersion);
                match key {
                    Some((key, name)) if textual(*key) && member.value.as_text().is_none() => {
                        self.kind(&member.value, &format!("`{name}`"), "a string");
                    }
                    Some((key, name)) if !textual(*key) && !member.value.is_object() => {
                        self.kind(&member.value, &format!("`{name}`"), "an object");
                    }
                    Some((key, _)) => common.context.push((*key, member.value.clone())),
                    None => {}
                }
            }
        }
        common
    }

    fn switches(&mut self, tree: &Tree) -> Vec<Switch> {
        let mut switches = Vec::new();
        for word in self.words(tree, "options") {
            switches.extend(self.one_of(&word, "option", &Switch::ALL));
        }
        switches
    }

    /// A resource: written out, or described by `base`, `file` or `resource` with what is put into it.
    fn body(&mut self, tree: &Tree) -> Option<Body> {
        if !tree.is_object() {
            self.kind(tree, "a resource", "an object");
            return None;
        }
        let describes = ["base", "file", "resource"].iter().any(|key| tree.get(key).is_some());
        if !describes || tree.get("type").is_some() {
            let from = From::Inline(tree.clone());
            return Some(Body { from, set: Vec::new(), remove: Vec::new(), place: tree.place.clone() });
        }
        self.keys(tree, "resource that is described", &["base", "file", "pick", "resource", "set", "remove"]);
        self.described(tree, &tree.place)
    }

    /// What `base`, `file`, `pick` and `resource`, `set` and `remove` of an object say.
    fn described(&mut self, tree: &Tree, place: &Place) -> Option<Body> {
        let given: Vec<&Member> =
            tree.members().iter().filter(|m| matches!(&*m.key, "base" | "file" | "resource")).collect();
        if let [first, second, ..] = given[..] {
            let message = format!("a resource starts from one thing: `{}` or `{}`", first.key, second.key);
            self.error(&second.place, "TwoResources", message).also(&first.place, "is there already").done();
            return None;
        }
        let first = given.first()?;
        let (from, mut inner) = match &*first.key {
            "base" => (From::Base(self.word(&first.value, "`base`")?), None),
            "file" => {
                let path = self.word(&first.value, "`file`")?;
                let pick = self.text(tree, "pick");
                if let Some(pick) = &pick
                    && let Err(message) = path::query(&pick.text)
                {
                    self.error(&pick.place, "JsonPath", message)
                        .help("such as `$.value[?@.name == 'contoso']`");
                }
                (From::File(path, pick), None)
            }
            _ => {
                let body = self.body(&first.value)?;
                (body.from.clone(), Some(body))
            }
        };
        if let Some(pick) = tree.entry("pick").filter(|_| &*first.key != "file") {
            self.error(&pick.place, "UnknownKey", "`pick` chooses from a `file`").done();
        }
        let mut body = Body { from, set: Vec::new(), remove: Vec::new(), place: place.clone() };
        if let Some(inner) = inner.as_mut() {
            // INVARIANT: what is taken away inside comes before what is set outside, so it must not be both.
            body.set.append(&mut inner.set);
            body.remove.append(&mut inner.remove);
        }
        if let Some(set) = tree.get("set") {
            for member in self.object(set, "`set`") {
                let name = Named { text: member.key.to_string(), place: member.place.clone() };
                self.path(&name);
                body.set.push((name, member.value.clone()));
            }
        }
        if tree.get("remove").is_some() {
            for name in self.words(tree, "remove") {
                self.path(&name);
                body.remove.push(name);
            }
        }
        Some(body)
    }

    fn path(&mut self, named: &Named) {
        if let Err(message) = path::parse(&named.text) {
            self.error(&named.place, "BadPath", message).help(path::HELP);
        }
    }

    /// Bases that start from others must name them.
    fn base_names(&mut self, suite: &Suite) {
        for (_, body) in &suite.bases {
            self.known_base(body, suite);
        }
    }

    fn known_base(&mut self, body: &Body, suite: &Suite) {
        let From::Base(named) = &body.from else { return };
        let names = || suite.bases.iter().map(|(name, _)| name.text.as_str());
        if !names().any(|name| name == named.text) {
            let message = format!("there is no base `{}`", named.text);
            let near = nearest(&named.text, names());
            let all = match suite.bases.is_empty() {
                true => "the suite has no `bases`".to_owned(),
                false => format!("known: {}", names().collect::<Vec<_>>().join(", ")),
            };
            self.error(&named.place, "UnknownBase", message).near(near, all);
        }
    }
}
