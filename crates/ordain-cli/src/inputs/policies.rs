//! Policy files to the engine (spec 01 sections 1 and 2, spec I-70, I-71).

use super::{Row, Rows, bytes, find, pack, split};
use ordain::{Diagnostic, EngineBuilder};

/// Adds what was read of a tenant: its policy objects, and who is above whom (spec I-68, G-9).
pub fn tenant(files: &[Rows<'_>], mut builder: EngineBuilder) -> EngineBuilder {
    for file in files {
        for source in &file.policy_texts {
            builder = builder.policies_found(source);
        }
        for row in &file.policies {
            builder = builder.policy_object(&row.source, &row.json);
        }
        // The first parent counts, in the order of the input (spec G-11).
        let subscriptions = file.rows.iter().filter(|row| is_subscription(&row.json));
        let mut rows: Vec<&Row<'_>> = file.hierarchy.iter().chain(subscriptions).collect();
        rows.sort_by_key(|row| row.json.span.start);
        for row in rows {
            builder.hierarchy_in(&row.source, &row.json);
        }
    }
    builder
}

/// Rows of subscriptions may tell what is above them.
fn is_subscription(row: &ordain::json::Json<'_>) -> bool {
    let kind = row.get("type").and_then(ordain::json::Json::as_text).unwrap_or_default();
    ordain::ids::canonical_type(kind) == ordain::ids::SUBSCRIPTION_TYPE
}

/// Adds every definition of the paths given, or the starter pack where none is given. What could not be read is
/// among the diagnostics; what is wrong with a text is the engine's to say.
pub fn policies(
    words: &[String],
    mut builder: EngineBuilder,
    diagnostics: &mut Vec<Diagnostic>,
) -> EngineBuilder {
    if words.is_empty() {
        for source in pack::sources() {
            builder = builder.policies(&source);
        }
        return builder;
    }
    for word in words {
        let mut read = Vec::new();
        for found in find::find(word, diagnostics) {
            match bytes::read_file(&found.path, bytes::POLICY_BYTES) {
                Ok(mut text) => {
                    diagnostics.append(&mut text.diagnostics);
                    read.push((found, text.source));
                }
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        for (named, source) in split::combined(read, diagnostics) {
            builder = if named { builder.policies(&source) } else { builder.policies_found(&source) };
        }
    }
    builder
}
