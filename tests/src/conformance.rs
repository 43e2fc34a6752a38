//! Conformance cases: `tests/cases/README.md` has their schema.

use ordain::probe::{Probe, Probed};
use ordain::{Aliases, Context, Diagnostic, Engine, Object, Source, State, Value};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

type Ordered<'t> = ordain::json::Json<'t>;

/// What came of one file or several.
#[derive(Debug, Default)]
pub struct Report {
    /// Ids that passed.
    pub passed: Vec<String>,
    /// Ids that failed, with expected and actual.
    pub failed: Vec<(String, String)>,
    /// Number of skipped cases by reason.
    pub skipped: BTreeMap<&'static str, usize>,
    /// Passed and failed by category.
    pub categories: BTreeMap<String, (usize, usize)>,
}

impl Report {
    /// Failures, counts by category and the closing line.
    #[must_use]
    pub fn text(&self, with_failures: bool) -> String {
        let mut text = String::new();
        if with_failures {
            for (id, why) in &self.failed {
                let _ = writeln!(text, "FAIL {id}: {why}");
            }
        }
        for (category, (passed, failed)) in &self.categories {
            let _ = writeln!(text, "{category:32} {passed:5} passed {failed:5} failed");
        }
        for (reason, count) in &self.skipped {
            let _ = writeln!(text, "{count} skipped: {reason}");
        }
        let _ = writeln!(text, "{} passed, {} failed", self.passed.len(), self.failed.len());
        text
    }
}

/// Runs the cases of a file; `catalogues` is where named alias catalogues are, `definitions` resolves
/// `definition_path`.
///
/// # Errors
/// The file cannot be read, or a line is no JSON.
pub fn run(path: &Path, report: &mut Report, corpus: Option<&Path>) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let mut runner = Runner { folder, catalogues: BTreeMap::new(), corpus, built_ins: None };
    for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let case: Json =
            serde_json::from_str(line).map_err(|e| format!("{}:{}: {e}", path.display(), number + 1))?;
        let (ordered, _) = ordain::json::read(line, ordain::json::Dialect::Strict);
        let ordered = ordered.ok_or_else(|| format!("{}:{}: no value", path.display(), number + 1))?;
        let id = case["id"].as_str().unwrap_or("?").to_owned();
        if case["peer_specific"] == true {
            *report.skipped.entry("rests on another implementation's own conventions").or_default() += 1;
            continue;
        }
        let outcome = runner.case(&Case { json: &case, ordered: &ordered, text: line });
        let counts =
            report.categories.entry(case["category"].as_str().unwrap_or("?").to_owned()).or_default();
        match outcome {
            Ok(()) => {
                counts.0 += 1;
                report.passed.push(id);
            }
            Err(why) => {
                counts.1 += 1;
                report.failed.push((id, why));
            }
        }
    }
    Ok(())
}

/// One line, read both ways.
#[derive(Clone, Copy)]
struct Case<'c> {
    json: &'c Json,
    ordered: &'c Ordered<'c>,
    text: &'c str,
}

struct Runner<'r> {
    folder: PathBuf,
    catalogues: BTreeMap<String, Json>,
    corpus: Option<&'r Path>,
    built_ins: Option<BTreeMap<String, Json>>,
}

impl Runner<'_> {
    fn case(&mut self, whole: &Case<'_>) -> Result<(), String> {
        let (case, ordered) = (whole.json, whole.ordered);
        let aliases = self.aliases(&case["aliases"])?;
        let context = context(case)?;
        let mut parameters = Object::new();
        // The order of members shows in some functions, and `serde_json` does not keep it.
        for member in ordered.get("parameters").map(Ordered::members).unwrap_or_default() {
            parameters.push(&*member.key, ordain::Node::to_value(&member.value));
        }
        let expect = &case["expect"];
        if let Some(text) = case["expression"].as_str() {
            let probe = Probe { parameters, context, aliases };
            return judged(whole, |look| look.expression(&probe, text), expect);
        }
        if let Some(text) = case["field"].as_str() {
            let probe = Probe { parameters, context, aliases };
            return judged(whole, |look| look.field(&probe, text), expect);
        }
        let condition = case["condition_text"].as_str().map(str::to_owned);
        let condition =
            condition.or_else(|| case["condition"].is_object().then(|| case["condition"].to_string()));
        if let Some(text) = condition {
            if let Some(parses) = expect["parses"].as_bool() {
                let rule = format!("{{\"if\": {text}, \"then\": {{\"effect\": \"audit\"}}}}");
                return parse_case(&rule, parses);
            }
            let probe = Probe { parameters, context, aliases };
            return judged(whole, |look| look.condition(&probe, &text), expect);
        }
        self.definition_case(whole, parameters, context, aliases)
    }

    fn aliases(&mut self, given: &Json) -> Result<Aliases, String> {
        let catalogue = match given {
            Json::Null => return Ok(Aliases::embedded()),
            Json::String(name) => match self.catalogues.get(name) {
                Some(known) => known.clone(),
                None => {
                    let path = self.folder.join("aliases").join(format!("{name}.json"));
                    let text =
                        std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
                    let json: Json = serde_json::from_str(&text).map_err(|e| e.to_string())?;
                    self.catalogues.insert(name.clone(), json.clone());
                    json
                }
            },
            other => other.clone(),
        };
        let (aliases, _) = Aliases::embedded().with_catalogue(&catalogue).map_err(|e| e.to_string())?;
        Ok(aliases)
    }

    fn definition_case(
        &mut self,
        whole: &Case<'_>,
        parameters: Object,
        context: Context,
        aliases: Aliases,
    ) -> Result<(), String> {
        let case = whole.json;
        let text = match (&case["definition_text"], &case["definition"], &case["definition_path"]) {
            (Json::String(text), _, _) => text.clone(),
            (_, definition @ Json::Object(_), _) => definition.to_string(),
            (_, _, Json::String(path)) => self.built_in(path)?,
            _ => return Err("the runner does not know this form of case".into()),
        };
        let expect = &case["expect"];
        if let Some(parses) = expect["parses"].as_bool() {
            return parse_case(&text, parses);
        }
        for unsupported in ["verdict", "patch", "details"] {
            if !expect[unsupported].is_null() || (unsupported == "patch" && expect.get("patch").is_some()) {
                return Err(format!("`{unsupported}` is not judged yet"));
            }
        }
        let mut builder = Engine::builder().aliases(aliases).policies(&Source::new("definition", text));
        for (name, value) in parameters.members() {
            builder = builder.parameter(name, value.clone());
        }
        let (engine, diagnostics) = builder.build_what_can_be();
        let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.is_error()).collect();
        if !errors.is_empty() || engine.policies().count() != 1 {
            let told = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            return if expect.get("error").is_some() { Ok(()) } else { Err(format!("refused: {told}")) };
        }
        let answers: Vec<Result<(), String>> = documents(whole)
            .into_iter()
            .map(|document| on_document(&document, |d| judge(&engine, d, &context, expect)))
            .collect();
        answers.into_iter().collect()
    }

    fn built_in(&mut self, path: &str) -> Result<String, String> {
        let corpus = self.corpus.ok_or("no corpus is given")?;
        let known = self.built_ins.get_or_insert_with(|| {
            let lines = crate::shared::gz_lines(corpus);
            lines
                .into_iter()
                .map(|l| (l["path"].as_str().unwrap_or("").to_owned(), l["body"].clone()))
                .collect()
        });
        known.get(path).map(ToString::to_string).ok_or_else(|| format!("the corpus has no {path}"))
    }
}

/// The documents that one case is run on: the same resource in each representation.
enum Held {
    Serde(Json),
    Own(Value),
    Text(String),
}

fn documents(whole: &Case<'_>) -> Vec<Held> {
    let Case { json: case, ordered: line, text } = *whole;
    let ordered = line.get("resource").and_then(|r| text.get(r.span.range()));
    let resource = case.get("resource").cloned().unwrap_or_else(|| serde_json::json!({}));
    if case["as"] == "template" {
        return vec![Held::Own(resolved(&resource))];
    }
    let own = line.get("resource").map_or_else(|| Value::from(&resource), ordain::Node::to_value);
    let mut held = vec![Held::Text(ordered.map_or_else(|| "{}".to_owned(), str::to_owned)), Held::Own(own)];
    // The one thing that `serde_json`'s tree cannot know is which of two such names came first (spec L-90).
    if !has_twins(&resource) {
        held.push(Held::Serde(resource));
    }
    held
}

/// Whether two names of one object differ in case only.
fn has_twins(json: &Json) -> bool {
    match json {
        Json::Object(members) => {
            let lower: std::collections::BTreeSet<String> =
                members.keys().map(|k| k.to_ascii_lowercase()).collect();
            lower.len() != members.len() || members.values().any(has_twins)
        }
        Json::Array(items) => items.iter().any(has_twins),
        _ => false,
    }
}

/// Expressions in a template's resource: what cannot be evaluated is unresolved (spec I-43, I-44).
fn resolved(json: &Json) -> Value {
    match json {
        Json::String(text) => match Probe::default().expression(text, &serde_json::json!({})) {
            Probed::Value(value) => value,
            _ => Value::Unknown(ordain::Reason::UnresolvedExpression),
        },
        Json::Array(items) => Value::array(items.iter().map(resolved).collect::<Vec<_>>()),
        Json::Object(members) => {
            Value::object(members.iter().map(|(k, v)| (k.as_str().into(), resolved(v))).collect())
        }
        other => Value::from(other),
    }
}

fn on_document<T>(held: &Held, run: impl Fn(&dyn Look) -> T) -> T {
    match held {
        Held::Serde(json) => run(&Whole(json)),
        Held::Own(value) => run(&Own(value)),
        Held::Text(text) => {
            let (json, _) = ordain::json::read(text, ordain::json::Dialect::Strict);
            run(&Spanned(&json.expect("the resource is JSON")))
        }
    }
}

/// What the runner does with a document, for each representation.
trait Look {
    fn expression(&self, probe: &Probe, text: &str) -> Probed;
    fn field(&self, probe: &Probe, text: &str) -> Probed;
    fn condition(&self, probe: &Probe, text: &str) -> Probed;
    fn record(&self, engine: &Engine, context: &Context) -> Option<Judged>;
}

/// The one record of a definition.
#[derive(Debug)]
struct Judged {
    effect: String,
    state: State,
    reason: Option<String>,
    holds: Option<bool>,
    explained: Option<bool>,
}

struct Whole<'j>(&'j Json);
struct Own<'j>(&'j Value);
struct Spanned<'j>(&'j ordain::json::Json<'j>);

macro_rules! look {
    ($($kind:ident),*) => {$(
        impl Look for $kind<'_> {
            fn expression(&self, probe: &Probe, text: &str) -> Probed {
                probe.expression(text, self.0)
            }

            fn field(&self, probe: &Probe, text: &str) -> Probed {
                probe.field(text, self.0)
            }

            fn condition(&self, probe: &Probe, text: &str) -> Probed {
                probe.condition(text, self.0)
            }

            fn record(&self, engine: &Engine, context: &Context) -> Option<Judged> {
                let evaluation = engine.evaluate_in(self.0, context).ok()?;
                let judged = evaluation.outcomes().next().map(|outcome| {
                    let why = outcome.explain(self.0);
                    Judged {
                        effect: outcome.policy().effect().to_owned(),
                        state: outcome.state(),
                        reason: match outcome.state() {
                            State::NonCompliant => why.reason_code().map(str::to_owned),
                            _ => outcome.reason().map(str::to_owned),
                        },
                        holds: outcome.rule_holds(),
                        explained: match why.root().truth() {
                            ordain::Truth::True => Some(true),
                            ordain::Truth::False => Some(false),
                            _ => None,
                        },
                    }
                });
                judged
            }
        }
    )*};
}

look!(Whole, Own, Spanned);

fn judged(case: &Case<'_>, probe: impl Fn(&dyn Look) -> Probed, expect: &Json) -> Result<(), String> {
    documents(case).iter().map(|document| compare(&on_document(document, &probe), expect)).collect()
}

fn compare(got: &Probed, expect: &Json) -> Result<(), String> {
    let wrong = || Err(format!("expected {expect}, got {}", show(got)));
    if let Some(stage) = expect["error"].as_str() {
        return match got {
            Probed::Refused(_) => Ok(()),
            Probed::Failed(_) if stage == "evaluate" => Ok(()),
            _ => wrong(),
        };
    }
    if expect["missing"] == true {
        return if *got == Probed::Missing { Ok(()) } else { wrong() };
    }
    if let Some(reason) = expect["unknown"].as_str() {
        return match got {
            Probed::Unknown(found) if found.name() == reason => Ok(()),
            _ => wrong(),
        };
    }
    let wanted = expect.get("value").or_else(|| expect.get("matches"));
    match (got, wanted) {
        (Probed::Value(value), Some(wanted)) if same(&value.to_json(), wanted) => Ok(()),
        (Probed::Refused(_), None) if expect["parses"] == false => Ok(()),
        (_, None) if expect["parses"] == true && !matches!(got, Probed::Refused(_)) => Ok(()),
        _ => wrong(),
    }
}

fn show(got: &Probed) -> String {
    match got {
        Probed::Refused(diagnostics) => {
            diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        }
        Probed::Value(value) => value.to_json().to_string(),
        Probed::Failed(fault) => format!("{}: {fault}", fault.kind().name()),
        other => format!("{other:?}"),
    }
}

/// JSON equality with numbers by value.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(x), Json::Number(y)) => x == y || x.as_f64() == y.as_f64(),
        (Json::Array(x), Json::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y)),
        (Json::Object(x), Json::Object(y)) => {
            x.len() == y.len() && x.iter().all(|(k, v)| y.get(k).is_some_and(|w| same(v, w)))
        }
        _ => a == b,
    }
}

/// Codes of faults that are found behind parsing (spec F-23, L-2).
const COMPILE_CODES: [&str; 8] = [
    "UnknownField",
    "UndeclaredParameter",
    "UnknownFunction",
    "NotAllowed",
    "Arity",
    "CurrentOutsideCount",
    "UnknownCurrent",
    "UnknownEffect",
];

fn parse_case(text: &str, parses: bool) -> Result<(), String> {
    let (_, diagnostics) = ordain::probe::parse_policies("case", text);
    let fatal: Vec<String> = diagnostics
        .iter()
        .filter(|d| d.is_error() && (!parses || !COMPILE_CODES.contains(&d.code())))
        .map(ToString::to_string)
        .collect();
    match (parses, fatal.is_empty()) {
        (true, true) | (false, false) => Ok(()),
        (true, false) => Err(format!("should parse: {}", fatal.join("; "))),
        (false, true) => Err("should not parse".into()),
    }
}

fn judge(engine: &Engine, look: &dyn Look, context: &Context, expect: &Json) -> Result<(), String> {
    let record = look.record(engine, context);
    let wrong = || Err(format!("expected {expect}, got {record:?}"));
    // Whatever is expected: an explanation comes to the verdict's own truth.
    if let Some(judged) = &record
        && judged.holds.is_some()
        && judged.state != State::Error
        && judged.holds != judged.explained
        && !matches!(judged.reason.as_deref(), Some("UnsupportedMode" | "StaticDefinition"))
    {
        return Err(format!("the explanation differs from the verdict: {judged:?}"));
    }
    if expect.get("error").is_some() {
        return match &record {
            Some(judged) if judged.state == State::Error => Ok(()),
            _ => wrong(),
        };
    }
    if let Some(matches) = expect["matches"].as_bool() {
        let holds = record.as_ref().map_or(Some(false), |judged| judged.holds);
        return if holds == Some(matches) { Ok(()) } else { wrong() };
    }
    if expect.get("state").is_some() {
        let state = record.as_ref().map(|judged| judged.state.name());
        let reason = record.as_ref().and_then(|judged| judged.reason.as_deref());
        let fits = state == expect["state"].as_str()
            && (expect["reason"].is_null() || reason == expect["reason"].as_str());
        return if fits { Ok(()) } else { wrong() };
    }
    match (&expect["effect"], &record) {
        (Json::Null, None) => Ok(()),
        (Json::Null, Some(judged)) if judged.state == State::Compliant || judged.holds == Some(false) => {
            Ok(())
        }
        (Json::String(effect), Some(judged)) => {
            // Whether a related resource satisfies is not judged yet.
            let related = judged.effect.to_ascii_lowercase().ends_with("ifnotexists");
            let fits = judged.holds == Some(true) && judged.effect.eq_ignore_ascii_case(effect) && !related;
            if fits { Ok(()) } else { wrong() }
        }
        _ => wrong(),
    }
}

fn context(case: &Json) -> Result<Context, String> {
    let given = &case["context"];
    let mut context = Context::new();
    if case["as"] == "row" {
        context = context.row();
    }
    if let Some(now) = given["now"].as_str() {
        context = context.now(now).map_err(|e| e.to_string())?;
    }
    let value = |name: &str| given.get(name).filter(|v| !v.is_null()).map(Value::from);
    if let Some(subscription) = value("subscription") {
        context = context.subscription(subscription);
    }
    if let Some(group) = value("resourceGroup") {
        context = context.resource_group(group);
    }
    if let Some(request) = value("requestContext") {
        context = context.request(request);
    }
    if let Some(policy) = value("policy") {
        context = context.policy(policy);
    }
    if let Some(version) = given["apiVersion"].as_str() {
        context = context.api_version(version);
    }
    let mut containers = ordain::Containers::default();
    for row in case["related"].as_array().into_iter().flatten() {
        if let (Some(id), Some(object)) = (row["id"].as_str(), Value::from(row).as_object()) {
            containers.insert(id, object.clone());
        }
    }
    Ok(context.containers(containers.into()))
}
