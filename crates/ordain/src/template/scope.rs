//! What the names in a template mean: parameters with their defaults, variables, indices of copies (spec D-22).

use super::place::Place;
use super::resolve::is_copy_block;
use super::tree::Tree;
use super::work::Work;
use crate::json::Json;
use crate::value::{Object, Value, text::key_eq};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Copies that one loop may make, as the service limits them.
pub(crate) const COPIES: i64 = 800;

/// A place in a template: its names, and the loops around it.
#[derive(Clone, Debug)]
pub(crate) struct Scope<'j> {
    names: Rc<Names<'j>>,
    loops: Vec<Loop>,
    /// Whether loops over properties are left to the deployment (spec I-46).
    open_loops: bool,
}

/// The names of one template. Variables and parameters are resolved when they are asked for, once.
#[derive(Debug)]
struct Names<'j> {
    declared: Option<&'j Json<'j>>,
    variables: Option<&'j Json<'j>>,
    given: Option<(&'j Json<'j>, Scope<'j>)>,
    /// Values that whoever deploys gives.
    values: Option<Rc<Object>>,
    /// Where it is deployed; nothing where that does not matter.
    place: Option<Rc<Place>>,
    resolved: RefCell<HashMap<Name<'j>, Resolved<'j>>>,
    work: Rc<Work>,
}

type Name<'j> = (Kind, &'j str);

/// Nothing while it is being resolved.
type Resolved<'j> = Option<Rc<Tree<'j>>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Parameter,
    Variable,
}

impl<'j> Names<'j> {
    fn new(
        template: &'j Json<'j>,
        given: Option<(&'j Json<'j>, Scope<'j>)>,
        place: Option<Rc<Place>>,
        work: Rc<Work>,
    ) -> Self {
        Self {
            declared: template.get("parameters"),
            variables: template.get("variables"),
            given,
            values: None,
            place,
            resolved: RefCell::default(),
            work,
        }
    }
}

/// A `copy` around a place.
#[derive(Clone, Debug)]
struct Loop {
    name: Rc<str>,
    /// Nothing when the number of copies is not known.
    index: Option<i64>,
}

/// How often a `copy` repeats something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copies {
    Times(i64),
    Unknown,
}

impl<'j> Scope<'j> {
    /// The scope of a whole template that is deployed somewhere, with these values of its parameters.
    pub(crate) fn deployed(template: &'j Json<'j>, values: Rc<Object>, place: Rc<Place>) -> Self {
        let names =
            Names { values: Some(values), ..Names::new(template, None, Some(place), Rc::new(Work::new())) };
        Self { names: Rc::new(names), loops: Vec::new(), open_loops: true }
    }

    /// The scope of a template of policy objects, deployed somewhere (spec I-42).
    pub(crate) fn placed(template: &'j Json<'j>, place: Rc<Place>) -> Self {
        Self::new(template, None, Some(place), Rc::new(Work::with_unique_names()))
    }

    /// The scope of a nested template that is evaluated by itself (spec I-47): values of its parameters come
    /// from here.
    pub(crate) fn inner_at(
        &self,
        template: &'j Json<'j>,
        given: Option<&'j Json<'j>>,
        place: Option<Rc<Place>>,
    ) -> Self {
        let given = given.map(|given| (given, self.clone()));
        let inner = Self::new(template, given, place, self.names.work.clone());
        Self { open_loops: self.open_loops, ..inner }
    }

    fn new(
        template: &'j Json<'j>,
        given: Option<(&'j Json<'j>, Scope<'j>)>,
        place: Option<Rc<Place>>,
        work: Rc<Work>,
    ) -> Self {
        let names = Rc::new(Names::new(template, given, place, work));
        Self { names, loops: Vec::new(), open_loops: false }
    }

    /// The same place inside one more loop.
    pub(crate) fn inside(&self, name: &str, index: Option<i64>) -> Self {
        let mut loops = self.loops.clone();
        loops.push(Loop { name: name.into(), index });
        Self { names: self.names.clone(), loops, open_loops: self.open_loops }
    }

    pub(crate) fn leaves_loops_open(&self) -> bool {
        self.open_loops
    }

    pub(crate) fn place(&self) -> Option<&Place> {
        self.names.place.as_deref()
    }

    pub(crate) fn work(&self) -> &Work {
        &self.names.work
    }

    /// Number of copies, from the `count` of a `copy`.
    pub(crate) fn copies(&self, count: &'j Json<'j>) -> Copies {
        match self.resolve(count).as_int() {
            Some(n) if (0..=COPIES).contains(&n) => Copies::Times(n),
            _ => Copies::Unknown,
        }
    }

    pub(crate) fn declares(&self, parameter: &str) -> bool {
        self.names.declared.is_some_and(|declared| declared.entry(parameter).is_some())
    }

    /// The value of a parameter: what a deployment gives, else the default.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(crate) fn parameter(&self, name: &str) -> Result<Rc<Tree<'j>>, String> {
        let declaration = self.names.declared.and_then(|declared| declared.entry(name));
        let declaration =
            declaration.ok_or_else(|| format!("the template declares no parameter `{name}`"))?;
        let key = (Kind::Parameter, declaration.key.as_ref());
        if let Some((given, outside)) = &self.names.given
            && let Some(given) = given.entry(name)
        {
            let value = given
                .value
                .entry("value")
                .ok_or_else(|| format!("the value of `{name}` is not in the text"))?;
            return self.once(key, || outside.resolve(&value.value));
        }
        if let Some(given) = self.names.values.as_ref().and_then(|values| values.get(name)) {
            let made = Tree::of_value(given, declaration.key_span, false, self.work());
            return made.ok_or_else(|| format!("the value of `{name}` is too much"));
        }
        match declaration.value.entry("defaultValue") {
            Some(default) => self.once(key, || self.outside_loops().resolve(&default.value)),
            None if declaration.value.get("nullable").is_some() => {
                Ok(Tree::scalar(crate::json::Kind::Null, declaration.key_span))
            }
            None => Err(format!("the parameter `{name}` has no default value")),
        }
    }

    /// The value of a variable.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(crate) fn variable(&self, name: &str) -> Result<Rc<Tree<'j>>, String> {
        let none = || format!("there is no variable `{name}`");
        let variables = self.names.variables.ok_or_else(none)?;
        let plain = variables.entry(name).filter(|member| !is_copy_block(member));
        if let Some(member) = plain {
            return self.once((Kind::Variable, &member.key), || self.outside_loops().resolve(&member.value));
        }
        let blocks = variables.members().iter().filter(|member| is_copy_block(member));
        let copies = blocks.flat_map(|member| member.value.items()).find_map(|item| {
            let own = item.get("name").and_then(Json::as_text)?;
            key_eq(own, name).then_some((own, item))
        });
        let (own, item) = copies.ok_or_else(none)?;
        self.once((Kind::Variable, own), || self.outside_loops().expand(item))
    }

    fn outside_loops(&self) -> Self {
        Self { names: self.names.clone(), loops: Vec::new(), open_loops: false }
    }

    fn once(
        &self,
        key: (Kind, &'j str),
        make: impl FnOnce() -> Rc<Tree<'j>>,
    ) -> Result<Rc<Tree<'j>>, String> {
        let known = self.names.resolved.borrow().get(&key).cloned();
        match known {
            Some(Some(tree)) => return Ok(tree),
            Some(None) => return Err(format!("`{}` refers to itself", key.1)),
            None => {}
        }
        self.names.resolved.borrow_mut().insert(key, None);
        let tree = make();
        self.names.resolved.borrow_mut().insert(key, Some(tree.clone()));
        Ok(tree)
    }

    /// `copyIndex([loop][, offset])`: without a name that of the innermost loop.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(crate) fn copy_index(&self, arguments: &[Value]) -> Result<i64, String> {
        let (name, offset) = match arguments {
            [] => (None, 0),
            [Value::Text(name)] => (Some(name), 0),
            [offset] => (None, offset.as_int().ok_or("copyIndex takes a name and an integer")?),
            [Value::Text(name), offset] => {
                (Some(name), offset.as_int().ok_or("the offset must be an integer")?)
            }
            _ => return Err("copyIndex takes a name and an integer".to_owned()),
        };
        let around = self.loops.iter().rev().find(|l| name.is_none_or(|name| key_eq(&l.name, name)));
        let around = around.ok_or("there is no `copy` around it")?;
        let index = around.index.ok_or("the number of copies is not known")?;
        index.checked_add(offset).ok_or_else(|| "the index is too large".to_owned())
    }
}
