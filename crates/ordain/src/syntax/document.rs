//! A policy text to the objects in it, whatever they are wrapped in (spec 01 section 2, spec 10 section 6).

use super::pac::Parts;
use super::{Place, Problem, Reading, Shape};
use crate::ast::{
    Assignment, Attestation, Broken, Condition, Definition, Enrollment, Exemption, Initiative, Template,
};
use crate::diagnostic::Diagnostic;
use crate::expr::Pool;
use crate::ids::{Hierarchy, Scope};
use crate::json::{self, Dialect, Json, Kind, Member};
use crate::limits;
use crate::source::{Source, Span};
use std::sync::Arc;

/// How a policy text is read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether the file was named by the caller rather than found in a folder: unknown content is an error
    /// then, else a warning (spec I-71).
    pub explicit: bool,
    /// Whether definitions written with `[[` throughout are unescaped (spec D-25).
    pub unescape: bool,
    /// The mode of a definition that names none (spec D-41).
    pub default_mode: &'static str,
    /// Where assignments lie that do not say it, and where templates are deployed (spec I-42, I-63).
    pub scope: Option<Scope>,
}

impl Default for Options {
    fn default() -> Self {
        Self { explicit: true, unescape: true, default_mode: "Indexed", scope: None }
    }
}

/// What was read from one text.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The definitions without an error.
    pub definitions: Vec<Definition>,
    /// The initiatives.
    pub initiatives: Vec<Initiative>,
    /// The assignments.
    pub assignments: Vec<Assignment>,
    /// The exemptions.
    pub exemptions: Vec<Exemption>,
    /// The enrollments.
    pub enrollments: Vec<Enrollment>,
    /// The attestations.
    pub attestations: Vec<Attestation>,
    /// Documents that cannot be used, for those that refer to them.
    pub broken: Vec<Broken>,
    /// What the text tells of management groups.
    pub hierarchy: Hierarchy,
    /// What only a whole policy-as-code repository gives a meaning (spec I-66).
    pub parts: Parts,
    /// Parameter declarations that stand alone (spec D-13), for the caller to combine.
    pub has_declarations: bool,
    /// What is there and is no policy document: what one is called, and where the first stands (spec I-11).
    pub(super) strangers: Vec<(&'static str, usize, Span)>,
    /// Everything noticed.
    pub diagnostics: Vec<Diagnostic>,
    /// Documents that were recognised, definitions or not.
    pub documents: usize,
}

/// Reads a policy text: every definition in it, and every error at once.
pub fn parse(source: &Source, pool: &mut Pool, options: &Options) -> Parsed {
    let mut parsed = Parsed::default();
    if source.text().len() > limits::POLICY_BYTES {
        let message =
            format!("the text has {} bytes, more than {}", source.text().len(), limits::POLICY_BYTES);
        parsed.diagnostics.push(Diagnostic::error("TooLarge", message).origin(source.name()));
        return parsed;
    }
    let (json, problems) = super::template::read(source);
    let broken = problems.iter().any(|p| !p.warning);
    // Nearly every text is one document; several in a row are JSON Lines (spec D-15).
    if broken && problems.iter().any(|p| p.code == "TrailingContent") {
        lines(source, pool, options, &mut parsed);
    } else {
        parsed.diagnostics.extend(problems.iter().map(|p| p.diagnostic(source, "")));
        match json {
            Some(json) if !json.cut => document(source, pool, options, &json, &mut parsed),
            _ => {}
        }
    }
    strangers(source, pool, options, &mut parsed);
    parsed
}

/// Says once of a text what it holds that is no policy document (spec I-11).
fn strangers(source: &Source, pool: &mut Pool, options: &Options, parsed: &mut Parsed) {
    let Some((_, _, first)) = parsed.strangers.first().copied() else { return };
    let counted = |(what, count, _): &(&'static str, usize, Span)| match count {
        1 => crate::diagnostic::a(what),
        _ => format!("{count} {what}s"),
    };
    let found: Vec<String> = parsed.strangers.iter().map(counted).collect();
    // A text that was named and holds nothing else was meant as a policy.
    let fatal = options.explicit && parsed.documents == 0;
    let mut reading = Reading::new(source, pool, options);
    reading.report(&Problem::NotAPolicy { found: found.join(", "), fatal }, first);
    parsed.diagnostics.append(&mut reading.diagnostics);
}

/// Reads what one document of a text says, which is parsed already.
pub fn parse_tree(source: &Source, json: &Json<'_>, pool: &mut Pool, options: &Options) -> Parsed {
    let mut parsed = Parsed::default();
    document(source, pool, options, json, &mut parsed);
    strangers(source, pool, options, &mut parsed);
    parsed
}

fn lines(source: &Source, pool: &mut Pool, options: &Options, parsed: &mut Parsed) {
    let mut reader = json::Reader::new(source.text(), Dialect::Policy);
    let mut again = 0;
    while !reader.at_end() {
        let start = reader.offset();
        let value = reader.value();
        let problems = reader.take_problems();
        let broken = reader.is_broken();
        parsed.diagnostics.extend(problems.iter().map(|p| p.diagnostic(source, "")));
        match value {
            Some(json) if !json.cut && !broken => document(source, pool, options, &json, parsed),
            _ => {
                // One broken line costs only itself.
                let rest = source.text().get(start..).unwrap_or("");
                let end = rest.find('\n').map_or(source.text().len(), |at| start + at + 1).max(start + 1);
                again += reader.offset().saturating_sub(end);
                if again > limits::REREAD_BYTES {
                    let message = "too many lines are broken: the rest is not read";
                    parsed.diagnostics.push(
                        Diagnostic::error("TooManyFaults", message)
                            .label(source, Span::new(end, end + 1), "from here on nothing is read")
                            .help("mend the lines before this one"),
                    );
                    return;
                }
                reader.resume(end);
            }
        }
    }
}

fn document(source: &Source, pool: &mut Pool, options: &Options, json: &Json<'_>, parsed: &mut Parsed) {
    if json.is_array() {
        for item in json.items() {
            document(source, pool, options, item, parsed);
        }
        return;
    }
    let shape = Shape::of(json);
    let mut reading = Reading::new(source, pool, options);
    match shape {
        Shape::Page | Shape::Answer => {
            if let Some(at) = more_pages(json) {
                reading.report(&Problem::MorePages, at);
            }
            parsed.diagnostics.append(&mut reading.diagnostics);
            let rows = json.get(if shape == Shape::Page { "value" } else { "data" });
            for item in rows.map(Json::items).unwrap_or_default() {
                document(source, pool, options, item, parsed);
            }
            for row in rows.map(table).unwrap_or_default() {
                document(source, pool, options, &row, parsed);
            }
            return;
        }
        Shape::Template => return super::template::resources(source, pool, options, json, parsed),
        Shape::Exported => {
            if let Some(template) = json.get("template") {
                super::template::resources(source, pool, options, template, parsed);
            }
            return;
        }
        Shape::Stranger(what) => {
            match parsed.strangers.iter_mut().find(|(known, ..)| *known == what) {
                Some((_, count, _)) => *count += 1,
                None => parsed.strangers.push((what, 1, opening(json))),
            }
            return;
        }
        Shape::Passed => return,
        _ => parsed.documents += 1,
    }
    let opened = reading.opened(json);
    reading.policy_object(shape, opened.as_ref().unwrap_or(json), parsed);
    parsed.diagnostics.append(&mut reading.diagnostics);
    inlined(source, pool, options, json, shape, parsed);
}

/// What an exported assignment has inside it: whole definitions and exemptions (spec I-92).
fn inlined(
    source: &Source,
    pool: &mut Pool,
    options: &Options,
    json: &Json<'_>,
    shape: Shape,
    parsed: &mut Parsed,
) {
    if shape != Shape::Assignment {
        return;
    }
    for key in ["policyDefinitions", "policySetDefinitions", "exemptions"] {
        for item in json.get(key).map(Json::items).unwrap_or_default() {
            let kinds = [Shape::Nested, Shape::Flat, Shape::Initiative, Shape::Exemption];
            if kinds.contains(&Shape::of(item)) {
                document(source, pool, options, item, parsed);
            }
        }
    }
}

/// The name of the next page or what says that there is one (spec I-14, I-94).
fn more_pages(json: &Json<'_>) -> Option<Span> {
    let token = ["nextLink", "$skipToken", "skip_token", "skipToken"].iter().find_map(|key| {
        let member = json.entry(key)?;
        member.value.as_text().filter(|text| !text.is_empty()).map(|_| member.key_span)
    });
    let number = |key: &str| match json.get(key).map(|n| &n.kind) {
        Some(Kind::Number(n)) => Some(n.to_f64()),
        _ => None,
    };
    let total = number("total_records").or_else(|| number("totalRecords"));
    let cut = number("count").zip(total).is_some_and(|(count, total)| count < total);
    let truncated = json.entry("resultTruncated").filter(|member| {
        member.value.kind == Kind::Bool(true)
            || member.value.as_text().is_some_and(|text| text.eq_ignore_ascii_case("true"))
    });
    let counted = json.entry("count").filter(|_| cut);
    token.or_else(|| truncated.or(counted).map(|member| member.key_span))
}

/// The rows of an answer in table format, zipped with the names of the columns (spec I-13).
fn table<'t>(data: &Json<'t>) -> Vec<Json<'t>> {
    let columns = data.get("columns").map(Json::items).unwrap_or_default();
    let rows = data.get("rows").map(Json::items).unwrap_or_default();
    let row = |row: &Json<'t>| {
        let cells = columns.iter().zip(row.items()).filter_map(|(column, cell)| {
            let name = column.get("name")?;
            Some(Member { key: name.as_text()?.to_owned().into(), key_span: name.span, value: cell.clone() })
        });
        Json { kind: Kind::Object(cells.collect()), span: row.span, cut: false }
    };
    rows.iter().map(row).collect()
}

impl Reading<'_> {
    /// An object of a kind that stands for itself; what it is goes where it belongs.
    pub(super) fn policy_object(&mut self, shape: Shape, json: &Json<'_>, parsed: &mut Parsed) {
        match shape {
            Shape::Nested => {
                if let Some(body) = json.get("properties") {
                    parsed.definitions.extend(self.definition(json, body));
                }
            }
            Shape::Flat => parsed.definitions.extend(self.definition(json, json)),
            Shape::BareRule => parsed.definitions.extend(self.bare_rule(json)),
            Shape::Ruleless => self.report(&Problem::MissingPolicyRule, opening(json)),
            Shape::Initiative => parsed.initiatives.extend(self.initiative(json)),
            Shape::Assignment => parsed.assignments.extend(self.assignment(json)),
            Shape::Exemption => parsed.exemptions.extend(self.exemption(json)),
            Shape::Enrollment => parsed.enrollments.extend(self.enrollment(json)),
            Shape::Attestation => parsed.attestations.extend(self.attestation(json)),
            Shape::Hierarchy => drop(parsed.hierarchy.read_in(json, self.source)),
            Shape::Settings => parsed.parts.settings.extend(self.settings(json)),
            Shape::Tree => parsed.parts.trees.extend(self.tree(json)),
            Shape::ExemptionFile => parsed.parts.exemptions.extend(self.exemption_file(json)),
            Shape::Declarations => parsed.has_declarations = true,
            _ => self.no_shape(json),
        }
        parsed.broken.append(&mut self.broken);
    }

    fn no_shape(&mut self, json: &Json<'_>) {
        let mut keys: Vec<String> = json.members().iter().take(6).map(|m| format!("`{}`", m.key)).collect();
        if json.members().len() > 6 {
            keys.push("…".into());
        }
        let found = match json.kind {
            Kind::Object(_) if keys.is_empty() => "an object without keys".to_owned(),
            Kind::Object(_) => format!("an object with the keys {}", keys.join(", ")),
            _ => crate::diagnostic::a(json.kind_name()),
        };
        let explicit = self.options.explicit;
        self.report(&Problem::UnknownShape { found, explicit }, opening(json));
    }
}

/// The first byte of an object: enough to point at it without underlining pages.
fn opening(json: &Json<'_>) -> Span {
    Span { start: json.span.start, end: json.span.start + 1 }
}

/// Reads a lone condition, as it stands under `if`.
pub fn parse_condition(source: &Source, pool: &mut Pool) -> (Option<Condition>, Vec<Diagnostic>) {
    let (json, problems) = json::read(source.text(), Dialect::Policy);
    let mut diagnostics: Vec<Diagnostic> = problems.iter().map(|p| p.diagnostic(source, "")).collect();
    let options = Options::default();
    let mut reading = Reading::new(source, pool, &options);
    let condition = match json {
        Some(json) if !diagnostics.iter().any(Diagnostic::is_error) => reading.condition(&json),
        _ => None,
    };
    diagnostics.append(&mut reading.diagnostics);
    (condition, diagnostics)
}

/// Reads a string at an expression position.
pub fn parse_text(source: &Source, pool: &mut Pool, text: &str, span: Span) -> (Template, Vec<Diagnostic>) {
    let options = Options::default();
    let mut reading = Reading::new(source, pool, &options);
    let template = reading.text_template(text, span);
    (template, reading.diagnostics)
}

impl<'r> Reading<'r> {
    pub(super) fn new(source: &'r Source, pool: &'r mut Pool, options: &'r Options) -> Self {
        Self {
            source,
            pool,
            diagnostics: Vec::new(),
            declared: None,
            used: Vec::new(),
            counts: Vec::new(),
            place: Place::Condition,
            calls: 0,
            field_counts: Vec::new(),
            value_counts: 0,
            types: Vec::new(),
            options,
            broken: Vec::new(),
        }
    }

    /// The name of a definition without one: the file's stem, or its folder's where the stem says nothing
    /// (spec D-13, D-16).
    pub(super) fn name_from_file(&self) -> Arc<str> {
        let path = self.source.name();
        let mut parts = path.rsplit(['/', '\\']);
        let stem = parts.next().unwrap_or(path).split('.').next().unwrap_or("");
        let plain = ["policy", "azurepolicy", "rules", ""].iter().any(|s| stem.eq_ignore_ascii_case(s));
        match parts.next() {
            Some(folder) if plain && !folder.is_empty() => folder.into(),
            _ if stem.is_empty() => path.into(),
            _ => stem.into(),
        }
    }
}
