//! Counts: form, names, nesting (spec A-30 … A-46).

use super::{CountScope, Problem, Reading, field};
use crate::ast::{Condition, Count, FieldName};
use crate::json::{Json, Member};
use crate::limits;
use crate::value::text::key_eq;
use std::sync::Arc;

impl Reading<'_> {
    pub(super) fn count(&mut self, json: &Json<'_>) -> Option<Count> {
        if !json.is_object() {
            self.report(&Problem::CountShape { message: "`count` must be an object" }, json.span);
            return None;
        }
        self.check_duplicates(json);
        let known = ["field", "value", "name", "where"];
        for member in json.members() {
            if !known.into_iter().any(|name| key_eq(name, &member.key)) {
                self.report(&Problem::CountShape { message: "unknown key in `count`" }, member.key_span);
            }
        }
        let (filter, name) = (json.entry("where"), json.entry("name"));
        match (json.entry("field"), json.entry("value")) {
            (Some(field), None) => self.field_count(&field.value, name, filter),
            (None, Some(value)) => self.value_count(&value.value, name, filter),
            _ => {
                let message = "`count` must have either `field` or `value`";
                self.report(&Problem::CountShape { message }, json.span);
                None
            }
        }
    }

    fn field_count(
        &mut self,
        json: &Json<'_>,
        name: Option<&Member<'_>>,
        filter: Option<&Member<'_>>,
    ) -> Option<Count> {
        if let Some(name) = name {
            self.report(
                &Problem::CountShape { message: "`name` belongs to a count over `value`" },
                name.key_span,
            );
        }
        let field = self.field(json)?;
        match &field.name {
            FieldName::Alias(alias) => {
                self.check_field_count(alias.clone(), json);
            }
            FieldName::Expression(expression) => {
                self.report(&Problem::CountFieldExpression, json.span);
                let mut reads = false;
                expression.0.root.walk_calls(&mut |_, function, _| {
                    use crate::functions::{Ask, Run};
                    let run = crate::functions::function(function).run;
                    reads |= matches!(run, Run::Asks(ask) if ask != Ask::Parameters);
                });
                if reads {
                    let message = "the field of a count may depend on parameters only";
                    self.report(&Problem::CountShape { message }, json.span);
                }
            }
            _ => {
                self.report(&Problem::CountShape { message: "only an array alias can be counted" }, json.span)
            }
        }
        let filter = self.filter(filter, CountScope::Field(field.text.clone()))?;
        Some(Count::Field { field, filter })
    }

    fn check_field_count(&mut self, alias: Arc<str>, json: &Json<'_>) {
        if alias.contains("[*]") && !alias.ends_with("[*]") {
            self.report(&Problem::CountFieldTail, json.span);
        }
        let enclosing = self.counts.iter().rev().find_map(|scope| match scope {
            CountScope::Field(outer) => Some(outer.clone()),
            CountScope::Value(_) => None,
        });
        if enclosing.is_some_and(|outer| !field::is_prefix(&outer, &alias)) {
            self.report(&Problem::NestedCountSibling, json.span);
        }
        let known = self.field_counts.iter_mut().find(|(name, _)| key_eq(name, &alias));
        match known {
            Some((_, count)) => {
                *count += 1;
                let found = *count;
                if found == limits::FIELD_COUNTS + 1 {
                    let what = "counts over one array";
                    self.report(
                        &Problem::LimitExceeded { what, found, limit: limits::FIELD_COUNTS },
                        json.span,
                    );
                }
            }
            None => self.field_counts.push((alias, 1)),
        }
    }

    fn value_count(
        &mut self,
        json: &Json<'_>,
        name: Option<&Member<'_>>,
        filter: Option<&Member<'_>>,
    ) -> Option<Count> {
        self.value_counts += 1;
        if self.value_counts == limits::VALUE_COUNTS + 1 {
            let problem = Problem::LimitExceeded {
                what: "value counts in one rule",
                found: self.value_counts,
                limit: limits::VALUE_COUNTS,
            };
            self.report(&problem, json.span);
        }
        let value = self.template(json);
        let name: Arc<str> = match name {
            None => {
                if !self.counts.is_empty() {
                    self.report(&Problem::CountNameMissing, json.span);
                }
                "default".into()
            }
            Some(member) => match member.value.as_text() {
                Some(text) => {
                    if !text.chars().all(|c| c.is_ascii_alphanumeric()) || text.is_empty() {
                        self.report(&Problem::CountName { name: text.to_owned() }, member.value.span);
                    }
                    let hides =
                        |scope: &CountScope| matches!(scope, CountScope::Value(outer) if key_eq(outer, text));
                    if self.counts.iter().any(hides) {
                        self.report(&Problem::CountNameHidden { name: text.to_owned() }, member.value.span);
                    }
                    text.into()
                }
                None => {
                    self.report(
                        &Problem::CountShape { message: "`name` must be a string" },
                        member.value.span,
                    );
                    return None;
                }
            },
        };
        let filter = self.filter(filter, CountScope::Value(name.clone()))?;
        Some(Count::Value { value, name, filter })
    }

    /// `where`: `Some(None)` when absent, `None` when faulty.
    fn filter(&mut self, filter: Option<&Member<'_>>, scope: CountScope) -> Option<Option<Condition>> {
        let Some(member) = filter else { return Some(None) };
        self.counts.push(scope);
        let condition = self.condition(&member.value);
        self.counts.pop();
        condition.map(Some)
    }
}
