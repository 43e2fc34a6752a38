//! What a document asks to create, change or delete, as data that policies can judge: templates, previews,
//! plans, snapshots, payloads (spec 10 section 5, I-21).

mod body;
mod deployment;
mod entry;
mod failed;
mod kind;
mod model;
mod overlay;
mod parameters;
mod payload;
mod plan;
mod snapshot;
mod stack;
mod template;
#[cfg(test)]
mod tests;
mod what_if;

pub use kind::{RequestKind, kind};
pub use model::{Action, Open, Request, RequestContext, RequestOptions, Requests, SkipReason, Skipped};
pub use parameters::template_parameters;

use crate::diagnostic::Diagnostic;
use crate::json::Json;
use crate::source::{Source, Span};

/// Reads what a document asks to create or delete; `None` when it is none of these kinds. What is wrong with a
/// part never stops the others.
///
/// ```
/// use ordain::json::{Dialect, read as parse};
/// use ordain::requests::{RequestOptions, read};
///
/// let source = ordain::Source::new(
///     "main.json",
///     r#"{"contentVersion": "1.0.0.0", "parameters": {"sku": {"type": "string", "defaultValue": "Basic"}},
///         "resources": [{"type": "Microsoft.ContainerRegistry/registries", "name": "reg1",
///                        "sku": {"name": "[parameters('sku')]"},
///                        "properties": {"adminUserEnabled": "[reference('a').on]"}}]}"#,
/// );
/// let (json, _) = parse(source.text(), Dialect::Template);
/// let found = read(&source, &json.unwrap(), &RequestOptions::default()).unwrap();
/// let [registry] = found.requests.as_slice() else { panic!() };
/// assert_eq!(registry.name, "reg1");
/// assert_eq!(registry.body.as_object().unwrap().get("sku").unwrap().to_json()["name"], "Basic");
/// assert_eq!(registry.open[0].path, "properties.adminUserEnabled");
/// ```
#[must_use]
pub fn read(source: &Source, json: &Json<'_>, options: &RequestOptions) -> Option<Requests> {
    let kind = kind(json)?;
    let mut reading = Reading { source, options, out: Requests::new(kind) };
    match kind {
        RequestKind::Template => template::read(&mut reading, json),
        RequestKind::ExportedTemplate => template::exported(&mut reading, json),
        RequestKind::WhatIf => what_if::read(&mut reading, json),
        RequestKind::StackWhatIf => stack::read(&mut reading, json),
        RequestKind::Plan => plan::read(&mut reading, json),
        RequestKind::Snapshot => snapshot::read(&mut reading, json),
        RequestKind::Payload => payload::read(&mut reading, json),
        RequestKind::Failed | RequestKind::Refusal | RequestKind::Parameters => {
            failed::read(&mut reading, json);
        }
    }
    if !matches!(kind, RequestKind::Template | RequestKind::ExportedTemplate) {
        reading.send();
    }
    Some(reading.out)
}

/// A document that is being read.
struct Reading<'r> {
    source: &'r Source,
    options: &'r RequestOptions,
    out: Requests,
}

impl Reading<'_> {
    fn tell(&mut self, diagnostic: Diagnostic, span: Span, label: &str) {
        self.out.diagnostics.push(diagnostic.label(self.source, span, label));
    }

    /// Counts an entry that could not be read, with the reason.
    fn fail(&mut self, diagnostic: Diagnostic, json: &Json<'_>) {
        self.out.errors += 1;
        self.tell(diagnostic, opening(json), "");
    }

    /// What does not say where it goes, goes where the options say (spec G-8). Templates have places of their own.
    fn send(&mut self) {
        let place = entry::place_of(self.options, crate::template::Level::Group);
        let requests = std::mem::take(&mut self.out.requests);
        self.out.requests = requests.into_iter().map(|request| request.sent_to(&place)).collect();
    }

    fn skip(&mut self, reason: SkipReason, name: impl Into<String>, span: Span) {
        self.out.skipped.push(Skipped { reason, name: name.into(), span, note: String::new() });
    }

    /// Says so when the document lists nothing, or nothing of what it lists is judged.
    fn say_when_nothing(&mut self, json: &Json<'_>, what: &str) {
        if self.out.rows() == 0 {
            let message = format!("the {what} is empty");
            self.tell(Diagnostic::info("NoRows", message), opening(json), "");
        } else if self.out.requests.is_empty() && self.out.errors == 0 {
            let message = match self.out.skipped.len() {
                1 => format!("the only entry of the {what} is skipped: nothing is judged"),
                n => format!("all {n} entries of the {what} are skipped: nothing is judged"),
            };
            self.tell(Diagnostic::error("NothingFound", message), opening(json), "");
        }
    }
}

/// The first byte of an object is enough to point at it.
fn opening(json: &Json<'_>) -> Span {
    Span { start: json.span.start, end: json.span.start.saturating_add(1).min(json.span.end) }
}
