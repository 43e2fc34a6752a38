//! Paths of overrides: dotted ones, and JSONPath (RFC 9535) that begins with `$`.

use super::tree::{Kind, Member, Place, Tree, index_of};
use jsonpath_rust::parser::model::JpQuery;
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Nesting of brackets that is handed to the parser of JSONPath, whose recursion is bounded by the stack alone.
const BRACKETS: usize = 64;
/// Levels that a path may have.
const DEPTH: usize = 100;

/// How to write a path.
pub(super) const HELP: &str =
    "such as `properties.a.b`, `tags['a.b']`, `properties.list[0].x`, or a JSONPath that begins with `$`";

/// One step of a path to one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A member.
    Key(String),
    /// An element, from 0.
    Index(usize),
}

/// A path, parsed.
#[derive(Clone, Debug)]
pub enum Path {
    /// To one place, which may be made.
    One(Vec<Step>),
    /// To all places that a query finds.
    Query(Box<JpQuery>),
}

/// Parses a path.
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str) -> Result<Path, String> {
    let rooted = text.strip_prefix('$');
    if let Some(steps) = singular(rooted.unwrap_or(text), rooted.is_some()) {
        if steps.len() > DEPTH {
            return Err("the path is nested too deeply".to_owned());
        }
        return match steps.is_empty() && rooted.is_none() {
            true => Err("the path is empty".to_owned()),
            false => Ok(Path::One(steps)),
        };
    }
    if rooted.is_none() {
        return Err(format!("`{text}` is no path"));
    }
    query(text).map(|query| Path::Query(Box::new(query)))
}

/// Parses a query.
///
/// # Errors
/// What is wrong with it.
pub fn query(text: &str) -> Result<JpQuery, String> {
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '[' | '(' | '!' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > BRACKETS {
            return Err("the path is nested too deeply".to_owned());
        }
    }
    parse_json_path(text).map_err(|_| format!("`{text}` is no JSONPath of RFC 9535"))
}

/// `a.b`, `a['b.c']`, `a[0]`; behind `$` the first name needs its dot.
fn singular(text: &str, rooted: bool) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = text;
    let mut name_may_follow = !rooted;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            if let Some((quote, quoted)) =
                ['\'', '"'].iter().find_map(|q| inside.strip_prefix(*q).map(|quoted| (*q, quoted)))
            {
                let (name, behind) = quoted.split_once(quote)?;
                // Escapes are a matter of JSONPath proper.
                if name.contains('\\') {
                    return None;
                }
                steps.push(Step::Key(name.to_owned()));
                rest = behind.strip_prefix(']')?;
            } else {
                let (digits, behind) = inside.split_once(']')?;
                let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
                steps.push(Step::Index(digits.parse().ok().filter(|_| plain)?));
                rest = behind;
            }
            name_may_follow = false;
            continue;
        }
        let named = match rest.strip_prefix('.') {
            Some(behind) => behind,
            None if name_may_follow => rest,
            None => return None,
        };
        let end = named.find(['.', '[']).unwrap_or(named.len());
        let (name, behind) = named.split_at_checked(end)?;
        if name.is_empty() || name.contains(['*', '\'', '"', ']', '(', ')', '?', ' ']) {
            return None;
        }
        steps.push(Step::Key(name.to_owned()));
        rest = behind;
        name_may_follow = false;
    }
    Some(steps)
}

/// Puts a value at a place; parents are made where they are missing.
///
/// # Errors
/// Why there is no such place.
pub fn set(tree: &mut Tree, steps: &[Step], at: &Place, value: &Tree) -> Result<(), String> {
    let Some((step, rest)) = steps.split_first() else {
        *tree = value.clone();
        return Ok(());
    };
    if tree.is_null() {
        tree.kind = match step {
            Step::Key(_) => Kind::Object(Vec::new()),
            Step::Index(_) => Kind::Array(Vec::new()),
        };
        tree.place = at.clone();
    }
    let kind = tree.kind_name();
    let empty = || Tree { kind: Kind::Null, place: at.clone() };
    match (step, &mut tree.kind) {
        (Step::Key(name), Kind::Object(members)) => {
            let known = index_of(members, name);
            let slot = known.unwrap_or_else(|| {
                members.push(Member { key: Arc::from(&**name), place: at.clone(), value: empty() });
                members.len() - 1
            });
            members.get_mut(slot).map_or(Ok(()), |member| set(&mut member.value, rest, at, value))
        }
        (Step::Index(index), Kind::Array(items)) => {
            if *index == items.len() {
                items.push(empty());
            }
            let len = items.len();
            match items.get_mut(*index) {
                Some(item) => set(item, rest, at, value),
                None => Err(format!("there is no element {index} in an array of {len}")),
            }
        }
        (Step::Key(name), _) => {
            Err(format!("`{name}` would be a member of what is no object, but {}", a(kind)))
        }
        (Step::Index(index), _) => {
            Err(format!("`[{index}]` would be an element of what is no array, but {}", a(kind)))
        }
    }
}

/// A kind of value with its article.
pub(super) fn a(kind: &str) -> String {
    match kind.chars().next() {
        _ if kind == "null" => kind.to_owned(),
        Some('a' | 'e' | 'i' | 'o' | 'u') => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}

/// Takes away what is at a place; false when nothing is there.
pub fn remove(tree: &mut Tree, steps: &[Step]) -> bool {
    let Some((step, rest)) = steps.split_first() else { return false };
    let last = rest.is_empty();
    match (step, &mut tree.kind) {
        (Step::Key(name), Kind::Object(members)) => match index_of(members, name) {
            Some(at) if last => {
                members.remove(at);
                true
            }
            Some(at) => members.get_mut(at).is_some_and(|member| remove(&mut member.value, rest)),
            None => false,
        },
        (Step::Index(index), Kind::Array(items)) => match *index < items.len() {
            true if last => {
                items.remove(*index);
                true
            }
            true => items.get_mut(*index).is_some_and(|item| remove(item, rest)),
            false => false,
        },
        _ => false,
    }
}

/// The places that a query finds, in its order.
#[must_use]
pub fn places(tree: &Tree, query: &JpQuery) -> Vec<Vec<Step>> {
    let value = plain(tree);
    let Ok(found) = js_path_process(query, &value) else { return Vec::new() };
    let wanted: Vec<*const Value> = found.iter().map(|hit| std::ptr::from_ref(hit.val)).collect();
    // Values are told by where they are in memory, not by their path: no spelling of keys gets in between.
    let mut known: HashMap<*const Value, Vec<Step>> = wanted.iter().map(|at| (*at, Vec::new())).collect();
    locate(&value, &mut Vec::new(), &mut known);
    wanted.iter().filter_map(|at| known.get(at).cloned()).collect()
}

/// The tree as the query engine reads it.
fn plain(tree: &Tree) -> Value {
    match &tree.kind {
        Kind::Array(items) => items.iter().map(plain).collect(),
        Kind::Object(members) => {
            Value::Object(members.iter().map(|m| (m.key.to_string(), plain(&m.value))).collect())
        }
        Kind::Null | Kind::Unknown(_) => Value::Null,
        Kind::Bool(b) => Value::Bool(*b),
        Kind::Text(text) => Value::String(text.to_string()),
        Kind::Number(number) => ordain::Value::Number(number.clone()).to_json(),
    }
}

fn locate(value: &Value, here: &mut Vec<Step>, known: &mut HashMap<*const Value, Vec<Step>>) {
    if let Some(steps) = known.get_mut(&std::ptr::from_ref(value)) {
        steps.clone_from(here);
    }
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                here.push(Step::Index(at));
                locate(item, here, known);
                here.pop();
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                here.push(Step::Key(key.clone()));
                locate(member, here, known);
                here.pop();
            }
        }
        _ => {}
    }
}

/// What stands at a place.
#[must_use]
pub fn at<'t>(tree: &'t Tree, steps: &[Step]) -> Option<&'t Tree> {
    steps.iter().try_fold(tree, |at, step| match step {
        Step::Key(name) => at.get(name),
        Step::Index(index) => at.items().get(*index),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Option<String> {
        match parse(text) {
            Ok(Path::One(steps)) => Some(
                steps
                    .iter()
                    .map(|step| match step {
                        Step::Key(key) => format!("<{key}>"),
                        Step::Index(index) => format!("[{index}]"),
                    })
                    .collect(),
            ),
            Ok(Path::Query(_)) => Some("query".to_owned()),
            Err(_) => None,
        }
    }

    #[test]
    fn forms_of_paths() {
        let rows = [
            ("properties.a.b", Some("<properties><a><b>")),
            ("tags['a.b'].c", Some("<tags><a.b><c>")),
            ("list[0].x", Some("<list>[0]<x>")),
            ("$.properties.list[0].x", Some("<properties><list>[0]<x>")),
            ("$['a']", Some("<a>")),
            ("$", Some("")),
            ("$.a[*].b", Some("query")),
            ("$..x", Some("query")),
            ("$.a[?@.b == 1]", Some("query")),
            ("", None),
            ("a..b", None),
            ("a[*]", None),
            ("$.a[", None),
            ("a b", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(steps(text).as_deref(), wanted, "{text}");
        }
    }
}
