//! The engine for JavaScript: JSON texts in, a JSON text out, faults as a thrown `Error`.

use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

/// The types by hand: the generated ones would say `string` and nothing else.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = r#"
/** What the text that `evaluate` returns holds. */
export interface Answer {
  /** Version of the engine that judged. */
  version: string;
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
    read("policy", policy)?;
    read("resource", resource)?;
    Ok(json!({ "version": env!("CARGO_PKG_VERSION") }).to_string())
}

fn read(what: &str, text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("the {what} is no JSON: {error}"))
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn names_its_version() {
        assert_eq!(answer("{}", "{}").unwrap(), format!(r#"{{"version":"{}"}}"#, env!("CARGO_PKG_VERSION")));
    }

    #[test]
    fn says_which_text_is_at_fault() {
        assert!(answer("{", "{}").unwrap_err().starts_with("the policy is no JSON: "));
        assert!(answer("{}", "").unwrap_err().starts_with("the resource is no JSON: "));
    }
}
