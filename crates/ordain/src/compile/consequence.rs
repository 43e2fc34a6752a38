//! Details of an effect as plan data, their parameters folded; what does not fit is told (spec E-7 … E-9, E-13,
//! E-15, E-36, E-37, E-65).

use crate::ast::{Attested, Details, DetailsShape, Effect, Template, TemplateKind};
use crate::diagnostic::Diagnostic;
use crate::expr::{Constants, fold_template};
use crate::json::{self, Dialect};
use crate::link::{Linked, Problem};
use crate::plan::{
    Cascade, Changes, ConflictEffect, Consequence, Operation, OperationKind, Passed, Refusal, Remedy,
};
use crate::source::Span;
use crate::value::{Node, Value};
use std::sync::Arc;

/// What follows from the rule of a linked definition.
pub(super) fn of(linked: &Linked, diagnostics: &mut Vec<Diagnostic>) -> Consequence {
    let mut reading = Reading { linked, diagnostics };
    let details = linked.definition.rule.then.details.as_ref();
    match linked.effect {
        Effect::Modify => reading.modify(details),
        Effect::Append => reading.append(details),
        Effect::DenyAction => reading.refusal(details),
        Effect::Manual => reading.default_state(details),
        Effect::DeployIfNotExists => details.map_or(Consequence::Nothing, |d| reading.remedy(&d.body)),
        Effect::Audit | Effect::Deny => {
            if let Some(details) = details.filter(|d| d.shape == DetailsShape::Related) {
                reading.tell(&Problem::DetailsIgnored { effect: linked.effect.name() }, details.body.span);
            }
            Consequence::Nothing
        }
        _ => Consequence::Nothing,
    }
}

struct Reading<'r> {
    linked: &'r Linked,
    diagnostics: &'r mut Vec<Diagnostic>,
}

impl Reading<'_> {
    fn tell(&mut self, problem: &Problem, span: Span) {
        let severity = problem.severity(crate::link::Strictness::default());
        let told = Diagnostic::new(severity, problem.code(), problem);
        let told = told.label(&self.linked.definition.source, span, "");
        self.diagnostics.push(match problem.help() {
            Some(help) => told.help(help),
            None => told,
        });
    }

    fn mismatch(&mut self, span: Span, message: &'static str) {
        self.tell(&Problem::EffectDetailsMismatch { effect: self.linked.effect.name(), message }, span);
    }

    /// What the action would be is not known; the verdict is.
    fn missing(&mut self, span: Span, what: &'static str) {
        self.tell(&Problem::DetailsMissing { effect: self.linked.effect.name(), what }, span);
    }

    fn effect_span(&self) -> Span {
        self.linked.definition.rule.then.effect.span
    }

    fn folded(&self, template: &Template) -> Template {
        fold_template(template, &Constants(&self.linked.parameters))
    }

    /// A member, its parameters folded; null is absent.
    fn part(&self, of: &Template, name: &str) -> Option<Template> {
        let part = match &of.kind {
            TemplateKind::Literal(Value::Object(object)) => {
                Template { kind: TemplateKind::Literal(object.get(name)?.clone()), span: of.span }
            }
            _ => self.folded(of.member(name)?),
        };
        Some(part).filter(|part| !part.literal().is_some_and(Value::is_null))
    }

    /// The word of a row, `None` when it is absent or wrong; what is wrong is told.
    fn word<T: Copy>(
        &mut self,
        template: Option<&Template>,
        words: &[(T, &'static str)],
        message: &'static str,
    ) -> Option<T> {
        let template = template?;
        let text = template.literal().and_then(Value::as_text);
        let found = words.iter().find(|(_, word)| text.is_some_and(|text| text.eq_ignore_ascii_case(word)));
        if found.is_none() {
            self.mismatch(template.span, message);
        }
        found.map(|(row, _)| *row)
    }

    fn modify(&mut self, details: Option<&Details>) -> Consequence {
        let Some(body) = details.map(|details| &details.body) else {
            self.missing(self.effect_span(), "operations");
            return nothing_to_change();
        };
        let Some(written) = self.part(body, "operations") else {
            self.mismatch(self.effect_span(), "`details` has no `operations`");
            return Consequence::Nothing;
        };
        let Some(items) = items(&written) else {
            self.mismatch(written.span, "`operations` must be an array");
            return Consequence::Nothing;
        };
        if items.is_empty() {
            self.missing(written.span, "operations");
        }
        let operations = items.iter().filter_map(|item| self.operation(item)).collect();
        let conflict = self.part(body, "conflictEffect");
        let message = "`conflictEffect` is `audit`, `deny` or `disabled`";
        let conflict_effect =
            self.word(conflict.as_ref(), &ConflictEffect::WORDS, message).unwrap_or_default();
        Consequence::Change(Changes { operations, conflict_effect, roles: self.roles(body) })
    }

    fn operation(&mut self, item: &Template) -> Option<Operation> {
        let word = self.part(item, "operation");
        if word.is_none() {
            self.mismatch(item.span, "an operation has no `operation`");
        }
        let message = "`operation` is `add`, `addOrReplace` or `remove`";
        let kind = self.word(word.as_ref(), &OperationKind::WORDS, message)?;
        self.entry(item, kind)
    }

    /// Field, value and condition of an operation or of an entry of append.
    fn entry(&mut self, item: &Template, kind: OperationKind) -> Option<Operation> {
        let Some(field) = self.part(item, "field") else {
            self.mismatch(item.span, "an operation has no `field`");
            return None;
        };
        if field.literal().is_some_and(|value| value.as_text().is_none_or(str::is_empty)) {
            self.mismatch(field.span, "a `field` must be a text that is not empty");
        }
        // Null is a value (spec E-52).
        let value = match &item.kind {
            TemplateKind::Literal(Value::Object(object)) => object
                .get("value")
                .map(|value| Template { kind: TemplateKind::Literal(value.clone()), span: item.span }),
            _ => item.member("value").map(|value| self.folded(value)),
        };
        if value.is_none() && kind != OperationKind::Remove {
            self.mismatch(item.span, "an operation has no `value`");
            return None;
        }
        let condition = if kind == OperationKind::Append { None } else { self.part(item, "condition") };
        Some(Operation { kind, field, value: value.filter(|_| kind != OperationKind::Remove), condition })
    }

    fn append(&mut self, details: Option<&Details>) -> Consequence {
        let Some(body) = details.map(|details| self.folded(&details.body)) else {
            self.missing(self.effect_span(), "fields");
            return nothing_to_change();
        };
        // A bare object is a list of one (spec E-65).
        let single = self.part(&body, "field").is_some();
        let entries = items(&body).or_else(|| single.then(|| vec![body.clone()]));
        let Some(entries) = entries else {
            self.mismatch(self.effect_span(), "`details` is no array of fields with their values");
            return Consequence::Nothing;
        };
        if entries.is_empty() {
            self.missing(body.span, "fields");
        }
        let entries = entries.iter().filter_map(|item| self.entry(item, OperationKind::Append));
        let operations = entries.collect();
        Consequence::Change(Changes {
            operations,
            conflict_effect: ConflictEffect::Deny,
            roles: Arc::from([]),
        })
    }

    fn refusal(&mut self, details: Option<&Details>) -> Consequence {
        let body = details.map(|details| &details.body);
        let names = body.and_then(|body| self.part(body, "actionNames"));
        let Some((body, names)) = body.zip(names) else {
            self.mismatch(self.effect_span(), "`details` has no `actionNames`");
            return Consequence::Nothing;
        };
        let given = names.literal().and_then(Value::as_array).unwrap_or_default();
        let actions: Vec<Arc<str>> = given.iter().filter_map(Value::as_text).map(Into::into).collect();
        let supported = actions.iter().all(|name| name.eq_ignore_ascii_case("delete"));
        if actions.is_empty() || actions.len() != given.len() || !supported {
            self.mismatch(names.span, "`actionNames` is `[\"delete\"]`: there is no other action");
        }
        let behaviors = self.part(body, "cascadeBehaviors");
        let group = behaviors.as_ref().and_then(|behaviors| self.part(behaviors, "resourceGroup"));
        let message = "`cascadeBehaviors.resourceGroup` is `allow` or `deny`";
        let cascade = self.word(group.as_ref(), &Cascade::WORDS, message).unwrap_or_default();
        Consequence::Refuse(Refusal { actions, cascade })
    }

    fn default_state(&mut self, details: Option<&Details>) -> Consequence {
        let state = details.and_then(|details| self.part(&details.body, "defaultState"));
        let message = "`defaultState` is `Unknown`, `Compliant` or `NonCompliant`";
        let state = self.word(state.as_ref(), &Attested::WORDS, message);
        Consequence::Attest(state.unwrap_or_default())
    }

    fn remedy(&mut self, body: &Template) -> Consequence {
        let deployment = self.part(body, "deployment");
        if deployment.is_none() {
            self.missing(self.effect_span(), "deployment");
        }
        let properties = deployment.as_ref().and_then(|deployment| self.part(deployment, "properties"));
        let of = |reading: &Self, parent: &Option<Template>, name: &str| {
            parent.as_ref().and_then(|parent| reading.part(parent, name))
        };
        let scope = self.part(body, "deploymentScope");
        if scope.as_ref().is_some_and(|scope| scope.literal().is_some()) {
            let message = "`deploymentScope` is `ResourceGroup` or `Subscription`";
            let words = [(false, "ResourceGroup"), (true, "Subscription")];
            self.word(scope.as_ref(), &words, message);
        }
        Consequence::Deploy(Remedy {
            scope,
            group: self.part(body, "resourceGroupName"),
            location: of(self, &deployment, "location"),
            mode: of(self, &properties, "mode"),
            parameters: self.passed(body),
            template: deployment.as_ref().map(|_| match of(self, &properties, "template") {
                Some(template) => template.literal().cloned().unwrap_or(Value::Null),
                None => Value::Null,
            }),
            roles: self.roles(body),
        })
    }

    /// What is passed to the parameters of the deployment.
    fn passed(&self, body: &Template) -> Vec<(Arc<str>, Passed)> {
        let path = ["deployment", "properties", "parameters"];
        let Some(parameters) = path.into_iter().try_fold(body, |at, name| at.member(name)) else {
            return Vec::new();
        };
        let members: Vec<(Arc<str>, Template)> = match &parameters.kind {
            TemplateKind::Object(members) => {
                let named = |(key, value): &(Template, Template)| {
                    Some((key.literal()?.as_text()?.into(), value.clone()))
                };
                members.iter().filter_map(named).collect()
            }
            TemplateKind::Literal(Value::Object(object)) => {
                let literal = |value: &Value| TemplateKind::Literal(value.clone());
                let members = object.members().iter();
                members
                    .map(|(name, value)| {
                        (name.clone(), Template { kind: literal(value), span: parameters.span })
                    })
                    .collect()
            }
            _ => Vec::new(),
        };
        members.into_iter().map(|(name, given)| (name, self.given(&given))).collect()
    }

    fn given(&self, given: &Template) -> Passed {
        match &given.kind {
            TemplateKind::Literal(Value::Object(object)) => match object.get("value") {
                Some(value) => {
                    Passed::Value(Template { kind: TemplateKind::Literal(value.clone()), span: given.span })
                }
                None => Passed::AsWritten(given.literal().cloned().unwrap_or(Value::Null)),
            },
            TemplateKind::Object(_) => match given.member("value") {
                Some(value) => Passed::Value(self.folded(value)),
                None => Passed::AsWritten(self.as_written(given)),
            },
            _ => Passed::Bare,
        }
    }

    /// The JSON of a template, expressions as the texts that they are.
    fn as_written(&self, template: &Template) -> Value {
        let text = self.linked.definition.source.slice(template.span);
        let (json, _) = json::read(text, Dialect::Policy);
        json.map_or(Value::Null, |json| json.to_value())
    }

    fn roles(&self, body: &Template) -> Arc<[Value]> {
        let roles = self.part(body, "roleDefinitionIds");
        match roles.as_ref().and_then(Template::literal) {
            Some(Value::Array(ids)) => ids.clone(),
            _ => Arc::from([]),
        }
    }
}

/// An action that is empty (spec E-9).
fn nothing_to_change() -> Consequence {
    Consequence::Change(Changes {
        operations: Vec::new(),
        conflict_effect: ConflictEffect::default(),
        roles: Arc::from([]),
    })
}

/// The members of an array.
fn items(template: &Template) -> Option<Vec<Template>> {
    match &template.kind {
        TemplateKind::Array(items) => Some(items.clone()),
        TemplateKind::Literal(Value::Array(values)) => {
            let literal =
                |value: &Value| Template { kind: TemplateKind::Literal(value.clone()), span: template.span };
            Some(values.iter().map(literal).collect())
        }
        _ => None,
    }
}
