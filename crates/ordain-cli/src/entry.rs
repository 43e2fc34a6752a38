//! From a place in the body of a request to bytes in the document that asks for it.

use crate::inputs::Row;
use crate::place::{self, Place};
use ordain::json::{Dialect, Json, read};
use ordain::{Location, Span};

/// Where the body lies in an entry, the first that is there: what-if results, stacks, plans, states, payloads.
const BODIES: [&[&str]; 9] = [
    &["after"],
    &["before"],
    &["resourceConfigurationChanges", "after"],
    &["resourceConfigurationChanges", "before"],
    &["change", "after", "body"],
    &["change", "after"],
    &["values", "body"],
    &["values"],
    &["resource"],
];

/// The place in the text of a row.
pub fn find(row: &Row<'_>, location: Option<&Location>, before: bool) -> Span {
    let Some(asked) = &row.asked else {
        return location.map_or(opening(row.json.span), |location| place::find(&row.json, location).span);
    };
    let span = asked.request.span;
    let (Some(location), text) = (location, row.source.text()) else { return opening(span) };
    // The entry alone is read: its text is JSON by itself.
    let Some(slice) = text.get(span.range()) else { return opening(span) };
    let (Some(json), _) = read(slice, Dialect::Template) else { return opening(span) };
    let moved = |found: Span| Span { start: span.start + found.start, end: span.start + found.end };
    let mut best: Option<Place> = None;
    let sides = BODIES.iter().filter(|path| !before || path.last() != Some(&"after"));
    for body in sides.filter_map(|path| inside(&json, path)).chain([&json]) {
        let found = place::find(body, location);
        // A body that has the value, else the first that has some of the way to it.
        if found.there {
            return moved(found.span);
        }
        if best.is_none() && found.span != opening(body.span) {
            best = Some(found);
        }
    }
    best.map_or(opening(span), |place| moved(place.span))
}

fn inside<'j, 't>(json: &'j Json<'t>, path: &[&str]) -> Option<&'j Json<'t>> {
    path.iter().try_fold(json, |at, name| at.get(name)).filter(|found| found.is_object())
}

/// The first byte of an object is enough to point at it.
pub fn opening(span: Span) -> Span {
    Span { start: span.start, end: span.start.saturating_add(1).min(span.end) }
}
