//! Strings at expression positions: which are expressions, what these may call here (spec F-32 … F-36).

use super::{CountScope, Place, Problem, Reading, field};
use crate::ast::{Expr, ExprKind, Expression, Template, TemplateKind};
use crate::expr::{Fragment, classify};
use crate::functions::{self, Ask, Run, Standing};
use crate::json::{Json, Kind};
use crate::limits;
use crate::source::Span;
use crate::value::{Node, Num, Object, Value, text::key_eq};
use std::cell::LazyCell;
use std::sync::Arc;

impl Reading<'_> {
    /// A JSON value in which strings may be expressions. Faulty expressions are reported and become null.
    pub(super) fn template(&mut self, json: &Json<'_>) -> Template {
        let span = json.span;
        let kind = match &json.kind {
            Kind::Text(text) => return self.text_template(text, span),
            Kind::Array(items) => {
                let items: Vec<Template> = items.iter().map(|item| self.template(item)).collect();
                match items.iter().map(|t| t.literal().cloned()).collect::<Option<Vec<_>>>() {
                    Some(values) => TemplateKind::Literal(Value::array(values)),
                    None => TemplateKind::Array(items),
                }
            }
            Kind::Object(members) => {
                let mut read = Vec::with_capacity(members.len());
                for member in members {
                    read.push((
                        self.text_template(&member.key, member.key_span),
                        self.template(&member.value),
                    ));
                }
                literal_object(&read).map_or(TemplateKind::Object(read), TemplateKind::Literal)
            }
            Kind::Number(Num::Float(float)) if !float.is_finite() => {
                self.report(&Problem::NumberRange, span);
                TemplateKind::Literal(Value::Null)
            }
            _ => TemplateKind::Literal(json.to_value()),
        };
        Template { kind, span }
    }

    pub(super) fn text_template(&mut self, text: &str, span: Span) -> Template {
        let kind = match classify(text) {
            Fragment::Literal(text) => TemplateKind::Literal(Value::text(text)),
            Fragment::Expression(text) => match self.expression(text, span) {
                Some(expression) => TemplateKind::Expression(expression),
                None => TemplateKind::Literal(Value::Null),
            },
        };
        Template { kind, span }
    }

    /// Parses an expression and checks what it calls; reports everything wrong with it.
    pub(super) fn expression(&mut self, text: &str, span: Span) -> Option<Arc<Expression>> {
        let length = text.chars().count();
        if length > limits::EXPRESSION_LENGTH {
            let problem = Problem::LimitExceeded {
                what: "characters of an expression",
                found: length,
                limit: limits::EXPRESSION_LENGTH,
            };
            self.report(&problem, span);
        }
        match self.pool.parse(text) {
            Ok(expression) => {
                let mark = self.diagnostics.len();
                self.check_calls(&expression, span);
                (!self.has_errors_since(mark)).then_some(expression)
            }
            Err(mistakes) => {
                let decoded = self.source.decoded(span, text);
                for mistake in mistakes.iter() {
                    let at = decoded.span(mistake.span);
                    let problem = Problem::Expression {
                        code: mistake.kind.name(),
                        message: mistake.message.clone(),
                        nearest: mistake.nearest,
                    };
                    self.report(&problem, at);
                }
                None
            }
        }
    }

    fn check_calls(&mut self, expression: &Arc<Expression>, span: Span) {
        let depth = expression.root.depth();
        if depth > limits::EXPRESSION_DEPTH {
            let what = "depth of nested calls";
            self.report(
                &Problem::LimitExceeded { what, found: depth, limit: limits::EXPRESSION_DEPTH },
                span,
            );
        }
        let mut calls = Vec::new();
        expression
            .root
            .walk_calls(&mut |node, function, arguments| calls.push((node.span, function, arguments)));
        self.calls += calls.len();
        // Only what is reported needs its place in the file.
        let source = self.source;
        let decoded = LazyCell::new(|| source.decoded(span, &expression.text));
        for (at, function, arguments) in calls {
            let row = functions::function(function);
            let name = || {
                let end = at.start + u32::try_from(row.name.len()).unwrap_or(0);
                decoded.span(Span { end, ..at })
            };
            let at = || decoded.span(at);
            if arguments.len() > limits::ARGUMENTS {
                let what = "arguments of one call";
                self.report(
                    &Problem::LimitExceeded { what, found: arguments.len(), limit: limits::ARGUMENTS },
                    name(),
                );
            }
            if row.standing == Standing::Extra {
                self.report(&Problem::FunctionNotInPolicy { name: row.name }, name());
            }
            if let Run::Asks(ask) = row.run {
                self.check_ask(row.name, ask, arguments, at);
            }
        }
    }

    /// What may be called where (spec F-34), and names that are literal.
    fn check_ask(&mut self, name: &'static str, ask: Ask, arguments: &[Expr], at: impl Fn() -> Span) {
        let words = match self.place {
            Place::Effect => "an effect: it is decided before any resource is there",
            Place::Condition | Place::Details => "`details`",
            Place::Reference => "the parameters of a reference",
        };
        let literal = arguments.first().map(|argument| match &argument.kind {
            ExprKind::Literal(value) => Some(value),
            _ => None,
        });
        match (ask, self.place) {
            (Ask::Parameters, _) => {
                if let Some(Some(Value::Text(parameter))) = literal {
                    self.use_parameter(parameter, at);
                }
            }
            (_, Place::Effect) => self.report(&Problem::NotAllowed { name, place: words }, at()),
            (_, Place::Reference) => {
                let message = format!("`{name}` may not be called in {words}");
                self.report(
                    &Problem::Expression { code: "ExpressionNotAllowed", message, nearest: None },
                    at(),
                );
            }
            (Ask::Current, _) => self.check_current(literal, at),
            (Ask::Field, _) => match literal {
                Some(Some(Value::Text(text))) if field::classify(text).is_none() => {
                    self.unknown_field(text, at());
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn use_parameter(&mut self, name: &Arc<str>, at: impl Fn() -> Span) {
        self.used.push(name.clone());
        let Some(declared) = &self.declared else { return };
        if !declared.iter().any(|d| key_eq(d, name)) {
            let nearest = crate::diagnostic::nearest(name, declared.iter().map(|d| &**d)).map(str::to_owned);
            self.report(&Problem::UndeclaredParameter { name: name.to_string(), nearest }, at());
        }
    }

    fn check_current(&mut self, name: Option<Option<&Value>>, at: impl Fn() -> Span) {
        if self.counts.is_empty() || self.place != Place::Condition {
            return self.report(&Problem::CurrentOutsideCount, at());
        }
        match name {
            None if self.counts.len() > 1 => self.report(&Problem::CurrentAmbiguous, at()),
            Some(Some(Value::Text(name))) if !self.counts.iter().any(|scope| scope.answers(name)) => {
                let names = self.counts.iter().map(|scope| match scope {
                    CountScope::Value(name) | CountScope::Field(name) => &**name,
                });
                let nearest = crate::diagnostic::nearest(name, names).map(str::to_owned);
                self.report(&Problem::UnknownCurrent { name: name.to_string(), nearest }, at());
            }
            _ => {}
        }
    }
}

impl CountScope {
    /// Whether `current(name)` can mean this count (spec A-51).
    fn answers(&self, name: &str) -> bool {
        match self {
            Self::Value(own) => key_eq(own, name),
            Self::Field(alias) => {
                let stars = alias.match_indices("[*]").map(|(at, star)| at + star.len());
                stars.filter_map(|end| alias.get(..end)).any(|prefix| field::is_prefix(prefix, name))
            }
        }
    }
}

fn literal_object(members: &[(Template, Template)]) -> Option<Value> {
    let literal = |(key, value): &(Template, Template)| match key.literal()? {
        Value::Text(key) => Some((key.clone(), value.literal()?.clone())),
        _ => None,
    };
    members.iter().map(literal).collect::<Option<Object>>().map(Value::object)
}
