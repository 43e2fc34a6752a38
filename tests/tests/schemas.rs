//! The schemas in `docs/schema`: they accept what the engine reads, and refuse what is damaged.

#[path = "schemas/documents.rs"]
mod documents;
#[path = "schemas/mutations.rs"]
mod mutations;

use documents::{Document, Kind, visible, own};
use jsonschema::Validator;
use ordain::{Diagnostic, Engine, Source};
use ordain_tests::shared;
use serde_json::Value as Json;
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
    let source = Source::new("document.json", document.to_string());
    let (_, diagnostics) = Engine::builder().policies(&source).build_what_can_be();
    diagnostics.into_iter().filter(|told| FORM.contains(&told.code())).collect()
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

/// Documents of which only the engine sees that their form is wrong, and why a schema cannot: none.
const SEEN_BY_THE_ENGINE_ALONE: &[(&str, &str)] = &[];

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
