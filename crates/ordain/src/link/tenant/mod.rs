//! Assignments to pairs: every document finds what it refers to, or says why not (spec 08). A fault takes down
//! the object that has it and nothing else.

mod belongings;
mod catalogue;
mod data;
mod overrides;
mod pairs;
mod scopes;
mod versions;

pub use data::{Assigned, Linked, Origin, Pair, Tenant};

use super::{Checked, Strictness};
use crate::aliases::Aliases;
use crate::ast::{
    Assignment, Attestation, Broken, BrokenKind, Definition, Enrollment, Exemption, Identity, Initiative,
};
use crate::diagnostic::Diagnostic;
use crate::ids::{Hierarchy, Tangle, Tangled};
use crate::source::Span;
use crate::syntax::GovernanceProblem as Problem;
use crate::value::Object;
use catalogue::{Catalogue, Wanted};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Documents {
    /// The definitions, repeats left out.
    pub definitions: Vec<Arc<Definition>>,
    /// The initiatives.
    pub initiatives: Vec<Arc<Initiative>>,
    /// The assignments.
    pub assignments: Vec<Arc<Assignment>>,
    /// The exemptions.
    pub exemptions: Vec<Arc<Exemption>>,
    /// The enrollments.
    pub enrollments: Vec<Arc<Enrollment>>,
    /// The attestations.
    pub attestations: Vec<Arc<Attestation>>,
    /// What could not be read of those that others refer to.
    pub broken: Vec<Broken>,
    /// What is told of management groups.
    pub hierarchy: Hierarchy,
    /// Values for policies that are judged without an assignment.
    pub given: Object,
}

/// Links everything: the tenant, the policies to compile, and what was noticed.
#[must_use]
pub fn tenant(
    mut documents: Documents,
    aliases: &Aliases,
    strictness: Strictness,
) -> (Tenant, Vec<Linked>, Vec<Diagnostic>) {
    let mut diagnostics: Vec<Diagnostic> = documents.hierarchy.settle().iter().map(tangle).collect();
    let hierarchy = std::mem::take(&mut documents.hierarchy);
    let initiatives =
        distinct(&documents.initiatives, |i| (i.identity.key.clone(), i.version.clone()), |i| &i.identity);
    diagnostics.extend(initiatives.repeats.iter().map(|repeat| repeat.as_definition()));
    // Also where none of them can be read: nothing else is meant to be judged then.
    let broken = documents.broken.iter().any(|broken| broken.kind == BrokenKind::Assignment);
    let is_assigned = broken || !documents.assignments.is_empty();
    let mut linker = Linker {
        definitions: Catalogue::new(&documents.definitions),
        initiatives: Catalogue::new(&initiatives.kept),
        documents: &documents,
        aliases,
        strictness,
        checked: Checked::default(),
        diagnostics,
        tenant: Tenant { is_assigned, hierarchy, strict_scopes: strictness.scopes, ..Tenant::default() },
        linked: Vec::new(),
        assigned_ids: HashSet::new(),
        implied: HashMap::new(),
    };
    if is_assigned {
        linker.assignments();
        linker.count_unassigned();
    } else {
        linker.unassigned(&initiatives.kept);
    }
    linker.belongings();
    (linker.tenant, linker.linked, linker.diagnostics)
}

struct Linker<'l> {
    documents: &'l Documents,
    definitions: Catalogue<Definition>,
    initiatives: Catalogue<Initiative>,
    aliases: &'l Aliases,
    strictness: Strictness,
    checked: Checked,
    diagnostics: Vec<Diagnostic>,
    tenant: Tenant,
    linked: Vec<Linked>,
    /// Ids of definitions and initiatives that something refers to, in normal form.
    assigned_ids: HashSet<String>,
    /// Assignments by id in normal form.
    implied: HashMap<Arc<str>, u32>,
}

impl Linker<'_> {
    fn tell(&mut self, problem: &Problem, identity: &Identity, span: Span) {
        let diagnostic = problem.at(&identity.source, span, &identity.id);
        // What several assignments bring to light of one document is said once.
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// What links found, each once.
    fn tell_all(&mut self, found: Vec<Diagnostic>) {
        for diagnostic in found {
            if !self.diagnostics.contains(&diagnostic) {
                self.diagnostics.push(diagnostic);
            }
        }
    }

    fn assignments(&mut self) {
        let distinct = distinct(&self.documents.assignments, |a| a.identity.key.clone(), |a| &a.identity);
        for repeat in &distinct.repeats {
            let problem = Problem::DuplicateAssignment { id: repeat.second.id.to_string() };
            self.tell(&problem, repeat.second, opening(repeat.second));
        }
        let mut kept = distinct.kept;
        self.check_counts(&kept);
        kept.sort_by_key(|a| (scopes::rank(&a.scope, &self.tenant.hierarchy), a.identity.key.clone()));
        for assignment in &kept {
            self.check_scopes(assignment);
            self.assignment(assignment);
        }
        for broken in self.documents.broken.iter().filter(|broken| broken.kind == BrokenKind::Assignment) {
            if !self.implied.contains_key(&broken.key) {
                self.broken_assignment(broken);
            }
        }
    }

    /// The code of what is wrong with a document that is there but could not be read.
    fn broken(&self, kind: BrokenKind, id: &str) -> Option<&'static str> {
        let key = crate::ids::normal(id);
        let bare = key.rsplit_once("/versions/").map_or(&*key, |(bare, _)| bare);
        self.documents.broken.iter().find(|b| b.kind == kind && &*b.key == bare).map(|b| b.code)
    }

    /// What the service takes at one scope (spec 08 section 11).
    fn check_counts(&mut self, kept: &[Arc<Assignment>]) {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for assignment in kept {
            let count = counts.entry(assignment.scope.key()).or_default();
            *count += 1;
            if *count == scopes::ASSIGNMENTS + 1 {
                let (what, limit) = ("assignments at one scope", scopes::ASSIGNMENTS);
                let problem = Problem::LimitExceeded { what, found: *count, limit };
                self.tell(&problem, &assignment.identity, opening(&assignment.identity));
            }
        }
    }

    fn count_unassigned(&mut self) {
        // What an assignment with errors assigns is not known.
        if self.documents.broken.iter().any(|broken| broken.kind == BrokenKind::Assignment) {
            return;
        }
        let ids: HashSet<&str> = self.definitions.ids().chain(self.initiatives.ids()).collect();
        let count = ids.iter().filter(|id| !self.assigned_ids.contains(**id)).count();
        if count > 0 {
            self.diagnostics.push(Problem::Unassigned { count }.bare(""));
        }
    }

    /// Every initiative, and every definition that none of them refers to, as if assigned once, in the order of
    /// their ids (spec G-100, G-102).
    fn unassigned(&mut self, initiatives: &[Arc<Initiative>]) {
        let references = initiatives.iter().flat_map(|initiative| &initiative.references);
        let found =
            references.filter_map(|r| self.definitions.find(&r.definition.text, Wanted::default()).ok());
        let referred: HashSet<String> = found.map(|f| crate::ids::normal(&f.document.id)).collect();
        let mut alone: Vec<(String, Alone<'_>)> =
            initiatives.iter().map(|i| (i.identity.key.to_string(), Alone::Initiative(i))).collect();
        for definition in &self.documents.definitions {
            let key = crate::ids::normal(&definition.id);
            if !referred.contains(&key) {
                alone.push((key, Alone::Definition(definition)));
            }
        }
        alone.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (_, alone) in alone {
            match alone {
                Alone::Initiative(initiative) => self.initiative_alone(initiative),
                Alone::Definition(definition) => self.definition_alone(definition),
            }
        }
        // Who gives lone definitions means just that.
        let documents = self.documents;
        let governed = !documents.initiatives.is_empty()
            || !documents.exemptions.is_empty()
            || !documents.enrollments.is_empty()
            || !documents.attestations.is_empty()
            || !self.tenant.hierarchy.is_empty();
        if governed {
            self.diagnostics.push(Problem::NoAssignments.bare(""));
        }
    }
}

/// A policy that is judged without an assignment.
enum Alone<'l> {
    Initiative(&'l Arc<Initiative>),
    Definition(&'l Arc<Definition>),
}

/// The first byte of an object.
fn opening(identity: &Identity) -> Span {
    Span { start: identity.span.start, end: identity.span.start + 1 }
}

fn tangle(tangled: &Tangled) -> Diagnostic {
    let (diagnostic, words) = match tangled.tangle.clone() {
        Tangle::TwoParents { child, first, second } => (
            Problem::TwoParents { child: child.clone(), first, second }.bare(&child),
            ["this one is left out", "is there already"],
        ),
        Tangle::Cycle { members } => {
            let first = members.first().cloned().unwrap_or_default();
            let names: Vec<String> = members.iter().chain([&first]).map(|name| format!("`{name}`")).collect();
            (Problem::ManagementGroupCycle { members: names.join(" → ") }.bare(&first), ["", "and here"])
        }
    };
    let [first, more] = words;
    let words = std::iter::once(first).chain(std::iter::repeat(more));
    let told = tangled.places.iter().zip(words).take(PLACES);
    told.fold(diagnostic, |told, ((source, span), words)| {
        told.label(source, Span { start: span.start, end: span.start + 1 }, words)
    })
}

/// Edges of a cycle that are shown.
const PLACES: usize = 4;

/// Documents without those that repeat another's key.
struct Distinct<'d, D> {
    kept: Vec<Arc<D>>,
    /// Those that differ from the one that is kept.
    repeats: Vec<Repeat<'d>>,
}

struct Repeat<'d> {
    first: &'d Identity,
    second: &'d Identity,
}

impl Repeat<'_> {
    /// As a definition that is there twice (spec D-17, G-26).
    fn as_definition(&self) -> Diagnostic {
        let message = format!("`{}` is defined twice, with different content", self.second.id);
        Diagnostic::error("DuplicateDefinition", message)
            .object(&self.second.id)
            .label(&self.second.source, opening(self.second), "this one is left out")
            .label(&self.first.source, opening(self.first), "is there already")
            .help("remove one of the two, or give it another `name`")
    }
}

/// The first of each key; equal content is no repeat.
fn distinct<'d, D, K: std::hash::Hash + Eq>(
    documents: &'d [Arc<D>],
    key: impl Fn(&D) -> K,
    identity: impl Fn(&'d D) -> &'d Identity,
) -> Distinct<'d, D> {
    let mut places: HashMap<K, usize> = HashMap::new();
    let mut found = Distinct { kept: Vec::new(), repeats: Vec::new() };
    let mut firsts: Vec<&Identity> = Vec::new();
    for document in documents {
        let second = identity(document);
        match places.get(&key(document)).and_then(|at| firsts.get(*at)) {
            None => {
                places.insert(key(document), firsts.len());
                firsts.push(second);
                found.kept.push(document.clone());
            }
            Some(first) => {
                let (own, other) = (first.source.slice(first.span), second.source.slice(second.span));
                if !crate::json::same(own, other) {
                    found.repeats.push(Repeat { first, second });
                }
            }
        }
    }
    found
}
