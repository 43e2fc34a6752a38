//! Alias name → path: the user's catalogue, embedded exceptions, the default rule; says which layer answered.
//!
//! An alias such as `Microsoft.KeyVault/vaults/enablePurgeProtection` names a path in resources of one type,
//! here `properties.enablePurgeProtection`. Three layers know paths, and the first that answers wins (spec
//! L-60): a catalogue that the user gives, the embedded exceptions, the default rule. Resolving happens at
//! compile time, never per document but for a name that an expression computes. All names compare without
//! regard to ASCII case (spec L-53).

mod catalogue;
mod embedded;
mod extract;
mod load;
mod metadata;
mod name;
#[cfg(feature = "alias-names")]
mod names;
mod nearest;
mod outline;
mod path;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde_json::Value;

pub use self::extract::Extract;
pub use self::load::{CatalogueError, CatalogueWarning};
pub use self::metadata::{Indexed, IndexedSource, ValueType};
pub(crate) use self::path::show;
pub use self::path::{AliasPath, Layer, Step, has_star};

use self::catalogue::{Answer, Catalogue};
use self::metadata::Metadata;
use self::name::Name;

/// All that is known of aliases and types: the embedded data and, if given, catalogues.
///
/// ```
/// use ordain::aliases::{Aliases, Resolution, Step};
///
/// let aliases = Aliases::embedded();
/// let found = aliases.resolve("Microsoft.Sql/servers/databases", "Microsoft.Sql/servers/databases/edition", None);
/// let Resolution::Path(path) = found else { panic!("an alias of this type") };
/// assert_eq!(path.steps(), [Step::Key("sku".into()), Step::Key("tier".into())]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Aliases {
    /// Cheap to clone: plans and workers share it.
    catalogue: Option<Arc<Catalogue>>,
}

/// Where an alias leads on resources of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolution {
    /// To this path.
    Path(AliasPath),
    /// Nowhere: it is an alias of other types, so the reference is missing (spec L-63).
    OtherType {
        /// Whether it selects a collection: it is the empty one then.
        star: bool,
    },
    /// Nowhere: it is no alias name (spec L-54).
    Malformed,
}

impl Aliases {
    /// The embedded knowledge alone. Costs nothing.
    pub fn embedded() -> Aliases {
        Aliases::default()
    }

    /// Adds a catalogue; several add up, the later entry wins (spec L-140 to L-143).
    ///
    /// Accepted: `{"value": […]}`, a bare array or one object, of providers (`namespace`, `resourceTypes`) or
    /// of `Get-AzPolicyAlias` rows (`Namespace`, `ResourceType`, `Aliases`); keys without regard to case.
    ///
    /// # Errors
    /// If the value has none of these forms.
    pub fn with_catalogue(
        self,
        catalogue: &Value,
    ) -> Result<(Aliases, Vec<CatalogueWarning>), CatalogueError> {
        let mut held = self.catalogue.unwrap_or_default();
        let warnings = load::load(catalogue, Arc::make_mut(&mut held))?;
        Ok((Aliases { catalogue: Some(held) }, warnings))
    }

    /// The path of an alias on resources of `resource_type` (spec L-60), in a body written in `api_version`
    /// (spec L-81; `None`: not known, the default path).
    pub fn resolve(&self, resource_type: &str, alias: &str, api_version: Option<&str>) -> Resolution {
        let Some(name) = Name::parse(alias) else { return Resolution::Malformed };
        if let Some(catalogue) = &self.catalogue {
            match catalogue.answer(resource_type, alias, api_version) {
                Answer::Path(path) => return Resolution::Path(path),
                Answer::OtherType { star } => return Resolution::OtherType { star: star || has_star(alias) },
                Answer::Unlisted => {}
            }
        }
        if path::parse(name.property()).is_none() {
            return Resolution::Malformed;
        }
        match embedded::resolve(resource_type, &name) {
            Some(path) => Resolution::Path(path),
            None => Resolution::OtherType { star: has_star(alias) || is_collection_at_home(&name) },
        }
    }

    /// Whether the name is listed (spec L-71): by the catalogue if one was given, otherwise by the embedded
    /// list of names. `None`: nobody can tell, because the build has no list of names or the name is one of
    /// the data plane's (spec L-72), which no list holds.
    pub fn is_known(&self, alias: &str) -> Option<bool> {
        let listed = match &self.catalogue {
            Some(catalogue) => Some(catalogue.lists(alias)),
            None => is_embedded_name(alias),
        };
        let data_plane = Name::parse(alias).is_some_and(|name| name.is_data_plane());
        listed.filter(|listed| *listed || !data_plane)
    }

    /// A listed alias one slip away from a name that is not listed. The embedded list knows names by their hashes:
    /// once in some dozen far names it suggests one that there is not.
    pub fn nearest(&self, alias: &str) -> Option<String> {
        nearest::slips(alias).find(|slip| self.is_known(slip) == Some(true))
    }

    /// Whether the API version decides the path of some alias of the type. Only a catalogue knows of such.
    pub fn has_versions(&self, resource_type: &str) -> bool {
        self.kind(resource_type).is_some_and(catalogue::Kind::has_versions)
    }

    /// Whether the type supports tags and location: mode `Indexed` evaluates it (spec L-131, and layers 1 and
    /// 2 of L-132). `None`: not known.
    pub fn indexed(&self, resource_type: &str) -> Option<Indexed> {
        let given = self.kind(resource_type).and_then(|kind| kind.indexed);
        match given {
            Some(indexed) => Some(Indexed::new(indexed, IndexedSource::Catalogue)),
            None => embedded::indexed(resource_type),
        }
    }

    /// Whether a catalogue or the embedded list has the type.
    pub fn knows_type(&self, resource_type: &str) -> bool {
        self.kind(resource_type).is_some() || embedded::knows_type(resource_type)
    }

    /// Whether `modify` may write the alias on the type in that version (spec L-83). `None`: not known.
    pub fn modifiable(&self, alias: &str, resource_type: &str, api_version: Option<&str>) -> Option<bool> {
        self.metadata(alias, resource_type, api_version)?.modifiable
    }

    /// Type of the alias's value, as far as known (spec L-85).
    pub fn value_type(
        &self,
        alias: &str,
        resource_type: &str,
        api_version: Option<&str>,
    ) -> Option<ValueType> {
        self.metadata(alias, resource_type, api_version)?.value_type
    }

    /// The newest API version of the type that the catalogue names.
    pub fn newest_api_version(&self, resource_type: &str) -> Option<&str> {
        self.kind(resource_type)?.newest.as_deref()
    }

    /// Whether resources of the type may have `properties` (spec I-16): false only if the type has aliases,
    /// and none of them lies there.
    pub fn may_have_properties(&self, resource_type: &str) -> bool {
        let given = self.kind(resource_type).and_then(catalogue::Kind::has_properties);
        let embedded = embedded::has_properties(resource_type);
        given == Some(true) || embedded == Some(true) || (given.is_none() && embedded.is_none())
    }

    fn kind(&self, resource_type: &str) -> Option<&catalogue::Kind> {
        self.catalogue.as_ref()?.kind(resource_type)
    }

    /// The catalogue's metadata of the chosen path, else the embedded ones.
    fn metadata(&self, alias: &str, resource_type: &str, api_version: Option<&str>) -> Option<Metadata> {
        let given =
            self.catalogue.as_ref().and_then(|known| known.metadata(resource_type, alias, api_version));
        given.or_else(|| {
            embedded::metadata(resource_type, &Name::parse(alias)?, api_version, is_embedded_name(alias))
        })
    }
}

/// Whether the alias selects a collection on its own type (spec L-68).
fn is_collection_at_home(name: &Name<'_>) -> bool {
    embedded::resolve(name.of_type(), name).is_some_and(|path| path.is_collection())
}

/// Whether the embedded list has the name; `None` without list.
fn is_embedded_name(alias: &str) -> Option<bool> {
    #[cfg(feature = "alias-names")]
    return Some(names::contains(alias));
    #[cfg(not(feature = "alias-names"))]
    return {
        let _ = alias;
        None
    };
}
