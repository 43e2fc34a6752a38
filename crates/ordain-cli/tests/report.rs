//! The report for people and for programs, on the example export.

mod common;

use common::{Call, on_terminal, ordain, piped, snapshot};
use serde_json::Value;

const REGISTRIES: &str = "examples/registries.json";

#[test]
fn findings_of_the_example() {
    let ran = ordain(&["eval", REGISTRIES, "examples/network.json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    snapshot("registries", &ran.out);
}

#[test]
fn narrow_and_without_unicode() {
    snapshot("registries-80", &on_terminal(80).run(&["eval", REGISTRIES]).out);
    let mut call = on_terminal(100);
    call.variables.push(("LC_ALL", "C"));
    let ran = call.run(&["eval", "examples/network.json"]);
    assert!(ran.out.is_ascii(), "{}", ran.out);
    snapshot("network-ascii", &ran.out);
}

#[test]
fn many_findings_are_counted_by_policy() {
    let policy = common::folder("many-findings").join("p.json");
    let rule = r#"{"mode":"All","displayName":"Logs","policyRule":{"if":{"field":"type","equals":"A.B/c"},"then":{"effect":"deployIfNotExists",
        "details":{"type":"A.B/d","roleDefinitionIds":["r"],"deployment":{"properties":{"mode":"incremental","template":{}}}}}}}"#;
    std::fs::write(&policy, rule).unwrap();
    let rows: Vec<String> = (0..1_001)
        .map(|n| format!(r#"{{"type":"A.B/c","id":"/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/g/providers/A.B/c/n{n}","properties":{{}}}}"#))
        .collect();
    let call = Call { stdin: rows.join("\n").into(), ..on_terminal(100) };
    let ran = call.run(&["eval", "-", "--assume-complete", "-p", policy.to_str().unwrap()]);
    assert!(ran.out.starts_with("    1001  ✗ deploy  Logs\n"), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("\n  ✗ deploy Logs\n"), "{}", ran.out);
}

#[test]
fn details_show_both_documents() {
    let ran = ordain(&["eval", "--details", "examples/network.json"]);
    snapshot("network-details", &ran.out);
}

#[test]
fn colours_where_they_are_wanted() {
    let coloured = |call: &Call, arguments: &[&str]| {
        let mut line = vec!["eval", "examples/network.json"];
        line.extend(arguments);
        call.run(&line).out.contains('\u{1b}')
    };
    let mut terminal = on_terminal(80);
    assert!(!coloured(&terminal, &[]), "NO_COLOR");
    assert!(coloured(&terminal, &["--color", "always"]));
    terminal.variables.clear();
    assert!(coloured(&terminal, &[]));
    assert!(!coloured(&terminal, &["--color", "never"]));
    assert!(!coloured(&Call::default(), &[]));
    let forced = Call { variables: vec![("CLICOLOR_FORCE", "1")], ..Call::default() };
    assert!(coloured(&forced, &[]));
}

#[test]
fn json_says_the_same() {
    let ran = ordain(&["eval", "--format", "json", REGISTRIES]);
    let report: Value = serde_json::from_str(&ran.out).expect("one document");
    assert_eq!(report["schemaVersion"], 1);
    let outcomes =
        || report["results"].as_array().into_iter().flatten().flat_map(|r| r["outcomes"].as_array().unwrap());
    let findings = outcomes().filter(|o| o["state"] == "NonCompliant").count();
    assert_eq!(report["summary"]["findings"], findings);
    let legacy = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["resource"]["name"] == "contosolegacy")
        .unwrap();
    let shown = legacy["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|o| o["policy"]["name"] == "acr-admin-user-disabled");
    snapshot("outcome", &format!("{:#}\n", shown.expect("an outcome")));
}

#[test]
fn a_result_a_line() {
    let ran = ordain(&["eval", "--format", "ndjson", REGISTRIES]);
    let lines: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let summary = &lines.last().unwrap()["summary"];
    assert_eq!(summary["rows"]["evaluated"], lines.len() - 1);
}

/// Every container of spec I-13 with the same registry.
#[test]
fn containers_of_one_row() {
    // spec: I-10, I-13, I-18
    let row = r#"{"id":"/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r","name":"r","type":"Microsoft.ContainerRegistry/registries","location":"westeurope","properties":{"adminUserEnabled":true}}"#;
    let cells: Vec<&str> = vec!["id", "name", "type", "location", "properties"];
    let value: Value = serde_json::from_str(row).unwrap();
    let table = serde_json::json!({ "data": {
        "columns": cells.iter().map(|c| serde_json::json!({ "name": c, "type": "string" })).collect::<Vec<_>>(),
        "rows": [cells.iter().map(|c| value[*c].clone()).collect::<Vec<_>>()] } });
    let gzip = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut encoder, row.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let zstd = ruzstd::encoding::compress_to_vec(row.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    let utf16_big: Vec<u8> =
        [0xFE, 0xFF].into_iter().chain(row.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(row.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let inputs: Vec<(&str, Vec<u8>)> = vec![
        ("object", row.into()),
        ("array", format!("[{row}]").into()),
        ("list", format!("{{\"value\":[{row}]}}").into()),
        ("graph", format!("{{\"count\":1,\"data\":[{row}],\"total_records\":1}}").into()),
        ("PowerShell", format!("{{\"Data\":[{row}],\"SkipToken\":null}}").into()),
        ("table", table.to_string().into()),
        ("lines", format!("{row}\n").into()),
        ("gzip", gzip),
        ("zstd", zstd),
        ("UTF-8 with mark", format!("\u{feff}{row}").into()),
        ("UTF-16", utf16),
        ("UTF-16 of the other order", utf16_big),
    ];
    for (name, bytes) in inputs {
        let ran = piped(bytes, &["eval", "--format", "json"]);
        let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(report["summary"]["rows"]["evaluated"], 1, "{name}: {}", ran.err);
        assert_eq!(report["summary"]["resources"]["nonCompliant"], 1, "{name}");
        assert_eq!(ran.err, "", "{name}");
    }
    let two = piped(format!("{row}\n\n{row}"), &["eval", "--format", "json"]);
    assert!(two.out.contains("\"evaluated\":2"), "{}", two.out);
}

#[test]
fn broken_lines_leave_the_others() {
    // spec: I-6
    let good = r#"{"type":"A.B/c"}"#;
    let table = [
        (vec![good, "{oh", "{no", good], 2, 2),
        (vec!["{\"oh", "{no", good, good], 2, 2),
        (vec![good, "{\"type\": \"A.B", "c\"}", good, "", "{oh", "{no"], 2, 4),
        (vec![good, "Finished", good], 2, 1),
    ];
    for (lines, read, broken) in table {
        let text = lines.join("\n");
        let ran = piped(text.clone(), &["eval"]);
        let all = read + broken;
        let errors = if broken == 1 { "1 error" } else { &format!("{broken} errors") };
        let expected =
            format!("{all} rows: 0 evaluated, {read} not applicable, 0 skipped, 0 duplicate, {errors}\n");
        assert!(ran.out.contains(&expected), "{text}\n{}", ran.out);
        assert_eq!((ran.code, ran.err.matches("BadRow").count()), (2, broken), "{text}\n{}", ran.err);
    }
}

#[test]
fn policy_objects_among_the_resources_are_named() {
    // spec: I-11, I-80
    let row = |kind: &str, name: &str, body: &str| {
        let kind = format!("Microsoft.Authorization/{kind}");
        format!(
            r#"{{"id":"/subscriptions/11111111-2222-4333-8444-555555555555/providers/{kind}/{name}","type":"{kind}","properties":{body}}}"#
        )
    };
    let assignment = r#"{"policyDefinitionId":"/d","displayName":"a"}"#;
    let rows = [
        row("policyAssignments", "a", assignment),
        row("policyAssignments", "b", assignment),
        row("policyExemptions", "e", r#"{"exemptionCategory":"Waiver"}"#),
        format!(r#"{{"name":"bare","properties":{assignment}}}"#),
        r#"{"name":"bare","policyDefinitions":[]}"#.to_owned(),
    ];
    let ran = piped(format!("[{}]", rows.join(",")), &["eval"]);
    let counted =
        "3 rows: 0 evaluated, 3 not applicable, 0 skipped, 0 duplicate, 0 errors; 2 other documents\n";
    assert!(ran.out.contains(counted), "{}", ran.out);
    assert_eq!(ran.err.matches("[PolicyObjects]").count(), 1, "{}", ran.err);
    assert!(ran.err.contains("a policy assignment (2), an exemption (1)"), "{}", ran.err);
    assert!(ran.err.contains("this is an initiative, not a resource"), "{}", ran.err);
    assert_eq!(ran.code, 2);
}

#[test]
fn duplicates_are_counted_where_asked() {
    // spec: I-37, I-80
    let row = |id: &str, more: &str| {
        format!(
            r#"{{"type":"A.B/c","id":"/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/g/providers/A.B/c/{id}"{more}}}"#
        )
    };
    let rows = [
        row("one", r#","location":"x","tags":{"a":1}"#),
        row("one", r#", "tags" : {"a":1}, "location":"\u0078""#),
        row("two", ""),
        row("TWO/", r#","location":"y""#),
        r#"{"type":"A.B/c","name":"n"}"#.to_owned(),
        r#"{"type":"A.B/c","name":"n"}"#.to_owned(),
    ];
    let text = rows.join("\n");
    let ran = piped(text.clone(), &["eval"]);
    assert!(
        ran.out.contains("6 rows: 0 evaluated, 6 not applicable, 0 skipped, 0 duplicate, 0 errors"),
        "{}",
        ran.out
    );
    let ran = piped(text, &["eval", "--unique"]);
    assert!(
        ran.out.contains("6 rows: 0 evaluated, 4 not applicable, 0 skipped, 2 duplicate, 0 errors"),
        "{}",
        ran.out
    );
    // The first pair says the same; of the second the later row is told.
    assert_eq!(ran.err.matches("DuplicateResource").count(), 1, "{}", ran.err);
    assert!(ran.err.contains("<stdin>:4:1"), "{}", ran.err);
    assert_eq!(ran.code, 0);
}

#[test]
fn rows_and_states_add_up() {
    // spec: I-80, I-81
    let rows = r#"
        {"type":"Microsoft.ContainerRegistry/registries","id":"/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r","location":"x"}
        {"type":"A.B/c","id":"/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/g/providers/A.B/c/r"}
        {"id":"/providers/Microsoft.Management/managementGroups/m"}
        {"name":"nothing"}
        {"type":"Microsoft.ContainerRegistry/registries","name":"r","location":"x","properties":{}}
        {"type":"Micro"#;
    let ran = piped(rows, &["eval", "--show-not-applicable"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.out.contains("6 rows: 2 evaluated, 1 not applicable, 1 skipped, 0 duplicate, 2 errors"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains(
            "2 resources under 32 policies: 0 compliant, 2 non-compliant, 0 not evaluated, 0 error"
        ),
        "{}",
        ran.out
    );
    snapshot("accounting", &format!("{}\n----\n{}", ran.out, ran.err));
}

#[test]
fn exit_codes() {
    // spec: S-35, I-82, I-85
    let fine = r#"{"type":"A.B/c","name":"x"}"#;
    let code = |stdin: &str, arguments: &[&str]| piped(stdin, arguments).code;
    assert_eq!(code(fine, &["eval"]), 0);
    assert_eq!(code("[]", &["eval"]), 0);
    assert_eq!(code("{\"value\":[]}", &["eval", "-"]), 0);
    assert_eq!(code("", &["eval"]), 2);
    assert_eq!(code("{}", &["eval"]), 2);
    assert_eq!(code("", &["eval", REGISTRIES]), 1);
    assert_eq!(code("", &["eval", REGISTRIES, "--fail-on", "none"]), 0);
    assert_eq!(code("", &["eval", REGISTRIES, "--fail-on", "NonCompliant"]), 1);
    assert_eq!(code("", &["eval", REGISTRIES, "--fail-on", "odd"]), 2);
    assert_eq!(code("", &["eval", REGISTRIES, "--param", "odd"]), 2);
    assert_eq!(code("", &["eval", REGISTRIES, "nowhere.json"]), 2);
    assert_eq!(code("", &["eval", REGISTRIES, "--now", "yesterday"]), 2);
    assert_eq!(code("", &["--help"]), 0);
    assert_eq!(code("", &["eval", "--help"]), 0);
    assert_eq!(code("", &["--version"]), 0);
    assert_eq!(code("", &["evil"]), 2);
    let nothing = on_terminal(80).run(&["eval"]);
    assert_eq!(nothing.code, 2);
    assert!(nothing.err.starts_with("error: nothing to judge"), "{}", nothing.err);
}

#[test]
fn help_ends_with_codes_and_examples_that_run() {
    let help = ordain(&["eval", "--help"]).out;
    let (_, examples) = help.split_once("Examples:\n").expect("examples");
    let ours: Vec<&str> =
        examples.lines().map(|line| line.rsplit("| ").next().unwrap_or(line).trim()).collect();
    assert_eq!(ours.len(), 3);
    for line in ours {
        let words: Vec<&str> =
            line.strip_prefix("ordain ").expect("a call").split(' ').map(|w| w.trim_matches('\'')).collect();
        let ran = piped("[]", &words);
        assert!(ran.code < 2, "{line}: {}", ran.err);
    }
}

#[test]
fn parameters_change_verdicts() {
    // spec: D-54, D-61
    let ran = ordain(&["eval", REGISTRIES, "--param", "effect=Disabled"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let folder = common::folder("parameters");
    let file = folder.join("p.json");
    for text in [
        r#"{"effect":"Disabled"}"#,
        r#"{"$schema":"x","contentVersion":"1","parameters":{"effect":{"value":"Disabled"}}}"#,
    ] {
        std::fs::write(&file, text).unwrap();
        assert_eq!(ordain(&["eval", REGISTRIES, "--params", file.to_str().unwrap()]).code, 0);
    }
    let ran = ordain(&["eval", REGISTRIES, "--param", "efect=Audit"]);
    assert!(
        ran.err.contains("UnknownParameter") && ran.err.contains("did you mean `effect`?"),
        "{}",
        ran.err
    );
}

#[test]
fn picked_rows_keep_their_places() {
    let picked = ordain(&["eval", REGISTRIES, "--pick", "$.value[?@.name == 'contosolegacy']"]);
    let whole = ordain(&["eval", REGISTRIES]).out;
    let line = |text: &str| {
        text.lines()
            .find(|l| l.contains("encryption.status is `disabled`"))
            .map(|l| l.rsplit(' ').next().unwrap().to_owned())
    };
    assert!(picked.out.contains("1 row: 1 evaluated"), "{}", picked.out);
    assert_eq!(line(&picked.out), line(&whole));
    assert_eq!(ordain(&["eval", REGISTRIES, "--pick", "$.nothing"]).code, 2);
    assert_eq!(ordain(&["eval", REGISTRIES, "--pick", "value"]).code, 2);
}

#[test]
fn a_picked_row_that_is_too_deep_is_one_error() {
    // spec: I-83
    let row = |depth: usize| {
        format!(r#"{{"type":"A.B/c","properties":{{"deep":{}{}}}}}"#, "[".repeat(depth), "]".repeat(depth))
    };
    // The row and its properties are two levels.
    let text = format!(r#"{{"rows":[{},{},{}]}}"#, row(1), row(127), row(126));
    let ran = piped(text, &["eval", "--pick", "$.rows[*]"]);
    assert!(
        ran.out.contains("3 rows: 0 evaluated, 2 not applicable, 0 skipped, 0 duplicate, 1 error\n"),
        "{}",
        ran.out
    );
    assert_eq!((ran.code, ran.err.matches("TooDeep").count()), (2, 1), "{}", ran.err);
}

#[test]
fn secrets_are_masked() {
    let policy = common::folder("secrets").join("p.json");
    let rule = r#"{"mode":"All","policyRule":{"if":{"field":"Microsoft.Sql/servers/administratorLoginPassword","like":"*"},"then":{"effect":"audit"}}}"#;
    std::fs::write(&policy, rule).unwrap();
    let row = r#"{"type":"Microsoft.Sql/servers","name":"s","properties":{"administratorLoginPassword":"hunter2"}}"#;
    for format in ["text", "json", "ndjson"] {
        let line = ["eval", "-p", policy.to_str().unwrap(), "--format", format];
        assert!(!piped(row, &line).out.contains("hunter2"), "{format}");
        assert!(piped(row, &[&line[..], &["--show-values"]].concat()).out.contains("hunter2"), "{format}");
    }
    // The snippet shows the line of the resource: values of secrets are not to be seen there either.
    let line = ["eval", "-p", policy.to_str().unwrap(), "--details"];
    assert!(!piped(row, &line).out.contains("hunter2"));
}

#[test]
fn split_definitions_in_a_folder() {
    // spec: D-13, D-19
    let folder = common::folder("split");
    let part = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    part(
        "tags.rules.json",
        r#"{"if":{"field":"[parameters('f')]","exists":"false"},"then":{"effect":"audit"}}"#,
    );
    part("tags.parameters.json", r#"{"f":{"type":"String","defaultValue":"tags.env"}}"#);
    let ran = piped(
        r#"{"type":"A.B/c","location":"x"}"#,
        &["eval", "-p", folder.to_str().unwrap(), "--default-mode", "all"],
    );
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
}

#[test]
fn effects_beyond_audit_and_deny() {
    // spec: E-15, E-18, E-30
    let folder = common::folder("effects");
    let rules = [
        ("manual", r#"{"effect": "manual"}"#, "Unknown"),
        ("protect", r#"{"effect": "denyAction", "details": {"actionNames": ["delete"]}}"#, "Protected"),
        (
            "modify",
            r#"{"effect": "modify", "details": {"operations": [
            {"operation": "add", "field": "tags.a", "value": "1"}]}}"#,
            "NonCompliant",
        ),
    ];
    for (name, then, state) in rules {
        let policy = format!(
            r#"{{"mode": "All", "policyRule": {{"if": {{"field": "type", "equals": "A.B/c"}}, "then": {then}}}}}"#
        );
        let path = folder.join(format!("{name}.json"));
        std::fs::write(&path, policy).unwrap();
        let row = r#"{"type": "A.B/c", "name": "n", "properties": {}}"#;
        let eval = |format: &str| piped(row, &["eval", "-p", path.to_str().unwrap(), "--format", format]);
        let report: Value = serde_json::from_str(&eval("json").out).expect("one document");
        assert_eq!(report["results"][0]["outcomes"][0]["state"], state);
        assert_eq!(report["summary"]["resources"]["compliant"], 0, "{name}: {report:#}");
        let text = eval("text").out;
        assert_eq!(text.contains("somebody has to attest"), state == "Unknown", "{text}");
    }
}

/// A stream whose other end is closed.
struct Gone;

impl std::io::Write for Gone {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }
}

fn with_streams(
    stdin: &str,
    stdout: &mut dyn std::io::Write,
    stderr: &mut dyn std::io::Write,
    file: &str,
) -> u8 {
    common::root();
    let mut world = ordain_cli::World {
        stdin: &mut stdin.as_bytes(),
        stdout,
        stderr,
        stopped: &std::sync::atomic::AtomicBool::new(false),
        terminals: ordain_cli::Terminals::default(),
        variable: &|_| None,
    };
    ordain_cli::run(["ordain", "eval", file].map(Into::into), &mut world).code()
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    assert_eq!(with_streams("", &mut Gone, &mut std::io::sink(), REGISTRIES), 0);
}

#[test]
fn messages_that_nobody_takes_change_nothing() {
    // spec: S-35
    let mut out = Vec::new();
    assert_eq!(with_streams("{\"type\":\"A.B/c\"}\n{oh\n", &mut out, &mut Gone, "-"), 2);
    assert!(String::from_utf8(out).unwrap().contains("2 rows: "));
    assert_eq!(with_streams("", &mut std::io::sink(), &mut Gone, "nowhere.json"), 2);
}

/// An initiative that has one definition three times, once in no group, and a resource of which one policy fails.
#[test]
fn what_is_rolled_up_hides_nothing() {
    // spec: S-25, S-32, S-33, G-29
    let subscription = "/subscriptions/5c1a0e6e-3f0b-4c59-9a3a-6b7f0e2d4a11";
    let authorization = format!("{subscription}/providers/Microsoft.Authorization");
    let definition = |name: &str, condition: Value| {
        serde_json::json!({ "id": format!("{authorization}/policyDefinitions/{name}"), "name": name, "properties": {
            "mode": "All", "displayName": name, "policyRule": {
                "if": { "allOf": [{ "field": "type", "equals": "Microsoft.Compute/disks" }, condition] },
                "then": { "effect": "audit" } } } })
    };
    let reference = |name: &str, id: &str, groups: &[&str]| {
        serde_json::json!({ "policyDefinitionId": format!("{authorization}/policyDefinitions/{name}"),
            "policyDefinitionReferenceId": id, "groupNames": groups })
    };
    let initiative = format!("{authorization}/policySetDefinitions/i");
    let assignment = format!("{authorization}/policyAssignments/a");
    let disk =
        |name: &str| format!("{subscription}/resourceGroups/g/providers/Microsoft.Compute/disks/{name}");
    let row = |name: &str| {
        serde_json::json!({ "id": disk(name), "type": "Microsoft.Compute/disks", "name": name,
            "location": "westeurope", "properties": {} })
    };
    let documents = serde_json::json!([
        definition("tagged", serde_json::json!({ "field": "tags.env", "exists": true })),
        definition("number", serde_json::json!({ "value": "[int(field('name'))]", "equals": 0 })),
        { "id": initiative, "name": "i", "properties": { "displayName": "i", "policyDefinitionGroups": [{ "name": "g1" }],
            "policyDefinitions": [reference("tagged", "first", &["g1"]), reference("tagged", "second", &["g1"]),
                reference("tagged", "third", &[]), reference("number", "fourth", &[])] } },
        { "id": assignment, "name": "a", "properties": { "displayName": "a", "policyDefinitionId": initiative } },
        { "id": format!("{}/providers/Microsoft.Authorization/policyExemptions/e", disk("2")), "name": "e",
            "properties": { "policyAssignmentId": assignment, "exemptionCategory": "Waiver" } },
        row("1"), row("2"), row("x"),
    ]);
    let folder = common::folder("rolled-up");
    std::fs::write(folder.join("all.json"), documents.to_string()).unwrap();
    let eval = |more: &[&str]| ordain(&[&["eval", "--tenant", folder.to_str().unwrap()], more].concat()).out;
    let squeezed = |out: &str| {
        out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    // 1: compliant under all four. 2: exempt from all four. x: compliant under three, an error under the fourth,
    // so that it rolls up to compliant (S-24), and 3 of 3 are good.
    let out = squeezed(&eval(&[]));
    let end = "3 resources under 4 policies: 2 compliant, 0 non-compliant, 0 not evaluated, 0 error, 1 exempt · of 12 records: 1 error · 0 findings, 0 would be denied 0 ms";
    assert_eq!(out.last().map(String::as_str), Some(end));
    let head = "a assigned at subscription 5c1a0e6e-3f0b-4c59-9a3a-6b7f0e2d4a11 · enforced 100% compliant, 1 exempt, 1 error";
    let lines = [
        head,
        "g1 ██████████ 3 of 3, 1 exempt",
        "✓ tagged (first) 3 of 3, 1 exempt",
        "✓ tagged (second) 3 of 3, 1 exempt",
        "in no group",
        "✓ tagged (third) 3 of 3, 1 exempt",
        // Called as no other is: its name is enough. 1 compliant, 2 exempt, x failed.
        "✓ number 2 of 3, 1 exempt, 1 error",
    ];
    assert_eq!(out[..lines.len()], lines);
    // In short the same, bars of groups before those of the policies in none.
    let short = squeezed(&eval(&["--summary"]));
    let lines = [
        head,
        lines[1],
        "in no group",
        "tagged (third) ██████████ 3 of 3, 1 exempt",
        "number ██████░░░░ 2 of 3, 1 exempt, 1 error",
    ];
    assert_eq!(short[..lines.len()], lines);
    let report: Value = serde_json::from_str(&eval(&["--format", "json"])).unwrap();
    assert_eq!(
        report["summary"]["records"],
        serde_json::json!({ "total": 12, "notEvaluated": 0, "error": 1 })
    );
}

#[test]
fn help_has_no_stray_characters() {
    for command in ["eval", "check", "fix"] {
        let help = ordain(&[command, "--help"]);
        let text = format!("{}{}", help.out, help.err);
        assert!(text.contains("machine's") && !text.contains('\\'), "{text}");
    }
}
