//! Values of a text to rows: lists and tables taken apart, each object for what it is (spec I-9 to I-16).

use super::document::Document;
use super::reshape::{subscription, taken, zipped};
use super::rows::{Reading, Row, Wanted, opening, opening_of, outline};
use super::shape::{self, Shape};
use ordain::json::{Json, Kind};
use ordain::{Diagnostic, Severity, Span};
use std::borrow::Cow;

/// Where a row lay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// It is the document, or a line of it.
    Nothing,
    /// A list.
    List,
    /// An answer of Resource Graph, whose columns the query chose.
    Graph,
}

impl<'t> Reading<'t> {
    /// A value at the top of the text.
    pub fn document(&mut self, json: Json<'t>) {
        match json.kind {
            Kind::Array(items) => {
                self.list(items, json.span, json.cut, self.part.within);
            }
            Kind::Object(_) => self.object(json, Within::Nothing),
            _ => {
                let found = json.kind_name();
                self.out.errors += 1;
                self.tell(
                    Diagnostic::error("UnknownShape", format!("this is no resource, but a single {found}"))
                        .label(self.source(), json.span, "")
                        .help("expected an object, a list of objects, or one object a line"),
                );
            }
        }
    }

    fn list(&mut self, items: Vec<Json<'t>>, span: Span, cut: bool, within: Within) {
        self.out.lists += 1;
        if items.is_empty() && !cut && !self.part.around {
            let span = Span { start: span.start, end: span.start + 1 };
            self.tell(Diagnostic::info("NoRows", "the list is empty").label(self.source(), span, ""));
        }
        for item in items {
            self.element(item, within);
        }
    }

    pub fn element(&mut self, json: Json<'t>, within: Within) {
        if json.is_object() {
            return self.object(json, within);
        }
        self.out.errors += 1;
        if !json.cut {
            let message = format!("a resource must be an object, not {}", json.kind_name());
            self.tell(Diagnostic::error("NotAResource", message).label(self.source(), json.span, ""));
        }
    }

    fn object(&mut self, json: Json<'t>, within: Within) {
        if self.is_no_text(&json) {
            self.out.errors += 1;
            let at = opening(&json);
            self.tell(
                Diagnostic::error("Encoding", "the row is not UTF-8")
                    .label(self.source(), at, "this row is left out")
                    .help("write the file as UTF-8"),
            );
            return;
        }
        match shape::of(&json) {
            Shape::List(name) => self.pages(json, name),
            Shape::Table(name) => self.table(json, name),
            // What was cut is a fault that is told already.
            _ if json.cut => self.out.errors += 1,
            Shape::Resource => self.row(json),
            Shape::Requests => {
                if self.requests(&json) {
                    self.out.policies.push(Row { source: self.source().clone(), json, asked: None });
                }
            }
            Shape::PolicyObject(document) | Shape::Other(document)
                if document.is_policy() && self.wanted == Wanted::Tenant =>
            {
                self.out.documents += 1;
                self.out.policies.push(Row { source: self.source().clone(), json, asked: None });
            }
            Shape::PolicyObject(document) => {
                self.telling.policy_object(document.told().what, &self.text.source, opening(&json));
                self.row(json);
            }
            Shape::Subscription => {
                let json = subscription(json);
                self.out.rows.push(Row { source: self.source().clone(), json, asked: None });
            }
            Shape::Hierarchy => {
                self.out.skipped += 1;
                self.tell(
                    Diagnostic::info("HierarchyRow", "a management group, which no policy can judge").label(
                        self.source(),
                        opening(&json),
                        "skipped",
                    ),
                );
                self.out.hierarchy.push(Row { source: self.source().clone(), json, asked: None });
            }
            Shape::Other(document) => self.other(document, opening(&json), said(&json)),
            Shape::Unknown => self.unknown(&json, within),
        }
    }

    /// A row that policies judge, put right; what there is to know of it is said once.
    fn row(&mut self, mut json: Json<'t>) {
        for notice in ordain::rows::settle(&mut json) {
            let (source, about) = (self.source(), notice.resource_type().to_ascii_lowercase());
            self.telling.once(notice.kind().0, about, || notice.diagnostic(source));
        }
        self.out.rows.push(Row { source: self.source().clone(), json, asked: None });
    }

    /// Whether bytes of the object are no text.
    fn is_no_text(&self, json: &Json<'t>) -> bool {
        let bad = &self.text.bad;
        let next = bad.partition_point(|at| *at < json.span.start);
        bad.get(next).is_some_and(|at| *at < json.span.end)
    }

    pub fn other(&mut self, document: Document, span: Span, note: Option<String>) {
        self.out.documents += 1;
        // Beside policies it is no news.
        if document == Document::ByProduct && !self.named {
            return;
        }
        let other = document.told();
        let message = format!("this is {}, not a resource", other.what);
        // A kind that has no rows is an error where it was named, or where the answer itself is a failure.
        let severity =
            if self.named || other.code == "FailedResult" { Severity::Error } else { Severity::Warning };
        let diagnostic =
            Diagnostic::new(severity, other.code, message).label(self.source(), opening_of(span), "");
        let diagnostic = match note {
            Some(note) => diagnostic.note(note),
            None => diagnostic,
        };
        let help = if self.wanted == Wanted::Requests { document.help_for_requests() } else { other.help };
        self.tell(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
    }

    fn unknown(&mut self, json: &Json<'t>, within: Within) {
        self.out.errors += 1;
        let at = opening(json);
        let found = format!("found {}", outline(json));
        let diagnostic = match within {
            Within::Nothing => Diagnostic::new(
                if self.named { Severity::Error } else { Severity::Warning },
                "UnknownShape",
                "this is neither a resource nor a list of them",
            )
            .help("a resource has `type` and `id`; use `--pick` to choose resources inside another document"),
            Within::List => {
                Diagnostic::error("NoType", "the row has neither `type` nor an `id` that tells it").help(
                    "a resource needs `type`, such as `Microsoft.Storage/storageAccounts`, or its whole `id`",
                )
            }
            Within::Graph => Diagnostic::error("NotAResource", "the row has neither `type` nor `id`")
                .help("let the query keep them: `project id, name, type, location, tags, properties, …`"),
        };
        let diagnostic = diagnostic.label(self.source(), at, "").note(found);
        self.telling.nameless(diagnostic);
    }

    fn pages(&mut self, json: Json<'t>, name: &'static str) {
        self.more_pages(&json);
        let (span, cut) = (json.span, json.cut);
        let within = if name == "data" { Within::Graph } else { Within::List };
        if let Some(Json { kind: Kind::Array(items), span: inner, .. }) = taken(json, name) {
            self.list(items, if inner.start > 0 { inner } else { span }, cut, within);
        }
    }

    /// Columns and rows become objects.
    fn table(&mut self, json: Json<'t>, name: &'static str) {
        self.more_pages(&json);
        let (span, cut) = (json.span, json.cut);
        let Some(data) = taken(json, name) else { return };
        let columns: Vec<(Cow<'t, str>, Span)> = data
            .get("columns")
            .map(Json::items)
            .unwrap_or_default()
            .iter()
            .map(|column| match column.get("name") {
                Some(Json { kind: Kind::Text(name), span, .. }) => (name.clone(), *span),
                _ => (Cow::Borrowed(""), column.span),
            })
            .collect();
        let Some(Json { kind: Kind::Array(rows), .. }) = taken(data, "rows") else { return };
        let rows = rows.into_iter().map(|row| zipped(row, &columns)).collect();
        self.list(rows, span, cut, Within::Graph);
    }

    /// The file is one page of several (spec I-14).
    fn more_pages(&mut self, json: &Json<'t>) {
        let filled =
            |name: &str| json.entry(name).filter(|m| m.value.as_text().is_some_and(|t| !t.is_empty()));
        let mark = ["nextLink", "@odata.nextLink", "$skipToken", "skip_token", "SkipToken"]
            .iter()
            .find_map(|name| filled(name));
        let truncated = json.entry("resultTruncated").filter(|m| match &m.value.kind {
            Kind::Bool(truncated) => *truncated,
            Kind::Text(text) => text.eq_ignore_ascii_case("true"),
            _ => false,
        });
        let number =
            |name: &str| json.get(name).and_then(|n| self.source().slice(n.span).parse::<u64>().ok());
        let total =
            ["total_records", "totalRecords"].iter().find_map(|name| json.entry(name).zip(number(name)));
        let short = total
            .filter(|(_, total)| number("count").is_some_and(|count| count < *total))
            .map(|(entry, _)| entry);
        if let Some(entry) = mark.or(truncated).or(short) {
            self.out.partial = true;
            self.tell(
                Diagnostic::warning("MorePages", "the list is one page of several: more resources exist")
                    .label(self.source(), entry.key_span, "says so")
                    .help("fetch the other pages too (`az graph query --first 1000 --skip-token …`)"),
            );
        }
    }
}

/// What an answer of the service says in its `error`.
fn said(json: &Json<'_>) -> Option<String> {
    let error = json.get("error")?;
    let text = |name: &str| error.get(name).and_then(Json::as_text).filter(|text| !text.is_empty());
    // The first line (spec I-54).
    let message = text("message").and_then(|message| message.lines().find(|line| !line.trim().is_empty()));
    let message = message.map(|line| line.trim().chars().take(200).collect::<String>());
    match (text("code"), message) {
        (Some(code), Some(message)) => Some(format!("{code}: {message}")),
        (code, message) => code.map(str::to_owned).or(message),
    }
}
