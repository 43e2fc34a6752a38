//! The engine for JavaScript: JSON texts in, a JSON text out, faults as a thrown `Error`.

use ordain::{Diagnostic, Engine, Source, Values, json::Dialect, report};
use serde_json::json;
use wasm_bindgen::prelude::*;

/// The types by hand: the generated ones would say `string` and nothing else.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = r#"
/** What the text that `evaluate` returns holds. */
export interface Answer {
  /** Version of the engine that judged. */
  version: string;
  /** One for each definition that applies to the resource, in the policy's order. */
  outcomes: Outcome[];
  /** What was noticed in the policy, and in judging: warnings, and definitions that were left out. */
  diagnostics: Diagnostic[];
}

/** What one policy says of the resource. */
export interface Outcome {
  policy: { id: string; name: string; displayName: string; effect: string };
  state: "Compliant" | "NonCompliant" | "Error" | "NotEvaluated" | "Protected" | "Unknown";
  /** Why it is not evaluated, what failed, or what would have to hold. */
  reason?: string;
  /** What is wrong, in one sentence. */
  message?: string;
  /** The conditions that decided. */
  conditions: Condition[];
}

/** A condition that decided. */
export interface Condition {
  kind: "Field" | "Value" | "Count";
  subject: string;
  operator: string;
  operand: unknown;
  result: boolean;
  /** Normalised JSONPath of the value in the resource. */
  path?: string;
  /** Where the alias leads on resources of this type, and who says so; "rule" is exact for listed aliases. */
  alias?: { path: string; from: "catalogue" | "exceptions" | "rule" };
  value?: unknown;
  /** The first elements that a count counted: paths, or the members of a given array. */
  counted?: unknown[];
  /** Place of the condition in the policy's text, from 1. */
  line: number;
  column: number;
}

/** A finding about the policy's text. */
export interface Diagnostic {
  severity: "error" | "warning" | "info";
  code: string;
  message: string;
  line?: number;
  column?: number;
  help: string[];
}

/**
 * Judges one resource against one policy definition.
 *
 * @param policy   text of a definition, in any envelope that the command line takes
 * @param resource text of one resource as Azure Resource Manager shows it
 * @returns JSON text of an `Answer`
 * @throws Error when one of the texts can't be read
 */
export function evaluate(policy: string, resource: string): string;
"#;

/// Judges one resource against one policy definition; both are JSON texts, and so is the answer.
///
/// # Errors
///
/// When one of the texts is no JSON. The message says which, and where in it.
#[wasm_bindgen(skip_typescript)]
pub fn evaluate(policy: &str, resource: &str) -> Result<String, JsError> {
    answer(policy, resource).map_err(|message| JsError::new(&message))
}

/// Everything but the contact with JavaScript, so that it can be tested without it.
fn answer(policy: &str, resource: &str) -> Result<String, String> {
    let (engine, diagnostics) =
        Engine::builder().policies(&Source::new("policy", policy)).build_what_can_be();
    if engine.policies().next().is_none() {
        let told = diagnostics.iter().filter(|d| d.is_error()).map(ToString::to_string).collect::<Vec<_>>();
        return Err(format!("the policy holds no definition that can be used: {}", told.join("; ")));
    }
    let (document, problems) = ordain::json::read(resource, Dialect::Strict);
    let Some(document) = document.filter(|_| problems.iter().all(|p| p.warning)) else {
        let source = Source::new("resource", resource);
        let fault = problems.iter().find(|p| !p.warning);
        let told = fault.map(|p| p.diagnostic(&source, "").to_string()).unwrap_or_default();
        return Err(format!("the resource is no JSON: {told}"));
    };
    let evaluation = engine.evaluate(&document).map_err(|e| format!("the resource cannot be judged: {e}"))?;
    let noticed = evaluation.notices().map(|notice| diagnostic(&notice.diagnostic()));
    let answer = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "outcomes": report::outcomes(&evaluation, &document, Values::MaskSecrets),
        "diagnostics": diagnostics.iter().map(diagnostic).chain(noticed).collect::<Vec<_>>(),
    });
    Ok(answer.to_string())
}

fn diagnostic(diagnostic: &Diagnostic) -> serde_json::Value {
    let at = diagnostic.labels().first().map(|label| label.position());
    json!({
        "severity": diagnostic.severity().name(),
        "code": diagnostic.code(),
        "message": diagnostic.message(),
        "line": at.map(|at| at.line),
        "column": at.map(|at| at.column),
        "help": diagnostic.helps(),
    })
}

#[cfg(test)]
mod tests {
    use super::answer;

    const POLICY: &str = r#"{"mode": "All", "policyRule": {
        "if": {"field": "location", "notEquals": "West Europe"}, "then": {"effect": "deny"}}}"#;

    #[test]
    fn judges() {
        let resource = r#"{"type": "Microsoft.Network/routeTables", "name": "r", "location": "eastus"}"#;
        let answer: serde_json::Value = serde_json::from_str(&answer(POLICY, resource).unwrap()).unwrap();
        assert_eq!(answer["outcomes"][0]["state"], "NonCompliant");
        assert_eq!(answer["outcomes"][0]["message"], "location is `eastus`, must be `westeurope`");
    }

    #[test]
    fn says_which_text_is_at_fault() {
        assert!(answer("{", "{}").unwrap_err().starts_with("the policy holds no definition"));
        assert!(answer(POLICY, "").unwrap_err().starts_with("the resource is no JSON: "));
        // The warning about half a character comes first; the fault is what is told, with its place.
        let fault = answer(POLICY, "{\"name\": \"\\ud800\",\n\"type\" 1}").unwrap_err();
        assert!(fault.starts_with("the resource is no JSON: resource:2:8: error[BadJson]: "), "{fault}");
        assert!(answer(POLICY, "{}").unwrap_err().starts_with("the resource cannot be judged: "));
    }
}
