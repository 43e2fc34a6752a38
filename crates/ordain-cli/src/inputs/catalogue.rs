//! Alias catalogues given on the command line (spec L-140 to L-143).

use super::{bytes, find};
use ordain::{Aliases, Diagnostic};
use std::path::PathBuf;

/// The embedded knowledge with the catalogues added.
pub fn aliases(paths: &[PathBuf], diagnostics: &mut Vec<Diagnostic>) -> Aliases {
    let mut aliases = Aliases::embedded();
    for path in paths {
        let text = match bytes::read_file(path, bytes::EXPORT_BYTES) {
            Ok(text) => text,
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                continue;
            }
        };
        let name = find::shown(path);
        let catalogue: serde_json::Value = match serde_json::from_str(text.source.text()) {
            Ok(catalogue) => catalogue,
            Err(error) => {
                let message = format!("the catalogue is no JSON: {error}");
                diagnostics.push(Diagnostic::error("BadJson", message).origin(&name));
                continue;
            }
        };
        match aliases.clone().with_catalogue(&catalogue) {
            Ok((more, warnings)) => {
                aliases = more;
                let told =
                    |w: &ordain::aliases::CatalogueWarning| Diagnostic::warning(w.code(), w).origin(&name);
                diagnostics.extend(warnings.iter().map(told));
            }
            Err(error) => diagnostics.push(
                Diagnostic::error("NotACatalogue", error)
                    .origin(&name)
                    .help("give what `az provider list --expand resourceTypes/aliases -o json` prints"),
            ),
        }
    }
    aliases
}
