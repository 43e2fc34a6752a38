//! `then`: effect and details (spec 07 sections 1 and 2, as far as the text goes).

use super::{Place, Problem, Reading};
use crate::ast::{Details, DetailsShape, Effect, Template, TemplateKind, Then};
use crate::functions::{self, Ask, Run};
use crate::json::{Json, Kind};
use crate::limits;
use crate::source::Span;
use crate::value::{Node, Value, text::key_eq};

impl Reading<'_> {
    pub(super) fn then(&mut self, json: &Json<'_>) -> Option<Then> {
        let opening = Span { start: json.span.start, end: json.span.start + 1 };
        if !json.is_object() {
            let found = json.kind_name();
            self.report(
                &Problem::BodyType { key: "then", expected: "an object", found, fatal: true },
                json.span,
            );
            return None;
        }
        self.check_duplicates(json);
        for member in
            json.members().iter().filter(|m| !key_eq(&m.key, "effect") && !key_eq(&m.key, "details"))
        {
            let nearest = crate::diagnostic::nearest(&member.key, ["effect", "details"]);
            let problem = Problem::UnknownRuleKey { place: "`then`", key: member.key.to_string(), nearest };
            self.report(&problem, member.key_span);
        }
        let effect = match json.get("effect") {
            Some(effect) => self.effect(effect),
            None => {
                self.report(&Problem::MissingKey { place: "`then`", key: "effect" }, opening);
                None
            }
        };
        let details = json.get("details").map(|details| self.details(details));
        self.place = Place::Condition;
        Some(Then { effect: effect?, details })
    }

    fn effect(&mut self, json: &Json<'_>) -> Option<Template> {
        self.place = Place::Effect;
        let Some(text) = json.as_text() else {
            self.report(&Problem::EffectShape { found: json.kind_name() }, json.span);
            return None;
        };
        let effect = self.text_template(text, json.span);
        if let Some(Value::Text(name)) = effect.literal()
            && Effect::find(name).is_none()
        {
            let nearest = crate::diagnostic::nearest(name, Effect::ALL.iter().map(|(_, n)| *n));
            self.report(&Problem::UnknownEffect { name: name.to_string(), nearest }, json.span);
        }
        Some(effect)
    }

    fn details(&mut self, json: &Json<'_>) -> Details {
        self.check_duplicates(json);
        let shape = shape(json);
        let existence = json.get("existenceCondition").and_then(|condition| {
            self.place = Place::Condition;
            let read = self.condition(condition);
            if let Some(read) = &read {
                self.check_size(read, "conditions in `existenceCondition`", limits::EXISTENCE_CONDITIONS);
            }
            read
        });
        self.place = Place::Details;
        let body = if shape == DetailsShape::DataPlane {
            self.note_uses(json);
            literal(json)
        } else {
            self.details_body(json, &[])
        };
        Details { shape, existence, body }
    }

    /// The parameters that a bundle for a data plane is given are used (spec D-60), whatever else its texts mean:
    /// nothing is told of them.
    fn note_uses(&mut self, json: &Json<'_>) {
        let (told, calls) = (self.diagnostics.len(), self.calls);
        self.template(json);
        self.diagnostics.truncate(told);
        self.calls = calls;
    }

    /// Everything but the existence condition, which has been read, and the deployment's template, whose
    /// expressions belong to another language (spec F-33).
    fn details_body(&mut self, json: &Json<'_>, path: &[&str]) -> Template {
        let Kind::Object(members) = &json.kind else { return self.template(json) };
        let mut read = Vec::with_capacity(members.len());
        for member in members {
            let is = |name: &str| key_eq(&member.key, name);
            let own = ["deployment", "properties"].iter().find(|name| is(name)).copied().unwrap_or("");
            let opaque = match path {
                [] => is("existenceCondition"),
                ["deployment", "properties"] => is("template"),
                _ => false,
            };
            if opaque && is("template") {
                self.check_exact_duplicates(&member.value);
            }
            let value = if opaque {
                literal(&member.value)
            } else if path.len() < 2 && !own.is_empty() {
                let deeper: Vec<&str> = path.iter().copied().chain([own]).collect();
                self.details_body(&member.value, &deeper)
            } else {
                self.template(&member.value)
            };
            match path {
                [] if is("operations") => self.check_operations(&value),
                ["deployment"] if is("location") => {
                    self.forbid(
                        &value,
                        &[Ask::RequestContext, Ask::UtcNow],
                        "the `location` of a deployment",
                    );
                }
                _ => {}
            }
            let key = Template {
                kind: TemplateKind::Literal(Value::text(member.key.as_ref())),
                span: member.key_span,
            };
            read.push((key, value));
        }
        Template { kind: TemplateKind::Object(read), span: json.span }
    }
}

impl Reading<'_> {
    /// The condition of an operation is decided by parameters and the request alone (spec E-40, F-34).
    fn check_operations(&mut self, operations: &Template) {
        let TemplateKind::Array(items) = &operations.kind else { return };
        for condition in items.iter().filter_map(|item| item.member("condition")) {
            let asks = [Ask::Field, Ask::ResourceGroup, Ask::Subscription];
            self.forbid(condition, &asks, "the `condition` of an operation");
        }
    }

    /// Reports calls that may not stand at this place.
    fn forbid(&mut self, template: &Template, asks: &[Ask], place: &'static str) {
        let mut found = Vec::new();
        template.walk(&mut |expression, span| {
            expression.root.walk_calls(&mut |node, function, _| {
                let row = functions::function(function);
                if matches!(row.run, Run::Asks(ask) if asks.contains(&ask)) {
                    found.push((row.name, self.source.inside_string(span, &expression.text, node.span)));
                }
            });
        });
        for (name, at) in found {
            self.report(&Problem::NotAllowed { name, place }, at);
        }
    }
}

fn literal(json: &Json<'_>) -> Template {
    Template { kind: TemplateKind::Literal(json.to_value()), span: json.span }
}

/// The shape of details decides how they are read (spec E-7).
fn shape(json: &Json<'_>) -> DetailsShape {
    let has = |names: &[&str]| names.iter().any(|name| json.get(name).is_some());
    match &json.kind {
        Kind::Array(_) => DetailsShape::Append,
        Kind::Object(_) if has(&["operations"]) => DetailsShape::Modify,
        Kind::Object(_)
            if has(&[
                "templateInfo",
                "constraintTemplate",
                "constraint",
                "mutationInfo",
                "policyId",
                "policy",
                "setting",
            ]) =>
        {
            DetailsShape::DataPlane
        }
        Kind::Object(_) if has(&["type", "existenceCondition"]) => DetailsShape::Related,
        Kind::Object(_) if has(&["actionNames"]) => DetailsShape::Action,
        Kind::Object(_) if has(&["defaultState"]) => DetailsShape::Manual,
        _ => DetailsShape::Opaque,
    }
}
