//! What suites refer to: files, policies, tenants; each is read once, however many suites share it.

use super::model::{Subject, SubjectKind, Suite, Switch};
use super::read;
use super::tree::{Place, Tree};
use ordain::{Aliases, DefaultMode, Diagnostic, Engine, EngineBuilder, Source, Value};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Reads what suites refer to. Paths are joined already; the names of the sources are what people see.
pub trait Files: Sync {
    /// The text of a file.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn text(&self, path: &str) -> Result<Source, Diagnostic>;

    /// The policy texts of a file or folder.
    ///
    /// # Errors
    /// Why there are none.
    fn policies(&self, path: &str) -> Result<PolicyTexts, Vec<Diagnostic>>;

    /// Adds all policy objects of a folder to a builder.
    ///
    /// # Errors
    /// Why the folder cannot be read.
    fn tenant(&self, path: &str, builder: EngineBuilder) -> Result<Tenant, Vec<Diagnostic>>;
}

/// Policy texts, and what is to be said of them that stops nothing.
#[derive(Debug, Default)]
pub struct PolicyTexts {
    /// The texts; whether each was named rather than found in a folder.
    pub texts: Vec<(Source, bool)>,
    /// What was wrong with some of them.
    pub diagnostics: Vec<Diagnostic>,
}

/// What a folder with a whole tenant holds.
#[derive(Debug)]
pub struct Tenant {
    /// The builder with its policy objects.
    pub builder: EngineBuilder,
    /// Its rows: resources, groups, subscriptions.
    pub rows: Vec<Value>,
    /// What was wrong with some of it.
    pub diagnostics: Vec<Diagnostic>,
}

/// What suites refer to, shared by all threads.
pub struct Library<'f> {
    files: &'f dyn Files,
    aliases: Aliases,
    /// More policies, for every suite that looks for some.
    more: Vec<String>,
    trees: Shared<String, Result<Tree, Diagnostic>>,
    engines: Shared<Key, Built>,
}

type Shared<K, V> = Mutex<HashMap<K, Arc<V>>>;

/// What decides about an engine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    kind: SubjectKind,
    path: String,
    more: Vec<String>,
    switches: Vec<Switch>,
    parameters: String,
}

/// An engine with what was said when it was built.
#[derive(Debug)]
pub struct Built {
    /// The engine.
    pub engine: Engine,
    /// What parsing, linking and compiling tell.
    pub diagnostics: Vec<Diagnostic>,
    /// What keeps everything from being judged: nothing could be read.
    pub unreadable: Vec<Diagnostic>,
    /// The texts that hold what is tested.
    pub subjects: Vec<Source>,
    /// Ids of the initiatives or assignments that are tested; empty: all that is there.
    pub ids: Vec<String>,
    /// Rows of a tenant.
    pub rows: Vec<Value>,
}

impl<'f> Library<'f> {
    /// What `files` reads; `more` are policies for every initiative and assignment that refers to others.
    #[must_use]
    pub fn new(files: &'f dyn Files, aliases: Aliases, more: &[String]) -> Self {
        Self { files, aliases, more: more.to_vec(), trees: Mutex::default(), engines: Mutex::default() }
    }

    /// The document of a file.
    pub(super) fn tree(&self, path: &str) -> Arc<Result<Tree, Diagnostic>> {
        shared(&self.trees, path.to_owned(), || {
            let source = self.files.text(path)?;
            let (tree, told) = read::tree(&source);
            match told.into_iter().find(Diagnostic::is_error) {
                Some(error) => Err(error),
                None => tree.ok_or_else(|| Diagnostic::error("EmptyInput", "the file is empty").origin(path)),
            }
        })
    }

    /// The engine for a case of a suite.
    pub(super) fn built(
        &self,
        suite: &Suite,
        subject: &Subject,
        parameters: &[&(super::Named, Tree)],
    ) -> Arc<Built> {
        let beside = |path: &str| sibling(suite.name(), path);
        let refers = matches!(subject.kind, SubjectKind::Initiative | SubjectKind::Assignment);
        let mut more: Vec<String> = subject.more.iter().map(|named| beside(&named.text)).collect();
        more.extend(self.more.iter().filter(|_| refers).cloned());
        let values: Vec<(String, Value)> = parameters
            .iter()
            .map(|(name, value)| (name.text.clone(), ordain::Node::to_value(value)))
            .collect();
        let mut switches = suite.switches.clone();
        switches.sort();
        let key = Key {
            kind: subject.kind,
            path: beside(&subject.path.text),
            more,
            switches,
            parameters: format!("{values:?}"),
        };
        let wanted = key.clone();
        shared(&self.engines, key, || self.build(&wanted, values))
    }

    fn build(&self, key: &Key, values: Vec<(String, Value)>) -> Built {
        let mut builder = Engine::builder().aliases(self.aliases.clone());
        for switch in &key.switches {
            builder = match switch {
                Switch::StrictAliases => builder.strict_aliases(),
                Switch::LenientParameters => builder.lenient_parameters(),
                Switch::DefaultModeAll => builder.default_mode(DefaultMode::All),
                // A matter of judging.
                Switch::PropertiesAsMissing => builder,
            };
        }
        for (name, value) in values {
            builder = builder.parameter(&name, value);
        }
        let mut told = Vec::new();
        let mut unreadable = Vec::new();
        let (mut subjects, mut ids, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        if key.kind == SubjectKind::Tenant {
            match self.files.tenant(&key.path, builder) {
                Ok(tenant) => {
                    builder = tenant.builder;
                    rows = tenant.rows;
                    told.extend(tenant.diagnostics);
                }
                Err(why) => {
                    builder = Engine::builder();
                    unreadable.extend(why);
                }
            }
        } else {
            for (at, path) in std::iter::once(&key.path).chain(&key.more).enumerate() {
                match self.files.policies(path) {
                    Ok(texts) => {
                        told.extend(texts.diagnostics);
                        for (source, named) in texts.texts {
                            // An initiative is judged as if it were assigned once, whatever lies beside it.
                            if key.kind == SubjectKind::Initiative && !named && holds_assignments(&source) {
                                continue;
                            }
                            builder = match named {
                                true => builder.policies(&source),
                                false => builder.policies_found(&source),
                            };
                            if at == 0 {
                                subjects.push(source);
                            }
                        }
                    }
                    Err(why) => unreadable.extend(why),
                }
            }
            ids = ids_of(key.kind, &subjects);
        }
        let (engine, found) = builder.build_what_can_be();
        told.extend(found);
        Built { engine, diagnostics: told, unreadable, subjects, ids, rows }
    }
}

/// Ids of what some texts hold by themselves.
fn ids_of(kind: SubjectKind, subjects: &[Source]) -> Vec<String> {
    if kind == SubjectKind::Policy {
        return Vec::new();
    }
    let builder = subjects.iter().fold(Engine::builder(), |builder, source| builder.policies(source));
    let (engine, _) = builder.build_what_can_be();
    let ids = engine.assignments().filter_map(|assignment| match kind {
        SubjectKind::Initiative => assignment.initiative_id(),
        _ => Some(assignment.id()).filter(|_| !assignment.is_stand_in()),
    });
    ids.map(str::to_owned).collect()
}

fn holds_assignments(source: &Source) -> bool {
    Engine::builder().policies_found(source).build_what_can_be().0.has_assignments()
}

/// The shared value of a key, made by whoever asks first. Two who ask at once may both make it: it is the same.
fn shared<K: Eq + std::hash::Hash, V>(known: &Shared<K, V>, key: K, make: impl FnOnce() -> V) -> Arc<V> {
    if let Ok(known) = known.lock()
        && let Some(value) = known.get(&key)
    {
        return value.clone();
    }
    let made = Arc::new(make());
    match known.lock() {
        Ok(mut known) => known.entry(key).or_insert(made).clone(),
        Err(_) => made,
    }
}

/// A path as a file names it, seen from where that file is. Steps up are taken in the text of the path.
#[must_use]
pub fn sibling(file: &str, path: &str) -> String {
    if std::path::Path::new(path).is_absolute() {
        return path.to_owned();
    }
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let rooted = file.starts_with('/');
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty() && *step != ".").collect();
    for step in path.split('/').filter(|step| !step.is_empty() && *step != ".") {
        match (step, steps.last()) {
            ("..", Some(last)) if *last != ".." => {
                steps.pop();
            }
            ("..", None) if rooted => {}
            _ => steps.push(step),
        }
    }
    let joined = steps.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// What could not be read, told at the place that names it.
pub(super) fn unreadable(place: &Place, path: &str, why: &Diagnostic) -> Diagnostic {
    // What has a place of its own says more there.
    if !why.labels().is_empty() {
        return place.mark(why.clone(), "named here");
    }
    let message = format!("`{path}`: {}", why.message());
    let told = place.mark(Diagnostic::error(why.code(), message), "");
    let told = why.notes().iter().fold(told, |told, note| told.note(note));
    why.helps().iter().fold(told, |told, help| told.help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_beside_files() {
        let rows = [
            ("policies/acr/a.test.yaml", "a.json", "policies/acr/a.json"),
            ("policies/acr/a.test.yaml", "../../examples/r.json", "examples/r.json"),
            ("a.test.yaml", "../x.json", "../x.json"),
            ("../t/a.test.yaml", "../x.json", "../x.json"),
            ("/t/a.test.yaml", "b/./c.json", "/t/b/c.json"),
            ("t/a.test.yaml", "..", "."),
        ];
        for (file, path, wanted) in rows {
            assert_eq!(sibling(file, path), wanted, "{file} {path}");
        }
    }
}
