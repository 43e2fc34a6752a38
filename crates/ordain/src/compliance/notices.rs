//! What is to be told of governance once resources were seen: exemptions that ended, subscriptions whose place
//! is not known (spec G-8, G-14, G-85, G-87).

use super::Compliance;
use crate::ast::Identity;
use crate::diagnostic::Diagnostic;
use crate::engine::Context;
use crate::ids::Scope;
use crate::source::Span;
use crate::syntax::GovernanceProblem as Problem;
use std::collections::{BTreeMap, HashMap};

/// Days ahead in which the end of an exemption is worth a word.
pub(super) const SOON: i128 = 30;

impl Compliance<'_> {
    /// The diagnostics that depend on what was judged and on the clock.
    #[must_use]
    pub fn notices(&self, context: &Context) -> Vec<Diagnostic> {
        let mut found = self.expiries(context);
        found.extend(self.unknown_places());
        if self.nameless > 0 && self.engine.has_assignments() {
            found.push(Problem::NoResourceId { count: self.nameless }.bare(""));
        }
        found
    }

    /// Resources without an id: they are taken to be within every scope (spec G-8).
    #[must_use]
    pub fn resources_without_id(&self) -> usize {
        self.nameless
    }

    fn expiries(&self, context: &Context) -> Vec<Diagnostic> {
        let now = context.clock();
        let mut found = Vec::new();
        for (exemption, at) in self.engine.exemptions().zip(0..) {
            let Some(end) = exemption.ends() else { continue };
            let problem = match now {
                Some(now) if now < end => continue,
                Some(_) => {
                    let covers = match self.ended.get(&at).copied().unwrap_or_default() {
                        1 => "1 resource".to_owned(),
                        n => format!("{n} resources"),
                    };
                    let date = exemption.expires_on().unwrap_or_default();
                    Problem::ExemptionExpired { date: date.get(..10).unwrap_or(date).to_owned(), covers }
                }
                None => Problem::ClockMissing { what: "exemption" },
            };
            found.push(told(&problem, &exemption.data().identity));
        }
        if now.is_none() {
            let ending = self.engine.tenant().attestations.values().flatten().filter(|a| a.expires.is_some());
            let by_id: BTreeMap<&str, &Identity> = ending.map(|a| (&*a.identity.key, &a.identity)).collect();
            let problem = Problem::ClockMissing { what: "attestation" };
            found.extend(by_id.values().map(|identity| told(&problem, identity)));
        }
        found
    }

    /// Exemptions that have ended.
    pub fn ended(&self, context: &Context) -> impl Iterator<Item = crate::engine::ExemptionView<'_>> {
        let now = context.clock();
        self.engine.exemptions().filter(move |e| e.ends().zip(now).is_some_and(|(end, now)| end <= now))
    }

    /// Exemptions that end within 30 days, with the days that are left.
    pub fn ending_soon(
        &self,
        context: &Context,
    ) -> impl Iterator<Item = (crate::engine::ExemptionView<'_>, i128)> {
        let now = context.clock();
        self.engine.exemptions().filter_map(move |exemption| {
            let left = exemption.ends()? - now?;
            let days = left / crate::value::time::DAY;
            (left > 0 && left <= SOON * crate::value::time::DAY).then_some((exemption, days))
        })
    }

    /// Number of resources that an ended exemption would cover, by its id.
    #[must_use]
    pub fn would_cover(&self, exemption_id: &str) -> usize {
        let at = self.engine.exemptions().position(|e| e.id() == exemption_id);
        let at = at.and_then(|at| u32::try_from(at).ok());
        at.and_then(|at| self.ended.get(&at)).copied().unwrap_or_default()
    }

    /// Objects at management groups, and subscriptions that nobody placed: one warning for each.
    fn unknown_places(&self) -> Vec<Diagnostic> {
        let tenant = self.engine.tenant();
        let hierarchy = self.engine.hierarchy();
        let unplaced: Vec<&str> =
            self.subscriptions.iter().map(String::as_str).filter(|s| hierarchy.chain(s).is_none()).collect();
        let mut found = Vec::new();
        // An object is told once for a subscription, however many of its scopes are such.
        let mut told_of: HashMap<(&str, &str), ()> = HashMap::new();
        let mut objects: Vec<(&Identity, &Scope, &'static str)> = Vec::new();
        let taken = if tenant.strict_scopes { "not judged there" } else { "taken to hold there" };
        for document in tenant.assigned.iter().filter_map(|assigned| assigned.document.as_ref()) {
            objects.push((&document.identity, &document.scope, taken));
            let excluded = document.not_scopes.iter();
            objects.extend(
                excluded.map(|(scope, _)| (&document.identity, scope, "taken to exclude nothing there")),
            );
        }
        for exemption in &tenant.exemptions {
            objects.push((&exemption.identity, &exemption.scope, "taken to exempt nothing there"));
        }
        for enrollment in &tenant.enrollments {
            objects.push((&enrollment.identity, &enrollment.scope, "taken to enroll nothing there"));
        }
        for (identity, scope, taken) in objects.into_iter().filter(|(_, s, _)| s.management_group().is_some())
        {
            for subscription in &unplaced {
                if told_of.insert((&identity.key, subscription), ()).is_none() {
                    let (subscription, scope) = ((*subscription).to_owned(), scope.as_str().to_owned());
                    found.push(told(&Problem::HierarchyUnknown { subscription, scope, taken }, identity));
                }
            }
        }
        found
    }
}

fn told(problem: &Problem, identity: &Identity) -> Diagnostic {
    let opening = Span { start: identity.span.start, end: identity.span.start + 1 };
    problem.at(&identity.source, opening, &identity.id)
}
