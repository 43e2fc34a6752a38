//! Definitions in parts: the rule, the parameters and the rest in files of their own (spec D-13, D-19); initiatives
//! likewise.

mod initiative;

use super::find::Found;
use ordain::json::{Dialect, Json, read};
use ordain::{Diagnostic, Node as _, Source};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a file's name says that it may hold. Its content has the last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Rules,
    Parameters,
    Properties,
    Definitions,
    Groups,
}

/// Files of one folder with one stem.
#[derive(Default)]
struct Family {
    whole: Option<usize>,
    rules: Option<usize>,
    parameters: Option<usize>,
    properties: Option<usize>,
    definitions: Option<usize>,
    groups: Option<usize>,
}

impl Family {
    fn is_whole_alone(&self) -> bool {
        let parts = [self.rules, self.parameters, self.properties, self.definitions, self.groups];
        parts.iter().all(Option::is_none)
    }

    /// A rule may bear the name of a whole file. Asked only where there is more of the family: most files are alone,
    /// and are parsed once, by the engine.
    fn settle_rule(&mut self, read: &[(Found, Source)]) {
        let Some(at) = self.whole.filter(|_| !self.is_whole_alone()) else { return };
        if read.get(at).is_some_and(|(_, source)| holds_rule_alone(source)) {
            self.whole = None;
            self.rules = self.rules.map_or(Some(at), |rules| Some(rules.min(at)));
        }
    }
}

/// The texts to read as policies, in the given order: parts that repeat a whole file are left out, parts without one are put
/// together. Files that were named stand for themselves.
pub fn combined(read: Vec<(Found, Source)>, diagnostics: &mut Vec<Diagnostic>) -> Vec<(bool, Source)> {
    let mut families: BTreeMap<(PathBuf, String), Family> = BTreeMap::new();
    for (at, (found, _)) in read.iter().enumerate() {
        if found.named {
            continue;
        }
        let (stem, part) = part_of(&found.path);
        let folder = found.path.parent().unwrap_or(Path::new("")).to_owned();
        let family = families.entry((folder, stem)).or_default();
        let slot = match part {
            Part::Whole => &mut family.whole,
            Part::Rules => &mut family.rules,
            Part::Parameters => &mut family.parameters,
            Part::Properties => &mut family.properties,
            Part::Definitions => &mut family.definitions,
            Part::Groups => &mut family.groups,
        };
        slot.get_or_insert(at);
    }
    let mut replaced: BTreeMap<usize, Option<Source>> = BTreeMap::new();
    for family in families.values_mut() {
        family.settle_rule(&read);
        settle(family, &read, &mut replaced, diagnostics);
    }
    let mut texts = Vec::with_capacity(read.len());
    for (at, (found, source)) in read.into_iter().enumerate() {
        match replaced.remove(&at) {
            None => texts.push((found.named, source)),
            Some(Some(source)) => texts.push((found.named, source)),
            Some(None) => {}
        }
    }
    texts
}

fn settle(
    family: &Family,
    read: &[(Found, Source)],
    replaced: &mut BTreeMap<usize, Option<Source>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if family.is_whole_alone() {
        return;
    }
    if initiative::settle(family, read, replaced) {
        return;
    }
    let source = |at: Option<usize>| at.and_then(|at| read.get(at)).map(|(_, source)| source);
    let (rules, parameters, properties) =
        (source(family.rules), source(family.parameters), source(family.properties));
    if let Some(whole) = source(family.whole).filter(|whole| is_definition(whole)) {
        let parts = [(rules, "policyRule"), (parameters, "parameters")];
        for (part, key) in parts.into_iter().filter_map(|(part, key)| Some((part?, key))) {
            if differs(whole, part, key) {
                diagnostics.push(
                    Diagnostic::warning(
                        "SplitFilesDiffer",
                        format!("`{key}` is not the same in `{}`", part.name()),
                    )
                    .origin(whole.name())
                    .note("the whole file is judged, the part is left out")
                    .help("bring the two in line, or remove one"),
                );
            }
        }
        for at in [family.rules, family.parameters, family.properties].into_iter().flatten() {
            replaced.insert(at, None);
        }
        return;
    }
    match (family.rules.zip(rules), parameters) {
        (Some((at, rules)), _) if parameters.is_some() || properties.is_some() => {
            replaced.insert(at, together(rules, parameters, properties));
            for at in [family.parameters, family.properties].into_iter().flatten() {
                replaced.insert(at, None);
            }
            // A rule that cannot be put together is read alone, so that its faults are told.
            if replaced.get(&at).is_some_and(Option::is_none) {
                replaced.remove(&at);
            }
        }
        (None, Some(parameters)) if is_declarations(parameters) => {
            diagnostics.push(
                Diagnostic::info("OrphanParameters", "parameters without a rule beside them")
                    .origin(parameters.name()),
            );
        }
        _ => {}
    }
}

/// `x.rules.json` is the rules of `x`; `rules.json` those of the folder.
fn part_of(path: &Path) -> (String, Part) {
    let name = path.file_name().map(|n| n.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let name = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let (stem, last) = name.rsplit_once('.').unwrap_or(("", name));
    let part = match last {
        "rules" | "rule" => Part::Rules,
        "parameters" | "params" => Part::Parameters,
        "definitions" if !stem.is_empty() => Part::Definitions,
        "groups" if !stem.is_empty() => Part::Groups,
        "properties" if !stem.is_empty() => Part::Properties,
        "def" if !stem.is_empty() => Part::Whole,
        _ => return (name.to_owned(), Part::Whole),
    };
    (stem.to_owned(), part)
}

fn with<T>(source: &Source, ask: impl FnOnce(&Json<'_>) -> T) -> Option<T> {
    let (json, problems) = read(source.text(), Dialect::Policy);
    let whole = problems.iter().all(|p| p.warning);
    json.filter(|_| whole).map(|json| ask(&json))
}

fn is_definition(source: &Source) -> bool {
    with(source, |json| {
        json.get("policyRule").or_else(|| json.get("properties")?.get("policyRule")).is_some()
    })
    .unwrap_or(false)
}

fn holds_rule_alone(source: &Source) -> bool {
    with(source, |json| json.get("if").is_some() && json.get("then").is_some()).unwrap_or(false)
}

fn is_declarations(source: &Source) -> bool {
    with(source, |json| {
        let declares = |json: &Json<'_>| json.get("type").is_some_and(|t| t.as_text().is_some());
        !json.members().is_empty() && json.members().iter().all(|m| declares(&m.value))
    })
    .unwrap_or(false)
}

/// Whether a part says something else than the whole file.
fn differs(whole: &Source, part: &Source, key: &str) -> bool {
    with(whole, |whole| {
        let body = whole.get("properties").filter(|p| p.get("policyRule").is_some()).unwrap_or(whole);
        with(part, |part| {
            let part = part.get(key).unwrap_or(part);
            let plain = |json: &Json<'_>| folded(&json.to_value().to_json());
            body.get(key).map(plain) != Some(plain(part))
        })
        .unwrap_or(true)
    })
    .unwrap_or(true)
}

/// The same value with the keys in lower case (spec D-5).
fn folded(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Array(items) => items.iter().map(folded).collect(),
        serde_json::Value::Object(members) => serde_json::Value::Object(
            members.iter().map(|(k, v)| (k.to_ascii_lowercase(), folded(v))).collect(),
        ),
        other => other.clone(),
    }
}

/// One text of the parts. It bears the name of the rules, whose lines stay where they are: what is added
/// stands before them on the first line and behind them on the last.
fn together(rules: &Source, parameters: Option<&Source>, properties: Option<&Source>) -> Option<Source> {
    let rule = with(rules, |json| json.get("policyRule").unwrap_or(json).span)?;
    let mut text = String::from("{\"policyRule\":");
    let before = rules.text().get(..rule.start as usize)?;
    text.extend(before.chars().filter(|c| *c == '\n'));
    text.push_str(rules.slice(rule));
    if let Some(parameters) = parameters {
        let span =
            with(parameters, |json| json.get("parameters").filter(|p| p.is_object()).unwrap_or(json).span)?;
        text.push_str(",\"parameters\":");
        text.push_str(parameters.slice(span));
    }
    if let Some(properties) = properties {
        let members = with(properties, |json| {
            let body = json.get("properties").unwrap_or(json);
            let kept = |key: &str| !["policyRule", "parameters"].iter().any(|k| k.eq_ignore_ascii_case(key));
            let members = body.members().iter().filter(|m| kept(&m.key));
            members.map(|m| (m.key_span, m.value.span)).collect::<Vec<_>>()
        })?;
        for (key, value) in members {
            text.push(',');
            text.push_str(properties.slice(key));
            text.push(':');
            text.push_str(properties.slice(value));
        }
    }
    text.push('}');
    Some(Source::new(rules.name(), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> (Found, Source) {
        (Found { path: path.into(), named: false }, Source::new(path, text))
    }

    const RULE: &str =
        "{ \"if\": { \"field\": \"type\", \"equals\": \"a/b\" },\n \"then\": { \"effect\": \"audit\" } }";

    #[test]
    fn parts_without_a_whole_are_put_together() {
        // spec: D-13, D-19
        let parameters = "{ \"effect\": { \"type\": \"String\" } }";
        for (rules, declared) in [
            ("p/policy.rules.json", "p/policy.parameters.json"),
            ("p/rules.json", "p/parameters.json"),
            ("p/azurepolicy.def.json", "p/azurepolicy.params.json"),
        ] {
            let mut diagnostics = Vec::new();
            let texts = combined(vec![file(declared, parameters), file(rules, RULE)], &mut diagnostics);
            assert_eq!((texts.len(), diagnostics.len()), (1, 0), "{rules}");
            let (_, source) = &texts[0];
            assert_eq!(source.name(), rules);
            let kept =
                with(source, |json| json.get("parameters").is_some() && json.get("policyRule").is_some());
            assert_eq!(kept, Some(true));
            assert_eq!(
                source.text().lines().nth(1),
                Some(
                    " \"then\": { \"effect\": \"audit\" } },\"parameters\":{ \"effect\": { \"type\": \"String\" } }}"
                )
            );
        }
    }

    #[test]
    fn initiatives_in_parts() {
        // spec: I-62; test 21 of chapter 10 section 9
        let references = "[\n { \"policyDefinitionId\": \"/d\", \"policyDefinitionReferenceId\": \"r\" } ]";
        let declared = "{ \"effect\": { \"type\": \"String\" } }";
        let groups = "[ { \"name\": \"g\" } ]";
        let parts = || {
            vec![
                file("sets/tags/azurepolicyset.definitions.json", references),
                file("sets/tags/azurepolicyset.groups.json", groups),
                file("sets/tags/azurepolicyset.parameters.json", declared),
            ]
        };
        let mut diagnostics = Vec::new();
        let texts = combined(parts(), &mut diagnostics);
        assert_eq!((texts.len(), diagnostics.len()), (1, 0));
        let (_, source) = &texts[0];
        let whole = r#"{"name":"tags","policyDefinitions":[
 { "policyDefinitionId": "/d", "policyDefinitionReferenceId": "r" } ],"parameters":{ "effect": { "type": "String" } },"policyDefinitionGroups":[ { "name": "g" } ]}"#;
        assert_eq!((source.name(), source.text()), ("sets/tags/azurepolicyset.definitions.json", whole));
        let mut beside = parts();
        beside.push(file("sets/tags/azurepolicyset.json", whole));
        let texts = combined(beside, &mut diagnostics);
        assert_eq!(
            texts.iter().map(|(_, s)| s.name()).collect::<Vec<_>>(),
            ["sets/tags/azurepolicyset.json"]
        );
        // Content has the last word: whole definitions are no references.
        let list = format!("[ {{ \"name\": \"d\", \"properties\": {{ \"policyRule\": {RULE} }} }} ]");
        let texts = combined(vec![file("p/all.definitions.json", &list)], &mut diagnostics);
        assert_eq!((texts.len(), texts[0].1.text()), (1, list.as_str()));
        assert_eq!(diagnostics, []);
    }

    #[test]
    fn parts_beside_a_whole_are_left_out() {
        // spec: D-13
        let whole = format!("{{ \"properties\": {{ \"policyRule\": {RULE} }} }}");
        let mut diagnostics = Vec::new();
        let files = vec![file("p/x.json", &whole), file("p/x.rules.json", RULE)];
        assert_eq!(combined(files, &mut diagnostics).len(), 1);
        assert_eq!(diagnostics, []);
        let files = vec![file("p/x.json", &whole), file("p/x.rules.json", &RULE.replace("audit", "deny"))];
        assert_eq!(combined(files, &mut diagnostics).len(), 1);
        assert_eq!(diagnostics.iter().map(Diagnostic::code).collect::<Vec<_>>(), ["SplitFilesDiffer"]);
    }
}
