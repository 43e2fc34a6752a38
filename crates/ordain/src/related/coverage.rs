//! Whether a resource that is not in the input would be there if it existed (spec E-92 … E-94).

use super::RelatedResources;
use std::collections::HashMap;
use thiserror::Error;

/// What is taken to be in the input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RelatedMode {
    /// A type of which a subscription has at least one row is there whole.
    #[default]
    Auto,
    /// Only what was declared is.
    Strict,
    /// Everything is: Azure's answer, if the export is right.
    AssumeComplete,
}

/// What a caller says of the rows of a type (spec E-92, rule 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// All of them are in the input.
    Complete,
    /// There is none.
    Absent,
    /// Nobody knows.
    Unknown,
}

/// Declared coverage by type in lower case, and subscription in lower case or empty for all.
#[derive(Clone, Debug, Default)]
pub(super) struct Declared(HashMap<(String, String), Coverage>);

/// A declaration that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct BadCoverage(String);

impl RelatedResources {
    /// What is taken to be in the input (option `--related`).
    #[must_use]
    pub fn mode(mut self, mode: RelatedMode) -> Self {
        self.mode = mode;
        self
    }

    /// Declares what the input holds of a type, in one subscription or in all (option `--related-coverage`).
    pub fn declare(&mut self, resource_type: &str, subscription: Option<&str>, coverage: Coverage) {
        let key = (resource_type.to_ascii_lowercase(), subscription.unwrap_or("").to_ascii_lowercase());
        self.declared.0.insert(key, coverage);
    }

    /// The same from a document: `{"types": {"<type>": "complete"}, "subscriptions": {"<guid>": {"<type>": …}}}`.
    ///
    /// ```
    /// let mut related = ordain::RelatedResources::new();
    /// let said = serde_json::json!({"types": {"microsoft.insights/diagnosticsettings": "complete"}});
    /// assert!(related.declare_all(&said).is_ok());
    /// assert!(related.declare_all(&serde_json::json!({"types": {"a/b": "perhaps"}})).is_err());
    /// ```
    ///
    /// # Errors
    /// [`BadCoverage`] when it has another shape or another word; nothing is declared then.
    pub fn declare_all(&mut self, document: &serde_json::Value) -> Result<(), BadCoverage> {
        let mut found = Vec::new();
        read(&document["types"], None, &mut found)?;
        let by_subscription = &document["subscriptions"];
        if let Some(subscriptions) = by_subscription.as_object() {
            for (subscription, types) in subscriptions {
                read(types, Some(subscription), &mut found)?;
            }
        } else if !by_subscription.is_null() {
            return Err(BadCoverage("`subscriptions` must be an object".to_owned()));
        }
        if found.is_empty() {
            return Err(BadCoverage(
                "it declares no type: `{\"types\": {\"<type>\": \"complete\"}}` is wanted".to_owned(),
            ));
        }
        for (kind, subscription, coverage) in found {
            self.declare(&kind, subscription.as_deref(), coverage);
        }
        Ok(())
    }

    /// What was declared of a type in a subscription: what is said of that alone, else of all.
    fn declared(&self, kind: &str, subscription: &str) -> Option<Coverage> {
        let of = |subscription: &str| self.declared.0.get(&(kind.to_owned(), subscription.to_owned()));
        if self.declared.0.is_empty() {
            return None;
        }
        of(subscription).or_else(|| of("")).copied()
    }

    /// Whether a missing resource of a type in a subscription would be here if it existed. `seen`: whether the
    /// candidates that there are, or the resource that looks for its own type, speak for it (spec E-92, E-94).
    pub(crate) fn proves_absence(&self, kind: &str, subscription: &str, seen: bool) -> bool {
        match (self.declared(kind, subscription), self.mode) {
            (Some(coverage), _) => coverage != Coverage::Unknown,
            (None, RelatedMode::AssumeComplete) => true,
            (None, RelatedMode::Strict) => false,
            (None, RelatedMode::Auto) => seen || self.is_covered(kind, subscription),
        }
    }
}

fn read(
    types: &serde_json::Value,
    subscription: Option<&str>,
    found: &mut Vec<(String, Option<String>, Coverage)>,
) -> Result<(), BadCoverage> {
    let Some(types) = types.as_object() else {
        return if types.is_null() {
            Ok(())
        } else {
            Err(BadCoverage("`types` must be an object".to_owned()))
        };
    };
    for (kind, word) in types {
        let coverage = match word.as_str().map(str::to_ascii_lowercase).as_deref() {
            Some("complete") => Coverage::Complete,
            Some("absent") => Coverage::Absent,
            Some("unknown") => Coverage::Unknown,
            _ => {
                return Err(BadCoverage(format!(
                    "`{kind}` is `complete`, `absent` or `unknown`, not {word}"
                )));
            }
        };
        found.push((kind.clone(), subscription.map(str::to_owned), coverage));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Completeness;
    use serde_json::json;

    fn related(mode: RelatedMode, partial: bool) -> RelatedResources {
        let mut related = RelatedResources::new().mode(mode);
        let row = json!({"id": "/subscriptions/s/resourceGroups/g/providers/A.B/c/x", "properties": {}});
        related.add(&row, Completeness::Whole, partial);
        related
    }

    #[test]
    fn what_proves_that_nothing_is_there() {
        // spec: E-92, E-93, E-94
        for (mode, partial, seen, same, other, type_unknown) in [
            (RelatedMode::Auto, false, false, true, false, false),
            (RelatedMode::Auto, true, false, false, false, false),
            (RelatedMode::Auto, true, true, true, true, true),
            (RelatedMode::Strict, false, true, false, false, false),
            (RelatedMode::AssumeComplete, true, false, true, true, true),
        ] {
            let related = related(mode, partial);
            let proves = |kind, subscription| related.proves_absence(kind, subscription, seen);
            assert_eq!(
                (proves("a.b/c", "s"), proves("a.b/c", "t"), proves("x.y/z", "s")),
                (same, other, type_unknown),
                "{mode:?} {partial} {seen}"
            );
        }
    }

    #[test]
    fn what_is_declared_counts_first() {
        // spec: E-92
        for mode in [RelatedMode::Auto, RelatedMode::Strict, RelatedMode::AssumeComplete] {
            let mut related = related(mode, false);
            let said = json!({"types": {"A.B/c": "unknown", "D.E/f": "absent"}, "subscriptions": {"T": {"a.b/C": "complete"}}});
            related.declare_all(&said).expect("a declaration");
            let proves = |kind, subscription| related.proves_absence(kind, subscription, true);
            assert_eq!(
                (proves("a.b/c", "s"), proves("a.b/c", "t"), proves("d.e/f", "s")),
                (false, true, true)
            );
        }
        let mut related = RelatedResources::new();
        for bad in [
            json!({}),
            json!([]),
            json!({"types": []}),
            json!({"types": {"a/b": true}}),
            json!({"subscriptions": 1}),
        ] {
            assert!(related.declare_all(&bad).is_err(), "{bad}");
        }
    }
}
