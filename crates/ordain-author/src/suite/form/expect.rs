//! What a case expects: keys that go together, values that can occur at all.

use super::Reading;
use crate::suite::model::{Key, Mode, SubjectKind, Wanted};
use crate::suite::tree::{Member, Tree};
use ordain::{State, nearest};

/// Effects in their canonical spelling.
pub const EFFECTS: [&str; 12] = [
    "addToNetworkGroup",
    "append",
    "audit",
    "auditIfNotExists",
    "deny",
    "denyAction",
    "deployIfNotExists",
    "disabled",
    "manual",
    "modify",
    "mutate",
    "enforceRegoPolicy",
];
/// Verdicts of requests.
pub const VERDICTS: [(&str, &str); 3] =
    [("allowed", "allowed"), ("denied", "denied"), ("undecided", "undecided")];

impl Reading {
    pub(super) fn expect(&mut self, case: &Tree, mode: Mode, kind: Option<SubjectKind>) -> Vec<Wanted> {
        let Some(member) = case.entry("expect") else {
            // Who misspelt a key knows by now.
            if self.told.iter().any(|d| d.code() == "UnknownKey") {
                return Vec::new();
            }
            self.error(&case.place.opening(), "NoExpectation", "the case expects nothing")
                .help("`expect: Compliant`, or an object such as `expect: {effect: audit}`");
            return Vec::new();
        };
        let tree = &member.value;
        if tree.is_array() {
            self.kind(tree, "`expect`", "a state or an object");
            return Vec::new();
        }
        let wanted = match tree.is_object() {
            // A lone scalar is short for a state.
            false => vec![Wanted { key: Key::State, value: tree.clone() }],
            true => {
                let known = Key::ALL.map(|(_, name)| name);
                self.keys(tree, "case's expectation", &known);
                tree.members()
                    .iter()
                    .filter_map(|m| key(m).map(|key| Wanted { key, value: m.value.clone() }))
                    .collect()
            }
        };
        if tree.is_object() && tree.members().is_empty() {
            self.error(&member.place, "NoExpectation", "the case expects nothing").done();
        }
        for Wanted { key, value } in &wanted {
            self.value(*key, value);
            self.possible(*key, value, mode, kind);
        }
        self.together(&wanted);
        wanted
    }

    fn value(&mut self, key: Key, value: &Tree) {
        let what = format!("`{}`", key.name());
        match key {
            Key::State if value.is_null() => {}
            Key::State => {
                if let Some(named) = self.word(value, "a state")
                    && State::find(&named.text).is_none()
                {
                    self.no_state(&named.text, value);
                }
            }
            Key::Effect if value.is_null() => {}
            Key::Effect => {
                if let Some(named) = self.word(value, &what) {
                    self.one_of(&named, "effect", &EFFECTS.map(|name| ((), name)));
                }
            }
            Key::Verdict => {
                if let Some(named) = self.word(value, &what) {
                    self.one_of(&named, "verdict", &VERDICTS);
                }
            }
            Key::Reason | Key::Message | Key::Error | Key::Failure => {
                self.word(value, &what);
            }
            Key::Patch if value.is_null() => {}
            Key::Patch => {
                self.array(value, "`patch`");
            }
            Key::Skipped | Key::Conflicts | Key::Diagnostics => {
                let items = self.array(value, &what);
                items.iter().for_each(|item| {
                    self.word(item, &format!("an entry of {what}"));
                });
            }
            Key::Patched => {
                self.object(value, &what);
            }
            Key::Details if value.is_array() => {}
            Key::Details => {
                self.object(value, "`details`");
            }
            Key::Deployment if value.is_null() => {}
            Key::Deployment => {
                self.object(value, &what);
            }
            Key::References => {
                for member in self.object(value, &what) {
                    self.value(Key::State, &member.value);
                }
            }
        }
    }

    fn no_state(&mut self, text: &str, value: &Tree) {
        let names = || State::ALL.iter().map(|(_, name)| *name);
        let message = format!("there is no state `{text}`");
        let near = nearest(text, names());
        let all =
            format!("known: {}, or null where no record is left", names().collect::<Vec<_>>().join(", "));
        self.error(&value.place, "UnknownWord", message).near(near, all);
    }

    /// What the way of judging rules out.
    fn possible(&mut self, key: Key, value: &Tree, mode: Mode, kind: Option<SubjectKind>) {
        let impossible = match (key, mode) {
            (Key::Verdict, Mode::Scan) => Some("a scan of what exists gives no verdict"),
            (Key::State | Key::References | Key::Deployment | Key::Details, Mode::Request | Mode::Delete) => {
                Some("a request has a verdict, not this")
            }
            (Key::Patch | Key::Patched, Mode::Delete) => Some("what is deleted is not changed"),
            _ => None,
        };
        if let Some(why) = impossible {
            let message = format!("`{}` cannot be expected here: {why}", key.name());
            let help = match mode {
                Mode::Scan => "`mode: request` judges the resource as the body of a write",
                _ => "`mode: scan` judges the resource as what exists",
            };
            self.error(&value.head(), "ImpossibleExpectation", message).help(help);
        }
        let alone = matches!(kind, Some(SubjectKind::Policy));
        if key == Key::References && kind.is_some() && alone {
            let message = "`references` asks for members of an initiative or assignment";
            self.error(&value.head(), "ImpossibleExpectation", message).done();
        }
        let state = (key == Key::State).then(|| value.as_text().and_then(State::find)).flatten();
        if alone && matches!(state, Some(State::Exempt)) {
            let message = "nothing is exempt from a policy that is tested alone";
            self.error(&value.place, "ImpossibleExpectation", message)
                .help("test an `assignment` or a `tenant` that has the exemption");
        }
        if alone && matches!(state, Some(State::Conflict)) {
            let message = "a policy that is tested alone is in nobody's way";
            self.error(&value.place, "ImpossibleExpectation", message)
                .help("test an `initiative`, `assignment` or `tenant` with both policies");
        }
    }

    /// Keys that only mean something beside others.
    fn together(&mut self, wanted: &[Wanted]) {
        let has = |key| wanted.iter().any(|w| w.key == key);
        let beside = [
            (Key::Reason, &[Key::State, Key::Verdict, Key::Effect, Key::References][..]),
            (Key::Skipped, &[Key::Patch][..]),
            (Key::Conflicts, &[Key::Patch][..]),
            (Key::Failure, &[Key::Patch][..]),
        ];
        for Wanted { key, value } in wanted {
            let Some((_, others)) = beside.iter().find(|(own, _)| own == key) else { continue };
            if !others.iter().any(|other| has(*other)) {
                let names: Vec<String> = others.iter().map(|key| format!("`{}`", key.name())).collect();
                let message = format!("`{}` stands beside {}", key.name(), names.join(" or "));
                self.error(&value.head(), "IncompleteExpectation", message).done();
            }
        }
    }
}

fn key(member: &Member) -> Option<Key> {
    Key::ALL.iter().find(|(_, name)| *name == &*member.key).map(|(key, _)| *key)
}
