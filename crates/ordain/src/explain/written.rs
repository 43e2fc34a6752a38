//! A rule as it was written, before anything is judged: what a trace can be laid over.

use crate::ast::{
    Condition, ConditionKind, Count, Definition, ExprKind, Leaf, Subject, Template, TemplateKind,
};
use crate::functions::{Ask, Run, function};
use crate::source::{Source, Span};
use crate::value::{Value, text::key_eq};

/// A condition or combinator as it was written. Its bytes are those of the node of an explanation that tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    span: Span,
    group: Option<&'static str>,
    members: Vec<Written>,
    subject: String,
    /// Operator and operand, the operand alone, the operator's name.
    test: Option<(Span, Span, &'static str)>,
    counts: bool,
    filter: Option<Box<Written>>,
}

/// `then.effect` as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenEffect {
    span: Span,
    parameter: Option<String>,
    choices: Vec<String>,
}

impl Written {
    /// Of an `if` or `existenceCondition`.
    pub(crate) fn of(condition: &Condition, source: &Source) -> Self {
        let group = |group, members: &[Condition]| Self {
            span: condition.span,
            group: Some(group),
            members: members.iter().map(|member| Self::of(member, source)).collect(),
            subject: String::new(),
            test: None,
            counts: false,
            filter: None,
        };
        match &condition.kind {
            ConditionKind::AllOf(members) => group("allOf", members),
            ConditionKind::AnyOf(members) => group("anyOf", members),
            ConditionKind::Not(member) => group("not", std::slice::from_ref(member)),
            ConditionKind::Leaf(leaf) => Self::of_leaf(condition.span, leaf, source),
        }
    }

    fn of_leaf(span: Span, leaf: &Leaf, source: &Source) -> Self {
        let template = |template: &Template| match &template.kind {
            TemplateKind::Expression(expression) => expression.text.to_string(),
            TemplateKind::Literal(Value::Text(text)) => text.to_string(),
            _ => source.slice(template.span).to_owned(),
        };
        let (subject, count) = match &leaf.subject {
            Subject::Field(field) => (field.text.to_string(), None),
            Subject::Value(value) => (template(value), None),
            Subject::Count(count) => match &**count {
                Count::Field { field, .. } => (field.text.to_string(), Some(count)),
                Count::Value { value, .. } => (template(value), Some(count)),
            },
        };
        let mut test = leaf.operator_span;
        test.end = leaf.operand.span.end.max(test.end);
        Self {
            span,
            group: None,
            members: Vec::new(),
            subject,
            test: Some((test, leaf.operand.span, leaf.operator.name())),
            counts: count.is_some(),
            filter: count.and_then(|count| count.filter()).map(|filter| Box::new(Self::of(filter, source))),
        }
    }

    /// Bytes in the policy's text.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// `allOf`, `anyOf`, `not`; `None` for a condition.
    #[must_use]
    pub fn group(&self) -> Option<&'static str> {
        self.group
    }

    /// The members of a combinator; empty for a condition.
    #[must_use]
    pub fn members(&self) -> &[Written] {
        &self.members
    }

    /// The field, value or counted array of a condition as written; empty for a combinator.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The operator of a condition; `None` for a combinator.
    #[must_use]
    pub fn operator(&self) -> Option<&'static str> {
        self.test.map(|(_, _, name)| name)
    }

    /// Bytes of a condition's operator and operand; `None` for a combinator.
    #[must_use]
    pub fn test_span(&self) -> Option<Span> {
        self.test.map(|(span, _, _)| span)
    }

    /// Bytes of a condition's operand; `None` for a combinator.
    #[must_use]
    pub fn operand_span(&self) -> Option<Span> {
        self.test.map(|(_, span, _)| span)
    }

    /// Whether it is a count.
    #[must_use]
    pub fn is_count(&self) -> bool {
        self.counts
    }

    /// The `where` of a count.
    #[must_use]
    pub fn filter(&self) -> Option<&Written> {
        self.filter.as_deref()
    }
}

impl WrittenEffect {
    /// Of a definition.
    pub(crate) fn of(definition: &Definition) -> Self {
        let effect = &definition.rule.then.effect;
        let text = |value: &Value| value.as_text().map(str::to_owned);
        let (mut parameter, mut choices) = (None, Vec::new());
        match &effect.kind {
            TemplateKind::Literal(value) => choices.extend(text(value)),
            TemplateKind::Expression(expression) => {
                parameter = named(&expression.root.kind).map(str::to_owned);
                let declared = parameter
                    .as_deref()
                    .and_then(|name| definition.parameters.iter().find(|p| key_eq(&p.name, name)));
                if let Some(declared) = declared {
                    choices.extend(declared.allowed.iter().filter_map(text));
                    if choices.is_empty() {
                        choices.extend(declared.default.as_ref().and_then(text));
                    }
                }
            }
            TemplateKind::Array(_) | TemplateKind::Object(_) => {}
        }
        Self { span: effect.span, parameter, choices }
    }

    /// Bytes in the policy's text.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The parameter that it is, where the whole of it is `[parameters('…')]`.
    #[must_use]
    pub fn parameter(&self) -> Option<&str> {
        self.parameter.as_deref()
    }

    /// What it may be, as spelled: the text itself, or the parameter's allowed values, its default where nothing
    /// restricts it. Empty where only judging tells.
    #[must_use]
    pub fn choices(&self) -> &[String] {
        &self.choices
    }
}

/// The name in `parameters('…')`.
fn named(kind: &ExprKind) -> Option<&str> {
    let ExprKind::Call { function: id, arguments } = kind else { return None };
    match (function(*id).run, arguments.as_slice()) {
        (Run::Asks(Ask::Parameters), [argument]) => match &argument.kind {
            ExprKind::Literal(Value::Text(name)) => Some(name),
            _ => None,
        },
        _ => None,
    }
}
