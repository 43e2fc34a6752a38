//! Whether a policy applies, and the state of the record (09 sections 3 and 4, as far as the engine judges).

use super::conditions::judge;
use super::{Policy, Record, Scope, Truth, World, expression, member, resource};
use ordain::ids;
use serde_json::Value as Json;

/// S-11, D-42, L-123: types that no policy judges.
fn is_exempt(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    let below = |name: &str| kind == name || kind.starts_with(&format!("{name}/"));
    let container =
        [ids::RESOURCE_GROUP_TYPE, ids::SUBSCRIPTION_TYPE].iter().any(|c| c.eq_ignore_ascii_case(&kind));
    (kind.starts_with("microsoft.resources/") && !container)
        || ["microsoft.billing/", "microsoft.help/", "microsoft.diagnostics/"]
            .iter()
            .any(|n| kind.starts_with(n))
        || below("microsoft.capacity/reservationorders")
        || below("microsoft.management/managementgroups")
        || ["", "/authorizationrules", "/subscriptions", "/subscriptions/rules"]
            .iter()
            .any(|rest| kind == format!("microsoft.servicebus/namespaces/topics{rest}"))
}

fn is_container(kind: &str) -> bool {
    kind == ids::RESOURCE_GROUP_TYPE || kind == ids::SUBSCRIPTION_TYPE
}

/// S-10, D-43, L-130 … L-132.
fn is_indexed(world: &World<'_>) -> bool {
    let held = world.resource;
    if is_container(&held.kind) {
        return false;
    }
    world.aliases.indexed(&held.kind).map_or_else(|| resource::guess_indexed(held), |known| known.indexed())
}

/// Kinds of conditions that S-13 computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    Type,
    Name,
    Kind,
    Other,
}

fn kind_of(condition: &Json) -> Asks {
    let field = member(condition, "field").and_then(Json::as_str).unwrap_or_default();
    match field.to_ascii_lowercase().as_str() {
        "type" => Asks::Type,
        "name" => Asks::Name,
        "kind" => Asks::Kind,
        _ => Asks::Other,
    }
}

/// The leaves of an `if`, those inside `count.where` left out (S-14).
fn leaves<'j>(condition: &'j Json, out: &mut Vec<&'j Json>) {
    for list in ["allOf", "anyOf"] {
        if let Some(members) = member(condition, list).and_then(Json::as_array) {
            members.iter().for_each(|inner| leaves(inner, out));
            return;
        }
    }
    match member(condition, "not") {
        Some(inner) => leaves(inner, out),
        None => out.push(condition),
    }
}

/// S-13: *may* (`possible`) or *must* of a node.
fn approximate(
    world: &World<'_>,
    scope: &Scope,
    condition: &Json,
    computed: &[Asks],
    possible: bool,
) -> bool {
    let list = |name: &str| member(condition, name).and_then(Json::as_array);
    if let Some(members) = list("allOf") {
        return members.iter().all(|inner| approximate(world, scope, inner, computed, possible));
    }
    if let Some(members) = list("anyOf") {
        return members.iter().any(|inner| approximate(world, scope, inner, computed, possible));
    }
    if let Some(inner) = member(condition, "not") {
        return !approximate(world, scope, inner, computed, !possible);
    }
    if !computed.contains(&kind_of(condition)) {
        return possible;
    }
    // S-13: the operand is evaluated with the bound parameters; one that needs more leaves it open.
    if asks_more(condition) {
        return possible;
    }
    match judge(world, scope, condition) {
        Truth::True => true,
        Truth::False => false,
        // S-13, S-19: what fails or is unknown may, and need not.
        Truth::Error(_) | Truth::Unknown(_) => possible,
    }
}

/// Whether an expression of a condition needs more than parameters.
fn asks_more(condition: &Json) -> bool {
    let text = condition.to_string().to_ascii_lowercase();
    let surroundings = "field( resourcegroup( subscription( requestcontext( policy( utcnow( claims( current(";
    surroundings.split(' ').any(|call| text.contains(call))
}

/// S-13, S-14.
fn may_apply(world: &World<'_>, scope: &Scope, condition: &Json) -> bool {
    let mut all = Vec::new();
    leaves(condition, &mut all);
    let has = |kind: Asks| all.iter().any(|leaf| kind_of(leaf) == kind);
    let computed: &[Asks] = match (has(Asks::Type), has(Asks::Name) || has(Asks::Kind), has(Asks::Other)) {
        // Kind only, name only, both: applicable to every R.
        (false, true, false) => return true,
        // Type with kind or name: these count as other.
        (true, true, false) => &[Asks::Type],
        _ => &[Asks::Type, Asks::Name, Asks::Kind],
    };
    approximate(world, scope, condition, computed, true)
}

/// S-16: whether some condition is about `location`.
fn asks_location(json: &Json) -> bool {
    match json {
        Json::Object(members) => members.iter().any(|(key, value)| {
            let named = value.as_str().is_some_and(|name| name.eq_ignore_ascii_case("location"));
            (key.eq_ignore_ascii_case("field") && named) || asks_location(value)
        }),
        Json::Array(members) => members.iter().any(asks_location),
        _ => false,
    }
}

/// S-16: deployment parameters through `field('location')`.
fn deploys_location(json: &Json) -> bool {
    match json {
        Json::Object(members) => members.values().any(deploys_location),
        Json::Array(members) => members.iter().any(deploys_location),
        Json::String(text) => {
            text.starts_with('[') && text.to_ascii_lowercase().contains("field('location')")
        }
        _ => false,
    }
}

fn about_location(rule: &Json) -> bool {
    let details = member(rule, "then").and_then(|then| member(then, "details"));
    let existence = details.and_then(|details| member(details, "existenceCondition"));
    let deployment = details.and_then(|details| member(details, "deployment"));
    let parameters = deployment.and_then(|d| member(d, "properties")).and_then(|p| member(p, "parameters"));
    member(rule, "if").is_some_and(asks_location)
        || existence.is_some_and(asks_location)
        || parameters.is_some_and(deploys_location)
}

/// S-17, E-43: a modify of `identity.type` elsewhere than on machines.
fn identity_elsewhere(rule: &Json, effect: &str, kind: &str) -> bool {
    let details = member(rule, "then").and_then(|then| member(then, "details"));
    let operations = details.and_then(|d| member(d, "operations")).and_then(Json::as_array);
    let machine = ["Microsoft.Compute/virtualMachines", "Microsoft.Compute/virtualMachineScaleSets"];
    let sets = |operation: &Json| {
        member(operation, "field")
            .and_then(Json::as_str)
            .is_some_and(|f| f.eq_ignore_ascii_case("identity.type"))
    };
    effect == "modify"
        && operations.is_some_and(|operations| operations.iter().any(sets))
        && !machine.iter().any(|name| name.eq_ignore_ascii_case(kind))
}

/// E-15: without attestation.
fn default_state(rule: &Json) -> &'static str {
    let details = member(rule, "then").and_then(|then| member(then, "details"));
    let state = details.and_then(|d| member(d, "defaultState")).and_then(Json::as_str).unwrap_or_default();
    match state.to_ascii_lowercase().as_str() {
        "compliant" => "Compliant",
        "noncompliant" | "non-compliant" => "NonCompliant",
        _ => "Unknown",
    }
}

/// The record of one policy on R; `None` leaves none.
pub fn record(policy: &Policy, world: &World<'_>) -> Option<Record> {
    let resource = world.resource;
    let scope = Scope { document: resource.document.clone(), frames: Vec::new(), iterations: 1 };
    let rule = member(&policy.body, "policyRule")?;
    let condition = member(rule, "if")?;
    let text = |name: &str| member(&policy.body, name).and_then(Json::as_str).unwrap_or_default();
    let effect = member(rule, "then").and_then(|then| member(then, "effect"))?;
    // E-6: evaluated with the parameters alone.
    let effect = expression::template(world, &scope, effect).ok()?.0.as_str()?.to_ascii_lowercase();
    let open = |reason, holds| Some(Record { state: "NotEvaluated", reason: Some(reason), holds });
    // E-31, S-8.
    if effect == "disabled" || is_exempt(&resource.kind) {
        return None;
    }
    let is_static = text("policyType").eq_ignore_ascii_case("Static");
    let mode = text("mode").to_ascii_lowercase();
    let data = mode.ends_with(".data");
    // S-10, D-41: absent means Indexed; static definitions have no mode.
    if !is_static && !data && mode != "all" && !is_indexed(world) {
        return None;
    }
    if resource.kind == ids::SUBSCRIPTION_TYPE && about_location(rule) {
        return None;
    }
    if identity_elsewhere(rule, &effect, &resource.kind) {
        return None;
    }
    if data {
        // S-18.
        let applies = match mode.as_str() {
            "microsoft.kubernetes.data" => judge(world, &scope, condition) != Truth::False,
            "microsoft.network.data" => {
                approximate(world, &scope, condition, &[Asks::Type, Asks::Name], true)
            }
            _ => approximate(world, &scope, condition, &[Asks::Type], true),
        };
        return if applies { open("UnsupportedMode", Some(false)) } else { None };
    }
    let related = ["auditifnotexists", "deployifnotexists"].contains(&effect.as_str());
    if !related && !may_apply(world, &scope, condition) {
        return None;
    }
    if is_static {
        // S-23: for each subscription and resource group.
        return open("StaticDefinition", Some(false));
    }
    let truth = judge(world, &scope, condition);
    let holds = match truth {
        Truth::True => Some(true),
        Truth::False => Some(false),
        Truth::Unknown(_) | Truth::Error(_) => None,
    };
    let judged = |state| Some(Record { state, reason: None, holds });
    match (truth, effect.as_str()) {
        // S-13, E-15: the default state, whatever the rule comes to.
        (_, "manual") => judged(default_state(rule)),
        (Truth::Error(fault), _) => Some(Record { state: "Error", reason: Some(fault), holds }),
        (Truth::Unknown(reason), _) => open(reason, holds),
        // E-18, 09 section 4.
        (Truth::True, "audit" | "deny" | "append" | "modify") => judged("NonCompliant"),
        (Truth::True, "denyaction") => judged("Protected"),
        // S-12; what the related resources come to is not transcribed.
        (Truth::False, _) if related => None,
        (Truth::True, _) if related => judged(super::RELATED),
        (Truth::False, "audit" | "deny" | "append" | "modify" | "denyaction") => judged("Compliant"),
        // E-14.
        _ => open("UnsupportedEffect", holds),
    }
}
