//! `cargo xtask pack`: what is made of the policy pack: the deployment template, the heads of its pages, the tables
//! of its README; with `--check`, compares.

mod pages;
mod template;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Fault, files};
use tree::Tree;

const GENERATED: &str = "Made by `cargo xtask pack` from the files of policies/acr. Change these, not this.";

/// A policy document of the pack.
#[derive(Debug)]
struct Document {
    name: String,
    tree: Tree,
    /// Whether it changes resources, and so lies beside the pack.
    repairs: bool,
}

/// All of them.
#[derive(Debug)]
struct Pack {
    judged: Vec<Document>,
    repairs: Vec<Document>,
    initiative: Document,
    /// The reporting one first.
    assignments: Vec<Document>,
}

impl Document {
    fn parameters(&self) -> &[(String, Tree)] {
        self.tree.at(&["properties", "parameters"]).map(Tree::members).unwrap_or_default()
    }

    fn escaped_properties(&self) -> Tree {
        self.tree.get("properties").map(Tree::escaped).unwrap_or_else(|| Tree::Object(Vec::new()))
    }

    /// Where it lies, seen from `policies/acr/docs`.
    fn folder_from_docs(&self) -> &'static str {
        if self.repairs { "../repair/" } else { "" }
    }
}

impl Pack {
    fn read() -> Result<Self, Fault> {
        let folder = files::root().join("policies/acr");
        let mut initiatives = documents(&folder.join("initiative"), false)?;
        let mut assignments = documents(&folder.join("assignments"), false)?;
        // `enforce-…` before `secure-…`: the reporting one comes first.
        assignments.reverse();
        Ok(Self {
            judged: documents(&folder, false)?,
            repairs: documents(&folder.join("repair"), true)?,
            initiative: initiatives.pop().ok_or_else(|| Fault::failed("there is no initiative"))?,
            assignments,
        })
    }

    /// The judged definitions in the initiative's order.
    fn in_order(&self) -> Vec<&Document> {
        let references = self.initiative.tree.at(&["properties", "policyDefinitions"]);
        let named = references.into_iter().flat_map(Tree::items);
        named
            .filter_map(|r| {
                let name = template::last_segment(r.text_at(&["policyDefinitionId"]));
                self.judged.iter().find(|d| d.name == name)
            })
            .collect()
    }
}

/// The policy documents of a folder, by name; suites beside them are none.
fn documents(folder: &Path, repairs: bool) -> Result<Vec<Document>, Fault> {
    let failed = |error: std::io::Error| Fault::failed(format!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".json") && !name.ends_with(".test.json") {
            paths.push(path);
        }
    }
    paths.sort();
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).map_err(failed)?;
        let tree = Tree::read(&path.display().to_string(), &text)?;
        Ok(Document { name: tree.text_at(&["name"]).to_owned(), tree, repairs })
    };
    paths.iter().map(read).collect()
}

pub fn run(arguments: &[String]) -> Result<(), Fault> {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err(Fault::Usage("the one option is --check".into())),
    };
    let pack = Pack::read()?;
    let mut made = vec![("policies/acr/deploy/acr.json".to_owned(), template::template(&pack).print())];
    let with_pages = pack.judged.iter().chain(&pack.repairs);
    let blocks = with_pages
        .map(|d| (format!("policies/acr/docs/{}.md", d.name), vec![pages::head(&pack, d)]))
        .chain([("policies/acr/README.md".to_owned(), pages::tables(&pack))]);
    for (path, blocks) in blocks {
        let page = fs::read_to_string(files::root().join(&path)).unwrap_or_default();
        let filled = pages::filled(&page, &blocks)
            .ok_or_else(|| Fault::failed(format!("{path} has not the markers of {} blocks", blocks.len())))?;
        made.push((path, filled));
    }
    let mut stale = Vec::new();
    for (path, text) in &made {
        let full = files::root().join(path);
        if fs::read_to_string(&full).is_ok_and(|before| before == *text) {
            continue;
        }
        stale.push(path.as_str());
        if !check {
            fs::write(&full, text).map_err(|error| Fault::failed(format!("{path}: {error}")))?;
            println!("{path} written");
        }
    }
    println!("{} files made of the pack, {} changed", made.len(), stale.len());
    if stale.is_empty() || !check {
        Ok(())
    } else {
        Err(Fault::failed(format!("{} differ from the pack; run `cargo xtask pack`", stale.join(", "))))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_made_of_the_pack_is_fresh() {
        assert!(super::run(&["--check".to_owned()]).is_ok(), "run `cargo xtask pack`");
    }
}
