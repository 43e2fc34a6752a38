//! A text to rows: documents one after another, lists and tables taken apart (spec I-3 to I-16, I-80).

use super::bytes::Text;
use super::elements::Within;
use super::foreign::not_json;
use super::lines::next_row;
use super::pick::Pick;
use super::requests::Asked;
use super::shape::{self, Shape};
use super::telling::Telling;
use ordain::json::{Dialect, Json, Kind, Problem, Reader, read};
use ordain::requests::RequestOptions;
use ordain::{Diagnostic, Node as _, Source, Span, Value};
use std::sync::OnceLock;

/// One resource to judge.
#[derive(Debug)]
pub struct Row<'t> {
    pub source: Source,
    pub json: Json<'t>,
    /// What is judged where the row is none of an export: `json` is then for people only.
    pub asked: Option<Box<Asked>>,
}

impl Row<'_> {
    /// An owned copy of what is judged.
    pub fn value(&self) -> Value {
        match &self.asked {
            Some(asked) => asked.request.body.clone(),
            None => (&self.json).to_value(),
        }
    }
}

/// What a text holds.
#[derive(Debug, Default)]
pub struct Rows<'t> {
    pub rows: Vec<Row<'t>>,
    /// Rows that could not be read or classified.
    pub errors: usize,
    /// Rows that no policy can judge.
    pub skipped: usize,
    /// Rows that were here before, where they are told apart at all (spec I-37).
    pub duplicates: usize,
    /// Known documents without rows, such as policies: counted apart (spec I-80).
    pub documents: usize,
    /// Resources that are told of but are no rows: candidates where policies look for related ones (spec I-51).
    pub related: Vec<Value>,
    /// The text has a fault behind which no row can be found.
    pub cut: bool,
    /// Whether a list was there at all: an empty one is an answer too.
    pub lists: usize,
    /// The file is one page of several: what is not here may exist all the same (spec I-14).
    pub partial: bool,
    /// Policy objects, where a whole tenant is read (spec I-68).
    pub policies: Vec<Row<'t>>,
    /// Texts that hold one such object and more than strict JSON.
    pub policy_texts: Vec<Source>,
    /// Rows of management groups.
    pub hierarchy: Vec<Row<'t>>,
    pub diagnostics: Vec<Diagnostic>,
}

/// What is looked for in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Resources: policy objects with id and type are such, too (spec I-11).
    Resources,
    /// Everything that belongs to a tenant (spec I-68).
    Tenant,
    /// Requests: resources are bodies of writes, and deletes count (spec I-53).
    Requests,
}

/// What of a file a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Nothing of the file stands before it.
    pub first: bool,
    /// It has a row a line, as the first lines of the file have told.
    pub lined: bool,
    /// Where its rows lay, if it is some elements of a list.
    pub within: Within,
    /// It is the object around a list whose elements are other parts.
    pub around: bool,
}

impl Part {
    /// All of it.
    pub const WHOLE: Self = Self { first: true, lined: false, within: Within::List, around: false };
}

/// Levels that containers may have around a row.
const AROUND: usize = 2;

/// Reads all rows of a text.
pub fn rows<'t>(text: &'t Text, named: bool, wanted: Wanted, pick: Option<&Pick>) -> Rows<'t> {
    static NOTHING: OnceLock<RequestOptions> = OnceLock::new();
    rows_with(text, named, wanted, pick, NOTHING.get_or_init(RequestOptions::default))
}

/// Reads all rows of a text, given what is known beyond documents that ask for resources.
pub fn rows_with<'t>(
    text: &'t Text,
    named: bool,
    wanted: Wanted,
    pick: Option<&Pick>,
    options: &'t RequestOptions,
) -> Rows<'t> {
    let (mut out, telling) = part(text, named, wanted, Part::WHOLE, pick, options);
    let all_failed = out.rows.is_empty().then_some(out.errors);
    out.diagnostics = telling.finish(text.source.name(), all_failed);
    out
}

/// Reads the rows of a part of a text; what is to be told of them is for the whole file to tell.
pub fn part<'t>(
    text: &'t Text,
    named: bool,
    wanted: Wanted,
    part: Part,
    pick: Option<&Pick>,
    options: &'t RequestOptions,
) -> (Rows<'t>, Telling) {
    let mut reading =
        Reading { text, named, wanted, options, part, out: Rows::default(), telling: Telling::default() };
    reading.telling.of_bytes(text.diagnostics.iter().cloned());
    match pick {
        Some(pick) => reading.picked(pick),
        None => reading.all(),
    }
    (reading.out, reading.telling)
}

/// A fault of a text as a diagnostic.
pub fn told(source: &Source, problem: &Problem) -> Diagnostic {
    problem.diagnostic(source, "here")
}

/// A text on the way to rows.
pub struct Reading<'t> {
    pub text: &'t Text,
    pub named: bool,
    pub wanted: Wanted,
    pub options: &'t RequestOptions,
    pub part: Part,
    pub out: Rows<'t>,
    pub telling: Telling,
}

impl<'t> Reading<'t> {
    pub fn source(&self) -> &'t Source {
        &self.text.source
    }

    fn all(&mut self) {
        let source = self.source();
        if source.text().trim().is_empty() && !self.text.diagnostics.is_empty() {
            return;
        }
        if self.part.first
            && let Some(diagnostic) = not_json(source)
        {
            // A template or a policy may begin with a comment (spec I-3).
            let commented = source.text().trim_start().starts_with(['/']);
            if !(commented && self.tolerant()) {
                self.tell(diagnostic);
            }
            return;
        }
        let mut reader = Reader::new(source.text(), Dialect::Strict).with_extra_depth(AROUND);
        let mut count = 0;
        let mut lists = 0;
        // Whether the text has shown itself to have a row a line.
        let mut lined = self.part.lined;
        loop {
            let start = reader.offset();
            let json = reader.value();
            let problems = reader.take_problems();
            let broken = reader.is_broken();
            count += 1;
            if broken && count == 1 && self.part.first && self.tolerant() {
                return;
            }
            let next = if broken { next_row(source.text(), start, lined) } else { None };
            let before = source.text().get(..start).unwrap_or_default();
            let of_lines = next.is_some() || (lined && before.trim_end_matches(' ').ends_with('\n'));
            if broken && of_lines {
                // The line is one row that failed, whatever was read of it.
                self.out.errors += 1;
                self.broken_line(start, &problems);
                lined = true;
            } else {
                let whole = |json: &Json<'_>| json.is_object() && !source.slice(json.span).contains('\n');
                lined = (lined || (count == 1 && self.part.first)) && json.as_ref().is_some_and(whole);
                lists += usize::from(json.as_ref().is_some_and(Json::is_array));
                if let Some(json) = json {
                    self.document(json);
                }
                self.faults(&problems, broken);
            }
            match next {
                Some(next) => reader.resume(next),
                None if broken => {
                    self.out.cut = true;
                    return;
                }
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
                self.out.cut = true;
                return;
            }
        }
    }

    /// A line of a file with a row a line. What is wrong with it is asked of the line alone: the reader may have
    /// gone on into the next.
    fn broken_line(&mut self, start: usize, problems: &[Problem]) {
        let rest = self.source().text().get(start..).unwrap_or_default();
        let begin = start + (rest.len() - rest.trim_start().len());
        let line = self.source().text().get(begin..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let (_, alone) = read(line, Dialect::Strict);
        let moved = |problem: &Problem| {
            let span = Span::new(begin + problem.span.start as usize, begin + problem.span.end as usize);
            Problem { span, ..problem.clone() }
        };
        let alone: Vec<Problem> = alone.iter().map(moved).collect();
        let first = alone.iter().chain(problems).find(|p| !p.warning);
        if let Some(first) = first {
            let problem = Problem {
                code: if first.code == "BadJson" { "BadRow" } else { first.code },
                ..first.clone()
            };
            self.tell(told(self.source(), &problem).note("the other lines are read"));
        }
    }

    fn faults(&mut self, problems: &[Problem], broken: bool) {
        for problem in problems {
            let mut diagnostic = told(self.source(), problem);
            if broken && !problem.warning && problem.code == "BadJson" {
                let rows = self.out.rows.len();
                if rows > 0 {
                    let stand = if rows == 1 {
                        "the row before it stands".to_owned()
                    } else {
                        format!("the {rows} rows before it stand")
                    };
                    diagnostic = diagnostic.note(format!("{stand}; what comes after cannot be found"));
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
        let Some(json) = json.filter(|_| problems.iter().all(|p| p.warning)) else { return false };
        match shape::of(&json) {
            Shape::Other(document) | Shape::PolicyObject(document)
                if document.is_policy() && self.wanted == Wanted::Tenant =>
            {
                self.out.documents += 1;
                self.out.policy_texts.push(source.clone());
            }
            Shape::Other(other) => self.other(other, json.span, None),
            Shape::Requests => {
                if self.requests(&json) {
                    self.out.policy_texts.push(source.clone());
                }
            }
            _ => return false,
        }
        true
    }

    fn picked(&mut self, pick: &Pick) {
        let source = self.source();
        let mut reader = Reader::new(source.text(), Dialect::Strict).with_extra_depth(AROUND);
        let json = reader.value();
        let problems = reader.take_problems();
        self.faults(&problems, true);
        if !reader.is_broken() && !reader.at_end() {
            let at = reader.offset();
            self.tell(
                Diagnostic::error("TrailingContent", "more text follows after the end of the document")
                    .label(source, Span::new(at, at + 1), "from here on")
                    .help("`--pick` looks into one document: give several one by one"),
            );
            return;
        }
        // What is nested too deeply is one row that fails; the others are whole.
        let usable = !reader.is_broken() && problems.iter().all(|p| p.warning || p.code == "TooDeep");
        let Some(json) = json.filter(|_| usable) else { return };
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

    pub fn tell(&mut self, diagnostic: Diagnostic) {
        self.telling.tell(diagnostic);
    }
}

pub fn opening(json: &Json<'_>) -> Span {
    opening_of(json.span)
}

/// The first byte of an object is enough to point at it.
pub fn opening_of(span: Span) -> Span {
    Span { start: span.start, end: span.start.saturating_add(1).min(span.end) }
}

/// The keys of an object in words.
pub fn outline(json: &Json<'_>) -> String {
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
