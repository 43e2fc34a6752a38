//! What the pages for users claim is run: each cell of the tables of `docs/arrays.md`, each condition shown there.

use ordain::probe::{Probe, Probed};
use ordain::{Aliases, Value};
use ordain_tests::shared;
use serde_json::{Value as Json, json};
use std::collections::HashMap;

/// What `ipRules` stands for on the page.
const ALIAS: &str = "Microsoft.ContainerRegistry/registries/networkRuleSet.ipRules";

fn page() -> String {
    std::fs::read_to_string(shared::root().join("docs/arrays.md")).expect("the page is there")
}

/// The tables of a page, each a list of rows of cells; the line of dashes is left out.
fn tables(page: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables = vec![Vec::new()];
    for line in page.lines() {
        match line.strip_prefix('|').and_then(|rest| rest.strip_suffix('|')) {
            Some(row) if row.starts_with("---") => {}
            Some(row) => {
                let cells = row.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect();
                tables.last_mut().expect("one table at least").push(cells);
            }
            None => tables.push(Vec::new()),
        }
    }
    tables.retain(|rows| !rows.is_empty());
    tables
}

fn registry(rules: &str) -> Json {
    let rules: Json = serde_json::from_str(rules).unwrap_or_else(|e| panic!("{rules}: {e}"));
    json!({"type": "Microsoft.ContainerRegistry/registries", "name": "r", "location": "westeurope",
        "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r",
        "properties": {"networkRuleSet": rules}})
}

fn judged(condition: &str, registry: &Json) -> String {
    let probe = Probe { aliases: Aliases::embedded(), ..Probe::default() };
    match probe.condition(&condition.replace("ipRules", ALIAS), registry) {
        Probed::Value(Value::Bool(truth)) => truth.to_string(),
        Probed::Failed(_) => "error".to_owned(),
        other => format!("{other:?}"),
    }
}

// spec: A-1, A-2, A-3, A-4, A-10, A-13, A-14, A-20, A-21, A-30, A-31, A-35, A-40, A-41, A-42, A-50, A-53
#[test]
fn every_cell_of_the_truth_tables() {
    let tables = tables(&page());
    let registries: HashMap<&str, Json> = tables
        .iter()
        .filter(|rows| rows[0][0] == "Column")
        .flat_map(|rows| rows.iter().skip(1))
        .map(|row| (row[0].as_str(), registry(&row[1])))
        .collect();
    let (mut cells, mut wrong) = (0, String::new());
    for rows in tables.iter().filter(|rows| rows[0][0] == "Condition") {
        for row in rows.iter().skip(1) {
            assert_eq!(row.len(), rows[0].len(), "{row:?}");
            for (column, told) in rows[0].iter().zip(row).skip(1) {
                let truth = judged(&row[0], &registries[column.as_str()]);
                cells += 1;
                if truth != *told {
                    wrong += &format!("{}\n  {column}: the page says {told}, it is {truth}\n", row[0]);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(cells >= 200, "only {cells} cells");
}

#[test]
fn every_condition_that_is_shown() {
    let page = page();
    let blocks: Vec<&str> = page.split("```json\n").skip(1).filter_map(|b| b.split("```").next()).collect();
    assert!(blocks.len() >= 3, "{blocks:?}");
    for block in blocks {
        let truth = judged(block, &registry(r#"{"ipRules": [{"value": "10.0.0.0/8"}]}"#));
        assert_eq!(truth, "true", "{block}");
    }
}
