//! Conditions: combinators and leaves (spec 01 section 7, spec C-10).

use super::{Problem, Reading, field, repeats};
use crate::ast::ExpressionRef;
use crate::ast::{
    Condition, ConditionKind, FieldName, FieldRef, Leaf, Operator, Subject, Template, TemplateKind,
};
use crate::expr::{Fragment, classify};
use crate::json::{Json, Member};
use crate::operators::{self, Check, OperandKind};
use crate::value::{Value, text::key_eq};

const LOGICAL: [&str; 3] = ["allOf", "anyOf", "not"];
/// What becomes of an array or object in a list.
const COMPARED: &str = "is compared member by member";

impl Reading<'_> {
    /// A condition; `None` when something in it is wrong, which is reported then.
    pub(super) fn condition(&mut self, json: &Json<'_>) -> Option<Condition> {
        if !json.is_object() {
            self.report(&Problem::ConditionShape { found: json.kind_name() }, json.span);
            return None;
        }
        let mark = self.diagnostics.len();
        self.check_duplicates(json);
        let logical = json.members().iter().find_map(|member| {
            LOGICAL.into_iter().find(|name| key_eq(name, &member.key)).map(|name| (name, member))
        });
        let kind = match logical {
            Some((name, member)) => self.logical(json, name, member),
            None => self.leaf(json).map(|leaf| ConditionKind::Leaf(Box::new(leaf))),
        };
        kind.filter(|_| !self.has_errors_since(mark)).map(|kind| Condition { kind, span: json.span })
    }

    fn logical(&mut self, json: &Json<'_>, name: &'static str, member: &Member<'_>) -> Option<ConditionKind> {
        for other in json.members().iter().filter(|m| m.key_span != member.key_span) {
            let problem = Problem::ExtraKeyInLogical { logical: name, other: other.key.to_string() };
            self.report(&problem, other.key_span);
        }
        let value = &member.value;
        if name == "not" {
            if !value.is_object() {
                let problem = Problem::LogicalShape {
                    logical: name,
                    expected: "a condition",
                    found: value.kind_name(),
                };
                self.report(&problem, value.span);
                return None;
            }
            return self.condition(value).map(|inner| ConditionKind::Not(Box::new(inner)));
        }
        if !value.is_array() {
            let expected = "an array of conditions";
            let problem = Problem::LogicalShape { logical: name, expected, found: value.kind_name() };
            self.report(&problem, value.span);
            return None;
        }
        let all = name == "allOf";
        if value.items().is_empty() {
            self.report(&Problem::EmptyLogical { logical: name, value: all }, value.span);
        }
        // All members are read, so that all their errors are told.
        let members: Vec<Option<Condition>> = value.items().iter().map(|item| self.condition(item)).collect();
        let members = members.into_iter().collect::<Option<Vec<_>>>()?;
        Some(if all { ConditionKind::AllOf(members) } else { ConditionKind::AnyOf(members) })
    }

    fn leaf(&mut self, json: &Json<'_>) -> Option<Leaf> {
        let mut subjects = Vec::new();
        let mut tests: Vec<(Operator, &Member<'_>)> = Vec::new();
        let mut repeated = repeats(json.members(), str::to_ascii_lowercase).into_iter().peekable();
        for member in json.members() {
            // A key that occurs twice has been told; it is not a second operator as well.
            if repeated.next_if(|(_, repeat)| repeat.key_span == member.key_span).is_some() {
                continue;
            }
            let subject = ["field", "value", "count"].into_iter().find(|name| key_eq(name, &member.key));
            if let Some(name) = subject {
                subjects.push((name, member));
            } else if let Some(operator) = operators::find(&member.key) {
                tests.push((operator, member));
            } else if key_eq(&member.key, "source") {
                self.report(&Problem::LegacySource, member.key_span);
            } else {
                let nearest = operators::nearest(&member.key);
                let problem = Problem::UnknownConditionKey { key: member.key.to_string(), nearest };
                self.report(&problem, member.key_span);
            }
        }
        let explained = json.members().len() > subjects.len() + tests.len();
        match (&subjects[..], &tests[..]) {
            ([(name, subject)], [(operator, test)]) => self.comparison(name, subject, *operator, test),
            (subjects, tests) => {
                if let [_, (_, second), ..] = subjects {
                    self.report(&Problem::MultipleSubjects, second.key_span);
                } else if subjects.is_empty() && !explained {
                    self.report(&Problem::MissingSubject, json.span);
                }
                if let [(first, _), (second, member), ..] = tests {
                    let names = (operators::row(*first).name, operators::row(*second).name);
                    let problem = Problem::MultipleOperators { first: names.0, second: names.1 };
                    self.report(&problem, member.key_span);
                } else if tests.is_empty() && !explained && !subjects.is_empty() {
                    self.report(&Problem::MissingOperator, json.span);
                }
                // The rest is read all the same, so that all its errors are told (spec D-74).
                for (name, subject) in subjects {
                    self.subject(name, &subject.value);
                }
                for (_, test) in tests {
                    self.template(&test.value);
                }
                None
            }
        }
    }

    fn comparison(
        &mut self,
        kind: &str,
        subject: &Member<'_>,
        operator: Operator,
        test: &Member<'_>,
    ) -> Option<Leaf> {
        let read = self.subject(kind, &subject.value);
        if matches!(read, Some(Subject::Count(_))) && operator == Operator::Exists {
            self.report(&Problem::CountExists, test.key_span);
        }
        let mark = self.diagnostics.len();
        let operand = self.template(&test.value);
        if !self.has_errors_since(mark) {
            self.check_operand(operator, &operand);
        }
        read.map(|subject| Leaf { subject, operator, operator_span: test.key_span, operand })
    }

    fn subject(&mut self, kind: &str, json: &Json<'_>) -> Option<Subject> {
        match kind {
            "field" => self.field(json).map(Subject::Field),
            "value" => Some(Subject::Value(self.template(json))),
            _ => self.count(json).map(|count| Subject::Count(Box::new(count))),
        }
    }

    /// A field reference that is not inside an expression.
    pub(super) fn field(&mut self, json: &Json<'_>) -> Option<FieldRef> {
        let Some(text) = json.as_text().filter(|t| !t.is_empty()) else {
            let found = if json.as_text().is_some() { "empty string" } else { json.kind_name() };
            self.report(&Problem::FieldShape { found }, json.span);
            return None;
        };
        let name = match classify(text) {
            Fragment::Expression(text) => {
                FieldName::Expression(ExpressionRef(self.expression(text, json.span)?))
            }
            Fragment::Literal(_) => match field::classify(text) {
                Some(name) => name,
                None => {
                    self.unknown_field(text, json.span);
                    return None;
                }
            },
        };
        Some(FieldRef { name, text: text.into(), span: json.span })
    }

    /// Literal operands are checked here; computed ones when they are known (spec C-10, C-12).
    fn check_operand(&mut self, operator: Operator, operand: &Template) {
        let row = operators::row(operator);
        let Some(value) = operand.literal() else {
            let never = match (&operand.kind, row.operand) {
                (TemplateKind::Array(_), OperandKind::List | OperandKind::Any) => false,
                (TemplateKind::Object(_), OperandKind::Any) | (TemplateKind::Expression(_), _) => false,
                (TemplateKind::Array(_) | TemplateKind::Object(_), _) => true,
                _ => false,
            };
            if never {
                let message = format!("takes {}", row.operand.words());
                self.report(&Problem::OperandType { operator: row.name, message }, operand.span);
            }
            self.check_composed(operator, operand);
            return;
        };
        let name = row.name;
        let textual = row.operand == OperandKind::Text;
        let refused = match value {
            Value::Null => row.operand != OperandKind::Any,
            Value::Array(_) | Value::Object(_) if textual => true,
            _ => Check::prepare_literal(operator, value).is_err(),
        };
        if refused {
            let message = format!("takes {}, not {}", row.operand.words(), found(value, row.operand));
            return self.report(&Problem::OperandType { operator: name, message }, operand.span);
        }
        match value {
            Value::Null => self.report(&Problem::NullOperand { operator: name }, operand.span),
            Value::Array(members) if row.operand == OperandKind::List => {
                for member in members.iter() {
                    let consequence = match member {
                        Value::Null => "never matches",
                        Value::Array(_) | Value::Object(_) => COMPARED,
                        _ => continue,
                    };
                    let problem = Problem::ListMember { operator: name, kind: member.kind(), consequence };
                    self.report(&problem, operand.span);
                }
            }
            Value::Array(_) | Value::Object(_) => {
                self.report(&Problem::NonScalarOperand { operator: name, kind: value.kind() }, operand.span);
            }
            Value::Number(_) | Value::Bool(_) if textual => {
                self.report(&Problem::OperandConverted { operator: name, kind: value.kind() }, operand.span);
            }
            Value::Text(text) => self.check_wildcards(operator, text, operand),
            _ => {}
        }
    }

    /// Arrays and objects with expressions inside: what is written of them can be said already.
    fn check_composed(&mut self, operator: Operator, operand: &Template) {
        let row = operators::row(operator);
        match (&operand.kind, row.operand) {
            (TemplateKind::Array(_), OperandKind::Any) => {
                self.report(&Problem::NonScalarOperand { operator: row.name, kind: "array" }, operand.span);
            }
            (TemplateKind::Object(_), OperandKind::Any) => {
                self.report(&Problem::NonScalarOperand { operator: row.name, kind: "object" }, operand.span);
            }
            (TemplateKind::Array(members), OperandKind::List) => {
                for member in members {
                    let (kind, consequence) = match &member.kind {
                        TemplateKind::Literal(Value::Null) => ("null", "never matches"),
                        TemplateKind::Literal(Value::Array(_)) | TemplateKind::Array(_) => {
                            ("array", COMPARED)
                        }
                        TemplateKind::Literal(Value::Object(_)) | TemplateKind::Object(_) => {
                            ("object", COMPARED)
                        }
                        _ => continue,
                    };
                    self.report(&Problem::ListMember { operator: row.name, kind, consequence }, operand.span);
                }
            }
            _ => {}
        }
    }

    fn check_wildcards(&mut self, operator: Operator, text: &str, operand: &Template) {
        let name = operators::row(operator).name;
        match operator {
            Operator::Like | Operator::NotLike if text.matches('*').count() > 1 => {
                self.report(&Problem::MultipleWildcards { operator: name }, operand.span);
            }
            Operator::Contains | Operator::NotContains if text.contains('*') => {
                self.report(&Problem::WildcardInContains { operator: name }, operand.span);
            }
            _ => {}
        }
    }
}

/// What stands in place of an operand; a text of the right kind but the wrong content is shown itself.
fn found(value: &Value, wanted: OperandKind) -> String {
    match value {
        Value::Text(text) if wanted == OperandKind::Flag => format!("`{text}`"),
        other => crate::diagnostic::a(other.kind()),
    }
}
