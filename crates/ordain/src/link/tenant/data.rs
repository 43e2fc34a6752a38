//! Who judges what where, as data: assignments with their pairs, and what belongs to them (spec 08).

use crate::ast::{
    Assignment, Attestation, Definition, Effect, Enrollment, Exemption, Group, Initiative, Selector,
};
use crate::ids::Hierarchy;
use crate::value::{Fault, Object};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Everything that was linked, without the rules themselves.
#[derive(Clone, Debug, Default)]
pub struct Tenant {
    /// Whether anything is assigned; else every policy is judged on everything (spec G-102).
    pub is_assigned: bool,
    /// The assignments in the order of spec G-100, those that stand for none included (spec G-102).
    pub assigned: Vec<Assigned>,
    /// The pairs, assignment by assignment, in the order of the initiative.
    pub pairs: Vec<Pair>,
    /// The exemptions that cover anything.
    pub exemptions: Vec<Arc<Exemption>>,
    /// The enrollments that cover anything.
    pub enrollments: Vec<Arc<Enrollment>>,
    /// The attestations by pair and resource id in normal form, the one that counts first.
    pub attestations: HashMap<(u32, String), Vec<Arc<Attestation>>>,
    /// Who is above whom.
    pub hierarchy: Hierarchy,
    /// Whether an unknown chain leaves a scope undecided (spec G-14).
    pub strict_scopes: bool,
}

/// An assignment, linked.
#[derive(Clone, Debug)]
pub struct Assigned {
    /// What was written; `None` when a policy is judged without any (spec G-102), and for what cannot be read.
    pub document: Option<Arc<Assignment>>,
    /// Whether its document cannot be read.
    pub broken: bool,
    /// The initiative; `None` for a single definition.
    pub initiative: Option<Arc<Initiative>>,
    /// The initiative's parameters as bound.
    pub initiative_parameters: Arc<Object>,
    /// Its id, or that of the policy that stands for it.
    pub id: Arc<str>,
    /// What people call it.
    pub display_name: Arc<str>,
    /// Its pairs.
    pub pairs: Range<u32>,
    /// Why it could not be linked as a whole.
    pub error: Option<&'static str>,
}

/// A policy of an assignment: the unit that is judged.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Which assignment.
    pub assigned: u32,
    /// The reference id; empty for a single definition.
    pub reference: Arc<str>,
    /// The definition's id as its document spells it, else as it was referred to.
    pub definition_id: Arc<str>,
    /// The definition, when there is one.
    pub definition: Option<Arc<Definition>>,
    /// Its groups, by place in the initiative.
    pub groups: Vec<u32>,
    /// The non-compliance message that is chosen for it (spec G-62).
    pub message: Option<Arc<str>>,
    /// What is judged, by what overrides make of it: the first whose guard holds.
    pub variants: Vec<Variant>,
    /// Why it could not be linked.
    pub error: Option<&'static str>,
    /// The exemptions that may cover it.
    pub exemptions: Vec<u32>,
    /// The enrollments that may enforce it.
    pub enrollments: Vec<u32>,
}

/// A pair under the overrides that hold for some resources.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Selectors that must hold together.
    pub guard: Vec<Selector>,
    /// Which of the linked policies, and later of the engine's.
    pub policy: Option<u32>,
    /// The effective effect.
    pub effect: Option<Effect>,
}

/// A definition with what it is judged with.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The definition.
    pub definition: Arc<Definition>,
    /// The bound parameters, defaults included.
    pub parameters: Arc<Object>,
    /// The effective effect.
    pub effect: Effect,
    /// Which pair.
    pub pair: u32,
    /// What `policy()` yields.
    pub origin: Arc<Origin>,
    /// What every judgement ends in: an override gave it an effect that there is not (spec E-5).
    pub broken: Option<Fault>,
}

/// Ids that `policy()` yields (spec F-213); empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// `assignmentId`
    pub assignment: Arc<str>,
    /// `setDefinitionId`
    pub initiative: Arc<str>,
    /// `definitionReferenceId`
    pub reference: Arc<str>,
}

impl Assigned {
    /// Whether a policy stands for an assignment that there is not (spec G-102).
    #[must_use]
    pub fn is_stand_in(&self) -> bool {
        self.document.is_none() && !self.broken
    }

    /// The groups of the initiative.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        self.initiative.as_ref().map_or(&[], |initiative| &initiative.groups)
    }
}
