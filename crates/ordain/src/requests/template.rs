//! Templates: every entry that would be deployed, those of nested deployments included (spec I-40 … I-49, I-56).

use super::body::{self, Places, UNRESOLVED};
use super::entry::{Identity, Parent, place_of};
use super::{Open, Reading, Request, SkipReason, opening};
use crate::diagnostic::Diagnostic;
use crate::expr::{Fragment, classify};
use crate::json::{Json, Kind};
use crate::template::{Copies, Level, Place, Scope, Tree};
use crate::value::{Value, text::key_eq};
use std::rc::Rc;
use std::sync::Arc;

/// Members of an entry that tell how it is deployed; they are no part of the body.
const CONTROL: [&str; 13] = [
    "type",
    "name",
    "id",
    "condition",
    "copy",
    "dependsOn",
    "comments",
    "scope",
    "resources",
    "existing",
    "import",
    "extension",
    "asserts",
];

/// What an entry costs, so that a template of nothing but entries ends too.
const ENTRY: usize = 1 << 10;

pub(super) fn read<'j>(reading: &mut Reading<'_>, json: &'j Json<'j>) {
    let place = Rc::new(place_of(reading.options, Level::of(json)));
    let values = Rc::new(reading.options.template_parameters.clone());
    let scope = Scope::deployed(json, values, place.clone());
    let mut walk = Walk { reading, full: false };
    let around = Around { scope, place, module: String::new(), skip: None, maybe: Rc::default() };
    walk.entries(json.get("resources"), &around, None);
    if walk.reading.out.rows() == 0 {
        walk.reading.say_when_nothing(json, "template");
    }
}

/// A template as the service exports it (spec I-56).
pub(super) fn exported<'j>(reading: &mut Reading<'_>, json: &'j Json<'j>) {
    let Some(template) = json.get("template") else { return };
    if let Some(error) = json.get("error").filter(|error| error.is_object()) {
        let message = error.get("message").and_then(Json::as_text).unwrap_or_default();
        let said: String = message.lines().next().unwrap_or_default().chars().take(300).collect();
        let diagnostic =
            Diagnostic::warning("PartialExport", "the export is not whole: some resources are missing");
        let diagnostic = if said.is_empty() { diagnostic } else { diagnostic.note(said) };
        reading.tell(diagnostic, opening(error), "says so");
    }
    read(reading, template);
}

/// What holds for the entries of one list.
#[derive(Clone)]
pub(super) struct Around<'j> {
    pub scope: Scope<'j>,
    /// Where they go: not where their expressions are evaluated, when a nested template leaves that to the outer
    /// one (spec I-47).
    pub place: Rc<Place>,
    /// Modules around, as people know them.
    pub module: String,
    /// Why none of them is deployed.
    pub skip: Option<SkipReason>,
    /// Conditions of deployments around that could not be told.
    pub maybe: Rc<[Open]>,
}

pub(super) struct Walk<'w, 'r> {
    pub reading: &'w mut Reading<'r>,
    /// Whether it was said that the template unfolds to too much.
    full: bool,
}

impl Walk<'_, '_> {
    /// The entries of an array, or of an object with symbolic names.
    pub(super) fn entries<'j>(
        &mut self,
        json: Option<&'j Json<'j>>,
        around: &Around<'j>,
        parent: Option<&Parent>,
    ) {
        let Some(json) = json else { return };
        let plain = json.items().iter().map(|entry| (None, entry));
        let named = json.members().iter().map(|member| (Some(&*member.key), &member.value));
        for (symbol, entry) in plain.chain(named) {
            if !entry.is_object() {
                let message = format!("a resource must be an object, not {}", entry.kind_name());
                self.reading.fail(Diagnostic::error("NotAResource", message), entry);
                continue;
            }
            let work = around.scope.work();
            let read =
                work.spend(ENTRY).and_then(|()| work.deeper(|| self.entry(symbol, entry, around, parent)));
            if let Err(reason) = read {
                self.reading.out.errors += 1;
                if !std::mem::replace(&mut self.full, true) {
                    self.reading.tell(Diagnostic::error("TooLarge", reason), opening(entry), "from here on");
                }
            }
        }
    }

    fn entry<'j>(
        &mut self,
        symbol: Option<&'j str>,
        entry: &'j Json<'j>,
        around: &Around<'j>,
        parent: Option<&Parent>,
    ) {
        let mut around = around.clone();
        let mut skip = around.skip;
        if let Some(copy) = entry.get("copy") {
            let name = copy.get("name").and_then(Json::as_text).unwrap_or_default();
            if copy.get("count").is_some_and(|count| matches!(around.scope.copies(count), Copies::Times(0))) {
                skip = skip.or(Some(SkipReason::NoCopies));
            }
            // One row for all copies (spec I-46).
            around.scope = around.scope.inside(name, None);
        }
        let mut places = Places::with(around.maybe.to_vec());
        match self.condition(entry, &around.scope, &mut places) {
            Some(false) => skip = skip.or(Some(SkipReason::ConditionFalse)),
            Some(true) => {}
            None => around.maybe = places.open.clone().into(),
        }
        if entry.get("existing").is_some_and(|existing| existing.kind == Kind::Bool(true)) {
            skip = Some(SkipReason::Existing);
        }
        let identity = self.identity(symbol, entry, &around, parent, &mut places);
        let origin = origin(&around.module, symbol);
        let children = Parent {
            kind: identity.kind.clone(),
            name: identity.name.clone(),
            shown: identity.shown.clone(),
            base: identity.base.clone(),
            elsewhere: identity.elsewhere,
        };
        let kind = entry.get("type").and_then(Json::as_text).unwrap_or_default();
        let foreign = entry.get("import").is_some() || entry.get("extension").is_some();
        if foreign || (!kind.contains('/') && kind.contains('@')) {
            self.reading.skip(skip.unwrap_or(SkipReason::ExtensionResource), identity.shown, entry.span);
        } else if key_eq(&identity.kind, "Microsoft.Resources/deployments") {
            self.deployment(entry, &identity, origin.as_deref(), &Around { skip, ..around.clone() });
        } else if let Some(reason) = skip {
            self.reading.skip(reason, identity.shown, entry.span);
        } else if !is_literal_type(entry.get("type")) || !identity.kind.contains('/') {
            self.no_type(entry);
        } else {
            self.request(entry, identity.extending(), origin, &around, places);
        }
        // Neither a condition nor `existing` reaches the resources inside; a false condition of a deployment around
        // does.
        self.entries(
            entry.get("resources"),
            &Around { maybe: self.outer(&around), ..around },
            Some(&children),
        );
    }

    /// Conditions that hold for the entries inside an entry: those around it.
    fn outer(&self, around: &Around<'_>) -> Rc<[Open]> {
        around.maybe.iter().filter(|open| open.path != "condition").cloned().collect()
    }

    /// Whether the condition holds; `None` when that can't be told.
    fn condition<'j>(&self, entry: &'j Json<'j>, scope: &Scope<'j>, places: &mut Places) -> Option<bool> {
        let Some(condition) = entry.get("condition") else { return Some(true) };
        let tree = scope.resolve(condition);
        let known = tree.as_bool().or_else(|| match tree.as_text() {
            Some(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        });
        if known.is_none() {
            places.inside("condition", |places| body::of_tree(&tree, scope, places));
        }
        known
    }

    fn identity<'j>(
        &self,
        symbol: Option<&str>,
        entry: &'j Json<'j>,
        around: &Around<'j>,
        parent: Option<&Parent>,
        places: &mut Places,
    ) -> Identity {
        let written = entry.get("name").and_then(Json::as_text);
        let name = entry.get("name").map(|name| around.scope.resolve(name));
        if let Some(name) = name.as_ref().filter(|name| name.as_hole().is_some()) {
            places.inside("name", |places| body::of_tree(name, &around.scope, places));
        }
        let name = name.and_then(|name| name.as_text().map(str::to_owned)).filter(|name| !name.is_empty());
        let shown = name.as_deref().or(written).or(symbol).unwrap_or_default().to_owned();
        let base = match entry.get("scope") {
            None => around.place.base(),
            Some(scope) => {
                let scope = around.scope.resolve(scope);
                scope.as_text().and_then(|scope| around.place.scoped(scope))
            }
        };
        let kind = entry.get("type").and_then(Json::as_text).unwrap_or_default();
        let kind = kind.split('@').next().unwrap_or_default().to_owned();
        let here = || base.as_deref().is_some_and(|base| around.place.holds(base));
        let elsewhere = entry.get("scope").is_some() && !here();
        let own = Identity { kind, name, shown, base, elsewhere };
        match (parent, entry.get("scope")) {
            // A child that names a scope of its own goes there.
            (Some(_), Some(_)) => {
                let base = own.base.clone();
                Identity { base, elsewhere, ..own.nested(parent) }
            }
            _ => own.nested(parent),
        }
    }

    fn no_type(&mut self, entry: &Json<'_>) {
        let (span, label) = match entry.entry("type") {
            Some(kind) => (kind.value.span, "this does not tell it"),
            None => (opening(entry), ""),
        };
        let diagnostic = Diagnostic::error("NoType", "the type of the resource is not told")
            .help("a template must spell the type out, such as `Microsoft.Storage/storageAccounts`");
        self.reading.out.errors += 1;
        self.reading.tell(diagnostic, span, label);
    }

    fn request<'j>(
        &mut self,
        entry: &'j Json<'j>,
        identity: Identity,
        origin: Option<String>,
        around: &Around<'j>,
        mut places: Places,
    ) {
        let scope = &around.scope;
        let own = entry.get("id").map(|id| scope.resolve(id));
        let id = own.and_then(|id| id.as_text().map(str::to_owned)).or_else(|| identity.id());
        let mut members: Vec<(Arc<str>, Value)> = Vec::with_capacity(entry.members().len() + 1);
        if let Some(id) = id {
            members.push(("id".into(), Value::text(id)));
        }
        members.push(("type".into(), Value::text(identity.kind.as_str())));
        let name = identity.name.map_or(UNRESOLVED, Value::text);
        members.push(("name".into(), name));
        for member in entry.members() {
            if CONTROL.iter().any(|name| key_eq(name, &member.key)) {
                continue;
            }
            let tree: Rc<Tree<'j>> = scope.resolve(&member.value);
            let value = places.inside(&member.key, |places| body::of_tree(&tree, scope, places));
            members.push((Arc::from(&*member.key), value));
        }
        let body = Value::object(members.into_iter().collect());
        let mut request = Request { place: identity.base, ..Request::new(body, entry.span) };
        if !identity.elsewhere {
            request = request.sent_to(&around.place);
        }
        self.reading.out.requests.push(Request {
            name: identity.shown,
            origin,
            open: places.open,
            ..request
        });
    }
}

/// Whether a type is spelt out (spec I-45).
fn is_literal_type(kind: Option<&Json<'_>>) -> bool {
    kind.and_then(Json::as_text).is_some_and(|text| matches!(classify(text), Fragment::Literal(_)))
}

fn origin(module: &str, symbol: Option<&str>) -> Option<String> {
    match symbol {
        Some(symbol) => Some(joined(module, symbol)),
        None => (!module.is_empty()).then(|| module.to_owned()),
    }
}

pub(super) fn joined(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}/{name}") }
}
