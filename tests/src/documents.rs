//! The same resource in each representation that the engine can judge in place, and what is asked of it.

use ordain::probe::{Probe, Probed};
use ordain::requests::{self, RequestOptions};
use ordain::{Context, Engine, State, Value};
use serde_json::Value as Json;

/// The documents that one case is run on: the same resource in each representation.
#[derive(Clone, Debug)]
pub enum Held {
    /// `serde_json`'s tree.
    Serde(Json),
    /// The engine's own value.
    Own(Value),
    /// The text, read into the tree that keeps spans.
    Text(String),
}

/// The representations of a resource, given as JSON text.
///
/// # Panics
/// When the text is no JSON.
#[must_use]
pub fn of(text: &str) -> Vec<Held> {
    held(serde_json::from_str(text).expect("the resource is JSON"), text.to_owned())
}

/// The representations of a resource, given as a tree. (`serde_json` reads some numbers a last digit off, so that a
/// tree that went through text is another one.)
#[must_use]
pub fn of_tree(resource: &Json) -> Vec<Held> {
    held(resource.clone(), resource.to_string())
}

fn held(resource: Json, text: String) -> Vec<Held> {
    let (ordered, _) = ordain::json::read(&text, ordain::json::Dialect::Strict);
    let own = ordered.as_ref().map_or_else(|| Value::from(&resource), ordain::Node::to_value);
    let mut held = vec![Held::Own(own), Held::Text(text)];
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

/// An entry of a template's `resources`, given as JSON text, as it would be deployed (spec I-43, I-44).
///
/// # Panics
/// When the entry cannot be read.
#[must_use]
pub fn of_template(entry: &str) -> Value {
    let text = format!(r#"{{"contentVersion": "1.0.0.0", "resources": [{entry}]}}"#);
    let source = ordain::Source::new("template.json", text);
    let (json, _) = ordain::json::read(source.text(), ordain::json::Dialect::Template);
    let found = json.and_then(|json| requests::read(&source, &json, &RequestOptions::default()));
    let found = found.expect("a template");
    let request = found.requests.into_iter().next();
    request.unwrap_or_else(|| panic!("no request in {entry}: {:?}", found.diagnostics)).body
}

impl Held {
    /// Asks something of the document.
    ///
    /// # Panics
    /// When a text is no JSON.
    pub fn ask<T>(&self, run: impl FnOnce(&dyn Look) -> T) -> T {
        match self {
            Held::Serde(json) => run(&Whole(json)),
            Held::Own(value) => run(&Own(value)),
            Held::Text(text) => {
                let (json, _) = ordain::json::read(text, ordain::json::Dialect::Strict);
                run(&Spanned(&json.expect("the resource is JSON"), text))
            }
        }
    }
}

/// What the runner does with a document, for each representation.
pub trait Look {
    /// The value of an expression.
    fn expression(&self, probe: &Probe, text: &str) -> Probed;
    /// The value of a field.
    fn field(&self, probe: &Probe, text: &str) -> Probed;
    /// The truth of a condition.
    fn condition(&self, probe: &Probe, text: &str) -> Probed;
    /// The same with nothing folded.
    fn condition_unfolded(&self, probe: &Probe, text: &str) -> Probed;
    /// The records of all policies; `None` when the document is no resource.
    fn records(&self, engine: &Engine, context: &Context) -> Option<Vec<Judged>>;
    /// What the first record asks for.
    fn action(&self, engine: &Engine, context: &Context) -> Option<Action>;
    /// The verdict on the document as the body of a write, and what is not known.
    fn verdict(&self, engine: &Engine, context: &Context) -> Option<(&'static str, Option<&'static str>)>;
}

/// What a record asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Action {
    /// The patch as JSON; null where there is none for this shape.
    pub patch: Option<Json>,
    /// The document after it, or why it does not fit.
    pub patched: Option<Result<Json, String>>,
    /// Reasons of operations that are left out, in their order.
    pub skipped: Vec<&'static str>,
    /// Reasons of values that are there already and differ.
    pub conflicts: Vec<&'static str>,
    /// `then.details`, evaluated, or the kind of what failed.
    pub details: Option<Result<Json, &'static str>>,
    /// The kind of the failure of an operation.
    pub error: Option<&'static str>,
    /// The deployment as JSON.
    pub deployment: Option<Json>,
}

impl Action {
    fn of<D: ordain::Document + ?Sized>(outcome: &ordain::Outcome<'_>, document: &D) -> Self {
        let details = outcome.details(document);
        let details = details.map(|d| d.map(|v| v.to_json()).map_err(|fault| fault.kind().name()));
        let deployment = outcome.deployment(document).map(|d| deployed(&d));
        let Some(change) = outcome.change(document) else {
            return Self { details, deployment, ..Self::default() };
        };
        let patched = change.patch.as_ref().map(|patch| {
            ordain::apply_patch(document, patch).map(|v| v.to_json()).map_err(|error| error.to_string())
        });
        let patch = change.patch.as_ref().map_or(Json::Null, |p| serde_json::to_value(p).expect("JSON"));
        Self {
            patch: Some(patch),
            patched,
            skipped: change.skipped.iter().map(|skipped| skipped.reason.name()).collect(),
            conflicts: change.conflicts.iter().map(|_| ordain::ExistingValue::REASON).collect(),
            error: change.error.as_ref().map(|fault| fault.kind().name()),
            details,
            deployment,
        }
    }
}

/// A deployment as cases write it.
fn deployed(deployment: &ordain::Deployment) -> Json {
    serde_json::json!({
        "scope": deployment.scope,
        "location": deployment.location,
        "mode": deployment.mode,
        "parameters": Value::object(deployment.parameters.clone()),
        "template": deployment.template,
        "error": deployment.error.as_ref().map(|fault| fault.kind().name()),
        "tentative": deployment.tentative,
    })
}

/// One record.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The policy's name.
    pub policy: String,
    /// The effective effect.
    pub effect: String,
    /// The state.
    pub state: State,
    /// The reason, as cases name it.
    pub reason: Option<String>,
    /// The truth of the rule.
    pub holds: Option<bool>,
    /// The truth at the root of the explanation, which is judged with nothing folded.
    pub explained: Option<bool>,
    /// What is said about it.
    pub sentence: Option<String>,
}

impl Judged {
    /// Whether explanation and verdict come to the same truth. Records that were made without looking at the
    /// rule say nothing about it.
    #[must_use]
    pub fn is_explained(&self) -> bool {
        let unseen = matches!(self.reason.as_deref(), Some("UnsupportedMode" | "StaticDefinition"));
        unseen || self.state == State::Error || self.holds == self.explained
    }
}

struct Whole<'j>(&'j Json);
struct Own<'j>(&'j Value);
struct Spanned<'j>(&'j ordain::json::Json<'j>, &'j str);

/// What was read, where something was.
trait Read {
    fn text(&self) -> Option<&str> {
        None
    }
}

impl Read for Whole<'_> {}
impl Read for Own<'_> {}
impl Read for Spanned<'_> {
    fn text(&self) -> Option<&str> {
        Some(self.1)
    }
}

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

            fn condition_unfolded(&self, probe: &Probe, text: &str) -> Probed {
                probe.condition_unfolded(text, self.0)
            }

            fn records(&self, engine: &Engine, context: &Context) -> Option<Vec<Judged>> {
                let evaluation = engine.evaluate_in(self.0, context).ok();
                if let Some(text) = self.text() {
                    crate::batch::agrees(engine, context, text, evaluation.as_ref());
                }
                let evaluation = evaluation?;
                let judged = |outcome: ordain::Outcome<'_>| {
                    let why = outcome.explain(self.0);
                    Judged {
                        policy: outcome.policy().name().to_owned(),
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
                        sentence: why.sentence(ordain::Values::default()),
                    }
                };
                Some(evaluation.outcomes().map(judged).collect())
            }

            fn action(&self, engine: &Engine, context: &Context) -> Option<Action> {
                let evaluation = engine.evaluate_in(self.0, context).ok()?;
                let outcome = evaluation.outcomes().next()?;
                Some(Action::of(&outcome, self.0))
            }

            fn verdict(
                &self,
                engine: &Engine,
                context: &Context,
            ) -> Option<(&'static str, Option<&'static str>)> {
                let request = engine.request(self.0, context).ok()?;
                Some((request.verdict.name(), request.reason.map(ordain::Reason::name)))
            }
        }
    )*};
}

look!(Whole, Own, Spanned);
