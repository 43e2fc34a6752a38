//! Why pairs of assignment and policy have no record for a resource (spec G-97, S-6).

use crate::judge::Judged;
use ordain::{Context, Engine};
use serde_json::json;

/// Each pair that left no record for a resource.
pub fn of(engine: &Engine, context: &Context, judged: &Judged<'_>) -> Vec<String> {
    let (id, row) = (judged.resource().id, judged.row);
    let present: Vec<usize> = judged.evaluation.outcomes().map(|o| o.pair().index()).collect();
    let pairs = engine.assignments().flat_map(|assignment| assignment.pairs());
    pairs
        .filter(|pair| pair.error().is_none() && !present.contains(&pair.index()))
        .filter_map(|pair| {
            let absence = match &row.asked {
                Some(asked) => engine.absence(&asked.request.body, asked.context(context), pair),
                None => engine.absence(&row.json, context, pair),
            };
            let absence = absence.ok()??;
            let value = json!({
                "resourceId": id, "assignmentId": pair.assignment().id(),
                "referenceId": pair.reference_id(), "kind": absence.name(),
            });
            Some(value.to_string())
        })
        .collect()
}
