//! The 18 built-in definitions of Container Registry on registries as Resource Manager returns them: each is
//! judged, none fails.

use ordain::{Engine, Source, State};
use ordain_tests::shared;
use serde_json::Value;

fn built_ins() -> Option<(Engine, usize)> {
    let corpus = shared::file("corpus/builtin.jsonl.gz")?;
    let mut builder = Engine::builder()
        .parameter("privateDnsZoneId", "/subscriptions/s/zone")
        .parameter("privateEndpointSubnetId", "/subscriptions/s/subnet");
    let mut count = 0;
    for line in shared::gz_lines(&corpus) {
        let body = &line["body"];
        if line["kind"] == "definition" && body["properties"]["metadata"]["category"] == "Container Registry"
        {
            builder = builder.policies(&Source::new(line["path"].as_str().unwrap_or("?"), body.to_string()));
            count += 1;
        }
    }
    let (engine, diagnostics) = builder.build_what_can_be();
    let errors: Vec<String> = diagnostics.iter().filter(|d| d.is_error()).map(ToString::to_string).collect();
    assert_eq!(errors, [] as [String; 0]);
    Some((engine, count))
}

#[test]
fn all_are_read_and_compiled() {
    let Some((engine, count)) = built_ins() else { return };
    assert_eq!((engine.policies().count(), count), (18, 18));
}

#[test]
fn real_registries_are_judged() {
    let Some((engine, _)) = built_ins() else { return };
    let Some(examples) = shared::file("corpus/arm-examples.jsonl.gz") else { return };
    let (mut registries, mut records) = (0, 0);
    for line in shared::gz_lines(&examples) {
        let kind = line["type"].as_str().unwrap_or("");
        if !kind.to_ascii_lowercase().starts_with("microsoft.containerregistry/registries") {
            continue;
        }
        let body: &Value = &line["body"];
        let Ok(evaluation) = engine.evaluate(body) else { panic!("{} is a resource", line["source_file"]) };
        registries += usize::from(kind.eq_ignore_ascii_case("Microsoft.ContainerRegistry/registries"));
        for outcome in evaluation.outcomes() {
            records += 1;
            assert_ne!(outcome.state(), State::Error, "{}: {:?}", line["source_file"], outcome.fault());
            // A rule that could be judged is explained by at least one condition.
            if outcome.rule_holds().is_some() {
                assert!(!outcome.explain(body).decisive().is_empty(), "{}", outcome.policy().name());
            }
        }
    }
    println!("{registries} registries, {records} records");
    assert!(registries >= 13 && records >= 100, "{registries} registries, {records} records");
}
