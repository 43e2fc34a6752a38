//! The embedded layers: rewrites per type, legacy names, the default rule; which types are indexed; which
//! aliases are modifiable.
//!
//! Made by `cargo xtask aliases`. Layouts of the outlines: `rewrites` type → segments, marked `w` (what
//! follows is wrapped in `properties`), `d` (not in the path), `=path` (the path so far); `legacy` alias →
//! type `=path`; `types` namespace → segments, marked `+`/`-` and `c`/`t` (indexed, source), `p`/`n`
//! (some alias below `properties`, none); `modifiable` alias with value type → versions in which it is not.

use super::extract::Extract;
use super::metadata::{Indexed, IndexedSource, Metadata, ValueType};
use super::name::Name;
use super::outline::{Node, Outline};
use super::path::{self, AliasPath, Layer, bare};

const KEYS: Outline = Outline(include_str!("../../data/aliases/keys.txt"));
const LEGACY: Outline = Outline(include_str!("../../data/aliases/legacy.txt"));
const REWRITES: Outline = Outline(include_str!("../../data/aliases/rewrites.txt"));
const TYPES: Outline = Outline(include_str!("../../data/aliases/types.txt"));
const MODIFIABLE: Outline = Outline(include_str!("../../data/aliases/modifiable.txt"));

/// The path of an alias on a type; `None` if the alias is another type's (spec L-60, layers 3 and 4).
/// The name's property part must be a path.
pub(super) fn resolve(resource_type: &str, name: &Name<'_>) -> Option<AliasPath> {
    let (text, layer) = match legacy(resource_type, name) {
        Some(path) => (path.to_owned(), Layer::Exceptions),
        None if !name.is_of_type(resource_type) => return None,
        None if name.is_data_plane() => (name.property().to_owned(), Layer::Rule),
        None => rewrite(name.property(), REWRITES.find(resource_type)),
    };
    let extract = Extract::built_in(resource_type, name.text(), &text);
    Some(AliasPath::new(path::parse(&text)?, layer, extract))
}

/// The path of a two-segment name on a type (spec L-52).
fn legacy(resource_type: &str, name: &Name<'_>) -> Option<&'static str> {
    set_path(LEGACY.find(name.text())?.child(resource_type)?)
}

/// The default rule (spec L-61) with the type's exceptions (spec L-65 to L-68).
fn rewrite(property: &str, rules: Option<Node>) -> (String, Layer) {
    let mut path = String::new();
    let mut layer = Layer::Rule;
    let mut node = rules;
    let mut wrapped = false;
    for segment in property.split('.') {
        node = node.and_then(|node| node.child(segment));
        let first = path.is_empty();
        if let Some(set) = node.and_then(set_path) {
            path = set.to_owned();
            layer = Layer::Exceptions;
        } else if has_mark(node, "d") {
            path.push_str(if first { "properties" } else { "" });
            layer = Layer::Exceptions;
        } else if first {
            path.push_str(if is_key("root", segment) { "" } else { "properties." });
            path.push_str(segment);
        } else {
            if wrapped && !is_key("envelope", segment) {
                path.push_str(".properties");
                layer = Layer::Exceptions;
            }
            path.extend([".", segment]);
        }
        wrapped = has_mark(node, "w");
    }
    (path, layer)
}

fn set_path(node: Node) -> Option<&'static str> {
    node.marks().find_map(|mark| mark.strip_prefix('='))
}

fn has_mark(node: Option<Node>, wanted: &str) -> bool {
    node.is_some_and(|node| node.marks().any(|mark| mark == wanted))
}

fn is_key(list: &str, segment: &str) -> bool {
    KEYS.find(list).and_then(|list| list.child(bare(segment))).is_some()
}

/// Whether a type is indexed, as far as the list knows (spec L-132, layer 2).
pub(super) fn indexed(resource_type: &str) -> Option<Indexed> {
    kind(resource_type)?.marks().find_map(|mark| {
        Some(match mark {
            "+c" => Indexed::new(true, IndexedSource::Capabilities),
            "-c" => Indexed::new(false, IndexedSource::Capabilities),
            "+t" => Indexed::new(true, IndexedSource::TagSupport),
            "-t" => Indexed::new(false, IndexedSource::TagSupport),
            _ => return None,
        })
    })
}

/// Whether some alias of the type lies below `properties`; `None` for a type without aliases.
pub(super) fn has_properties(resource_type: &str) -> Option<bool> {
    kind(resource_type)?.marks().find_map(|mark| match mark {
        "p" => Some(true),
        "n" => Some(false),
        _ => None,
    })
}

/// Whether the list has the type.
pub(super) fn knows_type(resource_type: &str) -> bool {
    kind(resource_type).is_some_and(|node| node.marks().next().is_some())
}

/// The type's line; a line without marks is only on the way to others.
fn kind(resource_type: &str) -> Option<Node> {
    let mut segments = resource_type.split('/');
    let namespace = TYPES.find(segments.next()?)?;
    segments.try_fold(namespace, |node, segment| node.child(segment))
}

/// Metadata of an alias on a type, as far as known. `listed`: whether the name list has the name.
pub(super) fn metadata(
    resource_type: &str,
    name: &Name<'_>,
    api_version: Option<&str>,
    listed: Option<bool>,
) -> Option<Metadata> {
    if !name.is_of_type(resource_type) && legacy(resource_type, name).is_none() {
        return None;
    }
    let Some(row) = MODIFIABLE.find(name.text()) else {
        let complete = MODIFIABLE.find("*complete")?.child(name.namespace()).is_some();
        // A name that the list doesn't have is younger than it: nothing is known.
        return (complete && listed != Some(false))
            .then_some(Metadata { value_type: None, modifiable: Some(false) });
    };
    if api_version.is_some_and(|version| row.child(version).is_some()) {
        return Some(Metadata { value_type: None, modifiable: Some(false) });
    }
    Some(Metadata { value_type: row.marks().find_map(ValueType::from_name), modifiable: Some(true) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves() {
        const VM: &str = "Microsoft.Compute/virtualMachines";
        const NIC: &str = "Microsoft.Network/networkInterfaces";
        const ACR: &str = "Microsoft.ContainerRegistry/registries";
        let rows = [
            // spec: L-61: plain, root keys, a type that nobody knows
            (
                ACR,
                "Microsoft.ContainerRegistry/registries/adminUserEnabled",
                "rule: properties.adminUserEnabled",
            ),
            (ACR, "Microsoft.ContainerRegistry/registries/sku.name", "rule: sku.name"),
            (ACR, "Microsoft.ContainerRegistry/registries/ZONES[*]", "rule: ZONES[*]"),
            ("Contoso.New/things", "Contoso.New/things/a.b", "rule: properties.a.b"),
            ("contoso.new/THINGS", "Contoso.New/things/managedBy", "rule: managedBy"),
            // spec: L-65
            (
                NIC,
                "Microsoft.Network/networkInterfaces/ipConfigurations[*].subnet.id",
                "exceptions: properties.ipConfigurations[*].properties.subnet.id",
            ),
            (
                NIC,
                "Microsoft.Network/networkInterfaces/ipConfigurations[*].id",
                "rule: properties.ipConfigurations[*].id",
            ),
            // spec: L-66
            (
                "Microsoft.Web/sites/config",
                "Microsoft.Web/sites/config/web.minTlsVersion",
                "exceptions: properties.minTlsVersion",
            ),
            // spec: L-67
            (
                VM,
                "Microsoft.Compute/virtualMachines/sku.name",
                "exceptions: properties.hardwareProfile.vmSize",
            ),
            (
                "Microsoft.Sql/servers/databases",
                "Microsoft.Sql/servers/databases/edition",
                "exceptions: sku.tier",
            ),
            // spec: L-68
            (
                "microsoft.insights/diagnosticsettings",
                "Microsoft.Insights/diagnosticSettings/logs.enabled",
                "exceptions: properties.logs[*].enabled",
            ),
            // spec: L-52
            (
                VM,
                "Microsoft.Compute/imagePublisher",
                "exceptions: properties.storageProfile.imageReference.publisher",
            ),
            (
                "Microsoft.Compute/virtualMachineScaleSets",
                "Microsoft.Compute/imagePublisher",
                "exceptions: properties.virtualMachineProfile.storageProfile.imageReference.publisher",
            ),
            (
                "Microsoft.Compute/disks",
                "microsoft.compute/IMAGEID",
                "exceptions: properties.creationData.imageReference.id",
            ),
            ("Microsoft.Network/virtualNetworks", "Microsoft.Compute/imageId", "-"),
            // spec: L-72
            (
                "Microsoft.KeyVault.Data/vaults/keys",
                "Microsoft.KeyVault.Data/vaults/keys/attributes.expiresOn",
                "rule: attributes.expiresOn",
            ),
            // spec: L-63, L-101
            (ACR, "Microsoft.KeyVault/vaults/publicNetworkAccess", "-"),
            (ACR, "Microsoft.ContainerRegistry/registries/tokens/status", "-"),
            // spec: L-102
            (
                ACR,
                "Microsoft.ContainerRegistry/registries/tokens.scopeMapId",
                "exceptions: properties.scopeMapId",
            ),
        ];
        for (kind, alias, wanted) in rows {
            let path = resolve(kind, &Name::parse(alias).expect(alias));
            let shown = path.map(|p| format!("{}: {}", p.layer().name(), path::show(p.steps())));
            assert_eq!(shown.as_deref().unwrap_or("-"), wanted, "{alias} on {kind}");
        }
    }

    #[test]
    fn types() {
        use IndexedSource::{Capabilities, TagSupport};
        // spec: L-130, L-131, L-132, I-16
        for (kind, wanted, properties) in [
            ("microsoft.containerregistry/registries", Some((true, Capabilities)), Some(true)),
            ("Microsoft.ContainerRegistry/registries/webhooks", Some((true, Capabilities)), Some(true)),
            ("Microsoft.ContainerRegistry/registries/tokens", Some((false, Capabilities)), Some(true)),
            ("Microsoft.Network/routeTables/routes", Some((false, Capabilities)), Some(true)),
            ("Microsoft.AAD/DomainServices", Some((true, TagSupport)), Some(true)),
            ("Microsoft.PowerBI/workspaceCollections", Some((true, TagSupport)), Some(false)),
            ("Contoso.New/things", None, None),
            ("Microsoft.ContainerRegistry", None, None),
            ("", None, None),
        ] {
            assert_eq!(indexed(kind).map(|i| (i.indexed(), i.source())), wanted, "{kind}");
            assert_eq!(has_properties(kind), properties, "{kind}");
            assert_eq!(knows_type(kind), wanted.is_some() || properties.is_some(), "{kind}");
        }
    }

    #[test]
    fn modifiable() {
        const ACR: &str = "Microsoft.ContainerRegistry/registries";
        const ACCESS: &str = "microsoft.containerregistry/registries/publicnetworkaccess";
        // spec: L-83, L-150, L-151
        for (kind, alias, version, listed, wanted) in [
            (ACR, ACCESS, None, Some(true), Some((true, Some(ValueType::String)))),
            (ACR, ACCESS, Some("2023-07-01"), None, Some((true, Some(ValueType::String)))),
            (ACR, ACCESS, Some("2019-05-01"), None, Some((false, None))),
            (
                ACR,
                "Microsoft.ContainerRegistry/registries/dataEndpointEnabled",
                None,
                None,
                Some((false, None)),
            ),
            (ACR, "Microsoft.ContainerRegistry/registries/newer", None, Some(false), None),
            (ACR, "Microsoft.ContainerRegistry/registries/tokens/status", None, None, None),
            ("Microsoft.Sql/servers", "Microsoft.Sql/servers/version", None, Some(true), None),
        ] {
            let known = metadata(kind, &Name::parse(alias).expect(alias), version, listed);
            assert_eq!(
                known.map(|m| (m.modifiable == Some(true), m.value_type)),
                wanted,
                "{alias} {version:?}"
            );
        }
    }
}
