//! `cargo xtask docs`: writes the pages and schemas that are made from the engine's tables; with `--check`, compares.

use std::fs;

use ordain::probe::{self, Probe, Probed, Row};
use ordain::{Aliases, Value};
use regex::{Captures, Regex};
use serde_json::json;

use crate::{Fault, files, schema};

/// A page: its file in `docs/`, and what makes it.
type Page = (&'static str, fn() -> Result<String, Fault>);

const PAGES: &[Page] = &[
    ("configuration.md", configuration),
    ("functions.md", functions),
    ("operators.md", operators),
    ("schema/assignment.schema.json", schema::assignment),
    ("schema/config.schema.json", schema::configuration),
    ("schema/definition.schema.json", schema::definition),
    ("schema/exemption.schema.json", schema::exemption),
    ("schema/initiative.schema.json", schema::initiative),
    ("schema/suite.schema.json", schema::suite),
];

const GENERATED: &str =
    "<!-- Made by `cargo xtask docs` from the engine's own table. Change that, not this. -->";

pub fn run(arguments: &[String]) -> Result<(), Fault> {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err(Fault::Usage("the one option is --check".into())),
    };
    let mut stale = Vec::new();
    for (name, make) in PAGES {
        let path = files::root().join("docs").join(name);
        let (page, before) = (make()?, fs::read_to_string(&path).unwrap_or_default());
        if page == before {
            println!("docs/{name} is up to date");
        } else if check {
            stale.push(format!("docs/{name}"));
        } else {
            fs::write(&path, page).map_err(|error| Fault::failed(format!("{}: {error}", path.display())))?;
            println!("docs/{name} written");
        }
    }
    if stale.is_empty() {
        Ok(())
    } else {
        Err(Fault::failed(format!("{} differ from the tables; run `cargo xtask docs`", stale.join(", "))))
    }
}

/// What stands before the keys.
const CONFIGURATION: &str = "# Configuration\n\n<!-- Made by `cargo xtask docs` from the command line's own table. Change that, not this. -->\n\n\
         Options that a project repeats with each call stand in a file `ordain.yaml`, `ordain.yml` or `ordain.json`. A \
         key is the long name of an option and counts for every verb that has the option; what stands in the section of \
         a verb wins, and what is typed wins over both. Paths are relative to the file, wherever the call is made.\n\n\
         ```yaml\npolicies: policies\nparameters: { effect: Deny }\neval:\n  fail-on: [NonCompliant, Conflict]\ncheck:\n  \
         baseline: known-denials.json\n  resource-group: rg-app\ntest:\n  paths: policies\n```\n\n\
         The nearest file counts, from the folder of the call up to the root of the repository (the folder with `.git`); \
         outside a repository only the folder of the call is looked at. `--config FILE` names another, `--no-config` does \
         without, `-v` says which file set what. A key that no option has, or a value of the wrong kind, is an error with \
         its line: exit code 2.\n\n\
         Values of parameters are put together name by name: files of `params` first, then `parameters`, then `--params`, \
         then `--param`; the later wins. Any other option that is typed takes the place of the key as a whole: `-p` \
         replaces `policies`. A flag of the file is taken back by `--no-config` only.\n\n\
         Editors complete and check the file with its schema: [editors](editors.md).\n\n\
         | Key | Takes | Says | Of |\n|---|---|---|---|\n";

/// Keys of the configuration file, from the table that it is read by.
fn configuration() -> Result<String, Fault> {
    use ordain_cli::configuration::{KEYS, Kind, VERBS};
    let mut page = CONFIGURATION.to_owned();
    for key in KEYS {
        let takes = match key.kind {
            Kind::Paths => "paths",
            Kind::Path => "path",
            Kind::Text => "text",
            Kind::Scope => "id",
            Kind::Time => "time",
            Kind::Word => "word",
            Kind::States => "states",
            Kind::Flag => "true, false",
            Kind::Number => "number",
            Kind::Percent => "per cent",
            Kind::Values => "object",
        };
        let verbs: Vec<String> = key.verbs.iter().map(|verb| format!("`{verb}`")).collect();
        let section = if key.of_verb { ", in its section" } else { "" };
        page += &format!("| `{}` | {takes} | {} | {}{section} |\n", key.name, key.about, verbs.join(" "));
    }
    let sections: Vec<String> = VERBS.iter().map(|verb| format!("`{verb}`")).collect();
    page += &format!("| {} | object | What holds for that verb alone. | |\n", sections.join(", "));
    Ok(page)
}

fn functions() -> Result<String, Fault> {
    let mut rows = probe::functions();
    rows.sort_by_key(|row| row.name.to_lowercase());
    let (refused, known): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| row.note.starts_with("refused"));
    let (extra, own): (Vec<Row>, Vec<Row>) = known.into_iter().partition(|row| !row.note.is_empty());
    let mut page = format!(
        "# Template functions\n\n{GENERATED}\n\n\
         What may stand in `[…]`. Names compare without regard to case. In a signature, `[…]` may be left out, `…` \
         means any number more, `/` is *or*; *any* includes null. What each does, and what with null, says the \
         rule in [chapter 5 of the specification](spec/05-functions.md).\n\n\
         ## In policies ({})\n\n| Signature | Rule |\n|---|---|\n",
        own.len()
    );
    for row in &own {
        page += &format!("| {} | {} |\n", spelled(row)?, row.spec);
    }
    page += &format!(
        "\n## Evaluated, with a warning ({})\n\nAzure's documentation does not offer these to policies; ordain \
         evaluates them and tells `FunctionNotInPolicy`.\n\n| Signature | Rule |\n|---|---|\n",
        extra.len()
    );
    for row in &extra {
        page += &format!("| {} | {} |\n", spelled(row)?, row.spec);
    }
    page += &format!(
        "\n## Refused ({})\n\nKnown to deployment templates only; in a policy they are the error `NotAllowed`. \
         `list` stands for every name that begins so.\n\n| Name | Rule |\n|---|---|\n",
        refused.len()
    );
    for row in &refused {
        page += &format!("| `{}` | {} |\n", row.name, row.spec);
    }
    Ok(page)
}

/// The calls that a signature allows, with kinds spelled out: `t/i i [t] -> t` of `padLeft` becomes
/// `padLeft(string/integer, integer, [string]) → string`.
fn spelled(row: &Row) -> Result<String, Fault> {
    let unclear = || Fault::failed(format!("`{}`: cannot read the signature `{}`", row.name, row.signature));
    let (arguments, result) = row.signature.split_once("->").ok_or_else(unclear)?;
    let forms: Vec<String> = arguments
        .trim()
        .split(" or ")
        .map(|form| Ok(format!("`{}({})`", row.name, kinds(form)?)))
        .collect::<Result<_, Fault>>()?;
    Ok(format!("{} → {}", forms.join(" or "), kinds(result.trim())?))
}

fn kinds(text: &str) -> Result<String, Fault> {
    let word = Regex::new(r"[a-z]+").map_err(|error| Fault::failed(error.to_string()))?;
    let separated = text.replace(' ', ", ").replace('…', " …");
    let spelled = word.replace_all(&separated, |found: &Captures<'_>| match &found[0] {
        "t" => "string".to_owned(),
        "i" => "integer".to_owned(),
        "f" => "float".to_owned(),
        "b" => "boolean".to_owned(),
        "a" => "array".to_owned(),
        "o" => "object".to_owned(),
        other => other.to_owned(),
    });
    // A group of one is no group.
    Ok(Regex::new(r"\(([a-z/]+)\)")
        .map_err(|error| Fault::failed(error.to_string()))?
        .replace_all(&spelled, "$1")
        .into_owned())
}

fn operators() -> Result<String, Fault> {
    let rows = probe::operators();
    let mut page = format!(
        "# Condition operators\n\n{GENERATED}\n\n\
         What stands beside `field`, `value` or `count`. Names compare without regard to case; so do texts, except \
         where `match` says otherwise. A `[*]` field asks every element, and one without elements satisfies every \
         operator: [arrays](arrays.md). The rules are in [chapter 3 of the specification](spec/03-conditions.md).\n\n\
         The last two columns were asked of the engine: is the condition true of a field that is missing, or \
         `null`? The operand was an ordinary one, of `exists` it was `true`; the empty text equals both, and is \
         `in` a list for both.\n\n\
         | Operator | Takes | Note | Rule | Missing | Null |\n|---|---|---|---|---|---|\n"
    );
    for row in &rows {
        let asked = |resource| truth(row.name, &resource);
        let kind = "Microsoft.Network/publicIPAddresses";
        let (missing, null) = (asked(json!({"type": kind}))?, asked(json!({"type": kind, "kind": null}))?);
        page += &format!(
            "| `{}` | {} | {} | {} | {missing} | {null} |\n",
            row.name, row.signature, row.note, row.spec
        );
    }
    Ok(page)
}

/// What an operator says of the field `kind`, with the first operand that it takes.
fn truth(operator: &str, resource: &serde_json::Value) -> Result<bool, Fault> {
    let probe = Probe { aliases: Aliases::embedded(), ..Probe::default() };
    for operand in [json!(true), json!("x"), json!(["x"]), json!(1)] {
        let condition = json!({"field": "kind", operator: operand}).to_string();
        if let Probed::Value(Value::Bool(truth)) = probe.condition(&condition, resource) {
            return Ok(truth);
        }
    }
    Err(Fault::failed(format!("`{operator}` takes no operand")))
}

#[cfg(test)]
mod tests {
    use super::spelled;
    use ordain::probe::Row;

    #[test]
    fn signatures_are_spelled_out() {
        let rows = [
            ("t/i i [t] -> t", "`f(string/integer, integer, [string])` → string"),
            ("-> o", "`f()` → object"),
            ("a a… or o o… -> a/o", "`f(array, array …)` or `f(object, object …)` → array/object"),
            ("(t any)… -> o", "`f((string, any) …)` → object"),
            ("any (t/i)… -> any", "`f(any, string/integer …)` → any"),
        ];
        for (signature, wanted) in rows {
            let row = Row { name: "f", signature, note: "", spec: "F-1" };
            assert_eq!(spelled(&row).unwrap(), wanted);
        }
    }
}
