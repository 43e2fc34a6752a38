//! Places in a resource.

use crate::evaluate::Item;
use std::fmt::Write as _;

/// One step to a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathItem<'p> {
    /// A member; its name may differ in case from the document's.
    Key(&'p str),
    /// An element.
    Index(u32),
}

/// A place in a resource, which need not be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    items: Vec<Item>,
}

impl Location {
    pub(crate) fn new(items: Vec<Item>) -> Self {
        Self { items }
    }

    /// The steps from the document's root; empty when the value is made, not found.
    #[must_use]
    pub fn items(&self) -> Vec<PathItem<'_>> {
        let item = |item| match item {
            &Item::Index(index) => PathItem::Index(index),
            Item::Key(key) => PathItem::Key(key),
        };
        self.items.iter().map(item).collect()
    }

    /// Whether it is that place or one in it.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        self.items.starts_with(&other.items)
    }

    /// The normalised path of RFC 9535, such as `$['properties']['ipRules'][0]['value']`.
    #[must_use]
    pub fn json_path(&self) -> String {
        let mut text = String::from("$");
        for item in &self.items {
            match item {
                Item::Index(index) => {
                    let _ = write!(text, "[{index}]");
                }
                Item::Key(key) => {
                    text.push_str("['");
                    for c in key.chars() {
                        match c {
                            '\'' | '\\' => {
                                text.push('\\');
                                text.push(c);
                            }
                            '\n' => text.push_str("\\n"),
                            '\r' => text.push_str("\\r"),
                            '\t' => text.push_str("\\t"),
                            c if c < ' ' => {
                                let _ = write!(text, "\\u{:04x}", c as u32);
                            }
                            c => text.push(c),
                        }
                    }
                    text.push_str("']");
                }
            }
        }
        text
    }

    /// As people write it, such as `properties.ipRules[0].value`.
    #[must_use]
    pub fn dotted(&self) -> String {
        let mut text = String::new();
        for item in &self.items {
            match item {
                Item::Index(index) => {
                    let _ = write!(text, "[{index}]");
                }
                Item::Key(key) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(key);
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let key = |k: &str| Item::Key(k.into());
        let location = Location::new(vec![key("properties"), key("it's"), Item::Index(2), key("v")]);
        assert_eq!(location.json_path(), "$['properties']['it\\'s'][2]['v']");
        assert_eq!(location.dotted(), "properties.it's[2].v");
    }
}
