//! Resource files and standard input to texts (spec I-70 to I-72, I-85).

use super::bytes::{self, Text};
use super::find;
use ordain::Diagnostic;
use std::io::Read;

/// The texts in the order in which their rows count (spec I-72).
#[derive(Debug, Default)]
pub struct Texts {
    pub texts: Vec<(Text, bool)>,
    pub diagnostics: Vec<Diagnostic>,
}

/// The texts of tenants, then those of resources; how many of them are the tenants'. Standard input is read where
/// neither is named.
pub fn all_texts(tenants: &[String], resources: &[String], stdin: &mut dyn Read) -> (Texts, usize) {
    let piped = ["-".to_owned()];
    if tenants.is_empty() {
        let resources = if resources.is_empty() { &piped } else { resources };
        return (texts(resources, stdin), 0);
    }
    let mut all = texts(tenants, stdin);
    let of_tenants = all.texts.len();
    let mut more = texts(resources, stdin);
    all.texts.append(&mut more.texts);
    all.diagnostics.append(&mut more.diagnostics);
    (all, of_tenants)
}

/// Reads what the words name; `-` is standard input, once.
pub fn texts(words: &[String], stdin: &mut dyn Read) -> Texts {
    let mut out = Texts::default();
    let mut stdin = Some(stdin);
    for word in words {
        if word == "-" {
            match stdin.take().map(|stdin| bytes::read_stream("<stdin>", stdin, bytes::EXPORT_BYTES)) {
                Some(Ok(text)) => out.texts.push((text, true)),
                Some(Err(diagnostic)) => out.diagnostics.push(diagnostic),
                None => out.diagnostics.push(stdin_twice()),
            }
            continue;
        }
        for found in find::find(word, &mut out.diagnostics) {
            match bytes::read_file(&found.path, bytes::EXPORT_BYTES) {
                Ok(text) => out.texts.push((text, found.named)),
                Err(diagnostic) => out.diagnostics.push(diagnostic),
            }
        }
    }
    out
}

/// What is to be said when standard input is named again.
pub fn stdin_twice() -> Diagnostic {
    Diagnostic::warning("StdinTwice", "standard input is named twice, but can be read once")
}
