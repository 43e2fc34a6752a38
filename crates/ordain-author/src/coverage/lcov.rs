//! Coverage as an lcov tracefile: a line for each condition and effect, a branch for each goal.

use super::{Part, PolicyCoverage, Report};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Writes the tracefile. A line's count is how often a condition that begins there was judged; the branches of a
/// condition are its goals in the order of docs/coverage.md, without those that are exempt.
#[must_use]
pub fn write(report: &Report) -> String {
    let mut files: BTreeMap<&str, Vec<&PolicyCoverage>> = BTreeMap::new();
    for policy in &report.policies {
        files.entry(policy.source.name()).or_default().push(policy);
    }
    let mut text = String::new();
    for (name, policies) in files {
        text.push_str("TN:\n");
        put(&mut text, format_args!("SF:{name}"));
        of_file(&mut text, &policies);
        text.push_str("end_of_record\n");
    }
    text
}

fn of_file(text: &mut String, policies: &[&PolicyCoverage]) {
    let mut lines: BTreeMap<u32, usize> = BTreeMap::new();
    let (mut found, mut hit) = (0, 0);
    let items = policies.iter().flat_map(|policy| policy.items.iter().map(move |item| (policy, item)));
    for (block, (policy, item)) in items.enumerate() {
        let line = policy.position(item).line;
        let reached = match item.part {
            Part::Effect => item.goals.iter().map(|state| state.hits).sum(),
            _ => item.tally.reached(),
        };
        *lines.entry(line).or_default() += reached;
        for (branch, state) in item.goals.iter().enumerate().filter(|(_, state)| state.exempt.is_none()) {
            let taken = if reached == 0 { "-".to_owned() } else { state.hits.to_string() };
            put(text, format_args!("BRDA:{line},{block},{branch},{taken}"));
            found += 1;
            hit += usize::from(state.hits > 0);
        }
    }
    put(text, format_args!("BRF:{found}"));
    put(text, format_args!("BRH:{hit}"));
    for (line, count) in &lines {
        put(text, format_args!("DA:{line},{count}"));
    }
    put(text, format_args!("LF:{}", lines.len()));
    put(text, format_args!("LH:{}", lines.values().filter(|count| **count > 0).count()));
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{line}");
}
