//! The changes that are made to a policy: one at a time, as edits of its text.

use super::values;
use ordain::json::{self, Dialect, Json, Kind, Member};
use ordain::{Source, Span};

/// A change of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutant {
    /// What it is, with a JSON Pointer into the definition's body: stays the same as long as that place does.
    pub name: String,
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

impl Mutant {
    /// The policy's text with the change.
    pub fn apply(&self, text: &str) -> String {
        let (start, end) = (self.span.start as usize, self.span.end as usize);
        format!("{}{}{}", &text[..start], self.text, &text[end..])
    }
}

/// All mutants of a definition, in the order of the walk; none of what is no definition.
pub fn mutants(source: &Source) -> Vec<Mutant> {
    let (Some(json), _) = json::read(source.text(), Dialect::Policy) else { return Vec::new() };
    let body = json.get("properties").unwrap_or(&json);
    let Some(rule) = body.get("policyRule") else { return Vec::new() };
    let mut making = Making { source, found: Vec::new() };
    if let Some(condition) = rule.get("if") {
        making.condition(condition, "/if", false);
    }
    if let Some(then) = rule.get("then") {
        making.then(then);
    }
    if let Some(parameters) = body.get("parameters") {
        making.parameters(parameters);
    }
    making.found
}

/// Operators and their neighbours. What a negation gives is not among them.
const NEIGHBOURS: [(&str, &str); 11] = [
    ("greater", "greaterOrEquals"),
    ("greaterOrEquals", "greater"),
    ("less", "lessOrEquals"),
    ("lessOrEquals", "less"),
    ("like", "equals"),
    ("notLike", "notEquals"),
    ("contains", "equals"),
    ("notContains", "notEquals"),
    ("match", "equals"),
    ("notMatch", "notEquals"),
    ("matchInsensitively", "equals"),
];

/// Members of details that narrow where something is looked for.
const NARROWING: [&str; 5] = ["name", "kind", "resourceGroupName", "existenceScope", "existenceCondition"];

pub(super) struct Making<'m> {
    source: &'m Source,
    found: Vec<Mutant>,
}

impl Making<'_> {
    fn slice(&self, span: Span) -> &str {
        self.source.slice(span)
    }

    /// What stands between the quotes of a text.
    pub(super) fn raw(&self, span: Span) -> String {
        let text = self.slice(span);
        text.get(1..text.len().saturating_sub(1)).unwrap_or_default().to_owned()
    }

    pub(super) fn add(&mut self, at: &str, what: &str, span: Span, text: String) {
        self.found.push(Mutant { name: format!("{at}: {what}"), span, text });
    }

    /// `negated`: it stands in a `not`, so that negating it would only take that away.
    fn condition(&mut self, json: &Json<'_>, at: &str, negated: bool) {
        for name in ["allOf", "anyOf"] {
            if let Some(group) = json.entry(name) {
                return self.group(group, name, &format!("{at}/{}", group.key));
            }
        }
        if let Some(not) = json.entry("not") {
            let inner = self.slice(not.value.span).to_owned();
            self.add(at, "without `not`", json.span, inner);
            return self.condition(&not.value, &format!("{at}/{}", not.key), true);
        }
        self.leaf(json, at, negated);
    }

    fn group(&mut self, group: &Member<'_>, name: &str, at: &str) {
        let members = group.value.items();
        if members.len() > 1 {
            let other = if name == "allOf" { "anyOf" } else { "allOf" };
            self.add(at, &format!("`{other}`"), group.key_span, format!("\"{other}\""));
            for number in 0..members.len() {
                let span = without(members, number);
                self.add(&format!("{at}/{number}"), "dropped", span, String::new());
            }
        }
        for (number, member) in members.iter().enumerate() {
            self.condition(member, &format!("{at}/{number}"), false);
        }
    }

    fn leaf(&mut self, json: &Json<'_>, at: &str, negated: bool) {
        let subject =
            |key: &str| ["field", "value", "count"].iter().any(|name| key.eq_ignore_ascii_case(name));
        let Some(operator) = json.members().iter().find(|member| !subject(&member.key)) else { return };
        // `exists` is negated by its operand.
        if !negated && !operator.key.eq_ignore_ascii_case("exists") {
            let text = format!("{{ \"not\": {} }}", self.slice(json.span));
            self.add(at, "negated", json.span, text);
        }
        for (_, other) in NEIGHBOURS.iter().filter(|(name, _)| operator.key.eq_ignore_ascii_case(name)) {
            let what = format!("`{other}` for `{}`", operator.key);
            self.add(at, &what, operator.key_span, format!("\"{other}\""));
        }
        let counts = json.get("count");
        let floor = if counts.is_some() { Some(0) } else { None };
        let below = format!("{at}/{}", operator.key);
        let listed = operator.key.eq_ignore_ascii_case("in") || operator.key.eq_ignore_ascii_case("notIn");
        values::value(self, &operator.value, &below, floor, listed);
        if let Some(value) = json.entry("value") {
            values::expression(self, &value.value, &format!("{at}/{}", value.key));
        }
        if let Some(count) = counts {
            self.count(count, &format!("{at}/count"));
        }
    }

    fn count(&mut self, count: &Json<'_>, at: &str) {
        if let Some(value) = count.entry("value") {
            values::expression(self, &value.value, &format!("{at}/{}", value.key));
        }
        if let Some(filter) = count.entry("where") {
            self.drop_member(count, filter, at);
            self.condition(&filter.value, &format!("{at}/{}", filter.key), false);
        }
    }

    fn then(&mut self, then: &Json<'_>) {
        if let Some(effect) =
            then.get("effect").filter(|effect| effect.as_text().is_some_and(|t| !t.starts_with('[')))
        {
            self.add("/then/effect", "`disabled`", effect.span, "\"disabled\"".to_owned());
        }
        let Some(details) = then.get("details") else { return };
        for name in NARROWING {
            let Some(member) = details.entry(name) else { continue };
            self.drop_member(details, member, "/then/details");
            let at = format!("/then/details/{}", member.key);
            if name == "existenceCondition" {
                self.condition(&member.value, &at, false);
            } else {
                values::expression(self, &member.value, &at);
            }
        }
        let operations = match &details.kind {
            Kind::Array(items) => Some((items.as_slice(), "/then/details".to_owned())),
            _ => details.entry("operations").map(|m| (m.value.items(), format!("/then/details/{}", m.key))),
        };
        if let Some((operations, at)) = operations {
            self.operations(operations, &at);
        }
    }

    fn operations(&mut self, operations: &[Json<'_>], at: &str) {
        for (number, operation) in operations.iter().enumerate() {
            let at = format!("{at}/{number}");
            if operations.len() > 1 {
                self.add(&at, "dropped", without(operations, number), String::new());
            }
            if let Some(value) = operation.entry("value") {
                values::value(self, &value.value, &format!("{at}/{}", value.key), None, false);
            }
            if let Some(condition) = operation.entry("condition") {
                self.drop_member(operation, condition, &at);
                values::expression(self, &condition.value, &format!("{at}/{}", condition.key));
            }
        }
    }

    fn parameters(&mut self, parameters: &Json<'_>) {
        for parameter in parameters.members() {
            let at = format!("parameters/{}", parameter.key);
            let Some(default) = parameter.value.entry("defaultValue") else { continue };
            let at = format!("{at}/{}", default.key);
            let allowed = parameter.value.get("allowedValues").map(Json::items).unwrap_or_default();
            if allowed.is_empty() {
                values::value(self, &default.value, &at, None, true);
            }
            let own = self.slice(default.value.span).to_owned();
            for other in allowed.iter().map(|value| self.slice(value.span).to_owned()).collect::<Vec<_>>() {
                if other != own {
                    let what = format!("`{}` for `{}`", other.trim_matches('"'), own.trim_matches('"'));
                    self.add(&at, &what, default.value.span, other);
                }
            }
        }
    }

    /// Takes a member out of its object.
    fn drop_member(&mut self, object: &Json<'_>, member: &Member<'_>, at: &str) {
        let spans: Vec<Span> = object
            .members()
            .iter()
            .map(|m| Span { start: m.key_span.start, end: m.value.span.end })
            .collect();
        let number = object.members().iter().position(|m| m.key_span == member.key_span).unwrap_or_default();
        self.add(&format!("{at}/{}", member.key), "dropped", cut(&spans, number), String::new());
    }
}

/// Bytes of an item with one of the commas beside it.
pub(super) fn without(items: &[Json<'_>], number: usize) -> Span {
    cut(&items.iter().map(|item| item.span).collect::<Vec<_>>(), number)
}

fn cut(spans: &[Span], number: usize) -> Span {
    match (number.checked_sub(1).map(|before| spans[before]), spans.get(number + 1)) {
        (_, Some(after)) => Span { start: spans[number].start, end: after.start },
        (Some(before), None) => Span { start: before.end, end: spans[number].end },
        (None, None) => spans[number],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(rule: &str) -> Vec<String> {
        let source = Source::new("p.json", format!("{{\"policyRule\": {rule}}}"));
        mutants(&source).into_iter().map(|mutant| mutant.name).collect()
    }

    fn texts(rule: &str, name: &str) -> String {
        let source = Source::new("p.json", format!("{{\"policyRule\":{rule}}}"));
        let mutant = mutants(&source).into_iter().find(|mutant| mutant.name == name).expect("a mutant");
        mutant.apply(source.text()).replacen("{\"policyRule\":", "", 1)
    }

    #[test]
    fn conditions() {
        let rule = r#"{"if":{"allOf":[{"field":"type","equals":"A"},{"not":{"field":"b","exists":true}}]}}"#;
        assert_eq!(
            names(rule),
            [
                "/if/allOf: `anyOf`",
                "/if/allOf/0: dropped",
                "/if/allOf/1: dropped",
                "/if/allOf/0: negated",
                "/if/allOf/0/equals: `A-other` for `A`",
                "/if/allOf/1: without `not`",
                "/if/allOf/1/not/exists: `false` for `true`",
            ]
        );
        let changed = |name: &str| texts(rule, name);
        assert_eq!(
            changed("/if/allOf/0: dropped"),
            r#"{"if":{"allOf":[{"not":{"field":"b","exists":true}}]}}}"#
        );
        assert_eq!(changed("/if/allOf/1: dropped"), r#"{"if":{"allOf":[{"field":"type","equals":"A"}]}}}"#);
        assert_eq!(
            changed("/if/allOf/1: without `not`"),
            r#"{"if":{"allOf":[{"field":"type","equals":"A"},{"field":"b","exists":true}]}}}"#
        );
        assert!(changed("/if/allOf/0: negated").contains(r#"{ "not": {"field":"type","equals":"A"} }"#));
    }

    #[test]
    fn counts_and_neighbours() {
        let rule = r#"{"if":{"count":{"field":"a[*]","where":{"field":"a[*]","like":"x*"}},"greater":0}}"#;
        assert_eq!(
            names(rule),
            [
                "/if: negated",
                "/if: `greaterOrEquals` for `greater`",
                "/if/greater: `1` for `0`",
                "/if/count/where: dropped",
                "/if/count/where: negated",
                "/if/count/where: `equals` for `like`",
                "/if/count/where/like: `x*-other` for `x*`",
            ]
        );
        assert_eq!(
            texts(rule, "/if/count/where: dropped"),
            r#"{"if":{"count":{"field":"a[*]"},"greater":0}}}"#
        );
    }

    #[test]
    fn effects_details_and_defaults() {
        let text = r#"{"parameters":{"effect":{"defaultValue":"Audit","allowedValues":["Audit","Deny"]},
            "names":{"defaultValue":[]}},
            "policyRule":{"if":{"field":"a","exists":true},"then":{"effect":"[parameters('effect')]","details":
            {"type":"T","name":"x","existenceCondition":{"field":"b","exists":true}}}}}"#;
        let found: Vec<String> =
            mutants(&Source::new("p.json", text)).into_iter().map(|mutant| mutant.name).collect();
        assert_eq!(
            found,
            [
                "/if/exists: `false` for `true`",
                "/then/details/name: dropped",
                "/then/details/name: `x-other` for `x`",
                "/then/details/existenceCondition: dropped",
                "/then/details/existenceCondition/exists: `false` for `true`",
                "parameters/effect/defaultValue: `Deny` for `Audit`",
                "parameters/names/defaultValue: `[\"other\"]` for `[]`",
            ]
        );
        assert!(mutants(&Source::new("p.json", "[]")).is_empty());
    }
}
