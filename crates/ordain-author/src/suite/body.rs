//! Resources put together: a start, values set, places taken away.

use super::load::{Library, sibling, unreadable};
use super::model::{Body, Form, From, Named, Suite};
use super::path::{self, Path};
use super::tree::Tree;
use ordain::json::{self, Dialect};
use ordain::requests::{self, RequestOptions};
use ordain::{Diagnostic, Source};

impl Library<'_> {
    /// The resource that a body describes.
    ///
    /// # Errors
    /// What is wrong with the description.
    pub(super) fn resource(&self, suite: &Suite, body: &Body) -> Result<Tree, Diagnostic> {
        self.composed(suite, body, suite.bases.len())
    }

    fn composed(&self, suite: &Suite, body: &Body, left: usize) -> Result<Tree, Diagnostic> {
        let mut tree = match &body.from {
            From::Inline(tree) => tree.clone(),
            From::Base(named) => {
                let base = suite.bases.iter().find(|(name, _)| name.text == named.text);
                match (base, left.checked_sub(1)) {
                    (Some((_, base)), Some(left)) => self.composed(suite, base, left)?,
                    (Some(_), None) => {
                        let message = format!("the base {} starts from itself", named.quoted());
                        return Err(named.place.mark(Diagnostic::error("BaseCycle", message), ""));
                    }
                    (None, _) => {
                        let message = format!("there is no base {}", named.quoted());
                        return Err(named.place.mark(Diagnostic::error("UnknownBase", message), ""));
                    }
                }
            }
            From::File(named, pick) => self.picked(suite, named, pick.as_ref())?,
        };
        for (named, value) in &body.set {
            set(&mut tree, named, value)?;
        }
        for named in &body.remove {
            remove(&mut tree, named)?;
        }
        Ok(tree)
    }

    fn picked(&self, suite: &Suite, file: &Named, pick: Option<&Named>) -> Result<Tree, Diagnostic> {
        let path = sibling(suite.name(), &file.text);
        let read = self.tree(&path);
        let tree = match &*read {
            Ok(tree) => tree,
            Err(why) => return Err(unreadable(&file.place, &file.text, why)),
        };
        let wrong =
            |message: String, place: &Named| place.place.mark(Diagnostic::error("PickCount", message), "");
        let Some(pick) = pick else {
            return match tree.is_object() {
                true => Ok(tree.clone()),
                false => Err(wrong(
                    format!("{} holds {}, not one resource", file.quoted(), tree.kind_name()),
                    file,
                )
                .help("choose one with `pick`, such as `$[?@.name == 'contoso']`")),
            };
        };
        let query = path::query(&pick.text)
            .map_err(|message| pick.place.mark(Diagnostic::error("JsonPath", message), ""))?;
        match &path::places(tree, &query)[..] {
            [one] => path::at(tree, one).cloned().ok_or_else(|| wrong("nothing is there".to_owned(), pick)),
            [] => Err(wrong(format!("nothing in {} is chosen", file.quoted()), pick)),
            several => Err(wrong(
                format!("{} values of {} are chosen, where one is wanted", several.len(), file.quoted()),
                pick,
            )),
        }
    }
}

fn bad(named: &Named, message: impl std::fmt::Display) -> Diagnostic {
    named.place.mark(Diagnostic::error("BadPath", message), "")
}

fn set(tree: &mut Tree, named: &Named, value: &Tree) -> Result<(), Diagnostic> {
    match path::parse(&named.text).map_err(|message| bad(named, message))? {
        Path::One(steps) => {
            path::set(tree, &steps, &named.place, value).map_err(|message| bad(named, message))
        }
        Path::Query(query) => {
            let found = path::places(tree, &query);
            if found.is_empty() {
                return Err(bad(named, "the path finds nothing to set"));
            }
            found.iter().try_for_each(|steps| {
                path::set(tree, steps, &named.place, value).map_err(|message| bad(named, message))
            })
        }
    }
}

fn remove(tree: &mut Tree, named: &Named) -> Result<(), Diagnostic> {
    let nothing =
        || bad(named, "there is nothing to remove").help("the base does not have it: leave the line out");
    let removed = match path::parse(&named.text).map_err(|message| bad(named, message))? {
        Path::One(steps) => path::remove(tree, &steps),
        Path::Query(query) => {
            let mut found = path::places(tree, &query);
            // From the end, so that indices stay what they were.
            found.sort_by(|a, b| order(b).cmp(&order(a)));
            found.dedup();
            let any = !found.is_empty();
            found.iter().for_each(|steps| {
                path::remove(tree, steps);
            });
            any
        }
    };
    if removed { Ok(()) } else { Err(nothing()) }
}

fn order(steps: &[path::Step]) -> Vec<(usize, &str)> {
    steps
        .iter()
        .map(|step| match step {
            path::Step::Index(index) => (*index, ""),
            path::Step::Key(key) => (0, key.as_str()),
        })
        .collect()
}

/// A resource as it is judged: entries of templates with their expressions worked out.
///
/// # Errors
/// What is wrong with the entry.
pub(super) fn read_as(tree: Tree, form: Form) -> Result<Tree, Diagnostic> {
    if form != Form::Template {
        return Ok(tree);
    }
    let text = format!(r#"{{"contentVersion": "1.0.0.0", "resources": [{}]}}"#, tree.to_json());
    let source = Source::new("template.json", text);
    let wrong = |message: &str| tree.head().mark(Diagnostic::error("BadTemplate", message), "");
    let (json, _) = json::read(source.text(), Dialect::Template);
    let found = json.and_then(|json| requests::read(&source, &json, &RequestOptions::default()));
    let found = found.ok_or_else(|| wrong("this is no entry of a template"))?;
    match found.requests.into_iter().next() {
        Some(request) => Ok(Tree::of_value(&request.body, Some(&tree), &tree.place)),
        None => Err(match found.diagnostics.first() {
            Some(told) => wrong(told.message()),
            None => wrong("the entry of a template asks for no resource"),
        }),
    }
}
