//! From a location in a resource to bytes in its text.

use ordain::json::{Json, Member};
use ordain::{Location, PathItem, Span};

/// Where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The value, or the name of the nearest parent when it is missing.
    pub span: Span,
    /// Whether the value itself is there.
    pub there: bool,
}

/// Walks a location over the tree of a row. Names are compared as the engine does; the level `properties` of a
/// flattened row is the row itself.
pub fn find(row: &Json<'_>, location: &Location) -> Place {
    let mut at = row;
    let mut nearest = opening(row);
    for (depth, item) in location.items().into_iter().enumerate() {
        let next = match item {
            PathItem::Index(index) => at.items().get(index as usize).map(|value| (value, opening(value))),
            PathItem::Key(key) => match at.entry(key) {
                Some(Member { value, key_span, .. }) => Some((value, *key_span)),
                None if depth == 0 && key.eq_ignore_ascii_case("properties") => Some((at, nearest)),
                None => None,
            },
        };
        let Some((value, name)) = next else { return Place { span: nearest, there: false } };
        at = value;
        nearest = name;
    }
    Place { span: shortened(at), there: true }
}

/// The first byte of what spans many lines, the whole of a scalar.
fn shortened(json: &Json<'_>) -> Span {
    if json.is_object() || json.is_array() { opening(json) } else { json.span }
}

fn opening(json: &Json<'_>) -> Span {
    Span { start: json.span.start, end: json.span.start.saturating_add(1).min(json.span.end) }
}
