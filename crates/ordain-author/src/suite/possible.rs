//! Expectations that cannot occur, whatever the resource: told as mistakes of the suite, not of the policy.

use super::model::{Key, Named, SubjectKind, Wanted};
use super::run::Judged;
use super::tree::Tree;
use ordain::json::{self, Dialect, Json};
use ordain::{Diagnostic, PairView, PolicyView, State};

/// Why a case that failed could not have passed. Only where one policy is meant, whose effect nothing overrides.
pub(super) fn impossible(
    judged: &Judged<'_>,
    pairs: &[PairView<'_>],
    kind: SubjectKind,
    parameters: &[&(Named, Tree)],
) -> Option<Diagnostic> {
    if !matches!(kind, SubjectKind::Policy | SubjectKind::Initiative) {
        return None;
    }
    let [pair] = pairs else { return None };
    let policy = pair.policy()?;
    let effect = Effect::of(policy)?;
    judged.case.expect.iter().find_map(|wanted| {
        let something = !wanted.value.is_null();
        if policy.effect().eq_ignore_ascii_case("disabled") && something && asks_of_record(wanted.key) {
            let given = parameters.iter().find(|(name, _)| {
                effect.parameter.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(&name.text))
            });
            if let Some((name, _)) = given {
                let message = format!("{} cannot occur: the policy is disabled", what(wanted));
                return Some(
                    name.place
                        .mark(told(wanted, message), "here")
                        .help("expect `null`: a disabled policy leaves no record"),
                );
            }
        }
        let effects = effect.possible.as_ref()?;
        let may = |names: &[&str]| {
            names.iter().any(|name| effects.iter().any(|own| own.eq_ignore_ascii_case(name)))
        };
        let state =
            (wanted.key == Key::State).then(|| wanted.value.as_text().and_then(State::find)).flatten();
        let possible = match wanted.key {
            Key::Effect => wanted.value.as_text().is_none_or(|name| may(&[name])),
            Key::Deployment if something => may(&["deployIfNotExists"]),
            Key::Patch | Key::Patched | Key::Skipped | Key::Conflicts | Key::Failure if something => {
                may(&["modify", "append"])
            }
            _ => match state {
                Some(State::Protected) => may(&["denyAction"]),
                Some(State::Unknown) => may(&["manual"]),
                Some(State::NonCompliant) => {
                    effects.iter().any(|e| !["denyaction", "disabled"].contains(&&*e.to_ascii_lowercase()))
                }
                _ => true,
            },
        };
        if possible {
            return None;
        }
        let own = effects.join(", ");
        let what = what(wanted);
        let effects = if effects.len() == 1 { "effect is" } else { "effect is one of" };
        Some(told(wanted, format!("{what} cannot occur: the policy's {effects} {own}")))
    })
}

fn told(wanted: &Wanted, message: String) -> Diagnostic {
    wanted.value.head().mark(Diagnostic::error("ImpossibleExpectation", message), "")
}

fn what(wanted: &Wanted) -> String {
    match wanted.value.as_text() {
        Some(text) => format!("`{}: {text}`", wanted.key.name()),
        None => format!("`{}`", wanted.key.name()),
    }
}

fn asks_of_record(key: Key) -> bool {
    !matches!(key, Key::Error | Key::Diagnostics | Key::References | Key::Verdict)
}

/// What a definition says of its effect.
struct Effect {
    /// The parameter that it comes from.
    parameter: Option<String>,
    /// What it may come to; `None` where the text does not bound it.
    possible: Option<Vec<String>>,
}

impl Effect {
    /// Reads `then.effect` beside the rule's condition, and the declaration of its parameter.
    fn of(policy: PolicyView<'_>) -> Option<Self> {
        let (json, _) = json::read(policy.source().text(), Dialect::Policy);
        let json = json?;
        let (rule, definition) = rule_of(&json, policy, None)?;
        let effect = rule.get("then")?.get("effect")?.as_text()?;
        let call = effect.trim().strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        let Some(call) = call else {
            return Some(Self { parameter: None, possible: Some(vec![effect.to_owned()]) });
        };
        let name = parameter(call).map(str::to_owned);
        let declared = name.as_deref().and_then(|name| definition?.get("parameters")?.get(name));
        let allowed = declared.and_then(|declared| declared.get("allowedValues"));
        let possible = allowed.map(|allowed| {
            allowed.items().iter().filter_map(Json::as_text).map(str::to_owned).collect::<Vec<_>>()
        });
        Some(Self { parameter: name, possible: possible.filter(|effects| !effects.is_empty()) })
    }
}

/// `parameters('x')` and nothing else.
fn parameter(call: &str) -> Option<&str> {
    let call = call.trim();
    let (function, rest) = call.split_once('(')?;
    let name = rest.strip_suffix(')')?.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    (function.trim().eq_ignore_ascii_case("parameters") && !name.contains('\'')).then_some(name)
}

/// The object with the condition of a policy, and the nearest object around it that declares parameters.
fn rule_of<'j, 't>(
    json: &'j Json<'t>,
    policy: PolicyView<'_>,
    declares: Option<&'j Json<'t>>,
) -> Option<(&'j Json<'t>, Option<&'j Json<'t>>)> {
    if json.get("if").is_some_and(|condition| condition.span == policy.span()) {
        return Some((json, declares));
    }
    let declares = if json.get("parameters").is_some() { Some(json) } else { declares };
    let members = json.members().iter().map(|m| &m.value).chain(json.items());
    // A text has few objects that hold the place, and only those are looked into.
    let (start, end) = (policy.span().start, policy.span().end);
    members.filter(|j| j.span.start <= start && end <= j.span.end).find_map(|j| rule_of(j, policy, declares))
}
