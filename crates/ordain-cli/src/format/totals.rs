//! Counts of resources by policy, type, subscription and resource group: the report without findings.

use super::Report;
use ordain::State;
use ordain::compliance::Counts;

/// Resources that have something in common, by state.
pub struct Total {
    /// `policy`, `type`, `subscription` or `resourceGroup`.
    pub by: &'static str,
    /// Display name, type, or id.
    pub name: String,
    pub counts: Counts,
}

impl Total {
    /// Resources with a finding.
    pub fn bad(&self) -> usize {
        self.counts.of(State::NonCompliant) + self.counts.of(State::Conflict)
    }
}

/// All of them, policies first; within each kind those with most findings first, then by name.
pub fn totals(report: &Report<'_>) -> Vec<Total> {
    let compliance = &report.judgement.compliance;
    let pairs = report.engine.assignments().flat_map(|assignment| assignment.pairs());
    let policies = pairs.map(|pair| Total {
        by: "policy",
        name: pair.display_name().to_owned(),
        counts: compliance.pair(pair).resources,
    });
    let types = report.judgement.types.values().map(|(name, counts)| Total {
        by: "type",
        name: name.clone(),
        counts: *counts,
    });
    let scopes = compliance.scopes().filter_map(|scope| {
        let lower = scope.id.to_ascii_lowercase();
        let by = match lower.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>()[..] {
            ["subscriptions", _] => "subscription",
            ["subscriptions", _, "resourcegroups", _] => "resourceGroup",
            _ => return None,
        };
        Some(Total { by, name: scope.id.clone(), counts: scope.level.resources })
    });
    let mut all: Vec<Total> =
        policies.chain(types).chain(scopes).filter(|total| total.counts.total() > 0).collect();
    let rank = |by: &str| ["policy", "type", "subscription", "resourceGroup"].iter().position(|b| *b == by);
    all.sort_by_cached_key(|total| {
        (rank(total.by), std::cmp::Reverse(total.bad()), total.name.to_lowercase())
    });
    all
}
