//! Policy states as Azure writes them (spec 09 sections 6 and 7).

use super::Report;
use ordain::report::azure::{self, AzureOptions, AzureRecord};
use std::io::{self, Write};

/// The records in the order of resource ids, or the totals.
pub fn azure(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.options.summary {
        serde_json::to_writer_pretty(&mut *out, &azure::summary(&report.judgement.compliance))?;
        return writeln!(out);
    }
    let options = AzureOptions {
        details: report.options.details,
        values: report.options.values,
        full_values: report.options.full_values,
        extras: report.options.extras,
    };
    let mut records: Vec<AzureRecord> = Vec::new();
    for judged in &report.judgement.judged {
        let document = &judged.row.json;
        let outcomes = judged.evaluation.outcomes();
        records.extend(outcomes.map(|outcome| azure::record(&outcome, document, report.context, options)));
    }
    // Stable: pairs of one resource keep their order (spec S-40, G-100).
    records.sort_by_cached_key(|record| record.resource_id.to_ascii_lowercase());
    // As they are serialised: a tree of JSON values would sort the keys (spec S-41).
    serde_json::to_writer_pretty(&mut *out, &azure::envelope(&records))?;
    writeln!(out)
}
