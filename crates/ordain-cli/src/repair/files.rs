//! Repaired resources in their files: what each file becomes, checked before it is written, and written at once.

use super::Planned;
use super::diff;
use super::edit;
use crate::inputs::{self, Text, Wanted};
use crate::store;
use ordain::{Diagnostic, Node as _, Source, Span};
use std::collections::BTreeMap;
use std::ops::Range;

/// Name of what is read from standard input.
const STDIN: &str = "<stdin>";

/// A file with the resources in it that change.
#[derive(Debug)]
pub struct Changed<'p> {
    pub source: Source,
    /// In the order of the text, none within another.
    pub edits: Vec<(Range<usize>, String)>,
    pub resources: Vec<&'p Planned<'p>>,
}

/// How the files were read, so that they are read again in the same way.
#[derive(Clone, Copy)]
pub struct Reading<'r> {
    pub pick: Option<&'r inputs::Pick>,
    /// Names of the texts that belong to a tenant.
    pub tenant: &'r [&'r str],
}

/// What the files become. A resource that has no place in its text is told, and is in none of them.
pub fn changed<'p>(planned: &'p [Planned<'p>], diagnostics: &mut Vec<Diagnostic>) -> Vec<Changed<'p>> {
    let mut files: BTreeMap<&str, Changed<'p>> = BTreeMap::new();
    for plan in planned {
        let Some(patch) = plan.repair.patch.as_deref().filter(|patch| !patch.is_empty()) else { continue };
        let row = plan.judged.row;
        let span = row.json.span.range();
        let text = row.source.text().get(span.clone()).unwrap_or_default();
        let edited = if text.starts_with('{') { edit::apply(text, patch) } else { None };
        let Some(edited) = edited else {
            diagnostics.push(no_place(plan, text.starts_with('[')));
            continue;
        };
        let file = files.entry(row.source.name()).or_insert_with(|| Changed {
            source: row.source.clone(),
            edits: Vec::new(),
            resources: Vec::new(),
        });
        // A file that was named twice changes once.
        if file.edits.iter().all(|(known, _)| *known != span) {
            file.edits.push((span, edited));
            file.resources.push(plan);
        }
    }
    let mut files: Vec<Changed<'p>> = files.into_values().collect();
    for file in &mut files {
        file.edits.sort_by_key(|(range, _)| range.start);
    }
    files.retain(|file| {
        let nested = file.edits.windows(2).any(|pair| match pair {
            [(a, _), (b, _)] => b.start < a.end,
            _ => false,
        });
        if nested {
            let message = "resources that are to be changed lie within each other";
            diagnostics.push(
                Diagnostic::error("NoPlace", message)
                    .origin(file.source.name())
                    .help("choose some of them with `--pick` or `--only`"),
            );
        }
        !nested
    });
    files
}

fn no_place(plan: &Planned<'_>, is_table: bool) -> Diagnostic {
    let row = plan.judged.row;
    let at = Span { start: row.json.span.start, end: row.json.span.start + 1 };
    let name = plan.judged.resource().name;
    let (why, help) = match is_table {
        true => ("its row is one of a table", "export objects: `az graph query … -o json` prints them"),
        false => {
            ("its text has no such place", "`--format json-patch` has the patch for the resource itself")
        }
    };
    Diagnostic::error("NoPlace", format!("`{name}` cannot be changed here: {why}"))
        .label(&row.source, at, "")
        .help(help)
}

impl Changed<'_> {
    /// The text of the file afterwards.
    pub fn text(&self) -> String {
        diff::spliced(self.source.text(), &self.edits)
    }

    /// The change as a unified diff.
    pub fn diff(&self) -> String {
        diff::unified(self.source.name(), self.source.text(), &self.edits)
    }

    /// Writes the file, unless it is not what was read, or would not be read as it should.
    pub fn write(&self, reading: Reading<'_>) -> Result<(), Diagnostic> {
        let name = self.source.name();
        let fault = |message: String| Diagnostic::error("NotWritten", message).origin(name);
        if name == STDIN {
            return Err(fault("what was piped in cannot be changed".into())
                .help("name the file, or take the changed resources from `--format documents`"));
        }
        let text = self.text();
        if !self.reads_as_planned(&text, reading) {
            return Err(fault("the changed file would not be read as it should: it is left as it is".into())
                .help("`--format json-patch` has the patches, each for its resource"));
        }
        store::rewrite(name, self.source.text(), &text)
    }

    /// Whether the new text holds the same rows: those that change as they were worked out, the others to the byte.
    fn reads_as_planned(&self, text: &str, reading: Reading<'_>) -> bool {
        let name = self.source.name();
        let wanted = if reading.tenant.contains(&name) { Wanted::Tenant } else { Wanted::Resources };
        let pick = reading.pick.filter(|_| wanted == Wanted::Resources);
        let whole = |text: &str| Text::of(Source::new(name, text));
        let (old, new) = (whole(self.source.text()), whole(text));
        let (old, new) = (inputs::rows(&old, true, wanted, pick), inputs::rows(&new, true, wanted, pick));
        old.rows.len() == new.rows.len()
            && old.errors == new.errors
            && old.rows.iter().zip(&new.rows).all(|(old, new)| {
                let span = old.json.span;
                match self.resources.iter().find(|plan| plan.judged.row.json.span == span) {
                    Some(plan) => edit::same(&(&new.json).to_value(), &plan.repair.body),
                    None => old.source.slice(span) == new.source.slice(new.json.span),
                }
            })
    }
}
