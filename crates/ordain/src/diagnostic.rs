//! What went wrong, where, how to mend: code, severity, labels, help; did-you-mean. No rendering.

use crate::source::{Position, Source, Span};
use std::fmt;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Info,
    /// The input is used, but somebody should look.
    Warning,
    /// What is named is not used.
    Error,
}

impl Severity {
    /// `info`, `warning` or `error`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place in a text with a remark.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    source: Source,
    span: Span,
    text: String,
}

impl Label {
    /// The text that the place is in.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The bytes meant.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The remark; may be empty.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of the first byte.
    #[must_use]
    pub fn position(&self) -> Position {
        self.source.position(self.span.start)
    }
}

/// One finding about an input: data, not text. The first label is the primary one.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    code: &'static str,
    severity: Severity,
    message: String,
    origin: String,
    object: String,
    labels: Vec<Label>,
    notes: Vec<String>,
    helps: Vec<String>,
    /// Names that may be meant, if there are such.
    candidates: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic without a place. `code` is stable; `message` is one line in lower case without a stop.
    pub fn new(severity: Severity, code: &'static str, message: impl fmt::Display) -> Self {
        Self {
            code,
            severity,
            message: message.to_string(),
            origin: String::new(),
            object: String::new(),
            labels: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
            candidates: Vec::new(),
        }
    }

    /// An error.
    pub fn error(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning.
    pub fn warning(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// An info.
    pub fn info(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(Severity::Info, code, message)
    }

    /// Adds a place; the first one added is the primary one.
    #[must_use]
    pub fn label(mut self, source: &Source, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { source: source.clone(), span, text: text.into() });
        self
    }

    /// Names the file or object that it is about where there is no place in a text.
    #[must_use]
    pub fn origin(mut self, name: impl Into<String>) -> Self {
        self.origin = name.into();
        self
    }

    /// Names the policy object that it is about by its id.
    #[must_use]
    pub fn object(mut self, id: &str) -> Self {
        id.clone_into(&mut self.object);
        self
    }

    /// The id of the policy object that it is about; empty where it is about a text alone.
    #[must_use]
    pub fn object_id(&self) -> &str {
        &self.object
    }

    /// Adds background.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds how to mend it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.helps.push(text.into());
        self
    }

    /// Adds `did you mean …` when there is a near name.
    #[must_use]
    pub fn did_you_mean(self, near: Option<&str>) -> Self {
        match near {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// Adds names that may be meant, for [`Diagnostic::choose`].
    #[must_use]
    pub(crate) fn candidates(mut self, names: Vec<String>) -> Self {
        self.candidates = names;
        self
    }

    /// Suggests the first candidate that exists, in place of a general help.
    pub(crate) fn choose(&mut self, exists: impl Fn(&str) -> bool) {
        let chosen = std::mem::take(&mut self.candidates).into_iter().find(|name| exists(name));
        if let Some(name) = chosen {
            self.helps = vec![format!("did you mean `{name}`?")];
        }
    }

    /// The stable code, such as `UnknownOperator`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The severity.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The same finding with another severity.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Whether it is an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The places, the primary one first.
    #[must_use]
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// Background.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// How to mend it.
    #[must_use]
    pub fn helps(&self) -> &[String] {
        &self.helps
    }

    /// Name of the text it is about: that of the primary label, else the origin given.
    #[must_use]
    pub fn name(&self) -> &str {
        self.labels.first().map_or(&self.origin, |label| label.source.name())
    }
}

/// `name:line:column: severity[code]: message`, one line.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.labels.first() {
            Some(label) => {
                let at = label.position();
                write!(f, "{}:{}:{}: ", label.source.name(), at.line, at.column)?;
            }
            None if !self.origin.is_empty() => write!(f, "{}: ", self.origin)?,
            None => {}
        }
        write!(f, "{}[{}]: {}", self.severity.name(), self.code, self.message)
    }
}

/// A kind of value as a noun with its article: `an array`, `a string`, `null`.
pub(crate) fn a(kind: &str) -> String {
    match kind.chars().next() {
        _ if kind == "null" => kind.to_owned(),
        Some('a' | 'e' | 'i' | 'o' | 'u') => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}

/// The candidate nearest to a word, without regard to case, at edit distance 2 or less (1 for words under
/// four letters); the first of equals.
pub fn nearest<'n>(word: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let allowed = if word.len() < 4 { 1 } else { 2 };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let candidate_letters: Vec<char> = candidate.to_lowercase().chars().collect();
        // The edits are as many as the lengths differ by, at least; long words from inputs cost nothing then.
        if candidate_letters.len().abs_diff(word.len()) > allowed {
            continue;
        }
        let distance = distance(&word, &candidate_letters);
        if distance <= allowed && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// Edit distance with swaps of neighbours counted once (optimal string alignment), row by row.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |r: &[usize], k: usize| r.get(k).copied().unwrap_or(usize::MAX / 2);
            let mut cost =
                (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names() {
        let names = ["notIn", "notEquals", "equals", "less", "in"];
        assert_eq!(nearest("notIm", names), Some("notIn"));
        assert_eq!(nearest("euqals", names), Some("equals"));
        assert_eq!(nearest("NOTIN", names), Some("notIn"));
        assert_eq!(nearest("wildcard", names), None);
    }
}
