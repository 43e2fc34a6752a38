//! Template expressions.

use crate::source::Span;
use crate::value::{Fault, Value};
use std::sync::Arc;

/// Place of a function in the registry of `functions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FunctionId(pub(crate) u16);

/// One expression string, parsed. Shared by every place with the same text.
#[derive(Debug, PartialEq)]
pub struct Expression {
    /// The decoded string with its outer brackets.
    pub text: Arc<str>,
    /// The tree; spans count bytes of `text`.
    pub root: Expr,
}

/// A node of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its bytes in the expression's text.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A text or integer, or what folding made of a constant part.
    Literal(Value),
    /// A constant part that fails when it is reached (spec C-63).
    Fail(Fault),
    /// A function call.
    Call {
        /// Which function.
        function: FunctionId,
        /// The arguments.
        arguments: Vec<Expr>,
    },
    /// `.name`
    Property {
        /// The receiver.
        of: Box<Expr>,
        /// The name.
        name: Arc<str>,
    },
    /// `[index]`
    Element {
        /// The receiver.
        of: Box<Expr>,
        /// The index or name.
        index: Box<Expr>,
    },
}

impl Expr {
    /// Visits every call with its node, outermost first.
    pub fn walk_calls<'e>(&'e self, visit: &mut impl FnMut(&'e Expr, FunctionId, &'e [Expr])) {
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Fail(_) => {}
            ExprKind::Call { function, arguments } => {
                visit(self, *function, arguments);
                arguments.iter().for_each(|a| a.walk_calls(visit));
            }
            ExprKind::Property { of, .. } => of.walk_calls(visit),
            ExprKind::Element { of, index } => {
                of.walk_calls(visit);
                index.walk_calls(visit);
            }
        }
    }

    /// Depth of nested calls (spec F-14).
    #[must_use]
    pub fn depth(&self) -> usize {
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Fail(_) => 0,
            ExprKind::Call { arguments, .. } => 1 + arguments.iter().map(Expr::depth).max().unwrap_or(0),
            ExprKind::Property { of, .. } => of.depth(),
            ExprKind::Element { of, index } => of.depth().max(index.depth()),
        }
    }
}
