//! The user's catalogue in memory: entries by name and type, and what is known of each type.

use std::collections::HashMap;

use super::extract::Extract;
use super::metadata::Metadata;
use super::path::{AliasPath, Layer, Step, has_each};

/// Entries of one or more catalogue files. Keys are lower-cased.
#[derive(Clone, Debug, Default)]
pub(super) struct Catalogue {
    entries: HashMap<Box<str>, Vec<Entry>>,
    kinds: HashMap<Box<str>, Kind>,
}

/// One alias of one type.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Lower-cased.
    pub(super) of_type: Box<str>,
    pub(super) default: Target,
    pub(super) versions: Vec<Version>,
}

/// A path with what is said about it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target {
    pub(super) steps: Vec<Step>,
    pub(super) extract: Option<Extract>,
    pub(super) metadata: Option<Metadata>,
}

/// A path that holds for some API versions; for all if none is named (spec L-81).
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) api_versions: Vec<Box<str>>,
    pub(super) target: Target,
}

/// What a catalogue says about a type.
#[derive(Clone, Debug, Default)]
pub(super) struct Kind {
    pub(super) indexed: Option<bool>,
    pub(super) newest: Option<Box<str>>,
    has_versions: bool,
    /// Whether some alias lies below `properties`; `None` without aliases.
    has_properties: Option<bool>,
}

/// How the catalogue answers for a name.
pub(super) enum Answer {
    Path(AliasPath),
    /// Only other types have the name.
    OtherType {
        star: bool,
    },
    Unlisted,
}

impl Catalogue {
    /// The type's record, made if need be.
    pub(super) fn kind_mut(&mut self, resource_type: &str) -> &mut Kind {
        self.kinds.entry(folded(resource_type)).or_default()
    }

    pub(super) fn kind(&self, resource_type: &str) -> Option<&Kind> {
        self.kinds.get(&folded(resource_type))
    }

    /// Adds an entry. Whether it took the place of one with other paths (spec L-141).
    pub(super) fn add(&mut self, name: &str, entry: Entry) -> bool {
        let kind = self.kinds.entry(entry.of_type.clone()).or_default();
        kind.has_versions |= entry.versions.iter().any(|v| !v.target.reads_as(&entry.default));
        let below = entry.targets().any(Target::is_below_properties);
        kind.has_properties = Some(kind.has_properties.unwrap_or(false) | below);
        let entries = self.entries.entry(folded(name)).or_default();
        match entries.iter_mut().find(|old| old.of_type == entry.of_type) {
            Some(old) => !std::mem::replace(old, entry.clone()).same_paths(&entry),
            None => {
                entries.push(entry);
                false
            }
        }
    }

    /// Whether some type has the name, or the array or member twin it is derived from (spec L-70).
    pub(super) fn lists(&self, name: &str) -> bool {
        let name = folded(name);
        self.entries.contains_key(&name) || self.entries.contains_key(twin(&name).as_str())
    }

    /// Layers 1 and 2 of spec L-60.
    pub(super) fn answer(&self, resource_type: &str, name: &str, api_version: Option<&str>) -> Answer {
        let name = folded(name);
        let own = self.entries.get(&name).map(Vec::as_slice).unwrap_or_default();
        if let Some(entry) = find(own, resource_type) {
            let target = entry.choose(api_version);
            let path = AliasPath::new(target.steps.clone(), Layer::Catalogue, target.extract.clone());
            return Answer::Path(path);
        }
        let twins = self.entries.get(twin(&name).as_str()).map(Vec::as_slice).unwrap_or_default();
        let derived = find(twins, resource_type).and_then(|entry| derive(&name, entry.choose(api_version)));
        if let Some(steps) = derived {
            return Answer::Path(AliasPath::new(steps, Layer::Catalogue, None));
        }
        match own.first() {
            Some(other) => Answer::OtherType { star: has_each(&other.default.steps) },
            None if twins.is_empty() => Answer::Unlisted,
            None => Answer::OtherType { star: super::has_star(&name) },
        }
    }

    /// The metadata of the path chosen for a version. `None`: no such entry, or it has none.
    pub(super) fn metadata(
        &self,
        resource_type: &str,
        name: &str,
        api_version: Option<&str>,
    ) -> Option<Metadata> {
        let entry = find(self.entries.get(&folded(name))?, resource_type)?;
        entry.choose(api_version).metadata
    }
}

impl Kind {
    /// Whether some alias reads another place in some API version.
    pub(super) fn has_versions(&self) -> bool {
        self.has_versions
    }

    /// Whether some alias lies below `properties`; `None` without aliases.
    pub(super) fn has_properties(&self) -> Option<bool> {
        self.has_properties
    }
}

impl Entry {
    /// The target for a version: the first that holds for it, else the default (spec L-81).
    fn choose(&self, api_version: Option<&str>) -> &Target {
        let holds = |v: &&Version| {
            v.api_versions.is_empty()
                || api_version
                    .is_some_and(|wanted| v.api_versions.iter().any(|x| x.eq_ignore_ascii_case(wanted)))
        };
        // No version known: the default, whatever the entries without versions say.
        let found = api_version.and_then(|_| self.versions.iter().find(holds));
        found.map_or(&self.default, |v| &v.target)
    }

    fn targets(&self) -> impl Iterator<Item = &Target> {
        std::iter::once(&self.default).chain(self.versions.iter().map(|v| &v.target))
    }

    fn same_paths(&self, other: &Entry) -> bool {
        self.default.reads_as(&other.default)
            && self.versions.len() == other.versions.len()
            && self.versions.iter().zip(&other.versions).all(|(a, b)| a.target.reads_as(&b.target))
    }
}

impl Target {
    fn reads_as(&self, other: &Target) -> bool {
        self.steps == other.steps && self.extract == other.extract
    }

    fn is_below_properties(&self) -> bool {
        matches!(self.steps.first(), Some(Step::Key(key)) if key.eq_ignore_ascii_case("properties"))
    }
}

fn find<'e>(entries: &'e [Entry], resource_type: &str) -> Option<&'e Entry> {
    entries.iter().find(|entry| entry.of_type.eq_ignore_ascii_case(resource_type))
}

/// `A` for `A[*]`, `A[*]` for `A`.
fn twin(name: &str) -> String {
    name.strip_suffix("[*]").map_or_else(|| format!("{name}[*]"), str::to_owned)
}

/// The path of a name from its twin's (spec L-70).
fn derive(name: &str, twin: &Target) -> Option<Vec<Step>> {
    let mut steps = twin.steps.clone();
    if name.ends_with("[*]") {
        steps.push(Step::Each);
    } else if steps.pop() != Some(Step::Each) {
        return None;
    }
    Some(steps)
}

fn folded(text: &str) -> Box<str> {
    text.to_ascii_lowercase().into()
}
