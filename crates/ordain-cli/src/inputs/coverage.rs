//! What the input holds whole, as the caller says (spec E-92, E-93).

use super::bytes;
use ordain::{Diagnostic, RelatedMode, RelatedResources};
use std::path::PathBuf;

/// The JSON of a file that is named.
pub fn json_file(path: &std::path::Path) -> Result<serde_json::Value, Diagnostic> {
    let text = bytes::read_file(path, bytes::EXPORT_BYTES)?;
    serde_json::from_str(text.source.text())
        .map_err(|error| Diagnostic::error("BadJson", error.to_string()).origin(text.source.name()))
}

/// An index of related resources with what was declared of it.
pub fn coverage(mode: RelatedMode, files: &[PathBuf], diagnostics: &mut Vec<Diagnostic>) -> RelatedResources {
    let mut related = RelatedResources::new().mode(mode);
    for path in files {
        let text = match bytes::read_file(path, bytes::POLICY_BYTES) {
            Ok(text) => text,
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                continue;
            }
        };
        let declared = serde_json::from_str(text.source.text()).map_err(|error| error.to_string());
        let declared =
            declared.and_then(|json| related.declare_all(&json).map_err(|error| error.to_string()));
        if let Err(why) = declared {
            diagnostics.push(
                Diagnostic::error("BadCoverage", why)
                    .origin(text.source.name())
                    .help("write `{\"types\": {\"microsoft.insights/diagnosticsettings\": \"complete\"}}`"),
            );
        }
    }
    related
}
