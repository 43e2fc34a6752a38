//! Rows of exports made ready to be judged: what tools cut or spell in their own way is put right, or told (spec 10
//! sections 3 and 4).

use super::{Completeness, Facts};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ids::{self, ResourceId};
use crate::json::{Json, Kind, Member};
use crate::source::{Source, Span};
use crate::value::{Reason, text::key_eq};
use std::borrow::Cow;

/// Something about a row that its reader should know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowNotice {
    /// PowerShell cut an object: what is inside is not known (spec I-19).
    DepthCut(Span),
    /// The tags are a list of names and values (spec I-32).
    TagsList(Span),
    /// The id has parts that no id has; those that can be read are used (spec I-25).
    BadResourceId(Span),
    /// The row and its id name different types (spec I-26).
    TypeIdMismatch(Span, String),
    /// The properties stand at the top of the row (spec I-17).
    FlattenedResource(Span, String),
    /// Whole rows of children stand inside the row (spec I-97).
    ChildrenNotExpanded(Span),
    /// Without an id the row is within every scope (spec G-8).
    NoResourceId(Span),
}

impl RowNotice {
    /// The stable code with its severity.
    #[must_use]
    pub fn kind(&self) -> (&'static str, Severity) {
        match self {
            Self::DepthCut(_) => ("DepthCut", Severity::Warning),
            Self::TagsList(_) => ("TagsList", Severity::Info),
            Self::BadResourceId(_) => ("BadResourceId", Severity::Warning),
            Self::TypeIdMismatch(..) => ("TypeIdMismatch", Severity::Warning),
            Self::FlattenedResource(..) => ("FlattenedResource", Severity::Info),
            Self::ChildrenNotExpanded(_) => ("ChildrenNotExpanded", Severity::Info),
            Self::NoResourceId(_) => ("NoResourceId", Severity::Info),
        }
    }

    /// The resource type that it is told once for; empty for those that are told once for a file.
    #[must_use]
    pub fn resource_type(&self) -> &str {
        match self {
            Self::TypeIdMismatch(_, kind) | Self::FlattenedResource(_, kind) => kind,
            _ => "",
        }
    }

    /// The finding at its place.
    #[must_use]
    pub fn diagnostic(&self, source: &Source) -> Diagnostic {
        let (code, severity) = self.kind();
        let (span, message, help) = match self {
            Self::DepthCut(span) => (
                span,
                "PowerShell cut the object here: what is inside is not known".to_owned(),
                "export with `ConvertTo-Json -Depth 100`",
            ),
            Self::TagsList(span) => {
                (span, "the tags are a list: they are taken as names with values".to_owned(), "")
            }
            Self::BadResourceId(span) => (
                span,
                "the id is not whole: what can be read of it is used".to_owned(),
                "ids are `/subscriptions/<guid>/resourceGroups/<name>/providers/<namespace>/<type>/<name>`",
            ),
            Self::TypeIdMismatch(span, kind) => (
                span,
                format!("the row is of the type `{kind}`, its id of another: rules see the row's"),
                "export the row anew",
            ),
            Self::FlattenedResource(span, kind) => (
                span,
                format!("rows of `{kind}` have their properties at the top: they are looked for there"),
                "",
            ),
            Self::ChildrenNotExpanded(span) => (
                span,
                "the row holds whole rows of children, which are not judged".to_owned(),
                "`--expand-children` judges them",
            ),
            Self::NoResourceId(span) => {
                (span, "a row has no `id`: it is taken to be within every scope".to_owned(), "")
            }
        };
        let diagnostic = Diagnostic::new(severity, code, message).label(source, *span, "");
        if help.is_empty() { diagnostic } else { diagnostic.help(help) }
    }
}

/// Puts a row right where that can be done, and says what there is to know.
///
/// ```
/// let text = r#"{"type": "A.B/c", "name": "x", "Tags": [{"Name": "env", "Value": "prod"}]}"#;
/// let (row, _) = ordain::json::read(text, ordain::json::Dialect::Strict);
/// let mut row = row.unwrap();
/// let notices = ordain::rows::settle(&mut row);
/// assert_eq!(row.get("tags").unwrap().get("env").unwrap().as_text(), Some("prod"));
/// assert_eq!(notices.iter().map(|n| n.kind().0).collect::<Vec<_>>(), ["TagsList", "NoResourceId"]);
/// ```
pub fn settle(row: &mut Json<'_>) -> Vec<RowNotice> {
    let mut notices = Vec::new();
    let opening = Span { start: row.span.start, end: row.span.start.saturating_add(1) };
    if let Kind::Object(members) = &mut row.kind {
        for member in members {
            if key_eq(&member.key, "tags") && member.value.is_array() {
                notices.push(RowNotice::TagsList(member.value.span));
                named(&mut member.value);
            } else if key_eq(&member.key, "properties") {
                cut(&mut member.value, &mut notices);
            }
        }
    }
    let id = ["id", "ResourceId"].iter().find_map(|name| row.entry(name));
    match id.map(|member| (member.value.as_text().unwrap_or_default(), member.value.span)) {
        None | Some(("", _)) => notices.push(RowNotice::NoResourceId(opening)),
        Some((id, span)) => check_id(row, id, span, &mut notices),
    }
    let facts = Facts::read(&*row, Completeness::Row, |_| true);
    if let Ok(facts) = facts
        && facts.is_flattened()
    {
        notices.push(RowNotice::FlattenedResource(opening, facts.resource_type().to_owned()));
    }
    if let Some(member) = row.entry("resources") {
        let whole = |child: &Json<'_>| child.get("id").or_else(|| child.get("ResourceId")).is_some();
        if member.value.items().iter().any(whole) {
            notices.push(RowNotice::ChildrenNotExpanded(member.key_span));
        }
    }
    notices
}

/// Rows of the children that stand inside a row with ids of their own: under `resources`, and in lists under
/// `properties`, where the type follows from the member's name (spec I-38, E-91).
#[must_use]
pub fn children<'t>(row: &Json<'t>) -> Vec<Json<'t>> {
    let parent = Facts::read(row, Completeness::Row, |_| true);
    let Ok(parent_type) = parent.map(|facts| facts.resource_type().to_owned()) else { return Vec::new() };
    let mut found = Vec::new();
    let lists = row.get("properties").map(Json::members).unwrap_or_default();
    for member in lists.iter().chain(row.entry("resources")) {
        for child in member.value.items() {
            let text = |name: &str| child.get(name).and_then(Json::as_text);
            if !text("id").or_else(|| text("ResourceId")).is_some_and(|id| id.starts_with('/')) {
                continue;
            }
            let mut child = child.clone();
            let typed = ["type", "ResourceType"].iter().any(|n| child.get(n).is_some());
            if let (false, Kind::Object(members)) = (typed, &mut child.kind) {
                let kind = Kind::Text(Cow::Owned(format!("{parent_type}/{}", member.key)));
                let value = Json { kind, span: member.key_span, cut: false };
                members.push(Member { key: "type".into(), key_span: member.key_span, value });
            }
            found.push(child);
        }
    }
    found
}

/// A list of names and values as an object; members without a name are left out.
fn named(tags: &mut Json<'_>) {
    let Kind::Array(items) = &mut tags.kind else { return };
    let mut members = Vec::with_capacity(items.len());
    for item in std::mem::take(items) {
        let name =
            ["Key", "Name"].iter().find_map(|n| item.entry(n)).map(|m| (m.value.clone(), m.value.span));
        let Some((Json { kind: Kind::Text(key), .. }, key_span)) = name else { continue };
        let value = match item.get("Value") {
            Some(value) => value.clone(),
            None => Json { kind: Kind::Null, span: key_span, cut: false },
        };
        members.push(Member { key, key_span, value });
    }
    tags.kind = Kind::Object(members);
}

/// What PowerShell writes in place of an object that is too deep.
pub(super) fn is_cut(text: &str) -> bool {
    matches!(text, "System.Collections.Hashtable" | "System.Object[]")
        || (text.starts_with("@{") && text.ends_with('}') && text.contains('='))
}

/// Puts the unknown in the place of every cut object; told once.
fn cut(at: &mut Json<'_>, notices: &mut Vec<RowNotice>) {
    match &mut at.kind {
        Kind::Text(text) if is_cut(text) => {
            if !notices.iter().any(|notice| matches!(notice, RowNotice::DepthCut(_))) {
                notices.push(RowNotice::DepthCut(at.span));
            }
            at.kind = Kind::Unknown(Reason::PropertiesNotExported);
        }
        Kind::Array(items) => items.iter_mut().for_each(|item| cut(item, notices)),
        Kind::Object(members) => members.iter_mut().for_each(|member| cut(&mut member.value, notices)),
        _ => {}
    }
}

fn check_id(row: &Json<'_>, id: &str, span: Span, notices: &mut Vec<RowNotice>) {
    let parsed = ResourceId::parse(id);
    let odd_subscription = |id: &ResourceId<'_>| id.subscription.is_some_and(|s| !is_guid(s));
    if parsed.as_ref().is_none_or(|id| id.malformed || odd_subscription(id)) {
        notices.push(RowNotice::BadResourceId(span));
    }
    let given = ["type", "ResourceType"].iter().find_map(|name| row.entry(name));
    let derived = parsed.as_ref().filter(|id| !id.malformed).and_then(ResourceId::resource_type);
    if let (Some(member), Some(derived)) = (given, derived)
        && let Some(given) = member.value.as_text().filter(|t| t.contains('/'))
    {
        let (given, derived) = (ids::canonical_type(given), ids::canonical_type(&derived));
        if !key_eq(given, derived) {
            notices.push(RowNotice::TypeIdMismatch(member.value.span, given.to_owned()));
        }
    }
}

/// Codes and types under which [`settle`] may have something to tell of a row that was read selectively; it tells no
/// others of what was looked at.
pub(crate) fn suspects<'f>(
    facts: &'f Facts<'_, impl crate::value::Node<'f>>,
) -> impl Iterator<Item = (&'static str, &'f str)> {
    let (id, kind) = (facts.id(), facts.resource_type());
    let usual = id.is_some_and(|id| is_usual(id, kind));
    let flat = facts.is_flattened().then_some(("FlattenedResource", kind));
    let nameless = id.is_none().then_some(("NoResourceId", ""));
    let odd = (id.is_some() && !usual).then_some([("BadResourceId", ""), ("TypeIdMismatch", kind)]);
    flat.into_iter().chain(nameless).chain(odd.into_iter().flatten())
}

/// Whether an id is whole and of this type, as nearly all are: found without taking it apart.
fn is_usual(id: &str, kind: &str) -> bool {
    let is =
        |part: Option<&[u8]>, wanted: &str| part.is_some_and(|p| p.eq_ignore_ascii_case(wanted.as_bytes()));
    let filled = |part: Option<&[u8]>| part.is_some_and(|p| !p.is_empty());
    let mut parts = id.as_bytes().split(|b| *b == b'/');
    if !parts.next().is_some_and(<[u8]>::is_empty)
        || !is(parts.next(), "subscriptions")
        || !parts.next().and_then(|p| std::str::from_utf8(p).ok()).is_some_and(is_guid)
        || !is(parts.next(), "resourceGroups")
        || !filled(parts.next())
        || !is(parts.next(), "providers")
    {
        return false;
    }
    let mut kinds = kind.split('/');
    if !is(parts.next(), kinds.next().unwrap_or_default()) {
        return false;
    }
    for kind in kinds {
        if !is(parts.next(), kind) || !filled(parts.next()) {
            return false;
        }
    }
    parts.next().is_none()
}

fn is_guid(text: &str) -> bool {
    let is_dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, byte): (usize, u8)| if is_dash(at) { byte == b'-' } else { byte.is_ascii_hexdigit() };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Dialect, read};

    const GUID: &str = "/subscriptions/11111111-2222-4333-8444-555555555555";

    fn told(text: &str) -> Vec<(&'static str, String)> {
        let mut row = read(text, Dialect::Strict).0.expect("a row");
        let slice = |span: Span| text.get(span.range()).unwrap_or_default().to_owned();
        let notices = settle(&mut row);
        notices
            .iter()
            .map(|notice| {
                let source = Source::new("row", text);
                let at =
                    notice.diagnostic(&source).labels().first().map(crate::Label::span).unwrap_or_default();
                (notice.kind().0, slice(at))
            })
            .collect()
    }

    #[test]
    fn what_is_told() {
        // spec: I-17, I-19, I-25, I-26, I-32, I-97, G-8
        let row = |rest: &str| {
            format!(r#"{{"id": "{GUID}/resourceGroups/g/providers/A.B/c/x", "type": "A.B/c"{rest}}}"#)
        };
        let cases = [
            (row(r#", "properties": {}"#), vec![]),
            (
                row(r#", "properties": {"a": [{"b": "@{c=1; d=2}"}], "e": "System.Object[]"}"#),
                vec![("DepthCut", r#""@{c=1; d=2}""#)],
            ),
            (row(r#", "properties": {"a": "@{no", "b": "a System.Object[]"}"#), vec![]),
            (
                row(r#", "tags": [{"key": "a", "value": "1"}], "properties": {}"#),
                vec![("TagsList", r#"[{"key": "a", "value": "1"}]"#)],
            ),
            (row(r#", "sku": {}, "adminUserEnabled": true"#), vec![("FlattenedResource", "{")]),
            (
                row(r#", "properties": {}, "resources": [{"ResourceId": "/x"}]"#),
                vec![("ChildrenNotExpanded", r#""resources""#)],
            ),
            (row(r#", "properties": {}, "resources": [{"name": "x"}]"#), vec![]),
            (r#"{"type": "A.B/c", "properties": {}}"#.to_owned(), vec![("NoResourceId", "{")]),
            (
                r#"{"id": "/subscriptions/S/resourceGroups/g/providers/A.B/c/x", "properties": {}}"#
                    .to_owned(),
                vec![("BadResourceId", r#""/subscriptions/S/resourceGroups/g/providers/A.B/c/x""#)],
            ),
            (
                format!(
                    r#"{{"id": "{GUID}/resourceGroups/g/providers/A.B/c", "type": "A.B/c", "properties": {{}}}}"#
                ),
                vec![("BadResourceId", "")],
            ),
            (
                format!(
                    r#"{{"id": "{GUID}/resourceGroups/g/providers/A.B/c/x", "type": "A.B/d", "properties": {{}}}}"#
                ),
                vec![("TypeIdMismatch", r#""A.B/d""#)],
            ),
            // Both spellings of a group's type are one (spec I-33).
            (
                format!(
                    r#"{{"id": "{GUID}/resourceGroups/g", "type": "Microsoft.Resources/resourceGroups", "properties": {{}}}}"#
                ),
                vec![],
            ),
        ];
        for (text, wanted) in cases {
            let found = told(&text);
            let fits = found.len() == wanted.len()
                && found.iter().zip(&wanted).all(|(f, w)| f.0 == w.0 && (w.1.is_empty() || f.1 == w.1));
            assert!(fits, "{text}: {found:?}");
        }
    }

    #[test]
    fn what_was_cut_is_unknown() {
        // spec: I-19
        let text = r#"{"type": "A.B/c", "properties": {"a": "@{b=1}", "c": "kept"}}"#;
        let mut row = read(text, Dialect::Strict).0.expect("a row");
        settle(&mut row);
        let properties = row.get("properties").expect("properties");
        let unknown = Some(&Kind::Unknown(Reason::PropertiesNotExported));
        assert_eq!(properties.get("a").map(|a| &a.kind), unknown);
        assert_eq!(properties.get("c").and_then(Json::as_text), Some("kept"));
    }

    #[test]
    fn children_have_types() {
        // spec: I-38, I-97
        let text = format!(
            r#"{{"id": "{GUID}/resourceGroups/g/providers/N.S/groups/x", "type": "N.S/groups",
                "properties": {{"securityRules": [{{"id": "/r1", "name": "r1"}}, {{"name": "no id"}}]}},
                "resources": [{{"ResourceId": "/r2", "ResourceType": "N.S/groups/extras"}}]}}"#
        );
        let row = read(&text, Dialect::Strict).0.expect("a row");
        let kinds: Vec<String> = children(&row)
            .iter()
            .map(|child| {
                let kind = ["type", "ResourceType"].iter().find_map(|n| child.get(n)?.as_text());
                kind.unwrap_or_default().to_owned()
            })
            .collect();
        assert_eq!(kinds, ["N.S/groups/securityRules", "N.S/groups/extras"]);
    }
}
