//! Answers that hold no request: failed calls, refusals, files of parameters (spec I-54, I-57, I-9 test 1).

use super::kind::REFUSED;
use super::{Reading, RequestKind, opening};
use crate::diagnostic::Diagnostic;
use crate::json::Json;

pub(super) fn read(reading: &mut Reading<'_>, json: &Json<'_>) {
    let at = opening(json);
    let diagnostic = match reading.out.kind {
        RequestKind::Parameters => {
            Diagnostic::error("NotResources", "this is a parameter file of a deployment, not a resource")
                .help("give it beside its template")
        }
        RequestKind::Refusal => {
            let said = said(json).unwrap_or_else(|| REFUSED.to_owned());
            Diagnostic::error("NotResources", "this is the answer of a call that a policy refused")
                .note(said)
                .help("judge the template, or a what-if of it")
        }
        _ => {
            let said = said(json).unwrap_or_else(|| "without a code".to_owned());
            Diagnostic::error("FailedResult", format!("the call failed: {said}"))
                .note("nothing was judged")
                .help("look at its `error`, mend the cause and export again")
        }
    };
    reading.tell(diagnostic, at, "");
}

/// Code and first line of the message, of `error` or the top level.
fn said(json: &Json<'_>) -> Option<String> {
    let error = json.get("error").filter(|error| error.is_object()).unwrap_or(json);
    let text = |name: &str| error.get(name).and_then(Json::as_text).filter(|text| !text.is_empty());
    let message = text("message").and_then(|message| message.lines().find(|line| !line.trim().is_empty()));
    let message = message.map(|line| line.trim().chars().take(300).collect::<String>());
    match (text("code"), message) {
        (Some(code), Some(message)) => Some(format!("{code}: {message}")),
        (Some(code), None) => Some(code.to_owned()),
        (None, message) => message,
    }
}
