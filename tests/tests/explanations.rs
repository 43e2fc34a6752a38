//! What explanations show beside the verdict: where an alias was read and who said so, what a count counted.

use ordain::{Aliases, Engine, Values, aliases::Layer, report};
use serde_json::{Value as Json, json};

fn engine(aliases: Aliases, condition: &Json, parameters: &Json) -> Engine {
    let policy = json!({"mode": "All", "parameters": parameters,
        "policyRule": {"if": condition, "then": {"effect": "audit"}}});
    Engine::builder()
        .aliases(aliases)
        .definition_json(&policy.to_string())
        .and_then(|b| b.build())
        .expect("a policy")
}

fn records(engine: &Engine, resource: &Json) -> Json {
    let evaluation = engine.evaluate(resource).expect("a resource");
    serde_json::to_value(report::outcomes(&evaluation, resource, Values::MaskSecrets)).expect("JSON")
}

// spec: L-62
#[test]
fn the_layer_that_answered_for_an_alias() {
    let catalogue = json!([{"namespace": "Microsoft.KeyVault", "resourceTypes": [{"resourceType": "vaults",
        "aliases": [{"name": "Microsoft.KeyVault/vaults/mine", "defaultPath": "properties.own.path"}]}]}]);
    let given = Aliases::embedded().with_catalogue(&catalogue).expect("a catalogue").0;
    let vault = "Microsoft.KeyVault/vaults";
    let sql = "Microsoft.Sql/servers/databases";
    // spec: L-61, L-67: `edition` of a database is an exception, `enablePurgeProtection` follows the default rule.
    let table = [
        (given, vault, "Microsoft.KeyVault/vaults/mine", "properties.own.path", Layer::Catalogue, false),
        (
            Aliases::embedded(),
            sql,
            "Microsoft.Sql/servers/databases/edition",
            "sku.tier",
            Layer::Exceptions,
            false,
        ),
        (
            Aliases::embedded(),
            vault,
            "Microsoft.KeyVault/vaults/enablePurgeProtection",
            "properties.enablePurgeProtection",
            Layer::Rule,
            false,
        ),
        (
            Aliases::embedded(),
            vault,
            "Microsoft.KeyVault/vaults/nonsense",
            "properties.nonsense",
            Layer::Rule,
            true,
        ),
    ];
    for (aliases, kind, alias, path, layer, guess) in table {
        // Named by an expression it is the same.
        for field in [alias.to_owned(), format!("[concat('{alias}', '')]")] {
            let engine = engine(aliases.clone(), &json!({"field": field, "exists": false}), &json!({}));
            let resource = json!({"type": kind, "name": "x", "properties": {}});
            let evaluation = engine.evaluate(&resource).expect("a resource");
            let why = evaluation.outcomes().next().expect("an outcome").explain(&resource);
            let read = why.reason().and_then(ordain::Compared::alias).expect("an alias");
            assert_eq!((read.path(), read.layer(), read.is_guess()), (path, layer, guess), "{field}");
            let conditions = &records(&engine, &resource)[0]["conditions"];
            assert_eq!(conditions[0]["alias"], json!({"path": path, "from": layer.name()}));
        }
    }
    // A field that is no alias, and an alias of another type, were not read by one.
    for field in ["tags['a']", "Microsoft.Sql/servers/databases/edition"] {
        let engine = engine(Aliases::embedded(), &json!({"field": field, "exists": false}), &json!({}));
        let resource = json!({"type": vault, "name": "x", "properties": {}});
        assert_eq!(records(&engine, &resource)[0]["conditions"][0].get("alias"), None, "{field}");
    }
}

// spec: S-71
#[test]
fn the_elements_that_were_counted() {
    let rules = "Microsoft.ContainerRegistry/registries/networkRuleSet.ipRules[*]";
    let condition = json!({"count": {"field": rules,
        "where": {"value": format!("[current('{rules}.action')]"), "equals": "Allow"}}, "greater": 0});
    let registry = json!({"type": "Microsoft.ContainerRegistry/registries", "name": "r", "properties": {
        "networkRuleSet": {"ipRules": [{"action": "Deny"}, {"action": "Allow"}, {"action": "allow"}]}}});
    let told = &records(&engine(Aliases::embedded(), &condition, &json!({})), &registry)[0];
    let path = |index: usize| format!("$['properties']['networkRuleSet']['ipRules'][{index}]");
    assert_eq!(told["conditions"][0]["counted"], json!([path(1), path(2)]));
    assert_eq!(told["conditions"][0]["value"], 2);
    assert_eq!(told["conditions"][0]["path"], path(1));
    // The first of them has no name, and the expression says nothing of a place in it.
    assert_eq!(
        told["message"],
        "2 of `networkRuleSet.ipRules[*]` match, none may: first `{\"action\":\"Allow\"}`"
    );
}

// spec: S-71
#[test]
fn the_members_that_were_counted() {
    let condition = json!({"count": {"value": "[parameters('tags')]", "name": "tag",
        "where": {"field": "[concat('tags[', current('tag'), ']')]", "exists": false}}, "greater": 0});
    let parameters = json!({"tags": {"type": "Array", "defaultValue": ["env", "owner", "cost"]}});
    let resource = json!({"type": "Microsoft.Network/routeTables", "name": "r", "tags": {"owner": "x"}});
    let told = &records(&engine(Aliases::embedded(), &condition, &parameters), &resource)[0];
    assert_eq!(told["conditions"][0]["counted"], json!(["env", "cost"]));
    assert_eq!(told["message"], "2 of `[parameters('tags')]` match (`env`, `cost`), none may");
}

// spec: C-66
#[test]
fn a_count_whose_number_is_open_shows_what_is_certain() {
    // Three elements, one of them unknown: at least two whatever it is, and `greater 1` holds.
    let rules = "Microsoft.ContainerRegistry/registries/networkRuleSet.ipRules[*]";
    let condition = json!({"count": {"field": rules, "where": {"anyOf": [
        {"field": format!("{rules}.value"), "equals": "a"},
        {"allOf": [{"field": format!("{rules}.value"), "equals": "b"},
            {"value": "[resourceGroup().location]", "equals": "x"}]}]}}, "greater": 1});
    let registry = json!({"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r",
        "type": "Microsoft.ContainerRegistry/registries", "name": "r", "properties": {
        "networkRuleSet": {"ipRules": [{"value": "a"}, {"value": "b"}, {"value": "a"}]}}});
    let told = &records(&engine(Aliases::embedded(), &condition, &json!({})), &registry)[0];
    assert_eq!(told["state"], "NonCompliant");
    assert_eq!(
        told["message"],
        "2 of `networkRuleSet.ipRules[*]` match, at most 1 may: first `networkRuleSet.ipRules[0]`, whose value is `a`"
    );
}

// spec: S-71
#[test]
fn the_element_that_says_most() {
    let collections = "Microsoft.Network/azureFirewalls/applicationRuleCollections[*]";
    let targets = "Microsoft.Network/azureFirewalls/applicationRuleCollections[*].rules[*].targetFqdns[*]";
    let endpoints = "Microsoft.ContainerRegistry/registries/privateEndpointConnections[*]";
    let status = format!("{endpoints}.privateLinkServiceConnectionState.status");
    let hosts = "Microsoft.ContainerRegistry/registries/dataEndpointHostNames[*]";
    let counted =
        |array: &str, condition: Json| json!({"count": {"field": array, "where": condition}, "greater": 0});
    let nested = counted(
        collections,
        json!({"allOf": [
        {"field": format!("{collections}.action.type"), "equals": "Allow"},
        counted(targets, json!({"field": targets, "like": "*.net"}))]}),
    );
    let none =
        |array: &str, condition: Json| json!({"count": {"field": array, "where": condition}, "equals": 0});
    let firewall = |second: &str| {
        let collection = |name: &str, action: &str, target: &str| {
            json!({"name": name, "properties": {"action": {"type": action},
                "rules": [{"name": "r", "targetFqdns": ["a.com", target]}]}})
        };
        json!({"type": "Microsoft.Network/azureFirewalls", "name": "f", "properties": {"applicationRuleCollections":
            [collection("deny", "Deny", "x.net"), collection("allow", "Allow", second)]}})
    };
    let registry = |properties: Json| json!({"type": "Microsoft.ContainerRegistry/registries", "name": "r", "properties": properties});
    let state = |status: &str| json!({"privateLinkServiceConnectionState": {"status": status}});
    let connections = registry(json!({"privateEndpointConnections": [
        {"name": "a", "properties": state("Pending")}, {"name": "b", "properties": state("Rejected")}]}));
    let key = "Microsoft.ContainerRegistry/registries/password[*]";
    let table = [
        // The innermost of nested counts, by the names on the way to it; the collection that denies is not it.
        (
            nested,
            firewall("y.net"),
            "one of `applicationRuleCollections[*]` matches, none may: `allow` > `r` > `y.net`",
        ),
        // A named element, and what the condition found in it.
        (
            counted(endpoints, json!({"field": status, "notEquals": "Approved"})),
            connections.clone(),
            "2 of `privateEndpointConnections[*]` match, none may: first `a`, whose privateLinkServiceConnectionState.status is `Pending`",
        ),
        // None counts: what each lacks, in it or itself.
        (
            none(endpoints, json!({"field": status, "equals": "Approved"})),
            connections,
            "none of `privateEndpointConnections[*]` matches, at least one must (privateLinkServiceConnectionState.status must be `Approved`)",
        ),
        (
            none(hosts, json!({"field": hosts, "contains": ".eastus.data."})),
            registry(json!({"dataEndpointHostNames": ["r.westus.data.azurecr.io"]})),
            "none of `dataEndpointHostNames[*]` matches, at least one must contain `.eastus.data.`",
        ),
        // There is none.
        (
            none(hosts, json!({"field": hosts, "contains": ".eastus.data."})),
            registry(json!({"dataEndpointHostNames": []})),
            "there are no `dataEndpointHostNames[*]`, at least one must match",
        ),
        // A secret stays one.
        (
            counted(key, json!({"field": key, "like": "p*"})),
            registry(json!({"password": ["pa55"]})),
            "one of `password[*]` matches, none may: `******`",
        ),
    ];
    for (condition, resource, message) in table {
        let told = &records(&engine(Aliases::embedded(), &condition, &json!({})), &resource)[0];
        assert_eq!(told["message"], message, "{condition}");
    }
}

// spec: S-53, S-70
#[test]
fn conditions_on_one_place_are_one_cure() {
    let kind = "Microsoft.Compute/disks";
    let is = json!({"field": "type", "equals": kind});
    let location = |operator: &str, operand: Json| {
        let mut condition = json!({"field": "location"});
        condition[operator] = operand;
        condition
    };
    let either = || location("notIn", json!(["westeurope", "northeurope"]));
    let global = || location("notEquals", json!("global"));
    let sku = || json!({"field": format!("{kind}/sku.name"), "notEquals": "Premium_LRS"});
    let table = [
        // Both hold, and either being otherwise would do: S-70 makes `MustBeIn` and `MustEqual` of them.
        (
            json!({"allOf": [is, either(), global()]}),
            "location is `eastus`, must be one of `westeurope`, `northeurope`, `global`",
        ),
        (
            json!({"allOf": [is, global(), {"allOf": [either()]}]}),
            "location is `eastus`, must be one of `global`, `westeurope`, `northeurope`",
        ),
        // The same said by a `not`: all of a false `anyOf` decide, and any would do.
        (
            json!({"allOf": [is, {"not": {"anyOf": [location("in", json!(["westeurope"])), location("equals", json!("global"))]}}]}),
            "location is `eastus`, must be one of `westeurope`, `global`",
        ),
        (
            json!({"allOf": [is, location("notLike", json!("west*")), global()]}),
            "location is `eastus`, must be like `west*` or be `global`",
        ),
        // One value is no choice.
        (
            json!({"allOf": [is, location("notIn", json!(["westeurope"]))]}),
            "location is `eastus`, must be `westeurope`",
        ),
        // Of another place: the last that says what must be, as ever.
        (json!({"allOf": [is, either(), sku()]}), "sku.name is `Standard_LRS`, must be `Premium_LRS`"),
        // What must be set aside is no cure beside what must be.
        (
            json!({"allOf": [is, location("equals", json!("eastus")), global()]}),
            "location is `eastus`, must be `global`",
        ),
        // Both members of the `anyOf` would have to change: neither alone is a way out.
        (
            json!({"allOf": [is, {"anyOf": [either(), sku()]}, global()]}),
            "location is `eastus`, must be `global`",
        ),
    ];
    let disk = json!({"type": kind, "name": "d", "location": "eastus", "sku": {"name": "Standard_LRS"}, "properties": {}});
    for (condition, expected) in table {
        let told = &records(&engine(Aliases::embedded(), &condition, &json!({})), &disk)[0];
        assert_eq!(told["message"], expected, "{condition}");
    }
}

// spec: S-43
#[test]
fn a_field_that_parameters_give_is_named_by_what_they_make() {
    let parameters = json!({"tag": {"type": "String", "defaultValue": "costCenter"}});
    let condition = json!({"field": "[concat('tags[', parameters('tag'), ']')]", "exists": false});
    let disk = json!({"type": "Microsoft.Compute/disks", "name": "d", "properties": {}});
    let told = &records(&engine(Aliases::embedded(), &condition, &parameters), &disk)[0];
    assert_eq!(told["message"], "tags[costCenter] is missing, must be set");
    assert_eq!(told["conditions"][0]["subject"], "tags[costCenter]");
    // A secret that only the computed name tells is masked.
    let secret =
        json!({"field": "[concat('Microsoft.Compute/disks/', 'admin', 'Password')]", "equals": "hush"});
    let disk =
        json!({"type": "Microsoft.Compute/disks", "name": "d", "properties": {"adminPassword": "hush"}});
    let told = &records(&engine(Aliases::embedded(), &secret, &json!({})), &disk)[0];
    assert_eq!(
        (&told["state"], &told["message"]),
        (&json!("NonCompliant"), &json!("adminPassword is `******`"))
    );
    // What the resource itself gives is named by where it was found.
    let own = json!({"field": "[concat('tags[', field('name'), ']')]", "equals": "x"});
    let disk = json!({"type": "Microsoft.Compute/disks", "name": "d", "tags": {"d": "x"}, "properties": {}});
    let told = &records(&engine(Aliases::embedded(), &own, &json!({})), &disk)[0];
    assert_eq!(told["message"], "tags.d is `x`");
}

// spec: E-83
#[test]
fn a_search_that_cannot_be_made_says_for_what() {
    let told = |of: &str, name: &str| {
        let policy = json!({"mode": "All", "policyRule": {
            "if": {"field": "type", "equals": "Microsoft.Compute/disks"},
            "then": {"effect": "auditIfNotExists", "details": {"type": of, "name": name}}}});
        let engine =
            Engine::builder().definition_json(&policy.to_string()).and_then(|b| b.build()).expect("a policy");
        let disk = json!({"type": "Microsoft.Compute/disks", "name": "d", "properties": {}});
        let told = records(&engine, &disk)[0].clone();
        assert_eq!(told["state"], "Error");
        told["message"].clone()
    };
    assert_eq!(
        told("A.B/c", "[field('tags.none')]"),
        "the search for a `A.B/c` failed: `name` must be a text, not the empty text"
    );
    assert_eq!(
        told("[concat('A.B/', div(1, length(field('tags.none'))))]", "n").as_str().map(|text| text
            .split(": ")
            .next()
            .unwrap_or_default()
            .to_owned()),
        Some("what to look for cannot be told".to_owned())
    );
}
