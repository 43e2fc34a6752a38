//! Bodies: trees of a template, and JSON that may hold leftover expressions, to values in which what is not
//! known is unknown (spec I-44).

use super::Open;
use crate::expr::{Fragment, classify, parse_deployment};
use crate::json::{Json, Kind};
use crate::limits::JSON_DEPTH;
use crate::source::Span;
use crate::template::{Hole, Scope, Tree, TreeKind};
use crate::value::{FaultKind, Num, Object, Reason, Value};
use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::Arc;

/// What stands for a value that only Azure can tell.
pub(super) const UNRESOLVED: Value = Value::Unknown(Reason::UnresolvedExpression);

/// A document without names, for expressions that stand alone.
pub(super) static NOTHING: Json<'static> =
    Json { kind: Kind::Null, span: Span { start: 0, end: 0 }, cut: false };

/// Where one is in a body, and what was found open so far.
#[derive(Debug, Default)]
pub(super) struct Places {
    path: String,
    pub open: Vec<Open>,
}

impl Places {
    /// At the root, with what is open already.
    pub(super) fn with(open: Vec<Open>) -> Self {
        Self { path: String::new(), open }
    }

    /// Runs inside a member.
    pub(super) fn inside<T>(&mut self, key: &str, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.path.len();
        let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_$-".contains(c));
        if !plain {
            let _ = write!(self.path, "['{}']", key.replace('\'', "''"));
        } else if before == 0 {
            self.path.push_str(key);
        } else {
            let _ = write!(self.path, ".{key}");
        }
        let result = run(self);
        self.path.truncate(before);
        result
    }

    fn at<T>(&mut self, index: usize, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.path.len();
        let _ = write!(self.path, "[{index}]");
        let result = run(self);
        self.path.truncate(before);
        result
    }

    /// Notes that the value here is not known.
    pub(super) fn unresolved(&mut self, expression: &str, reason: &str, span: Span) -> Value {
        self.open.push(Open {
            path: self.path.clone(),
            expression: expression.to_owned(),
            reason: reason.to_owned(),
            span,
        });
        UNRESOLVED
    }

    /// Notes every unknown in a value.
    pub(super) fn gather(&mut self, value: &Value, reason: &str, span: Span) {
        match value {
            Value::Unknown(_) => drop(self.unresolved("", reason, span)),
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.at(at, |places| places.gather(item, reason, span));
                }
            }
            Value::Object(object) => {
                for (key, value) in object.members() {
                    self.inside(key, |places| places.gather(value, reason, span));
                }
            }
            _ => {}
        }
    }

    fn hole(&mut self, hole: &Hole) -> Value {
        self.unresolved(&hole.text, &hole.reason, hole.span)
    }
}

/// A resolved part of a template.
pub(super) fn of_tree<'j>(tree: &Rc<Tree<'j>>, scope: &Scope<'j>, places: &mut Places) -> Value {
    if let Err(reason) = scope.work().spend(tree.as_text().map_or(0, str::len)) {
        return places.unresolved("", reason, tree.span);
    }
    match &tree.kind {
        TreeKind::Hole(hole) => places.hole(hole),
        TreeKind::Scalar(kind) => scalar(kind),
        TreeKind::Array(items) => {
            let values = items.iter().enumerate();
            Value::array(
                values
                    .map(|(at, item)| places.at(at, |places| of_tree(item, scope, places)))
                    .collect::<Vec<_>>(),
            )
        }
        // Which names an object has is known as a whole or not at all.
        TreeKind::Object(entries) => {
            if let Some(hole) = entries.iter().find_map(|entry| entry.key.as_hole()) {
                return places.hole(hole);
            }
            let member = |entry: &crate::template::Entry<'j>| {
                let key = entry.key.as_text().unwrap_or_default();
                (Arc::from(key), places.inside(key, |places| of_tree(&entry.value, scope, places)))
            };
            Value::object(entries.iter().map(member).collect())
        }
    }
}

/// JSON as it is: no string of it is an expression.
pub(super) fn literal(json: &Json<'_>) -> Value {
    copied(json, 0, &mut |text, _| Value::text(text), &mut Places::default())
}

/// A body that a preview made: strings that are still expressions are evaluated, or unresolved (spec I-50, I-55).
pub(super) fn evaluated<'j>(json: &Json<'_>, scope: &Scope<'j>, places: &mut Places) -> Value {
    let mut of_text = |text: &str, (span, places): (Span, &mut Places)| match expression(text) {
        Some(text) => of_tree(&scope.expression(text, span), scope, places),
        None => Value::text(text),
    };
    copied(json, 0, &mut of_text, places)
}

/// The text of a leftover expression. Values of resources may begin and end with brackets too: lists written as
/// text, names of sections.
fn expression(text: &str) -> Option<&str> {
    let Fragment::Expression(text) = classify(text) else { return None };
    let is_list = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    let is_other = || match parse_deployment(text) {
        Ok(_) => false,
        Err(mistakes) => mistakes.iter().any(|m| m.kind == FaultKind::Syntax) && !text.contains('('),
    };
    (!is_list && !is_other()).then_some(text)
}

type OfText<'f> = dyn FnMut(&str, (Span, &mut Places)) -> Value + 'f;

fn copied(json: &Json<'_>, depth: usize, of_text: &mut OfText<'_>, places: &mut Places) -> Value {
    // An embedder's reader may allow more than ours; the stack does not.
    if depth > 2 * JSON_DEPTH {
        return places.unresolved("", "it is nested too deeply", json.span);
    }
    match &json.kind {
        Kind::Text(text) => of_text(text, (json.span, places)),
        Kind::Array(items) => {
            let values = items.iter().enumerate();
            let value = |(at, item)| places.at(at, |places| copied(item, depth + 1, of_text, places));
            Value::array(values.map(value).collect::<Vec<_>>())
        }
        Kind::Object(members) => {
            let member = |member: &crate::json::Member<'_>| {
                let value =
                    places.inside(&member.key, |places| copied(&member.value, depth + 1, of_text, places));
                (Arc::from(&*member.key), value)
            };
            Value::object(members.iter().map(member).collect())
        }
        scalar => self::scalar(scalar),
    }
}

fn scalar(kind: &Kind<'_>) -> Value {
    match kind {
        Kind::Bool(b) => Value::Bool(*b),
        Kind::Number(n) => Value::Number(Num::to_owned(*n)),
        Kind::Text(text) => Value::text(&**text),
        _ => Value::Null,
    }
}

/// The body with an id, when it has none of its own.
pub(super) fn with_id(body: Value, id: Option<&str>) -> Value {
    let (Value::Object(object), Some(id)) = (&body, id) else { return body };
    if object.get("id").is_some_and(|own| !own.is_null()) {
        return body;
    }
    let rest = object.members().iter().filter(|(key, _)| !key.eq_ignore_ascii_case("id")).cloned();
    let with: Object = std::iter::once((Arc::from("id"), Value::text(id))).chain(rest).collect();
    Value::object(with)
}

/// The text of a member of a body.
pub(super) fn text<'v>(body: &'v Value, name: &str) -> Option<&'v str> {
    body.as_object()?.get(name)?.as_text().filter(|text| !text.is_empty())
}
