//! Template string → `ast::Expr` with spans; `Expr` × `Context` → value: the one expression evaluator, which
//! link, compile and evaluate feed with the context they have.

mod evaluate;
mod fold;
mod parse;
mod pool;

pub use evaluate::{Context, evaluate, template};
pub(crate) use fold::parameter;
pub use fold::{Constants, fold, fold_template};
pub(crate) use parse::parse_deployment;
pub use parse::{Fragment, Mistake, classify, parse};
pub use pool::Pool;
