//! Resources that an input holds more than once (spec I-37).

use super::rows::{Row, Rows, opening};
use ordain::json::{Json, Kind};
use ordain::{Diagnostic, Source, Span};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher};

/// The first row of an id.
struct First {
    content: u64,
    source: Source,
    at: u32,
}

/// Leaves of all rows with one id the first, and counts the others. Rows without id stand for themselves.
pub fn unique(files: &mut [Rows<'_>]) {
    let mut known: HashMap<u64, First> = HashMap::new();
    for Rows { rows, duplicates, diagnostics, .. } in files {
        rows.retain(|row| {
            let id = ["id", "ResourceId"].iter().find_map(|name| row.json.get(name)?.as_text());
            let Some(id) = id.map(|id| id.trim_end_matches('/')).filter(|id| !id.is_empty()) else {
                return true;
            };
            let content = hash_of(|hasher| content(&row.json, hasher));
            let first = match known.entry(hash_of(|hasher| id.to_ascii_lowercase().hash(hasher))) {
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(First { content, source: row.source.clone(), at: row.json.span.start });
                    return true;
                }
                std::collections::hash_map::Entry::Occupied(first) => first.into_mut(),
            };
            *duplicates += 1;
            if first.content != content {
                let at = Span { start: first.at, end: first.at + 1 };
                diagnostics.push(
                    Diagnostic::warning(
                        "DuplicateResource",
                        format!("`{id}` is here twice, and not the same"),
                    )
                    .label(&row.source, opening(&row.json), "left out")
                    .label(&first.source, at, "the first, which is judged")
                    .help("leave one of the exports out, or judge them one by one"),
                );
            }
            false
        });
    }
}

/// Adds the children that stand inside rows, each once; a row of the same id wins (spec I-38).
pub fn expand(files: &mut [Rows<'_>]) {
    let id_of = |json: &Json<'_>| {
        let id = ["id", "ResourceId"].iter().find_map(|name| json.get(name)?.as_text());
        id.map(ordain::ids::normal)
    };
    let rows = files.iter().flat_map(|file| &file.rows);
    let mut known: HashSet<String> = rows.filter_map(|row| id_of(&row.json)).collect();
    for Rows { rows, .. } in files {
        let mut found = Vec::new();
        for row in rows.iter() {
            for mut child in ordain::rows::children(&row.json) {
                if id_of(&child).is_some_and(|id| known.insert(id)) {
                    ordain::rows::settle(&mut child);
                    found.push(Row { source: row.source.clone(), json: child, asked: None });
                }
            }
        }
        rows.append(&mut found);
    }
}

// The hasher of the standard library has fixed keys: the same input gives the same answer.
fn hash_of(add: impl FnOnce(&mut DefaultHasher)) -> u64 {
    let mut hasher = DefaultHasher::new();
    add(&mut hasher);
    hasher.finish()
}

/// Equal for values that say the same: neither blanks, nor the order of members, nor escapes count.
fn content(json: &Json<'_>, hasher: &mut DefaultHasher) {
    std::mem::discriminant(&json.kind).hash(hasher);
    match &json.kind {
        Kind::Null | Kind::Unknown(_) => {}
        Kind::Bool(bool) => bool.hash(hasher),
        Kind::Number(number) => number.to_string().hash(hasher),
        Kind::Text(text) => text.hash(hasher),
        Kind::Array(items) => {
            items.len().hash(hasher);
            items.iter().for_each(|item| content(item, hasher));
        }
        Kind::Object(members) => {
            members.len().hash(hasher);
            let mut members: Vec<_> = members.iter().collect();
            // Stable: of equal keys the order counts, since the last of them stands (spec I-8).
            members.sort_by(|a, b| a.key.cmp(&b.key));
            for member in members {
                member.key.hash(hasher);
                content(&member.value, hasher);
            }
        }
    }
}
