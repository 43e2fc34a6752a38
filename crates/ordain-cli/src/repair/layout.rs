//! How a text of JSON is laid out, and values written in that manner.

use ordain::Value;
use ordain::json::{Json, Member};

/// Lines, indentation and blanks of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// What ends a line.
    pub newline: &'static str,
    /// Whether members stand on lines of their own.
    pub lines: bool,
    /// Before the last brace of the text.
    pub lead: String,
    /// One level.
    pub unit: String,
    /// Between a name and its value.
    pub colon: String,
    /// After the comma between two members on one line.
    pub gap: String,
}

impl Layout {
    /// Read off the text of one object.
    pub fn of(json: &Json<'_>, text: &str) -> Self {
        let lines = text.contains('\n');
        let members = json.members();
        let between = |from: u32, to: u32| text.get(from as usize..to as usize).unwrap_or_default();
        let lead = match text.trim_end_matches('}').rsplit_once('\n') {
            Some((_, last)) if last.trim().is_empty() => last.to_owned(),
            _ => String::new(),
        };
        let first = members.first().map(|m| between(json.span.start + 1, m.key_span.start));
        let indent = first.and_then(|blanks| blanks.rsplit_once('\n')).map(|(_, indent)| indent);
        let unit = indent.and_then(|indent| indent.strip_prefix(&lead)).filter(|unit| !unit.is_empty());
        let colon = members.first().map(|m| between(m.key_span.end, m.value.span.start));
        let colon = colon.filter(|colon| colon.trim() == ":").unwrap_or(if lines { ": " } else { ":" });
        let gap = members.windows(2).find_map(|pair| match pair {
            [Member { value, .. }, Member { key_span, .. }] => {
                let blanks = between(value.span.end, key_span.start).trim_start().strip_prefix(',')?;
                (!blanks.contains('\n')).then(|| blanks.to_owned())
            }
            _ => None,
        });
        Self {
            newline: if text.contains("\r\n") { "\r\n" } else { "\n" },
            lines,
            lead,
            unit: unit.unwrap_or("  ").to_owned(),
            colon: colon.to_owned(),
            gap: gap.unwrap_or_else(|| if lines { " ".to_owned() } else { String::new() }),
        }
    }

    /// A value as it would stand behind this indentation; on lines of its own or on one line.
    pub fn write(&self, value: &Value, indent: &str, lines: bool, out: &mut String) {
        match value {
            Value::Array(items) if !items.is_empty() => {
                let items = items.iter().map(|item| (None, item));
                self.container(('[', ']'), items, indent, lines, out);
            }
            Value::Object(object) if !object.is_empty() => {
                let members = object.members().iter().map(|(name, value)| (Some(&**name), value));
                self.container(('{', '}'), members, indent, lines, out);
            }
            // Numbers of any size keep their digits.
            Value::Number(number) => out.push_str(&number.view().to_string()),
            // INVARIANT: texts, truths, null and what is empty are JSON by themselves.
            plain => out.push_str(&serde_json::to_string(plain).unwrap_or_default()),
        }
    }

    fn container<'v>(
        &self,
        (open, close): (char, char),
        members: impl Iterator<Item = (Option<&'v str>, &'v Value)>,
        indent: &str,
        lines: bool,
        out: &mut String,
    ) {
        let inner = format!("{indent}{}", self.unit);
        out.push(open);
        for (at, (name, value)) in members.enumerate() {
            if at > 0 {
                out.push(',');
            }
            match lines {
                true => out.extend([self.newline, &inner]),
                false if at > 0 => out.push_str(&self.gap),
                false => {}
            }
            if let Some(name) = name {
                out.push_str(&self.name(name));
            }
            self.write(value, &inner, lines, out);
        }
        if lines {
            out.extend([self.newline, indent]);
        }
        out.push(close);
    }

    /// A name with what stands between it and its value.
    pub fn name(&self, name: &str) -> String {
        format!("{}{}", Value::text(name).to_json(), self.colon)
    }
}

/// The blanks at the beginning of the line that a byte lies on; of the first line `lead`.
pub fn indent_of<'t>(text: &'t str, at: usize, lead: &'t str) -> &'t str {
    match text.get(..at).and_then(|front| front.rfind('\n')) {
        None => lead,
        Some(end) => {
            let line = text.get(end + 1..at).unwrap_or_default();
            line.get(..line.len() - line.trim_start().len()).unwrap_or_default()
        }
    }
}
