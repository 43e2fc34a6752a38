//! Where assignments hold, as far as that is known before any resource is there (spec G-15 … G-17, G-52).

use super::{Linker, opening};
use crate::ast::Assignment;
use crate::ids::{Hierarchy, Scope, ScopeKind, scope_of_object};
use crate::syntax::GovernanceProblem as Problem;

/// Assignments that the service takes at one scope (spec 08 section 11).
pub(super) const ASSIGNMENTS: usize = 200;

/// The order of scopes from the top down (spec G-100).
pub(super) fn rank(scope: &Scope, hierarchy: &Hierarchy) -> (ScopeKind, usize) {
    (scope.kind(), scope.management_group().map_or(0, |group| hierarchy.depth(group)))
}

/// Whether a scope is another or below it; `None` when the hierarchy does not tell.
pub(super) fn is_within(scope: &Scope, outer: &Scope, hierarchy: &Hierarchy) -> Option<bool> {
    hierarchy.is_within(scope, outer)
}

impl Linker<'_> {
    pub(super) fn check_scopes(&mut self, assignment: &Assignment) {
        let identity = &assignment.identity;
        let hierarchy = &self.tenant.hierarchy;
        let mut problems = Vec::new();
        if let Some(group) = assignment.scope.management_group()
            && !hierarchy.is_empty()
            && !hierarchy.knows_group(group)
        {
            let scope = assignment.scope.as_str().to_owned();
            problems.push((Problem::UnknownScope { scope }, opening(identity)));
        }
        for (excluded, span) in &assignment.not_scopes {
            if !excluded.is_pattern() && is_within(excluded, &assignment.scope, hierarchy) == Some(false) {
                problems.push((Problem::NotScopeOutside { scope: excluded.as_str().to_owned() }, *span));
            }
        }
        for (problem, span) in problems {
            self.tell(&problem, identity, span);
        }
    }

    /// A definition may be assigned where it is located and below (spec G-16, G-17).
    pub(super) fn out_of_scope(&self, id: &str, scope: &Scope) -> Option<Problem> {
        let at = scope_of_object(id).filter(|at| !at.is_empty())?;
        let located = Scope::parse(at)?;
        let outside = is_within(scope, &located, &self.tenant.hierarchy) == Some(false);
        outside.then(|| Problem::DefinitionOutOfScope {
            id: id.to_owned(),
            at: at.to_owned(),
            scope: scope.as_str().to_owned(),
        })
    }
}
