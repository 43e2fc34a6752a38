//! How much unfolding one template may cause: copies of copies must not exhaust time, memory or stack.

use std::cell::Cell;

/// Nodes and bytes of text that a template may unfold to: far beyond what a deployment may hold.
const UNITS: usize = 64 << 20;
/// What a node costs on top of its text.
const NODE: usize = 64;
/// Nesting of resources, values, expressions and variables that are being resolved.
const DEPTH: usize = 300;

/// What is left. Shared by all scopes of one template.
#[derive(Debug)]
pub(crate) struct Work {
    units: Cell<usize>,
    depth: Cell<usize>,
    /// Whether `uniqueString` is worked out from what is known: names of policy objects need not be those of Azure,
    /// bodies of requests must be.
    unique: bool,
}

impl Work {
    pub(crate) fn new() -> Self {
        Self { units: Cell::new(UNITS), depth: Cell::new(DEPTH), unique: false }
    }

    pub(crate) fn with_unique_names() -> Self {
        Self { unique: true, ..Self::new() }
    }

    pub(crate) fn gives_unique_names(&self) -> bool {
        self.unique
    }

    /// Takes the cost of a node with this much text.
    ///
    /// # Errors
    /// Nothing is left: why, in words.
    pub(crate) fn spend(&self, text: usize) -> Result<(), &'static str> {
        let left = self.units.get().checked_sub(text.saturating_add(NODE));
        self.units.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or("the template unfolds to too much")
    }

    /// Runs one level deeper.
    ///
    /// # Errors
    /// It is too deep already, or nothing is left: why, in words.
    pub(crate) fn deeper<T>(&self, run: impl FnOnce() -> T) -> Result<T, &'static str> {
        self.spend(0)?;
        let left = self.depth.get().checked_sub(1).ok_or("it is nested too deeply")?;
        self.depth.set(left);
        let result = run();
        self.depth.set(left + 1);
        Ok(result)
    }
}
