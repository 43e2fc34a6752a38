//! `cargo xtask aliases`: makes the engine's embedded alias data from the collected dumps.
//!
//! Five outlines (text, one name a line, children indented by one blank; `aliases/outline.rs` of the
//! engine reads them) and one binary set of names. Equal inputs give equal bytes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use serde_json::Value;

/// A subtree that occurs twice is written once as a fragment if its text is longer than this.
const FRAGMENT_MIN: usize = 24;

/// Writes the data files into `out`, or with `check` compares them with what is there.
///
/// `shared` is the folder that holds `aliases/`. The answer is a report of sizes.
pub fn run(shared: &Path, out: &Path, check: bool) -> Result<String, String> {
    let files = generate(&shared.join("aliases"))?;
    let mut report = String::new();
    for (name, bytes) in &files {
        let path = out.join(name);
        let state = if !check {
            fs::create_dir_all(out).map_err(|e| format!("{}: {e}", out.display()))?;
            fs::write(&path, bytes).map_err(|e| format!("{}: {e}", path.display()))?;
            "written"
        } else if fs::read(&path).is_ok_and(|found| found == *bytes) {
            "up to date"
        } else {
            return Err(format!("{} is stale, run `cargo xtask aliases`", path.display()));
        };
        let _ = writeln!(report, "{name:<16} {:>7} bytes, {state}", bytes.len());
    }
    Ok(report)
}

fn generate(from: &Path) -> Result<Vec<(&'static str, Vec<u8>)>, String> {
    let exceptions: Value = parse(&read(&from.join("exceptions.json"))?, "exceptions.json")?;
    let modifiable: Value = parse(&read(&from.join("modifiable.json"))?, "modifiable.json")?;
    let types = read(&from.join("types.jsonl"))?;
    let catalogue = Catalogue::read(&from.join("catalogue.json.gz"))?;
    Ok(vec![
        ("rewrites.txt", rewrites(&exceptions)?.render("exceptions.json")?),
        ("keys.txt", keys(&exceptions)?.render("exceptions.json")?),
        ("legacy.txt", legacy(&exceptions)?.render("exceptions.json")?),
        ("types.txt", type_list(&types, &catalogue)?.render("types.jsonl and catalogue.json.gz")?),
        (
            "modifiable.txt",
            modifiable_list(&modifiable, &catalogue)?.render("modifiable.json and catalogue.json.gz")?,
        ),
        ("names.bin", name_set(&catalogue.names)?),
    ])
}

// ---- inputs -------------------------------------------------------------------------------------

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn parse(text: &str, name: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|e| format!("{name}: {e}"))
}

fn text<'v>(value: &'v Value, key: &str) -> Result<&'v str, String> {
    value.get(key).and_then(Value::as_str).ok_or_else(|| format!("no text `{key}` in {value}"))
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn texts<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v str> {
    list(value, key).filter_map(Value::as_str)
}

fn members<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// What is needed of the big list: names, which types read anything below `properties`, and the
/// versions in which an alias is not modifiable although it is by default.
struct Catalogue {
    names: BTreeSet<String>,
    below_properties: BTreeMap<String, (String, bool)>,
    fixed_versions: BTreeMap<String, Vec<String>>,
}

impl Catalogue {
    fn read(path: &Path) -> Result<Catalogue, String> {
        let packed = fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut json = String::new();
        GzDecoder::new(packed.as_slice())
            .read_to_string(&mut json)
            .map_err(|e| format!("{}: {e}", path.display()))?;
        let providers: Value = parse(&json, "catalogue.json.gz")?;
        let mut found = Catalogue {
            names: BTreeSet::new(),
            below_properties: BTreeMap::new(),
            fixed_versions: BTreeMap::new(),
        };
        for provider in providers.as_array().into_iter().flatten() {
            for kind in list(provider, "resourceTypes") {
                let spelled = format!("{}/{}", text(provider, "namespace")?, text(kind, "resourceType")?);
                for alias in list(kind, "aliases") {
                    found.add(&spelled, alias)?;
                }
            }
        }
        Ok(found)
    }

    fn add(&mut self, spelled: &str, alias: &Value) -> Result<(), String> {
        let name = text(alias, "name")?.to_ascii_lowercase();
        let path = text(alias, "defaultPath")?.to_ascii_lowercase();
        let below = path == "properties" || path.starts_with("properties.");
        let entry = self
            .below_properties
            .entry(spelled.to_ascii_lowercase())
            .or_insert_with(|| (spelled.to_owned(), false));
        entry.1 |= below;
        let modifiable = |v: Option<&Value>| {
            v.and_then(|m| m.get("attributes")).and_then(Value::as_str) == Some("Modifiable")
        };
        if modifiable(alias.get("defaultMetadata")) {
            let fixed = list(alias, "paths")
                .filter(|p| p.get("metadata").is_some() && !modifiable(p.get("metadata")))
                .flat_map(|p| texts(p, "apiVersions"))
                .map(str::to_owned)
                .collect::<Vec<_>>();
            if !fixed.is_empty() {
                self.fixed_versions.insert(name.clone(), fixed);
            }
        }
        self.names.insert(name);
        Ok(())
    }
}

// ---- the outlines -------------------------------------------------------------------------------

/// Prefix rewrites per type: `w` wraps what follows in `properties`, `d` drops the segment,
/// `=path` replaces the path.
fn rewrites(exceptions: &Value) -> Result<Outline, String> {
    let mut outline = Outline::default();
    for (kind, rules) in members(exceptions, "types") {
        let head = outline.root.child(kind);
        let mut mark = |prefix: &str, mark: String| {
            let node = prefix.split('.').fold(&mut *head, |node, segment| node.child(segment));
            node.marks.push(mark);
        };
        texts(rules, "wrap").for_each(|prefix| mark(prefix, "w".into()));
        texts(rules, "drop").for_each(|prefix| mark(prefix, "d".into()));
        for (prefix, path) in members(rules, "set") {
            let path = path.as_str().ok_or_else(|| format!("set {prefix} of {kind} is no text"))?;
            mark(prefix, format!("={path}"));
        }
    }
    Ok(outline)
}

/// Keys at the document's top, and keys that stay outside `properties` of a nested resource.
fn keys(exceptions: &Value) -> Result<Outline, String> {
    let mut outline = Outline::default();
    for list in ["root", "envelope"] {
        let head = outline.root.child(list);
        for key in texts(exceptions, list) {
            head.child(key);
        }
    }
    Ok(outline)
}

/// Two-segment names: alias, below it type and path.
fn legacy(exceptions: &Value) -> Result<Outline, String> {
    let mut outline = Outline::default();
    for row in list(exceptions, "legacy") {
        let kind = outline.root.child(text(row, "name")?).child(text(row, "type")?);
        kind.marks.push(format!("={}", text(row, "path")?));
    }
    Ok(outline)
}

/// Namespace, below it the type's segments. `+` indexed, `-` not, each with `c` (capabilities) or
/// `t` (tag-support table); `p` some alias lies below `properties`, `n` none does.
fn type_list(lines: &str, catalogue: &Catalogue) -> Result<Outline, String> {
    let mut outline = Outline::default();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let row = parse(line, "types.jsonl")?;
        let source = match text(&row, "source")? {
            "capabilities" => "c",
            "tag-support" => "t",
            _ => continue,
        };
        let sign = match row.get("indexed").and_then(Value::as_bool) {
            Some(true) => "+",
            Some(false) => "-",
            None => continue,
        };
        outline.path(text(&row, "type")?).marks.push(format!("{sign}{source}"));
    }
    for (spelled, below) in catalogue.below_properties.values() {
        outline.path(spelled).marks.push(if *below { "p" } else { "n" }.into());
    }
    Ok(outline)
}

/// Modifiable aliases with their value type, below them the versions in which they are not;
/// under `*complete` the namespaces in which no other alias is.
fn modifiable_list(modifiable: &Value, catalogue: &Catalogue) -> Result<Outline, String> {
    let mut outline = Outline::default();
    let complete = outline.root.child("*complete");
    for namespace in texts(modifiable, "complete") {
        complete.child(namespace);
    }
    for (name, row) in members(modifiable, "aliases") {
        let node = outline.root.child(name);
        node.marks.extend(row.get("type").and_then(Value::as_str).map(str::to_owned));
        for version in catalogue.fixed_versions.get(&name.to_ascii_lowercase()).into_iter().flatten() {
            node.child(version);
        }
    }
    Ok(outline)
}

#[derive(Default)]
struct Outline {
    root: Node,
}

#[derive(Default)]
struct Node {
    marks: Vec<String>,
    /// Keyed by the lower-cased name: that is the order of the file.
    children: BTreeMap<String, (String, Node)>,
}

impl Node {
    fn child(&mut self, name: &str) -> &mut Node {
        let entry = self.children.entry(name.to_ascii_lowercase());
        &mut entry.or_insert_with(|| (name.to_owned(), Node::default())).1
    }

    fn line(&self, name: &str) -> String {
        self.marks.iter().fold(name.to_owned(), |line, mark| line + " " + mark)
    }

    /// The lines below this node, children of children indented by one more blank.
    fn body(&self, depth: usize, fragments: &Fragments) -> String {
        let mut out = String::new();
        for (name, node) in self.children.values() {
            let _ = write!(out, "{:depth$}{}", "", node.line(name));
            out.push_str(&node.rest(depth + 1, fragments));
        }
        out
    }

    /// What follows a node's own line: its children, or the mark of the fragment that holds them.
    fn rest(&self, depth: usize, fragments: &Fragments) -> String {
        match fragments.names.get(&self.body(1, &Fragments::default())) {
            Some(name) => format!(" &{name}\n"),
            None => format!("\n{}", self.body(depth, fragments)),
        }
    }
}

/// Subtrees that occur more than once, by their text; named after a hash of it, so that an unrelated
/// change doesn't rename them.
#[derive(Default)]
struct Fragments {
    names: HashMap<String, String>,
}

impl Fragments {
    fn of(root: &Node) -> Result<(Fragments, BTreeMap<String, &Node>), String> {
        let mut seen: BTreeMap<String, (usize, &Node)> = BTreeMap::new();
        let mut todo: Vec<&Node> = root.children.values().map(|(_, node)| node).collect();
        while let Some(node) = todo.pop() {
            let body = node.body(1, &Fragments::default());
            if body.len() > FRAGMENT_MIN {
                let uses = &mut seen.entry(body).or_insert((0, node)).0;
                *uses += 1;
                if *uses > 1 {
                    // What is below was counted: the first use and this one share one fragment.
                    continue;
                }
            }
            todo.extend(node.children.values().map(|(_, node)| node));
        }
        let mut found = Fragments::default();
        let mut blocks = BTreeMap::new();
        for (body, (count, node)) in seen {
            if count > 1 {
                let name = format!("{:06x}", hash(&body) & 0xff_ffff);
                if blocks.insert(name.clone(), node).is_some() {
                    return Err(format!("two fragments are named {name}: make the names longer"));
                }
                found.names.insert(body, name);
            }
        }
        Ok((found, blocks))
    }
}

impl Outline {
    fn path(&mut self, path: &str) -> &mut Node {
        path.split('/').fold(&mut self.root, |node, segment| node.child(segment))
    }

    fn render(&self, source: &str) -> Result<Vec<u8>, String> {
        let (fragments, blocks) = Fragments::of(&self.root)?;
        let mut out = format!("# Made by `cargo xtask aliases` from {source}.\n");
        for (name, node) in blocks {
            let _ = write!(out, "&{name}\n{}", node.body(1, &fragments));
        }
        for (name, node) in self.root.children.values() {
            let _ = write!(out, "{}{}", node.line(name), node.rest(1, &fragments));
        }
        if out.is_ascii() { Ok(out.into_bytes()) } else { Err(format!("{source} is not ASCII")) }
    }
}

// ---- the set of names ---------------------------------------------------------------------------

/// 32-bit hashes in 65,536 buckets by their high half: 256 × u32 (entries before every 256th
/// bucket), 65,536 × u8 (entries of each bucket), then the low halves as u16. Little endian.
fn name_set(names: &BTreeSet<String>) -> Result<Vec<u8>, String> {
    let hashes: BTreeSet<u32> = names.iter().map(|name| fold(hash(name))).collect();
    let mut counts = vec![0u8; 1 << 16];
    for h in &hashes {
        let count = counts.get_mut((h >> 16) as usize).ok_or("bucket out of range")?;
        *count = count.checked_add(1).ok_or("bucket overflows")?;
    }
    let mut out = Vec::with_capacity(256 * 4 + counts.len() + hashes.len() * 2);
    let mut before = 0u32;
    for group in counts.chunks(256) {
        out.extend(before.to_le_bytes());
        before += group.iter().map(|n| u32::from(*n)).sum::<u32>();
    }
    out.extend(&counts);
    out.extend(hashes.iter().flat_map(|h| (*h as u16).to_le_bytes()));
    Ok(out)
}

/// FNV-1a, 64 bits. The engine's `aliases/names.rs` computes the same.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn fold(h: u64) -> u32 {
    (h ^ (h >> 32)) as u32
}
