//! Folding: what depends on parameters only is computed when they are bound, by the evaluator itself
//! (spec F-37, C-63).

use super::{Context, evaluate};
use crate::ast::{Expr, ExprKind, Expression, Template, TemplateKind};
use crate::functions::{self, Ask, Lazy, Run};
use crate::value::{Fault, FaultKind, Object, Value};
use std::sync::Arc;

/// A context that knows parameters and nothing else.
#[derive(Debug)]
pub struct Constants<'p>(pub &'p Object);

impl Context for Constants<'_> {
    fn ask(&self, ask: Ask, arguments: &[Value]) -> Result<Value, Fault> {
        if ask == Ask::Parameters {
            return parameter(self.0, arguments);
        }
        Err(Fault::new(FaultKind::Context, "there is no resource here"))
    }
}

/// The value of a bound parameter (spec F-212).
pub(crate) fn parameter(bound: &Object, arguments: &[Value]) -> Result<Value, Fault> {
    match arguments {
        [Value::Text(name)] => bound
            .get(name)
            .cloned()
            .ok_or_else(|| Fault::new(FaultKind::Parameter, format!("there is no parameter `{name}`"))),
        [other] => Err(Fault::new(
            FaultKind::Type,
            format!("expects the name of a parameter, got the {}", other.kind()),
        )),
        _ => Err(Fault::new(FaultKind::Arity, "expects one argument")),
    }
}

/// The expression with its constant parts computed. Evaluating it gives what evaluating the original gives.
#[must_use]
pub fn fold(expr: &Expr, constants: &Constants<'_>) -> Expr {
    let kind = match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Fail(_) => return expr.clone(),
        ExprKind::Property { of, name } => {
            ExprKind::Property { of: Box::new(fold(of, constants)), name: name.clone() }
        }
        ExprKind::Element { of, index } => {
            ExprKind::Element { of: Box::new(fold(of, constants)), index: Box::new(fold(index, constants)) }
        }
        ExprKind::Call { function, arguments } => {
            let arguments: Vec<Expr> = arguments.iter().map(|a| fold(a, constants)).collect();
            if let Run::Lazy(lazy) = functions::function(*function).run
                && let Some(chosen) = decided(lazy, &arguments)
            {
                return chosen;
            }
            ExprKind::Call { function: *function, arguments }
        }
    };
    let folded = Expr { kind, span: expr.span };
    if is_constant(&folded) {
        let kind = match evaluate(&folded, constants) {
            Ok(value) => ExprKind::Literal(value),
            Err(fault) => ExprKind::Fail(fault),
        };
        return Expr { kind, span: expr.span };
    }
    folded
}

/// A lazy call whose first argument settles it although others are not constant.
fn decided(lazy: Lazy, arguments: &[Expr]) -> Option<Expr> {
    let first = arguments.first()?;
    match (lazy, &first.kind) {
        (_, ExprKind::Fail(_)) => Some(first.clone()),
        (Lazy::If, ExprKind::Literal(Value::Bool(true))) => arguments.get(1).cloned(),
        (Lazy::If, ExprKind::Literal(Value::Bool(false))) => arguments.get(2).cloned(),
        (Lazy::And, ExprKind::Literal(Value::Bool(false)))
        | (Lazy::Or, ExprKind::Literal(Value::Bool(true))) => Some(first.clone()),
        _ => None,
    }
}

/// Whether nothing but constants is left below, given that the parts are folded already.
fn is_constant(expr: &Expr) -> bool {
    let settled = |e: &Expr| matches!(e.kind, ExprKind::Literal(_) | ExprKind::Fail(_));
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Fail(_) => true,
        ExprKind::Property { of, .. } => settled(of),
        ExprKind::Element { of, index } => settled(of) && settled(index),
        ExprKind::Call { function, arguments } => {
            let pure = match functions::function(*function).run {
                Run::Strict(_) | Run::Lazy(_) => true,
                Run::Asks(ask) => ask == Ask::Parameters,
                Run::Never => false,
            };
            pure && arguments.iter().all(settled)
        }
    }
}

/// The template with its constant parts computed.
#[must_use]
pub fn fold_template(template: &Template, constants: &Constants<'_>) -> Template {
    let kind = match &template.kind {
        TemplateKind::Literal(_) => return template.clone(),
        TemplateKind::Expression(expression) => {
            let root = fold(&expression.root, constants);
            match root.kind {
                ExprKind::Literal(value) => TemplateKind::Literal(value),
                _ if root == expression.root => TemplateKind::Expression(expression.clone()),
                _ => TemplateKind::Expression(Arc::new(Expression { text: expression.text.clone(), root })),
            }
        }
        TemplateKind::Array(items) => {
            TemplateKind::Array(items.iter().map(|t| fold_template(t, constants)).collect())
        }
        TemplateKind::Object(members) => TemplateKind::Object(
            members.iter().map(|(k, v)| (fold_template(k, constants), fold_template(v, constants))).collect(),
        ),
    };
    let folded = Template { kind, span: template.span };
    let all_literal = match &folded.kind {
        TemplateKind::Array(items) => items.iter().all(|t| t.literal().is_some()),
        TemplateKind::Object(members) => {
            members.iter().all(|(k, v)| k.literal().is_some() && v.literal().is_some())
        }
        _ => false,
    };
    // A computed name that is no text fails when it is reached, not here.
    match if all_literal { super::template(&folded, constants) } else { return folded } {
        Ok(value) => Template { kind: TemplateKind::Literal(value), span: template.span },
        Err(_) => folded,
    }
}
