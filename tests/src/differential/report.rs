//! What was compared, and how it went.

use crate::reference::{self, Record};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A pair on which the two do not agree.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The policy.
    pub origin: String,
    /// Its smallest rule.
    pub body: Json,
    /// The smallest resource.
    pub resource: Json,
    /// Whether it was judged as a row.
    pub row: bool,
    /// What the engine says.
    pub engine: Answer,
    /// What the reference says.
    pub reference: Answer,
}

/// A record, no record, or no resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Neither type nor id (L-16).
    NotAResource,
    /// No record.
    None,
    /// A record.
    Record(Record),
}

impl Answer {
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotAResource => "not a resource",
            Self::None => "no record",
            Self::Record(record) => record.state,
        }
    }
}

/// What was compared, and how it went.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Pairs compared.
    pub pairs: usize,
    /// Of these, pairs that agree.
    pub agreed: usize,
    /// Policies, as different texts.
    pub policies: usize,
    /// Types of the resources.
    pub types: BTreeSet<String>,
    /// Outcomes by state and reason.
    pub outcomes: BTreeMap<String, usize>,
    /// Records by what stands in the rule.
    pub features: BTreeMap<&'static str, usize>,
    /// The first differences.
    pub differences: Vec<Difference>,
}

/// Whether the two say the same. Where related resources decide, that there is a record of a rule that is true, or
/// of a failure in finding them.
pub fn agree(engine: &Answer, reference: &Answer) -> bool {
    match (engine, reference) {
        (Answer::Record(engine), Answer::Record(reference)) if reference.state == reference::RELATED => {
            engine.holds == Some(true) || (engine.state == "Error" && engine.holds.is_none())
        }
        _ => engine == reference,
    }
}

impl Report {
    /// Adds a difference, if none like it is there.
    pub fn tell(&mut self, found: Difference) {
        let like = |known: &Difference| {
            essence(&known.body) == essence(&found.body)
                || (known.engine == found.engine
                    && known.reference == found.reference
                    && known.resource == found.resource)
        };
        if !self.differences.iter().any(like) {
            self.differences.push(found);
        }
    }
}

/// What decides of a definition: rule, mode, and the defaults that the rule asks for.
fn essence(body: &Json) -> Json {
    let rule = &body["policyRule"];
    let text = rule.to_string().to_ascii_lowercase();
    let mut defaults = json!({});
    for (name, declared) in body["parameters"].as_object().into_iter().flatten() {
        if text.contains(&format!("'{}'", name.to_ascii_lowercase())) {
            defaults[name] = declared["defaultValue"].clone();
        }
    }
    json!({"if": rule["if"], "effect": rule["then"]["effect"], "mode": body["mode"], "defaults": defaults})
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for difference in &self.differences {
            writeln!(f, "{}{}", difference.origin, if difference.row { " (row)" } else { "" })?;
            writeln!(f, "  policy:    {}", essence(&difference.body))?;
            writeln!(f, "  resource:  {}", difference.resource)?;
            writeln!(f, "  engine:    {:?}", difference.engine)?;
            writeln!(f, "  reference: {:?}", difference.reference)?;
        }
        writeln!(f, "{} pairs, {} policies, {} types", self.pairs, self.policies, self.types.len())?;
        for (outcome, count) in &self.outcomes {
            writeln!(f, "  {count:>9} {outcome}")?;
        }
        writeln!(f, "records of rules with")?;
        for (feature, count) in &self.features {
            writeln!(f, "  {count:>9} {feature}")?;
        }
        write!(f, "{} passed, {} failed", self.agreed, self.pairs - self.agreed)
    }
}
