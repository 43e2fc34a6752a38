//! A text to rows: documents one after another, lists and tables taken apart (spec I-3 to I-16, I-80).

use super::bytes::Text;
use super::pick::Pick;
use super::shape::{self, Other, Shape};
use ordain::json::{Dialect, Json, Kind, Member, Problem, Reader, read};
use ordain::{Diagnostic, Severity, Source, Span};
use std::borrow::Cow;
use std::collections::HashMap;

/// One resource to judge.
#[derive(Debug)]
pub struct Row<'t> {
    pub source: Source,
    pub json: Json<'t>,
}

/// What a text holds.
#[derive(Debug, Default)]
pub struct Rows<'t> {
    pub rows: Vec<Row<'t>>,
    /// Rows that could not be read or classified.
    pub errors: usize,
    /// Rows that no policy can judge.
    pub skipped: usize,
    /// Whether a list was there at all: an empty one is an answer too.
    pub lists: usize,
    pub diagnostics: Vec<Diagnostic>,
}

/// Diagnostics of one code and file that are told one by one (spec I-82).
const TOLD: usize = 20;

/// Levels that containers may have around a row.
const AROUND: usize = 2;

/// Reads all rows of a text.
pub fn rows<'t>(text: &'t Text, named: bool, pick: Option<&Pick>) -> Rows<'t> {
    let mut reading = Reading { text, named, out: Rows::default(), told: HashMap::new(), nameless: 0 };
    match pick {
        Some(pick) => reading.picked(pick),
        None => reading.all(),
    }
    reading.finish()
}

/// Whether a line is an object by itself.
pub fn is_whole_object(line: &str) -> bool {
    line.trim_start().starts_with('{') && read(line, Dialect::Strict).1.is_empty()
}

/// A fault of a text as a diagnostic.
pub fn told(source: &Source, problem: &Problem) -> Diagnostic {
    let severity = if problem.warning { Severity::Warning } else { Severity::Error };
    let diagnostic =
        Diagnostic::new(severity, problem.code, &problem.message).label(source, problem.span, "here");
    if problem.help.is_empty() { diagnostic } else { diagnostic.help(problem.help) }
}

/// Where a row lay.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// It is the document, or a line of it.
    Nothing,
    /// A list.
    List,
    /// An answer of Resource Graph, whose columns the query chose.
    Graph,
}

struct Reading<'t> {
    text: &'t Text,
    named: bool,
    out: Rows<'t>,
    told: HashMap<&'static str, usize>,
    /// Rows without type and id.
    nameless: usize,
}

impl<'t> Reading<'t> {
    fn source(&self) -> &'t Source {
        &self.text.source
    }

    fn all(&mut self) {
        let source = self.source();
        if let Some(diagnostic) = not_json(source) {
            self.tell(diagnostic);
            return;
        }
        let mut reader = Reader::new(source.text(), Dialect::Strict).with_extra_depth(AROUND);
        let mut count = 0;
        let mut lists = 0;
        loop {
            let start = reader.offset();
            let json = reader.value();
            let problems = reader.take_problems();
            let broken = reader.is_broken();
            count += 1;
            if broken && count == 1 && self.tolerant() {
                return;
            }
            let next = if broken { next_row(source.text(), start) } else { None };
            let of_lines = next.is_some()
                || (broken
                    && count > 1
                    && source.text().get(..start).is_some_and(|t| t.trim_end_matches(' ').ends_with('\n')));
            if broken && of_lines {
                // The line is one row that failed, whatever was read of it.
                self.out.errors += 1;
                for problem in &problems {
                    let mut problem = problem.clone();
                    if problem.code == "BadJson" {
                        problem.code = "BadRow";
                    }
                    self.tell(told(source, &problem).note("the other lines are read"));
                }
            } else {
                lists += usize::from(json.as_ref().is_some_and(Json::is_array));
                if let Some(json) = json {
                    self.document(json);
                }
                self.faults(&problems, broken);
            }
            match next {
                Some(next) => reader.resume(next),
                None if broken => return,
                None => {}
            }
            if reader.at_end() {
                return;
            }
            if lists > 0 {
                let at = reader.offset();
                self.tell(
                    Diagnostic::error("TrailingContent", "more text follows after the end of the list")
                        .label(source, Span::new(at, at + 1), "from here on nothing is read")
                        .help("are these two files run together? give them one by one"),
                );
                return;
            }
        }
    }

    fn faults(&mut self, problems: &[Problem], broken: bool) {
        for problem in problems {
            let mut diagnostic = told(self.source(), problem);
            if broken && !problem.warning && problem.code == "BadJson" {
                let rows = self.out.rows.len();
                if rows > 0 {
                    let rows = if rows == 1 { "the row".to_owned() } else { format!("the {rows} rows") };
                    diagnostic =
                        diagnostic.note(format!("{rows} before it stand; what comes after cannot be found"));
                }
            }
            self.tell(diagnostic);
        }
    }

    /// Templates and policy documents may hold comments; where the text is such a one, that is what to say
    /// (spec I-3).
    fn tolerant(&mut self) -> bool {
        let source = self.source();
        if source.text().len() as u64 > super::bytes::POLICY_BYTES {
            return false;
        }
        let (json, problems) = read(source.text(), Dialect::Template);
        match json.filter(|_| problems.iter().all(|p| p.warning)).map(|json| (shape::of(&json), json.span)) {
            Some((Shape::Other(other), span)) => {
                self.other(other, span);
                true
            }
            _ => false,
        }
    }

    fn picked(&mut self, pick: &Pick) {
        let source = self.source();
        let (json, problems) = read(source.text(), Dialect::Strict);
        self.faults(&problems, true);
        let Some(json) = json.filter(|_| problems.iter().all(|p| p.warning)) else { return };
        let picked = pick.choose(&json);
        self.out.lists += usize::from(!picked.is_empty());
        if picked.is_empty() {
            self.tell(
                Diagnostic::error("NothingFound", format!("`--pick {}` selects nothing", pick.text()))
                    .origin(source.name())
                    .note(format!("the document is {}", outline(&json))),
            );
        }
        for row in picked {
            match row.kind {
                Kind::Array(items) => items.into_iter().for_each(|item| self.element(item, Within::List)),
                _ => self.element(row, Within::List),
            }
        }
    }

    /// A value at the top of the text.
    fn document(&mut self, json: Json<'t>) {
        match json.kind {
            Kind::Array(items) => {
                self.list(items, json.span, json.cut, Within::List);
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
        if items.is_empty() && !cut {
            let span = Span { start: span.start, end: span.start + 1 };
            self.tell(Diagnostic::info("NoRows", "the list is empty").label(self.source(), span, ""));
        }
        for item in items {
            self.element(item, within);
        }
    }

    fn element(&mut self, json: Json<'t>, within: Within) {
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
        if self.text.bad_lines.contains(&self.source().position(json.span.start).line) {
            self.out.errors += 1;
            let at = opening(&json);
            self.tell(
                Diagnostic::error("Encoding", "the line is not UTF-8")
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
            Shape::Resource => self.out.rows.push(Row { source: self.source().clone(), json }),
            Shape::Subscription => {
                let json = subscription(json);
                self.out.rows.push(Row { source: self.source().clone(), json });
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
            }
            Shape::Other(other) => self.other(other, opening(&json)),
            Shape::Passed => {
                if self.named {
                    let other =
                        Other { code: "NotResources", what: "a by-product of a policy repository", help: "" };
                    self.other(other, opening(&json));
                }
            }
            Shape::Unknown => self.unknown(&json, within),
        }
    }

    fn other(&mut self, other: Other, span: Span) {
        let message = match other.code {
            "Unsupported" => format!("this is {}, which cannot be judged yet", other.what),
            _ => format!("this is {}, not a resource", other.what),
        };
        // A kind that has no rows is an error where it was named, or where the answer itself is a failure.
        let severity =
            if self.named || other.code == "FailedResult" { Severity::Error } else { Severity::Warning };
        let diagnostic =
            Diagnostic::new(severity, other.code, message).label(self.source(), opening_of(span), "");
        self.tell(if other.help.is_empty() { diagnostic } else { diagnostic.help(other.help) });
    }

    fn unknown(&mut self, json: &Json<'t>, within: Within) {
        self.out.errors += 1;
        self.nameless += 1;
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
        self.tell(diagnostic.label(self.source(), at, "").note(found));
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
            self.tell(
                Diagnostic::warning("MorePages", "the list is one page of several: more resources exist")
                    .label(self.source(), entry.key_span, "says so")
                    .help("fetch the other pages too (`az graph query --first 1000 --skip-token …`)"),
            );
        }
    }

    fn tell(&mut self, diagnostic: Diagnostic) {
        let count = self.told.entry(diagnostic.code()).or_default();
        *count += 1;
        if *count <= TOLD {
            self.out.diagnostics.push(diagnostic);
        }
    }

    fn finish(mut self) -> Rows<'t> {
        let nameless = ["NoType", "NotAResource"];
        let rows_without = self.nameless;
        if self.out.rows.is_empty() && rows_without > 1 && rows_without == self.out.errors {
            // The whole file is like that: say it once (spec I-15).
            if let Some(first) = self.out.diagnostics.iter().position(|d| nameless.contains(&d.code())) {
                let note = format!("all {rows_without} rows of the file are like that");
                let kept = self.out.diagnostics.remove(first).note(note);
                self.out.diagnostics.retain(|d| !nameless.contains(&d.code()));
                self.out.diagnostics.push(kept);
                nameless.iter().for_each(|code| drop(self.told.remove(code)));
            }
        }
        let mut more: Vec<_> = self.told.iter().filter(|(_, count)| **count > TOLD).collect();
        more.sort();
        for (code, count) in more {
            let severity = self
                .out
                .diagnostics
                .iter()
                .find(|d| d.code() == *code)
                .map_or(Severity::Error, Diagnostic::severity);
            let message = format!("{} more of this kind in the file", count - TOLD);
            self.out.diagnostics.push(Diagnostic::new(severity, code, message).origin(self.source().name()));
        }
        self.out.diagnostics.splice(..0, self.text.diagnostics.iter().cloned());
        self.out
    }
}

fn opening(json: &Json<'_>) -> Span {
    opening_of(json.span)
}

/// The first byte of an object is enough to point at it.
fn opening_of(span: Span) -> Span {
    Span { start: span.start, end: span.start.saturating_add(1).min(span.end) }
}

/// The member of this name, taken out; exact spelling first.
fn taken<'t>(json: Json<'t>, name: &str) -> Option<Json<'t>> {
    let Kind::Object(mut members) = json.kind else { return None };
    let exact = members.iter().rposition(|m| m.key == name);
    let at = exact.or_else(|| members.iter().position(|m| m.key.eq_ignore_ascii_case(name)))?;
    Some(members.swap_remove(at).value)
}

fn zipped<'t>(row: Json<'t>, columns: &[(Cow<'t, str>, Span)]) -> Json<'t> {
    let (span, cut) = (row.span, row.cut);
    match row.kind {
        Kind::Array(cells) => {
            let member = |(value, (key, key_span)): (Json<'t>, &(Cow<'t, str>, Span))| Member {
                key: key.clone(),
                key_span: *key_span,
                value,
            };
            Json { kind: Kind::Object(cells.into_iter().zip(columns).map(member).collect()), span, cut }
        }
        kind => Json { kind, span, cut },
    }
}

/// A subscription as a resource: its id in full, its type (spec I-35).
fn subscription(json: Json<'_>) -> Json<'_> {
    let (span, cut) = (json.span, json.cut);
    let typed = json.get("type").is_some_and(|t| t.as_text().is_some_and(|t| t.contains('/')));
    let bare = json.get("id").and_then(Json::as_text).filter(|id| !id.contains('/')).map(str::to_owned);
    let guid = bare.or_else(|| json.get("subscriptionId").and_then(Json::as_text).map(str::to_owned));
    let listed = json.get("displayName").is_none() && json.get("isDefault").is_some();
    let Kind::Object(mut members) = json.kind else { return json };
    let added = |key: &'static str, value: Cow<'static, str>| Member {
        key: Cow::Borrowed(key),
        key_span: span,
        value: Json { kind: Kind::Text(value), span: opening_of(span), cut: false },
    };
    if let Some(guid) = guid {
        let full = format!("/subscriptions/{guid}");
        match members.iter_mut().find(|m| m.key.eq_ignore_ascii_case("id")) {
            Some(id) if id.value.as_text().is_none_or(|t| !t.contains('/')) => {
                id.value.kind = Kind::Text(Cow::Owned(full))
            }
            Some(_) => {}
            None => members.push(added("id", Cow::Owned(full))),
        }
    }
    if listed && let Some(name) = members.iter_mut().find(|m| m.key == "name") {
        name.key = Cow::Borrowed("displayName");
    }
    if !typed {
        members.retain(|m| !m.key.eq_ignore_ascii_case("type"));
        members.push(added("type", Cow::Borrowed(ordain::ids::SUBSCRIPTION_TYPE)));
    }
    Json { kind: Kind::Object(members), span, cut }
}

/// The keys of an object in words.
fn outline(json: &Json<'_>) -> String {
    if !json.is_object() {
        return format!("a value of the kind {}", json.kind_name());
    }
    let mut keys: Vec<String> = json.members().iter().take(6).map(|m| format!("`{}`", m.key)).collect();
    if json.members().len() > 6 {
        keys.push("…".into());
    }
    match keys.len() {
        0 => "an empty object".to_owned(),
        1 => format!("an object with the key {}", keys.join(", ")),
        _ => format!("an object with the keys {}", keys.join(", ")),
    }
}

/// Where the next row begins, when the text has a row a line and the line at `start` is broken.
fn next_row(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let begin = start + (rest.len() - rest.trim_start().len());
    if !text.get(begin..)?.starts_with('{') {
        return None;
    }
    let mut at = begin + text.get(begin..)?.find('\n')? + 1;
    loop {
        let rest = text.get(at..)?;
        let line = rest.lines().next()?;
        if !line.trim().is_empty() {
            return is_whole_object(line).then_some(at);
        }
        at += rest.find('\n')? + 1;
    }
}

/// Texts that are no JSON at all, told apart by their beginning (spec I-4, I-7, I-90).
fn not_json(source: &Source) -> Option<Diagnostic> {
    let text = source.text();
    let start = text.len() - text.trim_start().len();
    let rest = text.get(start..)?;
    let first_line = rest.lines().next().unwrap_or_default();
    let mut chars = rest.chars();
    let first = chars.next()?;
    let second = chars.find(|c| !c.is_whitespace());
    let opens = match first {
        '{' => second.is_none_or(|c| matches!(c, '"' | '}' | '/')),
        '[' => second
            .is_none_or(|c| matches!(c, '{' | '[' | '"' | ']' | '-' | '0'..='9' | 't' | 'f' | 'n' | '/')),
        _ => false,
    };
    let wrapped = first_line.starts_with("[command]") || first_line.starts_with("::");
    if opens && !wrapped {
        return None;
    }
    // A lone scalar is JSON, though nothing to judge.
    if !matches!(first, '{' | '[') && read(text, Dialect::Strict).1.is_empty() {
        return None;
    }
    let at = Span::new(start, start + first.len_utf8());
    let quoted: String = first_line.chars().take(60).collect();
    let columns = first_line.matches(',').count();
    if !matches!(first, '{' | '[')
        && columns > 0
        && rest.lines().nth(1).is_some_and(|line| line.matches(',').count() >= columns)
    {
        return Some(
            Diagnostic::error("CsvUnsupported", "this looks like CSV, which loses too much to be judged")
                .label(source, at, "")
                .note("a missing, an empty and a null value look the same there")
                .help("export JSON: `az graph query -q '…' -o json`"),
        );
    }
    let help = if matches!(first, '{' | '[') || wrapped {
        "write standard output alone to the file, without what tools print around it"
    } else {
        "export with `-o json`; YAML and tables are not read"
    };
    Some(
        Diagnostic::error("NotJson", "this is not JSON")
            .label(source, at, "")
            .note(format!("it begins with `{quoted}`"))
            .help(help),
    )
}
