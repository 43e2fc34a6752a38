//! Bad input (issue 4): one clear diagnostic with its place and a cure, and everything else is still judged.

use ordain::json::{self, Dialect};
use ordain::{Context, Diagnostic, Engine, EngineBuilder, Error, Severity, Source, State};
use serde_json::{Value as Json, json};

const GOOD: &str = r#"{"name": "good", "properties": {"mode": "All", "policyRule":
    {"if": {"field": "kind", "equals": "web"}, "then": {"effect": "audit"}}}}"#;

const GOOD_LINE: &str = r#"{"mode": "All", "policyRule": {"if": {"field": "kind", "equals": "web"}, "then": {"effect": "audit"}}}"#;

/// A definition in one line around a condition.
fn policy(condition: &str) -> String {
    format!(
        r#"{{"name": "bad", "properties": {{"mode": "All", "policyRule": {{"if": {condition}, "then": {{"effect": "audit"}}}}}}}}"#
    )
}

fn resource() -> Json {
    json!({"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/w", "type": "Microsoft.Web/sites",
           "name": "w", "kind": "web", "location": "westeurope", "properties": {}})
}

/// Builds with a good policy beside, which is judged in any case.
fn beside_a_good_one(bad: EngineBuilder) -> Vec<Diagnostic> {
    let (engine, diagnostics) = bad.policies(&Source::new("good.json", GOOD)).build_what_can_be();
    let resource = resource();
    let evaluation = engine.evaluate(&resource).expect("a resource");
    let good = evaluation
        .outcomes()
        .find(|outcome| outcome.policy().name() == "good")
        .expect("the good one is judged");
    assert_eq!(good.state(), State::NonCompliant);
    diagnostics.into_iter().filter(|d| d.severity() > Severity::Info).collect()
}

/// The one diagnostic of a policy text: `line:column code@text`, and whether it says how to mend.
fn told(text: &str) -> (String, bool) {
    let diagnostics = beside_a_good_one(Engine::builder().policies(&Source::new("bad.json", text)));
    let [diagnostic] = &diagnostics[..] else { panic!("one diagnostic, not {diagnostics:#?}") };
    let label = diagnostic.labels().first().expect("a place");
    let at = label.position();
    let text: String = label.source().slice(label.span()).chars().take(40).collect();
    (format!("{}:{} {}@{text}", at.line, at.column, diagnostic.code()), !diagnostic.helps().is_empty())
}

/// Lines each of which is open to the end of the text: reading all of them again and again has a bound.
#[test]
fn broken_lines_without_end() {
    // spec: D-15
    let text = format!("{GOOD_LINE}\n{}", "{\"policyRule\": {\"if\": [\n".repeat(20_000));
    let (engine, diagnostics) = Engine::builder().policies(&Source::new("p.jsonl", text)).build_what_can_be();
    assert_eq!(engine.policies().count(), 1);
    assert_eq!(diagnostics.last().map(Diagnostic::code), Some("TooManyFaults"));
    assert!(diagnostics.len() < 200, "{}", diagnostics.len());
}

/// A rule whose expression nests as deep as it may, through all stages, on the smallest stack there is.
#[test]
fn the_deepest_expression_on_a_stack_of_one_megabyte() {
    // spec: F-14, QF-37
    let run = || {
        let deepest = format!("[{}'a'{}]", "toLower(".repeat(128), ")".repeat(128));
        let text =
            policy(&format!(r#"{{"value": "{deepest}", "equals": "[concat('a', field('tags.none'))]"}}"#));
        let (engine, diagnostics) =
            Engine::builder().policies(&Source::new("deep.json", text)).build_what_can_be();
        assert!(diagnostics.iter().all(|d| d.code() == "LimitExceeded"), "{diagnostics:?}");
        let resource = resource();
        let evaluation = engine.evaluate(&resource).expect("a resource");
        let outcome = evaluation.outcomes().next().expect("an outcome");
        assert_eq!(outcome.state(), State::NonCompliant);
        assert!(outcome.explain(&resource).sentence(Default::default()).is_some());
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(run).expect("a thread");
    thread.join().expect("no failure");
}

#[test]
fn too_large() {
    // spec: D-7
    let text = " ".repeat((64 << 20) + 1);
    let diagnostics = beside_a_good_one(Engine::builder().policies(&Source::new("large.json", text)));
    let told: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["large.json: error[TooLarge]: the text has 67108865 bytes, more than 67108864"]);
}

#[test]
fn texts() {
    // spec: D-1, D-3, D-4, D-6, D-7, D-15, I-82
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let table: [(&str, &str, bool); 12] = [
        ("hello", "1:1 BadJson@h", false),
        ("{\n  \"policyRule\": {\n    \"if\": {", "3:12 BadJson@", true),
        ("", "1:1 EmptyInput@", true),
        (" \n ", "2:2 EmptyInput@", true),
        (&deep, "1:129 TooDeep@[", false),
        (
            r#"{"name": "bad", "properties": {"mode": "All", "displayName": "x"}}"#,
            "1:1 MissingPolicyRule@{",
            true,
        ),
        (r#"{"mode": "All", "policyRule": null}"#, "1:1 MissingPolicyRule@{", true),
        (&policy(r#"{"field": "kind", "notIm": []}"#), r#"1:86 UnknownConditionKey@"notIm""#, true),
        (&policy(r#"{"field": "kind", "equals": 1, "Field": "type"}"#), r#"1:99 DuplicateKey@"Field""#, true),
        (
            r#"{"mode": "All", "PolicyRule": {}, "policyRule": {"if": {"field": "kind", "equals": "a"}, "then": {"effect": "audit"}}}"#,
            r#"1:35 DuplicateKey@"policyRule""#,
            true,
        ),
        (
            &policy(r#"{"field": "Microsoft.ContainerRegistry/registries/adminUserEnabeld", "equals": 1}"#),
            r#"1:78 UnknownAlias@"Microsoft.ContainerRegistry/registries/"#,
            true,
        ),
        (&format!("{}\n{{\"name\": 2", policy(r#"{"field": "kind", "equals": "a"}"#)), "2:11 BadJson@", true),
    ];
    for (text, wanted, cure) in table {
        assert_eq!(told(text), (wanted.to_owned(), cure), "{}", text.chars().take(200).collect::<String>());
    }
}

#[test]
fn an_unknown_operator_has_a_near_name() {
    let source = Source::new("p.json", policy(r#"{"field": "kind", "notIm": []}"#));
    let (_, diagnostics) = Engine::builder().policies(&source).build_what_can_be();
    assert_eq!(diagnostics[0].helps(), ["did you mean `notIn`?"]);
    assert!(diagnostics[0].to_string().starts_with("p.json:1:86: error[UnknownConditionKey]: "));
}

#[test]
fn parameters() {
    // spec: D-54, D-56, D-57, D-61
    let text = policy(r#"{"field": "kind", "in": "[parameters('kinds')]"}"#).replace(
        "\"policyRule\"",
        r#""parameters": {"kinds": {"type": "Array", "allowedValues": ["web"]}}, "policyRule""#,
    );
    let bad = || Engine::builder().policies(&Source::new("bad.json", text.as_str()));
    let codes = |builder| beside_a_good_one(builder).iter().map(Diagnostic::code).collect::<Vec<_>>();
    assert_eq!(codes(bad()), ["ParameterMissing"]);
    assert_eq!(codes(bad().parameter("kinds", "web")), ["ParameterValueType"]);
    assert_eq!(
        codes(bad().parameter("kinds", ordain::Value::from(&json!(["Web"])))),
        ["ParameterValueNotAllowed"]
    );
    assert_eq!(codes(bad().parameter("kinds", ordain::Value::Null)), ["ParameterMissing"]);
    let good = ordain::Value::from(&json!(["web"]));
    assert_eq!(codes(bad().parameter("kinds", good.clone()).parameter("kind", "x")), ["UnknownParameter"]);
    assert_eq!(codes(bad().parameter("KINDS", good)), [""; 0]);
}

#[test]
fn unknown_aliases() {
    // spec: L-71
    let text = policy(r#"{"field": "Microsoft.Web/sites/noSuchThing", "exists": false}"#);
    let builder = || Engine::builder().policies(&Source::new("bad.json", text.as_str()));
    let told = beside_a_good_one(builder());
    assert_eq!((told[0].code(), told[0].severity()), ("UnknownAlias", Severity::Warning));
    let (engine, _) = builder().build_what_can_be();
    assert_eq!(engine.evaluate(&resource()).expect("a resource").outcomes().count(), 1);
    let told = beside_a_good_one(builder().strict_aliases());
    assert_eq!((told[0].code(), told[0].severity()), ("UnknownAlias", Severity::Error));
}

#[test]
fn no_resource() {
    // spec: L-16, I-24
    let (engine, _) = Engine::builder().policies(&Source::new("good.json", GOOD)).build_what_can_be();
    let bad = [
        json!({}),
        json!({"kind": "web"}),
        json!([]),
        json!("x"),
        json!(null),
        json!({"type": 7, "id": 3}),
        json!({"id": ""}),
    ];
    for document in bad {
        assert!(engine.evaluate(&document).is_err(), "{document}");
    }
    let mut untyped = resource();
    untyped.as_object_mut().expect("an object").remove("type");
    assert_eq!(engine.evaluate(&untyped).expect("its id tells the type").outcomes().count(), 1);
    let mut anonymous = resource();
    anonymous.as_object_mut().expect("an object").remove("id");
    assert_eq!(engine.evaluate(&anonymous).expect("it has a type").outcomes().count(), 1);
}

#[test]
fn deep_documents() {
    // spec: D-7, F-15, I-83
    let text = policy(
        r#"{"anyOf": [{"field": "Microsoft.Web/sites/deep", "equals": "x"}, {"field": "Microsoft.Web/sites/deep", "contains": "x"},
            {"field": "Microsoft.Web/sites/deep[*]", "equals": "x"}, {"field": "tags", "containsKey": "x"},
            {"value": "[string(field('Microsoft.Web/sites/deep'))]", "equals": "x"},
            {"value": "[length(field('Microsoft.Web/sites/deep'))]", "equals": 7},
            {"count": {"value": "[field('Microsoft.Web/sites/deep')]", "where": {"value": "[current()]", "equals": "x"}}, "greater": 3}]}"#,
    );
    let (engine, _) = Engine::builder().policies(&Source::new("deep.json", text)).build_what_can_be();
    assert_eq!(engine.policies().count(), 1);
    let mut deep = json!("x");
    for _ in 0..10_000 {
        deep = Json::Array(vec![deep]);
    }
    let mut resource = resource();
    resource["properties"]["deep"] = deep;
    let context = Context::new();
    let evaluation = engine.evaluate_in(&resource, &context).expect("a resource");
    for outcome in evaluation.outcomes() {
        let _ = (outcome.state(), outcome.explain(&resource).sentence(Default::default()));
    }
    // A tree of 10,000 levels is taken down level by level, not by the recursion of its drop.
    let mut left = resource["properties"]["deep"].take();
    while let Json::Array(mut items) = left {
        left = items.pop().unwrap_or_default();
    }
}

#[test]
fn a_text_that_is_too_deep_is_cut() {
    let text =
        format!("{{\"type\": \"A.B/c\", \"properties\": {}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let (read, problems) = json::read(&text, Dialect::Strict);
    assert!(read.expect("a part").cut);
    assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["TooDeep"]);
}

#[test]
fn encodings() {
    // spec: D-1
    let text = |bytes: &[u8]| match json::decode(bytes) {
        json::Decoded::Text(text) => Some(text.into_owned()),
        json::Decoded::BadUtf8(_) | json::Decoded::BadUtf16 => None,
    };
    assert_eq!(text(b"\xEF\xBB\xBF{}").as_deref(), Some("{}"));
    assert_eq!(text(b"\xFF\xFE{\0}\0").as_deref(), Some("{}"));
    assert_eq!(text(b"\xFE\xFF\0{\0}").as_deref(), Some("{}"));
    assert_eq!(text(b"{\"a\": \"\xFF\"}"), None);
    assert_eq!(text(b"\xFF\xFE{"), None);
}

#[test]
fn strict_building_names_everything() {
    let source = Source::new("all.json", format!("[{}, {}, {GOOD}]", policy("{}"), policy("7")));
    let Err(Error::Policies(diagnostics)) = Engine::builder().policies(&source).build() else {
        panic!("an error")
    };
    assert_eq!(
        diagnostics.iter().map(Diagnostic::code).collect::<Vec<_>>(),
        ["MissingSubject", "ConditionShape"]
    );
    let text = Error::Policies(diagnostics).to_string();
    assert_eq!(text.lines().count(), 2, "{text}");
}
