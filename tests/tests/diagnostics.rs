//! Every diagnostic of reading and linking policies and what governs them: its words, its place, its cure.
//!
//! `snapshots/diagnostics/<stage>/<variant>[-which].txt` holds a policy on top and what is told about it below.

use ordain::compliance::Compliance;
use ordain::{Context, Diagnostic, Engine, Source, Value};
use ordain_tests::{shared, snapshot};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Variants without a snapshot, and why.
const EXCEPTIONS: [(&str, &str, &str); 2] = [
    ("governance", "NoAssignmentOf", "a repository of several files tells it: `syntax::pac::tests`"),
    ("governance", "PacCsv", "likewise"),
];

#[test]
fn snapshots() {
    let root = shared::root().join("tests/snapshots/diagnostics");
    let mut wrong = String::new();
    for stage in shared::entries(&root) {
        for path in shared::entries(&stage) {
            wrong += &snapshot::check(&path, told).err().unwrap_or_default();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Each variant of the stages' problems has a snapshot that shows it.
#[test]
fn complete() {
    let mut missing = Vec::new();
    for (stage, path) in [("syntax", "syntax"), ("link", "link"), ("governance", "syntax/governance")] {
        let source = shared::root().join(format!("crates/ordain/src/{path}/problem.rs"));
        let names: BTreeSet<String> =
            variants(&std::fs::read_to_string(source).expect("the source is there")).into_iter().collect();
        assert!(names.len() > 5, "{names:?}");
        let root = shared::root().join("tests/snapshots/diagnostics");
        let shown: BTreeSet<String> = shared::entries(&root.join(stage))
            .iter()
            .map(|path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned())
            .map(|stem| stem.split('-').next().unwrap_or_default().to_owned())
            .collect();
        let excepted =
            |name: &str| EXCEPTIONS.iter().any(|(of, variant, _)| *of == stage && *variant == name);
        missing.extend(
            names.iter().filter(|n| !shown.contains(*n) && !excepted(n)).map(|n| format!("{stage}/{n}")),
        );
        missing.extend(
            names
                .iter()
                .filter(|n| shown.contains(*n) && excepted(n))
                .map(|n| format!("{stage}/{n} is shown")),
        );
        missing.extend(shown.difference(&names).map(|n| format!("{stage}/{n} is no variant")));
    }
    assert!(missing.is_empty(), "{missing:?}");
}

/// Codes that no snapshot can show, and why.
const NOT_SHOWN: [(&str, &str); 3] = [
    (
        "TooManyFaults",
        "the text would have some thousand faulty lines: `bad_input::broken_lines_without_end`",
    ),
    ("TooLarge", "the text would have more than 64 MiB: `bad_input::too_large`"),
    ("TrailingContent", "between the reader and the parser: such texts are read as JSON Lines"),
];

/// Every code that reading, linking and judging have has a snapshot with its text.
#[test]
fn every_code() {
    let crates = shared::root().join("crates/ordain/src");
    let files = [
        "syntax/problem.rs",
        "syntax/document.rs",
        "link/problem.rs",
        "engine/builder.rs",
        "engine/notice.rs",
        "json/reader.rs",
        "json/strings.rs",
        "json/decode.rs",
    ];
    let mut codes: BTreeSet<String> =
        ["Syntax", "Arity", "UnknownFunction", "NotAllowed"].map(str::to_owned).into();
    for file in files {
        let text = std::fs::read_to_string(crates.join(file)).expect("the source is there");
        codes.extend(text.split('"').skip(1).step_by(2).filter(|word| is_code(word)).map(str::to_owned));
    }
    assert!(codes.len() > 80, "{}", codes.len());
    let mut shown = BTreeSet::new();
    for stage in shared::entries(&shared::root().join("tests/snapshots/diagnostics")) {
        for path in shared::entries(&stage) {
            let text = std::fs::read_to_string(&path).expect("a snapshot");
            let told = text.lines().filter_map(|line| {
                let (severity, rest) = line.split_once('[')?;
                ["error", "warning", "info"].contains(&severity).then(|| rest.split(']').next())?
            });
            shown.extend(told.map(str::to_owned));
        }
    }
    let excepted = |code: &String| NOT_SHOWN.iter().any(|(known, _)| known == code);
    let missing: Vec<_> = codes.difference(&shown).filter(|code| !excepted(code)).collect();
    assert!(missing.is_empty(), "no snapshot shows {missing:?}");
    assert!(!shown.iter().any(excepted), "an exception is shown");
}

/// `TwoHumps` or more: how codes look, and nothing else that stands in quotes.
fn is_code(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.chars().all(|c| c.is_ascii_alphabetic())
        && word.chars().filter(char::is_ascii_uppercase).count() > 1
}

/// Names of the variants of the one `pub enum …Problem`.
fn variants(source: &str) -> Vec<String> {
    let body =
        source.split_once("Problem {\n").and_then(|(_, rest)| rest.split_once("\n}")).expect("the enum").0;
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    lines
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(|line| line.chars().take_while(char::is_ascii_alphanumeric).collect())
        .collect()
}

/// What is told about a policy; first lines `options: …` and `resource: …` say how it is
/// read, and what is judged.
fn told(input: &str) -> String {
    let (options, text) = match input.strip_prefix("options: ").and_then(|rest| rest.split_once('\n')) {
        Some((options, text)) => (options, text),
        None => ("", input),
    };
    let (resource, text) = match text.strip_prefix("resource: ").and_then(|rest| rest.split_once('\n')) {
        Some((resource, text)) => (Some(resource), text),
        None => (None, text),
    };
    let text = snapshot::expanded(text);
    let source = Source::new("policy.json", text.as_str());
    let mut builder = Engine::builder();
    let (flags, parameters) = options.split_once("parameters ").unwrap_or((options, "{}"));
    let given: serde_json::Value = serde_json::from_str(parameters).expect("parameters are JSON");
    for (name, value) in given.as_object().into_iter().flatten() {
        builder = builder.parameter(name, Value::from(value));
    }
    builder = if flags.contains("strict-aliases") { builder.strict_aliases() } else { builder };
    builder = if flags.contains("strict-versions") { builder.strict_versions() } else { builder };
    builder = if flags.contains("lenient-parameters") { builder.lenient_parameters() } else { builder };
    builder =
        if flags.contains("found") { builder.policies_found(&source) } else { builder.policies(&source) };
    let (engine, diagnostics) = builder.build_what_can_be();
    let mut out: String = diagnostics.iter().map(shown).collect();
    out.extend(notices(&engine, flags).iter().map(shown));
    if let Some(resource) = resource {
        let resource: serde_json::Value = serde_json::from_str(resource).expect("the resource is JSON");
        let evaluation = engine.evaluate(&resource).expect("a resource");
        out.extend(evaluation.notices().map(|notice| shown(&notice.diagnostic())));
    }
    let _ = writeln!(out, "policies: {}", engine.policies().count());
    out
}

/// What is told once a resource was judged; where things are assigned.
fn notices(engine: &Engine, flags: &str) -> Vec<Diagnostic> {
    if !engine.has_assignments() {
        return Vec::new();
    }
    let mut resource = serde_json::json!({ "name": "r", "type": "A.B/c", "properties": {} });
    if !flags.contains("bare") {
        resource["id"] = "/subscriptions/S/resourceGroups/g/providers/A.B/c/r".into();
    }
    let context = match flags.split_once("now ") {
        Some((_, now)) => Context::new().now(now).expect("a clock"),
        None => Context::new(),
    };
    let mut compliance = Compliance::new(engine);
    compliance.add(&engine.evaluate_in(&resource, &context).expect("a resource"), &resource);
    compliance.notices(&context)
}

fn shown(diagnostic: &Diagnostic) -> String {
    let mut out = format!("{}[{}]", diagnostic.severity().name(), diagnostic.code());
    if let Some(label) = diagnostic.labels().first() {
        let at = label.position();
        let _ = write!(out, " {}:{}", at.line, at.column);
    }
    let _ = writeln!(out, ": {}", short(diagnostic.message()));
    for label in diagnostic.labels() {
        let remark = if label.text().is_empty() { String::new() } else { format!("   <- {}", label.text()) };
        let at = label.position();
        let _ = writeln!(
            out,
            "  {}:{} | {}{remark}",
            at.line,
            at.column,
            short(label.source().slice(label.span()))
        );
    }
    diagnostic.notes().iter().for_each(|note| _ = writeln!(out, "  note: {note}"));
    diagnostic.helps().iter().for_each(|help| _ = writeln!(out, "  help: {help}"));
    out
}

/// Long texts without their middle, on one line.
fn short(text: &str) -> String {
    let line = text.replace('\n', "⏎");
    let chars: Vec<char> = line.chars().collect();
    if chars.len() <= 160 {
        return line;
    }
    let part = |range: std::ops::Range<usize>| chars[range].iter().collect::<String>();
    format!("{} … ({} characters) … {}", part(0..60), chars.len(), part(chars.len() - 40..chars.len()))
}
