//! The schemas of our own forms, test suites and the configuration file, beside the readers of these forms.

use super::documents::{Document, Kind};
use super::mutations;
use jsonschema::Validator;
use ordain::{Diagnostic, Source};
use ordain_author::suite;
use ordain_cli::configuration;
use ordain_tests::shared::{self, entries};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

fn validator(name: &str) -> Validator {
    let path = shared::root().join(format!("docs/schema/{name}.schema.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let schema: Json = serde_json::from_str(&text).expect("JSON");
    jsonschema::draft7::meta::validate(&schema).expect("a schema of draft 7");
    jsonschema::draft7::new(&schema).expect("a schema that can be used")
}

fn suites_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && name != "node_modules" && !name.starts_with('.') {
            suites_below(&path, found);
        } else if suite::is_suite_name(&name) {
            found.push(path);
        }
    }
}

/// Texts of suites with names: files, and what the documentation shows.
fn texts_of_suites() -> Vec<Source> {
    let mut paths = Vec::new();
    suites_below(&shared::root(), &mut paths);
    let read = |path: &Path| std::fs::read_to_string(path).expect("a text");
    let files = paths.iter().map(|path| Source::new(path.to_string_lossy(), read(path)));
    let page = read(&shared::root().join("docs/suites.md"));
    let shown = blocks(&page).map(|block| Source::new("docs/suites.md.yaml", block));
    files.chain(shown).collect()
}

/// The blocks of YAML that a page shows.
fn blocks(page: &str) -> impl Iterator<Item = &str> {
    page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next())
}

/// Every suite of the repository, as JSON.
fn suites() -> Vec<(String, Json)> {
    let mut found = Vec::new();
    for source in texts_of_suites() {
        let (Some(tree), _) = suite::tree(&source) else { continue };
        if suite::recognise(&tree) == suite::Recognised::Suite {
            found.push((source.name().to_owned(), tree.to_json()));
        }
    }
    found
}

/// What the reader of suites says of a document.
fn read(document: &Json) -> Vec<Diagnostic> {
    let source = Source::new("suite.test.json", document.to_string());
    let (tree, mut told) = suite::tree(&source);
    let Some(tree) = tree else { return told };
    match suite::recognise(&tree) {
        suite::Recognised::Suite => {
            let (suite, of_suite) = suite::suite(&source, &tree);
            told.extend(of_suite);
            told.extend(suite.unread.into_iter().flat_map(|case| case.diagnostics));
        }
        suite::Recognised::NearMiss(what) => told.push(suite::near_miss(&tree, what)),
        suite::Recognised::Other => told.push(Diagnostic::error("NotASuite", "something else")),
    }
    told
}

/// Faults of suites that a schema cannot see: they hang on other places of the file, or on a language within.
const SEEN_BY_THE_READER_ALONE: &[(&str, &str)] = &[
    ("BadPath", "a path is a language of its own"),
    ("JsonPath", "a JSONPath is a language of its own"),
    ("UnknownBase", "the name hangs on the bases that there are"),
    ("DuplicateCase", "names are compared across cases"),
    ("ImpossibleExpectation", "what can come out hangs on the way of judging, and on what is tested"),
    ("NoResource", "whether one is needed hangs on what is expected"),
    ("NoSubject", "a case of its own policy among others without"),
    (
        "UnknownKey",
        "`parameters` of a case have no meaning for an assignment, `assignment` none for a policy",
    ),
];

#[test]
fn suites_are_accepted_and_damaged_ones_refused_as_their_reader_does() {
    let (validator, suites) = (validator("suite"), suites());
    assert!(suites.len() >= 6, "{}", suites.len());
    assert!(suites.iter().any(|(name, _)| name.starts_with("docs/suites.md")));
    let (mut both, mut neither, mut alone) = (0, 0, Vec::new());
    let mut wrong = Vec::new();
    for (name, json) in suites {
        let faults: Vec<String> =
            validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
        assert!(read(&json).iter().all(|told| !told.is_error()), "{name}: {:?}", read(&json));
        let document = Document { kind: Kind::Definition, path: name.clone(), json };
        // Suites are much alike: of a long one, damages at equal steps.
        let damages = mutations::damages(&document);
        let step = damages.len().div_ceil(90);
        for damaged in damages.iter().step_by(step.max(1)) {
            let json = damaged.apply(&document);
            let told = read(&json);
            match (validator.is_valid(&json), told.iter().find(|told| told.is_error())) {
                (true, None) => neither += 1,
                (false, Some(_)) => both += 1,
                (true, Some(told))
                    if SEEN_BY_THE_READER_ALONE.iter().any(|(code, _)| *code == told.code()) =>
                {
                    alone.push(told.code().to_owned());
                }
                (valid, told) => {
                    wrong.push(format!(
                        "{name} {:?} {}: valid {valid}, {told:?}",
                        damaged.damage,
                        damaged.path().join(".")
                    ));
                }
            }
        }
    }
    println!("damages: {both} refused by both, {neither} by neither, {} by the reader alone", alone.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(both > 200, "{both}");
}

#[test]
fn forms_of_suites() {
    let validator = validator("suite");
    let suite = |case: Json| json!({"policy": "p.json", "bases": {"b": {"type": "A.B/c"}}, "cases": [case]});
    let case = |more: Json| {
        let mut case = json!({"name": "n", "base": "b", "expect": "Compliant"});
        case.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        suite(case)
    };
    let good = [
        json!({"$schema": "s", "cases": [{"name": "n", "policy": "p.json", "resource": {"type": "A.B/c"}, "expect": null}]}),
        json!({"tenant": "t", "cases": [{"name": "n", "assignment": "a", "resource": {"file": "f", "pick": "$[0]"}, "expect": "non-compliant"}]}),
        json!({"initiative": "i.json", "definitions": "d", "cases": [{"name": "n", "resource": {"type": "A.B/c"}, "expect": {"references": {"r": "Compliant"}}}]}),
        case(json!({"as": "ROW", "mode": "Scan"})),
        case(json!({"related": [{"base": "b", "set": {"a.b": 1}}, {"type": "A.B/c"}], "remove": "a.b"})),
        case(json!({"mode": "request", "expect": {"verdict": "Denied", "patch": [], "skipped": []}})),
    ];
    for document in good {
        let told = read(&document);
        assert!(validator.is_valid(&document) && told.iter().all(|d| !d.is_error()), "{document}: {told:?}");
    }
    let bad = [
        json!({"policy": "p.json", "cases": []}),
        json!({"policy": "p.json", "tenant": "t", "cases": [{"name": "n", "resource": {}, "expect": null}]}),
        json!({"policy": "p.json", "definitions": "d", "cases": [{"name": "n", "resource": {}, "expect": null}]}),
        json!({"cases": [{"name": "n", "resource": {}, "expect": null}]}),
        suite(json!({"name": " ", "base": "b", "expect": "Compliant"})),
        suite(json!({"name": "n", "base": "b"})),
        case(json!({"resource": {"type": "A.B/c"}})),
        case(json!({"expect": {}})),
        case(json!({"expect": ["Compliant"]})),
        case(json!({"expect": "Complaint"})),
        case(json!({"expect": {"skipped": []}})),
        case(json!({"expect": {"reason": "x"}})),
        case(json!({"expect": {"effect": "refuse"}})),
        case(json!({"as": "column"})),
        case(json!({"context": {"nwo": "2026-01-01T00:00:00Z"}})),
        case(json!({"context": {"subscription": "s"}})),
        case(json!({"related": [{"base": "b", "file": "f"}]})),
    ];
    for document in bad {
        assert!(!validator.is_valid(&document), "{document}");
        assert!(read(&document).iter().any(Diagnostic::is_error), "{document}");
    }
}

#[test]
fn exemptions_from_coverage() {
    let validator = validator("suite");
    let suite = |subject: Json, entry: Json| {
        let mut suite = json!({
            "exempt": [entry],
            "cases": [{"name": "n", "policy": "p.json", "resource": {"type": "A.B/c"}, "expect": null}],
        });
        suite.as_object_mut().expect("an object").extend(subject.as_object().expect("an object").clone());
        suite
    };
    let (policy, initiative) = (json!({"policy": "p.json"}), json!({"initiative": "i.json"}));
    let whole = json!({"policy": "p.json", "condition": "/if", "goals": ["false", "deny"], "because": "so"});
    let short = json!({"condition": "/if/allOf/1", "goals": "decisive", "because": "so"});
    let good = [(&policy, &whole), (&policy, &short), (&initiative, &whole), (&json!({}), &whole)];
    for (subject, entry) in good {
        let document = suite(subject.clone(), entry.clone());
        let told = read(&document);
        assert!(validator.is_valid(&document) && told.iter().all(|d| !d.is_error()), "{document}: {told:?}");
    }
    let bad = [
        (&initiative, short.clone()),
        (&json!({}), short),
        (&policy, json!({"because": "so"})),
        (&policy, json!({"condition": "/if", "because": "so", "reason": "so"})),
        (&policy, json!({"condition": "/if", "because": ["so"]})),
        (&policy, json!({"condition": "/if", "because": "so", "goals": [1]})),
        (&policy, json!("/if")),
    ];
    for (subject, entry) in bad {
        let document = suite(subject.clone(), entry);
        assert!(!validator.is_valid(&document), "{document}");
        assert!(read(&document).iter().any(Diagnostic::is_error), "{document}");
    }
    // Told when coverage is asked for, by editors at once.
    for entry in [json!({"condition": "/if"}), json!({"condition": "/if", "because": " "})] {
        assert!(!validator.is_valid(&suite(policy.clone(), entry.clone())), "{entry}");
    }
}

/// A value that a key takes, and two that it does not.
fn sample(key: &configuration::Key, verb: &str) -> (Json, [Json; 2]) {
    use configuration::Kind as K;
    match key.kind {
        K::Paths => (json!(["a", "b/*.json"]), [json!([1]), json!({})]),
        K::Path | K::Text => (json!("a"), [json!(1), json!(["a"])]),
        K::Scope => (json!("/subscriptions/00000000-0000-0000-0000-000000000001"), [json!("here"), json!(1)]),
        K::Time => (json!("2026-01-31T12:00:00Z"), [json!("yesterday"), json!(1)]),
        K::Word => (json!(configuration::words(verb, key.name)[0]), [json!("no such word"), json!(true)]),
        K::States => (json!(["NonCompliant", "non-compliant"]), [json!("Complaint"), json!([null])]),
        K::Flag => (json!(true), [json!("true"), json!(1)]),
        K::Number => (json!(2), [json!(0), json!("2")]),
        K::Percent => (json!(100), [json!(101), json!("90 %")]),
        K::Values => (json!({"effect": "Deny"}), [json!("effect=Deny"), json!(["effect"])]),
    }
}

/// The configuration of a new project, and those that the documentation shows.
fn shown_configurations() -> Vec<String> {
    let read = |path: &str| std::fs::read_to_string(shared::root().join(path)).expect("a text");
    let page = read("docs/configuration.md");
    let mut texts: Vec<String> = blocks(&page).map(str::to_owned).collect();
    assert!(!texts.is_empty());
    texts.push(read("crates/ordain-cli/src/command/init/files/ordain.yaml"));
    texts
}

#[test]
fn configurations_are_accepted_and_refused_as_their_reader_does() {
    let validator = validator("config");
    let mut documents = vec![
        (true, json!(null)),
        (true, json!({})),
        (true, json!({"$schema": "config.schema.json", "policies": null, "eval": null})),
        (false, json!([])),
        (false, json!({"polices": "p"})),
        (false, json!({"format": "json"})),
        (false, json!({"eval": {"allow-undecided": true}})),
        (false, json!({"eval": []})),
    ];
    for verb in configuration::VERBS {
        for key in configuration::KEYS.iter().filter(|key| key.is_of(verb)) {
            let (good, bad) = sample(key, verb);
            let placed = |value: &Json, top: bool| match top {
                true => json!({ key.name: value }),
                false => json!({ verb: { key.name: value } }),
            };
            for top in [true, false].into_iter().filter(|top| !(*top && key.of_verb)) {
                documents.push((true, placed(&good, top)));
                documents.extend(bad.iter().map(|bad| (false, placed(bad, top))));
            }
        }
    }
    for text in shown_configurations() {
        let source = Source::new("ordain.yaml", text.as_str());
        assert!(configuration::faults(&source).is_empty(), "{text}");
        documents.push((true, suite::tree(&source).0.map_or(Json::Null, |tree| tree.to_json())));
    }
    for (good, document) in documents {
        let faults = configuration::faults(&Source::new("ordain.json", document.to_string()));
        assert_eq!(faults.is_empty(), good, "{document}: {faults:?}");
        assert_eq!(validator.is_valid(&document), good, "{document}");
    }
}
