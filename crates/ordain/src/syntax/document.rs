//! Recognising what a policy text holds (spec 01 section 2, spec I-9) and reading the definitions in it.

use super::{Place, Problem, Reading};
use crate::ast::{
    Assignment, Attestation, Broken, Condition, Definition, Enrollment, Exemption, Initiative, Template,
};
use crate::diagnostic::Diagnostic;
use crate::expr::Pool;
use crate::ids::Hierarchy;
use crate::json::{self, Dialect, Json};
use crate::limits;
use crate::source::{Source, Span};
use std::sync::Arc;

/// How a policy text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether the file was named by the caller rather than found in a folder: unknown content is an error
    /// then, else a warning (spec I-71).
    pub explicit: bool,
    /// Whether definitions written with `[[` throughout are unescaped (spec D-25).
    pub unescape: bool,
    /// The mode of a definition that names none (spec D-41).
    pub default_mode: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        Self { explicit: true, unescape: true, default_mode: "Indexed" }
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
    /// Parameter declarations that stand alone (spec D-13), for the caller to combine.
    pub has_declarations: bool,
    /// Everything noticed.
    pub diagnostics: Vec<Diagnostic>,
    /// Documents that were recognised, definitions or not.
    pub documents: usize,
}

/// The shapes of policy documents that one object can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `{"value": […]}`
    Page,
    /// A deployment template.
    Template,
    /// A definition with `properties`.
    Nested,
    /// A definition without.
    Flat,
    /// A rule alone.
    BareRule,
    /// An initiative.
    Initiative,
    /// An assignment.
    Assignment,
    /// An exemption.
    Exemption,
    /// An enrollment.
    Enrollment,
    /// An attestation.
    Attestation,
    /// Management groups and who is below them.
    Hierarchy,
    /// A definition's properties without a rule.
    Ruleless,
    /// Parameter declarations alone.
    Declarations,
    /// A resource, or a list of them.
    Resource,
    /// A by-product of a policy repository that is passed over.
    Passed,
    /// None of these.
    Unknown,
}

impl Shape {
    /// The first row of the table in spec 01 section 2 that fits.
    #[must_use]
    pub fn of(json: &Json<'_>) -> Self {
        let has = |name: &str| json.get(name).is_some();
        let properties = json.get("properties").filter(|p| p.is_object());
        let inner = |name: &str| has(name) || properties.is_some_and(|p| p.get(name).is_some());
        let schema = json.get("$schema").and_then(Json::as_text).unwrap_or_default();
        let kind = json.get("type").and_then(Json::as_text).unwrap_or_default().to_ascii_lowercase();
        // Objects of other types may hold policy-like members (spec I-92).
        let foreign = kind.contains('/')
            && ![
                "/policydefinitions",
                "/policysetdefinitions",
                "/policyexemptions",
                "/policyassignments",
                "/versions",
            ]
            .iter()
            .any(|end| kind.ends_with(end));
        if json.get("value").is_some_and(Json::is_array)
            && !has("policyRule")
            && properties.is_none()
            && !has("if")
        {
            return Self::Page;
        }
        // Templates of the four scopes end alike (spec I-9).
        let is_template = schema.to_ascii_lowercase().contains("deploymenttemplate.json");
        if has("resources") && (is_template || has("contentVersion")) {
            return Self::Template;
        }
        if !foreign {
            if properties.is_some_and(|p| p.get("policyRule").is_some()) {
                return Self::Nested;
            }
            if has("policyRule") {
                return Self::Flat;
            }
        }
        if json.get("if").is_some() && json.get("then").is_some() {
            return Self::BareRule;
        }
        if !foreign {
            if inner("policyDefinitions") || (inner("policyDefinition") && inner("policyDefinitionGroup")) {
                return Self::Initiative;
            }
            if inner("exemptionCategory") {
                return Self::Exemption;
            }
        }
        if kind.ends_with("/policyenrollments") {
            return Self::Enrollment;
        }
        let state = inner("complianceState");
        if kind.ends_with("/attestations") || (state && inner("policyAssignmentId") && !inner("resourceId")) {
            return Self::Attestation;
        }
        // Records of states carry the ids of definitions too (spec I-12, I-93).
        let record = inner("resourceId") && (state || inner("isCompliant"));
        if !foreign
            && !record
            && inner("policyDefinitionId")
            && (has("id")
                || has("name")
                || ["displayName", "scope", "enforcementMode"].into_iter().any(inner))
        {
            return Self::Assignment;
        }
        let list = |name: &str| {
            json.get(name).is_some_and(|l| l.is_array() && l.items().iter().all(Json::is_object))
        };
        if kind.ends_with("/managementgroups")
            || kind == "/subscriptions"
            || kind.ends_with("/managementgroups/subscriptions")
            || list("managementGroups")
            || (list("subscriptions") && !has("id"))
        {
            return Self::Hierarchy;
        }
        if schema.contains("json-schema.org")
            || schema.contains("createUIDefinition")
            || has("nodeName")
            || has("pacOwnerId")
        {
            return Self::Passed;
        }
        if kind.ends_with("/policydefinitions")
            || json.entry("policyRule").is_some()
            || (properties.is_some() && inner("mode"))
        {
            return Self::Ruleless;
        }
        if kind.contains('/') || has("data") {
            return Self::Resource;
        }
        let declares = |json: &Json<'_>| json.get("type").is_some_and(|t| t.as_text().is_some());
        if !json.members().is_empty() && json.members().iter().all(|m| declares(&m.value)) {
            return Self::Declarations;
        }
        if properties.is_some_and(|p| p.get("displayName").is_some() && p.get("parameters").is_some()) {
            return Self::Ruleless;
        }
        Self::Unknown
    }
}

/// Reads a policy text: every definition in it, and every error at once.
pub fn parse(source: &Source, pool: &mut Pool, options: Options) -> Parsed {
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
        return parsed;
    }
    parsed.diagnostics.extend(problems.iter().map(|p| p.diagnostic(source, "")));
    match json {
        Some(json) if !json.cut => document(source, pool, options, &json, &mut parsed),
        _ => {}
    }
    parsed
}

/// Reads what one document of a text says, which is parsed already.
pub fn parse_tree(source: &Source, json: &Json<'_>, pool: &mut Pool, options: Options) -> Parsed {
    let mut parsed = Parsed::default();
    document(source, pool, options, json, &mut parsed);
    parsed
}

fn lines(source: &Source, pool: &mut Pool, options: Options, parsed: &mut Parsed) {
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

fn document(source: &Source, pool: &mut Pool, options: Options, json: &Json<'_>, parsed: &mut Parsed) {
    if json.is_array() {
        for item in json.items() {
            document(source, pool, options, item, parsed);
        }
        return;
    }
    let mut reading = Reading::new(source, pool, options);
    parsed.documents += 1;
    match Shape::of(json) {
        Shape::Page => {
            parsed.documents -= 1;
            if json.get("nextLink").and_then(Json::as_text).is_some_and(|link| !link.is_empty()) {
                reading.report(&Problem::MorePages, json.entry("nextLink").map_or(json.span, |m| m.key_span));
            }
            parsed.diagnostics.append(&mut reading.diagnostics);
            for item in json.get("value").map(Json::items).unwrap_or_default() {
                document(source, pool, options, item, parsed);
            }
            return;
        }
        Shape::Nested => {
            if let Some(body) = json.get("properties") {
                parsed.definitions.extend(reading.definition(json, body));
            }
        }
        Shape::Flat => parsed.definitions.extend(reading.definition(json, json)),
        Shape::BareRule => parsed.definitions.extend(reading.bare_rule(json)),
        Shape::Ruleless => reading.report(&Problem::MissingPolicyRule, opening(json)),
        Shape::Template => {
            parsed.documents -= 1;
            super::template::resources(source, pool, options, json, parsed);
            return;
        }
        Shape::Initiative => parsed.initiatives.extend(reading.initiative(json)),
        Shape::Assignment => parsed.assignments.extend(reading.assignment(json)),
        Shape::Exemption => parsed.exemptions.extend(reading.exemption(json)),
        Shape::Enrollment => parsed.enrollments.extend(reading.enrollment(json)),
        Shape::Attestation => parsed.attestations.extend(reading.attestation(json)),
        Shape::Hierarchy => drop(parsed.hierarchy.read(json)),
        Shape::Declarations => parsed.has_declarations = true,
        Shape::Passed => {}
        Shape::Resource | Shape::Unknown => {
            let mut keys: Vec<String> =
                json.members().iter().take(6).map(|m| format!("`{}`", m.key)).collect();
            if json.members().len() > 6 {
                keys.push("…".into());
            }
            let found = match json.kind {
                json::Kind::Object(_) if keys.is_empty() => "an object without keys".to_owned(),
                json::Kind::Object(_) => format!("an object with the keys {}", keys.join(", ")),
                _ => crate::diagnostic::a(json.kind_name()),
            };
            reading.report(&Problem::UnknownShape { found, explicit: options.explicit }, opening(json));
        }
    }
    parsed.broken.append(&mut reading.broken);
    parsed.diagnostics.append(&mut reading.diagnostics);
}

/// The first byte of an object: enough to point at it without underlining pages.
fn opening(json: &Json<'_>) -> Span {
    Span { start: json.span.start, end: json.span.start + 1 }
}

/// Reads a lone condition, as it stands under `if`.
pub fn parse_condition(source: &Source, pool: &mut Pool) -> (Option<Condition>, Vec<Diagnostic>) {
    let (json, problems) = json::read(source.text(), Dialect::Policy);
    let mut diagnostics: Vec<Diagnostic> = problems.iter().map(|p| p.diagnostic(source, "")).collect();
    let mut reading = Reading::new(source, pool, Options::default());
    let condition = match json {
        Some(json) if !diagnostics.iter().any(Diagnostic::is_error) => reading.condition(&json),
        _ => None,
    };
    diagnostics.append(&mut reading.diagnostics);
    (condition, diagnostics)
}

/// Reads a string at an expression position.
pub fn parse_text(source: &Source, pool: &mut Pool, text: &str, span: Span) -> (Template, Vec<Diagnostic>) {
    let mut reading = Reading::new(source, pool, Options::default());
    let template = reading.text_template(text, span);
    (template, reading.diagnostics)
}

impl<'r> Reading<'r> {
    pub(super) fn new(source: &'r Source, pool: &'r mut Pool, options: Options) -> Self {
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
