//! What a folder has passed over when it is read as a whole: its file `.ordainignore` (spec I-70).

use super::find::{shown, unreadable};
use glob::{MatchOptions, Pattern};
use ordain::{Diagnostic, Source, Span};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

const NAME: &str = ".ordainignore";

/// `*` stops at folders.
const HOW: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// The patterns of the folders that were read so far.
#[derive(Default)]
pub struct PassedOver(Vec<Pattern>);

impl PassedOver {
    /// Takes in what a folder says: a path or pattern a line, from this folder on; `#` begins a line of comment.
    pub fn read(&mut self, folder: &Path, diagnostics: &mut Vec<Diagnostic>) {
        let path = folder.join(NAME);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return,
            Err(error) => return diagnostics.push(unreadable(&path, &error)),
        };
        let base = Pattern::escape(&folder.to_string_lossy());
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let said = line.trim();
            let from = start + (line.len() - line.trim_start().len());
            start += line.len();
            if said.is_empty() || said.starts_with('#') {
                continue;
            }
            let inside = said.trim_start_matches("./").trim_matches('/');
            match Pattern::new(&format!("{base}/{inside}")) {
                Ok(pattern) => self.0.push(pattern),
                Err(error) => {
                    let source = Source::new(shown(&path), text.clone());
                    let message = format!("`{said}` is no pattern: {}", error.msg);
                    let span = Span::new(from, from + said.len());
                    diagnostics.push(
                        Diagnostic::error("BadPattern", message)
                            .label(&source, span, "")
                            .help("known: `*`, `?`, `[ab]`, `**` for folders"),
                    );
                }
            }
        }
    }

    /// Whether a file or folder is passed over.
    pub fn holds(&self, path: &Path) -> bool {
        self.0.iter().any(|pattern| pattern.matches_path_with(path, HOW))
    }
}
