//! `ordain init`: the files of a new project.

mod files;

use crate::World;
use crate::args::Init;
use crate::exit::Exit;
use crate::inputs::shown;
use files::{FILES, Group};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// What people type next, in the project.
const NEXT: [&str; 3] = ["ordain test", "ordain eval resources", "ordain check deployments"];

/// Answers one call.
pub fn run(options: &Init, world: &mut World<'_>) -> io::Result<Exit> {
    let (mut written, mut kept) = (Vec::new(), Vec::new());
    for file in FILES {
        match write(&options.folder.join(file.path), file.text, options.force) {
            Ok(true) => written.push(file),
            Ok(false) => kept.push(file),
            Err(error) => {
                let path = shown(&options.folder.join(file.path));
                writeln!(world.stderr, "error: {path} cannot be written: {error}")?;
                return Ok(Exit::Trouble);
            }
        }
    }
    let here = options.folder == Path::new(".");
    let place = if here { "this folder".to_owned() } else { shown(&options.folder) };
    let files = crate::format::counted(written.len(), "file", "files");
    writeln!(world.stdout, "{files} written into {place}")?;
    list(world.stdout, &written)?;
    if !kept.is_empty() {
        let (files, were) = (
            crate::format::counted(kept.len(), "file", "files"),
            if kept.len() == 1 { "was" } else { "were" },
        );
        writeln!(
            world.stdout,
            "\n{files} {were} there already and stayed as before; --force writes over them"
        )?;
        list(world.stdout, &kept)?;
    }
    writeln!(world.stdout, "\nnext:")?;
    if !here {
        writeln!(world.stdout, "  cd {}", quoted(&shown(&options.folder)))?;
    }
    for command in NEXT {
        writeln!(world.stdout, "  {command}")?;
    }
    Ok(Exit::Clean)
}

/// Each file with what it is for; those that belong together in one line.
fn list(out: &mut dyn Write, files: &[&files::File]) -> io::Result<()> {
    let mut groups: Vec<(Group, Vec<&str>)> = Vec::new();
    for file in files {
        match groups.iter_mut().find(|(group, _)| *group == file.group) {
            Some((_, paths)) => paths.push(file.path),
            None => groups.push((file.group, vec![file.path])),
        }
    }
    let name = |paths: &[&str]| match paths {
        [only] => (*only).to_owned(),
        paths => {
            let folder = paths.first().and_then(|path| path.split_once('/')).map_or("", |(folder, _)| folder);
            format!("{folder}/ ({} files)", paths.len())
        }
    };
    let width = groups.iter().map(|(_, paths)| name(paths).len()).max().unwrap_or_default();
    for (group, paths) in &groups {
        writeln!(out, "  {:<width$}  {}", name(paths), group.about())?;
    }
    Ok(())
}

/// Whether the file was written; false when it was there before and is not to be written over.
fn write(path: &Path, text: &str, force: bool) -> io::Result<bool> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut how = OpenOptions::new();
    how.write(true);
    let how = if force { how.create(true).truncate(true) } else { how.create_new(true) };
    match how.open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && !force => Ok(false),
        Err(error) => Err(error),
    }
}

/// As a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
