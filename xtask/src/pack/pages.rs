//! What pages of the pack say from metadata: the head of a definition's page, the tables of the README.

use super::template::last_segment;
use super::tree::Tree;
use super::{Document, Pack};

const BEGIN: &str = "<!-- made by `cargo xtask pack` -->";
const END: &str = "<!-- end of what is made -->";

/// Replaces what is between the markers; `None` where a page lacks them.
pub fn filled(page: &str, made: &[String]) -> Option<String> {
    let mut out = String::new();
    let mut rest = page;
    for block in made {
        let (before, after) = rest.split_once(BEGIN)?;
        let (_, after) = after.split_once(END)?;
        out.push_str(&format!("{before}{BEGIN}\n{}\n{END}", block.trim_end()));
        rest = after;
    }
    (!rest.contains(BEGIN)).then(|| out + rest)
}

/// Title, description and facts of one definition.
pub fn head(pack: &Pack, document: &Document) -> String {
    let properties = |names: &[&str]| {
        document.tree.at(&["properties"]).map(|p| p.text_at(names)).unwrap_or_default().to_owned()
    };
    let (title, description) = (properties(&["displayName"]), prose(&properties(&["description"])));
    let mut text = format!("# {title}\n\n{description}\n\n| | |\n|---|---|\n");
    let mut row = |name: &str, value: String| text += &format!("| {name} | {value} |\n");
    row(
        "Definition",
        format!("[`{}`](../{}{}.json)", document.name, document.folder_from_docs(), document.name),
    );
    let types: Vec<String> = types(document).iter().map(|t| format!("`{t}`")).collect();
    row("Looks at", types.join(", "));
    row("Mode", properties(&["mode"]));
    for (name, declared) in document.parameters() {
        if name == "effect" {
            row("Effect", effects(document));
        } else {
            let description = prose(declared.text_at(&["metadata", "description"]));
            let default =
                declared.get("defaultValue").map_or("needed".into(), |d| format!("default `{}`", d.line()));
            row(&format!("`{name}`"), format!("{}, {default}. {description}", declared.text_at(&["type"])));
        }
    }
    match reference(pack, &document.name) {
        Some((group, reference, parameters)) => {
            row("In the initiative", format!("group *{group}*, reference `{reference}`{parameters}"));
        }
        None => row("In the initiative", "no: it changes resources, which somebody has to want".into()),
    }
    row("Version", properties(&["metadata", "version"]));
    text
}

/// Group, reference id and names of parameters in the initiative.
fn reference(pack: &Pack, name: &str) -> Option<(String, String, String)> {
    let properties = pack.initiative.tree.get("properties")?;
    let of = |r: &&Tree| last_segment(r.text_at(&["policyDefinitionId"])) == name;
    let reference = properties.get("policyDefinitions")?.items().iter().find(of)?;
    let group = reference.get("groupNames")?.items().first()?.clone();
    let shown = properties
        .get("policyDefinitionGroups")?
        .items()
        .iter()
        .find(|g| g.get("name") == Some(&group))?
        .text_at(&["displayName"])
        .to_owned();
    let renamed: Vec<String> = reference
        .get("parameters")?
        .members()
        .iter()
        .filter(|(name, _)| name != "effect")
        .filter_map(|(name, value)| {
            let from = value.text_at(&["value"]).split('\'').nth(1)?.to_owned();
            (from != *name).then(|| format!(", where `{name}` is called `{from}`"))
        })
        .collect();
    Some((shown, reference.text_at(&["policyDefinitionReferenceId"]).to_owned(), renamed.concat()))
}

/// The README's tables: one per group, and one of what mends.
pub fn tables(pack: &Pack) -> Vec<String> {
    let groups = pack.initiative.tree.at(&["properties", "policyDefinitionGroups"]);
    let mut tables: Vec<String> = Vec::new();
    for group in groups.into_iter().flat_map(Tree::items) {
        let shown = group.text_at(&["displayName"]);
        let of = |d: &&Document| reference(pack, &d.name).is_some_and(|(group, ..)| group == shown);
        tables.push(table(pack.in_order().into_iter().filter(of)));
    }
    tables.push(table(pack.repairs.iter()));
    tables
}

fn table<'a>(documents: impl Iterator<Item = &'a Document>) -> String {
    let mut text = String::from("| Definition | What it asks for | Looks at | Effect |\n|---|---|---|---|\n");
    for document in documents {
        let types: Vec<String> = types(document).iter().map(|t| short(t)).collect();
        text += &format!(
            "| [`{0}`](docs/{0}.md) | {1} | {2} | {3} |\n",
            document.name,
            document.tree.text_at(&["properties", "displayName"]),
            types.join(", "),
            effects(document),
        );
    }
    text
}

/// Effects, the one by default in bold.
fn effects(document: &Document) -> String {
    let Some(declared) = document.tree.at(&["properties", "parameters", "effect"]) else {
        return String::new();
    };
    let default = declared.text_at(&["defaultValue"]);
    let each = declared.get("allowedValues").into_iter().flat_map(Tree::items).map(|value| match value {
        Tree::Text(text) if text == default => format!("**{text}**"),
        Tree::Text(text) => text.clone(),
        other => other.line(),
    });
    each.collect::<Vec<_>>().join(", ")
}

/// The types that the rule names.
fn types(document: &Document) -> Vec<String> {
    fn walk(tree: &Tree, out: &mut Vec<String>) {
        if tree.text_at(&["field"]) == "type" {
            out.push(tree.text_at(&["equals"]).to_owned());
        }
        tree.members().iter().for_each(|(_, value)| walk(value, out));
        tree.items().iter().for_each(|value| walk(value, out));
    }
    let mut out = Vec::new();
    if let Some(rule) = document.tree.at(&["properties", "policyRule", "if"]) {
        walk(rule, &mut out);
    }
    out
}

/// `Microsoft.ContainerRegistry/registries/tokens` is `registries/tokens`.
fn short(kind: &str) -> String {
    format!("`{}`", kind.split_once('/').map_or(kind, |(_, rest)| rest))
}

/// Angle brackets of placeholders would be taken for HTML.
fn prose(text: &str) -> String {
    text.replace('<', "\\<")
}

#[cfg(test)]
mod tests {
    use super::{BEGIN, END, filled};

    #[test]
    fn only_what_is_made_changes() {
        let page = format!("{BEGIN}\nold\n{END}\n\n## Why\n");
        let new = filled(&page, &["new".into()]).unwrap();
        assert_eq!(new, format!("{BEGIN}\nnew\n{END}\n\n## Why\n"));
        assert_eq!(filled(&new, &["new".into()]).as_deref(), Some(new.as_str()));
        assert_eq!(filled("no marker", &["new".into()]), None);
        assert_eq!(filled(&format!("{page}{page}"), &["new".into()]), None);
    }
}
