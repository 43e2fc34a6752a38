//! What overrides make of a pair (spec G-71 … G-77, E-5, E-10).

use super::Linker;
use super::catalogue::Wanted;
use super::data::{Linked, Origin, Pair, Variant};
use super::pairs::{Owner, index};
use crate::ast::{
    Definition, Effect, Initiative, Override, OverrideKind, Selector, SelectorKind, Spelled, TemplateKind,
};
use crate::functions::{self, Ask, Run};
use crate::link::link;
use crate::link::values::Values;
use crate::syntax::{GovernanceProblem as Problem, may_meet};
use crate::value::{Fault, FaultKind, text::key_eq};
use std::sync::Arc;

/// Something that an override puts in place of what a pair has, for the resources that its guard selects.
struct Choice<T> {
    guard: Vec<Selector>,
    what: T,
}

/// The effect that an override names, if there is one of that name, and as it is written; `None` is the pair's own.
type Chosen<'o> = Option<(Option<Effect>, &'o Spelled)>;

impl Linker<'_> {
    /// Links a pair in all its variants and adds it.
    pub(super) fn variants(
        &mut self,
        owner: Owner<'_>,
        mut pair: Pair,
        definition: &Arc<Definition>,
        values: &Values,
    ) {
        let at = index(self.tenant.pairs.len());
        self.check_parameters(definition);
        let origin = Arc::new(Origin {
            assignment: owner.assignment.map_or_else(|| "".into(), |a| a.identity.id.clone()),
            initiative: self
                .tenant
                .assigned
                .get(pair.assigned as usize)
                .and_then(|a| a.initiative.as_ref())
                .map_or_else(|| "".into(), |i| i.identity.id.clone()),
            reference: pair.reference.clone(),
        });
        let effects = self.effects(owner, &pair.reference);
        for version in self.versions(owner, &pair.reference, definition) {
            let (bound, found) = link(
                &version.what,
                values,
                self.aliases,
                self.strictness,
                &owner.identity.id,
                &mut self.checked,
            );
            let failed = found.iter().find(|d| d.is_error()).map(crate::diagnostic::Diagnostic::code);
            self.tell_all(found);
            let Some(bound) = bound else {
                pair.error = pair.error.or(Some(failed.unwrap_or("Error")));
                continue;
            };
            self.check_override(owner, &effects, &version.what);
            for choice in &effects {
                let guard: Vec<Selector> = version.guard.iter().chain(&choice.guard).cloned().collect();
                let effect = match choice.what {
                    None => Some(bound.effect),
                    Some((effect, _)) => effect,
                };
                let broken = match choice.what {
                    Some((None, written)) => Some(Fault::new(
                        FaultKind::EffectDetails,
                        format!("an override asks for the effect `{}`, which there is not", written.text),
                    )),
                    _ => None,
                };
                if broken.is_some() && guard.is_empty() {
                    pair.error = Some("UnknownEffect");
                    break;
                }
                pair.variants.push(Variant { guard, policy: Some(index(self.linked.len())), effect });
                self.linked.push(Linked {
                    definition: version.what.clone(),
                    parameters: bound.parameters.clone(),
                    effect: effect.unwrap_or(Effect::Audit),
                    pair: at,
                    origin: origin.clone(),
                    broken,
                });
            }
        }
        self.check_identity(owner, &pair);
        self.tenant.pairs.push(pair);
    }

    /// The effects of a pair: those of overrides in their order, then its own (`None`).
    fn effects<'o>(&mut self, owner: Owner<'o>, reference: &str) -> Vec<Choice<Chosen<'o>>> {
        let mut choices = Vec::new();
        for found in owner.assignment.map_or(&[][..], |a| &a.overrides) {
            let OverrideKind::Effect(effect, written) = &found.kind else { continue };
            let Some(guard) = guard(found, reference) else { continue };
            if effect.is_none() {
                let near = crate::diagnostic::nearest(&written.text, Effect::ALL.iter().map(|(_, n)| *n));
                let problem = Problem::UnknownEffect { text: written.text.to_string(), nearest: near };
                self.tell(&problem, owner.identity, written.span);
            }
            let last = guard.is_empty();
            choices.push(Choice { guard, what: Some((*effect, written)) });
            if last {
                return choices;
            }
        }
        choices.push(Choice { guard: Vec::new(), what: None });
        choices
    }

    /// The versions of a pair's definition likewise (spec G-76).
    fn versions(
        &mut self,
        owner: Owner<'_>,
        reference: &str,
        definition: &Arc<Definition>,
    ) -> Vec<Choice<Arc<Definition>>> {
        let mut choices = Vec::new();
        for found in owner.assignment.map_or(&[][..], |a| &a.overrides) {
            let OverrideKind::Version(range) = &found.kind else { continue };
            let Some(guard) = guard(found, reference) else { continue };
            let wanted = Wanted { range: Some(range), effective: None, strict: self.strictness.versions };
            let chosen = match self.definitions.find(&definition.id, wanted) {
                Ok(found) => {
                    for (problem, _) in &found.problems {
                        self.tell(problem, owner.identity, range.span);
                    }
                    found.document
                }
                Err(_) => definition.clone(),
            };
            let last = guard.is_empty();
            choices.push(Choice { guard, what: chosen });
            if last {
                return choices;
            }
        }
        choices.push(Choice { guard: Vec::new(), what: definition.clone() });
        choices
    }

    /// The service takes only effects that the definition's parameter allows (spec G-74).
    fn check_override(&mut self, owner: Owner<'_>, effects: &[Choice<Chosen<'_>>], definition: &Definition) {
        let Some(allowed) = allowed_effects(definition) else { return };
        for choice in effects {
            let Some((Some(_), written)) = choice.what else { continue };
            if !allowed.iter().any(|name| key_eq(name, &written.text)) {
                let (effect, name) = (written.text.to_string(), definition.name.to_string());
                self.tell(&Problem::OverrideNotAllowed { effect, name }, owner.identity, written.span);
            }
        }
    }

    /// What repairs needs an identity (spec G-50).
    fn check_identity(&mut self, owner: Owner<'_>, pair: &Pair) {
        let Some(assignment) = owner.assignment.filter(|a| !a.has_identity) else { return };
        let repairs = |effect: &Effect| matches!(effect, Effect::Modify | Effect::DeployIfNotExists);
        let needs = pair.variants.iter().filter_map(|v| v.effect).find(repairs);
        if let Some(effect) = needs {
            let told = self
                .diagnostics
                .iter()
                .any(|d| d.code() == "IdentityMissing" && d.object_id() == &*assignment.identity.id);
            if !told {
                let problem = Problem::IdentityMissing { effect: effect.name() };
                self.tell(&problem, owner.identity, super::opening(owner.identity));
            }
        }
    }

    /// Reference ids of overrides and messages, and overrides that get in each other's way.
    pub(super) fn check_references(&mut self, owner: Owner<'_>, initiative: Option<&Initiative>) {
        let Some(assignment) = owner.assignment else { return };
        let known: Vec<&str> = initiative.map_or_else(Vec::new, |initiative| {
            initiative.references.iter().map(|reference| &*reference.id.text).collect()
        });
        let mut unknown = Vec::new();
        for message in &assignment.messages {
            if let Some(reference) = &message.reference {
                unknown.push((reference.text.to_string(), reference.span));
            }
        }
        for found in &assignment.overrides {
            unknown.extend(found.references.iter().map(|id| (id.text.to_string(), id.span)));
        }
        for (id, span) in unknown {
            if !known.iter().any(|own| key_eq(own, &id)) {
                let nearest = crate::diagnostic::nearest(&id, known.iter().copied()).map(str::to_owned);
                self.tell(&Problem::UnknownReferenceId { id, nearest }, owner.identity, span);
            }
        }
        if let Some(second) = overlapping(&assignment.overrides, &known) {
            self.tell(&Problem::OverlappingOverrides, owner.identity, second.span);
        }
    }
}

/// The selectors that are left of an override for one pair; `None` when it is for others. On an assignment of a
/// single definition a wanted reference is never there (spec G-72).
fn guard(found: &Override, reference: &str) -> Option<Vec<Selector>> {
    let mut left = Vec::new();
    for selector in &found.selectors {
        if selector.kind != SelectorKind::PolicyDefinitionReferenceId {
            left.push(selector.clone());
            continue;
        }
        let listed = !reference.is_empty() && selector.values.iter().any(|id| key_eq(id, reference));
        if listed != selector.wanted {
            return None;
        }
    }
    Some(left)
}

/// The second of two overrides of one kind with different values that may match together (spec G-73).
fn overlapping<'o>(overrides: &'o [Override], references: &[&str]) -> Option<&'o Override> {
    let same_value = |a: &OverrideKind, b: &OverrideKind| match (a, b) {
        (OverrideKind::Effect(_, a), OverrideKind::Effect(_, b))
        | (OverrideKind::Version(a), OverrideKind::Version(b)) => key_eq(&a.text, &b.text),
        // Of different kinds: they do not meet.
        _ => true,
    };
    let names = if references.is_empty() { &[""][..] } else { references };
    let meet = |a: &Override, b: &Override| {
        names.iter().any(|name| guard(a, name).zip(guard(b, name)).is_some_and(|(a, b)| may_meet(&a, &b)))
    };
    let second = |(at, b): (usize, &'o Override)| {
        let clash = overrides.iter().take(at).any(|a| !same_value(&a.kind, &b.kind) && meet(a, b));
        clash.then_some(b)
    };
    overrides.iter().enumerate().find_map(second)
}

/// The allowed values of the parameter that a definition's effect is, if it restricts any.
fn allowed_effects(definition: &Definition) -> Option<Vec<&str>> {
    let TemplateKind::Expression(expression) = &definition.rule.then.effect.kind else { return None };
    let mut name = None;
    expression.root.walk_calls(&mut |_, function, arguments| {
        if matches!(functions::function(function).run, Run::Asks(Ask::Parameters))
            && let Some(crate::ast::ExprKind::Literal(value)) = arguments.first().map(|a| &a.kind)
        {
            name = value.as_text();
        }
    });
    let parameter = definition.parameters.iter().find(|p| name.is_some_and(|name| key_eq(&p.name, name)))?;
    let allowed: Vec<&str> = parameter.allowed.iter().filter_map(crate::value::Value::as_text).collect();
    (!allowed.is_empty()).then_some(allowed)
}
