//! Lists the starter pack's definitions, so that the binary carries them.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let folder = root.join("policies/acr");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        // `x.test.json` and the like stand beside definitions, but are none.
        if name.ends_with(".json") && name.matches('.').count() == 1 {
            names.push(name);
        }
    }
    names.sort();
    let mut table = String::from("const DEFINITIONS: &[(&str, &str)] = &[\n");
    for name in &names {
        let path = folder.join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        table.push_str(&format!(
            "    (\"policies/acr/{name}\", include_str!({:?})),\n",
            path.display().to_string()
        ));
    }
    table.push_str("];\n");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("pack.rs"), table)
}
