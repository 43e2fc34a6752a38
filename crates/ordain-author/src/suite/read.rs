//! Text to a tree, whichever language it is written in; and whether the tree is a suite at all.

use super::tree::{Place, Tree};
use super::yaml;
use ordain::json::{self, Dialect};
use ordain::{Diagnostic, Source};

/// The language of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// JSON, with comments and one trailing comma.
    Json,
    /// YAML 1.2, one document.
    Yaml,
}

impl Language {
    /// By the end of a file's name; everything but `.yaml` and `.yml` is read as JSON.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        if name.ends_with(".yaml") || name.ends_with(".yml") { Self::Yaml } else { Self::Json }
    }
}

/// Whether a file is named as suites are: `*.test.json`, `*.test.yaml`, `*.test.yml`.
#[must_use]
pub fn is_suite_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".test.json", ".test.yaml", ".test.yml"].iter().any(|end| name.len() > end.len() && name.ends_with(end))
}

/// Reads a text as a tree. What could be read comes back with all that is wrong.
#[must_use]
pub fn tree(source: &Source) -> (Option<Tree>, Vec<Diagnostic>) {
    match Language::of(source.name()) {
        Language::Yaml => yaml::read(source),
        Language::Json => {
            let (json, problems) = json::read(source.text(), Dialect::Policy);
            // Comments and a trailing comma are welcome in a file that people write by hand.
            let told = problems.iter().filter(|p| !matches!(p.code, "Comment" | "TrailingComma"));
            let told = told.map(|problem| problem.diagnostic(source, "")).collect();
            (json.map(|json| Tree::of_json(source, &json)), told)
        }
    }
}

/// Keys that say what is tested.
pub(super) const SUBJECTS: [&str; 4] = ["policy", "initiative", "assignment", "tenant"];

/// What a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// A suite.
    Suite,
    /// Nearly one: somebody should look.
    NearMiss(&'static str),
    /// Something else, which bears the name of a suite.
    Other,
}

/// Recognises a suite by its content.
#[must_use]
pub fn recognise(tree: &Tree) -> Recognised {
    let cases = tree.get("cases");
    let subject = SUBJECTS.iter().any(|key| tree.get(key).is_some());
    let of_cases = cases.is_some_and(|cases| cases.items().iter().any(|case| case.get("policy").is_some()));
    match cases {
        Some(cases) if cases.is_array() && (subject || of_cases) => Recognised::Suite,
        Some(_) if subject => Recognised::NearMiss("`cases` must be an array"),
        Some(cases) if cases.is_array() => Recognised::NearMiss(
            "the file has `cases`, but says of no policy, initiative, assignment or tenant",
        ),
        None if subject => Recognised::NearMiss("the file names a policy, but has no `cases`"),
        _ => Recognised::Other,
    }
}

/// The diagnostic for a near miss.
#[must_use]
pub fn near_miss(tree: &Tree, what: &str) -> Diagnostic {
    let place: Place = tree.get("cases").map_or_else(|| tree.head(), |cases| cases.place.opening());
    place
        .mark(Diagnostic::error("NotASuite", format!("this is no test suite: {what}")), "")
        .help("a suite holds `cases` and one of `policy`, `initiative`, `assignment`, `tenant`")
}

/// Whether a text that cannot be read was meant as a suite: it has the words of one.
#[must_use]
pub fn looks_like_suite(source: &Source) -> bool {
    let text = source.text();
    text.contains("cases") && SUBJECTS.iter().any(|word| text.contains(word))
}
