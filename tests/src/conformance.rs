//! Conformance cases: `tests/cases/README.md` has their schema.

use crate::documents::{self, Action, Held, Look};
use ordain::probe::{Probe, Probed};
use ordain::{Aliases, Context, Diagnostic, Engine, Object, Severity, Source, State, Value};
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
    let mut runner = Runner::new(path.parent().unwrap_or(Path::new("")), corpus);
    for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        runner.line(line, report).map_err(|e| format!("{}:{}: {e}", path.display(), number + 1))?;
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

impl Case<'_> {
    /// A member as it is written: order of members, duplicate keys and all.
    fn slice(&self, key: &str) -> Option<String> {
        let member = self.ordered.get(key).filter(|m| !m.is_null())?;
        self.text.get(member.span.range()).map(str::to_owned)
    }

    /// The kind of error that must be met: that of cases of our own, named by `kind` or in place of the stage.
    fn exact_kind(&self) -> Option<&str> {
        let expect = &self.json["expect"];
        let stage = expect["error"].as_str().filter(|s| s.starts_with(|c: char| c.is_ascii_uppercase()));
        expect["kind"].as_str().or(stage).filter(|_| self.json["exact"] == true)
    }

    fn documents(&self) -> Vec<Held> {
        if self.json["as"] == "template" {
            let entry = self.slice("resource").unwrap_or_else(|| "{}".into());
            return vec![Held::Own(documents::of_template(&entry))];
        }
        documents::of(&self.slice("resource").unwrap_or_else(|| "{}".into()))
    }
}

/// Runs cases one after another.
#[derive(Debug)]
pub struct Runner<'r> {
    folder: PathBuf,
    catalogues: BTreeMap<String, Json>,
    corpus: Option<&'r Path>,
    built_ins: Option<BTreeMap<String, Json>>,
}

impl<'r> Runner<'r> {
    /// `folder` is where `aliases/` with the named catalogues is, `corpus` what `definition_path` looks in.
    #[must_use]
    pub fn new(folder: &Path, corpus: Option<&'r Path>) -> Self {
        Self { folder: folder.to_path_buf(), catalogues: BTreeMap::new(), corpus, built_ins: None }
    }

    /// Runs one case, given as JSON text.
    ///
    /// # Errors
    /// The text is no JSON.
    pub fn line(&mut self, line: &str, report: &mut Report) -> Result<(), String> {
        let case: Json = serde_json::from_str(line).map_err(|e| e.to_string())?;
        let (ordered, _) = ordain::json::read(line, ordain::json::Dialect::Strict);
        let ordered = ordered.ok_or("no value")?;
        let id = case["id"].as_str().unwrap_or("?").to_owned();
        if case["peer_specific"] == true {
            *report.skipped.entry("rests on another implementation's own conventions").or_default() += 1;
            return Ok(());
        }
        let outcome = self.case(&Case { json: &case, ordered: &ordered, text: line });
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
        Ok(())
    }

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
        let condition =
            case["condition_text"].as_str().map(str::to_owned).or_else(|| whole.slice("condition"));
        if let Some(text) = condition {
            if let Some(parses) = expect["parses"].as_bool() {
                let rule = format!("{{\"if\": {text}, \"then\": {{\"effect\": \"audit\"}}}}");
                return parse_case(&rule, parses);
            }
            let probe = Probe { parameters, context, aliases };
            judged(whole, |look| look.condition_unfolded(&probe, &text), expect)?;
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
        let text = match (&case["definition_text"], whole.slice("definition"), &case["definition_path"]) {
            (Json::String(text), _, _) => text.clone(),
            (_, Some(definition), _) => definition,
            (_, _, Json::String(path)) => self.built_in(path)?,
            _ => return Err("the runner does not know this form of case".into()),
        };
        let expect = &case["expect"];
        if let Some(parses) = expect["parses"].as_bool() {
            return parse_case(&text, parses);
        }
        let mut builder = Engine::builder().aliases(aliases).policies(&Source::new("definition", text));
        for (name, value) in parameters.members() {
            builder = builder.parameter(name, value.clone());
        }
        for option in case["options"].as_array().into_iter().flatten() {
            builder = match option.as_str() {
                Some("strict-aliases") => builder.strict_aliases(),
                Some("lenient-parameters") => builder.lenient_parameters(),
                Some("default-mode-all") => builder.default_mode(ordain::DefaultMode::All),
                // Taken by `context`.
                Some("properties-as-missing") => builder,
                _ => return Err(format!("the runner does not know the option {option}")),
            };
        }
        let (engine, diagnostics) = builder.build_what_can_be();
        if let Some(wanted) = expect["diagnostics"].as_array() {
            told_as_wanted(&diagnostics, wanted)?;
            if !RECORD_KEYS.iter().any(|key| expect.get(key).is_some()) {
                return Ok(());
            }
        }
        let exact_case = case["exact"] == true;
        let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.is_error()).collect();
        // Errors that are wanted leave the other definitions of the text; of several the first is judged.
        let wanted = expect.get("diagnostics").is_some();
        let fitting = engine.policies().count() == 1 || (exact_case && engine.policies().count() > 0);
        if (!errors.is_empty() && !wanted) || !fitting {
            let told = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            let met = whole.exact_kind().is_none_or(|kind| errors.iter().any(|d| d.code() == kind));
            return if expect.get("error").is_some() && met {
                Ok(())
            } else {
                Err(format!("refused: {told}"))
            };
        }
        whole.documents().iter().try_for_each(|held| held.ask(|look| judge(&engine, look, &context, whole)))
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

fn judged(case: &Case<'_>, probe: impl Fn(&dyn Look) -> Probed, expect: &Json) -> Result<(), String> {
    let exact = case.exact_kind();
    case.documents().iter().try_for_each(|held| compare(&held.ask(&probe), expect, exact))
}

fn compare(got: &Probed, expect: &Json, exact: Option<&str>) -> Result<(), String> {
    let wrong = || Err(format!("expected {expect}, got {}", show(got)));
    if let Some(stage) = expect["error"].as_str() {
        return match got {
            Probed::Refused(told) if exact.is_some_and(|kind| told.iter().all(|d| d.code() != kind)) => {
                wrong()
            }
            Probed::Failed(fault) if exact.is_some_and(|kind| kind != fault.kind().name()) => wrong(),
            Probed::Refused(_) => Ok(()),
            Probed::Failed(_) if stage == "evaluate" || exact == Some(stage) => Ok(()),
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

/// Keys of `expect` that ask for the record.
const RECORD_KEYS: [&str; 7] = ["effect", "matches", "error", "state", "patch", "deployment", "verdict"];

/// A diagnostic as cases name it: `code@underlined text`.
#[must_use]
pub fn short(diagnostic: &Diagnostic) -> String {
    let text = diagnostic.labels().first().map_or("", |label| label.source().slice(label.span()));
    format!("{}@{text}", diagnostic.code())
}

/// All that are wanted, and no other but infos.
fn told_as_wanted(diagnostics: &[Diagnostic], wanted: &[Json]) -> Result<(), String> {
    let mut left: Vec<&Diagnostic> = diagnostics.iter().collect();
    let mut absent = Vec::new();
    for wanted in wanted {
        let wanted = wanted.as_str().ok_or("`diagnostics` lists texts")?;
        match left.iter().position(|d| short(d) == wanted) {
            Some(at) => drop(left.remove(at)),
            None => absent.push(wanted),
        }
    }
    left.retain(|d| d.severity() != Severity::Info);
    if absent.is_empty() && left.is_empty() {
        return Ok(());
    }
    let left: Vec<String> = left.into_iter().map(|d| format!("{} ({})", short(d), d.message())).collect();
    Err(format!("diagnostics that are absent: {absent:?}; told besides: {left:?}"))
}

fn judge(engine: &Engine, look: &dyn Look, context: &Context, case: &Case<'_>) -> Result<(), String> {
    let expect = &case.json["expect"];
    let record = look.records(engine, context).and_then(|records| records.into_iter().next());
    let wrong = || Err(format!("expected {expect}, got {record:?}"));
    // Whatever is expected: an explanation comes to the verdict's own truth.
    if let Some(judged) = record.as_ref().filter(|judged| !judged.is_explained()) {
        return Err(format!("the explanation differs from the verdict: {judged:?}"));
    }
    if expect.get("error").is_some() {
        return match &record {
            Some(judged) if judged.state != State::Error => wrong(),
            Some(judged) if case.exact_kind().is_some_and(|kind| judged.reason.as_deref() != Some(kind)) => {
                wrong()
            }
            Some(_) => Ok(()),
            None => wrong(),
        };
    }
    if let Some(wanted) = expect["verdict"].as_str() {
        let verdict = look.verdict(engine, context);
        let fits = verdict.is_some_and(|(verdict, reason)| {
            verdict == wanted && (expect["reason"].is_null() || reason == expect["reason"].as_str())
        });
        return if fits { Ok(()) } else { Err(format!("expected {expect}, got {verdict:?}")) };
    }
    if ACTION_KEYS.iter().any(|key| expect.get(key).is_some()) {
        let action = look.action(engine, context).unwrap_or_default();
        acts(expect, &action)?;
        if expect.get("effect").is_none() && expect.get("state").is_none() {
            let holds = record.as_ref().and_then(|judged| judged.holds);
            return if holds == Some(true) { Ok(()) } else { wrong() };
        }
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
            // Where a related resource is looked for, only that none satisfies triggers the effect.
            let related = judged.effect.to_ascii_lowercase().ends_with("ifnotexists");
            let triggered = !related || judged.state == State::NonCompliant;
            let fits = judged.holds == Some(true) && judged.effect.eq_ignore_ascii_case(effect) && triggered;
            if fits { Ok(()) } else { wrong() }
        }
        _ => wrong(),
    }
}

/// Keys of `expect` that ask for what follows from a record.
const ACTION_KEYS: [&str; 4] = ["patch", "details", "deployment", "failure"];

/// What a record asks for, as wanted.
fn acts(expect: &Json, action: &Action) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{what}: expected {expect}, got {action:?}"));
    if let Some(wanted) = expect.get("patch") {
        let names = |key: &str| -> Vec<&str> {
            expect[key].as_array().into_iter().flatten().filter_map(Json::as_str).collect()
        };
        if !action.patch.as_ref().is_some_and(|patch| same(patch, wanted)) {
            return wrong("patch");
        }
        if names("skipped") != action.skipped || names("conflicts") != action.conflicts {
            return wrong("what is left out");
        }
        if action.error != expect["failure"].as_str() {
            return wrong("failure");
        }
    }
    if let Some(wanted) = expect.get("patched")
        && !matches!(&action.patched, Some(Ok(patched)) if same(patched, wanted))
    {
        return wrong("patched");
    }
    if let Some(wanted) = expect.get("details")
        && !matches!(&action.details, Some(Ok(details)) if detailed(details, wanted, true))
    {
        return wrong("details");
    }
    if let Some(wanted) = expect.get("deployment")
        && !action.deployment.as_ref().map_or(wanted.is_null(), |found| detailed(found, wanted, true))
    {
        return wrong("deployment");
    }
    Ok(())
}

/// JSON equality, keys without regard to case; of the outermost object only the keys that are wanted.
fn detailed(found: &Json, wanted: &Json, outermost: bool) -> bool {
    match (found, wanted) {
        (Json::Object(found), Json::Object(wanted)) => {
            (outermost || found.len() == wanted.len())
                && wanted.iter().all(|(key, wanted)| {
                    let member = found.iter().find(|(own, _)| own.eq_ignore_ascii_case(key));
                    member.is_some_and(|(_, found)| detailed(found, wanted, false))
                })
        }
        (Json::Array(found), Json::Array(wanted)) => {
            found.len() == wanted.len() && found.iter().zip(wanted).all(|(f, w)| detailed(f, w, false))
        }
        _ => same(found, wanted),
    }
}

fn context(case: &Json) -> Result<Context, String> {
    let given = &case["context"];
    let mut context = Context::new();
    if case["as"] == "row" {
        context = context.row();
    }
    if case["options"].as_array().is_some_and(|options| options.contains(&"properties-as-missing".into())) {
        context = context.properties_as_missing();
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
    let whole = case["as"].is_null();
    if let Some(rows) = case["related"].as_array() {
        let completeness = if whole { ordain::Completeness::Whole } else { ordain::Completeness::Row };
        let mut related = ordain::RelatedResources::new().assume_complete();
        rows.iter().for_each(|row| related.add(row, completeness, false));
        if case["resource"].is_object() {
            related.add(&case["resource"], completeness, false);
        }
        context = context.related(related.into());
    }
    let mut containers = ordain::Containers::default();
    for row in case["related"].as_array().into_iter().flatten() {
        if let (Some(id), Some(object)) = (row["id"].as_str(), Value::from(row).as_object()) {
            containers.insert(id, object.clone());
        }
    }
    Ok(context.containers(containers.into()))
}
