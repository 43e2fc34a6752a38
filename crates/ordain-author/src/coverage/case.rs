//! From a case of a suite to what it shows.

use super::Coverage;
use crate::suite::Judged;
use ordain::{PairView, Trace};

/// What a case shows, to be taken in when it is one's turn.
pub struct Sight<'j> {
    pairs: &'j [PairView<'j>],
    traces: Vec<Trace<'j>>,
}

impl<'j> Sight<'j> {
    /// Watches the case once more: the body as the case gives it, whatever the mode.
    #[must_use]
    pub fn of(judged: &Judged<'j>) -> Self {
        let traces = judged.engine.traces(judged.resource, judged.context).unwrap_or_default();
        let meant = |trace: &Trace<'_>| judged.pairs.iter().any(|pair| pair.index() == trace.pair().index());
        Self { pairs: judged.pairs, traces: traces.into_iter().filter(meant).collect() }
    }
}

impl Coverage {
    /// Takes in what a case shows of the policies that it is about.
    pub fn take(&mut self, sight: &Sight<'_>) {
        sight.pairs.iter().filter_map(|pair| pair.policy()).for_each(|policy| self.add(policy));
        sight.traces.iter().for_each(|trace| self.see(trace));
    }
}
