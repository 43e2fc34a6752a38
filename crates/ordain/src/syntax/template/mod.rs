//! Deployment templates, Bicep's output among them, that hold policy objects (spec D-20 … D-24).

mod body;
#[cfg(test)]
mod tests;

use super::{Options, Parsed, Problem, Reading, Shape};
use crate::diagnostic::Diagnostic;
use crate::expr::Pool;
use crate::json::{self, Dialect, Json, Kind};
use crate::source::{Source, Span};
use crate::template::{Copies, Level, Place, Scope};
use std::rc::Rc;

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
    options: &Options,
    json: &Json<'_>,
    parsed: &mut Parsed,
) {
    // The escapes of a template are taken off exactly once (spec D-21).
    let options = Options { unescape: false, ..options.clone() };
    // What a nested template deploys elsewhere does not lie where the caller says.
    let elsewhere = Options { scope: None, ..options.clone() };
    let before = parsed.documents;
    let place = Rc::new(Place::at_scope(Level::of(json), options.scope.as_ref()));
    let scope = Scope::placed(json, place.clone());
    let root = place.clone();
    let mut walk = Walk { source, pool, options: &options, elsewhere: &elsewhere, root, parsed, full: false };
    walk.resources(json.get("resources"), &Around { scope, place });
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
    Initiative,
    Assignment,
    Exemption,
    Enrollment,
    Attestation,
    Deployment,
    /// Anything else; it may have resources inside.
    Parent,
}

/// The last segment of a type, with what it is and how ids spell it.
const OBJECTS: [(&str, Role, &str); 6] = [
    ("policydefinitions", Role::Definition, "Microsoft.Authorization/policyDefinitions"),
    ("policysetdefinitions", Role::Initiative, "Microsoft.Authorization/policySetDefinitions"),
    ("policyassignments", Role::Assignment, "Microsoft.Authorization/policyAssignments"),
    ("policyexemptions", Role::Exemption, "Microsoft.Authorization/policyExemptions"),
    ("policyenrollments", Role::Enrollment, "Microsoft.Authorization/policyEnrollments"),
    ("attestations", Role::Attestation, "Microsoft.PolicyInsights/attestations"),
];

impl Role {
    /// By the type, which must be literal (spec I-45).
    fn of(resource: &Json<'_>) -> Self {
        let kind = resource.get("type").and_then(Json::as_text).unwrap_or_default();
        let kind = kind.split('@').next().unwrap_or_default().to_ascii_lowercase();
        let (space, last) = kind.rsplit_once('/').unwrap_or_default();
        if last == "deployments" && space == "microsoft.resources" {
            return Self::Deployment;
        }
        let found = OBJECTS.iter().find(|(name, ..)| *name == last);
        let Some((_, role, segments)) = found else { return Self::Parent };
        let provider = segments.split('/').next().unwrap_or_default().to_ascii_lowercase();
        let ours = space == provider || space == "providers" || space.ends_with("/providers");
        if ours { *role } else { Self::Parent }
    }

    /// Provider and kind, as ids spell them (spec G-1).
    fn id_segments(self) -> Option<&'static str> {
        OBJECTS.iter().find(|(_, role, _)| *role == self).map(|(.., segments)| *segments)
    }

    /// The object as an export has it.
    fn shape(self) -> Option<Shape> {
        Some(match self {
            Self::Definition => Shape::Nested,
            Self::Initiative => Shape::Initiative,
            Self::Assignment => Shape::Assignment,
            Self::Exemption => Shape::Exemption,
            Self::Enrollment => Shape::Enrollment,
            Self::Attestation => Shape::Attestation,
            Self::Deployment | Self::Parent => return None,
        })
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
    options: &'w Options,
    /// The same for what goes elsewhere than the template itself.
    elsewhere: &'w Options,
    /// Where the template itself goes.
    root: Rc<Place>,
    parsed: &'w mut Parsed,
    /// Whether it was said that the template unfolds to too much.
    full: bool,
}

/// What holds for the resources of one list.
#[derive(Clone)]
struct Around<'j> {
    scope: Scope<'j>,
    /// Where they go: not where their expressions are evaluated, when a nested template leaves that to the outer
    /// one (spec I-47).
    place: Rc<Place>,
}

impl Walk<'_> {
    /// The resources of an array, or of an object of symbolic names.
    fn resources<'j>(&mut self, json: Option<&'j Json<'j>>, around: &Around<'j>) {
        let Some(json) = json else { return };
        let named = json.members().iter().map(|member| &member.value);
        for resource in json.items().iter().chain(named).filter(|resource| resource.is_object()) {
            if let Err(reason) = around.scope.work().deeper(|| self.resource(resource, around)) {
                return self.give_up(resource, reason);
            }
        }
    }

    fn resource<'j>(&mut self, resource: &'j Json<'j>, around: &Around<'j>) {
        let copy = resource.get("copy");
        let count = copy.and_then(|copy| copy.get("count"));
        let name = copy.and_then(|copy| copy.get("name")).and_then(Json::as_text).unwrap_or_default();
        let mark = self.parsed.diagnostics.len();
        let inside = |index| Around { scope: around.scope.inside(name, index), ..around.clone() };
        match count.map(|count| around.scope.copies(count)) {
            None => self.one(resource, around, mark),
            Some(Copies::Unknown) => self.one(resource, &inside(None), mark),
            Some(Copies::Times(times)) => {
                for index in 0..times {
                    self.one(resource, &inside(Some(index)), mark);
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
    fn one<'j>(&mut self, resource: &'j Json<'j>, around: &Around<'j>, mark: usize) {
        if let Err(reason) = around.scope.work().spend(RESOURCE) {
            return self.give_up(resource, reason);
        }
        let role = Role::of(resource);
        match role.shape() {
            _ if is_skipped(resource) => {}
            Some(shape) => {
                self.parsed.documents += 1;
                let options = if around.place == self.root { self.options } else { self.elsewhere };
                let mut reading = Reading::new(self.source, self.pool, options);
                if let Some(object) = reading.deployed(role, resource, &around.scope, &around.place) {
                    reading.policy_object(shape, &object, self.parsed);
                }
                let found = std::mem::take(&mut reading.diagnostics);
                self.say_once(found, mark);
            }
            None if role == Role::Deployment => self.nested(resource, around),
            None => {}
        }
        // A condition does not reach the resources inside.
        self.resources(resource.get("resources"), around);
    }

    /// The template of a deployment inside: its names are its own only where it says so (spec I-47).
    fn nested<'j>(&mut self, deployment: &'j Json<'j>, around: &Around<'j>) {
        let Some(properties) = deployment.get("properties") else { return };
        let Some(template) = properties.get("template").filter(|template| template.is_object()) else {
            return;
        };
        let place = Rc::new(around.place.target(deployment, template, &around.scope));
        let options = properties.get("expressionEvaluationOptions");
        let own = options.and_then(|options| options.get("scope")).and_then(Json::as_text);
        let scope = if own.is_some_and(|own| own.eq_ignore_ascii_case("inner")) {
            around.scope.inner_at(template, properties.get("parameters"), Some(place.clone()))
        } else {
            around.scope.clone()
        };
        self.resources(template.get("resources"), &Around { scope, place });
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
