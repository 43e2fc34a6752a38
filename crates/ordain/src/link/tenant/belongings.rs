//! Exemptions, enrollments and attestations find their assignments (spec G-78 … G-96).

use super::pairs::index;
use super::{Linker, distinct, opening, scopes};
use crate::ast::{Attestation, Effect, Enforcement, Enrollment, Exemption, Identity, ModeKind, Spelled};
use crate::ids;
use crate::syntax::GovernanceProblem as Problem;
use crate::value::text::key_eq;
use std::collections::HashMap;
use std::sync::Arc;

/// Exemptions that the service takes at one scope (spec 08 section 11).
const EXEMPTIONS: usize = 1_000;

/// Modes of data planes in which exemptions work (spec G-89).
const EXEMPTIBLE: [&str; 3] =
    ["Microsoft.Kubernetes.Data", "Microsoft.KeyVault.Data", "Microsoft.Network.Data"];

impl Linker<'_> {
    pub(super) fn belongings(&mut self) {
        let documents = self.documents;
        let exemptions = distinct(&documents.exemptions, |e| e.identity.key.clone(), |e| &e.identity);
        let attestations = distinct(&documents.attestations, |a| a.identity.key.clone(), |a| &a.identity);
        for (what, repeats) in [("exemption", &exemptions.repeats), ("attestation", &attestations.repeats)] {
            for repeat in repeats {
                let problem = Problem::Duplicate { what, id: repeat.second.id.to_string() };
                self.tell(&problem, repeat.second, opening(repeat.second));
            }
        }
        let mut kept = exemptions.kept;
        // Several that cover one pair are listed in the order of their ids (spec G-90).
        kept.sort_by(|a, b| a.identity.key.cmp(&b.identity.key));
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for exemption in &kept {
            let count = counts.entry(exemption.scope.key()).or_default();
            *count += 1;
            if *count == EXEMPTIONS + 1 {
                let (what, limit) = ("exemptions at one scope", EXEMPTIONS);
                let problem = Problem::LimitExceeded { what, found: *count, limit };
                self.tell(&problem, &exemption.identity, opening(&exemption.identity));
            }
            self.exemption(exemption);
        }
        for enrollment in &documents.enrollments {
            self.enrollment(enrollment);
        }
        for attestation in &attestations.kept {
            self.attestation(attestation);
        }
        self.settle_attestations();
    }

    /// The assignment of an id, or a warning.
    fn owner(&mut self, written: &Spelled, identity: &Identity, what: &'static str) -> Option<u32> {
        let found = self.implied.get(ids::normal(&written.text).as_str()).copied();
        let found =
            found.filter(|at| self.tenant.assigned.get(*at as usize).is_some_and(|a| !a.is_stand_in()));
        if found.is_none() {
            let names: Vec<Arc<str>> =
                self.tenant.assigned.iter().filter(|a| a.document.is_some()).map(|a| a.id.clone()).collect();
            let nearest = crate::diagnostic::nearest(&written.text, names.iter().map(|id| &**id));
            let (id, nearest) = (written.text.to_string(), nearest.map(str::to_owned));
            self.tell(&Problem::UnknownAssignment { id, what, nearest }, identity, written.span);
        }
        found
    }

    /// The pairs that a list of reference ids names; all of the assignment where it is empty (spec G-82, G-91).
    fn named(&mut self, at: u32, references: &[Spelled], identity: &Identity) -> Vec<u32> {
        // Of one that could not be linked nobody knows the references.
        let assigned = self.tenant.assigned.get(at as usize).filter(|assigned| assigned.error.is_none());
        let Some(assigned) = assigned else { return Vec::new() };
        let (pairs, of_initiative) = (assigned.pairs.clone(), assigned.initiative.is_some());
        if let [first, ..] = references
            && !of_initiative
        {
            self.tell(&Problem::ReferenceIdsOnPolicy, identity, first.span);
            return pairs.collect();
        }
        if references.is_empty() {
            return pairs.collect();
        }
        let name = |at: u32| self.tenant.pairs.get(at as usize).map_or("", |pair| &*pair.reference);
        let mut found = Vec::new();
        let mut unknown = Vec::new();
        for reference in references {
            match pairs.clone().find(|at| key_eq(name(*at), &reference.text)) {
                Some(at) => found.push(at),
                None => {
                    let near = crate::diagnostic::nearest(&reference.text, pairs.clone().map(name));
                    unknown.push((reference, near.map(str::to_owned)));
                }
            }
        }
        for (reference, nearest) in unknown {
            let problem = Problem::UnknownReferenceId { id: reference.text.to_string(), nearest };
            self.tell(&problem, identity, reference.span);
        }
        found
    }

    fn exemption(&mut self, exemption: &Arc<Exemption>) {
        let identity = &exemption.identity;
        let Some(at) = self.owner(&exemption.assignment, identity, "exemption") else { return };
        self.check_group(&exemption.scope, identity);
        let assignment = self.tenant.assigned.get(at as usize).and_then(|a| a.document.clone());
        if let Some(assignment) = assignment.filter(|_| !exemption.unchecked_scope)
            && scopes::is_within(&exemption.scope, &assignment.scope, &self.tenant.hierarchy) == Some(false)
        {
            let problem = Problem::ExemptionOutsideAssignment {
                scope: exemption.scope.as_str().to_owned(),
                assignment: assignment.identity.name.to_string(),
            };
            self.tell(&problem, identity, opening(identity));
        }
        let place = index(self.tenant.exemptions.len());
        let mut unsupported = None;
        for pair in self.named(at, &exemption.references, identity) {
            let Some(pair) = self.tenant.pairs.get_mut(pair as usize) else { continue };
            let mode = pair.definition.as_ref().map(|d| &d.mode);
            match mode.filter(|m| m.kind == ModeKind::Data && !EXEMPTIBLE.iter().any(|e| key_eq(e, &m.text)))
            {
                Some(mode) => unsupported = Some(mode.text.to_string()),
                None => pair.exemptions.push(place),
            }
        }
        if let Some(mode) = unsupported {
            self.tell(&Problem::ExemptionModeUnsupported { mode }, identity, opening(identity));
        }
        self.tenant.exemptions.push(exemption.clone());
    }

    fn enrollment(&mut self, enrollment: &Arc<Enrollment>) {
        let identity = &enrollment.identity;
        let Some(at) = self.owner(&enrollment.assignment, identity, "enrollment") else { return };
        self.check_group(&enrollment.scope, identity);
        let document = self.tenant.assigned.get(at as usize).and_then(|a| a.document.as_ref());
        let Some(enforcement) = document.map(|a| a.enforcement) else { return };
        if enforcement != Enforcement::Enroll {
            return self.tell(&Problem::EnrollmentNotEnroll, identity, opening(identity));
        }
        let place = index(self.tenant.enrollments.len());
        for pair in self.named(at, &enrollment.references, identity) {
            if let Some(pair) = self.tenant.pairs.get_mut(pair as usize) {
                pair.enrollments.push(place);
            }
        }
        self.tenant.enrollments.push(enrollment.clone());
    }

    fn attestation(&mut self, attestation: &Arc<Attestation>) {
        let identity = &attestation.identity;
        let Some(at) = self.owner(&attestation.assignment, identity, "attestation") else { return };
        let assigned = self.tenant.assigned.get(at as usize).filter(|assigned| assigned.error.is_none());
        let Some(assigned) = assigned else { return };
        let of_initiative = assigned.initiative.is_some();
        let manual = |at: &u32| self.may_be_manual(*at);
        let pairs = match &attestation.reference {
            None if of_initiative => {
                let manual: Vec<u32> = assigned.pairs.clone().filter(manual).collect();
                if manual.len() != 1 {
                    let problem = Problem::AttestationReferenceMissing { count: manual.len() };
                    return self.tell(&problem, identity, opening(identity));
                }
                manual
            }
            reference => self.named(at, reference.as_slice(), identity),
        };
        for pair in pairs {
            if !self.may_be_manual(pair) {
                let effect = self.effect_of(pair).map_or("", Effect::name);
                self.tell(&Problem::AttestationNotManual { effect }, identity, opening(identity));
                continue;
            }
            let key = (pair, attestation.scope.key().to_owned());
            self.tenant.attestations.entry(key).or_default().push(attestation.clone());
        }
    }

    /// Whether the effect of a pair is manual, for some resources at least.
    fn may_be_manual(&self, pair: u32) -> bool {
        let variants = self.tenant.pairs.get(pair as usize).map_or(&[][..], |pair| &pair.variants);
        variants.iter().any(|variant| variant.effect == Some(Effect::Manual))
    }

    /// The effect of a pair where no override holds.
    fn effect_of(&self, pair: u32) -> Option<Effect> {
        self.tenant.pairs.get(pair as usize)?.variants.last()?.effect
    }

    /// The one that counts comes first (spec G-96).
    fn settle_attestations(&mut self) {
        let mut several = Vec::new();
        for attestations in self.tenant.attestations.values_mut() {
            let order = |a: &Attestation, b: &Attestation| {
                let by = b.changed.cmp(&a.changed).then(b.assessed.cmp(&a.assessed));
                by.then_with(|| b.identity.key.cmp(&a.identity.key))
            };
            attestations.sort_by(|a, b| order(a, b));
            if let [first, _, ..] = &attestations[..] {
                several.push(first.clone());
            }
        }
        several.sort_by(|a, b| a.identity.key.cmp(&b.identity.key));
        for attestation in several {
            self.tell(&Problem::SeveralAttestations, &attestation.identity, opening(&attestation.identity));
        }
    }
}
