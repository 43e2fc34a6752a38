//! The pack in `policies/acr` can be deployed as it stands, as far as that shows offline: what Azure accepts of names,
//! texts, effects, aliases and references. What is made of it is fresh: `cargo xtask pack --check`.

use ordain::{Aliases, Engine, Source};
use ordain_tests::shared;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Files of a folder of the pack, with their names.
fn documents(folder: &str) -> Vec<(PathBuf, String)> {
    let entries = shared::entries(&shared::root().join("policies/acr").join(folder));
    let is_document = |path: &PathBuf| {
        path.extension().is_some_and(|e| e == "json") && !path.to_string_lossy().ends_with(".test.json")
    };
    let text = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        (path, text)
    };
    entries.into_iter().filter(is_document).map(text).collect()
}

/// Strict JSON: Azure takes no comments.
fn json(document: &(PathBuf, String)) -> Json {
    serde_json::from_str(&document.1).unwrap_or_else(|e| panic!("{}: {e}", document.0.display()))
}

fn definitions() -> Vec<(PathBuf, String)> {
    [documents("."), documents("repair")].concat()
}

fn stem(path: &std::path::Path) -> &str {
    path.file_stem().and_then(|s| s.to_str()).expect("a name")
}

fn texts(json: &Json, found: &mut Vec<String>) {
    match json {
        Json::String(text) => found.push(text.clone()),
        Json::Array(members) => members.iter().for_each(|member| texts(member, found)),
        Json::Object(members) => members.values().for_each(|member| texts(member, found)),
        _ => {}
    }
}

/// Every name in quotes or as a whole text that looks like an alias.
fn aliases(rule: &Json) -> BTreeSet<String> {
    let mut found = Vec::new();
    texts(rule, &mut found);
    let pieces = found.iter().flat_map(|text| match text.starts_with('[') {
        true => text.split('\'').skip(1).step_by(2).collect::<Vec<_>>(),
        false => vec![text.as_str()],
    });
    let is_alias = |piece: &&str| {
        piece.starts_with("Microsoft.")
            && piece.matches('/').count() >= 2
            && !piece.contains(' ')
            && !piece.ends_with('/')
    };
    pieces.filter(is_alias).map(str::to_owned).collect()
}

/// What is wrong with a text that people read in the portal.
fn named(properties: &Json, most: usize, wrong: &mut Vec<String>) {
    let name = properties["displayName"].as_str().unwrap_or_default();
    let about = properties["description"].as_str().unwrap_or_default();
    if name.is_empty() || name.chars().count() > most {
        wrong.push(format!("displayName has {} characters", name.chars().count()));
    }
    if about.is_empty() || about.chars().count() > 512 {
        wrong.push(format!("description has {} characters", about.chars().count()));
    }
}

fn versioned(properties: &Json, wrong: &mut Vec<String>) {
    let version = properties["metadata"]["version"].as_str().unwrap_or_default();
    let parts: Vec<&str> = version.split('.').collect();
    if parts.len() != 3 || parts.iter().any(|part| part.parse::<u32>().is_err()) {
        wrong.push(format!("version `{version}`"));
    }
    if properties["metadata"]["category"] != "Container Registry" {
        wrong.push("no category".to_owned());
    }
}

/// The effect is a parameter whose default is allowed, and `Disabled` is; each kind in its usual spelling.
fn effect(properties: &Json, wrong: &mut Vec<String>) {
    if properties["policyRule"]["then"]["effect"] != "[parameters('effect')]" {
        wrong.push("the effect is no parameter".to_owned());
    }
    let parameter = &properties["parameters"]["effect"];
    let allowed: Vec<&str> =
        parameter["allowedValues"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let known: [&[&str]; 5] = [
        &["Audit", "Deny", "Disabled"],
        &["Audit", "Disabled"],
        &["AuditIfNotExists", "Disabled"],
        &["Modify", "Disabled"],
        &["DeployIfNotExists", "AuditIfNotExists", "Disabled"],
    ];
    if !known.contains(&allowed.as_slice()) {
        wrong.push(format!("effects {allowed:?}"));
    }
    if !parameter["defaultValue"].as_str().is_some_and(|default| allowed.contains(&default)) {
        wrong.push("the default effect is not allowed".to_owned());
    }
}

/// What changes and deploys needs: roles by id, operations on aliases that can be modified, a whole deployment.
fn remediation(properties: &Json, wrong: &mut Vec<String>) {
    let details = &properties["policyRule"]["then"]["details"];
    let default = properties["parameters"]["effect"]["defaultValue"].as_str().unwrap_or_default();
    if !matches!(default, "Modify" | "DeployIfNotExists") {
        return;
    }
    let roles: Vec<&str> =
        details["roleDefinitionIds"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let is_role = |role: &&str| {
        role.strip_prefix("/providers/Microsoft.Authorization/roleDefinitions/").is_some_and(is_guid)
    };
    if roles.is_empty() || !roles.iter().all(is_role) {
        wrong.push(format!("roles {roles:?}"));
    }
    if default == "DeployIfNotExists" {
        let deployment = &details["deployment"]["properties"];
        let (given, declared) = (&deployment["parameters"], &deployment["template"]["parameters"]);
        let keys = |json: &Json| json.as_object().map(|o| o.keys().cloned().collect::<BTreeSet<_>>());
        if deployment["mode"] != "incremental" || keys(given).is_none() || keys(given) != keys(declared) {
            wrong.push("the deployment's parameters are not those of its template".to_owned());
        }
    }
}

fn is_guid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

#[test]
fn definitions_are_valid_for_azure() {
    let known = Aliases::embedded();
    let definitions = definitions();
    assert_eq!(definitions.len(), 36);
    let mut names = BTreeSet::new();
    let mut told = String::new();
    for document in &definitions {
        let json = json(document);
        let properties = &json["properties"];
        let mut wrong = Vec::new();
        let name = stem(&document.0);
        if json["name"] != name || !names.insert(name) || name.len() > 64 {
            wrong.push("the name is not the file's".to_owned());
        }
        named(properties, 128, &mut wrong);
        versioned(properties, &mut wrong);
        effect(properties, &mut wrong);
        remediation(properties, &mut wrong);
        if !matches!(properties["mode"].as_str(), Some("All" | "Indexed")) {
            wrong.push("mode".to_owned());
        }
        let parameters = properties["parameters"].as_object().expect("parameters");
        for (parameter, declared) in parameters {
            let text = |key: &str| declared["metadata"][key].as_str().unwrap_or_default();
            if text("displayName").is_empty() || text("description").is_empty() {
                wrong.push(format!("parameter {parameter} is not described"));
            }
            // `workspaceId` cannot have a default: it is somebody's.
            if declared.get("defaultValue").is_none() && parameter != "workspaceId" {
                wrong.push(format!("parameter {parameter} has no default"));
            }
        }
        if parameters.len() > 20 {
            wrong.push("more than 20 parameters".to_owned());
        }
        let mut used = aliases(&properties["policyRule"]["if"]);
        used.extend(aliases(&properties["policyRule"]["then"]["details"]["existenceCondition"]));
        for alias in used.iter().filter(|alias| !known.knows_type(alias)) {
            if known.is_known(alias) != Some(true) {
                wrong.push(format!("there is no alias {alias}"));
            }
        }
        let source = Source::new(name, document.1.as_str());
        let builder = Engine::builder().aliases(known.clone()).strict_aliases();
        let builder = match parameters.contains_key("workspaceId") {
            true => builder.parameter("workspaceId", "w"),
            false => builder,
        };
        let (_, diagnostics) = builder.policies(&source).build_what_can_be();
        wrong.extend(diagnostics.iter().map(|d| format!("{}: {}", d.code(), d.message())));
        for what in wrong {
            told += &format!("{name}: {what}\n");
        }
    }
    assert!(told.is_empty(), "{told}");
}

#[test]
fn aliases_are_those_of_the_list() {
    let Some(list) = shared::file("aliases/container-registry.tsv") else { return };
    let text = std::fs::read_to_string(list).expect("the list");
    let listed: BTreeMap<String, bool> = text
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .map(|cells| (cells[0].to_ascii_lowercase(), cells[4] == "yes"))
        .collect();
    assert!(listed.len() > 100);
    for document in definitions() {
        let json = json(&document);
        let rule = &json["properties"]["policyRule"];
        for alias in aliases(rule).iter().filter(|a| a.starts_with("Microsoft.ContainerRegistry/")) {
            let is_type = Aliases::embedded().knows_type(alias);
            assert!(is_type || listed.contains_key(&alias.to_ascii_lowercase()), "{alias}");
        }
        let operations = rule["then"]["details"]["operations"].as_array();
        for field in operations.into_iter().flatten().filter_map(|operation| operation["field"].as_str()) {
            assert_eq!(listed.get(&field.to_ascii_lowercase()), Some(&true), "{field} can be modified");
        }
    }
}

#[test]
fn initiative_and_assignments_fit_their_definitions() {
    let definitions: BTreeMap<String, Json> = documents(".")
        .iter()
        .map(|document| (stem(&document.0).to_owned(), json(document)["properties"].clone()))
        .collect();
    let initiative = json(&documents("initiative")[0]);
    let properties = &initiative["properties"];
    let mut wrong = Vec::new();
    named(properties, 128, &mut wrong);
    versioned(properties, &mut wrong);
    assert_eq!(wrong, Vec::<String>::new());
    let declared = properties["parameters"].as_object().expect("parameters");
    let groups: BTreeSet<&str> = properties["policyDefinitionGroups"]
        .as_array()
        .expect("groups")
        .iter()
        .filter_map(|g| g["name"].as_str())
        .collect();
    assert_eq!(
        groups,
        BTreeSet::from(["customer-managed-keys", "data-endpoints", "hygiene", "private-link"])
    );
    let mut references = BTreeSet::new();
    let mut held = BTreeSet::new();
    for reference in properties["policyDefinitions"].as_array().expect("references") {
        let id = reference["policyDefinitionReferenceId"].as_str().expect("an id");
        assert!(references.insert(id.to_owned()), "{id} twice");
        let name = reference["policyDefinitionId"]
            .as_str()
            .and_then(|i| i.rsplit('/').next())
            .expect("a definition");
        let definition = definitions.get(name).unwrap_or_else(|| panic!("{id}: there is no {name}"));
        held.insert(name.to_owned());
        let of = reference["groupNames"].as_array().expect("groups");
        assert!(of.len() == 1 && of[0].as_str().is_some_and(|g| groups.contains(g)), "{id}: {of:?}");
        let given = reference["parameters"].as_object().expect("parameters");
        assert!(given.contains_key("effect"), "{id}");
        for (parameter, value) in given {
            assert!(definition["parameters"].get(parameter).is_some(), "{id}: {parameter}");
            let text = value["value"].as_str().expect("an expression");
            for used in text.split("parameters('").skip(1).filter_map(|rest| rest.split('\'').next()) {
                assert!(declared.contains_key(used), "{id}: {used}");
            }
        }
    }
    assert_eq!(held.len(), 32, "each of the judging definitions once");
    for document in documents("assignments") {
        let assignment = json(&document);
        let properties = &assignment["properties"];
        let mut wrong = Vec::new();
        named(properties, 128, &mut wrong);
        assert_eq!(wrong, Vec::<String>::new(), "{}", document.0.display());
        assert!(
            assignment["name"].as_str().is_some_and(|name| name == stem(&document.0) && name.len() <= 24)
        );
        assert!(
            properties["parameters"].as_object().expect("values").keys().all(|k| declared.contains_key(k))
        );
        let mut ids = Vec::new();
        for message in properties["nonComplianceMessages"].as_array().expect("messages") {
            assert!(
                message["message"].as_str().is_some_and(|text| (1..=512).contains(&text.chars().count()))
            );
            texts(&message["policyDefinitionReferenceId"], &mut ids);
        }
        texts(&properties["overrides"], &mut ids);
        ids.retain(|id| !["policyEffect", "Deny", "policyDefinitionReferenceId"].contains(&id.as_str()));
        assert!(ids.iter().all(|id| references.contains(id)), "{ids:?}");
    }
}

/// Azure reads `[[` in a template as a bracket that belongs to the policy.
fn unescaped(json: &Json) -> Json {
    match json {
        Json::String(text) => match text.strip_prefix("[[") {
            Some(rest) => format!("[{rest}").into(),
            None => json.clone(),
        },
        Json::Array(members) => members.iter().map(unescaped).collect(),
        Json::Object(members) => members.iter().map(|(key, value)| (key.clone(), unescaped(value))).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_template_holds_the_pack() {
    let template = json(&documents("deploy")[0]);
    let resources = template["resources"].as_array().expect("resources");
    let of = |kind: &str| {
        let wanted = format!("Microsoft.Authorization/{kind}");
        resources.iter().filter(|r| r["type"] == wanted.as_str()).cloned().collect::<Vec<Json>>()
    };
    let deployed: BTreeMap<String, Json> = of("policyDefinitions")
        .iter()
        .map(|r| (r["name"].as_str().expect("a name").to_owned(), unescaped(&r["properties"])))
        .collect();
    assert_eq!(deployed.len(), 36);
    for document in definitions() {
        let mut own = json(&document)["properties"].clone();
        let mut there = deployed.get(stem(&document.0)).expect("each definition").clone();
        // What Azure fills in for custom definitions may stand there.
        for properties in [&mut own, &mut there] {
            properties.as_object_mut().expect("an object").remove("policyType");
        }
        assert_eq!(there, own, "{}", document.0.display());
    }
    assert_eq!((of("policySetDefinitions").len(), of("policyAssignments").len()), (1, 2));
    for resource in resources {
        assert!(resource["apiVersion"].is_string(), "{}", resource["name"]);
    }
    // Ids are made where the template is deployed, so it names no subscription of ours.
    assert!(!template.to_string().contains("/subscriptions/"));
}

/// Deployed, the template judges the examples as the files do under the same assignment.
#[test]
fn the_template_says_what_the_files_say() {
    let subscription = "/subscriptions/11111111-2222-4333-8444-555555555555";
    let scope = ordain::ids::Scope::parse(subscription).expect("a scope");
    let export =
        std::fs::read_to_string(shared::root().join("examples/registries.json")).expect("the export");
    let export: Json = serde_json::from_str(&export).expect("JSON");
    let states = |sources: Vec<Source>| {
        let mut builder = Engine::builder().scope(scope.clone()).definition_scope(&scope);
        for source in &sources {
            builder = builder.policies(source);
        }
        let (engine, diagnostics) = builder.build_what_can_be();
        let errors: Vec<&str> = diagnostics.iter().filter(|d| d.is_error()).map(|d| d.code()).collect();
        assert_eq!(errors, Vec::<&str>::new());
        let mut found = BTreeSet::new();
        for resource in export["value"].as_array().expect("resources") {
            for outcome in engine.evaluate(resource).expect("a resource").outcomes() {
                let policy = outcome.policy().name().to_owned();
                found.insert(format!("{} {policy} {:?}", resource["id"], outcome.state()));
            }
        }
        found
    };
    let source = |document: (PathBuf, String)| Source::new(stem(&document.0), document.1.as_str());
    let template = states(documents("deploy").into_iter().map(source).collect());
    let mut files: Vec<Source> =
        [documents("."), documents("initiative")].concat().into_iter().map(source).collect();
    // The template's assignment has the initiative's defaults, and enforces nothing unless asked.
    let mut assignment = json(&documents("assignments")[1]);
    assignment["properties"]["parameters"] = serde_json::json!({});
    files.push(Source::new("assignment", assignment.to_string()));
    assert!(template.len() > 100);
    assert_eq!(states(files), template);
}
