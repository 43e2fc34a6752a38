//! Choosing resources inside a document by JSONPath (RFC 9535).

use jsonpath_rust::parser::model::JpQuery;
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use ordain::json::{Json, Kind};
use ordain::{Diagnostic, Source, Span};
use serde_json::Value;
use std::collections::HashMap;

/// A query, parsed.
#[derive(Debug)]
pub struct Pick {
    text: String,
    query: JpQuery,
}

/// Nesting of brackets that is handed to the parser, whose recursion is bounded by the stack alone.
const BRACKETS: usize = 64;

/// Parses a query.
pub fn pick(text: &str) -> Result<Pick, Diagnostic> {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for c in text.chars() {
        match c {
            '[' | '(' | '!' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    let source = Source::new("--pick", text);
    let wrong = |message: &str| {
        Diagnostic::error("JsonPath", message)
            .label(&source, Span::new(0, text.len()), "")
            .help("such as `$.value[*]` or `$..resources[?@.type == 'Microsoft.Storage/storageAccounts']`")
    };
    if deepest > BRACKETS {
        return Err(wrong("the path is nested too deeply"));
    }
    match parse_json_path(text) {
        Ok(query) => Ok(Pick { text: text.to_owned(), query }),
        Err(error) => {
            let error = error.to_string();
            let said = error
                .lines()
                .rev()
                .map(|line| line.trim_start_matches(['=', ' ']))
                .find(|line| !line.is_empty());
            Err(wrong("this is no JSONPath of RFC 9535").note(said.unwrap_or_default()))
        }
    }
}

impl Pick {
    /// The query as it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the query selects, in its order, with the places that it has in the document.
    pub fn choose<'t>(&self, json: &Json<'t>) -> Vec<Json<'t>> {
        let value = plain(json);
        let Ok(found) = js_path_process(&self.query, &value) else { return Vec::new() };
        let wanted: Vec<*const Value> = found.iter().map(|hit| std::ptr::from_ref(hit.val)).collect();
        // Values are told by where they are in memory, not by their path: no spelling of keys gets in between.
        let mut places: HashMap<*const Value, Option<&Json<'t>>> =
            wanted.iter().map(|at| (*at, None)).collect();
        locate(&value, json, &mut places);
        wanted.iter().filter_map(|at| places.get(at).copied().flatten().cloned()).collect()
    }
}

/// The document as the query engine reads it; of equal keys the last stands.
fn plain(json: &Json<'_>) -> Value {
    match &json.kind {
        Kind::Array(items) => items.iter().map(plain).collect(),
        Kind::Object(members) => {
            Value::Object(members.iter().map(|m| (m.key.to_string(), plain(&m.value))).collect())
        }
        Kind::Null | Kind::Unknown(_) => Value::Null,
        Kind::Bool(b) => Value::Bool(*b),
        Kind::Text(text) => Value::String(text.to_string()),
        Kind::Number(_) => ordain::Node::to_value(json).to_json(),
    }
}

fn locate<'j, 't>(
    value: &Value,
    json: &'j Json<'t>,
    places: &mut HashMap<*const Value, Option<&'j Json<'t>>>,
) {
    if let Some(place) = places.get_mut(&std::ptr::from_ref(value)) {
        *place = Some(json);
    }
    match value {
        Value::Array(items) => items.iter().zip(json.items()).for_each(|(v, j)| locate(v, j, places)),
        Value::Object(_) => {
            // The later of equal keys overwrites, as in `plain`.
            for member in json.members() {
                if let Some(inner) = value.get(&*member.key) {
                    locate(inner, &member.value, places);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ordain::json::{Dialect, read};

    #[test]
    fn picks_keep_their_places() {
        let text = r#"{"a":[{"n":1},{"n":2,"k'ey":{"n":3}}],"a":[{"n":4}]}"#;
        let json = read(text, Dialect::Strict).0.unwrap();
        let shown = |path: &str| {
            let picked = pick(path).unwrap().choose(&json);
            picked.iter().filter_map(|j| text.get(j.span.range())).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown("$.a[*]"), r#"{"n":4}"#);
        assert_eq!(shown("$..[?@.n > 3]"), r#"{"n":4}"#);
        assert_eq!(shown("$.b"), "");
    }

    #[test]
    fn refused_paths() {
        for path in ["", "$.", "value", "$[", &"$[?(".repeat(5000)] {
            assert_eq!(pick(path).map(|_| ()).map_err(|d| d.code()), Err("JsonPath"), "{path}");
        }
    }
}
