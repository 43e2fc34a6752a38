//! Interned expression texts: each is parsed once, however many policies repeat it.

use super::{Mistake, parse};
use crate::ast::Expression;
use std::collections::HashMap;
use std::sync::Arc;

/// An expression, or everything that is wrong with its text.
pub type Parsed = Result<Arc<Expression>, Arc<[Mistake]>>;

/// The texts parsed so far, good and bad.
#[derive(Debug, Default)]
pub struct Pool {
    known: HashMap<Arc<str>, Parsed>,
}

impl Pool {
    /// The expression of this text (with its brackets), parsed now or earlier.
    ///
    /// # Errors
    /// What is wrong with the text, all of it.
    pub fn parse(&mut self, text: &str) -> Parsed {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let text: Arc<str> = text.into();
        let parsed = match parse(&text) {
            Ok(root) => Ok(Arc::new(Expression { text: text.clone(), root })),
            Err(mistakes) => Err(mistakes.into()),
        };
        self.known.insert(text, parsed.clone());
        parsed
    }
}
