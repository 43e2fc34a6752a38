//! A patch carried out on the text of one resource: only the bytes that it touches change.

use super::layout::{Layout, indent_of};
use ordain::json::{Dialect, Json, Kind, Member, read};
use ordain::{Node as _, PatchKind, PatchOperation, Value, apply_patch};
use std::ops::Range;

/// The text after the patch; `None` when the text has no place for some of it. Where it can't be edited in place it
/// is written anew, in the manner that it had.
pub fn apply(text: &str, patch: &[PatchOperation]) -> Option<String> {
    let json = whole(text)?;
    let wanted = apply_patch(&json, patch).ok()?;
    let layout = Layout::of(&json, text);
    let says = |text: &String| whole(text).is_some_and(|json| same(&(&json).to_value(), &wanted));
    let edited = patch.iter().try_fold(text.to_owned(), |text, operation| one(&text, operation, &layout));
    edited.filter(says).or_else(|| {
        let mut anew = String::new();
        layout.write(&wanted, &layout.lead, layout.lines, &mut anew);
        Some(anew).filter(says)
    })
}

/// The tree of a text that is JSON and nothing else.
fn whole(text: &str) -> Option<Json<'_>> {
    let (json, problems) = read(text, Dialect::Strict);
    json.filter(|_| problems.iter().all(|problem| problem.warning))
}

/// Whether two values are the same to the digit; the order of members does not count.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.view().to_string() == b.view().to_string(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let there = |(name, value): &(_, Value)| {
                let name: &std::sync::Arc<str> = name;
                b.get_exact(name).is_some_and(|other| same(value, other))
            };
            a.len() == b.len() && a.members().iter().all(there)
        }
        _ => a == b,
    }
}

/// One operation.
fn one(text: &str, operation: &PatchOperation, layout: &Layout) -> Option<String> {
    if operation.op == PatchKind::Test {
        return Some(text.to_owned());
    }
    let json = whole(text)?;
    let tokens: Vec<String> =
        operation.path.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect();
    let (last, parents) = tokens.split_last()?;
    let parent = parents.iter().try_fold(&json, |at, token| child(at, token))?;
    let site = Site { text, layout, parent };
    let (span, put) = match (operation.op, child(parent, last)) {
        (PatchKind::Remove, Some(_)) => site.removal(last)?,
        (PatchKind::Remove, None) => return None,
        (PatchKind::Replace, Some(found)) => site.replacement(last, found, operation.value.as_ref()?)?,
        (PatchKind::Add, Some(found)) if parent.is_object() => {
            site.replacement(last, found, operation.value.as_ref()?)?
        }
        (PatchKind::Add, _) => site.addition(last, operation.value.as_ref()?)?,
        _ => return None,
    };
    let (front, back) = (text.get(..span.start)?, text.get(span.end..)?);
    let edited = format!("{front}{put}{back}");
    // A name may be there more than once, the last of them counts: with it gone another would show.
    match whole(&edited) {
        Some(json) if operation.op == PatchKind::Remove && parent.is_object() => {
            let parent = parents.iter().try_fold(&json, |at, token| child(at, token))?;
            let more = child(parent, last).is_some();
            if more { one(&edited, operation, layout) } else { Some(edited) }
        }
        _ => Some(edited),
    }
}

/// What a step of a pointer leads to: names exactly, the last of several.
fn child<'j, 't>(json: &'j Json<'t>, token: &str) -> Option<&'j Json<'t>> {
    match &json.kind {
        Kind::Object(members) => members.iter().rev().find(|m| m.key == token).map(|m| &m.value),
        Kind::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    }
}

/// A container whose text changes.
struct Site<'s, 't> {
    text: &'s str,
    layout: &'s Layout,
    parent: &'s Json<'t>,
}

impl Site<'_, '_> {
    /// Where each member begins, its name included, and where it ends.
    fn spans(&self) -> Vec<Range<usize>> {
        match &self.parent.kind {
            Kind::Object(members) => {
                members.iter().map(|m| m.key_span.range().start..m.value.span.range().end).collect()
            }
            Kind::Array(items) => items.iter().map(|item| item.span.range()).collect(),
            _ => Vec::new(),
        }
    }

    fn index(&self, token: &str) -> Option<usize> {
        match &self.parent.kind {
            Kind::Object(members) => members.iter().rposition(|m| m.key == token),
            Kind::Array(items) => token.parse().ok().filter(|at| *at < items.len()),
            _ => None,
        }
    }

    /// The blanks before a member, `None` where something else stands there.
    fn blanks(&self, spans: &[Range<usize>], at: usize) -> Option<&str> {
        let from = match at.checked_sub(1) {
            None => self.parent.span.range().start + 1,
            Some(before) => spans.get(before)?.end,
        };
        let between = self.text.get(from..spans.get(at)?.start)?;
        let blanks = if at == 0 { between } else { between.trim_start().strip_prefix(',')? };
        blanks.trim().is_empty().then_some(blanks)
    }

    fn replacement(&self, token: &str, found: &Json<'_>, value: &Value) -> Option<(Range<usize>, String)> {
        let spans = self.spans();
        let at = self.index(token)?;
        let blanks = self.blanks(&spans, at)?;
        let mut put = String::new();
        let indent = indent_of(self.text, spans.get(at)?.start, &self.layout.lead);
        self.layout.write(value, indent, blanks.contains('\n'), &mut put);
        Some((found.span.range(), put))
    }

    fn removal(&self, token: &str) -> Option<(Range<usize>, String)> {
        let spans = self.spans();
        let at = self.index(token)?;
        let own = spans.get(at)?;
        let span = match (at.checked_sub(1), spans.get(at + 1)) {
            (Some(before), _) => spans.get(before)?.end..own.end,
            (None, Some(next)) => own.start..next.start,
            (None, None) => {
                let whole = self.parent.span.range();
                whole.start + 1..whole.end - 1
            }
        };
        Some((span, String::new()))
    }

    /// A member more: of an object whose names are sorted at its place, else at the end.
    fn addition(&self, token: &str, value: &Value) -> Option<(Range<usize>, String)> {
        let spans = self.spans();
        let name = if self.parent.is_object() { self.layout.name(token) } else { String::new() };
        let place = match &self.parent.kind {
            Kind::Object(members) => sorted_place(members, token),
            Kind::Array(items) if token == "-" => items.len(),
            Kind::Array(_) => token.parse().ok()?,
            _ => return None,
        };
        let Some(last) = spans.len().checked_sub(1) else { return Some(self.first(&name, value)) };
        if place > spans.len() {
            return None;
        }
        let mut blanks = self.blanks(&spans, place.min(last))?;
        let lines = blanks.contains('\n');
        // Between a bracket and the first member other blanks stand than between two members.
        if !lines && (spans.len() == 1 || place == 0) {
            blanks = &self.layout.gap;
        }
        let indent = blanks.rsplit_once('\n').map_or("", |(_, indent)| indent);
        let mut put = name;
        self.layout.write(value, indent, lines, &mut put);
        Some(match spans.get(place) {
            Some(next) => (next.start..next.start, format!("{put},{blanks}")),
            None => {
                let end = spans.get(last)?.end;
                (end..end, format!(",{blanks}{put}"))
            }
        })
    }

    /// The first member of an empty container.
    fn first(&self, name: &str, value: &Value) -> (Range<usize>, String) {
        let Layout { lines, newline, unit, lead, .. } = self.layout;
        let whole = self.parent.span.range();
        let outer = indent_of(self.text, whole.start, lead);
        let inner = format!("{outer}{unit}");
        let mut put = String::new();
        self.layout.write(value, &inner, *lines, &mut put);
        let put = match lines {
            true => format!("{newline}{inner}{name}{put}{newline}{outer}"),
            false => format!("{name}{put}"),
        };
        (whole.start + 1..whole.end - 1, put)
    }
}

/// Where a name belongs.
fn sorted_place(members: &[Member<'_>], name: &str) -> usize {
    let sorted = members.len() > 2 && members.is_sorted_by(|a, b| a.key <= b.key);
    if sorted { members.partition_point(|m| m.key.as_ref() < name) } else { members.len() }
}

#[cfg(test)]
mod tests;
