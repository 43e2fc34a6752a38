//! Policies to compare on: the starter pack, built-in definitions where they are at hand, and what becomes of them.

use super::random::Random;
use crate::{pairs, reference, shared};
use ordain::{Engine, Source};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// A policy that the engine takes.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Where it comes from.
    pub origin: String,
    /// Its body, every parameter with a default.
    pub body: Json,
}

/// Everything a rule mentions: texts with their quoted parts, and scalars.
#[derive(Clone, Debug, Default)]
pub struct Mentioned {
    /// Texts, and the quoted texts in expressions.
    pub texts: BTreeSet<String>,
    /// Scalars, as documents may hold them.
    pub scalars: Vec<Json>,
}

impl Mentioned {
    /// Adds what a value mentions.
    pub fn add(&mut self, json: &Json) {
        match json {
            Json::Object(members) => members.values().for_each(|value| self.add(value)),
            Json::Array(members) => members.iter().for_each(|value| self.add(value)),
            Json::String(text) if text.starts_with('[') && text.ends_with(']') => {
                for quoted in text.split('\'').skip(1).step_by(2) {
                    self.texts.insert(quoted.to_owned());
                    if !quoted.contains('/') {
                        self.scalars.push(json!(quoted));
                    }
                }
            }
            Json::String(text) => {
                self.texts.insert(text.clone());
                self.scalars.push(json.clone());
            }
            Json::Null => {}
            scalar => self.scalars.push(scalar.clone()),
        }
    }
}

/// What is inside of an envelope.
fn body(definition: &Json) -> Json {
    definition.get("properties").filter(|p| p.get("policyRule").is_some()).unwrap_or(definition).clone()
}

/// The text that the engine reads.
pub fn text(name: &str, body: &Json) -> String {
    json!({"name": name, "properties": body}).to_string()
}

/// Gives every parameter without default the sample of its type.
fn with_defaults(mut body: Json) -> Json {
    let sample = ordain::probe::sample_parameters(&Source::new("sample.json", text("sample", &body)));
    let parameters = body.get_mut("parameters").and_then(Json::as_object_mut);
    for (name, declared) in parameters.into_iter().flatten() {
        let Some(declared) = declared.as_object_mut() else { continue };
        if declared.get("defaultValue").is_none_or(Json::is_null)
            && let Some(value) = sample.get(name)
        {
            declared.insert("defaultValue".into(), reference::plain(value));
        }
    }
    body
}

/// The policy, if the engine takes it.
pub fn accepted(origin: String, body: Json) -> Option<Policy> {
    let source = Source::new("policy.json", text("policy", &body));
    let (engine, diagnostics) = Engine::builder().policies(&source).build_what_can_be();
    let taken = engine.policies().count() == 1 && !diagnostics.iter().any(ordain::Diagnostic::is_error);
    taken.then_some(Policy { origin, body })
}

/// The rule of an `existenceCondition` about its related resources, as a policy of its own: half of what the
/// language offers is used only there.
fn of_existence(origin: &str, body: &Json) -> Option<Policy> {
    let details = &body["policyRule"]["then"]["details"];
    let (condition, kind) = (details.get("existenceCondition")?, details.get("type")?.as_str()?);
    let rule =
        json!({"if": {"allOf": [{"field": "type", "equals": kind}, condition]}, "then": {"effect": "audit"}});
    let body = json!({"mode": "All", "parameters": body.get("parameters").unwrap_or(&Json::Null), "policyRule": rule});
    accepted(format!("{origin}#existenceCondition"), body)
}

/// The policies to begin with; of the built-in ones every `stride`th.
#[must_use]
pub fn collect(stride: usize, seed: usize) -> Vec<Policy> {
    let mut found: Vec<(String, Json)> = pairs::pack()
        .into_iter()
        .map(|policy| {
            let json: Json = serde_json::from_str(&policy.text).expect("the pack is JSON");
            (format!("policies/acr/{}.json", policy.name), body(&json))
        })
        .collect();
    if let Some(corpus) = shared::file("corpus/builtin.jsonl.gz") {
        let lines = shared::gz_lines(&corpus).into_iter().filter(|line| line["kind"] == "definition");
        let sample = lines.skip(seed % stride).step_by(stride);
        found.extend(
            sample.map(|line| (line["path"].as_str().unwrap_or("?").to_owned(), body(&line["body"]))),
        );
    }
    let mut policies = Vec::new();
    for (origin, body) in found {
        let body = with_defaults(body);
        policies.extend(of_existence(&origin, &body));
        policies.extend(accepted(origin, body));
    }
    policies
}

/// The types that a rule names, the first one first.
#[must_use]
pub fn types(body: &Json) -> Vec<String> {
    fn of_conditions(json: &Json, out: &mut Vec<String>) {
        if json["field"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("type")) {
            for operand in [&json["equals"], &json["Equals"]] {
                out.extend(operand.as_str().filter(|kind| kind.contains('/')).map(str::to_owned));
            }
            let listed = json["in"].as_array().into_iter().flatten();
            out.extend(listed.filter_map(Json::as_str).map(str::to_owned));
        }
        match json {
            Json::Object(members) => members.values().for_each(|value| of_conditions(value, out)),
            Json::Array(members) => members.iter().for_each(|value| of_conditions(value, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    of_conditions(&body["policyRule"]["if"], &mut out);
    if out.is_empty() {
        let mut mentioned = Mentioned::default();
        mentioned.add(&body["policyRule"]["if"]);
        let alias = |text: &String| text.rsplit_once('/').map(|(kind, _)| kind.to_owned());
        out.extend(mentioned.texts.iter().filter_map(alias).filter(|kind| kind.contains('/')));
    }
    out
}

/// Other values for the parameters, among the allowed ones if any are listed.
pub fn other_parameters(body: &mut Json, pool: &[Json], random: &mut Random) {
    let parameters = body.get_mut("parameters").and_then(Json::as_object_mut);
    for declared in parameters.into_iter().flatten().filter_map(|(_, declared)| declared.as_object_mut()) {
        let list =
            declared.get("type").and_then(Json::as_str).is_some_and(|t| t.eq_ignore_ascii_case("array"));
        let allowed = declared.get("allowedValues").and_then(Json::as_array).cloned().unwrap_or_default();
        let texts: Vec<Json> = pool.iter().filter(|value| value.is_string()).cloned().collect();
        let from = if allowed.is_empty() { &texts } else { &allowed };
        let is_text =
            declared.get("type").and_then(Json::as_str).is_some_and(|t| t.eq_ignore_ascii_case("string"));
        if from.is_empty() || !random.percent(60) || !(list || is_text) {
            continue;
        }
        let value =
            if list { (0..random.below(4)).map(|_| random.one(from)).collect() } else { random.one(from) };
        declared.insert("defaultValue".into(), value);
    }
}
