//! The schema of test suites.

use super::keys::{Keys, list, one_of, or_null, reference};
use crate::Fault;
use ordain::State;
use ordain_author::coverage::Goal;
use ordain_author::suite::{
    CASE_KEYS, EFFECTS, EXEMPT_KEYS, Form, Key, Mode, SUITE_KEYS, Surrounding, Switch, VERDICTS,
};
use serde_json::{Map, Value, json};

fn text() -> Value {
    json!({"type": "string"})
}

/// One text or several.
fn texts() -> Value {
    json!({"anyOf": [text(), list(text())]})
}

fn words<T>(all: &[(T, &'static str)]) -> Vec<&'static str> {
    all.iter().map(|(_, word)| *word).collect()
}

/// The whole schema.
pub fn schema() -> Result<Value, Fault> {
    let mut parts = Map::new();
    parts.insert("context".into(), context()?);
    parts.insert("set".into(), json!({"type": "object", "propertyNames": {"minLength": 1}}));
    parts.insert("resource".into(), resource());
    parts.insert("expect".into(), expect()?);
    parts.insert("exemption".into(), exemption()?);
    parts.insert("case".into(), case()?);
    let suite = both(Keys::exact(
        "A test suite: which policy is tested, with which resources, and what must come out.",
    ))
    .key("$schema", "The schema of this file.", text())
    .key("policy", "The definition that is tested: a file, relative to this one.", text())
    .key("initiative", "The initiative that is tested: a file, relative to this one.", text())
    .key("assignment", "The assignment that is tested: a file, relative to this one.", text())
    .key("tenant", "The folder of which everything is tested, relative to this file.", text())
    .key("definitions", "Where the definitions of the initiative are: files and folders.", texts())
    .key("policies", "Where what the assignment refers to is: files and folders.", texts())
    .key("about", "For people.", or_null(text()))
    .key("options", "How policies are read and resources judged.", options())
    .key(
        "bases",
        "Resources that cases start from, by name.",
        json!({"type": "object", "additionalProperties": reference("resource")}),
    )
    .key("exempt", "What `ordain test --coverage` need not see, and why.", list(reference("exemption")))
    .key("cases", "The cases.", json!({"type": "array", "items": reference("case"), "minItems": 1}))
    .need(&["cases"]);
    let mut schema = suite.build();
    same(&schema, &SUITE_KEYS, "suite")?;
    let subjects = ["policy", "initiative", "assignment", "tenant"];
    let absent = json!({"not": {"anyOf": subjects.map(|name| json!({"required": [name]}))}});
    let cases_have_it =
        json!({"properties": {"cases": {"type": "array", "items": {"required": ["policy"]}}}});
    let twos: Vec<Value> = pairs(&subjects).map(|(a, b)| json!({"required": [a, b]})).collect();
    let exemptions_have_it =
        json!({"type": "array", "items": {"required": ["policy"], "properties": {"policy": text()}}});
    schema["allOf"] = json!([
        {"if": {"not": {"required": ["policy"]}}, "then": {"properties": {"exempt": exemptions_have_it}}},
        {"if": absent, "then": {"anyOf": [{"required": ["policy"]}, cases_have_it]}},
        {"not": {"anyOf": twos}, "errorMessage": "a suite tests one thing: a policy, an initiative, an assignment or a tenant"},
    ]);
    schema["dependencies"] = json!({"definitions": ["initiative"], "policies": ["assignment"]});
    schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    schema["title"] = "A test suite of ordain".into();
    schema["definitions"] = parts.into();
    Ok(schema)
}

fn pairs<'n>(names: &'n [&'n str]) -> impl Iterator<Item = (&'n str, &'n str)> {
    names.iter().enumerate().flat_map(|(at, first)| names.iter().skip(at + 1).map(|second| (*first, *second)))
}

/// The schema speaks of the keys that are read, and of no others.
fn same(schema: &Value, known: &[&str], what: &str) -> Result<(), Fault> {
    let mut own: Vec<&str> = schema["properties"]
        .as_object()
        .map(|own| own.keys().map(String::as_str).collect())
        .unwrap_or_default();
    let mut known = known.to_vec();
    own.sort_unstable();
    known.sort_unstable();
    if own == known {
        Ok(())
    } else {
        Err(Fault::failed(format!("the schema of a {what} has the keys {own:?}, read are {known:?}")))
    }
}

/// What suites and cases both say.
fn both(keys: Keys) -> Keys {
    let mode = one_of(&words(&Mode::ALL));
    keys.key("parameters", "Values of parameters, by name, as they are.", json!({"type": "object"}))
        .key(
            "mode",
            "`scan` judges what exists, `request` the body of a write, `delete` what is to be deleted.",
            or_null(mode),
        )
        .key("context", "What surrounds the resource.", reference("context"))
}

fn options() -> Value {
    let option = one_of(&words(&Switch::ALL));
    json!({"anyOf": [option.clone(), list(option)]})
}

fn context() -> Result<Value, Fault> {
    let mut keys = Keys::exact("What surrounds the resource.");
    for (_, name) in Surrounding::ALL {
        let (about, kind) = match name {
            "now" => ("The clock: what `utcNow()` yields.", "string"),
            "apiVersion" => ("The API version of the body.", "string"),
            "subscription" => ("What `subscription()` yields.", "object"),
            "resourceGroup" => ("What `resourceGroup()` yields.", "object"),
            "requestContext" => ("What `requestContext()` yields.", "object"),
            "policy" => ("What `policy()` yields.", "object"),
            "claims" => ("What `claims()` yields.", "object"),
            "principal" => ("Who asks: `userId`, `groupIds`.", "object"),
            other => {
                return Err(Fault::failed(format!("`context.{other}` has no description for its schema")));
            }
        };
        keys = keys.key(name, about, json!({"type": kind}));
    }
    Ok(keys.build())
}

/// What a resource is described by, beside the resource itself.
fn changes(keys: Keys) -> Keys {
    keys.key("base", "One of `bases`.", text())
        .key("set", "Values that are put into the resource, by path: dotted, or a JSONPath that begins with `$`. Parents are made.", reference("set"))
        .key("remove", "Paths that are taken out of the resource.", texts())
}

/// A resource written out, or described.
fn resource() -> Value {
    let described =
        changes(Keys::exact("A resource that is described: where it comes from, and what is changed in it."))
            .key("file", "A file that holds the resource, relative to this one.", text())
            .key("pick", "A JSONPath (RFC 9535) that chooses one value of the file.", or_null(text()))
            .key("resource", "The resource, written out or described.", reference("resource"))
            .build();
    let describes = json!({"type": "object", "not": {"required": ["type"]}, "anyOf": [
        {"required": ["base"]}, {"required": ["file"]}, {"required": ["resource"]},
    ]});
    json!({
        "description": "A resource: its body, or `file`, `base` or `resource` with `set` and `remove`.",
        "type": "object",
        "if": describes,
        "then": {"allOf": [described, one_start()]},
        "else": {"properties": written_out()},
    })
}

/// What editors offer for a resource of which nothing is known yet, and for its body: nothing is demanded of it.
fn written_out() -> Value {
    json!({
        "type": {"description": "The resource type: `Microsoft.ContainerRegistry/registries`."},
        "id": {"description": "The resource's id, which says where it is."},
        "name": {"description": "The resource's name."},
        "location": {"description": "The region."},
        "tags": {"description": "The tags."},
        "properties": {"description": "The properties."},
        "base": {"description": "One of `bases`, instead of a body."},
        "file": {"description": "A file that holds the resource, instead of a body."},
    })
}

/// A resource starts from one thing.
fn one_start() -> Value {
    let starts = ["base", "file", "resource"];
    let twos: Vec<Value> = pairs(&starts).map(|(a, b)| json!({"required": [a, b]})).collect();
    json!({"not": {"anyOf": twos}, "errorMessage": "a resource starts from one thing: `base`, `file` or `resource`"})
}

fn case() -> Result<Value, Fault> {
    let case = changes(both(Keys::exact("One resource, and what must come out.")))
        .key(
            "name",
            "A short sentence that says what is special about it.",
            json!({"type": "string", "pattern": "\\S"}),
        )
        .key("policy", "The definition that is tested here: a file, relative to this one.", text())
        .key("resource", "The resource: its body, or where it comes from.", reference("resource"))
        .key(
            "related",
            "All other resources that exist. Without it nothing is known of others.",
            or_null(list(reference("resource"))),
        )
        .key(
            "as",
            "How resources are written: `whole` bodies, a `row` of an export, an entry of a `template`.",
            or_null(one_of(&words(&Form::ALL))),
        )
        .key("reference", "Which reference of the initiative is meant.", or_null(text()))
        .key("assignment", "Which assignment of the tenant is meant.", or_null(text()))
        .key("because", "Why it must be so.", or_null(text()))
        .key("about", "For people.", or_null(text()))
        .key(
            "expect",
            "What must come out: a state, or an object of several expectations.",
            reference("expect"),
        )
        .need(&["name", "expect"]);
    let mut case = case.build();
    same(&case, &CASE_KEYS, "case")?;
    let no_start = json!({"not": {"anyOf": [{"required": ["base"]}, {"required": ["resource"]}]}});
    let changed = json!({"anyOf": [{"required": ["set"]}, {"required": ["remove"]}]});
    case["allOf"] = json!([
        {"not": {"required": ["base", "resource"]}, "errorMessage": "a case starts from one thing: `base` or `resource`"},
        {"if": no_start, "then": {"not": changed, "errorMessage": "`set` and `remove` change a resource, and the case has none"}},
    ]);
    Ok(case)
}

/// An entry of `exempt`. The reader lets a reason be missing until coverage is asked for; here it is always asked for.
fn exemption() -> Result<Value, Fault> {
    let known: Vec<&str> = words(&Goal::WORDS).into_iter().chain(EFFECTS).collect();
    let goal = json!({"anyOf": [{"enum": known}, text()]});
    let exemption = Keys::exact("Goals of coverage that no case can show.")
        .key(
            "policy",
            "The definition that is meant: a file, relative to this one. Without it: the suite's own.",
            or_null(text()),
        )
        .key(
            "condition",
            "Which condition or effect: a JSON Pointer into `policyRule`, such as `/if/allOf/1`.",
            json!({"type": "string", "pattern": "^/"}),
        )
        .key(
            "goals",
            "What of it cannot be shown; without them: all that no case shows.",
            json!({"anyOf": [goal.clone(), list(goal)]}),
        )
        .key("because", "Why no case can show it.", json!({"type": "string", "pattern": "\\S"}))
        .need(&["condition", "because"])
        .build();
    same(&exemption, &EXEMPT_KEYS, "exemption")?;
    Ok(exemption)
}

/// States in the spellings that are read: any case, with blanks and dashes (spec S-3).
fn state() -> Value {
    let states: Vec<&str> = State::ALL.iter().map(|(_, name)| *name).collect();
    json!({"anyOf": [{"enum": states}, {"type": "string", "pattern": spelled(&states)}, {"type": "null"}]})
}

pub fn spelled(states: &[&str]) -> String {
    let words = states.iter().chain(&["Conflicting", "Exempted"]);
    let loose: Vec<String> = words
        .map(|word| {
            let letters =
                word.chars().map(|c| format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase()));
            letters.collect::<Vec<_>>().join("[ _-]*")
        })
        .collect();
    format!("^(?:{})$", loose.join("|"))
}

fn expect() -> Result<Value, Fault> {
    let mut keys = Keys::exact("What must come out; all of it has to hold.");
    for (_, name) in Key::ALL {
        let array_of_texts = list(text());
        let object = json!({"type": "object"});
        let (about, schema) = match name {
            "state" => ("The state of the record; null: there is none.", state()),
            "effect" => ("The effect that holds; null: no policy applies.", or_null(one_of(&EFFECTS))),
            "reason" => ("The reason behind state or verdict.", text()),
            "verdict" => ("What becomes of the request.", one_of(&words(&VERDICTS))),
            "patch" => (
                "What modify or append would change: operations of RFC 6902; null: nothing can be said.",
                json!({"type": ["array", "null"]}),
            ),
            "patched" => ("The resource after the patch.", object),
            "skipped" => ("Reasons of operations that are left out.", array_of_texts),
            "conflicts" => ("Reasons of values that are there and differ.", array_of_texts),
            "failure" => ("The kind of failure of an operation.", text()),
            "details" => ("`then.details`, evaluated.", json!({"type": ["object", "array"]})),
            "deployment" => ("What would be deployed; null: nothing.", json!({"type": ["object", "null"]})),
            "message" => ("Part of what is said of the finding.", text()),
            "error" => (
                "`parse`, `compile` or `evaluate`, the code of a diagnostic, or the kind of a failure.",
                text(),
            ),
            "diagnostics" => ("The codes of all errors and warnings about the policy.", array_of_texts),
            "references" => {
                ("States by the reference's id.", json!({"type": "object", "additionalProperties": state()}))
            }
            other => {
                return Err(Fault::failed(format!("`expect.{other}` has no description for its schema")));
            }
        };
        keys = keys.key(name, about, schema);
    }
    let beside_reason = ["state", "verdict", "effect", "references"].map(|name| json!({"required": [name]}));
    let beside = json!({
        "skipped": ["patch"],
        "conflicts": ["patch"],
        "failure": ["patch"],
        "reason": {"anyOf": beside_reason},
    });
    let object = keys.with("minProperties", 1.into()).with("dependencies", beside).build();
    let mut either = state();
    if let Some(forms) = either["anyOf"].as_array_mut() {
        forms.push(object);
    }
    Ok(either)
}

#[cfg(test)]
mod tests {
    use super::spelled;
    use ordain::State;

    #[test]
    fn states_in_other_spellings_pass() {
        // spec: S-3
        let states: Vec<&str> = State::ALL.iter().map(|(_, name)| *name).collect();
        let pattern = regex::Regex::new(&spelled(&states)).unwrap();
        for word in
            ["noncompliant", "Non-compliant", "NON compliant", "not_evaluated", "Conflicting", "Compliance"]
        {
            assert_eq!(pattern.is_match(word), State::find(word).is_some(), "{word}");
        }
    }
}
