//! Classifying field references (spec L-2 … L-5, L-28 … L-37).

use super::{Problem, Reading};
use crate::ast::FieldName;
use crate::source::Span;
use crate::value::text::key_eq;
use std::sync::Arc;

/// What a literal reference is; `None` for a name that nothing has (`UnknownField`).
#[must_use]
pub fn classify(text: &str) -> Option<FieldName> {
    let keywords = [
        ("type", FieldName::Type),
        ("location", FieldName::Location),
        ("name", FieldName::Name),
        ("kind", FieldName::Kind),
        ("id", FieldName::Id),
        ("fullName", FieldName::FullName),
        ("tags", FieldName::Tags),
    ];
    if let Some((_, name)) = keywords.into_iter().find(|(word, _)| key_eq(word, text)) {
        return Some(name);
    }
    if let Some(path) = after(text, "identity") {
        return identity(path);
    }
    if let Some(rest) = after(text, "tags") {
        return tag(rest).map(|name| FieldName::Tag(name.into()));
    }
    if text.contains('/') { alias(text) } else { None }
}

/// What follows a keyword when it is followed by `.` or `[` or by nothing.
fn after<'t>(text: &'t str, keyword: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(keyword.len())?;
    (key_eq(head, keyword) && (rest.is_empty() || rest.starts_with(['.', '[', ']']))).then_some(rest)
}

fn identity(path: &str) -> Option<FieldName> {
    let mut steps: Vec<Box<str>> = vec!["identity".into()];
    if !path.is_empty() {
        steps.extend(path.strip_prefix('.')?.split('.').map(Box::from));
    }
    let clean = steps.iter().all(|s| !s.is_empty() && !s.contains(['[', ']']));
    clean.then(|| FieldName::Identity(Arc::from(steps)))
}

/// The tag's name (spec L-32): dots belong to it, quotes are doubled inside the quoted form.
fn tag(rest: &str) -> Option<String> {
    if let Some(name) = rest.strip_prefix('.') {
        return Some(name.to_owned());
    }
    let inner = rest.strip_prefix('[')?.strip_suffix(']')?;
    match inner.strip_prefix('\'').and_then(|i| i.strip_suffix('\'')) {
        Some(quoted) if inner.len() >= 2 => Some(quoted.replace("''", "'")),
        _ => Some(inner.to_owned()),
    }
}

/// An alias has at least two segments that are not empty, and a property part (spec L-54).
fn alias(text: &str) -> Option<FieldName> {
    let fine = text.split('/').all(|segment| !segment.is_empty());
    fine.then(|| FieldName::Alias(text.into()))
}

impl Reading<'_> {
    /// Reports a name that nothing has, with the aliases that it may be meant for: whether one of them exists is
    /// for those to say who know aliases (spec L-4).
    pub(super) fn unknown_field(&mut self, text: &str, span: Span) {
        let nearest = nearest(text);
        let keyword = nearest.is_some();
        self.report(&Problem::UnknownField { text: text.to_owned(), nearest }, span);
        let bare = text.strip_prefix("properties.").unwrap_or(text);
        if !keyword && !bare.is_empty() && !bare.contains('/') {
            let aliases = self.types.iter().map(|kind| format!("{kind}/{bare}")).collect();
            if let Some(diagnostic) = self.diagnostics.pop() {
                self.diagnostics.push(diagnostic.candidates(aliases));
            }
        }
    }
}

/// The keyword nearest to a text that is no reference.
#[must_use]
pub fn nearest(text: &str) -> Option<String> {
    let words = ["type", "location", "name", "kind", "id", "fullName", "tags", "identity.type"];
    crate::diagnostic::nearest(text, words).map(str::to_owned)
}

/// Whether a path with `[*]` is a prefix of another, by whole steps and without regard to case.
#[must_use]
pub fn is_prefix(prefix: &str, text: &str) -> bool {
    text.split_at_checked(prefix.len())
        .is_some_and(|(head, rest)| key_eq(head, prefix) && (rest.is_empty() || rest.starts_with(['.', '['])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        // spec: L-2, L-3, L-6, L-31, L-32, L-35, L-36, L-37, L-54
        let tag = |name: &str| Some(FieldName::Tag(name.into()));
        let table = [
            ("Type", Some(FieldName::Type)),
            ("fullname", Some(FieldName::FullName)),
            ("tags", Some(FieldName::Tags)),
            ("tags.a.b", tag("a.b")),
            ("tags['a.b']", tag("a.b")),
            ("tags[a.b]", tag("a.b")),
            ("tags['''x''']", tag("'x'")),
            ("tags['it''s']", tag("it's")),
            ("tags[a]b]", tag("a]b")),
            ("tags['a]b']", tag("a]b")),
            ("tags['']", tag("")),
            ("tags[]", tag("")),
            ("tags.", tag("")),
            ("tags[*]", tag("*")),
            ("Tags['a']", tag("a")),
            ("tags[", None),
            ("tags]", None),
            ("tagsx", None),
            ("sku.name", None),
            ("properties.x", None),
            ("apiVersion", None),
            ("foo", None),
            ("", None),
            ("Microsoft.Sql/servers/", None),
            ("/", None),
            ("A.B/c/d", Some(FieldName::Alias("A.B/c/d".into()))),
        ];
        for (text, want) in table {
            assert_eq!(classify(text), want, "{text}");
        }
        assert!(matches!(classify("identity.type"), Some(FieldName::Identity(_))));
        assert!(matches!(classify("identity.userAssignedIdentities"), Some(FieldName::Identity(_))));
    }
}
