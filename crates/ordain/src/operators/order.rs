//! less, lessOrEquals, greater, greaterOrEquals: numbers with numbers, texts with texts (spec C-40 … C-45).

use crate::ast::Operator;
use crate::value::{Fault, FaultKind, Number, Value, View, text, time};
use std::cmp::Ordering;

/// A prepared right side.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Order {
    operator: Operator,
    against: Against,
}

#[derive(Clone, Debug, PartialEq)]
enum Against {
    Number(Number),
    /// A text, and the instant that it is a timestamp of.
    Text(Box<str>, Option<i128>),
}

impl Order {
    pub(super) fn new(operator: Operator, operand: &Value) -> Result<Self, Fault> {
        let against = match operand {
            Value::Number(Number::Float(f)) if !f.is_finite() => return Err(too_big()),
            Value::Number(n) => Against::Number(n.clone()),
            other => {
                let text = other.as_text().unwrap_or_default();
                Against::Text(text.into(), time::universal(text))
            }
        };
        Ok(Self { operator, against })
    }

    pub(super) fn holds(&self, left: View<'_>) -> Result<bool, Fault> {
        let order = match (left, &self.against) {
            (View::Null, _) => return Ok(false),
            (View::Number(n), Against::Number(wanted)) => n.order(wanted.view()).ok_or_else(too_big)?,
            (View::Text(t), Against::Text(wanted, instant)) => match (instant, time::universal(t)) {
                (Some(wanted), Some(given)) => given.cmp(wanted),
                _ => text::fold_order(t, wanted),
            },
            (other, against) => {
                let wanted = if matches!(against, Against::Number(_)) { "a number" } else { "a string" };
                let message = format!("the value is of type {}, but the operand is {wanted}", other.kind());
                return Err(Fault::new(FaultKind::TypeMismatch, message));
            }
        };
        Ok(match self.operator {
            Operator::Less => order == Ordering::Less,
            Operator::LessOrEquals => order != Ordering::Greater,
            Operator::Greater => order == Ordering::Greater,
            _ => order != Ordering::Less,
        })
    }
}

fn too_big() -> Fault {
    Fault::new(FaultKind::NumberRange, "the number is beyond the range of a double")
}
