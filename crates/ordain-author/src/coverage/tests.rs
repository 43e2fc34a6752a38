//! Trees worked out by hand; exemptions; the texts that are written.

use super::look::{Look, looks};
use super::*;
use ordain::{Completeness, Context, Engine, RelatedResources};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// A condition that is true where the tag is `1`.
fn tag(name: &str) -> Json {
    json!({"field": format!("tags['{name}']"), "equals": "1"})
}

/// A condition that a row without properties leaves unknown.
fn unknown() -> Json {
    json!({"field": "Microsoft.KeyVault/vaults/enablePurgeProtection", "equals": true})
}

/// A condition that fails.
fn error() -> Json {
    json!({"value": "[int('x')]", "equals": 1})
}

fn rule(condition: Json) -> Json {
    json!({"mode": "All", "policyRule": {"if": condition, "then": {"effect": "audit"}}})
}

fn engine(text: &str) -> Engine {
    Engine::builder().policies(&Source::new("p.json", text)).build().expect("a policy")
}

fn vault(tags: &[&str]) -> Json {
    let tags: serde_json::Map<String, Json> =
        tags.iter().map(|name| ((*name).to_owned(), json!("1"))).collect();
    json!({"type": "Microsoft.KeyVault/vaults", "name": "v", "tags": tags})
}

/// What is seen of each condition, in the order in which it is looked at: truth, a dash where it is not reached, a
/// star where it decides.
fn seen(policy: &Json, resource: &Json, context: &Context) -> String {
    let engine = engine(&policy.to_string());
    let traces = engine.traces(resource, context).expect("a resource");
    let looks = looks(traces[0].explanation().expect("a trace"));
    let short = |look: &Look| {
        let truth = match look.truth {
            Truth::True => "T",
            Truth::False => "F",
            Truth::Unknown(_) => "U",
            Truth::Error => "E",
        };
        let reached = if look.reached { "" } else { "-" };
        let decisive = if look.decisive { "*" } else { "" };
        let number = look.number.map(|n| n.to_string()).unwrap_or_default();
        format!("{reached}{truth}{number}{decisive}")
    };
    looks.iter().map(short).collect::<Vec<_>>().join(" ")
}

#[test]
fn conditions_alone_in_their_combinators() {
    let [a, b, c] = ["a", "b", "c"].map(tag);
    let all = json!({"allOf": [a, b, c]});
    let any = json!({"anyOf": [a, b, c]});
    let nested = json!({"allOf": [a, {"anyOf": [b, {"not": c}]}]});
    let rows: [(&Json, &[&str], &str); 14] = [
        // One condition is the rule: whatever it is, it decides.
        (&a, &["a"], "T*"),
        (&a, &[], "F*"),
        // All true: each alone would make it false.
        (&all, &["a", "b", "c"], "T* T* T*"),
        // One false: it alone would make it true. Behind it nothing is reached.
        (&all, &["a", "c"], "T F* -T"),
        // Two false: turning one leaves the other.
        (&all, &["a"], "T F -F"),
        (&all, &[], "F -F -F"),
        // The same of alternatives with false and true changed about.
        (&any, &[], "F* F* F*"),
        (&any, &["b"], "F T* -F"),
        (&any, &["a", "c"], "T -F -T"),
        // a and (b or not c): with a, not b, c it is false; b and c would each make it true, a would not.
        (&nested, &["a", "c"], "T F* T*"),
        // a, b, c: true for b alone.
        (&nested, &["a", "b", "c"], "T* T* -T"),
        // a, not b, not c: true for not c alone.
        (&nested, &["a"], "T* F F*"),
        // a, b, not c: true for both, so that neither decides.
        (&nested, &["a", "b"], "T* T -F"),
        // not a, b, c: a alone would make it true; the rest is not reached, and would decide nothing.
        (&nested, &["b", "c"], "F* -T -T"),
    ];
    for (condition, tags, expected) in rows {
        let found = seen(&rule(condition.clone()), &vault(tags), &Context::new());
        assert_eq!(found, expected, "{condition} with {tags:?}");
    }
}

#[test]
fn what_is_unknown_or_fails_neither_decides_nor_lets_decide() {
    let [a, b] = ["a", "b"].map(tag);
    let rows: [(Json, &[&str], &str); 6] = [
        // Turning a true one makes unknown false: that is no opposite. What is behind an unknown one is reached.
        (json!({"allOf": [a, unknown(), b]}), &["a", "b"], "T U T"),
        // False whatever the unknown one is, so that the false one does not turn it into true, but into unknown.
        (json!({"allOf": [a, unknown()]}), &[], "F -U"),
        (json!({"anyOf": [unknown(), a]}), &["a"], "U T"),
        // A failure ends the group.
        (json!({"allOf": [error(), a]}), &["a"], "E -T"),
        (json!({"anyOf": [a, error()]}), &["a"], "T -E"),
        // Inside an alternative that does not count the unknown keeps what is around it from turning.
        (json!({"anyOf": [{"allOf": [a, unknown()]}, b]}), &["a"], "T U F"),
    ];
    for (condition, tags, expected) in rows {
        let found = seen(&rule(condition.clone()), &vault(tags), &Context::new().row());
        assert_eq!(found, expected, "{condition} with {tags:?}");
    }
}

const RULES: &str = "Microsoft.Network/networkSecurityGroups/securityRules[*]";

fn group(rules: &[(&str, &str)]) -> Json {
    let rules: Vec<Json> = rules
        .iter()
        .map(|(access, direction)| json!({"properties": {"access": access, "direction": direction}}))
        .collect();
    json!({"type": "Microsoft.Network/networkSecurityGroups", "name": "n", "properties": {"securityRules": rules}})
}

#[test]
fn elements_decide_where_the_count_turns_with_them() {
    let count = |operator: &str, operand: Json| {
        json!({"count": {"field": RULES, "where": {"allOf": [
            {"field": format!("{RULES}.access"), "equals": "Allow"},
            {"field": format!("{RULES}.direction"), "equals": "Inbound"}]}}, operator: operand})
    };
    let (inbound, outbound, denied) = (("Allow", "Inbound"), ("Allow", "Outbound"), ("Deny", "Inbound"));
    type Row<'r> = (Json, &'r [(&'r str, &'r str)], &'r str);
    let rows: [Row<'_>; 8] = [
        (count("greater", json!(0)), &[], "F0*"),
        // One counts: without it none would, so both its conditions decide. The outbound one would be a second.
        (count("greater", json!(0)), &[inbound, outbound], "T1* T* T* T F"),
        // None counts: the outbound one for its direction alone, the denied one for its access alone.
        (count("greater", json!(0)), &[outbound, denied], "F0* T F* F* -T"),
        // Two count: none of them decides.
        (count("greater", json!(0)), &[inbound, inbound], "T2* T T T T"),
        // More than one: with two each decides.
        (count("greater", json!(1)), &[inbound, inbound], "T2* T* T* T* T*"),
        // Exactly one: taking it away and adding one both turn it.
        (count("equals", json!(1)), &[inbound, outbound], "T1* T* T* T F*"),
        // One of several numbers: from one to two or none it stays among them.
        (count("in", json!([0, 1, 2])), &[inbound, outbound], "T1* T T T F"),
        // Where the count does not decide, no element does.
        (
            json!({"allOf": [count("greater", json!(0)), {"field": "name", "equals": "x"}]}),
            &[inbound],
            "T1 T T F*",
        ),
    ];
    for (condition, rules, expected) in rows {
        let found = seen(&rule(condition.clone()), &group(rules), &Context::new());
        assert_eq!(found, expected, "{condition} with {rules:?}");
    }
}

#[test]
fn candidates_are_alternatives() {
    let policy = json!({"mode": "All", "policyRule": {
        "if": {"field": "type", "equals": "Microsoft.KeyVault/vaults"},
        "then": {"effect": "auditIfNotExists", "details": {
            "type": "Microsoft.Insights/diagnosticSettings", "existenceCondition": {"allOf": [
                {"field": "name", "like": "x*"}, {"field": "name", "notEquals": "xx"}]}}}}});
    let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v";
    let rows: [(&[&str], &str); 6] = [
        (&[], "T*"),
        // The one candidate satisfies: each condition decides.
        (&["xa"], "T* T* T*"),
        (&["a"], "T* F* -T"),
        (&["xx"], "T* T F*"),
        // The first does not, the second does; nothing of the first would change that.
        (&["a", "xa"], "T* F -T T* T*"),
        // What stands behind the first that satisfies is not reached.
        (&["xa", "xx"], "T* T* T* -T -F"),
    ];
    for (names, expected) in rows {
        let mut related = RelatedResources::new().assume_complete();
        for name in names {
            let id = format!("{id}/providers/Microsoft.Insights/diagnosticSettings/{name}");
            let setting = json!({"type": "Microsoft.Insights/diagnosticSettings", "name": name, "id": id});
            related.add(&setting, Completeness::Whole, false);
        }
        let context = Context::new().related(Arc::new(related));
        let vault = json!({"type": "Microsoft.KeyVault/vaults", "name": "v", "id": id});
        assert_eq!(seen(&policy, &vault, &context), expected, "{names:?}");
    }
}

/// Eight goals: two conditions of three goals each, and the effect's two.
const POLICY: &str = r#"{
  "mode": "All",
  "parameters": {"effect": {"type": "String", "allowedValues": ["Audit", "Disabled"], "defaultValue": "Audit"}},
  "policyRule": {
    "if": {"allOf": [
      {"field": "tags['a']", "equals": "1"},
      // COMMENT
      {"field": "tags['b']", "equals": "1"}
    ]},
    "then": {"effect": "[parameters('effect')]"}
  }
}
"#;

fn report(text: &str, cases: &[(&str, &[&str])], exemptions: Vec<Exemption>) -> Report {
    let mut coverage = Coverage::new();
    for (effect, tags) in cases {
        let builder = Engine::builder().policies(&Source::new("p.json", text)).parameter("effect", *effect);
        let engine = builder.build().expect("a policy");
        let vault = vault(tags);
        let traces = engine.traces(&vault, &Context::new()).expect("a resource");
        traces.iter().for_each(|trace| coverage.see(trace));
    }
    exemptions.into_iter().for_each(|exemption| coverage.exempt(exemption));
    coverage.finish()
}

fn missing_of(report: &Report) -> Vec<String> {
    let missing = report.policies[0].missing();
    missing.map(|(item, goal)| format!("{} {goal}", item.pointer)).collect()
}

fn exemption(pointer: &str, goals: &[&str], because: &str) -> Exemption {
    Exemption {
        policy: "p.json".to_owned(),
        pointer: pointer.to_owned(),
        goals: goals.iter().map(|goal| (*goal).to_owned()).collect(),
        because: because.to_owned(),
        place: (Source::new("s.test.json", "{}"), Span::new(0, 2)),
    }
}

#[test]
fn goals_are_counted() {
    type Cases<'c> = &'c [(&'c str, &'c [&'c str])];
    let rows: [(Cases<'_>, (usize, usize), &[&str]); 4] = [
        (
            &[("Disabled", &["a", "b"])],
            // What is off shows that it can be, and nothing of its rule: 1 of 8.
            (1, 12),
            &[
                "/if/allOf/0 true",
                "/if/allOf/0 false",
                "/if/allOf/0 decisive",
                "/if/allOf/1 true",
                "/if/allOf/1 false",
                "/if/allOf/1 decisive",
                "/then/effect Audit",
            ],
        ),
        (
            // Both true: true and decisive of each, and the effect: 5 of 8.
            &[("Audit", &["a", "b"])],
            (5, 62),
            &["/if/allOf/0 false", "/if/allOf/1 false", "/then/effect Disabled"],
        ),
        (
            // Neither: the first is false, the second not reached, none decides.
            &[("Audit", &[])],
            (1, 12),
            &[
                "/if/allOf/0 true",
                "/if/allOf/0 decisive",
                "/if/allOf/1 true",
                "/if/allOf/1 false",
                "/if/allOf/1 decisive",
                "/then/effect Audit",
                "/then/effect Disabled",
            ],
        ),
        (&[("Audit", &["a", "b"]), ("Audit", &["a"]), ("Audit", &["b"]), ("Disabled", &[])], (8, 100), &[]),
    ];
    for (cases, (shown, percent), missing) in rows {
        let report = report(POLICY, cases, Vec::new());
        assert_eq!(report.diagnostics, [], "{cases:?}");
        let counts = report.counts();
        assert_eq!((counts.shown, counts.percent(), counts.goals), (shown, percent, 8), "{cases:?}");
        assert_eq!(missing_of(&report), missing, "{cases:?}");
    }
}

#[test]
fn exempt_goals_are_not_wanted() {
    let cases: &[(&str, &[&str])] = &[("Audit", &["a", "b"])];
    let given = vec![
        exemption("/if/allOf/0", &["false"], "resources without the tag are not exported"),
        exemption("/if/allOf/1", &[], "nor those"),
    ];
    let report = report(POLICY, cases, given);
    assert_eq!(report.diagnostics, []);
    let counts = report.counts();
    // 5 shown of 8, 2 exempt: 5 of 6.
    assert_eq!((counts.shown, counts.exempt, counts.wanted(), counts.percent()), (5, 2, 6, 83));
    assert_eq!(missing_of(&report), ["/then/effect Disabled"]);
}

#[test]
fn exemptions_that_are_wrong() {
    let cases: &[(&str, &[&str])] = &[("Audit", &["a", "b"]), ("Audit", &["a"])];
    let rows = [
        (exemption("/if/allOf/1", &[], " "), UNREASONED),
        (exemption("/if/allOf/2", &[], "x"), MISPLACED),
        (exemption("/if/allOf", &[], "x"), MISPLACED),
        (exemption("/if/allOf/0", &["many"], "x"), MISPLACED),
        (exemption("/then/effect", &["Deny"], "x"), MISPLACED),
        // Its goals are all shown; one that is named is.
        (exemption("/if/allOf/1", &[], "x"), UNNEEDED),
        (exemption("/if/allOf/0", &["decisive"], "x"), UNNEEDED),
        (Exemption { policy: "q.json".to_owned(), ..exemption("/if", &[], "x") }, MISPLACED),
    ];
    for (given, code) in rows {
        let what = format!("{given:?}");
        let report = report(POLICY, cases, vec![given]);
        let codes: Vec<&str> = report.diagnostics.iter().map(Diagnostic::code).collect();
        assert_eq!(codes, [code], "{what}");
        assert_eq!(report.counts().exempt, 0, "{what}");
    }
}

#[test]
fn comments_exempt_what_follows() {
    let cases: &[(&str, &[&str])] = &[("Audit", &["a", "b"])];
    let rows = [
        ("ordain: undecidable because they come in pairs", "", 1),
        ("ordain: undecidable", UNREASONED, 0),
        ("what ordain says", "", 0),
    ];
    for (comment, code, exempt) in rows {
        let report = report(&POLICY.replace("COMMENT", comment), cases, Vec::new());
        let codes: Vec<&str> = report.diagnostics.iter().map(Diagnostic::code).collect();
        assert_eq!(
            codes,
            [code].into_iter().filter(|code| !code.is_empty()).collect::<Vec<_>>(),
            "{comment}"
        );
        assert_eq!(report.counts().exempt, exempt, "{comment}");
    }
    let shown: &[(&str, &[&str])] = &[("Audit", &["a", "b"]), ("Audit", &["a"])];
    let report = report(&POLICY.replace("COMMENT", rows[0].0), shown, Vec::new());
    assert_eq!(report.diagnostics.iter().map(Diagnostic::code).collect::<Vec<_>>(), [UNNEEDED]);
}

#[test]
fn policies_that_no_case_reaches_count() {
    let mut coverage = Coverage::new();
    let engine = engine(POLICY);
    engine.policies().for_each(|policy| coverage.add(policy));
    engine.policies().for_each(|policy| coverage.add(policy));
    let report = coverage.finish();
    assert_eq!(report.policies.len(), 1);
    assert_eq!((report.counts().shown, report.counts().goals, report.counts().percent()), (0, 8, 0));
    assert_eq!(Counts::default().percent(), 100);
}

#[test]
fn what_would_show_a_goal() {
    let report = report(POLICY, &[("Audit", &[])], Vec::new());
    let told: Vec<String> = report.policies[0]
        .missing()
        .map(|(item, goal)| format!("{}: {}: {}", item.text, missing(goal), wanted(item, goal)))
        .collect();
    assert_eq!(
        told,
        [
            "tags['a'] equals \"1\": never true: a case in which it holds",
            "tags['a'] equals \"1\": never decisive: a case in which it alone decides: the other member of its `allOf` true",
            "tags['b'] equals \"1\": never true: a case in which it holds, and nothing before it has decided",
            "tags['b'] equals \"1\": never false: a case in which it does not hold, and nothing before it has decided",
            "tags['b'] equals \"1\": never decisive: a case in which it alone decides: the other member of its `allOf` true",
            "effect: `Audit` never seen: a case with `effect: Audit` in which the rule is true",
            "effect: `Disabled` never seen: a case with `effect: Disabled`",
        ]
    );
}

#[test]
fn a_tracefile() {
    let given = vec![exemption("/if/allOf/1", &["false"], "x")];
    let report = report(POLICY, &[("Audit", &["a", "b"]), ("Audit", &[])], given);
    // Lines 6, 8, 10: first condition judged twice, the second once, the effect seen once.
    let expected = "TN:\nSF:p.json\n\
        BRDA:6,0,0,1\nBRDA:6,0,1,1\nBRDA:6,0,2,1\n\
        BRDA:8,1,0,1\nBRDA:8,1,2,1\n\
        BRDA:10,2,0,1\nBRDA:10,2,1,0\n\
        BRF:7\nBRH:6\nDA:6,2\nDA:8,1\nDA:10,1\nLF:3\nLH:3\nend_of_record\n";
    assert_eq!(lcov::write(&report), expected);
}

#[test]
fn a_page_needs_nothing_else_and_escapes() {
    let text = POLICY.replace("\"1\"}\n    ]", "\"<&>\"}\n    ]");
    let report = report(&text, &[("Audit", &["a"])], Vec::new());
    let page = html::write(&report);
    assert!(page.contains("&quot;&lt;&amp;&gt;&quot;") && !page.contains("<&>"));
    assert!(!page.contains("http") && !page.contains("src=") && !page.contains("<script"));
    // The first condition: true, never false, not decisive. The second: false and decisive, never true.
    assert!(
        page.contains("title=\"true 1 · false 0 · decisive 0\">&quot;equals&quot;: &quot;1&quot;</mark>")
    );
    assert!(page.contains("<mark class=\"part\" title=\"true 0 · false 1 · decisive 1\">"));
    assert!(page.contains("<h1>Coverage of policies: 37%</h1>"), "3 of 8");
    assert!(page.contains("prefers-color-scheme: dark"));
}
