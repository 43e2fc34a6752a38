//! A path in a resource: keys and "each member", with the layer that gave it.

use super::extract::Extract;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The member of that name; names compare without regard to ASCII case (spec L-90).
    Key(Box<str>),
    /// `[*]`: each member of an array.
    Each,
}

/// Who answered for an alias (spec L-62).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Layer {
    /// The user's catalogue.
    Catalogue,
    /// An embedded exception from the default rule.
    Exceptions,
    /// The default rule: exact for a listed name ([`Aliases::is_known`](super::Aliases::is_known)), a guess
    /// for others.
    Rule,
}

impl Layer {
    /// The word that explanations use: `catalogue`, `exceptions`, `rule`.
    pub fn name(self) -> &'static str {
        match self {
            Layer::Catalogue => "catalogue",
            Layer::Exceptions => "exceptions",
            Layer::Rule => "rule",
        }
    }
}

/// Where the value of an alias lies in a resource of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasPath {
    steps: Box<[Step]>,
    layer: Layer,
    extract: Option<Extract>,
}

impl AliasPath {
    pub(super) fn new(steps: Vec<Step>, layer: Layer, extract: Option<Extract>) -> AliasPath {
        AliasPath { steps: steps.into(), layer, extract }
    }

    /// The steps from the document's root.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Who answered.
    pub fn layer(&self) -> Layer {
        self.layer
    }

    /// What to take out of the text found at the path, if the alias is part of a text only (spec L-74).
    pub fn extract(&self) -> Option<&Extract> {
        self.extract.as_ref()
    }

    /// Whether the path selects a collection, whatever the alias name looks like (spec L-68).
    pub fn is_collection(&self) -> bool {
        has_each(&self.steps)
    }
}

/// Whether an alias name has `[*]`. Eighteen names without it select a collection nevertheless: ask the
/// path ([`AliasPath::is_collection`]) where there is one.
pub fn has_star(alias: &str) -> bool {
    alias.contains("[*]")
}

pub(super) fn has_each(steps: &[Step]) -> bool {
    steps.contains(&Step::Each)
}

/// Reads `a.b[*].c`. `None`: no or an empty segment, or a bracket that is not part of a final `[*]`.
pub(super) fn parse(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for segment in path.split('.') {
        let key = bare(segment);
        if key.is_empty() || key.contains(['[', ']']) {
            return None;
        }
        steps.push(Step::Key(key.into()));
        steps.extend(std::iter::repeat_n(Step::Each, (segment.len() - key.len()) / 3));
    }
    Some(steps)
}

/// The segment without `[*]`.
pub(super) fn bare(segment: &str) -> &str {
    segment.trim_end_matches("[*]")
}

/// Steps as people write them: `a.b[*].c`.
pub(crate) fn show(steps: &[Step]) -> String {
    let mut out = String::new();
    for step in steps {
        match step {
            Step::Key(key) if out.is_empty() => out.push_str(key),
            Step::Key(key) => out.extend([".", key]),
            Step::Each => out.push_str("[*]"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_paths() {
        // spec: L-51, L-90, L-143
        for (text, wanted) in [
            ("a", Some(1)),
            ("properties.a[*].b", Some(4)),
            ("a[*]", Some(2)),
            ("a[*][*].b", Some(4)),
            ("#Microsoft-Media-JobInputs.x", Some(2)),
            ("", None),
            ("a..b", None),
            (".a", None),
            ("a.", None),
            ("[*].a", None),
            ("a[0]", None),
            ("a[*]b", None),
            ("a[*", None),
            ("a]", None),
        ] {
            let steps = parse(text);
            assert_eq!(steps.as_ref().map(Vec::len), wanted, "{text}");
            if let Some(steps) = steps {
                assert_eq!(show(&steps), text);
            }
        }
    }
}
