//! The embedded alias layers against the collected lists: every pair exact, every name known.
//!
//! Needs the data folder (`ORDAIN_SHARED`, or `shared` beside the repository); says so and passes without.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Instant;

use flate2::read::GzDecoder;
use ordain::aliases::{AliasPath, Aliases, Layer, Resolution, Step};
use ordain_tests::shared;
use serde_json::Value;

/// The folder of alias data, if there is one.
fn data() -> Option<PathBuf> {
    shared::file("aliases")
}

struct Pair {
    resource_type: String,
    name: String,
    path: String,
}

/// The official list of providers, read once.
fn catalogue(folder: &Path) -> &'static Value {
    static LIST: OnceLock<Value> = OnceLock::new();
    LIST.get_or_init(|| {
        let file = File::open(folder.join("catalogue.json.gz")).expect("the catalogue opens");
        let mut text = String::new();
        GzDecoder::new(file).read_to_string(&mut text).expect("the catalogue unpacks");
        serde_json::from_str(&text).expect("the catalogue is JSON")
    })
}

fn pairs(catalogue: &'static Value) -> Vec<Pair> {
    let list = |value: &'static Value, key: &str| value[key].as_array().into_iter().flatten();
    let mut pairs = Vec::new();
    for provider in catalogue.as_array().expect("a list of providers") {
        for kind in list(provider, "resourceTypes") {
            let namespace = provider["namespace"].as_str().expect("a namespace");
            let resource_type = format!("{namespace}/{}", kind["resourceType"].as_str().expect("a type"));
            pairs.extend(list(kind, "aliases").map(|alias| Pair {
                resource_type: resource_type.clone(),
                name: alias["name"].as_str().expect("a name").to_owned(),
                path: alias["defaultPath"].as_str().expect("a path").to_owned(),
            }));
        }
    }
    pairs
}

fn path_of(aliases: &Aliases, resource_type: &str, name: &str) -> Option<AliasPath> {
    match aliases.resolve(resource_type, name, None) {
        Resolution::Path(path) => Some(path),
        _ => None,
    }
}

fn shown(path: &AliasPath) -> String {
    let mut out = String::new();
    for step in path.steps() {
        match step {
            Step::Key(key) => out.extend([if out.is_empty() { "" } else { "." }, key]),
            Step::Each => out.push_str("[*]"),
        }
    }
    out
}

/// The default rule, spelled out once more (spec L-61).
fn default_rule(name: &str) -> String {
    let property = name.rsplit('/').next().unwrap_or_default();
    let first = property.split('.').next().unwrap_or_default().trim_end_matches("[*]");
    match first.to_ascii_lowercase().as_str() {
        "sku" | "zones" | "managedby" => property.to_owned(),
        _ => format!("properties.{property}"),
    }
}

#[test]
fn every_pair_comes_out_exactly() {
    // spec: L-61
    let Some(folder) = data() else { return };
    let pairs = pairs(catalogue(&folder));
    let aliases = Aliases::embedded();
    let (mut wrong, mut by_rule, mut layers) = (Vec::new(), 0, [0; 2]);
    let start = Instant::now();
    for pair in &pairs {
        let path = path_of(&aliases, &pair.resource_type, &pair.name);
        by_rule += usize::from(default_rule(&pair.name).eq_ignore_ascii_case(&pair.path));
        match path {
            Some(path) if shown(&path).eq_ignore_ascii_case(&pair.path) => {
                layers[usize::from(path.layer() == Layer::Exceptions)] += 1;
            }
            _ => wrong.push(format!("{} on {}", pair.name, pair.resource_type)),
        }
    }
    println!(
        "{} pairs in {:?}: {} by the rule, {} by exceptions; {by_rule} = {:.1} % right by the rule alone",
        pairs.len(),
        start.elapsed(),
        layers[0],
        layers[1],
        100.0 * by_rule as f64 / pairs.len() as f64,
    );
    assert_eq!(wrong, Vec::<String>::new());
    assert!(pairs.len() >= 79_082, "{} pairs", pairs.len());
}

#[test]
fn a_catalogue_gives_the_same_paths() {
    // spec: L-60, L-140
    let Some(folder) = data() else { return };
    let list = catalogue(&folder);
    let (given, warnings) = Aliases::embedded().with_catalogue(list).expect("the list is a catalogue");
    assert_eq!(warnings, []);
    for Pair { resource_type, name, path } in pairs(list) {
        let found = path_of(&given, &resource_type, &name).expect(&name);
        assert_eq!((shown(&found), found.layer()), (path, Layer::Catalogue), "{name}");
    }
}

#[test]
fn every_name_is_known() {
    // spec: L-71
    let Some(folder) = data() else { return };
    let aliases = Aliases::embedded();
    let mut mistaken = 0;
    for Pair { name, .. } in pairs(catalogue(&folder)) {
        assert_eq!(aliases.is_known(&name), Some(true), "{name}");
        assert_eq!(aliases.is_known(&name.to_ascii_uppercase()), Some(true), "{name}");
        mistaken += usize::from(aliases.is_known(&format!("{name}~")) == Some(true));
    }
    // Hashes of 32 bits: one or two of so many made-up names are expected to look known.
    println!("made-up names taken for known: {mistaken}");
    assert!(mistaken < 10, "{mistaken}");
    for made_up in ["Contoso.Shop/stores/tier", "Microsoft.KeyVault/vaults/enablePurge", "x/y", "", "tags"] {
        assert_eq!(aliases.is_known(made_up), Some(false), "{made_up}");
    }
}

#[test]
fn aliases_of_the_built_ins() {
    // spec: L-61, L-62
    let Some(folder) = data() else { return };
    let table = fs::read_to_string(folder.join("builtin-aliases.tsv")).expect("the table opens");
    let aliases = Aliases::embedded();
    let mut counts = [0; 2];
    for row in table.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [name, _, _, answer, path] = columns[..] else { panic!("{row}") };
        let of_type = name.rsplit_once('/').expect(name).0;
        // Two-segment names have paths on other types only; the first test covers them.
        let Some(found) = path_of(&aliases, of_type, name).filter(|_| of_type.contains('/')) else {
            continue;
        };
        if answer != "data-plane" {
            assert_eq!(shown(&found).to_lowercase(), path.to_lowercase(), "{name}");
            // One exception restores the list's casing only: the rule is right there, too.
            let excepted = found.layer() == Layer::Exceptions;
            assert!(excepted || answer == "rule", "{name}");
            counts[usize::from(excepted)] += 1;
        }
    }
    println!("aliases of built-ins: {} by the rule, {} by exceptions", counts[0], counts[1]);
}
