//! One assignment to its pairs: definitions found, parameters passed inwards (spec G-33 … G-46).

use super::catalogue::{Found, Wanted};
use super::data::{Assigned, Pair};
use super::{Linker, opening};
use crate::ast::{
    Assignment, Broken, BrokenKind, Definition, ExprKind, Identity, Initiative, ModeKind, PolicyType,
    Reference, Template, TemplateKind,
};
use crate::expr::{self, Constants};
use crate::functions::{self, Ask, Run};
use crate::ids::{self, Scope};
use crate::link::parameters::Binder;
use crate::link::values::{Given, Values};
use crate::source::Span;
use crate::syntax::GovernanceProblem as Problem;
use crate::value::{FaultKind, Object, Value, text::key_eq};
use std::sync::Arc;

/// References that the service takes in one initiative (spec 08 section 11).
const REFERENCES: usize = 1_000;
/// Parameters likewise.
const PARAMETERS: usize = 400;
/// And in one definition; the built-ins themselves have more.
const OWN_PARAMETERS: usize = 20;

/// Whose pairs are linked: an assignment, or a policy that stands for one.
#[derive(Clone, Copy)]
pub(super) struct Owner<'o> {
    pub(super) assignment: Option<&'o Arc<Assignment>>,
    pub(super) identity: &'o Identity,
}

impl Linker<'_> {
    pub(super) fn assignment(&mut self, assignment: &Arc<Assignment>) {
        let identity = &assignment.identity;
        let key = ids::normal(&assignment.definition.text);
        let wanted = Wanted {
            range: assignment.version.as_ref(),
            effective: assignment.effective_version.as_deref(),
            strict: self.strictness.versions,
        };
        let owner = Owner { assignment: Some(assignment), identity };
        let span = assignment.definition.span;
        if key.contains("/policysetdefinitions/") {
            match self.find_initiative(&assignment.definition.text, wanted, identity, span) {
                Ok(initiative) => {
                    if let Some(problem) = self.out_of_scope(&initiative.identity.id, &assignment.scope) {
                        self.tell(&problem, identity, span);
                    }
                    self.initiative(owner, &initiative);
                }
                Err(code) => self.failed(owner, code),
            }
            return;
        }
        let at = self.begin(owner, None);
        self.pair_of_definition(owner, at, &assignment.definition.text, wanted, span);
        self.end(at);
    }

    /// The initiative as if it were assigned once.
    pub(super) fn initiative_alone(&mut self, initiative: &Arc<Initiative>) {
        self.initiative(Owner { assignment: None, identity: &initiative.identity }, initiative);
    }

    /// The definition as if it were assigned once.
    pub(super) fn definition_alone(&mut self, definition: &Arc<Definition>) {
        let identity = Identity {
            has_id: true,
            source: definition.source.clone(),
            span: definition.span,
            id: definition.id.clone(),
            key: ids::normal(&definition.id).into(),
            name: definition.name.clone(),
            display_name: definition.display_name.clone(),
            description: definition.description.clone(),
        };
        let owner = Owner { assignment: None, identity: &identity };
        let at = self.begin(owner, None);
        let pair = new_pair(at, "", definition);
        let values = Values::of(&self.documents.given);
        self.variants(owner, pair, definition, &values);
        self.end(at);
    }

    fn find_initiative(
        &mut self,
        id: &str,
        wanted: Wanted<'_>,
        identity: &Identity,
        span: Span,
    ) -> Result<Arc<Initiative>, &'static str> {
        let broken = self.broken(BrokenKind::Initiative, id);
        if let Some(code) = broken.filter(|_| !self.initiatives.has(id)) {
            return Err(code);
        }
        let found = self.initiatives.find(id, wanted);
        self.usable(found, identity, span)
    }

    fn find_definition(
        &mut self,
        id: &str,
        wanted: Wanted<'_>,
        identity: &Identity,
        span: Span,
    ) -> Result<Arc<Definition>, &'static str> {
        let key = ids::normal(id);
        self.assigned_ids.insert(key.rsplit_once("/versions/").map_or(&*key, |(bare, _)| bare).to_owned());
        // What is wrong with it has been told; a document of another place is not what was meant.
        let broken = self.broken(BrokenKind::Definition, id);
        if let Some(code) = broken.filter(|_| !self.definitions.has(id)) {
            return Err(code);
        }
        let found = self.definitions.find(id, wanted);
        self.usable(found, identity, span)
    }

    /// The document, when nothing that was said of it forbids its use; else the code of what does.
    fn usable<D>(
        &mut self,
        found: Result<Found<D>, Problem>,
        identity: &Identity,
        span: Span,
    ) -> Result<Arc<D>, &'static str> {
        let (document, problems) = match found {
            Ok(found) => (Some(found.document), found.problems),
            Err(problem) => (None, vec![(problem, None)]),
        };
        let mut failed = None;
        for (problem, at) in &problems {
            let (code, severity) = problem.kind();
            if severity == crate::diagnostic::Severity::Error {
                failed = Some(code);
            }
            self.tell(problem, identity, at.unwrap_or(span));
        }
        match (document, failed) {
            (Some(document), None) => Ok(document),
            (_, code) => Err(code.unwrap_or("UnknownDefinition")),
        }
    }

    fn begin(&mut self, owner: Owner<'_>, initiative: Option<&Arc<Initiative>>) -> u32 {
        let at = index(self.tenant.assigned.len());
        let first = index(self.tenant.pairs.len());
        self.assigned_ids.extend(initiative.map(|i| i.identity.key.to_string()));
        self.implied.insert(owner.identity.key.clone(), at);
        self.tenant.assigned.push(Assigned {
            document: owner.assignment.cloned(),
            initiative: initiative.cloned(),
            initiative_parameters: Arc::default(),
            id: owner.identity.id.clone(),
            display_name: owner.identity.display_name.clone(),
            pairs: first..first,
            error: None,
            broken: false,
        });
        at
    }

    fn end(&mut self, at: u32) {
        let last = index(self.tenant.pairs.len());
        if let Some(assigned) = self.tenant.assigned.get_mut(at as usize) {
            assigned.pairs.end = last;
        }
    }

    /// An assignment whose document has errors, which have been told.
    pub(super) fn broken_assignment(&mut self, broken: &Broken) {
        let first = index(self.tenant.pairs.len());
        self.implied.insert(broken.key.clone(), index(self.tenant.assigned.len()));
        self.tenant.assigned.push(Assigned {
            document: None,
            broken: true,
            initiative: None,
            initiative_parameters: Arc::default(),
            id: broken.id.clone(),
            display_name: broken.display_name.clone(),
            pairs: first..first,
            error: Some(broken.code),
        });
    }

    /// An assignment of which nothing can be judged: its node says so (spec S-9).
    fn failed(&mut self, owner: Owner<'_>, code: &'static str) {
        let at = self.begin(owner, None);
        if let Some(assigned) = self.tenant.assigned.get_mut(at as usize) {
            assigned.error = Some(code);
        }
    }

    fn initiative(&mut self, owner: Owner<'_>, initiative: &Arc<Initiative>) {
        let at = self.begin(owner, Some(initiative));
        self.check_size(initiative);
        let given = match owner.assignment {
            Some(assignment) => self.given(assignment, &initiative.parameters, &initiative.identity.name),
            None => Values::of(&self.documents.given),
        };
        let mut found = Vec::new();
        let mut binder = Binder {
            declared: &initiative.parameters,
            source: &initiative.identity.source,
            strictness: self.strictness,
            object: &owner.identity.id,
            diagnostics: &mut found,
            refused: Vec::new(),
        };
        let parameters = Arc::new(binder.bind(&given));
        let refused = binder.refused;
        self.tell_all(found);
        if let Some(assigned) = self.tenant.assigned.get_mut(at as usize) {
            assigned.initiative_parameters = parameters.clone();
        }
        let values = Passing { given: &given, bound: &parameters, refused: &refused };
        let mut refused = None;
        for reference in &initiative.references {
            let by_parameter = self.reference(owner, at, initiative, values, reference);
            refused = refused.or(by_parameter);
        }
        self.end(at);
        self.settle_initiative(at, initiative, refused);
        self.check_references(owner, Some(initiative));
    }

    /// What is to be said where no pair works: the assignment's values are at fault (spec G-40, G-41), or the
    /// initiative (spec G-32).
    fn settle_initiative(&mut self, at: u32, initiative: &Initiative, refused: Option<&'static str>) {
        let Some(assigned) = self.tenant.assigned.get_mut(at as usize) else { return };
        let range = assigned.pairs.start as usize..assigned.pairs.end as usize;
        let pairs = self.tenant.pairs.get(range).unwrap_or_default();
        if pairs.is_empty() || pairs.iter().any(|pair| pair.error.is_none()) {
            return;
        }
        match refused {
            // Every pair uses what has no value, in as far as it could be linked at all.
            Some(code) => assigned.error = Some(code),
            None => {
                let problem = Problem::EmptyInitiative { name: initiative.identity.name.to_string() };
                self.tell(&problem, &initiative.identity, opening(&initiative.identity));
            }
        }
    }

    fn check_size(&mut self, initiative: &Initiative) {
        let sizes = [
            ("references of an initiative", initiative.references.len(), REFERENCES),
            ("parameters of an initiative", initiative.parameters.len(), PARAMETERS),
        ];
        for (what, found, limit) in sizes {
            if found > limit {
                let problem = Problem::LimitExceeded { what, found, limit };
                self.tell(&problem, &initiative.identity, opening(&initiative.identity));
            }
        }
    }

    pub(super) fn check_parameters(&mut self, definition: &Definition) {
        let found = definition.parameters.len();
        if found > OWN_PARAMETERS && definition.policy_type == PolicyType::Custom {
            let (what, limit) = ("parameters of a definition", OWN_PARAMETERS);
            let at = Span { start: definition.span.start, end: definition.span.start + 1 };
            let problem = Problem::LimitExceeded { what, found, limit };
            self.tell_all(vec![problem.at(&definition.source, at, &definition.id)]);
        }
    }

    /// The values of an assignment, those that nothing declares told (spec G-43).
    fn given(&mut self, assignment: &Assignment, declared: &[crate::ast::Parameter], of: &str) -> Values {
        let mut values = Values::default();
        for (name, value, span) in &assignment.parameters {
            if !declared.iter().any(|p| key_eq(&p.name, &name.text)) {
                let near = crate::diagnostic::nearest(&name.text, declared.iter().map(|p| &*p.name));
                let nearest = near.map(str::to_owned);
                let problem =
                    Problem::UnknownParameter { name: name.text.to_string(), of: of.to_owned(), nearest };
                self.tell(&problem, &assignment.identity, name.span);
            }
            let place = Some((assignment.identity.source.clone(), *span));
            let given = Given { value: value.clone(), place, passed: false, from_outside: true };
            values.push(&name.text, given);
        }
        values
    }

    fn pair_of_definition(&mut self, owner: Owner<'_>, at: u32, id: &str, wanted: Wanted<'_>, span: Span) {
        match self.find_definition(id, wanted, owner.identity, span) {
            Ok(definition) => {
                self.assigned_ids.insert(ids::normal(&definition.id));
                let Some(assignment) = owner.assignment else { return };
                if let Some(problem) = self.out_of_scope(&definition.id, &assignment.scope) {
                    self.tell(&problem, owner.identity, span);
                }
                let values = self.given(assignment, &definition.parameters, &definition.name);
                let pair =
                    Pair { message: message(assignment, None, &definition), ..new_pair(at, "", &definition) };
                self.variants(owner, pair, &definition, &values);
            }
            Err(code) => self.tenant.pairs.push(broken_pair(at, "", id, code)),
        }
        self.check_references(owner, None);
    }

    fn reference(
        &mut self,
        owner: Owner<'_>,
        at: u32,
        initiative: &Arc<Initiative>,
        values: Passing<'_>,
        reference: &Reference,
    ) -> Option<&'static str> {
        let wanted = Wanted {
            range: reference.version.as_ref(),
            effective: reference.effective_version.as_deref(),
            strict: self.strictness.versions,
        };
        let name = &reference.id.text;
        let groups = self.groups(initiative, reference);
        let (id, span) = (&reference.definition.text, reference.definition.span);
        let definition = match self.find_definition(id, wanted, &initiative.identity, span) {
            Ok(definition) => definition,
            Err(code) => {
                let pair = broken_pair(at, name, &reference.definition.text, code);
                self.tenant.pairs.push(Pair { groups, ..pair });
                return None;
            }
        };
        let located = ids::scope_of_object(&initiative.identity.id).and_then(Scope::parse);
        if let Some(problem) = located.and_then(|scope| self.out_of_scope(&definition.id, &scope)) {
            self.tell(&problem, &initiative.identity, span);
        }
        self.assigned_ids.insert(ids::normal(&definition.id));
        let message = owner.assignment.and_then(|a| message(a, Some(name), &definition));
        let pair = Pair { groups, message, ..new_pair(at, name, &definition) };
        match self.passed(initiative, values, reference, &definition) {
            Ok(values) => {
                self.variants(owner, pair, &definition, &values);
                None
            }
            Err(failed) => {
                self.tenant.pairs.push(Pair { error: Some(failed.code), ..pair });
                failed.by_parameter.then_some(failed.code)
            }
        }
    }

    fn groups(&self, initiative: &Initiative, reference: &Reference) -> Vec<u32> {
        let place = |name: &str| initiative.groups.iter().position(|group| key_eq(&group.name, name));
        let mut groups: Vec<u32> = Vec::new();
        for at in reference.groups.iter().filter_map(|n| place(&n.text).map(index)) {
            if !groups.contains(&at) {
                groups.push(at);
            }
        }
        groups
    }

    /// The values that a reference passes, its expressions evaluated over the initiative's parameters.
    fn passed(
        &mut self,
        initiative: &Initiative,
        from: Passing<'_>,
        reference: &Reference,
        definition: &Definition,
    ) -> Result<Values, Failed> {
        let own = |code| Failed { code, by_parameter: false };
        // What is faulty there has been told.
        let given = reference.parameters.as_ref().map_err(|code| own(code))?;
        let identity = &initiative.identity;
        let mut values = Values::default();
        for (name, template) in given {
            if !definition.parameters.iter().any(|p| key_eq(&p.name, &name.text)) {
                let near =
                    crate::diagnostic::nearest(&name.text, definition.parameters.iter().map(|p| &*p.name));
                let (nearest, of) = (near.map(str::to_owned), definition.name.to_string());
                let problem = Problem::UnknownParameter { name: name.text.to_string(), of, nearest };
                self.tell(&problem, identity, name.span);
            }
            let mut names = Vec::new();
            names_in(template, &mut names);
            match expr::template(template, &Constants(from.bound)) {
                Ok(value) => {
                    let outside: Vec<&Given> = names
                        .iter()
                        .filter_map(|name| from.given.get(name))
                        .filter(|g| g.is_there())
                        .collect();
                    // What an assignment gave is shown where it stands there.
                    let place = match (&outside[..], names.len()) {
                        ([only], 1) if only.value == value => only.place.clone(),
                        _ => None,
                    };
                    let place = place.or_else(|| Some((identity.source.clone(), template.span)));
                    let from_outside = !outside.is_empty();
                    values.push(&name.text, Given { value, place, passed: true, from_outside });
                }
                // The initiative's parameter has no value, which has been told.
                Err(fault) if fault.kind() == FaultKind::Parameter => {
                    let refused = |(name, _): &&(Arc<str>, _)| names.iter().any(|own| key_eq(own, name));
                    let code =
                        from.refused.iter().find(refused).map_or("ParameterMissing", |(_, code)| *code);
                    return Err(Failed { code, by_parameter: true });
                }
                Err(fault) => {
                    let message = fault.to_string();
                    let problem = Problem::ParameterFails { name: name.text.to_string(), message };
                    self.tell(&problem, identity, template.span);
                    return Err(own("ParameterValueType"));
                }
            }
        }
        Ok(values)
    }
}

/// What an initiative has to pass on.
#[derive(Clone, Copy)]
struct Passing<'p> {
    /// What came from outside.
    given: &'p Values,
    /// Its parameters as bound.
    bound: &'p Object,
    /// Those that have no value to be used, with the code of why.
    refused: &'p [(Arc<str>, &'static str)],
}

/// Why a reference passes nothing.
struct Failed {
    code: &'static str,
    /// Whether a parameter of the initiative has no value.
    by_parameter: bool,
}

/// The parameters that a value names, in any of its parts.
fn names_in<'t>(template: &'t Template, names: &mut Vec<&'t str>) {
    match &template.kind {
        TemplateKind::Expression(expression) => expression.root.walk_calls(&mut |_, function, arguments| {
            if matches!(functions::function(function).run, Run::Asks(Ask::Parameters))
                && let Some(ExprKind::Literal(Value::Text(name))) = arguments.first().map(|a| &a.kind)
            {
                names.push(name);
            }
        }),
        TemplateKind::Array(items) => items.iter().for_each(|item| names_in(item, names)),
        TemplateKind::Object(members) => members.iter().for_each(|(_, member)| names_in(member, names)),
        TemplateKind::Literal(_) => {}
    }
}

/// The message for a pair (spec G-61, G-62).
fn message(assignment: &Assignment, reference: Option<&str>, definition: &Definition) -> Option<Arc<str>> {
    if definition.mode.kind == ModeKind::Data {
        return None;
    }
    let own = assignment
        .messages
        .iter()
        .find(|m| m.reference.as_ref().zip(reference).is_some_and(|(wanted, own)| key_eq(&wanted.text, own)));
    let any = || assignment.messages.iter().find(|m| m.reference.is_none());
    own.or_else(any).map(|message| message.text.clone())
}

fn new_pair(at: u32, reference: &str, definition: &Arc<Definition>) -> Pair {
    Pair {
        definition: Some(definition.clone()),
        error: None,
        ..broken_pair(at, reference, &definition.id, "")
    }
}

fn broken_pair(at: u32, reference: &str, definition: &str, code: &'static str) -> Pair {
    Pair {
        assigned: at,
        reference: reference.into(),
        definition_id: definition.into(),
        definition: None,
        groups: Vec::new(),
        message: None,
        variants: Vec::new(),
        error: Some(code),
        exemptions: Vec::new(),
        enrollments: Vec::new(),
    }
}

pub(super) fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
