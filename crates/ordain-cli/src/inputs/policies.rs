//! Policy files to the engine (spec 01 sections 1 and 2, spec I-70, I-71).

use super::{bytes, find, pack, split};
use ordain::{Diagnostic, EngineBuilder};

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
