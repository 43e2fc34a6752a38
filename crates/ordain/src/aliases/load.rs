//! Reading of catalogue files: the official lists of providers and their aliases (spec L-140 to L-143).

use serde_json::Value;

use super::catalogue::{Catalogue, Entry, Target, Version};
use super::extract::Extract;
use super::metadata::{Metadata, ValueType, supports_tags_and_location};
use super::path;

/// Why a file is no catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// The top of the file has none of the known forms.
    #[error("not an alias catalogue: expected a list of providers, or one provider with `resourceTypes`")]
    NotACatalogue,
    /// An element of the list is neither a provider nor a resource type.
    #[error("element {index} of the catalogue is neither a provider nor a resource type")]
    NotAProvider {
        /// Position in the list, from 0.
        index: usize,
    },
}

/// What a catalogue said that was not taken over, or only in part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueWarning {
    /// The name was already listed under the type with another path; the later entry counts.
    #[error("alias `{name}` of `{resource_type}` is listed twice with different paths, the later one counts")]
    DuplicateAlias {
        /// Full type.
        resource_type: String,
        /// Alias name as spelled.
        name: String,
    },
    /// An entry without name or with a path that is none; it is left out.
    #[error("alias `{name}` of `{resource_type}` has no well-formed path, it is ignored")]
    MalformedAlias {
        /// Full type.
        resource_type: String,
        /// Alias name as spelled; empty if it has none.
        name: String,
    },
}

impl CatalogueWarning {
    /// The diagnostic's name: `DuplicateAlias`, `MalformedAlias`.
    pub fn code(&self) -> &'static str {
        match self {
            CatalogueWarning::DuplicateAlias { .. } => "DuplicateAlias",
            CatalogueWarning::MalformedAlias { .. } => "MalformedAlias",
        }
    }
}

/// Adds a file to a catalogue. The answer is what was odd about it.
pub(super) fn load(file: &Value, into: &mut Catalogue) -> Result<Vec<CatalogueWarning>, CatalogueError> {
    let list = file.as_array().or_else(|| member(file, "value").and_then(Value::as_array));
    let providers: Vec<&Value> = match list {
        Some(list) => list.iter().collect(),
        None if member(file, "resourceTypes").or_else(|| member(file, "resourceType")).is_some() => {
            vec![file]
        }
        None => return Err(CatalogueError::NotACatalogue),
    };
    let mut loader = Loader { into, warnings: Vec::new() };
    for (index, provider) in providers.into_iter().enumerate() {
        loader.provider(provider).ok_or(CatalogueError::NotAProvider { index })?;
    }
    Ok(loader.warnings)
}

struct Loader<'c> {
    into: &'c mut Catalogue,
    warnings: Vec<CatalogueWarning>,
}

impl Loader<'_> {
    /// A provider with its types, or one type of the PowerShell form.
    fn provider(&mut self, provider: &Value) -> Option<()> {
        let namespace = text(provider, "namespace")?;
        match member(provider, "resourceTypes") {
            Some(kinds) => elements(kinds).try_for_each(|kind| self.kind(namespace, kind)),
            None => self.kind(namespace, provider),
        }
    }

    fn kind(&mut self, namespace: &str, kind: &Value) -> Option<()> {
        let resource_type = format!("{namespace}/{}", text(kind, "resourceType")?);
        let record = self.into.kind_mut(&resource_type);
        if let Some(capabilities) = member(kind, "capabilities") {
            record.indexed = Some(supports_tags_and_location(capabilities.as_str().unwrap_or_default()));
        }
        let versions = member(kind, "apiVersions").into_iter().flat_map(elements).filter_map(Value::as_str);
        let newest = versions.chain(record.newest.as_deref()).max_by_key(|version| age(version));
        record.newest = newest.map(Into::into);
        for alias in member(kind, "aliases").into_iter().flat_map(elements) {
            let name = text(alias, "name").unwrap_or_default();
            let note =
                |make: fn(String, String) -> CatalogueWarning| make(resource_type.clone(), name.to_owned());
            match entry(&resource_type, name, alias) {
                None => self.warnings.push(note(|resource_type, name| CatalogueWarning::MalformedAlias {
                    resource_type,
                    name,
                })),
                Some(entry) => {
                    if self.into.add(name, entry) {
                        self.warnings.push(note(|resource_type, name| CatalogueWarning::DuplicateAlias {
                            resource_type,
                            name,
                        }));
                    }
                }
            }
        }
        Some(())
    }
}

/// Orders versions by date; of one date the stable one is the newest.
fn age(version: &str) -> (String, bool) {
    let (date, rest) = version.split_at_checked("yyyy-mm-dd".len()).unwrap_or((version, ""));
    (date.to_owned(), rest.is_empty())
}

/// One alias (spec L-142, L-84). `None`: malformed.
fn entry(resource_type: &str, name: &str, alias: &Value) -> Option<Entry> {
    if name.is_empty() {
        return None;
    }
    let read = |path: &str, pattern: Option<&Value>, metadata: Option<Metadata>| {
        Some(Target {
            steps: path::parse(path)?,
            extract: match pattern {
                Some(pattern) => extract(pattern)?,
                None => Extract::built_in(resource_type, name, path),
            },
            metadata,
        })
    };
    let default_metadata = present(alias, "defaultMetadata").and_then(metadata);
    let mut versions = Vec::new();
    for row in present(alias, "paths").into_iter().flat_map(elements) {
        // An entry without metadata has those of the alias.
        let metadata = present(row, "metadata").and_then(metadata).or(default_metadata);
        versions.push(Version {
            api_versions: present(row, "apiVersions")
                .into_iter()
                .flat_map(elements)
                .filter_map(|version| version.as_str().map(Into::into))
                .collect(),
            target: read(text(row, "path")?, present(row, "pattern"), metadata)?,
        });
    }
    let default = match present(alias, "defaultPath") {
        Some(path) => {
            let path = path.as_str().or_else(|| text(path, "path"))?;
            read(path, present(alias, "defaultPattern"), default_metadata)?
        }
        None => versions.first()?.target.clone(),
    };
    Some(Entry { of_type: resource_type.to_ascii_lowercase().into(), default, versions })
}

/// `Some(None)`: a pattern that takes nothing out. `None`: malformed.
fn extract(pattern: &Value) -> Option<Option<Extract>> {
    match text(pattern, "type") {
        Some(kind) if kind.eq_ignore_ascii_case("Extract") => {
            Extract::new(text(pattern, "phrase")?, text(pattern, "variable")?).map(Some)
        }
        _ => Some(None),
    }
}

fn metadata(metadata: &Value) -> Option<Metadata> {
    let flag = |flags: &str| flags.split(',').any(|flag| flag.trim().eq_ignore_ascii_case("Modifiable"));
    let known = Metadata {
        value_type: text(metadata, "type").and_then(ValueType::from_name),
        modifiable: text(metadata, "attributes").map(flag),
    };
    (known.value_type.is_some() || known.modifiable.is_some()).then_some(known)
}

/// The member of that name; without regard to ASCII case (spec L-140), the exact one first.
fn member<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    let object = value.as_object()?;
    let folded = || object.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value);
    object.get(key).or_else(folded)
}

/// The member of that name unless it is null.
fn present<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    member(value, key).filter(|value| !value.is_null())
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    member(value, key).and_then(Value::as_str)
}

fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
