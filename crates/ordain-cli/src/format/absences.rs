//! Why pairs of assignment and policy have no record for a resource (spec G-97, S-6).

use super::Report;
use crate::inputs::Row;
use crate::judge::Resource;
use serde_json::{Value, json};

/// Each resource with each pair that left no record for it.
pub fn absences<'r>(report: &'r Report<'r>) -> impl Iterator<Item = Value> + 'r {
    let judged = report.judgement.judged.iter().map(|judged| {
        let pairs: Vec<usize> = judged.evaluation.outcomes().map(|o| o.pair().index()).collect();
        (judged.row, pairs)
    });
    let others = report.judgement.not_applicable.iter().map(|row| (*row, Vec::new()));
    judged.chain(others).flat_map(|(row, present)| of(report, row, &present))
}

fn of(report: &Report<'_>, row: &Row<'_>, present: &[usize]) -> Vec<Value> {
    let id = Resource::of(&row.json).id;
    let pairs = report.engine.assignments().flat_map(|assignment| assignment.pairs());
    pairs
        .filter(|pair| pair.error().is_none() && !present.contains(&pair.index()))
        .filter_map(|pair| {
            let absence = match &row.asked {
                Some(asked) => {
                    report.engine.absence(&asked.request.body, asked.context(report.context), pair)
                }
                None => report.engine.absence(&row.json, report.context, pair),
            };
            let absence = absence.ok()??;
            Some(json!({
                "resourceId": id, "assignmentId": pair.assignment().id(),
                "referenceId": pair.reference_id(), "kind": absence.name(),
            }))
        })
        .collect()
}
