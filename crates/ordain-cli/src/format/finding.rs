//! An outcome with its explanation and the places of both documents.

use crate::inputs::Row;
use crate::judge::Judged;
use crate::place;
use ordain::{Compared, Explanation, Outcome, Position, Source, Span, State, Values};
use ordain_author::suite::Tree;

/// An outcome worth a line.
pub struct Finding<'f> {
    pub outcome: Outcome<'f>,
    pub explanation: Explanation,
    resource: Resource<'f>,
}

/// What was judged.
#[derive(Clone, Copy)]
enum Resource<'f> {
    /// A row of an input.
    Row(&'f Row<'f>),
    /// The resource of a test, which may be put together from several texts.
    Case(&'f Tree),
}

/// Where to look in a resource.
#[derive(Clone, Copy)]
pub struct Spot<'f> {
    pub source: &'f Source,
    pub span: Span,
    /// Whether the value itself is there; else its nearest parent is.
    pub there: bool,
}

impl<'f> Finding<'f> {
    /// Judges once more, watching.
    pub fn of(judged: &'f Judged<'f>, outcome: Outcome<'f>) -> Self {
        let explanation = match &judged.row.asked {
            Some(asked) => outcome.explain(&asked.request.body),
            None => outcome.explain(&judged.row.json),
        };
        Self { outcome, explanation, resource: Resource::Row(judged.row) }
    }

    /// The same for the resource of a test.
    pub fn of_case(resource: &'f Tree, outcome: Outcome<'f>) -> Self {
        let explanation = outcome.explain(resource);
        Self { outcome, explanation, resource: Resource::Case(resource) }
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
    pub fn place_of(&self, compared: &Compared) -> Option<Spot<'f>> {
        let location = compared.nearest().filter(|location| !location.items().is_empty())?;
        Some(match self.resource {
            Resource::Row(row) => {
                let place = place::find(&row.json, location);
                Spot { source: &row.source, span: place.span, there: place.there }
            }
            Resource::Case(tree) => {
                let found = tree.find(location);
                Spot { source: found.source, span: found.span, there: found.there }
            }
        })
    }

    /// Where in the resource to look; the resource itself where no condition names a place.
    pub fn place(&self) -> Spot<'f> {
        let place = self.decider().and_then(|compared| self.place_of(compared));
        place.unwrap_or(match self.resource {
            Resource::Row(row) => Spot { source: &row.source, span: row.json.span, there: true },
            Resource::Case(tree) => Spot { source: &tree.place.source, span: tree.place.span, there: true },
        })
    }

    /// The text with that place.
    pub fn source(&self) -> &'f Source {
        self.place().source
    }

    /// Line and column of that place.
    pub fn position(&self) -> Position {
        let place = self.place();
        place.source.position(place.span.start)
    }
}
