//! Suites mean what cases mean: every case of the chapters that judges a policy is written as a suite, in JSON and
//! in YAML, and must come out as the case does.

use ordain::json::{Dialect, Json, read};
use ordain::{Aliases, Diagnostic, EngineBuilder, Source};
use ordain_author::suite::{self, Files, Library, Options, PolicyTexts, Status, Tenant, Tested};
use ordain_tests::known::Known;
use ordain_tests::{chapters, shared};
use std::path::Path;

/// One policy text, whatever is asked for.
struct One(String);

impl Files for One {
    fn text(&self, path: &str) -> Result<Source, Diagnostic> {
        Err(Diagnostic::error("Unreadable", "there is no such file").origin(path))
    }

    fn policies(&self, path: &str) -> Result<PolicyTexts, Vec<Diagnostic>> {
        Ok(PolicyTexts { texts: vec![(Source::new(path, self.0.as_str()), true)], diagnostics: Vec::new() })
    }

    fn tenant(&self, path: &str, _: EngineBuilder) -> Result<Tenant, Vec<Diagnostic>> {
        Err(vec![Diagnostic::error("Unreadable", "there is no such folder").origin(path)])
    }
}

/// Keys of `want` that suites have under the same name.
const SAME: [&str; 11] = [
    "state",
    "reason",
    "effect",
    "verdict",
    "patch",
    "patched",
    "skipped",
    "conflicts",
    "failure",
    "details",
    "deployment",
];

struct Converted {
    name: String,
    policy: String,
    suite: String,
    aliases: Aliases,
}

/// A case as a suite, where it judges a policy.
fn converted(text: &str, case: &Json<'_>, name: &str) -> Option<Converted> {
    let slice = |json: &Json<'_>| text.get(json.span.range()).unwrap_or("null").to_owned();
    let around = |condition: &Json<'_>| {
        let rule = slice(condition);
        format!(r#"{{"mode": "All", "policyRule": {{"if": {rule}, "then": {{"effect": "audit"}}}}}}"#)
    };
    let policy = match (case.get("policy").or(case.get("definition")), case.get("if")) {
        (Some(policy), _) => match policy.members() {
            [only] if only.key == "if" => around(&only.value),
            _ => slice(policy),
        },
        (_, Some(condition)) => around(condition),
        _ => {
            let text = case.get("policy_text").or(case.get("definition_text"))?;
            text.as_text()?.to_owned()
        }
    };
    let want = case.get("want").or(case.get("expect"))?;
    let mut expect = Vec::new();
    for member in want.members() {
        match &*member.key {
            key if SAME.contains(&key) => expect.push(format!("\"{key}\": {}", slice(&member.value))),
            // The texts of diagnostics are those of the case file.
            "diagnostics" => expect.push(format!("\"diagnostics\": {}", slice(&member.value))),
            "error" => {
                let kind = want.get("kind").unwrap_or(&member.value);
                expect.push(format!("\"error\": {}", slice(kind)));
            }
            "kind" => {}
            // Suites ask for what a policy says, not for the truth of its rule.
            _ => return None,
        }
    }
    let mut members = vec![format!("\"name\": {}", serde_json::Value::from(name))];
    for key in ["resource", "as", "related", "context", "parameters"] {
        if let Some(value) = case.get(key) {
            members.push(format!("\"{key}\": {}", slice(value)));
        }
    }
    if want.get("verdict").is_some() {
        members.push(r#""mode": "request""#.to_owned());
    }
    members.push(format!("\"expect\": {{{}}}", expect.join(", ")));
    let options = case.get("options").map_or_else(|| "[]".to_owned(), slice);
    let suite = format!(
        r#"{{"policy": "policy.json", "options": {options}, "cases": [{{{}}}]}}"#,
        members.join(", ")
    );
    Some(Converted { name: name.to_owned(), policy, suite, aliases: aliases(case.get("aliases"), &slice) })
}

fn aliases(given: Option<&Json<'_>>, slice: &impl Fn(&Json<'_>) -> String) -> Aliases {
    let Some(given) = given else { return Aliases::embedded() };
    let text = match given.as_text() {
        Some(name) => {
            let path = shared::root().join("tests/cases/aliases").join(format!("{name}.json"));
            std::fs::read_to_string(path).expect("a catalogue")
        }
        None => slice(given),
    };
    let catalogue = serde_json::from_str(&text).expect("JSON");
    Aliases::embedded().with_catalogue(&catalogue).expect("a catalogue").0
}

/// What came of it; `None` when it passed.
fn wrong(case: &Converted, file: &str) -> Option<String> {
    let files = One(case.policy.clone());
    let library = Library::new(&files, case.aliases.clone(), &[]);
    let source = Source::new(file, case.suite.as_str());
    let Tested::Suite(result) = suite::test(&source, true, &library, &Options::default(), None) else {
        return Some("no suite".to_owned());
    };
    match result.cases.first() {
        Some(one) if one.status == Status::Passed => None,
        Some(one) => Some(format!("{:?} {:?} {:?}", one.mismatches, one.diagnostics, result.diagnostics)),
        None => Some(format!("{:?}", result.diagnostics)),
    }
}

fn all(
    file: &str,
    text: &str,
    cases: &[&Json<'_>],
    name: &str,
    known: &Known,
    counts: &mut (usize, usize),
) -> String {
    let mut told = String::new();
    for case in cases {
        let Some(id) = case.get(name).and_then(Json::as_text) else { continue };
        if known.lists(file, id) {
            continue;
        }
        let Some(converted) = converted(text, case, id) else {
            counts.1 += 1;
            continue;
        };
        counts.0 += 1;
        for file_name in ["a.test.json", "a.test.yaml"] {
            if let Some(why) = wrong(&converted, file_name) {
                told += &format!("{file}: {} ({file_name}): {why}\n", converted.name);
            }
        }
    }
    told
}

#[test]
fn cases_of_chapters_as_suites() {
    let known = Known::load();
    let mut counts = (0, 0);
    let mut told = String::new();
    for (name, path) in chapters::files() {
        let text = std::fs::read_to_string(&path).expect("a file");
        let (json, _) = read(&text, Dialect::Strict);
        let json = json.expect("JSON");
        let cases: Vec<&Json<'_>> = json.get("cases").expect("cases").items().iter().collect();
        told += &all(&name, &text, &cases, "name", &known, &mut counts);
    }
    told += &lines("patches.jsonl", &known, &mut counts);
    told += &lines("unknown.jsonl", &known, &mut counts);
    println!("{} cases as suites, {} ask for something else than a policy's word", counts.0, counts.1);
    assert!(told.is_empty(), "{told}");
    // spec: S-3, E-28, E-59 and all that the cases cite
    assert!(counts.0 > 500, "{counts:?}");
}

fn lines(name: &str, known: &Known, counts: &mut (usize, usize)) -> String {
    let path = shared::root().join("tests/cases").join(name);
    let text = std::fs::read_to_string(Path::new(&path)).expect("a file");
    let of = |line: &str, counts: &mut (usize, usize)| {
        let (json, _) = read(line, Dialect::Strict);
        all(name, line, &[&json.expect("JSON")], "id", known, counts)
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| of(line, counts)).collect()
}
