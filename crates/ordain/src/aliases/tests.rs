//! The layers together: catalogues of all forms over the embedded knowledge.

use serde_json::json;

use super::*;

fn given(catalogue: &Value) -> Aliases {
    let (aliases, warnings) = Aliases::embedded().with_catalogue(catalogue).expect("a catalogue");
    assert_eq!(warnings, []);
    aliases
}

/// `layer: path`, `other type`, `other type, star` or `malformed`.
fn shown(aliases: &Aliases, kind: &str, alias: &str, version: Option<&str>) -> String {
    match aliases.resolve(kind, alias, version) {
        Resolution::Path(path) => format!("{}: {}", path.layer().name(), path::show(path.steps())),
        Resolution::OtherType { star: false } => "other type".into(),
        Resolution::OtherType { star: true } => "other type, star".into(),
        Resolution::Malformed => "malformed".into(),
    }
}

fn shop() -> Value {
    json!([{ "namespace": "Contoso.Shop", "resourceTypes": [
        { "resourceType": "stores", "capabilities": "SupportsTags, SupportsLocation",
          "apiVersions": ["2019-01-01", "2023-05-01-preview", "2023-05-01", "2021-01-01"],
          "aliases": [
            { "name": "Contoso.Shop/stores/tier", "defaultPath": "sku.tier",
              "defaultMetadata": { "type": "String", "attributes": "Modifiable" },
              "paths": [
                { "path": "properties.tier", "apiVersions": ["2019-01-01", "2020-06-01-preview"],
                  "metadata": { "type": "NotSpecified", "attributes": "None" } },
                { "path": "properties.pricing.tier", "apiVersions": ["2021-01-01"] },
                { "path": "properties.late", "apiVersions": ["2021-01-01"] } ] },
            { "name": "Contoso.Shop/stores/mode", "defaultPath": "properties.mode", "paths": null },
            { "name": "Contoso.Shop/stores/only", "paths": [
                { "path": "properties.first", "apiVersions": ["2019-01-01"] },
                { "path": "properties.second", "apiVersions": ["2021-01-01"] } ] },
            { "name": "Contoso.Shop/stores/always", "defaultPath": "properties.a",
              "paths": [{ "path": "properties.b", "apiVersions": [] }] },
            { "name": "Contoso.Shop/stores/doors[*]", "defaultPath": "properties.entries[*]" },
            { "name": "Contoso.Shop/stores/shelves", "defaultPath": "properties.racks" },
            { "name": "Contoso.Shop/stores/lamps", "defaultPath": "properties.lights[*].on" },
            { "name": "Contoso.Shop/stores/shelf", "defaultPath": { "path": "properties.rack", "apiVersions": ["2021-01-01"] } },
            { "name": "Contoso.Shop/stores/brand", "defaultPath": "properties.label",
              "defaultPattern": { "phrase": "/brands/{brand}/shops/{shop}", "variable": "brand", "type": "Extract" } } ] },
        { "resourceType": "stores/aisles", "capabilities": null, "aliases": [
            { "name": "Contoso.Shop/stores/aisles.width", "defaultPath": "properties.width" } ] },
        { "resourceType": "tills", "aliases": [{ "name": "Contoso.Shop/tills/sku", "defaultPath": "sku" }] } ] }])
}

#[test]
fn layers_in_order() {
    const STORES: &str = "contoso.shop/STORES";
    let aliases = given(&shop());
    for (kind, alias, version, wanted) in [
        // spec: L-81
        (STORES, "Contoso.Shop/stores/tier", None, "catalogue: sku.tier"),
        (STORES, "contoso.shop/stores/TIER", Some("2019-01-01"), "catalogue: properties.tier"),
        (STORES, "Contoso.Shop/stores/tier", Some("2020-06-01-PREVIEW"), "catalogue: properties.tier"),
        (STORES, "Contoso.Shop/stores/tier", Some("2021-01-01"), "catalogue: properties.pricing.tier"),
        (STORES, "Contoso.Shop/stores/tier", Some("2020-01-01"), "catalogue: sku.tier"),
        (STORES, "Contoso.Shop/stores/tier", Some("2019"), "catalogue: sku.tier"),
        (STORES, "Contoso.Shop/stores/always", Some("2000-01-01"), "catalogue: properties.b"),
        (STORES, "Contoso.Shop/stores/always", None, "catalogue: properties.a"),
        // spec: L-84
        (STORES, "Contoso.Shop/stores/mode", Some("2019-01-01"), "catalogue: properties.mode"),
        (STORES, "Contoso.Shop/stores/only", None, "catalogue: properties.first"),
        (STORES, "Contoso.Shop/stores/only", Some("2021-01-01"), "catalogue: properties.second"),
        (STORES, "Contoso.Shop/stores/shelf", None, "catalogue: properties.rack"),
        // spec: L-70
        (STORES, "Contoso.Shop/stores/doors", None, "catalogue: properties.entries"),
        (STORES, "Contoso.Shop/stores/shelves[*]", None, "catalogue: properties.racks[*]"),
        ("Contoso.Shop/tills", "Contoso.Shop/stores/doors", None, "other type"),
        ("Contoso.Shop/tills", "Contoso.Shop/stores/shelves[*]", None, "other type, star"),
        // spec: L-60: listed under another type only
        (STORES, "Contoso.Shop/stores/aisles.width", None, "other type"),
        (
            "Contoso.Shop/stores/aisles",
            "Contoso.Shop/stores/aisles.width",
            None,
            "catalogue: properties.width",
        ),
        // spec: L-68, L-63
        ("Contoso.Shop/tills", "Contoso.Shop/stores/lamps", None, "other type, star"),
        (STORES, "Microsoft.Insights/diagnosticSettings/logs.enabled", None, "other type, star"),
        (STORES, "Microsoft.KeyVault/vaults/accessPolicies[*].objectId", None, "other type, star"),
        (STORES, "Microsoft.KeyVault/vaults/publicNetworkAccess", None, "other type"),
        // spec: L-71, L-61: what the catalogue lacks falls through
        (STORES, "Contoso.Shop/stores/other", None, "rule: properties.other"),
        (
            "Microsoft.Sql/servers/databases",
            "Microsoft.Sql/servers/databases/edition",
            None,
            "exceptions: sku.tier",
        ),
        // spec: L-54
        (STORES, "Contoso.Shop/stores/", None, "malformed"),
        (STORES, "tier", None, "malformed"),
        (STORES, "Contoso.Shop/stores/a..b", None, "malformed"),
        (STORES, "Contoso.Shop/stores/a[0]", None, "malformed"),
    ] {
        assert_eq!(shown(&aliases, kind, alias, version), wanted, "{alias} on {kind} in {version:?}");
    }
}

#[test]
fn catalogue_answers_first() {
    // spec: L-60
    const ACR: &str = "Microsoft.ContainerRegistry/registries";
    let aliases = given(&json!({ "namespace": "microsoft.containerregistry", "resourceTypes": [
        { "resourceType": "Registries", "aliases": [
            { "name": "Microsoft.ContainerRegistry/registries/adminUserEnabled", "defaultPath": "properties.other" }] }] }));
    for (alias, wanted) in [
        ("adminUserEnabled", "catalogue: properties.other"),
        (
            "privateEndpointConnections[*].privateEndpoint.id",
            "exceptions: properties.privateEndpointConnections[*].properties.privateEndpoint.id",
        ),
    ] {
        assert_eq!(shown(&aliases, ACR, &format!("{ACR}/{alias}"), None), wanted);
    }
    // The embedded metadata still hold where the catalogue has none.
    assert_eq!(aliases.modifiable(&format!("{ACR}/adminUserEnabled"), ACR, None), Some(true));
}

#[test]
fn accepted_forms() {
    // spec: L-140
    let provider = json!({ "Namespace": "A.B", "ResourceTypes": [
        { "ResourceType": "c", "Aliases": [{ "Name": "A.B/c/d", "DefaultPath": "properties.x" }] }] });
    let row = json!({ "Namespace": "A.B", "ResourceType": "c",
        "Aliases": [{ "Name": "A.B/c/d", "DefaultPath": "properties.x", "DefaultMetadata": null, "Paths": [] }] });
    for file in [
        json!([provider]),
        json!({ "value": [provider], "nextLink": "…" }),
        provider.clone(),
        json!([row]),
        row.clone(),
    ] {
        assert_eq!(shown(&given(&file), "A.B/c", "A.B/c/d", None), "catalogue: properties.x", "{file}");
    }
    for (file, wanted) in [
        (json!(null), CatalogueError::NotACatalogue),
        (json!({ "policyRule": {} }), CatalogueError::NotACatalogue),
        (json!([provider, 1]), CatalogueError::NotAProvider { index: 1 }),
        (json!([{ "resourceTypes": [] }]), CatalogueError::NotAProvider { index: 0 }),
        (json!([{ "namespace": "A", "resourceTypes": [{}] }]), CatalogueError::NotAProvider { index: 0 }),
    ] {
        assert_eq!(Aliases::embedded().with_catalogue(&file).err(), Some(wanted), "{file}");
    }
    assert_eq!(shown(&given(&json!([])), "A.B/c", "A.B/c/d", None), "rule: properties.d");
}

#[test]
fn catalogues_add_up() {
    // spec: L-141, L-143
    let file = |kind: &str, paths: &[&str]| {
        let aliases: Vec<_> =
            paths.iter().map(|path| json!({ "name": "A.B/c/d", "defaultPath": path })).collect();
        json!([{ "namespace": "A.B", "resourceTypes": [{ "resourceType": kind, "aliases": aliases }] }])
    };
    let duplicate =
        CatalogueWarning::DuplicateAlias { resource_type: "A.B/C".into(), name: "A.B/c/d".into() };
    let malformed =
        CatalogueWarning::MalformedAlias { resource_type: "A.B/C".into(), name: "A.B/c/d".into() };
    let first = given(&file("c", &["properties.x"]));
    for (second, wanted, path) in [
        (file("C", &["properties.x"]), vec![], "catalogue: properties.x"),
        (file("C", &["properties.y"]), vec![duplicate.clone()], "catalogue: properties.y"),
        (file("C", &["properties.y", "properties.y"]), vec![duplicate], "catalogue: properties.y"),
        (file("C", &["properties.a[0]"]), vec![malformed.clone()], "catalogue: properties.x"),
        (file("C", &[""]), vec![malformed.clone()], "catalogue: properties.x"),
        (file("C", &["a..b"]), vec![malformed], "catalogue: properties.x"),
    ] {
        let (both, warnings) = first.clone().with_catalogue(&second).expect("a catalogue");
        assert_eq!(warnings, wanted, "{second}");
        assert_eq!(shown(&both, "A.B/c", "A.B/c/d", None), path, "{second}");
    }
}

#[test]
fn knowledge_of_types() {
    let aliases = given(&shop());
    let layer = |kind: &str| aliases.indexed(kind).map(|i| (i.indexed(), i.layer()));
    // spec: L-131, L-132
    assert_eq!(layer("Contoso.Shop/Stores"), Some((true, Layer::Catalogue)));
    assert_eq!(layer("Contoso.Shop/stores/aisles"), Some((false, Layer::Catalogue)));
    assert_eq!(layer("Contoso.Shop/tills"), None);
    assert_eq!(layer("Microsoft.ContainerRegistry/registries"), Some((true, Layer::Exceptions)));
    // spec: L-80
    assert!(aliases.has_versions("Contoso.shop/stores"));
    assert!(!aliases.has_versions("Contoso.Shop/tills"));
    assert_eq!(aliases.newest_api_version("Contoso.Shop/stores"), Some("2023-05-01"));
    assert_eq!(aliases.newest_api_version("Contoso.Shop/tills"), None);
    // spec: I-16
    for (kind, wanted) in [
        ("Contoso.Shop/stores", true),
        ("Contoso.Shop/tills", false),
        ("Contoso.New/things", true),
        ("Microsoft.Sql/servers", true),
        ("Microsoft.PowerBI/workspaceCollections", false),
    ] {
        assert_eq!(aliases.may_have_properties(kind), wanted, "{kind}");
    }
}

#[test]
fn metadata_of_the_chosen_path() {
    let aliases = given(&shop());
    // spec: L-83
    for (alias, version, modifiable, value) in [
        ("tier", None, Some(true), Some(ValueType::String)),
        ("tier", Some("2019-01-01"), Some(false), Some(ValueType::NotSpecified)),
        ("tier", Some("2021-01-01"), Some(true), Some(ValueType::String)),
        ("mode", None, None, None),
        ("unlisted", None, None, None),
    ] {
        let name = format!("Contoso.Shop/stores/{alias}");
        let kind = "contoso.shop/stores";
        assert_eq!(aliases.modifiable(&name, kind, version), modifiable, "{alias} in {version:?}");
        assert_eq!(aliases.value_type(&name, kind, version), value, "{alias} in {version:?}");
    }
}

#[test]
fn extraction() {
    // spec: L-74
    let aliases = given(&shop());
    let extracted = |kind: &str, alias: &str, text: &str| match aliases.resolve(kind, alias, None) {
        Resolution::Path(path) => path.extract().and_then(|extract| extract.apply(text)),
        _ => None,
    };
    let brand = "Contoso.Shop/stores/brand";
    assert_eq!(extracted("Contoso.Shop/stores", brand, "/Brands/acme/shops/1").as_deref(), Some("acme"));
    assert_eq!(extracted("Contoso.Shop/stores", brand, "/shops/1"), None);
    let image = "/Subscriptions/s/Providers/Microsoft.Compute/Locations/westus/Publishers/Canonical\
        /ArtifactTypes/VMImage/Offers/ubuntu/Skus/22_04/Versions/1.0.0";
    let sku = extracted("microsoft.compute/disks", "Microsoft.Compute/imageSku", image);
    assert_eq!(sku.as_deref(), Some("22_04"));
}

#[test]
fn known_names() {
    let embedded = Aliases::embedded();
    let aliases = given(&shop());
    let listed = cfg!(feature = "alias-names");
    // spec: L-71, L-70, L-72
    for (alias, without, with) in [
        ("microsoft.keyvault/vaults/ENABLEPURGEPROTECTION", listed.then_some(true), Some(false)),
        ("Microsoft.KeyVault/vaults/enablePurgeProtektion", listed.then_some(false), Some(false)),
        ("contoso.shop/stores/TIER", listed.then_some(false), Some(true)),
        ("Contoso.Shop/stores/doors", listed.then_some(false), Some(true)),
        ("Microsoft.KeyVault.Data/vaults/keys/keySize", None, None),
    ] {
        assert_eq!(embedded.is_known(alias), without, "{alias}");
        assert_eq!(aliases.is_known(alias), with, "{alias}");
    }
}

#[test]
fn shared_freely() {
    fn check<T: Clone + Send + Sync>() {}
    check::<Aliases>();
    check::<Resolution>();
}
