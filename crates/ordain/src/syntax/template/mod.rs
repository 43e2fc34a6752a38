//! Deployment templates, Bicep's output among them, that hold policy objects (spec D-20 … D-24).

mod body;
#[cfg(test)]
mod tests;

use super::{Options, Parsed, Problem, Reading, Shape};
use crate::diagnostic::Diagnostic;
use crate::expr::Pool;
use crate::json::{self, Dialect, Json, Kind};
use crate::source::{Source, Span};
use crate::template::{Copies, Scope};

/// The text as policy documents are written; what is broken then is read again as templates may be written, and
/// kept if it is one (spec I-3).
pub(super) fn read(source: &Source) -> (Option<Json<'_>>, Vec<json::Problem>) {
    let broken = |problems: &[json::Problem]| problems.iter().any(|p| !p.warning);
    let (json, problems) = json::read(source.text(), Dialect::Policy);
    if broken(&problems) {
        let (again, warnings) = json::read(source.text(), Dialect::Template);
        if !broken(&warnings) && again.as_ref().is_some_and(|json| Shape::of(json) == Shape::Template) {
            return (again, warnings);
        }
    }
    (json, problems)
}

/// Reads the policy objects of a template.
pub(super) fn resources(
    source: &Source,
    pool: &mut Pool,
    options: Options,
    json: &Json<'_>,
    parsed: &mut Parsed,
) {
    // The escapes of a template are taken off exactly once (spec D-21).
    let options = Options { unescape: false, ..options };
    let before = parsed.documents;
    let mut walk = Walk { source, pool, options, parsed, full: false };
    walk.resources(json.get("resources"), &Scope::root(json));
    if walk.parsed.documents == before {
        walk.report(&Problem::NoPolicyInTemplate { explicit: options.explicit }, opening(json), "");
    }
}

/// What a copy of a resource costs, so that copies of copies end.
const RESOURCE: usize = 4 << 10;

fn opening(json: &Json<'_>) -> Span {
    Span { start: json.span.start, end: json.span.start + 1 }
}

/// What a resource is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Definition,
    /// A policy object of another kind.
    Other(&'static str),
    Deployment,
    /// Anything else; it may have resources inside.
    Parent,
}

impl Role {
    /// By the type, which must be literal (spec I-45).
    fn of(resource: &Json<'_>) -> Self {
        let kind = resource.get("type").and_then(Json::as_text).unwrap_or_default().to_ascii_lowercase();
        let (space, last) = kind.rsplit_once('/').unwrap_or_default();
        let authorization =
            space == "microsoft.authorization" || space == "providers" || space.ends_with("/providers");
        match last {
            "policydefinitions" if authorization => Self::Definition,
            "policysetdefinitions" if authorization => Self::Other("an initiative"),
            "policyassignments" if authorization => Self::Other("an assignment"),
            "policyexemptions" if authorization => Self::Other("an exemption"),
            "deployments" if space == "microsoft.resources" => Self::Deployment,
            _ => Self::Parent,
        }
    }
}

/// Whether a resource is certainly not deployed: it exists already, or its condition is the constant false.
fn is_skipped(resource: &Json<'_>) -> bool {
    let is = |key, value| resource.get(key).is_some_and(|v| v.kind == Kind::Bool(value));
    let never = || resource.get("condition").and_then(Json::as_text) == Some("[false()]");
    is("existing", true) || is("condition", false) || never()
}

struct Walk<'w> {
    source: &'w Source,
    pool: &'w mut Pool,
    options: Options,
    parsed: &'w mut Parsed,
    /// Whether it was said that the template unfolds to too much.
    full: bool,
}

impl Walk<'_> {
    /// The resources of an array, or of an object of symbolic names.
    fn resources<'j>(&mut self, json: Option<&'j Json<'j>>, scope: &Scope<'j>) {
        let Some(json) = json else { return };
        let named = json.members().iter().map(|member| &member.value);
        for resource in json.items().iter().chain(named).filter(|resource| resource.is_object()) {
            if let Err(reason) = scope.work().deeper(|| self.resource(resource, scope)) {
                return self.give_up(resource, reason);
            }
        }
    }

    fn resource<'j>(&mut self, resource: &'j Json<'j>, scope: &Scope<'j>) {
        let copy = resource.get("copy");
        let count = copy.and_then(|copy| copy.get("count"));
        let name = copy.and_then(|copy| copy.get("name")).and_then(Json::as_text).unwrap_or_default();
        let mark = self.parsed.diagnostics.len();
        match count.map(|count| scope.copies(count)) {
            None => self.one(resource, scope, mark),
            Some(Copies::Unknown) => self.one(resource, &scope.inside(name, None), mark),
            Some(Copies::Times(times)) => {
                // Only definitions come in copies that differ for us.
                let times = if matches!(Role::of(resource), Role::Other(_)) { times.min(1) } else { times };
                for index in 0..times {
                    self.one(resource, &scope.inside(name, Some(index)), mark);
                }
            }
        }
    }

    fn give_up(&mut self, resource: &Json<'_>, reason: &str) {
        if !std::mem::replace(&mut self.full, true) {
            self.report(&Problem::TemplateUnresolved { text: "…".to_owned() }, opening(resource), reason);
        }
    }

    /// One copy of a resource. What is wrong with several copies is said once: `mark` is where it began.
    fn one<'j>(&mut self, resource: &'j Json<'j>, scope: &Scope<'j>, mark: usize) {
        if let Err(reason) = scope.work().spend(RESOURCE) {
            return self.give_up(resource, reason);
        }
        let skipped = is_skipped(resource);
        match Role::of(resource) {
            Role::Definition if !skipped => {
                self.parsed.documents += 1;
                let mut reading = Reading::new(self.source, self.pool, self.options);
                let definition = reading.templated(resource, scope);
                self.parsed.broken.append(&mut reading.broken);
                let found = std::mem::take(&mut reading.diagnostics);
                self.parsed.definitions.extend(definition);
                self.say_once(found, mark);
            }
            Role::Other(what) if !skipped => {
                self.parsed.documents += 1;
                let problem = Problem::Unsupported { what, explicit: self.options.explicit };
                self.report(&problem, opening(resource), "");
            }
            Role::Deployment if !skipped => self.nested(resource, scope),
            _ => {}
        }
        // A condition does not reach the resources inside.
        self.resources(resource.get("resources"), scope);
    }

    /// The template of a deployment inside: its names are its own only where it says so (spec I-47).
    fn nested<'j>(&mut self, deployment: &'j Json<'j>, scope: &Scope<'j>) {
        let Some(properties) = deployment.get("properties") else { return };
        let Some(template) = properties.get("template").filter(|template| template.is_object()) else {
            return;
        };
        let options = properties.get("expressionEvaluationOptions");
        let own = options.and_then(|options| options.get("scope")).and_then(Json::as_text);
        if own.is_some_and(|own| own.eq_ignore_ascii_case("inner")) {
            self.resources(template.get("resources"), &scope.inner(template, properties.get("parameters")));
        } else {
            self.resources(template.get("resources"), scope);
        }
    }

    fn say_once(&mut self, found: Vec<Diagnostic>, mark: usize) {
        for diagnostic in found {
            if !self.parsed.diagnostics.iter().skip(mark).any(|said| *said == diagnostic) {
                self.parsed.diagnostics.push(diagnostic);
            }
        }
    }

    fn report(&mut self, problem: &Problem, span: Span, label: &str) {
        let mut reading = Reading::new(self.source, self.pool, self.options);
        reading.report_with(problem, span, label);
        self.parsed.diagnostics.append(&mut reading.diagnostics);
    }
}
