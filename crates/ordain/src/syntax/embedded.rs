//! Members that hold JSON as text, as PowerShell prints them (spec I-61): read, with places in the text around.

use super::{Problem, Reading};
use crate::json::{self, Dialect, Json, Kind, Member};
use crate::source::{Source, Span};
use crate::value::{Num, text::key_eq};
use std::borrow::Cow;

/// Members that may be JSON text.
const MEMBERS: [&str; 8] = [
    "metadata",
    "policyRule",
    "parameter",
    "parameters",
    "policyDefinition",
    "policyDefinitions",
    "policyDefinitionGroup",
    "policyDefinitionGroups",
];

impl Reading<'_> {
    /// The object with such members read; nothing when it has none.
    pub(super) fn opened<'t>(&mut self, object: &Json<'t>) -> Option<Json<'t>> {
        let mut changed = self.opened_members(object);
        let below = object.entry("properties").filter(|member| member.value.is_object());
        if let Some(below) = below
            && let Some(inner) = self.opened_members(&below.value)
        {
            let mut members = changed.unwrap_or_else(|| object.members().to_vec());
            for member in members.iter_mut().filter(|member| member.key_span == below.key_span) {
                member.value = Json { kind: Kind::Object(inner.clone()), ..member.value.clone() };
            }
            changed = Some(members);
        }
        changed.map(|members| Json { kind: Kind::Object(members), span: object.span, cut: object.cut })
    }

    fn opened_members<'t>(&mut self, object: &Json<'t>) -> Option<Vec<Member<'t>>> {
        let mut changed = None;
        for (at, member) in object.members().iter().enumerate() {
            let Kind::Text(text) = &member.value.kind else { continue };
            if !text.trim_start().starts_with(['{', '[']) || !MEMBERS.iter().any(|k| key_eq(k, &member.key)) {
                continue;
            }
            // An expression of a template begins with a bracket too; what is no JSON is told as a text is.
            let (Some(tree), problems) = json::read(text, Dialect::Policy) else { continue };
            if tree.cut || problems.iter().any(|problem| !problem.warning) {
                continue;
            }
            let places = Places::of(self.source, member.value.span);
            self.report(&Problem::EmbeddedJson { key: member.key.to_string() }, member.key_span);
            let members: &mut Vec<Member<'t>> = changed.get_or_insert_with(|| object.members().to_vec());
            if let Some(member) = members.get_mut(at) {
                member.value = places.owned(&tree);
            }
        }
        changed
    }
}

/// Where the characters of a string stand in the text that it was written in.
struct Places {
    /// Offsets in the string, and in the text, from which on the two run along; ascending.
    steps: Vec<(usize, usize)>,
}

impl Places {
    /// Of the literal at a span, quotes included.
    fn of(source: &Source, literal: Span) -> Self {
        let start = literal.start as usize + 1;
        let mut steps = vec![(0, start)];
        let written = source.slice(literal);
        let written = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
        let (mut decoded, mut raw) = (0, 0);
        while let Some(rest) = written.get(raw..).filter(|rest| !rest.is_empty()) {
            let Some(escape) = rest.find('\\') else { break };
            let (long, given) = escaped(rest.get(escape + 1..).unwrap_or_default());
            decoded += escape + given;
            raw += escape + long;
            steps.push((decoded, start + raw));
        }
        Self { steps }
    }

    fn place(&self, offset: u32) -> usize {
        let offset = offset as usize;
        let at = self.steps.partition_point(|(decoded, _)| *decoded <= offset).saturating_sub(1);
        self.steps.get(at).map_or(offset, |(decoded, raw)| raw + (offset - decoded.min(&offset)))
    }

    fn span(&self, span: Span) -> Span {
        Span::new(self.place(span.start), self.place(span.end))
    }

    /// The tree with its places in the text around, borrowing nothing.
    fn owned(&self, json: &Json<'_>) -> Json<'static> {
        let kind = match &json.kind {
            Kind::Null => Kind::Null,
            Kind::Unknown(reason) => Kind::Unknown(*reason),
            Kind::Bool(b) => Kind::Bool(*b),
            Kind::Number(number) => Kind::Number(match *number {
                Num::Int(n) => Num::Int(n),
                Num::UInt(n) => Num::UInt(n),
                other => Num::Float(other.to_f64()),
            }),
            Kind::Text(text) => Kind::Text(Cow::Owned(text.to_string())),
            Kind::Array(items) => Kind::Array(items.iter().map(|item| self.owned(item)).collect()),
            Kind::Object(members) => Kind::Object(
                members
                    .iter()
                    .map(|member| Member {
                        key: Cow::Owned(member.key.to_string()),
                        key_span: self.span(member.key_span),
                        value: self.owned(&member.value),
                    })
                    .collect(),
            ),
        };
        Json { kind, span: self.span(json.span), cut: false }
    }
}

/// Length of an escape in the text, its backslash included, and of what it stands for; from behind the backslash.
fn escaped(rest: &str) -> (usize, usize) {
    let unit = |text: Option<&str>| text.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    if !rest.starts_with('u') {
        return (2, 1);
    }
    let Some(first) = unit(rest.get(1..5)) else { return (6, 3) };
    if let Some(character) = char::from_u32(first) {
        return (6, character.len_utf8());
    }
    let second = rest.get(5..).filter(|next| first < 0xDC00 && next.starts_with("\\u"));
    match unit(second.and_then(|next| next.get(2..6))) {
        Some(low) if (0xDC00..0xE000).contains(&low) => (12, 4),
        // Half of a pair is read as U+FFFD (spec D-4).
        _ => (6, 3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_the_text_around() {
        // spec: I-61
        let text = r#"{"PolicyRule": "{ \"if\": \"\u00e9\\n\uD83D\uDE00\uD800x\", \"then\": [1] }"}"#;
        let source = Source::new("p.json", text);
        let (json, _) = json::read(source.text(), Dialect::Policy);
        let json = json.expect("JSON");
        let rule = json.get("policyRule").expect("a rule");
        let inner = rule.as_text().expect("a text").to_owned();
        let (tree, _) = json::read(&inner, Dialect::Policy);
        let owned = Places::of(&source, rule.span).owned(&tree.expect("JSON"));
        assert_eq!(
            source.slice(owned.span),
            r#"{ \"if\": \"\u00e9\\n\uD83D\uDE00\uD800x\", \"then\": [1] }"#
        );
        let (condition, then) = (owned.entry("if").expect("if"), owned.entry("then").expect("then"));
        assert_eq!(source.slice(condition.key_span), r#"\"if\""#);
        assert_eq!(source.slice(condition.value.span), r#"\"\u00e9\\n\uD83D\uDE00\uD800x\""#);
        assert_eq!(source.slice(then.value.span), "[1]");
    }
}
