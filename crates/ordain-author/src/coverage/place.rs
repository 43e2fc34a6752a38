//! Places in a policy's file: JSON Pointers into `policyRule`, and comments that exempt.

use ordain::json::{self, Dialect, Json, Kind};
use ordain::{Source, Span};

/// What a comment must begin with, behind its slashes.
const MARK: &str = "ordain: undecidable";

/// Where the objects of a policy's rule are, by pointer.
pub(super) struct Places {
    /// Pointers of all objects and strings inside any `policyRule` of the file, in their order.
    known: Vec<(Span, String)>,
    /// Comments that exempt: their bytes, and the reason, which may be missing.
    pub(super) comments: Vec<(Span, String)>,
}

impl Places {
    pub(super) fn of(source: &Source) -> Self {
        let (json, _) = json::read(source.text(), Dialect::Policy);
        let mut known = Vec::new();
        if let Some(json) = &json {
            walk(json, None, &mut known);
        }
        let comments = comments(source.text()).into_iter().filter_map(|span| {
            let reason = reason(source.slice(span))?;
            Some((span, reason.to_owned()))
        });
        Self { known, comments: comments.collect() }
    }

    /// The pointer of what has these bytes; empty where it is not in the file as JSON.
    pub(super) fn pointer(&self, span: Span) -> String {
        self.known.iter().find(|(known, _)| *known == span).map_or(String::new(), |(_, text)| text.clone())
    }
}

/// The comments of a text: all that begins with slashes outside strings.
fn comments(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let (mut at, bytes) = (0, text.as_bytes());
    let rest = |at: usize| text.get(at..).unwrap_or_default();
    while let Some(byte) = bytes.get(at) {
        let length = match byte {
            b'"' => string(rest(at)),
            b'/' => {
                let rest = rest(at);
                let length = match bytes.get(at + 1) {
                    Some(b'/') => rest.find('\n').unwrap_or(rest.len()),
                    Some(b'*') => rest.find("*/").map_or(rest.len(), |end| end + 2),
                    _ => 0,
                };
                if length > 0 {
                    found.push(Span::new(at, at + length));
                }
                length
            }
            _ => 1,
        };
        at += length.max(1);
    }
    found
}

/// Bytes of the string that a text begins with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The reason in a comment that exempts; `None` for other comments.
fn reason(comment: &str) -> Option<&str> {
    let inside = comment.trim_start_matches(['/', '*']).trim_end().trim_end_matches(['/', '*']).trim();
    let rest = inside.strip_prefix(MARK)?.trim_start();
    Some(rest.strip_prefix("because").unwrap_or("").trim())
}

fn walk(json: &Json<'_>, inside: Option<&str>, known: &mut Vec<(Span, String)>) {
    if let Some(pointer) = inside
        && matches!(json.kind, Kind::Object(_) | Kind::Text(_))
    {
        known.push((json.span, pointer.to_owned()));
    }
    for member in json.members() {
        let below = match inside {
            _ if member.key.eq_ignore_ascii_case("policyRule") => Some(String::new()),
            Some(pointer) => Some(format!("{pointer}/{}", member.key.replace('~', "~0").replace('/', "~1"))),
            None => None,
        };
        walk(&member.value, below.as_deref(), known);
    }
    for (at, item) in json.items().iter().enumerate() {
        let below = inside.map(|pointer| format!("{pointer}/{at}"));
        walk(item, below.as_deref(), known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_that_exempt() {
        assert_eq!(
            reason("// ordain: undecidable because the parts exclude each other"),
            Some("the parts exclude each other")
        );
        assert_eq!(reason("/* ordain: undecidable because x */"), Some("x"));
        assert_eq!(reason("// ordain: undecidable"), Some(""));
        assert_eq!(reason("// ordain: undecidable because"), Some(""));
        assert_eq!(reason("// says nothing of ordain: undecidable because x"), None);
    }

    #[test]
    fn comments_are_outside_strings() {
        let text = "{\"a\": \"// no \\\" // no\", // one\n \"b\": 1 /* two */}";
        let source = Source::new("p.json", text);
        let found: Vec<&str> = comments(text).into_iter().map(|span| source.slice(span)).collect();
        assert_eq!(found, ["// one", "/* two */"]);
    }

    #[test]
    fn pointers_begin_below_the_rule() {
        let text = r#"{"properties": {"policyRule": {"if": {"allOf": [{"field": "a/b"}]}, "then": {"effect": "audit"}}}}"#;
        let places = Places::of(&Source::new("p.json", text));
        let at = |piece: &str| text.find(piece).map(|at| Span::new(at, at + piece.len())).expect("a piece");
        assert_eq!(places.pointer(at(r#"{"field": "a/b"}"#)), "/if/allOf/0");
        assert_eq!(places.pointer(at(r#""audit""#)), "/then/effect");
        assert_eq!(places.pointer(Span::new(0, 1)), "");
    }
}
