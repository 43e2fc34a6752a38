//! Findings as a compiler shows them: the condition of the policy and the value of the resource.

use super::finding::Finding;
use super::named;
use crate::judge::is_deny;
use crate::render::{Mark, Secrets, rendered, with_marks};
use crate::terminal::{Look, clean, wrap};
use crate::veil::Veils;
use annotate_snippets::{Group, Level};
use ordain::{Compared, State, Truth, Value, Values};

/// One finding with both documents.
pub fn snippets(finding: &Finding<'_>, values: Values, look: Look, veils: &mut Veils) -> String {
    let policy = finding.outcome.policy();
    let failed = finding.outcome.state() == State::Error;
    let base = if failed || is_deny(&finding.outcome) { Level::ERROR } else { Level::WARNING };
    let word = if failed { "error" } else { policy.effect() };
    let level = base.with_name(word);
    let title = look.glyphs(&clean(&named::outcome(&finding.outcome)));
    let mut group = Group::with_title(level.primary_title(title));
    let mut marks = Vec::new();
    if let Some(compared) = finding.decider() {
        let label = look.glyphs(&clean(&decides(compared, finding, values)));
        marks.push(Mark {
            source: finding.explanation.source(),
            span: if failed { compared.span() } else { compared.test_span() },
            text: label,
            primary: true,
            secrets: Secrets::Shown,
        });
        if let Some(place) = finding.place_of(compared) {
            let path = compared.nearest().map(ordain::Location::dotted).unwrap_or_default();
            let label = if place.there { path } else { format!("`{path}` is not here") };
            let span = place.span;
            let secrets = match values {
                Values::Show => Secrets::Shown,
                Values::MaskSecrets if compared.is_secret() && place.there => Secrets::Marked,
                Values::MaskSecrets => Secrets::ByName,
            };
            marks.push(Mark {
                source: place.source,
                span,
                text: look.glyphs(&clean(&label)),
                primary: false,
                secrets,
            });
        } else {
            marks.push(resource_itself(finding));
        }
    } else {
        marks.push(resource_itself(finding));
    }
    group = with_marks(group, &marks, veils);
    let wrong = !failed && finding.outcome.state() != State::Compliant;
    if let Some(help) = finding.decider().filter(|_| wrong).and_then(help) {
        group = group.element(Level::HELP.message(look.glyphs(&clean(&help))));
    }
    if let Some(read) = finding.decider().and_then(Compared::alias).filter(|read| read.is_guess()) {
        let told = format!("no list has this alias: its path `{}` is a guess", read.path());
        group = group.element(Level::NOTE.message(look.glyphs(&clean(&told))));
    }
    if let Some(related) = finding.outcome.related().filter(|_| !failed) {
        group = group.element(Level::NOTE.message(look.glyphs(&clean(&related.sentence()))));
    }
    let description = clean(policy.description());
    if !description.is_empty() && !failed {
        // Behind `note: ` and the bar.
        let lines = wrap(&description, look.width.unwrap_or(110).max(40).saturating_sub(14));
        group = group.element(Level::NOTE.message(look.glyphs(&lines.join("\n"))));
    }
    rendered(look, &[group])
}

fn resource_itself<'f>(finding: &Finding<'f>) -> Mark<'f> {
    let place = finding.place();
    let span = ordain::Span { start: place.span.start, end: (place.span.start + 1).min(place.span.end) };
    Mark {
        source: place.source,
        span,
        text: "this resource".to_owned(),
        primary: false,
        secrets: Secrets::ByName,
    }
}

/// Why the condition is as it is.
fn decides(compared: &Compared, finding: &Finding<'_>, values: Values) -> String {
    match compared.truth() {
        Truth::True => format!("true: the {} {}", compared.kind().to_lowercase(), compared.finding(values)),
        Truth::False => format!("false: the {} {}", compared.kind().to_lowercase(), compared.finding(values)),
        _ => finding.sentence(values),
    }
}

/// What to set, where one value alone would do.
fn help(compared: &Compared) -> Option<String> {
    if compared.is_secret() || compared.kind() != "Field" {
        return None;
    }
    let scalar = |value: &Value| match value {
        Value::Text(text) if !text.is_empty() => Some(format!("\"{text}\"")),
        Value::Bool(_) | Value::Number(_) => Some(value.to_json().to_string()),
        _ => None,
    };
    match compared.demand() {
        "MustEqual" => Some(format!("set it to `{}`", scalar(compared.operand()?)?)),
        "MustBeIn" => {
            let members = compared.operand()?.as_array()?;
            let shown: Vec<String> =
                members.iter().take(5).filter_map(scalar).map(|text| format!("`{text}`")).collect();
            let more = if members.len() > 5 { ", …" } else { "" };
            (!shown.is_empty()).then(|| format!("set it to one of {}{more}", shown.join(", ")))
        }
        "MustExist" => Some("set it".to_owned()),
        "MustNotExist" => Some("remove it".to_owned()),
        _ => None,
    }
}
