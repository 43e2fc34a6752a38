//! The body of a definition: names, texts, mode, metadata (spec 01 sections 4 and 5).

use super::{Place, Problem, Reading, escape};
use crate::ast::{ConditionKind, Definition, Leaf, Mode, ModeKind, PolicyType, Rule};
use crate::json::{Json, Member};
use crate::limits;
use crate::source::Span;
use crate::value::text::key_eq;
use std::sync::Arc;

const KNOWN: [&str; 12] = [
    "policyRule",
    "displayName",
    "description",
    "mode",
    "parameters",
    "metadata",
    "policyType",
    "version",
    "versions",
    "externalEvaluationEnforcementSettings",
    "parameter",
    "policyVersion",
];

const MODES: [&str; 2] = ["All", "Indexed"];

/// An id that ends in `/versions/<v>` is that of the definition, with a version (spec D-16).
pub(super) fn split_version(id: &str) -> (Option<&str>, Option<&str>) {
    let parts = id.rsplit_once('/').and_then(|(head, version)| {
        let (definition, key) = head.rsplit_once('/')?;
        (key_eq(key, "versions") && !version.is_empty()).then_some((definition, version))
    });
    parts.map_or((Some(id), None), |(definition, version)| (Some(definition), Some(version)))
}

/// The types that conditions on `type` name, the first few.
fn types_of(json: &Json<'_>) -> Vec<String> {
    let mut types = Vec::new();
    if json.get("field").and_then(Json::as_text).is_some_and(|field| key_eq(field, "type")) {
        let given = json.get("equals").into_iter().chain(json.get("in").map(Json::items).unwrap_or_default());
        let names =
            given.filter_map(Json::as_text).filter(|text| text.contains('/') && !text.starts_with('['));
        types.extend(names.map(str::to_owned));
    }
    let below = json.members().iter().map(|member| &member.value).chain(json.items());
    types.extend(below.flat_map(types_of));
    types.truncate(8);
    types
}

impl Reading<'_> {
    /// A definition from its envelope and its body, which may be the same object; `None` after an error.
    pub(super) fn definition(&mut self, envelope: &Json<'_>, body: &Json<'_>) -> Option<Definition> {
        let mark = self.diagnostics.len();
        let unescaped = if self.options.unescape { escape::unescaped(body, &["policyRule"]) } else { None };
        if unescaped.is_some() {
            let at = body.entry("policyRule").map_or(body.span, |m| m.key_span);
            self.report(&Problem::ArmEscapedDefinition, at);
        }
        let body = unescaped.as_ref().unwrap_or(body);
        self.check_duplicates(body);
        if envelope.span != body.span {
            self.check_duplicates(envelope);
            for member in body.members().iter().filter(|m| !KNOWN.iter().any(|k| key_eq(k, &m.key))) {
                self.report(&Problem::UnknownBodyKey { key: member.key.to_string() }, member.key_span);
            }
        }
        let name = envelope.get("name").or_else(|| envelope.get("ResourceName")).and_then(Json::as_text);
        let id = ["id", "ResourceId", "PolicyDefinitionId"].iter().find_map(|k| envelope.get(k)?.as_text());
        let (id, version_of_id) = id.map_or((None, None), split_version);
        // The name beside such an id is the version.
        let name = name.filter(|_| version_of_id.is_none());
        let name: Arc<str> = match (name, id.and_then(|id| id.rsplit('/').next())) {
            (Some(name), _) | (None, Some(name)) => name.into(),
            (None, None) => self.name_from_file(),
        };
        let metadata = self.object(body, "metadata");
        let parameters = self.parameters(body);
        let policy_type = self.policy_type(body);
        let mode = self.mode(body, policy_type);
        let display_name = self.text(body, "displayName", 128);
        let description = self.text(body, "description", 512);
        let version = self.text(body, "version", 128);
        self.check_metadata(metadata);
        if let Some(member) =
            body.entry("externalEvaluationEnforcementSettings").filter(|m| !m.value.is_null())
        {
            self.report(&Problem::ExternalEvaluation, member.key_span);
        }
        let rule = match body.entry("policyRule").filter(|m| !m.value.is_null()) {
            None => {
                let opening = Span { start: body.span.start, end: body.span.start + 1 };
                self.report(&Problem::MissingPolicyRule, opening);
                None
            }
            Some(member) => self.rule(&member.value),
        };
        self.check_unused(&parameters);
        if self.has_errors_since(mark) {
            return None;
        }
        let of_metadata = |key| metadata.and_then(|m| m.get(key)).and_then(Json::as_text);
        let has_id = id.is_some();
        let id: Arc<str> = match id {
            Some(id) => id.into(),
            None => format!("/providers/Microsoft.Authorization/policyDefinitions/{name}").into(),
        };
        Some(Definition {
            source: self.source.clone(),
            display_name: display_name.map_or_else(|| name.clone(), Into::into),
            id,
            has_id,
            name,
            description: description.unwrap_or_default().into(),
            category: of_metadata("category").unwrap_or_default().into(),
            version: version_of_id
                .or(version.as_deref())
                .or_else(|| of_metadata("version"))
                .unwrap_or_default()
                .into(),
            policy_type,
            mode: mode?,
            parameters,
            rule: rule?,
            span: body.span,
        })
    }

    /// A rule without a definition around it.
    pub(super) fn bare_rule(&mut self, json: &Json<'_>) -> Option<Definition> {
        let span = json.span;
        let key_span = Span { start: span.start, end: span.start + 1 };
        let member = Member { key: "policyRule".into(), key_span, value: json.clone() };
        let body = Json { kind: crate::json::Kind::Object(vec![member]), span, cut: false };
        self.definition(&body, &body)
    }

    /// `policyRule`
    pub(super) fn rule(&mut self, json: &Json<'_>) -> Option<Rule> {
        if !json.is_object() {
            let problem = Problem::BodyType {
                key: "policyRule",
                expected: "an object",
                found: json.kind_name(),
                fatal: true,
            };
            self.report(&problem, json.span);
            return None;
        }
        self.check_duplicates(json);
        for member in json.members().iter().filter(|m| !key_eq(&m.key, "if") && !key_eq(&m.key, "then")) {
            let nearest = crate::diagnostic::nearest(&member.key, ["if", "then"]);
            let problem = Problem::UnknownRuleKey { place: "the rule", key: member.key.to_string(), nearest };
            self.report(&problem, member.key_span);
        }
        let opening = Span { start: json.span.start, end: json.span.start + 1 };
        for key in ["if", "then"] {
            if json.entry(key).is_none() {
                self.report(&Problem::MissingKey { place: "the rule", key }, opening);
            }
        }
        self.place = Place::Condition;
        self.types = json.get("if").map(types_of).unwrap_or_default();
        let condition = json.entry("if").and_then(|m| self.condition(&m.value));
        if let Some(condition) = &condition {
            self.check_size(condition, "conditions in `if`", limits::CONDITIONS);
        }
        let then = json.entry("then").and_then(|m| self.then(&m.value));
        if self.calls > limits::CALLS {
            let what = "function calls in one rule";
            self.report(&Problem::LimitExceeded { what, found: self.calls, limit: limits::CALLS }, opening);
        }
        Some(Rule { condition: condition?, then: then? })
    }

    pub(super) fn check_size(&mut self, condition: &crate::ast::Condition, what: &'static str, limit: usize) {
        let mut found = 0;
        condition.walk_leaves(false, &mut |_: &Leaf, _| found += 1);
        if found > limit {
            let span = match &condition.kind {
                ConditionKind::Leaf(_) => condition.span,
                _ => Span { start: condition.span.start, end: condition.span.start + 1 },
            };
            self.report(&Problem::LimitExceeded { what, found, limit }, span);
        }
    }

    fn policy_type(&mut self, body: &Json<'_>) -> PolicyType {
        let Some(member) = body.entry("policyType").filter(|m| !m.value.is_null()) else {
            return PolicyType::Custom;
        };
        let Some(text) = member.value.as_text() else {
            let found = member.value.kind_name();
            let problem = Problem::BodyType { key: "policyType", expected: "a string", found, fatal: false };
            self.report(&problem, member.value.span);
            return PolicyType::Custom;
        };
        match text.to_ascii_lowercase().as_str() {
            "builtin" => PolicyType::BuiltIn,
            "static" => PolicyType::Static,
            "custom" | "notspecified" | "" => PolicyType::Custom,
            _ => {
                self.report(&Problem::UnknownPolicyType { found: text.to_owned() }, member.value.span);
                PolicyType::Custom
            }
        }
    }

    fn mode(&mut self, body: &Json<'_>, policy_type: PolicyType) -> Option<Mode> {
        let member = body.entry("mode").filter(|m| !m.value.is_null() && m.value.as_text() != Some(""));
        let Some(member) = member else {
            if policy_type != PolicyType::Static {
                let at = body.entry("policyRule").map_or(body.span, |m| m.key_span);
                self.report(&Problem::ModeMissing, at);
            }
            let all = self.options.default_mode.eq_ignore_ascii_case("All");
            let (kind, text) = if all { (ModeKind::All, "All") } else { (ModeKind::Indexed, "Indexed") };
            return Some(Mode { kind, text: text.into() });
        };
        let Some(text) = member.value.as_text() else {
            let found = member.value.kind_name();
            self.report(
                &Problem::BodyType { key: "mode", expected: "a string", found, fatal: true },
                member.value.span,
            );
            return None;
        };
        let kind = match text.to_ascii_lowercase().as_str() {
            "all" => ModeKind::All,
            "indexed" => ModeKind::Indexed,
            other if other.ends_with(".data") => ModeKind::Data,
            _ => {
                let nearest = crate::diagnostic::nearest(text, MODES);
                self.report(&Problem::UnknownMode { mode: text.to_owned(), nearest }, member.value.span);
                return None;
            }
        };
        let canonical = MODES.into_iter().find(|m| m.eq_ignore_ascii_case(text)).unwrap_or(text);
        Some(Mode { kind, text: canonical.into() })
    }

    /// A text of the body; of another type it is ignored with a warning (spec D-33).
    fn text(&mut self, body: &Json<'_>, key: &'static str, limit: usize) -> Option<String> {
        let member = body.entry(key).filter(|m| !m.value.is_null())?;
        let Some(text) = member.value.as_text() else {
            let found = member.value.kind_name();
            self.report(
                &Problem::BodyType { key, expected: "a string", found, fatal: false },
                member.value.span,
            );
            return None;
        };
        let length = text.chars().count();
        if length > limit {
            self.report(&Problem::TooLong { key, length, limit }, member.value.span);
        }
        Some(text.to_owned())
    }

    fn object<'j, 't>(&mut self, body: &'j Json<'t>, key: &'static str) -> Option<&'j Json<'t>> {
        let member = body.entry(key).filter(|m| !m.value.is_null())?;
        if !member.value.is_object() {
            let found = member.value.kind_name();
            self.report(
                &Problem::BodyType { key, expected: "an object", found, fatal: false },
                member.value.span,
            );
            return None;
        }
        Some(&member.value)
    }

    fn check_metadata(&mut self, metadata: Option<&Json<'_>>) {
        let Some(metadata) = metadata else { return };
        self.check_exact_duplicates(metadata);
        let deprecated = metadata.entry("deprecated").filter(|m| {
            matches!(m.value.kind, crate::json::Kind::Bool(true))
                || m.value.as_text().is_some_and(|t| t.eq_ignore_ascii_case("true"))
        });
        if let Some(member) = deprecated {
            self.report(&Problem::Deprecated, member.key_span);
        }
        for member in metadata.members() {
            let length = member.value.as_text().map_or(0, |t| t.chars().count());
            if length > 1_024 {
                let problem = Problem::TooLong { key: "metadata", length, limit: 1_024 };
                self.report(&problem, member.value.span);
            }
        }
    }
}
