//! An outcome with its explanation and the places of both documents.

use crate::inputs::Row;
use crate::judge::Judged;
use crate::place::{self, Place};
use ordain::{Compared, Explanation, Outcome, Position, Source, Span, State, Values};

/// An outcome worth a line.
pub struct Finding<'f> {
    pub outcome: Outcome<'f>,
    pub explanation: Explanation,
    row: &'f Row<'f>,
}

impl<'f> Finding<'f> {
    /// Judges once more, watching.
    pub fn of(judged: &'f Judged<'f>, outcome: Outcome<'f>) -> Self {
        let explanation = match &judged.row.asked {
            Some(asked) => outcome.explain(&asked.request.body),
            None => outcome.explain(&judged.row.json),
        };
        Self { outcome, explanation, row: judged.row }
    }

    /// The condition that decided, or failed.
    pub fn decider(&self) -> Option<&Compared> {
        self.explanation.failed().or_else(|| self.explanation.reason())
    }

    /// What is wrong, in one sentence.
    pub fn sentence(&self, values: Values) -> String {
        if let Some(sentence) = self.explanation.sentence(values) {
            return sentence;
        }
        match self.outcome.fault() {
            Some(fault) => fault.message().to_owned(),
            None => "the rule holds for every resource of this kind".to_owned(),
        }
    }

    /// What is wrong, or why nothing can be said.
    pub fn message(&self, values: Values) -> String {
        match self.outcome.state() {
            State::NotEvaluated | State::Unknown => {
                let reason = self.outcome.reason().unwrap_or(super::reasons::UNATTESTED);
                super::reasons::told(reason).why.to_owned()
            }
            _ => self.sentence(values),
        }
    }

    /// Where in the resource a condition looked.
    pub fn place_of(&self, compared: &Compared) -> Option<Place> {
        let location = compared.location()?;
        (!location.items().is_empty()).then(|| place::find(&self.row.json, location))
    }

    /// Where in the resource to look; the resource itself where no condition names a place.
    pub fn place(&self) -> Span {
        let place = self.decider().and_then(|compared| self.place_of(compared));
        place.map_or(self.row.json.span, |place| place.span)
    }

    /// The text of the resource.
    pub fn source(&self) -> &'f Source {
        &self.row.source
    }

    /// Line and column in the resource.
    pub fn position(&self) -> Position {
        self.source().position(self.place().start)
    }
}
