//! The schemas in `docs/schema`: they accept what the engine reads, and refuse what is damaged.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "helpers of tests may stop as tests do"
)]

#[path = "schemas/documents.rs"]
mod documents;
#[path = "schemas/mutations.rs"]
mod mutations;
#[path = "schemas/own_forms.rs"]
mod own_forms;

use documents::{Document, Kind, own, visible};
use jsonschema::Validator;
use ordain::{Diagnostic, Engine, Source};
use ordain_tests::shared;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The schema of a kind of document.
fn validator(kind: Kind) -> Validator {
    let path = shared::root().join(format!("docs/schema/{}.schema.json", kind.name()));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let schema: Json = serde_json::from_str(&text).expect("JSON");
    jsonschema::draft7::meta::validate(&schema).expect("a schema of draft 7");
    jsonschema::draft7::new(&schema).expect("a schema that can be used")
}

fn validators() -> BTreeMap<Kind, Validator> {
    Kind::ALL.into_iter().map(|kind| (kind, validator(kind))).collect()
}

/// Faults of form, which a schema can see. The service's and engine's other errors hang on names and meanings.
const FORM: &[&str] = &[
    "BodyType",
    "ConditionShape",
    "CountShape",
    "EffectShape",
    "ExtraKeyInLogical",
    "FieldShape",
    "LegacySource",
    "LogicalShape",
    "MissingKey",
    "MissingOperator",
    "MissingPolicyRule",
    "MissingSubject",
    "MultipleOperators",
    "MultipleSubjects",
    "OperandType",
    "ParameterShape",
    "ParameterType",
    "ParameterValueType",
    "SelectorEmpty",
    "SelectorInAndNotIn",
    "UnknownBodyKey",
    "UnknownConditionKey",
    "UnknownEffect",
    "UnknownEnforcementMode",
    "UnknownExemptionCategory",
    "UnknownMode",
    "UnknownPolicyType",
    "UnknownRuleKey",
    "UnknownSelectorKind",
];

/// What the engine says of the form of a document read alone.
fn told(document: &Json) -> Vec<Diagnostic> {
    let rule = json!({"if": {"field": "type", "equals": "x"}, "then": {"effect": "audit"}});
    let text = match is_declarations(document) {
        // Declarations alone are read when they meet their rule.
        true => json!({"policyRule": rule, "parameters": document}).to_string(),
        false => document.to_string(),
    };
    let source = Source::new("document.json", text);
    let (_, diagnostics) = Engine::builder().policies(&source).build_what_can_be();
    diagnostics.into_iter().filter(|told| FORM.contains(&told.code())).collect()
}

fn is_declarations(document: &Json) -> bool {
    let declared = |(name, value): (&String, &Json)| name != "properties" && value["type"].is_string();
    document.as_object().is_some_and(|members| !members.is_empty() && members.iter().all(declared))
}

fn faults(validator: &Validator, document: &Json) -> Vec<String> {
    validator.iter_errors(document).take(3).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

#[derive(Default)]
struct Compared {
    documents: BTreeMap<Kind, usize>,
    /// What only the schema refuses.
    too_strict: Vec<String>,
    /// What only the engine refuses, by the code.
    too_mild: BTreeMap<String, Vec<String>>,
    refused: usize,
}

fn compare(documents: &[Document]) -> Compared {
    let (validators, mut compared) = (validators(), Compared::default());
    for Document { kind, path, json } in documents {
        *compared.documents.entry(*kind).or_default() += 1;
        let (faults, told) = (faults(&validators[kind], json), told(json));
        match (faults.is_empty(), told.first()) {
            (true, None) => {}
            (false, Some(_)) => compared.refused += 1,
            (false, None) => {
                let shown: Vec<String> = faults.iter().map(|f| f.chars().take(300).collect()).collect();
                compared.too_strict.push(format!("{path}: {}", shown.join("; ")));
            }
            (true, Some(told)) => {
                compared.too_mild.entry(told.code().to_owned()).or_default().push(format!("{path}: {told}"));
            }
        }
    }
    compared
}

/// Codes of which only the engine sees some cases, and why a schema does not.
const SEEN_BY_THE_ENGINE_ALONE: &[(&str, &str)] = &[(
    "ParameterValueType",
    "an initiative of Azure's own has an empty list as the default of texts, which the schema lets pass",
)];

fn agree(compared: &Compared) {
    assert!(compared.too_strict.is_empty(), "refused without need:\n{}", compared.too_strict.join("\n"));
    let unexplained: Vec<String> = compared
        .too_mild
        .iter()
        .filter(|(code, _)| !SEEN_BY_THE_ENGINE_ALONE.iter().any(|(known, _)| known == code))
        .map(|(code, places)| format!("{code}: {}", places.join("\n  ")))
        .collect();
    assert!(unexplained.is_empty(), "accepted in spite of:\n{}", unexplained.join("\n"));
}

#[test]
fn schemas_and_engine_agree_on_the_repositorys_own_documents() {
    let documents = own();
    let compared = compare(&documents);
    println!("{:?}, {} refused by both", compared.documents, compared.refused);
    assert!(compared.documents.len() == Kind::ALL.len(), "{:?}", compared.documents);
    agree(&compared);
}

#[test]
fn schemas_and_engine_agree_on_the_visible_corpus() {
    let Some(documents) = visible() else { return };
    let compared = compare(&documents);
    println!("{:?}, {} refused by both", compared.documents, compared.refused);
    assert!(documents.len() > 3_000);
    agree(&compared);
}

/// Damages documents, at most `most` times each, and says what the schemas do not see.
fn damage(documents: &[&Document], most: usize) {
    let validators = validators();
    let (mut refused, mut missed) = (BTreeMap::new(), Vec::new());
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for document in documents {
        let damages = mutations::damages(document);
        // What a branch of an assignment tree lacks is seen along the whole branch only.
        let sound = told(&document.json).is_empty() && document.json.get("nodeName").is_none();
        let step = damages.len().div_ceil(most).max(1);
        for damaged in damages.iter().step_by(step) {
            let json = damaged.apply(document);
            if !validators[&document.kind].is_valid(&json) {
                *refused.entry(damaged.damage).or_insert(0) += 1;
                continue;
            }
            if let Some(told) = told(&json).first().filter(|_| sound) {
                let known = SEEN_BY_THE_ENGINE_ALONE.iter().any(|(code, _)| *code == told.code());
                assert!(known, "{}: accepted in spite of {told}", document.path);
            }
            match mutations::free(document, damaged.damage, &damaged.path()) {
                Some(reason) => *seen.entry(reason).or_default() += 1,
                None => missed.push(format!(
                    "{:?} {} in {}",
                    damaged.damage,
                    damaged.path().join("."),
                    document.path
                )),
            }
        }
    }
    let accepted: usize = seen.values().sum();
    println!("{} documents: refused {refused:?}; {accepted} accepted, since: {seen:#?}", documents.len());
    assert!(missed.is_empty(), "{} accepted:\n{}", missed.len(), missed.join("\n"));
    assert!(refused.len() == 4 && refused.values().sum::<usize>() > accepted, "{refused:?}");
}

#[test]
fn damaged_documents_of_the_repository_are_refused() {
    damage(&own().iter().collect::<Vec<_>>(), 400);
}

#[test]
fn damaged_documents_of_the_corpus_are_refused() {
    let Some(documents) = visible() else { return };
    let (rare, many): (Vec<&Document>, Vec<&Document>) =
        documents.iter().partition(|d| d.kind == Kind::Assignment || d.kind == Kind::Exemption);
    let sample: Vec<&Document> = many.into_iter().step_by(40).chain(rare).collect();
    damage(&sample, 60);
}
