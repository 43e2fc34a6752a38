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
    match must(compared, &is, values) {
        Some(must) => format!("{name} {is}, {must}"),
        None => format!("{name} {is}"),
    }
}

/// One sentence for conditions on one place, any of which would do if it were otherwise.
pub(super) fn of_any(alternatives: &[&Compared], values: Values) -> Option<String> {
    let (first, others) = alternatives.split_first()?;
    let is = finding(first, values);
    let musts: Option<Vec<String>> = others.iter().map(|other| must(other, &is, values)).collect();
    let Some(musts) = musts.filter(|musts| !musts.is_empty()) else { return Some(of(first, values)) };
    let Some(must) = must(first, &is, values) else { return Some(of(first, values)) };
    if let Some(all) = one_of(alternatives) {
        return Some(format!("{} {is}, must be one of {}", subject(first), shown(first, &all, values)));
    }
    let positive = |must: &str| must.starts_with("must ") && !must.starts_with("must not ");
    let shared = if positive(&must) && musts.iter().all(|must| positive(must)) { "must " } else { "" };
    let mut told = format!("{} {is}, {must}", subject(first));
    let mut seen = vec![must];
    for must in musts.into_iter() {
        if !seen.contains(&must) {
            told.push_str(" or ");
            told.push_str(must.strip_prefix(shared).unwrap_or(&must));
            seen.push(must);
        }
    }
    Some(told)
}

/// The values that would do, where all of them are named.
fn one_of(alternatives: &[&Compared]) -> Option<Value> {
    let mut all: Vec<Value> = Vec::new();
    for compared in alternatives {
        let own = match (compared.demand(), compared.operand()?) {
            ("MustBeIn", Value::Array(values)) => values.to_vec(),
            ("MustEqual", value) if value.as_text() != Some("") => vec![value.clone()],
            _ => return None,
        };
        own.into_iter().for_each(|value| {
            if !all.contains(&value) {
                all.push(value)
            }
        });
    }
    (all.len() > 1).then(|| Value::array(all))
}

/// What would have to hold, in words; `None` where that is said by what is.
fn must(compared: &Compared, is: &str, values: Values) -> Option<String> {
    let show = |value: &Value| shown(compared, value, values);
    let wanted = compared.operand().map(show).unwrap_or_default();
    let empty = compared.operand().is_some_and(|value| value.as_text() == Some(""));
    let lists_one = compared.operand().and_then(Value::as_array).is_some_and(|list| list.len() == 1);
    Some(match compared.demand() {
        "MustEqual" if empty => "must be empty".to_owned(),
        "MustNotEqual" if empty => "must not be empty".to_owned(),
        "MustEqual" => format!("must be {wanted}"),
        // `is X, must not be X` says it twice.
        "MustNotEqual" if is == format!("is {wanted}") => return None,
        "MustNotEqual" => format!("must not be {wanted}"),
        "MustExist" => "must be set".to_owned(),
        "MustNotExist" => "must not be set".to_owned(),
        "MustBeIn" if lists_one => format!("must be {wanted}"),
        "MustNotBeIn" if lists_one => format!("must not be {wanted}"),
        "MustBeIn" => format!("must be one of {wanted}"),
        "MustNotBeIn" => format!("must be none of {wanted}"),
        "MustBeLike" => format!("must be like {wanted}"),
        "MustNotBeLike" => format!("must not be like {wanted}"),
        "MustMatch" | "MustMatchInsensitively" => format!("must match {wanted}"),
        "MustNotMatch" | "MustNotMatchInsensitively" => format!("must not match {wanted}"),
        "MustContain" => format!("must contain {wanted}"),
        "MustNotContain" => format!("must not contain {wanted}"),
        "MustContainKey" => format!("must have the key {wanted}"),
        "MustNotContainKey" => format!("must not have the key {wanted}"),
        "MustBeLess" => format!("must be less than {wanted}"),
        "MustBeLessOrEqual" => format!("must be at most {wanted}"),
        "MustBeGreater" => format!("must be more than {wanted}"),
        _ => format!("must be at least {wanted}"),
    })
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
    let demanded = must(leaf, "", values)?;
    let demanded = demanded.strip_prefix("must ").unwrap_or(&demanded);
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
            // Of a field that the resource itself gives only the place tells what was looked at.
            Some(side) if written.starts_with('[') && !side.location().items().is_empty() => {
                let dotted = side.location().dotted();
                dotted.strip_prefix("properties.").map(str::to_owned).unwrap_or(dotted)
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
