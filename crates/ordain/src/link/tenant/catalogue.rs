//! The documents that ids refer to (spec G-18, G-19, G-22 … G-26).

use super::versions::{self, Range};
use crate::ast::{Definition, Initiative, Spelled};
use crate::ids;
use crate::source::Span;
use crate::syntax::GovernanceProblem as Problem;
use std::collections::HashMap;
use std::sync::Arc;

/// A document with an id and versions.
pub(super) trait Versioned {
    fn id(&self) -> &str;
    fn version(&self) -> &str;
    const WHAT: &'static str;
}

impl Versioned for Definition {
    fn id(&self) -> &str {
        &self.id
    }
    fn version(&self) -> &str {
        &self.version
    }
    const WHAT: &'static str = "definition";
}

impl Versioned for Initiative {
    fn id(&self) -> &str {
        &self.identity.id
    }
    fn version(&self) -> &str {
        &self.version
    }
    const WHAT: &'static str = "initiative";
}

/// Documents of one kind.
pub(super) struct Catalogue<D> {
    documents: Vec<Arc<D>>,
    /// Places of the documents by id in normal form.
    by_id: HashMap<String, Vec<usize>>,
    /// Ids in normal form by name in lower case.
    by_name: HashMap<String, Vec<String>>,
}

/// What an id was resolved to.
pub(super) struct Found<D> {
    pub(super) document: Arc<D>,
    /// What is to be told of it, and where unless at the id; an error means that it is not to be used.
    pub(super) problems: Vec<(Problem, Option<Span>)>,
}

/// Which version is wanted.
#[derive(Clone, Copy, Default)]
pub(super) struct Wanted<'w> {
    pub(super) range: Option<&'w Spelled>,
    pub(super) effective: Option<&'w str>,
    pub(super) strict: bool,
}

impl<D: Versioned> Catalogue<D> {
    pub(super) fn new(documents: &[Arc<D>]) -> Self {
        let (mut by_id, mut by_name) =
            (HashMap::<String, Vec<usize>>::new(), HashMap::<String, Vec<String>>::new());
        for (at, document) in documents.iter().enumerate() {
            let key = ids::normal(document.id());
            let name = key.rsplit('/').next().unwrap_or_default().to_owned();
            let places = by_id.entry(key.clone()).or_default();
            if places.is_empty() {
                by_name.entry(name).or_default().push(key);
            }
            places.push(at);
        }
        Self { documents: documents.to_vec(), by_id, by_name }
    }

    /// Whether there is a document of this very id.
    pub(super) fn has(&self, id: &str) -> bool {
        let key = ids::normal(id);
        self.by_id.contains_key(key.rsplit_once("/versions/").map_or(&*key, |(bare, _)| bare))
    }

    /// Ids in normal form.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(String::as_str)
    }

    /// The document of an id in the version that is wanted.
    pub(super) fn find(&self, id: &str, wanted: Wanted<'_>) -> Result<Found<D>, Problem> {
        let mut key = ids::normal(id);
        let mut pinned = None;
        if let Some((front, version)) = key.rsplit_once("/versions/") {
            pinned = Some(version.to_owned());
            key = front.to_owned();
        }
        let mut problems = Vec::new();
        let places = match self.by_id.get(&key) {
            Some(places) => places,
            None => {
                let name = key.rsplit('/').next().unwrap_or_default();
                let same_name = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
                let [only] = same_name else { return Err(self.unknown(id, &key)) };
                let places = self.by_id.get(only).ok_or_else(|| self.unknown(id, &key))?;
                if let Some(document) = places.first().and_then(|at| self.documents.get(*at)) {
                    let found = document.id().to_owned();
                    problems.push((Problem::DefinitionByName { id: id.to_owned(), found }, None));
                }
                places
            }
        };
        let at = self.version(places, pinned.as_deref(), wanted, &mut problems);
        let document = self.documents.get(at).ok_or_else(|| self.unknown(id, &key))?;
        Ok(Found { document: document.clone(), problems })
    }

    fn unknown(&self, id: &str, key: &str) -> Problem {
        let name = key.rsplit('/').next().unwrap_or_default();
        let near = crate::diagnostic::nearest(name, self.by_name.keys().map(String::as_str));
        Problem::UnknownDefinition {
            what: D::WHAT,
            id: id.to_owned(),
            built_in: key.starts_with("/providers/microsoft.authorization/"),
            nearest: near.map(str::to_owned),
        }
    }

    fn version(
        &self,
        places: &[usize],
        pinned: Option<&str>,
        wanted: Wanted<'_>,
        problems: &mut Vec<(Problem, Option<Span>)>,
    ) -> usize {
        let document = |at: usize| places.get(at).and_then(|at| self.documents.get(*at));
        let versions = || places.iter().filter_map(|at| self.documents.get(*at)).map(|d| d.version());
        let exact = |text: &str| versions().position(|v| v.eq_ignore_ascii_case(text));
        let place = |at: Option<usize>| at.and_then(|at| places.get(at).copied());
        if let Some(found) = place(wanted.effective.and_then(exact)) {
            return found;
        }
        let newest = versions::newest(versions()).unwrap_or(0);
        let mut unavailable = |wanted_text: &str, at: Option<Span>| {
            let used = document(newest);
            let problem = Problem::VersionUnavailable {
                wanted: wanted_text.to_owned(),
                name: used.map_or("", |d| d.id().rsplit('/').next().unwrap_or_default()).to_owned(),
                used: used.map_or("", |d| d.version()).to_owned(),
                strict: wanted.strict,
            };
            problems.push((problem, at));
            newest
        };
        let at = match (pinned, wanted.range) {
            (Some(text), _) => exact(text).unwrap_or_else(|| unavailable(text, None)),
            (None, None) => newest,
            (None, Some(written)) => match Range::parse(&written.text) {
                None => {
                    let problem = Problem::BadVersionRange { text: written.text.to_string() };
                    problems.push((problem, Some(written.span)));
                    newest
                }
                Some(range) => {
                    let found = versions::within(&range, versions().collect::<Vec<_>>().into_iter());
                    let found = found.unwrap_or_else(|| unavailable(&written.text, Some(written.span)));
                    if range.pinned {
                        let problem = Problem::PatchPinned { text: written.text.to_string() };
                        problems.push((problem, Some(written.span)));
                    }
                    found
                }
            },
        };
        place(Some(at)).unwrap_or_default()
    }
}
