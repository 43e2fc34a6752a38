//! A sentence for a condition: what is, what must be (spec S-70, S-73).

use super::element::{Counted, Example};
use super::{Compared, Location, Side};
use crate::evaluate::Truth;
use crate::plan::SubjectKind;
use crate::value::{Node, Value, text};
use std::sync::Arc;

/// Whether values of secrets are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Values {
    /// Names that sound like secrets have their values hidden.
    #[default]
    MaskSecrets,
    /// Everything is shown, for local use.
    Show,
}

/// Longest value shown whole, in characters.
const SHOWN: usize = 60;

pub(super) fn of(compared: &Compared, values: Values) -> String {
    let name = subject(compared);
    if let Some(fault) = &compared.fault {
        return format!("{name}: {}", fault.message());
    }
    if let Truth::Unknown(reason) = compared.truth {
        return format!("{name} is not known: {}", reason.name());
    }
    if let Some(told) = counted(compared, values) {
        return told;
    }
    let is = finding(compared, values);
    let wanted = compared.operand().map(|value| shown(compared, value, values)).unwrap_or_default();
    // `is X, must not be X` says it twice.
    if compared.demand() == "MustNotEqual" && is == format!("is {wanted}") {
        return format!("{name} {is}");
    }
    format!("{name} {is}, must {}", demanded(compared, &wanted))
}

/// What must be, without the word.
fn demanded(compared: &Compared, wanted: &str) -> String {
    let empty = compared.operand().is_some_and(|value| value.as_text() == Some(""));
    match compared.demand() {
        "MustEqual" if empty => "be empty".to_owned(),
        "MustNotEqual" if empty => "not be empty".to_owned(),
        "MustEqual" => format!("be {wanted}"),
        "MustNotEqual" => format!("not be {wanted}"),
        "MustExist" => "be set".to_owned(),
        "MustNotExist" => "not be set".to_owned(),
        "MustBeIn" => format!("be one of {wanted}"),
        "MustNotBeIn" => format!("be none of {wanted}"),
        "MustBeLike" => format!("be like {wanted}"),
        "MustNotBeLike" => format!("not be like {wanted}"),
        "MustMatch" | "MustMatchInsensitively" => format!("match {wanted}"),
        "MustNotMatch" | "MustNotMatchInsensitively" => format!("not match {wanted}"),
        "MustContain" => format!("contain {wanted}"),
        "MustNotContain" => format!("not contain {wanted}"),
        "MustContainKey" => format!("have the key {wanted}"),
        "MustNotContainKey" => format!("not have the key {wanted}"),
        "MustBeLess" => format!("be less than {wanted}"),
        "MustBeLessOrEqual" => format!("be at most {wanted}"),
        "MustBeGreater" => format!("be more than {wanted}"),
        _ => format!("be at least {wanted}"),
    }
}

/// What the left side is.
pub(super) fn finding(compared: &Compared, values: Values) -> String {
    match compared.side().map(|side| side.value()) {
        Some(Some(value)) if value.is_null() => "is null".to_owned(),
        Some(Some(value)) => format!("is {}", shown(compared, value, values)),
        Some(None) => "is missing".to_owned(),
        None => "selects nothing".to_owned(),
    }
}

fn shown(compared: &Compared, value: &Value, values: Values) -> String {
    match values {
        Values::Show => show(value),
        Values::MaskSecrets if compared.is_secret() => "`******`".to_owned(),
        Values::MaskSecrets => show(&masked(value)),
    }
}

/// A value in backticks as it may be printed, where no name around it is a secret's.
pub(crate) fn plain(value: &Value, values: Values) -> String {
    match values {
        Values::Show => show(value),
        Values::MaskSecrets => show(&masked(value)),
    }
}

/// The value with what is secret in it by its name hidden, at any depth.
pub(crate) fn masked(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let member = |(name, value): &(Arc<str>, Value)| {
                let value = if is_secret(name) { Value::text("******") } else { masked(value) };
                (name.clone(), value)
            };
            Value::object(object.members().iter().map(member).collect())
        }
        Value::Array(members) => Value::array(members.iter().map(masked).collect::<Vec<_>>()),
        other => other.clone(),
    }
}

/// A count against a number, in words: how many match, how many may.
fn counted(compared: &Compared, values: Values) -> Option<String> {
    if compared.leaf.kind != SubjectKind::Count {
        return None;
    }
    let found = compared.side()?.value()?.as_int()?;
    let bound = compared.operand()?.as_int()?;
    let name = last_part(&compared.leaf.subject);
    let example = compared.example.as_deref();
    let (is, verb) = match (compared.leaf.filtered, found) {
        (true, 0) if matches!(example, Some(Example::None)) => (format!("there are no `{name}`"), " match"),
        (true, 0) => (format!("none of `{name}` matches"), ""),
        (true, 1) => (format!("one of `{name}` matches"), ""),
        (true, n) => (format!("{n} of `{name}` match"), ""),
        (false, 0) => (format!("`{name}` has no element"), " be there"),
        (false, 1) => (format!("`{name}` has one element"), " be there"),
        (false, n) => (format!("`{name}` has {n} elements"), " be there"),
    };
    let is = match members(compared, values) {
        Some(members) => format!("{is} ({members})"),
        None => is,
    };
    let asked = match example {
        Some(Example::Lacks(leaf)) => lacking(compared, leaf, values).unwrap_or_default(),
        _ => verb.to_owned(),
    };
    let at_least = |n: i64| match n {
        1 => format!("at least one must{asked}"),
        n => format!("at least {n} must{asked}"),
    };
    let at_most = |n: i64| match n {
        ..=0 => format!("none may{verb}"),
        n => format!("at most {n} may{verb}"),
    };
    let must = match compared.demand() {
        "MustBeLessOrEqual" => at_most(bound),
        "MustBeLess" => at_most(bound - 1),
        "MustBeGreater" => at_least(bound + 1),
        "MustBeGreaterOrEqual" => at_least(bound),
        "MustEqual" if bound == 0 => at_most(0),
        "MustEqual" => format!("exactly {bound} must{verb}"),
        "MustNotEqual" if bound == 0 => at_least(1),
        "MustNotEqual" => format!("not exactly {bound} may{verb}"),
        _ => return None,
    };
    let such = match example {
        Some(Example::Counts(counted)) => such(counted, found, values).unwrap_or_default(),
        _ => String::new(),
    };
    Some(format!("{is}, {must}{such}"))
}

/// What each element lacks, behind `at least one must`.
fn lacking(count: &Compared, leaf: &Compared, values: Values) -> Option<String> {
    if leaf.leaf.kind != SubjectKind::Field {
        return None;
    }
    let wanted = leaf.operand().map(|value| shown(leaf, value, values)).unwrap_or_default();
    let demanded = demanded(leaf, &wanted);
    let (array, asked) = (&*count.leaf.subject, &*leaf.leaf.subject);
    if asked.eq_ignore_ascii_case(array) {
        return Some(format!(" {demanded}"));
    }
    let inside = asked.get(array.len()..).and_then(|rest| rest.strip_prefix('.'))?;
    Some(format!(" ({inside} must {demanded})"))
}

/// The first element that counts: the names on the way to it, then it itself or what is the matter with it.
fn such(counted: &Counted, found: i64, values: Values) -> Option<String> {
    let it = |value: &Value| match values {
        Values::MaskSecrets if counted.secret => "`******`".to_owned(),
        _ => plain(value, values),
    };
    let mut trail: Vec<String> = counted.names.iter().map(show).collect();
    let object = matches!(counted.value, None | Some(Value::Object(_)));
    if !object {
        trail.extend(counted.value.as_ref().map(it));
    }
    let trail = trail.join(" > ");
    let matter = counted.leaf.as_deref().filter(|_| object).and_then(|leaf| {
        let inside = inside(leaf, counted)?;
        Some(format!("{inside} {}", finding(leaf, values)))
    });
    let told = match (trail.is_empty(), matter) {
        (true, None) => it(counted.value.as_ref()?),
        (true, Some(matter)) => format!("`{}`, whose {matter}", dotted(&counted.place)),
        (false, None) => trail,
        (false, Some(matter)) => format!("{trail}, whose {matter}"),
    };
    let lead = if found == 1 { "" } else { "first " };
    Some(format!(": {lead}{told}"))
}

/// Where a condition looked, from the element on.
fn inside(leaf: &Compared, counted: &Counted) -> Option<String> {
    let side = leaf.side().filter(|_| leaf.leaf.kind == SubjectKind::Field)?;
    let (whole, element) = (side.location().dotted(), counted.place.dotted());
    let rest = whole.strip_prefix(&element)?.strip_prefix('.')?;
    Some(rest.strip_prefix("properties.").unwrap_or(rest).to_owned())
}

fn dotted(place: &Location) -> String {
    let dotted = place.dotted();
    dotted.strip_prefix("properties.").map(str::to_owned).unwrap_or(dotted)
}

/// The members of a given array that were counted: the resource has no place that would show them.
fn members(compared: &Compared, values: Values) -> Option<String> {
    let counted = compared.counted();
    let told: Vec<String> =
        counted.iter().filter_map(Side::value).take(3).map(|value| shown(compared, value, values)).collect();
    let more = if counted.len() > told.len() { ", …" } else { "" };
    (compared.leaf.filtered && !told.is_empty()).then(|| format!("{}{more}", told.join(", ")))
}

/// What the condition is about, in short: the last part of an alias, the tag's name, the expression.
fn subject(compared: &Compared) -> String {
    let written = &*compared.leaf.subject;
    match compared.leaf.kind {
        SubjectKind::Value => format!("`{}`", shorten(&short_aliases(written))),
        SubjectKind::Count => format!("the number of `{}` that count", last_part(written)),
        SubjectKind::Field => match compared.side() {
            // With `[*]` the element that decided is named by its place.
            Some(side) if written.contains("[*]") && !side.location().items().is_empty() => {
                dotted(side.location())
            }
            _ => last_part(written).to_owned(),
        },
    }
}

/// An expression with the aliases in its quotes cut to their last part: `field('sku.name')`.
fn short_aliases(written: &str) -> String {
    let cut = |(at, piece): (usize, &str)| {
        let alias = at % 2 == 1 && piece.contains('/') && piece.contains('.') && !piece.contains([' ', ':']);
        if alias { last_part(piece).to_owned() } else { piece.to_owned() }
    };
    written.split('\'').enumerate().map(cut).collect::<Vec<_>>().join("'")
}

fn last_part(written: &str) -> &str {
    written.rsplit('/').next().unwrap_or(written)
}

/// A value in backticks: strings bare, everything else as JSON.
fn show(value: &Value) -> String {
    match value {
        Value::Array(members) => {
            let shown: Vec<String> = members.iter().take(6).map(show).collect();
            let more = if members.len() > 6 { ", …" } else { "" };
            if members.is_empty() { "`[]`".to_owned() } else { format!("{}{more}", shown.join(", ")) }
        }
        Value::Object(_) => format!("`{}`", shorten(&value.to_json().to_string())),
        Value::Bool(b) => format!("`{b}`"),
        other => {
            let text = text::scalar(Node::view(other)).unwrap_or_default();
            format!("`{}`", shorten(&text))
        }
    }
}

/// Cuts a long text in the middle.
fn shorten(given: &str) -> String {
    let count = given.chars().count();
    if count <= SHOWN {
        return given.to_owned();
    }
    let half = SHOWN / 2 - 1;
    let head: String = given.chars().take(half).collect();
    let tail: String = given.chars().skip(count - half).collect();
    format!("{head}…{tail}")
}

/// Whether a reference names a secret: its value must not be printed.
#[must_use]
pub fn is_secret(reference: &str) -> bool {
    let name = last_part(reference).rsplit('.').next().unwrap_or(reference).to_ascii_lowercase();
    let name = name.trim_end_matches("[*]");
    let harmless = [
        "keyidentifier",
        "keyname",
        "keyurl",
        "keyuri",
        "keyvault",
        "keysource",
        "keytype",
        "keyversion",
        "secreturi",
        "secreturl",
        "secretname",
        "secretidentifier",
        "tokenstatus",
        "keyrotation",
        "keyexpiration",
        "keysize",
        "keypermissions",
        "publickey",
    ];
    if harmless.iter().any(|word| name.contains(word)) {
        return false;
    }
    let whole = [
        "key",
        "keys",
        "token",
        "accesskey",
        "primarykey",
        "secondarykey",
        "sharedkey",
        "apikey",
        "sastoken",
        "accountkey",
    ];
    let parts = ["password", "secret", "connectionstring", "privatekey", "credential", "passphrase"];
    whole.contains(&name) || parts.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets() {
        for name in [
            "A.B/c/adminPassword",
            "A.B/c/storage.accessKey",
            "A.B/c/siteConfig.connectionStrings[*]",
            "A.B/c/keys[*]",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "A.B/c/encryption.keyVaultProperties.keyIdentifier",
            "A.B/c/encryption.status",
            "A.B/c/tokens",
            "A.B/c/keySource",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn secrets_inside_objects_are_hidden() {
        let value = Value::from(
            &serde_json::json!([{ "user": "u", "adminPassword": "p", "nested": { "key": "k" } }]),
        );
        let expected =
            serde_json::json!([{ "user": "u", "adminPassword": "******", "nested": { "key": "******" } }]);
        assert_eq!(masked(&value).to_json(), expected);
    }

    #[test]
    fn aliases_inside_expressions_are_short() {
        let written = "[last(split(field('A.B/c/d.e'), '/'))]";
        assert_eq!(short_aliases(written), "[last(split(field('d.e'), '/'))]");
    }

    #[test]
    fn long_values_are_cut_in_the_middle() {
        let long = "x".repeat(100);
        assert_eq!(shorten(&long).chars().count(), 59);
        assert_eq!(shorten("short"), "short");
    }
}
