//! A case judged by the engine: what surrounds the resource, which policies are meant.

use super::load::{Built, Library};
use super::model::{Body, Case, Form, Named, Subject, SubjectKind, Suite, Surrounding, Switch};
use super::tree::Tree;
use super::{body, run};
use ordain::{
    Completeness, Containers, Context, Diagnostic, Engine, Node as _, Outcome, PairView, RelatedResources,
    nearest,
};
use std::sync::Arc;

/// Which pairs of assignment and policy a case is about.
pub(super) struct Chosen<'c> {
    built: &'c Built,
    case: &'c Case,
    kind: SubjectKind,
}

impl<'c> Chosen<'c> {
    pub(super) fn new(built: &'c Built, case: &'c Case, subject: &Subject) -> Self {
        Self { built, case, kind: subject.kind }
    }

    /// Whether a pair belongs to what the suite tests.
    fn is_tested(&self, pair: PairView<'_>) -> bool {
        let assignment = pair.assignment();
        let same = |id: &str| self.built.ids.iter().any(|known| known.eq_ignore_ascii_case(id));
        match self.kind {
            SubjectKind::Policy | SubjectKind::Tenant => true,
            SubjectKind::Initiative => assignment.initiative_id().is_some_and(same),
            SubjectKind::Assignment => same(assignment.id()),
        }
    }

    fn is_assigned_so(&self, pair: PairView<'_>) -> bool {
        let assignment = pair.assignment();
        self.case.assignment.as_ref().is_none_or(|wanted| {
            let wanted = wanted.text.as_str();
            [assignment.id(), assignment.name(), assignment.display_name()]
                .iter()
                .any(|own| own.eq_ignore_ascii_case(wanted))
        })
    }

    fn is_referred_to(&self, pair: PairView<'_>) -> bool {
        self.case.reference.as_ref().is_none_or(|wanted| is_named(pair, &wanted.text))
    }

    /// Whether the case is about a pair.
    pub(super) fn holds(&self, pair: PairView<'_>) -> bool {
        self.is_tested(pair) && self.is_assigned_so(pair) && self.is_referred_to(pair)
    }

    /// The pairs that the case is about.
    pub(super) fn pairs<'e>(&self, engine: &'e Engine) -> Vec<PairView<'e>> {
        engine.assignments().flat_map(|a| a.pairs()).filter(|pair| self.holds(*pair)).collect()
    }

    /// What is wrong with the names by which a case chooses.
    pub(super) fn check(&self, subject: &Subject) -> Result<(), Diagnostic> {
        let engine = &self.built.engine;
        let all: Vec<PairView<'_>> = engine.assignments().flat_map(|a| a.pairs()).collect();
        let tested: Vec<PairView<'_>> = all.iter().copied().filter(|pair| self.is_tested(*pair)).collect();
        if tested.is_empty() {
            let message = format!("{} holds no {}", subject.path.quoted(), what(self.kind));
            return Err(subject.path.place.mark(Diagnostic::error("NothingToTest", message), ""));
        }
        if let Some(wanted) = &self.case.assignment
            && !tested.iter().any(|pair| self.is_assigned_so(*pair))
        {
            let names = tested.iter().map(|pair| pair.assignment().name());
            return Err(unknown(wanted, "assignment", names.collect()));
        }
        let assigned = tested.iter().filter(|pair| self.is_assigned_so(**pair));
        if let Some(wanted) = &self.case.reference
            && !assigned.clone().any(|pair| self.is_referred_to(*pair))
        {
            return Err(unknown(wanted, "reference", assigned.map(|pair| name(*pair)).collect()));
        }
        if self.kind == SubjectKind::Policy && self.case.reference.is_none() && tested.len() > 1 {
            let names: Vec<String> = tested.iter().map(|pair| format!("`{}`", name(*pair))).collect();
            let message = format!("{} holds {} definitions", subject.path.quoted(), tested.len());
            return Err(subject
                .path
                .place
                .mark(Diagnostic::error("SeveralPolicies", message), "")
                .help(format!("name one with `reference`: {}", names.join(", "))));
        }
        Ok(())
    }
}

fn what(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Policy => "definition",
        SubjectKind::Initiative => "initiative",
        SubjectKind::Assignment => "assignment",
        SubjectKind::Tenant => "policy that is assigned",
    }
}

fn unknown(wanted: &Named, what: &str, mut names: Vec<&str>) -> Diagnostic {
    names.retain(|name| !name.is_empty());
    names.dedup();
    let message = format!("there is no {what} {}", wanted.quoted());
    let told = wanted.place.mark(Diagnostic::error("UnknownReference", message), "");
    match nearest(&wanted.text, names.iter().copied()) {
        Some(near) => told.did_you_mean(Some(near)),
        None if names.is_empty() => told,
        None => told.help(format!("known: {}", names.join(", "))),
    }
}

/// By what a member is named: its reference id, or the name of its definition where it has none.
pub(super) fn name(pair: PairView<'_>) -> &str {
    match pair.reference_id() {
        "" => pair.policy().map_or_else(|| last(pair.definition_id()), |policy| policy.name()),
        reference => reference,
    }
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

pub(super) fn is_named(pair: PairView<'_>, wanted: &str) -> bool {
    name(pair).eq_ignore_ascii_case(wanted)
}

/// The outcomes that a case is about, with their places among all.
pub(super) fn chosen<'o>(
    chosen: &Chosen<'_>,
    outcomes: impl Iterator<Item = Outcome<'o>>,
) -> Vec<(usize, Outcome<'o>)> {
    outcomes.enumerate().filter(|(_, outcome)| chosen.holds(outcome.pair())).collect()
}

/// What surrounds the resource of a case.
pub(super) fn context(
    suite: &Suite,
    case: &Case,
    built: &Built,
    library: &Library<'_>,
    resource: Option<&Tree>,
    options: &run::Options,
) -> Result<Context, Diagnostic> {
    let mut context = Context::new();
    if case.form == Form::Row {
        context = context.row();
    }
    if suite.switches.contains(&Switch::PropertiesAsMissing) {
        context = context.properties_as_missing();
    }
    let given = suite.context_of(case);
    if let Some(now) =
        options.now.as_deref().filter(|_| !given.iter().any(|(key, _)| *key == Surrounding::Now))
    {
        context = context.now(now).map_err(|error| Diagnostic::error("Clock", error).origin("--now"))?;
    }
    for (key, value) in given {
        let object = || ordain::Node::to_value(value);
        context = match key {
            Surrounding::Now => {
                let now = value.as_text().unwrap_or_default();
                context.now(now).map_err(|error| value.place.mark(Diagnostic::error("Clock", error), ""))?
            }
            Surrounding::ApiVersion => context.api_version(value.as_text().unwrap_or_default()),
            Surrounding::Subscription => context.subscription(object()),
            Surrounding::ResourceGroup => context.resource_group(object()),
            Surrounding::RequestContext => context.request(object()),
            Surrounding::Policy => context.policy(object()),
            Surrounding::Claims => context.claims(object()),
            Surrounding::Principal => context.principal(object()),
        };
    }
    let mut containers = Containers::default();
    match &case.related {
        Some(bodies) => {
            let completeness = if case.form == Form::Whole { Completeness::Whole } else { Completeness::Row };
            let mut related = RelatedResources::new().assume_complete();
            for row in others(suite, bodies, library)? {
                related.add(&row, completeness, false);
                contain(&mut containers, &row.to_value());
            }
            if let Some(resource) = resource {
                related.add(resource, completeness, false);
            }
            context = context.related(Arc::new(related));
        }
        None if !built.rows.is_empty() => {
            let mut related = RelatedResources::new();
            for row in &built.rows {
                if built.engine.may_look_for(row) {
                    related.add(row, Completeness::Row, false);
                }
                contain(&mut containers, row);
            }
            context = context.related(Arc::new(related));
        }
        None => {}
    }
    Ok(context.containers(Arc::new(containers)))
}

fn others(suite: &Suite, bodies: &[Body], library: &Library<'_>) -> Result<Vec<Tree>, Diagnostic> {
    bodies.iter().map(|body| library.resource(suite, body)).collect()
}

fn contain(containers: &mut Containers, row: &ordain::Value) {
    if let Some(object) = row.as_object()
        && let Some(id) = object.get("id").and_then(ordain::Value::as_text)
    {
        containers.insert(id, object.clone());
    }
}

/// The resource of a case, as it is judged.
pub(super) fn resource(
    suite: &Suite,
    case: &Case,
    library: &Library<'_>,
) -> Result<Option<Tree>, Diagnostic> {
    let Some(described) = &case.resource else { return Ok(None) };
    body::read_as(library.resource(suite, described)?, case.form).map(Some)
}
