//! One assignment to its pairs: definitions found, parameters passed inwards (spec G-33 … G-46).

use super::catalogue::{Found, Wanted};
use super::data::{Assigned, Pair};
use super::{Linker, opening};
use crate::ast::{Assignment, Definition, Identity, Initiative, ModeKind, Reference};
use crate::expr::{self, Constants};
use crate::ids;
use crate::link::parameters::Binder;
use crate::link::values::{Given, Values};
use crate::source::Span;
use crate::syntax::GovernanceProblem as Problem;
use crate::value::{FaultKind, Object, text::key_eq};
use std::sync::Arc;

/// References that the service takes in one initiative (spec 08 section 11).
const REFERENCES: usize = 1_000;
/// Parameters likewise.
const PARAMETERS: usize = 400;

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
            let found = self.initiatives.find(&assignment.definition.text, wanted);
            match self.usable(found, identity, span) {
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

    /// The document, when nothing that was said of it forbids its use; else the code of what does.
    fn usable<D>(
        &mut self,
        found: Result<Found<D>, Problem>,
        identity: &Identity,
        span: Span,
    ) -> Result<Arc<D>, &'static str> {
        let (document, problems) = match found {
            Ok(found) => (Some(found.document), found.problems),
            Err(problem) => (None, vec![problem]),
        };
        let mut failed = None;
        for problem in &problems {
            let (code, severity) = problem.kind();
            if severity == crate::diagnostic::Severity::Error {
                failed = Some(code);
            }
            self.tell(problem, identity, span);
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
        });
        at
    }

    fn end(&mut self, at: u32) {
        let last = index(self.tenant.pairs.len());
        if let Some(assigned) = self.tenant.assigned.get_mut(at as usize) {
            assigned.pairs.end = last;
        }
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
        };
        let parameters = Arc::new(binder.bind(&given));
        self.tell_all(found);
        if let Some(assigned) = self.tenant.assigned.get_mut(at as usize) {
            assigned.initiative_parameters = parameters.clone();
        }
        for reference in &initiative.references {
            self.reference(owner, at, initiative, &parameters, reference);
        }
        self.end(at);
        self.check_references(owner, Some(initiative));
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
            values.push(&name.text, Given { value: value.clone(), place, passed: false });
        }
        values
    }

    fn pair_of_definition(&mut self, owner: Owner<'_>, at: u32, id: &str, wanted: Wanted<'_>, span: Span) {
        let found = self.definitions.find(id, wanted);
        match self.usable(found, owner.identity, span) {
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
        parameters: &Object,
        reference: &Reference,
    ) {
        let wanted = Wanted {
            range: reference.version.as_ref(),
            effective: reference.effective_version.as_deref(),
            strict: self.strictness.versions,
        };
        let found = self.definitions.find(&reference.definition.text, wanted);
        let name = &reference.id.text;
        let groups = self.groups(initiative, reference);
        let definition = match self.usable(found, &initiative.identity, reference.definition.span) {
            Ok(definition) => definition,
            Err(code) => {
                let pair = broken_pair(at, name, &reference.definition.text, code);
                return self.tenant.pairs.push(Pair { groups, ..pair });
            }
        };
        self.assigned_ids.insert(ids::normal(&definition.id));
        let message = owner.assignment.and_then(|a| message(a, Some(name), &definition));
        let pair = Pair { groups, message, ..new_pair(at, name, &definition) };
        match self.passed(initiative, parameters, reference, &definition) {
            Ok(values) => self.variants(owner, pair, &definition, &values),
            Err(code) => self.tenant.pairs.push(Pair { error: Some(code), ..pair }),
        }
    }

    fn groups(&self, initiative: &Initiative, reference: &Reference) -> Vec<u32> {
        let place = |name: &str| initiative.groups.iter().position(|group| key_eq(&group.name, name));
        let mut groups: Vec<u32> =
            reference.groups.iter().filter_map(|n| place(&n.text).map(index)).collect();
        groups.dedup();
        groups
    }

    /// The values that a reference passes, its expressions evaluated over the initiative's parameters.
    fn passed(
        &mut self,
        initiative: &Initiative,
        parameters: &Object,
        reference: &Reference,
        definition: &Definition,
    ) -> Result<Values, &'static str> {
        // What is faulty there has been told.
        let Some(given) = &reference.parameters else { return Err("ExpressionNotAllowed") };
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
            match expr::template(template, &Constants(parameters)) {
                Ok(value) => {
                    let place = Some((identity.source.clone(), template.span));
                    values.push(&name.text, Given { value, place, passed: true });
                }
                // The initiative's parameter has no value, which has been told.
                Err(fault) if fault.kind() == FaultKind::Parameter => return Err("ParameterMissing"),
                Err(fault) => {
                    let message = fault.to_string();
                    let problem = Problem::ParameterFails { name: name.text.to_string(), message };
                    self.tell(&problem, identity, template.span);
                    return Err("ParameterValueType");
                }
            }
        }
        Ok(values)
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
