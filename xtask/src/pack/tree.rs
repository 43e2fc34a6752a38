//! JSON whose members keep their order, for generated files: read, changed, printed with short values on one line.

use ordain::json::{Dialect, Json, Kind, read};

use crate::Fault;

/// A value. Scalars but texts are kept as they are printed.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    Scalar(String),
    Text(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// Columns that a value on one line may reach.
const WIDTH: usize = 110;

impl Tree {
    /// Reads strict JSON.
    pub fn read(name: &str, text: &str) -> Result<Self, Fault> {
        let (json, problems) = read(text, Dialect::Policy);
        match json {
            Some(json) if problems.is_empty() => Ok(Self::of(&json, text)),
            _ => Err(Fault::failed(format!("{name} is not JSON"))),
        }
    }

    fn of(json: &Json<'_>, text: &str) -> Self {
        match &json.kind {
            Kind::Text(inner) => Self::Text(inner.to_string()),
            Kind::Array(items) => Self::Array(items.iter().map(|item| Self::of(item, text)).collect()),
            Kind::Object(members) => {
                Self::Object(members.iter().map(|m| (m.key.to_string(), Self::of(&m.value, text))).collect())
            }
            _ => Self::Scalar(text[json.span.start as usize..json.span.end as usize].to_owned()),
        }
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(members.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// The member of this name.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The value at the end of these names.
    pub fn at(&self, names: &[&str]) -> Option<&Self> {
        names.iter().try_fold(self, |value, name| value.get(name))
    }

    /// The text at the end of these names; the empty one if there is none.
    pub fn text_at(&self, names: &[&str]) -> &str {
        match self.at(names) {
            Some(Self::Text(text)) => text,
            _ => "",
        }
    }

    pub fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    pub fn items(&self) -> &[Self] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// Replaces a member or adds it at the end.
    pub fn set(&mut self, name: &str, value: Self) {
        if let Self::Object(members) = self {
            match members.iter_mut().find(|(key, _)| key == name) {
                Some((_, old)) => *old = value,
                None => members.push((name.to_owned(), value)),
            }
        }
    }

    pub fn remove(&mut self, name: &str) {
        if let Self::Object(members) = self {
            members.retain(|(key, _)| key != name);
        }
    }

    /// What a deployment template has to say so that Azure stores this: it takes one bracket off every text that
    /// would be an expression of its own (spec G-38).
    pub fn escaped(&self) -> Self {
        match self {
            Self::Text(text) if text.starts_with('[') => Self::Text(format!("[{text}")),
            Self::Array(items) => Self::Array(items.iter().map(Self::escaped).collect()),
            Self::Object(members) => {
                Self::Object(members.iter().map(|(name, value)| (name.clone(), value.escaped())).collect())
            }
            other => other.clone(),
        }
    }

    /// As text, indented by two blanks.
    pub fn print(&self) -> String {
        let mut out = String::new();
        self.write(0, 0, &mut out);
        out.push('\n');
        out
    }

    fn write(&self, depth: usize, column: usize, out: &mut String) {
        let line = self.line();
        let short = column + line.chars().count() <= WIDTH && depth > 0;
        let inner: Vec<(String, &Self)> = match self {
            Self::Array(items) if !short => items.iter().map(|item| (String::new(), item)).collect(),
            Self::Object(members) if !short => {
                members.iter().map(|(name, value)| (format!("{}: ", quoted(name)), value)).collect()
            }
            _ => Vec::new(),
        };
        if inner.is_empty() {
            out.push_str(&line);
            return;
        }
        let (open, close) = if matches!(self, Self::Array(_)) { ('[', ']') } else { ('{', '}') };
        let indent = "  ".repeat(depth + 1);
        out.push(open);
        for (index, (head, value)) in inner.iter().enumerate() {
            out.push_str(if index == 0 { "\n" } else { ",\n" });
            out.push_str(&indent);
            out.push_str(head);
            value.write(depth + 1, indent.len() + head.chars().count(), out);
        }
        out.push('\n');
        out.push_str(&indent[2..]);
        out.push(close);
    }

    /// The value on one line.
    pub fn line(&self) -> String {
        match self {
            Self::Scalar(text) => text.clone(),
            Self::Text(text) => quoted(text),
            Self::Array(items) => {
                format!("[{}]", items.iter().map(Self::line).collect::<Vec<_>>().join(", "))
            }
            Self::Object(members) if members.is_empty() => "{}".to_owned(),
            Self::Object(members) => {
                let each = members.iter().map(|(name, value)| format!("{}: {}", quoted(name), value.line()));
                format!("{{ {} }}", each.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn order_and_numbers_stay() {
        let tree = Tree::read("t", r#"{"b": 1.0, "a": ["x", {"c": null}], "long": "…"}"#).ok().unwrap();
        assert_eq!(tree.line(), r#"{ "b": 1.0, "a": ["x", { "c": null }], "long": "…" }"#);
        assert_eq!(Tree::read("t", &tree.print()).ok(), Some(tree));
        assert!(Tree::read("t", "{").is_err());
    }

    // spec: G-38
    #[test]
    fn every_expression_gets_a_bracket() {
        let tree = Tree::read("t", r#"{"[name]": "[x]", "a": ["[[y]", "z[1]"]}"#).ok().unwrap();
        assert_eq!(tree.escaped().line(), r#"{ "[name]": "[[x]", "a": ["[[[y]", "z[1]"] }"#);
    }
}
