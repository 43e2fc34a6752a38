//! Values of parameters: single ones and files (spec 01 section 6).

use super::bytes;
use crate::args::Given;
use ordain::json::{Dialect, Json, read};
use ordain::{Diagnostic, Node as _, Object, Source, Value};
use std::path::PathBuf;

/// Names and values in the order in which later ones win: those of the configuration, then of the line; of each
/// files first, single values last.
pub fn parameters(given: &Given, diagnostics: &mut Vec<Diagnostic>) -> Vec<(String, Value)> {
    let mut values = Vec::new();
    files(&given.configured_files, &mut values, diagnostics);
    values.extend(given.configured.iter().cloned());
    files(&given.files, &mut values, diagnostics);
    for (name, text) in &given.single {
        values.push((name.clone(), value(text)));
    }
    values
}

fn files(paths: &[PathBuf], values: &mut Vec<(String, Value)>, diagnostics: &mut Vec<Diagnostic>) {
    for path in paths {
        match bytes::read_file(path, bytes::POLICY_BYTES) {
            Ok(mut text) => {
                diagnostics.append(&mut text.diagnostics);
                file(&text.source, values, diagnostics);
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
}

/// What deployments' parameter files give to templates; later files win.
pub fn template_parameters(paths: &[PathBuf], diagnostics: &mut Vec<Diagnostic>) -> Object {
    let mut out = Object::default();
    for path in paths {
        let source = match super::source(path) {
            Ok(source) => source,
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                continue;
            }
        };
        let (json, problems) = read(source.text(), Dialect::Template);
        diagnostics.extend(problems.iter().map(|problem| super::rows::told(&source, problem)));
        match json.filter(|_| problems.iter().all(|p| p.warning)) {
            Some(json) if json.is_object() => {
                for (name, value) in ordain::requests::template_parameters(&json).members() {
                    out.push(name.clone(), value.clone());
                }
            }
            Some(json) => {
                let message = format!("expected an object of parameters, found {}", json.kind_name());
                let diagnostic = Diagnostic::error("ParameterFile", message).label(&source, json.span, "");
                diagnostics.push(diagnostic.help("give the parameter file of the deployment"));
            }
            None => {}
        }
    }
    out
}

/// A shell knows texts only. What looks like an array, an object or a quoted string is read as JSON; other
/// texts are taken as they are, and the engine makes numbers and booleans of them where such are declared.
fn value(text: &str) -> Value {
    let structured = matches!(text.trim_start().as_bytes().first(), Some(b'[' | b'{' | b'"'));
    match read(text, Dialect::Strict) {
        (Some(json), problems) if structured && problems.is_empty() => (&json).to_value(),
        _ => Value::text(text),
    }
}

fn file(source: &Source, values: &mut Vec<(String, Value)>, diagnostics: &mut Vec<Diagnostic>) {
    let (json, problems) = read(source.text(), Dialect::Template);
    for problem in &problems {
        diagnostics.push(super::rows::told(source, problem));
    }
    let Some(json) = json.filter(|_| problems.iter().all(|p| p.warning)) else { return };
    if !json.is_object() {
        let message = format!("expected an object of parameters, found {}", json.kind_name());
        diagnostics.push(
            Diagnostic::error("ParameterFile", message)
                .label(source, json.span, "")
                .help("write `{ \"name\": value }`, or give a deployment's parameter file"),
        );
        return;
    }
    let deployment = json.get("$schema").is_some() || json.get("contentVersion").is_some();
    // The same without its head (spec I-67).
    let alone = json.members().len() == 1 && json.get("parameters").is_some_and(Json::is_object);
    let members = if deployment || alone { json.get("parameters").unwrap_or(&json) } else { &json };
    for member in members.members().iter().filter(|m| !m.key.starts_with('$')) {
        let given = &member.value;
        if given.get("reference").is_some() && given.get("value").is_none() && given.members().len() == 1 {
            let message =
                format!("the value of `{}` lies in a key vault, which is out of reach here", member.key);
            let help = format!("give it with `--param {}=…`", member.key);
            diagnostics.push(
                Diagnostic::error("ParameterFile", message).label(source, member.key_span, "").help(help),
            );
            continue;
        }
        values.push((member.key.to_string(), unwrapped(given).to_value()));
    }
}

/// `{"value": …}` holds the value.
fn unwrapped<'j, 't>(given: &'j Json<'t>) -> &'j Json<'t> {
    match given.members() {
        [only] if only.key == "value" => &only.value,
        _ => given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_files() {
        // spec: I-67
        for text in [
            r#"{ "a": 1, "b": ["x"] }"#,
            r#"{ "a": { "value": 1 }, "b": { "value": ["x"] } }"#,
            r#"{ "$schema": "https://x/deploymentParameters.json#", "contentVersion": "1", "parameters": { "a": { "value": 1 }, "b": { "value": ["x"] } } }"#,
            r#"{ "parameters": { "a": { "value": 1 }, "b": ["x"] } }"#,
        ] {
            let (mut values, mut diagnostics) = (Vec::new(), Vec::new());
            file(&Source::new("p.json", text), &mut values, &mut diagnostics);
            let shown: Vec<String> =
                values.iter().map(|(name, value)| format!("{name}={}", value.to_json())).collect();
            assert_eq!((shown.join(" ").as_str(), diagnostics.len()), ("a=1 b=[\"x\"]", 0), "{text}");
        }
    }

    #[test]
    fn texts_stay_texts() {
        assert_eq!(value("1.20").as_text(), Some("1.20"));
        assert_eq!(value("[\"a\"]").as_array().map(<[Value]>::len), Some(1));
        assert_eq!(value("\"quoted\"").as_text(), Some("quoted"));
        assert_eq!(value("[resourceGroup().location]").as_text(), Some("[resourceGroup().location]"));
    }
}
