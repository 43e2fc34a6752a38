//! Serialisable records: one outcome with its reasons, for every surface that hands out JSON.

mod action;
pub mod azure;
pub mod request;
pub mod states;

pub use action::{
    ActionRecord, CascadeRecord, DeploymentRecord, ExistingRecord, OperationRecord, RelatedRecord,
    SkippedRecord, action,
};

use crate::document::Document;
use crate::engine::{Evaluation, Outcome};
use crate::explain::{Compared, Values};
use crate::outcome::State;
use serde::Serialize;

/// One outcome as data.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OutcomeRecord {
    /// Which policy.
    pub policy: PolicyRecord,
    /// The state's wire name (spec 09 section 1).
    pub state: &'static str,
    /// Of `NotEvaluated` the reason (spec S-4), of `Error` the name of what failed, of `NonCompliant` what would
    /// have to hold (spec S-70).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// What is wrong, in one sentence; absent for `Compliant`, `Protected` and `Unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The conditions that decided, in the policy's order.
    pub conditions: Vec<ConditionRecord>,
}

/// The policy of an outcome.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PolicyRecord {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What people call it.
    pub display_name: String,
    /// The effective effect.
    pub effect: &'static str,
}

/// One condition that decided.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConditionRecord {
    /// `Field`, `Value` or `Count`.
    pub kind: &'static str,
    /// The field, value or counted array as written.
    pub subject: String,
    /// The operator.
    pub operator: &'static str,
    /// The right side, masked like the left one.
    pub operand: serde_json::Value,
    /// Whether the condition held.
    pub result: bool,
    /// Where in the resource: a normalised path of RFC 9535; absent for what is made, not found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Where the alias leads on this type, and who says so; absent for subjects that are no alias (spec L-62).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<AliasRecord>,
    /// The left side; absent when missing, `"******"` for secrets, those inside an object too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<serde_json::Value>,
    /// The first elements that a count counted: paths, or the members of a given array.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counted: Vec<serde_json::Value>,
    /// Line and column of the condition in the policy's text.
    pub line: u32,
    /// Column, in characters.
    pub column: u32,
}

/// The path of an alias.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AliasRecord {
    /// The path with `[*]` for each element.
    pub path: String,
    /// `catalogue`, `exceptions` or `rule`.
    pub from: &'static str,
}

/// The records of an evaluation. `document` must be the one that was judged.
///
/// ```
/// # fn main() -> Result<(), ordain::Error> {
/// let engine = ordain::Engine::builder()
///     .definition_json(r#"{"mode": "All", "policyRule": {
///         "if": {"field": "tags['env']", "exists": false}, "then": {"effect": "audit"}}}"#)?
///     .build()?;
/// let resource = serde_json::json!({"type": "Microsoft.Network/routeTables", "name": "r"});
/// let records = ordain::report::outcomes(&engine.evaluate(&resource)?, &resource, Default::default());
/// let json = serde_json::to_value(&records).expect("records are JSON");
/// assert_eq!(json[0]["state"], "NonCompliant");
/// assert_eq!(json[0]["message"], "tags['env'] is missing, must be set");
/// # Ok(()) }
/// ```
#[must_use]
pub fn outcomes<D: Document + ?Sized>(
    evaluation: &Evaluation<'_>,
    document: &D,
    values: Values,
) -> Vec<OutcomeRecord> {
    evaluation.outcomes().map(|outcome| record(&outcome, document, values)).collect()
}

/// The record of one outcome. `document` must be the one that was judged.
#[must_use]
pub fn record<D: Document + ?Sized>(outcome: &Outcome<'_>, document: &D, values: Values) -> OutcomeRecord {
    let policy = outcome.policy();
    let why = outcome.explain(document);
    // Of what is protected, or waits for somebody's word, nothing is wrong.
    let told = !matches!(outcome.state(), State::Compliant | State::Protected | State::Unknown);
    OutcomeRecord {
        policy: PolicyRecord {
            id: policy.id().to_owned(),
            name: policy.name().to_owned(),
            display_name: policy.display_name().to_owned(),
            effect: policy.effect(),
        },
        state: outcome.state().name(),
        reason: match outcome.state() {
            State::NonCompliant => why.reason_code(),
            _ => outcome.reason(),
        },
        message: if told { why.sentence(values) } else { None },
        conditions: why.decisive().into_iter().map(|c| condition(c, &why, values)).collect(),
    }
}

fn condition(compared: &Compared, why: &crate::explain::Explanation, values: Values) -> ConditionRecord {
    let at = compared.position(why.source());
    let shown = |value: &crate::value::Value| compared.shown(value, values).to_json();
    let value = compared.side().and_then(|side| side.value());
    ConditionRecord {
        kind: compared.kind(),
        subject: compared.subject().to_owned(),
        operator: compared.operator(),
        operand: compared.operand().map_or(serde_json::Value::Null, shown),
        result: compared.truth() == crate::evaluate::Truth::True,
        path: compared.location().filter(|l| !l.items().is_empty()).map(crate::explain::Location::json_path),
        alias: compared
            .alias()
            .map(|read| AliasRecord { path: read.path().to_owned(), from: read.layer().name() }),
        value: value.map(shown),
        counted: compared.counted().iter().map(|side| compared.element(side, values)).collect(),
        line: at.line,
        column: at.column,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use serde_json::{Value as Json, json};

    /// The record of the one outcome.
    fn recorded(condition: &Json, resource: &Json, values: Values) -> Json {
        let policy = json!({"mode": "All", "policyRule": {"if": condition, "then": {"effect": "audit"}}});
        let engine = Engine::builder().definition_json(&policy.to_string()).unwrap().build().unwrap();
        let records = outcomes(&engine.evaluate(resource).unwrap(), resource, values);
        serde_json::to_value(&records).unwrap()[0].clone()
    }

    /// The conditions of the one outcome.
    fn conditions(condition: &Json, resource: &Json, values: Values) -> Json {
        recorded(condition, resource, values)["conditions"].clone()
    }

    #[test]
    fn secrets_are_masked_on_both_sides() {
        // spec: S-47
        let site = json!({"type": "Microsoft.Web/sites", "properties": {
            "adminPassword": "left", "siteConfig": {"connectionString": "inner", "alwaysOn": true}}});
        let named = json!({"field": "Microsoft.Web/sites/adminPassword", "notEquals": "right"});
        let shown = conditions(&named, &site, Values::MaskSecrets);
        assert_eq!((&shown[0]["value"], &shown[0]["operand"]), (&json!("******"), &json!("******")));
        let inside = json!({"field": "Microsoft.Web/sites/siteConfig", "notEquals": "x"});
        let shown = conditions(&inside, &site, Values::MaskSecrets);
        assert_eq!(shown[0]["value"], json!({"connectionString": "******", "alwaysOn": true}));
        assert_eq!(shown[0]["operand"], "x");
        let shown = conditions(&named, &site, Values::Show);
        assert_eq!((&shown[0]["value"], &shown[0]["operand"]), (&json!("left"), &json!("right")));
    }

    /// What failed when the policy was compiled is told like what fails on the resource.
    #[test]
    fn failures_of_constants_are_told() {
        // spec: L-41, C-63
        let resource = json!({"type": "A.B/c", "kind": "web"});
        let failing = json!({"field": "[length('abc')]", "equals": "a"});
        let behind = json!({"allOf": [{"field": "kind", "equals": "web"}, failing]});
        for condition in [&failing, &behind] {
            let record = recorded(condition, &resource, Values::Show);
            assert_eq!(record["state"], "Error");
            assert_eq!(record["message"], "[length('abc')]: a field is named by a text, not by the integer");
        }
    }
}
