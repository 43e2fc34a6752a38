//! What `resourceGroup()` and `subscription()` yield when nothing but R is given (F-214, F-215).

use super::expression::Value;
use super::resource::column;
use super::{Stop, World, look_up};
use ordain::ids;
use serde_json::{Map, Value as Json, json};

/// F-215: R's group.
pub(super) fn group(world: &World<'_>) -> Result<Value, Stop> {
    let resource = world.resource;
    let id = resource.parsed_id();
    let (subscription, name) = match &id {
        Some(id) => (id.subscription, id.resource_group),
        // L-111: the row's columns where there is no id.
        None => (
            column(resource, "subscriptionId"),
            column(resource, "resourceGroup").or(column(resource, "ResourceGroupName")),
        ),
    };
    // I-24: what has no id may be anywhere.
    let open = resource.id().is_none() && subscription.is_none() && name.is_none();
    let mut members = Map::new();
    let mut add =
        |name: &str, value: Option<Json>| members.extend(value.map(|value| (name.to_owned(), value)));
    add("type", Some(json!("Microsoft.Resources/resourceGroups")));
    add("name", name.map(|name| json!(name)));
    let id = name.zip(subscription);
    add(
        "id",
        id.map(|(name, subscription)| json!(format!("/subscriptions/{subscription}/resourceGroups/{name}"))),
    );
    if resource.kind != ids::RESOURCE_GROUP_TYPE {
        let mut unknown = vec!["location", "managedBy", "tags", "properties"];
        if open {
            unknown.extend(["id", "name"]);
        }
        let told = open || name.is_some();
        return if told { Ok(Value::Container(members, unknown)) } else { Err(Stop::Fault("Context")) };
    }
    // R is the group itself, complete as it is; what it gives counts.
    for (name, value) in resource.given.as_object().into_iter().flatten() {
        if !name.eq_ignore_ascii_case("type") && !is_blank(name, value) {
            members.retain(|known, _| !known.eq_ignore_ascii_case(name));
            members.insert(name.clone(), value.clone());
        }
    }
    for (name, absent) in [("managedBy", json!("")), ("tags", json!({}))] {
        if look_up(&members, name).is_none_or(Json::is_null) {
            members.insert(name.into(), absent);
        }
    }
    Ok(whole(members, &["id", "name"]))
}

/// A complete object, of which only these may be unknown where they are not there.
fn whole(members: Map<String, Json>, names: &[&'static str]) -> Value {
    let unknown: Vec<&'static str> =
        names.iter().copied().filter(|name| look_up(&members, name).is_none()).collect();
    if unknown.is_empty() { Value::Known(Json::Object(members)) } else { Value::Container(members, unknown) }
}

/// L-110: there and absent all the same.
fn is_blank(name: &str, value: &Json) -> bool {
    let named =
        ["kind", "managedBy", "location", "tags", "sku", "plan", "identity", "zones", "extendedLocation"];
    (value.is_null() || value == "") && named.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// F-214: R's subscription.
pub(super) fn subscription(world: &World<'_>) -> Result<Value, Stop> {
    let resource = world.resource;
    let id = resource.parsed_id();
    let guid = match &id {
        Some(id) => id.subscription,
        None => column(resource, "subscriptionId"),
    };
    let own = resource.kind == ids::SUBSCRIPTION_TYPE;
    let columns = ["subscriptionId", "resourceGroup", "ResourceGroupName"];
    // I-24: what has no id may be anywhere.
    let open = resource.id().is_none() && columns.iter().all(|name| column(resource, name).is_none());
    let mut members = Map::new();
    match guid {
        Some(guid) => {
            members.insert("id".into(), json!(format!("/subscriptions/{guid}")));
            members.insert("subscriptionId".into(), json!(guid));
        }
        None if own || open => {}
        None => return Err(Stop::Fault("Context")),
    }
    if let Some(tenant) = column(resource, "tenantId") {
        members.insert("tenantId".into(), json!(tenant));
    }
    if !own {
        let mut unknown = vec!["tenantId", "displayName", "tags"];
        if open {
            unknown.extend(["id", "subscriptionId"]);
        }
        return Ok(Value::Container(members, unknown));
    }
    // R is the subscription itself, complete as it is; its id gives what R lacks.
    let mut own: Map<String, Json> = Map::new();
    for (name, value) in resource.given.as_object().into_iter().flatten() {
        if !is_blank(name, value) {
            own.insert(name.clone(), value.clone());
        }
    }
    members.remove("tenantId");
    for (name, value) in members {
        if look_up(&own, &name).is_none() {
            own.insert(name, value);
        }
    }
    // L-120: Resource Graph has the display name under `name`.
    let shown = look_up(&own, "name")
        .and_then(Json::as_str)
        .filter(|n| !n.is_empty() && !guid.is_some_and(|guid| n.eq_ignore_ascii_case(guid)));
    if let (Some(shown), None) = (shown.map(str::to_owned), look_up(&own, "displayName")) {
        own.insert("displayName".into(), json!(shown));
    }
    if look_up(&own, "tags").is_none_or(Json::is_null) {
        own.insert("tags".into(), json!({}));
    }
    Ok(whole(own, if open { &["id", "subscriptionId"] } else { &[] }))
}
